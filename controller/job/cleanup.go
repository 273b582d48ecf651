package job

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

const (
	// deleteGrace is how long the pod of a deleted job has: its algorithm ends within 10 seconds, and nobody will read
	// what it publishes.
	deleteGrace = 20
	// deleteRecheck is how soon a deleted job is looked at again while its pod ends.
	deleteRecheck = 5 * time.Second
)

// removePods of a job whose outcome is recorded. A job that the cache shows behind its pods may not know yet that another run
// has begun.
func (r *Reconciler) removePods(ctx context.Context, job *v1alpha1.ComputeJob) error {
	pods, err := r.pods(ctx, job)
	if err != nil {
		return err
	}
	for i := range pods {
		if run, err := sandbox.ParseRun(pods[i].Annotations); err != nil || run.Run >= job.Status.Run && pods[i].Name != job.Status.Pod {
			continue
		}
		if err := removePod(ctx, r.Client, &pods[i]); err != nil {
			return err
		}
	}
	return nil
}

// removePod deletes a pod and lets it go. The kubelet still takes its time to end it: the object stays until then.
func removePod(ctx context.Context, api client.Client, pod *corev1.Pod, options ...client.DeleteOption) error {
	if pod.DeletionTimestamp.IsZero() {
		options = append(options, client.Preconditions{UID: &pod.UID})
		if err := api.Delete(ctx, pod, options...); client.IgnoreNotFound(err) != nil && !apierrors.IsConflict(err) {
			return fmt.Errorf("delete pod %s/%s: %w", pod.Namespace, pod.Name, err)
		}
	}
	before := pod.DeepCopy()
	if !controllerutil.RemoveFinalizer(pod, sandbox.Finalizer) {
		return nil
	}
	if err := api.Patch(ctx, pod, client.MergeFrom(before)); client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("let pod %s/%s go: %w", pod.Namespace, pod.Name, err)
	}
	return nil
}

// finalize a job that is being deleted: its pod ends first, since it could still write, then its objects go.
func (r *Reconciler) finalize(ctx context.Context, job *v1alpha1.ComputeJob) (ctrl.Result, error) {
	if !controllerutil.ContainsFinalizer(job, sandbox.Finalizer) {
		return ctrl.Result{}, nil
	}
	if owes(job) && job.Status.Payment.Minutes == nil {
		return ctrl.Result{RequeueAfter: time.Millisecond}, r.chargeDeleted(ctx, job)
	}
	pods, err := r.pods(ctx, job)
	if err != nil {
		return ctrl.Result{}, err
	}
	for i := range pods {
		if err := removePod(ctx, r.Client, &pods[i], client.GracePeriodSeconds(deleteGrace)); err != nil {
			return ctrl.Result{}, err
		}
	}
	gone, err := r.podsGone(ctx, job)
	if err != nil {
		return ctrl.Result{}, err
	}
	if !gone {
		return ctrl.Result{RequeueAfter: deleteRecheck}, nil
	}
	if settled, err := r.settleDeleted(ctx, job); err != nil || !settled {
		return r.settleLook(job), err
	}
	if err := r.settleDeletedUsages(ctx, job); err != nil {
		return requeueConflict(err)
	}
	if err := r.deleteResults(ctx, job); err != nil {
		r.Recorder.Eventf(job, nil, corev1.EventTypeWarning, "DeleteFailed", "Delete", "The job's results cannot be deleted yet: %s", sandbox.Sentence(err.Error()))
		return ctrl.Result{}, err
	}
	before := job.DeepCopy()
	controllerutil.RemoveFinalizer(job, sandbox.Finalizer)
	return ctrl.Result{}, client.IgnoreNotFound(r.Client.Patch(ctx, job, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})))
}

// podsGone says whether no pod of the job exists, past the cache.
func (r *Reconciler) podsGone(ctx context.Context, job *v1alpha1.ComputeJob) (bool, error) {
	if job.Status.FirstRunTime == nil {
		return true, nil
	}
	for _, namespace := range r.SandboxNamespaces {
		var pods corev1.PodList
		if err := r.Live.List(ctx, &pods, client.InNamespace(namespace), client.MatchingLabels{sandbox.LabelJobUID: string(job.UID)}); err != nil {
			return false, fmt.Errorf("list the job's pods: %w", err)
		}
		for i := range pods.Items {
			if err := removePod(ctx, r.Client, &pods.Items[i], client.GracePeriodSeconds(deleteGrace)); err != nil {
				return false, err
			}
		}
		if len(pods.Items) > 0 {
			return false, nil
		}
	}
	return true, nil
}

// deleteResults of all runs. An environment that is gone, or has lost its credentials, cannot be asked any more.
func (r *Reconciler) deleteResults(ctx context.Context, job *v1alpha1.ComputeJob) error {
	if job.Status.FirstRunTime == nil {
		return nil
	}
	environment, err := r.environmentOf(ctx, job)
	if err != nil {
		return err
	}
	if environment == nil {
		r.leftBehind(job, "its ComputeEnvironment is gone")
		return nil
	}
	bucket, err := r.Results.Open(ctx, environment)
	if apierrors.IsNotFound(err) {
		r.leftBehind(job, "the credentials of its results bucket are gone")
		return nil
	}
	if err != nil {
		return err
	}
	return bucket.DeleteJob(ctx, objectOf(job))
}

// leftBehind tells the owner of results that nobody can delete any more.
func (r *Reconciler) leftBehind(job *v1alpha1.ComputeJob, why string) {
	r.Recorder.Eventf(job, nil, corev1.EventTypeWarning, "ResultsLeftBehind", "Delete",
		"The results of job %s with UID %s stay in their bucket: %s; delete them by hand.", job.Name, job.UID, why)
}
