package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/links"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
	"github.com/compute-to-data/terraform-provider-c2d/test/fixtures"
)

// story is a consumer's namespace with a job that is allowed, before anything is created.
type story struct {
	namespace string
	dataset   *v1alpha1.Dataset
	algorithm *v1alpha1.Algorithm
	job       *v1alpha1.ComputeJob
}

func newStory(t *testing.T) *story {
	t.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "lab-"}}
	if err := api.Create(t.Context(), namespace); err != nil {
		t.Fatal(err)
	}
	object := metav1.ObjectMeta{Namespace: namespace.Name, Name: "train"}
	return &story{
		namespace: namespace.Name,
		dataset: &v1alpha1.Dataset{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace.Name, Name: "tumours"},
			Spec: v1alpha1.DatasetSpec{
				Files: []v1alpha1.DatasetFile{{Inline: "a,b\n"}},
				Access: v1alpha1.DatasetAccess{
					Consumers:  v1alpha1.Consumers{Namespaces: []string{namespace.Name}},
					Algorithms: []v1alpha1.TrustedAlgorithm{{Checksum: "*"}},
				},
				Disclosure: v1alpha1.Disclosure{Logs: v1alpha1.LogDisclosure{Release: v1alpha1.LogReleaseAlways}},
			},
		},
		algorithm: &v1alpha1.Algorithm{
			ObjectMeta: object,
			Spec: v1alpha1.AlgorithmSpec{
				Container:  v1alpha1.Container{Image: "python", Digest: "sha256:" + strings.Repeat("0", 64), Entrypoint: "python3 $ALGO"},
				Code:       &v1alpha1.Code{Raw: "print(1)"},
				Parameters: []v1alpha1.Parameter{{Name: "epochs", Type: v1alpha1.ParameterNumber}},
			},
		},
		job: &v1alpha1.ComputeJob{
			ObjectMeta: object,
			Spec: v1alpha1.ComputeJobSpec{
				Environment: environmentName,
				Datasets:    []v1alpha1.DatasetReference{{Name: "tumours"}},
				Algorithm:   v1alpha1.AlgorithmReference{Name: "train"},
				Parameters:  map[string]v1alpha1.ParameterValue{"epochs": "20"},
			},
		},
	}
}

func (s *story) create(t *testing.T) {
	t.Helper()
	for _, object := range []client.Object{s.dataset, s.algorithm, s.job} {
		if err := api.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
}

// started waits for the pod of the job.
func (s *story) started(t *testing.T) *corev1.Pod {
	t.Helper()
	s.in(t, v1alpha1.StateStaging)
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: fixtures.SandboxNamespace, Name: s.job.Status.Pod}}
	return eventually(t, pod, "pod of the job", func(*corev1.Pod) bool { return true })
}

// in waits until the job is in a state, and holds it to what kstatus must make of it.
func (s *story) in(t *testing.T, state v1alpha1.State) {
	t.Helper()
	eventually(t, s.job, "state "+string(state), func(j *v1alpha1.ComputeJob) bool {
		return j.Status.State == state && (!state.Terminal() || j.Status.ObservedGeneration == j.Generation)
	})
	want := status.InProgressStatus
	switch {
	case state == v1alpha1.StateSucceeded, state == v1alpha1.StateStopped && s.job.Spec.Suspend,
		state == v1alpha1.StateExpired && meta.IsStatusConditionTrue(s.job.Status.Conditions, v1alpha1.ConditionReady):
		want = status.CurrentStatus
	case state.Terminal():
		want = status.FailedStatus
	}
	if got := kstatus(t, s.job); got != want {
		t.Errorf("kstatus calls a job in state %s %s, want %s", state, got, want)
	}
}

// failed waits for a failure and looks at its reason and message, wherever people read them.
func (s *story) failed(t *testing.T, reason, message string) {
	t.Helper()
	s.in(t, v1alpha1.StateFailed)
	for _, kind := range []string{v1alpha1.ConditionReady, v1alpha1.ConditionStalled} {
		c := meta.FindStatusCondition(s.job.Status.Conditions, kind)
		if c == nil || c.Reason != reason || !strings.Contains(c.Message, message) {
			t.Errorf("condition %s is %+v, want reason %s and message %q", kind, c, reason, message)
		}
	}
	if s.job.Status.CompletionTime == nil {
		t.Error("a failed job has no completion time")
	}
}

