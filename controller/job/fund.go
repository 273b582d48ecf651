package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/controller/conditions"
	"github.com/compute-to-data/terraform-provider-c2d/controller/payment"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

const (
	// fundingBudget is how long a lock may take to be confirmed.
	fundingBudget = 15 * time.Minute
	// refusalBudget is how long a lock is tried again that the contract refuses for a reason that cannot be seen on chain: a
	// server that is behind may not know yet what the one that refused knows.
	refusalBudget = time.Minute
	// defaultChainPace is how soon the chain is asked again.
	defaultChainPace = 2 * time.Second
)

// messageFunding is said of a job whose money is being locked.
const messageFunding = "The most that the run may cost is being locked in the escrow contract."

// beginFunding writes down what will be locked. Nothing is sent before that is recorded.
func (r *Reconciler) beginFunding(ctx context.Context, job *v1alpha1.ComputeJob, found *resolved) error {
	since, err := r.since(ctx, found.environment)
	if err != nil {
		// It is asked again, for as long as the budget lasts; until then nothing is sent.
		since = unknownBlock
	}
	if err := r.freeze(job, found, since); err != nil {
		return err
	}
	advance(job, v1alpha1.StateFunding, v1alpha1.ReasonFunding, messageFunding)
	conditions.Step(&job.Status.Conditions, job.Generation, v1alpha1.ConditionFunded, false, v1alpha1.ReasonFunding, messageFunding)
	return nil
}

// unknownBlock stands for the block before a lock while the chain has not told its newest one.
const unknownBlock = -1

func (r *Reconciler) since(ctx context.Context, environment *v1alpha1.ComputeEnvironment) (int64, error) {
	escrow, err := r.Escrows.Of(ctx, environment)
	if err != nil {
		return 0, fmt.Errorf("the account that is paid cannot be opened: %w", err)
	}
	since, err := escrow.Since(ctx)
	if err != nil {
		return 0, fmt.Errorf("the chain does not answer: %w", err)
	}
	return since, nil
}

// fund a run: have its money locked, and believe that once it is confirmed.
func (r *Reconciler) fund(ctx context.Context, job *v1alpha1.ComputeJob) (ctrl.Result, error) {
	if job.Status.Stop != nil {
		// What may be locked is given back afterwards.
		stopped(job, "", r.now())
		return ctrl.Result{}, nil
	}
	environment, err := r.environmentOf(ctx, job)
	if err != nil {
		return ctrl.Result{}, err
	}
	if environment == nil {
		return ctrl.Result{}, &failure{v1alpha1.ReasonLockFailed, fmt.Sprintf("ComputeEnvironment %s is gone.", job.Spec.Environment)}
	}
	if p := job.Status.Payment; p.Block == unknownBlock {
		since, err := r.since(ctx, environment)
		if err != nil {
			return r.unfunded(job, err)
		}
		// Written down before anything is sent.
		p.Block = since
		return ctrl.Result{RequeueAfter: r.chainPace()}, nil
	}
	escrow, lock, facts, err := r.factsOf(ctx, job, environment)
	if err != nil {
		return r.unfunded(job, fmt.Errorf("the chain does not answer: %w", err))
	}
	switch payment.ToLock(facts) {
	case payment.BelieveLock:
		p := job.Status.Payment
		p.State, p.LockTx = v1alpha1.PaymentLocked, hashOf(facts.Locked.Tx)
		p.LockExpiresAt = ptr.To(metav1.NewTime(facts.Expires).Rfc3339Copy())
		done(job, v1alpha1.ConditionFunded, fmt.Sprintf("%s base units of token %s are locked.", p.Locked, p.Token))
		beginStaging(job)
		return ctrl.Result{}, nil
	case payment.BelieveClaim, payment.BelieveCancel:
		return ctrl.Result{}, &failure{v1alpha1.ReasonLockFailed, "The lock of the run's money was ended before the run began; run the job again."}
	case payment.SendLock:
		err := r.sendLock(ctx, job, escrow, lock)
		var f *failure
		var w *waiting
		switch {
		case errors.As(err, &f), errors.As(err, &w), apierrors.IsConflict(err):
			return ctrl.Result{}, err
		case err != nil:
			return r.unfunded(job, err)
		}
	}
	return r.unfunded(job, errUnconfirmed)
}

var errUnconfirmed = errors.New("it is not confirmed yet")

// unfunded waits for the lock, within its budget, and says what is in the way.
func (r *Reconciler) unfunded(job *v1alpha1.ComputeJob, cause error) (ctrl.Result, error) {
	since := r.now()
	if c := meta.FindStatusCondition(job.Status.Conditions, v1alpha1.ConditionFunded); c != nil {
		since = c.LastTransitionTime.Time
	}
	budget := fundingBudget
	var refused *payment.Refusal
	if errors.As(cause, &refused) {
		budget = refusalBudget
	}
	if waited := r.now().Sub(since); waited > budget {
		return ctrl.Result{}, &failure{v1alpha1.ReasonLockFailed, sandbox.Sentence(fmt.Sprintf(
			"The money for the run could not be locked within %s: %s.", budget, cause))}
	}
	message := messageFunding
	if !errors.Is(cause, errUnconfirmed) {
		message = sandbox.Sentence(fmt.Sprintf("The money for the run is not locked yet: %s.", cause))
	}
	conditions.Step(&job.Status.Conditions, job.Generation, v1alpha1.ConditionFunded, false, v1alpha1.ReasonFunding, message)
	return ctrl.Result{RequeueAfter: r.chainPace()}, nil
}

