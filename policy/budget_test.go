package policy

import (
	"fmt"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/disclosure"
)

var monday = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func entry(run string, ago time.Duration, bytes int64, open bool) v1alpha1.UsageEntry {
	return v1alpha1.UsageEntry{Run: run, Time: metav1.NewTime(monday.Add(-ago)), Bytes: bytes, Open: open}
}

func TestReserve(t *testing.T) {
	hour := &metav1.Duration{Duration: time.Hour}
	runs := v1alpha1.QueryBudget{Window: hour, Runs: ptr.To[int32](2)}
	bytes := v1alpha1.QueryBudget{Window: hour, OutputBytes: ptr.To(resource.MustParse("100"))}
	var full []v1alpha1.UsageEntry
	for i := range maxUsageEntries {
		full = append(full, entry(fmt.Sprint(i), 2*time.Hour, 0, true))
	}
	for name, test := range map[string]struct {
		budget  v1alpha1.QueryBudget
		entries []v1alpha1.UsageEntry
		granted int64 // -1: nothing
		entry   int   // entries after
		until   time.Duration
	}{
		"the first":                                 {runs, nil, 60, 1, 0},
		"the last":                                  {runs, []v1alpha1.UsageEntry{entry("a", time.Minute, 0, false)}, 60, 2, 0},
		"one too many":                              {runs, []v1alpha1.UsageEntry{entry("a", 50*time.Minute, 0, false), entry("b", time.Minute, 0, true)}, -1, 0, 10 * time.Minute},
		"two too many, since it was lowered":        {runs, []v1alpha1.UsageEntry{entry("a", 50*time.Minute, 0, false), entry("b", 40*time.Minute, 0, false), entry("c", time.Minute, 0, false)}, -1, 0, 20 * time.Minute},
		"an old one no longer counts":               {runs, []v1alpha1.UsageEntry{entry("a", time.Hour, 9, false), entry("b", time.Minute, 0, false)}, 60, 2, 0},
		"again is the same":                         {runs, []v1alpha1.UsageEntry{entry("a", time.Minute, 0, false), entry("new", time.Minute, 30, true)}, 30, 2, 0},
		"bytes are left":                            {bytes, []v1alpha1.UsageEntry{entry("a", time.Minute, 30, false)}, 60, 2, 0},
		"less than wanted":                          {bytes, []v1alpha1.UsageEntry{entry("a", time.Minute, 90, false)}, 10, 2, 0},
		"no bytes":                                  {bytes, []v1alpha1.UsageEntry{entry("a", 30*time.Minute, 40, false), entry("b", time.Minute, 60, false)}, -1, 0, 30 * time.Minute},
		"more than all":                             {bytes, []v1alpha1.UsageEntry{entry("a", time.Minute, 1<<62, false), entry("b", time.Minute, 1<<62, false)}, -1, 0, 59 * time.Minute},
		"bytes of an old run that is open":          {bytes, []v1alpha1.UsageEntry{entry("a", 5*time.Hour, 95, true)}, 5, 2, 0},
		"a run that is not over counts however old": {runs, []v1alpha1.UsageEntry{entry("a", 5*time.Hour, 0, true), entry("b", time.Minute, 0, false)}, -1, 0, 59 * time.Minute},
		"what nobody will ever close":               {bytes, []v1alpha1.UsageEntry{entry("a", 2*maxOpen, 95, true)}, 60, 1, 0},
		"full of runs that are not over":            {runs, full, -1, 0, maxOpen - time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			b := BudgetOf(&test.budget)
			status, granted, over := b.Reserve(test.entries, "new", 60, monday)
			if test.granted < 0 {
				if over == nil || !over.Until.Equal(monday.Add(test.until)) {
					t.Errorf("exhausted %+v, granted %d, want until %s", over, granted, monday.Add(test.until))
				}
				return
			}
			if over != nil || granted != test.granted || len(status.Entries) != test.entry {
				t.Errorf("granted %d with entries %+v, %+v; want %d", granted, status.Entries, over, test.granted)
			}
			again, twice, over := b.Reserve(status.Entries, "new", 60, monday)
			if over != nil || twice != granted || len(again.Entries) != len(status.Entries) || again.Bytes != status.Bytes || again.Runs != status.Runs {
				t.Errorf("again: %d of %+v", twice, again)
			}
		})
	}
}

