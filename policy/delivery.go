package policy

import (
	"slices"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// Delivery is what of the wanted things may leave: the strictest rule of all datasets wins.
func Delivery(wanted []v1alpha1.Delivery, datasets []*v1alpha1.Dataset) []v1alpha1.Delivery {
	logs := len(datasets) > 0 && !slices.ContainsFunc(datasets, func(d *v1alpha1.Dataset) bool {
		return d.Spec.Disclosure.Logs.Release != v1alpha1.LogReleaseAlways
	})
	return slices.DeleteFunc(slices.Clone(wanted), func(d v1alpha1.Delivery) bool {
		return d == v1alpha1.DeliverLogs && !logs
	})
}

// LogsReleased says whether the rules let the log, and with it the exit code, out to the consumer.
func LogsReleased(datasets []*v1alpha1.Dataset) bool {
	return len(Delivery([]v1alpha1.Delivery{v1alpha1.DeliverLogs}, datasets)) == 1
}
