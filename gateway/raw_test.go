package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// The code of a raw algorithm comes from the job itself, as long as it is what was approved.
func TestRawAlgorithm(t *testing.T) {
	w := newWorld(t)
	raw := func(r *testRun) {
		status := r.job.Status
		r.job.Spec.Algorithm = v1alpha1.AlgorithmReference{Raw: &v1alpha1.RawAlgorithm{Container: r.algorithm.Spec.Container, Code: &v1alpha1.Code{Raw: "print(1)"}}}
		r.job.Spec.Trigger = "raw"
		r.check(api.Update(t.Context(), r.job))
		r.job.Status = status
		checksum, err := ocean.AlgorithmChecksum(&sandbox.RawAlgorithm(r.job).Spec)
		r.check(err)
		own := object(&r.job.ObjectMeta)
		own.Generation = 0
		r.Run.Algorithm = sandbox.Algorithm{Object: own, DID: "did:c2d:cc33", Checksum: checksum, Raw: true}
	}
	r := w.newRun(inline("x"), nil, raw)
	if a := r.get(sandbox.PathCode); a.status != http.StatusOK || string(a.body) != "print(1)" {
		t.Errorf("code: %d %s", a.status, a.body)
	}
	if a := r.get(sandbox.PathPlan); a.status != http.StatusOK || !strings.Contains(string(a.body), ocean.CodeSHA256(&v1alpha1.Code{Raw: "print(1)"})) {
		t.Errorf("plan: %d %s", a.status, a.body)
	}
	// What does not run may change.
	r.job.Spec.Suspend = true
	r.check(api.Update(t.Context(), r.job))
	if a := r.get(sandbox.PathPlan); a.status != http.StatusOK {
		t.Errorf("plan of a job that changed elsewhere: %d %s", a.status, a.body)
	}
	for name, change := range map[string]func(*testRun){
		"other code":      func(r *testRun) { r.job.Spec.Algorithm.Raw.Code.Raw = "print(2)" },
		"another command": func(r *testRun) { r.job.Spec.Algorithm.Raw.Container.Entrypoint = "sh $ALGO" },
		"raw no more":     func(r *testRun) { r.job.Spec.Algorithm = v1alpha1.AlgorithmReference{Name: r.algorithm.Name} },
	} {
		r := w.newRun(inline("x"), nil, raw)
		change(r)
		r.job.Spec.Trigger = "changed"
		r.check(api.Update(t.Context(), r.job))
		for _, path := range []string{sandbox.PathPlan, sandbox.PathCode} {
			if a := r.get(path); a.status != http.StatusConflict || a.failure().Reason != v1alpha1.ReasonAlgorithmFetchFailed {
				t.Errorf("%s: %s says %d %s", name, path, a.status, a.body)
			}
		}
	}
}
