// Package agreement finds out whether a ServiceAgreement holds: whether its consumer has signed these terms, and has
// deposited and authorised enough for a job.
package agreement

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/compute-to-data/terraform-provider-c2d/controller/backoff"
	"github.com/compute-to-data/terraform-provider-c2d/controller/conditions"
	"github.com/compute-to-data/terraform-provider-c2d/controller/payment"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/agreement"
	"github.com/compute-to-data/terraform-provider-c2d/policy"
)

// Reconciler of ServiceAgreements.
type Reconciler struct {
	Client client.Client
	// Live reads past the cache.
	Live client.Reader
	// Namespace of the controller, where what deleted agreements have spent is kept.
	Namespace string
	Escrows   *payment.Opener
	// Now is the time; nil: the clock's.
	Now func() time.Time
}

const (
	// recheckWaiting is how soon the chain is asked again for a deposit that is missing.
	recheckWaiting = 10 * time.Second
	// recheckActive is how long a deposit that was enough is believed. Each job asks for itself.
	recheckActive = 5 * time.Minute
)

var _ reconcile.Reconciler = (*Reconciler)(nil)

// SetupWithManager starts the reconciler with the manager.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		For(&v1alpha1.ServiceAgreement{}).
		Watches(&v1alpha1.ComputeEnvironment{}, handler.EnqueueRequestsFromMapFunc(r.ofEnvironment)).
		WithOptions(controller.Options{RateLimiter: backoff.Limiter()}).
		Complete(r)
}

func (r *Reconciler) ofEnvironment(ctx context.Context, environment client.Object) (requests []reconcile.Request) {
	var list v1alpha1.ServiceAgreementList
	if err := r.Client.List(ctx, &list); err != nil {
		return nil
	}
	for i := range list.Items {
		if list.Items[i].Spec.Environment == environment.GetName() {
			requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(&list.Items[i])})
		}
	}
	return requests
}

func (r *Reconciler) now() time.Time {
	if r.Now != nil {
		return r.Now()
	}
	return time.Now()
}

// Reconcile one ServiceAgreement.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var a v1alpha1.ServiceAgreement
	if err := r.Client.Get(ctx, req.NamespacedName, &a); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	ledger := &ledger{reader: r.Live, writer: r.Client, namespace: r.Namespace}
	if !a.DeletionTimestamp.IsZero() {
		return r.finalize(ctx, &a, ledger)
	}
	before := a.DeepCopy()
	if controllerutil.AddFinalizer(&a, v1alpha1.AgreementFinalizer) {
		if err := r.Client.Patch(ctx, &a, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})); err != nil {
			return requeueConflict(client.IgnoreNotFound(err))
		}
		before = a.DeepCopy()
	}
	if a.Status.State == "" {
		// Jobs use it from the first status on: an earlier one of the same terms must be accounted for by then.
		var err error
		if a.Status.Spent, err = ledger.spent(ctx, &a); err != nil {
			return ctrl.Result{}, err
		}
	}
	found, err := r.look(ctx, &a)
	if err != nil {
		return ctrl.Result{}, err
	}
	found.write(&a, r.now())
	if !equality.Semantic.DeepEqual(before.Status, a.Status) {
		if err := r.Client.Status().Patch(ctx, &a, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})); err != nil {
			return requeueConflict(client.IgnoreNotFound(err))
		}
	}
	return ctrl.Result{RequeueAfter: found.recheck(&a, r.now())}, nil
}

// finalize an agreement that is being deleted: it stays until the money of its runs is settled, and what they have spent
// outlives it.
func (r *Reconciler) finalize(ctx context.Context, a *v1alpha1.ServiceAgreement, ledger *ledger) (ctrl.Result, error) {
	if !controllerutil.ContainsFinalizer(a, v1alpha1.AgreementFinalizer) || len(a.Status.Locks) > 0 {
		return ctrl.Result{}, nil
	}
	if err := ledger.record(ctx, a, r.now()); err != nil {
		return requeueConflict(err)
	}
	before := a.DeepCopy()
	controllerutil.RemoveFinalizer(a, v1alpha1.AgreementFinalizer)
	// Refused if a run has reserved money, or spent it, that the cache does not show yet.
	return requeueConflict(client.IgnoreNotFound(r.Client.Patch(ctx, a, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))))
}

