package job

import (
	"encoding/json"
	"fmt"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/policy"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// input is what a run takes from a dataset beside the dataset itself.
type input struct {
	parameters map[string]json.RawMessage
	mounts     []sandbox.Mount
}

// datasetParameters checks what a job sets for a dataset against what that declares, and that it fits into its URLs.
func datasetParameters(dataset *v1alpha1.Dataset, values map[string]v1alpha1.ParameterValue) (map[string]json.RawMessage, error) {
	parameters, err := policy.Parameters(dataset.Spec.Parameters, values)
	for i := 0; err == nil && i < len(dataset.Spec.Files); i++ {
		if web := dataset.Spec.Files[i].HTTP; web != nil {
			_, err = storage.WithQuery(web.URL, parameters)
		}
	}
	if err != nil {
		return nil, &failure{v1alpha1.ReasonParametersInvalid, fmt.Sprintf("Dataset %s/%s: %s.", dataset.Namespace, dataset.Name, err)}
	}
	return parameters, nil
}
