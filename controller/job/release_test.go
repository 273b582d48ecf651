package job

import (
	"errors"
	"testing"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox/pod"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// TestReleaseFailed tells what is tried again from what ends the job. The time counts from the end of publishing: how
// long the algorithm ran before says nothing of the bucket.
func TestReleaseFailed(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	r := &Reconciler{Now: func() time.Time { return now }}
	unavailable := &storage.Error{Kind: storage.Unavailable, Retry: true}
	for name, test := range map[string]struct {
		ended  time.Duration // ago
		err    error
		reason string // empty: tried again
	}{
		"bucket away, a long run":  {time.Minute, unavailable, ""},
		"bucket away for too long": {releaseBudget + time.Second, unavailable, v1alpha1.ReasonPublishFailed},
		"bucket deleted":           {time.Minute, &storage.Error{Kind: storage.BucketMissing}, v1alpha1.ReasonPublishFailed},
		"access taken away":        {time.Minute, &storage.Error{Kind: storage.Denied}, v1alpha1.ReasonPublishFailed},
	} {
		seen := pod.Observation{State: v1alpha1.StateSucceeded, Started: now.Add(-24 * time.Hour), Ended: now.Add(-test.ended)}
		var f *failure
		switch err := r.releaseFailed(seen, test.err); {
		case errors.As(err, &f) && f.reason != test.reason:
			t.Errorf("%s: ends as %s, want %q", name, f.reason, test.reason)
		case f == nil && test.reason != "":
			t.Errorf("%s: is tried again, want %s", name, test.reason)
		}
	}
}
