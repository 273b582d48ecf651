package publish

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/png"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/gatewaytest"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/disclosure"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// stage leaves what it would for rules.
func (f *finished) stage(t *testing.T, rules disclosure.Rules, canaries []string, input string) {
	t.Helper()
	text, err := os.ReadFile(f.Staged)
	if err != nil {
		t.Fatal(err)
	}
	var staged sandbox.Staged
	if err := json.Unmarshal(text, &staged); err != nil {
		t.Fatal(err)
	}
	staged.Run.Rules, staged.Canaries = &rules, canaries
	if text, err = json.Marshal(staged); err != nil {
		t.Fatal(err)
	}
	f.write(t, f.Staged, string(text))
	records := disclosure.NewRecords(rules.Verbatim.MinRecordBytes)
	in := records.Input()
	_, _ = in.Write([]byte(input))
	in.Close()
	f.Records = filepath.Join(filepath.Dir(f.Staged), "records")
	file, err := os.Create(f.Records)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if _, err := records.WriteTo(file); err != nil {
		t.Fatal(err)
	}
}

const canary = "Erika Mustermann, secret-7"

func TestRunLeavesNothingOfARefusedRun(t *testing.T) {
	rows := "id,name\n1,the first of the patients\n2,the second of the patients\n"
	for check, test := range map[string]struct {
		rules func(*disclosure.Rules)
		make  func(*testing.T, *finished)
	}{
		"canary":      {nil, func(t *testing.T, f *finished) { f.write(t, filepath.Join(f.Outputs, "secret-7"), "x"+canary) }},
		"csv-formula": {nil, func(t *testing.T, f *finished) { f.write(t, filepath.Join(f.Outputs, "secret-7.csv"), "a,b\n1,=2\n") }},
		"archive":     {nil, func(t *testing.T, f *finished) { f.write(t, filepath.Join(f.Outputs, "secret-7"), "\x1f\x8b\x08\x00") }},
		"verbatim": {func(r *disclosure.Rules) { r.Verbatim.MaxRecords = 1 }, func(t *testing.T, f *finished) {
			f.write(t, filepath.Join(f.Outputs, "secret-7"), rows)
		}},
		"total-size": {func(r *disclosure.Rules) { r.MaxBytes = 1 << 20 }, func(t *testing.T, f *finished) {
			f.write(t, filepath.Join(f.Outputs, "secret-7"), strings.Repeat("x", 1<<20))
		}},
		"file-size": {func(r *disclosure.Rules) { r.MaxFileBytes = 9 }, func(t *testing.T, f *finished) {
			f.write(t, filepath.Join(f.Outputs, "secret-7"), "0123456789")
		}},
		"sparse": {nil, func(t *testing.T, f *finished) {
			path := filepath.Join(f.Outputs, "secret-7")
			f.write(t, path, "x")
			if err := os.Truncate(path, 1<<20); err != nil {
				t.Fatal(err)
			}
			file, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = file.Close() }()
			if hole, err := unix.Seek(int(file.Fd()), 0, unix.SEEK_HOLE); err != nil || hole >= 1<<20 {
				t.Skip("the file system knows no holes")
			}
		}},
	} {
		t.Run(check, func(t *testing.T) {
			check, _, _ := strings.Cut(check, " ")
			server := gatewaytest.Start(t, &gatewaytest.Server{})
			f := finish(t, server, both, "\nexit 0\n")
			var told strings.Builder
			f.Logger = slog.New(slog.NewTextHandler(&told, nil))
			rules := disclosure.Strictest()
			if test.rules != nil {
				test.rules(&rules)
			}
			f.stage(t, rules, []string{canary}, rows)
			f.write(t, filepath.Join(f.Outputs, "a/fine"), "fine")
			test.make(t, f)
			report := Run(context.Background(), f.Options)
			if report.Reason != v1alpha1.ReasonOutputRefused || !strings.Contains(report.Message, "1 by check "+check) || strings.Contains(report.Message, "secret") || report.Outputs != 0 {
				t.Errorf("%+v", report)
			}
			if !strings.Contains(told.String(), "check="+check) || strings.Contains(told.String(), "Erika") {
				t.Errorf("the owner was told %q", told.String())
			}
			if order := server.Order(); !slices.Equal(order, []string{sandbox.KeyLog, sandbox.KeyRecord}) || !slices.Equal(f.names(t), []string{sandbox.KeyLog}) {
				t.Errorf("stored %v, listed %v", order, f.names(t))
			}
		})
	}
}

