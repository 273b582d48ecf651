package v1alpha1

import (
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// The rule about what runs compares lists of datasets as plain lists, by map(d, d): the API server's own comparison of lists
// that have keys passes over a key called namespace, which is a word of CEL, and finds two datasets of one name unequal to
// themselves.

// ComputeJob runs an algorithm on datasets that the consumer may not see, and brings back what the owners' rules let out.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=cjob,categories=c2d
// +kubebuilder:selectablefield:JSONPath=`.spec.environment`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.status.state`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Algorithm",type=string,JSONPath=`.spec.algorithm.name`
// +kubebuilder:printcolumn:name="Raw",type=string,JSONPath=`.spec.algorithm.raw.container.image`,priority=1
// +kubebuilder:printcolumn:name="Environment",type=string,JSONPath=`.spec.environment`,priority=1
// +kubebuilder:printcolumn:name="Dataset",type=string,JSONPath=`.spec.datasets[0].name`
// +kubebuilder:printcolumn:name="Run",type=integer,JSONPath=`.status.run`,priority=1
// +kubebuilder:printcolumn:name="Queue",type=integer,JSONPath=`.status.queue.position`,priority=1
// +kubebuilder:printcolumn:name="Completed",type=date,JSONPath=`.status.completionTime`,priority=1
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 245",message="metadata.name must be at most 245 characters: the Secret with the results is called NAME-results"
// +kubebuilder:validation:XValidation:rule="self.spec.environment == oldSelf.spec.environment",fieldPath=".spec.environment",message="the environment of a job cannot change once it is created: create another job"
// +kubebuilder:validation:XValidation:rule="self.spec.trigger != oldSelf.spec.trigger || self.spec.datasets.map(d, d) == oldSelf.spec.datasets.map(d, d) && self.spec.algorithm == oldSelf.spec.algorithm && has(self.spec.parameters) == has(oldSelf.spec.parameters) && (!has(self.spec.parameters) || self.spec.parameters == oldSelf.spec.parameters) && has(self.spec.resources) == has(oldSelf.spec.resources) && (!has(self.spec.resources) || self.spec.resources == oldSelf.spec.resources) && has(self.spec.maxDuration) == has(oldSelf.spec.maxDuration) && (!has(self.spec.maxDuration) || self.spec.maxDuration == oldSelf.spec.maxDuration) && self.spec.deliver == oldSelf.spec.deliver && self.spec.network == oldSelf.spec.network && has(self.spec.agreement) == has(oldSelf.spec.agreement) && (!has(self.spec.agreement) || self.spec.agreement == oldSelf.spec.agreement)",fieldPath=".spec",message="what runs can change only together with trigger, so that nothing runs twice by accident: set trigger to another value too"
type ComputeJob struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// Spec is what to run.
	// +required
	Spec ComputeJobSpec `json:"spec"`

	// Status is what became of it.
	// +kubebuilder:default={"observedGeneration":-1}
	// +optional
	Status ComputeJobStatus `json:"status,omitzero"`
}

// ComputeJobSpec is what to run.
type ComputeJobSpec struct {
	// Environment to run in, by the name of a ComputeEnvironment.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +required
	Environment string `json:"environment"`

	// Agreement that pays for the job, by the name of a ServiceAgreement beside it. It may be left out where neither the
	// environment nor a dataset asks for one.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Agreement string `json:"agreement,omitempty"`

	// Datasets to run on, each by its name or by its DID. Their owners' rules must allow the job.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	// +listType=map
	// +listMapKey=namespace
	// +listMapKey=name
	// +listMapKey=did
	// +required
	Datasets []DatasetReference `json:"datasets"`

	// Algorithm to run.
	// +required
	Algorithm AlgorithmReference `json:"algorithm"`

	// Parameters of the algorithm, checked against those that it declares and handed over in
	// /data/inputs/algoCustomData.json.
	// +kubebuilder:validation:MaxProperties=64
	// +kubebuilder:validation:XValidation:rule="self.all(k, size(k) <= 63)",message="names have at most 63 characters"
	// +optional
	Parameters map[string]ParameterValue `json:"parameters,omitempty"`

	// Resources to run with. What is not set is the environment's default.
	// +optional
	Resources JobResources `json:"resources,omitzero"`

	// MaxDuration is the longest time that the algorithm may run; then it is stopped. Fractions of a second are dropped. Not set: as long as
	// the environment allows.
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('168h')",message="must be between 1s and 168h"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=duration
	// +optional
	MaxDuration *metav1.Duration `json:"maxDuration,omitempty"`

	// Network that the algorithm reaches: none, or the internet, as far as the environment and every dataset's owner allow.
	// +kubebuilder:default=Deny
	// +optional
	Network NetworkAccess `json:"network,omitempty"`

	// Deliver says what the consumer wants back, as far as the owners' rules let it out.
	// +kubebuilder:default={"Output","Logs"}
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=2
	// +listType=set
	// +optional
	Deliver []Delivery `json:"deliver,omitempty"`

	// Destination is the consumer's own storage, to which what was released is copied; the owner's copy stays as long as
	// it would without.
	// +optional
	Destination *Destination `json:"destination,omitempty"`

	// Notify tells the consumer's own systems of each end of a run, and when its results wait for a review.
	// +optional
	Notify *Notify `json:"notify,omitempty"`

	// Trigger starts a run: another value starts the next one, with whatever else changes with it. A run that is under
	// way is stopped and recorded first.
	// +kubebuilder:default=""
	// +kubebuilder:validation:MaxLength=256
	// +optional
	Trigger string `json:"trigger"`

	// Suspend stops the run that is under way, and lets none begin. A run that was stopped does not go on: set another
	// trigger to run again.
	// +optional
	Suspend bool `json:"suspend,omitempty"`
}

