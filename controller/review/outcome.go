package review

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/controller/conditions"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Reasons of condition Released of a review.
const (
	reasonReleased = "Released"
	reasonWithheld = "Withheld"
)

// tell an owner what became of the results once the run is over: another owner's word may have kept them back.
func (r *Reconciler) tell(ctx context.Context, reviewed *v1alpha1.ResultReview, job *v1alpha1.ComputeJob) error {
	if meta.FindStatusCondition(reviewed.Status.Conditions, v1alpha1.ConditionReleased) != nil {
		return nil
	}
	left, ended := released(job, reviewed.Spec.Job.Run)
	if !ended {
		return nil
	}
	say := func(done bool, reason, message string) {
		conditions.Step(&reviewed.Status.Conditions, reviewed.Generation, v1alpha1.ConditionReleased, done, reason, message)
	}
	if left {
		say(true, reasonReleased, "What was reviewed went to the consumer.")
		return nil
	}
	all, err := r.siblings(ctx, reviewed)
	if err != nil {
		return fmt.Errorf("look what other owners decided: %w", err)
	}
	say(false, reasonWithheld, sandbox.Sentence("Nothing went to the consumer: "+why(reviewed, all)))
	return nil
}

// released says whether anything of a run that ended went to the consumer.
func released(job *v1alpha1.ComputeJob, run int64) (left, ended bool) {
	if job.Status.Run == run {
		return job.Status.Manifest != nil, job.Status.State.Terminal()
	}
	at := slices.IndexFunc(job.Status.Runs, func(record v1alpha1.RunRecord) bool { return record.Run == run })
	if at < 0 {
		return false, false
	}
	return job.Status.Runs[at].Manifest != nil, true
}

// siblings are all reviews of the same run, the given one among them, read past the cache: what they say is told once.
func (r *Reconciler) siblings(ctx context.Context, reviewed *v1alpha1.ResultReview) ([]v1alpha1.ResultReview, error) {
	var known v1alpha1.ResultReviewList
	if err := r.Client.List(ctx, &known, client.MatchingLabels{sandbox.LabelJobUID: reviewed.Spec.Job.UID}, client.UnsafeDisableDeepCopy); err != nil {
		return nil, err
	}
	var all []v1alpha1.ResultReview
	for i := range known.Items {
		if known.Items[i].Spec.Job != reviewed.Spec.Job {
			continue
		}
		var one v1alpha1.ResultReview
		if err := r.Live.Get(ctx, client.ObjectKeyFromObject(&known.Items[i]), &one); client.IgnoreNotFound(err) != nil {
			return nil, err
		} else if err == nil {
			all = append(all, one)
		}
	}
	return all, nil
}

// why nothing of a run was released, as its reviews have it. The reason of a rejection is for owners: in the consumer's own
// namespace it is left out.
func why(reviewed *v1alpha1.ResultReview, all []v1alpha1.ResultReview) string {
	var words []string
	for i := range all {
		other := &all[i]
		switch other.Status.State {
		case v1alpha1.ReviewStateRejected:
			word := "it was rejected in namespace " + other.Namespace
			at := slices.IndexFunc(other.Spec.Votes, func(vote v1alpha1.ReviewVote) bool { return vote.Decision == v1alpha1.ReviewReject })
			if at >= 0 && (reviewed.Namespace != reviewed.Spec.Job.Namespace || other.Namespace == reviewed.Namespace) {
				word += ": " + other.Spec.Votes[at].Reason
			}
			words = append(words, word)
		case v1alpha1.ReviewStateExpired:
			words = append(words, "it was not approved in time in namespace "+other.Namespace)
		}
	}
	if len(words) == 0 {
		return "the run was stopped, a review of it was removed, or its results could not be read back"
	}
	slices.Sort(words)
	return strings.Join(words, "; ")
}
