// Package job takes ComputeJobs through their life, one step a file: resolve, queue, run, stop, release, rerun, expire,
// clean up.
package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/compute-to-data/terraform-provider-c2d/controller/backoff"
	"github.com/compute-to-data/terraform-provider-c2d/controller/payment"
	"github.com/compute-to-data/terraform-provider-c2d/controller/publication"
	"github.com/compute-to-data/terraform-provider-c2d/controller/results"
	"github.com/compute-to-data/terraform-provider-c2d/controller/signer"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Reconciler of ComputeJobs.
type Reconciler struct {
	// Client reads from the cache.
	Client client.Client
	// Live reads past the cache, before what cannot be undone.
	Live     client.Reader
	Recorder events.EventRecorder
	Results  *results.Opener
	// Namespace of the controller and the gateway.
	Namespace string
	// SandboxNamespaces are those that the controller may use.
	SandboxNamespaces []string
	// AgentImage of stage and publish.
	AgentImage string
	// APIServer is the host:port that pods would reach the API server at.
	APIServer string
	// Escrows opens the escrow contracts of environments.
	Escrows *payment.Opener
	// Signers of the environments.
	Signers *signer.Opener
	// Cluster is the UID of the namespace kube-system.
	Cluster types.UID
	// Book tells what stands on chain of datasets and algorithms.
	Book *publication.Book
	// Canary tells whether a canary answers; nil: dial it.
	Canary func(ctx context.Context, address string) error
	// Now is the time; nil: the clock's.
	Now func() time.Time
	// ChainPace is how soon the chain is asked again; zero: two seconds.
	ChainPace time.Duration

	slots slots
}

const (
	// workers is the number of jobs that are looked at at a time; most of a look is waiting for the API server or S3.
	workers = 8
	// referenceBudget is how long a job waits for what it refers to: manifests of one commit arrive in any order.
	referenceBudget = time.Minute
	// indexUnfinished finds the jobs of an environment whose run is not over.
	indexUnfinished = "unfinished"
)

// anyEnvironment stands in the index for all of them: no name of an object.
const anyEnvironment = "*"

var _ reconcile.Reconciler = (*Reconciler)(nil)

// SetupWithManager starts the reconciler with the manager.
func (r *Reconciler) SetupWithManager(ctx context.Context, mgr ctrl.Manager) error {
	if err := mgr.GetFieldIndexer().IndexField(ctx, &v1alpha1.ComputeJob{}, indexUnfinished, func(object client.Object) []string {
		job := object.(*v1alpha1.ComputeJob)
		if job.Status.State.Terminal() {
			return nil
		}
		return []string{anyEnvironment, job.Spec.Environment}
	}); err != nil {
		return fmt.Errorf("index jobs: %w", err)
	}
	if err := indexDIDs(ctx, mgr.GetFieldIndexer()); err != nil {
		return err
	}
	if err := registerMetrics(mgr.GetClient()); err != nil {
		return fmt.Errorf("register metrics: %w", err)
	}
	return ctrl.NewControllerManagedBy(mgr).
		For(&v1alpha1.ComputeJob{}).
		Watches(&v1alpha1.ComputeJob{}, handler.EnqueueRequestsFromMapFunc(r.nextInQueue)).
		Watches(&corev1.Pod{}, handler.EnqueueRequestsFromMapFunc(jobOfPod)).
		Watches(&v1alpha1.ComputeEnvironment{}, handler.EnqueueRequestsFromMapFunc(r.waitingFor(usesEnvironment)), builder.WithPredicates(predicate.ResourceVersionChangedPredicate{})).
		Watches(&v1alpha1.Dataset{}, handler.EnqueueRequestsFromMapFunc(r.waitingFor(usesDataset))).
		Watches(&v1alpha1.Algorithm{}, handler.EnqueueRequestsFromMapFunc(r.waitingFor(usesAlgorithm))).
		Watches(&v1alpha1.ServiceAgreement{}, handler.EnqueueRequestsFromMapFunc(r.waitingFor(usesAgreement))).
		Watches(&v1alpha1.ResultReview{}, handler.EnqueueRequestsFromMapFunc(jobOfReview)).
		WithOptions(controller.Options{MaxConcurrentReconciles: workers, RateLimiter: backoff.Limiter()}).
		Complete(r)
}

// jobOfPod maps the pod of a run to its job.
func jobOfPod(_ context.Context, object client.Object) []reconcile.Request {
	run, err := sandbox.ParseRun(object.GetAnnotations())
	if err != nil {
		return nil
	}
	return []reconcile.Request{{NamespacedName: types.NamespacedName{Namespace: run.Job.Namespace, Name: run.Job.Name}}}
}

