package job

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox/pod"
)

// run a job that was admitted: create its pod, then follow it.
func (r *Reconciler) run(ctx context.Context, job *v1alpha1.ComputeJob) (ctrl.Result, error) {
	if job.Status.State == v1alpha1.StateFunding {
		return r.fund(ctx, job)
	}
	pods, err := r.pods(ctx, job)
	if err != nil {
		return ctrl.Result{}, err
	}
	for i := range pods {
		if pods[i].Name == job.Status.Pod {
			return r.follow(ctx, job, &pods[i])
		}
	}
	if job.Status.Stop != nil {
		return r.stopUnstarted(ctx, job)
	}
	return ctrl.Result{}, r.start(ctx, job)
}

// start a job that has no pod in the cache. Everything that made it right to start is read again, past the cache: a
// pod that was recorded, even one that is over, must never be followed by a second one.
func (r *Reconciler) start(ctx context.Context, job *v1alpha1.ComputeJob) error {
	var live v1alpha1.ComputeJob
	if err := r.Live.Get(ctx, client.ObjectKeyFromObject(job), &live); err != nil {
		return fmt.Errorf("read the job again: %w", err)
	}
	if job.Status.State != v1alpha1.StateStaging {
		return r.confirmLost(ctx, job)
	}
	if live.ResourceVersion != job.ResourceVersion {
		return apierrors.NewConflict(v1alpha1.SchemeGroupVersion.WithResource("computejobs").GroupResource(), job.Name, fmt.Errorf("the cache is behind"))
	}
	found, err := r.resolve(ctx, r.Live, &live)
	if err != nil {
		return err
	}
	if live.Status.Payment != nil {
		if same, err := r.paidFor(&live, found); err != nil {
			return err
		} else if !same {
			return changedRun
		}
	}
	key := types.NamespacedName{Namespace: found.environment.Spec.SandboxNamespace, Name: job.Status.Pod}
	switch err := r.Live.Get(ctx, key, &corev1.Pod{}); {
	case err == nil:
		// Created before a crash, or not yet in the cache: its event brings the job back.
		return nil
	case !apierrors.IsNotFound(err):
		return fmt.Errorf("look for pod %s: %w", key, err)
	}
	if written, err := r.reserveUsages(ctx, job, found); err != nil || !written {
		return err
	}
	gateway, err := r.gateway(ctx, ptr.Deref(found.environment.Spec.Isolation.RequireEnforcedNetworkPolicy, true))
	if err != nil {
		return err
	}
	built, err := pod.Build(pod.Spec{
		Run:         found.describe(&live),
		Environment: &found.environment.Spec,
		Algorithm:   &found.algorithm.Spec,
		Resources:   found.resources,
		AgentImage:  r.AgentImage,
		Gateway:     gateway,
	})
	if err != nil {
		return fmt.Errorf("build the pod: %w", err)
	}
	err = r.Client.Create(ctx, built)
	if apierrors.IsForbidden(err) || apierrors.IsInvalid(err) {
		return &failure{v1alpha1.ReasonUnschedulable, "The API server refused the job's pod; tell the environment's owner: " + sandbox.Sentence(err.Error())}
	}
	if client.IgnoreAlreadyExists(err) != nil {
		return fmt.Errorf("create pod %s: %w", key, err)
	}
	return nil
}

// confirmLost fails a job that ran and whose pod is in no sandbox namespace any more.
func (r *Reconciler) confirmLost(ctx context.Context, job *v1alpha1.ComputeJob) error {
	for _, namespace := range r.SandboxNamespaces {
		err := r.Live.Get(ctx, types.NamespacedName{Namespace: namespace, Name: job.Status.Pod}, &corev1.Pod{})
		if err == nil {
			return nil
		}
		if !apierrors.IsNotFound(err) {
			return fmt.Errorf("look for pod %s/%s: %w", namespace, job.Status.Pod, err)
		}
	}
	lost := pod.Lost()
	return &failure{lost.Reason, lost.Message}
}

