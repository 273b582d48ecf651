package stage

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/gateway"
	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/gatewaytest"
	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/retry"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// study is a run with two datasets and code.
func study() *gatewaytest.Server {
	files := [][]byte{[]byte("a,b\n1,2\n"), {}, []byte("third")}
	code := []byte("print('hello')")
	s := &gatewaytest.Server{
		Plan: sandbox.Plan{
			Run: sandbox.Run{Job: sandbox.Object{Namespace: "lab", Name: "train", UID: "u-1"}, Run: 1, Deliver: []v1alpha1.Delivery{v1alpha1.DeliverLogs}},
			Datasets: []sandbox.PlanDataset{
				{ID: "aaaa", DDO: json.RawMessage(`{"id":"did:op:aaaa"}`), Files: []sandbox.PlanFile{
					{Source: 0, Bytes: int64(len(files[0])), SHA256: gatewaytest.Hash(files[0])},
					{Source: 1, Key: "some folder/b&c", Bytes: 0},
				}},
				{ID: "bbbb", DDO: json.RawMessage(`{"id":"did:op:bbbb"}`), Files: []sandbox.PlanFile{{Source: 0, Bytes: -1}}},
			},
			Algorithm:  sandbox.PlanAlgorithm{ID: "cccc", DDO: json.RawMessage(`{"id":"did:op:cccc"}`), Code: true, SHA256: gatewaytest.Hash(code)},
			CustomData: json.RawMessage(`{"epochs":20}`),
		},
	}
	s.Files = map[string][]byte{
		sandbox.InputPath(0, s.Plan.Datasets[0].Files[0]): files[0],
		sandbox.InputPath(0, s.Plan.Datasets[0].Files[1]): files[1],
		sandbox.InputPath(1, s.Plan.Datasets[1].Files[0]): files[2],
		sandbox.PathCode: code,
	}
	return s
}

// options with short waits. Nothing is to be proven.
func options(t *testing.T, server *gatewaytest.Server) Options {
	t.Helper()
	agent := filepath.Join(t.TempDir(), "agent")
	if err := os.WriteFile(agent, []byte("\x7fELF the agent"), 0o755); err != nil {
		t.Fatal(err)
	}
	return Options{
		Client: server.Client(t), Data: t.TempDir(), Shared: t.TempDir(), Handover: t.TempDir(), Disk: 1 << 30, Agent: agent,
		Limits: Limits{
			Dial: 200 * time.Millisecond, Bite: 400 * time.Millisecond, Canary: 800 * time.Millisecond, Again: 5 * time.Millisecond,
			Fetch: retry.Policy{First: time.Millisecond, Max: 4 * time.Millisecond, Stuck: 200 * time.Millisecond, Retryable: gateway.Retryable},
		},
		Log: slog.New(slog.DiscardHandler),
	}
}

func TestRunLaysOutOceansContract(t *testing.T) {
	server := gatewaytest.Start(t, study())
	o := options(t, server)
	// A second time: as when the container is started again.
	for range 2 {
		report := Run(context.Background(), o)
		if report.Reason != "" {
			t.Fatalf("%s: %s", report.Reason, report.Message)
		}
		want := []sandbox.Content{
			contentOf(server.Plan.Datasets[0].Files, []fetched{{8, gatewaytest.Hash([]byte("a,b\n1,2\n"))}, {0, gatewaytest.Hash(nil)}}),
			contentOf(server.Plan.Datasets[1].Files, []fetched{{5, gatewaytest.Hash([]byte("third"))}}),
		}
		if len(report.Datasets) != 2 || report.Datasets[0] != want[0] || report.Datasets[1] != want[1] {
			t.Fatalf("contents %+v, want %+v", report.Datasets, want)
		}
	}
	for name, want := range map[string]struct {
		text string
		mode fs.FileMode
	}{
		"inputs/aaaa/0":              {"a,b\n1,2\n", 0o444},
		"inputs/aaaa/1":              {"", 0o444},
		"inputs/bbbb/0":              {"third", 0o444},
		"inputs/algoCustomData.json": {`{"epochs":20}`, 0o444},
		"transformations/algorithm":  {"print('hello')", 0o555},
		"ddos/aaaa":                  {`{"id":"did:op:aaaa"}`, 0o444},
		"ddos/bbbb":                  {`{"id":"did:op:bbbb"}`, 0o444},
		"ddos/cccc":                  {`{"id":"did:op:cccc"}`, 0o444},
	} {
		text, err := os.ReadFile(filepath.Join(o.Data, name))
		if err != nil || string(text) != want.text {
			t.Errorf("%s is %q, %v; want %q", name, text, err, want.text)
		}
		if info, err := os.Stat(filepath.Join(o.Data, name)); err == nil && info.Mode() != want.mode {
			t.Errorf("%s has mode %s, want %s", name, info.Mode(), want.mode)
		}
	}
	for name, mode := range map[string]fs.FileMode{
		filepath.Join(o.Data, "outputs"): fs.ModeDir | 0o755,
		filepath.Join(o.Data, "logs"):    fs.ModeDir | 0o755,
		filepath.Join(o.Shared, "alive"): fs.ModeNamedPipe | 0o600,
		filepath.Join(o.Shared, "agent"): 0o555,
	} {
		if info, err := os.Lstat(name); err != nil || info.Mode() != mode {
			t.Errorf("%s: %v, %v; want mode %s", name, info, err, mode)
		}
	}
	var staged sandbox.Staged
	text, err := os.ReadFile(filepath.Join(o.Handover, "staged.json"))
	if err != nil || json.Unmarshal(text, &staged) != nil || staged.Run.Job.Name != "train" || len(staged.Datasets) != 2 {
		t.Errorf("staged.json: %s, %v", text, err)
	}
}

