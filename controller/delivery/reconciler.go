// Package delivery has what a run released copied to the consumer's own storage: spec.destination. The gateway copies,
// since only it may read the consumer's credentials.
package delivery

import (
	"context"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/controller/errand"
	"github.com/compute-to-data/terraform-provider-c2d/controller/gateway"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// workers is the number of copies at a time.
const workers = 4

// Reconciler of the condition Delivered.
type Reconciler struct {
	// Client reads from the cache.
	Client  client.Client
	Gateway *gateway.Client
	// Now is the time; nil: the clock's.
	Now func() time.Time

	// progress is the number of objects that lie at the destination, by the key of the task; absent: none is known to.
	progress sync.Map
}

// SetupWithManager starts the reconciler with the manager.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	return (&errand.Reconciler{
		Client: r.Client, Now: r.Now,
		Name: "delivery", Workers: workers,
		Condition: v1alpha1.ConditionDelivered, DoneReason: v1alpha1.ReasonDelivered, FailedReason: v1alpha1.ReasonDestinationFailed,
		Again:  "It is tried again.",
		Wanted: func(job *v1alpha1.ComputeJob) bool { return job.Spec.Destination != nil },
		Task:   r.task,
	}).SetupWithManager(mgr)
}

// task to deliver what a run released, as long as access to it lasts.
func (r *Reconciler) task(job *v1alpha1.ComputeJob, run errand.Run, _ time.Time) *errand.Task {
	if run.Manifest == nil || run.State == v1alpha1.StateExpired || run.Current && meta.IsStatusConditionTrue(job.Status.Conditions, v1alpha1.ConditionDelivered) {
		return nil
	}
	key := fmt.Sprintf("%s/%d", job.UID, run.Run)
	return &errand.Task{Key: key, Do: func(ctx context.Context) (string, error) { return r.deliver(ctx, job, run, key) }}
}

// deliver the next part.
func (r *Reconciler) deliver(ctx context.Context, job *v1alpha1.ComputeJob, run errand.Run, key string) (string, error) {
	request := sandbox.Delivery{RunReference: run.Reference(job)}
	if before, ok := r.progress.Load(key); ok {
		request.From = before.(int64)
	}
	ctx, cancel := context.WithTimeout(ctx, sandbox.DeliverTimeout+sandbox.CopyTimeout(run.Manifest.Bytes))
	defer cancel()
	var done sandbox.Delivered
	if err := r.Gateway.Post(ctx, sandbox.PathDeliver, request, &done); err != nil {
		return "", err
	}
	if done.Objects < done.Total {
		r.progress.Store(key, done.Objects)
		return "", errand.ErrMore
	}
	r.progress.Delete(key)
	return fmt.Sprintf("%d objects of run %d, %d bytes, lie under %s.", done.Total, run.Run, done.Bytes, done.URI), nil
}
