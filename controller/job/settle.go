package job

import (
	"context"
	"encoding/hex"
	"fmt"
	"math/big"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/controller/conditions"
	"github.com/compute-to-data/terraform-provider-c2d/controller/payment"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/agreement"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox/pod"
)

const (
	// settleRecheckMax is how seldom the chain is asked about money that stays unsettled.
	settleRecheckMax = time.Minute
	// unsettledAfter the end of a lock nothing more can be hoped for from waiting alone: a person is told.
	unsettledAfter = 10 * time.Minute
)

// owes says that money of the run is, or may be, in the escrow contract.
func owes(job *v1alpha1.ComputeJob) bool {
	return job.Status.Payment != nil && job.Status.Payment.State != v1alpha1.PaymentSettled
}

// bill says how many minutes of a run that is over are paid: those that the algorithm ran, whatever became of it; none where
// the environment's side failed.
func bill(seen pod.Observation, stopped bool, most int64) int64 {
	if seen.Started.IsZero() || seen.Exited.IsZero() {
		return 0
	}
	switch seen.Reason {
	case "", v1alpha1.ReasonSucceeded, v1alpha1.ReasonExitCode, v1alpha1.ReasonOutOfMemory, v1alpha1.ReasonDeadlineExceeded,
		v1alpha1.ReasonDiskExceeded, v1alpha1.ReasonOutputRefused:
	default:
		if !stopped {
			return 0
		}
	}
	return minutes(seen.Exited.Sub(seen.Started), most)
}

// minutes that an algorithm is billed which has run for a time, told in whole seconds: the first has begun in any case.
func minutes(ran time.Duration, most int64) int64 {
	return min(max(agreement.Minutes(ran), 1), most)
}

// charge writes down what a run that is over is billed, before anything is claimed. It says whether that was news.
func charge(job *v1alpha1.ComputeJob, minutes int64) bool {
	p := job.Status.Payment
	if p == nil || p.Minutes != nil {
		return false
	}
	p.Minutes, p.State = &minutes, v1alpha1.PaymentClaiming
	conditions.Step(&job.Status.Conditions, job.Generation, v1alpha1.ConditionSettled, false, v1alpha1.ReasonSettling, messageSettling)
	return true
}

const messageSettling = "What the run has cost is being claimed from the escrow contract; the rest goes back to the consumer."

// settlePayment settles the money of a run that has been charged. It says whether nothing is left to settle. proof is what the claim commits to:
// the SHA-256 of the manifest in hex, or nothing.
func (r *Reconciler) settlePayment(ctx context.Context, job *v1alpha1.ComputeJob, proof string) (bool, error) {
	if job.Status.Payment.Block == unknownBlock {
		job.Status.Payment.Locked = "0"
		return r.settled(ctx, job, new(big.Int), "Nothing was locked.")
	}
	environment, err := r.environmentOf(ctx, job)
	if err != nil {
		return false, err
	}
	if environment == nil {
		return r.unsettled(job, fmt.Errorf("ComputeEnvironment %s is gone", job.Spec.Environment))
	}
	escrow, lock, facts, err := r.factsOf(ctx, job, environment)
	if err != nil {
		return r.unsettled(job, err)
	}
	p := job.Status.Payment
	switch payment.ToSettle(facts) {
	case payment.BelieveClaim:
		p.ClaimTx = hashOf(facts.Claimed.Tx)
		return r.settled(ctx, job, facts.Claimed.Amount, fmt.Sprintf("%s paid; the rest is back with the consumer.", plural(*p.Minutes, "minute")))
	case payment.BelieveCancel:
		p.ClaimTx = hashOf(facts.Canceled.Tx)
		return r.settled(ctx, job, new(big.Int), "The lock expired before it was claimed: all of it is back with the consumer.")
	case payment.BelieveNothing:
		p.Locked = "0"
		return r.settled(ctx, job, new(big.Int), "Nothing was locked.")
	case payment.SendClaim:
		amount, err := claimOf(p)
		if err != nil {
			return r.unsettled(job, err)
		}
		commitment, err := hex.DecodeString(proof)
		if err != nil {
			return r.unsettled(job, err)
		}
		if err := escrow.SendClaim(ctx, lock, amount, commitment); err != nil {
			return r.unsent(ctx, job, escrow, lock, payment.SendClaim, err)
		}
	case payment.SendCancel:
		if err := escrow.SendCancel(ctx, lock); err != nil {
			return r.unsent(ctx, job, escrow, lock, payment.SendCancel, err)
		}
	}
	r.overdue(job, "the chain does not confirm it")
	return false, nil
}

