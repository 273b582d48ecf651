package provider

import (
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func TestAccResultReviewsData(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	for name, hours := range map[string]time.Duration{"first": 1, "second": 2, "third": 3} {
		review := newReview(namespace, func(r *v1alpha1.ResultReview) {
			r.Name, r.Spec.Deadline = name, metav1.NewTime(time.Now().Add(hours*time.Hour))
		})
		createReview(t, review)
		if review.Status.State = v1alpha1.ReviewStateApproved; name == "first" {
			if err := api.Status().Update(t.Context(), review); err != nil {
				t.Fatal(err)
			}
		}
	}
	const data = "data.c2d_result_reviews.test"
	config := func(body string) string {
		return configuration(t, namespace, "", fmt.Sprintf("data \"c2d_result_reviews\" \"test\" {\n  %s\n}", body))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		Steps: []resource.TestStep{
			{Config: config(`state = "Open"`), ExpectError: errorText("value must be one of")},
			{
				Config: config(""),
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue(data, "namespace", knownvalue.StringExact(namespace)),
					expectValue(data, "reviews", knownvalue.ListSizeExact(3)),
					expectValue(data, "reviews.0.name", knownvalue.StringExact("first")),
					expectValue(data, "reviews.0.state", knownvalue.StringExact("Approved")),
					expectValue(data, "reviews.1.job.name", knownvalue.StringExact("train")),
					expectValue(data, "reviews.1.manifest_sha256", knownvalue.StringExact(testManifest)),
					expectValue(data, "reviews.1.files.0.flags.0", knownvalue.StringExact("csv-no-count")),
				},
			},
			{
				Config: config(`state = "Pending"`),
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue(data, "reviews", knownvalue.ListSizeExact(2)),
					expectValue(data, "reviews.0.name", knownvalue.StringExact("second")),
				},
			},
		},
	})
}
