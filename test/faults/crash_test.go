package faults

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// tellings is how often a crash point is tried that is not reached: the order of writes that do not depend on each other
// may differ.
const tellings = 3

// everything is tried with C2D_FAULTS=all, which takes a quarter of an hour. Else the controller dies before one write and
// after the next, and caches are stale in fewer ways.
var everything = os.Getenv("C2D_FAULTS") == "all"

// sides of the nth write that the controller dies on.
func sides(n int) []bool {
	if everything {
		return []bool{false, true}
	}
	return []bool{n%2 == 1}
}

// TestCrashAtEveryWrite lets the controller die before or after each of its writes, to the API server and to S3, and start
// anew. Every one of these points must come to the end that a life without a crash has.
func TestCrashAtEveryWrite(t *testing.T) { crashAtEveryWrite(t, scenarios) }

func crashAtEveryWrite(t *testing.T, told []scenario) {
	t.Helper()
	var table strings.Builder
	var writes, points, covered int
	for _, s := range told {
		t.Run(s.name, func(t *testing.T) {
			l := clean(t, s)
			tried, reached, unneeded := 0, 0, 0
			for i, w := range l.writes {
				for _, after := range sides(i) {
					tried++
					p := point{w.kind, w.nth, after}
					t.Run(p.String(), func(t *testing.T) {
						if crash(t, s, p, l.end) {
							reached++
						} else if !t.Failed() {
							unneeded++
							t.Log("no point: these lives came to their end without this write")
						}
					})
				}
			}
			if 5*unneeded > tried {
				t.Errorf("%d of %d points were not reached", unneeded, tried)
			}
			writes += len(l.writes)
			points += tried - unneeded
			covered += reached
			fmt.Fprintf(&table, "| %s | %d | %d of %d |\n", s.name, len(l.writes), reached, tried-unneeded)
		})
	}
	fmt.Fprintf(&table, "| together | %d | %d of %d |\n", writes, covered, points)
	t.Logf("crash points:\n| The job | Writes of the controller | Crash points that converge |\n|---|---|---|\n%s", table.String())
}

// life of a job without a fault.
type life struct {
	end    end
	writes []write
	// most writes that one telling needed.
	most int
}

var lives = map[string]*life{}

// clean lives, without a fault: the end of all, and the writes that each of them needed. A controller that looks at what
// its cache does not show yet may write a thing once more than it had to; such a write is no point.
func clean(t *testing.T, s scenario) *life {
	t.Helper()
	if known := lives[s.name]; known != nil {
		return known
	}
	var l life
	for i := range tellings {
		latest.arm(nil)
		w := newWorld(t)
		w.live(s)
		if i == 0 {
			l.end = w.settledEnd()
		}
		w.expect(l.end)
		w.finish()
		this := latest.written()
		if i == 0 {
			l.writes = this
		}
		l.writes = slices.DeleteFunc(l.writes, func(w write) bool { return !slices.Contains(this, w) })
		l.most = max(l.most, len(this))
	}
	if verbose {
		t.Logf("%d writes: %v\nend:\n%s\nstarts: %s", len(l.writes), l.writes, l.end.all, l.end.starts)
	}
	lives[s.name] = &l
	return &l
}

// crash at a point, and start anew. It says whether the point was reached.
func crash(t *testing.T, s scenario, p point, want end) bool {
	for range tellings {
		victim := latest
		victim.arm(&p)
		told, restarted := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(restarted)
			select {
			case <-victim.dead.Done():
			case <-told:
			}
			if victim.dead.Err() != nil {
				<-victim.ended
				latest = startController(fault{})
			}
		}()
		func() {
			defer func() { close(told); <-restarted }()
			w := newWorld(t)
			w.live(s)
			w.expect(want)
			w.finish()
		}()
		if victim != latest {
			return true
		}
	}
	return false
}
