//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// stopBudget is how soon an algorithm must be dead once it is to be stopped.
const stopBudget = 15 * time.Second

func (s *story) change(change func(*v1alpha1.ComputeJobSpec)) {
	s.Helper()
	if err := api.Get(s.Context(), client.ObjectKeyFromObject(s.job), s.job); err != nil {
		s.Fatal(err)
	}
	before := s.job.DeepCopy()
	change(&s.job.Spec)
	if err := api.Patch(s.Context(), s.job, client.MergeFrom(before)); err != nil {
		s.Fatal(err)
	}
}

// prints waits until the running algorithm has printed something, so that its handlers are in place.
func (s *story) prints(text string) {
	s.Helper()
	s.until("Running", func(j *v1alpha1.ComputeJob) bool { return j.Status.State == v1alpha1.StateRunning })
	eventually(s.T, "the algorithm prints "+text, func() bool {
		output, _ := kubectl(s.T, "-n", sandboxSpace, "logs", s.job.Status.Pod, "-c", "algorithm")
		return strings.Contains(output, text)
	})
}

// TestStop stops a stubborn algorithm in the middle: it is dead in time, its log is there, and nothing else.
func TestStop(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ script, log string }{
		"obedient": {"trap 'echo asked; exit 0' TERM; echo begun; echo x > /data/outputs/half; while :; do sleep 0.1; done", "asked\n"},
		"stubborn": {"trap '' TERM; echo begun; echo x > /data/outputs/half; while :; do sleep 0.1; done", "begun\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, test.script)
			s.create()
			s.prints("begun")
			began := time.Now()
			s.change(func(spec *v1alpha1.ComputeJobSpec) { spec.Suspend = true })
			s.until("Stopped", func(j *v1alpha1.ComputeJob) bool { return j.Status.State == v1alpha1.StateStopped })
			// The algorithm is dead before its log is published, and that before the job is Stopped.
			if took := time.Since(began); took > stopBudget {
				t.Errorf("the job stopped after %s, want at most %s", took, stopBudget)
			}
			files := s.fetch()
			if len(files) != 1 || !strings.HasPrefix(files["algorithm.log"], "begun\n") || !strings.HasSuffix(files["algorithm.log"], test.log) {
				t.Errorf("released %q, want the log %q alone", files, test.log)
			}
			eventually(t, "the pod is gone", func() bool {
				err := api.Get(t.Context(), client.ObjectKey{Namespace: sandboxSpace, Name: s.job.Status.Pod}, &corev1.Pod{})
				return err != nil && client.IgnoreNotFound(err) == nil
			})
		})
	}
}

// TestStopWhileStaging stops a run whose image is not there yet, or whose input does not come to an end.
func TestStopWhileStaging(t *testing.T) {
	t.Parallel()
	s := newStory(t, "true")
	s.algorithm.Spec.Container.Image = "registry.invalid/nowhere"
	s.create()
	s.until("Staging", func(j *v1alpha1.ComputeJob) bool { return j.Status.State == v1alpha1.StateStaging })
	s.change(func(spec *v1alpha1.ComputeJobSpec) { spec.Suspend = true })
	s.until("over", func(j *v1alpha1.ComputeJob) bool { return j.Status.State.Terminal() })
	if s.job.Status.State != v1alpha1.StateStopped && ready(s.job).Reason != v1alpha1.ReasonImagePullFailed {
		t.Errorf("the job is %s: %+v", s.job.Status.State, ready(s.job))
	}
}

