package redteam

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Verdict on a case.
type Verdict string

// Verdicts.
const (
	Held       Verdict = "held"
	GotThrough Verdict = "got through"
	// Unexpected is a case whose effect was absent, and whose job ended otherwise than it should.
	Unexpected Verdict = "unexpected end"
	KnownLimit Verdict = "known limit"
	NotShown   Verdict = "not shown"
)

// Result of a case.
type Result struct {
	Case     string   `json:"case"`
	Rows     []int    `json:"rows,omitempty"`
	Tries    string   `json:"tries"`
	Absent   string   `json:"absent"`
	Expected []string `json:"expected"`
	Seen     string   `json:"seen"`
	Leaks    []string `json:"leaks,omitempty"`
	Limit    string   `json:"limit,omitempty"`
	Verdict  Verdict  `json:"verdict"`
	Seconds  float64  `json:"seconds"`

	started time.Time
}

// maxLeaks that are listed for a case.
const maxLeaks = 20

// decide what the case has shown.
func (r *Result) decide(missed string, err error) {
	if len(r.Leaks) > maxLeaks {
		r.Leaks = append(r.Leaks[:maxLeaks:maxLeaks], fmt.Sprintf("and %d more", len(r.Leaks)-maxLeaks))
	}
	switch {
	case len(r.Leaks) > 0:
		r.Verdict = GotThrough
	case err != nil:
		r.Verdict, r.Seen = Unexpected, strings.TrimSpace(r.Seen+" "+err.Error())
	case missed != "":
		r.Verdict, r.Seen = Unexpected, missed+": "+r.Seen
	case r.Limit != "":
		r.Verdict = KnownLimit
	default:
		r.Verdict = Held
	}
}

// Bad says whether the case needs a person.
func (r Result) Bad() bool { return r.Verdict == GotThrough || r.Verdict == Unexpected }

// Neighbour is what became of the harmless jobs beside the attacks.
type Neighbour struct {
	Jobs           int      `json:"jobs"`
	Failed         []string `json:"failed,omitempty"`
	MedianSeconds  float64  `json:"medianSeconds"`
	LongestSeconds float64  `json:"longestSeconds"`

	took     []float64
	failures [][2]time.Time
}

// Report of a run of the suite.
type Report struct {
	Environment string    `json:"environment"`
	Image       string    `json:"image"`
	Started     time.Time `json:"started"`
	Seconds     float64   `json:"seconds"`
	Results     []Result  `json:"results"`
	Neighbour   Neighbour `json:"neighbour"`
	// Arrived is what came to the sinks: nothing should have.
	Arrived []string `json:"arrived,omitempty"`
	// Elsewhere are the rows of the list that no case of this run has shown, and why.
	Elsewhere []Elsewhere `json:"elsewhere"`
}

// Elsewhere is a row that is not shown here.
type Elsewhere struct {
	Row   int    `json:"row"`
	Title string `json:"title"`
	Why   string `json:"why"`
}

// attribute what concerns several cases: what came to the sinks, neighbours that failed beside them, and rows that none has shown.
func (r *Report) attribute() {
	for i := range r.Results {
		result := &r.Results[i]
		if len(r.Arrived) > 0 && result.Verdict == Held && strings.Contains(result.Absent, "sink") {
			result.Verdict = GotThrough
			result.Leaks = append(result.Leaks, fmt.Sprintf("%d packets and connections at the sinks, of this case or another", len(r.Arrived)))
		}
		end := result.started.Add(time.Duration(result.Seconds * float64(time.Second)))
		for _, failure := range r.Neighbour.failures {
			if failure[0].Before(end) && failure[1].After(result.started) && result.Verdict == Held {
				result.Verdict = Unexpected
				result.Seen += " A neighbour failed beside it."
			}
		}
	}
	r.Elsewhere = elsewhere(r.Results)
}

