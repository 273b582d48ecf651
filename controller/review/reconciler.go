// Package review keeps ResultReviews: it counts votes, gives reviewers links while a review is open, and closes it.
package review

import (
	"context"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/compute-to-data/terraform-provider-c2d/controller/backoff"
	"github.com/compute-to-data/terraform-provider-c2d/controller/conditions"
	"github.com/compute-to-data/terraform-provider-c2d/controller/results"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/review"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Reconciler of ResultReviews.
type Reconciler struct {
	// Client reads from the cache.
	Client client.Client
	// Live reads past the cache, before a review is closed or removed.
	Live     client.Reader
	Recorder events.EventRecorder
	Results  *results.Opener
	// Now is the time; nil: the clock's.
	Now func() time.Time
}

// linksRetry is how soon it is tried again when links cannot be made.
const linksRetry = time.Minute

var _ reconcile.Reconciler = (*Reconciler)(nil)

// SetupWithManager starts the reconciler with the manager.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		For(&v1alpha1.ResultReview{}).
		Watches(&v1alpha1.ComputeJob{}, handler.EnqueueRequestsFromMapFunc(r.ofJob)).
		WithOptions(controller.Options{RateLimiter: backoff.Limiter()}).
		Complete(r)
}

// ofJob are the reviews of the results of a job.
func (r *Reconciler) ofJob(ctx context.Context, object client.Object) (requests []reconcile.Request) {
	job := object.(*v1alpha1.ComputeJob)
	if job.Status.Review == nil && job.DeletionTimestamp.IsZero() && len(job.Status.Runs) == 0 {
		return nil
	}
	var list v1alpha1.ResultReviewList
	if err := r.Client.List(ctx, &list, client.MatchingLabels{sandbox.LabelJobUID: string(job.UID)}, client.UnsafeDisableDeepCopy); err != nil {
		return nil
	}
	for i := range list.Items {
		requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(&list.Items[i])})
	}
	return requests
}

// Reconcile one ResultReview.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var reviewed v1alpha1.ResultReview
	if err := r.Client.Get(ctx, req.NamespacedName, &reviewed); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !reviewed.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, nil
	}
	job, err := r.jobOf(ctx, &reviewed)
	if err != nil {
		return ctrl.Result{}, err
	}
	if job == nil {
		// It goes with its job.
		err := r.Client.Delete(ctx, &reviewed, client.Preconditions{UID: &reviewed.UID})
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	before := reviewed.DeepCopy()
	result, err := r.look(ctx, &reviewed, job)
	if err != nil {
		return ctrl.Result{}, err
	}
	if equality.Semantic.DeepEqual(before.Status, reviewed.Status) {
		return result, nil
	}
	// The lock keeps a vote that came meanwhile from being overlooked.
	if err := r.Client.Status().Patch(ctx, &reviewed, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})); err != nil {
		if apierrors.IsConflict(err) {
			return ctrl.Result{RequeueAfter: 100 * time.Millisecond}, nil
		}
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if before.Status.State != reviewed.Status.State && before.Status.State != "" {
		r.Recorder.Eventf(&reviewed, nil, corev1.EventTypeNormal, string(reviewed.Status.State), "Review", "%s", messageOf(&reviewed))
	}
	return result, nil
}

// jobOf a review, past the cache; nil: it is gone.
func (r *Reconciler) jobOf(ctx context.Context, reviewed *v1alpha1.ResultReview) (*v1alpha1.ComputeJob, error) {
	var job v1alpha1.ComputeJob
	err := r.Live.Get(ctx, types.NamespacedName{Namespace: reviewed.Spec.Job.Namespace, Name: reviewed.Spec.Job.Name}, &job)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the ComputeJob of the review: %w", err)
	}
	if string(job.UID) != reviewed.Spec.Job.UID || !job.DeletionTimestamp.IsZero() {
		return nil, nil
	}
	return &job, nil
}

