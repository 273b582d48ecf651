package disclosure

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func recordsOf(minimum int, files ...string) *Records {
	r := NewRecords(minimum)
	for i, file := range files {
		input := r.Input()
		writeIn(input, []byte(file), sizes[i%len(sizes)])
		input.Close()
	}
	return r
}

const patients = "id,name,born\n4711,Erika Mustermann,1964-08-12\n4712,Max Mustermann,1965-01-31\nshort,a\n"

func TestRecordsAreLinesWithoutHeader(t *testing.T) {
	for name, test := range map[string]struct {
		files []string
		want  int
	}{
		"table":                     {[]string{patients}, 2},
		"without its end":           {[]string{strings.TrimSuffix(patients, "\n")}, 2},
		"the same twice":            {[]string{patients, patients}, 2},
		"one line":                  {[]string{"a file of one line alone"}, 1},
		"one line, ended":           {[]string{"a file of one line alone\n"}, 1},
		"binary":                    {[]string{"a file\x00 of one line alone"}, 0},
		"nothing":                   {[]string{""}, 0},
		"short lines":               {[]string{"a\nb\nc\n"}, 0},
		"header alone, empty lines": {[]string{"a file of one line alone\n\n\n"}, 1},
	} {
		if got := recordsOf(16, test.files...).Len(); got != test.want {
			t.Errorf("%s: %d records, want %d", name, got, test.want)
		}
	}
}

func TestInputStartsAgain(t *testing.T) {
	r := NewRecords(8)
	input := r.Input()
	writeIn(input, []byte("id,name\nhalf of a rec"), 4)
	input.Reset()
	writeIn(input, []byte(patients), 4)
	input.Close()
	if got := r.Len(); got != 2 {
		t.Errorf("%d records, want 2", got)
	}
}

func TestRecordsAreSampledBeyondTheirBound(t *testing.T) {
	r := NewRecords(8)
	input := r.Input()
	var text []byte
	for i := range 3 * maxRecords {
		text = fmt.Appendf(text[:0], "record %d of many\n", i)
		_, _ = input.Write(text)
	}
	input.Close()
	if r.Len() > maxRecords || r.Len() < maxRecords/2 || r.level != 2 {
		t.Fatalf("%d records at level %d", r.Len(), r.level)
	}
	var buffer bytes.Buffer
	if _, err := r.WriteTo(&buffer); err != nil || buffer.Len() > MaxRecordsBytes {
		t.Fatal(buffer.Len(), err)
	}
	back, err := ReadRecords(&buffer)
	if err != nil || back.Len() != r.Len() {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		from, to int
		refused  bool
	}{"many copied": {1000, 2000, true}, "none copied": {4 * maxRecords, 5 * maxRecords, false}} {
		v := &verbatim{copies: newCopies(back, VerbatimRules{MaxRecords: 10})}
		for i := test.from; i < test.to; i++ {
			_, _ = fmt.Fprintf(v, "record %d of many\n", i)
		}
		if got := v.finish(""); (len(got) > 0) != test.refused {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func FuzzReadRecordsTakesAnything(f *testing.F) {
	var buffer bytes.Buffer
	_, _ = recordsOf(8, patients).WriteTo(&buffer)
	f.Add(buffer.Bytes())
	f.Fuzz(func(t *testing.T, text []byte) {
		if r, err := ReadRecords(bytes.NewReader(text)); err == nil && r.Len() > len(text)/8 {
			t.Fatalf("%d records from %d bytes", r.Len(), len(text))
		}
	})
}
