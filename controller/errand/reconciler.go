package errand

import (
	"context"
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/compute-to-data/terraform-provider-c2d/controller/backoff"
	"github.com/compute-to-data/terraform-provider-c2d/controller/gateway"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

const (
	// conflictPause before a condition is written that met another write.
	conflictPause = 100 * time.Millisecond
	// partPause between the parts of a task.
	partPause = time.Millisecond
)

// Reconciler of the errands of one kind. A condition of the job says how the newest went.
type Reconciler struct {
	// Client reads from the cache.
	Client client.Client
	// Now is the time; nil: the clock's.
	Now func() time.Time
	// Name of the controller.
	Name string
	// Workers is the number of jobs that are seen to at a time.
	Workers int
	// Condition, with its reasons for a task that is done and one that failed.
	Condition, DoneReason, FailedReason string
	// Again tells a consumer that a task which failed is tried again.
	Again string
	// Wanted says whether a job asks for errands of this kind.
	Wanted func(job *v1alpha1.ComputeJob) bool
	// Task that a run still needs; nil: none.
	Task func(job *v1alpha1.ComputeJob, run Run, now time.Time) *Task

	book book
}

// Task for one run.
type Task struct {
	// Key by which it is remembered.
	Key string
	// Prefix of all that the condition says of it.
	Prefix string
	// Do it, and say what was done; ErrMore: a part was. The errors of the gateway's client are told to the consumer.
	Do func(ctx context.Context) (message string, err error)
}

// ErrMore says that a part of a task was done, and the next one is due.
var ErrMore = errors.New("a part is done, and more is to do")

var _ reconcile.Reconciler = (*Reconciler)(nil)

// SetupWithManager starts the reconciler with the manager.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		Named(r.Name).
		For(&v1alpha1.ComputeJob{}, builder.WithPredicates(predicate.NewPredicateFuncs(func(object client.Object) bool {
			job := object.(*v1alpha1.ComputeJob)
			return r.Wanted(job) && (newsworthy(job.Status.State) || len(job.Status.Runs) > 0)
		}))).
		WithOptions(controller.Options{MaxConcurrentReconciles: r.Workers, RateLimiter: backoff.Limiter()}).
		Complete(r)
}

// Reconcile sees to each run of a job that is over.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var job v1alpha1.ComputeJob
	if err := r.Client.Get(ctx, req.NamespacedName, &job); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !r.Wanted(&job) || !job.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, nil
	}
	var soonest time.Duration
	for _, run := range runsOf(&job, r.now()) {
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
func (r *Reconciler) see(ctx context.Context, job *v1alpha1.ComputeJob, run Run) (time.Duration, error) {
	task := r.Task(job, run, r.now())
	if task == nil {
		return 0, nil
	}
	// A changed spec may be a mended one: it has no pause.
	attempt := fmt.Sprintf("%s/%d", task.Key, job.Generation)
	if wait := r.book.wait(attempt, r.now()); wait > 0 {
		return wait, nil
	}
	if message, done := r.book.finished(task.Key); done {
		return r.say(ctx, job, run, true, message)
	}
	if message, refused := r.book.finished(attempt); refused {
		return r.say(ctx, job, run, false, message)
	}
	message, err := task.Do(ctx)
	switch {
	case errors.Is(err, ErrMore):
		return partPause, nil
	case err != nil:
		return r.failed(ctx, job, run, attempt, task.Prefix, err)
	}
	message = task.Prefix + message
	r.book.finish(task.Key, message, r.now())
	return r.say(ctx, job, run, true, message)
}

// failed notes a failure and says when to try again.
func (r *Reconciler) failed(ctx context.Context, job *v1alpha1.ComputeJob, run Run, attempt, prefix string, err error) (time.Duration, error) {
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	message := prefix + "The gateway cannot be reached."
	var refused *gateway.Refused
	if errors.As(err, &refused) {
		message = prefix + sandbox.Sentence(refused.Message)
	} else {
		log.FromContext(ctx).Info("The gateway cannot be reached yet", "run", run.Run, "error", err.Error())
	}
	if refused != nil && refused.Over() {
		message += " It is not tried again."
		r.book.finish(attempt, message, r.now())
		return r.say(ctx, job, run, false, message)
	}
	pause := r.book.fail(attempt, r.now())
	next, err := r.say(ctx, job, run, false, message+" "+r.Again)
	return max(next, pause), err
}

// say in the condition how the job's newest run fared. A job that changed meanwhile is looked at again.
func (r *Reconciler) say(ctx context.Context, job *v1alpha1.ComputeJob, run Run, done bool, message string) (time.Duration, error) {
	if !run.Current {
		return 0, nil
	}
	condition := metav1.Condition{
		Type: r.Condition, Status: metav1.ConditionTrue, Reason: r.DoneReason, Message: message, ObservedGeneration: job.Generation,
	}
	if !done {
		condition.Status, condition.Reason = metav1.ConditionFalse, r.FailedReason
	}
	before := job.DeepCopy()
	if !meta.SetStatusCondition(&job.Status.Conditions, condition) {
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
