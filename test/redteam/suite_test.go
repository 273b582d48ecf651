package redteam

import (
	"encoding/base64"
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func TestCasesAreWhole(t *testing.T) {
	seen := map[string]bool{}
	covered := map[int]bool{}
	for _, c := range Cases() {
		if len(validation.IsDNS1123Label(c.ID)) > 0 || seen[c.ID] {
			t.Errorf("%q is no label, or is there twice", c.ID)
		}
		seen[c.ID] = true
		if c.Title == "" || c.Absent == "" || (c.Attack == nil) == (c.Try == nil) || c.Attack != nil && len(c.Ends) == 0 {
			t.Errorf("%s is not whole: %+v", c.ID, c)
		}
		for _, row := range c.Rows {
			if row < 1 || row >= len(Rows) {
				t.Errorf("%s is of row %d, of %d", c.ID, row, len(Rows)-1)
			}
			covered[row] = true
		}
	}
	for number, row := range Rows {
		if number > 0 && covered[number] == (row.Elsewhere != "") {
			t.Errorf("row %d has cases: %v, and says that it is elsewhere: %q", number, covered[number], row.Elsewhere)
		}
	}
}

// Every attack that a case names is one of the program's, and every one of the program's is used.
func TestAttacksAreThere(t *testing.T) {
	var source strings.Builder
	for _, file := range []string{"shape.go", "leak.go", "main.go"} {
		text, err := os.ReadFile("attack/" + file)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(text)
	}
	used := map[string]bool{"": true}
	for _, c := range Cases() {
		for _, word := range c.Attack[:min(len(c.Attack), 2)] {
			used[word] = true
		}
		if len(c.Attack) > 0 && !strings.Contains(source.String(), `"`+c.Attack[0]+`":`) {
			t.Errorf("%s: there is no attack %q", c.ID, c.Attack[0])
		}
		if len(c.Attack) > 1 && slices.Contains([]string{"shape", "leak"}, c.Attack[0]) && !strings.Contains(source.String(), `"`+c.Attack[1]+`":`) {
			t.Errorf("%s: there is no %s %q", c.ID, c.Attack[0], c.Attack[1])
		}
	}
	for _, match := range regexp.MustCompile(`(?m)^\t"([^"]+)": +func`).FindAllStringSubmatch(source.String(), -1) {
		if !used[match[1]] {
			t.Errorf("no case uses %q", match[1])
		}
	}
}

func TestFormsFindASecret(t *testing.T) {
	for shift := range 3 {
		text := base64.StdEncoding.EncodeToString([]byte("0123456"[:shift] + "before " + canaryCode + " after"))
		s := &Seen{Files: map[string][]byte{"a": []byte(text)}}
		if where := s.canaries(); len(where) == 0 {
			t.Errorf("not found in %s", text)
		}
	}
	s := &Seen{Texts: map[string]string{"status": "harmless"}, Files: map[string][]byte{"a": []byte("group,n\nA,20\n")}}
	if where := s.canaries(); len(where) > 0 {
		t.Errorf("found %v in nothing", where)
	}
}

func TestVerdicts(t *testing.T) {
	for name, test := range map[string]struct {
		result Result
		missed string
		err    error
		want   Verdict
	}{
		"held":                {Result{}, "", nil, Held},
		"a leak":              {Result{Leaks: []string{"x"}}, "", nil, GotThrough},
		"a leak, and no end":  {Result{Leaks: []string{"x"}}, "", errors.New("late"), GotThrough},
		"another end":         {Result{}, "another end", nil, Unexpected},
		"no end":              {Result{}, "", errors.New("late"), Unexpected},
		"a limit":             {Result{Limit: "why"}, "", nil, KnownLimit},
		"a limit, and no end": {Result{Limit: "why"}, "", errors.New("late"), Unexpected},
	} {
		if test.result.decide(test.missed, test.err); test.result.Verdict != test.want {
			t.Errorf("%s: %s, want %s", name, test.result.Verdict, test.want)
		}
	}
}

func TestReport(t *testing.T) {
	start := time.Date(2026, 11, 23, 5, 0, 0, 0, time.UTC)
	report := Report{Started: start, Results: []Result{
		{Case: "net-egress", Rows: []int{1}, Tries: "a | b", Absent: "a packet at the sinks", Seen: "x\x1b[2J\n<b>", Verdict: Held, started: start, Seconds: 5},
		{Case: "fork-bomb", Rows: []int{9}, Verdict: Held, started: start.Add(time.Minute), Seconds: 5},
		{Case: "quiet", Verdict: Held, started: start.Add(2 * time.Minute), Seconds: 5},
		{Case: "skipped", Rows: []int{4}, Verdict: NotShown},
	}, Arrived: []string{"udp"}}
	report.Neighbour.failures = [][2]time.Time{{start.Add(62 * time.Second), start.Add(70 * time.Second)}}
	report.attribute()
	for i, want := range []Verdict{GotThrough, Unexpected, Held, NotShown} {
		if got := report.Results[i].Verdict; got != want {
			t.Errorf("%s: %s, want %s", report.Results[i].Case, got, want)
		}
	}
	if len(report.Bad()) != 2 || !slices.ContainsFunc(report.Elsewhere, func(e Elsewhere) bool { return e.Row == 4 }) ||
		slices.ContainsFunc(report.Elsewhere, func(e Elsewhere) bool { return e.Row == 9 }) {
		t.Errorf("bad %v, elsewhere %v", report.Bad(), report.Elsewhere)
	}
	var markdown, text strings.Builder
	if err := errors.Join(report.Markdown(&markdown), report.JSON(&text)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`a \| b`, "x [2J &lt;b>", "| got through | 1 |", "| 4 | metadata services |"} {
		if !strings.Contains(markdown.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, markdown.String())
		}
	}
	if strings.ContainsRune(markdown.String(), 0x1b) || !strings.Contains(text.String(), `"verdict": "got through"`) {
		t.Error("the report holds terminal codes, or its JSON no verdict")
	}
}

func TestEnds(t *testing.T) {
	job := &v1alpha1.ComputeJob{}
	job.Status.State = v1alpha1.StateFailed
	s := &Seen{Job: job}
	if (End{State: v1alpha1.StateFailed, Reason: v1alpha1.ReasonExitCode}).holds(s) || !(End{State: v1alpha1.StateFailed}).holds(s) {
		t.Error("an end holds that is another, or does not that is the same")
	}
}
