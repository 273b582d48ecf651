package pod

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func ended(code int32, reason, message string) corev1.ContainerState {
	return corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
		ExitCode: code, Reason: reason, Message: message,
		StartedAt: metav1.NewTime(now.Add(-time.Minute)), FinishedAt: metav1.NewTime(now.Add(-time.Second)),
	}}
}

func running() corev1.ContainerState {
	return corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(now.Add(-time.Minute))}}
}

func waiting(reason, message string) corev1.ContainerState {
	return corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}}
}

func status(stage, algorithm, publish corev1.ContainerState) corev1.PodStatus {
	phase := corev1.PodRunning
	if stage.Terminated == nil {
		phase = corev1.PodPending
	}
	return corev1.PodStatus{
		Phase:                 phase,
		StartTime:             &metav1.Time{Time: now.Add(-90 * time.Second)},
		InitContainerStatuses: []corev1.ContainerStatus{{Name: sandbox.ContainerStage, State: stage}},
		ContainerStatuses: []corev1.ContainerStatus{
			{Name: sandbox.ContainerAlgorithm, State: algorithm, Image: "registry.example.org/python@sha256:dd"},
			{Name: sandbox.ContainerPublish, State: publish},
		},
	}
}

func killed(s corev1.PodStatus, reason, message string) corev1.PodStatus {
	s.Phase, s.Reason, s.Message = corev1.PodFailed, reason, message
	return s
}

