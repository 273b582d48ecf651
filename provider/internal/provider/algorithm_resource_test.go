package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

const testAlgorithm = "c2d_algorithm.test"

// A dataset trusts the algorithm by its checksum, so it is planned to change when the algorithm does, and only then.
func TestAccAlgorithm(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	startController(t, namespace)
	config := func(digit, code, body string) string {
		return configuration(t, namespace, "", fmt.Sprintf(`
resource "c2d_algorithm" "test" {
  name      = "train"
  container = { image = "registry.example.org/python", digest = "sha256:%s", entrypoint = "python3 $ALGO", env = { OMP_NUM_THREADS = "1", EMPTY = "" } }
  code      = %s
  %s
}
resource "c2d_dataset" "test" {
  name   = "tumours"
  files  = [{ inline = "x" }]
  access = { consumers = { namespaces = ["*"] }, algorithms = [{ checksum = c2d_algorithm.test.checksum }] }
}`, strings.Repeat(digit, 64), code, body))
	}
	const raw = `{ raw = "print(1)\n" }`
	both := func(algorithm, dataset plancheck.ResourceActionType) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction(testAlgorithm, algorithm), plancheck.ExpectResourceAction(testDataset, dataset),
		}}
	}
	ipfs := fmt.Sprintf(`{ ipfs = { cid = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi", gateway = "https://ipfs.example.org" }, sha256 = %q }`, strings.Repeat("b", 64))
	arweave := fmt.Sprintf(`{ arweave = { transaction_id = "bNbA3TEQVL60xlgCcqdz4ZPHFZ711cZ3hmkpGttDt_U", gateway = "https://arweave.net" }, sha256 = %q }`, strings.Repeat("c", 64))
	remote := fmt.Sprintf(`{ s3 = { bucket = "code", key = "train.py" }, sha256 = %q }`, strings.Repeat("a", 64))
	const parameters = `parameters = {
    epochs    = { type = "number", description = "Rounds", default = "20" }
    optimiser = { type = "select", options = ["sgd", "adam"], default = "adam", required = true }
  }`
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{
			{
				Config:            config("0", raw, ""),
				ConfigStateChecks: []statecheck.StateCheck{expectValue(testAlgorithm, "checksum", knownvalue.StringRegexp(errorText("sha256:")))},
			},
			{
				Config:           config("0", raw, `language = "python"`+"\n"+parameters),
				ConfigPlanChecks: both(plancheck.ResourceActionUpdate, plancheck.ResourceActionNoop),
			},
			{ResourceName: testAlgorithm, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"timeouts"}},
			{
				Config:           config("1", remote, parameters),
				ConfigPlanChecks: both(plancheck.ResourceActionUpdate, plancheck.ResourceActionUpdate),
			},
			{ResourceName: testAlgorithm, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"timeouts"}},
			{Config: config("1", ipfs, ""), ConfigPlanChecks: both(plancheck.ResourceActionUpdate, plancheck.ResourceActionUpdate)},
			{ResourceName: testAlgorithm, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"timeouts"}},
			{Config: config("1", arweave, ""), ConfigPlanChecks: both(plancheck.ResourceActionUpdate, plancheck.ResourceActionUpdate)},
			{ResourceName: testAlgorithm, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"timeouts"}},
		},
	})
}
