package provider

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

const testEnvironment = "c2d_compute_environment.test"

func environmentBody(name, cpu, body string) string {
	return fmt.Sprintf(`
resource "c2d_compute_environment" "test" {
  name      = %q
  resources = {
    cpu    = { default = "500m", max = %q }
    memory = { default = "512Mi", max = "8Gi" }
    disk   = { default = "1Gi", max = "20Gi" }
  }
  results = { s3 = { bucket = "results", credentials_secret_ref = { name = "s3" } } }
  %s
}`, name, cpu, body)
}

func TestAccComputeEnvironment(t *testing.T) {
	t.Parallel()
	name := newNamespace(t)
	controller := startController(t, name)
	config := func(cpu, body string) string { return configuration(t, name, "", environmentBody(name, cpu, body)) }
	forced := func(cpu, body string) string {
		return configuration(t, name, "force_conflicts = true", environmentBody(name, cpu, body))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(name),
		Steps: []resource.TestStep{
			{
				Config: config("4", ""),
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue(testEnvironment, "id", knownvalue.StringExact(name)),
					expectValue(testEnvironment, "ready", knownvalue.Bool(true)),
					expectValue(testEnvironment, "sandbox_namespace", knownvalue.StringExact("c2d-sandbox")),
					expectValue(testEnvironment, "isolation.require_enforced_network_policy", knownvalue.Bool(true)),
					expectValue(testEnvironment, "results.s3.region", knownvalue.StringExact("us-east-1")),
					expectValue(testEnvironment, "results.retention", knownvalue.StringExact("168h")),
					expectValue(testEnvironment, "max_concurrent_jobs", knownvalue.Int64Exact(10)),
					expectValue(testEnvironment, "manifest_keys.0.since", knownvalue.StringExact("2026-11-22T12:00:00Z")),
				},
			},
			{ // another spelling of the same, and of the defaults
				Config:           config("4000m", `max_job_duration = "60m"`+"\nmax_concurrent_jobs = 10\nqueue_timeout = \"1800s\"\n"+`isolation = { host_users = false }`),
				ConfigPlanChecks: expectNoChange,
			},
			{
				ResourceName: testEnvironment, ImportState: true, ImportStateVerify: true,
				ImportStateVerifyIgnore: []string{"timeouts", "max_job_duration", "queue_timeout", "results.retention"},
			},
			{
				Config:           config("8", "max_concurrent_jobs = 3\nqueue_timeout = \"5m\"\n"+`egress = { allow = ["10.0.0.0/8", "192.168.0.0/16"] }`),
				ConfigPlanChecks: expectAction(testEnvironment, plancheck.ResourceActionUpdate),
			},
			{ // a key of the owner's
				Config: config("8", `signing = { vault = { url = "https://vault.example.org:8200", key = "c2d", token_secret_ref = { name = "vault" } } }`),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectUnknownValue(testEnvironment, tfjsonpath.New("manifest_keys")),
				}},
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue(testEnvironment, "signing.vault.mount", knownvalue.StringExact("transit")),
					expectValue(testEnvironment, "manifest_keys.0.key_id", knownvalue.StringExact("key of vault")),
				},
			},
			{
				ResourceName: testEnvironment, ImportState: true, ImportStateVerify: true,
				ImportStateVerifyIgnore: []string{"timeouts", "max_job_duration", "queue_timeout", "results.retention"},
			},
			{
				Config:            config("8", `signing = { secret_ref = { name = "key" } }`),
				ConfigStateChecks: []statecheck.StateCheck{expectValue(testEnvironment, "manifest_keys.0.key_id", knownvalue.StringExact("key of key"))},
			},
			{ // what somebody else changed shows, and is not overwritten unasked
				PreConfig: change(t, "", name, &v1alpha1.ComputeEnvironment{}, func(e *v1alpha1.ComputeEnvironment) {
					e.Spec.RuntimeClassName, e.Spec.SandboxNamespace = "runc", "elsewhere"
				}),
				Config:      config("8", `egress = { allow = ["192.168.0.0/16", "10.0.0.0/8"] }`),
				ExpectError: errorText(`conflict with "kubectl-edit"`),
			},
			{ // with force it is, and what was added goes too
				Config:           forced("8", `egress = { allow = ["192.168.0.0/16", "10.0.0.0/8"] }`),
				ConfigPlanChecks: expectAction(testEnvironment, plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue(testEnvironment, "sandbox_namespace", knownvalue.StringExact("c2d-sandbox")),
					expectValue(testEnvironment, "runtime_class_name", knownvalue.Null()),
				},
			},
			{ // an environment that stops being fit for use shows, and the next apply says why
				PreConfig:   func() { controller.from(beStalled(v1alpha1.ReasonBucketUnavailable, "bucket results: no such bucket")) },
				Config:      forced("8", ""),
				ExpectError: errorText("Compute Environment Failed: BucketUnavailable"),
			},
			{
				PreConfig:        func() { controller.from(becomeReady) },
				Config:           forced("8", ""),
				ConfigPlanChecks: expectNoChange,
			},
		},
	})
}
