package job

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/controller/conditions"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
)

// messageSuspended is said of a job that spec.suspend keeps from running.
const messageSuspended = "The job is suspended."

// stopMessages say why a run was stopped, and what to do to have it run again.
var stopMessages = map[string]string{
	v1alpha1.ReasonSuspended:     "The run was stopped by spec.suspend; set another spec.trigger to run again.",
	v1alpha1.ReasonRetriggered:   "The run was stopped by a new spec.trigger.",
	v1alpha1.ReasonAccessExpired: "The run was stopped when access to the datasets ended, as their terms say.",
}

// stopReason says why the run that is under way must be stopped; empty: it need not, or is being stopped. What is being
// released has no algorithm left to stop.
func (r *Reconciler) stopReason(job *v1alpha1.ComputeJob) string {
	switch expires := job.Status.AccessExpiresAt; {
	case job.Status.Stop != nil, job.Status.State == v1alpha1.StateReleasing, job.Status.State == v1alpha1.StateSettling:
		return ""
	case job.Spec.Suspend:
		return v1alpha1.ReasonSuspended
	case job.Spec.Trigger != job.Status.Trigger:
		return v1alpha1.ReasonRetriggered
	case expires != nil && !r.now().Before(expires.Time):
		return v1alpha1.ReasonAccessExpired
	default:
		return ""
	}
}

// orderStop writes the order down before it is carried out: from then on the run ends as stopped, whatever the spec says
// next and whoever dies.
func (r *Reconciler) orderStop(job *v1alpha1.ComputeJob, reason string) {
	job.Status.Stop = &v1alpha1.StopStatus{Reason: reason, Time: metav1.NewTime(r.now()).Rfc3339Copy()}
	advance(job, job.Status.State, v1alpha1.ReasonStopping, "The algorithm is being stopped; its log is published, where the owners' rules release it.")
}

// stop the pod of a run: the algorithm ends within seconds, and publish takes the pod's grace period for the log.
func (r *Reconciler) stop(ctx context.Context, p *corev1.Pod) error {
	if !p.DeletionTimestamp.IsZero() {
		return nil
	}
	err := r.Client.Delete(ctx, p, client.Preconditions{UID: &p.UID})
	if client.IgnoreNotFound(err) != nil && !apierrors.IsConflict(err) {
		return fmt.Errorf("delete pod %s/%s of a run that is stopped: %w", p.Namespace, p.Name, err)
	}
	return nil
}

// stopUnstarted ends a run whose pod is in no cache: it may be there all the same.
func (r *Reconciler) stopUnstarted(ctx context.Context, job *v1alpha1.ComputeJob) (ctrl.Result, error) {
	for _, namespace := range r.SandboxNamespaces {
		var p corev1.Pod
		err := r.Live.Get(ctx, types.NamespacedName{Namespace: namespace, Name: job.Status.Pod}, &p)
		if apierrors.IsNotFound(err) {
			continue
		}
		if err != nil {
			return ctrl.Result{}, fmt.Errorf("look for pod %s/%s: %w", namespace, job.Status.Pod, err)
		}
		// Its events bring the job back.
		return ctrl.Result{RequeueAfter: deleteRecheck}, r.stop(ctx, &p)
	}
	stopped(job, "", r.now())
	return ctrl.Result{}, nil
}

// stopped ends a run that was stopped. message adds to what is said of it.
func stopped(job *v1alpha1.ComputeJob, message string, now time.Time) {
	reason := job.Status.Stop.Reason
	finish(job, v1alpha1.StateStopped, reason, now)
	text := stopMessages[reason]
	if message != "" {
		text += " " + message
	}
	breakOff(job, reason, text)
	sumUpStopped(job, text)
}

// sumUpStopped leaves a job that is kept suspended without Ready, and calls any other stalled: it needs another trigger.
func sumUpStopped(job *v1alpha1.ComputeJob, message string) {
	if job.Spec.Suspend {
		conditions.None(&job.Status.Conditions)
		return
	}
	conditions.Stalled(&job.Status.Conditions, job.Generation, job.Status.Stop.Reason, message)
}

// suspend a job that holds no slot: nothing of it runs.
func (r *Reconciler) suspend(job *v1alpha1.ComputeJob) {
	job.Status.Queue = nil
	job.Status.Stop = &v1alpha1.StopStatus{Reason: v1alpha1.ReasonSuspended, Time: metav1.NewTime(r.now()).Rfc3339Copy()}
	job.Status.State = v1alpha1.StateStopped
	job.Status.ObservedGeneration = job.Generation
	job.Status.OceanStatus = ptr.To(ocean.Status(v1alpha1.StateStopped, v1alpha1.ReasonSuspended))
	meta.RemoveStatusCondition(&job.Status.Conditions, v1alpha1.ConditionAdmitted)
	conditions.None(&job.Status.Conditions)
}
