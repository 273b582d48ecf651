package policy

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/disclosure"
)

// Bounds of a budget.
const (
	defaultBudgetWindow = 24 * time.Hour
	// maxUsageEntries of a ledger, and the default of runs.
	maxUsageEntries = 100
	// maxOpen is how much longer than the window an entry counts whose run is not over: longer than any run and its
	// review take. What nobody closed by then never will be.
	maxOpen = 400 * 24 * time.Hour
)

// AllReserved settles a run at what it has reserved: nobody knows that it brought less.
const AllReserved = -1

// Budget of a dataset, with its defaults filled in. Every function takes what a ledger says and returns what it must
// say next; whoever writes that down makes sure that nobody else has meanwhile.
type Budget struct {
	window time.Duration
	runs   int
	// bytes at most; math.MaxInt64: no limit.
	bytes int64
}

// BudgetOf an owner's rule.
func BudgetOf(rule *v1alpha1.QueryBudget) Budget {
	b := Budget{window: defaultBudgetWindow, runs: maxUsageEntries, bytes: math.MaxInt64}
	if rule.Window != nil {
		b.window = rule.Window.Duration
	}
	if rule.Runs != nil {
		b.runs = min(int(*rule.Runs), maxUsageEntries)
	}
	if rule.OutputBytes != nil {
		b.bytes = rule.OutputBytes.Value()
	}
	return b
}

// Exhausted says that nothing of a budget is left.
type Exhausted struct {
	// What is used up, and the limit in words.
	What string
	// Until when at the latest.
	Until time.Time
}

// Runs of the budget, in words.
func (b Budget) Runs() string { return fmt.Sprintf("%d in %s", b.runs, b.window) }

// end of an entry: until then it counts. That of a run that is not over is not known yet: it may start, and what it brings may
// leave, at any time.
func (b Budget) end(entry v1alpha1.UsageEntry) time.Time {
	end := entry.Time.Add(b.window)
	if entry.Open {
		end = end.Add(maxOpen)
	}
	return end
}

// current entries of a ledger, the oldest first.
func (b Budget) current(entries []v1alpha1.UsageEntry, now time.Time) []v1alpha1.UsageEntry {
	kept := slices.DeleteFunc(slices.Clone(entries), func(e v1alpha1.UsageEntry) bool { return !now.Before(b.end(e)) })
	slices.SortStableFunc(kept, func(a, c v1alpha1.UsageEntry) int { return a.Time.Compare(c.Time.Time) })
	return kept
}

// status of a ledger with these entries.
func (b Budget) status(entries []v1alpha1.UsageEntry) v1alpha1.DatasetUsageStatus {
	status := v1alpha1.DatasetUsageStatus{Entries: entries, Runs: int64(len(entries))}
	for _, e := range entries {
		status.Bytes += e.Bytes
	}
	return status
}

// Left says how many bytes a run may bring that wants to start; a run that is in the ledger has what it has reserved.
func (b Budget) Left(entries []v1alpha1.UsageEntry, run string, now time.Time) (int64, *Exhausted) {
	entries = b.current(entries, now)
	if i := slices.IndexFunc(entries, func(e v1alpha1.UsageEntry) bool { return e.Run == run }); i >= 0 {
		return entries[i].Bytes, nil
	}
	left := b.bytes
	for _, e := range entries {
		left -= min(e.Bytes, left)
	}
	switch {
	case len(entries) >= b.runs:
		return 0, &Exhausted{fmt.Sprintf("%d runs in %s", b.runs, b.window), b.end(b.byEnd(entries)[len(entries)-b.runs])}
	case left <= 0:
		return 0, &Exhausted{fmt.Sprintf("%d bytes in %s", b.bytes, b.window), b.bytesFree(entries)}
	}
	return left, nil
}

// byEnd are the entries in the order in which they stop counting.
func (b Budget) byEnd(entries []v1alpha1.UsageEntry) []v1alpha1.UsageEntry {
	return slices.SortedStableFunc(slices.Values(entries), func(a, c v1alpha1.UsageEntry) int { return b.end(a).Compare(b.end(c)) })
}