// requeueConflict takes a conflict for what it is: somebody else's write.
func requeueConflict(err error) (ctrl.Result, error) {
	if apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) {
		return ctrl.Result{RequeueAfter: 100 * time.Millisecond}, nil
	}
	return ctrl.Result{}, err
}

// finding about an agreement.
type finding struct {
	state           v1alpha1.AgreementState
	reason, message string
	// signed says that the signature holds for terms with this digest.
	signed bool
	digest v1alpha1.Hash
	// funded says that deposit and authorisation are enough for something.
	funded bool
}

// look at what is signed, and at the chain.
func (r *Reconciler) look(ctx context.Context, a *v1alpha1.ServiceAgreement) (f finding, err error) {
	pending := func(reason, format string, args ...any) (finding, error) {
		f.state, f.reason, f.message = v1alpha1.AgreementPending, reason, fmt.Sprintf(format, args...)
		return f, nil
	}
	if !r.now().Before(a.Spec.ExpiresAt.Time) {
		f.state, f.reason, f.message = v1alpha1.AgreementExpired, v1alpha1.ReasonExpired, "The agreement has expired; sign another one."
		f.signed, f.digest = a.Status.Digest != "", a.Status.Digest
		return f, nil
	}
	var environment v1alpha1.ComputeEnvironment
	if err := r.Client.Get(ctx, types.NamespacedName{Name: a.Spec.Environment}, &environment); apierrors.IsNotFound(err) {
		return pending(v1alpha1.ReasonNotFound, "ComputeEnvironment %s does not exist.", a.Spec.Environment)
	} else if err != nil {
		return f, fmt.Errorf("read ComputeEnvironment %s: %w", a.Spec.Environment, err)
	}
	if environment.Spec.Payment == nil {
		f.state, f.reason, f.message = v1alpha1.AgreementInvalid, v1alpha1.ReasonTokenNotTaken, fmt.Sprintf("ComputeEnvironment %s takes no payment.", environment.Name)
		return f, nil
	}
	if environment.Status.Payee == "" || environment.Status.ObservedGeneration != environment.Generation {
		return pending(v1alpha1.ReasonEnvironmentNotReady, "ComputeEnvironment %s has no payee yet.", environment.Name)
	}
	if _, err := agreement.PricesIn(environment.Spec.Payment, a.Spec.Payment.Token); err != nil {
		f.state, f.reason, f.message = v1alpha1.AgreementInvalid, v1alpha1.ReasonTokenNotTaken, fmt.Sprintf("ComputeEnvironment %s: %s.", environment.Name, err)
		return f, nil
	}
	terms, err := agreement.TermsOf(a, &environment)
	if err == nil {
		err = agreement.Verify(terms, a.Spec.Signature)
	}
	var digest common.Hash
	if err == nil {
		digest, err = terms.Digest()
	}
	if err != nil {
		f.state, f.reason, f.message = v1alpha1.AgreementInvalid, v1alpha1.ReasonSignatureInvalid, upper(err.Error())+"."
		return f, nil
	}
	f.signed, f.digest = true, v1alpha1.Hash(digest.Hex())
	left, err := policy.Rest(a, "")
	if err != nil {
		return f, err
	}
	if left.Sign() <= 0 && len(a.Status.Locks) == 0 {
		f.state, f.reason, f.message = v1alpha1.AgreementExhausted, v1alpha1.ReasonExhausted, "All of spec.payment.maxAmount is spent; sign another agreement."
		return f, nil
	}
	return r.funds(ctx, f, a, &environment, terms)
}

