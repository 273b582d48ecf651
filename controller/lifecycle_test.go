package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/links"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/test/fixtures"
)

// change the spec of the job.
func (s *story) change(t *testing.T, change func(*v1alpha1.ComputeJobSpec)) {
	t.Helper()
	if err := api.Get(t.Context(), client.ObjectKeyFromObject(s.job), s.job); err != nil {
		t.Fatal(err)
	}
	before := s.job.DeepCopy()
	change(&s.job.Spec)
	if err := api.Patch(t.Context(), s.job, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
}

// succeeds plays a run to its good end.
func (s *story) succeeds(t *testing.T, outputs ...string) {
	t.Helper()
	pod := s.started(t)
	var results []sandbox.ManifestResult
	for _, name := range outputs {
		results = append(results, output(name))
	}
	kubelet(t, pod, corev1.PodSucceeded, stagedOne, ended(0, sandbox.RunReport{}), ended(0, publish(t, pod, append(results, logResult)...)))
	s.in(t, v1alpha1.StateSucceeded)
	gone(t, pod)
}

// ownEnvironment gives the story an environment of its own.
func (s *story) ownEnvironment(t *testing.T, change func(*v1alpha1.ComputeEnvironmentSpec)) {
	t.Helper()
	environment := newEnvironment(s.namespace)
	change(&environment.Spec)
	if err := api.Create(t.Context(), environment); err != nil {
		t.Fatal(err)
	}
	s.job.Spec.Environment = environment.Name
}

// terminating waits until the pod is being deleted.
func terminating(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	eventually(t, pod, "deletion of the pod", func(p *corev1.Pod) bool { return !p.DeletionTimestamp.IsZero() })
}

// TestStopWhileRunning delivers the log and nothing else, and starts nothing until there is a new trigger.
func TestStopWhileRunning(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	s.create(t)
	pod := s.started(t)
	kubelet(t, pod, corev1.PodRunning, stagedOne, running(), running())
	s.in(t, v1alpha1.StateRunning)

	s.change(t, func(spec *v1alpha1.ComputeJobSpec) { spec.Suspend = true })
	terminating(t, pod)
	if s.job = eventually(t, s.job, "order to stop", func(j *v1alpha1.ComputeJob) bool { return j.Status.Stop != nil }); s.job.Status.State.Terminal() {
		t.Errorf("the job is %s before its pod has ended", s.job.Status.State)
	}
	// A change of mind comes too late for this run.
	s.change(t, func(spec *v1alpha1.ComputeJobSpec) { spec.Suspend = false })
	s.change(t, func(spec *v1alpha1.ComputeJobSpec) { spec.Suspend = true })
	kubelet(t, pod, corev1.PodFailed, stagedOne, ended(143, sandbox.RunReport{}), ended(0, publish(t, pod, output("half.csv"), logResult)))
	s.in(t, v1alpha1.StateStopped)
	gone(t, pod)
	if meta.FindStatusCondition(s.job.Status.Conditions, v1alpha1.ConditionReady) != nil {
		t.Error("a suspended job carries Ready")
	}
	if got := sharedLinks(t, s); len(got) != 1 || got[0].Type != v1alpha1.ResultLog {
		t.Errorf("a stopped run released %+v, want its log alone", got)
	}
	if e := s.job.Status.Exit; e == nil || e.Class != v1alpha1.ReasonStopped {
		t.Errorf("exit is %+v", e)
	}

	s.change(t, func(spec *v1alpha1.ComputeJobSpec) { spec.Suspend = false })
	eventually(t, s.job, "stalled", func(j *v1alpha1.ComputeJob) bool {
		c := meta.FindStatusCondition(j.Status.Conditions, v1alpha1.ConditionStalled)
		return c != nil && c.Reason == v1alpha1.ReasonSuspended && strings.Contains(c.Message, "another spec.trigger")
	})
	if s.job.Status.State != v1alpha1.StateStopped || s.job.Status.Run != 1 {
		t.Errorf("the job is %s in run %d after it is no longer suspended, want Stopped in run 1", s.job.Status.State, s.job.Status.Run)
	}
	s.change(t, func(spec *v1alpha1.ComputeJobSpec) { spec.Trigger = "again" })
	s.succeeds(t, "model.json")
	if s.job.Status.Run != 2 || s.job.Status.Runs[0].State != v1alpha1.StateStopped || s.job.Status.Runs[0].Reason != v1alpha1.ReasonSuspended {
		t.Errorf("run %d after %+v", s.job.Status.Run, s.job.Status.Runs)
	}
}

// TestStopWhileStaging ends a run whose algorithm has not begun.
func TestStopWhileStaging(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	s.create(t)
	pod := s.started(t)
	s.change(t, func(spec *v1alpha1.ComputeJobSpec) { spec.Suspend = true })
	s.in(t, v1alpha1.StateStopped)
	gone(t, pod)
	if s.job.Status.ResultsSecret != "" || s.job.Status.Exit != nil {
		t.Errorf("something came of a run that never began: %+v", s.job.Status)
	}
}

// TestSuspendedFromTheStart runs nothing before it may, and then once.
func TestSuspendedFromTheStart(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	s.job.Spec.Suspend = true
	s.create(t)
	s.in(t, v1alpha1.StateStopped)
	if s.job.Status.Pod != "" || s.job.Status.FirstRunTime != nil {
		t.Errorf("a suspended job has begun: %+v", s.job.Status)
	}
	s.change(t, func(spec *v1alpha1.ComputeJobSpec) { spec.Suspend = false })
	s.succeeds(t, "model.json")
	if s.job.Status.Run != 1 || len(s.job.Status.Runs) != 0 {
		t.Errorf("run %d after %+v, want the first", s.job.Status.Run, s.job.Status.Runs)
	}
	// What has succeeded stays so.
	s.change(t, func(spec *v1alpha1.ComputeJobSpec) { spec.Suspend = true })
	eventually(t, s.job, "observed", func(j *v1alpha1.ComputeJob) bool { return j.Status.ObservedGeneration == j.Generation })
	s.in(t, v1alpha1.StateSucceeded)
}

// TestStopAtTheLastMoment lets a run that has brought everything succeed.
func TestStopAtTheLastMoment(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	s.create(t)
	pod := s.started(t)
	kubelet(t, pod, corev1.PodRunning, stagedOne, running(), running())
	s.in(t, v1alpha1.StateRunning)
	s.change(t, func(spec *v1alpha1.ComputeJobSpec) { spec.Suspend = true })
	terminating(t, pod)
	kubelet(t, pod, corev1.PodSucceeded, stagedOne, ended(0, sandbox.RunReport{}), ended(0, publish(t, pod, output("model.json"), logResult)))
	s.in(t, v1alpha1.StateSucceeded)
	if got := sharedLinks(t, s); len(got) != 3 {
		t.Errorf("released %+v, want manifest, output and log", got)
	}
}

// TestRunAgain keeps every run's results under a prefix of its own, within reach.
func TestRunAgain(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	s.create(t)
	s.succeeds(t, "first.json")
	first := s.job.Status.FirstRunTime

	s.change(t, func(spec *v1alpha1.ComputeJobSpec) {
		spec.Trigger = "2"
		spec.Parameters["epochs"] = "40"
	})
	eventually(t, s.job, "second run", func(j *v1alpha1.ComputeJob) bool { return j.Status.Run == 2 })
	s.succeeds(t, "second.json")
	if got := s.job.Status.Runs; len(got) != 1 || got[0].Run != 1 || got[0].State != v1alpha1.StateSucceeded || got[0].Manifest == nil || got[0].CompletionTime == nil {
		t.Errorf("earlier runs are %+v", got)
	}
	if !s.job.Status.FirstRunTime.Equal(first) || s.job.Status.Trigger != "2" {
		t.Errorf("the first run was at %s, the trigger is %q; want %s and 2", s.job.Status.FirstRunTime, s.job.Status.Trigger, first)
	}
	secret := &corev1.Secret{}
	if err := api.Get(t.Context(), client.ObjectKey{Namespace: s.namespace, Name: "train-results"}, secret); err != nil {
		t.Fatal(err)
	}
	for key, name := range map[string]string{"run-1": "first.json", "run-2": "second.json", "files": "second.json"} {
		files, err := links.Read(secret, key)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(files, func(l links.Link) bool { return l.Name == name })
		if i < 0 || fetch(t, files[i].URL) != "content of "+name {
			t.Errorf("key %s has no link that brings %s: %d files", key, name, len(files))
		}
	}
}

// TestRunAgainWhileRunning stops and records the run that is under way first.
func TestRunAgainWhileRunning(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	s.create(t)
	pod := s.started(t)
	kubelet(t, pod, corev1.PodRunning, stagedOne, running(), running())
	s.in(t, v1alpha1.StateRunning)
	s.change(t, func(spec *v1alpha1.ComputeJobSpec) { spec.Trigger = "2" })
	terminating(t, pod)
	if err := api.Get(t.Context(), client.ObjectKey{Namespace: fixtures.SandboxNamespace, Name: sandbox.PodName(s.job.UID, 2)}, &corev1.Pod{}); client.IgnoreNotFound(err) != nil || err == nil {
		t.Fatalf("the next run has a pod before the last one has ended: %v", err)
	}
	kubelet(t, pod, corev1.PodFailed, stagedOne, ended(143, sandbox.RunReport{}), ended(0, publish(t, pod, logResult)))
	eventually(t, s.job, "second run", func(j *v1alpha1.ComputeJob) bool { return j.Status.Run == 2 && j.Status.State == v1alpha1.StateStaging })
	if got := s.job.Status.Runs[0]; got.State != v1alpha1.StateStopped || got.Reason != v1alpha1.ReasonRetriggered || got.Manifest == nil {
		t.Errorf("the run before is %+v", got)
	}
	s.succeeds(t, "model.json")
}

// TestRunsAreTen forgets the oldest.
func TestRunsAreTen(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	s.dataset.Spec.Access.Consumers.Namespaces = nil
	s.create(t)
	for run := range int64(12) {
		s.change(t, func(spec *v1alpha1.ComputeJobSpec) { spec.Trigger = fmt.Sprint(run) })
		eventually(t, s.job, "next run", func(j *v1alpha1.ComputeJob) bool {
			return j.Status.Trigger == fmt.Sprint(run) && j.Status.State == v1alpha1.StateFailed
		})
	}
	if runs := s.job.Status.Runs; len(runs) != 10 || runs[0].Run != s.job.Status.Run-1 || runs[9].Run != s.job.Status.Run-10 {
		t.Errorf("run %d has %d before it: %+v", s.job.Status.Run, len(runs), runs)
	}
}

// TestQueueIsFair starts jobs of two namespaces one after the other through a single slot.
func TestQueueIsFair(t *testing.T) {
	t.Parallel()
	crowd, single := newStory(t), newStory(t)
	crowd.ownEnvironment(t, func(spec *v1alpha1.ComputeEnvironmentSpec) { spec.MaxConcurrentJobs = 1 })
	single.job.Spec.Environment = crowd.job.Spec.Environment
	var jobs []*story
	for i := range 4 {
		s := *crowd
		s.job = crowd.job.DeepCopy()
		s.job.Name = fmt.Sprintf("crowd-%d", i)
		jobs = append(jobs, &s)
	}
	for _, object := range []client.Object{crowd.dataset, crowd.algorithm, single.dataset, single.algorithm} {
		if err := api.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	for i, s := range jobs {
		if err := api.Create(t.Context(), s.job); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			s.started(t)
		} else {
			s.in(t, v1alpha1.StateQueued)
		}
	}
	if err := api.Create(t.Context(), single.job); err != nil {
		t.Fatal(err)
	}
	single.in(t, v1alpha1.StateQueued)
	if q := single.job.Status.Queue; q == nil || q.Position != 1 {
		t.Errorf("the only job of its namespace stands at %+v, want 1", q)
	}
	order := []*story{jobs[0], single, jobs[1], jobs[2], jobs[3]}
	for i, s := range order {
		s.started(t)
		for _, later := range order[i+1:] {
			if err := api.Get(t.Context(), client.ObjectKeyFromObject(later.job), later.job); err != nil || later.job.Status.State != v1alpha1.StateQueued {
				t.Fatalf("while %s has the slot, %s/%s is %s: %v", s.job.Name, later.job.Namespace, later.job.Name, later.job.Status.State, err)
			}
		}
		if i%2 == 0 {
			s.succeeds(t, "model.json")
			continue
		}
		// A slot is given back by a job that is deleted, too.
		if err := api.Delete(t.Context(), s.job); err != nil {
			t.Fatal(err)
		}
		gone(t, s.job)
	}
}

// TestQueueIsLeft by a job that is suspended, and by one that has waited for too long.
func TestQueueIsLeft(t *testing.T) {
	t.Parallel()
	first := newStory(t)
	first.ownEnvironment(t, func(spec *v1alpha1.ComputeEnvironmentSpec) {
		spec.MaxConcurrentJobs = 1
		spec.QueueTimeout = &metav1.Duration{Duration: 2 * time.Second}
	})
	first.create(t)
	first.started(t)
	second := *first
	second.job = first.job.DeepCopy()
	second.job.ObjectMeta = metav1.ObjectMeta{Namespace: first.namespace, Name: "second"}
	if err := api.Create(t.Context(), second.job); err != nil {
		t.Fatal(err)
	}
	second.in(t, v1alpha1.StateQueued)
	second.change(t, func(spec *v1alpha1.ComputeJobSpec) { spec.Suspend = true })
	second.in(t, v1alpha1.StateStopped)
	second.change(t, func(spec *v1alpha1.ComputeJobSpec) { spec.Suspend = false })
	second.in(t, v1alpha1.StateQueued)
	second.failed(t, v1alpha1.ReasonQueueTimeout, "within 2s")
}

// TestAccessEnds takes the links away when access ends, and the objects when they have had their time. It moves the clock,
// and so runs alone.
func TestAccessEnds(t *testing.T) {
	defer clock.Store(0)
	s := newStory(t)
	s.dataset.Spec.Terms.Timeout = &metav1.Duration{Duration: 24 * time.Hour}
	s.create(t)
	s.succeeds(t, "model.json")
	expires := s.job.Status.AccessExpiresAt
	if expires == nil || !expires.Time.Equal(s.job.Status.FirstRunTime.Add(24*time.Hour)) {
		t.Fatalf("access ends at %v, want a day after %v", expires, s.job.Status.FirstRunTime)
	}
	if links := s.job.Status.LinksExpireAt; links == nil || links.After(expires.Time) {
		t.Errorf("links end at %v, after access does at %v", links, expires)
	}

	forward(t, s, 25*time.Hour)
	s.in(t, v1alpha1.StateExpired)
	if !meta.IsStatusConditionTrue(s.job.Status.Conditions, v1alpha1.ConditionReady) {
		t.Error("a job that succeeded is not Ready once it has expired")
	}
	secret := &corev1.Secret{}
	if err := api.Get(t.Context(), client.ObjectKey{Namespace: s.namespace, Name: "train-results"}, secret); err != nil || len(secret.Data) != 1 {
		t.Errorf("the Secret still has %d keys: %v", len(secret.Data), err)
	}
	if objects, err := bucket.List(t.Context(), s.namespace+"/"); err != nil || len(objects) == 0 {
		t.Errorf("the objects are gone with the links: %v", err)
	}
	s.change(t, func(spec *v1alpha1.ComputeJobSpec) { spec.Trigger = "2" })
	s.failed(t, v1alpha1.ReasonAccessExpired, "24h0m0s after the job's first run")

	forward(t, s, 24*time.Hour+169*time.Hour)
	eventually(t, s.job, "end of retention", func(j *v1alpha1.ComputeJob) bool { return j.Status.ResultsExpireAt == nil })
	if objects, err := bucket.List(t.Context(), s.namespace+"/"); err != nil || len(objects) > 0 {
		t.Errorf("objects are left after the retention: %v, %v", objects, err)
	}
}

// TestAccessEndsWhileRunning stops the run.
func TestAccessEndsWhileRunning(t *testing.T) {
	defer clock.Store(0)
	s := newStory(t)
	s.dataset.Spec.Terms.Timeout = &metav1.Duration{Duration: 2 * time.Minute}
	s.create(t)
	pod := s.started(t)
	kubelet(t, pod, corev1.PodRunning, stagedOne, running(), running())
	s.in(t, v1alpha1.StateRunning)
	forward(t, s, 121*time.Second)
	terminating(t, pod)
	kubelet(t, pod, corev1.PodFailed, stagedOne, ended(143, sandbox.RunReport{}), ended(0, publish(t, pod, logResult)))
	s.in(t, v1alpha1.StateStopped)
	if s.job.Status.Stop == nil || s.job.Status.Stop.Reason != v1alpha1.ReasonAccessExpired || s.job.Status.ResultsSecret != "" {
		t.Errorf("status is %+v", s.job.Status)
	}
}

// TestLinksAreRenewed where access lasts longer than S3 lets a link live.
func TestLinksAreRenewed(t *testing.T) {
	defer clock.Store(0)
	s := newStory(t)
	s.dataset.Spec.Terms.Timeout = &metav1.Duration{Duration: 30 * 24 * time.Hour}
	s.create(t)
	s.succeeds(t, "model.json")
	was := s.job.Status.LinksExpireAt
	forward(t, s, 6*24*time.Hour+time.Hour)
	eventually(t, s.job, "new links", func(j *v1alpha1.ComputeJob) bool {
		return j.Status.LinksExpireAt.After(was.Time.Add(5 * 24 * time.Hour))
	})
	if got := sharedLinks(t, s); len(got) != 3 {
		t.Errorf("the new Secret has %d links, want 3", len(got))
	}
	if s.job.Status.State != v1alpha1.StateSucceeded {
		t.Errorf("the job is %s", s.job.Status.State)
	}
}

// TestRetentionWithoutLimit deletes results whose access has no limit, and runs again all the same.
func TestRetentionWithoutLimit(t *testing.T) {
	defer clock.Store(0)
	s := newStory(t)
	s.create(t)
	s.succeeds(t, "model.json")
	if s.job.Status.AccessExpiresAt != nil {
		t.Errorf("access ends at %s, want no end", s.job.Status.AccessExpiresAt)
	}
	forward(t, s, 169*time.Hour)
	s.in(t, v1alpha1.StateExpired)
	if objects, err := bucket.List(t.Context(), s.namespace+"/"); err != nil || len(objects) > 0 {
		t.Errorf("objects are left after the retention: %v, %v", objects, err)
	}
	s.change(t, func(spec *v1alpha1.ComputeJobSpec) { spec.Trigger = "2" })
	eventually(t, s.job, "second run", func(j *v1alpha1.ComputeJob) bool { return j.Status.Run == 2 })
	s.succeeds(t, "model.json")
}

// forward the clock to a time after now, and have the job looked at: its own timer runs on the real clock.
func forward(t *testing.T, s *story, by time.Duration) {
	t.Helper()
	clock.Store(int64(by))
	before := s.job.DeepCopy()
	s.job.Labels = map[string]string{"at": fmt.Sprint(int64(by.Seconds()))}
	if err := api.Patch(t.Context(), s.job, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
}
