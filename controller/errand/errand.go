// Package errand is what comes after a run and must never hold a job up: copies to a consumer's storage, news to a
// consumer's systems. An errand is tried until it is done, with pauses that grow.
package errand

import (
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// earlierRuns that ended within this time are seen to as well: a job that runs again at once loses the conditions of the
// run before.
const earlierRuns = time.Hour

// newsworthy says whether a run in this state is over, or waits for people.
func newsworthy(state v1alpha1.State) bool {
	return state.Terminal() || state == v1alpha1.StateAwaitingReview
}

// Run that is over, or whose results wait for a review.
type Run struct {
	v1alpha1.RunRecord
	// Current says that the job's conditions speak of this run.
	Current bool
}

// Ended says when; zero where that is not known.
func (r Run) Ended() time.Time {
	if r.CompletionTime == nil {
		return time.Time{}
	}
	return r.CompletionTime.Time
}

// Reference by which the gateway knows the run of a job.
func (r Run) Reference(job *v1alpha1.ComputeJob) sandbox.RunReference {
	return sandbox.RunReference{Job: sandbox.Object{Namespace: job.Namespace, Name: job.Name, UID: job.UID}, Run: r.Run}
}

// runsOf a job that are over, or wait for a review, and may need an errand: those before the current one if they ended a short while ago.
func runsOf(job *v1alpha1.ComputeJob, now time.Time) []Run {
	var runs []Run
	status := &job.Status
	for _, record := range status.Runs {
		if record.CompletionTime != nil && now.Sub(record.CompletionTime.Time) < earlierRuns {
			runs = append(runs, Run{RunRecord: record})
		}
	}
	if !newsworthy(status.State) {
		return runs
	}
	reason := ""
	if ready := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionReady); ready != nil {
		reason = ready.Reason
	} else if status.Stop != nil {
		reason = status.Stop.Reason
	}
	return append(runs, Run{Current: true, RunRecord: v1alpha1.RunRecord{
		Run: status.Run, Trigger: status.Trigger, State: status.State, Reason: reason,
		StartTime: status.StartTime, CompletionTime: status.CompletionTime, Manifest: status.Manifest,
	}})
}
