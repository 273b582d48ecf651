package disclosure

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func ptr[T any](value T) *T { return &value }

func TestStrictestWinsFieldByField(t *testing.T) {
	type d = v1alpha1.Disclosure
	quantity := func(text string) *resource.Quantity { q := resource.MustParse(text); return &q }
	for name, test := range map[string]struct {
		a, b d
		get  func(Rules) any
		want any
	}{
		"bytes":               {d{MaxBytes: quantity("10")}, d{MaxBytes: quantity("2Ki")}, func(r Rules) any { return r.MaxBytes }, int64(10)},
		"bytes, unset":        {d{}, d{MaxBytes: quantity("2Gi")}, func(r Rules) any { return r.MaxBytes }, int64(defaultMaxBytes)},
		"bytes below zero":    {d{MaxBytes: quantity("-1")}, d{}, func(r Rules) any { return r.MaxBytes }, int64(0)},
		"file bytes, unset":   {d{MaxBytes: quantity("10")}, d{}, func(r Rules) any { return r.MaxFileBytes }, int64(10)},
		"file bytes":          {d{MaxFileBytes: quantity("7")}, d{MaxBytes: quantity("9")}, func(r Rules) any { return r.MaxFileBytes }, int64(7)},
		"files":               {d{MaxFiles: ptr[int32](3)}, d{MaxFiles: ptr[int32](2)}, func(r Rules) any { return r.MaxFiles }, 2},
		"depth":               {d{MaxDepth: ptr[int32](3)}, d{}, func(r Rules) any { return r.MaxDepth }, 3},
		"types of both":       {d{Types: []string{"text/csv"}}, d{Types: []string{"image/*"}}, func(r Rules) any { return r.Types }, [][]string{{"text/csv"}, {"image/*"}}},
		"types of one":        {d{Types: []string{"b/b", "a/a"}}, d{}, func(r Rules) any { return r.Types }, [][]string{{"a/a", "b/b"}}},
		"the same types":      {d{Types: []string{"b/b", "a/a"}}, d{Types: []string{"a/a", "b/b"}}, func(r Rules) any { return r.Types }, [][]string{{"a/a", "b/b"}}},
		"rows":                {d{CSV: v1alpha1.CSVDisclosure{MaxRows: ptr[int64](5)}}, d{}, func(r Rules) any { return r.CSV.MaxRows }, int64(5)},
		"fewer rows":          {d{CSV: v1alpha1.CSVDisclosure{MaxRows: ptr[int64](5)}}, d{CSV: v1alpha1.CSVDisclosure{MaxRows: ptr[int64](4)}}, func(r Rules) any { return r.CSV.MaxRows }, int64(4)},
		"columns":             {d{CSV: v1alpha1.CSVDisclosure{ForbiddenColumns: []string{" Name "}}}, d{CSV: v1alpha1.CSVDisclosure{ForbiddenColumns: []string{"id", "NAME"}}}, func(r Rules) any { return r.CSV.Forbidden }, []string{"id", "name"}},
		"cells":               {d{CSV: v1alpha1.CSVDisclosure{MinCellCount: 5}}, d{CSV: v1alpha1.CSVDisclosure{MinCellCount: 10, CountColumns: []string{"Cases"}}}, func(r Rules) any { return r.CSV.MinCellCount }, int64(10)},
		"count columns":       {d{CSV: v1alpha1.CSVDisclosure{MinCellCount: 5, CountColumns: []string{"n"}}}, d{CSV: v1alpha1.CSVDisclosure{MinCellCount: 10, CountColumns: []string{"Cases"}}}, func(r Rules) any { return r.CSV.Counts }, []string{"cases", "n"}},
		"usual count columns": {d{CSV: v1alpha1.CSVDisclosure{MinCellCount: 5}}, d{}, func(r Rules) any { return r.CSV.Counts }, defaultCounts},
		"no count columns":    {d{CSV: v1alpha1.CSVDisclosure{CountColumns: []string{"n"}}}, d{}, func(r Rules) any { return len(r.CSV.Counts) }, 0},
		"formulas, unset":     {d{CSV: v1alpha1.CSVDisclosure{Formulas: v1alpha1.FormulasAllow}}, d{}, func(r Rules) any { return r.CSV.Formulas }, v1alpha1.FormulasRefuse},
		"formulas":            {d{CSV: v1alpha1.CSVDisclosure{Formulas: v1alpha1.FormulasAllow}}, d{CSV: v1alpha1.CSVDisclosure{Formulas: v1alpha1.FormulasFlag}}, func(r Rules) any { return r.CSV.Formulas }, v1alpha1.FormulasFlag},
		"keys":                {d{JSON: v1alpha1.JSONDisclosure{ForbiddenKeys: []string{"A"}}}, d{JSON: v1alpha1.JSONDisclosure{ForbiddenKeys: []string{"b"}}}, func(r Rules) any { return r.JSON.Forbidden }, []string{"a", "b"}},
		"counts of JSON":      {d{JSON: v1alpha1.JSONDisclosure{MinCellCount: 3}}, d{JSON: v1alpha1.JSONDisclosure{MinCellCount: 4, CountKeys: []string{"N"}}}, func(r Rules) any { return r.JSON.MinCellCount }, int64(4)},
		"verbatim":            {d{Verbatim: v1alpha1.VerbatimDisclosure{MaxRecords: ptr[int64](3), MinRecordBytes: ptr[int32](20)}}, d{}, func(r Rules) any { return r.Verbatim }, VerbatimRules{defaultMinRecordBytes, 3}},
		"verbatim off in one": {d{Verbatim: v1alpha1.VerbatimDisclosure{MaxRecords: ptr[int64](-1), MinRecordBytes: ptr[int32](8)}}, d{}, func(r Rules) any { return r.Verbatim }, VerbatimRules{defaultMinRecordBytes, defaultMaxRecords}},
		"images, unset":       {d{Images: v1alpha1.ImageDisclosure{Metadata: v1alpha1.ImageMetadataAllow}}, d{}, func(r Rules) any { return r.Metadata }, v1alpha1.ImageMetadataStrip},
		"images":              {d{Images: v1alpha1.ImageDisclosure{Metadata: v1alpha1.ImageMetadataAllow}}, d{Images: v1alpha1.ImageDisclosure{Metadata: v1alpha1.ImageMetadataFlag}}, func(r Rules) any { return r.Metadata }, v1alpha1.ImageMetadataFlag},
		"log":                 {d{Logs: v1alpha1.LogDisclosure{Release: v1alpha1.LogReleaseAlways}}, d{Logs: v1alpha1.LogDisclosure{Release: v1alpha1.LogReleaseAfterReview}}, func(r Rules) any { return r.Logs.Release }, v1alpha1.LogReleaseAfterReview},
		"log, unset":          {d{Logs: v1alpha1.LogDisclosure{Release: v1alpha1.LogReleaseAlways}}, d{}, func(r Rules) any { return r.Logs.Release }, v1alpha1.LogReleaseNever},
		"log bytes":           {d{Logs: v1alpha1.LogDisclosure{MaxBytes: quantity("9")}}, d{}, func(r Rules) any { return r.Logs.MaxBytes }, int64(9)},
		"review":              {d{Review: v1alpha1.ReviewDisclosure{Required: v1alpha1.ReviewOnFlag}}, d{}, func(r Rules) any { return r.Review.Required }, v1alpha1.ReviewOnFlag},
		"review of all":       {d{Review: v1alpha1.ReviewDisclosure{Required: v1alpha1.ReviewOnFlag}}, d{Review: v1alpha1.ReviewDisclosure{Required: v1alpha1.ReviewAlways}}, func(r Rules) any { return r.Review.Required }, v1alpha1.ReviewAlways},
		"approvals":           {d{Review: v1alpha1.ReviewDisclosure{Approvals: ptr[int32](2)}}, d{}, func(r Rules) any { return r.Review.Approvals }, int32(2)},
		"deadline":            {d{Review: v1alpha1.ReviewDisclosure{Deadline: &metav1.Duration{Duration: time.Hour}}}, d{}, func(r Rules) any { return r.Review.Deadline }, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			for _, rules := range []Rules{Strictest(test.a, test.b), Strictest(test.b, test.a), Strictest(test.a, test.b, test.a)} {
				got := test.get(rules)
				if types, ok := got.([][]string); ok && len(types) == 2 && types[0][0] > types[1][0] {
					types[0], types[1] = types[1], types[0]
				}
				want := test.want
				if types, ok := want.([][]string); ok && len(types) == 2 && types[0][0] > types[1][0] {
					want = [][]string{types[1], types[0]}
				}
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%v, want %v", got, want)
				}
			}
		})
	}
}