// funds asks the chain whether anything may be locked.
func (r *Reconciler) funds(ctx context.Context, f finding, a *v1alpha1.ServiceAgreement, environment *v1alpha1.ComputeEnvironment, terms *agreement.Terms) (finding, error) {
	f.state = v1alpha1.AgreementPending
	account, err := r.Escrows.Of(ctx, environment)
	if err != nil {
		f.reason, f.message = v1alpha1.ReasonEnvironmentNotReady, fmt.Sprintf("The escrow account of ComputeEnvironment %s cannot be opened.", environment.Name)
		return f, nil //nolint:nilerr // The finding tells it, without what the Secret may hold.
	}
	least := payment.Lock{ID: new(big.Int), Token: terms.Token, Payer: terms.Consumer, Amount: big.NewInt(1), Duration: agreement.LockLife(time.Minute)}
	missing, err := account.Covers(ctx, least)
	switch {
	case err != nil && a.Status.State == v1alpha1.AgreementActive:
		// What was enough a moment ago is believed while the chain is silent: each job asks for itself.
		f.state, f.funded, f.reason, f.message = v1alpha1.AgreementActive, true, v1alpha1.ReasonActive, messageActive
	case err != nil:
		f.reason, f.message = v1alpha1.ReasonChainUnavailable, upper(err.Error())+"."
	case missing != nil && len(a.Status.Locks) == 0:
		f.reason, f.message = v1alpha1.ReasonDepositInsufficient, upper(missing.Error())+"."
		if errors.Is(missing, payment.ErrAuthorization) {
			f.reason = v1alpha1.ReasonAuthorizationInsufficient
		}
	default:
		f.state, f.funded, f.reason, f.message = v1alpha1.AgreementActive, true, v1alpha1.ReasonActive, messageActive
	}
	return f, nil
}

const messageActive = "Jobs may run under the agreement."

// write the finding into the status.
func (f finding) write(a *v1alpha1.ServiceAgreement, now time.Time) {
	status, generation := &a.Status, a.Generation
	status.ObservedGeneration, status.State, status.Digest = generation, f.state, f.digest
	if f.state == v1alpha1.AgreementActive && status.ActiveSince == nil {
		status.ActiveSince = ptr.To(metav1.NewTime(now).Rfc3339Copy())
	}
	step := func(kind string, done bool, reason string) {
		if done {
			conditions.Step(&status.Conditions, generation, kind, true, kind, "")
			return
		}
		conditions.Step(&status.Conditions, generation, kind, false, reason, f.message)
	}
	step(v1alpha1.ConditionSigned, f.signed, f.reason)
	if f.signed {
		step(v1alpha1.ConditionFunded, f.funded, f.reason)
	} else {
		meta.RemoveStatusCondition(&status.Conditions, v1alpha1.ConditionFunded)
	}
	switch f.state {
	case v1alpha1.AgreementActive:
		conditions.Ready(&status.Conditions, generation, f.reason, f.message)
	case v1alpha1.AgreementPending:
		conditions.Reconciling(&status.Conditions, generation, f.reason, f.message)
	case v1alpha1.AgreementInvalid:
		conditions.Stalled(&status.Conditions, generation, f.reason, f.message)
	default:
		conditions.None(&status.Conditions)
	}
}

// recheck is when to look again although no object changes.
func (f finding) recheck(a *v1alpha1.ServiceAgreement, now time.Time) time.Duration {
	until := max(a.Spec.ExpiresAt.Sub(now), time.Second)
	switch f.state {
	case v1alpha1.AgreementPending:
		return min(recheckWaiting, until)
	case v1alpha1.AgreementActive:
		return min(recheckActive, until)
	default:
		return 0
	}
}

func upper(text string) string {
	if text == "" || text[0] < 'a' || text[0] > 'z' {
		return text
	}
	return string(text[0]-'a'+'A') + text[1:]
}
