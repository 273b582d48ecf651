package disclosure

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// judged file: what left, and what was said.
func judged(t testing.TB, gate *Gate, place, text string) (left []byte, verdicts []Verdict, err error) {
	t.Helper()
	file, err := gate.Open(place, strings.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	left, err = io.ReadAll(file)
	if (err != nil) != file.Refused() || err != nil && !errors.Is(err, ErrRefused) {
		t.Fatalf("refused = %v, but the file was read with %v", file.Refused(), err)
	}
	if err == nil && file.Length() >= 0 && file.Length() != int64(len(left)) {
		t.Fatalf("%d bytes were promised, %d came", file.Length(), len(left))
	}
	return left, file.Verdicts(), err
}

func checksOf(verdicts []Verdict) (checks []Check) {
	for _, v := range verdicts {
		checks = append(checks, v.Check)
	}
	slices.Sort(checks)
	return checks
}

func TestFilesAreJudgedByTheirContent(t *testing.T) {
	type d = v1alpha1.Disclosure
	counts := d{CSV: v1alpha1.CSVDisclosure{MinCellCount: 10}}
	forbidden := d{CSV: v1alpha1.CSVDisclosure{ForbiddenColumns: []string{"patient_id"}}}
	rows := d{CSV: v1alpha1.CSVDisclosure{MaxRows: ptr[int64](3)}}
	keys := d{JSON: v1alpha1.JSONDisclosure{ForbiddenKeys: []string{"patient_id"}, MinCellCount: 10}}
	types := d{Types: []string{"text/csv", "application/json", "image/*"}}
	off := v1alpha1.VerbatimDisclosure{MaxRecords: ptr[int64](-1)}
	exactly := d{Verbatim: v1alpha1.VerbatimDisclosure{MaxRecords: ptr[int64](1)}}
	const rows2 = "4711,Erika Mustermann,1964-08-12\n4712,Max Mustermann,1965-01-31\n"
	png, jpeg := testPNG(true), testJPEG(true)
	for name, test := range map[string]struct {
		rules d
		place string
		text  string
		want  []Check
	}{
		"table":                     {d{}, "a.csv", "a,b\n1,-2.5\n-3e-7,+4%\n-,--\n-inf,-nan\n", nil},
		"text":                      {d{}, "a.txt", "hello, world\n", nil},
		"nothing":                   {types, "a.csv", "", nil},
		"web page named table":      {types, "a.csv", "<!DOCTYPE html><html><script>alert(1)</script></html>", []Check{CheckType}},
		"web page named JSON":       {types, "a.json", "<!DOCTYPE html><html><script>alert(1)</script></html>", []Check{CheckType}},
		"table of one column":       {types, "a.csv", "name\nErika\nMax\n", nil},
		"table by tabs":             {types, "a.tsv", "a\tb\n1\t2\n3\t4\n", nil},
		"model":                     {d{}, "model.bin", string(noise(1, 200_000)), nil},
		"JSON":                      {d{}, "a.json", `{"auc": 0.9, "n": 1, "x": [NaN]}`, nil},
		"formula":                   {d{}, "a.csv", "a,b\n1,=1+1\n", []Check{CheckFormula}},
		"formula with a sign":       {d{}, "a.csv", "a,b\n1,-1+cmd()\n", []Check{CheckFormula}},
		"formula with at":           {d{}, "a.csv", "a,b\n1,@SUM(A1)\n", []Check{CheckFormula}},
		"formula behind a tab":      {d{}, "a.csv", "a,b\n1,\"\t=1\"\n", []Check{CheckFormula}},
		"formula, wide":             {d{}, "a.csv", "a,b\n1,＝1+1\n", []Check{CheckFormula}},
		"formula, semicolons":       {d{}, "a.csv", "a;b\n1;=1+1\n", []Check{CheckFormula}},
		"formula, chosen delimiter": {d{}, "a.csv", "sep=|\na,b|=1+1\n", []Check{CheckFormula}},
		"formula, flagged":          {d{CSV: v1alpha1.CSVDisclosure{Formulas: v1alpha1.FormulasFlag}}, "a.csv", "a,b\n1,=1+1\n", []Check{CheckFormula}},
		"formula, allowed":          {d{CSV: v1alpha1.CSVDisclosure{Formulas: v1alpha1.FormulasAllow}}, "a.csv", "a,b\n1,=1+1\n", nil},
		"formula in text":           {d{}, "a.txt", "=1+1\n", nil},
		"rows as many as allowed":   {rows, "a.csv", "a,b\n1,2\n3,4\n", nil},
		"rows without an end":       {rows, "a.csv", "a,b\n1,2\n3,4", nil},
		"rows too many":             {rows, "a.csv", "a,b\n1,2\n3,4\n5,6", []Check{CheckRows}},
		"rows hidden in quotes":     {rows, "a.csv", "a,b\n1,\"2\n3,4\n5,6\n\"\n", []Check{CheckRows}},
		"rows in text":              {rows, "a.txt", "a\nb\nc\nd\n", []Check{CheckRows}},
		"column":                    {forbidden, "a.csv", "\ufeff Patient_ID ,b\n1,2\n", []Check{CheckColumn}},
		"column in quotes":          {forbidden, "a.csv", "b,\"patient_id\"\n1,2\n", []Check{CheckColumn}},
		"column, other delimiter":   {forbidden, "notes.txt", "b|PATIENT_ID|c\n1|2|3\n", []Check{CheckColumn}},
		"column below a title":      {forbidden, "a.csv", "Results\n\nb,patient_id\n1,2\n", []Check{CheckColumn}},
		"column, begins as JSON":    {forbidden, "a.txt", "[x],patient_id\n1,2\n", []Check{CheckColumn}},
		"column, named as JSON":     {forbidden, "a.json", "b,patient_id\n1,2\n", []Check{CheckColumn}},
		"column behind JSON":        {forbidden, "a.txt", strings.Repeat("{\"a\": 1}\n", 1000) + "b,patient_id\n1,2\n", []Check{CheckJSON}},
		"JSON beside rules for CSV": {forbidden, "a.json", `{"patient_id": [1]}`, nil},
		"column like it":            {forbidden, "a.csv", "patient_ids,b\n1,2\n", nil},
		"count":                     {counts, "a.csv", "group,N\na,10\nb,1e3\n", nil},
		"count too small":           {counts, "a.csv", "group,N\na,10\nb,9\n", []Check{CheckCell}},
		"count zero":                {counts, "a.csv", "group,count\na,0\n", []Check{CheckCell}},
		"count empty":               {counts, "a.csv", "group,count\na,\n", []Check{CheckCell}},
		"count that is none":        {counts, "a.csv", "group,count\na,NaN\n", []Check{CheckCell}},
		"count without end":         {counts, "a.csv", "group,count\na,inf\n", []Check{CheckCell}},
		"count missing in a row":    {counts, "a.csv", "group,count\na\n", []Check{CheckCell}},
		"no count":                  {counts, "a.csv", "group,mean\na,1\n", []Check{CheckNoCount}},
		"count below a title":       {counts, "a.csv", "Results\ngroup,count\na,1\n", []Check{CheckCell}},
		"record too long":           {forbidden, "a.csv", "a,b\n\"" + strings.Repeat("x\n", maxRecordBytes) + "\"\n", []Check{CheckTable}},
		"key":                       {keys, "a.json", `{"a": [{"Patient_Id": 3}]}`, []Check{CheckKey}},
		"key with escapes":          {keys, "a.json", `{"p\u0061tient_id": 3}`, []Check{CheckKey}},
		"key as a value":            {keys, "a.json", `{"a": "patient_id"}`, nil},
		"key in a file of any name": {keys, "a.dat", ` {"patient_id": 1}`, []Check{CheckKey}},
		"key in lines":              {keys, "a.jsonl", "{\"a\": 1}\n{\"patient_id\": 1}\n", []Check{CheckKey}},
		"key count":                 {keys, "a.json", `{"n": 10, "b": {"count": 11}}`, nil},
		"key count too small":       {keys, "a.json", `{"b": {"count": 9}}`, []Check{CheckJSONCell}},
		"key count as text":         {keys, "a.json", `{"n": "many"}`, []Check{CheckJSONCell}},
		"key count as a list":       {keys, "a.json", `{"n": [1]}`, []Check{CheckJSONCell}},
		"key count null":            {keys, "a.json", `{"n": null}`, []Check{CheckJSONCell}},
		"JSON that is none":         {keys, "a.json", `{"a": 1`, []Check{CheckJSON}},
		"JSON too deep":             {keys, "a.json", strings.Repeat("[", 100) + strings.Repeat("]", 100), []Check{CheckJSON}},
		"JSON with a long value":    {keys, "a.json", `{"a": "` + strings.Repeat("x", 2*maxRecordBytes) + `"}`, []Check{CheckJSON}},
		"types":                     {types, "a.csv", "a,b\n1,2\n", nil},
		"types, one column":         {types, "a.csv", "a\n1\n", nil},
		"types, JSON":               {types, "a.json", `{"a": 1}`, nil},
		"types, image":              {types, "a.png", png, nil},
		"types, text":               {types, "a.txt", "hello", []Check{CheckType}},
		"types, binary":             {types, "a.bin", string(noise(1, 100)), []Check{CheckType}},
		"types, by content":         {types, "a.csv", string(noise(1, 100)), []Check{CheckExtension, CheckType}},
		"types, everything":         {d{Types: []string{"application/octet-stream"}}, "a.bin", string(noise(1, 100)), nil},
		"types, every text":         {d{Types: []string{"text/plain"}}, "a.json", `{"a": 1}`, nil},
		"archive":                   {d{}, "a.zip", string(zipped([]byte("x"))), []Check{CheckArchive}},
		"archive, everything":       {d{Types: []string{"application/octet-stream"}}, "a.zip", string(zipped([]byte("x"))), []Check{CheckArchive}},
		"archive, listed":           {d{Types: []string{"application/zip"}}, "a.zip", string(zipped([]byte("x"))), nil},
		"gzip":                      {d{}, "a.csv.gz", string(gzipped([]byte("x"))), []Check{CheckArchive}},
		"tar":                       {d{}, "a", tarred(), []Check{CheckArchive}},
		"7z":                        {d{}, "a", "7z\xbc\xaf\x27\x1c\x00\x04", []Check{CheckArchive}},
		"rar":                       {d{}, "a", "Rar!\x1a\x07\x01\x00", []Check{CheckArchive}},
		"xz":                        {d{}, "a", "\xfd7zXZ\x00\x00", []Check{CheckArchive}},
		"zstd":                      {d{}, "a", "\x28\xb5\x2f\xfd\x00\x00\x00\x00", []Check{CheckArchive}},
		"bzip2":                     {d{}, "a", "BZh91AY&SY", []Check{CheckArchive}},
		"text and ZIP":              {d{}, "a.txt", strings.Repeat("hello\n", 30_000) + string(zipped([]byte("x"))), []Check{CheckPolyglot}},
		"image and ZIP":             {d{}, "a.png", png + string(zipped([]byte("x"))), []Check{CheckPolyglot}},
		"image and more":            {d{}, "a.png", png + "x", []Check{CheckPolyglot}},
		"photograph and more":       {d{}, "a.jpg", jpeg + "x", []Check{CheckPolyglot}},
		"image that was cut":        {d{}, "a.png", png[:len(png)-5], []Check{CheckImage}},
		"photograph that was cut":   {d{}, "a.jpg", jpeg[:len(jpeg)-1], []Check{CheckImage}},
		"image, metadata flagged":   {d{Images: v1alpha1.ImageDisclosure{Metadata: v1alpha1.ImageMetadataFlag}}, "a.png", png, []Check{CheckMetadata}},
		"image, metadata allowed":   {d{Images: v1alpha1.ImageDisclosure{Metadata: v1alpha1.ImageMetadataAllow}}, "a.png", png, nil},
		"extension":                 {d{}, "a.txt", png, []Check{CheckExtension}},
		"PDF":                       {d{}, "a.pdf", "%PDF-1.7\nhello", nil},
		"PDF with a file":           {d{}, "a.pdf", "%PDF-1.7\n<< /Type /EmbeddedFile >>", []Check{CheckAttachment}},
		"UTF-16":                    {d{}, "a.csv", "\xff\xfea\x00,\x00b\x00", []Check{CheckEncoding}},
		"records":                   {exactly, "a.csv", "id,name,born\n" + rows2, []Check{CheckVerbatim}},
		"records, other form":       {exactly, "a.txt", "4711;\"ERIKA MUSTERMANN\"; 1964/08/12\r\n4712\tMax Mustermann\t19650131", []Check{CheckVerbatim}},
		"records in JSON":           {exactly, "a.json", `{"a":[[4711,"Erika Mustermann","1964-08-12"],{"x":"4712","y":"Max Mustermann","z":"1965-01-31"}]}`, []Check{CheckVerbatim}},
		"records in a JSON string":  {exactly, "a.json", `{"a":"4711,Erika Mustermann,1964-08-12\n4712,Max Mustermann,1965-01-31"}`, []Check{CheckVerbatim}},
		"records in a binary":       {exactly, "a.bin", "\x00\x01\n" + rows2, []Check{CheckVerbatim}},
		"record that is allowed":    {exactly, "a.csv", rows2[:33] + rows2[:33], nil},
		"records, switched off":     {d{Verbatim: off}, "a.csv", rows2, nil},
		"header":                    {d{Verbatim: v1alpha1.VerbatimDisclosure{MaxRecords: ptr[int64](0)}}, "a.csv", "id,name,born\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			gate := NewGate(Strictest(test.rules), nil, recordsOf(16, patients))
			left, verdicts, err := judged(t, gate, test.place, test.text)
			if got := checksOf(verdicts); !slices.Equal(got, test.want) {
				t.Fatalf("%v, want %v", verdicts, test.want)
			}
			if err == nil && gate.rules.Metadata != v1alpha1.ImageMetadataStrip && string(left) != test.text {
				t.Error("what left is not what was judged")
			}
			if err != nil && int64(len(left)) >= int64(len(test.text)) && len(left) > 0 {
				t.Error("a refused file left as a whole")
			}
		})
	}
}

