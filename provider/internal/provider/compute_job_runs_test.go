package provider

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// TestNextTrigger changes one thing about a job and looks whether it runs again.
func TestNextTrigger(t *testing.T) {
	t.Parallel()
	job := func(edit func(*computeJobModel)) *computeJobModel {
		m := &computeJobModel{
			Name: types.StringValue("train"), Environment: types.StringValue("default"),
			Datasets:    []datasetReferenceModel{{Name: types.StringValue("tumours"), Parameters: map[string]string{"year": "2025"}}},
			Algorithm:   &algorithmReferenceModel{Name: types.StringValue("train")},
			Parameters:  map[string]string{"epochs": "20"},
			Resources:   &jobResourcesModel{CPU: quantityValue{StringValue: basetypes.NewStringValue("1")}},
			MaxDuration: durationValue{StringValue: basetypes.NewStringValue("1h")},
			Deliver:     []string{"Output", "Logs"},
			Suspend:     types.BoolValue(false),
			Triggers:    map[string]string{"code": "1"},
			Trigger:     types.StringValue("by hand"),
		}
		m.State, m.Pod = types.StringValue("Succeeded"), types.StringValue("job-1")
		edit(m)
		return m
	}
	same := func(*computeJobModel) {}
	for name, test := range map[string]struct {
		before, after func(*computeJobModel)
		again         bool
	}{
		"nothing": {same, same, false},
		"another spelling": {same, func(m *computeJobModel) {
			m.Resources.CPU = quantityValue{StringValue: basetypes.NewStringValue("1000m")}
		}, false},
		"another order":        {same, func(m *computeJobModel) { m.Deliver = []string{"Logs", "Output"} }, false},
		"algorithm":            {same, func(m *computeJobModel) { m.Algorithm.Name = types.StringValue("other") }, true},
		"dataset":              {same, func(m *computeJobModel) { m.Datasets[0].Name = types.StringValue("other") }, true},
		"parameter":            {same, func(m *computeJobModel) { m.Parameters["epochs"] = "30" }, true},
		"parameter of dataset": {same, func(m *computeJobModel) { m.Datasets[0].Parameters["year"] = "2026" }, true},
		"no parameters":        {same, func(m *computeJobModel) { m.Parameters = nil }, true},
		"resources":            {same, func(m *computeJobModel) { m.Resources = nil }, true},
		"duration":             {same, func(m *computeJobModel) { m.MaxDuration = durationValue{StringValue: basetypes.NewStringValue("2h")} }, true},
		"deliver":              {same, func(m *computeJobModel) { m.Deliver = []string{"Logs"} }, true},
		"notify":               {same, func(m *computeJobModel) { m.Notify = &notifyModel{URL: types.StringValue("https://example.org")} }, false},
		"triggers":             {same, func(m *computeJobModel) { m.Triggers = map[string]string{"code": "2"} }, true},
		"first triggers":       {func(m *computeJobModel) { m.Triggers = nil }, same, false},
		"no triggers any more": {same, func(m *computeJobModel) { m.Triggers = nil }, false},
		"suspended":            {same, func(m *computeJobModel) { m.Suspend = types.BoolValue(true) }, false},
		"not suspended":        {func(m *computeJobModel) { m.Suspend = types.BoolValue(true) }, same, false},
		"stopped, to go on":    {func(m *computeJobModel) { m.Suspend, m.State = types.BoolValue(true), types.StringValue("Stopped") }, same, true},
		"stopped by a trigger": {func(m *computeJobModel) { m.State = types.StringValue("Stopped") }, same, false},
		"stopped before it ran": {func(m *computeJobModel) {
			m.Suspend, m.State, m.Pod = types.BoolValue(true), types.StringValue("Stopped"), types.StringNull()
		}, same, false},
	} {
		prior, next := job(test.before), job(test.after)
		trigger := nextTrigger(prior, next)
		if again := !trigger.Equal(prior.Trigger); again != test.again {
			t.Errorf("%s: it runs again: %t, want %t", name, again, test.again)
		}
		if repeated := nextTrigger(prior, next); !repeated.Equal(trigger) {
			t.Errorf("%s: the trigger is %s and then %s, want the same each time", name, trigger, repeated)
		}
		// A job whose trigger happens to be the one that is due must get another, or it would not run.
		if !test.again || name == "triggers" {
			continue
		}
		prior.Trigger = trigger
		if third := nextTrigger(prior, next); third.Equal(trigger) {
			t.Errorf("%s: it keeps the trigger %s, want another", name, trigger)
		}
	}
	// An apply that was cut off after it had written new triggers has started their run.
	prior, next := job(same), job(func(m *computeJobModel) { m.Triggers = map[string]string{"code": "2"} })
	prior.Trigger = nextTrigger(prior, next)
	if trigger := nextTrigger(prior, next); !trigger.Equal(prior.Trigger) {
		t.Errorf("triggers whose run has begun start another")
	}
}