// follow the pod of the run.
func (r *Reconciler) follow(ctx context.Context, job *v1alpha1.ComputeJob, p *corev1.Pod) (ctrl.Result, error) {
	run, err := sandbox.ParseRun(p.Annotations)
	if err != nil || run.Job.UID != job.UID {
		return ctrl.Result{}, fmt.Errorf("pod %s/%s is not this job's: %w", p.Namespace, p.Name, err)
	}
	seen := pod.Observe(p, r.now())
	if seen.Staged {
		if err := r.pin(ctx, run, seen.Stage.Datasets); err != nil {
			return ctrl.Result{}, err
		}
	}
	if seen.Staged && seen.State != v1alpha1.StateStaging {
		// Not before the algorithm runs, which is a moment later: one write for both.
		done(job, v1alpha1.ConditionStaged, "Isolation is proven, and the inputs are in place with the right hashes.")
	}
	if !seen.Started.IsZero() {
		job.Status.StartTime = ptr.To(metav1.NewTime(seen.Started).Rfc3339Copy())
	}
	if job.Status.Stop != nil && !seen.State.Terminal() {
		if err := r.stop(ctx, p); err != nil {
			return ctrl.Result{}, err
		}
		return sooner(ctrl.Result{}, seen.Recheck, r.now()), nil
	}
	switch seen.State {
	case v1alpha1.StateStaging:
		advance(job, seen.State, v1alpha1.ReasonStaging, messageStaging)
	case v1alpha1.StateRunning:
		advance(job, seen.State, v1alpha1.ReasonRunning, "The algorithm runs.")
	case v1alpha1.StateReleasing:
		advance(job, seen.State, v1alpha1.ReasonReleasing, "The algorithm has ended; its results are published.")
	default:
		if over, err := r.settleRun(ctx, job, run, seen); err != nil || !over {
			return ctrl.Result{RequeueAfter: r.chainPace()}, err
		}
		return ctrl.Result{}, r.conclude(ctx, job, run, seen)
	}
	result := sooner(ctrl.Result{}, seen.Recheck, r.now())
	if expires := job.Status.AccessExpiresAt; expires != nil {
		result = sooner(result, expires.Time, r.now())
	}
	return result, nil
}

// pin the content of datasets that no job has staged before.
func (r *Reconciler) pin(ctx context.Context, run *sandbox.Run, contents []sandbox.Content) error {
	for i, item := range run.Datasets {
		if item.Content != nil || !item.Steady() || i >= len(contents) {
			continue
		}
		var dataset v1alpha1.Dataset
		if err := r.Client.Get(ctx, types.NamespacedName{Namespace: item.Namespace, Name: item.Name}, &dataset); client.IgnoreNotFound(err) != nil {
			return fmt.Errorf("read Dataset %s/%s: %w", item.Namespace, item.Name, err)
		} else if err != nil {
			continue
		}
		if dataset.UID != item.UID || dataset.Generation != item.Generation || dataset.Status.Content != nil {
			continue
		}
		before := dataset.DeepCopy()
		dataset.Status.Content = &v1alpha1.PinnedContent{
			Generation: dataset.Generation, Files: contents[i].Files, Bytes: contents[i].Bytes, SHA256: contents[i].SHA256,
		}
		err := r.Client.Status().Patch(ctx, &dataset, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
		if client.IgnoreNotFound(err) != nil {
			return fmt.Errorf("pin the content of Dataset %s/%s: %w", item.Namespace, item.Name, err)
		}
	}
	return nil
}

// pods of a job in the cache.
func (r *Reconciler) pods(ctx context.Context, job *v1alpha1.ComputeJob) ([]corev1.Pod, error) {
	var pods corev1.PodList
	if err := r.Client.List(ctx, &pods, client.MatchingLabels{sandbox.LabelJobUID: string(job.UID)}); err != nil {
		return nil, fmt.Errorf("list the job's pods: %w", err)
	}
	return pods.Items, nil
}
