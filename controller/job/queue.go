package job

import (
	"context"
	"fmt"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

const (
	// queueRecheck is how soon a queued job looks at its place again, beside being called when it is its turn.
	queueRecheck = 30 * time.Second
	// defaultQueueTimeout is the default of the field, for objects older than it.
	defaultQueueTimeout = 30 * time.Minute
	// defaultMaxConcurrentJobs likewise.
	defaultMaxConcurrentJobs = 10
)

// slots of all environments. Who holds one is what the jobs' states say; what was granted a moment ago and the cache may
// not show yet is remembered here, so that nothing leaks when this process ends.
type slots struct {
	mutex        sync.Mutex
	environments map[string]*environmentSlots
}

type environmentSlots struct {
	// granted to the runs of jobs.
	granted map[types.UID]grant
	// served numbers the last turn of each namespace.
	served map[string]int64
	turns  int64
}

// grant of a slot, with its namespace's turn and the one before.
type grant struct {
	job          types.NamespacedName
	run          int64
	turn, before int64
	// kept says that the grant may be written down in the job's status, whatever the cache shows.
	kept bool
}

// take a slot for a job, or learn its place in the queue: 0 is a slot.
func (r *Reconciler) take(ctx context.Context, job *v1alpha1.ComputeJob, environment *v1alpha1.ComputeEnvironment) (position int64, err error) {
	r.slots.mutex.Lock()
	defer r.slots.mutex.Unlock()
	slots, err := r.slotsOf(ctx, environment.Name)
	if err != nil {
		return 0, err
	}
	free, queue, err := r.queue(ctx, slots, environment)
	if err != nil {
		return 0, err
	}
	if given, ok := slots.granted[job.UID]; ok && given.run == job.Status.Run {
		return 0, nil
	}
	own := placeOf(job, r.now())
	others := queue[:0]
	for _, p := range queue {
		if p.uid != job.UID {
			others = append(others, p)
		}
	}
	for i, p := range fairly(append(others, own), slots.served) {
		if p.uid != job.UID {
			continue
		}
		if int64(i) < free {
			slots.grant(job)
			return 0, nil
		}
		return int64(i) + 1 - max(free, 0), nil
	}
	return 0, fmt.Errorf("job %s is not in its own queue", client.ObjectKeyFromObject(job))
}

func (s *environmentSlots) grant(job *v1alpha1.ComputeJob) {
	s.turns++
	s.granted[job.UID] = grant{
		job: client.ObjectKeyFromObject(job), run: job.Status.Run, turn: s.turns, before: s.served[job.Namespace],
	}
	s.served[job.Namespace] = s.turns
}

// keep a grant that was written down, or may have been: a later write that is refused says nothing about it.
func (s *slots) keep(job *v1alpha1.ComputeJob) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	slots := s.environments[job.Spec.Environment]
	if slots == nil {
		return
	}
	if given, granted := slots.granted[job.UID]; granted {
		given.kept = true
		slots.granted[job.UID] = given
	}
}

// giveBack a slot that was granted and, for sure, not taken, and with it the namespace's turn.
func (s *slots) giveBack(job *v1alpha1.ComputeJob) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	slots := s.environments[job.Spec.Environment]
	if slots == nil {
		return
	}
	given, granted := slots.granted[job.UID]
	if !granted || given.kept {
		return
	}
	if slots.served[job.Namespace] == given.turn {
		slots.served[job.Namespace] = given.before
	}
	delete(slots.granted, job.UID)
}

// slotsOf an environment. The first time since this process leads, what an earlier one has granted is read past the
// cache, and whose turn it was with it.
func (r *Reconciler) slotsOf(ctx context.Context, environment string) (*environmentSlots, error) {
	if known := r.slots.environments[environment]; known != nil {
		return known, nil
	}
	var jobs v1alpha1.ComputeJobList
	if err := r.Live.List(ctx, &jobs, client.MatchingFields{"spec.environment": environment}); err != nil {
		return nil, fmt.Errorf("list the jobs of ComputeEnvironment %s: %w", environment, err)
	}
	slots := &environmentSlots{granted: map[types.UID]grant{}, served: map[string]int64{}}
	for i := range jobs.Items {
		job := &jobs.Items[i]
		if job.Status.State.Active() {
			slots.granted[job.UID] = grant{job: client.ObjectKeyFromObject(job), run: job.Status.Run, kept: true}
		}
		if left := leftQueue(job); !left.IsZero() {
			slots.served[job.Namespace] = max(slots.served[job.Namespace], left.UnixNano())
			slots.turns = max(slots.turns, left.UnixNano())
		}
	}
	if r.slots.environments == nil {
		r.slots.environments = map[string]*environmentSlots{}
	}
	r.slots.environments[environment] = slots
	return slots, nil
}

