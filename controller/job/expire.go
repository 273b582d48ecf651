package job

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/compute-to-data/terraform-provider-c2d/controller/conditions"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
)

const (
	// defaultRetention is the default of the field, for objects older than it.
	defaultRetention = 168 * time.Hour
	// deleteRetry is how soon objects are tried again that cannot be deleted.
	deleteRetry = 10 * time.Minute
)

// afterwards looks after a job whose run is over: it lets the pod go, starts the next run when asked to, keeps the links
// alive while access lasts, and ends access and results in their time.
func (r *Reconciler) afterwards(ctx context.Context, job *v1alpha1.ComputeJob) (ctrl.Result, error) {
	if err := r.removePods(ctx, job); err != nil {
		return ctrl.Result{}, err
	}
	job.Status.ObservedGeneration = job.Generation
	if settled, err := r.settleEnded(ctx, job); err != nil {
		return ctrl.Result{}, err
	} else if !settled {
		return r.settleLook(job), nil
	}
	switch {
	case job.Spec.Suspend:
	case job.Status.State == v1alpha1.StateStopped && job.Status.Pod == "":
		// Suspended before it began: now it begins.
		resume(job, metav1.NewTime(r.now()))
		return ctrl.Result{}, nil
	case job.Spec.Trigger != job.Status.Trigger:
		begin(job, metav1.NewTime(r.now()))
		return ctrl.Result{}, nil
	}
	if job.Status.State == v1alpha1.StateStopped {
		sumUpStopped(job, stopMessages[job.Status.Stop.Reason])
	}
	observe(job)
	return r.expire(ctx, job)
}

// observe marks the conditions that sum a job up as seen in this generation, since a change that starts no run changes
// nothing about them.
func observe(job *v1alpha1.ComputeJob) {
	for i := range job.Status.Conditions {
		switch c := &job.Status.Conditions[i]; c.Type {
		case v1alpha1.ConditionReady, v1alpha1.ConditionStalled:
			c.ObservedGeneration = job.Generation
		}
	}
}

// accessEnd is when the results can no longer be read; zero: no end is known yet.
func accessEnd(job *v1alpha1.ComputeJob) time.Time {
	if job.Status.AccessExpiresAt != nil {
		return job.Status.AccessExpiresAt.Time
	}
	if job.Status.ResultsExpireAt != nil {
		return job.Status.ResultsExpireAt.Time
	}
	return time.Time{}
}

// keepUntil is when the results of a run that ends now are deleted: access is over by then, and the environment's
// retention too.
func keepUntil(job *v1alpha1.ComputeJob, environment *v1alpha1.ComputeEnvironment, now time.Time) *metav1.Time {
	retention := defaultRetention
	if environment != nil && environment.Spec.Results.Retention != nil {
		retention = environment.Spec.Results.Retention.Duration
	}
	from := now
	if expires := job.Status.AccessExpiresAt; expires != nil {
		from = expires.Time
	}
	return ptr.To(metav1.NewTime(from.Add(retention)).Rfc3339Copy())
}

// expire does what is due, and says when the next thing is.
func (r *Reconciler) expire(ctx context.Context, job *v1alpha1.ComputeJob) (ctrl.Result, error) {
	if job.Status.FirstRunTime == nil {
		return ctrl.Result{}, nil
	}
	now := r.now()
	end := accessEnd(job)
	if !end.IsZero() && !now.Before(end) {
		if err := r.endAccess(ctx, job); err != nil {
			return ctrl.Result{}, err
		}
	}
	if due := job.Status.ResultsExpireAt; due != nil && !now.Before(due.Time) {
		if err := r.deleteResults(ctx, job); err != nil {
			ctrl.LoggerFrom(ctx).Error(err, "Results that have had their time cannot be deleted yet")
			r.Recorder.Eventf(job, nil, corev1.EventTypeWarning, "DeleteFailed", "Delete", "The job's results have had their time and cannot be deleted yet; it is tried again.")
			return ctrl.Result{RequeueAfter: deleteRetry}, nil //nolint:nilerr // Tried again in minutes, not at once.
		}
		job.Status.ResultsExpireAt, job.Status.Results = nil, nil
	}
	var result ctrl.Result
	if next := job.Status.ResultsExpireAt; next != nil {
		result = sooner(result, next.Time, now)
	}
	if now.Before(end) {
		result = sooner(result, end, now)
	}
	return result, nil
}

// endAccess takes the links away. They are dead already: none was valid for longer.
func (r *Reconciler) endAccess(ctx context.Context, job *v1alpha1.ComputeJob) error {
	if job.Status.ResultsSecret != "" {
		if err := r.clearLinks(ctx, job); err != nil {
			return err
		}
		job.Status.ResultsSecret, job.Status.LinksExpireAt = "", nil
	}
	if job.Status.State == v1alpha1.StateExpired || job.Status.Manifest == nil {
		// Of a run that released nothing there is nothing to expire.
		return nil
	}
	job.Status.State = v1alpha1.StateExpired
	job.Status.OceanStatus = ptr.To(ocean.Status(v1alpha1.StateExpired, v1alpha1.ReasonExpired))
	if meta.IsStatusConditionTrue(job.Status.Conditions, v1alpha1.ConditionReady) {
		conditions.Ready(&job.Status.Conditions, job.Generation, v1alpha1.ReasonExpired, "The job succeeded; access to its results has ended.")
	}
	return nil
}
