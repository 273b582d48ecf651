package redteam

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/utils/ptr"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// shaped is an output of a kind that a check refuses.
func shaped(row int, shape, check string, rules ...func(*v1alpha1.Disclosure)) Case {
	c := Case{
		ID: "shape-" + label(shape), Rows: []int{row}, Title: "an output: " + shape, Absent: "any output",
		Attack: []string{"shape", shape}, Ends: refusedBy(check),
	}
	if len(rules) > 0 {
		c.Change = disclosure(rules[0])
	}
	return c
}

func label(text string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r == ' ' || r == '-':
			return '-'
		}
		return -1
	}, text), "-")
}

var shapeCases = []Case{
	shaped(14, "link to data", "regular-file"),
	shaped(14, "link to a secret", "regular-file"),
	shaped(14, "link to the node", "regular-file"),
	shaped(14, "dangling link", "regular-file"),
	shaped(14, "loop of links", "regular-file"),
	shaped(14, "link upwards", "regular-file"),
	shaped(14, "hard link", "hard-link"),
	shaped(14, "FIFO", "regular-file"),
	shaped(14, "socket", "regular-file"),
	shaped(16, "line break", "name"),
	shaped(16, "terminal codes", "name"),
	shaped(16, "right to left", "name"),
	shaped(16, "invalid UTF-8", "name"),
	shaped(16, "nothing but dots", "name"),
	shaped(16, "backslashes", "name"),
	shaped(16, "long name", "name-length"),
	shaped(16, "same but for case", "collision"),
	shaped(16, "same but composed", "collision"),
}

func types(allowed ...string) func(*v1alpha1.Disclosure) {
	return func(d *v1alpha1.Disclosure) { d.Types = allowed }
}

func table(change func(*v1alpha1.CSVDisclosure)) func(*v1alpha1.Disclosure) {
	return func(d *v1alpha1.Disclosure) { change(&d.CSV) }
}

func counted(c *v1alpha1.CSVDisclosure) { c.MinCellCount = 10 }

var contentCases = []Case{
	shaped(16, "html", "type", types("text/csv", "image/png")),
	shaped(16, "svg", "type", types("text/csv", "image/png")),
	shaped(16, "program", "type", types("text/csv", "image/png")),
	shaped(16, "formula", "csv-formula"),
	shaped(17, "gzip", "archive"),
	shaped(17, "gzip named csv", "archive"),
	shaped(17, "zip", "archive"),
	shaped(17, "zip within zip", "archive"),
	shaped(17, "tar", "archive"),
	shaped(17, "gzip bomb", "archive"),
	shaped(17, "bomb within", "compressed"),
	shaped(17, "PNG with zip", "polyglot"),
	shaped(17, "PNG with a tail", "polyglot"),
	shaped(22, "many columns", "csv-cell-count", table(counted)),
	shaped(22, "not a number", "csv-cell-count", table(counted)),
	shaped(22, "negative", "csv-cell-count", table(counted)),
	shaped(18, "forbidden column", "csv-column", table(func(c *v1alpha1.CSVDisclosure) { c.ForbiddenColumns = []string{"patient_id"} })),
	shaped(18, "forbidden key", "json-key", func(d *v1alpha1.Disclosure) { d.JSON.ForbiddenKeys = []string{"patient_id"} }),
	shaped(18, "too many rows", "csv-rows", table(func(c *v1alpha1.CSVDisclosure) { c.MaxRows = ptr.To(int64(100)) })),
	shaped(18, "big", "file-size", func(d *v1alpha1.Disclosure) { d.MaxFileBytes = ptr.To(resource.MustParse("1Mi")) }),
	shaped(20, "few files", "count", func(d *v1alpha1.Disclosure) { d.MaxFiles = ptr.To(int32(2)) }),
}

// leaked is data in an output, in a form that the gate knows.
func leaked(form, check string) Case {
	return Case{
		ID: "leak-" + label(form), Rows: []int{18}, Title: "data in an output: " + form, Absent: "the data",
		Attack: []string{"leak", form}, Ends: refusedBy(check),
	}
}

// said is data on another channel.
func said(what string, ends []End) Case {
	return Case{
		ID: "say-" + label(what), Rows: []int{19}, Title: "to the log: " + what, Absent: "data in what the consumer reads",
		Attack: []string{"say", what}, Ends: ends,
		Look: func(s *Seen) (leaks []string) {
			if _, released := s.Files[logName]; released {
				leaks = append(leaks, "the log was released")
			}
			return leaks
		},
	}
}

// neverLogs are the rules where the owner says nothing of logs.
var neverLogs = disclosure(func(d *v1alpha1.Disclosure) { d.Logs.Release = v1alpha1.LogReleaseNever })