// queue of an environment, in no order, and the number of its free slots. A grant is forgotten once the cache shows what
// became of it.
func (r *Reconciler) queue(ctx context.Context, slots *environmentSlots, environment *v1alpha1.ComputeEnvironment) (free int64, queue []place, err error) {
	var jobs v1alpha1.ComputeJobList
	if err := r.Client.List(ctx, &jobs, client.MatchingFields{indexUnfinished: environment.Name}, client.UnsafeDisableDeepCopy); err != nil {
		return 0, nil, fmt.Errorf("list the jobs of ComputeEnvironment %s: %w", environment.Name, err)
	}
	free = int64(environment.Spec.MaxConcurrentJobs)
	if free == 0 {
		free = defaultMaxConcurrentJobs
	}
	for i := range jobs.Items {
		job := &jobs.Items[i]
		given, granted := slots.granted[job.UID]
		switch {
		case granted && given.run > job.Status.Run:
			// The cache is behind.
		case job.Status.State.Active():
			free--
			delete(slots.granted, job.UID)
		case granted && given.run == job.Status.Run:
		case job.Status.State == v1alpha1.StateQueued && job.DeletionTimestamp.IsZero() && !job.Spec.Suspend:
			queue = append(queue, placeOf(job, r.now()))
		}
	}
	for uid, given := range slots.granted {
		var job v1alpha1.ComputeJob
		err := r.Client.Get(ctx, given.job, &job)
		if client.IgnoreNotFound(err) != nil {
			return 0, nil, fmt.Errorf("read job %s: %w", given.job, err)
		}
		over := job.Status.Run > given.run || job.Status.Run == given.run && job.Status.State.Terminal()
		if err != nil || job.UID != uid || over {
			delete(slots.granted, uid)
			continue
		}
		free--
	}
	return free, queue, nil
}

// enqueue a job, or fail it when it has lasted too long.
func (r *Reconciler) enqueue(job *v1alpha1.ComputeJob, environment *v1alpha1.ComputeEnvironment, position int64) (ctrl.Result, error) {
	now := r.now()
	if job.Status.Queue == nil {
		job.Status.Queue = &v1alpha1.QueueStatus{Position: position, Since: metav1.NewMicroTime(now.Truncate(time.Microsecond))}
	}
	queue := job.Status.Queue
	timeout := defaultQueueTimeout
	if t := environment.Spec.QueueTimeout; t != nil {
		timeout = t.Duration
	}
	left := timeout - now.Sub(queue.Since.Time)
	if left <= 0 {
		return ctrl.Result{}, &failure{v1alpha1.ReasonQueueTimeout, fmt.Sprintf(
			"No slot of ComputeEnvironment %s became free within %s; run the job again later.", environment.Name, timeout)}
	}
	if worthWriting(queue.Position, position) {
		queue.Position = position
	}
	advance(job, v1alpha1.StateQueued, v1alpha1.ReasonQueued, fmt.Sprintf(
		"Waits for a slot of ComputeEnvironment %s: about number %d in the queue.", environment.Name, queue.Position))
	return ctrl.Result{RequeueAfter: min(left, queueRecheck)}, nil
}

// nextInQueue calls those whose turn it is when a job holds no slot, or no longer.
func (r *Reconciler) nextInQueue(ctx context.Context, object client.Object) (requests []reconcile.Request) {
	job := object.(*v1alpha1.ComputeJob)
	if job.Status.State.Active() && job.DeletionTimestamp.IsZero() {
		return nil
	}
	var environment v1alpha1.ComputeEnvironment
	if err := r.Client.Get(ctx, types.NamespacedName{Name: job.Spec.Environment}, &environment); err != nil {
		return nil
	}
	r.slots.mutex.Lock()
	defer r.slots.mutex.Unlock()
	slots := r.slots.environments[environment.Name]
	if slots == nil {
		return nil
	}
	free, queue, err := r.queue(ctx, slots, &environment)
	if err != nil || free <= 0 || len(queue) == 0 {
		return nil
	}
	ordered := fairly(queue, slots.served)
	for _, p := range ordered[:min(free, int64(len(ordered)))] {
		requests = append(requests, reconcile.Request{NamespacedName: types.NamespacedName{Namespace: p.namespace, Name: p.name}})
	}
	return requests
}
