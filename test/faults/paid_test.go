package faults

import (
	"testing"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/agreement"
)

// paidScenarios are those whose money moves.
var paidScenarios = []scenario{
	{name: "paid, succeeds", minutes: 1, tell: func(w *world) {
		job := w.paidJob(script{outputs: []string{"model.json"}})
		w.in(job, v1alpha1.StateSucceeded)
	}},
	{name: "paid, the algorithm fails", minutes: 1, tell: func(w *world) {
		job := w.paidJob(script{exit: 3})
		w.in(job, v1alpha1.StateFailed)
	}},
	{name: "paid, the provider fails", tell: func(w *world) {
		job := w.paidJob(script{failStage: v1alpha1.ReasonInputFetchFailed})
		w.in(job, v1alpha1.StateFailed)
	}},
	{name: "paid, stopped while funding", tell: func(w *world) {
		release := money.hold()
		defer release()
		job := w.paidJob(script{})
		w.in(job, v1alpha1.StateFunding)
		w.lockSent()
		w.update(job, func(j *v1alpha1.ComputeJob) { j.Spec.Suspend = true })
		w.in(job, v1alpha1.StateStopped)
		release()
		w.settled(job)
	}},
	{name: "paid, deleted while funding", tell: func(w *world) {
		release := money.hold()
		defer release()
		job := w.paidJob(script{})
		w.in(job, v1alpha1.StateFunding)
		w.lockSent()
		w.must(api.Delete(w.Context(), job))
		release()
		w.remove(job)
	}},
	{name: "paid, stopped while running", minutes: 1, tell: func(w *world) {
		job := w.paidJob(script{hold: true})
		w.in(job, v1alpha1.StateRunning)
		w.update(job, func(j *v1alpha1.ComputeJob) { j.Spec.Suspend = true })
		w.in(job, v1alpha1.StateStopped)
	}},
	{name: "paid, deleted while running", minutes: 1, tell: func(w *world) {
		job := w.paidJob(script{hold: true})
		w.in(job, v1alpha1.StateRunning)
		w.remove(job)
	}},
	{name: "paid, run again while running", minutes: 2, tell: func(w *world) {
		job := w.paidJob(script{hold: true})
		w.in(job, v1alpha1.StateRunning)
		w.update(job, func(j *v1alpha1.ComputeJob) { j.Spec.Trigger = "2" })
		w.in(job, v1alpha1.StateSucceeded)
	}},
}

// paidJob in a namespace of its own, that goes by a script.
func (w *world) paidJob(s script) *v1alpha1.ComputeJob {
	w.Helper()
	namespace := w.namespace()
	w.sign(namespace)
	node.direct(namespace, "train", s)
	return w.paid(namespace, "train")
}

// hold all blocks back until released.
func (b *bank) hold() (release func()) {
	nothing := func() {}
	b.mine.Store(&nothing)
	return func() { b.mine.CompareAndSwap(&nothing, nil) }
}

// lockSent waits until a transaction of the payee is pending.
func (w *world) lockSent() {
	w.Helper()
	w.until("a lock to be pending", func() bool {
		var nonces [2]string
		money.server.Call(w.T, &nonces[0], "eth_getTransactionCount", money.server.Owner.Address, "latest")
		money.server.Call(w.T, &nonces[1], "eth_getTransactionCount", money.server.Owner.Address, "pending")
		return nonces[0] != nonces[1]
	})
}

// TestLateClaim runs a job for longer than its lock lives: the contract gives all of it back, and says nothing of that to who
// claims.
func TestLateClaim(t *testing.T) {
	w := newWorld(t)
	job := w.paidJob(script{hold: true})
	w.in(job, v1alpha1.StateRunning)
	w.must(money.server.Do("evm_increaseTime", int64(agreement.LockLife(maxMinutes*time.Minute).Seconds())+1))
	node.release(job.Namespace, job.Name)
	w.settled(job)
	if p := job.Status.Payment; p.Claimed != "0" || p.Refunded != p.Locked || p.ClaimTx == "" {
		t.Errorf("the payment is %+v, want all of it back", p)
	}
	w.finish()
}

// TestPaidCrashAtEveryWrite is TestCrashAtEveryWrite for paid jobs: their transactions are writes too.
func TestPaidCrashAtEveryWrite(t *testing.T) {
	told := paidScenarios
	if !everything {
		told = only(paidScenarios, "paid, succeeds", "paid, stopped while funding")
	}
	crashAtEveryWrite(t, told)
}
