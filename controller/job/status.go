package job

import (
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/compute-to-data/terraform-provider-c2d/controller/conditions"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
)

// steps are the conditions of a job's life in their order, each with the state during which it is decided.
var steps = []struct {
	condition string
	state     v1alpha1.State
}{
	{v1alpha1.ConditionAdmitted, v1alpha1.StatePending},
	{v1alpha1.ConditionFunded, v1alpha1.StateFunding},
	{v1alpha1.ConditionStaged, v1alpha1.StateStaging},
	{v1alpha1.ConditionExecuted, v1alpha1.StateRunning},
	{v1alpha1.ConditionReleased, v1alpha1.StateReleasing},
}

// messageStaging is said of a job whose pod stages.
const messageStaging = "The pod proves that it is isolated, then fetches the inputs."

// advance a job to a state that is not the last.
func advance(job *v1alpha1.ComputeJob, state v1alpha1.State, reason, message string) {
	job.Status.State = state
	job.Status.OceanStatus = ptr.To(ocean.Status(state, reason))
	job.Status.ObservedGeneration = job.Generation
	conditions.Reconciling(&job.Status.Conditions, job.Generation, reason, message)
}

// wait for something else. A job without a slot leaves the queue meanwhile, and keeps its place in it.
func (r *Reconciler) wait(job *v1alpha1.ComputeJob, w *waiting) {
	if state := job.Status.State; state == v1alpha1.StateStaging || state == v1alpha1.StateFunding {
		advance(job, state, w.reason, w.message)
		return
	}
	conditions.Step(&job.Status.Conditions, job.Generation, v1alpha1.ConditionAdmitted, false, w.reason, w.message)
	advance(job, v1alpha1.StatePending, w.reason, w.message)
}

// done marks a step of the job's life.
func done(job *v1alpha1.ComputeJob, condition, message string) {
	conditions.Step(&job.Status.Conditions, job.Generation, condition, true, condition, message)
}

// succeed ends a job well.
func succeed(job *v1alpha1.ComputeJob, message string, now time.Time) {
	finish(job, v1alpha1.StateSucceeded, v1alpha1.ReasonSucceeded, now)
	conditions.Ready(&job.Status.Conditions, job.Generation, v1alpha1.ReasonSucceeded, message)
}

// fail ends a job badly: the first step that is not done has failed.
func fail(job *v1alpha1.ComputeJob, reason, message string, now time.Time) {
	finish(job, v1alpha1.StateFailed, reason, now)
	breakOff(job, reason, message)
	conditions.Stalled(&job.Status.Conditions, job.Generation, reason, message)
}

// breakOff marks the first step that is not done. Funding is one where something is paid.
func breakOff(job *v1alpha1.ComputeJob, reason, message string) {
	for _, step := range steps {
		c := meta.FindStatusCondition(job.Status.Conditions, step.condition)
		free := c == nil && step.condition == v1alpha1.ConditionFunded
		if free || c != nil && c.Status == metav1.ConditionTrue {
			continue
		}
		conditions.Step(&job.Status.Conditions, job.Generation, step.condition, false, reason, message)
		return
	}
}

func finish(job *v1alpha1.ComputeJob, state v1alpha1.State, reason string, now time.Time) {
	job.Status.State = state
	job.Status.OceanStatus = ptr.To(ocean.Status(state, reason))
	job.Status.ObservedGeneration = job.Generation
	job.Status.CompletionTime = ptr.To(metav1.NewTime(now).Rfc3339Copy())
}

func readyCondition(job *v1alpha1.ComputeJob) metav1.Condition {
	if c := meta.FindStatusCondition(job.Status.Conditions, v1alpha1.ConditionReady); c != nil {
		return *c
	}
	return metav1.Condition{}
}

// waitingSince is when the job entered the state that it waits in: when it left the queue, or when its references were last
// in order.
func (r *Reconciler) waitingSince(job *v1alpha1.ComputeJob) time.Time {
	if job.Status.State == v1alpha1.StateStaging {
		return leftQueue(job)
	}
	if c := meta.FindStatusCondition(job.Status.Conditions, v1alpha1.ConditionAdmitted); c != nil && c.Status == metav1.ConditionFalse {
		return c.LastTransitionTime.Time
	}
	return r.now()
}

// leftQueue is when the run got its slot; zero: it has not.
func leftQueue(job *v1alpha1.ComputeJob) time.Time {
	if c := meta.FindStatusCondition(job.Status.Conditions, v1alpha1.ConditionStaged); c != nil && job.Status.Pod != "" {
		if c.Status == metav1.ConditionFalse {
			return c.LastTransitionTime.Time
		}
		if job.Status.StartTime != nil {
			return job.Status.StartTime.Time
		}
	}
	return time.Time{}
}