// elsewhere are the rows that no result has shown.
func elsewhere(results []Result) (list []Elsewhere) {
	shown := map[int]bool{}
	for _, result := range results {
		for _, row := range result.Rows {
			shown[row] = shown[row] || result.Verdict != NotShown
		}
	}
	for number, row := range Rows {
		if number == 0 || shown[number] {
			continue
		}
		why := row.Elsewhere
		if why == "" {
			why = "its cases were not run, or could not be on this cluster"
		}
		list = append(list, Elsewhere{Row: number, Title: row.Title, Why: why})
	}
	return list
}

// Bad results, which need a person.
func (r Report) Bad() []Result {
	return slices.DeleteFunc(slices.Clone(r.Results), func(result Result) bool { return !result.Bad() })
}

// count of a verdict.
func (r Report) count(verdict Verdict) (n int) {
	for _, result := range r.Results {
		if result.Verdict == verdict {
			n++
		}
	}
	return n
}

// JSON of the report.
func (r Report) JSON(to io.Writer) error {
	encoder := json.NewEncoder(to)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(r)
}

// Markdown of the report.
func (r Report) Markdown(to io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "# Attack report\n\nEnvironment `%s`, %s, %.0f seconds, attacks from `%s`.\n\n", r.Environment, r.Started.Format(time.RFC3339), r.Seconds, r.Image)
	text.WriteString("| Verdict | Cases | Meaning |\n|---|---|---|\n")
	for _, verdict := range []struct {
		verdict Verdict
		meaning string
	}{
		{Held, "the effect was absent, and the job ended as it should"},
		{GotThrough, "the effect was seen"},
		{Unexpected, "the effect was not seen, but the job ended otherwise than it should"},
		{KnownLimit, "shown so that nobody believes otherwise; not promised"},
		{NotShown, "could not be tried on this cluster"},
	} {
		fmt.Fprintf(&text, "| %s | %d | %s |\n", verdict.verdict, r.count(verdict.verdict), verdict.meaning)
	}
	fmt.Fprintf(&text, "\nBeside them %d harmless jobs of a neighbour ran, %d of them failed; they took %.1f seconds in the median and %.1f at most.\n",
		r.Neighbour.Jobs, len(r.Neighbour.Failed), r.Neighbour.MedianSeconds, r.Neighbour.LongestSeconds)
	for _, failed := range r.Neighbour.Failed {
		fmt.Fprintf(&text, "- %s\n", cell(failed))
	}
	if bad := r.Bad(); len(bad) > 0 {
		text.WriteString("\n## What needs a person\n\n")
		for _, result := range bad {
			fmt.Fprintf(&text, "- **%s** (%s): %s\n", result.Case, result.Verdict, cell(result.Seen))
			for _, leak := range result.Leaks {
				fmt.Fprintf(&text, "  - %s\n", cell(leak))
			}
		}
	}
	text.WriteString("\n## Cases\n\nRows are those of the list of attacks that the suite follows; cases without one go beyond it.\n\n")
	text.WriteString("| Case | Row | The algorithm tries | Must be absent | Expected end | Seen | Verdict | s |\n|---|---|---|---|---|---|---|---|\n")
	for _, result := range r.Results {
		seen := result.Seen
		if result.Limit != "" {
			seen += " Why: " + result.Limit + "."
		}
		fmt.Fprintf(&text, "| %s | %s | %s | %s | %s | %s | %s | %.0f |\n", result.Case, rowsOf(result.Rows), cell(result.Tries), cell(result.Absent),
			cell(strings.Join(result.Expected, "; or ")), cell(seen), result.Verdict, result.Seconds)
	}
	text.WriteString("\n## Rows that are not shown here\n\n| Row | Attack | Where, or why not |\n|---|---|---|\n")
	for _, row := range r.Elsewhere {
		fmt.Fprintf(&text, "| %d | %s | %s |\n", row.Row, cell(row.Title), cell(row.Why))
	}
	_, err := io.WriteString(to, text.String())
	return err
}

func rowsOf(rows []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(rows), " ", ", "), "[]")
}

// cell of a table: one line, bounded, with nothing that Markdown or a terminal would obey.
func cell(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
	text = strings.Join(strings.Fields(text), " ")
	const most = 400
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + " …"
	}
	return strings.NewReplacer("|", "\\|", "<", "&lt;", "`", "'").Replace(text)
}
