package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// history sees every version of every job, pod and results Secret, and holds it to what must always be so.
type history struct {
	mutex  sync.Mutex
	jobs   map[types.UID]*v1alpha1.ComputeJob
	gone   map[types.UID]bool
	pods   map[string]types.UID
	staged map[string]types.UID
	live   map[string]*corev1.Pod
	starts []string
	slots  map[string]int
	// rivals says that two controllers work at once, and contested are the jobs that were there then. What one of them creates
	// after the other has ended the job, when it looked before that, is let be as long as it gets no inputs; it may be heard of
	// when both have gone.
	rivals     bool
	contested  map[types.UID]bool
	violations []string
}

func startHistory(ctx context.Context) (*history, error) {
	h := &history{
		jobs: map[types.UID]*v1alpha1.ComputeJob{}, gone: map[types.UID]bool{}, pods: map[string]types.UID{}, staged: map[string]types.UID{}, live: map[string]*corev1.Pod{},
		slots: map[string]int{environmentNarrow: 1}, contested: map[types.UID]bool{},
	}
	for _, err := range []error{
		follow(ctx, &v1alpha1.ComputeJobList{}, func(kind string, object client.Object) { h.seeJob(ctx, kind, object.(*v1alpha1.ComputeJob)) }),
		follow(ctx, &corev1.PodList{}, func(kind string, object client.Object) { h.seePod(kind, object.(*corev1.Pod)) }, client.InNamespace(sandboxNamespace)),
		follow(ctx, &corev1.SecretList{}, func(kind string, object client.Object) { h.seeSecret(kind, object.(*corev1.Secret)) }),
		follow(ctx, &corev1.EventList{}, func(_ string, object client.Object) { h.seeNoLink(object) }),
	} {
		if err != nil {
			return nil, err
		}
	}
	return h, nil
}

func (h *history) violated(rule, format string, args ...any) {
	h.violations = append(h.violations, rule+": "+fmt.Sprintf(format, args...))
}

// seeJob in a new version.
func (h *history) seeJob(ctx context.Context, kind string, job *v1alpha1.ComputeJob) {
	h.seeNoLink(job)
	h.mutex.Lock()
	before := h.jobs[job.UID]
	h.jobs[job.UID] = job
	if h.rivals {
		h.contested[job.UID] = true
	}
	if kind == "DELETED" {
		h.gone[job.UID] = true
	}
	active := 0
	for uid, other := range h.jobs {
		if other.Spec.Environment == job.Spec.Environment && other.Status.State.Active() && !h.gone[uid] {
			active++
		}
	}
	if most := h.slots[job.Spec.Environment]; most > 0 && active > most {
		h.violated("slots", "%d jobs hold a slot of environment %s, which has %d", active, job.Spec.Environment, most)
	}
	if before != nil && kind != "DELETED" {
		h.compare(before, job)
	}
	h.mutex.Unlock()
	if kind != "DELETED" && (before == nil || before.Status.State != job.Status.State) {
		h.lookBehind(ctx, job)
	}
}

// compare two versions of a job, one after the other.
func (h *history) compare(before, job *v1alpha1.ComputeJob) {
	was, is := before.Status, job.Status
	name := fmt.Sprintf("job %s/%s run %d", job.Namespace, job.Name, is.Run)
	neverBegan := was.State == v1alpha1.StateStopped && was.Pod == ""
	switch {
	case is.Run < was.Run || is.Run > was.Run+1:
		h.violated("I3 runs", "%s came after run %d", name, was.Run)
	case is.Run == was.Run && was.State.Terminal() && is.State != was.State && is.State != v1alpha1.StateExpired && !neverBegan:
		h.violated("I6 ends stay", "%s went from %s to %s", name, was.State, is.State)
	case is.Run == was.Run+1 && was.Run > 0 && !was.State.Terminal():
		h.violated("I6 ends stay", "%s began while run %d was %s", name, was.Run, was.State)
	case is.Run == was.Run && was.Pod != "" && is.Pod != was.Pod:
		h.violated("I3 runs", "%s changed its pod from %s to %q", name, was.Pod, is.Pod)
	}
	if is.State == v1alpha1.StateFailed || is.State == v1alpha1.StateStopped {
		reason, message := "", ""
		if c := meta.FindStatusCondition(is.Conditions, v1alpha1.ConditionReady); c != nil {
			reason, message = c.Reason, c.Message
		}
		if stop := is.Stop; stop != nil {
			reason, message = stop.Reason, stop.Reason
		}
		if reason == "" || message == "" {
			h.violated("I8 reasons", "%s is %s without reason or message: %+v", name, is.State, is.Conditions)
		}
	}
}

// lookBehind a status: what it claims must be there.
func (h *history) lookBehind(ctx context.Context, job *v1alpha1.ComputeJob) {
	name := fmt.Sprintf("job %s/%s, %s,", job.Namespace, job.Name, job.Status.State)
	if job.Status.State == v1alpha1.StateSucceeded {
		run := sandbox.Run{Job: sandbox.Object{Namespace: job.Namespace, Name: job.Name, UID: job.UID}, Run: job.Status.Run}
		if _, err := bucket.Head(ctx, run.KeyPrefix("")+sandbox.KeyManifest); storage.KindOf(err) == storage.NotFound && !h.leaves(ctx, job) {
			h.record("I10 claims", "%s has no manifest", name)
		}
	}
	if job.Status.ResultsSecret != "" && job.Status.State.Terminal() {
		err := api.Get(ctx, client.ObjectKey{Namespace: job.Namespace, Name: job.Status.ResultsSecret}, &corev1.Secret{})
		if apierrors.IsNotFound(err) && !h.leaves(ctx, job) {
			h.record("I10 claims", "%s names Secret %s, which is not there", name, job.Status.ResultsSecret)
		}
	}
}

