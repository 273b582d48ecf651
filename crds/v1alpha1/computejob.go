package v1alpha1

import (
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ComputeJob runs an algorithm on datasets that the consumer may not see, and brings back what the owners' rules let out.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=cjob,categories=c2d
// +kubebuilder:selectablefield:JSONPath=`.spec.environment`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.status.state`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Algorithm",type=string,JSONPath=`.spec.algorithm.name`
// +kubebuilder:printcolumn:name="Environment",type=string,JSONPath=`.spec.environment`,priority=1
// +kubebuilder:printcolumn:name="Dataset",type=string,JSONPath=`.spec.datasets[0].name`
// +kubebuilder:printcolumn:name="Completed",type=date,JSONPath=`.status.completionTime`,priority=1
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 245",message="metadata.name must be at most 245 characters: the Secret with the results is called NAME-results"
// +kubebuilder:validation:XValidation:rule="self.spec == oldSelf.spec",fieldPath=".spec",message="the spec of a job cannot change once it is created: create another job"
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

	// Datasets to run on. Their owners' rules must allow the job.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	// +listType=map
	// +listMapKey=namespace
	// +listMapKey=name
	// +required
	Datasets []DatasetReference `json:"datasets"`

	// Algorithm to run.
	// +required
	Algorithm AlgorithmReference `json:"algorithm"`

	// Parameters of the algorithm, checked against those that it declares and handed over in
	// /data/inputs/algoCustomData.json.
	// +kubebuilder:validation:MaxProperties=64
	// +kubebuilder:validation:XValidation:rule="self.all(k, size(k) <= 63 && size(self[k]) <= 1024)",message="names have at most 63 characters and values at most 1024"
	// +optional
	Parameters map[string]string `json:"parameters,omitempty"`

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

	// Deliver says what the consumer wants back, as far as the owners' rules let it out.
	// +kubebuilder:default={"Output","Logs"}
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=2
	// +listType=set
	// +optional
	Deliver []Delivery `json:"deliver,omitempty"`
}

// DatasetReference names a dataset.
type DatasetReference struct {
	// Namespace of the dataset. Empty: the job's own.
	// +kubebuilder:default=""
	// +kubebuilder:validation:MaxLength=63
	// +optional
	Namespace string `json:"namespace"`

	// Name of the dataset.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name"`
}

// AlgorithmReference names an algorithm beside the job.
type AlgorithmReference struct {
	// Name of the Algorithm.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name"`
}

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

// Delivery is something that a consumer wants back.
//
// +kubebuilder:validation:Enum=Output;Logs
type Delivery string

// What a consumer may want back.
const (
	DeliverOutput Delivery = "Output"
	DeliverLogs   Delivery = "Logs"
)

// State of a job in one word.
//
// +kubebuilder:validation:Enum=Pending;Staging;Running;Releasing;Succeeded;Failed
type State string

// States of a job, in the order of its life.
const (
	StatePending   State = "Pending"
	StateStaging   State = "Staging"
	StateRunning   State = "Running"
	StateReleasing State = "Releasing"
	StateSucceeded State = "Succeeded"
	StateFailed    State = "Failed"
)

// Terminal says whether nothing more will happen to a job in this state.
func (s State) Terminal() bool { return s == StateSucceeded || s == StateFailed }

// ComputeJobStatus is what became of a job.
type ComputeJobStatus struct {
	// Conditions: Admitted, Staged, Executed and Released, which follow the life of the job, and Ready, Reconciling and
	// Stalled, which sum it up. A failed job has Ready=False and Stalled=True.
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

	// CompletionTime of the job.
	// +optional
	CompletionTime *metav1.Time `json:"completionTime,omitempty"`

	// Results that were released, at most 20; the manifest lists all.
	// +kubebuilder:validation:MaxItems=20
	// +listType=atomic
	// +optional
	Results []Result `json:"results,omitempty"`

	// Manifest of all that was released.
	// +optional
	Manifest *ManifestStatus `json:"manifest,omitempty"`

	// ResultsSecret beside the job holds presigned URLs of the results, for whoever may read it.
	// +kubebuilder:validation:MaxLength=253
	// +optional
	ResultsSecret string `json:"resultsSecret,omitempty"`
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

// ManifestStatus is the manifest of a run.
type ManifestStatus struct {
	// SHA256 of the manifest's bytes, in lower-case hex.
	// +kubebuilder:validation:MaxLength=64
	// +required
	SHA256 string `json:"sha256"`

	// Outputs is the number of output files that the manifest lists.
	// +required
	Outputs int64 `json:"outputs"`

	// Bytes of all outputs together.
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
