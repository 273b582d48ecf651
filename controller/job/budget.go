package job

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/policy"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// ledger of the budget that a dataset gives the consumer of a job.
type ledger struct {
	dataset  *v1alpha1.Dataset
	consumer string
	budget   policy.Budget
}

func (l *ledger) name() string { return policy.UsageName(l.dataset, l.consumer) }

func (l *ledger) key() types.NamespacedName {
	return types.NamespacedName{Namespace: l.dataset.Namespace, Name: l.name()}
}

// ledgers of what a job resolves to, in the order of their names, so that whoever reserves in several never waits in a circle.
func ledgers(found *resolved) []*ledger {
	var list []*ledger
	for _, dataset := range found.datasets {
		rule := dataset.Spec.Access.Budget
		if rule == nil || slices.ContainsFunc(list, func(l *ledger) bool { return l.dataset.UID == dataset.UID }) {
			continue
		}
		list = append(list, &ledger{dataset, policy.Identity(found.request, dataset), policy.BudgetOf(rule)})
	}
	slices.SortFunc(list, func(a, b *ledger) int { return strings.Compare(a.key().String(), b.key().String()) })
	return list
}

// usagesOf what a job resolves to: the ledgers that its run will be counted in.
func usagesOf(found *resolved) []v1alpha1.ObjectReference {
	var usages []v1alpha1.ObjectReference
	for _, l := range ledgers(found) {
		usages = append(usages, v1alpha1.ObjectReference{Namespace: l.dataset.Namespace, Name: l.name()})
	}
	return usages
}

// usageRun is how the ledgers know the run of a job.
func usageRun(job *v1alpha1.ComputeJob) string { return fmt.Sprintf("%s/%d", job.UID, job.Status.Run) }

func exhausted(l *ledger, over *policy.Exhausted) error {
	return &failure{v1alpha1.ReasonBudgetExceeded, policy.Budgeted(l.dataset, over).String()}
}

// withinBudgets says whether every budget has something left for the run, or has counted it already. It reserves nothing.
func (r *Reconciler) withinBudgets(ctx context.Context, job *v1alpha1.ComputeJob, found *resolved) error {
	for _, l := range ledgers(found) {
		var usage v1alpha1.DatasetUsage
		if err := r.Live.Get(ctx, l.key(), &usage); client.IgnoreNotFound(err) != nil {
			return fmt.Errorf("read DatasetUsage %s: %w", l.key(), err)
		}
		if _, over := l.budget.Left(usage.Status.Entries, usageRun(job), r.now()); over != nil {
			return exhausted(l, over)
		}
	}
	return nil
}

// reserveUsages counts the run in the ledger of each budget before anything is done that cannot be undone, and lowers its
// rules to what they grant. It says no where the job's status has first to say which ledgers these are: without that
// nobody would know where to settle the run.
func (r *Reconciler) reserveUsages(ctx context.Context, job *v1alpha1.ComputeJob, found *resolved) (bool, error) {
	noted := true
	for _, usage := range usagesOf(found) {
		if !slices.Contains(job.Status.Usages, usage) {
			job.Status.Usages, noted = append(job.Status.Usages, usage), false
		}
	}
	if !noted {
		return false, nil
	}
	want := policy.MostBytes(found.rules)
	for _, l := range ledgers(found) {
		granted, err := r.reserveUsage(ctx, job, l, want)
		if err != nil {
			return false, err
		}
		found.rules = policy.Lower(found.rules, granted)
	}
	return true, nil
}

// manyRace is how often a write is tried again that another run's came before.
var manyRace = wait.Backoff{Steps: 8, Duration: 5 * time.Millisecond, Factor: 2, Jitter: 0.5}

// reserveUsage counts the run in one ledger, which is made where there is none.
func (r *Reconciler) reserveUsage(ctx context.Context, job *v1alpha1.ComputeJob, l *ledger, want int64) (granted int64, err error) {
	err = retry.RetryOnConflict(manyRace, func() error {
		usage, err := r.usage(ctx, l)
		if err != nil {
			return err
		}
		status, bytes, over := l.budget.Reserve(usage.Status.Entries, usageRun(job), want, r.now())
		if over != nil {
			return exhausted(l, over)
		}
		granted = bytes
		return r.writeUsage(ctx, usage, status)
	})
	return granted, err
}