func TestStrictestKeepsTheCanariesOfAll(t *testing.T) {
	with := func(namespace, secret string) *v1alpha1.Dataset {
		d := &v1alpha1.Dataset{ObjectMeta: metav1.ObjectMeta{Namespace: namespace}}
		d.Spec.Disclosure.Canaries = &v1alpha1.Canaries{SecretRef: v1alpha1.LocalSecretReference{Name: secret}}
		return d
	}
	got := StrictestOf([]*v1alpha1.Dataset{with("a", "x"), {}, with("b", "x"), with("a", "x")}).Canaries
	if want := []Secret{{"a", "x"}, {"b", "x"}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestRulesSurviveTheirJourney(t *testing.T) {
	rules := Strictest(v1alpha1.Disclosure{
		Types: []string{"text/csv"}, Canaries: &v1alpha1.Canaries{SecretRef: v1alpha1.LocalSecretReference{Name: "s"}},
		CSV:  v1alpha1.CSVDisclosure{MinCellCount: 3, ForbiddenColumns: []string{"a"}, MaxRows: ptr[int64](2)},
		JSON: v1alpha1.JSONDisclosure{MinCellCount: 3, ForbiddenKeys: []string{"a"}},
	})
	text, err := json.Marshal(rules)
	if err != nil {
		t.Fatal(err)
	}
	var back Rules
	if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(rules, back) {
		t.Errorf("%+v became %+v: %v", rules, back, err)
	}
}