// TestRunAgain runs another algorithm under the same job, while the first is still at it.
func TestRunAgain(t *testing.T) {
	t.Parallel()
	s := newStory(t, "echo begun; sleep 600")
	other := s.algorithm.DeepCopy()
	other.Name = "other"
	other.Spec.Code.Raw = "echo two > /data/outputs/second"
	if err := api.Create(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	s.create()
	s.prints("begun")
	first := s.job.Status.Pod
	s.change(func(spec *v1alpha1.ComputeJobSpec) { spec.Trigger, spec.Algorithm.Name = "2", "other" })
	s.until("over in its second run", func(j *v1alpha1.ComputeJob) bool { return j.Status.Run == 2 && j.Status.State.Terminal() })
	if s.job.Status.State != v1alpha1.StateSucceeded {
		t.Fatalf("the second run is %s: %s", s.job.Status.State, ready(s.job).Message)
	}
	if files := s.fetch(); files["second"] != "two\n" {
		t.Errorf("the second run released %q", files)
	}
	if r := s.job.Status.Runs; len(r) != 1 || r[0].State != v1alpha1.StateStopped || r[0].Reason != v1alpha1.ReasonRetriggered || first == s.job.Status.Pod {
		t.Errorf("the first run is recorded as %+v", r)
	}
	// What the first had to say is still within reach.
	var secret corev1.Secret
	if err := api.Get(t.Context(), client.ObjectKey{Namespace: s.namespace, Name: s.job.Status.ResultsSecret}, &secret); err != nil {
		t.Fatal(err)
	}
	if log := follow(t, secret.Data["run-1"]); !strings.HasPrefix(log, "begun\n") {
		t.Errorf("the log of the first run is %q", log)
	}
}

// follow the first link of a list, and give what it brings; empty where it is dead.
func follow(t *testing.T, files []byte) string {
	t.Helper()
	var links []struct{ URL string }
	if err := json.Unmarshal(files, &links); err != nil || len(links) == 0 {
		t.Fatalf("links %q: %v", files, err)
	}
	response, err := http.Get(links[0].URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var text strings.Builder
	buffer := make([]byte, 4<<10)
	for {
		n, err := response.Body.Read(buffer)
		text.Write(buffer[:n])
		if err != nil {
			break
		}
	}
	if response.StatusCode != http.StatusOK {
		return ""
	}
	return text.String()
}

// TestAccessExpires holds the platform to the minute: the link works before, and is dead after.
func TestAccessExpires(t *testing.T) {
	t.Parallel()
	s := newStory(t, "echo 1 > /data/outputs/one")
	s.dataset.Spec.Terms.Timeout = &metav1.Duration{Duration: time.Minute}
	s.succeeds()
	expires := s.job.Status.AccessExpiresAt
	if expires == nil {
		t.Fatal("the job's access has no end")
	}
	var secret corev1.Secret
	if err := api.Get(t.Context(), client.ObjectKey{Namespace: s.namespace, Name: s.job.Status.ResultsSecret}, &secret); err != nil {
		t.Fatal(err)
	}
	files := secret.Data["files"]
	if time.Now().Before(expires.Add(-2*time.Second)) && follow(t, files) == "" {
		t.Error("the link is dead before access ends")
	}
	eventually(t, "the link is dead", func() bool { return follow(t, files) == "" })
	// Times in a status are whole seconds.
	if now := time.Now(); now.Before(expires.Add(-2*time.Second)) || now.After(expires.Add(time.Minute)) {
		t.Errorf("the link died at %s, access ended at %s", now, expires)
	}
	s.until("Expired", func(j *v1alpha1.ComputeJob) bool { return j.Status.State == v1alpha1.StateExpired })
	if late := time.Since(expires.Time); late > time.Minute {
		t.Errorf("the job is Expired %s after access ended", late)
	}
	if !meta.IsStatusConditionTrue(s.job.Status.Conditions, v1alpha1.ConditionReady) {
		t.Error("a job that succeeded is no longer Ready once it has expired")
	}
}

// TestQueue lets three namespaces share two slots.
func TestQueue(t *testing.T) {
	t.Parallel()
	var offer v1alpha1.ComputeEnvironment
	if err := api.Get(t.Context(), client.ObjectKey{Name: environment}, &offer); err != nil {
		t.Fatal(err)
	}
	narrow := &v1alpha1.ComputeEnvironment{ObjectMeta: metav1.ObjectMeta{GenerateName: "narrow-"}, Spec: offer.Spec}
	narrow.Spec.MaxConcurrentJobs = 2
	if err := api.Create(t.Context(), narrow); err != nil {
		t.Fatal(err)
	}
	var stories []*story
	for range 3 {
		s := newStory(t, "sleep 1; echo done > /data/outputs/done")
		if err := api.Create(t.Context(), s.dataset); err != nil {
			t.Fatal(err)
		}
		if err := api.Create(t.Context(), s.algorithm); err != nil {
			t.Fatal(err)
		}
		for i := range 2 {
			one := *s
			one.job = s.job.DeepCopy()
			one.job.Name, one.job.Spec.Environment = fmt.Sprintf("job-%d", i), narrow.Name
			stories = append(stories, &one)
		}
	}
	for _, s := range stories {
		if err := api.Create(t.Context(), s.job); err != nil {
			t.Fatal(err)
		}
	}
	most := 0
	eventually(t, "all jobs are over", func() bool {
		var jobs v1alpha1.ComputeJobList
		if err := api.List(t.Context(), &jobs, client.MatchingFields{"spec.environment": narrow.Name}); err != nil {
			t.Fatal(err)
		}
		active, over := 0, 0
		for i := range jobs.Items {
			if state := jobs.Items[i].Status.State; state.Active() {
				active++
			} else if state.Terminal() {
				over++
			}
		}
		most = max(most, active)
		return over == len(stories)
	})
	if most > 2 {
		t.Errorf("%d jobs held two slots", most)
	}
	for _, s := range stories {
		if s.until("over", func(j *v1alpha1.ComputeJob) bool { return j.Status.State.Terminal() }).Status.State != v1alpha1.StateSucceeded {
			t.Errorf("%s/%s is %s: %s", s.namespace, s.job.Name, s.job.Status.State, ready(s.job).Message)
		}
	}
}
