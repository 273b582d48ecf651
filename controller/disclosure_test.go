package main

import (
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/disclosure"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// The rules by which outputs are judged are those of the dataset in the generation that was admitted.
func TestRulesTravelWithThePod(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	bytes := resource.MustParse("5Mi")
	s.dataset.Spec.Disclosure = v1alpha1.Disclosure{
		MaxBytes: &bytes, CSV: v1alpha1.CSVDisclosure{ForbiddenColumns: []string{"Patient_ID"}},
		Canaries: &v1alpha1.Canaries{SecretRef: v1alpha1.LocalSecretReference{Name: "canaries"}},
		Logs:     v1alpha1.LogDisclosure{Release: v1alpha1.LogReleaseAfterReview},
	}
	s.create(t)
	run, err := sandbox.ParseRun(s.started(t).Annotations)
	if err != nil {
		t.Fatal(err)
	}
	rules := run.Disclosure()
	if rules.MaxBytes != 5<<20 || !slices.Equal(rules.CSV.Forbidden, []string{"patient_id"}) ||
		!slices.Equal(rules.Canaries, []disclosure.Secret{{Namespace: s.dataset.Namespace, Name: "canaries"}}) {
		t.Errorf("rules %+v", rules)
	}
	if run.Delivers(v1alpha1.DeliverLogs) {
		t.Error("the log is delivered without a review")
	}
}
