// Package backoff says how soon an object that could not be reconciled is looked at again.
package backoff

import (
	"time"

	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

const (
	first = 5 * time.Millisecond
	// longest pause: when the API server or a bucket is well again, so is every object that soon. The usual 1000 seconds
	// would leave jobs alone for a quarter of an hour.
	longest = 30 * time.Second
)

// Limiter of a controller's queue: the pauses of an object double.
func Limiter() workqueue.TypedRateLimiter[reconcile.Request] {
	return workqueue.NewTypedItemExponentialFailureRateLimiter[reconcile.Request](first, longest)
}
