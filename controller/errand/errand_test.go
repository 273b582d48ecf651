package errand

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestPausesGrow(t *testing.T) {
	var b book
	for _, want := range []time.Duration{2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600} {
		if got := b.fail("a", now); got != want*time.Second {
			t.Errorf("pause %s, expected %s", got, want*time.Second)
		}
	}
	if got := b.wait("a", now.Add(time.Minute)); got != 9*time.Minute {
		t.Errorf("a minute later the wait is %s", got)
	}
	if _, over := b.finished("a"); over || b.wait("b", now) != 0 {
		t.Error("an errand that was never tried waits, or one that failed is over")
	}
	b.finish("a", "done", now)
	if message, over := b.finished("a"); !over || message != "done" || b.wait("a", now) != 0 {
		t.Errorf("what is done is not: %q, %t", message, over)
	}
	b.fail("c", now.Add(3*time.Hour))
	if len(b.entries) != 1 {
		t.Errorf("%d entries are remembered, expected the young one alone", len(b.entries))
	}
}

func TestRuns(t *testing.T) {
	at := func(ago time.Duration) *metav1.Time { m := metav1.NewTime(now.Add(-ago)); return &m }
	record := func(run int64, ago time.Duration) v1alpha1.RunRecord {
		return v1alpha1.RunRecord{Run: run, State: v1alpha1.StateStopped, Reason: "Retriggered", CompletionTime: at(ago)}
	}
	job := &v1alpha1.ComputeJob{Status: v1alpha1.ComputeJobStatus{
		Run: 4, State: v1alpha1.StateRunning,
		Runs: []v1alpha1.RunRecord{record(3, time.Minute), record(2, 2*time.Hour), {Run: 1}},
	}}
	if runs := runsOf(job, now); len(runs) != 1 || runs[0].Run != 3 || runs[0].Current || !runs[0].Ended().Equal(now.Add(-time.Minute)) {
		t.Errorf("while run 4 goes on: %+v", runs)
	}
	job.Status.State, job.Status.CompletionTime = v1alpha1.StateStopped, at(0)
	job.Status.Stop = &v1alpha1.StopStatus{Reason: v1alpha1.ReasonSuspended}
	if runs := runsOf(job, now); len(runs) != 2 || runs[1].Run != 4 || !runs[1].Current || runs[1].Reason != v1alpha1.ReasonSuspended {
		t.Errorf("after run 4: %+v", runs)
	}
}
