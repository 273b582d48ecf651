package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ComputeJobStatus is what became of a job.
type ComputeJobStatus struct {
	// Conditions: Admitted, Funded, Staged, Executed, Released and Settled, which follow the life of the run, Delivered and Notified, which
	// follow spec.destination and spec.notify, and Ready, Reconciling and Stalled, which sum it up. A failed job has
	// Ready=False and Stalled=True; a suspended one has none of the three.
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// ObservedGeneration is the generation that the conditions speak of; -1 until the controller has seen the object.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// State in one word.
	// +optional
	State State `json:"state,omitempty"`

	// OceanStatus is the state as Ocean's Operator Service numbers it.
	// +optional
	OceanStatus *OceanStatus `json:"oceanStatus,omitempty"`

	// Run counts the runs of this job, from 1.
	// +optional
	Run int64 `json:"run,omitempty"`

	// Trigger of the run.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	Trigger string `json:"trigger,omitempty"`

	// Queue says where a job stands that waits for a slot of its environment.
	// +optional
	Queue *QueueStatus `json:"queue,omitempty"`

	// Stop says why the run is being stopped, or was.
	// +optional
	Stop *StopStatus `json:"stop,omitempty"`

	// Pod of the run, in the environment's sandbox namespace.
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Pod string `json:"pod,omitempty"`

	// Exit of the algorithm.
	// +optional
	Exit *Exit `json:"exit,omitempty"`

	// StartTime of the algorithm.
	// +optional
	StartTime *metav1.Time `json:"startTime,omitempty"`

	// CompletionTime of the run.
	// +optional
	CompletionTime *metav1.Time `json:"completionTime,omitempty"`

	// Payment of the run; absent where it costs nothing.
	// +optional
	Payment *PaymentStatus `json:"payment,omitempty"`

	// Usages are the DatasetUsages in which the run is, or may be, counted; none where no dataset has a budget.
	// +kubebuilder:validation:MaxItems=64
	// +listType=atomic
	// +optional
	Usages []ObjectReference `json:"usages,omitempty"`

	// FirstRunTime is when the first run left the queue: the time from which access is counted.
	// +optional
	FirstRunTime *metav1.Time `json:"firstRunTime,omitempty"`

	// AccessExpiresAt is when access to datasets and results ends; absent where the datasets' terms set no limit.
	// +optional
	AccessExpiresAt *metav1.Time `json:"accessExpiresAt,omitempty"`

	// ResultsExpireAt is when the objects in the results bucket are deleted.
	// +optional
	ResultsExpireAt *metav1.Time `json:"resultsExpireAt,omitempty"`

	// LinksExpireAt is when the presigned URLs in the results Secret end; they are made anew before, as long as access
	// lasts.
	// +optional
	LinksExpireAt *metav1.Time `json:"linksExpireAt,omitempty"`

	// Published is what the run brought to the results bucket. Nothing of it can be read by the consumer before it is
	// released.
	// +optional
	Published *PublishedStatus `json:"published,omitempty"`

	// Review by the owners, where their rules ask for one.
	// +optional
	Review *ReviewStatus `json:"review,omitempty"`

	// Results that were released, at most 20; the manifest lists all.
	// +kubebuilder:validation:MaxItems=20
	// +listType=atomic
	// +optional
	Results []Result `json:"results,omitempty"`

	// Manifest of what was released; absent where nothing was.
	// +optional
	Manifest *ManifestStatus `json:"manifest,omitempty"`

	// ResultsSecret beside the job holds presigned URLs of the results, for whoever may read it.
	// +kubebuilder:validation:MaxLength=253
	// +optional
	ResultsSecret string `json:"resultsSecret,omitempty"`

	// Runs before this one, the newest first, at most ten.
	// +kubebuilder:validation:MaxItems=10
	// +listType=atomic
	// +optional
	Runs []RunRecord `json:"runs,omitempty"`
}

// QueueStatus is a place in the queue of an environment.
type QueueStatus struct {
	// Position in the queue, from 1. To spare the API server it is written when it has halved, and near the front at each
	// step: the true one may be lower.
	// +required
	Position int64 `json:"position"`

	// Since is when the job joined the queue.
	// +required
	Since metav1.MicroTime `json:"since"`
}

// StopStatus is the order to stop a run.
type StopStatus struct {
	// Reason: Suspended, Retriggered, or AccessExpired.
	// +kubebuilder:validation:MaxLength=64
	// +required
	Reason string `json:"reason"`

	// Time of the order.
	// +required
	Time metav1.Time `json:"time"`
}

