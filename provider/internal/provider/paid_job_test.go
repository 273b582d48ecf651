package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
)

// TestAccPaidJob looks at what a plan says a run may cost, and at what became of the money.
func TestAccPaidJob(t *testing.T) {
	t.Setenv(privateKeyVariable, testKey)
	namespace := newNamespace(t)
	controller := startController(t, namespace)
	// 10 minutes at 2 cores are locked, 3 were used.
	controller.from(func(object client.Object) bool {
		becomeReady(object)
		if job, ok := object.(*v1alpha1.ComputeJob); ok {
			hash := v1alpha1.Hash("0x" + strings.Repeat("a", 64))
			job.Status.Payment = &v1alpha1.PaymentStatus{
				State: v1alpha1.PaymentSettled, Agreement: "ours", LockID: hash, ChainID: 8996, Escrow: testEscrow, Token: testToken, Payer: testAddress, Payee: testPayee,
				Prices: v1alpha1.Prices{CPU: "1000"}, PerMinute: "2000", MaxMinutes: 10, Locked: "20000", LockTx: hash,
				Minutes: ptr.To[int64](3), Claimed: "6000", Refunded: "14000", ClaimTx: hash,
			}
		}
		return true
	})
	agreed := agreementBody("")
	job := func(cpu, duration string) string {
		return fmt.Sprintf(`
resource "c2d_compute_job" "test" {
  name         = "train"
  environment  = %q
  agreement    = "ours"
  datasets     = [{ name = "own" }]
  algorithm    = { name = "train" }
  resources    = { cpu = %q }
  max_duration = %q
}`, namespace, cpu, duration)
	}
	environment := environmentBody(namespace, "4", paidEnvironment("1000"))
	config := func(more string) string { return configuration(t, namespace, "", environment+agreed+more) }
	cost := func(value knownvalue.Check) plancheck.PlanCheck {
		return plancheck.ExpectKnownValue(testJob, tfjsonpath.New("max_cost"), value)
	}
	plan := func(checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: checks}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{
			{Config: config("")},
			{
				Config: config(job("2", "10m")),
				ConfigPlanChecks: plan(cost(knownvalue.StringExact("20000")),
					plancheck.ExpectKnownValue(testJob, tfjsonpath.New("max_cost_token"), knownvalue.StringExact(testToken)),
					plancheck.ExpectUnknownValue(testJob, tfjsonpath.New("payment"))),
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue(testJob, "max_cost", knownvalue.StringExact("20000")),
					expectValue(testJob, "payment.state", knownvalue.StringExact("Settled")),
					expectValue(testJob, "payment.locked", knownvalue.StringExact("20000")),
					expectValue(testJob, "payment.claimed", knownvalue.StringExact("6000")),
					expectValue(testJob, "payment.refunded", knownvalue.StringExact("14000")),
					expectValue(testJob, "payment.minutes", knownvalue.Int64Exact(3)),
					expectValue(testJob, "payment.claim_tx", knownvalue.NotNull()),
				},
			},
			{
				Config:           config(job("2", "10m")),
				ConfigPlanChecks: expectNoChange,
			},
			{ // more than the agreement has left is a warning; a minute that has begun counts
				Config:           config(job("4", "601s")),
				ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPreRefresh: []plancheck.PlanCheck{cost(knownvalue.StringExact("44000"))}},
				PlanOnly:         true, ExpectNonEmptyPlan: true,
			},
			{ // another agreement pays for another run
				Config:           strings.Replace(config(job("2", "10m")), `agreement    = "ours"`, `agreement    = "theirs"`, 1),
				ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPreRefresh: []plancheck.PlanCheck{cost(knownvalue.StringExact("20000")), expectAnotherRun}},
				PlanOnly:         true, ExpectNonEmptyPlan: true,
			},
			{ // run again: what the first one cost stays known
				Config:           config(job("2", "9m") + "\ndata \"c2d_compute_job\" \"test\" {\n  id = c2d_compute_job.test.id\n  depends_on = [c2d_compute_job.test]\n}"),
				ConfigPlanChecks: plan(cost(knownvalue.StringExact("18000"))),
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue("data.c2d_compute_job.test", "run", knownvalue.Int64Exact(2)),
					expectValue("data.c2d_compute_job.test", "runs.0.payment.claimed", knownvalue.StringExact("6000")),
					expectValue("data.c2d_compute_job.test", "payment.refunded", knownvalue.StringExact("14000")),
				},
			},
			{
				ResourceName: testJob, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"timeouts", "max_duration", "max_cost"},
			},
		},
	})
}

// expectAnotherRun wants another run.
var expectAnotherRun = plancheck.ExpectUnknownValue(testJob, tfjsonpath.New("state"))

func TestCovers(t *testing.T) {
	signed := func(state v1alpha1.AgreementState, spent v1alpha1.Amount) *v1alpha1.ServiceAgreement {
		return &v1alpha1.ServiceAgreement{
			Spec:   v1alpha1.ServiceAgreementSpec{Payment: v1alpha1.AgreedPayment{Token: testToken, MaxAmount: "1000"}},
			Status: v1alpha1.ServiceAgreementStatus{State: state, Spent: spent},
		}
	}
	for name, test := range map[string]struct {
		agreement *v1alpha1.ServiceAgreement
		cost      string
		want      string
	}{
		"enough":    {signed(v1alpha1.AgreementActive, "600"), "400", ""},
		"not yet":   {signed(v1alpha1.AgreementPending, ""), "1000", ""},
		"too dear":  {signed(v1alpha1.AgreementActive, "601"), "400", "399 of the 1000"},
		"expired":   {signed(v1alpha1.AgreementExpired, ""), "1", "No job can start"},
		"exhausted": {signed(v1alpha1.AgreementExhausted, "1000"), "1", "No job can start"},
	} {
		cost, err := ocean.ParseAmount(test.cost)
		if err != nil {
			t.Fatal(err)
		}
		diags := covers(test.agreement, cost)
		if test.want == "" && len(diags) > 0 || test.want != "" && (len(diags) != 1 || !strings.Contains(diags[0].Detail(), test.want)) {
			t.Errorf("%s: got %v, want %q", name, diags, test.want)
		}
	}
}
