// Package redteam attacks an installation as the people would whom it must hold off: each case is an algorithm that runs
// as a normal job on a dataset of the suite's own, or an object that somebody puts into the cluster. A case has held when
// its effect is absent, seen from outside wherever that is possible, and the job ends in a defined state in time.
//
// Attacks aim at the pod that they run in, and at hosts that the suite itself has set up for that.
package redteam

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// Case is one attack.
type Case struct {
	// ID in the report; a DNS label.
	ID string
	// Rows of the list of attacks, see Rows; none where the case goes beyond it.
	Rows []int
	// Title says what is tried, and Absent the effect that must not be seen.
	Title, Absent string

	// Attack is what the algorithm is told to do.
	Attack []string
	// Change the objects before they are created.
	Change func(*Objects)
	// Ends in which the job may find itself: one of them.
	Ends []End
	// Look for more than every case is searched for; it returns what must not be there.
	Look func(*Seen) []string

	// Try is an attack without an algorithm of its own: it says what was seen, and what must not be.
	Try func(ctx context.Context, w *World) (seen string, leaks []string, err error)

	// Limit says that the effect is a known one, and why: shown, and not promised to be absent.
	Limit string
	// Alone runs the case with nothing beside it but the neighbour.
	Alone bool
	// StandIn needs addresses of the internet that lead to a host of the suite's own.
	StandIn bool
	// Deadline from the creation of the job to its end; patience where it is not set.
	Deadline time.Duration
}

// Objects of a case.
type Objects struct {
	World     *World
	Dataset   *v1alpha1.Dataset
	Algorithm *v1alpha1.Algorithm
	Job       *v1alpha1.ComputeJob
}

// End of a job.
type End struct {
	State  v1alpha1.State
	Reason string
	// Says is part of the message that the consumer reads.
	Says string
}

func (e End) String() string {
	text := string(e.State)
	if e.Reason != "" && e.Reason != text {
		text += ": " + e.Reason
	}
	if e.Says != "" {
		text += fmt.Sprintf(" (%q)", e.Says)
	}
	return text
}

func (e End) holds(s *Seen) bool {
	ready := s.ready()
	return s.Job.Status.State == e.State && (e.Reason == "" || ready.Reason == e.Reason) && strings.Contains(ready.Message, e.Says)
}

// Ends that many cases have.
var succeeds = []End{{State: v1alpha1.StateSucceeded}}

func fails(reason string) []End { return []End{{State: v1alpha1.StateFailed, Reason: reason}} }

// refusedBy a check of the gate. The consumer reads its name and a number, and no more.
func refusedBy(check string) []End {
	return []End{{State: v1alpha1.StateFailed, Reason: v1alpha1.ReasonOutputRefused, Says: "by check " + check}}
}

// disclosure changes the rules of the case's dataset.
func disclosure(change func(*v1alpha1.Disclosure)) func(*Objects) {
	return func(o *Objects) { change(&o.Dataset.Spec.Disclosure) }
}

// Cases in the order of the report.
func Cases() []Case {
	var all []Case
	for _, group := range [][]Case{networkCases, kernelCases, agentCases, resourceCases, shapeCases, contentCases, leakCases, limitCases, manifestCases, manyCases} {
		all = append(all, group...)
	}
	return all
}
