package ocean

import "github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"

// Status of a job as Ocean's Operator Service numbers it. A job that failed while its inputs or its algorithm were
// provisioned keeps 31 or 32; any other end is 70.
func Status(state v1alpha1.State, reason string) v1alpha1.OceanStatus {
	switch state {
	case v1alpha1.StateFunding:
		return v1alpha1.OceanStatus{Code: 10, Text: "Job started"}
	case v1alpha1.StateStaging:
		return v1alpha1.OceanStatus{Code: 20, Text: "Configuring volumes"}
	case v1alpha1.StateRunning:
		return v1alpha1.OceanStatus{Code: 40, Text: "Running algorithm"}
	case v1alpha1.StateReleasing, v1alpha1.StateSettling, v1alpha1.StateAwaitingReview:
		return v1alpha1.OceanStatus{Code: 60, Text: "Publishing results"}
	case v1alpha1.StateSucceeded, v1alpha1.StateStopped, v1alpha1.StateExpired:
		return v1alpha1.OceanStatus{Code: 70, Text: "Job finished"}
	case v1alpha1.StateFailed:
		switch reason {
		case v1alpha1.ReasonInputFetchFailed:
			return v1alpha1.OceanStatus{Code: 31, Text: "Data provisioning failed"}
		case v1alpha1.ReasonAlgorithmFetchFailed:
			return v1alpha1.OceanStatus{Code: 32, Text: "Algorithm provisioning failed"}
		}
		return v1alpha1.OceanStatus{Code: 70, Text: "Job finished"}
	default:
		return v1alpha1.OceanStatus{Code: 1, Text: "Warming up"}
	}
}
