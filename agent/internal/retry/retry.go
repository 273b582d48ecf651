// Package retry repeats what may work the next time, for as long as it gets somewhere.
package retry

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// Policy of repeating.
type Policy struct {
	// First is the delay after the first failure. It doubles with every failure without progress, up to Max.
	First, Max time.Duration
	// Stuck is how long to go on without progress.
	Stuck time.Duration
	// Retryable says whether an error may be gone the next time.
	Retryable func(error) bool
}

// Attempt to get something done. It says how far it has come, in a measure of its own, whether or not it failed.
type Attempt func(ctx context.Context) (position int64, err error)

// Do attempts until it is done, fails for good or is stuck. Only a position beyond all earlier ones counts as progress,
// so that starting over again and again ends too.
func Do(ctx context.Context, policy Policy, attempt Attempt) error {
	var furthest int64
	delay := policy.First
	progressed := time.Now()
	for {
		position, err := attempt(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil || !policy.Retryable(err) {
			return err
		}
		if position > furthest {
			furthest, delay, progressed = position, policy.First, time.Now()
		}
		if time.Since(progressed)+delay > policy.Stuck {
			return fmt.Errorf("no progress for %s: %w", policy.Stuck, err)
		}
		// Between half and all of the delay, so that many who failed at once do not come back at once.
		timer := time.NewTimer(delay/2 + rand.N(delay/2+1))
		select {
		case <-ctx.Done():
			timer.Stop()
			return err
		case <-timer.C:
		}
		delay = min(2*delay, policy.Max)
	}
}
