package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	ac "github.com/compute-to-data/terraform-provider-c2d/crds/applyconfiguration/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

var (
	_ resource.ResourceWithConfigure   = (*datasetResource)(nil)
	_ resource.ResourceWithIdentity    = (*datasetResource)(nil)
	_ resource.ResourceWithImportState = (*datasetResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*datasetResource)(nil)
)

type datasetResource struct {
	objectResource[datasetModel, *datasetModel, *v1alpha1.Dataset]
}

func newDatasetResource() resource.Resource {
	r := &datasetResource{}
	r.settleWithin, r.deleteWithin = 5*time.Minute, 10*time.Minute
	r.afterFailure = "it is looked at again then."
	r.kind = datasetKind()
	return r
}

func datasetKind() kind[*v1alpha1.Dataset] {
	return kind[*v1alpha1.Dataset]{
		typeName:   "dataset",
		title:      "dataset",
		namespaced: true,
		newObject:  func() *v1alpha1.Dataset { return &v1alpha1.Dataset{} },
		newList:    func() client.ObjectList { return &v1alpha1.DatasetList{} },
		copy:       (*v1alpha1.Dataset).DeepCopyInto,
		conditions: func(d *v1alpha1.Dataset) ([]metav1.Condition, int64) {
			return d.Status.Conditions, d.Status.ObservedGeneration
		},
	}
}

type datasetModel struct {
	ID         types.String              `tfsdk:"id"`
	Namespace  types.String              `tfsdk:"namespace"`
	Name       types.String              `tfsdk:"name"`
	Metadata   *metadataModel            `tfsdk:"metadata"`
	Files      []datasetFileModel        `tfsdk:"files"`
	Access     *accessModel              `tfsdk:"access"`
	Disclosure *disclosureModel          `tfsdk:"disclosure"`
	Terms      *termsModel               `tfsdk:"terms"`
	Parameters map[string]parameterModel `tfsdk:"parameters"`
	NFT        *nftModel                 `tfsdk:"nft"`
	DID        types.String              `tfsdk:"did"`
	Published  types.Object              `tfsdk:"published"`
	Generation types.Int64               `tfsdk:"generation"`
	Ready      types.Bool                `tfsdk:"ready"`
	Timeouts   timeouts.Value            `tfsdk:"timeouts"`
}

type datasetFileModel struct {
	S3                    *s3SourceModel      `tfsdk:"s3"`
	HTTP                  *httpSourceModel    `tfsdk:"http"`
	IPFS                  *ipfsSourceModel    `tfsdk:"ipfs"`
	Arweave               *arweaveSourceModel `tfsdk:"arweave"`
	PersistentVolumeClaim *volumeSourceModel  `tfsdk:"persistent_volume_claim"`
	Image                 *imageSourceModel   `tfsdk:"image"`
	Inline                types.String        `tfsdk:"inline"`
	SHA256                types.String        `tfsdk:"sha256"`
}

// sourcesOfFiles are the attributes of a file of which exactly one is set.
var sourcesOfFiles = []string{"s3", "http", "ipfs", "arweave", "persistent_volume_claim", "image", "inline"}

