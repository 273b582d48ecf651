package stage

import (
	"context"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/gatewaytest"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// answering listens at an address and takes connections.
func answering(t *testing.T, address string) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			_ = connection.Close()
		}
	}()
	return listener
}

func TestProofOfIsolation(t *testing.T) {
	host := func(s *gatewaytest.Server) string { h, _, _ := net.SplitHostPort(s.Host()); return h }
	for name, test := range map[string]struct {
		// set up what the pod sees; it may change the targets.
		set func(*testing.T, *gatewaytest.Server, *Options)
		// want in the message of IsolationUnverified; empty: the proof succeeds.
		want string
	}{
		"gateway answers, canary does not": {set: func(*testing.T, *gatewaytest.Server, *Options) {}},
		"canary answers": {
			set:  func(t *testing.T, s *gatewaytest.Server, _ *Options) { answering(t, s.Canary()) },
			want: "could still reach the gateway's canary",
		},
		"API server answers": {
			set: func(t *testing.T, s *gatewaytest.Server, o *Options) {
				o.Targets.Closed = append(o.Targets.Closed, answering(t, host(s)+":0").Addr().String())
			},
			want: "could still reach an API server",
		},
		"node answers": {
			set: func(t *testing.T, s *gatewaytest.Server, o *Options) {
				o.Targets.Node = host(s)
				answering(t, host(s)+":10250")
			},
			want: "could still reach port 10250 of its node",
		},
		"node refuses": {set: func(_ *testing.T, s *gatewaytest.Server, o *Options) { o.Targets.Node = host(s) }},
		"the rule is late": {
			set: func(t *testing.T, s *gatewaytest.Server, _ *Options) {
				canary := answering(t, s.Canary())
				s.Isolation = func() sandbox.Isolation {
					if s.Count(sandbox.PathIsolation) == 4 {
						_ = canary.Close()
					}
					return sandbox.Isolation{Listening: true, Visited: time.Unix(1, 0)}
				}
			},
		},
		"packets arrive, answers do not": {
			set: func(_ *testing.T, s *gatewaytest.Server, _ *Options) {
				var visits atomic.Int64
				s.Isolation = func() sandbox.Isolation {
					return sandbox.Isolation{Listening: true, Visited: time.Unix(visits.Add(1), 0)}
				}
			},
			want: "could still reach the gateway's canary",
		},
		"visited before, not now": {
			set: func(_ *testing.T, s *gatewaytest.Server, _ *Options) {
				s.Isolation = func() sandbox.Isolation {
					return sandbox.Isolation{Listening: true, Visited: time.Now().Truncate(24 * time.Hour)}
				}
			},
		},
		"canary is down": {
			set: func(_ *testing.T, s *gatewaytest.Server, _ *Options) {
				s.Isolation = func() sandbox.Isolation { return sandbox.Isolation{} }
			},
			want: "the gateway's canary does not answer",
		},
		"canary is down for a while": {
			set: func(_ *testing.T, s *gatewaytest.Server, _ *Options) {
				s.Isolation = func() sandbox.Isolation { return sandbox.Isolation{Listening: s.Count(sandbox.PathIsolation) > 5} }
			},
		},
		"one of two gateways is gone": {
			set: func(_ *testing.T, _ *gatewaytest.Server, o *Options) {
				o.Targets.Open = append([]string{"127.0.0.1:1"}, o.Targets.Open...)
			},
		},
		"no gateway answers": {
			set:  func(_ *testing.T, _ *gatewaytest.Server, o *Options) { o.Targets.Open = []string{"127.0.0.1:1"} },
			want: "no gateway answers",
		},
		"the gateways were replaced": {
			set: func(_ *testing.T, s *gatewaytest.Server, o *Options) {
				o.Targets = Targets{Open: []string{"127.0.0.1:1"}, Closed: []string{"127.0.0.1:2"}}
				s.Isolation = func() sandbox.Isolation { return sandbox.Isolation{Listening: true, Address: host(s)} }
			},
		},
		"the gateways were replaced, and a new canary answers": {
			set: func(t *testing.T, s *gatewaytest.Server, o *Options) {
				answering(t, s.Canary())
				o.Targets = Targets{Open: []string{"127.0.0.1:1"}, Closed: []string{"127.0.0.1:2"}}
				s.Isolation = func() sandbox.Isolation { return sandbox.Isolation{Listening: true, Address: host(s)} }
			},
			want: "could still reach the gateway's canary",
		},
		"the canary of the gateway was not tried": {
			set:  func(_ *testing.T, _ *gatewaytest.Server, o *Options) { o.Targets.Closed = []string{"127.0.0.1:1"} },
			want: "no canary of a gateway that answers was tried",
		},
		"the gateway does not know the pod": {
			set: func(_ *testing.T, s *gatewaytest.Server, o *Options) {
				o.Limits.Canary = time.Hour
				s.Intercept = func(w http.ResponseWriter, r *http.Request) bool {
					if r.URL.Path == sandbox.PathIsolation {
						gatewaytest.Fail(w, http.StatusForbidden, sandbox.Failure{Message: "not the pod of a run"})
						return true
					}
					return false
				}
			},
			want: "no gateway answers",
		},
		"no proof is asked for": {
			set: func(t *testing.T, s *gatewaytest.Server, o *Options) {
				answering(t, s.Canary())
				o.Targets.Closed = nil
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := gatewaytest.Start(t, study())
			o := options(t, s)
			o.Targets = Targets{Open: []string{s.Host()}, Closed: []string{s.Canary()}}
			test.set(t, s, &o)
			report := Run(context.Background(), o)
			if test.want == "" {
				if report.Reason != "" {
					t.Fatalf("%s: %s", report.Reason, report.Message)
				}
				return
			}
			if report.Reason != v1alpha1.ReasonIsolationUnverified || !strings.Contains(report.Message, test.want) {
				t.Fatalf("%s: %s\nwant %s with %q", report.Reason, report.Message, v1alpha1.ReasonIsolationUnverified, test.want)
			}
			if strings.Contains(report.Message, "127.") {
				t.Errorf("the message gives an address away: %s", report.Message)
			}
			if n := s.Count(sandbox.InputPath(0, sandbox.PlanFile{})); n != 0 {
				t.Errorf("%d inputs were fetched although nothing was proven", n)
			}
			if _, err := os.Stat(filepath.Join(o.Shared, "agent")); err == nil {
				t.Error("the agent lies there: the algorithm could start")
			}
		})
	}
}

func TestParseTargets(t *testing.T) {
	targets, err := ParseTargets("10.0.0.1:8443,[fd00::1]:8443", "10.0.0.1:8444,", "10.0.0.9")
	if err != nil || len(targets.Open) != 2 || len(targets.Closed) != 1 || targets.Node != "10.0.0.9" {
		t.Fatalf("%+v, %v", targets, err)
	}
	if _, err := ParseTargets("10.0.0.1", "", ""); err == nil {
		t.Fatal("a target without a port was taken")
	}
}