func TestFilesMustStayWhatTheyAre(t *testing.T) {
	gate := NewGate(Strictest(), nil, nil)
	for name, test := range map[string]struct {
		text string
		size int64
	}{"grew": {"hello", 3}, "grew from nothing": {"hello", 0}, "shrank": {"hello", 9}, "is gone": {"", 9}, "grew later": {strings.Repeat("x", 3*chunkBytes), 3*chunkBytes - 1}} {
		file, err := gate.Open("a", strings.NewReader(test.text), test.size)
		if err == nil {
			_, err = io.ReadAll(file)
			file.Close()
		}
		if !errors.Is(err, ErrChanged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestClosedFilesLeaveNothingBehind(t *testing.T) {
	canaries, err := NewCanaries([]string{"a canary to look for"})
	if err != nil {
		t.Fatal(err)
	}
	text := "a,b\n" + strings.Repeat("1,2\n", 100_000)
	file, err := NewGate(Strictest(), canaries, nil).Open("a.csv", strings.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Read(make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	file.Close()
	file.Close()
	if _, err := file.Read(make([]byte, 10)); err == nil {
		t.Error("a closed file was read")
	}
}

func TestLogs(t *testing.T) {
	canaries, err := NewCanaries([]string{"a canary to look for"})
	if err != nil {
		t.Fatal(err)
	}
	rules := Strictest()
	rules.Logs.MaxBytes = 100
	for text, want := range map[string][]Check{
		"hello\r\n\tworld ü\n":            nil,
		"\x1b[31mred":                     {CheckControl},
		strings.Repeat("x", 101):          {CheckLogSize},
		"found a canary to look for here": {CheckCanary},
		string(gzipped([]byte("found a canary to look for here"))): {CheckCanary, CheckControl},
	} {
		for _, size := range sizes {
			log := NewGate(rules, canaries, nil).Log()
			writeIn(log, []byte(text), size)
			if got := checksOf(log.Close()); !slices.Equal(got, want) {
				t.Errorf("%q: %v, want %v", text, got, want)
			}
		}
	}
}

func FuzzFilesOfAnyKind(f *testing.F) {
	for place, text := range map[string]string{"a.csv": patients, "a.json": `{"a":[1,{"b":"c"}]}`, "a.png": testPNG(true), "a.jpg": testJPEG(true), "a.zip": string(zipped([]byte("x"))), "a.pdf": "%PDF-1.7"} {
		f.Add(place, []byte(text))
	}
	canaries, err := NewCanaries([]string{"a canary to look for"})
	if err != nil {
		f.Fatal(err)
	}
	d := v1alpha1.Disclosure{
		CSV:  v1alpha1.CSVDisclosure{MinCellCount: 3, ForbiddenColumns: []string{"a"}, MaxRows: ptr[int64](100)},
		JSON: v1alpha1.JSONDisclosure{MinCellCount: 3, ForbiddenKeys: []string{"a"}},
	}
	f.Fuzz(func(t *testing.T, place string, text []byte) {
		gate := NewGate(Strictest(d), canaries, recordsOf(8, patients))
		left, _, err := judged(t, gate, place, string(text))
		if err == nil && bytes.Contains(left, []byte("a canary to look for")) {
			t.Fatal("a canary left")
		}
	})
}
