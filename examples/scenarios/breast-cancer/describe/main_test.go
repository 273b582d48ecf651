package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const table = `patient_id,radius,diagnosis,area
P1,2,benign,10
P2,4,malignant,100
P3,4,benign,20
P4,6,malignant,100
P5,6,benign,30
`

func TestDescribe(t *testing.T) {
	inputs, outputs := t.TempDir(), t.TempDir()
	if err := os.Mkdir(filepath.Join(inputs, "abc"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(inputs, "abc", "0"), []byte(table), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := describe(`["abc"]`, inputs, outputs); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(outputs, "describe.csv"))
	if err != nil {
		t.Fatal(err)
	}
	want := `diagnosis,measurement,n,mean,standard_deviation
benign,radius,3,4,2
benign,area,3,20,10
malignant,radius,2,5,1.41421
malignant,area,2,100,0
`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestSummariseRefuses(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"nothing":         {"", "no header line"},
		"no group":        {"patient_id,radius\nP1,2\n", "no column diagnosis"},
		"a missing field": {"radius,diagnosis\n2\n", "wrong number of fields"},
		"text":            {"radius,diagnosis\n2,benign\nsecret,benign\n", "line 3, column radius: not a number"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := summarise(strings.NewReader(test.in))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error shows a value: %v", err)
			}
		})
	}
}
