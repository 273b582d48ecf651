package publish

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/gateway"
	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/gatewaytest"
	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/retry"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/disclosure"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

var both = []v1alpha1.Delivery{v1alpha1.DeliverOutput, v1alpha1.DeliverLogs}

// finished run: its files, and a FIFO in which it says its last word.
type finished struct {
	Options
	server *gatewaytest.Server
}

func finish(t *testing.T, server *gatewaytest.Server, deliver []v1alpha1.Delivery, word string) *finished {
	t.Helper()
	folder := t.TempDir()
	f := &finished{server: server, Options: Options{
		Client: server.Client(t),
		Staged: filepath.Join(folder, "staged.json"), Alive: filepath.Join(folder, "alive"),
		Outputs: filepath.Join(folder, "outputs"), Log: filepath.Join(folder, "algorithm.log"),
		Deletion: time.Minute,
		Upload:   retry.Policy{First: time.Millisecond, Max: 4 * time.Millisecond, Stuck: 200 * time.Millisecond, Retryable: gateway.Retryable},
		Logger:   slog.New(slog.DiscardHandler),
	}}
	staged, err := json.Marshal(sandbox.Staged{
		Run: sandbox.Run{
			Job: sandbox.Object{Namespace: "lab", Name: "train", UID: "u-1"}, Run: 3,
			Datasets:   []sandbox.Dataset{{DID: "did:c2d:aaaa"}},
			Parameters: map[string]json.RawMessage{"z": json.RawMessage(`1`), "a": json.RawMessage(`"<b>"`)},
			Deliver:    deliver,
		},
		Datasets: []sandbox.Content{{Files: 1, Bytes: 2, SHA256: "cc"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	f.write(t, f.Staged, string(staged))
	f.write(t, f.Log, "the log\n")
	if err := os.Mkdir(f.Outputs, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(f.Alive, 0o600); err != nil {
		t.Fatal(err)
	}
	if word != "" {
		go func() {
			if alive, err := os.OpenFile(f.Alive, os.O_WRONLY, 0); err == nil {
				_, _ = alive.WriteString(word)
				_ = alive.Close()
			}
		}()
	}
	return f
}

func (f *finished) write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (f *finished) manifest(t *testing.T) sandbox.Record {
	t.Helper()
	var m sandbox.Record
	if err := json.Unmarshal(f.server.Stored()[sandbox.KeyRecord], &m); err != nil {
		t.Fatalf("manifest: %v", err)
	}
	return m
}

func (f *finished) names(t *testing.T) (names []string) {
	for _, r := range f.manifest(t).Results {
		names = append(names, r.Key())
	}
	return names
}

func TestRunPublishesEverythingAndTheManifestLast(t *testing.T) {
	server := gatewaytest.Start(t, &gatewaytest.Server{})
	f := finish(t, server, both, "\nexit 0\n")
	files := map[string]string{"outputs/model.json": "{}", "outputs/plots/über & so?.png": "PNG", "outputs/empty": "", "outputs/b/c/d": strings.Repeat("x", 3<<20)}
	for name, text := range files {
		f.write(t, filepath.Join(filepath.Dir(f.Outputs), name), text)
	}
	if err := os.Mkdir(filepath.Join(f.Outputs, "empty folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	report := Run(context.Background(), f.Options)
	if report.Reason != "" || report.Outputs != 4 || report.Bytes != 2+3+3<<20 {
		t.Fatalf("%+v", report)
	}
	stored := server.Stored()
	for name, text := range files {
		if string(stored[name]) != text {
			t.Errorf("%s was stored with %d bytes, want %d", name, len(stored[name]), len(text))
		}
	}
	if string(stored[sandbox.KeyLog]) != "the log\n" || len(stored) != len(files)+2 {
		t.Errorf("stored %v", server.Order())
	}
	if order := server.Order(); order[len(order)-1] != sandbox.KeyRecord {
		t.Errorf("the manifest was not last: %v", order)
	}
	if report.Record != gatewaytest.Hash(stored[sandbox.KeyRecord]) {
		t.Errorf("the report has the hash %s of the manifest", report.Record)
	}
	m := f.manifest(t)
	if want := []string{"logs/algorithm.log", "outputs/b/c/d", "outputs/empty", "outputs/model.json", "outputs/plots/über & so?.png"}; !slices.Equal(f.names(t), want) {
		t.Errorf("the manifest lists %v, want %v", f.names(t), want)
	}
	for _, r := range m.Results {
		if content := stored[r.Key()]; r.SHA256 != gatewaytest.Hash(content) || r.Bytes != int64(len(content)) {
			t.Errorf("%s has hash or size of something else in the manifest", r.Name)
		}
	}
	if m.Job.Name != "train" || m.Run != 3 || m.Datasets[0].DID != "did:c2d:aaaa" || m.Datasets[0].Content.SHA256 != "cc" || time.Since(m.Published) > time.Minute {
		t.Errorf("manifest %+v", m)
	}
}

func TestRunKeepsToWhatMayLeave(t *testing.T) {
	for name, test := range map[string]struct {
		deliver []v1alpha1.Delivery
		word    string
		stored  []string
		listed  []string
	}{
		"all":                             {both, "\nexit 0\n", []string{"logs/algorithm.log", "outputs/a", "record.json"}, []string{"logs/algorithm.log", "outputs/a"}},
		"outputs alone":                   {both[:1], "\nexit 0\n", []string{"logs/algorithm.log", "outputs/a", "record.json"}, []string{"outputs/a"}},
		"log alone":                       {both[1:], "\nexit 0\n", []string{"logs/algorithm.log", "record.json"}, []string{"logs/algorithm.log"}},
		"algorithm failed":                {both, "\nexit 3\n", []string{"logs/algorithm.log", "record.json"}, []string{"logs/algorithm.log"}},
		"PID 1 was killed":                {both, "exit 0", []string{"logs/algorithm.log", "record.json"}, []string{"logs/algorithm.log"}},
		"the algorithm lied, then failed": {both, "exit 0\nexit 0\n\nexit 9\n", []string{"logs/algorithm.log", "record.json"}, []string{"logs/algorithm.log"}},
	} {
		t.Run(name, func(t *testing.T) {
			server := gatewaytest.Start(t, &gatewaytest.Server{})
			f := finish(t, server, test.deliver, test.word)
			f.write(t, filepath.Join(f.Outputs, "a"), "A")
			report := Run(context.Background(), f.Options)
			if report.Reason != "" || report.Record == "" {
				t.Fatalf("%+v", report)
			}
			stored := server.Order()
			slices.Sort(stored)
			if !slices.Equal(stored, test.stored) || !slices.Equal(f.names(t), test.listed) {
				t.Errorf("stored %v, listed %v; want %v and %v", stored, f.names(t), test.stored, test.listed)
			}
		})
	}
}

func TestRunRefusesOutputsAndKeepsTheLog(t *testing.T) {
	for check, make := range map[string]func(*testing.T, *finished) error{
		"regular-file": func(_ *testing.T, f *finished) error {
			return os.Symlink("/etc/passwd", filepath.Join(f.Outputs, "secret-7"))
		},
		"hard-link": func(_ *testing.T, f *finished) error {
			return os.Link(filepath.Join(f.Outputs, "fine"), filepath.Join(f.Outputs, "secret-7"))
		},
		"name": func(t *testing.T, f *finished) error {
			f.write(t, filepath.Join(f.Outputs, "secret-7\x1b[31m"), "")
			return nil
		},
		"collision": func(t *testing.T, f *finished) error { f.write(t, filepath.Join(f.Outputs, "FINE"), ""); return nil },
		"depth": func(_ *testing.T, f *finished) error {
			return os.MkdirAll(filepath.Join(f.Outputs, strings.Repeat("secret-7/", 40)), 0o755)
		},
	} {
		t.Run(check, func(t *testing.T) {
			server := gatewaytest.Start(t, &gatewaytest.Server{})
			f := finish(t, server, both, "\nexit 0\n")
			var told strings.Builder
			f.Logger = slog.New(slog.NewTextHandler(&told, nil))
			f.write(t, filepath.Join(f.Outputs, "fine"), "fine")
			if err := make(t, f); err != nil {
				t.Fatal(err)
			}
			report := Run(context.Background(), f.Options)
			if report.Reason != v1alpha1.ReasonOutputRefused || !strings.Contains(report.Message, "by check "+check) || strings.Contains(report.Message, "secret") {
				t.Errorf("%+v", report)
			}
			if !strings.Contains(told.String(), "check="+check) {
				t.Errorf("the owner was told %q", told.String())
			}
			order := server.Order()
			if !slices.Equal(order, []string{sandbox.KeyLog, sandbox.KeyRecord}) || !slices.Equal(f.names(t), []string{sandbox.KeyLog}) {
				t.Errorf("stored %v, listed %v", order, f.names(t))
			}
		})
	}
}

func TestRunPublishesNoFalseLog(t *testing.T) {
	for name, replace := range map[string]func(string) error{
		"symbolic link": func(path string) error { return os.Symlink("/etc/passwd", path) },
		"FIFO":          func(path string) error { return unix.Mkfifo(path, 0o644) },
		"folder":        func(path string) error { return os.Mkdir(path, 0o755) },
		"nothing":       func(string) error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			server := gatewaytest.Start(t, &gatewaytest.Server{})
			f := finish(t, server, both, "\nexit 1\n")
			if err := os.Remove(f.Log); err != nil {
				t.Fatal(err)
			}
			if err := replace(f.Log); err != nil {
				t.Fatal(err)
			}
			if report := Run(context.Background(), f.Options); report.Reason != "" {
				t.Fatalf("%+v", report)
			}
			if !slices.Equal(server.Order(), []string{sandbox.KeyRecord}) || len(f.manifest(t).Results) != 0 {
				t.Errorf("stored %v", server.Order())
			}
		})
	}
}

func TestRunRepeatsUploads(t *testing.T) {
	var failures atomic.Int64
	s := &gatewaytest.Server{}
	s.Intercept = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != sandbox.PathResults+"outputs/a" {
			return false
		}
		switch failures.Add(1) {
		case 1:
			gatewaytest.Fail(w, 503, sandbox.Failure{Message: "the bucket is slow", Retry: true})
		case 2:
			_, _ = io.CopyN(io.Discard, r.Body, 1000)
			panic(http.ErrAbortHandler)
		case 3:
			content, _ := io.ReadAll(r.Body)
			_ = json.NewEncoder(w).Encode(sandbox.Stored{Bytes: int64(len(content)), SHA256: strings.Repeat("0", 64)})
		default:
			return false
		}
		return true
	}
	f := finish(t, gatewaytest.Start(t, s), both, "\nexit 0\n")
	f.write(t, filepath.Join(f.Outputs, "a"), strings.Repeat("A", 1<<20))
	if report := Run(context.Background(), f.Options); report.Reason != "" || failures.Load() != 4 {
		t.Fatalf("%+v after %d attempts", report, failures.Load())
	}
}

func TestRunFailsWhereNothingCanBeStored(t *testing.T) {
	for name, test := range map[string]struct {
		answer       func(http.ResponseWriter)
		reason, want string
	}{
		"bucket is missing": {func(w http.ResponseWriter) {
			gatewaytest.Fail(w, 502, sandbox.Failure{Reason: v1alpha1.ReasonPublishFailed, Message: "The results bucket does not exist"})
		}, v1alpha1.ReasonPublishFailed, "The results bucket does not exist"},
		"gateway breaks off": {func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, v1alpha1.ReasonPublishFailed, "the connection to the gateway kept failing"},
		"something else stored": {func(w http.ResponseWriter) { _ = json.NewEncoder(w).Encode(sandbox.Stored{Bytes: 1, SHA256: "00"}) },
			v1alpha1.ReasonPublishFailed, "what was stored is not what was sent"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &gatewaytest.Server{Intercept: func(w http.ResponseWriter, r *http.Request) bool {
				_, _ = io.Copy(io.Discard, r.Body)
				test.answer(w)
				return true
			}}
			f := finish(t, gatewaytest.Start(t, s), both, "\nexit 0\n")
			f.write(t, filepath.Join(f.Outputs, "a"), "A")
			report := Run(context.Background(), f.Options)
			if report.Reason != test.reason || !strings.Contains(report.Message, test.want) || report.Record != "" {
				t.Errorf("%+v, want %s with %q", report, test.reason, test.want)
			}
		})
	}
}

func TestUploadNoticesThatAFileChanged(t *testing.T) {
	f := finish(t, gatewaytest.Start(t, &gatewaytest.Server{}), both, "")
	f.write(t, filepath.Join(f.Outputs, "a"), "a long text")
	gate := disclosure.NewGate(disclosure.Strictest(), nil, nil)
	found, err := judge(f.Outputs, gate)
	if err != nil || gate.Refused() {
		t.Fatal(err, gate.Summary())
	}
	f.write(t, filepath.Join(f.Outputs, "a"), "short")
	if _, err := f.uploadAll(context.Background(), gate, found.files); err == nil || !strings.Contains(err.Error(), "changed while it was published") {
		t.Fatal(err)
	}
	if _, err := f.upload(context.Background(), "outputs/b", func() (body, error) { return plain{strings.NewReader("short"), 10}, nil }); err == nil {
		t.Fatal("a file with fewer bytes than it had was published")
	}
}

func TestRunWaitsForTheEndWhenThePodIsDeleted(t *testing.T) {
	terminate := make(chan os.Signal, 1)
	server := gatewaytest.Start(t, &gatewaytest.Server{})
	f := finish(t, server, both, "")
	f.Terminate = terminate
	f.write(t, filepath.Join(f.Outputs, "a"), "A")
	done := make(chan sandbox.PublishReport, 1)
	go func() { done <- Run(context.Background(), f.Options) }()
	alive, err := os.OpenFile(f.Alive, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	terminate <- unix.SIGTERM
	select {
	case report := <-done:
		t.Fatalf("published %+v while the algorithm lived", report)
	case <-time.After(50 * time.Millisecond):
	}
	_, _ = fmt.Fprint(alive, "\nexit 143\n")
	_ = alive.Close()
	if report := <-done; report.Reason != "" || !slices.Equal(server.Order(), []string{sandbox.KeyLog, sandbox.KeyRecord}) {
		t.Fatalf("%+v, stored %v", report, server.Order())
	}
}

func TestRunDoesNotWaitForEverWhenThePodIsDeleted(t *testing.T) {
	terminate := make(chan os.Signal, 1)
	terminate <- unix.SIGTERM
	server := gatewaytest.Start(t, &gatewaytest.Server{})
	f := finish(t, server, both, "")
	f.Terminate, f.Deletion = terminate, 20*time.Millisecond
	f.write(t, filepath.Join(f.Outputs, "a"), "A")
	if report := Run(context.Background(), f.Options); report.Reason != "" || slices.Contains(server.Order(), "outputs/a") {
		t.Fatalf("%+v, stored %v", report, server.Order())
	}
}

func TestParseExit(t *testing.T) {
	for text, want := range map[string]int{
		"\nexit 0\n": 0, "exit 137\n": 137, "junk\n\nexit 3\n": 3, "exit 0\nexit 5\n": 5, "exit 255\n": 255,
		"": -1, "exit 0": -1, "exit 0\n\n": -1, "exit 0\nx": -1, "xexit 0\n": -1, "exit -1\n": -1, "exit 256\n": -1, "exit 0 \n": -1, "exit +0\n": -1, "exit\n": -1,
	} {
		code, ok := parseExit([]byte(text))
		if !ok {
			code = -1
		}
		if code != want {
			t.Errorf("%q says %d, want %d", text, code, want)
		}
	}
}

func FuzzLastExitBelievesTheLastLineAlone(f *testing.F) {
	f.Add([]byte("exit 0\n"))
	f.Add([]byte("exit 0"))
	f.Add([]byte(strings.Repeat("exit 0\n", 1000)))
	f.Fuzz(func(t *testing.T, junk []byte) {
		code, ok, err := lastExit(strings.NewReader(string(junk) + "\nexit 7\n"))
		if err != nil || !ok || code != 7 {
			t.Fatalf("%q hides what PID 1 said: %d, %v, %v", junk, code, ok, err)
		}
	})
}
