package provider

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/links"
)

const testJob = "c2d_compute_job.test"

func jobConfig(t *testing.T, namespace, body string) string {
	t.Helper()
	return configuration(t, namespace, "", jobBody(body))
}

func jobBody(body string) string {
	return fmt.Sprintf(`
resource "c2d_compute_job" "test" {
  name        = "train"
  environment = "default"
  datasets    = [{ namespace = "hospital", name = "tumours" }, { name = "own" }]
  algorithm   = { name = "train" }
  %s
}`, body)
}

// succeed with one output, which the controller has released.
func succeed(object client.Object) bool {
	becomeReady(object)
	if job, ok := object.(*v1alpha1.ComputeJob); ok {
		started := metav1.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
		job.Status.Pod = "job-1"
		job.Status.StartTime, job.Status.CompletionTime = &started, &started
		job.Status.Exit = &v1alpha1.Exit{Class: v1alpha1.ExitCompleted, Code: ptr.To[int32](0)}
		job.Status.Results = []v1alpha1.Result{{Name: "model/weights.json", Type: v1alpha1.ResultOutput, Bytes: 12, SHA256: strings.Repeat("a", 64), URI: "s3://results/weights.json"}}
		job.Status.Manifest = &v1alpha1.ManifestStatus{SHA256: strings.Repeat("b", 64), Outputs: 1, Bytes: 12}
		job.Status.ResultsSecret = job.Name + "-results"
		job.Status.AccessExpiresAt = ptr.To(metav1.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
		job.Status.ResultsExpireAt = ptr.To(metav1.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC))
	}
	return true
}

