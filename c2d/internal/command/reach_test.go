package command

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/example"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/links"
	"github.com/compute-to-data/terraform-provider-c2d/manifest"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/test/fixtures"
)

func streams(out, errOut io.Writer) genericiooptions.IOStreams {
	return genericiooptions.IOStreams{In: &bytes.Buffer{}, Out: out, ErrOut: errOut}
}

func TestLogs(t *testing.T) {
	_, namespace := place(t, example.Succeeded())
	g := newGateway(t, namespace)
	path := func(run int64) string { return sandbox.RunPath(namespace, "train", run) + "/log" }
	g.on(path(3), text("epoch 1\x1b[2J\n"))
	g.on(path(1), text("the first\n"))
	g.on(path(2), func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusForbidden, sandbox.Failure{Message: "Dataset hospital/tumours: spec.disclosure.logs.release withholds the log."})
	})
	args := func(more ...string) []string { return append(append([]string{"logs", "train"}, g.flags()...), more...) }

	if r := c2d(t, namespace, args()...).want(t, ExitOK); r.out != "epoch 1\x1b[2J\n" {
		t.Errorf("piped, the log is as it is: got %q", r.out)
	}
	if r := c2d(t, namespace, args("--run", "1")...).want(t, ExitOK); r.out != "the first\n" {
		t.Errorf("got %q", r.out)
	}
	if r := c2d(t, namespace, args("--run", "2")...).want(t, ExitFailure); !strings.Contains(r.errOut, "withholds the log") {
		t.Errorf("got %q", r.errOut)
	}
	if r := c2d(t, namespace, args("--run", "4")...).want(t, ExitFailure); !strings.Contains(r.errOut, "has no run 4; its newest is 3") {
		t.Errorf("got %q", r.errOut)
	}
	if r := c2d(t, namespace, args("--service-account", "other")...).want(t, ExitFailure); !strings.Contains(r.errOut, "--service-account") {
		t.Errorf("got %q", r.errOut)
	}
}

func TestLogsOfAnotherServer(t *testing.T) {
	_, namespace := place(t, example.Succeeded())
	g, impostor := newGateway(t, namespace), newGateway(t, namespace)
	impostor.on(sandbox.RunPath(namespace, "train", 3)+"/log", text("trust me\n"))
	r := c2d(t, namespace, "logs", "train", "--gateway", impostor.server.URL, "--gateway-namespace", g.namespace).want(t, ExitFailure)
	if r.out != "" || !strings.Contains(r.errOut, "certificate") || len(impostor.calls) != 0 {
		t.Errorf("got %q, %q, calls %v", r.out, r.errOut, impostor.calls)
	}
}

// The log grows while it is followed, and the gateway breaks off in the middle.
func TestFollow(t *testing.T) {
	job, namespace := place(t, example.Running())
	g := newGateway(t, namespace)
	calls := 0
	g.on(sandbox.RunPath(namespace, "train", 1)+"/log", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("follow") != "true" {
			t.Errorf("asked for %s", r.URL)
		}
		calls++
		switch calls {
		case 1:
			_, _ = io.WriteString(w, "epoch 1\nepo")
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		case 2:
			refuse(w, http.StatusServiceUnavailable, sandbox.Failure{Message: "It starts.", Retry: true})
		default:
			_, _ = io.WriteString(w, "epoch 1\nepoch 2\n")
			now := read(t, job)
			now.Status.State = v1alpha1.StateReleasing
			if err := api.Status().Update(r.Context(), now); err != nil {
				t.Error(err)
			}
		}
	})
	r := c2d(t, namespace, append([]string{"logs", "train", "-f"}, g.flags()...)...).want(t, ExitOK)
	if r.out != "epoch 1\nepoch 2\n" || !strings.Contains(r.errOut, "broke off") {
		t.Errorf("got %q and %q", r.out, r.errOut)
	}
}

// A run that was asked for a moment ago is followed from its beginning.
func TestFollowTheNextRun(t *testing.T) {
	job := example.TimedOut()
	job.Spec.Trigger = "2"
	job, namespace := place(t, job)
	g := newGateway(t, namespace)
	g.on(sandbox.RunPath(namespace, "train", 2)+"/log", func(w http.ResponseWriter, r *http.Request) {
		now := read(t, job)
		now.Status.Run, now.Status.Trigger, now.Status.State = 2, "2", v1alpha1.StateReleasing
		if err := api.Status().Update(r.Context(), now); err != nil {
			t.Error(err)
		}
		_, _ = io.WriteString(w, "again\n")
	})
	if r := c2d(t, namespace, append([]string{"logs", "train", "-f"}, g.flags()...)...).want(t, ExitOK); r.out != "again\n" {
		t.Errorf("got %q and %q", r.out, r.errOut)
	}
}

