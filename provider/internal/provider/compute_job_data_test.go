package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// A job that somebody else runs can be read, with what it released and its earlier runs.
func TestAccComputeJobData(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	startController(t, namespace).from(succeed)
	const data = "data.c2d_compute_job.test"
	config := func(body, id string) string {
		return jobConfig(t, namespace, body) + "\ndata \"c2d_compute_job\" \"test\" {\n  id = " + id + "\n  depends_on = [c2d_compute_job.test]\n}"
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{
			{
				Config: config("", "c2d_compute_job.test.id"),
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue(data, "state", knownvalue.StringExact("Succeeded")),
					expectValue(data, "environment", knownvalue.StringExact("default")),
					expectValue(data, "algorithm", knownvalue.StringExact("train")),
					expectValue(data, "results.0.uri", knownvalue.StringExact("s3://results/weights.json")),
					expectValue(data, "manifest.outputs", knownvalue.Int64Exact(1)),
					expectValue(data, "access_expires_at", knownvalue.StringExact("2026-11-23T12:00:00Z")),
					expectValue(data, "runs", knownvalue.ListSizeExact(0)),
				},
			},
			{
				Config: config(`parameters = { epochs = "30" }`, `"train"`),
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue(data, "run", knownvalue.Int64Exact(2)),
					expectValue(data, "runs.0.run", knownvalue.Int64Exact(1)),
					expectValue(data, "runs.0.state", knownvalue.StringExact("Succeeded")),
					expectValue(data, "runs.0.manifest.bytes", knownvalue.Int64Exact(12)),
				},
			},
			{
				Config:      config(`parameters = { epochs = "30" }`, `"other"`),
				ExpectError: errorText(`There is no compute job "` + namespace + `/other"; list them with: kubectl get computejobs`),
			},
		},
	})
}