// look at a review and leave in its status what it has come to.
func (r *Reconciler) look(ctx context.Context, reviewed *v1alpha1.ResultReview, job *v1alpha1.ComputeJob) (ctrl.Result, error) {
	status, now := &reviewed.Status, r.now()
	decided := status.State != "" && status.State != v1alpha1.ReviewPending
	if !decided {
		status.State = state(reviewed, job, now)
		status.Approved, _ = review.Count(&reviewed.Spec)
		decided = status.State != v1alpha1.ReviewPending
		if decided {
			status.DecidedAt = ptr.To(metav1.NewTime(now).Rfc3339Copy())
		}
	}
	status.ObservedGeneration = reviewed.Generation
	message := messageOf(reviewed)
	switch status.State {
	case v1alpha1.ReviewPending:
		conditions.Reconciling(&status.Conditions, reviewed.Generation, string(status.State), message)
	case v1alpha1.ReviewStateExpired:
		conditions.Stalled(&status.Conditions, reviewed.Generation, string(status.State), message)
	default:
		conditions.Ready(&status.Conditions, reviewed.Generation, string(status.State), message)
	}
	if decided {
		if status.LinksSecret != "" {
			if err := r.clearLinks(ctx, reviewed); err != nil {
				return ctrl.Result{}, err
			}
			status.LinksSecret, status.LinksExpireAt = "", nil
		}
		return ctrl.Result{}, r.tell(ctx, reviewed, job)
	}
	again := max(reviewed.Spec.Deadline.Sub(now), time.Second)
	renew, err := r.keepLinks(ctx, reviewed, job)
	if err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "Links for the reviewers cannot be made yet; it is tried again")
		renew = linksRetry
	}
	return ctrl.Result{RequeueAfter: min(again, renew)}, nil
}

// state of a review that was open until now.
func state(reviewed *v1alpha1.ResultReview, job *v1alpha1.ComputeJob, now time.Time) v1alpha1.ReviewState {
	status, run := &job.Status, reviewed.Spec.Job.Run
	own := v1alpha1.ObjectReference{Namespace: reviewed.Namespace, Name: reviewed.Name}
	switch {
	case status.Run > run || status.Run == run && status.State.Terminal(),
		status.Run == run && status.Review != nil && !slices.Contains(status.Review.Reviews, own):
		return v1alpha1.ReviewWithdrawn
	case status.Run < run || status.State != v1alpha1.StateAwaitingReview:
		// The job is about to say that it waits.
		return v1alpha1.ReviewPending
	default:
		return review.Decide(&reviewed.Spec, now)
	}
}

func messageOf(reviewed *v1alpha1.ResultReview) string {
	spec, status := &reviewed.Spec, &reviewed.Status
	job := fmt.Sprintf("run %d of ComputeJob %s/%s", spec.Job.Run, spec.Job.Namespace, spec.Job.Name)
	switch status.State {
	case v1alpha1.ReviewStateApproved:
		return fmt.Sprintf("The results of %s are approved.", job)
	case v1alpha1.ReviewStateRejected:
		for _, vote := range spec.Votes {
			if vote.Decision == v1alpha1.ReviewReject {
				return sandbox.Sentence(fmt.Sprintf("The results of %s are rejected by %s: %s", job, vote.User, vote.Reason))
			}
		}
		return fmt.Sprintf("The results of %s are rejected.", job)
	case v1alpha1.ReviewStateExpired:
		return fmt.Sprintf("The results of %s were not approved in time.", job)
	case v1alpha1.ReviewWithdrawn:
		return fmt.Sprintf("The results of %s need no review any more: the run is over.", job)
	default:
		return fmt.Sprintf("%d of %d approvals for the results of %s, until %s: kubectl c2d review show %s", status.Approved, spec.Approvals, job,
			spec.Deadline.UTC().Format(time.RFC3339), reviewed.Name)
	}
}

func (r *Reconciler) now() time.Time {
	if r.Now != nil {
		return r.Now()
	}
	return time.Now()
}
