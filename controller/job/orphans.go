package job

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/compute-to-data/terraform-provider-c2d/controller/backoff"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Orphans removes pods whose job does not exist. A controller that lost its lease without notice may create one after the
// job was deleted; the gateway gives it nothing.
type Orphans struct {
	// Client reads from the cache.
	Client client.Client
	// Live reads past the cache.
	Live client.Reader
}

var _ reconcile.Reconciler = (*Orphans)(nil)

// SetupWithManager starts the reconciler with the manager.
func (o *Orphans) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		Named("orphans").
		For(&corev1.Pod{}).
		WithOptions(controller.Options{RateLimiter: backoff.Limiter()}).
		Complete(o)
}

// Reconcile one pod.
func (o *Orphans) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var pod corev1.Pod
	if err := o.Client.Get(ctx, req.NamespacedName, &pod); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	run, err := sandbox.ParseRun(pod.Annotations)
	if err != nil {
		return ctrl.Result{}, nil //nolint:nilerr // No pod of a run: a gateway.
	}
	for _, reader := range []client.Reader{o.Client, o.Live} {
		var job v1alpha1.ComputeJob
		err := reader.Get(ctx, types.NamespacedName{Namespace: run.Job.Namespace, Name: run.Job.Name}, &job)
		if client.IgnoreNotFound(err) != nil {
			return ctrl.Result{}, fmt.Errorf("look for the job of pod %s: %w", req.NamespacedName, err)
		}
		if err == nil && job.UID == run.Job.UID {
			return ctrl.Result{}, nil
		}
	}
	return ctrl.Result{}, removePod(ctx, o.Client, &pod, client.GracePeriodSeconds(deleteGrace))
}
