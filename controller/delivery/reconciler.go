// Package delivery has what a run released copied to the consumer's own storage: spec.destination. The gateway copies,
// since only it may read the consumer's credentials.
package delivery

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/compute-to-data/terraform-provider-c2d/controller/backoff"
	"github.com/compute-to-data/terraform-provider-c2d/controller/errand"
	"github.com/compute-to-data/terraform-provider-c2d/controller/gateway"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

const (
	// workers is the number of copies at a time.
	workers = 4
	// conflictPause before a condition is written that met another write.
	conflictPause = 100 * time.Millisecond
)

// Reconciler of the condition Delivered.
type Reconciler struct {
	// Client reads from the cache.
	Client  client.Client
	Gateway *gateway.Client
	// Now is the time; nil: the clock's.
	Now func() time.Time

	book     errand.Book
	progress sync.Map // of sandbox.Delivered by the key of the errand
}

var _ reconcile.Reconciler = (*Reconciler)(nil)

// SetupWithManager starts the reconciler with the manager.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		Named("delivery").
		For(&v1alpha1.ComputeJob{}, builder.WithPredicates(predicate.NewPredicateFuncs(func(object client.Object) bool {
			job := object.(*v1alpha1.ComputeJob)
			return job.Spec.Destination != nil && (job.Status.State.Terminal() || len(job.Status.Runs) > 0)
		}))).
		WithOptions(controller.Options{MaxConcurrentReconciles: workers, RateLimiter: backoff.Limiter()}).
		Complete(r)
}

// Reconcile has the next part of what is not yet delivered copied.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var job v1alpha1.ComputeJob
	if err := r.Client.Get(ctx, req.NamespacedName, &job); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if job.Spec.Destination == nil || !job.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, nil
	}
	var soonest time.Duration
	for _, run := range errand.Runs(&job, r.now()) {
		next, err := r.see(ctx, &job, run)
		if err != nil {
			return ctrl.Result{}, err
		}
		if next > 0 && (soonest == 0 || next < soonest) {
			soonest = next
		}
	}
	return ctrl.Result{RequeueAfter: soonest}, nil
}

// see to one run. It answers when to look again; 0: not any more.
func (r *Reconciler) see(ctx context.Context, job *v1alpha1.ComputeJob, run errand.Run) (time.Duration, error) {
	if run.Manifest == nil || run.State == v1alpha1.StateExpired || run.Current && meta.IsStatusConditionTrue(job.Status.Conditions, v1alpha1.ConditionDelivered) {
		return 0, nil
	}
	// A changed spec may be a mended one: it has no pause.
	key := fmt.Sprintf("%s/%d", job.UID, run.Run)
	attempt := fmt.Sprintf("%s/%d", key, job.Generation)
	if wait := r.book.Wait(attempt, r.now()); wait > 0 {
		return wait, nil
	}
	if !r.book.Done(key) {
		if r.book.Done(attempt) {
			// Refused for good, and said so.
			return 0, nil
		}
		done, err := r.deliver(ctx, job, run, key)
		if err != nil {
			return r.failed(ctx, job, run, attempt, err)
		}
		if done.Objects < done.Total {
			return time.Millisecond, nil
		}
		r.book.Finish(key, r.now())
	}
	if !run.Current {
		r.progress.Delete(key)
		return 0, nil
	}
	known, _ := r.progress.LoadAndDelete(key)
	done, ok := known.(sandbox.Delivered)
	if !ok {
		// Written already, and the cache is behind.
		return 0, nil
	}
	message := fmt.Sprintf("%d objects of run %d, %d bytes, lie under %s.", done.Total, run.Run, done.Bytes, done.URI)
	next, err := r.set(ctx, job, true, v1alpha1.ReasonDelivered, message)
	if next > 0 || err != nil {
		r.progress.Store(key, done)
	}
	return next, err
}

// deliver the next part.
func (r *Reconciler) deliver(ctx context.Context, job *v1alpha1.ComputeJob, run errand.Run, key string) (sandbox.Delivered, error) {
	request := sandbox.Delivery{RunReference: sandbox.RunReference{
		Job: sandbox.Object{Namespace: job.Namespace, Name: job.Name, UID: job.UID}, Run: run.Run,
	}}
	if before, ok := r.progress.Load(key); ok {
		request.From = before.(sandbox.Delivered).Objects
	}
	ctx, cancel := context.WithTimeout(ctx, sandbox.DeliverTimeout+sandbox.CopyTimeout(run.Manifest.Bytes))
	defer cancel()
	var done sandbox.Delivered
	if err := r.Gateway.Post(ctx, sandbox.PathDeliver, request, &done); err != nil {
		return done, err
	}
	r.progress.Store(key, done)
	return done, nil
}

// failed notes a failure and says when to try again.
func (r *Reconciler) failed(ctx context.Context, job *v1alpha1.ComputeJob, run errand.Run, attempt string, err error) (time.Duration, error) {
	message := "The gateway cannot be reached; it is tried again."
	pause := time.Duration(0)
	var refused *gateway.Refused
	switch {
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case errors.As(err, &refused) && refused.Over():
		r.book.Finish(attempt, r.now())
		message = sandbox.Sentence(refused.Message) + " It is not tried again."
	case errors.As(err, &refused):
		pause = r.book.Fail(attempt, r.now())
		message = sandbox.Sentence(refused.Message) + " It is tried again."
	default:
		pause = r.book.Fail(attempt, r.now())
		log.FromContext(ctx).Info("Results cannot be delivered yet", "run", run.Run, "error", err.Error())
	}
	if !run.Current {
		return pause, nil
	}
	next, err := r.set(ctx, job, false, v1alpha1.ReasonDestinationFailed, message)
	return max(next, pause), err
}

// set the condition. A job that changed meanwhile is looked at again.
func (r *Reconciler) set(ctx context.Context, job *v1alpha1.ComputeJob, done bool, reason, message string) (time.Duration, error) {
	before := job.DeepCopy()
	if !errand.Set(job, v1alpha1.ConditionDelivered, done, reason, message) {
		return 0, nil
	}
	err := r.Client.Status().Patch(ctx, job, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
	if apierrors.IsConflict(err) {
		return conflictPause, nil
	}
	return 0, client.IgnoreNotFound(err)
}

func (r *Reconciler) now() time.Time {
	if r.Now != nil {
		return r.Now()
	}
	return time.Now()
}