func TestRunWithoutParametersLeavesNull(t *testing.T) {
	s := study()
	s.Plan.CustomData = nil
	o := options(t, gatewaytest.Start(t, s))
	if report := Run(context.Background(), o); report.Reason != "" {
		t.Fatal(report)
	}
	if text, err := os.ReadFile(filepath.Join(o.Data, "inputs/algoCustomData.json")); string(text) != "null" {
		t.Fatalf("%q, %v", text, err)
	}
}

func TestRunFails(t *testing.T) {
	first := sandbox.InputPath(0, sandbox.PlanFile{Source: 0})
	at := func(path string, answer func(http.ResponseWriter)) func(*gatewaytest.Server) {
		return func(s *gatewaytest.Server) {
			s.Intercept = func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.RequestURI() != path {
					return false
				}
				answer(w)
				return true
			}
		}
	}
	other := strings.Repeat("0", 64)
	for name, test := range map[string]struct {
		change       func(*gatewaytest.Server)
		disk         int64
		reason, want string
	}{
		"another hash than pinned": {
			change: func(s *gatewaytest.Server) { s.Files[first] = []byte("a,b\n1,3\n") },
			reason: v1alpha1.ReasonChecksumMismatch, want: "File 0 of dataset aaaa has the SHA-256 " + gatewaytest.Hash([]byte("a,b\n1,3\n")) + ", expected " + gatewaytest.Hash([]byte("a,b\n1,2\n")),
		},
		"another content than pinned": {
			change: func(s *gatewaytest.Server) {
				s.Plan.Datasets[1].Content = &sandbox.Content{Files: 1, Bytes: 5, SHA256: other}
			},
			reason: v1alpha1.ReasonChecksumMismatch, want: "dataset bbbb",
		},
		"other code than trusted": {
			change: func(s *gatewaytest.Server) { s.Files[sandbox.PathCode] = []byte("print('evil')") },
			reason: v1alpha1.ReasonChecksumMismatch, want: "The algorithm's code",
		},
		"fewer bytes than the source said": {
			change: func(s *gatewaytest.Server) { s.Plan.Datasets[0].Files[1].Bytes = 7 },
			reason: v1alpha1.ReasonInputFetchFailed, want: "File 1 of dataset aaaa has 0 bytes, its source had said 7",
		},
		"access denied": {
			change: at(first, func(w http.ResponseWriter) {
				gatewaytest.Fail(w, 502, sandbox.Failure{Reason: v1alpha1.ReasonInputFetchFailed, Message: "File 0 of dataset hospital/tumours: access denied by its source"})
			}),
			reason: v1alpha1.ReasonInputFetchFailed, want: "access denied by its source",
		},
		"the gateway's own reason wins": {
			change: at(sandbox.PathPlan, func(w http.ResponseWriter) {
				gatewaytest.Fail(w, 409, sandbox.Failure{Reason: v1alpha1.ReasonAlgorithmFetchFailed, Message: "The algorithm changed"})
			}),
			reason: v1alpha1.ReasonAlgorithmFetchFailed, want: "The algorithm changed",
		},
		"no code": {
			change: at(sandbox.PathCode, func(w http.ResponseWriter) {
				gatewaytest.Fail(w, 404, sandbox.Failure{Message: "Its source has no such object"})
			}),
			reason: v1alpha1.ReasonAlgorithmFetchFailed, want: "Its source has no such object",
		},
		"always cut short": {
			change: at(first, func(w http.ResponseWriter) {
				w.Header().Set("Content-Length", "8")
				_, _ = w.Write([]byte("a,b"))
			}),
			reason: v1alpha1.ReasonInputFetchFailed, want: "the connection to the gateway kept failing",
		},
		"always overloaded": {
			change: at(first, func(w http.ResponseWriter) { http.Error(w, "busy", 503) }),
			reason: v1alpha1.ReasonInputFetchFailed, want: "Service Unavailable",
		},
		"no JSON for a plan": {
			change: at(sandbox.PathPlan, func(w http.ResponseWriter) { _, _ = w.Write([]byte("<html>")) }),
			reason: v1alpha1.ReasonInputFetchFailed, want: "The plan of the inputs could not be fetched",
		},
		"a folder that is none": {
			change: func(s *gatewaytest.Server) { s.Plan.Datasets[0].ID = "../../etc" },
			reason: v1alpha1.ReasonInputFetchFailed, want: "cannot be a folder",
		},
		"a folder in the place of the parameters": {
			change: func(s *gatewaytest.Server) { s.Plan.Datasets[0].ID = "algoCustomData.json" },
			reason: v1alpha1.ReasonInputFetchFailed, want: "cannot be a folder",
		},
		"too big, as the source says": {
			change: func(s *gatewaytest.Server) { s.Plan.Datasets[0].Files[0].Bytes = 1 << 40 },
			reason: v1alpha1.ReasonDiskExceeded, want: "spec.resources.disk",
		},
		"too big, as it comes": {
			change: func(s *gatewaytest.Server) { s.Files[sandbox.InputPath(1, sandbox.PlanFile{})] = make([]byte, 4000) },
			disk:   3000,
			reason: v1alpha1.ReasonDiskExceeded, want: "3000 bytes of disk",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := study()
			test.change(s)
			o := options(t, gatewaytest.Start(t, s))
			if test.disk > 0 {
				o.Disk = test.disk
			}
			report := Run(context.Background(), o)
			if report.Reason != test.reason || !strings.Contains(report.Message, test.want) {
				t.Errorf("%s: %s\nwant %s with %q", report.Reason, report.Message, test.reason, test.want)
			}
			if strings.Contains(report.Message, "127.") || strings.Contains(report.Message, gatewaytest.Token) {
				t.Errorf("the message gives an address or a token away: %s", report.Message)
			}
			if _, err := os.Stat(filepath.Join(o.Shared, "agent")); err == nil {
				t.Error("the agent lies there: the algorithm could start")
			}
		})
	}
}

