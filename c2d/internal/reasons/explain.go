package reasons

import (
	"fmt"
	"io"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/story"
	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/terminal"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// Verdict of a check.
type Verdict string

// Verdicts.
const (
	OK       Verdict = "ok"
	Fail     Verdict = "FAIL"
	Waits    Verdict = "waits"
	Withheld Verdict = "withheld"
	Unknown  Verdict = "unknown"
)

// Check is a rule and what came of it.
type Check struct {
	Verdict Verdict `json:"verdict"`
	Rule    string  `json:"rule"`
	// Of is the object that the rule stands in.
	Of string `json:"of"`
	// Field of the rule.
	Field string `json:"field,omitempty"`
	// Actual is what the rule found.
	Actual string `json:"actual,omitempty"`
	// rules says that the check is one of the owners' rules, asked now.
	rules bool
}

// Explanation of a job's state.
type Explanation struct {
	Job   string `json:"job"`
	State string `json:"state"`
	// Why in one sentence.
	Why string `json:"why"`
	// Advice says what to do, where there is anything.
	Advice []string `json:"advice,omitempty"`
	Checks []Check  `json:"checks"`
}

// Explain the state of a job. program is how the user calls this program.
func Explain(facts *Facts, program string, now time.Time) Explanation {
	e := Explanation{
		Job:    facts.Job.Namespace + "/" + facts.Job.Name,
		State:  story.State(facts.Job),
		Why:    sentence(facts.Job, now),
		Checks: slices.Concat(references(facts), rules(facts, now), progress(facts, now)),
	}
	e.Advice = advise(facts, e.Checks, program)
	return e
}

// Print an explanation, what matters most first.
func Print(w io.Writer, e Explanation) error {
	if _, err := fmt.Fprintf(w, "why: %s\n", terminal.Line(e.Why)); err != nil {
		return err
	}
	for _, advice := range e.Advice {
		if _, err := fmt.Fprintf(w, "     %s\n", terminal.Line(advice)); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	// What may be long comes last.
	t := terminal.NewTable("", "VERDICT", "RULE", "OF", "FIELD", "ACTUAL")
	for _, check := range e.Checks {
		t.Row(string(check.Verdict), check.Rule, check.Of, check.Field, check.Actual)
	}
	return t.Print(w)
}

// sentence that says why.
func sentence(job *v1alpha1.ComputeJob, now time.Time) string {
	run := job.Name
	if job.Status.Run > 0 {
		run = fmt.Sprintf("run %d of %s", job.Status.Run, job.Name)
	}
	reason, message := story.Reason(job)
	because := func(what string) string {
		text := run + " " + what
		if reason != "" && reason != string(job.Status.State) {
			text += " (" + reason + ")"
		}
		if message != "" {
			text += ": " + message
		}
		return text
	}
	switch state := job.Status.State; state {
	case "":
		return because("has not begun")
	case v1alpha1.StatePending:
		return because("waits")
	case v1alpha1.StateQueued:
		return because("queues")
	case v1alpha1.StateAwaitingReview:
		return because("waits for review")
	case v1alpha1.StateSucceeded:
		return because("succeeded")
	case v1alpha1.StateFailed:
		if reason == v1alpha1.ReasonPolicyDenied {
			return because("was denied")
		}
		return because("failed")
	case v1alpha1.StateStopped:
		return because("was stopped")
	case v1alpha1.StateExpired:
		ended := ""
		if at := job.Status.AccessExpiresAt; at != nil && at.Time.Before(now) {
			ended = " at " + at.UTC().Format(time.RFC3339)
		}
		return fmt.Sprintf("access to the results of %s ended%s, as the datasets' terms say", run, ended)
	default:
		if job.Status.Stop != nil {
			return because("is being stopped")
		}
		return because("is under way")
	}
}

// advise what to do.
func advise(facts *Facts, checks []Check, program string) []string {
	job := facts.Job
	name := fmt.Sprintf("%s -n %s", job.Name, job.Namespace)
	rerun := fmt.Sprintf("%s rerun %s", program, name)
	if job.Spec.Trigger != job.Status.Trigger && job.Status.Run > 0 && !job.Spec.Suspend {
		return []string{fmt.Sprintf("Its next run, with trigger %q, is about to begin.", job.Spec.Trigger)}
	}
	reason, _ := story.Reason(job)
	switch job.Status.State {
	case v1alpha1.StateAwaitingReview:
		return []string{"That is up to the owners of the datasets; status.review.reviews names their reviews."}
	case v1alpha1.StateSucceeded:
		if job.Status.Manifest != nil {
			return []string{fmt.Sprintf("Its results: %s results get %s", program, name)}
		}
		return nil
	case v1alpha1.StateStopped:
		return []string{"To run it again: " + rerun}
	case v1alpha1.StateFailed:
	default:
		return nil
	}
	now, known := failing(checks)
	if slices.Contains(decidedByRules, reason) {
		switch {
		case now:
			return []string{"The checks below are as the rules stand now. When they are put right: " + rerun}
		case known:
			return []string{"As the rules stand now they allow it. To run it again: " + rerun}
		}
		return []string{"You may not read all of the rules. When they are put right: " + rerun}
	}
	advice := []string{}
	if text := remedy(facts, reason); text != "" {
		advice = append(advice, text)
	}
	if log(job) {
		advice = append(advice, fmt.Sprintf("Its log: %s logs %s", program, name))
	}
	if now {
		return append(advice, "As the rules stand now it would not be admitted again: see the checks below.")
	}
	return append(advice, "To run it again: "+rerun)
}

// decidedByRules are the reasons that come from rules which may have changed since.
var decidedByRules = []string{
	v1alpha1.ReasonNotFound, v1alpha1.ReasonNotReady, v1alpha1.ReasonPolicyDenied,
	v1alpha1.ReasonParametersInvalid, v1alpha1.ReasonResourcesExceeded,
}

// failing says whether a rule refuses the job now, and whether all of them could be asked.
func failing(checks []Check) (now, known bool) {
	known = true
	for _, check := range checks {
		if check.rules && check.Verdict == Fail {
			now = true
		}
		if check.rules && check.Verdict == Unknown {
			known = false
		}
	}
	return now, known
}

// remedy for a failure.
func remedy(facts *Facts, reason string) string {
	most := func(what func(*v1alpha1.ComputeEnvironmentSpec) string) string {
		if !facts.Environment.ok() {
			return ""
		}
		return fmt.Sprintf(" (ComputeEnvironment %s allows at most %s)", facts.Environment.Name, what(&facts.Environment.Object.Spec))
	}
	switch reason {
	case v1alpha1.ReasonDeadlineExceeded:
		return "Give it longer with rerun --max-duration" + most(func(e *v1alpha1.ComputeEnvironmentSpec) string { return maxDuration(e).String() }) + ", or have it do less."
	case v1alpha1.ReasonOutOfMemory:
		return "Give it more with rerun --memory" + most(func(e *v1alpha1.ComputeEnvironmentSpec) string { return e.Resources.Memory.Max.String() }) + ", or have it take less."
	case v1alpha1.ReasonDiskExceeded:
		return "Give it more with rerun --disk" + most(func(e *v1alpha1.ComputeEnvironmentSpec) string { return e.Resources.Disk.Max.String() }) + ", or have it write less."
	case v1alpha1.ReasonIsolationUnverified, v1alpha1.ReasonUnschedulable, v1alpha1.ReasonPublishFailed:
		return "That is up to the environment's owner."
	case v1alpha1.ReasonInputFetchFailed, v1alpha1.ReasonChecksumMismatch:
		return "That is up to the dataset's owner."
	case v1alpha1.ReasonQueueTimeout:
		return "Other jobs held the environment's slots for all that time."
	case v1alpha1.ReasonReviewRejected:
		return "The owners of the datasets know why; status.review.reviews names their reviews."
	case v1alpha1.ReasonReviewTimeout:
		return "Have the owners of the datasets look at the next run in time: kubectl c2d review list in their namespaces."
	case v1alpha1.ReasonEvicted, v1alpha1.ReasonPodLost:
		return "The cluster took its machine away; that is no fault of the algorithm."
	}
	return ""
}

// log says whether the run's log was released.
func log(job *v1alpha1.ComputeJob) bool {
	return slices.ContainsFunc(job.Status.Results, func(r v1alpha1.Result) bool { return r.Type == v1alpha1.ResultLog })
}

// admitted says whether the controller found the rules of every dataset to allow the run.
func admitted(job *v1alpha1.ComputeJob) bool {
	return meta.IsStatusConditionTrue(job.Status.Conditions, v1alpha1.ConditionAdmitted)
}
