package job

import (
	"context"
	"fmt"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/compute-to-data/terraform-provider-c2d/controller/conditions"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/manifest"
	"github.com/compute-to-data/terraform-provider-c2d/review"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox/pod"
)

// Annotations of a job that admission policies stamp, and nobody can set.
const (
	// AnnotationAuthor names the user who created the job.
	AnnotationAuthor = "c2d.dev/author"
	// AnnotationRunAuthor names the user who last changed its spec, and so asked for the run.
	AnnotationRunAuthor = "c2d.dev/run-author"
)

// authorsOf a job; none where nobody stamped them.
func authorsOf(job *v1alpha1.ComputeJob) []string {
	var authors []string
	for _, key := range []string{AnnotationAuthor, AnnotationRunAuthor} {
		author := job.Annotations[key]
		if author == "" {
			return nil
		}
		if !slices.Contains(authors, author) {
			authors = append(authors, author)
		}
	}
	return authors
}

// jobOfReview maps a review to the job whose results it is about.
func jobOfReview(_ context.Context, object client.Object) []reconcile.Request {
	job := object.(*v1alpha1.ResultReview).Spec.Job
	return []reconcile.Request{{NamespacedName: types.NamespacedName{Namespace: job.Namespace, Name: job.Name}}}
}

// ask says who must review what a run that is over would release.
func (r *Reconciler) ask(job *v1alpha1.ComputeJob, run *sandbox.Run, seen pod.Observation) []review.Asked {
	published := job.Status.Published
	if published == nil {
		return nil
	}
	return review.Ask(run.Datasets, review.Outcome{
		Succeeded: seen.State == v1alpha1.StateSucceeded, Log: published.Log, Flagged: published.Flagged,
	})
}

// awaitReview asks the owners, and has the job wait for them. The reviews are there before the status says so: made again
// after a crash, they are the same.
func (r *Reconciler) awaitReview(ctx context.Context, job *v1alpha1.ComputeJob, run *sandbox.Run, seen pod.Observation, asked []review.Asked) error {
	if job.Status.Stop != nil && seen.State != v1alpha1.StateSucceeded {
		// Nobody waits for the log of a run that was stopped.
		stopped(job, "", r.now())
		return nil
	}
	authors := authorsOf(job)
	if len(authors) == 0 {
		return &failure{v1alpha1.ReasonReviewRejected, fmt.Sprintf("The owners ask for a review, and annotation %s does not say who created the job: have an administrator apply install/system/review.yaml, then create the job again.", AnnotationAuthor)}
	}
	environment, err := r.environmentOf(ctx, job)
	if err != nil {
		return err
	}
	if environment == nil {
		return r.releaseFailed(seen, fmt.Errorf("ComputeEnvironment %s is gone", job.Spec.Environment))
	}
	bucket, err := r.Results.Open(ctx, environment)
	if err != nil {
		return r.releaseFailed(seen, err)
	}
	signed, err := bucket.Manifest(ctx, run, job.Status.Published.ManifestSHA256)
	if err != nil {
		return r.releaseFailed(seen, err)
	}
	ended := seen.Ended
	status := &v1alpha1.ReviewStatus{State: v1alpha1.ReviewPending, Since: metav1.NewTime(ended).Rfc3339Copy(), Reason: seen.Reason, Message: seen.Message}
	for _, a := range asked {
		made := reviewFor(job, &signed.Statement.Predicate, a, authors, ended, seen.State == v1alpha1.StateSucceeded)
		if err := r.Client.Create(ctx, made); client.IgnoreAlreadyExists(err) != nil {
			return fmt.Errorf("ask for a review in namespace %s: %w", a.Namespace, err)
		}
		status.Reviews = append(status.Reviews, v1alpha1.ObjectReference{Namespace: made.Namespace, Name: made.Name})
		if status.Deadline.IsZero() || made.Spec.Deadline.Before(&status.Deadline) {
			status.Deadline = made.Spec.Deadline
		}
	}
	job.Status.Review = status
	if status.Reason != "" {
		breakOff(job, seen.Reason, seen.Message)
	}
	r.sayReview(job, 0, approvalsOf(asked))
	return nil
}

