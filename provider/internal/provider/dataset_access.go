package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	ac "github.com/compute-to-data/terraform-provider-c2d/crds/applyconfiguration/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

type accessModel struct {
	Consumers  *consumersModel         `tfsdk:"consumers"`
	Algorithms []trustedAlgorithmModel `tfsdk:"algorithms"`
	Publishers []string                `tfsdk:"publishers"`
	AllowRaw   types.Bool              `tfsdk:"allow_raw"`
	Parameters types.String            `tfsdk:"parameters"`
	Companions []string                `tfsdk:"companions"`
	Network    types.String            `tfsdk:"network"`
	Budget     *budgetModel            `tfsdk:"budget"`
}

type consumersModel struct {
	Namespaces  []string          `tfsdk:"namespaces"`
	Addresses   []string          `tfsdk:"addresses"`
	AccessLists []accessListModel `tfsdk:"access_lists"`
}

type accessListModel struct {
	ChainID types.Int64  `tfsdk:"chain_id"`
	Address types.String `tfsdk:"address"`
}

type trustedAlgorithmModel struct {
	Checksum                 types.String          `tfsdk:"checksum"`
	FilesChecksum            types.String          `tfsdk:"files_checksum"`
	ContainerSectionChecksum types.String          `tfsdk:"container_section_checksum"`
	DID                      types.String          `tfsdk:"did"`
	Ref                      *objectReferenceModel `tfsdk:"ref"`
}

type objectReferenceModel struct {
	Namespace types.String `tfsdk:"namespace"`
	Name      types.String `tfsdk:"name"`
}

func accessAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Who may run what on this dataset. Nothing listed means nobody.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"consumers": schema.SingleNestedAttribute{
				MarkdownDescription: "Consumers who may use the dataset.",
				Optional:            true,
				Attributes: map[string]schema.Attribute{
					"namespaces": schema.SetAttribute{
						MarkdownDescription: "Namespaces whose jobs may use the dataset; `*` stands for every namespace. Nothing listed means none, the dataset's own namespace included.",
						ElementType:         types.StringType,
						Optional:            true,
						Validators: []validator.Set{setvalidator.SizeAtMost(64), setvalidator.ValueStringsAre(
							stringvalidator.LengthBetween(1, 63),
							matches(`^(\*|`+patternLabel+`)$`, `must be the name of a namespace, or "*" for all`))},
					},
					"addresses": schema.SetAttribute{
						MarkdownDescription: "Accounts that may use the dataset, by their addresses: a job is theirs when they have signed its service agreement.",
						ElementType:         types.StringType,
						Optional:            true,
						Validators:          []validator.Set{setvalidator.SizeAtMost(64), setvalidator.ValueStringsAre(checksummedAddress{})},
					},
					"access_lists": schema.ListNestedAttribute{
						MarkdownDescription: "Ocean's AccessList contracts: the accounts that hold a token of one of them may use the dataset, as in `addresses`.",
						Optional:            true,
						Validators:          []validator.List{listvalidator.SizeAtMost(8)},
						NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
							"chain_id": schema.Int64Attribute{
								MarkdownDescription: "Id of its chain. It must be that of the job's environment.",
								Required:            true,
								Validators:          []validator.Int64{int64validator.AtLeast(1)},
							},
							"address": schema.StringAttribute{MarkdownDescription: "Address of the contract.", Required: true, Validators: []validator.String{checksummedAddress{}}},
						}},
					},
				},
			},
			"allow_raw": schema.BoolAttribute{
				MarkdownDescription: "Lets jobs bring an algorithm that stands in the job itself. Its checksum must be among `algorithms` all the same, or `*`. Default: `false`.",
				Optional:            true,
			},
			"parameters": choiceAttribute("Parameters that a job may give to the algorithm: `None`, `Declared`, the default, those that the algorithm declares, or `Any`.",
				v1alpha1.ParametersNone, v1alpha1.ParametersDeclared, v1alpha1.ParametersAny),
			"companions": schema.SetAttribute{
				MarkdownDescription: "The other datasets that may be in the same job: `namespace/name`, a DID, or `*` for all. Nothing listed: none, since data that is harmless alone may not be beside other data.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators: []validator.Set{setvalidator.SizeAtMost(64), setvalidator.ValueStringsAre(
					stringvalidator.LengthAtMost(317),
					matches(`^(\*|did:(op|c2d):[0-9a-f]{64}|`+patternLabel+`/[a-z0-9]([-a-z0-9.]*[a-z0-9])?)$`, `must be namespace/name of a dataset, a DID, or "*" for all`))},
			},
			"network": choiceAttribute("Network that an algorithm may reach while it reads this dataset: `Deny`, the default, none, or `Allow`, the internet. `Allow` lets everything out.",
				v1alpha1.NetworkDeny, v1alpha1.NetworkAllow),
			"budget": budgetAttribute(),
			"publishers": schema.SetAttribute{
				MarkdownDescription: "Narrows `algorithms` to those that one of these accounts has published on chain, by their addresses. Nothing listed: whoever made the algorithm, published or not.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.Set{setvalidator.SizeAtMost(64), setvalidator.ValueStringsAre(checksummedAddress{})},
			},
			"algorithms": schema.ListNestedAttribute{
				MarkdownDescription: "Algorithms that may read the dataset. Nothing listed means none.",
				Optional:            true,
				Validators:          []validator.List{listvalidator.SizeAtMost(64)},
				NestedObject: schema.NestedAttributeObject{
					Validators: []validator.Object{exactlyOneOf("checksum", "files_checksum")},
					Attributes: map[string]schema.Attribute{
						"checksum": schema.StringAttribute{
							MarkdownDescription: "Checksum of all that runs: image digest, entrypoint, command, environment and code, as the attribute `checksum` of a `c2d_algorithm` shows it; " +
								"`*` stands for every algorithm.",
							Optional:   true,
							Validators: []validator.String{matches(`^(\*|sha256:[0-9a-f]{64})$`, `must be a checksum such as sha256:0123..., 64 digits of lower-case hex, or "*" for every algorithm`)},
						},
						"files_checksum": schema.StringAttribute{
							MarkdownDescription: "Instead of `checksum`: `filesChecksum` of the algorithm's published DDO, as Ocean's `publisherTrustedAlgorithms` has it. It goes with `container_section_checksum`.",
							Optional:            true,
							Validators:          []validator.String{sha256Hex(), stringvalidator.AlsoRequires(path.MatchRelative().AtParent().AtName("container_section_checksum"))},
						},
						"container_section_checksum": schema.StringAttribute{
							MarkdownDescription: "`containerSectionChecksum` of the algorithm's published DDO, likewise. It says nothing of a command or environment variables: an algorithm that has any is trusted by `checksum` alone.",
							Optional:            true,
							Validators:          []validator.String{sha256Hex(), stringvalidator.AlsoRequires(path.MatchRelative().AtParent().AtName("files_checksum"))},
						},
						"did": didAttribute("Narrows the entry to the algorithm of this DID."),
						"ref": schema.SingleNestedAttribute{
							MarkdownDescription: "Narrows the entry to one Algorithm object.",
							Optional:            true,
							Attributes: map[string]schema.Attribute{
								"namespace": schema.StringAttribute{MarkdownDescription: "Namespace of the algorithm.", Required: true, Validators: []validator.String{label("a namespace")}},
								"name":      schema.StringAttribute{MarkdownDescription: "Name of the algorithm.", Required: true, Validators: []validator.String{objectName("an algorithm")}},
							},
						},
					},
				},
			},
		},
	}
}