func TestFollowEndsWithItsUser(t *testing.T) {
	_, namespace := place(t, example.Running())
	g := newGateway(t, namespace)
	ctx, cancel := context.WithCancel(t.Context())
	g.on(sandbox.RunPath(namespace, "train", 1)+"/log", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "epoch 1\n")
		_ = http.NewResponseController(w).Flush()
		cancel()
		<-r.Context().Done()
	})
	var out, errOut bytes.Buffer
	args := append([]string{"--kubeconfig", kubeconfig, "-n", namespace, "logs", "train", "-f"}, g.flags()...)
	if code := run(ctx, "test", standalone, args, streams(&out, &errOut)); code != ExitInterrupted || errOut.Len() > 0 {
		t.Errorf("exit code %d, %q", code, errOut.String())
	}
}

// released run of a job, with many outputs.
type run3 struct {
	job       *v1alpha1.ComputeJob
	namespace string
	gateway   *fakeGateway
	record    sandbox.Record
	contents  map[string]string
}

const outputs = 30

func newRun3(t *testing.T, names ...string) *run3 {
	t.Helper()
	return newRun3In(t, example.Succeeded().Spec.Environment, names...)
}

func newRun3In(t *testing.T, environment string, names ...string) *run3 {
	t.Helper()
	r := &run3{contents: map[string]string{}}
	add := func(name string, kind v1alpha1.ResultType, content string) {
		sum := sha256.Sum256([]byte(content))
		file := sandbox.ManifestResult{Name: name, Type: kind, Bytes: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
		r.record.Results = append(r.record.Results, file)
		r.contents[file.Key()] = content
	}
	for i := range outputs {
		add(fmt.Sprintf("parts/part %d.csv", i), v1alpha1.ResultOutput, strings.Repeat(fmt.Sprint(i), 1000))
	}
	for _, name := range names {
		add(name, v1alpha1.ResultOutput, name)
	}
	add("algorithm.log", v1alpha1.ResultLog, "done\n")
	job := example.Succeeded()
	job.Spec.Environment = environment
	encoded := r.encoded(t)
	sum := sha256.Sum256(encoded)
	job.Status.Manifest = &v1alpha1.ManifestStatus{SHA256: hex.EncodeToString(sum[:]), ManifestBytes: int64(len(encoded)), Outputs: outputs}
	r.job, r.namespace = place(t, job)
	r.gateway = newGateway(t, r.namespace)
	r.gateway.on(sandbox.RunPath(r.namespace, "train", 3)+"/manifest", text(string(encoded)))
	for _, file := range r.record.Results {
		r.gateway.on(sandbox.ResultPath(r.namespace, "train", 3, file), text(r.contents[file.Key()]))
	}
	return r
}

func (r *run3) encoded(t *testing.T) []byte {
	t.Helper()
	text, _ := fixtures.Manifest(t, r.record, manifest.Facts{})
	return text
}

func (r *run3) get(t *testing.T, folder string) result {
	t.Helper()
	args := append([]string{"results", "get", "train", "-o", folder}, r.gateway.flags()...)
	return c2d(t, r.namespace, args...)
}

func (r *run3) check(t *testing.T, folder string) {
	t.Helper()
	for key, want := range r.contents {
		if content, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(key))); err != nil || string(content) != want {
			t.Errorf("%s: %v, %d bytes, want %d", key, err, len(content), len(want))
		}
	}
	if content, err := os.ReadFile(filepath.Join(folder, "manifest.json")); err != nil || string(content) != string(r.encoded(t)) {
		t.Errorf("manifest: %v, %s", err, content)
	}
}

func TestResultsGet(t *testing.T) {
	r := newRun3(t)
	folder := filepath.Join(t.TempDir(), "new", "folder")
	got := r.get(t, folder).want(t, ExitOK)
	r.check(t, folder)
	if !strings.Contains(got.out, "31 files, ") || !strings.Contains(got.out, "verified, in "+folder) || !strings.Contains(got.out, "ok      outputs/parts/part 7.csv") {
		t.Errorf("got %q", got.out)
	}
	if got = r.get(t, folder).want(t, ExitOK); !strings.Contains(got.out, "(already there: 31)") {
		t.Errorf("got %q", got.out)
	}
}