// silent wants that nothing tells which code the algorithm ended with.
func silent(code int32) func(*Seen) []string {
	return func(s *Seen) (leaks []string) {
		if exit := s.Job.Status.Exit; exit != nil && exit.Code != nil {
			leaks = append(leaks, fmt.Sprintf("status.exit.code is %d", *exit.Code))
		}
		for _, text := range []string{fmt.Sprintf("code %d", code), fmt.Sprintf(`"code":%d`, code), fmt.Sprintf(`"exitCode":%d`, code)} {
			leaks = append(leaks, s.holds(text)...)
		}
		return leaks
	}
}

var leakCases = []Case{
	leaked("plain", "canary"),
	leaked("hex", "canary"),
	leaked("upper hex", "canary"),
	leaked("base64", "canary"),
	leaked("base64, shifted", "canary"),
	leaked("base64 for URLs", "canary"),
	leaked("reversed", "canary"),
	leaked("UTF-16", "canary"),
	leaked("gzip within", "canary"),
	leaked("JSON", "canary"),
	leaked("after 8 MiB", "canary"),
	leaked("file name", "canary"),
	leaked("folder name", "canary"),
	leaked("all rows", ""),
	leaked("all rows, quoted", "verbatim"),
	leaked("rows over files", "verbatim"),
	{
		ID: "leak-png-text", Rows: []int{18}, Title: "data in the text chunk of a PNG image", Absent: "the data",
		Attack: []string{"leak", "PNG text"}, Ends: append(refusedBy("canary"), succeeds...),
	},
	said("row", succeeds),
	said("row on stderr", succeeds),
	said("row, encoded", succeeds),
	{
		ID: "say-exit-code", Rows: []int{19}, Title: "data in the exit code, where logs are not released", Absent: "the code, the log",
		Attack: []string{"say", "exit code"}, Change: neverLogs, Ends: fails(v1alpha1.ReasonExitCode), Look: silent(42),
	},
	{
		ID: "say-signal", Rows: []int{19}, Title: "data in the signal that ends the algorithm, where logs are not released", Absent: "the signal, the log",
		Attack: []string{"say", "signal"}, Change: neverLogs, Ends: fails(v1alpha1.ReasonExitCode), Look: silent(137),
	},
	{
		ID: "say-nothing", Rows: []int{19}, Title: "data in the log, where the owner says nothing of logs", Absent: "the log",
		Attack: []string{"say", "row"}, Ends: succeeds,
		Change: disclosure(func(d *v1alpha1.Disclosure) { d.Logs = v1alpha1.LogDisclosure{} }),
		Look:   said("row", nil).Look,
	},
}

// limited is a way out that is known.
func limited(row int, verb, what, why string, rules ...func(*v1alpha1.Disclosure)) Case {
	c := Case{
		ID: "limit-" + label(what), Rows: []int{row}, Title: "known limit: " + what, Absent: "nothing: this is shown, not promised",
		Attack: []string{verb, what}, Ends: succeeds, Limit: why,
	}
	if len(rules) > 0 {
		c.Change = disclosure(rules[0])
	}
	return c
}

var limitCases = []Case{
	limited(18, "leak", "xor", "what the algorithm encrypts or encodes in a way of its own looks like a model"),
	limited(18, "leak", "base32", "only base64, hexadecimal, UTF-16, reversal, gzip and zlib are looked into"),
	limited(18, "leak", "split over files", "a canary is looked for within one file"),
	limited(18, "leak", "split over columns", "a canary with other characters between its own is not recognised"),
	limited(18, "leak", "pixels", "steganography: an image, or a model, can carry data in what looks like noise"),
	limited(18, "leak", "few rows", "up to verbatim.maxRecords rows may leave as they are; the owner sets 0 to allow none"),
	limited(18, "leak", "columns swapped", "a row with its columns in another order is another record; forbidden columns and canaries still hold"),
	limited(20, "leak", "size", "the number and size of outputs carry up to maxFiles times log2(maxFileBytes) bits beyond what is in them; the query budget bounds the runs"),
	limited(19, "say", "terminal codes", "a log that the owner releases may hold codes that terminals obey: it is flagged, and only review holds it back"),
	limited(33, "say", "load", "pods of one node see its load, and feel its caches: take nodes of one's own, or a confidential runtime class"),
	limited(22, "shape", "no count column", "without a count column there is nothing to compare: the table is flagged, and only review holds it back", table(counted)),
	limited(22, "shape", "lied counts", "counts are what the algorithm says they are", table(counted)),
}
