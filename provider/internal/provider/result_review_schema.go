package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func (r *resultReviewResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	stays := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	another := []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplace()}
	attributes := reviewFactsSchema()
	attributes["id"] = schema.StringAttribute{MarkdownDescription: "`namespace/name`, as import wants it.", Computed: true, PlanModifiers: stays}
	attributes["namespace"] = schema.StringAttribute{
		MarkdownDescription: "Namespace of the review: that of the datasets' owner. Default: that of the provider. Another namespace makes another vote.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{label("a namespace")},
		PlanModifiers:       another,
	}
	attributes["name"] = schema.StringAttribute{
		MarkdownDescription: "Name of the review, as `kubectl get resultreviews` shows it. Exactly one of `name` and `job` must be set. Another name makes another vote.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{objectName("a review"), stringvalidator.ExactlyOneOf(path.MatchRoot("name"), path.MatchRoot("job"))},
		PlanModifiers:       another,
	}
	attributes["job"] = schema.SingleNestedAttribute{
		MarkdownDescription: "Job whose review it is, by its `namespace` and `name`: Terraform waits for the review to appear. Do not refer to a `c2d_compute_job` of the same configuration by anything that is known only after it has run: it waits for the review.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.Object{namesJob{}},
		PlanModifiers:       []planmodifier.Object{objectplanmodifier.UseStateForUnknown()},
		// All of it is computed too: where the configuration names no job, Terraform would plan to remove what is not.
		Attributes: map[string]schema.Attribute{
			"namespace": schema.StringAttribute{
				MarkdownDescription: "Namespace of the job: the consumer's.", Optional: true, Computed: true, Validators: []validator.String{label("a namespace")}, PlanModifiers: another,
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the job.", Optional: true, Computed: true, Validators: []validator.String{objectName("a job")}, PlanModifiers: another,
			},
			"run": schema.Int64Attribute{
				MarkdownDescription: "Run of the job. Default: the newest that there is a review of when the vote is cast. A vote is for one run: another one makes another vote.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.Int64{int64validator.AtLeast(1)},
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseStateForUnknown(), int64planmodifier.RequiresReplace()},
			},
		},
	}
	attributes["decision"] = schema.StringAttribute{
		MarkdownDescription: "`Approve` or `Reject`. One rejection decides. It can change while the review is open.",
		Required:            true,
		Validators:          []validator.String{oneOfWords(v1alpha1.ReviewApprove, v1alpha1.ReviewReject)},
	}
	attributes["reason"] = schema.StringAttribute{
		MarkdownDescription: "Reason, which a rejection needs. The consumer does not see it; owners of the other datasets of the run do.",
		Optional:            true,
		Validators:          []validator.String{stringvalidator.LengthBetween(1, 1024)},
	}
	attributes["manifest_sha256"] = schema.StringAttribute{
		MarkdownDescription: "SHA-256 of the run's signed manifest, which stands for every file: the vote is for it. Set it to be sure that you vote about what you have looked at; otherwise it is taken from the review.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{sha256Hex()},
		PlanModifiers:       stays,
	}
	attributes["user"] = schema.StringAttribute{MarkdownDescription: "User who voted: that of the provider's credentials, as the API server authenticates them.", Computed: true}
	attributes["timeouts"] = timeouts.Attributes(ctx, timeouts.Opts{Create: true, Update: true, Delete: true,
		CreateDescription: "How long to wait for the review to appear. Default: `60m`.",
		UpdateDescription: "How long changing the vote may take. Default: `5m`.",
		DeleteDescription: "How long taking back the vote may take. Default: `5m`.",
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: "The vote of the provider's own user about the results of a run, where a dataset's `disclosure.review` asks for one. The review itself is the controller's: it appears in the owner's namespace once a run is over, and disappears with the job.\n\n" +
			"Nobody can vote for another: the user is the one that the provider's credentials stand for, and approvals by several people take several providers, or states. The author of a job has no vote. " +
			"A user needs the ClusterRole `c2d-reviewer` in the namespace.\n\n" +
			"Creating it casts the vote; it does not wait for those of others. **Destroying** it takes the vote back while the review is open; afterwards Terraform forgets it and says so. A vote in a review that was decided stays in the state, also when the review is gone with its job.",
		Attributes: attributes,
	}
}