func TestResultsGetOverABrokenWay(t *testing.T) {
	r := newRun3(t)
	file := r.record.Results[0]
	calls := 0
	r.gateway.on(sandbox.ResultPath(r.namespace, "train", 3, file), func(w http.ResponseWriter, req *http.Request) {
		if calls++; calls == 1 {
			w.Header().Set("Content-Length", fmt.Sprint(file.Bytes))
			_, _ = io.WriteString(w, r.contents[file.Key()][:400])
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
		if req.Header.Get("Range") != "bytes=400-" {
			t.Errorf("asked for %q, want what is left", req.Header.Get("Range"))
		}
		http.ServeContent(w, req, "", time.Time{}, strings.NewReader(r.contents[file.Key()]))
	})
	folder := t.TempDir()
	r.get(t, folder).want(t, ExitOK)
	r.check(t, folder)
}

func TestResultsGetBelievesNobody(t *testing.T) {
	t.Run("the manifest is another one", func(t *testing.T) {
		r := newRun3(t)
		r.gateway.on(sandbox.RunPath(r.namespace, "train", 3)+"/manifest", text(`{"results":[]}`))
		folder := filepath.Join(t.TempDir(), "new")
		got := r.get(t, folder).want(t, ExitFailure)
		if !strings.Contains(got.errOut, "the manifest is not the one that the job's status names") {
			t.Errorf("got %q", got.errOut)
		}
		if _, err := os.Stat(folder); err == nil {
			t.Error("something was written")
		}
	})
	t.Run("a file is another one", func(t *testing.T) {
		r := newRun3(t)
		file := r.record.Results[3]
		r.gateway.on(sandbox.ResultPath(r.namespace, "train", 3, file), text(strings.Repeat("x", int(file.Bytes))))
		folder := t.TempDir()
		got := r.get(t, folder).want(t, ExitFailure)
		if !strings.Contains(got.errOut, `1 of 31 files could not be brought`) || !strings.Contains(got.errOut, `"outputs/parts/part 3.csv": its SHA-256 is`) {
			t.Errorf("got %q", got.errOut)
		}
		if _, err := os.Stat(filepath.Join(folder, "outputs/parts/part 3.csv")); err == nil {
			t.Error("it was written")
		}
		if _, err := os.Stat(filepath.Join(folder, "manifest.json")); err == nil {
			t.Error("the manifest is there although a file is missing")
		}
	})
	t.Run("a name leads out of the folder", func(t *testing.T) {
		r := newRun3(t, "../../../escaped")
		folder := filepath.Join(t.TempDir(), "new", "folder")
		if got := r.get(t, folder).want(t, ExitFailure); !strings.Contains(got.errOut, "leads out of the folder") {
			t.Errorf("got %q", got.errOut)
		}
		if _, err := os.Stat(filepath.Join(folder, "..", "escaped")); err == nil {
			t.Error("it was written")
		}
	})
}

// Without the gateway the links in the Secret are used: to the first outputs alone.
func TestResultsGetThroughLinks(t *testing.T) {
	r := newRun3(t)
	bucket := http.NewServeMux()
	web := newWeb(t, bucket)
	list := []links.Link{{Name: "manifest.json", Type: v1alpha1.ResultManifest, URL: web + "/manifest?signature=secret"}}
	bucket.HandleFunc("/manifest", text(string(r.encoded(t))))
	for i, file := range r.record.Results {
		if i >= 20 && file.Type == v1alpha1.ResultOutput {
			continue
		}
		path := fmt.Sprintf("/file/%d", i)
		bucket.HandleFunc(path, text(r.contents[file.Key()]))
		list = append(list, links.Link{Name: file.Name, Type: file.Type, Bytes: file.Bytes, SHA256: file.SHA256, URL: web + path + "?signature=secret"})
	}
	encoded, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	create(t, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: r.namespace, Name: "train-results"}, Type: links.SecretType,
		Data: map[string][]byte{"run-3": encoded, "files": encoded},
	})
	folder := t.TempDir()
	got := c2d(t, r.namespace, "results", "get", "train", "-o", folder, "--gateway-namespace", "nowhere").want(t, ExitFailure)
	if !strings.Contains(got.errOut, "note: using the links in Secret train-results instead") || !strings.Contains(got.errOut, "10 more files cannot be had through links") {
		t.Errorf("got %q", got.errOut)
	}
	if strings.Contains(got.errOut+got.out, "signature=") {
		t.Error("a link was printed")
	}
	if content, err := os.ReadFile(filepath.Join(folder, "outputs/parts/part 19.csv")); err != nil || !strings.HasPrefix(string(content), "1919") {
		t.Errorf("%q, %v", content, err)
	}
	if _, err := os.Stat(filepath.Join(folder, "outputs/parts/part 20.csv")); err == nil {
		t.Error("a file came without a link")
	}
}