func TestFetchRepeatsWhatPasses(t *testing.T) {
	s := study()
	first := sandbox.InputPath(0, sandbox.PlanFile{Source: 0})
	s.Intercept = func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case r.URL.RequestURI() == first && server(r).Count(first) <= 3:
			gatewaytest.Fail(w, 503, sandbox.Failure{Message: "its source is slow", Retry: true})
		case r.URL.Path == sandbox.PathPlan && server(r).Count(sandbox.PathPlan) == 1:
			panic(http.ErrAbortHandler)
		default:
			return false
		}
		return true
	}
	started := gatewaytest.Start(t, s)
	if report := Run(context.Background(), options(t, started)); report.Reason != "" {
		t.Fatalf("%s: %s", report.Reason, report.Message)
	}
	if started.Count(first) != 4 || started.Count(sandbox.PathPlan) != 2 {
		t.Fatalf("%d requests for the file, %d for the plan", started.Count(first), started.Count(sandbox.PathPlan))
	}
}

// server that handles the request.
func server(r *http.Request) *gatewaytest.Server {
	return r.Context().Value(http.ServerContextKey).(*http.Server).Handler.(*gatewaytest.Server)
}

func TestSequentialGoesOnWhereItBroke(t *testing.T) {
	content := make([]byte, 1<<20)
	_, _ = rand.Read(content)
	for name, test := range map[string]struct {
		ranges, changes bool
	}{
		"source with ranges":       {ranges: true},
		"source without ranges":    {},
		"source that then changes": {ranges: true, changes: true},
	} {
		t.Run(name, func(t *testing.T) {
			const breaks = 4
			current := content
			s := &gatewaytest.Server{Files: map[string][]byte{sandbox.PathCode: content}}
			var asked []string
			s.Intercept = func(w http.ResponseWriter, r *http.Request) bool {
				asked = append(asked, r.Header.Get("Range"))
				attempt := len(asked)
				if !test.ranges {
					r.Header.Del("Range")
				}
				if test.changes && attempt == 3 {
					current = append([]byte{}, content...)
					current[0]++
				}
				w.Header().Set("ETag", gatewaytest.ETag(current))
				if attempt < breaks {
					w = &breaking{ResponseWriter: w, left: attempt * 200_000}
				}
				http.ServeContent(w, r, "", time.Time{}, strings.NewReader(string(current)))
				return true
			}
			f := newFetcher(gatewaytest.Start(t, s).Client(t), 2<<20, options(t, s).Limits.Fetch)
			file, err := os.Create(filepath.Join(t.TempDir(), "f"))
			if err != nil {
				t.Fatal(err)
			}
			got, err := f.sequential(context.Background(), file, source{path: sandbox.PathCode, bytes: -1, what: "the code", reason: "R"})
			if err != nil {
				t.Fatal(err)
			}
			written, err := os.ReadFile(file.Name())
			if err != nil || string(written) != string(current) || got.sha256 != gatewaytest.Hash(current) || got.bytes != int64(len(current)) {
				t.Fatalf("%d bytes with %s arrived, want %d with %s (%v)", got.bytes, got.sha256, len(current), gatewaytest.Hash(current), err)
			}
			if used := f.disk.used.Load(); used != int64(len(current)) {
				t.Errorf("%d bytes of the budget are used, want %d", used, len(current))
			}
			if test.ranges && (asked[1] == "" || asked[1] == "bytes=0-") {
				t.Errorf("the second request asked for %q, not for the rest", asked[1])
			}
		})
	}
}

