package recent_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/recent"
)

func TestValuesAreReadAgainWhenTheyAreOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		values := recent.New[int](10, 5*time.Second)
		reads := 0
		read := func(context.Context) (int, error) {
			time.Sleep(time.Second) // the age counts from before the read
			reads++
			return reads, nil
		}
		for _, c := range []struct {
			pass time.Duration
			want int
		}{{0, 1}, {3 * time.Second, 1}, {1100 * time.Millisecond, 2}} {
			time.Sleep(c.pass)
			if got, err := values.Get(t.Context(), "k", read); err != nil || got != c.want {
				t.Errorf("after %s more: %d, %v, expected %d", c.pass, got, err, c.want)
			}
		}
		if got, err := values.Refresh(t.Context(), "k", read); err != nil || got != 3 {
			t.Errorf("refresh: %d, %v", got, err)
		}
	})
}

func TestFailuresAreNotRemembered(t *testing.T) {
	values := recent.New[int](10, time.Hour)
	broken := errors.New("broken")
	if _, err := values.Get(t.Context(), "k", func(context.Context) (int, error) { return 0, broken }); !errors.Is(err, broken) {
		t.Error(err)
	}
	if got, err := values.Get(t.Context(), "k", func(context.Context) (int, error) { return 7, nil }); err != nil || got != 7 {
		t.Errorf("%d, %v", got, err)
	}
}

func TestCallersShareARead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		values := recent.New[int](10, time.Hour)
		var reads atomic.Int32
		read := func(ctx context.Context) (int, error) {
			time.Sleep(time.Second)
			return int(reads.Add(1)), ctx.Err()
		}
		leaving, leave := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := values.Get(leaving, "k", read); !errors.Is(err, context.Canceled) {
				t.Errorf("who left got %v", err)
			}
		})
		synctest.Wait()
		leave() // the read goes on for the others
		for range 5 {
			group.Go(func() {
				if got, err := values.Get(t.Context(), "k", read); err != nil || got != 1 {
					t.Errorf("%d, %v", got, err)
				}
			})
		}
		group.Wait()
	})
}