// Of a run that failed the log is released, and what its manifest says is not asked for.
// The environment's signature is checked where its keys can be read, before anything is written.
func TestResultsGetChecksTheSignature(t *testing.T) {
	for name, test := range map[string]struct {
		key  byte
		code int
		want string
	}{
		"vouched":    {0, ExitOK, "signed by ComputeEnvironment vouched"},
		"not-by-him": {1, ExitFailure, "no known key has signed the manifest"},
	} {
		t.Run(name, func(t *testing.T) {
			key := fixtures.NewManifestKey(test.key).Public()
			text, err := key.PEM()
			if err != nil {
				t.Fatal(err)
			}
			environment := example.Environment()
			environment.Name = name
			environment.Spec.Results.S3 = v1alpha1.ResultsBucket{S3Connection: v1alpha1.S3Connection{Bucket: "results", CredentialsSecretRef: &v1alpha1.LocalSecretReference{Name: "s3"}}}
			environment.Status.ManifestKeys = []v1alpha1.ManifestKey{{KeyID: key.ID(), PublicKey: text, Since: metav1.Now().Rfc3339Copy()}}
			create(t, environment)
			folder := filepath.Join(t.TempDir(), "results")
			r := newRun3In(t, name).get(t, folder).want(t, test.code)
			if !strings.Contains(r.out+r.errOut, test.want) {
				t.Errorf("got %q and %q", r.out, r.errOut)
			}
			if _, err := os.Stat(folder); os.IsNotExist(err) != (test.code == ExitFailure) {
				t.Errorf("the folder: %v", err)
			}
		})
	}
}

func TestResultsGetOfAFailedRun(t *testing.T) {
	job := example.TimedOut()
	sum := sha256.Sum256([]byte("too slow\n"))
	job.Status.Results[0].Bytes, job.Status.Results[0].SHA256 = 9, hex.EncodeToString(sum[:])
	_, namespace := place(t, job)
	g := newGateway(t, namespace)
	g.on(sandbox.RunPath(namespace, "train", 1)+"/results/"+sandbox.KeyLog, text("too slow\n"))
	folder := t.TempDir()
	c2d(t, namespace, append([]string{"results", "get", "train", "-o", folder}, g.flags()...)...).want(t, ExitOK)
	if content, err := os.ReadFile(filepath.Join(folder, "logs", "algorithm.log")); err != nil || string(content) != "too slow\n" {
		t.Errorf("%q, %v", content, err)
	}
	for _, call := range g.calls {
		if strings.HasSuffix(call, "/manifest") {
			t.Error("the manifest was asked for")
		}
	}
}

func TestResultsGetOfNothing(t *testing.T) {
	for name, test := range map[string]struct {
		job  *v1alpha1.ComputeJob
		args []string
		want string
	}{
		"denied":    {example.Denied(), nil, "run 1 of train released nothing (Failed)"},
		"running":   {example.Running(), nil, "is under way (Running): nothing has been released yet"},
		"stopped":   {example.Succeeded(), []string{"--run", "2"}, "run 2 of train released nothing (Stopped)"},
		"forgotten": {forgotten(), []string{"--run", "1"}, "run 1 of train is too long ago"},
		"expired":   {expired(), nil, "access to the results of train is over"},
	} {
		t.Run(name, func(t *testing.T) {
			_, namespace := place(t, test.job)
			r := c2d(t, namespace, append([]string{"results", "get", "train", "-o", t.TempDir()}, test.args...)...).want(t, ExitFailure)
			if !strings.Contains(r.errOut, test.want) {
				t.Errorf("got %q, want %q", r.errOut, test.want)
			}
		})
	}
}

func forgotten() *v1alpha1.ComputeJob {
	job := example.Succeeded()
	job.Status.Runs = job.Status.Runs[:1]
	return job
}

func expired() *v1alpha1.ComputeJob {
	job := example.Succeeded()
	job.Status.State = v1alpha1.StateExpired
	return job
}

// newWeb server on loopback.
func newWeb(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}