func TestAccComputeJob(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	startController(t, namespace).from(succeed)
	const all = `
  parameters   = { epochs = "20" }
  resources    = { cpu = "1000m", memory = "1Gi" }
  max_duration = "60m"
  deliver      = ["Output"]`
	key := client.ObjectKey{Namespace: namespace, Name: "train"}
	settled := strings.Replace(all, "20", "30", 1) + `
  triggers    = { code = "2" }
  timeouts    = { create = "10m" }
  destination = { s3 = { bucket = "own-bucket", prefix = "c2d", credentials_secret_ref = { name = "own" } } }
  notify      = { url = "https://example.org/hook", secret_ref = { name = "hook" } }`
	first := &v1alpha1.ComputeJob{}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{
			{
				Config:           jobConfig(t, namespace, all),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plannedTrigger}},
				ConfigStateChecks: []statecheck.StateCheck{
					expectRun(1),
					expectValue(testJob, "id", knownvalue.StringExact(namespace+"/train")),
					expectValue(testJob, "namespace", knownvalue.StringExact(namespace)),
					expectValue(testJob, "state", knownvalue.StringExact("Succeeded")),
					expectValue(testJob, "exit.class", knownvalue.StringExact("Completed")),
					expectValue(testJob, "exit.code", knownvalue.Int64Exact(0)),
					expectValue(testJob, "started_at", knownvalue.StringExact("2026-11-22T12:00:00Z")),
					expectValue(testJob, "results.0.name", knownvalue.StringExact("model/weights.json")),
					expectValue(testJob, "results.0.uri", knownvalue.StringExact("s3://results/weights.json")),
					expectValue(testJob, "manifest.outputs", knownvalue.Int64Exact(1)),
					expectValue(testJob, "access_expires_at", knownvalue.StringExact("2026-11-23T12:00:00Z")),
					expectValue(testJob, "results_expire_at", knownvalue.StringExact("2026-11-30T12:00:00Z")),
				},
				Check: func(*terraform.State) error { return api.Get(context.Background(), key, first) },
			},
			{ // another spelling of the same
				Config:           jobConfig(t, namespace, strings.NewReplacer("1000m", "1", "1Gi", "1024Mi", "60m", "1h").Replace(all)),
				ConfigPlanChecks: expectNoChange,
			},
			{ // the first triggers of a job are noted
				Config:            jobConfig(t, namespace, all+"\ntriggers = { code = \"1\" }"),
				ConfigPlanChecks:  expectAction(testJob, plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{expectRun(1), expectValue(testJob, "results", knownvalue.ListSizeExact(1))},
			},
			{ // other ones run it again
				Config:            jobConfig(t, namespace, all+"\ntriggers = { code = \"2\" }"),
				ConfigPlanChecks:  expectTrigger,
				ConfigStateChecks: []statecheck.StateCheck{expectRun(2)},
			},
			{
				ResourceName: testJob, ImportState: true, ImportStateVerify: true,
				ImportStateVerifyIgnore: []string{"timeouts", "triggers", "resources.cpu", "max_duration"},
			},
			{ // and so does something else to run
				Config:            jobConfig(t, namespace, strings.Replace(all, "20", "30", 1)+"\ntriggers = { code = \"2\" }"),
				ConfigPlanChecks:  expectTrigger,
				ConfigStateChecks: []statecheck.StateCheck{expectRun(3), expectValue(testJob, "state", knownvalue.StringExact("Succeeded"))},
			},
			{ // what happens afterwards does not, and timeouts are Terraform's own
				Config:            jobConfig(t, namespace, settled),
				ConfigPlanChecks:  expectAction(testJob, plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{expectRun(3), expectValue(testJob, "destination.s3.region", knownvalue.StringExact("us-east-1"))},
			},
			{ // somebody runs it again: that is no drift
				PreConfig:        change(t, namespace, "train", &v1alpha1.ComputeJob{}, func(j *v1alpha1.ComputeJob) { j.Spec.Trigger = "by hand" }),
				Config:           jobConfig(t, namespace, settled),
				ConfigPlanChecks: expectNoChange,
			},
			{ // nor is it in the way of the next run
				Config:            jobConfig(t, namespace, strings.Replace(settled, "30", "40", 1)),
				ConfigPlanChecks:  expectTrigger,
				ConfigStateChecks: []statecheck.StateCheck{expectRun(5)},
				Check:             func(*terraform.State) error { return sameObject(key, first, true) },
			},
			{ // something else that ran is drift
				PreConfig: change(t, namespace, "train", &v1alpha1.ComputeJob{}, func(j *v1alpha1.ComputeJob) {
					j.Spec.Trigger, j.Spec.Algorithm.Name = "by hand", "other"
				}),
				Config:      jobConfig(t, namespace, strings.Replace(settled, "30", "40", 1)),
				ExpectError: errorText(`conflicts with "kubectl-edit" using c2d.dev/v1alpha1: - .spec.trigger - .spec.algorithm.name`),
			},
			{
				Config:            configuration(t, namespace, "force_conflicts = true", jobBody(strings.Replace(settled, "30", "40", 1))),
				ConfigPlanChecks:  expectTrigger,
				ConfigStateChecks: []statecheck.StateCheck{expectRun(7), expectValue(testJob, "algorithm.name", knownvalue.StringExact("train"))},
			},
			{ // another environment is another job
				Config:           strings.Replace(jobConfig(t, namespace, settled), `"default"`, `"other"`, 1),
				ConfigPlanChecks: expectAction(testJob, plancheck.ResourceActionReplace),
				Check:            func(*terraform.State) error { return sameObject(key, first, false) },
			},
			{
				PreConfig:        remove(t, &v1alpha1.ComputeJob{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "train"}}),
				Config:           jobConfig(t, namespace, ""),
				ConfigPlanChecks: expectAction(testJob, plancheck.ResourceActionCreate),
			},
		},
	})
}

// plannedTrigger is known while Terraform plans, so that everybody sees what starts a run.
var plannedTrigger = plancheck.ExpectKnownValue(testJob, tfjsonpath.New("trigger"), knownvalue.StringRegexp(regexp.MustCompile(`^[0-9a-f]{16}$`)))