func approvalsOf(asked []review.Asked) (needed int32) {
	for _, a := range asked {
		needed += a.Approvals
	}
	return needed
}

// sayReview says how far the reviews are.
func (r *Reconciler) sayReview(job *v1alpha1.ComputeJob, approved, needed int32) {
	what := "The results wait"
	if job.Status.Review.Reason != "" {
		what = "The log waits"
	}
	message := fmt.Sprintf("%s for review by the data's owners until %s: %d of %d approvals.", what, job.Status.Review.Deadline.UTC().Format(time.RFC3339), approved, needed)
	conditions.Step(&job.Status.Conditions, job.Generation, v1alpha1.ConditionReleased, false, v1alpha1.ReasonAwaitingReview, message)
	advance(job, v1alpha1.StateAwaitingReview, v1alpha1.ReasonAwaitingReview, message)
}

// reviewFor the people of a namespace.
func reviewFor(job *v1alpha1.ComputeJob, run *manifest.Predicate, asked review.Asked, authors []string, ended time.Time, succeeded bool) *v1alpha1.ResultReview {
	published := job.Status.Published
	made := &v1alpha1.ResultReview{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: asked.Namespace, Name: review.Name(job.Name, job.UID, job.Status.Run),
			Labels: map[string]string{sandbox.LabelJobUID: string(job.UID)},
		},
		Spec: v1alpha1.ResultReviewSpec{
			Job:     v1alpha1.ReviewedJob{Namespace: job.Namespace, Name: job.Name, UID: string(job.UID), Run: job.Status.Run},
			Authors: authors, Datasets: asked.Datasets,
			Algorithm:      v1alpha1.ReviewedAlgorithm{DID: run.Algorithm.DID, Checksum: run.Algorithm.Checksum},
			ManifestSHA256: published.ManifestSHA256,
			Approvals:      asked.Approvals, Deadline: metav1.NewTime(ended.Add(asked.Deadline)).Rfc3339Copy(),
		},
	}
	if a := run.Algorithm; !a.Raw {
		made.Spec.Algorithm.Name = a.Namespace + "/" + a.Name
	}
	if succeeded {
		made.Spec.Outputs, made.Spec.Bytes = published.Outputs, published.Bytes
	}
	for _, flagged := range []bool{true, false} {
		for _, result := range run.Results {
			if len(result.Flags) > 0 != flagged || len(made.Spec.Files) >= maxListed || !succeeded && result.Type != v1alpha1.ResultLog {
				continue
			}
			file := v1alpha1.ReviewedFile{Name: result.Name, Type: result.Type, Bytes: result.Bytes, SHA256: result.SHA256}
			for _, check := range result.Flags {
				file.Flags = append(file.Flags, string(check))
			}
			made.Spec.Files = append(made.Spec.Files, file)
		}
	}
	return made
}