func kstatus(t *testing.T, object client.Object) status.Status {
	t.Helper()
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		t.Fatal(err)
	}
	result, err := status.Compute(&unstructured.Unstructured{Object: content})
	if err != nil {
		t.Fatal(err)
	}
	return result.Status
}

// kubelet plays the node: it says what became of the containers.
func kubelet(t *testing.T, pod *corev1.Pod, phase corev1.PodPhase, stage, algorithm, publish corev1.ContainerState) {
	t.Helper()
	before := pod.DeepCopy()
	pod.Status.Phase = phase
	pod.Status.InitContainerStatuses = []corev1.ContainerStatus{{Name: sandbox.ContainerStage, State: stage}}
	pod.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: sandbox.ContainerAlgorithm, State: algorithm}, {Name: sandbox.ContainerPublish, State: publish}}
	if err := api.Status().Patch(t.Context(), pod, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
}

func running() corev1.ContainerState {
	return corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.Now()}}
}

func ended(code int32, report any) corev1.ContainerState {
	message, _ := json.Marshal(report)
	return corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code, Message: string(message), StartedAt: metav1.Now(), FinishedAt: metav1.Now()}}
}

var stagedOne = ended(0, sandbox.StageReport{Datasets: []sandbox.Content{{Files: 1, Bytes: 4, SHA256: "ab"}}})

// publish plays publish: it puts results into the bucket and reports.
func publish(t *testing.T, pod *corev1.Pod, manifest ...sandbox.ManifestResult) sandbox.PublishReport {
	t.Helper()
	run, err := sandbox.ParseRun(pod.Annotations)
	if err != nil {
		t.Fatal(err)
	}
	report := sandbox.PublishReport{}
	put := func(key, text string) {
		if _, err := bucket.PutStream(t.Context(), storage.NewBudget(1<<20), run.KeyPrefix("")+key, strings.NewReader(text), int64(len(text))); err != nil {
			t.Fatal(err)
		}
	}
	for _, result := range manifest {
		put(result.Key(), "content of "+result.Name)
		if result.Type == v1alpha1.ResultOutput {
			report.Outputs++
			report.Bytes += result.Bytes
		}
	}
	text, err := json.Marshal(sandbox.Record{Job: run.Job, Run: run.Run, Environment: run.Environment, Algorithm: run.Algorithm, Results: manifest})
	if err != nil {
		t.Fatal(err)
	}
	put(sandbox.KeyRecord, string(text))
	sum := sha256.Sum256(text)
	report.Record = hex.EncodeToString(sum[:])
	return report
}

func output(name string) sandbox.ManifestResult {
	return sandbox.ManifestResult{Name: name, Type: v1alpha1.ResultOutput, Bytes: int64(len("content of " + name)), SHA256: strings.Repeat("a", 64)}
}

var logResult = sandbox.ManifestResult{Name: "algorithm.log", Type: v1alpha1.ResultLog, Bytes: 24, SHA256: strings.Repeat("b", 64)}