// breaking response: the connection breaks after some bytes.
type breaking struct {
	http.ResponseWriter
	left int
}

func (b *breaking) Write(p []byte) (int, error) {
	if len(p) > b.left {
		_, _ = b.ResponseWriter.Write(p[:b.left])
		_ = http.NewResponseController(b.ResponseWriter).Flush()
		panic(http.ErrAbortHandler)
	}
	b.left -= len(p)
	return b.ResponseWriter.Write(p)
}

func TestRangedFetchesPartsSideBySide(t *testing.T) {
	content := make([]byte, 3*partBytes+12345)
	_, _ = rand.Read(content)
	path := sandbox.InputPath(0, sandbox.PlanFile{})
	plan := sandbox.Plan{Datasets: []sandbox.PlanDataset{{ID: "aaaa", Files: []sandbox.PlanFile{{Bytes: int64(len(content)), SHA256: gatewaytest.Hash(content)}}}}}
	for name, test := range map[string]struct {
		intercept func(*gatewaytest.Server, http.ResponseWriter, *http.Request) bool
		reason    string
		requests  int
	}{
		"all at once": {requests: 1 + 4},
		"a part breaks off": {
			intercept: func(s *gatewaytest.Server, w http.ResponseWriter, r *http.Request) bool {
				if r.Header.Get("Range") != fmt.Sprintf("bytes=%d-%d", partBytes, 2*partBytes-1) {
					return false
				}
				w.Header().Set("ETag", gatewaytest.ETag(content))
				http.ServeContent(&breaking{ResponseWriter: w, left: 5 << 20}, r, "", time.Time{}, strings.NewReader(string(content)))
				return true
			},
			requests: 1 + 4 + 1,
		},
		"every connection breaks, again and again": {
			intercept: func(s *gatewaytest.Server, w http.ResponseWriter, r *http.Request) bool {
				if r.Header.Get("Range") == "bytes=0-0" {
					return false
				}
				w.Header().Set("ETag", gatewaytest.ETag(content))
				http.ServeContent(&breaking{ResponseWriter: w, left: 3 << 20}, r, "", time.Time{}, strings.NewReader(string(content)))
				return true
			},
			// Each part of 16 MiB comes in six pieces, none of them twice.
			requests: 1 + 3*6 + 1,
		},
		"no ranges": {
			intercept: func(s *gatewaytest.Server, w http.ResponseWriter, r *http.Request) bool {
				r.Header.Del("Range")
				return false
			},
			requests: 1 + 1,
		},
		"changes meanwhile": {
			intercept: func(s *gatewaytest.Server, w http.ResponseWriter, r *http.Request) bool {
				if s.Count(path) < 3 {
					return false
				}
				gatewaytest.Fail(w, http.StatusPreconditionFailed, sandbox.Failure{Message: "it is another"})
				return true
			},
			reason: v1alpha1.ReasonInputFetchFailed,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := &gatewaytest.Server{Plan: plan, Files: map[string][]byte{path: content}}
			if test.intercept != nil {
				s.Intercept = func(w http.ResponseWriter, r *http.Request) bool {
					return r.URL.Path != sandbox.PathPlan && test.intercept(s, w, r)
				}
			}
			o := options(t, gatewaytest.Start(t, s))
			report := Run(context.Background(), o)
			if report.Reason != test.reason {
				t.Fatalf("%q: %s", report.Reason, report.Message)
			}
			if test.reason != "" {
				return
			}
			written, err := os.ReadFile(filepath.Join(o.Data, "inputs/aaaa/0"))
			if err != nil || gatewaytest.Hash(written) != gatewaytest.Hash(content) {
				t.Fatalf("%d bytes arrived, want %d (%v)", len(written), len(content), err)
			}
			if s.Count(path) != test.requests {
				t.Errorf("%d requests, want %d", s.Count(path), test.requests)
			}
		})
	}
}