// followReview of a run: it ends when all owners have approved, one has not, or the run is stopped. Its pod is not needed.
func (r *Reconciler) followReview(ctx context.Context, job *v1alpha1.ComputeJob) (ctrl.Result, error) {
	if err := r.removePods(ctx, job); err != nil {
		return ctrl.Result{}, err
	}
	status := job.Status.Review
	if reason := r.stopReason(job); reason != "" {
		job.Status.Stop = &v1alpha1.StopStatus{Reason: reason, Time: metav1.NewTime(r.now()).Rfc3339Copy()}
		status.State = v1alpha1.ReviewWithdrawn
		stopped(job, "Nothing of it was released.", r.now())
		return ctrl.Result{}, nil
	}
	var states []v1alpha1.ReviewState
	var approved, needed int32
	for _, reference := range status.Reviews {
		state, seen, err := r.reviewState(ctx, job, reference)
		if err != nil {
			return ctrl.Result{}, err
		}
		if seen != nil {
			votes, _ := review.Count(&seen.Spec)
			approved, needed = approved+min(votes, seen.Spec.Approvals), needed+seen.Spec.Approvals
		}
		states = append(states, state)
	}
	switch together := review.Together(states); together {
	case v1alpha1.ReviewPending:
		r.sayReview(job, approved, needed)
		// The reviews themselves tell when their time is over; this is for when nobody does.
		look := sooner(ctrl.Result{}, status.Deadline.Add(time.Minute), r.now())
		if expires := job.Status.AccessExpiresAt; expires != nil {
			look = sooner(look, expires.Time, r.now())
		}
		return look, nil
	case v1alpha1.ReviewStateApproved:
		return ctrl.Result{}, r.approve(ctx, job)
	default:
		status.State = together
		if status.Reason != "" {
			meta.RemoveStatusCondition(&job.Status.Conditions, v1alpha1.ConditionReleased)
			return ctrl.Result{}, &failure{status.Reason, status.Message}
		}
		if together == v1alpha1.ReviewStateExpired {
			return ctrl.Result{}, &failure{v1alpha1.ReasonReviewTimeout, "The owners of the data did not approve the results in time; ask them, and run the job again."}
		}
		return ctrl.Result{}, &failure{v1alpha1.ReasonReviewRejected, "The owners of the data rejected the results; ask them why."}
	}
}

// reviewState past the cache. A review that is gone, or is another's, was taken back by whoever removed it.
func (r *Reconciler) reviewState(ctx context.Context, job *v1alpha1.ComputeJob, reference v1alpha1.ObjectReference) (v1alpha1.ReviewState, *v1alpha1.ResultReview, error) {
	var seen v1alpha1.ResultReview
	err := r.Live.Get(ctx, types.NamespacedName{Namespace: reference.Namespace, Name: reference.Name}, &seen)
	if apierrors.IsNotFound(err) {
		return v1alpha1.ReviewStateRejected, nil, nil
	}
	if err != nil {
		return "", nil, fmt.Errorf("read ResultReview %s/%s: %w", reference.Namespace, reference.Name, err)
	}
	if seen.Spec.Job.UID != string(job.UID) || seen.Spec.ManifestSHA256 != job.Status.Published.ManifestSHA256 {
		return v1alpha1.ReviewStateRejected, nil, nil
	}
	state := seen.Status.State
	switch state {
	case "":
		state = v1alpha1.ReviewPending
	case v1alpha1.ReviewStateApproved:
		// What makes it right to release is counted again.
		if approved, rejected := review.Count(&seen.Spec); rejected || approved < seen.Spec.Approvals {
			state = v1alpha1.ReviewStateRejected
		}
	}
	return state, &seen, nil
}

// approve releases what was reviewed.
func (r *Reconciler) approve(ctx context.Context, job *v1alpha1.ComputeJob) error {
	status := job.Status.Review
	environment, err := r.environmentOf(ctx, job)
	if err != nil {
		return err
	}
	if environment == nil {
		return &failure{v1alpha1.ReasonPublishFailed, fmt.Sprintf("The results were approved, and ComputeEnvironment %s is gone, and with it the way to them.", job.Spec.Environment)}
	}
	job.Status.ResultsExpireAt = keepUntil(job, environment, r.now())
	succeeded := status.Reason == ""
	released, err := r.release(ctx, job, environment, succeeded)
	if err != nil {
		seen := pod.Observation{State: v1alpha1.StateSucceeded, Ended: r.now()}
		if !succeeded {
			seen.State, seen.Reason, seen.Message = v1alpha1.StateFailed, status.Reason, status.Message
		}
		return r.releaseFailed(seen, err)
	}
	status.State = v1alpha1.ReviewStateApproved
	if !succeeded {
		meta.RemoveStatusCondition(&job.Status.Conditions, v1alpha1.ConditionReleased)
		return &failure{status.Reason, failureMessage(job, status.Reason, status.Message, released)}
	}
	done(job, v1alpha1.ConditionReleased, "The owners approved the results, and everything that the rules let out can be read.")
	succeed(job, successMessage(job), r.now())
	return nil
}