// RunRecord is an earlier run in short.
type RunRecord struct {
	// Run is its number.
	// +required
	Run int64 `json:"run"`

	// Trigger that started it.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	Trigger string `json:"trigger,omitempty"`

	// State that it ended in.
	// +required
	State State `json:"state"`

	// Reason of its end.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Reason string `json:"reason,omitempty"`

	// StartTime of its algorithm.
	// +optional
	StartTime *metav1.Time `json:"startTime,omitempty"`

	// CompletionTime of the run.
	// +optional
	CompletionTime *metav1.Time `json:"completionTime,omitempty"`

	// Payment of the run; absent where it cost nothing.
	// +optional
	Payment *PaymentRecord `json:"payment,omitempty"`

	// Manifest of what was released.
	// +optional
	Manifest *ManifestStatus `json:"manifest,omitempty"`
}

// OceanStatus is a state as Ocean's Operator Service numbers it.
type OceanStatus struct {
	// Code, such as 40.
	// +required
	Code int32 `json:"code"`

	// Text, such as "Running algorithm".
	// +kubebuilder:validation:MaxLength=64
	// +required
	Text string `json:"text"`
}

// Exit of an algorithm.
type Exit struct {
	// Class of the end: Completed, or the reason of the failure.
	// +kubebuilder:validation:MaxLength=64
	// +required
	Class string `json:"class"`

	// Code of the process, shown only where the owners' rules release the log.
	// +optional
	Code *int32 `json:"code,omitempty"`
}

// ExitCompleted is the class of an algorithm that ended by itself with exit code 0.
const ExitCompleted = "Completed"

// ResultType says what a result is.
//
// +kubebuilder:validation:Enum=Output;Log;Manifest
type ResultType string

// What a result may be.
const (
	ResultOutput   ResultType = "Output"
	ResultLog      ResultType = "Log"
	ResultManifest ResultType = "Manifest"
)

// Result is a file that was released.
type Result struct {
	// Name of the file, with its sub-folders.
	// +kubebuilder:validation:MaxLength=1024
	// +required
	Name string `json:"name"`

	// Type of the result: Output, Log or Manifest.
	// +required
	Type ResultType `json:"type"`

	// Bytes of the file.
	// +required
	Bytes int64 `json:"bytes"`

	// SHA256 of the file's bytes, in lower-case hex.
	// +kubebuilder:validation:MaxLength=64
	// +required
	SHA256 string `json:"sha256"`

	// URI of the object, as s3://bucket/key. It grants nothing.
	// +kubebuilder:validation:MaxLength=2048
	// +required
	URI string `json:"uri"`
}

// PublishedStatus is what a run brought to the results bucket.
type PublishedStatus struct {
	// ManifestSHA256 is the hash of the signed manifest's bytes, in lower-case hex.
	// +kubebuilder:validation:MaxLength=64
	// +required
	ManifestSHA256 string `json:"manifestSHA256"`

	// ManifestBytes is its size.
	// +required
	ManifestBytes int64 `json:"manifestBytes"`

	// Outputs is the number of output files.
	// +required
	Outputs int64 `json:"outputs"`

	// Bytes of these outputs together.
	// +required
	Bytes int64 `json:"bytes"`

	// Log says that the algorithm's log is among what may be released.
	// +optional
	Log bool `json:"log,omitempty"`

	// Flagged says that a check flagged something of it.
	// +optional
	Flagged bool `json:"flagged,omitempty"`
}

// ReviewStatus is how far the review of a run is.
type ReviewStatus struct {
	// State: Pending until all owners that are asked have decided.
	// +required
	State ReviewState `json:"state"`

	// Reviews that were asked for, in the owners' namespaces.
	// +kubebuilder:validation:MaxItems=16
	// +listType=atomic
	// +required
	Reviews []ObjectReference `json:"reviews"`

	// Since is when the results began to wait.
	// +required
	Since metav1.Time `json:"since"`

	// Deadline of the review.
	// +required
	Deadline metav1.Time `json:"deadline"`

	// Reason with which the run fails in any case: that of the algorithm's failure, whose log alone waits. Empty where
	// the run succeeds once it is approved.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Reason string `json:"reason,omitempty"`

	// Message of that failure.
	// +kubebuilder:validation:MaxLength=2048
	// +optional
	Message string `json:"message,omitempty"`
}

// ManifestStatus is the manifest of a run of which something was released: all that it lists when the run succeeded, the
// log alone when it did not.
type ManifestStatus struct {
	// SHA256 of the manifest's bytes, in lower-case hex.
	// +kubebuilder:validation:MaxLength=64
	// +required
	SHA256 string `json:"sha256"`

	// ManifestBytes is the size of the manifest itself.
	// +optional
	ManifestBytes int64 `json:"manifestBytes,omitempty"`

	// Outputs is the number of output files that were released.
	// +required
	Outputs int64 `json:"outputs"`

	// Bytes of these outputs together.
	// +required
	Bytes int64 `json:"bytes"`
}