func TestObserve(t *testing.T) {
	const (
		staged    = `{"datasets":[{"files":1,"bytes":10,"sha256":"aa"}]}`
		published = `{"outputs":2,"bytes":20,"record":"bb","manifestBytes":9}`
	)
	var (
		none    = corev1.ContainerState{}
		creates = waiting("PodInitializing", "")
		good    = ended(0, "Completed", staged)
		gone    = status(good, ended(137, "Error", ""), ended(143, "Error", ""))
	)
	for name, test := range map[string]struct {
		status  corev1.PodStatus
		state   v1alpha1.State
		reason  string
		message string // part of it
	}{
		"new":             {corev1.PodStatus{Phase: corev1.PodPending}, v1alpha1.StateStaging, "", ""},
		"staging":         {status(running(), creates, creates), v1alpha1.StateStaging, "", ""},
		"staged":          {status(good, creates, creates), v1alpha1.StateStaging, "", ""},
		"running":         {status(good, running(), running()), v1alpha1.StateRunning, "", ""},
		"releasing":       {status(good, ended(0, "Completed", "{}"), running()), v1alpha1.StateReleasing, "", ""},
		"failed, logging": {status(good, ended(3, "Error", "{}"), running()), v1alpha1.StateReleasing, "", ""},
		"succeeded":       {status(good, ended(0, "Completed", "{}"), ended(0, "Completed", published)), v1alpha1.StateSucceeded, "", ""},

		"isolation": {status(ended(1, "Error", `{"reason":"IsolationUnverified","message":"the canary answered"}`), creates, creates),
			v1alpha1.StateFailed, "IsolationUnverified", "The canary answered."},
		"stage without a word":   {status(ended(2, "Error", "panic"), creates, creates), v1alpha1.StateFailed, "InputFetchFailed", "exit code 2"},
		"stage out of memory":    {status(ended(137, "OOMKilled", ""), creates, creates), v1alpha1.StateFailed, "InputFetchFailed", "memory"},
		"agent image missing":    {status(waiting("ErrImagePull", "x: not found"), none, none), v1alpha1.StateFailed, "ImagePullFailed", "environment's owner"},
		"image missing":          {status(good, waiting("ImagePullBackOff", "x: not found"), running()), v1alpha1.StateFailed, "ImagePullFailed", "registry.example.org/python@sha256:dd does not exist"},
		"registry down":          {status(good, waiting("ErrImagePull", "dial tcp: connection refused"), running()), v1alpha1.StateStaging, "", ""},
		"cannot be created":      {status(good, waiting("CreateContainerError", "no such device"), running()), v1alpha1.StateFailed, "StartFailed", "no such device"},
		"cannot be started":      {status(good, ended(128, "StartError", "exec format error"), ended(1, "Error", "")), v1alpha1.StateFailed, "StartFailed", "image"},
		"exit code":              {status(good, ended(3, "Error", "{}"), ended(0, "Completed", published)), v1alpha1.StateFailed, "ExitCode", "ended with an error"},
		"out of memory":          {status(good, ended(137, "OOMKilled", ""), ended(0, "Completed", published)), v1alpha1.StateFailed, "OutOfMemory", "spec.resources.memory"},
		"forged before the kill": {status(good, ended(137, "OOMKilled", `{"reason":"DeadlineExceeded"}`), ended(0, "Completed", published)), v1alpha1.StateFailed, "OutOfMemory", ""},
		"deadline":               {status(good, ended(143, "Error", `{"reason":"DeadlineExceeded","message":"a secret"}`), ended(0, "Completed", published)), v1alpha1.StateFailed, "DeadlineExceeded", "spec.maxDuration"},
		"forged reason":          {status(good, ended(3, "Error", `{"reason":"a secret","message":"a secret"}`), ended(0, "Completed", published)), v1alpha1.StateFailed, "ExitCode", ""},
		"success with a reason":  {status(good, ended(0, "Completed", `{"reason":"DeadlineExceeded"}`), ended(0, "Completed", published)), v1alpha1.StateSucceeded, "", ""},
		"refused":                {status(good, ended(0, "Completed", "{}"), ended(1, "Error", `{"reason":"OutputRefused","message":"2 outputs refused."}`)), v1alpha1.StateFailed, "OutputRefused", "2 outputs refused."},
		"refused, with a log":    {status(good, ended(0, "Completed", "{}"), ended(1, "Error", `{"reason":"OutputRefused","message":"2 outputs refused.","record":"bb"}`)), v1alpha1.StateFailed, "OutputRefused", "2 outputs refused."},
		"publish dies late":      {status(good, ended(0, "Completed", "{}"), ended(137, "OOMKilled", published)), v1alpha1.StateFailed, "PublishFailed", ""},
		"publish without a word": {status(good, ended(0, "Completed", "{}"), ended(2, "Error", "")), v1alpha1.StateFailed, "PublishFailed", "without a report"},
		"publish lies":           {status(good, ended(0, "Completed", "{}"), ended(0, "Completed", "")), v1alpha1.StateFailed, "PublishFailed", "without a report"},

		"evicted":          {killed(gone, "Evicted", "The node had condition: [MemoryPressure]."), v1alpha1.StateFailed, "Evicted", "run the job again"},
		"disk":             {killed(gone, "Evicted", `Usage of EmptyDir volume "outputs" exceeds the limit "1Gi".`), v1alpha1.StateFailed, "DiskExceeded", "spec.resources.disk"},
		"disk of the node": {killed(gone, "Evicted", "The node was low on resource: ephemeral-storage."), v1alpha1.StateFailed, "Evicted", "node ran out of disk"},
		"pod deadline":     {killed(gone, "DeadlineExceeded", ""), v1alpha1.StateFailed, "DeadlineExceeded", ""},
		"node lost":        {killed(gone, "NodeLost", ""), v1alpha1.StateFailed, "Evicted", ""},
		"node refuses":     {killed(corev1.PodStatus{}, "OutOfcpu", ""), v1alpha1.StateFailed, "Unschedulable", "OutOfcpu"},
	} {
		t.Run(name, func(t *testing.T) {
			got := Observe(&corev1.Pod{Status: test.status}, now)
			if got.State != test.state || got.Reason != test.reason || !strings.Contains(got.Message, test.message) {
				t.Errorf("got %s %s %q, want %s %s %q", got.State, got.Reason, got.Message, test.state, test.reason, test.message)
			}
			if strings.Contains(got.Reason+got.Message, "a secret") {
				t.Errorf("the algorithm speaks to the consumer: %s %s", got.Reason, got.Message)
			}
			if got.State == v1alpha1.StateFailed && got.Message == "" && name != "forged before the kill" {
				t.Error("a failure without a message")
			}
		})
	}
}