// leaves says that a job is deleted by now: what it had may be gone before.
func (h *history) leaves(ctx context.Context, job *v1alpha1.ComputeJob) bool {
	var live v1alpha1.ComputeJob
	err := api.Get(ctx, client.ObjectKeyFromObject(job), &live)
	return err != nil || !live.DeletionTimestamp.IsZero() || live.Status.State != job.Status.State
}

// seePod in a new version.
func (h *history) seePod(kind string, pod *corev1.Pod) {
	run, err := sandbox.ParseRun(pod.Annotations)
	if err != nil {
		return
	}
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if known, ok := h.pods[pod.Name]; ok && known != pod.UID && !h.contested[run.Job.UID] {
		h.violated("I3 one pod a run", "pod %s was created a second time", pod.Name)
	}
	if hasStaged(pod) {
		if known, ok := h.staged[pod.Name]; ok && known != pod.UID {
			h.violated("I3 one pod a run", "pod %s got its inputs a second time", pod.Name)
		}
		h.staged[pod.Name] = pod.UID
	}
	if _, ok := h.pods[pod.Name]; !ok {
		h.starts = append(h.starts, pod.Name)
	}
	h.pods[pod.Name] = pod.UID
	if kind == "DELETED" {
		delete(h.live, pod.Name)
		return
	}
	if _, known := h.live[pod.Name]; !known {
		for _, other := range h.live {
			if other.Labels[sandbox.LabelJobUID] == string(run.Job.UID) && other.Status.Phase != corev1.PodSucceeded && other.Status.Phase != corev1.PodFailed {
				h.violated("I3 one live pod", "pod %s was created while %s was %s", pod.Name, other.Name, other.Status.Phase)
			}
		}
	}
	h.live[pod.Name] = pod
}

func hasStaged(pod *corev1.Pod) bool {
	return slices.ContainsFunc(pod.Status.InitContainerStatuses, func(s corev1.ContainerStatus) bool {
		return s.State.Terminated != nil && s.State.Terminated.ExitCode == 0
	})
}

// seeSecret in a new version: nothing may be readable before it was published.
func (h *history) seeSecret(kind string, secret *corev1.Secret) {
	uid := types.UID(secret.Labels[sandbox.LabelJobUID])
	if uid == "" || kind == "DELETED" {
		return
	}
	for key := range secret.Data {
		var run int64
		if _, err := fmt.Sscanf(key, "run-%d", &run); err == nil && !node.hasPublished(uid, run) {
			h.record("I4 nothing before the gate", "Secret %s/%s has links of run %d, which has published nothing", secret.Namespace, secret.Name, run)
		}
	}
	if owners := secret.OwnerReferences; len(owners) != 1 || owners[0].UID != uid {
		h.record("I5 leftovers", "Secret %s/%s does not go with its job: its owners are %+v", secret.Namespace, secret.Name, owners)
	}
}

// seeNoLink in an object that more may read than the Secret.
func (h *history) seeNoLink(object client.Object) {
	text, _ := json.Marshal(object)
	for _, secret := range []string{"X-Amz-", "secret-of-the-tester"} {
		if strings.Contains(string(text), secret) {
			h.record("I7 no secrets", "%T %s holds %s", object, client.ObjectKeyFromObject(object), secret)
		}
	}
}

// allowRivals while two controllers work at once.
func (h *history) allowRivals(allow bool) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.rivals = allow
}

func (h *history) record(rule, format string, args ...any) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.violated(rule, format, args...)
}

// ended waits until jobs and their pods are seen to be gone.
func (h *history) ended(t *testing.T, jobs []types.UID) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(tick) {
		h.mutex.Lock()
		left := slices.DeleteFunc(slices.Clone(jobs), func(uid types.UID) bool { return h.gone[uid] })
		var pods []string
		for name, pod := range h.live {
			if slices.Contains(jobs, types.UID(pod.Labels[sandbox.LabelJobUID])) {
				pods = append(pods, name)
			}
		}
		h.mutex.Unlock()
		if len(left)+len(pods) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("I5 leftovers: after %s jobs %v and pods %v are still there", patience, left, pods)
		}
	}
}

// verdict over all that was seen since the last one.
func (h *history) verdict(t *testing.T) {
	t.Helper()
	h.mutex.Lock()
	defer h.mutex.Unlock()
	for _, violation := range h.violations {
		t.Error(violation)
	}
	h.violations = nil
}

// podsOf a job, over all time.
func (h *history) podsOf(job types.UID) []string {
	return h.order([]*v1alpha1.ComputeJob{{ObjectMeta: metav1.ObjectMeta{UID: job}}})
}

// order in which the pods of jobs were created.
func (h *history) order(jobs []*v1alpha1.ComputeJob) []string {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	return slices.DeleteFunc(slices.Clone(h.starts), func(name string) bool {
		return !slices.ContainsFunc(jobs, func(job *v1alpha1.ComputeJob) bool { return strings.HasPrefix(name, "job-"+string(job.UID)) })
	})
}
