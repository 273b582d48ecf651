package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Algorithm is what a consumer wants to run on data: a container image by digest, how to start it, and the code that it
// runs where that is not in the image.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=algo,categories=c2d
// +kubebuilder:selectablefield:JSONPath=`.status.did`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Language",type=string,JSONPath=`.spec.language`
// +kubebuilder:printcolumn:name="Checksum",type=string,JSONPath=`.status.checksum`
// +kubebuilder:printcolumn:name="Image",type=string,JSONPath=`.spec.container.image`,priority=1
// +kubebuilder:printcolumn:name="DID",type=string,JSONPath=`.status.did`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type Algorithm struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// Spec is what runs.
	// +required
	Spec AlgorithmSpec `json:"spec"`

	// Status is what the controller found.
	// +kubebuilder:default={"observedGeneration":-1}
	// +optional
	Status AlgorithmStatus `json:"status,omitzero"`
}

// AlgorithmSpec is what runs.
type AlgorithmSpec struct {
	// Metadata describes the algorithm to people.
	// +optional
	Metadata Metadata `json:"metadata,omitzero"`

	// NFT on chain that the algorithm is published as. Its DID, did:op, counts once the DDO on chain is that of this object.
	// +optional
	NFT *NFT `json:"nft,omitempty"`

	// Language that the algorithm is written in; shown to people.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Language string `json:"language,omitempty"`

	// Container to run.
	// +required
	Container Container `json:"container"`

	// Code that the container runs; it finds it at /data/transformations/algorithm. Absent: the code is in the image.
	// +optional
	Code *Code `json:"code,omitempty"`

	// Parameters that a job may set; a job that sets another one is refused.
	// +kubebuilder:validation:MaxItems=64
	// +listType=map
	// +listMapKey=name
	// +optional
	Parameters []Parameter `json:"parameters,omitempty"`
}

// Container to run.
//
// +kubebuilder:validation:XValidation:rule="has(self.entrypoint) != has(self.command)",message="exactly one of entrypoint and command must be set"
type Container struct {
	// Image without tag and digest: registry.example.org/science/python.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +kubebuilder:validation:Pattern=`^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$`
	// +required
	Image string `json:"image"`

	// Digest of the image. What was trusted is what runs: a tag alone is not enough.
	// +kubebuilder:validation:MaxLength=71
	// +kubebuilder:validation:Pattern=`^sha256:[0-9a-f]{64}$`
	// +required
	Digest string `json:"digest"`

	// Entrypoint as Ocean writes it: one line in which $ALGO becomes the path of the code, run by "sh -c" where the
	// image has a shell, else split into words: python3 $ALGO.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Entrypoint string `json:"entrypoint,omitempty"`

	// Command to execute as it is, without a shell.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MaxLength=1024
	// +listType=atomic
	// +optional
	Command []string `json:"command,omitempty"`

	// Env is the environment of the algorithm, beside what the platform sets itself.
	// +kubebuilder:validation:MaxItems=64
	// +listType=map
	// +listMapKey=name
	// +optional
	Env []EnvVar `json:"env,omitempty"`
}

// EnvVar is an environment variable.
//
// +kubebuilder:validation:XValidation:rule="!(self.name in ['DIDS', 'TRANSFORMATION_DID', 'VOLUME', 'INPUTS', 'OUTPUTS', 'LOGS'])",message="DIDS, TRANSFORMATION_DID, VOLUME, INPUTS, OUTPUTS and LOGS are set by the platform"
type EnvVar struct {
	// Name of the variable.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[A-Za-z_][A-Za-z0-9_]*$`
	// +required
	Name string `json:"name"`

	// Value of the variable, taken as it is.
	// +kubebuilder:validation:MaxLength=4096
	// +optional
	Value string `json:"value,omitempty"`
}

// Code from exactly one source.
//
// +kubebuilder:validation:XValidation:rule="[has(self.raw), has(self.s3), has(self.http), has(self.ipfs), has(self.arweave)].filter(x, x).size() == 1",message="exactly one of raw, s3, http, ipfs and arweave must be set"
// +kubebuilder:validation:XValidation:rule="has(self.raw) != has(self.sha256)",message="sha256 must be set for code from elsewhere, and not for raw code: owners trust an algorithm by what it is, not by where it lies"
type Code struct {
	// Raw code, for scripts.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=32768
	// +optional
	Raw string `json:"raw,omitempty"`

	// S3 object.
	// +optional
	S3 *S3Object `json:"s3,omitempty"`

	// HTTP URL.
	// +optional
	HTTP *HTTPSource `json:"http,omitempty"`

	// IPFS content, through a gateway.
	// +optional
	IPFS *IPFSSource `json:"ipfs,omitempty"`

	// Arweave transaction, through a gateway.
	// +optional
	Arweave *ArweaveSource `json:"arweave,omitempty"`

	// SHA256 of the code's bytes, in lower-case hex.
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:Pattern=`^[0-9a-f]{64}$`
	// +optional
	SHA256 string `json:"sha256,omitempty"`
}

// Parameter that a job may set.
//
// +kubebuilder:validation:XValidation:rule="(self.type == 'select') == has(self.options)",message="options must be set for type select, and only there"
// +kubebuilder:validation:XValidation:rule="!has(self.options) || !has(self.default) || self.default in self.options",message="default must be one of the options"
type Parameter struct {
	// Name of the parameter: of an algorithm the key in /data/inputs/algoCustomData.json, of a dataset the key in the
	// query of its HTTP URLs.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[A-Za-z_][A-Za-z0-9_.-]*$`
	// +required
	Name string `json:"name"`

	// Type of the value: text, number, boolean or select (one of the options).
	// +required
	Type ParameterType `json:"type"`

	// Description for people.
	// +kubebuilder:validation:MaxLength=512
	// +optional
	Description string `json:"description,omitempty"`

	// Required parameters must be set by the job, unless they have a default.
	// +optional
	Required bool `json:"required,omitempty"`

	// Default where a job sets nothing.
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Default string `json:"default,omitempty"`

	// Options to select from.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MaxLength=256
	// +listType=set
	// +optional
	Options []string `json:"options,omitempty"`
}

// ParameterType is the type of a parameter's value.
//
// +kubebuilder:validation:Enum=text;number;boolean;select
type ParameterType string

// Types of a parameter's value, as Ocean names them.
const (
	ParameterText    ParameterType = "text"
	ParameterNumber  ParameterType = "number"
	ParameterBoolean ParameterType = "boolean"
	ParameterSelect  ParameterType = "select"
)

// AlgorithmStatus is what the controller found.
type AlgorithmStatus struct {
	// Conditions: Published, of an algorithm with spec.nft, and Ready, Reconciling, Stalled.
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// ObservedGeneration is the generation that the conditions speak of; -1 until the controller has seen the object.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// DID is the algorithm's decentralised identifier.
	// +kubebuilder:validation:MaxLength=128
	// +optional
	DID string `json:"did,omitempty"`

	// Published is what stands on chain; absent where the object has no spec.nft, or where the DDO on chain is another.
	// +optional
	Published *Publication `json:"published,omitempty"`

	// Checksum of all that runs: image digest, entrypoint, command, environment and code. Owners list it in
	// spec.access.algorithms of their datasets.
	// +kubebuilder:validation:MaxLength=71
	// +optional
	Checksum string `json:"checksum,omitempty"`
}

// AlgorithmList is a list of Algorithms.
//
// +kubebuilder:object:root=true
type AlgorithmList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []Algorithm `json:"items"`
}