func TestSettleUsage(t *testing.T) {
	b := BudgetOf(&v1alpha1.QueryBudget{Runs: ptr.To[int32](5)})
	for name, test := range map[string]struct {
		entry   v1alpha1.UsageEntry
		started bool
		bytes   int64
		want    int64 // -1: it is gone
	}{
		"what it brought":           {entry("new", 0, 100, true), true, 7, 7},
		"nothing":                   {entry("new", 0, 100, true), true, 0, 0},
		"never started":             {entry("new", 0, 100, true), false, 0, -1},
		"settled before":            {entry("new", 0, 7, false), true, 0, 7},
		"settled before, with less": {entry("new", 0, 7, false), true, 9, 9},
		"settled, then given back":  {entry("new", 0, 7, false), false, 0, 7},
		"nobody knows":              {entry("new", 0, 100, true), true, AllReserved, 100},
		"nobody knows again":        {entry("new", 0, 100, false), true, AllReserved, 100},
	} {
		status := b.Settle([]v1alpha1.UsageEntry{entry("other", 0, 1, true), test.entry}, "new", test.started, time.Time{}, test.bytes, monday)
		if test.want < 0 {
			if len(status.Entries) != 1 || status.Runs != 1 || status.Bytes != 1 {
				t.Errorf("%s: %+v", name, status)
			}
			continue
		}
		if len(status.Entries) != 2 || status.Entries[1].Open || status.Bytes != test.want+1 || status.Runs != 2 {
			t.Errorf("%s: %+v, want %d bytes", name, status, test.want)
		}
	}
}

// What a run may bring is never more than it was granted.
// A run counts from its start, which may be long after it was reserved.
func TestSettleUsageFromTheStart(t *testing.T) {
	b := BudgetOf(&v1alpha1.QueryBudget{Window: &metav1.Duration{Duration: time.Hour}, Runs: ptr.To[int32](1)})
	start := monday.Add(-5 * time.Minute)
	status := b.Settle([]v1alpha1.UsageEntry{entry("new", 50*time.Minute, 10, true)}, "new", true, start, 10, monday)
	if len(status.Entries) != 1 || !status.Entries[0].Time.Time.Equal(start) {
		t.Fatalf("%+v", status)
	}
	if _, over := b.Left(status.Entries, "next", monday.Add(30*time.Minute)); over == nil || !over.Until.Equal(start.Add(time.Hour)) {
		t.Errorf("the next may start before the window is over: %+v", over)
	}
}

func TestLower(t *testing.T) {
	rules := disclosure.Rules{MaxBytes: 1000, MaxFileBytes: 900, Logs: disclosure.LogRules{Release: v1alpha1.LogReleaseAlways, MaxBytes: 500}}
	for _, granted := range []int64{0, 1, 9, 10, 99, 600, 1499, 1500, 1 << 40} {
		for _, release := range []v1alpha1.LogRelease{v1alpha1.LogReleaseAlways, v1alpha1.LogReleaseNever, v1alpha1.LogReleaseAfterReview, ""} {
			rules := rules
			rules.Logs.Release = release
			low := Lower(rules, granted)
			if most := MostBytes(low); most > granted {
				t.Errorf("granted %d, log %s: %d may leave", granted, release, most)
			}
			if low.MaxFileBytes > low.MaxBytes || low.MaxBytes > rules.MaxBytes {
				t.Errorf("granted %d: %+v", granted, low)
			}
			if granted >= MostBytes(rules) && low.MaxBytes != rules.MaxBytes {
				t.Errorf("granted %d: lowered to %d all the same", granted, low.MaxBytes)
			}
		}
	}
}
