package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

var (
	_ resource.ResourceWithConfigure      = (*resultReviewResource)(nil)
	_ resource.ResourceWithIdentity       = (*resultReviewResource)(nil)
	_ resource.ResourceWithImportState    = (*resultReviewResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*resultReviewResource)(nil)
	_ resource.ResourceWithValidateConfig = (*resultReviewResource)(nil)
)

// resultReviewResource is the vote of the provider's own user. The review itself is the controller's.
type resultReviewResource struct{ cluster *cluster }

func newResultReviewResource() resource.Resource { return &resultReviewResource{} }

// Defaults of the timeouts: a job runs before there is anything to look at.
const (
	reviewAppearsWithin = 60 * time.Minute
	voteWithin          = 5 * time.Minute
	// countedWithin bounds the wait for the controller to count a vote: it was cast whatever comes of that.
	countedWithin = 30 * time.Second
)

func resultReviewKind() kind[*v1alpha1.ResultReview] {
	return kind[*v1alpha1.ResultReview]{
		typeName:   "result_review",
		title:      "result review",
		namespaced: true,
		newObject:  func() *v1alpha1.ResultReview { return &v1alpha1.ResultReview{} },
		newList:    func() client.ObjectList { return &v1alpha1.ResultReviewList{} },
		copy:       (*v1alpha1.ResultReview).DeepCopyInto,
		conditions: func(r *v1alpha1.ResultReview) ([]metav1.Condition, int64) {
			return r.Status.Conditions, r.Status.ObservedGeneration
		},
	}
}

