package disclosure

import (
	"slices"
	"testing"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func TestPathsLeaveWithTheirFiles(t *testing.T) {
	const input = "id,name\n4711,Erika Mustermann,1964-08-12\n4712,Max Mustermann,1965-01-31\n"
	rules := Strictest(v1alpha1.Disclosure{Verbatim: v1alpha1.VerbatimDisclosure{MaxRecords: ptr[int64](1)}})
	for name, test := range map[string]struct {
		paths []string
		want  []Check
	}{
		"harmless":              {[]string{"model/weights.bin", "table.csv"}, nil},
		"canary":                {[]string{"about canary-7f3a9c21.txt"}, []Check{CheckCanary}},
		"canary, folder":        {[]string{"canary-7f3a9c21/a.txt"}, []Check{CheckCanary}},
		"canary over folders":   {[]string{"canary-/7f3a9c21"}, []Check{CheckCanary}},
		"canary in hexadecimal": {[]string{"63616e6172792d3766336139633231"}, []Check{CheckCanary}},
		"one record":            {[]string{"4711,Erika Mustermann,1964-08-12"}, nil},
		"two records":           {[]string{"4711,Erika Mustermann,1964-08-12", "x/4712 Max Mustermann 1965-01-31"}, []Check{CheckVerbatim}},
	} {
		t.Run(name, func(t *testing.T) {
			canaries, err := NewCanaries([]string{"canary-7f3a9c21"})
			if err != nil {
				t.Fatal(err)
			}
			records := NewRecords(rules.Verbatim.MinRecordBytes)
			in := records.Input()
			_, _ = in.Write([]byte(input))
			in.Close()
			gate := NewGate(rules, canaries, records)
			entered := true
			for _, path := range test.paths {
				entered = gate.Enter(Entry{Path: path, Mode: 0o644, Links: 1, Bytes: 1}) && entered
			}
			if got := checksOf(gate.Verdicts()); !slices.Equal(got, test.want) || entered != (test.want == nil) {
				t.Errorf("got %v, entered %v, want %v", got, entered, test.want)
			}
		})
	}
}
