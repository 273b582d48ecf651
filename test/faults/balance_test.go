package faults

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/escrow"
	"github.com/compute-to-data/terraform-provider-c2d/test/chainserver"
)

// fate of a job: what becomes of it, and who pays.
type fate struct {
	name   string
	script script
	state  v1alpha1.State
	reason string
	// minutes that are billed; locked says that there is something to bill them from.
	minutes int64
	locked  bool
	// limited is how long access lasts; change is made to the job at its creation, then act once it runs, or is there.
	limited bool
	change  func(*v1alpha1.ComputeJob)
	act     func(w *world, job *v1alpha1.ComputeJob)
	// gone says that the job is deleted in the end.
	gone bool
}

var fates = []fate{
	{name: "succeeds", state: v1alpha1.StateSucceeded, reason: v1alpha1.ReasonSucceeded, script: script{outputs: []string{"model.json"}}, minutes: 1, locked: true},
	{name: "the algorithm fails", state: v1alpha1.StateFailed, reason: v1alpha1.ReasonExitCode, script: script{exit: 3}, minutes: 1, locked: true},
	{name: "runs out of memory", state: v1alpha1.StateFailed, reason: v1alpha1.ReasonOutOfMemory, script: script{exit: 137, killed: "OOMKilled"}, minutes: 1, locked: true},
	{name: "runs out of disk", state: v1alpha1.StateFailed, reason: v1alpha1.ReasonDiskExceeded, script: script{exit: 137, fail: v1alpha1.ReasonDiskExceeded}, minutes: 1, locked: true},
	{name: "runs out of time", state: v1alpha1.StateFailed, reason: v1alpha1.ReasonDeadlineExceeded, script: script{exit: 143, fail: v1alpha1.ReasonDeadlineExceeded}, minutes: 1, locked: true},
	{name: "its outputs are refused", state: v1alpha1.StateFailed, reason: v1alpha1.ReasonOutputRefused, script: script{failPublish: v1alpha1.ReasonOutputRefused}, minutes: 1, locked: true},
	{name: "an input is not to be had", state: v1alpha1.StateFailed, reason: v1alpha1.ReasonInputFetchFailed, script: script{failStage: v1alpha1.ReasonInputFetchFailed}, locked: true},
	{name: "the algorithm is not to be had", state: v1alpha1.StateFailed, reason: v1alpha1.ReasonAlgorithmFetchFailed, script: script{failStage: v1alpha1.ReasonAlgorithmFetchFailed}, locked: true},
	{name: "an input has another hash", state: v1alpha1.StateFailed, reason: v1alpha1.ReasonChecksumMismatch, script: script{failStage: v1alpha1.ReasonChecksumMismatch}, locked: true},
	{name: "isolation is not proven", state: v1alpha1.StateFailed, reason: v1alpha1.ReasonIsolationUnverified, script: script{failStage: v1alpha1.ReasonIsolationUnverified}, locked: true},
	{name: "the algorithm cannot start", state: v1alpha1.StateFailed, reason: v1alpha1.ReasonStartFailed, script: script{exit: 127, fail: v1alpha1.ReasonStartFailed}, locked: true},
	{name: "the node evicts it", state: v1alpha1.StateFailed, reason: v1alpha1.ReasonEvicted, script: script{evicted: true}, locked: true},
	{name: "cannot be published", state: v1alpha1.StateFailed, reason: v1alpha1.ReasonPublishFailed, script: script{failPublish: v1alpha1.ReasonPublishFailed}, locked: true},
	{name: "the pod is lost", state: v1alpha1.StateFailed, reason: v1alpha1.ReasonPodLost, script: script{hold: true}, locked: true, act: func(w *world, job *v1alpha1.ComputeJob) {
		pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: sandboxNamespace, Name: job.Status.Pod}}
		w.must(api.Patch(w.Context(), pod, client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"finalizers":null}}`))))
		w.must(api.Delete(w.Context(), pod, client.GracePeriodSeconds(0)))
	}},
	{name: "stopped while it runs", state: v1alpha1.StateStopped, script: script{hold: true}, minutes: 1, locked: true, act: suspend},
	{name: "stopped at any time", state: v1alpha1.StateStopped, script: script{hold: true}, minutes: -1, act: suspend},
	{name: "deleted while it runs", script: script{hold: true}, minutes: 1, locked: true, gone: true, act: func(w *world, job *v1alpha1.ComputeJob) {
		w.must(api.Delete(w.Context(), job))
	}},
	{name: "access ends", state: v1alpha1.StateExpired, script: script{outputs: []string{"model.json"}}, minutes: 1, locked: true, limited: true},
	{name: "dearer than agreed", state: v1alpha1.StateFailed, reason: v1alpha1.ReasonFundsInsufficient, change: func(j *v1alpha1.ComputeJob) {
		j.Spec.Agreement = "small"
	}},
	{name: "no such agreement", state: v1alpha1.StateFailed, reason: v1alpha1.ReasonAgreementInvalid, change: func(j *v1alpha1.ComputeJob) { j.Spec.Agreement = "" }},
}

func suspend(w *world, job *v1alpha1.ComputeJob) {
	w.update(job, func(j *v1alpha1.ComputeJob) { j.Spec.Suspend = true })
}

// subject of the balance sheet.
type subject struct {
	fate
	job *v1alpha1.ComputeJob
	// begun says that what the fate's act is has been done.
	begun bool
	over  bool
}

// TestBalanceSheet runs 50 paid jobs of all outcomes, while the controller is killed, the chain reorganised and its node out of
// order at random. In the end every unit is where it belongs.
func TestBalanceSheet(t *testing.T) {
	const jobs, namespaces = 50, 3
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("C2D_FAULTS_SEED"); text != "" {
		seed, _ = strconv.ParseUint(text, 10, 64)
	}
	t.Logf("C2D_FAULTS_SEED=%d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	w := newWorld(t)
	w.anyOrder = true
	var free, limited []string
	for range namespaces {
		free = append(free, w.namespace())
		limited = append(limited, w.namespace(limitedTo(time.Hour)))
	}
	for _, namespace := range w.namespaces {
		w.sign(namespace)
		w.signFor(namespace, "small", pricePerMinute*maxMinutes-1)
	}
	before := w.account.before

	trouble := startTrouble(rand.New(rand.NewPCG(seed, 1)))
	var subjects []*subject
	for i := range jobs {
		f := fates[i%len(fates)]
		among := free
		if f.limited {
			among = limited
		}
		s := &subject{fate: f}
		namespace, name := among[random.IntN(namespaces)], fmt.Sprintf("job-%d", i)
		node.direct(namespace, name, f.script)
		var changes []func(*v1alpha1.ComputeJob)
		if f.change != nil {
			changes = append(changes, f.change)
		}
		s.job = w.paid(namespace, name, changes...)
		subjects = append(subjects, s)
	}
	// What is to happen to jobs at any time.
	lucky := map[*subject]time.Time{}
	for _, s := range subjects {
		if s.minutes < 0 {
			lucky[s] = time.Now().Add(time.Duration(1000+random.IntN(13_000)) * time.Millisecond)
		}
	}
	running := func(j *v1alpha1.ComputeJob) bool { return j.Status.State == v1alpha1.StateRunning }
	for deadline := time.Now().Add(4 * patience); ; time.Sleep(20 * time.Millisecond) {
		left := 0
		for _, s := range subjects {
			if s.over {
				continue
			}
			s.look(w, lucky[s], running)
			if !s.over {
				left++
			}
		}
		if left == 0 {
			break
		}
		if time.Now().After(deadline) {
			trouble.end()
			for _, s := range subjects {
				if !s.over {
					t.Errorf("I9 liveness: %s: %s is %s: %+v", s.name, s.job.Name, s.job.Status.State, s.job.Status.Payment)
				}
			}
			t.FailNow()
		}
	}
	kills, faults, reorgs := trouble.end()
	w.later(2 * time.Hour)
	for _, s := range subjects {
		if s.limited {
			w.in(s.job, v1alpha1.StateExpired)
		}
	}
	sheet := w.sheet(subjects)
	after, err := money.balances(t.Context())
	w.must(err)
	t.Logf("the controller was killed %d times, its node out of order %d times, the chain reorganised %d times\n%s\n%s", kills, faults, reorgs, sheet,
		table(before, after))
	if after.locked != 0 {
		t.Errorf("%d are still locked", after.locked)
	}
	w.account.minutes = 0
	for _, s := range subjects {
		w.account.minutes += w.paidMinutes(s)
	}
	w.finish()
}

// look at a job, and let happen to it what is to.
func (s *subject) look(w *world, at time.Time, running func(*v1alpha1.ComputeJob) bool) {
	err := api.Get(w.Context(), client.ObjectKeyFromObject(s.job), s.job)
	if s.gone && client.IgnoreNotFound(err) == nil && err != nil {
		s.over, w.deleted[s.job.UID] = true, true
		return
	}
	w.must(err)
	if s.act != nil && !s.begun && (at.IsZero() && running(s.job) || !at.IsZero() && time.Now().After(at)) {
		s.begun = true
		s.act(w, s.job)
	}
	p := s.job.Status.Payment
	s.over = !s.gone && s.job.Status.State.Terminal() && (p == nil || p.State == v1alpha1.PaymentSettled) && (s.act == nil || s.begun)
}

// paidMinutes of a job, held to what its fate says. What was stopped at any time has run or not.
func (w *world) paidMinutes(s *subject) int64 {
	w.Helper()
	if s.gone {
		return s.minutes
	}
	p := s.job.Status.Payment
	billed := int64(0)
	if p != nil && p.Minutes != nil {
		billed = *p.Minutes
	}
	if s.minutes >= 0 && billed != s.minutes {
		w.Errorf("%s: %s was billed %d minutes, want %d", s.name, s.job.Name, billed, s.minutes)
	}
	reason := ""
	if c := meta.FindStatusCondition(s.job.Status.Conditions, v1alpha1.ConditionReady); c != nil {
		reason = c.Reason
	}
	if s.job.Status.State != s.state || s.reason != "" && reason != s.reason {
		w.Errorf("%s: %s is %s for %s, want %s for %s", s.name, s.job.Name, s.job.Status.State, reason, s.state, s.reason)
	}
	return billed
}

// sheet of all jobs, by their fates: what the chain says that became of their money.
func (w *world) sheet(subjects []*subject) string {
	w.Helper()
	history, err := money.escrow.History(w.Context(), money.server.Owner.Address, w.account.since)
	w.must(err)
	type sums struct{ jobs, locks, locked, claimed int64 }
	byLock, byFate := map[string]*sums{}, map[string]*sums{}
	gone := &sums{}
	for _, s := range subjects {
		if byFate[s.name] == nil {
			byFate[s.name] = &sums{}
		}
		sum := byFate[s.name]
		sum.jobs++
		if s.gone {
			gone = sum
		} else if p := s.job.Status.Payment; p != nil {
			byLock[string(p.LockID)] = sum
		}
	}
	for _, event := range history.Events() {
		sum := byLock[fmt.Sprintf("0x%064x", event.JobID)]
		if sum == nil {
			sum = gone
		}
		switch event.Kind {
		case escrow.Locked:
			sum.locks++
			sum.locked += event.Amount.Int64()
		case escrow.Claimed:
			sum.claimed += event.Amount.Int64()
		}
	}
	var text strings.Builder
	var all sums
	text.WriteString("| The job | Jobs | Locks | Locked | Claimed | Refunded |\n|---|---|---|---|---|---|\n")
	line := func(name string, s *sums) {
		fmt.Fprintf(&text, "| %s | %d | %d | %d | %d | %d |\n", name, s.jobs, s.locks, s.locked, s.claimed, s.locked-s.claimed)
	}
	for _, f := range fates {
		if sum := byFate[f.name]; sum != nil {
			line(f.name, sum)
			all.jobs, all.locks, all.locked, all.claimed = all.jobs+sum.jobs, all.locks+sum.locks, all.locked+sum.locked, all.claimed+sum.claimed
		}
	}
	line("together", &all)
	return text.String()
}

// table of what everybody has.
func table(before, after balances) string {
	var text strings.Builder
	text.WriteString("| | Before | After | Change |\n|---|---|---|---|\n")
	for _, row := range []struct {
		name          string
		before, after int64
	}{
		{"consumer, free in the escrow contract", before.available, after.available},
		{"consumer, locked there", before.locked, after.locked},
		{"payee", before.payee, after.payee},
		{"consumer's wallet + payee + escrow contract", before.total(), after.total()},
	} {
		fmt.Fprintf(&text, "| %s | %d | %d | %+d |\n", row.name, row.before, row.after, row.after-row.before)
	}
	return text.String()
}

// trouble that comes at random.
type trouble struct {
	stop, stopped         chan struct{}
	kills, faults, reorgs int
}

func startTrouble(random *rand.Rand) *trouble {
	tr := &trouble{stop: make(chan struct{}), stopped: make(chan struct{})}
	events := make(chan func(), 1)
	mine := func() {
		select {
		case event := <-events:
			event()
		default:
		}
		money.block()
	}
	money.mine.Store(&mine)
	go func() {
		defer close(tr.stopped)
		for {
			select {
			case <-tr.stop:
				money.spoil.Store(nil)
				money.mine.Store(nil)
				return
			case <-time.After(time.Duration(300+random.IntN(1200)) * time.Millisecond):
			}
			switch random.IntN(4) {
			case 0:
				tr.kills++
				latest.stop()
				latest = startController(fault{})
			case 1:
				tr.reorgs++
				depth := 1 + random.IntN(confirmations)
				events <- func() { _ = money.server.Do("anvil_reorg", depth, []any{}) }
			default:
				tr.faults++
				outage := slices.Concat(outages, []chainserver.Fault{falseRefusal, chainserver.Behind(money.server, 5)})[random.IntN(len(outages)+2)]
				money.spoil.Store(&outage)
				time.Sleep(time.Duration(100+random.IntN(700)) * time.Millisecond)
				money.spoil.Store(nil)
			}
		}
	}()
	return tr
}

func (tr *trouble) end() (kills, faults, reorgs int) {
	close(tr.stop)
	<-tr.stopped
	return tr.kills, tr.faults, tr.reorgs
}
