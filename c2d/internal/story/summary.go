// Package story tells what became of a job, from what its object says. It is pure: who asks brings the object.
package story

import (
	"cmp"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// Summary of a job.
type Summary struct {
	Name      string      `json:"name"`
	Namespace string      `json:"namespace"`
	UID       types.UID   `json:"uid"`
	Created   metav1.Time `json:"created"`

	State   string `json:"state"`
	Reason  string `json:"reason,omitempty"`
	Message string `json:"message,omitempty"`

	Run     int64  `json:"run,omitempty"`
	Trigger string `json:"trigger,omitempty"`
	// NextTrigger was set and its run has not begun.
	NextTrigger *string `json:"nextTrigger,omitempty"`
	Suspended   bool    `json:"suspended,omitempty"`

	Environment string                             `json:"environment"`
	Algorithm   string                             `json:"algorithm"`
	Datasets    []string                           `json:"datasets"`
	Parameters  map[string]v1alpha1.ParameterValue `json:"parameters,omitempty"`
	MaxDuration string                             `json:"maxDuration,omitempty"`
	Deliver     []v1alpha1.Delivery                `json:"deliver,omitempty"`

	Queue *v1alpha1.QueueStatus `json:"queue,omitempty"`
	Exit  *v1alpha1.Exit        `json:"exit,omitempty"`
	// Payment of a run that is paid.
	Payment  *v1alpha1.PaymentStatus `json:"payment,omitempty"`
	Timeline []Step                  `json:"timeline"`

	Manifest      *v1alpha1.ManifestStatus `json:"manifest,omitempty"`
	Results       []v1alpha1.Result        `json:"results,omitempty"`
	ResultsSecret string                   `json:"resultsSecret,omitempty"`

	AccessExpiresAt *metav1.Time `json:"accessExpiresAt,omitempty"`
	LinksExpireAt   *metav1.Time `json:"linksExpireAt,omitempty"`
	ResultsExpireAt *metav1.Time `json:"resultsExpireAt,omitempty"`

	EarlierRuns []v1alpha1.RunRecord `json:"earlierRuns,omitempty"`
	Events      []Event              `json:"events,omitempty"`
}

// Event of a job.
type Event struct {
	Time    metav1.Time `json:"time"`
	Type    string      `json:"type"`
	Reason  string      `json:"reason"`
	Message string      `json:"message"`
	Count   int32       `json:"count"`
}

// unobserved is the state of a job that no controller has looked at.
const unobserved = "Unobserved"

// algorithmOf a job, in a word.
func algorithmOf(reference *v1alpha1.AlgorithmReference) string {
	if raw := reference.Raw; raw != nil {
		return "its own, in " + raw.Container.Image
	}
	return cmp.Or(reference.Name, reference.DID)
}

// Of a job, as it is now.
func Of(job *v1alpha1.ComputeJob, events []Event, now time.Time) Summary {
	spec, status := &job.Spec, &job.Status
	reason, message := Reason(job)
	s := Summary{
		Name: job.Name, Namespace: job.Namespace, UID: job.UID, Created: job.CreationTimestamp,
		State: State(job), Reason: reason, Message: message,
		Run: status.Run, Trigger: status.Trigger, Suspended: spec.Suspend,
		Environment: spec.Environment, Algorithm: algorithmOf(&spec.Algorithm), Parameters: spec.Parameters, Deliver: spec.Deliver,
		Queue: status.Queue, Exit: status.Exit, Payment: status.Payment, Timeline: Timeline(job, now),
		Manifest: status.Manifest, Results: status.Results, ResultsSecret: status.ResultsSecret,
		AccessExpiresAt: status.AccessExpiresAt, LinksExpireAt: status.LinksExpireAt, ResultsExpireAt: status.ResultsExpireAt,
		EarlierRuns: status.Runs, Events: events,
	}
	if spec.MaxDuration != nil {
		s.MaxDuration = spec.MaxDuration.Duration.String()
	}
	if spec.Trigger != status.Trigger && status.Run > 0 {
		s.NextTrigger = &spec.Trigger
	}
	for _, reference := range spec.Datasets {
		name := reference.DID
		if name == "" {
			name = DatasetKey(job, reference).String()
		}
		s.Datasets = append(s.Datasets, name)
	}
	return s
}

// DatasetKey of a job's reference.
func DatasetKey(job *v1alpha1.ComputeJob, reference v1alpha1.DatasetReference) types.NamespacedName {
	key := types.NamespacedName{Namespace: reference.Namespace, Name: reference.Name}
	if key.Namespace == "" {
		key.Namespace = job.Namespace
	}
	return key
}

// State of a job in one word.
func State(job *v1alpha1.ComputeJob) string {
	if job.Status.State == "" {
		return unobserved
	}
	return string(job.Status.State)
}

// steps of a run's life, in their order.
var steps = []string{v1alpha1.ConditionAdmitted, v1alpha1.ConditionFunded, v1alpha1.ConditionStaged, v1alpha1.ConditionExecuted, v1alpha1.ConditionReleased}

// Reason for which a job is in its state, and the sentence that goes with it.
func Reason(job *v1alpha1.ComputeJob) (reason, message string) {
	conditions := job.Status.Conditions
	if job.Status.State == "" {
		return "", "No controller has looked at the job yet; if that lasts, none runs in this cluster."
	}
	for _, kind := range []string{v1alpha1.ConditionReady, v1alpha1.ConditionStalled, v1alpha1.ConditionReconciling} {
		if c := meta.FindStatusCondition(conditions, kind); c != nil {
			return c.Reason, c.Message
		}
	}
	// A suspended job carries none of the three.
	if stop := job.Status.Stop; stop != nil {
		reason = stop.Reason
	}
	for _, kind := range steps {
		if c := meta.FindStatusCondition(conditions, kind); c != nil && c.Status == metav1.ConditionFalse {
			return c.Reason, c.Message
		}
	}
	if job.Spec.Suspend {
		return v1alpha1.ReasonSuspended, "The job is suspended."
	}
	return reason, ""
}

// Succeeded says whether the run that the status speaks of brought everything that it should.
func Succeeded(job *v1alpha1.ComputeJob) bool {
	switch job.Status.State {
	case v1alpha1.StateSucceeded:
		return true
	case v1alpha1.StateExpired:
		return meta.IsStatusConditionTrue(job.Status.Conditions, v1alpha1.ConditionReleased)
	}
	return false
}

// DeclaredBy names who applies the job's spec from somewhere else, such as Terraform or a GitOps pipeline; empty: nobody
// does that Kubernetes knows of.
func DeclaredBy(job *v1alpha1.ComputeJob) string {
	for _, entry := range job.ManagedFields {
		if entry.Operation == metav1.ManagedFieldsOperationApply && entry.Subresource == "" && entry.FieldsV1 != nil &&
			strings.Contains(entry.FieldsV1.GetRawString(), `"f:spec"`) {
			return entry.Manager
		}
	}
	return ""
}