type resultReviewModel struct {
	Namespace types.String   `tfsdk:"namespace"`
	Name      types.String   `tfsdk:"name"`
	Job       types.Object   `tfsdk:"job"`
	Decision  types.String   `tfsdk:"decision"`
	Reason    types.String   `tfsdk:"reason"`
	User      types.String   `tfsdk:"user"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
	ID        types.String   `tfsdk:"id"`
	reviewFactsModel
}

// reviewFactsModel is what a review asks about, and what came of it.
type reviewFactsModel struct {
	ManifestSHA256 types.String `tfsdk:"manifest_sha256"`
	Datasets       types.List   `tfsdk:"datasets"`
	Algorithm      types.String `tfsdk:"algorithm"`
	Outputs        types.Int64  `tfsdk:"outputs"`
	Bytes          types.Int64  `tfsdk:"bytes"`
	Files          types.List   `tfsdk:"files"`
	Flags          types.List   `tfsdk:"flags"`
	Approvals      types.Int64  `tfsdk:"approvals"`
	Approved       types.Int64  `tfsdk:"approved"`
	Deadline       types.String `tfsdk:"deadline"`
	State          types.String `tfsdk:"state"`
}

// reviewedJobModel names the run of a job.
type reviewedJobModel struct {
	Namespace types.String `tfsdk:"namespace"`
	Name      types.String `tfsdk:"name"`
	Run       types.Int64  `tfsdk:"run"`
}

var (
	reviewedJobTypes  = map[string]attr.Type{"namespace": types.StringType, "name": types.StringType, "run": types.Int64Type}
	reviewedFileTypes = map[string]attr.Type{
		"name": types.StringType, "type": types.StringType, "bytes": types.Int64Type, "sha256": types.StringType, "flags": types.ListType{ElemType: types.StringType},
	}
)

func (r *resultReviewResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_result_review"
}

func (r *resultReviewResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.cluster = clusterOf(req.ProviderData, &resp.Diagnostics)
}

func (m *resultReviewModel) key() client.ObjectKey {
	return client.ObjectKey{Namespace: m.Namespace.ValueString(), Name: m.Name.ValueString()}
}

// vote that the configuration asks a user to cast in a review.
func (m *resultReviewModel) vote(user string, review *v1alpha1.ResultReview) v1alpha1.ReviewVote {
	return v1alpha1.ReviewVote{
		User: user, Decision: v1alpha1.ReviewDecision(m.Decision.ValueString()), ManifestSHA256: review.Spec.ManifestSHA256, Reason: m.Reason.ValueString(),
	}
}

// set what a review says, and not what the configuration does.
func (m *resultReviewModel) set(review *v1alpha1.ResultReview) {
	m.Namespace, m.Name = types.StringValue(review.Namespace), types.StringValue(review.Name)
	m.ID = types.StringValue(objectID(m.key()))
	m.Job = reviewedJobOf(review.Spec.Job)
	m.reviewFactsModel = reviewFactsOf(review)
}

// setVote takes over a vote as it was cast.
func (m *resultReviewModel) setVote(vote v1alpha1.ReviewVote) {
	m.Decision, m.User = types.StringValue(string(vote.Decision)), types.StringValue(vote.User)
	if m.Reason.ValueString() != vote.Reason {
		m.Reason = textOf(vote.Reason)
	}
}

func reviewedJobOf(job v1alpha1.ReviewedJob) types.Object {
	return types.ObjectValueMust(reviewedJobTypes, map[string]attr.Value{
		"namespace": types.StringValue(job.Namespace), "name": types.StringValue(job.Name), "run": types.Int64Value(job.Run),
	})
}

func reviewFactsOf(review *v1alpha1.ResultReview) reviewFactsModel {
	spec := review.Spec
	algorithm := spec.Algorithm.Checksum
	if spec.Algorithm.Name != "" {
		algorithm = spec.Algorithm.Name + " " + algorithm
	}
	files, flagged := make([]attr.Value, 0, len(spec.Files)), map[string]bool{}
	for _, file := range spec.Files {
		for _, flag := range file.Flags {
			flagged[flag] = true
		}
		files = append(files, types.ObjectValueMust(reviewedFileTypes, map[string]attr.Value{
			"name": types.StringValue(file.Name), "type": types.StringValue(string(file.Type)), "bytes": types.Int64Value(file.Bytes),
			"sha256": types.StringValue(file.SHA256), "flags": textsOf(file.Flags),
		}))
	}
	state := review.Status.State
	if state == "" {
		state = v1alpha1.ReviewPending
	}
	return reviewFactsModel{
		ManifestSHA256: types.StringValue(spec.ManifestSHA256),
		Datasets:       textsOf(spec.Datasets),
		Algorithm:      types.StringValue(algorithm),
		Outputs:        types.Int64Value(spec.Outputs),
		Bytes:          types.Int64Value(spec.Bytes),
		Files:          types.ListValueMust(types.ObjectType{AttrTypes: reviewedFileTypes}, files),
		Flags:          textsOf(inOrder(flagged)),
		Approvals:      types.Int64Value(int64(spec.Approvals)),
		Approved:       types.Int64Value(int64(review.Status.Approved)),
		Deadline:       timeOf(&spec.Deadline),
		State:          types.StringValue(string(state)),
	}
}

func textsOf(texts []string) types.List {
	values := make([]attr.Value, 0, len(texts))
	for _, text := range texts {
		values = append(values, types.StringValue(text))
	}
	return types.ListValueMust(types.StringType, values)
}

func (r *resultReviewResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m resultReviewModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	within, diags := m.Timeouts.Create(ctx, reviewAppearsWithin)
	resp.Diagnostics.Append(diags...)
	voter, diags := r.voter(ctx, within)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	defer voter.cancel()
	var job reviewedJobModel
	if !m.Job.IsNull() && !m.Job.IsUnknown() {
		resp.Diagnostics.Append(m.Job.As(ctx, &job, objectAsIs)...)
	}
	if m.Namespace.ValueString() == "" {
		namespace, known := r.cluster.namespace()
		if !known {
			resp.Diagnostics.Append(explain("vote", fmt.Errorf("%w: namespace", errUnknownSettings))...)
			return
		}
		m.Namespace = types.StringValue(namespace)
	}
	review, err := voter.find(ctx, m.key(), job)
	if err != nil {
		resp.Diagnostics.Append(explainNoReview(m.key(), job, within, err)...)
		return
	}
	resp.Diagnostics.Append(voter.cast(&m, review)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setReviewIdentity(ctx, resp.Identity, m.key())...)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (r *resultReviewResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m resultReviewModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setReviewIdentity(ctx, resp.Identity, m.key())...)
	voter, diags := r.voter(ctx, dataWait)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	defer voter.cancel()
	// What was decided stays decided: the vote is history, whether or not its review is still there.
	over := m.State.ValueString() != "" && m.State.ValueString() != string(v1alpha1.ReviewPending)
	review := &v1alpha1.ResultReview{}
	switch err := voter.api.Get(voter.ctx, m.key(), review); {
	case apierrors.IsNotFound(err) && !missingKind(err):
		tflog.Info(ctx, fmt.Sprintf("result review %q is gone", objectID(m.key())))
		if !over {
			resp.State.RemoveResource(ctx)
		}
		return
	case err != nil:
		resp.Diagnostics.Append(explain(fmt.Sprintf("read result review %q", objectID(m.key())), err)...)
		return
	}
	user := m.User.ValueString()
	if user == "" { // being imported
		var err error
		if user, err = voter.user(); err != nil {
			resp.Diagnostics.Append(explain("ask the API server who votes", err)...)
			return
		}
	}
	vote, voted := voteOf(review, user)
	if !voted && !over {
		tflog.Info(ctx, fmt.Sprintf("user %q has no vote in result review %q", user, objectID(m.key())))
		resp.State.RemoveResource(ctx)
		return
	}
	m.set(review)
	if voted {
		m.setVote(vote)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (r *resultReviewResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var m, prior resultReviewModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setReviewIdentity(ctx, resp.Identity, m.key())...)
	within, diags := m.Timeouts.Update(ctx, voteWithin)
	resp.Diagnostics.Append(diags...)
	voter, diags := r.voter(ctx, within)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	defer voter.cancel()
	review := &v1alpha1.ResultReview{}
	if err := voter.api.Get(voter.ctx, m.key(), review); err != nil {
		resp.Diagnostics.Append(explain(fmt.Sprintf("vote in result review %q", objectID(m.key())), err)...)
		return
	}
	resp.Diagnostics.Append(voter.cast(&m, review)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if before := prior.User.ValueString(); before != m.User.ValueString() {
		resp.Diagnostics.AddWarning("Another User Voted",
			fmt.Sprintf("The vote is that of %q now. The earlier one of %q stays: nobody else can take it back.", m.User.ValueString(), before))
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (r *resultReviewResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m resultReviewModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	within, diags := m.Timeouts.Delete(ctx, voteWithin)
	resp.Diagnostics.Append(diags...)
	voter, diags := r.voter(ctx, within)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	defer voter.cancel()
	state, err := voter.takeBack(m.key(), m.User.ValueString())
	switch {
	case errors.Is(err, errDecided):
		resp.Diagnostics.AddWarning("Vote Stays",
			fmt.Sprintf("Result review %q is over (%s): the vote of %q counts as it was cast. Terraform forgets it, and changes nothing.", objectID(m.key()), state, m.User.ValueString()))
	case err != nil:
		resp.Diagnostics.Append(explain(fmt.Sprintf("take back the vote of %s in result review %q", m.User.ValueString(), objectID(m.key())), err)...)
	}
}

// explainNoReview says why there was nothing to vote about.
func explainNoReview(key client.ObjectKey, job reviewedJobModel, within time.Duration, err error) diag.Diagnostics {
	what, at := fmt.Sprintf("result review %q", objectID(key)), path.Root("name")
	if key.Name == "" {
		what, at = fmt.Sprintf("result review of job %s/%s in namespace %q", job.Namespace.ValueString(), job.Name.ValueString(), key.Namespace), path.Root("job")
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		return explain("find "+what, err)
	}
	var diags diag.Diagnostics
	diags.AddAttributeError(at, "No Result Review",
		fmt.Sprintf("There is no %s after %s. The controller makes one when a run is over whose datasets in that namespace ask for review.\n\n"+
			"List what there is with: kubectl get resultreviews --namespace %s. timeouts.create waits longer.", what, within, key.Namespace))
	return diags
}