// TestJobSucceeds follows a job from creation to deletion.
func TestJobSucceeds(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	s.create(t)
	pod := s.started(t)

	run, err := sandbox.ParseRun(pod.Annotations)
	if err != nil {
		t.Fatal(err)
	}
	if string(run.Parameters["epochs"]) != "20" || run.Datasets[0].Content != nil || !run.Delivers(v1alpha1.DeliverLogs) {
		t.Errorf("the pod's run is %+v", run)
	}
	if s.job.Status.Run != 1 || s.job.Status.OceanStatus.Code != 20 {
		t.Errorf("run %d, Ocean status %+v, want 1 and 20", s.job.Status.Run, s.job.Status.OceanStatus)
	}

	kubelet(t, pod, corev1.PodRunning, stagedOne, running(), running())
	s.in(t, v1alpha1.StateRunning)
	if s.job.Status.StartTime == nil {
		t.Error("a running job has no start time")
	}
	eventually(t, s.dataset, "pinned content", func(d *v1alpha1.Dataset) bool {
		return d.Status.Content != nil && *d.Status.Content == v1alpha1.PinnedContent{Generation: 1, Files: 1, Bytes: 4, SHA256: "ab"}
	})
	kubelet(t, pod, corev1.PodRunning, stagedOne, ended(0, sandbox.RunReport{}), running())
	s.in(t, v1alpha1.StateReleasing)

	report := publish(t, pod, output("model.json"), output("plots/roc.png"), logResult)
	kubelet(t, pod, corev1.PodSucceeded, stagedOne, ended(0, sandbox.RunReport{}), ended(0, report))
	s.in(t, v1alpha1.StateSucceeded)
	gone(t, pod)

	for _, kind := range []string{v1alpha1.ConditionAdmitted, v1alpha1.ConditionStaged, v1alpha1.ConditionExecuted, v1alpha1.ConditionReleased, v1alpha1.ConditionReady} {
		if !meta.IsStatusConditionTrue(s.job.Status.Conditions, kind) {
			t.Errorf("condition %s is not True", kind)
		}
	}
	if e := s.job.Status.Exit; e == nil || e.Class != v1alpha1.ExitCompleted || e.Code == nil || *e.Code != 0 {
		t.Errorf("exit is %+v", e)
	}
	prefix := fmt.Sprintf("s3://%s/%s/train-%s/1/", resultsBucket, s.namespace, s.job.UID)
	var uris []string
	for _, result := range s.job.Status.Results {
		uris = append(uris, strings.TrimPrefix(result.URI, prefix))
	}
	if want := []string{"manifest.json", "outputs/model.json", "outputs/plots/roc.png", "logs/algorithm.log"}; !slices.Equal(uris, want) {
		t.Errorf("results are %v, want %v", uris, want)
	}
	if m := s.job.Status.Manifest; m == nil || m.SHA256 != s.job.Status.Published.ManifestSHA256 || m.Outputs != 2 {
		t.Errorf("manifest is %+v, want that of %+v", m, report)
	}
	for _, link := range sharedLinks(t, s) {
		if link.Type == v1alpha1.ResultOutput && fetch(t, link.URL) != "content of "+link.Name {
			t.Errorf("the link of %s brings something else", link.Name)
		}
	}
	text, _ := json.Marshal(s.job.Status)
	if strings.Contains(string(text), "X-Amz") {
		t.Errorf("the status holds a link: %s", text)
	}

	if err := api.Delete(t.Context(), s.job); err != nil {
		t.Fatal(err)
	}
	gone(t, s.job)
	objects, err := bucket.List(t.Context(), s.namespace+"/")
	if err != nil || len(objects) > 0 {
		t.Errorf("objects left after the job was deleted: %v, %v", objects, err)
	}
}

// sharedLinks in the Secret beside the job.
func sharedLinks(t *testing.T, s *story) []links.Link {
	t.Helper()
	secret := &corev1.Secret{}
	if err := api.Get(t.Context(), client.ObjectKey{Namespace: s.namespace, Name: s.job.Status.ResultsSecret}, secret); err != nil {
		t.Fatal(err)
	}
	if secret.Type != links.SecretType || len(secret.OwnerReferences) != 1 || secret.OwnerReferences[0].UID != s.job.UID {
		t.Errorf("the Secret has type %s and owners %+v", secret.Type, secret.OwnerReferences)
	}
	if expires, err := links.ExpiresAt(secret); err != nil || time.Until(expires) < time.Hour {
		t.Errorf("links expire at %s: %v", expires, err)
	}
	list, err := links.Read(secret, links.KeyFiles)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func fetch(t *testing.T, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var body bytes.Buffer
	if _, err := body.ReadFrom(response.Body); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("status %s: %v", response.Status, err)
	}
	return body.String()
}

// TestJobIsNotAdmitted looks at jobs that never get a pod.
func TestJobIsNotAdmitted(t *testing.T) {
	for name, test := range map[string]struct {
		change  func(*story)
		reason  string
		message string
	}{
		"no consumer listed":   {func(s *story) { s.dataset.Spec.Access.Consumers.Namespaces = nil }, v1alpha1.ReasonPolicyDenied, "spec.access.consumers.namespaces does not allow namespace"},
		"algorithm not listed": {func(s *story) { s.dataset.Spec.Access.Algorithms = nil }, v1alpha1.ReasonPolicyDenied, "spec.access.algorithms does not allow algorithm"},
		"another checksum": {func(s *story) {
			s.dataset.Spec.Access.Algorithms = []v1alpha1.TrustedAlgorithm{{Checksum: "sha256:" + strings.Repeat("0", 64)}}
		}, v1alpha1.ReasonPolicyDenied, "with checksum sha256:"},
		"unknown parameter": {func(s *story) { s.job.Spec.Parameters = map[string]v1alpha1.ParameterValue{"epoch": "1"} }, v1alpha1.ReasonPolicyDenied, `parameters that the algorithm does not declare: epoch; leave them out, or run an algorithm that declares them (declared: epochs)`},
		"too long":          {func(s *story) { s.job.Spec.MaxDuration = &metav1.Duration{Duration: 2 * time.Hour} }, v1alpha1.ReasonResourcesExceeded, "allowed is at most 1h0m0s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t)
			test.change(s)
			s.create(t)
			s.failed(t, test.reason, test.message)
			if s.job.Status.Pod != "" {
				t.Errorf("a job that was not admitted has pod %s", s.job.Status.Pod)
			}
			if c := meta.FindStatusCondition(s.job.Status.Conditions, v1alpha1.ConditionAdmitted); c == nil || c.Reason != test.reason {
				t.Errorf("condition Admitted is %+v", c)
			}
			if err := api.Delete(t.Context(), s.job); err != nil {
				t.Fatal(err)
			}
			gone(t, s.job)
		})
	}
}