func (r *datasetResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Private data that others may compute on and never see, with the owner's rules for using it.",
		Attributes: map[string]schema.Attribute{
			"id":        idAttribute("namespace/name"),
			"namespace": namespaceAttribute("dataset"),
			"name":      nameAttribute("dataset", objectName("a dataset")),
			"metadata":  metadataAttribute("dataset"),
			"files": schema.ListNestedAttribute{
				MarkdownDescription: "Files in the order of the index under which an algorithm sees them: `/data/inputs/<did>/<index>`. Each comes from exactly one of `s3`, `http`, `ipfs`, `arweave`, `persistent_volume_claim`, `image` and `inline`.",
				Required:            true,
				Validators:          []validator.List{listvalidator.SizeBetween(1, 64), listedOrMounted{}},
				NestedObject: schema.NestedAttributeObject{
					Validators: []validator.Object{exactlyOneOf(sourcesOfFiles...), pinsOneFile{}},
					Attributes: map[string]schema.Attribute{
						"s3":                      s3SourceAttribute(),
						"http":                    httpSourceAttribute(),
						"ipfs":                    ipfsSourceAttribute(),
						"arweave":                 arweaveSourceAttribute(),
						"persistent_volume_claim": volumeSourceAttribute(),
						"image":                   imageSourceAttribute(),
						"inline": schema.StringAttribute{
							MarkdownDescription: "Inline text, for small files. Whoever may read this object, or the Terraform state, can read it.",
							Optional:            true,
							Validators:          []validator.String{stringvalidator.LengthBetween(1, 8192)},
						},
						"sha256": schema.StringAttribute{
							MarkdownDescription: "SHA-256 of the file's bytes, in lower-case hex. A job fails before its algorithm starts when the bytes differ. " +
								"Where it is not set the dataset's content is pinned by the first job that stages it.",
							Optional:   true,
							Validators: []validator.String{sha256Hex()},
						},
					},
				},
			},
			"access":     accessAttribute(),
			"disclosure": disclosureAttribute(),
			"terms":      termsAttribute(),
			"parameters": parametersAttribute("Parameters that a job may set, by name: the key in the query of the dataset's HTTP URLs. A job that sets another one is refused."),
			"nft":        nftAttribute("dataset"),
			"did": schema.StringAttribute{
				MarkdownDescription: "The dataset's decentralised identifier. Algorithms find its files under it, without the method prefix.",
				Computed:            true,
			},
			"published":  publicationAttribute("dataset"),
			"generation": generationAttribute("dataset"),
			"ready":      readyAttribute("dataset"),
			"timeouts": timeouts.Attributes(ctx, timeouts.Opts{Create: true, Update: true, Delete: true,
				CreateDescription: waitDescription("5m"), UpdateDescription: waitDescription("5m"), DeleteDescription: deleteDescription}),
		},
	}
}

func (r *datasetResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	p := r.modifyPlan(ctx, req, resp, "id", "did")
	if p == nil {
		return
	}
	if p.changed("nft") {
		p.forget("did")
	}
	if unchanged[datasetModel](p) {
		p.keep("published", "generation")
	}
	p.write(resp)
}

func (m *datasetModel) key() client.ObjectKey {
	return client.ObjectKey{Namespace: m.Namespace.ValueString(), Name: m.Name.ValueString()}
}

func (m *datasetModel) limits() timeouts.Value { return m.Timeouts }

func (m *datasetModel) configuration() runtime.ApplyConfiguration {
	spec := ac.DatasetSpec()
	spec.Metadata = m.Metadata.configuration()
	for _, file := range m.Files {
		spec.Files = append(spec.Files, ac.DatasetFileApplyConfiguration{
			S3: file.S3.configuration(), HTTP: file.HTTP.configuration(), IPFS: file.IPFS.configuration(), Arweave: file.Arweave.configuration(),
			PersistentVolumeClaim: file.PersistentVolumeClaim.configuration(), Image: file.Image.configuration(), Inline: text(file.Inline), SHA256: text(file.SHA256),
		})
	}
	spec.Access = m.Access.configuration()
	spec.Disclosure = m.Disclosure.configuration()
	spec.Terms = m.Terms.configuration()
	spec.Parameters = parametersConfiguration(m.Parameters)
	spec.NFT = m.NFT.configuration()
	return ac.Dataset(m.Name.ValueString(), m.Namespace.ValueString()).WithSpec(spec)
}

func (m *datasetModel) setSpec(d *v1alpha1.Dataset) {
	spec := d.Spec
	m.Metadata = metadataOf(spec.Metadata)
	m.Files = nil
	for _, file := range spec.Files {
		m.Files = append(m.Files, datasetFileModel{
			S3: s3SourceOf(file.S3), HTTP: httpSourceOf(file.HTTP), IPFS: ipfsSourceOf(file.IPFS), Arweave: arweaveSourceOf(file.Arweave),
			PersistentVolumeClaim: volumeSourceOf(file.PersistentVolumeClaim), Image: imageSourceOf(file.Image), Inline: textOf(file.Inline), SHA256: textOf(file.SHA256),
		})
	}
	m.Access = accessOf(spec.Access)
	m.Disclosure = disclosureOf(spec.Disclosure)
	m.Terms = termsOf(spec.Terms)
	m.Parameters = parametersOf(spec.Parameters)
	m.NFT = nftOf(spec.NFT)
}

func (m *datasetModel) setStatus(d *v1alpha1.Dataset) {
	m.Namespace = types.StringValue(d.Namespace)
	m.Name = types.StringValue(d.Name)
	m.ID = types.StringValue(objectID(m.key()))
	m.DID = textOf(d.Status.DID)
	m.Published = publicationOf(d.Status.Published)
	m.Generation = types.Int64Value(d.Generation)
	m.Ready = types.BoolValue(progressOf(d, d.Status.Conditions, d.Status.ObservedGeneration).ready)
}
