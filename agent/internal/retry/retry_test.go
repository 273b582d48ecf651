package retry

import (
	"context"
	"errors"
	"testing"
	"time"
)

var errLater, errNever = errors.New("later"), errors.New("never")

func policy(stuck time.Duration) Policy {
	return Policy{First: time.Millisecond, Max: 2 * time.Millisecond, Stuck: stuck,
		Retryable: func(err error) bool { return !errors.Is(err, errNever) }}
}

func TestDoRepeatsUntilDone(t *testing.T) {
	attempts := 0
	err := Do(context.Background(), policy(time.Minute), func(context.Context) (int64, error) {
		if attempts++; attempts < 4 {
			return 0, errLater
		}
		return 0, nil
	})
	if err != nil || attempts != 4 {
		t.Fatalf("%d attempts, %v", attempts, err)
	}
}

func TestDoStopsAtWhatIsForGood(t *testing.T) {
	attempts := 0
	err := Do(context.Background(), policy(time.Minute), func(context.Context) (int64, error) {
		attempts++
		return 0, errNever
	})
	if !errors.Is(err, errNever) || attempts != 1 {
		t.Fatalf("%d attempts, %v", attempts, err)
	}
}

func TestDoEndsWithoutProgress(t *testing.T) {
	for name, position := range map[string]func(int) int64{
		"none":          func(int) int64 { return 0 },
		"over and over": func(attempt int) int64 { return int64(10 + attempt%2) },
	} {
		t.Run(name, func(t *testing.T) {
			attempts := 0
			err := Do(context.Background(), policy(20*time.Millisecond), func(context.Context) (int64, error) {
				attempts++
				return position(attempts), errLater
			})
			if !errors.Is(err, errLater) || attempts < 3 {
				t.Fatalf("%d attempts, %v", attempts, err)
			}
		})
	}
}

func TestDoGoesOnWithProgress(t *testing.T) {
	attempts := int64(0)
	start := time.Now()
	err := Do(context.Background(), policy(10*time.Millisecond), func(context.Context) (int64, error) {
		attempts++
		if time.Since(start) > 50*time.Millisecond {
			return attempts, nil
		}
		return attempts, errLater
	})
	if err != nil {
		t.Fatalf("gave up after %d attempts that all came further: %v", attempts, err)
	}
}

func TestDoEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	err := Do(ctx, Policy{First: time.Hour, Max: time.Hour, Stuck: 3 * time.Hour, Retryable: func(error) bool { return true }},
		func(context.Context) (int64, error) { time.AfterFunc(time.Millisecond, cancel); return 0, errLater })
	if !errors.Is(err, errLater) {
		t.Fatal(err)
	}
}
