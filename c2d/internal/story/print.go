package story

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/terminal"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// Print a summary for people. now is what "in 3h" is counted from.
func Print(w io.Writer, s Summary, now time.Time) error {
	sections := []func(io.Writer, Summary, time.Time) error{printHead, printTimeline, printPayment, printResults, printRuns, printEvents}
	for _, section := range sections {
		if err := section(w, s, now); err != nil {
			return err
		}
	}
	return nil
}

func printHead(w io.Writer, s Summary, now time.Time) error {
	t := terminal.NewTable("")
	row := func(title, value string) {
		if value != "" {
			t.Row(title+":", value)
		}
	}
	row("Name", s.Name)
	row("Namespace", s.Namespace)
	state := s.State
	if s.Reason != "" && s.Reason != s.State {
		state += " (" + s.Reason + ")"
	}
	row("State", state)
	row("Message", s.Message)
	if s.Run > 0 {
		row("Run", fmt.Sprintf("%d, trigger %q", s.Run, s.Trigger))
	}
	if s.NextTrigger != nil {
		row("Next run", fmt.Sprintf("asked for with trigger %q", *s.NextTrigger))
	}
	if s.Suspended {
		row("Suspended", "true")
	}
	row("Environment", s.Environment)
	row("Algorithm", s.Algorithm)
	row("Datasets", strings.Join(s.Datasets, ", "))
	var parameters []string
	for _, name := range slices.Sorted(maps.Keys(s.Parameters)) {
		parameters = append(parameters, name+"="+string(s.Parameters[name]))
	}
	row("Parameters", strings.Join(parameters, ", "))
	row("Max duration", s.MaxDuration)
	var deliver []string
	for _, what := range s.Deliver {
		deliver = append(deliver, string(what))
	}
	row("Deliver", strings.Join(deliver, ", "))
	if q := s.Queue; q != nil && s.State == string(v1alpha1.StateQueued) {
		row("Queue", fmt.Sprintf("about number %d, for %s", q.Position, terminal.Duration(now.Sub(q.Since.Time))))
	}
	if s.Exit != nil {
		exit := s.Exit.Class
		if s.Exit.Code != nil {
			exit += fmt.Sprintf(", code %d", *s.Exit.Code)
		}
		row("Exit", exit)
	}
	if s.ResultsSecret != "" {
		row("Links", "in Secret "+s.ResultsSecret)
	}
	row("Access until", moment(s.AccessExpiresAt, now))
	return t.Print(w)
}

// moment in time, and how far off it is.
func moment(at *metav1.Time, now time.Time) string {
	switch {
	case at == nil:
		return ""
	case at.After(now):
		return fmt.Sprintf("%s (in %s)", clock(*at), terminal.Duration(at.Sub(now)))
	default:
		return fmt.Sprintf("%s (%s ago)", clock(*at), terminal.Duration(now.Sub(at.Time)))
	}
}

func clock(at metav1.Time) string { return at.UTC().Format(time.RFC3339) }

func printTimeline(w io.Writer, s Summary, now time.Time) error {
	title := "Timeline"
	if s.Run > 0 {
		title = fmt.Sprintf("Timeline of run %d", s.Run)
	}
	t := terminal.NewTable("  ", "TIME", "AFTER", "STEP", "REASON", "MESSAGE")
	for _, step := range s.Timeline {
		after := ""
		switch {
		case step.Expected:
			after = "in " + terminal.Duration(step.Time.Sub(now))
		case step.AfterSeconds != nil:
			after = "+" + terminal.Duration(time.Duration(*step.AfterSeconds)*time.Second)
		}
		t.Row(clock(step.Time), after, step.Name, step.Reason, step.Message)
	}
	return section(w, title, t)
}

func section(w io.Writer, title string, t *terminal.Table) error {
	if _, err := fmt.Fprintf(w, "\n%s:\n", title); err != nil {
		return err
	}
	return t.Print(w)
}

