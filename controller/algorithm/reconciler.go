// Package algorithm gives Algorithms their DID and the checksum that owners trust them by.
package algorithm

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

// Reconciler of Algorithms.
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
	return ctrl.NewControllerManagedBy(mgr).For(&v1alpha1.Algorithm{}).WithOptions(controller.Options{MaxConcurrentReconciles: workers, RateLimiter: backoff.Limiter()}).Complete(r)
}

// Reconcile one Algorithm.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var algorithm v1alpha1.Algorithm
	if err := r.Client.Get(ctx, req.NamespacedName, &algorithm); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !algorithm.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, nil
	}
	checksum, err := ocean.AlgorithmChecksum(&algorithm.Spec)
	if err != nil {
		return ctrl.Result{}, fmt.Errorf("checksum of Algorithm %s: %w", req, err)
	}
	before := algorithm.DeepCopy()
	status := &algorithm.Status
	status.ObservedGeneration = algorithm.Generation
	status.DID = ocean.ClusterDID(r.Cluster, algorithm.UID)
	published, said := r.Book.Algorithm(ctx, &algorithm, r.Book.Echo())
	again, err := r.Book.Record(&status.Conditions, algorithm.Generation, published, said, time.Now())
	if err != nil {
		return ctrl.Result{}, fmt.Errorf("look up the NFT of Algorithm %s: %w", req, err)
	}
	if status.Published = published; published != nil {
		status.DID = published.DID
	}
	status.Checksum = checksum
	conditions.Ready(&status.Conditions, algorithm.Generation, v1alpha1.ReasonReady, "Owners can trust the algorithm by its checksum.")
	if equality.Semantic.DeepEqual(before.Status, algorithm.Status) {
		return ctrl.Result{RequeueAfter: again}, nil
	}
	err = r.Client.Status().Patch(ctx, &algorithm, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
	return ctrl.Result{RequeueAfter: again}, client.IgnoreNotFound(err)
}
