package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

// TestAccComputeEnvironmentData reads what a consumer has to know of an environment that somebody else offers.
func TestAccComputeEnvironmentData(t *testing.T) {
	t.Parallel()
	name := newNamespace(t)
	startController(t, name)
	const data = "data.c2d_compute_environment.test"
	config := func(payment string) string {
		return configuration(t, name, "", environmentBody(name, "4", payment)+
			"\ndata \"c2d_compute_environment\" \"test\" {\n  name = c2d_compute_environment.test.name\n  depends_on = [c2d_compute_environment.test]\n}")
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(name),
		Steps: []resource.TestStep{
			{
				Config: config(""),
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue(data, "ready", knownvalue.Bool(true)),
					expectValue(data, "max_job_duration", knownvalue.StringExact("1h0m0s")),
					expectValue(data, "escrow", knownvalue.Null()),
					expectValue(data, "manifest_keys.0.public_key", knownvalue.StringExact("its public half")),
					expectValue(data, "prices", knownvalue.Null()),
				},
			},
			{
				Config: config(paidEnvironment("1000")),
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue(data, "chain_id", knownvalue.Int64Exact(8996)),
					expectValue(data, "escrow", knownvalue.StringExact(testEscrow)),
					expectValue(data, "payee", knownvalue.StringExact(testPayee)),
					statecheck.ExpectKnownValue(data, tfjsonpath.New("prices").AtMapKey(testToken).AtMapKey("cpu"), knownvalue.StringExact("1000")),
				},
			},
			{ // what is deposited for the payee stays where it is when the prices change
				Config: config(paidEnvironment("2000")),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectKnownValue(testEnvironment, tfjsonpath.New("payee"), knownvalue.StringExact(testPayee)),
				}},
			},
			{
				Config: config(strings.Replace(paidEnvironment("2000"), `{ name = "payee" }`, `{ name = "other" }`, 1)),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectUnknownValue(testEnvironment, tfjsonpath.New("payee")),
				}},
			},
		},
	})
}

// TestAccComputeEnvironmentDataMissing names what is not there.
func TestAccComputeEnvironmentDataMissing(t *testing.T) {
	t.Parallel()
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		Steps: []resource.TestStep{{
			Config:      configuration(t, "default", "", `data "c2d_compute_environment" "test" { name = "nowhere" }`),
			ExpectError: errorText(`"nowhere": the environment does not exist`),
		}},
	})
}
