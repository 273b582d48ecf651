package policy

import (
	"slices"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// Delivery is what of the wanted things may leave without a review of the log: the strictest rule of all datasets wins.
func Delivery(wanted []v1alpha1.Delivery, datasets []*v1alpha1.Dataset) []v1alpha1.Delivery {
	logs := len(datasets) > 0 && !slices.ContainsFunc(datasets, func(d *v1alpha1.Dataset) bool {
		return d.Spec.Disclosure.Logs.Release != v1alpha1.LogReleaseAlways || reviewed(d)
	})
	return slices.DeleteFunc(slices.Clone(wanted), func(d v1alpha1.Delivery) bool {
		return d == v1alpha1.DeliverLogs && !logs
	})
}

// LogsReleased says whether the rules let the log, and with it the exit code, out to the consumer as it is written.
func LogsReleased(datasets []*v1alpha1.Dataset) bool {
	return len(Delivery([]v1alpha1.Delivery{v1alpha1.DeliverLogs}, datasets)) == 1
}

// LogsReviewed says whether the rules let the log out to a consumer who wants it once the run is over, after those who ask for
// one have reviewed it.
func LogsReviewed(wanted []v1alpha1.Delivery, datasets []*v1alpha1.Dataset) bool {
	return slices.Contains(wanted, v1alpha1.DeliverLogs) && !LogsReleased(datasets) &&
		!slices.ContainsFunc(datasets, func(d *v1alpha1.Dataset) bool {
			release := d.Spec.Disclosure.Logs.Release
			return release != v1alpha1.LogReleaseAlways && release != v1alpha1.LogReleaseAfterReview
		})
}

// reviewed says whether the results on a dataset may need a review.
func reviewed(dataset *v1alpha1.Dataset) bool {
	required := dataset.Spec.Disclosure.Review.Required
	return required != "" && required != v1alpha1.ReviewNever
}
