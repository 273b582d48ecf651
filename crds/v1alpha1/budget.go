package v1alpha1

import (
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// QueryBudget bounds what each consumer may ask of a dataset in a window of time: many small answers can be put together
// to what no single one would tell. A consumer is the namespace that the dataset is for, or else the account: with "*" for
// namespaces each has a budget of its own, and so has whoever may make one. Deleting the DatasetUsage gives it anew.
//
// +kubebuilder:validation:XValidation:rule="has(self.runs) || has(self.outputBytes)",message="runs or outputBytes must be set"
type QueryBudget struct {
	// Window of time that slides: what is older no longer counts.
	// +kubebuilder:default="24h"
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1m') && duration(self) <= duration('87600h')",message="must be between 1m and 87600h"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=duration
	// +optional
	Window *metav1.Duration `json:"window,omitempty"`

	// Runs in which the algorithm was started, whatever became of them. Default: 100.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	// +optional
	Runs *int32 `json:"runs,omitempty"`

	// OutputBytes that were released, outputs and logs together. A run may not bring more than what is left. Default: no
	// limit.
	// +optional
	OutputBytes *resource.Quantity `json:"outputBytes,omitempty"`
}

// DatasetUsage is what one consumer has used of the budget of a dataset. The controller keeps it beside the dataset; it goes
// with the dataset.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=dsu,categories=c2d
// +kubebuilder:printcolumn:name="Dataset",type=string,JSONPath=`.spec.dataset`
// +kubebuilder:printcolumn:name="Consumer",type=string,JSONPath=`.spec.consumer`
// +kubebuilder:printcolumn:name="Runs",type=integer,JSONPath=`.status.runs`
// +kubebuilder:printcolumn:name="Bytes",type=integer,JSONPath=`.status.bytes`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type DatasetUsage struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// Spec says whose usage of what it is.
	// +required
	Spec DatasetUsageSpec `json:"spec"`

	// Status is what was used.
	// +optional
	Status DatasetUsageStatus `json:"status,omitzero"`
}

// DatasetUsageSpec says whose usage of what it is.
//
// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="a usage cannot become another's"
type DatasetUsageSpec struct {
	// Dataset in this namespace.
	// +kubebuilder:validation:MaxLength=253
	// +required
	Dataset string `json:"dataset"`

	// Consumer: namespace/NAME or account/0x...
	// +kubebuilder:validation:MaxLength=128
	// +required
	Consumer string `json:"consumer"`
}

// DatasetUsageStatus is what was used.
type DatasetUsageStatus struct {
	// Runs that count now.
	// +optional
	Runs int64 `json:"runs,omitempty"`

	// Bytes that count now: what was released, and what runs that are under way may still bring.
	// +optional
	Bytes int64 `json:"bytes,omitempty"`

	// Entries that count, the oldest first.
	// +kubebuilder:validation:MaxItems=100
	// +listType=map
	// +listMapKey=run
	// +optional
	Entries []UsageEntry `json:"entries,omitempty"`
}

// UsageEntry is what one run has used.
type UsageEntry struct {
	// Run as JOB-UID/NUMBER.
	// +kubebuilder:validation:MaxLength=64
	// +required
	Run string `json:"run"`

	// Time of the start, from which the window counts.
	// +required
	Time metav1.Time `json:"time"`

	// Bytes that were released, or are reserved until the run is over.
	// +required
	Bytes int64 `json:"bytes"`

	// Open says that the run is not over.
	// +optional
	Open bool `json:"open,omitempty"`
}

// DatasetUsageList is a list of DatasetUsages.
//
// +kubebuilder:object:root=true
type DatasetUsageList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []DatasetUsage `json:"items"`
}
