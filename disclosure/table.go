package disclosure

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

const (
	// maxRecordBytes of one record of a table, or one value of JSON.
	maxRecordBytes = 1 << 20
	// headRecords in which a header is looked for: a line or two may stand before it.
	headRecords = 20
)

// table judges text as a table while it flows. Rows are counted as lines too: quotes can hide rows from a parser.
type table struct {
	rules CSVRules
	place string
	// strict says that the file is a table by its type or name: then formulas count, and it must be readable.
	strict bool
	lines  int64
	rows   int64
	last   byte
	counts []int
	report func(Verdict)
	feed   *feed
	said   map[Check]bool
}

// newTable whose first bytes are known.
func newTable(rules CSVRules, place string, strict bool, head []byte, report func(Verdict)) *table {
	t := &table{rules: rules, place: place, strict: strict, report: report, said: map[Check]bool{}}
	comma := delimiter(place, head)
	t.feed = startFeed(func(from io.Reader) { t.parse(from, comma) })
	return t
}

func (t *table) Write(text []byte) (int, error) {
	t.lines += int64(bytes.Count(text, []byte{'\n'}))
	if len(text) > 0 {
		t.last = text[len(text)-1]
	}
	return t.feed.Write(text)
}

func (t *table) finish() {
	t.feed.Close()
	if t.last != 0 && t.last != '\n' {
		t.lines++
	}
	if rows := max(t.lines, t.rows); t.rules.MaxRows > 0 && rows > t.rules.MaxRows {
		t.say(Refuse, CheckRows, "", fmt.Sprintf("has %d rows, at most %d are allowed", rows, t.rules.MaxRows))
	}
	if t.rules.MinCellCount > 0 && t.counts == nil && t.rows > 0 {
		t.say(Flag, CheckNoCount, "", fmt.Sprintf("has none of the columns %s: how many people stand behind a row cannot be told", strings.Join(t.rules.Counts, ", ")))
	}
}

// say a verdict once for each check: the first place is enough.
func (t *table) say(outcome Outcome, check Check, where, detail string) {
	if !t.said[check] {
		t.said[check] = true
		t.report(Verdict{outcome, check, t.place + where, detail})
	}
}

func (t *table) parse(from io.Reader, comma rune) {
	bound := &within{from: from, until: maxRecordBytes}
	reader := csv.NewReader(bound)
	reader.Comma, reader.LazyQuotes, reader.FieldsPerRecord, reader.ReuseRecord = comma, true, -1, true
	for {
		record, err := reader.Read()
		switch {
		case err == io.EOF, errors.Is(err, errAborted):
			return
		case errors.Is(err, errLong):
			t.say(Refuse, CheckTable, fmt.Sprintf(": behind row %d", t.rows), fmt.Sprintf("has a record of more than %d bytes", maxRecordBytes))
			return
		case err != nil:
			t.say(Refuse, CheckTable, fmt.Sprintf(": behind row %d", t.rows), "cannot be read as a table: "+err.Error())
			return
		}
		bound.until = reader.InputOffset() + maxRecordBytes
		t.rows++
		t.record(record)
	}
}

func (t *table) record(record []string) {
	if t.counts != nil {
		t.cells(record)
	} else if t.rows <= headRecords && len(t.rules.Counts) > 0 {
		t.header(record)
	}
	if t.rows <= headRecords && len(t.rules.Forbidden) > 0 {
		for i, cell := range record {
			if name := foldName(cell); contains(t.rules.Forbidden, name) {
				t.say(Refuse, CheckColumn, fmt.Sprintf(": row %d, column %d", t.rows, i+1), fmt.Sprintf("has the column %q", name))
			}
		}
	}
	if t.strict && t.rules.Formulas != v1alpha1.FormulasAllow {
		for i, cell := range record {
			if formula(cell) {
				outcome := Refuse
				if t.rules.Formulas == v1alpha1.FormulasFlag {
					outcome = Flag
				}
				t.say(outcome, CheckFormula, fmt.Sprintf(": row %d, column %d", t.rows, i+1), "starts as a formula does")
			}
		}
	}
}

// header remembers which columns count, where this is one.
func (t *table) header(record []string) {
	for i, cell := range record {
		if contains(t.rules.Counts, foldName(cell)) {
			t.counts = append(t.counts, i)
		}
	}
}

// cells of the count columns. A row too short for them has nothing that says how many people stand behind it.
func (t *table) cells(record []string) {
	if len(record) == 1 && strings.TrimSpace(record[0]) == "" {
		return
	}
	for _, i := range t.counts {
		if i >= len(record) || !enough(record[i], t.rules.MinCellCount) {
			t.say(Refuse, CheckCell, fmt.Sprintf(": row %d, column %d", t.rows, i+1), fmt.Sprintf("is no number from %d on", t.rules.MinCellCount))
		}
	}
}

// enough says whether a text is a number that is big enough, and finite.
func enough(text string, minimum int64) bool {
	number, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	return err == nil && number >= float64(minimum) && !math.IsInf(number, 0)
}

func contains(list []string, name string) bool {
	for _, item := range list {
		if item == name {
			return true
		}
	}
	return false
}

// formula says whether a spreadsheet would run a cell. Signed numbers and dashes are none.
func formula(cell string) bool {
	if cell == "" {
		return false
	}
	switch r, _ := utf8.DecodeRuneInString(cell); r {
	case '=', '@', '\t', '\r', '＝', '＠':
		return true
	case '+', '-', '＋', '－':
		rest := strings.TrimRight(cell, " %")
		if strings.Trim(rest, "+-") == "" {
			return false
		}
		_, err := strconv.ParseFloat(strings.Replace(strings.ToLower(rest), "-nan", "nan", 1), 64)
		return err != nil && !errors.Is(err, strconv.ErrRange)
	}
	return false
}

// delimiter of a table, from its name and its first line.
func delimiter(place string, head []byte) rune {
	head = bytes.TrimPrefix(head, []byte("\ufeff"))
	if i := indexBreak(head); i >= 0 {
		head = head[:i]
	}
	// Spreadsheets take the delimiter from such a line.
	if rest, ok := bytes.CutPrefix(head, []byte("sep=")); ok && len(rest) > 0 && strings.IndexByte(",;\t|:", rest[0]) >= 0 {
		return rune(rest[0])
	}
	if extension(place) == ".tsv" || extension(place) == ".tab" {
		return '\t'
	}
	best, most := ',', 0
	for _, candidate := range []byte{',', ';', '\t', '|'} {
		if n := bytes.Count(head, []byte{candidate}); n > most {
			best, most = rune(candidate), n
		}
	}
	return best
}
