package provider

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// TestAccFunctions calls the functions of the provider, which is not configured.
func TestAccFunctions(t *testing.T) {
	t.Parallel()
	const (
		prices    = `{ cpu = "1000000", memory_gib = "200000", disk_gib = 1000 }`
		resources = `{ cpu = "2", memory = "4Gi", disk = "10Gi" }`
		digest    = "sha256:8221d20c1c16491d7d56b9657ea09082c0ee4a8ab1a6621fa720da58b09580e4"
	)
	for name, test := range map[string]struct{ call, want, fault string }{
		"did": {
			call: `did(8996, "0x7358776DACe83a4b48E698645F32B043481daCBA")`,
			want: "did:op:e16a777d1f146dba369cf98d212f34c17d9de516fcda5c9546076cf043ba6e37",
		},
		"did of a mistyped address": {
			call:  `did(8996, "0x7358776dace83a4b48e698645f32b043481dacba")`,
			fault: `write\s+0x7358776DACe83a4b48E698645F32B043481daCBA`,
		},
		"did on no chain": {call: `did(0, "0x7358776DACe83a4b48E698645F32B043481daCBA")`, fault: `must be the id of a chain`},
		"checksum": {
			call: fmt.Sprintf(`container_checksum("run.sh", %q)`, digest),
			want: "20d3f5667b2068e84db5465fb51aa405b06a0ff791635048d7976ec7f5abdc73",
		},
		"checksum of a tag":  {call: `container_checksum("run.sh", "latest")`, fault: `must be\s+sha256: and 64`},
		"cost":               {call: fmt.Sprintf(`compute_cost(%s, %s, "29m1s")`, prices, resources), want: "84300000"},
		"cost of a fraction": {call: fmt.Sprintf(`compute_cost({ cpu = "0.5", memory_gib = "0", disk_gib = "0" }, %s, "1m")`, resources), fault: `cpu: "0.5" is no amount`},
		"cost of no unit":    {call: fmt.Sprintf(`compute_cost(%s, { cpu = "2", memory = "four", disk = "1Gi" }, "1m")`, prices), fault: `memory: "four" is not a`},
		"cost of no time":    {call: fmt.Sprintf(`compute_cost(%s, %s, "soon")`, prices, resources), fault: `must be a duration`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			step := resource.TestStep{Config: fmt.Sprintf("output \"test\" {\n  value = provider::c2d::%s\n}\n", test.call)}
			if test.fault != "" {
				step.ExpectError = regexp.MustCompile(test.fault)
			} else {
				step.ConfigStateChecks = []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("test", knownvalue.StringExact(test.want))}
			}
			resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: providers(), Steps: []resource.TestStep{step}})
		})
	}
}
