package job

import (
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// maxRuns is the number of earlier runs that a status keeps.
const maxRuns = 10

// messagePending is said of a job that nothing is known of yet.
const messagePending = "The job's references are looked up."

// begin the first run, or the next one after the run before is recorded. Nothing runs yet.
func begin(job *v1alpha1.ComputeJob, now metav1.Time) {
	status := &job.Status
	if status.Run > 0 {
		status.Runs = append([]v1alpha1.RunRecord{record(job)}, status.Runs...)
		status.Runs = status.Runs[:min(len(status.Runs), maxRuns)]
	}
	status.Run++
	status.Trigger = job.Spec.Trigger
	if status.AccessExpiresAt == nil {
		// Where access has no limit, results are kept until the last run has had its time.
		status.ResultsExpireAt = nil
	}
	resume(job, now)
}

// resume a run that has not begun.
func resume(job *v1alpha1.ComputeJob, now metav1.Time) {
	status := &job.Status
	status.Conditions = nil
	status.Queue, status.Stop = nil, nil
	status.Pod, status.Exit, status.StartTime, status.CompletionTime = "", nil, nil, nil
	status.Published, status.Review = nil, nil
	status.Results, status.Manifest, status.Payment, status.Usages = nil, nil, nil, nil
	meta.SetStatusCondition(&status.Conditions, metav1.Condition{
		Type: v1alpha1.ConditionAdmitted, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonPending,
		Message: messagePending, ObservedGeneration: job.Generation, LastTransitionTime: now,
	})
	advance(job, v1alpha1.StatePending, v1alpha1.ReasonPending, messagePending)
}

// record a run that is over.
func record(job *v1alpha1.ComputeJob) v1alpha1.RunRecord {
	status := &job.Status
	r := v1alpha1.RunRecord{
		Run: status.Run, Trigger: status.Trigger, State: status.State, Reason: readyCondition(job).Reason,
		StartTime: status.StartTime, CompletionTime: status.CompletionTime, Manifest: status.Manifest,
	}
	if p := status.Payment; p != nil {
		r.Payment = &v1alpha1.PaymentRecord{State: p.State, LockID: p.LockID, Token: p.Token, Claimed: p.Claimed, Refunded: p.Refunded, ClaimTx: p.ClaimTx}
	}
	switch {
	case status.Stop != nil:
		r.State, r.Reason = v1alpha1.StateStopped, status.Stop.Reason
	case status.State == v1alpha1.StateExpired && meta.IsStatusConditionTrue(status.Conditions, v1alpha1.ConditionReleased):
		r.State, r.Reason = v1alpha1.StateSucceeded, v1alpha1.ReasonSucceeded
	case status.State == v1alpha1.StateExpired:
		r.State = v1alpha1.StateFailed
	}
	return r
}
