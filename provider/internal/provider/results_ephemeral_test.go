package provider

import (
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/links"
)

// The URLs are there while access lasts, and null without an error before and after.
func TestAccResults(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	controller := startController(t, namespace)
	controller.from(succeed)
	ofRun := func(run string) string {
		return configuration(t, namespace, "", jobBody("")+fmt.Sprintf(`
ephemeral "c2d_results" "test" {
  job = c2d_compute_job.test.id
  run = %s
}
provider "echo" { data = ephemeral.c2d_results.test }
resource "echo" "test" {}
`, run))
	}
	config := ofRun("null")
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "train-results"}}
	const echo = "echo.test"
	share := func(expires time.Time) func() {
		return func() {
			newest := jsonOf([]links.Link{{Name: "manifest.json", Type: v1alpha1.ResultManifest, URL: "https://s3.example.org/manifest?signed"},
				{Name: "model/weights.json", Type: v1alpha1.ResultOutput, URL: "https://s3.example.org/weights?signed"}})
			shareResults(t, namespace, expires, map[string]string{"files": newest, "run-2": newest,
				"run-1": jsonOf([]links.Link{{Name: "algorithm.log", Type: v1alpha1.ResultLog, URL: "https://s3.example.org/log?signed"}})})
		}
	}
	nothing := []statecheck.StateCheck{
		expectValue(echo, "data.files", knownvalue.Null()),
		expectValue(echo, "data.manifest_url", knownvalue.Null()),
		expectValue(echo, "data.expires_at", knownvalue.Null()),
	}
	destroyEcho := configuration(t, namespace, "", jobBody(""))
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: nothing},
			{Config: destroyEcho},
			{
				PreConfig: share(time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)),
				Config:    config,
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue(echo, "data.files", knownvalue.MapExact(map[string]knownvalue.Check{"model/weights.json": knownvalue.StringExact("https://s3.example.org/weights?signed")})),
					expectValue(echo, "data.manifest_url", knownvalue.StringExact("https://s3.example.org/manifest?signed")),
					expectValue(echo, "data.log_url", knownvalue.Null()),
					expectValue(echo, "data.expires_at", knownvalue.StringExact("2100-01-01T00:00:00Z")),
				},
			},
			{Config: destroyEcho},
			{ // an earlier run, of which the log alone was released
				Config: ofRun("1"),
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue(echo, "data.files", knownvalue.MapExact(map[string]knownvalue.Check{})),
					expectValue(echo, "data.manifest_url", knownvalue.Null()),
					expectValue(echo, "data.log_url", knownvalue.StringExact("https://s3.example.org/log?signed")),
				},
			},
			{Config: destroyEcho},
			{Config: ofRun("3"), ConfigStateChecks: nothing},
			{Config: destroyEcho},
			{ // access is over as soon as the job says so
				PreConfig: func() {
					controller.from(func(object client.Object) bool {
						if job, ok := object.(*v1alpha1.ComputeJob); ok {
							job.Status.State = v1alpha1.StateExpired
						}
						return true
					})
				},
				Config:            config,
				ConfigStateChecks: nothing,
			},
			{PreConfig: func() { controller.from(succeed) }, Config: destroyEcho},
			{
				PreConfig: func() {
					remove(t, secret)()
					share(time.Now().Add(-time.Minute))()
				},
				Config:            config,
				ConfigStateChecks: nothing,
			},
		},
	})
}
