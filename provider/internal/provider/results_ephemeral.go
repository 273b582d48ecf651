package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

var _ ephemeral.EphemeralResourceWithConfigure = (*resultsEphemeral)(nil)

type resultsEphemeral struct{ cluster *cluster }

func newResultsEphemeral() ephemeral.EphemeralResource { return &resultsEphemeral{} }

type resultsEphemeralModel struct {
	Job         types.String      `tfsdk:"job"`
	Run         types.Int64       `tfsdk:"run"`
	Files       map[string]string `tfsdk:"files"`
	ManifestURL types.String      `tfsdk:"manifest_url"`
	LogURL      types.String      `tfsdk:"log_url"`
	ExpiresAt   types.String      `tfsdk:"expires_at"`
}

func (e *resultsEphemeral) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_results"
}

func (e *resultsEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Presigned URLs of what a job released. They are read anew each time and never stored, since whoever has one can read the file. " +
			"While there are none, and once access is over, all is null, with a warning: a plan never fails for it.",
		Attributes: map[string]schema.Attribute{
			"job": schema.StringAttribute{
				MarkdownDescription: "Job, by its `id`: `namespace/name`, or its name in the provider's namespace.",
				Required:            true,
				Validators:          []validator.String{jobID()},
			},
			"run": schema.Int64Attribute{
				MarkdownDescription: "Run of the job, by its number: one of the last ten. Default: the newest that released anything.",
				Optional:            true,
				Validators:          []validator.Int64{int64validator.AtLeast(1)},
			},
			"files": schema.MapAttribute{
				MarkdownDescription: "URLs of the output files by name, with their sub-folders; the first 20 of them. The manifest lists all.",
				ElementType:         types.StringType,
				Computed:            true,
				Sensitive:           true,
			},
			"manifest_url": schema.StringAttribute{MarkdownDescription: "URL of the manifest: names, sizes and hashes of all that was released.", Computed: true, Sensitive: true},
			"log_url":      schema.StringAttribute{MarkdownDescription: "URL of the algorithm's log; null where it was not released.", Computed: true, Sensitive: true},
			"expires_at":   schema.StringAttribute{MarkdownDescription: "When the URLs stop working, in RFC 3339.", Computed: true},
		},
	}
}

func (e *resultsEphemeral) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.cluster = clusterOf(req.ProviderData, &resp.Diagnostics)
}

// openWait bounds reading the job and its Secret.
const openWait = 30 * time.Second

// Open reads the URLs. A plan must not fail for want of results, so whatever is in the way is a warning.
func (e *resultsEphemeral) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var m resultsEphemeralModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, openWait)
	defer cancel()
	shared, err := e.read(ctx, m.Job.ValueString(), m.Run.ValueInt64())
	if err != nil {
		resp.Diagnostics.AddAttributeWarning(path.Root("job"), "No Results",
			fmt.Sprintf("The URLs of the results of job %q are null: %s", m.Job.ValueString(), sentence(apiMessage(withoutURL(err)))))
		resp.Diagnostics.Append(resp.Result.Set(ctx, m)...)
		return
	}
	m.ManifestURL, m.LogURL = textOf(shared.url(v1alpha1.ResultManifest)), textOf(shared.url(v1alpha1.ResultLog))
	m.ExpiresAt = types.StringValue(shared.expiresAt.UTC().Format(time.RFC3339))
	m.Files = map[string]string{}
	for _, file := range shared.files {
		if file.Type == v1alpha1.ResultOutput {
			m.Files[file.Name] = file.URL
		}
	}
	resp.Diagnostics.Append(resp.Result.Set(ctx, m)...)
}

func (e *resultsEphemeral) read(ctx context.Context, id string, run int64) (sharedResults, error) {
	api, err := e.cluster.client()
	if err != nil {
		return sharedResults{}, err
	}
	key, err := e.cluster.keyOf(id)
	if err != nil {
		return sharedResults{}, err
	}
	var job v1alpha1.ComputeJob
	if err := api.Get(ctx, key, &job); err != nil {
		if apierrors.IsNotFound(err) && !missingKind(err) {
			return sharedResults{}, fmt.Errorf("%w: there is no such job", errNotShared)
		}
		return sharedResults{}, err
	}
	return readShared(ctx, api, &job, run)
}
