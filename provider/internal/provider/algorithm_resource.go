package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
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
	_ resource.ResourceWithConfigure   = (*algorithmResource)(nil)
	_ resource.ResourceWithIdentity    = (*algorithmResource)(nil)
	_ resource.ResourceWithImportState = (*algorithmResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*algorithmResource)(nil)
)

type algorithmResource struct {
	objectResource[algorithmModel, *algorithmModel, *v1alpha1.Algorithm]
}

func newAlgorithmResource() resource.Resource {
	r := &algorithmResource{}
	r.settleWithin, r.deleteWithin = 5*time.Minute, 10*time.Minute
	r.afterFailure = "it is looked at again then."
	r.kind = algorithmKind()
	return r
}

func algorithmKind() kind[*v1alpha1.Algorithm] {
	return kind[*v1alpha1.Algorithm]{
		typeName:   "algorithm",
		title:      "algorithm",
		namespaced: true,
		newObject:  func() *v1alpha1.Algorithm { return &v1alpha1.Algorithm{} },
		newList:    func() client.ObjectList { return &v1alpha1.AlgorithmList{} },
		copy:       (*v1alpha1.Algorithm).DeepCopyInto,
		conditions: func(a *v1alpha1.Algorithm) ([]metav1.Condition, int64) {
			return a.Status.Conditions, a.Status.ObservedGeneration
		},
	}
}

type algorithmModel struct {
	ID         types.String              `tfsdk:"id"`
	Namespace  types.String              `tfsdk:"namespace"`
	Name       types.String              `tfsdk:"name"`
	Metadata   *metadataModel            `tfsdk:"metadata"`
	Language   types.String              `tfsdk:"language"`
	Container  *containerModel           `tfsdk:"container"`
	Code       *codeModel                `tfsdk:"code"`
	Parameters map[string]parameterModel `tfsdk:"parameters"`
	NFT        *nftModel                 `tfsdk:"nft"`
	DID        types.String              `tfsdk:"did"`
	Checksum   types.String              `tfsdk:"checksum"`
	Published  types.Object              `tfsdk:"published"`
	Generation types.Int64               `tfsdk:"generation"`
	Ready      types.Bool                `tfsdk:"ready"`
	Timeouts   timeouts.Value            `tfsdk:"timeouts"`
}

func (r *algorithmResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "What a consumer wants to run on data: a container image by digest, how to start it, and the code that it runs where that is not in the image.",
		Attributes: map[string]schema.Attribute{
			"id":        idAttribute("namespace/name"),
			"namespace": namespaceAttribute("algorithm"),
			"name":      nameAttribute("algorithm", objectName("an algorithm")),
			"metadata":  metadataAttribute("algorithm"),
			"language": schema.StringAttribute{
				MarkdownDescription: "Language that the algorithm is written in; shown to people.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtMost(64)},
			},
			"container":  containerAttribute(),
			"code":       codeAttribute(),
			"parameters": parametersAttribute("Parameters that a job may set, by name: the key in `/data/inputs/algoCustomData.json`. A job that sets another one is refused."),
			"nft":        nftAttribute("algorithm"),
			"did":        schema.StringAttribute{MarkdownDescription: "The algorithm's decentralised identifier.", Computed: true},
			"checksum": schema.StringAttribute{
				MarkdownDescription: "Checksum of all that runs: image digest, entrypoint, command, environment and code. Owners list it in `access.algorithms` of their datasets.",
				Computed:            true,
			},
			"published":  publicationAttribute("algorithm"),
			"generation": generationAttribute("algorithm"),
			"ready":      readyAttribute("algorithm"),
			"timeouts": timeouts.Attributes(ctx, timeouts.Opts{Create: true, Update: true, Delete: true,
				CreateDescription: waitDescription("5m"), UpdateDescription: waitDescription("5m"), DeleteDescription: deleteDescription}),
		},
	}
}

func (r *algorithmResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	p := r.modifyPlan(ctx, req, resp, "id", "did")
	if p == nil {
		return
	}
	// Datasets refer to the checksum: a new description must not make them look as if they had to change. One that was
	// last seen while the algorithm was not ready may be that of an older generation.
	if !p.changed("container") && !p.changed("code") && p.wasReady() {
		p.keep("checksum")
	}
	if p.changed("nft") {
		p.forget("did")
	}
	if unchanged[algorithmModel](p) {
		p.keep("published", "generation")
	}
	p.write(resp)
}

func (m *algorithmModel) key() client.ObjectKey {
	return client.ObjectKey{Namespace: m.Namespace.ValueString(), Name: m.Name.ValueString()}
}

func (m *algorithmModel) limits() timeouts.Value { return m.Timeouts }

func (m *algorithmModel) configuration() runtime.ApplyConfiguration {
	spec := ac.AlgorithmSpec()
	spec.Metadata = m.Metadata.configuration()
	spec.Language = text(m.Language)
	spec.Container = m.Container.configuration()
	spec.Code = m.Code.configuration()
	spec.Parameters = parametersConfiguration(m.Parameters)
	spec.NFT = m.NFT.configuration()
	return ac.Algorithm(m.Name.ValueString(), m.Namespace.ValueString()).WithSpec(spec)
}

func (m *algorithmModel) setSpec(a *v1alpha1.Algorithm) {
	spec := a.Spec
	m.Metadata = metadataOf(spec.Metadata)
	m.Language = textOf(spec.Language)
	m.Container = containerOf(spec.Container)
	m.Code = codeOf(spec.Code)
	m.Parameters = parametersOf(spec.Parameters)
	m.NFT = nftOf(spec.NFT)
}

func (m *algorithmModel) setStatus(a *v1alpha1.Algorithm) {
	m.Namespace = types.StringValue(a.Namespace)
	m.Name = types.StringValue(a.Name)
	m.ID = types.StringValue(objectID(m.key()))
	m.DID = textOf(a.Status.DID)
	m.Published = publicationOf(a.Status.Published)
	m.Generation = types.Int64Value(a.Generation)
	m.Checksum = textOf(a.Status.Checksum)
	m.Ready = types.BoolValue(progressOf(a, a.Status.Conditions, a.Status.ObservedGeneration).ready)
}