// waitingFor maps an object to the jobs that wait for it.
func (r *Reconciler) waitingFor(uses func(*v1alpha1.ComputeJob, client.Object) bool) handler.MapFunc {
	return func(ctx context.Context, object client.Object) (requests []reconcile.Request) {
		var jobs v1alpha1.ComputeJobList
		if err := r.Client.List(ctx, &jobs, client.MatchingFields{indexUnfinished: anyEnvironment}); err != nil {
			return nil
		}
		for i := range jobs.Items {
			job := &jobs.Items[i]
			if !job.Status.State.Active() && uses(job, object) {
				requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(job)})
			}
		}
		return requests
	}
}

func usesEnvironment(job *v1alpha1.ComputeJob, environment client.Object) bool {
	return job.Spec.Environment == environment.GetName()
}

func usesDataset(job *v1alpha1.ComputeJob, dataset client.Object) bool {
	for _, reference := range job.Spec.Datasets {
		if reference.DID == "" && datasetKey(job, reference) == client.ObjectKeyFromObject(dataset) || hasDID(dataset, reference.DID) {
			return true
		}
	}
	return false
}

func usesAlgorithm(job *v1alpha1.ComputeJob, algorithm client.Object) bool {
	if job.Spec.Algorithm.Raw != nil {
		return false
	}
	if did := job.Spec.Algorithm.DID; did != "" {
		return hasDID(algorithm, did)
	}
	return algorithmKey(job) == client.ObjectKeyFromObject(algorithm)
}

func usesAgreement(job *v1alpha1.ComputeJob, agreement client.Object) bool {
	return job.Namespace == agreement.GetNamespace() && job.Spec.Agreement == agreement.GetName()
}

// failure ends a job.
type failure struct {
	reason, message string
}

func (f *failure) Error() string { return f.reason + ": " + f.message }

// waiting says that a job cannot go on yet. When it has waited for longer than referenceBudget it becomes a failure.
type waiting struct {
	reason, message string
}

func (w *waiting) Error() string { return w.reason + ": " + w.message }

// Reconcile one ComputeJob.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var job v1alpha1.ComputeJob
	if err := r.Client.Get(ctx, req.NamespacedName, &job); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !job.DeletionTimestamp.IsZero() {
		return r.finalize(ctx, &job)
	}
	if controllerutil.AddFinalizer(&job, sandbox.Finalizer) {
		patch := client.MergeFromWithOptions(withoutFinalizer(&job), client.MergeFromWithOptimisticLock{})
		if err := r.Client.Patch(ctx, &job, patch); err != nil {
			return requeueConflict(err)
		}
	}
	for {
		before := job.DeepCopy()
		result, err := r.step(ctx, &job)
		if result, err = r.explain(&job, result, err); err != nil {
			return requeueConflict(err)
		}
		if err := r.settle(ctx, before, &job); err != nil {
			return requeueConflict(err)
		}
		if !equality.Semantic.DeepEqual(before.Status, job.Status) {
			if err := r.Client.Status().Patch(ctx, &job, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})); err != nil {
				if apierrors.IsConflict(err) || apierrors.IsNotFound(err) {
					r.slots.giveBack(&job)
				} else {
					// The write may have happened.
					r.slots.keep(&job)
				}
				return requeueConflict(client.IgnoreNotFound(err))
			}
			r.slots.keep(&job)
			r.tell(before, &job)
		}
		if !goesOn(before, &job) {
			return result, nil
		}
	}
}

// settle what every step leaves to be done: a run that is over has its results kept for a time, and the conditions that
// changed did so now.
func (r *Reconciler) settle(ctx context.Context, before, job *v1alpha1.ComputeJob) error {
	now := r.now()
	if !before.Status.State.Terminal() && job.Status.State.Terminal() {
		if err := r.settleUsages(ctx, before, job); err != nil {
			return err
		}
	}
	if !before.Status.State.Terminal() && job.Status.State.Terminal() && job.Status.FirstRunTime != nil {
		environment, err := r.environmentOf(ctx, job)
		if err != nil {
			return err
		}
		job.Status.ResultsExpireAt = keepUntil(job, environment, now)
	}
	for i := range job.Status.Conditions {
		c := &job.Status.Conditions[i]
		if was := meta.FindStatusCondition(before.Status.Conditions, c.Type); was == nil || was.Status != c.Status || before.Status.Run != job.Status.Run {
			c.LastTransitionTime = metav1.NewTime(now).Rfc3339Copy()
		}
	}
	return nil
}

