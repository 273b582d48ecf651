//go:build e2e

package e2e

import (
	"testing"

	"k8s.io/apimachinery/pkg/types"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/manifest"
)

// signed checks that a manifest is of this job, signed by its environment, and how many results and input files it lists.
func (s *story) signed(t *testing.T, text string, results int, files int64) {
	t.Helper()
	m, err := manifest.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var environment v1alpha1.ComputeEnvironment
	if err := api.Get(t.Context(), types.NamespacedName{Name: s.job.Spec.Environment}, &environment); err != nil {
		t.Fatal(err)
	}
	key, err := manifest.ParseKey([]byte(environment.Status.ManifestKeys[0].PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Verify(t.Context(), key); err != nil {
		t.Error(err)
	}
	p := m.Statement.Predicate
	if len(p.Results) != results || p.Datasets[0].Content.Files != files || p.Algorithm.Checksum == "" || p.Algorithm.Image == "" || p.Job.UID != s.job.UID || p.Times.Ended.IsZero() {
		t.Errorf("the manifest says %+v", p)
	}
}