// printPayment of a run that is paid; amounts are base units of the token.
func printPayment(w io.Writer, s Summary, now time.Time) error {
	p := s.Payment
	if p == nil {
		return nil
	}
	t := terminal.NewTable("  ")
	row := func(title, value string) {
		if value != "" {
			t.Row(title+":", value)
		}
	}
	row("State", string(p.State))
	row("Agreement", p.Agreement)
	row("Token", fmt.Sprintf("%s on chain %d", p.Token, p.ChainID))
	row("From", string(p.Payer))
	row("To", string(p.Payee))
	row("Price", fmt.Sprintf("%s a minute, for up to %d", p.PerMinute, p.MaxMinutes))
	row("Locked", string(p.Locked))
	if p.Minutes != nil {
		row("Minutes", fmt.Sprint(*p.Minutes))
	}
	row("Claimed", string(p.Claimed))
	row("Refunded", string(p.Refunded))
	row("Escrow", string(p.Escrow))
	row("Lock", string(p.LockID))
	row("Lock transaction", string(p.LockTx))
	row("Claim transaction", string(p.ClaimTx))
	if p.State != v1alpha1.PaymentSettled {
		row("Lock ends", moment(p.LockExpiresAt, now))
	}
	return section(w, "Payment, in base units of the token", t)
}

func printResults(w io.Writer, s Summary, _ time.Time) error {
	if len(s.Results) == 0 {
		return nil
	}
	title, outputs := "Results", int64(0)
	t := terminal.NewTable("  ", "NAME", "TYPE", "SIZE", "SHA256")
	for _, result := range s.Results {
		if result.Type == v1alpha1.ResultOutput {
			outputs++
		}
		t.Row(result.Name, string(result.Type), terminal.Bytes(result.Bytes), short(result.SHA256))
	}
	if s.Manifest != nil && s.Manifest.Outputs > outputs {
		title = fmt.Sprintf("Results (%d of %d outputs, %s in all; the manifest lists every one)", outputs, s.Manifest.Outputs, terminal.Bytes(s.Manifest.Bytes))
	}
	return section(w, title, t)
}

// short form of a hash.
func short(hash string) string { return hash[:min(len(hash), 12)] }

func printRuns(w io.Writer, s Summary, _ time.Time) error {
	if len(s.EarlierRuns) == 0 {
		return nil
	}
	paid := slices.ContainsFunc(s.EarlierRuns, func(run v1alpha1.RunRecord) bool { return run.Payment != nil })
	head := []string{"RUN", "STATE", "REASON", "STARTED", "TOOK", "OUTPUTS"}
	if paid {
		head = append(head, "PAID", "REFUNDED")
	}
	t := terminal.NewTable("  ", append(head, "TRIGGER")...)
	for _, run := range s.EarlierRuns {
		started, took, outputs := "", "", ""
		if run.StartTime != nil {
			started = clock(*run.StartTime)
			if run.CompletionTime != nil {
				took = terminal.Duration(run.CompletionTime.Sub(run.StartTime.Time))
			}
		}
		if run.Manifest != nil {
			outputs = fmt.Sprintf("%d, %s", run.Manifest.Outputs, terminal.Bytes(run.Manifest.Bytes))
		}
		row := []string{fmt.Sprint(run.Run), string(run.State), run.Reason, started, took, outputs}
		if paid {
			p := ptr.Deref(run.Payment, v1alpha1.PaymentRecord{})
			row = append(row, string(p.Claimed), string(p.Refunded))
		}
		t.Row(append(row, run.Trigger)...)
	}
	return section(w, "Earlier runs", t)
}

func printEvents(w io.Writer, s Summary, now time.Time) error {
	if len(s.Events) == 0 {
		return nil
	}
	t := terminal.NewTable("  ", "AGE", "TYPE", "REASON", "MESSAGE")
	for _, event := range s.Events {
		age := terminal.Duration(now.Sub(event.Time.Time))
		if event.Count > 1 {
			age += fmt.Sprintf(" (x%d)", event.Count)
		}
		t.Row(age, event.Type, event.Reason, event.Message)
	}
	return section(w, "Events", t)
}
