package story

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// Step of a run.
type Step struct {
	Time metav1.Time `json:"time"`
	// AfterSeconds since the step before.
	AfterSeconds *int64 `json:"afterSeconds,omitempty"`
	Name         string `json:"step"`
	Reason       string `json:"reason,omitempty"`
	Message      string `json:"message,omitempty"`
	// Expected says that it lies in the future.
	Expected bool `json:"expected,omitempty"`
}

// Names of steps beside those that are called as their condition is.
const (
	stepCreated        = "Created"
	stepQueued         = "Queued"
	stepStarted        = "Started"
	stepReviewAsked    = "Review asked"
	stepStopOrdered    = "Stop ordered"
	stepLinksEnd       = "Links end"
	stepAccessEnds     = "Access ends"
	stepResultsDeleted = "Results deleted"
)

// Timeline of the run that the status speaks of, and what is to come.
func Timeline(job *v1alpha1.ComputeJob, now time.Time) []Step {
	steps := life(job)
	if stop := job.Status.Stop; stop != nil {
		steps = append(steps, Step{Time: stop.Time, Name: stepStopOrdered, Reason: stop.Reason})
	}
	for _, kind := range []string{v1alpha1.ConditionDelivered, v1alpha1.ConditionNotified} {
		c := meta.FindStatusCondition(job.Status.Conditions, kind)
		switch {
		case c == nil:
		case c.Status == metav1.ConditionTrue:
			steps = append(steps, Step{Time: c.LastTransitionTime, Name: kind, Message: c.Message})
		default:
			steps = append(steps, Step{Time: c.LastTransitionTime, Name: "Not " + lower(kind), Reason: c.Reason, Message: c.Message})
		}
	}
	steps = append(steps, ends(job, now)...)
	slices.SortStableFunc(steps, func(a, b Step) int {
		return a.Time.Truncate(time.Second).Compare(b.Time.Truncate(time.Second))
	})
	for i := range steps[:max(len(steps)-1, 0)] {
		after := int64(steps[i+1].Time.Truncate(time.Second).Sub(steps[i].Time.Truncate(time.Second)).Seconds())
		if !steps[i+1].Expected {
			steps[i+1].AfterSeconds = &after
		}
	}
	return steps
}

// life of the run as far as it has come.
func life(job *v1alpha1.ComputeJob) []Step {
	status := &job.Status
	var steps []Step
	if status.Run <= 1 {
		steps = append(steps, Step{Time: job.CreationTimestamp, Name: stepCreated})
	}
	if status.Queue != nil {
		steps = append(steps, Step{Time: metav1.NewTime(status.Queue.Since.Time), Name: stepQueued})
	}
	happened := func(kind string) {
		if c := meta.FindStatusCondition(status.Conditions, kind); c != nil && c.Status == metav1.ConditionTrue {
			steps = append(steps, Step{Time: c.LastTransitionTime, Name: kind, Message: c.Message})
		}
	}
	happened(v1alpha1.ConditionAdmitted)
	happened(v1alpha1.ConditionFunded)
	happened(v1alpha1.ConditionStaged)
	if status.StartTime != nil {
		steps = append(steps, Step{Time: *status.StartTime, Name: stepStarted, Message: "The algorithm began to run."})
	}
	happened(v1alpha1.ConditionExecuted)
	settled := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionSettled)
	late := settled != nil && status.CompletionTime != nil && settled.LastTransitionTime.After(status.CompletionTime.Time)
	if !late {
		happened(v1alpha1.ConditionSettled)
	}
	if review := status.Review; review != nil {
		steps = append(steps, Step{Time: review.Since, Name: stepReviewAsked, Message: reviewMessage(review)})
	}
	happened(v1alpha1.ConditionReleased)
	if status.CompletionTime != nil {
		steps = append(steps, end(job))
	}
	if late {
		happened(v1alpha1.ConditionSettled)
	}
	// What the controller noted later than it was, since it learns of several steps at once, was at the latest when the
	// step after it was.
	for i := len(steps) - 2; i >= 0; i-- {
		if steps[i].Time.After(steps[i+1].Time.Time) {
			steps[i].Time = steps[i+1].Time
		}
	}
	return steps
}

// reviewMessage says whom a review was asked of, and what came of it.
func reviewMessage(review *v1alpha1.ReviewStatus) string {
	var namespaces []string
	for _, r := range review.Reviews {
		namespaces = append(namespaces, r.Namespace)
	}
	text := fmt.Sprintf("In %s, until %s", strings.Join(namespaces, ", "), review.Deadline.UTC().Format(time.RFC3339))
	if review.State == v1alpha1.ReviewPending {
		return text + "."
	}
	return fmt.Sprintf("%s: %s.", text, lower(string(review.State)))
}

// end of the run.
func end(job *v1alpha1.ComputeJob) Step {
	reason, message := Reason(job)
	s := Step{Time: *job.Status.CompletionTime, Name: string(job.Status.State), Reason: reason, Message: message}
	if job.Status.State == v1alpha1.StateExpired {
		s.Name, s.Reason, s.Message = "Ended", "", ""
		if Succeeded(job) {
			s.Name = string(v1alpha1.StateSucceeded)
		}
	}
	if s.Reason == s.Name {
		s.Reason = ""
	}
	return s
}

// ends of what the run brought.
func ends(job *v1alpha1.ComputeJob, now time.Time) []Step {
	var steps []Step
	add := func(at *metav1.Time, name, message string) {
		if at != nil {
			steps = append(steps, Step{Time: *at, Name: name, Message: message, Expected: at.After(now)})
		}
	}
	status := &job.Status
	add(status.AccessExpiresAt, stepAccessEnds, "Nothing can be run on the datasets, and no result read, from then on.")
	switch links := status.LinksExpireAt; {
	case links == nil:
	case madeAnew(status):
		add(links, stepLinksEnd, fmt.Sprintf("The links in Secret %s are made anew before.", status.ResultsSecret))
	case status.AccessExpiresAt == nil:
		add(links, stepAccessEnds, "No result can be read from then on.")
	}
	add(status.ResultsExpireAt, stepResultsDeleted, "The results are deleted from the results bucket.")
	return steps
}

// madeAnew says whether links follow those that there are: not where access ends with them, at the latest as the results
// are deleted.
func madeAnew(status *v1alpha1.ComputeJobStatus) bool {
	end := status.AccessExpiresAt
	if end == nil {
		end = status.ResultsExpireAt
	}
	return end == nil || status.LinksExpireAt.Time.Before(end.Add(-time.Second))
}

func lower(name string) string { return string(name[0]|0x20) + name[1:] }
