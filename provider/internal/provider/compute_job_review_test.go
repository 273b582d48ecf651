package provider

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// A job whose results wait for people is left waiting when Terraform's time is over, and the next apply takes up the wait.
func TestAccComputeJobAwaitsReview(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	controller := startController(t, namespace)
	controller.from(keepAwaiting)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{
			{
				Config: jobConfig(t, namespace, `timeouts = { create = "1s" }`),
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue(testJob, "state", knownvalue.StringExact("AwaitingReview")),
					expectValue(testJob, "review.state", knownvalue.StringExact("Pending")),
					expectValue(testJob, "review.deadline", knownvalue.StringExact("2026-11-29T12:00:00Z")),
					expectValue(testJob, "review.reviews.0.namespace", knownvalue.StringExact("hospital")),
				},
				ExpectNonEmptyPlan: true,
			},
			{
				PreConfig: func() {
					// People decide once Terraform waits again.
					time.AfterFunc(2*time.Second, func() { controller.from(afterReview(v1alpha1.ReviewStateApproved, succeed)) })
				},
				Config:           jobConfig(t, namespace, `timeouts = { update = "60s" }`),
				ConfigPlanChecks: expectAction(testJob, plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					expectRun(1),
					expectValue(testJob, "state", knownvalue.StringExact("Succeeded")),
					expectValue(testJob, "review.state", knownvalue.StringExact("Approved")),
				},
			},
			{Config: jobConfig(t, namespace, `timeouts = { update = "60s" }`), ConfigPlanChecks: expectNoChange},
			{
				PreConfig: func() {
					controller.from(afterReview(v1alpha1.ReviewStateRejected, beStalled(v1alpha1.ReasonReviewRejected, "a reviewer rejected the results")))
				},
				Config:      jobConfig(t, namespace, `parameters = { epochs = "20" }`),
				ExpectError: errorText("A reviewer rejected the results. A reviewer of the data's owner has rejected the results, and nothing of the run is released"),
			},
		},
	})
}

// TestAwaitedReviewIsNamed looks at what the warning says when Terraform stops waiting.
func TestAwaitedReviewIsNamed(t *testing.T) {
	job := &v1alpha1.ComputeJob{}
	if said := explainReview(job); said != "" {
		t.Errorf("a job without review says %q", said)
	}
	keepAwaiting(job)
	for _, want := range []string{"2026-11-29T12:00:00Z", "hospital/train-1", "c2d_result_review"} {
		if said := explainReview(job); !strings.Contains(said, want) {
			t.Errorf("%q does not say %q", said, want)
		}
	}
}

// An algorithm may stand in the job itself.
func TestAccComputeJobRaw(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	startController(t, namespace).from(succeed)
	config := func(code, more string) string {
		return configuration(t, namespace, "", fmt.Sprintf(`
resource "c2d_compute_job" "test" {
  name        = "train"
  environment = "default"
  datasets    = [{ name = "own" }]
  algorithm   = { raw = {
    container = { image = "registry.example.org/python", digest = "sha256:%s", entrypoint = "python3 $ALGO", env = { B = "2", A = "1" } }
    code      = { raw = %q }
  } }
  %s
}`, strings.Repeat("0", 64), code, more))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{
			{
				Config:            config("print(1)", ""),
				ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plannedTrigger}},
				ConfigStateChecks: []statecheck.StateCheck{expectRun(1), expectValue(testJob, "review", knownvalue.Null())},
			},
			{Config: config("print(1)", `network = "Deny"`), ConfigPlanChecks: expectAction(testJob, plancheck.ResourceActionUpdate), ConfigStateChecks: []statecheck.StateCheck{expectRun(1)}},
			{ResourceName: testJob, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"timeouts", "network"}},
			{Config: config("print(2)", ""), ConfigPlanChecks: expectTrigger, ConfigStateChecks: []statecheck.StateCheck{expectRun(2)}},
			{Config: config("print(2)", `network = "Allow"`), ConfigPlanChecks: expectTrigger, ConfigStateChecks: []statecheck.StateCheck{expectRun(3)}},
			{ResourceName: testJob, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"timeouts"}},
			{Config: config("print(2)", ""), ConfigPlanChecks: expectTrigger, ConfigStateChecks: []statecheck.StateCheck{expectRun(4), expectValue(testJob, "network", knownvalue.Null())}},
		},
	})
}

// TestFailuresOfTheOwnersRulesAreExplained looks at what an error adds to reasons that do not say what to do.
func TestFailuresOfTheOwnersRulesAreExplained(t *testing.T) {
	for reason, want := range map[string]string{
		v1alpha1.ReasonReviewRejected: "ask them before you run the job again",
		v1alpha1.ReasonReviewTimeout:  "Ask the owner to look in time",
		v1alpha1.ReasonBudgetExceeded: "once earlier runs have left the window",
		v1alpha1.ReasonOutputRefused:  "What may leave",
		v1alpha1.ReasonExitCode:       "",
	} {
		job := &v1alpha1.ComputeJob{}
		beStalled(reason, "it failed")(job)
		said := explainFailedJob(t.Context(), api, job)
		if want == "" && said != "" || !strings.Contains(said, want) {
			t.Errorf("%s: said %q, want %q", reason, said, want)
		}
	}
}