// usage as it is now, past the cache.
func (r *Reconciler) usage(ctx context.Context, l *ledger) (*v1alpha1.DatasetUsage, error) {
	var usage v1alpha1.DatasetUsage
	err := r.Live.Get(ctx, l.key(), &usage)
	if apierrors.IsNotFound(err) {
		usage = v1alpha1.DatasetUsage{
			ObjectMeta: metav1.ObjectMeta{
				Namespace: l.dataset.Namespace, Name: l.name(),
				OwnerReferences: []metav1.OwnerReference{{
					APIVersion: v1alpha1.SchemeGroupVersion.String(), Kind: v1alpha1.KindDataset, Name: l.dataset.Name, UID: l.dataset.UID,
				}},
			},
			Spec: v1alpha1.DatasetUsageSpec{Dataset: l.dataset.Name, Consumer: l.consumer},
		}
		err = r.Client.Create(ctx, &usage)
		if apierrors.IsAlreadyExists(err) {
			return nil, apierrors.NewConflict(v1alpha1.SchemeGroupVersion.WithResource("datasetusages").GroupResource(), l.name(), errors.New("it was made meanwhile"))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("find or make DatasetUsage %s: %w", l.key(), err)
	}
	return &usage, nil
}

// writeUsage unless somebody else has written since it was read.
func (r *Reconciler) writeUsage(ctx context.Context, usage *v1alpha1.DatasetUsage, status v1alpha1.DatasetUsageStatus) error {
	before := usage.DeepCopy()
	usage.Status = status
	if equality.Semantic.DeepEqual(before.Status, usage.Status) {
		return nil
	}
	return r.Client.Status().Patch(ctx, usage, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
}

// settleUsages of a run that ends now, before its end is recorded: what it brought stays counted, and a run whose algorithm
// never started is given back.
func (r *Reconciler) settleUsages(ctx context.Context, before, job *v1alpha1.ComputeJob) error {
	if len(job.Status.Usages) == 0 {
		return nil
	}
	started, err := r.mayHaveStarted(ctx, before, job)
	if err != nil {
		return err
	}
	return r.closeUsages(ctx, job, started, releasedBytes(job))
}

// settleDeletedUsages of a job that is deleted, which is over by now. Whether links to what a run brought that was under way
// were shared before this process began is not known: it counts with all that it might have brought.
func (r *Reconciler) settleDeletedUsages(ctx context.Context, job *v1alpha1.ComputeJob) error {
	if len(job.Status.Usages) == 0 || job.Status.State.Terminal() {
		return nil
	}
	return r.closeUsages(ctx, job, job.Status.State != v1alpha1.StateFunding, policy.AllReserved)
}

func (r *Reconciler) closeUsages(ctx context.Context, job *v1alpha1.ComputeJob, started bool, bytes int64) error {
	var at time.Time
	if job.Status.StartTime != nil {
		at = job.Status.StartTime.Time
	}
	for _, reference := range job.Status.Usages {
		key := types.NamespacedName{Namespace: reference.Namespace, Name: reference.Name}
		err := retry.RetryOnConflict(manyRace, func() error {
			var usage v1alpha1.DatasetUsage
			if err := r.Live.Get(ctx, key, &usage); err != nil {
				return client.IgnoreNotFound(err)
			}
			var dataset v1alpha1.Dataset
			err := r.Live.Get(ctx, types.NamespacedName{Namespace: key.Namespace, Name: usage.Spec.Dataset}, &dataset)
			if client.IgnoreNotFound(err) != nil {
				return err
			}
			rule := dataset.Spec.Access.Budget
			if rule == nil {
				// The rule is gone, and may come back.
				rule = &v1alpha1.QueryBudget{}
			}
			return r.writeUsage(ctx, &usage, policy.BudgetOf(rule).Settle(usage.Status.Entries, usageRun(job), started, at, bytes, r.now()))
		})
		if client.IgnoreNotFound(err) != nil {
			return fmt.Errorf("settle DatasetUsage %s: %w", key, err)
		}
	}
	return nil
}

// mayHaveStarted says whether the algorithm of a run that ends has started, or may have: in doubt it has.
func (r *Reconciler) mayHaveStarted(ctx context.Context, before, job *v1alpha1.ComputeJob) (bool, error) {
	switch {
	case job.Status.StartTime != nil:
		return true, nil
	case before.Status.State == v1alpha1.StateFunding:
		return false, nil
	case before.Status.State != v1alpha1.StateStaging:
		return true, nil
	}
	if reason := readyCondition(job).Reason; reason == v1alpha1.ReasonPodLost || reason == v1alpha1.ReasonEvicted {
		// A node that is cut off may have gone on.
		return true, nil
	}
	for _, namespace := range r.SandboxNamespaces {
		var p corev1.Pod
		err := r.Live.Get(ctx, types.NamespacedName{Namespace: namespace, Name: job.Status.Pod}, &p)
		if apierrors.IsNotFound(err) {
			continue
		}
		if err != nil {
			return false, fmt.Errorf("look for pod %s/%s: %w", namespace, job.Status.Pod, err)
		}
		return !unstarted(&p), nil
	}
	return false, nil
}

// unstarted says whether a pod's algorithm has, for sure, not started.
func unstarted(p *corev1.Pod) bool {
	for _, c := range p.Status.ContainerStatuses {
		if c.Name == sandbox.ContainerAlgorithm {
			return c.State.Running == nil && c.State.Terminated == nil && c.LastTerminationState.Terminated == nil
		}
	}
	return p.Spec.NodeName == "" || p.Status.Phase == corev1.PodPending
}

// releasedBytes of a run: its outputs, and its log; policy.AllReserved where the status does not say.
func releasedBytes(job *v1alpha1.ComputeJob) int64 {
	if job.Status.Manifest == nil {
		if job.Status.State == v1alpha1.StateSucceeded {
			// Access ended before this was written down; links may have been shared before.
			return policy.AllReserved
		}
		return 0
	}
	bytes := job.Status.Manifest.Bytes
	for _, result := range job.Status.Results {
		if result.Type == v1alpha1.ResultLog {
			return bytes + result.Bytes
		}
	}
	if len(job.Status.Results) >= maxListed {
		// The log, if there is one, is beyond what is listed.
		return policy.AllReserved
	}
	return bytes
}