// reviewFactsSchema of what a review asks about, and what came of it.
func reviewFactsSchema() map[string]schema.Attribute {
	stays := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	computed := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true, PlanModifiers: stays}
	}
	number := func(description string) schema.Attribute {
		return schema.Int64Attribute{MarkdownDescription: description, Computed: true, PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()}}
	}
	names := func(description string) schema.Attribute {
		return schema.ListAttribute{MarkdownDescription: description, ElementType: types.StringType, Computed: true, PlanModifiers: []planmodifier.List{listplanmodifier.UseStateForUnknown()}}
	}
	return map[string]schema.Attribute{
		"manifest_sha256": computed("SHA-256 of the run's signed manifest, which stands for every file."),
		"datasets":        names("Datasets of the namespace that the job has read."),
		"algorithm":       computed("Algorithm that ran: its `namespace/name` where it has one, and its checksum."),
		"outputs":         number("Number of output files."),
		"bytes":           number("Bytes of the outputs together."),
		"files": schema.ListNestedAttribute{
			MarkdownDescription: "Files to be released, those that a check flagged first, at most 20; the manifest lists all. The algorithm chose their names.",
			Computed:            true,
			PlanModifiers:       []planmodifier.List{listplanmodifier.UseStateForUnknown()},
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"name":   schema.StringAttribute{MarkdownDescription: "Name of the file, with its sub-folders.", Computed: true},
				"type":   schema.StringAttribute{MarkdownDescription: "`Output` or `Log`.", Computed: true},
				"bytes":  schema.Int64Attribute{MarkdownDescription: "Bytes of the file.", Computed: true},
				"sha256": schema.StringAttribute{MarkdownDescription: "SHA-256 of the file's bytes, in lower-case hex.", Computed: true},
				"flags":  schema.ListAttribute{MarkdownDescription: "Names of the checks that flagged it.", ElementType: types.StringType, Computed: true},
			}},
		},
		"flags":     names("Names of all checks that flagged one of `files`."),
		"approvals": number("Approvals by distinct users that are needed."),
		"approved":  schema.Int64Attribute{MarkdownDescription: "Approvals that count so far.", Computed: true},
		"deadline":  computed("Deadline of the review, in RFC 3339. What is not approved by then is not released."),
		"state":     schema.StringAttribute{MarkdownDescription: "State of the review: `Pending`, `Approved`, `Rejected`, `Expired` or `Withdrawn`.", Computed: true},
	}
}

// ValidateConfig wants a reason for a rejection.
func (r *resultReviewResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var decision, reason types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("decision"), &decision)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("reason"), &reason)...)
	if decision.ValueString() == string(v1alpha1.ReviewReject) && reason.IsNull() {
		resp.Diagnostics.AddAttributeError(path.Root("reason"), "Missing Reason",
			"A rejection needs a reason: the consumer is told that the results were rejected, the owner finds why here.")
	}
}

// ModifyPlan fills in the namespace of the provider, so that most plans show it.
func (r *resultReviewResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.cluster == nil {
		return
	}
	var configured, planned types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("namespace"), &configured)...)
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("namespace"), &planned)...)
	if namespace, known := r.cluster.namespace(); configured.IsNull() && planned.IsUnknown() && known {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("namespace"), namespace)...)
	}
}

func (r *resultReviewResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"name":      identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the review."},
		"namespace": identityschema.StringAttribute{OptionalForImport: true, Description: "Namespace of the review. Default: that of the provider."},
	}}
}

// ImportState takes over the vote that the provider's user has cast by other means.
func (r *resultReviewResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	key, err := importedKey(ctx, r.cluster, req)
	if err != nil {
		resp.Diagnostics.AddError("Invalid Import ID", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("namespace"), key.Namespace)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("name"), key.Name)...)
	resp.Diagnostics.Append(setReviewIdentity(ctx, resp.Identity, key)...)
}

func importedKey(ctx context.Context, cluster *cluster, req resource.ImportStateRequest) (client.ObjectKey, error) {
	id := req.ID
	if id == "" && req.Identity != nil {
		var name string
		var namespace *string
		diags := req.Identity.GetAttribute(ctx, path.Root("name"), &name)
		diags.Append(req.Identity.GetAttribute(ctx, path.Root("namespace"), &namespace)...)
		if diags.HasError() {
			return client.ObjectKey{}, fmt.Errorf("read the identity: %s", diags[0].Detail())
		}
		id = name
		if namespace != nil {
			id = *namespace + "/" + name
		}
	}
	key, err := cluster.keyOf(id)
	if err == nil && (key.Name == "" || key.Namespace == "" || strings.Contains(key.Name, "/")) {
		err = fmt.Errorf("%q does not name a result review: expected namespace/name, or name alone for the provider's namespace", id)
	}
	return key, err
}

func setReviewIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, key client.ObjectKey) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	diags := identity.SetAttribute(ctx, path.Root("name"), key.Name)
	diags.Append(identity.SetAttribute(ctx, path.Root("namespace"), key.Namespace)...)
	return diags
}
