package stage

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/gatewaytest"
	"github.com/compute-to-data/terraform-provider-c2d/disclosure"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// lines of a table, under a header.
func lines(what string, count int) []byte {
	var b bytes.Buffer
	b.WriteString("a header that is no record\n")
	for i := range count {
		_, _ = fmt.Fprintf(&b, "%d, a record of the %s\n", i, what)
	}
	return b.Bytes()
}

func TestRunHandsOverTheRecordsOfTheInputs(t *testing.T) {
	big, broken := lines("big file, which is long enough to be fetched in parts, side by side", 400_000), lines("file that broke", 20_000)
	if len(big) < rangedFrom {
		t.Fatalf("%d bytes are too few", len(big))
	}
	s := &gatewaytest.Server{}
	s.Plan = sandbox.Plan{Canaries: []string{"Erika Mustermann"}, Datasets: []sandbox.PlanDataset{{ID: "aaaa", Files: []sandbox.PlanFile{
		{Source: 0, Bytes: int64(len(big))}, {Source: 1, Bytes: int64(len(broken))}, {Source: 2, Bytes: 300},
	}}}}
	s.Files = map[string][]byte{
		sandbox.InputPath(0, s.Plan.Datasets[0].Files[0]): big,
		sandbox.InputPath(0, s.Plan.Datasets[0].Files[1]): broken,
		sandbox.InputPath(0, s.Plan.Datasets[0].Files[2]): make([]byte, 300),
	}
	path, failures := sandbox.InputPath(0, s.Plan.Datasets[0].Files[1]), 0
	s.Intercept = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.RequestURI() != path || failures > 0 {
			return false
		}
		failures++
		// Without an ETag the next attempt starts anew.
		w.Header().Set("Content-Length", fmt.Sprint(len(broken)))
		_, _ = io.CopyN(w, bytes.NewReader(broken), 100_000)
		panic(http.ErrAbortHandler)
	}
	o := options(t, gatewaytest.Start(t, s))
	if report := Run(context.Background(), o); report.Reason != "" || failures != 1 {
		t.Fatalf("%+v after %d failures", report, failures)
	}
	file, err := os.Open(filepath.Join(o.Handover, filepath.Base(sandbox.RecordsFile)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	records, err := disclosure.ReadRecords(file)
	if err != nil || records.Len() != 420_000 {
		t.Fatalf("%d records, %v; want 420000", records.Len(), err)
	}
	var staged sandbox.Staged
	text, err := os.ReadFile(filepath.Join(o.Handover, filepath.Base(sandbox.StagedFile)))
	if err == nil {
		err = json.Unmarshal(text, &staged)
	}
	if err != nil || !slices.Equal(staged.Canaries, s.Plan.Canaries) {
		t.Fatalf("canaries %q, %v", staged.Canaries, err)
	}
}

func TestRunHandsOverNoRecordsWhereNobodyAsks(t *testing.T) {
	s := study()
	rules := disclosure.Strictest()
	rules.Verbatim.MaxRecords = -1
	s.Plan.Run.Rules = &rules
	o := options(t, gatewaytest.Start(t, s))
	if report := Run(context.Background(), o); report.Reason != "" {
		t.Fatalf("%+v", report)
	}
	if _, err := os.Stat(filepath.Join(o.Handover, filepath.Base(sandbox.RecordsFile))); !os.IsNotExist(err) {
		t.Errorf("there are records: %v", err)
	}
}