func TestJobProgress(t *testing.T) {
	t.Parallel()
	ready := metav1.Condition{Type: v1alpha1.ConditionReady, Status: metav1.ConditionTrue, Reason: "Succeeded", Message: "Done."}
	notReady := metav1.Condition{Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, Reason: "ExitCode", Message: "Code 3."}
	stalled := metav1.Condition{Type: v1alpha1.ConditionStalled, Status: metav1.ConditionTrue, Reason: "ExitCode", Message: "Code 3."}
	for name, test := range map[string]struct {
		suspend    bool
		trigger    string
		state      v1alpha1.State
		conditions []metav1.Condition
		want       progress
		wantState  string
	}{
		"succeeded":                {false, "2", v1alpha1.StateSucceeded, []metav1.Condition{ready}, progress{seen: true, ready: true, reason: "Succeeded", message: "Done."}, "Succeeded"},
		"expired":                  {false, "2", v1alpha1.StateExpired, []metav1.Condition{ready}, progress{seen: true, ready: true, reason: "Succeeded", message: "Done."}, "Expired"},
		"expired after a failure":  {false, "2", v1alpha1.StateExpired, []metav1.Condition{notReady, stalled}, progress{seen: true, failed: true, reason: "ExitCode", message: "Code 3."}, "Expired"},
		"success of the last run":  {false, "1", v1alpha1.StateSucceeded, []metav1.Condition{ready}, progress{seen: true, reason: "Succeeded", message: "Done."}, "Pending"},
		"failure of the last run":  {false, "1", v1alpha1.StateFailed, []metav1.Condition{notReady, stalled}, progress{seen: true, reason: "ExitCode", message: "Code 3."}, "Pending"},
		"suspended":                {true, "2", v1alpha1.StateStopped, nil, progress{seen: true, stopped: true, reason: "Suspended", message: "The job is suspended."}, "Stopped"},
		"suspended when it was on": {true, "2", v1alpha1.StateRunning, nil, progress{seen: true}, "Running"},
		"suspended after success":  {true, "2", v1alpha1.StateSucceeded, []metav1.Condition{ready}, progress{seen: true, ready: true, stopped: true, reason: "Succeeded", message: "Done."}, "Succeeded"},
		"suspended with a trigger": {true, "1", v1alpha1.StateSucceeded, []metav1.Condition{ready}, progress{seen: true, stopped: true, reason: "Succeeded", message: "Done."}, "Succeeded"},
	} {
		job := &v1alpha1.ComputeJob{
			Spec:   v1alpha1.ComputeJobSpec{Trigger: "2", Suspend: test.suspend},
			Status: v1alpha1.ComputeJobStatus{Trigger: test.trigger, State: test.state, Conditions: test.conditions},
		}
		if got := refineJobProgress(job, progressOf(job, test.conditions, 0)); got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
		if got := jobStatusOf(job).State.ValueString(); got != test.wantState {
			t.Errorf("%s: state %s, want %s", name, got, test.wantState)
		}
	}
}

// A trigger that is known only while Terraform applies starts a run where it differs, and none where it does not.
func TestAccComputeJobUnknownTriggers(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	startController(t, namespace).from(succeed)
	config := func(code, noise string) string {
		return configuration(t, namespace, "", fmt.Sprintf(`
resource "c2d_algorithm" "test" {
  name      = "train"
  container = { image = "registry.example.org/python", digest = "sha256:%s", entrypoint = "python3 $ALGO" }
  code      = { raw = %q }
}
resource "terraform_data" "noise" { input = %q }
`, strings.Repeat("0", 64), code, noise)+jobBody(`triggers = { code = c2d_algorithm.test.checksum, noise = length(terraform_data.noise.output) }`))
	}
	unknown := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
		plancheck.ExpectResourceAction(testJob, plancheck.ResourceActionUpdate),
		plancheck.ExpectUnknownValue(testJob, tfjsonpath.New("trigger")),
	}}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{
			{Config: config("print(1)", "a"), ConfigStateChecks: []statecheck.StateCheck{expectRun(1)}},
			{Config: config("print(2)", "a"), ConfigPlanChecks: unknown, ConfigStateChecks: []statecheck.StateCheck{expectRun(2)}},
			{Config: config("print(2)", "b"), ConfigPlanChecks: unknown, ConfigStateChecks: []statecheck.StateCheck{expectRun(2)}},
			{Config: config("print(2)", "b"), ConfigPlanChecks: expectNoChange},
		},
	})
}