func TestRunSaysAllThatIsRefused(t *testing.T) {
	server := gatewaytest.Start(t, &gatewaytest.Server{})
	f := finish(t, server, both, "\nexit 0\n")
	for _, name := range []string{"a", "b", "c", "d"} {
		f.write(t, filepath.Join(f.Outputs, name+".csv"), "a\n=1\n")
	}
	if report := Run(context.Background(), f.Options); !strings.HasPrefix(report.Message, "4 outputs refused: 4 by check csv-formula;") {
		t.Errorf("%+v", report)
	}
}

func TestRunFlagsAndStrips(t *testing.T) {
	server := gatewaytest.Start(t, &gatewaytest.Server{})
	f := finish(t, server, both, "\nexit 0\n")
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
		t.Fatal(err)
	}
	const head, end = 33, 12
	bare := picture.String()
	text := "\x00\x00\x00\x0atEXtA\x00secret-7\x00\x00\x00\x00"
	f.write(t, filepath.Join(f.Outputs, "plot.png"), bare[:head]+text+bare[head:])
	f.write(t, filepath.Join(f.Outputs, "table.txt"), bare[:len(bare)-end]+bare[len(bare)-end:])
	report := Run(context.Background(), f.Options)
	if report.Reason != "" || report.Outputs != 2 || report.Bytes != int64(2*len(bare)) || !strings.HasPrefix(report.Flags, "1 output flagged: 1 by check extension;") {
		t.Fatalf("%+v", report)
	}
	if got := string(server.Stored()["outputs/plot.png"]); got != bare {
		t.Errorf("%d bytes were stored, want %d without the text", len(got), len(bare))
	}
	for _, r := range f.manifest(t).Results {
		want := []disclosure.Check(nil)
		if r.Name == "table.txt" {
			want = []disclosure.Check{disclosure.CheckExtension}
		}
		if !slices.Equal(r.Flags, want) || r.SHA256 != gatewaytest.Hash(server.Stored()[r.Key()]) {
			t.Errorf("%+v, want flags %v", r, want)
		}
	}
}

func TestRunWithholdsALogWithACanary(t *testing.T) {
	server := gatewaytest.Start(t, &gatewaytest.Server{})
	f := finish(t, server, both, "\nexit 0\n")
	f.stage(t, disclosure.Strictest(), []string{canary}, "")
	f.write(t, f.Log, "found "+canary+"\n")
	f.write(t, filepath.Join(f.Outputs, "a"), "A")
	report := Run(context.Background(), f.Options)
	if report.Reason != "" || report.LogWithheld != "the log is withheld by check canary" || !slices.Equal(f.names(t), []string{"outputs/a"}) {
		t.Errorf("%+v, listed %v", report, f.names(t))
	}
	if len(server.Stored()[sandbox.KeyLog]) == 0 {
		t.Error("the owner lacks the log")
	}
}

func TestRunWantsWhatStageLeft(t *testing.T) {
	for name, change := range map[string]func(*testing.T, *finished, *disclosure.Rules){
		"records": func(t *testing.T, f *finished, _ *disclosure.Rules) { f.Records = filepath.Join(t.TempDir(), "none") },
		"canaries": func(t *testing.T, f *finished, r *disclosure.Rules) {
			r.Canaries = []disclosure.Secret{{Namespace: "hospital", Name: "canaries"}}
			f.stage(t, *r, nil, "")
		},
	} {
		server := gatewaytest.Start(t, &gatewaytest.Server{})
		f := finish(t, server, both, "\nexit 0\n")
		rules := disclosure.Strictest()
		f.stage(t, rules, nil, "")
		change(t, f, &rules)
		f.write(t, filepath.Join(f.Outputs, "a"), "A")
		if report := Run(context.Background(), f.Options); report.Reason != v1alpha1.ReasonPublishFailed || len(server.Order()) != 0 {
			t.Errorf("%s: %+v, stored %v", name, report, server.Order())
		}
	}
}

func TestRunJudgesEachAttempt(t *testing.T) {
	attempts := 0
	s := &gatewaytest.Server{}
	s.Intercept = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != sandbox.PathResults+"outputs/a.csv" {
			return false
		}
		if attempts++; attempts < 3 {
			_, _ = r.Body.Read(make([]byte, 1000))
			panic(http.ErrAbortHandler)
		}
		return false
	}
	f := finish(t, gatewaytest.Start(t, s), both, "\nexit 0\n")
	rules := disclosure.Strictest()
	rules.CSV.MaxRows, rules.Verbatim.MaxRecords = 100_000, 1
	rows := "header\n" + strings.Repeat("one of the patients\n", 99_999)
	f.stage(t, rules, []string{canary}, rows)
	f.write(t, filepath.Join(f.Outputs, "a.csv"), rows)
	if report := Run(context.Background(), f.Options); report.Reason != "" || report.Outputs != 1 || attempts != 3 {
		t.Fatalf("%+v after %d attempts", report, attempts)
	}
}
