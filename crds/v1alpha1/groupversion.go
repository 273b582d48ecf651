// Package v1alpha1 holds the kinds of the compute-to-data API: what owners offer
// (ComputeEnvironment, Dataset), what consumers bring (Algorithm), agree to
// (ServiceAgreement) and ask for (ComputeJob), what owners are asked
// (ResultReview), and what was used of their budgets (DatasetUsage).
//
// +kubebuilder:object:generate=true
// +kubebuilder:ac:generate=true
// +kubebuilder:ac:output:package="../applyconfiguration"
// +groupName=c2d.dev
package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// SchemeGroupVersion of every kind in this package.
var SchemeGroupVersion = schema.GroupVersion{Group: "c2d.dev", Version: "v1alpha1"}

var schemeBuilder = runtime.NewSchemeBuilder(func(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(SchemeGroupVersion,
		&ComputeEnvironment{}, &ComputeEnvironmentList{},
		&Dataset{}, &DatasetList{},
		&Algorithm{}, &AlgorithmList{},
		&ServiceAgreement{}, &ServiceAgreementList{},
		&ComputeJob{}, &ComputeJobList{},
		&ResultReview{}, &ResultReviewList{},
		&DatasetUsage{}, &DatasetUsageList{},
	)
	metav1.AddToGroupVersion(scheme, SchemeGroupVersion)
	return nil
})

// AddToScheme registers the kinds of this package.
var AddToScheme = schemeBuilder.AddToScheme

// Names of the kinds.
const (
	KindComputeEnvironment = "ComputeEnvironment"
	KindDataset            = "Dataset"
	KindAlgorithm          = "Algorithm"
	KindServiceAgreement   = "ServiceAgreement"
	KindComputeJob         = "ComputeJob"
	KindResultReview       = "ResultReview"
	KindDatasetUsage       = "DatasetUsage"
)
