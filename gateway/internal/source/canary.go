package source

import (
	"context"
	"fmt"
	"slices"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/disclosure"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/failure"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// canaries of all datasets of a run, from the Secrets beside them. That there is anything wrong with them is found before
// the algorithm starts.
func (s *Sources) canaries(ctx context.Context, run *sandbox.Run) (all []string, err error) {
	for _, reference := range run.Disclosure().Canaries {
		name := fmt.Sprintf("Secret %s/%s, the canaries of a dataset,", reference.Namespace, reference.Name)
		if !slices.ContainsFunc(run.Datasets, func(d sandbox.Dataset) bool { return d.Namespace == reference.Namespace }) {
			return nil, failure.Permanent(v1alpha1.ReasonInputFetchFailed, name+" lies beside no dataset of the run", nil)
		}
		secret, err := s.secret(ctx, reference.Namespace, reference.Name)
		if err != nil {
			return nil, blame(v1alpha1.ReasonInputFetchFailed, "the canaries of a dataset", err)
		}
		values := disclosure.ParseCanaries(secret.Data)
		if len(values) == 0 {
			return nil, failure.Permanent(v1alpha1.ReasonInputFetchFailed, name+" has no values: expected one in each line", nil)
		}
		if _, err := disclosure.NewCanaries(values); err != nil {
			return nil, failure.Permanent(v1alpha1.ReasonInputFetchFailed, name+" cannot be used: "+err.Error(), nil)
		}
		all = append(all, values...)
	}
	if _, err := disclosure.NewCanaries(all); err != nil {
		return nil, failure.Permanent(v1alpha1.ReasonInputFetchFailed, "the canaries of all datasets together cannot be used: "+err.Error(), nil)
	}
	return all, nil
}