// TestObserveWaits looks at what only time decides.
func TestObserveWaits(t *testing.T) {
	unscheduled := corev1.PodStatus{Phase: corev1.PodPending, Conditions: []corev1.PodCondition{{
		Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: corev1.PodReasonUnschedulable, LastTransitionTime: metav1.NewTime(now),
	}}}
	pulling := status(ended(0, "Completed", "{}"), waiting("ImagePullBackOff", "dial tcp: connection refused"), running())
	// The kubelet may have seen the end of publish and not yet that of the algorithm, seconds before.
	publishFirst := status(ended(0, "Completed", "{}"), running(), ended(2, "Error", ""))
	for name, test := range map[string]struct {
		status corev1.PodStatus
		state  v1alpha1.State
		budget time.Duration
		reason string
	}{
		"no node":            {unscheduled, v1alpha1.StateStaging, scheduleBudget, v1alpha1.ReasonUnschedulable},
		"registry down":      {pulling, v1alpha1.StateStaging, pullBudget - time.Second, v1alpha1.ReasonImagePullFailed},
		"publish dies early": {publishFirst, v1alpha1.StateRunning, tellBudget - time.Second, v1alpha1.ReasonPublishFailed},
	} {
		pod := &corev1.Pod{Status: test.status}
		early := Observe(pod, now)
		if early.State != test.state || !early.Recheck.Equal(now.Add(test.budget)) {
			t.Errorf("%s: at first %s, recheck at %s, want %s and %s", name, early.State, early.Recheck, test.state, now.Add(test.budget))
		}
		if late := Observe(pod, early.Recheck); late.Reason != test.reason || !late.Recheck.IsZero() {
			t.Errorf("%s: at last %s, want %s", name, late.Reason, test.reason)
		}
	}
}

func TestObserveDeletedPod(t *testing.T) {
	deleted := &corev1.Pod{Status: status(ended(0, "Completed", "{}"), running(), running())}
	deleted.DeletionTimestamp = &metav1.Time{Time: now}
	if got := Observe(deleted, now); got.State != v1alpha1.StateRunning || got.Recheck.IsZero() {
		t.Errorf("while its node may still speak: %s, recheck %s", got.State, got.Recheck)
	}
	if got := Observe(deleted, now.Add(lostBudget)); got.Reason != v1alpha1.ReasonPodLost {
		t.Errorf("when its node has not spoken: %s, want PodLost", got.Reason)
	}
}

// TestObserveTakenAway tells an algorithm that failed from one whose pod was deleted.
func TestObserveTakenAway(t *testing.T) {
	const grace = 300
	end := now.Add(-time.Second) // of both containers
	for name, test := range map[string]struct {
		code    int32
		deleted time.Time
		want    string
	}{
		"deleted before the end": {143, end.Add(-3 * time.Second), v1alpha1.ReasonEvicted},
		"killed":                 {137, end.Add(-20 * time.Second), v1alpha1.ReasonEvicted},
		"deleted long after":     {143, end.Add(time.Minute), v1alpha1.ReasonExitCode},
		"failed by itself":       {3, end.Add(-time.Second), v1alpha1.ReasonExitCode},
		"succeeded all the same": {0, end.Add(-time.Second), ""},
		"terminated and not so":  {143, time.Time{}, v1alpha1.ReasonExitCode},
	} {
		pod := &corev1.Pod{Status: status(ended(0, "Completed", "{}"), ended(test.code, "Error", "{}"), ended(0, "Completed", `{"record":"bb"}`))}
		if !test.deleted.IsZero() {
			pod.DeletionTimestamp = &metav1.Time{Time: test.deleted.Add(grace * time.Second)}
			pod.DeletionGracePeriodSeconds = ptr.To(int64(grace))
		}
		if got := Observe(pod, now); got.Reason != test.want {
			t.Errorf("%s: %s, want %q", name, got.Reason, test.want)
		}
	}
}

func TestObserveKeepsReports(t *testing.T) {
	pod := &corev1.Pod{Status: status(
		ended(0, "Completed", `{"datasets":[{"files":1,"bytes":10,"sha256":"aa"}]}`),
		ended(3, "Error", "{}"),
		ended(0, "Completed", `{"outputs":2,"bytes":20,"record":"bb"}`),
	)}
	got := Observe(pod, now)
	if !got.Staged || got.Executed || !got.Published || *got.ExitCode != 3 || got.Stage.Datasets[0].SHA256 != "aa" || got.Publish.Record != "bb" || !got.Started.Equal(now.Add(-time.Minute)) || !got.Ended.Equal(now.Add(-time.Second)) {
		t.Errorf("got %+v", got)
	}
}