// unsent looks once more at a lock whose end could not be sent: where the contract refuses, it may have ended already.
func (r *Reconciler) unsent(ctx context.Context, job *v1alpha1.ComputeJob, escrow *payment.Account, lock payment.Lock, action payment.Action, cause error) (bool, error) {
	if facts, err := escrow.Facts(ctx, lock); err == nil && payment.ToSettle(facts) != action {
		return false, nil
	}
	return r.unsettled(job, cause)
}

// claimOf a run: its minutes, and never more than is locked.
func claimOf(p *v1alpha1.PaymentStatus) (*big.Int, error) {
	perMinute, err := ocean.ParseAmount(string(p.PerMinute))
	if err != nil {
		return nil, fmt.Errorf("status.payment.perMinute: %w", err)
	}
	return agreement.Cost(perMinute, min(*p.Minutes, p.MaxMinutes))
}

// settled writes down how the money was divided, as the chain says it.
func (r *Reconciler) settled(ctx context.Context, job *v1alpha1.ComputeJob, claimed *big.Int, message string) (bool, error) {
	if err := r.settleAgreement(ctx, job, claimed); err != nil {
		return false, err
	}
	p := job.Status.Payment
	locked, err := ocean.ParseAmount(string(p.Locked))
	if err != nil {
		return false, fmt.Errorf("status.payment.locked: %w", err)
	}
	p.State, p.Claimed, p.Refunded = v1alpha1.PaymentSettled, amountOf(claimed), amountOf(new(big.Int).Sub(locked, claimed))
	done(job, v1alpha1.ConditionSettled, message)
	return true, nil
}

// unsettled keeps trying, and says what is in the way.
func (r *Reconciler) unsettled(job *v1alpha1.ComputeJob, cause error) (bool, error) {
	message := sandbox.Sentence(fmt.Sprintf("The money of the run cannot be settled yet: %s.", cause))
	conditions.Step(&job.Status.Conditions, job.Generation, v1alpha1.ConditionSettled, false, v1alpha1.ReasonSettlementFailed, message)
	r.overdue(job, cause.Error())
	return false, nil
}

// overdue tells a person once time alone will not settle a run's money.
func (r *Reconciler) overdue(job *v1alpha1.ComputeJob, cause string) {
	p := job.Status.Payment
	if due := settlementDue(job); p.State == v1alpha1.PaymentUnsettled || due.IsZero() || !r.now().After(due) {
		return
	}
	p.State = v1alpha1.PaymentUnsettled
	message := sandbox.Sentence(fmt.Sprintf("Up to %s base units of token %s are not settled although lock %s has ended: %s.", p.Locked, p.Token, p.LockID, cause))
	conditions.Step(&job.Status.Conditions, job.Generation, v1alpha1.ConditionSettled, false, v1alpha1.ReasonSettlementFailed, message)
	r.Recorder.Eventf(job, nil, corev1.EventTypeWarning, v1alpha1.ReasonSettlementFailed, "Settle", "%s", message)
}

