package storage_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
	"github.com/compute-to-data/terraform-provider-c2d/test/s3server"
)

// answering makes a bucket behind a server that answers as the test wants: for what a healthy S3 server never does.
func answering(t *testing.T, handler http.HandlerFunc) *storage.Bucket {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	connection := v1alpha1.S3Connection{Bucket: "data", Endpoint: server.URL, ForcePathStyle: true}
	return storage.NewBucket(connection, storage.Credentials{AccessKeyID: "id", SecretAccessKey: "key", Origin: "Secret a/b"}, egress.Transport(s3server.Loopback()))
}

func TestKindsOfAnswers(t *testing.T) {
	for _, c := range []struct {
		status int
		code   string
		kind   storage.Kind
		retry  bool
	}{
		{400, "ExpiredToken", storage.Denied, false},
		{400, "InvalidArgument", storage.Invalid, false},
		{403, "InvalidAccessKeyId", storage.Denied, false},
		{403, "", storage.Denied, false},
		{401, "", storage.Denied, false},
		{404, "NoSuchKey", storage.NotFound, false},
		{404, "NoSuchBucket", storage.BucketMissing, false},
		{301, "PermanentRedirect", storage.WrongRegion, false},
		{307, "TemporaryRedirect", storage.WrongRegion, false},
		{412, "PreconditionFailed", storage.PreconditionFailed, false},
		{416, "InvalidRange", storage.RangeInvalid, false},
		{429, "", storage.Throttled, true},
		{503, "SlowDown", storage.Throttled, true},
		{500, "InternalError", storage.Unavailable, true},
		{502, "", storage.Unavailable, true},
	} {
		t.Run(http.StatusText(c.status)+" "+c.code, func(t *testing.T) {
			t.Parallel() // most of the time goes into waiting before the next attempt
			bucket := answering(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Location", "http://169.254.169.254/latest")
				w.WriteHeader(c.status)
				if c.code != "" {
					_, _ = io.WriteString(w, `<?xml version="1.0"?><Error><Code>`+c.code+`</Code><Message>no</Message></Error>`)
				}
			})
			_, err := bucket.List(t.Context(), "x")
			expectKind(t, err, c.kind, c.retry)
		})
	}
}

func TestOverloadIsTriedAgain(t *testing.T) {
	var calls atomic.Int32
	bucket := answering(t, func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("ETag", `"1"`)
		_, _ = io.WriteString(w, "content")
	})
	content, err := bucket.Get(t.Context(), "key", 100)
	if err != nil || string(content) != "content" || calls.Load() != 2 {
		t.Errorf("%q after %d calls: %v", content, calls.Load(), err)
	}
}

func TestBodyThatStopsHalfWayIsAnError(t *testing.T) {
	bucket := answering(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write(make([]byte, 500))
	})
	reading, err := bucket.Open(t.Context(), "key", storage.All)
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, reading.Body)
	if n != 500 {
		t.Errorf("read %d bytes", n)
	}
	expectKind(t, err, storage.Unavailable, true)
}

func TestEndlessListingIsCut(t *testing.T) {
	page := strings.Repeat(`<Contents><Key>in/k</Key><Size>1</Size></Contents>`, 1000)
	bucket := answering(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `<?xml version="1.0"?><ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>`+
			r.URL.Query().Get("continuation-token")+`x</NextContinuationToken>`+page+`</ListBucketResult>`)
	})
	_, err := bucket.List(t.Context(), "in/")
	expectKind(t, err, storage.TooLarge, false)
}

func TestFailedPartEndsTheUpload(t *testing.T) {
	var aborted atomic.Bool
	bucket := answering(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		query := r.URL.Query()
		switch {
		case r.Method == http.MethodPost && query.Has("uploads"):
			_, _ = io.WriteString(w, `<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>`)
		case r.Method == http.MethodPut && query.Get("partNumber") == "2":
			w.WriteHeader(http.StatusForbidden)
		case r.Method == http.MethodPut:
			w.Header().Set("ETag", `"e"`)
		case r.Method == http.MethodDelete && query.Get("uploadId") == "u1":
			aborted.Store(true)
			w.WriteHeader(http.StatusNoContent)
		default:
			t.Errorf("unexpected %s %s", r.Method, r.URL)
		}
	})
	_, err := bucket.PutStream(t.Context(), storage.NewBudget(0), "key", bytes.NewReader(make([]byte, 100<<20)), -1)
	expectKind(t, err, storage.Denied, false)
	if !aborted.Load() {
		t.Error("the upload was not ended")
	}
}

func TestParseRange(t *testing.T) {
	for header, want := range map[string]storage.Want{
		"":                               storage.All,
		"bytes=0-":                       {First: 0, Last: -1},
		"bytes=5-":                       {First: 5, Last: -1},
		"bytes=5-9":                      {First: 5, Last: 9},
		"bytes=5-5":                      {First: 5, Last: 5},
		"bytes=9-5":                      storage.All,
		"bytes=-5":                       storage.All,
		"bytes=1-2,4-5":                  storage.All,
		"bytes=a-":                       storage.All,
		"bytes=+1-":                      storage.All,
		"lines=1-2":                      storage.All,
		"bytes=99999999999999999999999-": storage.All,
	} {
		if got := storage.ParseRange(header); got != want {
			t.Errorf("%q: %+v, expected %+v", header, got, want)
		}
	}
}

func TestOpenBytes(t *testing.T) {
	content := []byte("0123456789")
	whole, err := storage.OpenBytes(content, storage.All)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		want storage.Want
		text string
		kind storage.Kind
	}{
		{storage.All, "0123456789", ""},
		{storage.Want{First: 3, Last: -1, IfMatch: whole.ETag}, "3456789", ""},
		{storage.Want{First: 3, Last: 4}, "34", ""},
		{storage.Want{First: 8, Last: 100}, "89", ""},
		{storage.Want{First: 10, Last: -1}, "", storage.RangeInvalid},
		{storage.Want{First: 3, Last: -1, IfMatch: `"other"`}, "", storage.PreconditionFailed},
	} {
		reading, err := storage.OpenBytes(content, c.want)
		if storage.KindOf(err) != c.kind {
			t.Errorf("%+v: %v", c.want, err)
		}
		if err != nil {
			continue
		}
		text, err := io.ReadAll(reading.Body)
		if err != nil || string(text) != c.text || reading.Length != int64(len(c.text)) {
			t.Errorf("%+v: %q, %+v, %v", c.want, text, reading, err)
		}
	}
}