// DatasetReference names a dataset, by its name or by its DID.
//
// +kubebuilder:validation:XValidation:rule="(size(self.name) > 0) != (size(self.did) > 0)",message="exactly one of name and did must be set"
// +kubebuilder:validation:XValidation:rule="size(self.did) == 0 || size(self.namespace) == 0",message="namespace goes with name: a did stands for both"
type DatasetReference struct {
	// Namespace of the dataset. Empty: the job's own.
	// +kubebuilder:default=""
	// +kubebuilder:validation:MaxLength=63
	// +optional
	Namespace string `json:"namespace"`

	// Name of the dataset.
	// +kubebuilder:default=""
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Name string `json:"name"`

	// DID of the dataset, as its status.did shows it, in whichever namespace of this cluster it is.
	// +kubebuilder:default=""
	// +kubebuilder:validation:MaxLength=72
	// +kubebuilder:validation:Pattern=`^(did:(op|c2d):[0-9a-f]{64})?$`
	// +optional
	DID string `json:"did"`

	// Parameters of the dataset, checked against those that it declares. They are added to the query of its HTTP URLs.
	// +kubebuilder:validation:MaxProperties=64
	// +kubebuilder:validation:XValidation:rule="self.all(k, size(k) <= 63)",message="names have at most 63 characters"
	// +optional
	Parameters map[string]ParameterValue `json:"parameters,omitempty"`
}

// ParameterValue is the value of a parameter, as text: 20, true, linear.
//
// +kubebuilder:validation:MaxLength=1024
type ParameterValue string

// AlgorithmReference names an algorithm, by its name or by its DID, or is one.
//
// +kubebuilder:validation:XValidation:rule="[has(self.name), has(self.did), has(self.raw)].filter(x, x).size() == 1",message="exactly one of name, did and raw must be set"
type AlgorithmReference struct {
	// Name of an Algorithm beside the job.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Name string `json:"name,omitempty"`

	// DID of the Algorithm, as its status.did shows it. One that is published, did:op, may be in any namespace of this
	// cluster: who publishes an algorithm lets others run it. One that is not must be beside the job.
	// +kubebuilder:validation:MaxLength=72
	// +kubebuilder:validation:Pattern=`^did:(op|c2d):[0-9a-f]{64}$`
	// +optional
	DID string `json:"did,omitempty"`

	// Raw algorithm, for what is tried once. The datasets' owners must allow it: spec.access.allowRaw.
	// +optional
	Raw *RawAlgorithm `json:"raw,omitempty"`
}

// RawAlgorithm is an algorithm that stands in the job itself. Its checksum is that of an Algorithm with the same fields.
type RawAlgorithm struct {
	// Container to run.
	// +required
	Container Container `json:"container"`

	// Code that the container runs; it finds it at /data/transformations/algorithm. Absent: the code is in the image.
	// +optional
	Code *Code `json:"code,omitempty"`
}

// NetworkAccess says what an algorithm reaches.
//
// +kubebuilder:validation:Enum=Deny;Allow
type NetworkAccess string

// What an algorithm reaches: nothing, or the internet.
const (
	NetworkDeny  NetworkAccess = "Deny"
	NetworkAllow NetworkAccess = "Allow"
)

// JobResources of the algorithm.
type JobResources struct {
	// CPU in cores: 500m, 2.
	// +optional
	CPU *resource.Quantity `json:"cpu,omitempty"`

	// Memory in bytes: 512Mi, 8Gi.
	// +optional
	Memory *resource.Quantity `json:"memory,omitempty"`

	// Disk in bytes, for inputs, outputs and temporary files together: 1Gi.
	// +optional
	Disk *resource.Quantity `json:"disk,omitempty"`
}

// Destination is a consumer's own storage.
type Destination struct {
	// S3 bucket, and the prefix under which the results are put: PREFIX/<job>/<run>/outputs/... and so on.
	// +required
	S3 DestinationBucket `json:"s3"`
}

// DestinationBucket is a place in a consumer's bucket. Its credentials lie beside the job, and the gateway must have been
// given the right to read them.
//
// +kubebuilder:validation:XValidation:rule="has(self.credentialsSecretRef)",message="credentialsSecretRef must be set: nothing is written with the identity of the machine"
type DestinationBucket struct {
	S3Connection `json:",inline"`

	// Prefix of the objects' keys.
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:XValidation:rule="!self.split('/').exists(s, s == '.' || s == '..')",message="prefix must not contain . or .. as a segment"
	// +optional
	Prefix string `json:"prefix,omitempty"`
}

// Notify says whom to tell of the end of a run, and of a review that it waits for: a CloudEvent is sent with POST, again and again until it is taken, for a
// day at most.
type Notify struct {
	// URL to POST to, http or https, without user name and password in it.
	// +kubebuilder:validation:MinLength=8
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:Pattern=`^https?://[^/@\s]+(/\S*)?$`
	// +required
	URL string `json:"url"`

	// SecretRef names a Secret beside the job whose key "secret" signs each event (HMAC-SHA256, as the Standard Webhooks
	// specification says). The gateway must have been given the right to read it.
	// +optional
	SecretRef *LocalSecretReference `json:"secretRef,omitempty"`
}

// Delivery is something that a consumer wants back.
//
// +kubebuilder:validation:Enum=Output;Logs
type Delivery string

// What a consumer may want back.
const (
	DeliverOutput Delivery = "Output"
	DeliverLogs   Delivery = "Logs"
)

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

// ComputeJobList is a list of ComputeJobs.
//
// +kubebuilder:object:root=true
type ComputeJobList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []ComputeJob `json:"items"`
}
