//go:build e2e

package redteam

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
)

// TestAttacks runs the suite on the embedded cluster that test/redteam/prepare.sh has made ready.
func TestAttacks(t *testing.T) {
	image, digest, found := strings.Cut(os.Getenv("C2D_ATTACK_IMAGE"), "@")
	if !found {
		t.Fatal("C2D_ATTACK_IMAGE is not set: run the tests with `make test`, or the suite alone with `make redteam`")
	}
	config := Config{Image: image, Digest: digest, Command: "/attack", Environment: "redteam", System: "c2d-system", Sandbox: "c2d-sandbox"}
	var err error
	if config.REST, err = ctrl.GetConfig(); err != nil {
		t.Fatal(err)
	}
	ready, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if config.StandIn, err = StartStandIn(ready, strings.Fields(os.Getenv("C2D_ATTACK_STAND_IN"))...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = config.StandIn.Close() })
	world, err := Open(t.Context(), config)
	if world != nil {
		t.Cleanup(func() {
			if err := world.Close(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	report := world.Run(t.Context(), Cases(), func(r Result) { t.Logf("%s: %s", r.Case, r.Verdict) })
	for _, result := range report.Results {
		t.Run(result.Case, func(t *testing.T) {
			if result.Bad() || result.Verdict == NotShown {
				t.Errorf("%s, expected %q: %s\n%s", result.Verdict, result.Expected, result.Seen, strings.Join(result.Leaks, "\n"))
			}
		})
	}
	if len(report.Neighbour.Failed) > 0 || report.Neighbour.Jobs == 0 {
		t.Errorf("the neighbour: %+v", report.Neighbour)
	}
}
