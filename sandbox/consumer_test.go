package sandbox

import (
	"testing"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func TestPathsForConsumers(t *testing.T) {
	for want, result := range map[string]ManifestResult{
		"/v1/jobs/lab/train/runs/2/results/outputs/model.json":             {Name: "model.json", Type: v1alpha1.ResultOutput},
		"/v1/jobs/lab/train/runs/2/results/outputs/sub/50%25%20%C3%A9+%3F": {Name: "sub/50% é+?", Type: v1alpha1.ResultOutput},
		"/v1/jobs/lab/train/runs/2/results/logs/algorithm.log":             {Name: "algorithm.log", Type: v1alpha1.ResultLog},
	} {
		if got := ResultPath("lab", "train", 2, result); got != want {
			t.Errorf("%s, expected %s", got, want)
		}
	}
}

func TestEventIDTellsNewsApart(t *testing.T) {
	news := func(name string, run int64, state v1alpha1.State) string {
		n := Notification{State: state}
		n.Job.UID, n.Run = "a", run
		n.Job.Name = name
		return n.EventID()
	}
	if news("x", 1, v1alpha1.StateFailed) != news("y", 1, v1alpha1.StateFailed) {
		t.Error("the same news has two ids")
	}
	if news("x", 1, v1alpha1.StateFailed) == news("x", 2, v1alpha1.StateFailed) || news("x", 1, v1alpha1.StateSucceeded) == news("x", 1, v1alpha1.StateExpired) {
		t.Error("different news has one id")
	}
}

func TestCopyTimeoutGrowsWithTheObject(t *testing.T) {
	if small, large := CopyTimeout(0), CopyTimeout(20<<30); small != 15*time.Minute || large != small+20480*time.Second {
		t.Errorf("%s and %s", small, large)
	}
}
