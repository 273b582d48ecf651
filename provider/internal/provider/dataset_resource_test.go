package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

const testDataset = "c2d_dataset.test"

func datasetBody(name, body string) string {
	return fmt.Sprintf("resource \"c2d_dataset\" \"test\" {\n  name = %q\n  %s\n}", name, body)
}

func TestAccDataset(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	startController(t, namespace)
	hash := strings.Repeat("0", 64)
	all := fmt.Sprintf(`
  metadata = { name = "Tumours", description = "569 samples", license = "CC-BY-4.0", tags = ["health", "csv"] }
  files = [
    { s3 = { bucket = "private", key = "a.csv", endpoint = "https://s3.example.org", force_path_style = true, credentials_secret_ref = { name = "s3" } }, sha256 = %[1]q },
    { s3 = { bucket = "private", key = "many" } },
    { http = { url = "https://example.org/b.csv", headers_secret_ref = { name = "headers" } } },
    { ipfs = { cid = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi/c.csv", gateway = "https://ipfs.example.org" }, sha256 = %[1]q },
    { arweave = { transaction_id = "bNbA3TEQVL60xlgCcqdz4ZPHFZ711cZ3hmkpGttDt_U", gateway = "https://arweave.net" } },
    { persistent_volume_claim = { claim_name = "scans", path = "2026/ct" } },
    { image = { reference = "registry.example.org/data/tumours@sha256:%[1]s" } },
    { inline = "a,b\n1,2\n" },
  ]
  access = {
    consumers  = { access_lists = [{ chain_id = 8996, address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed" }], namespaces = ["team-b", "team-a"], addresses = ["0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"] }
    algorithms = [{ checksum = "sha256:%[1]s", ref = { namespace = "team-a", name = "train" } }, { checksum = "*", did = "did:op:%[1]s" }, { files_checksum = %[1]q, container_section_checksum = %[1]q }]
    allow_raw  = true
    parameters = "Any"
    companions = ["clinic/scans", "did:op:%[1]s"]
    network    = "Allow"
    budget     = { window = "168h", runs = 20, output_bytes = "10Mi" }
    publishers = ["0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb", "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB"]
  }
  nft = { chain_id = 8996, address = "0x7358776DACe83a4b48E698645F32B043481daCBA" }
  disclosure = {
    max_bytes      = "100Mi"
    max_file_bytes = "10Mi"
    max_files      = 100
    max_depth      = 2
    types          = ["text/csv", "application/json", "image/*"]
    csv            = { max_rows = 5000, forbidden_columns = ["patient_id", "name"], min_cell_count = 10, count_columns = ["people"], formulas = "Flag" }
    json           = { forbidden_keys = ["patient_id"], min_cell_count = 10, count_keys = ["people"] }
    canaries       = { secret_ref = { name = "canaries" } }
    verbatim       = { min_record_bytes = 24, max_records = 0 }
    images         = { metadata = "Flag" }
    logs           = { release = "AfterReview", max_bytes = "1Mi" }
    review         = { required = "OnFlag", approvals = 2, deadline = "72h" }
  }
  terms      = { timeout = "24h", agreement = "Required", order = "Required" }
  parameters = { year = { type = "number", default = "2026" } }`, hash)
	const small = `files = [{ inline = "x" }]`
	config := func(settings, name, body string) string {
		return configuration(t, namespace, settings, datasetBody(name, body))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{
			{
				Config: config("", "tumours", all),
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue(testDataset, "id", knownvalue.StringExact(namespace+"/tumours")),
					expectValue(testDataset, "did", knownvalue.StringRegexp(errorText("did:c2d:"))),
				},
			},
			{ // another spelling of the same
				Config:           config("", "tumours", strings.NewReplacer(`"24h"`, `"1440m"`, `"168h"`, `"10080m"`, `"72h"`, `"72h0m"`, `"10Mi"`, `"10240Ki"`, `"100Mi"`, `"102400Ki"`, `"1Mi"`, `"1024Ki"`).Replace(all)),
				ConfigPlanChecks: expectNoChange,
			},
			{ResourceName: testDataset, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"timeouts", "terms.timeout", "access.budget.window", "disclosure.review.deadline"}},
			{ResourceName: testDataset, ImportState: true, ImportStateVerify: true, ImportStateId: "tumours", ImportStateVerifyIgnore: []string{"timeouts", "terms.timeout", "access.budget.window", "disclosure.review.deadline"}},
			{ResourceName: testDataset, ImportState: true, ImportStateId: "a/b/c", ExpectError: errorText(`"a/b/c" does not name a dataset: expected namespace/name`)},
			{ // empty groups ask for nothing, and stay as they were written
				Config: config("", "tumours", small+"\nmetadata = {}\nterms = {}\nparameters = {}\naccess = { consumers = { namespaces = [], access_lists = [] }, algorithms = [], companions = [], allow_raw = false }\n"+
					"disclosure = { csv = {}, json = {}, verbatim = {}, images = {}, review = {} }"),
				ConfigPlanChecks: expectAction(testDataset, plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue(testDataset, "disclosure.logs.release", knownvalue.StringExact("Never")),
					expectValue(testDataset, "did", knownvalue.StringRegexp(errorText("did:c2d:"))),
				},
			},
			{ // what the API server fills in may be written out, and is no change
				Config: config("", "tumours", small+"\naccess = { parameters = \"Declared\", network = \"Deny\", budget = { window = \"24h\", runs = 5 } }\n"+
					"disclosure = { csv = { min_cell_count = 0 }, json = { min_cell_count = 0 } }"),
				ConfigPlanChecks: expectAction(testDataset, plancheck.ResourceActionUpdate),
			},
			{
				Config:           config("", "tumours", small+"\naccess = { budget = { window = \"1440m\", runs = 5 } }"),
				ConfigPlanChecks: expectAction(testDataset, plancheck.ResourceActionUpdate),
			},
			{ // a check that somebody switched off
				PreConfig: change(t, namespace, "tumours", &v1alpha1.Dataset{}, func(d *v1alpha1.Dataset) {
					d.Spec.Disclosure.Verbatim.MaxRecords = ptr.To[int64](-1)
				}),
				Config:      config("", "tumours", small+"\nmetadata = {}"),
				ExpectError: errorText(`the configuration does not have; they were set by "kubectl-edit"`),
			},
			{ // a consumer whom somebody let in
				PreConfig: change(t, namespace, "tumours", &v1alpha1.Dataset{}, func(d *v1alpha1.Dataset) {
					d.Spec.Access.Consumers.Namespaces = []string{"stranger"}
				}),
				Config:      config("", "tumours", small+"\nmetadata = {}"),
				ExpectError: errorText(`the configuration does not have; they were set by "kubectl-edit"`),
			},
			{
				Config:            config("force_conflicts = true", "tumours", small),
				ConfigPlanChecks:  expectAction(testDataset, plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{expectValue(testDataset, "access", knownvalue.Null()), expectValue(testDataset, "disclosure.verbatim", knownvalue.Null())},
			},
			{
				Config:           config("", "tumours", small),
				ConfigPlanChecks: expectNoChange,
			},
			{
				Config:           config("", "renamed", small),
				ConfigPlanChecks: expectAction(testDataset, plancheck.ResourceActionReplace),
			},
			{
				PreConfig:        remove(t, &v1alpha1.Dataset{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "renamed"}}),
				Config:           config("", "renamed", small),
				ConfigPlanChecks: expectAction(testDataset, plancheck.ResourceActionCreate),
			},
		},
	})
}
