package provider

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

var _ datasource.DataSourceWithConfigure = (*computeJobData)(nil)

type computeJobData struct{ cluster *cluster }

func newComputeJobData() datasource.DataSource { return &computeJobData{} }

type computeJobDataModel struct {
	ID          types.String     `tfsdk:"id"`
	Environment types.String     `tfsdk:"environment"`
	Algorithm   types.String     `tfsdk:"algorithm"`
	Trigger     types.String     `tfsdk:"trigger"`
	Runs        []runRecordModel `tfsdk:"runs"`
	jobStatusModel
}

type runRecordModel struct {
	Run         types.Int64  `tfsdk:"run"`
	Trigger     types.String `tfsdk:"trigger"`
	State       types.String `tfsdk:"state"`
	Reason      types.String `tfsdk:"reason"`
	StartedAt   types.String `tfsdk:"started_at"`
	CompletedAt types.String `tfsdk:"completed_at"`
	Manifest    types.Object `tfsdk:"manifest"`
	Payment     types.Object `tfsdk:"payment"`
}

var paymentRecordTypes = map[string]attr.Type{
	"state": types.StringType, "token": types.StringType, "lock_id": types.StringType,
	"claimed": types.StringType, "refunded": types.StringType, "claim_tx": types.StringType,
}

func (d *computeJobData) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_compute_job"
}

func (d *computeJobData) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	status := jobStatusSchema()
	attributes := readOnly(status)
	attributes["id"] = schema.StringAttribute{
		MarkdownDescription: "Job, by its `id`: `namespace/name`, or its name in the provider's namespace.",
		Required:            true,
		Validators:          []validator.String{jobID()},
	}
	attributes["environment"] = schema.StringAttribute{MarkdownDescription: "Environment that it runs in.", Computed: true}
	attributes["algorithm"] = schema.StringAttribute{MarkdownDescription: "Name of the algorithm that it runs, or its DID where the job names it by that; null for one that stands in the job itself.", Computed: true}
	attributes["trigger"] = schema.StringAttribute{MarkdownDescription: "Trigger of the run.", Computed: true}
	attributes["runs"] = schema.ListNestedAttribute{
		MarkdownDescription: "Runs before this one, the newest first, at most ten.",
		Computed:            true,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"run":          schema.Int64Attribute{MarkdownDescription: "Number of the run.", Computed: true},
			"trigger":      schema.StringAttribute{MarkdownDescription: "Trigger that started it.", Computed: true},
			"state":        schema.StringAttribute{MarkdownDescription: "State that it ended in.", Computed: true},
			"reason":       schema.StringAttribute{MarkdownDescription: "Reason of its end.", Computed: true},
			"started_at":   readOnly(status)["started_at"],
			"completed_at": readOnly(status)["completed_at"],
			"manifest":     readOnly(status)["manifest"],
			"payment": schema.SingleNestedAttribute{
				MarkdownDescription: "Money of the run, in base units of the token; null where it cost nothing.",
				Computed:            true,
				Attributes: map[string]schema.Attribute{
					"state":    schema.StringAttribute{MarkdownDescription: "`Settled`, or `Unsettled`, which a person or time must resolve.", Computed: true},
					"token":    schema.StringAttribute{MarkdownDescription: "Token that was paid with.", Computed: true},
					"lock_id":  schema.StringAttribute{MarkdownDescription: "Id under which the escrow contract held the money.", Computed: true},
					"claimed":  schema.StringAttribute{MarkdownDescription: "Amount that the environment was paid.", Computed: true},
					"refunded": schema.StringAttribute{MarkdownDescription: "Amount that went back to the consumer's deposit.", Computed: true},
					"claim_tx": schema.StringAttribute{MarkdownDescription: "Transaction that settled the run.", Computed: true},
				},
			},
		}},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "How a job stands, and what it released: names, sizes, hashes and addresses of the results, without any right to read them. It reads and never waits.",
		Attributes:          attributes,
	}
}

// readOnly attributes of a resource, as a data source has them.
func readOnly(attributes map[string]resourceschema.Attribute) map[string]schema.Attribute {
	result := make(map[string]schema.Attribute, len(attributes))
	for name, attribute := range attributes {
		description := attribute.GetMarkdownDescription()
		switch a := attribute.(type) {
		case resourceschema.Int64Attribute:
			result[name] = schema.Int64Attribute{MarkdownDescription: description, Computed: true}
		case resourceschema.ListAttribute:
			result[name] = schema.ListAttribute{MarkdownDescription: description, Computed: true, ElementType: a.ElementType}
		case resourceschema.SingleNestedAttribute:
			result[name] = schema.SingleNestedAttribute{MarkdownDescription: description, Computed: true, Attributes: readOnly(a.Attributes)}
		case resourceschema.ListNestedAttribute:
			result[name] = schema.ListNestedAttribute{
				MarkdownDescription: description, Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: readOnly(a.NestedObject.Attributes)},
			}
		default:
			result[name] = schema.StringAttribute{MarkdownDescription: description, Computed: true}
		}
	}
	return result
}

func (d *computeJobData) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.cluster = clusterOf(req.ProviderData, &resp.Diagnostics)
}

// dataWait bounds one read.
const dataWait = 30 * time.Second

func (d *computeJobData) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m computeJobDataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, dataWait)
	defer cancel()
	var job v1alpha1.ComputeJob
	if err := d.read(ctx, m.ID.ValueString(), &job); err != nil {
		resp.Diagnostics.Append(explain(fmt.Sprintf("read compute job %q", m.ID.ValueString()), err)...)
		return
	}
	m.Environment = textOf(job.Spec.Environment)
	m.Algorithm = textOf(cmp.Or(job.Spec.Algorithm.Name, job.Spec.Algorithm.DID))
	m.Trigger = textOf(job.Status.Trigger)
	m.jobStatusModel = jobStatusOf(&job)
	m.Runs = []runRecordModel{}
	for _, run := range job.Status.Runs {
		m.Runs = append(m.Runs, runRecordModel{
			Run:         types.Int64Value(run.Run),
			Trigger:     textOf(run.Trigger),
			State:       types.StringValue(string(run.State)),
			Reason:      textOf(run.Reason),
			StartedAt:   timeOf(run.StartTime),
			CompletedAt: timeOf(run.CompletionTime),
			Manifest:    manifestOf(run.Manifest),
			Payment:     paymentRecordOf(run.Payment),
		})
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func paymentRecordOf(p *v1alpha1.PaymentRecord) types.Object {
	if p == nil {
		return types.ObjectNull(paymentRecordTypes)
	}
	return types.ObjectValueMust(paymentRecordTypes, map[string]attr.Value{
		"state": types.StringValue(string(p.State)), "token": textOf(string(p.Token)), "lock_id": textOf(string(p.LockID)),
		"claimed": textOf(string(p.Claimed)), "refunded": textOf(string(p.Refunded)), "claim_tx": textOf(string(p.ClaimTx)),
	})
}

func (d *computeJobData) read(ctx context.Context, id string, job *v1alpha1.ComputeJob) error {
	api, err := d.cluster.client()
	if err != nil {
		return err
	}
	key, err := d.cluster.keyOf(id)
	if err != nil {
		return err
	}
	err = api.Get(ctx, key, job)
	if apierrors.IsNotFound(err) && !missingKind(err) {
		return fmt.Errorf("there is no compute job %q; list them with: kubectl get computejobs --namespace %s", objectID(key), key.Namespace)
	}
	return err
}