// expectTrigger of another run of the same job in a plan.
var expectTrigger = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
	plancheck.ExpectResourceAction(testJob, plancheck.ResourceActionUpdate),
	plannedTrigger,
	plancheck.ExpectUnknownValue(testJob, tfjsonpath.New("run")),
}}

func expectRun(run int64) statecheck.StateCheck {
	return expectValue(testJob, "run", knownvalue.Int64Exact(run))
}

// sameObject says whether the object of that name is still the one that was seen before.
func sameObject(key client.ObjectKey, before *v1alpha1.ComputeJob, same bool) error {
	var now v1alpha1.ComputeJob
	if err := api.Get(context.Background(), key, &now); err != nil {
		return err
	}
	if (now.UID == before.UID) != same {
		return fmt.Errorf("the job is the same object: %t, want %t", now.UID == before.UID, same)
	}
	return nil
}

// A failed job says why, with the end of its log and without the URL of it; the next apply runs it again.
func TestAccComputeJobFails(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	ranges := make(chan string, 100)
	logs := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ranges <- r.Header.Get("Range")
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(strings.Repeat("early\n", 1000)+"\x1b[31mTraceback: no such column\n"))
	}))
	defer logs.Close()
	shareResults(t, namespace, time.Now().Add(time.Hour), map[string]string{
		"run-1": jsonOf([]links.Link{{Name: "algorithm.log", Type: v1alpha1.ResultLog, URL: logs.URL + "/log?X-Amz-Signature=secret"}}),
	})
	controller := startController(t, namespace)
	fail := func(object client.Object) bool {
		beStalled(v1alpha1.ReasonExitCode, "the algorithm exited with code 3")(object)
		job := object.(*v1alpha1.ComputeJob)
		job.Status.Pod = "job-1"
		job.Status.Exit = &v1alpha1.Exit{Class: v1alpha1.ReasonExitCode, Code: ptr.To[int32](3)}
		job.Status.ResultsSecret = "train-results"
		return true
	}
	controller.from(fail)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{
			{
				Config:      jobConfig(t, namespace, ""),
				ExpectError: errorText("Compute Job Failed: ExitCode"),
			},
			{
				Config:      jobConfig(t, namespace, ""),
				ExpectError: errorText("The algorithm exited with code 3. Pod: job-1 Exit of the algorithm: ExitCode, code 3 Last lines of its log: early"),
			},
			{
				Config:      jobConfig(t, namespace, ""),
				ExpectError: errorText("early [31mTraceback: no such column Correct what is wrong and apply again: Terraform has marked it as tainted"),
			},
			{
				PreConfig:        func() { controller.from(succeed) },
				Config:           jobConfig(t, namespace, ""),
				ConfigPlanChecks: expectAction(testJob, plancheck.ResourceActionReplace),
			},
			{ // a job that fails when it runs again stays, and shows no log of another run
				PreConfig:        func() { controller.from(fail) },
				Config:           jobConfig(t, namespace, `parameters = { epochs = "20" }`),
				ConfigPlanChecks: expectTrigger,
				ExpectError:      errorText("The algorithm exited with code 3. Pod: job-1 Exit of the algorithm: ExitCode, code 3 Correct what is wrong and apply again: another spec or other triggers"),
			},
			{
				Config:            jobConfig(t, namespace, `parameters = { epochs = "20" }`),
				ConfigPlanChecks:  expectNoChange,
				ConfigStateChecks: []statecheck.StateCheck{expectRun(2), expectValue(testJob, "state", knownvalue.StringExact("Failed"))},
			},
			{ // what is no run is no failure either
				Config:           jobConfig(t, namespace, `parameters = { epochs = "20" }`+"\n"+`notify = { url = "https://example.org/hook" }`),
				ConfigPlanChecks: expectAction(testJob, plancheck.ResourceActionUpdate),
			},
			{
				PreConfig:         func() { controller.from(succeed) },
				Config:            jobConfig(t, namespace, `parameters = { epochs = "30" }`),
				ConfigPlanChecks:  expectTrigger,
				ConfigStateChecks: []statecheck.StateCheck{expectRun(3), expectValue(testJob, "state", knownvalue.StringExact("Succeeded"))},
			},
		},
	})
	if got := <-ranges; got != "bytes=-4096" {
		t.Errorf("asked for the range %q of the log, want its last 4096 bytes", got)
	}
}

