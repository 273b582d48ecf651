// Package environment finds out whether a ComputeEnvironment can take jobs: whether its sandbox namespace isolates and
// its results bucket answers.
package environment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/compute-to-data/terraform-provider-c2d/controller/backoff"
	"github.com/compute-to-data/terraform-provider-c2d/controller/conditions"
	"github.com/compute-to-data/terraform-provider-c2d/controller/payment"
	"github.com/compute-to-data/terraform-provider-c2d/controller/results"
	"github.com/compute-to-data/terraform-provider-c2d/controller/signer"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Reconciler of ComputeEnvironments.
type Reconciler struct {
	Client client.Client
	// Namespace of the controller and the gateway.
	Namespace string
	// SandboxNamespaces are those that the controller may use.
	SandboxNamespaces []string
	Results           *results.Opener
	Escrows           *payment.Opener
	Signers           *signer.Opener
	// Now is the time; nil: the clock's.
	Now func() time.Time
}

const (
	// recheckFailed is how soon something that no watch tells of, such as a bucket, is looked at again.
	recheckFailed = 15 * time.Second
	// recheckReady is how long a bucket that answered is believed.
	recheckReady = 10 * time.Minute
	// podSecurityLabel must be "restricted" on a sandbox namespace.
	podSecurityLabel = "pod-security.kubernetes.io/enforce"
)

var _ reconcile.Reconciler = (*Reconciler)(nil)

// SetupWithManager starts the reconciler with the manager.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		For(&v1alpha1.ComputeEnvironment{}).
		Watches(&corev1.Namespace{}, handler.EnqueueRequestsFromMapFunc(r.usersOf(func(o client.Object) string { return o.GetName() }))).
		Watches(&networkingv1.NetworkPolicy{}, handler.EnqueueRequestsFromMapFunc(r.usersOf(client.Object.GetNamespace))).
		Watches(&corev1.ServiceAccount{}, handler.EnqueueRequestsFromMapFunc(r.usersOf(client.Object.GetNamespace))).
		WithOptions(controller.Options{RateLimiter: backoff.Limiter()}).
		Complete(r)
}

// usersOf maps an object to the environments that use its namespace as their sandbox.
func (r *Reconciler) usersOf(namespace func(client.Object) string) handler.MapFunc {
	return func(ctx context.Context, object client.Object) (requests []reconcile.Request) {
		var list v1alpha1.ComputeEnvironmentList
		if err := r.Client.List(ctx, &list); err != nil {
			return nil
		}
		for _, environment := range list.Items {
			if environment.Spec.SandboxNamespace == namespace(object) {
				requests = append(requests, reconcile.Request{NamespacedName: types.NamespacedName{Name: environment.Name}})
			}
		}
		return requests
	}
}

// fault keeps an environment from taking jobs.
type fault struct {
	reason string
	err    error
}

func (f *fault) Error() string { return f.err.Error() }

// Reconcile one ComputeEnvironment.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var environment v1alpha1.ComputeEnvironment
	if err := r.Client.Get(ctx, req.NamespacedName, &environment); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !environment.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, nil
	}
	before := environment.DeepCopy()
	status := &environment.Status
	status.ObservedGeneration = environment.Generation
	result := ctrl.Result{RequeueAfter: recheckReady}

	var f *fault
	switch err := r.check(ctx, &environment); {
	case errors.As(err, &f):
		conditions.Stalled(&status.Conditions, environment.Generation, f.reason, f.Error())
		result.RequeueAfter = recheckFailed
	case err != nil:
		return ctrl.Result{}, fmt.Errorf("check ComputeEnvironment %s: %w", req.Name, err)
	default:
		conditions.Ready(&status.Conditions, environment.Generation, v1alpha1.ReasonReady, "Jobs can run here.")
	}
	if equality.Semantic.DeepEqual(before.Status, environment.Status) {
		return result, nil
	}
	err := r.Client.Status().Patch(ctx, &environment, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
	return result, client.IgnoreNotFound(err)
}

// check everything that a job relies on.
func (r *Reconciler) check(ctx context.Context, environment *v1alpha1.ComputeEnvironment) error {
	if err := r.checkSandbox(ctx, environment.Spec.SandboxNamespace); err != nil {
		return err
	}
	bucket, err := r.Results.Open(ctx, environment)
	if err != nil {
		return &fault{v1alpha1.ReasonCredentialsNeeded, err}
	}
	if err := bucket.Check(ctx); err != nil {
		return &fault{v1alpha1.ReasonBucketUnavailable, err}
	}
	if err := r.checkKey(ctx, environment); err != nil {
		return err
	}
	return r.checkPayment(ctx, environment)
}

// checkPayment finds out who is paid, and whether the chain and every token answer.
func (r *Reconciler) checkPayment(ctx context.Context, environment *v1alpha1.ComputeEnvironment) error {
	spec := environment.Spec.Payment
	if spec == nil {
		environment.Status.Payee = ""
		return nil
	}
	account, err := r.Escrows.Of(ctx, environment)
	if err != nil {
		return &fault{v1alpha1.ReasonPaymentInvalid, err}
	}
	environment.Status.Payee = v1alpha1.Address(account.Payee().Hex())
	for _, offer := range spec.Prices {
		if err := account.Check(ctx, common.HexToAddress(string(offer.Token))); err != nil {
			return &fault{v1alpha1.ReasonPaymentInvalid, err}
		}
	}
	return nil
}

func (r *Reconciler) checkSandbox(ctx context.Context, name string) error {
	const advice = "apply install/sandbox with that namespace"
	invalid := func(format string, args ...any) error {
		return &fault{v1alpha1.ReasonSandboxInvalid, fmt.Errorf(format, args...)}
	}
	if !slices.Contains(r.SandboxNamespaces, name) {
		return invalid("sandbox namespace %q is not among those that the controller was given (%s): start it with --sandbox-namespaces and give it the rights of install/sandbox there",
			name, strings.Join(r.SandboxNamespaces, ", "))
	}
	var namespace corev1.Namespace
	if err := r.Client.Get(ctx, types.NamespacedName{Name: name}, &namespace); apierrors.IsNotFound(err) {
		return invalid("sandbox namespace %q does not exist: %s", name, advice)
	} else if err != nil {
		return err
	}
	for label, want := range map[string]string{sandbox.LabelSandbox: "true", podSecurityLabel: "restricted"} {
		if got := namespace.Labels[label]; got != want {
			return invalid("sandbox namespace %q has label %s=%q, expected %q: %s", name, label, got, want, advice)
		}
	}
	var account corev1.ServiceAccount
	if err := r.Client.Get(ctx, types.NamespacedName{Namespace: name, Name: sandbox.ServiceAccount}, &account); apierrors.IsNotFound(err) {
		return invalid("sandbox namespace %q has no ServiceAccount %q: %s", name, sandbox.ServiceAccount, advice)
	} else if err != nil {
		return err
	}
	var policies networkingv1.NetworkPolicyList
	if err := r.Client.List(ctx, &policies, client.InNamespace(name)); err != nil {
		return err
	}
	if err := checkPolicies(policies.Items, r.Namespace); err != nil {
		return invalid("sandbox namespace %q does not isolate: %w: %s", name, err, advice)
	}
	return nil
}