// bytesFree is when the first bytes become free.
func (b Budget) bytesFree(entries []v1alpha1.UsageEntry) time.Time {
	entries = b.byEnd(entries)
	var sum int64
	for _, e := range entries {
		sum += e.Bytes
	}
	for _, e := range entries {
		if sum -= e.Bytes; sum < b.bytes {
			return b.end(e)
		}
	}
	return time.Time{}
}

// Reserve a run, and the bytes that it may bring: those that its rules let it, or what is left. Repeated it changes nothing.
func (b Budget) Reserve(entries []v1alpha1.UsageEntry, run string, want int64, now time.Time) (v1alpha1.DatasetUsageStatus, int64, *Exhausted) {
	left, exhausted := b.Left(entries, run, now)
	if exhausted != nil {
		return v1alpha1.DatasetUsageStatus{}, 0, exhausted
	}
	entries = b.current(entries, now)
	if slices.ContainsFunc(entries, func(e v1alpha1.UsageEntry) bool { return e.Run == run }) {
		return b.status(entries), left, nil
	}
	granted := min(want, left)
	entries = append(entries, v1alpha1.UsageEntry{Run: run, Time: metav1.NewTime(now.Truncate(time.Second)), Bytes: granted, Open: true})
	return b.status(entries), granted, nil
}

// Settle a run that is over: it has started at a time and brought bytes, or was never started and is given back. Where only that
// it started is known, the time is zero. What a run was settled at before is never lowered.
func (b Budget) Settle(entries []v1alpha1.UsageEntry, run string, started bool, at time.Time, bytes int64, now time.Time) v1alpha1.DatasetUsageStatus {
	entries = b.current(entries, now)
	i := slices.IndexFunc(entries, func(e v1alpha1.UsageEntry) bool { return e.Run == run })
	if i >= 0 && started && at.After(entries[i].Time.Time) {
		entries[i].Time = metav1.NewTime(at.Truncate(time.Second))
	}
	switch {
	case i < 0:
	case entries[i].Open && !started:
		entries = slices.Delete(entries, i, i+1)
	case entries[i].Open && bytes == AllReserved:
		entries[i].Open = false
	case entries[i].Open:
		entries[i].Open, entries[i].Bytes = false, bytes
	default:
		entries[i].Bytes = max(entries[i].Bytes, bytes)
	}
	return b.status(entries)
}

// UsageName of the ledger of a dataset and a consumer: the same for the same, and never for another. A dataset that takes the
// name of one that was deleted has ledgers of its own.
func UsageName(dataset *v1alpha1.Dataset, consumer string) string {
	sum := sha256.Sum256([]byte(string(dataset.UID) + "\n" + consumer))
	return "usage-" + hex.EncodeToString(sum[:])
}

// Budgeted says whether a verdict of a budget allows a run.
func Budgeted(dataset *v1alpha1.Dataset, exhausted *Exhausted) Verdict {
	verdict := Verdict{Dataset: name(dataset), Field: "spec.access.budget", Allowed: exhausted == nil, Actual: "another run of this consumer"}
	if exhausted != nil {
		verdict.Actual += fmt.Sprintf(" beyond %s", exhausted.What)
		verdict.Advice = fmt.Sprintf("the next becomes free at %s at the latest", exhausted.Until.UTC().Format(time.RFC3339))
	}
	return verdict
}

// MostBytes that may leave of a run under its rules: outputs, and the log where it may.
func MostBytes(rules disclosure.Rules) int64 {
	return rules.MaxBytes + logBytes(rules)
}

func logBytes(rules disclosure.Rules) int64 {
	if cmp.Or(rules.Logs.Release, v1alpha1.LogReleaseNever) == v1alpha1.LogReleaseNever {
		return 0
	}
	return rules.Logs.MaxBytes
}

// Lower the rules of a run to what its budget has granted: the log has a tenth at most.
func Lower(rules disclosure.Rules, granted int64) disclosure.Rules {
	if granted >= MostBytes(rules) {
		return rules
	}
	log := min(logBytes(rules), granted/10)
	rules.Logs.MaxBytes = min(rules.Logs.MaxBytes, log)
	rules.MaxBytes = min(rules.MaxBytes, granted-log)
	rules.MaxFileBytes = min(rules.MaxFileBytes, rules.MaxBytes)
	return rules
}