func (r *Reconciler) chainPace() time.Duration {
	if r.ChainPace > 0 {
		return r.ChainPace
	}
	return defaultChainPace
}

// factsOf the lock of a run.
func (r *Reconciler) factsOf(ctx context.Context, job *v1alpha1.ComputeJob, environment *v1alpha1.ComputeEnvironment) (*payment.Account, payment.Lock, payment.Facts, error) {
	lock, err := payment.LockOf(job.Status.Payment)
	if err != nil {
		return nil, lock, payment.Facts{}, err
	}
	escrow, err := r.Escrows.Of(ctx, environment)
	if err != nil {
		return nil, lock, payment.Facts{}, err
	}
	if p := job.Status.Payment; escrow.ChainID() != p.ChainID || addressOf(escrow.Contract()) != p.Escrow || addressOf(escrow.Payee()) != p.Payee {
		return nil, lock, payment.Facts{}, fmt.Errorf("ComputeEnvironment %s is paid elsewhere now: the money is on chain %d in escrow contract %s for %s; restore that in its spec.payment until it is settled",
			environment.Name, p.ChainID, p.Escrow, p.Payee)
	}
	facts, err := escrow.Facts(ctx, lock)
	return escrow, lock, facts, err
}

// sendLock after reading again, past the cache, everything that makes it right.
func (r *Reconciler) sendLock(ctx context.Context, job *v1alpha1.ComputeJob, escrow *payment.Account, lock payment.Lock) error {
	var live v1alpha1.ComputeJob
	if err := r.Live.Get(ctx, client.ObjectKeyFromObject(job), &live); err != nil {
		return fmt.Errorf("read the job again: %w", err)
	}
	if live.ResourceVersion != job.ResourceVersion {
		return apierrors.NewConflict(v1alpha1.SchemeGroupVersion.WithResource("computejobs").GroupResource(), job.Name, errors.New("the cache is behind"))
	}
	found, err := r.resolve(ctx, r.Live, &live)
	if err != nil {
		return err
	}
	if same, err := r.paidFor(&live, found); err != nil {
		return err
	} else if !same {
		return changedPrices
	}
	missing, err := escrow.Covers(ctx, lock)
	if err != nil {
		return err
	}
	if missing != nil {
		return &failure{v1alpha1.ReasonFundsInsufficient, sandbox.Sentence(upper(missing.Error()) + ".")}
	}
	if written, err := r.reserveUsages(ctx, job, found); err != nil || !written {
		return err
	}
	if err := r.reserve(ctx, job, found.agreed.agreement); err != nil {
		return err
	}
	err = escrow.SendLock(ctx, lock)
	var refused *payment.Refusal
	if errors.As(err, &refused) {
		// It refuses a second lock too: the first may be there by now, sent by who has died, or by an attempt of which no
		// server gave word.
		facts, again := escrow.Facts(ctx, lock)
		if again != nil || payment.ToLock(facts) != payment.SendLock {
			return again
		}
	}
	return err
}

var (
	changedPrices = &failure{v1alpha1.ReasonLockFailed, "What the run is, or costs, changed before its money was locked; run the job again."}
	changedRun    = &failure{v1alpha1.ReasonLockFailed, "What the run is, or costs, changed after its money was locked; all of it goes back to the consumer. Run the job again."}
)

// paidFor says whether what was found is what the money of the run was frozen for: the lock's id commits to it.
func (r *Reconciler) paidFor(job *v1alpha1.ComputeJob, found *resolved) (bool, error) {
	if found.agreed == nil || found.agreed.cost.Sign() == 0 {
		return false, nil
	}
	now := job.DeepCopy()
	if err := r.freeze(now, found, job.Status.Payment.Block); err != nil {
		return false, err
	}
	return *now.Status.Payment == *withoutSettlement(job.Status.Payment), nil
}

// withoutSettlement leaves what freeze has written.
func withoutSettlement(p *v1alpha1.PaymentStatus) *v1alpha1.PaymentStatus {
	q := *p
	q.State = v1alpha1.PaymentLocking
	q.LockTx, q.LockExpiresAt, q.Minutes, q.Claimed, q.Refunded, q.ClaimTx = "", nil, nil, "", "", ""
	return &q
}

func upper(text string) string {
	if text == "" {
		return text
	}
	return string(text[0]-'a'+'A') + text[1:]
}

// beginStaging a run that has its slot, and its money.
func beginStaging(job *v1alpha1.ComputeJob) {
	advance(job, v1alpha1.StateStaging, v1alpha1.ReasonStaging, messageStaging)
	conditions.Step(&job.Status.Conditions, job.Generation, v1alpha1.ConditionStaged, false, v1alpha1.ReasonStaging, messageStaging)
}
