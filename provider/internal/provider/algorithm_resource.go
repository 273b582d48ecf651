package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
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

type containerModel struct {
	Image      types.String      `tfsdk:"image"`
	Digest     types.String      `tfsdk:"digest"`
	Entrypoint types.String      `tfsdk:"entrypoint"`
	Command    []string          `tfsdk:"command"`
	Env        map[string]string `tfsdk:"env"`
}

type codeModel struct {
	Raw     types.String        `tfsdk:"raw"`
	S3      *s3ObjectModel      `tfsdk:"s3"`
	HTTP    *httpSourceModel    `tfsdk:"http"`
	IPFS    *ipfsSourceModel    `tfsdk:"ipfs"`
	Arweave *arweaveSourceModel `tfsdk:"arweave"`
	SHA256  types.String        `tfsdk:"sha256"`
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
			"container": containerAttribute(),
			"code": schema.SingleNestedAttribute{
				MarkdownDescription: "Code that the container runs, from exactly one of `raw`, `s3`, `http`, `ipfs` and `arweave`; it finds it at `/data/transformations/algorithm`. Absent: the code is in the image.",
				Optional:            true,
				Validators:          []validator.Object{exactlyOneOf("raw", "s3", "http", "ipfs", "arweave"), pinsRemoteCode{}},
				Attributes: map[string]schema.Attribute{
					"raw": schema.StringAttribute{
						MarkdownDescription: "Raw code, for scripts.",
						Optional:            true,
						Validators:          []validator.String{stringvalidator.LengthBetween(1, 32768)},
					},
					"s3":      s3ObjectAttribute(),
					"http":    httpSourceAttribute(),
					"ipfs":    ipfsSourceAttribute(),
					"arweave": arweaveSourceAttribute(),
					"sha256": schema.StringAttribute{
						MarkdownDescription: "SHA-256 of the code's bytes, in lower-case hex. Needed for all code but `raw`: owners trust an algorithm by what it is, not by where it lies.",
						Optional:            true,
						Validators:          []validator.String{sha256Hex()},
					},
				},
			},
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

func containerAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Container to run, started by exactly one of `entrypoint` and `command`.",
		Required:            true,
		Validators:          []validator.Object{exactlyOneOf("entrypoint", "command")},
		Attributes: map[string]schema.Attribute{
			"image": schema.StringAttribute{
				MarkdownDescription: "Image without tag and digest: `registry.example.org/science/python`.",
				Required:            true,
				Validators: []validator.String{
					stringvalidator.LengthBetween(1, 255),
					matches(`^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$`,
						"must be the name of an image without tag and digest, such as registry.example.org/science/python; the digest has an attribute of its own"),
				},
			},
			"digest": schema.StringAttribute{
				MarkdownDescription: "Digest of the image: `sha256:` and 64 digits of lower-case hex. What was trusted is what runs: a tag alone is not enough.",
				Required:            true,
				Validators:          []validator.String{matches(`^sha256:[0-9a-f]{64}$`, "must be sha256: and 64 digits of lower-case hex, as docker images --digests prints it")},
			},
			"entrypoint": schema.StringAttribute{
				MarkdownDescription: "Entrypoint as Ocean writes it: one line in which `$ALGO` becomes the path of the code, run by `sh -c` where the image has a shell, else split into words: `python3 $ALGO`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthBetween(1, 1024)},
			},
			"command": schema.ListAttribute{
				MarkdownDescription: "Command to execute as it is, without a shell.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.List{listvalidator.SizeBetween(1, 64), listvalidator.ValueStringsAre(stringvalidator.LengthAtMost(1024))},
			},
			"env": schema.MapAttribute{
				MarkdownDescription: "Environment of the algorithm, beside what the platform sets itself.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators: []validator.Map{
					mapvalidator.SizeAtMost(64),
					mapvalidator.KeysAre(
						stringvalidator.LengthBetween(1, 128),
						matches(`^[A-Za-z_][A-Za-z0-9_]*$`, "must be the name of an environment variable"),
						stringvalidator.NoneOf("DIDS", "TRANSFORMATION_DID", "VOLUME", "INPUTS", "OUTPUTS", "LOGS")),
					mapvalidator.ValueStringsAre(stringvalidator.LengthAtMost(4096)),
				},
			},
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
	if c := m.Container; c != nil {
		container := &ac.ContainerApplyConfiguration{Image: text(c.Image), Digest: text(c.Digest), Entrypoint: text(c.Entrypoint), Command: c.Command}
		for _, name := range inOrder(c.Env) {
			container.Env = append(container.Env, ac.EnvVarApplyConfiguration{Name: &name, Value: text(types.StringValue(c.Env[name]))})
		}
		spec.Container = container
	}
	if c := m.Code; c != nil {
		spec.Code = &ac.CodeApplyConfiguration{
			Raw: text(c.Raw), S3: c.S3.configuration(), HTTP: c.HTTP.configuration(), IPFS: c.IPFS.configuration(), Arweave: c.Arweave.configuration(), SHA256: text(c.SHA256),
		}
	}
	spec.Parameters = parametersConfiguration(m.Parameters)
	spec.NFT = m.NFT.configuration()
	return ac.Algorithm(m.Name.ValueString(), m.Namespace.ValueString()).WithSpec(spec)
}

func (m *algorithmModel) setSpec(a *v1alpha1.Algorithm) {
	spec := a.Spec
	m.Metadata = metadataOf(spec.Metadata)
	m.Language = textOf(spec.Language)
	m.Container = &containerModel{
		Image:      textOf(spec.Container.Image),
		Digest:     textOf(spec.Container.Digest),
		Entrypoint: textOf(spec.Container.Entrypoint),
		Command:    copyOf(spec.Container.Command),
	}
	for _, variable := range spec.Container.Env {
		if m.Container.Env == nil {
			m.Container.Env = map[string]string{}
		}
		m.Container.Env[variable.Name] = variable.Value
	}
	m.Code = nil
	if c := spec.Code; c != nil {
		m.Code = &codeModel{
			Raw: textOf(c.Raw), S3: s3ObjectOf(c.S3), HTTP: httpSourceOf(c.HTTP), IPFS: ipfsSourceOf(c.IPFS), Arweave: arweaveSourceOf(c.Arweave), SHA256: textOf(c.SHA256),
		}
	}
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
