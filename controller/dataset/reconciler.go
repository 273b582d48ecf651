// Package dataset gives Datasets their DID: the one that they are published under where the chain confirms it. Their sources are read by the gateway alone, when a job needs them.
package dataset

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/compute-to-data/terraform-provider-c2d/controller/backoff"
	"github.com/compute-to-data/terraform-provider-c2d/controller/conditions"
	"github.com/compute-to-data/terraform-provider-c2d/controller/publication"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
)

// Reconciler of Datasets.
type Reconciler struct {
	Client client.Client
	// Cluster is the UID of the namespace kube-system.
	Cluster types.UID
	// Book tells what stands on chain.
	Book *publication.Book
}

// workers is how many are looked at at a time; most of a look is waiting for a chain.
const workers = 4

var _ reconcile.Reconciler = (*Reconciler)(nil)

// SetupWithManager starts the reconciler with the manager.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).For(&v1alpha1.Dataset{}).WithOptions(controller.Options{MaxConcurrentReconciles: workers, RateLimiter: backoff.Limiter()}).Complete(r)
}

// Reconcile one Dataset.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var dataset v1alpha1.Dataset
	if err := r.Client.Get(ctx, req.NamespacedName, &dataset); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !dataset.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, nil
	}
	before := dataset.DeepCopy()
	status := &dataset.Status
	status.ObservedGeneration = dataset.Generation
	status.DID = ocean.ClusterDID(r.Cluster, dataset.UID)
	published, said := r.Book.Dataset(ctx, &dataset, r.Book.Echo())
	again, err := r.Book.Record(&status.Conditions, dataset.Generation, published, said, time.Now())
	if err != nil {
		return ctrl.Result{}, fmt.Errorf("look up the NFT of Dataset %s: %w", req, err)
	}
	if status.Published = published; published != nil {
		status.DID = published.DID
	}
	if status.Content != nil && status.Content.Generation != dataset.Generation {
		status.Content = nil
	}
	conditions.Ready(&status.Conditions, dataset.Generation, v1alpha1.ReasonReady, "Jobs that the access rules allow can use the dataset.")
	if equality.Semantic.DeepEqual(before.Status, dataset.Status) {
		return ctrl.Result{RequeueAfter: again}, nil
	}
	err = r.Client.Status().Patch(ctx, &dataset, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
	return ctrl.Result{RequeueAfter: again}, client.IgnoreNotFound(err)
}
