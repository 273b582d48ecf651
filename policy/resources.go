package policy

import (
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// Resources that a run gets.
type Resources struct {
	CPU, Memory, Disk resource.Quantity
	// Duration is the longest time that the algorithm may run.
	Duration time.Duration
}

// defaultJobDuration is the default of ComputeEnvironment's spec.maxJobDuration.
const defaultJobDuration = time.Hour

// Grant gives a job what it asks for, and the environment's defaults for what it does not. The error names everything
// that is more than the environment offers.
func Grant(job *v1alpha1.ComputeJobSpec, environment *v1alpha1.ComputeEnvironmentSpec) (Resources, error) {
	var faults []string
	grant := func(field string, wanted *resource.Quantity, offer v1alpha1.QuantityRange) resource.Quantity {
		if wanted == nil {
			return offer.Default
		}
		if wanted.Cmp(offer.Max) > 0 || wanted.Sign() <= 0 {
			faults = append(faults, fmt.Sprintf("%s is %s, allowed is more than 0 and at most %s", field, wanted, &offer.Max))
		}
		return *wanted
	}
	resources := Resources{
		CPU:      grant("spec.resources.cpu", job.Resources.CPU, environment.Resources.CPU),
		Memory:   grant("spec.resources.memory", job.Resources.Memory, environment.Resources.Memory),
		Disk:     grant("spec.resources.disk", job.Resources.Disk, environment.Resources.Disk),
		Duration: defaultJobDuration,
	}
	if environment.MaxJobDuration != nil {
		resources.Duration = environment.MaxJobDuration.Duration
	}
	if job.MaxDuration != nil {
		if job.MaxDuration.Duration > resources.Duration {
			faults = append(faults, fmt.Sprintf("spec.maxDuration is %s, allowed is at most %s", job.MaxDuration.Duration, resources.Duration))
		}
		resources.Duration = job.MaxDuration.Duration
	}
	if len(faults) > 0 {
		return Resources{}, fmt.Errorf("%s", strings.Join(faults, "; "))
	}
	return resources, nil
}