// TestJobWaitsForReferences creates things in the wrong order.
func TestJobWaitsForReferences(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	if err := api.Create(t.Context(), s.job); err != nil {
		t.Fatal(err)
	}
	eventually(t, s.job, "waiting", func(j *v1alpha1.ComputeJob) bool {
		c := meta.FindStatusCondition(j.Status.Conditions, v1alpha1.ConditionReady)
		return c != nil && c.Reason == v1alpha1.ReasonNotFound && strings.Contains(c.Message, "Dataset "+s.namespace+"/tumours does not exist")
	})
	s.in(t, v1alpha1.StatePending)
	for _, object := range []client.Object{s.dataset, s.algorithm} {
		if err := api.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	s.started(t)
}

// TestRunFails looks at runs that end badly.
func TestRunFails(t *testing.T) {
	creating := corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "PodInitializing"}}
	for name, test := range map[string]struct {
		stage, algorithm corev1.ContainerState
		publishes        bool
		reason, message  string
		code             int32
		log              bool
	}{
		"isolation":   {ended(1, sandbox.StageReport{Reason: v1alpha1.ReasonIsolationUnverified, Message: "The canary answered."}), creating, false, v1alpha1.ReasonIsolationUnverified, "The canary answered.", -1, false},
		"checksum":    {ended(1, sandbox.StageReport{Reason: v1alpha1.ReasonChecksumMismatch, Message: "File 0 differs."}), creating, false, v1alpha1.ReasonChecksumMismatch, "File 0 differs.", -1, false},
		"exit code 3": {stagedOne, ended(3, sandbox.RunReport{}), true, v1alpha1.ReasonExitCode, "exit code 3. A link to its log is in Secret train-results", 3, true},
		"deadline":    {stagedOne, ended(143, sandbox.RunReport{Reason: v1alpha1.ReasonDeadlineExceeded, Message: "a secret"}), true, v1alpha1.ReasonDeadlineExceeded, "spec.maxDuration", 143, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t)
			s.create(t)
			pod := s.started(t)
			publisher := creating
			if test.publishes {
				// A forged hint makes publish upload outputs: they must not be released.
				publisher = ended(0, publish(t, pod, output("stolen.csv"), logResult))
			}
			kubelet(t, pod, corev1.PodFailed, test.stage, test.algorithm, publisher)
			s.failed(t, test.reason, test.message)
			gone(t, pod)
			if test.code >= 0 && (s.job.Status.Exit == nil || *s.job.Status.Exit.Code != test.code) {
				t.Errorf("exit is %+v, want code %d", s.job.Status.Exit, test.code)
			}
			if !test.log {
				return
			}
			for _, link := range sharedLinks(t, s) {
				if link.Type != v1alpha1.ResultLog {
					t.Errorf("a failed run released %s %s", link.Type, link.Name)
				}
			}
			if len(s.job.Status.Results) != 1 {
				t.Errorf("results are %+v, want the log alone", s.job.Status.Results)
			}
		})
	}
}

// TestRefusedOutputs releases the log of a run whose outputs were refused, and nothing else.
func TestRefusedOutputs(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	s.create(t)
	pod := s.started(t)
	report := publish(t, pod, logResult)
	report.Reason, report.Message = v1alpha1.ReasonOutputRefused, "1 output refused by check regular-file."
	kubelet(t, pod, corev1.PodFailed, stagedOne, ended(0, sandbox.RunReport{}), ended(1, report))
	s.failed(t, v1alpha1.ReasonOutputRefused, "1 output refused by check regular-file. A link to its log is in Secret")
	if len(s.job.Status.Results) != 1 || s.job.Status.Results[0].Type != v1alpha1.ResultLog {
		t.Errorf("results are %+v, want the log alone", s.job.Status.Results)
	}
}

