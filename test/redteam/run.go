package redteam

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// sideBySide is how many cases run at a time that do not disturb each other.
const sideBySide = 5

// Run the cases and write down what was seen. Told of each result as it comes.
func (w *World) Run(ctx context.Context, cases []Case, told func(Result)) Report {
	report := Report{Environment: w.Environment, Image: w.Image + "@" + w.Digest, Started: time.Now().UTC()}
	stop, neighbour := context.WithCancel(ctx)
	var beside sync.WaitGroup
	var life Neighbour
	beside.Go(func() { life = w.neighbour(stop) })

	results := make([]Result, len(cases))
	run := func(i int) {
		results[i] = w.one(ctx, cases[i])
		told(results[i])
	}
	var group sync.WaitGroup
	slots := make(chan struct{}, sideBySide)
	for i, c := range cases {
		if c.Alone || c.isLast() {
			continue
		}
		slots <- struct{}{}
		group.Go(func() {
			run(i)
			<-slots
		})
	}
	group.Wait()
	for i, c := range cases {
		if c.Alone {
			run(i)
		}
	}
	neighbour()
	beside.Wait()
	for i, c := range cases {
		if c.isLast() {
			run(i)
		}
	}
	report.Results, report.Neighbour = results, life
	var err error
	if report.Arrived, err = w.arrived(ctx); err != nil {
		report.Arrived = []string{err.Error()}
	}
	report.attribute()
	report.Seconds = time.Since(report.Started).Seconds()
	return report
}

// isLast says whether the case looks at what all others have left.
func (c Case) isLast() bool { return c.ID == "net-start" || c.ID == "credentials-shown" }

// one case, from its objects to its verdict.
func (w *World) one(ctx context.Context, c Case) (r Result) {
	r = Result{Case: c.ID, Rows: c.Rows, Tries: c.Title, Absent: c.Absent, Limit: c.Limit, started: time.Now()}
	for _, end := range c.Ends {
		r.Expected = append(r.Expected, end.String())
	}
	if c.StandIn && w.StandIn == nil {
		r.Verdict, r.Seen = NotShown, "there is no stand-in for addresses of the internet on this cluster, and nothing else is ever a target"
		return r
	}
	deadline := c.Deadline
	if deadline == 0 {
		deadline = patience
	}
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	var err error
	var missed string
	if c.Try != nil {
		r.Seen, r.Leaks, err = c.Try(ctx, w)
		if len(r.Expected) == 0 {
			r.Expected = []string{"refused, or nothing found"}
		}
	} else {
		r.Seen, r.Leaks, missed, err = w.attack(ctx, c)
	}
	r.Seconds = time.Since(r.started).Seconds()
	r.decide(missed, err)
	return r
}

// attack with an algorithm.
func (w *World) attack(ctx context.Context, c Case) (seen string, leaks []string, missed string, err error) {
	o := w.objects(c)
	if err := errors.Join(w.Admin.Create(ctx, o.Dataset), w.Consumer.Create(ctx, o.Algorithm), w.Consumer.Create(ctx, o.Job)); err != nil {
		return "", nil, "", err
	}
	s, err := w.end(ctx, o.Job)
	if err != nil {
		return s.String(), nil, "", err
	}
	if c.Limit == "" {
		leaks = s.canaries()
	}
	log, logged := s.Files[logName]
	for line := range strings.Lines(string(log)) {
		if what, ok := strings.CutPrefix(line, "GOT THROUGH: "); ok {
			leaks = append(leaks, strings.TrimSpace(what))
		}
	}
	if s.Job.Status.State == v1alpha1.StateFailed && len(s.outputs()) > 0 {
		leaks = append(leaks, fmt.Sprintf("outputs of a failed run: %q", s.outputs()))
	}
	if c.Look != nil {
		leaks = append(leaks, c.Look(s)...)
	}
	if !slices.ContainsFunc(c.Ends, func(e End) bool { return e.holds(s) }) {
		missed = "another end than expected"
	}
	// An attack that broke off has shown nothing. Where the log tells of one that was ended from outside, that is its end.
	whole := s.Job.Status.State == v1alpha1.StateSucceeded || s.ready().Reason == v1alpha1.ReasonOutputRefused
	if logged && whole && !strings.Contains(string(log), "attack over") && !strings.Contains(string(log), "[log cut after") {
		missed = "the attack broke off"
	}
	return s.String(), leaks, missed, nil
}

// neighbour runs one harmless job after the other beside the attacks, until it is stopped.
func (w *World) neighbour(ctx context.Context) (n Neighbour) {
	for i := 1; ctx.Err() == nil; i++ {
		name := fmt.Sprintf("neighbour-%d", i)
		started := time.Now()
		// Its own patience: the end of the suite lets the last one finish.
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		_, leaks, missed, err := w.attack(within, Case{ID: name, Attack: []string{"work"}, Ends: succeeds})
		cancel()
		took := time.Since(started)
		n.Jobs++
		n.took = append(n.took, took.Seconds())
		if err != nil || missed != "" || len(leaks) > 0 {
			n.Failed = append(n.Failed, fmt.Sprintf("%s, after %.0f s: %v %s %v", name, took.Seconds(), err, missed, leaks))
			n.failures = append(n.failures, [2]time.Time{started, time.Now()})
		}
	}
	slices.Sort(n.took)
	if len(n.took) > 0 {
		n.MedianSeconds, n.LongestSeconds = n.took[len(n.took)/2], n.took[len(n.took)-1]
	}
	return n
}
