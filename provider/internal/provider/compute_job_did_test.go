package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

// A job may name what it runs on, and what it runs, by DIDs; and two datasets of one name in two namespaces are two.
func TestAccComputeJobByDID(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	startController(t, namespace)
	one, two := "did:op:"+strings.Repeat("1", 64), "did:c2d:"+strings.Repeat("2", 64)
	config := func(datasets, algorithm string) string {
		return configuration(t, namespace, "", fmt.Sprintf("resource \"c2d_compute_job\" \"test\" {\n  name = \"train\"\n  environment = \"default\"\n  datasets = [%s]\n  algorithm = { %s }\n}", datasets, algorithm))
	}
	both := fmt.Sprintf("{ did = %q, parameters = { year = \"2026\" } }, { name = \"tumours\" }, { namespace = \"hospital\", name = \"tumours\" }", one)
	byOne := fmt.Sprintf("did = %q", one)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{
			{Config: config(fmt.Sprintf("{ did = %q, name = \"tumours\" }", one), byOne), ExpectError: errorText("one of name and did must be set")},
			{Config: config(fmt.Sprintf("{ did = %q, namespace = \"hospital\" }", one), byOne), ExpectError: errorText("cannot be specified when")},
			{Config: config("{ did = \"did:web:example.org\" }", byOne), ExpectError: errorText("must be a DID")},
			{Config: config("{ name = \"tumours\" }", byOne+", name = \"train\""), ExpectError: errorText("one of name, did and raw must be set")},
			{Config: config(both, byOne)},
			{Config: config(both, byOne), ConfigPlanChecks: expectNoChange},
			{ResourceName: testJob, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"timeouts", "triggers"}},
			{
				Config:           config(fmt.Sprintf("{ did = %q }", two), fmt.Sprintf("did = %q", two)),
				ConfigPlanChecks: expectAction(testJob, plancheck.ResourceActionUpdate),
			},
		},
	})
}