// TestLogIsWithheld looks at a failed run whose owner releases no logs.
func TestLogIsWithheld(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	s.dataset.Spec.Disclosure.Logs.Release = v1alpha1.LogReleaseNever
	s.create(t)
	pod := s.started(t)
	kubelet(t, pod, corev1.PodFailed, stagedOne, ended(3, sandbox.RunReport{}), ended(0, publish(t, pod, logResult)))
	s.failed(t, v1alpha1.ReasonExitCode, "ended with an error")
	if s.job.Status.Exit.Code != nil || len(s.job.Status.Results) > 0 || s.job.Status.ResultsSecret != "" {
		t.Errorf("the status tells more than the class: %+v", s.job.Status)
	}
	if err := api.Get(t.Context(), client.ObjectKey{Namespace: s.namespace, Name: "train-results"}, &corev1.Secret{}); client.IgnoreNotFound(err) != nil || err == nil {
		t.Errorf("there is a Secret with links: %v", err)
	}
}

// TestRecordMustMatch changes the record between publish and release.
func TestRecordMustMatch(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	s.create(t)
	pod := s.started(t)
	report := publish(t, pod, output("model.json"))
	genuine := report.Record
	report.Record = strings.Repeat("0", 64)
	kubelet(t, pod, corev1.PodSucceeded, stagedOne, ended(0, sandbox.RunReport{}), ended(0, report))
	// Nothing is released while they differ; the job goes on once they agree.
	if err := api.Get(t.Context(), client.ObjectKeyFromObject(s.job), s.job); err != nil || s.job.Status.State.Terminal() || len(s.job.Status.Results) > 0 {
		t.Fatalf("with another record the job is %s: %v", s.job.Status.State, err)
	}
	report.Record = genuine
	kubelet(t, pod, corev1.PodSucceeded, stagedOne, ended(0, sandbox.RunReport{}), ended(0, report))
	s.in(t, v1alpha1.StateSucceeded)
}

// TestDeadCanary holds a job back while isolation cannot be proven.
func TestDeadCanary(t *testing.T) {
	s := newStory(t)
	canaryDead.Store(true)
	defer canaryDead.Store(false)
	s.create(t)
	eventually(t, s.job, "waiting", func(j *v1alpha1.ComputeJob) bool {
		c := meta.FindStatusCondition(j.Status.Conditions, v1alpha1.ConditionReady)
		return c != nil && c.Reason == v1alpha1.ReasonIsolationUnverified
	})
	pod := &corev1.Pod{}
	if err := api.Get(t.Context(), client.ObjectKey{Namespace: fixtures.SandboxNamespace, Name: s.job.Status.Pod}, pod); client.IgnoreNotFound(err) != nil || err == nil {
		t.Fatalf("a pod was created: %v", err)
	}
	canaryDead.Store(false)
	s.started(t)
}

// TestPodLost takes the pod away under a running job.
func TestPodLost(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	s.create(t)
	pod := s.started(t)
	kubelet(t, pod, corev1.PodRunning, stagedOne, running(), running())
	s.in(t, v1alpha1.StateRunning)
	remove(t, pod)
	s.failed(t, v1alpha1.ReasonPodLost, "run the job again")
}

// TestDeleteWhileRunning waits for the pod before the objects go.
func TestDeleteWhileRunning(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	s.create(t)
	pod := s.started(t)
	kubelet(t, pod, corev1.PodRunning, stagedOne, running(), running())
	s.in(t, v1alpha1.StateRunning)
	publish(t, pod, output("half.csv"))
	if err := api.Delete(t.Context(), s.job); err != nil {
		t.Fatal(err)
	}
	gone(t, pod)
	gone(t, s.job)
	objects, err := bucket.List(t.Context(), s.namespace+"/")
	if err != nil || len(objects) > 0 {
		t.Errorf("objects left after the job was deleted: %v, %v", objects, err)
	}
}

// remove a pod for good, finalizer or not.
func remove(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	before := pod.DeepCopy()
	pod.Finalizers = nil
	if err := api.Patch(t.Context(), pod, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
	if err := api.Delete(context.Background(), pod, client.GracePeriodSeconds(0)); client.IgnoreNotFound(err) != nil {
		t.Fatal(err)
	}
}