// A job that runs longer than Terraform waits is left running, and the next apply goes on waiting for it.
func TestAccComputeJobOutlastsTimeout(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	controller := startController(t, namespace)
	controller.from(keepRunning)
	const short = `timeouts = { create = "1s", update = "1s" }`
	var left v1alpha1.ComputeJob
	key := client.ObjectKey{Namespace: namespace, Name: "train"}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{
			{
				Config:             jobConfig(t, namespace, short),
				ConfigStateChecks:  []statecheck.StateCheck{expectValue(testJob, "state", knownvalue.StringExact("Running"))},
				Check:              func(*terraform.State) error { return api.Get(context.Background(), key, &left) },
				ExpectNonEmptyPlan: true,
			},
			{ // still
				Config:             jobConfig(t, namespace, short),
				ConfigPlanChecks:   expectAction(testJob, plancheck.ResourceActionUpdate),
				ExpectNonEmptyPlan: true,
			},
			{
				PreConfig: func() {
					// It ends once Terraform waits for it again.
					time.AfterFunc(2*time.Second, func() { controller.from(succeed) })
				},
				Config:           jobConfig(t, namespace, `timeouts = { update = "60s" }`),
				ConfigPlanChecks: expectAction(testJob, plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue(testJob, "state", knownvalue.StringExact("Succeeded")),
					expectValue(testJob, "results", knownvalue.ListSizeExact(1)),
				},
				Check: func(*terraform.State) error { return sameObject(key, &left, true) },
			},
			{ // a failure that Terraform did not wait for shows in the state, and is not repaired behind anybody's back
				PreConfig:         func() { controller.from(beStalled(v1alpha1.ReasonPublishFailed, "the bucket is gone")) },
				Config:            jobConfig(t, namespace, `timeouts = { update = "60s" }`),
				ConfigPlanChecks:  expectNoChange,
				ConfigStateChecks: []statecheck.StateCheck{expectValue(testJob, "state", knownvalue.StringExact("Failed"))},
			},
		},
	})
}

// While Terraform waits for the deletion, it waits for the controller's finalizer.
func TestAccComputeJobDestroyWaits(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	controller := startController(t, namespace)
	hasty, patient := jobConfig(t, namespace, `timeouts = { delete = "1s" }`), jobConfig(t, namespace, "")
	addFinalizer := change(t, namespace, "train", &v1alpha1.ComputeJob{}, func(j *v1alpha1.ComputeJob) { j.Finalizers = []string{"c2d.dev/cleanup"} })
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             allGone(namespace),
		Steps: []resource.TestStep{
			{Config: hasty},
			{
				PreConfig: func() {
					addFinalizer()
					controller.hold(true)
				},
				Config:      hasty,
				Destroy:     true,
				ExpectError: errorText(`is still there after 1s. It waits for its finalizers: c2d.dev/cleanup.`),
			},
			{ // gone at last, and made again with more time
				PreConfig: func() { controller.hold(false) },
				Config:    patient,
			},
			{
				PreConfig: func() {
					addFinalizer()
					controller.hold(true)
					time.AfterFunc(2*time.Second, func() { controller.hold(false) })
				},
				Config:  patient,
				Destroy: true,
			},
		},
	})
}

// shareResults writes the Secret that the controller leaves beside a job.
func shareResults(t *testing.T, namespace string, expires time.Time, data map[string]string) {
	t.Helper()
	data["expiresAt"] = expires.UTC().Format(time.RFC3339)
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "train-results"}, Type: links.SecretType, StringData: data}
	if err := api.Create(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
}
