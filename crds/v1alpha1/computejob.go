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

// ComputeJobList is a list of ComputeJobs.
//
// +kubebuilder:object:root=true
type ComputeJobList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []ComputeJob `json:"items"`
}
