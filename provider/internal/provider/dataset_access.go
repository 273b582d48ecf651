package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
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
}

type consumersModel struct {
	Namespaces []string `tfsdk:"namespaces"`
	Addresses  []string `tfsdk:"addresses"`
}

type trustedAlgorithmModel struct {
	Checksum types.String          `tfsdk:"checksum"`
	DID      types.String          `tfsdk:"did"`
	Ref      *objectReferenceModel `tfsdk:"ref"`
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
				},
			},
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
					Attributes: map[string]schema.Attribute{
						"checksum": schema.StringAttribute{
							MarkdownDescription: "Checksum of all that runs: image digest, entrypoint, command, environment and code, as the attribute `checksum` of a `c2d_algorithm` shows it; " +
								"`*` stands for every algorithm.",
							Required:   true,
							Validators: []validator.String{matches(`^(\*|sha256:[0-9a-f]{64})$`, `must be a checksum such as sha256:0123..., 64 digits of lower-case hex, or "*" for every algorithm`)},
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
	c := &ac.DatasetAccessApplyConfiguration{}
	if m.Consumers != nil && len(m.Consumers.Namespaces)+len(m.Consumers.Addresses) > 0 {
		c.Consumers = &ac.ConsumersApplyConfiguration{Namespaces: unordered(m.Consumers.Namespaces), Addresses: addresses(m.Consumers.Addresses)}
	}
	c.Publishers = addresses(m.Publishers)
	for _, algorithm := range m.Algorithms {
		trusted := ac.TrustedAlgorithmApplyConfiguration{Checksum: text(algorithm.Checksum), DID: text(algorithm.DID)}
		if ref := algorithm.Ref; ref != nil {
			trusted.Ref = &ac.ObjectReferenceApplyConfiguration{Namespace: text(ref.Namespace), Name: text(ref.Name)}
		}
		c.Algorithms = append(c.Algorithms, trusted)
	}
	if c.Consumers == nil && c.Algorithms == nil && c.Publishers == nil {
		return nil
	}
	return c
}

func accessOf(access v1alpha1.DatasetAccess) *accessModel {
	if len(access.Consumers.Namespaces)+len(access.Consumers.Addresses)+len(access.Algorithms)+len(access.Publishers) == 0 {
		return nil
	}
	m := &accessModel{Publishers: addressTexts(access.Publishers)}
	if len(access.Consumers.Namespaces)+len(access.Consumers.Addresses) > 0 {
		m.Consumers = &consumersModel{Namespaces: copyOf(access.Consumers.Namespaces), Addresses: addressTexts(access.Consumers.Addresses)}
	}
	for _, algorithm := range access.Algorithms {
		trusted := trustedAlgorithmModel{Checksum: textOf(algorithm.Checksum), DID: textOf(algorithm.DID)}
		if ref := algorithm.Ref; ref != nil {
			trusted.Ref = &objectReferenceModel{Namespace: textOf(ref.Namespace), Name: textOf(ref.Name)}
		}
		m.Algorithms = append(m.Algorithms, trusted)
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
