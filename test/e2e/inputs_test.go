//go:build e2e

package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

const webText = "from the web"

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// serve files from an address that pods can reach, and that is none of the cluster's.
func serve(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/plain", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(webText)) })
	mux.HandleFunc("/forbidden", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusForbidden) })
	mux.HandleFunc("/half", func(w http.ResponseWriter, _ *http.Request) {
		// Promises more than it sends, every time.
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte("half"))
	})
	mux.HandleFunc("/inside", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://127.0.0.1:8081/healthz", http.StatusFound)
	})
	listener, err := net.Listen("tcp", net.JoinHostPort(os.Getenv("C2D_HOST_IP"), "0"))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(mux)
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

// TestInputsFail looks at sources that do not bring what they should. No algorithm starts.
func TestInputsFail(t *testing.T) {
	t.Parallel()
	web := serve(t)
	from := func(path string) []v1alpha1.DatasetFile {
		return []v1alpha1.DatasetFile{{HTTP: &v1alpha1.HTTPSource{URL: web + path}}}
	}
	for name, test := range map[string]struct {
		files   []v1alpha1.DatasetFile
		reason  string
		message string
	}{
		"another hash":      {[]v1alpha1.DatasetFile{{Inline: "x", SHA256: strings.Repeat("0", 64)}}, v1alpha1.ReasonChecksumMismatch, strings.Repeat("0", 64)},
		"no such object":    {[]v1alpha1.DatasetFile{s3File(v1alpha1.S3Source{Key: "none"})}, v1alpha1.ReasonInputFetchFailed, "not found"},
		"nothing there":     {[]v1alpha1.DatasetFile{s3File(v1alpha1.S3Source{Prefix: "none/"})}, v1alpha1.ReasonInputFetchFailed, ""},
		"forbidden":         {from("/forbidden"), v1alpha1.ReasonInputFetchFailed, "access denied"},
		"stops half-way":    {from("/half"), v1alpha1.ReasonInputFetchFailed, ""},
		"leads inside":      {from("/inside"), v1alpha1.ReasonInputFetchFailed, ""},
		"the cluster's own": {[]v1alpha1.DatasetFile{{HTTP: &v1alpha1.HTTPSource{URL: "http://" + os.Getenv("C2D_NODE_IP") + ":6443/"}}}, v1alpha1.ReasonInputFetchFailed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, "echo ran")
			s.dataset.Spec.Files = test.files
			s.fails(test.reason, test.message)
			if s.job.Status.StartTime != nil {
				t.Error("the algorithm started")
			}
			text := ready(s.job).Message
			for _, secret := range []string{web, os.Getenv("C2D_S3_ENDPOINT"), dataBucket} {
				if strings.Contains(text, secret) {
					t.Errorf("the consumer reads where the data lies: %s", text)
				}
			}
		})
	}
}

// TestCodeHash brings other code than the algorithm's object says.
func TestCodeHash(t *testing.T) {
	t.Parallel()
	s := newStory(t, "")
	s.algorithm.Spec.Code = &v1alpha1.Code{HTTP: &v1alpha1.HTTPSource{URL: serve(t) + "/plain"}, SHA256: strings.Repeat("0", 64)}
	s.fails(v1alpha1.ReasonChecksumMismatch, "algorithm")
}

// TestContentIsPinned changes the data between two jobs.
func TestContentIsPinned(t *testing.T) {
	t.Parallel()
	first := newStory(t, "echo ok")
	put(t, first.namespace+"/data", "one")
	first.dataset.Spec.Files = []v1alpha1.DatasetFile{s3File(v1alpha1.S3Source{Key: first.namespace + "/data"})}
	first.succeeds()
	if err := api.Get(t.Context(), client.ObjectKeyFromObject(first.dataset), first.dataset); err != nil {
		t.Fatal(err)
	}
	if content := first.dataset.Status.Content; content == nil || content.Files != 1 || content.Bytes != 3 {
		t.Fatalf("pinned content is %+v", content)
	}

	put(t, first.namespace+"/data", "two")
	second := first.job.DeepCopy()
	second.ObjectMeta = first.job.ObjectMeta
	second.ObjectMeta.Name, second.ObjectMeta.UID, second.ObjectMeta.ResourceVersion = "again", "", ""
	second.Finalizers, second.Status = nil, v1alpha1.ComputeJobStatus{}
	if err := api.Create(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	first.job = second
	first.until("failed", func(j *v1alpha1.ComputeJob) bool { return j.Status.State.Terminal() })
	if c := ready(second); c.Reason != v1alpha1.ReasonChecksumMismatch {
		t.Errorf("with other content the job ends as %s: %s", c.Reason, c.Message)
	}
}

// TestNoLeaveToRead takes a dataset whose credentials the gateway may not read.
func TestNoLeaveToRead(t *testing.T) {
	t.Parallel()
	s := newStory(t, "echo ran")
	s.dataset.Namespace = s.namespace
	s.job.Spec.Datasets[0].Namespace = s.namespace
	s.dataset.Spec.Files = []v1alpha1.DatasetFile{s3File(v1alpha1.S3Source{Key: "x"})}
	s.fails(v1alpha1.ReasonInputFetchFailed, "c2d-source-reader")
}

// TestMissingBucket names a bucket for results that is not there.
func TestMissingBucket(t *testing.T) {
	t.Parallel()
	e := &v1alpha1.ComputeEnvironment{}
	if err := api.Get(t.Context(), client.ObjectKey{Name: environment}, e); err != nil {
		t.Fatal(err)
	}
	broken := &v1alpha1.ComputeEnvironment{Spec: e.Spec}
	broken.Name = "no-bucket"
	broken.Spec.Results.S3.Bucket = "no-such-bucket"
	if err := api.Create(t.Context(), broken); client.IgnoreAlreadyExists(err) != nil {
		t.Fatal(err)
	}
	eventually(t, "the environment is stalled", func() bool {
		_ = api.Get(t.Context(), client.ObjectKeyFromObject(broken), broken)
		c := meta.FindStatusCondition(broken.Status.Conditions, v1alpha1.ConditionStalled)
		return c != nil && c.Reason == v1alpha1.ReasonBucketUnavailable && strings.Contains(c.Message, "no-such-bucket")
	})
	s := newStory(t, "echo ran")
	s.job.Spec.Environment = broken.Name
	s.fails(v1alpha1.ReasonNotReady, "no-such-bucket")
}
