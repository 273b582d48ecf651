// Package notify has the consumer's own systems told of the end of each run: spec.notify. The gateway tells them, since
// only it may read the consumer's secret. News may come twice, under the same event id.
package notify

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
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
	// workers is the number of events on their way at a time.
	workers = 8
	// callTimeout is longer than the gateway takes for one event.
	callTimeout = 30 * time.Second
	// giveUpAfter is how long news is worth telling.
	giveUpAfter = 24 * time.Hour
	// conflictPause before a condition is written that met another write.
	conflictPause = 100 * time.Millisecond
)

// Reconciler of the condition Notified.
type Reconciler struct {
	// Client reads from the cache.
	Client  client.Client
	Gateway *gateway.Client
	// Now is the time; nil: the clock's.
	Now func() time.Time

	book errand.Book
}

var _ reconcile.Reconciler = (*Reconciler)(nil)

// SetupWithManager starts the reconciler with the manager.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		Named("notify").
		For(&v1alpha1.ComputeJob{}, builder.WithPredicates(predicate.NewPredicateFuncs(func(object client.Object) bool {
			job := object.(*v1alpha1.ComputeJob)
			return job.Spec.Notify != nil && (job.Status.State.Terminal() || len(job.Status.Runs) > 0)
		}))).
		WithOptions(controller.Options{MaxConcurrentReconciles: workers, RateLimiter: backoff.Limiter()}).
		Complete(r)
}

// Reconcile tells the news that was not told.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var job v1alpha1.ComputeJob
	if err := r.Client.Get(ctx, req.NamespacedName, &job); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if job.Spec.Notify == nil || !job.DeletionTimestamp.IsZero() {
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

// see to the news of one run. It answers when to look again; 0: not any more.
func (r *Reconciler) see(ctx context.Context, job *v1alpha1.ComputeJob, run errand.Run) (time.Duration, error) {
	condition := meta.FindStatusCondition(job.Status.Conditions, v1alpha1.ConditionNotified)
	// The condition may still speak of the state before: a job that succeeded expires later.
	prefix := string(run.State) + ": "
	said := run.Current && condition != nil && strings.HasPrefix(condition.Message, prefix)
	if said && condition.Status == "True" {
		return 0, nil
	}
	since := run.Ended()
	switch {
	case said:
		since = condition.LastTransitionTime.Time
	case run.State == v1alpha1.StateExpired:
		since = r.now()
	}
	if r.now().Sub(since) > giveUpAfter {
		return 0, nil
	}
	news := sandbox.Notification{
		RunReference: sandbox.RunReference{Job: sandbox.Object{Namespace: job.Namespace, Name: job.Name, UID: job.UID}, Run: run.Run},
		State:        run.State, Reason: run.Reason,
	}
	// A changed spec may be a mended one: it has no pause.
	told, attempt := news.EventID(), fmt.Sprintf("%s/%d", news.EventID(), job.Generation)
	if wait := r.book.Wait(attempt, r.now()); wait > 0 {
		return wait, nil
	}
	if !r.book.Done(told) {
		if err := r.tell(ctx, news); err != nil {
			return r.failed(ctx, job, run, attempt, prefix, err)
		}
		r.book.Finish(told, r.now())
	}
	if !run.Current {
		return 0, nil
	}
	return r.set(ctx, job, true, v1alpha1.ReasonNotified, fmt.Sprintf("%s%s has taken the news of run %d.", prefix, hostOf(job), run.Run))
}

func (r *Reconciler) tell(ctx context.Context, news sandbox.Notification) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return r.Gateway.Post(ctx, sandbox.PathNotify, news, nil)
}

// hostOf the consumer's system: path and query may be a secret.
func hostOf(job *v1alpha1.ComputeJob) string {
	u, err := url.Parse(job.Spec.Notify.URL)
	if err != nil {
		return "spec.notify.url"
	}
	return u.Host
}

// failed notes a failure and says when to try again.
func (r *Reconciler) failed(ctx context.Context, job *v1alpha1.ComputeJob, run errand.Run, attempt, prefix string, err error) (time.Duration, error) {
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	message := "The gateway cannot be reached."
	var refused *gateway.Refused
	if errors.As(err, &refused) {
		message = sandbox.Sentence(refused.Message)
	} else {
		log.FromContext(ctx).Info("News cannot be told yet", "run", run.Run, "error", err.Error())
	}
	pause := r.book.Fail(attempt, r.now())
	if !run.Current {
		return pause, nil
	}
	next, err := r.set(ctx, job, false, v1alpha1.ReasonNotifyFailed, prefix+message+" It is tried again, for a day.")
	return max(next, pause), err
}

// set the condition. A job that changed meanwhile is looked at again.
func (r *Reconciler) set(ctx context.Context, job *v1alpha1.ComputeJob, done bool, reason, message string) (time.Duration, error) {
	before := job.DeepCopy()
	if !errand.Set(job, v1alpha1.ConditionNotified, done, reason, message) {
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