// A suspended job is waited for until it has stopped, which is what was asked for; then it runs again.
func TestAccComputeJobSuspend(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	controller := startController(t, namespace)
	controller.from(keepRunning)
	const impatient = "\n" + `timeouts = { create = "1s" }`
	stopped := []statecheck.StateCheck{
		expectValue(testJob, "state", knownvalue.StringExact("Stopped")),
		expectValue(testJob, "reason", knownvalue.StringExact("Suspended")),
		expectRun(1),
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{
			{Config: jobConfig(t, namespace, impatient), ExpectNonEmptyPlan: true},
			{
				Config:            jobConfig(t, namespace, "suspend = true"+impatient),
				ConfigPlanChecks:  expectAction(testJob, plancheck.ResourceActionUpdate),
				ConfigStateChecks: stopped,
			},
			{Config: jobConfig(t, namespace, "suspend = true"+impatient), ConfigPlanChecks: expectNoChange},
			{
				PreConfig:         func() { controller.from(succeed) },
				Config:            jobConfig(t, namespace, impatient),
				ConfigPlanChecks:  expectTrigger,
				ConfigStateChecks: []statecheck.StateCheck{expectRun(2), expectValue(testJob, "state", knownvalue.StringExact("Succeeded"))},
			},
			{ // a job that is over stays what it is
				Config:            jobConfig(t, namespace, "suspend = true"+impatient),
				ConfigStateChecks: []statecheck.StateCheck{expectRun(2), expectValue(testJob, "state", knownvalue.StringExact("Succeeded"))},
			},
			{Config: configuration(t, namespace, "", ""), ConfigPlanChecks: expectAction(testJob, plancheck.ResourceActionDestroy)},
			{Config: jobConfig(t, namespace, "suspend = true"), ConfigStateChecks: stopped},
			{ // one that has not begun yet begins
				Config:            jobConfig(t, namespace, ""),
				ConfigStateChecks: []statecheck.StateCheck{expectRun(1), expectValue(testJob, "state", knownvalue.StringExact("Succeeded"))},
			},
		},
	})
}

// Whoever suspends a job while Terraform waits for it ends the wait.
func TestAccComputeJobSuspendedByAnother(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	controller := startController(t, namespace)
	controller.from(succeed)
	suspend := change(t, namespace, "train", &v1alpha1.ComputeJob{}, func(j *v1alpha1.ComputeJob) { j.Spec.Suspend = true })
	again := jobConfig(t, namespace, `parameters = { epochs = "20" }`)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{
			{Config: jobConfig(t, namespace, "")},
			{
				PreConfig: func() {
					controller.from(keepRunning)
					controller.once(func(object client.Object) bool {
						job, ok := object.(*v1alpha1.ComputeJob)
						return ok && job.Status.State == v1alpha1.StateRunning
					}, suspend)
				},
				Config:      again,
				ExpectError: errorText("Somebody else suspended compute job"),
			},
			{ // it is not overruled unasked
				PreConfig:        func() { controller.from(succeed) },
				Config:           again,
				ConfigPlanChecks: expectTrigger,
				ExpectError:      errorText(`conflict with "kubectl-edit"`),
			},
			{
				Config:            configuration(t, namespace, "force_conflicts = true", jobBody(`parameters = { epochs = "20" }`)),
				ConfigPlanChecks:  expectTrigger,
				ConfigStateChecks: []statecheck.StateCheck{expectRun(3), expectValue(testJob, "state", knownvalue.StringExact("Succeeded"))},
			},
		},
	})
}

// A job may queue for longer than Terraform waits.
func TestAccComputeJobQueued(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	controller := startController(t, namespace)
	controller.from(keepQueued)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{
			{
				Config: jobConfig(t, namespace, `timeouts = { create = "1s" }`),
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue(testJob, "state", knownvalue.StringExact("Queued")),
					expectValue(testJob, "message", knownvalue.StringRegexp(errorText("about number 3 in the queue"))),
				},
				ExpectNonEmptyPlan: true,
			},
			{
				PreConfig: func() {
					// Its turn comes once Terraform waits for it again.
					time.AfterFunc(2*time.Second, func() { controller.from(succeed) })
				},
				Config:            jobConfig(t, namespace, ""),
				ConfigPlanChecks:  expectAction(testJob, plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{expectRun(1), expectValue(testJob, "state", knownvalue.StringExact("Succeeded"))},
			},
		},
	})
}