// goesOn says whether the next step follows at once: no need to wait for the news of one's own write.
func goesOn(before, job *v1alpha1.ComputeJob) bool {
	was, is := before.Status.State, job.Status.State
	return was != is && (is == v1alpha1.StateFunding || is == v1alpha1.StateStaging || is == v1alpha1.StateSettling || is == v1alpha1.StateAwaitingReview) || was.Terminal() != is.Terminal() || before.Status.Stop == nil && job.Status.Stop != nil
}

// step takes the next step of a job's life and leaves in its status what came of it.
func (r *Reconciler) step(ctx context.Context, job *v1alpha1.ComputeJob) (result ctrl.Result, err error) {
	switch state := job.Status.State; {
	case state.Terminal():
		result, err = r.afterwards(ctx, job)
	case state == v1alpha1.StateAwaitingReview:
		result, err = r.followReview(ctx, job)
	case state.Active() || state == v1alpha1.StateSettling:
		// A run that only has to be paid for needs no slot any more.
		if reason := r.stopReason(job); reason != "" {
			r.orderStop(job, reason)
			return ctrl.Result{}, nil
		}
		result, err = r.run(ctx, job)
	default:
		result, err = r.admit(ctx, job)
	}
	if err != nil || job.Status.LinksExpireAt == nil {
		return result, err
	}
	// Links to what earlier runs brought are kept alive whatever the next one does.
	look, err := r.keepLinks(ctx, job)
	if err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "The links to results could not be renewed; it is tried again")
		look = r.now().Add(linksRetry)
	}
	return sooner(result, look, r.now()), nil
}

// sooner looks again at a time, if not before; zero: when something changes.
func sooner(result ctrl.Result, at, now time.Time) ctrl.Result {
	if at.IsZero() {
		return result
	}
	after := max(at.Sub(now), time.Second)
	if result.RequeueAfter == 0 || after < result.RequeueAfter {
		result.RequeueAfter = after
	}
	return result
}

// explain turns the errors that are part of a job's life into its status.
func (r *Reconciler) explain(job *v1alpha1.ComputeJob, result ctrl.Result, err error) (ctrl.Result, error) {
	var w *waiting
	if errors.As(err, &w) {
		since := r.waitingSince(job)
		left := referenceBudget - r.now().Sub(since)
		if left > 0 {
			r.wait(job, w)
			return ctrl.Result{RequeueAfter: min(left, 5*time.Second)}, nil
		}
		err = &failure{w.reason, w.message}
	}
	var f *failure
	if errors.As(err, &f) {
		if job.Status.Stop != nil {
			stopped(job, "", r.now())
			return ctrl.Result{}, nil
		}
		fail(job, f.reason, f.message, r.now())
		return ctrl.Result{}, nil
	}
	return result, err
}

// tell people what has happened.
func (r *Reconciler) tell(before, job *v1alpha1.ComputeJob) {
	ordered := before.Status.Stop == nil && job.Status.Stop != nil
	if before.Status.State == job.Status.State && !ordered {
		return
	}
	ready := readyCondition(job)
	kind := corev1.EventTypeNormal
	if job.Status.State == v1alpha1.StateFailed {
		kind = corev1.EventTypeWarning
	}
	if ready.Reason == "" {
		// A suspended job carries no Ready.
		ready.Reason, ready.Message = v1alpha1.ReasonSuspended, messageSuspended
	}
	r.Recorder.Eventf(job, nil, kind, ready.Reason, string(job.Status.State), "%s", ready.Message)
}

// tellOwners of the datasets of a job that rules have denied it: one owner's may, where another's would not. However many jobs
// are denied within minutes, a dataset has one event, the first, which counts them: whoever creates jobs cannot fill the owner's
// namespace.
func (r *Reconciler) tellOwners(job *v1alpha1.ComputeJob, datasets []*v1alpha1.Dataset, why string) {
	for _, dataset := range datasets {
		r.Recorder.Eventf(dataset, nil, corev1.EventTypeWarning, v1alpha1.ReasonPolicyDenied, "Admit", "ComputeJob %s/%s was denied: %s", job.Namespace, job.Name, why)
	}
}

func (r *Reconciler) now() time.Time {
	if r.Now != nil {
		return r.Now()
	}
	return time.Now()
}

// requeueConflict takes a conflict for what it is: somebody else's write, which will bring the job back.
func requeueConflict(err error) (ctrl.Result, error) {
	if apierrors.IsConflict(err) {
		return ctrl.Result{RequeueAfter: 100 * time.Millisecond}, nil
	}
	return ctrl.Result{}, err
}

func withoutFinalizer(job *v1alpha1.ComputeJob) *v1alpha1.ComputeJob {
	before := job.DeepCopy()
	controllerutil.RemoveFinalizer(before, sandbox.Finalizer)
	return before
}
