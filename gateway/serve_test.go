package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

func (w *world) store(bucket *storage.Bucket, key string, content []byte) {
	w.t.Helper()
	if _, err := bucket.PutStream(w.t.Context(), storage.NewBudget(0), key, bytes.NewReader(content), int64(len(content))); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) s3Key(key string) v1alpha1.DatasetFile {
	return v1alpha1.DatasetFile{S3: &v1alpha1.S3Source{S3Connection: w.connection("data", "source"), Key: key}}
}

func (w *world) s3Prefix(prefix string) v1alpha1.DatasetFile {
	return v1alpha1.DatasetFile{S3: &v1alpha1.S3Source{S3Connection: w.connection("data", "source"), Prefix: prefix}}
}

// A run from its plan to its manifest, over every kind of source.
func TestRunReadsItsInputsAndWritesItsResults(t *testing.T) {
	w := newWorld(t)
	web := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Api-Key") != "of-the-hospital" {
			rw.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = rw.Write([]byte("from the web"))
	}))
	defer web.Close()
	w.create(&corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.hospital, Name: "web", Annotations: map[string]string{v1alpha1.AnnotationHosts: "127.0.0.1"}},
		StringData: map[string]string{"X-Api-Key": "of-the-hospital"},
	})
	w.store(w.data, "one.csv", []byte("a,b\n1,2\n"))
	w.store(w.data, "scans/b & c.dcm", []byte("scan b"))
	w.store(w.data, "scans/a.dcm", []byte("scan a"))
	pinned := w.s3Key("one.csv")
	pinned.SHA256 = strings.Repeat("ab", 32)
	r := w.newRun([]v1alpha1.DatasetFile{
		pinned, w.s3Prefix("scans/"), {Inline: "in line"},
		{HTTP: &v1alpha1.HTTPSource{URL: web.URL + "/f?sig=1", HeadersSecretRef: &v1alpha1.LocalSecretReference{Name: "web"}}},
	}, &v1alpha1.Code{Raw: "print(1)"}, func(r *testRun) {
		r.Datasets[0].Content = &sandbox.Content{Files: 5, Bytes: 1, SHA256: "x"}
	})

	plan := r.plan()
	if got, want := fmt.Sprint(plan.Datasets[0].Files), fmt.Sprint([]sandbox.PlanFile{
		{Source: 0, Bytes: 8, SHA256: pinned.SHA256}, {Source: 1, Key: "scans/a.dcm", Bytes: 6}, {Source: 1, Key: "scans/b & c.dcm", Bytes: 6},
		{Source: 2, Bytes: 7}, {Source: 3, Bytes: 12},
	}); got != want {
		t.Errorf("files %s, expected %s", got, want)
	}
	if plan.Datasets[0].ID != "aa11" || plan.Algorithm.ID != "bb22" || *plan.Datasets[0].Content != *r.Datasets[0].Content ||
		plan.Run.Job.UID != r.job.UID || string(plan.CustomData) != `{"epochs":20}` || !json.Valid(plan.Datasets[0].DDO) || !json.Valid(plan.Algorithm.DDO) {
		t.Errorf("plan: %+v", plan)
	}
	for i, want := range []string{"a,b\n1,2\n", "scan a", "scan b", "in line", "from the web"} {
		if a := r.get(sandbox.InputPath(0, plan.Datasets[0].Files[i])); a.status != http.StatusOK || string(a.body) != want {
			t.Errorf("file %d: %d %q, expected %q", i, a.status, a.body, want)
		}
	}
	code := r.get(sandbox.PathCode)
	if sum := sha256.Sum256(code.body); !plan.Algorithm.Code || hex.EncodeToString(sum[:]) != plan.Algorithm.SHA256 {
		t.Errorf("code %q does not hash to %q", code.body, plan.Algorithm.SHA256)
	}

	for key, content := range map[string]string{
		"outputs/model.json": "{}", "outputs/sub folder/50% é+?.txt": "x", sandbox.KeyLog: "log", sandbox.KeyRecord: `{"v":1}`,
	} {
		for range 2 { // a repeated PUT is fine
			a := r.put(key, []byte(content))
			var stored sandbox.Stored
			sum := sha256.Sum256([]byte(content))
			if err := json.Unmarshal(a.body, &stored); err != nil || a.status != http.StatusOK || stored.Bytes != int64(len(content)) || stored.SHA256 != hex.EncodeToString(sum[:]) {
				t.Errorf("PUT %s: %d %s", key, a.status, a.body)
			}
		}
		at := fmt.Sprintf("all/runs/%s/%s-%s/1/%s", w.consumer, r.job.Name, r.job.UID, key)
		if back, err := w.results.Get(t.Context(), at, 100); err != nil || string(back) != content {
			t.Errorf("%s: %q, %v", at, back, err)
		}
	}
	for _, secret := range []string{"sig=1", "of-the-hospital", w.s3.Credentials.SecretAccessKey} {
		if strings.Contains(strings.Join(w.log.all(), "\n"), secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
}

func TestNoParametersAreNull(t *testing.T) {
	w := newWorld(t)
	r := w.newRun(inline("x"), nil, func(r *testRun) { r.Parameters = nil })
	if plan := r.plan(); string(plan.CustomData) != "null" || plan.Algorithm.Code || plan.Algorithm.SHA256 != "" {
		t.Errorf("plan: %+v", plan)
	}
	if a := r.get(sandbox.PathCode); a.status != http.StatusForbidden {
		t.Errorf("code that is not there: %d %s", a.status, a.body)
	}
}

func TestRangesAndConditions(t *testing.T) {
	w := newWorld(t)
	w.store(w.data, "ten", []byte("0123456789"))
	r := w.newRun([]v1alpha1.DatasetFile{w.s3Key("ten"), {Inline: "0123456789"}}, nil)
	for source := range 2 {
		path := input(0, source)
		etag := r.get(path).header.Get("ETag")
		for _, c := range []struct {
			headers []string
			status  int
			body    string
			content string // Content-Range
		}{
			{nil, 200, "0123456789", ""},
			{[]string{"Range", "bytes=2-4"}, 206, "234", "bytes 2-4/10"},
			{[]string{"Range", "bytes=7-"}, 206, "789", "bytes 7-9/10"},
			{[]string{"Range", "bytes=8-100"}, 206, "89", "bytes 8-9/10"},
			{[]string{"Range", "bytes=7-", "If-Match", etag}, 206, "789", "bytes 7-9/10"},
			{[]string{"If-Match", "*"}, 200, "0123456789", ""},
			{[]string{"Range", "bytes=1-2,4-5"}, 200, "0123456789", ""},
			{[]string{"Range", "bytes=-3"}, 200, "0123456789", ""},
			{[]string{"Range", "bytes=10-"}, 416, "", "bytes */*"},
			{[]string{"If-Match", `"another"`}, 412, "", ""},
			{[]string{"Range", "bytes=7-", "If-Match", `"another"`}, 412, "", ""},
		} {
			a := r.get(path, c.headers...)
			if a.status != c.status || a.status < 300 && string(a.body) != c.body || a.header.Get("Content-Range") != c.content {
				t.Errorf("source %d, %v: %d %q %q", source, c.headers, a.status, a.header.Get("Content-Range"), a.body)
			}
			if a.status < 300 && (etag == "" || a.header.Get("ETag") != etag || a.header.Get("Accept-Ranges") != "bytes") {
				t.Errorf("source %d, %v: %v", source, c.headers, a.header)
			}
		}
	}
}

// A run reaches the files of its datasets and the keys of its own results, and nothing beside them.
func TestPathsAreBounded(t *testing.T) {
	w := newWorld(t)
	w.store(w.data, "public/a", []byte("a"))
	w.store(w.data, "private/b", []byte("b"))
	r := w.newRun([]v1alpha1.DatasetFile{w.s3Prefix("public/"), w.s3Key("public/a")}, nil)
	for path, status := range map[string]int{
		input(0, 0) + "?key=public/a":                200,
		input(0, 0) + "?key=private/b":               403,
		input(0, 0) + "?key=public/../private/b":     403,
		input(0, 0) + "?key=public/./a":              403,
		input(0, 0):                                  403,
		input(0, 1) + "?key=private/b":               403,
		input(0, 1):                                  200,
		input(0, 2):                                  403,
		input(1, 0):                                  403,
		sandbox.PathInputs + "-1/0":                  403,
		sandbox.PathInputs + "0/x":                   400,
		sandbox.PathInputs + "0/0/../../../run/plan": 400,
		"/v1/run/other":                              404,
		"/":                                          404,
	} {
		a := r.get(path)
		if a.status != status {
			t.Errorf("%s: %d %s, expected %d", path, a.status, a.body, status)
		}
	}
	long := strings.Repeat("x", 300)
	for key, status := range map[string]int{
		"outputs/a":                       200,
		"outputs/b/c":                     200,
		"outputs/.hidden":                 200,
		"outputs/..a":                     200,
		"outputs/":                        400,
		"outputs":                         400,
		"outputs/../manifest.json":        400,
		"outputs/a/../../../x":            400,
		"outputs/a//b":                    400,
		"outputs/./a":                     400,
		"outputs/a/":                      400,
		"outputs/\xff":                    400,
		"outputs/a\nb":                    400,
		"outputs/" + long + long + long:   400,
		"logs/other.log":                  400,
		"logs/algorithm.log/x":            400,
		"record.json/x":                   400,
		"manifest.json":                   400,
		"other":                           400,
		"../x":                            400,
		"record.json":                     200,
		"logs/algorithm.log":              200,
		"outputs/" + long[:200] + "/deep": 200,
	} {
		if a := r.put(key, []byte("x")); a.status != status {
			t.Errorf("PUT %.40q: %d %s, expected %d", key, a.status, a.body, status)
		}
	}
	if a := r.send(r.token, http.MethodDelete, sandbox.PathResults+"manifest.json", nil); a.status != http.StatusMethodNotAllowed {
		t.Errorf("DELETE: %d", a.status)
	}
}

// What fails gives the job a reason and its consumer a sentence that says nothing of where the data lies.
func TestFailures(t *testing.T) {
	w := newWorld(t)
	w.store(w.data, "there", []byte("x"))
	w.secret(w.consumer, "source") // which the gateway may not read
	missing := w.s3Key("there")
	missing.S3.Bucket = "nowhere"
	noSecret := w.s3Key("there")
	noSecret.S3.CredentialsSecretRef.Name = "absent"
	anonymous := w.s3Key("there")
	anonymous.S3.CredentialsSecretRef = nil
	cluster := v1alpha1.DatasetFile{HTTP: &v1alpha1.HTTPSource{URL: apiConfig.Host + "/version"}}
	metadata := v1alpha1.DatasetFile{HTTP: &v1alpha1.HTTPSource{URL: "http://169.254.169.254/latest/meta-data"}}
	file := func(f v1alpha1.DatasetFile) []v1alpha1.DatasetFile { return []v1alpha1.DatasetFile{{Inline: "x"}, f} }
	secretCode := &v1alpha1.Code{SHA256: strings.Repeat("0", 64), S3: &v1alpha1.S3Object{S3Connection: w.connection("data", "source"), Key: "there"}}
	for _, c := range []struct {
		name   string
		files  []v1alpha1.DatasetFile
		code   *v1alpha1.Code
		change change
		after  func(*testRun)
		path   string
		status int
		reason string
		says   string // after the name of the file
	}{
		{name: "missing object", files: file(w.s3Key("secret-place")), status: 424, reason: v1alpha1.ReasonInputFetchFailed, says: "not found (S3 404)"},
		{name: "missing bucket", files: file(missing), status: 424, reason: v1alpha1.ReasonInputFetchFailed, says: "(S3 404)"},
		{name: "denied", files: file(anonymous), status: 424, reason: v1alpha1.ReasonInputFetchFailed, says: "access denied (S3 403)"},
		{name: "empty prefix", files: file(w.s3Prefix("secret-place/")), status: 424, reason: v1alpha1.ReasonInputFetchFailed, says: "nothing lies under its prefix"},
		{name: "missing Secret", files: file(noSecret), status: 424, reason: v1alpha1.ReasonInputFetchFailed, says: "Secret " + w.hospital + "/absent does not exist"},
		{name: "metadata service", files: file(metadata), status: 424, reason: v1alpha1.ReasonInputFetchFailed, says: "an address that may not be called"},
		{name: "changed dataset", files: inline("x"), after: func(r *testRun) {
			r.dataset.Spec.Files[0].Inline = "y"
			r.check(api.Update(t.Context(), r.dataset))
		}, status: 409, reason: v1alpha1.ReasonInputFetchFailed, says: "changed after the job was admitted"},
		{name: "dataset made anew", files: inline("x"), after: func(r *testRun) {
			r.check(api.Delete(t.Context(), r.dataset))
			r.dataset.ObjectMeta = metav1.ObjectMeta{Namespace: r.dataset.Namespace, Name: r.dataset.Name}
			r.check(api.Create(t.Context(), r.dataset))
		}, status: 409, reason: v1alpha1.ReasonInputFetchFailed, says: "changed after the job was admitted"},
		{name: "deleted dataset", files: inline("x"), after: func(r *testRun) { r.check(api.Delete(t.Context(), r.dataset)) },
			status: 409, reason: v1alpha1.ReasonInputFetchFailed, says: "was deleted after the job was admitted"},
		{name: "changed algorithm", files: inline("x"), after: func(r *testRun) {
			r.algorithm.Spec.Language = "python"
			r.check(api.Update(t.Context(), r.algorithm))
		}, status: 409, reason: v1alpha1.ReasonAlgorithmFetchFailed, says: "changed after the job was admitted"},
		{name: "a Secret that the gateway may not read", files: inline("x"), code: secretCode, path: sandbox.PathCode, status: 424, reason: v1alpha1.ReasonAlgorithmFetchFailed,
			says: "kubectl create rolebinding c2d-source-reader -n " + w.consumer + " --clusterrole=c2d-source-reader --serviceaccount=" + w.own + ":c2d-gateway"},
		{name: "input of a changed dataset", files: inline("x"), path: input(0, 0), after: func(r *testRun) {
			r.dataset.Spec.Files[0].Inline = "y"
			r.check(api.Update(t.Context(), r.dataset))
		}, status: 409, reason: v1alpha1.ReasonInputFetchFailed, says: "changed after the job was admitted"},
		{name: "API server", files: file(cluster), status: 424, reason: v1alpha1.ReasonInputFetchFailed},
	} {
		t.Run(c.name, func(t *testing.T) {
			var changes []change
			if c.change != nil {
				changes = append(changes, c.change)
			}
			r := w.newRun(c.files, c.code, changes...)
			if c.after != nil {
				c.after(r)
			}
			if c.path == "" {
				c.path = sandbox.PathPlan
			}
			a := r.get(c.path)
			f := a.failure()
			if a.status != c.status || f.Reason != c.reason || f.Retry || !strings.Contains(f.Message, c.says) {
				t.Errorf("%d %s", a.status, a.body)
			}
			if c.status == 424 && c.path == sandbox.PathPlan && !strings.HasPrefix(f.Message, fmt.Sprintf("file 1 of dataset %s/%s: ", w.hospital, r.dataset.Name)) {
				t.Errorf("the message does not name the file: %s", f.Message)
			}
			for _, place := range []string{"secret-place", "nowhere", w.s3.Endpoint, "169.254"} {
				if strings.Contains(f.Message, place) {
					t.Errorf("%q gives away %q", f.Message, place)
				}
			}
		})
	}
}

func TestResultsBucketMissing(t *testing.T) {
	w := newWorld(t)
	w.environment.Spec.Results.S3.Bucket = "not-there"
	if err := api.Update(t.Context(), w.environment); err != nil {
		t.Fatal(err)
	}
	r := w.newRun(inline("x"), nil)
	a := r.put(sandbox.KeyRecord, []byte("{}"))
	f := a.failure()
	if a.status != 424 || f.Reason != v1alpha1.ReasonPublishFailed || f.Retry || !strings.Contains(f.Message, "the results bucket of environment "+w.environment.Name+": the bucket does not exist") {
		t.Errorf("%d %s", a.status, a.body)
	}
	w.log.wait(t, `bucket \"not-there\" does not exist at `+w.s3.Endpoint)
}

func TestSourceThatStopsHalfWayBreaksTheAnswer(t *testing.T) {
	w := newWorld(t)
	web := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Length", "1000000")
		_, _ = rw.Write(make([]byte, 500_000))
	}))
	defer web.Close()
	r := w.newRun([]v1alpha1.DatasetFile{{HTTP: &v1alpha1.HTTPSource{URL: web.URL}}}, nil)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+w.listen+input(0, 0), nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+r.token)
	response, err := w.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var read bytes.Buffer
	if _, err := read.ReadFrom(response.Body); err == nil {
		t.Errorf("%d bytes passed for the whole", read.Len())
	}
	w.log.wait(t, "the answer broke off")
}

func TestIsolation(t *testing.T) {
	w := newWorld(t)
	r := w.newRun(inline("x"), nil)
	ask := func() sandbox.Isolation {
		a := r.get(sandbox.PathIsolation)
		var isolation sandbox.Isolation
		if err := json.Unmarshal(a.body, &isolation); err != nil || a.status != http.StatusOK {
			t.Fatalf("%d %s", a.status, a.body)
		}
		return isolation
	}
	// The gateway's own look comes from the same address as the test's here; the one after it is told by time.
	if !ask().Listening {
		t.Error("the canary does not answer itself")
	}
	before := time.Now()
	for range 3 {
		conn, err := net.Dial("tcp", w.canary)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.Close()
	}
	deadline := time.Now().Add(10 * time.Second)
	for ask().Visited.Before(before) {
		if time.Now().After(deadline) {
			t.Fatal("the visit was not noted")
		}
	}
}