func (m *accessModel) configuration() *ac.DatasetAccessApplyConfiguration {
	if m == nil {
		return nil
	}
	c := &ac.DatasetAccessApplyConfiguration{
		AllowRaw: flag(m.AllowRaw), Companions: unordered(m.Companions), Budget: m.Budget.configuration(),
		Parameters: wordBut(m.Parameters, v1alpha1.ParametersDeclared), Network: wordBut(m.Network, v1alpha1.NetworkDeny),
	}
	if o := m.Consumers; o != nil {
		consumers := &ac.ConsumersApplyConfiguration{Namespaces: unordered(o.Namespaces), Addresses: addresses(o.Addresses)}
		for _, list := range o.AccessLists {
			consumers.AccessLists = append(consumers.AccessLists, ac.AccessListApplyConfiguration{ChainID: list.ChainID.ValueInt64Pointer(), Address: address(list.Address)})
		}
		c.Consumers = someOf(consumers)
	}
	c.Publishers = addresses(m.Publishers)
	for _, algorithm := range m.Algorithms {
		trusted := ac.TrustedAlgorithmApplyConfiguration{
			Checksum: text(algorithm.Checksum), FilesChecksum: text(algorithm.FilesChecksum), ContainerSectionChecksum: text(algorithm.ContainerSectionChecksum),
			DID: text(algorithm.DID),
		}
		if ref := algorithm.Ref; ref != nil {
			trusted.Ref = &ac.ObjectReferenceApplyConfiguration{Namespace: text(ref.Namespace), Name: text(ref.Name)}
		}
		c.Algorithms = append(c.Algorithms, trusted)
	}
	return someOf(c)
}

func accessOf(access v1alpha1.DatasetAccess) *accessModel {
	m := &accessModel{
		Publishers: addressTexts(access.Publishers), AllowRaw: types.BoolNull(), Companions: copyOf(access.Companions), Budget: budgetOf(access.Budget),
		Parameters: textBut(access.Parameters, v1alpha1.ParametersDeclared), Network: textBut(access.Network, v1alpha1.NetworkDeny),
	}
	if access.AllowRaw {
		m.AllowRaw = types.BoolValue(true)
	}
	if o := access.Consumers; len(o.Namespaces)+len(o.Addresses)+len(o.AccessLists) > 0 {
		m.Consumers = &consumersModel{Namespaces: copyOf(o.Namespaces), Addresses: addressTexts(o.Addresses)}
		for _, list := range o.AccessLists {
			m.Consumers.AccessLists = append(m.Consumers.AccessLists, accessListModel{ChainID: types.Int64Value(list.ChainID), Address: textOf(string(list.Address))})
		}
	}
	for _, algorithm := range access.Algorithms {
		trusted := trustedAlgorithmModel{
			Checksum: textOf(algorithm.Checksum), FilesChecksum: textOf(algorithm.FilesChecksum), ContainerSectionChecksum: textOf(algorithm.ContainerSectionChecksum),
			DID: textOf(algorithm.DID),
		}
		if ref := algorithm.Ref; ref != nil {
			trusted.Ref = &objectReferenceModel{Namespace: textOf(ref.Namespace), Name: textOf(ref.Name)}
		}
		m.Algorithms = append(m.Algorithms, trusted)
	}
	if m.configuration() == nil {
		return nil
	}
	return m
}

// addresses to apply, in an order.
func addresses(texts []string) []v1alpha1.Address {
	var list []v1alpha1.Address
	for _, text := range unordered(texts) {
		list = append(list, v1alpha1.Address(text))
	}
	return list
}

func addressTexts(list []v1alpha1.Address) []string {
	var texts []string
	for _, address := range list {
		texts = append(texts, string(address))
	}
	return texts
}
