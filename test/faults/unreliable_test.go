package faults

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// telling are the scenarios that between them have every step of a job's life: enough for faults that last.
var telling = only(scenarios,
	"succeeds", "fails, its log released", "suspended before it begins, then let go", "suspended while running", "deleted while running",
	"run again while running", "three jobs of two namespaces, one slot", "access ends, then retention")

// only those scenarios that have one of these names.
func only(of []scenario, names ...string) []scenario {
	return slices.DeleteFunc(slices.Clone(of), func(s scenario) bool { return !slices.Contains(names, s.name) })
}

// live the scenarios with controllers that suffer from a fault: all must come to their usual ends. It gives the number
// of writes attempted, for each of those of a life without a fault.
func live(t *testing.T, f fault, told []scenario) (ratio float64) {
	t.Helper()
	var want, got int
	for _, s := range told {
		t.Run(s.name, func(t *testing.T) {
			l := clean(t, s)
			latest.stop()
			latest = startController(f)
			defer func() {
				latest.stop()
				latest = startController(fault{})
			}()
			w := newWorld(t)
			// Who does not hear of a job cannot serve it in its turn.
			w.anyOrder = f.drop != nil
			w.live(s)
			w.expect(l.end)
			w.finish()
			want, got = want+l.most, got+len(latest.written())
		})
	}
	return float64(got) / float64(want)
}

// TestStaleCache lets the controller hear late of what happens, of its own writes too.
func TestStaleCache(t *testing.T) {
	const lag = 400 * time.Millisecond
	lags, told := []string{"computejobs", "all"}, telling
	if everything {
		lags, told = append(lags, "pods"), scenarios
	}
	for _, late := range lags {
		t.Run(late, func(t *testing.T) {
			live(t, fault{lag: func(resource string) time.Duration {
				if late == "all" || late == resource {
					return lag
				}
				return 0
			}}, told)
		})
	}
}

// TestDroppedEvents lets the controller miss every third event, until it lists everything anew a second later.
func TestDroppedEvents(t *testing.T) {
	live(t, fault{drop: func(_ string, nth int) bool { return nth%3 == 0 }}, telling)
}

// TestTwoControllers lets two controllers work at once, as when a lease is lost without notice.
func TestTwoControllers(t *testing.T) { twoControllers(t, scenarios) }

func twoControllers(t *testing.T, told []scenario) {
	for _, s := range told {
		t.Run(s.name, func(t *testing.T) {
			l := clean(t, s)
			first := latest
			latest = startController(fault{})
			past.allowRivals(true)
			defer func() {
				first.stop()
				past.allowRivals(false)
			}()
			w := newWorld(t)
			w.live(s)
			w.expect(l.end)
			w.finish()
		})
	}
}

// TestConflicts refuses every other write of a status, as if somebody else had just written it.
func TestConflicts(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 9))
	var refused atomic.Int64
	lock := make(chan struct{}, 1)
	ratio := live(t, fault{answer: func(request *http.Request) (*http.Response, error) {
		lock <- struct{}{}
		defer func() { <-lock }()
		if request.Method != http.MethodPatch || !strings.HasSuffix(request.URL.Path, "/status") || dice.IntN(2) == 0 {
			return nil, nil
		}
		refused.Add(1)
		return answer(request, http.StatusConflict, "Conflict"), nil
	}}, scenarios)
	t.Logf("%d writes refused, %.2f times as many writes as without conflicts", refused.Load(), ratio)
	if ratio > 3 {
		t.Errorf("%.2f times as many writes as without conflicts, want at most 3", ratio)
	}
}

// TestAPIServerUnwilling lets one request in ten fail with what an overloaded API server says.
func TestAPIServerUnwilling(t *testing.T) {
	dice := rand.New(rand.NewPCG(5, 9))
	lock := make(chan struct{}, 1)
	live(t, fault{answer: func(request *http.Request) (*http.Response, error) {
		lock <- struct{}{}
		defer func() { <-lock }()
		switch dice.IntN(40) {
		case 0:
			return answer(request, http.StatusInternalServerError, "InternalError"), nil
		case 1:
			return answer(request, http.StatusServiceUnavailable, "ServiceUnavailable"), nil
		case 2:
			return answer(request, http.StatusTooManyRequests, "TooManyRequests"), nil
		case 3:
			return nil, errors.New("connection reset by peer")
		default:
			return nil, nil
		}
	}}, telling)
}

// TestAPIServerAway takes the API server away for some seconds, in the middle of every life.
func TestAPIServerAway(t *testing.T) {
	const before, gone = 5, 5 * time.Second
	for _, s := range telling {
		var requests, since atomic.Int64
		away := func() bool {
			begun := since.Load()
			return begun > 0 && time.Since(time.UnixMilli(begun)) < gone
		}
		live(t, fault{away: away, answer: func(request *http.Request) (*http.Response, error) {
			if _, isWrite := kindOfWrite(request); isWrite && requests.Add(1) == before {
				since.Store(time.Now().UnixMilli())
			}
			if away() {
				return nil, errors.New("connection refused")
			}
			return nil, nil
		}}, []scenario{s})
	}
}

// TestS3 lets the results bucket fail in the ways that such services do.
func TestS3(t *testing.T) {
	touchingS3 := slices.DeleteFunc(slices.Clone(scenarios), func(s scenario) bool {
		return !slices.Contains([]string{"succeeds", "fails, its log released", "deleted while running", "access ends, then retention"}, s.name)
	})
	type spoil = func(http.ResponseWriter, *http.Request) bool
	type alter = func(*http.Response) error
	half := func() func() bool {
		dice, lock := rand.New(rand.NewPCG(7, 9)), make(chan struct{}, 1)
		return func() bool {
			lock <- struct{}{}
			defer func() { <-lock }()
			return dice.IntN(2) == 0
		}
	}
	for name, test := range map[string]struct {
		spoil spoil
		alter alter
	}{
		"slow": {spoil: func(http.ResponseWriter, *http.Request) bool { time.Sleep(300 * time.Millisecond); return false }},
		"SlowDown": {spoil: func() spoil {
			turn := half()
			return func(w http.ResponseWriter, _ *http.Request) bool {
				if !turn() {
					return false
				}
				w.Header().Set("Content-Type", "application/xml")
				w.WriteHeader(http.StatusServiceUnavailable)
				_, _ = fmt.Fprint(w, `<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>`)
				return true
			}
		}()},
		"hangs up": {spoil: func() spoil {
			turn := half()
			return func(http.ResponseWriter, *http.Request) bool {
				if turn() {
					panic(http.ErrAbortHandler)
				}
				return false
			}
		}()},
		"says less than it has":   {alter: lie(half(), -7)}, //nolint:bodyclose // ReverseProxy closes it.
		"says more than it sends": {alter: lie(half(), 7)},  //nolint:bodyclose // ReverseProxy closes it.
	} {
		t.Run(name, func(t *testing.T) {
			for _, s := range touchingS3 {
				clean(t, s)
			}
			if test.spoil != nil {
				proxy.spoil.Store(&test.spoil)
				defer proxy.spoil.Store(nil)
			}
			if test.alter != nil {
				proxy.alter.Store(&test.alter)
				defer proxy.alter.Store(nil)
			}
			live(t, fault{}, touchingS3)
		})
	}
}

// lie about the length of what is read.
func lie(turn func() bool, by int64) func(*http.Response) error {
	return func(response *http.Response) error {
		length := response.ContentLength + by
		if response.Request.Method == http.MethodGet && length > 0 && turn() {
			response.ContentLength = length
			response.Header.Set("Content-Length", fmt.Sprint(length))
		}
		return nil
	}
}
