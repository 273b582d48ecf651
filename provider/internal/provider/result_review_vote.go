package provider

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	authenticationv1 "k8s.io/api/authentication/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	ac "github.com/compute-to-data/terraform-provider-c2d/crds/applyconfiguration/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// errDecided says that votes in a review no longer change anything.
var errDecided = errors.New("the review is over")

// objectAsIs reads an object of which parts may not be known.
var objectAsIs = basetypes.ObjectAsOptions{UnhandledNullAsEmpty: true, UnhandledUnknownAsEmpty: true}

// voter is the provider's user at a review.
type voter struct {
	ctx     context.Context
	cancel  context.CancelFunc
	api     client.WithWatch
	cluster *cluster
}

func (r *resultReviewResource) voter(ctx context.Context, within time.Duration) (*voter, diag.Diagnostics) {
	api, err := r.cluster.client()
	if err != nil {
		return nil, explain("vote", err)
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	return &voter{ctx, cancel, api, r.cluster}, nil
}

// user is the name that the API server knows the provider by.
func (v *voter) user() (string, error) {
	var who authenticationv1.SelfSubjectReview
	if err := v.api.Create(v.ctx, &who); err != nil {
		return "", err
	}
	if who.Status.UserInfo.Username == "" {
		return "", errors.New("the API server does not say who the user of the provider is")
	}
	return who.Status.UserInfo.Username, nil
}

// manager of the fields of one user's vote. Were it the same for all, the vote of one user would take the place of another's,
// since server-side apply removes what a manager no longer asks for.
func (v *voter) manager(user string) client.FieldOwner {
	sum := sha256.Sum256([]byte(user))
	name := v.cluster.fieldManager()
	return client.FieldOwner(name[:min(len(name), 128-17)] + "-" + hex.EncodeToString(sum[:8]))
}

// find a review by its name, or by its job where it has none, and wait for it.
func (v *voter) find(ctx context.Context, key client.ObjectKey, job reviewedJobModel) (*v1alpha1.ResultReview, error) {
	backoff := newBackoff()
	for {
		review, err := v.findOnce(key, job)
		switch {
		case err == nil:
			return review, nil
		case v.ctx.Err() != nil:
			return nil, v.ctx.Err()
		case apierrors.IsForbidden(err), apierrors.IsUnauthorized(err), missingKind(err):
			return nil, err
		}
		tflog.Debug(ctx, "looking for the review again", map[string]any{"because": err.Error()})
		select {
		case <-v.ctx.Done():
			return nil, v.ctx.Err()
		case <-time.After(backoff.Step()):
		}
	}
}

func (v *voter) findOnce(key client.ObjectKey, job reviewedJobModel) (*v1alpha1.ResultReview, error) {
	seconds := watchFor
	options := &client.ListOptions{Namespace: key.Namespace}
	if key.Name != "" {
		options.FieldSelector = fields.OneTermEqualSelector("metadata.name", key.Name)
	}
	var list v1alpha1.ResultReviewList
	if err := v.api.List(v.ctx, &list, options); err != nil {
		return nil, err
	}
	var newest *v1alpha1.ResultReview
	for i := range list.Items {
		if review := &list.Items[i]; isOf(review, key, job) && (newest == nil || newest.Spec.Job.Run < review.Spec.Job.Run) {
			newest = review
		}
	}
	if newest != nil {
		return newest, nil
	}
	options.Raw = &metav1.ListOptions{ResourceVersion: list.ResourceVersion, TimeoutSeconds: &seconds}
	changes, err := v.api.Watch(v.ctx, &v1alpha1.ResultReviewList{}, options)
	if err != nil {
		return nil, err
	}
	defer changes.Stop()
	for event := range changes.ResultChan() {
		switch event.Type {
		case watch.Error:
			return nil, apierrors.FromObject(event.Object)
		case watch.Added, watch.Modified:
			if review, ok := event.Object.(*v1alpha1.ResultReview); ok && isOf(review, key, job) {
				return review, nil
			}
		}
	}
	return nil, errWatchEnded
}

// isOf says whether a review is the one that is looked for.
func isOf(review *v1alpha1.ResultReview, key client.ObjectKey, job reviewedJobModel) bool {
	if key.Name != "" {
		return review.Name == key.Name
	}
	of := review.Spec.Job
	return of.Namespace == job.Namespace.ValueString() && of.Name == job.Name.ValueString() &&
		(job.Run.IsNull() || job.Run.IsUnknown() || of.Run == job.Run.ValueInt64())
}

// cast the vote that a model asks for, and take over what comes of it.
func (v *voter) cast(m *resultReviewModel, review *v1alpha1.ResultReview) diag.Diagnostics {
	name := fmt.Sprintf("result review %q", objectID(client.ObjectKeyFromObject(review)))
	user, err := v.user()
	if err != nil {
		return explain("ask the API server who votes", err)
	}
	vote := m.vote(user, review)
	if diags := mayVote(m, review, vote); diags.HasError() {
		return diags
	}
	if cast, _ := voteOf(review, user); cast != vote {
		configuration := ac.ResultReview(review.Name, review.Namespace).WithUID(review.UID).WithSpec(ac.ResultReviewSpec().WithVotes(
			ac.ReviewVote().WithUser(vote.User).WithDecision(vote.Decision).WithManifestSHA256(vote.ManifestSHA256).WithReason(vote.Reason)))
		// By force, since a vote is its user's alone, through whatever they cast it before.
		if err := v.api.Apply(v.ctx, configuration, v.manager(user), client.ForceOwnership); err != nil {
			return explain("vote in "+name, err)
		}
		if err := convert(configuration, review); err != nil {
			return explain("vote in "+name, err)
		}
	}
	var diags diag.Diagnostics
	if !v.counted(review) {
		diags.AddWarning("Vote Not Counted Yet",
			fmt.Sprintf("The vote in %s was cast, and the controller has not counted it within %s: check that it is running (kubectl --namespace c2d-system get pods). The next plan shows what came of it.", name, countedWithin))
	}
	m.set(review)
	m.User = types.StringValue(user)
	return diags
}

// mayVote says why a vote would not count.
func mayVote(m *resultReviewModel, review *v1alpha1.ResultReview, vote v1alpha1.ReviewVote) diag.Diagnostics {
	var diags diag.Diagnostics
	name := fmt.Sprintf("Result review %q", objectID(client.ObjectKeyFromObject(review)))
	wanted := m.ManifestSHA256.ValueString()
	cast, voted := voteOf(review, vote.User)
	switch {
	case wanted != "" && wanted != review.Spec.ManifestSHA256:
		diags.AddAttributeError(path.Root("manifest_sha256"), "Another Manifest",
			fmt.Sprintf("%s is about manifest %s, expected %s: these are not the results that you have looked at.\n\nLook at them, then vote about them.", name, review.Spec.ManifestSHA256, wanted))
	case slices.Contains(review.Spec.Authors, vote.User):
		diags.AddError("Author Has No Vote",
			fmt.Sprintf("User %q is an author of job %s/%s, and nobody votes about results of their own.\n\nConfigure the provider with the credentials of another reviewer.",
				vote.User, review.Spec.Job.Namespace, review.Spec.Job.Name))
	case voted && cast == vote:
	case decided(review):
		diags.AddError("Review Is Decided",
			fmt.Sprintf("%s is %s already: votes no longer change anything.\n\nRemove this resource from the configuration, or name the review of a later run (job.run).", name, review.Status.State))
	case !time.Now().Before(review.Spec.Deadline.Time):
		diags.AddError("Review Is Over",
			fmt.Sprintf("%s ended at %s: what was not approved by then is not released.\n\nThe consumer may run the job again.", name, review.Spec.Deadline.UTC().Format(time.RFC3339)))
	}
	return diags
}

// counted waits until the controller has looked at the votes; review then holds what was seen last.
func (v *voter) counted(review *v1alpha1.ResultReview) bool {
	ctx, cancel := context.WithTimeout(v.ctx, countedWithin)
	defer cancel()
	done := func(r *v1alpha1.ResultReview) bool { return decided(r) || r.Status.ObservedGeneration >= r.Generation }
	if done(review) {
		return true
	}
	err := follow(ctx, v.api, resultReviewKind(), review, done)
	return err == nil || errors.Is(err, errGone)
}

// takeBack the vote of a user while the review is open; errDecided, and its state, where it is not.
func (v *voter) takeBack(key client.ObjectKey, user string) (v1alpha1.ReviewState, error) {
	review := &v1alpha1.ResultReview{}
	err := retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		if err := v.api.Get(v.ctx, key, review); err != nil {
			return err
		}
		if _, voted := voteOf(review, user); !voted {
			return nil
		}
		if decided(review) {
			return errDecided
		}
		before := review.DeepCopy()
		review.Spec.Votes = slices.DeleteFunc(review.Spec.Votes, func(vote v1alpha1.ReviewVote) bool { return vote.User == user })
		return v.api.Patch(v.ctx, review, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}), v.manager(user))
	})
	if apierrors.IsNotFound(err) && !missingKind(err) {
		return "", nil
	}
	if err != nil && !errors.Is(err, errDecided) && v.api.Get(v.ctx, key, review) == nil && decided(review) {
		// It was decided between the look and the write, which was refused for that.
		err = errDecided
	}
	return review.Status.State, err
}

// decided says whether a review is no longer open.
func decided(review *v1alpha1.ResultReview) bool {
	return review.Status.State != "" && review.Status.State != v1alpha1.ReviewPending
}

// voteOf a user in a review.
func voteOf(review *v1alpha1.ResultReview, user string) (v1alpha1.ReviewVote, bool) {
	for _, vote := range review.Spec.Votes {
		if vote.User == user {
			return vote, true
		}
	}
	return v1alpha1.ReviewVote{}, false
}
