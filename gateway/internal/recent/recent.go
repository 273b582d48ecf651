// Package recent remembers what was read for a few seconds, so that ten thousand small files are not ten thousand
// questions to the API server. How old an answer may be is part of each use.
package recent

import (
	"context"
	"time"

	"golang.org/x/sync/singleflight"
	"k8s.io/apimachinery/pkg/util/cache"
)

// readTimeout bounds one read; it goes on when the caller that began it leaves, since others may wait for it.
const readTimeout = 15 * time.Second

// Values by key, none older than a maximum age and at most so many of them. Failures are not remembered.
type Values[V any] struct {
	age     time.Duration
	entries *cache.LRUExpireCache
	flights singleflight.Group
}

// New remembers at most size values for at most age.
func New[V any](size int, age time.Duration) *Values[V] {
	return &Values[V]{age: age, entries: cache.NewLRUExpireCache(size)}
}

// Get the value of a key, by reading it where none is young enough. Callers that ask at the same time share one read.
func (v *Values[V]) Get(ctx context.Context, key string, read func(context.Context) (V, error)) (V, error) {
	if value, ok := v.entries.Get(key); ok {
		return value.(V), nil
	}
	return v.Refresh(ctx, key, read)
}

// Refresh reads the value of a key even where a young one is known.
func (v *Values[V]) Refresh(ctx context.Context, key string, read func(context.Context) (V, error)) (V, error) {
	answer := v.flights.DoChan(key, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readTimeout)
		defer cancel()
		// The age counts from before the read: that is the moment of which it tells.
		began := time.Now()
		value, err := read(ctx)
		if err != nil {
			return nil, err
		}
		v.entries.Add(key, value, v.age-time.Since(began))
		return value, nil
	})
	select {
	case result := <-answer:
		if result.Err != nil {
			var none V
			return none, result.Err
		}
		return result.Val.(V), nil
	case <-ctx.Done():
		var none V
		return none, ctx.Err()
	}
}
