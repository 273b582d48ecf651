// Package errand is what comes after a run and must never hold a job up: copies to a consumer's storage, news to a
// consumer's systems. An errand is tried until it is done, with pauses that grow.
package errand

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

const (
	firstPause   = 2 * time.Second
	longestPause = 10 * time.Minute
	// earlierRuns that ended within this time are seen to as well: a job that runs again at once loses the conditions of
	// the run before.
	earlierRuns = time.Hour
	// forgetAfter is longer than anything asks for an errand.
	forgetAfter = 2 * time.Hour
)

// Run that is over.
type Run struct {
	v1alpha1.RunRecord
	// Current says that the job's conditions speak of this run.
	Current bool
}

// Ended says when; zero where that is not known.
func (r Run) Ended() time.Time {
	if r.CompletionTime == nil {
		return time.Time{}
	}
	return r.CompletionTime.Time
}

// Runs of a job that are over and may need an errand: those before the current one if they ended a short while ago.
func Runs(job *v1alpha1.ComputeJob, now time.Time) []Run {
	var runs []Run
	status := &job.Status
	for _, record := range status.Runs {
		if record.CompletionTime != nil && now.Sub(record.CompletionTime.Time) < earlierRuns {
			runs = append(runs, Run{RunRecord: record})
		}
	}
	if !status.State.Terminal() {
		return runs
	}
	reason := ""
	if ready := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionReady); ready != nil {
		reason = ready.Reason
	} else if status.Stop != nil {
		reason = status.Stop.Reason
	}
	return append(runs, Run{Current: true, RunRecord: v1alpha1.RunRecord{
		Run: status.Run, Trigger: status.Trigger, State: status.State, Reason: reason,
		StartTime: status.StartTime, CompletionTime: status.CompletionTime, Manifest: status.Manifest,
	}})
}

// Set a condition. It says whether anything changed.
func Set(job *v1alpha1.ComputeJob, condition string, done bool, reason, message string) bool {
	status := metav1.ConditionFalse
	if done {
		status = metav1.ConditionTrue
	}
	return meta.SetStatusCondition(&job.Status.Conditions, metav1.Condition{
		Type: condition, Status: status, Reason: reason, Message: message, ObservedGeneration: job.Generation,
	})
}

// Book of errands: which are done, and when the others are tried again. It is lost with the process; what is done is then
// done again, which does no harm.
type Book struct {
	mutex   sync.Mutex
	entries map[string]entry
}

type entry struct {
	done  bool
	pause time.Duration
	next  time.Time
	at    time.Time
}

// Done says whether an errand is.
func (b *Book) Done(key string) bool {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.entries[key].done
}

// Wait is how long to wait before an errand is tried again.
func (b *Book) Wait(key string, now time.Time) time.Duration {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return max(b.entries[key].next.Sub(now), 0)
}

// Finish an errand.
func (b *Book) Finish(key string, now time.Time) {
	b.put(key, entry{done: true, at: now}, now)
}

// Fail an errand. It answers the pause before the next try: twice the last one.
func (b *Book) Fail(key string, now time.Time) time.Duration {
	b.mutex.Lock()
	pause := min(max(2*b.entries[key].pause, firstPause), longestPause)
	b.mutex.Unlock()
	b.put(key, entry{pause: pause, next: now.Add(pause), at: now}, now)
	return pause
}

func (b *Book) put(key string, e entry, now time.Time) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.entries == nil {
		b.entries = map[string]entry{}
	}
	for known, old := range b.entries {
		if now.Sub(old.at) > forgetAfter {
			delete(b.entries, known)
		}
	}
	b.entries[key] = e
}