// settlementDue is when the money of a run should have been settled for long; zero: it is not known.
func settlementDue(job *v1alpha1.ComputeJob) time.Time {
	p := job.Status.Payment
	if p.LockExpiresAt != nil {
		return p.LockExpiresAt.Add(unsettledAfter)
	}
	// A lock that was never seen was sent, if at all, in these minutes.
	if c := meta.FindStatusCondition(job.Status.Conditions, v1alpha1.ConditionFunded); c != nil {
		return c.LastTransitionTime.Add(fundingBudget + agreement.LockLife(time.Duration(p.MaxMinutes)*time.Minute) + unsettledAfter)
	}
	return time.Time{}
}

// settleLook is how soon to look again at money that was charged at a time.
func (r *Reconciler) settleLook(job *v1alpha1.ComputeJob) ctrl.Result {
	waited := time.Duration(0)
	if since := job.Status.CompletionTime; since != nil {
		waited = r.now().Sub(since.Time)
	}
	return ctrl.Result{RequeueAfter: min(max(waited/8, r.chainPace()), settleRecheckMax)}
}

// settleEnded brings back, or claims, the money of a run that is over and was not settled before it ended. It says whether
// nothing is left.
func (r *Reconciler) settleEnded(ctx context.Context, job *v1alpha1.ComputeJob) (bool, error) {
	if !owes(job) {
		return true, nil
	}
	if charge(job, 0) {
		return false, nil
	}
	return r.settlePayment(ctx, job, proofOf(job))
}

// proofOf a claim: the hash of the signed manifest; empty where there is none.
func proofOf(job *v1alpha1.ComputeJob) string {
	if job.Status.Published == nil {
		return ""
	}
	return job.Status.Published.ManifestSHA256
}

// settleRun settles a run whose pod is over before anything of it is released. It says whether the run may be concluded.
func (r *Reconciler) settleRun(ctx context.Context, job *v1alpha1.ComputeJob, run *sandbox.Run, seen pod.Observation) (bool, error) {
	if !owes(job) {
		return true, nil
	}
	if charge(job, bill(seen, job.Status.Stop != nil, job.Status.Payment.MaxMinutes)) {
		if seen.Published {
			if err := r.sign(ctx, job, run, seen); err != nil && r.now().Sub(seen.Ended) < releaseBudget {
				return false, fmt.Errorf("before the run is claimed for: %w", err)
			} else if err != nil {
				// What the environment cannot vouch for costs nothing.
				*job.Status.Payment.Minutes = 0
			}
		}
		advance(job, v1alpha1.StateSettling, v1alpha1.ReasonSettling, messageSettling)
		return false, nil
	}
	over, err := r.settlePayment(ctx, job, proofOf(job))
	if err != nil || over {
		return over, err
	}
	if due := settlementDue(job); !due.IsZero() && r.now().After(due) {
		return false, &failure{v1alpha1.ReasonSettlementFailed, "The run is over, and what it cost could not be claimed before its lock expired; the money goes back to the consumer. Run the job again."}
	}
	return false, nil
}

// chargeDeleted writes down what a job that is being deleted is billed: its deletion stops it.
func (r *Reconciler) chargeDeleted(ctx context.Context, job *v1alpha1.ComputeJob) error {
	before := job.DeepCopy()
	billed := int64(0)
	if start := job.Status.StartTime; start != nil && !job.Status.State.Terminal() {
		billed = minutes(r.now().Sub(start.Time), job.Status.Payment.MaxMinutes)
	}
	charge(job, billed)
	err := r.Client.Status().Patch(ctx, job, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
	return client.IgnoreNotFound(err)
}

// settleDeleted settles the money of a job that is being deleted. It stays until that is done.
func (r *Reconciler) settleDeleted(ctx context.Context, job *v1alpha1.ComputeJob) (bool, error) {
	before := job.DeepCopy()
	settled, err := r.settleEnded(ctx, job)
	if err != nil || equality.Semantic.DeepEqual(before.Status, job.Status) {
		return settled, err
	}
	err = r.Client.Status().Patch(ctx, job, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
	return settled, client.IgnoreNotFound(err)
}
