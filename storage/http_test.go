package storage_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
	"github.com/compute-to-data/terraform-provider-c2d/test/s3server"
)

func serve(t *testing.T, handler http.HandlerFunc) *url.URL {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func headersFor(t *testing.T, hosts string) storage.Headers {
	t.Helper()
	headers, err := storage.HeadersFromSecret(&corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: "hospital", Name: "token", Annotations: map[string]string{v1alpha1.AnnotationHosts: hosts}},
		Data:       map[string][]byte{"Authorization": []byte("Bearer of-the-owner\n"), "X-Api-Key": []byte("of-the-owner")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return headers
}

func newFile(t *testing.T, address string, headers storage.Headers) *storage.File {
	t.Helper()
	file, err := storage.NewFile(v1alpha1.HTTPSource{URL: address}, headers, egress.Transport(s3server.Loopback()))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestFileRanges(t *testing.T) {
	content := []byte("0123456789")
	ranges := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `W/"weak"`)
		http.ServeContent(w, r, "file", time.Time{}, bytes.NewReader(content))
	})
	none := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Last-Modified", "Mon, 02 Jan 2006 15:04:05 GMT")
		_, _ = w.Write(content)
	})
	for _, c := range []struct {
		name string
		host *url.URL
		want storage.Want
		text string
		part bool
	}{
		{"all", ranges, storage.All, "0123456789", false},
		{"part", ranges, storage.Want{First: 2, Last: 4}, "234", true},
		{"rest", ranges, storage.Want{First: 7, Last: -1}, "789", true},
		{"no ranges known", none, storage.Want{First: 7, Last: -1}, "0123456789", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := newFile(t, c.host.String()+"/f", storage.Headers{})
			before, err := file.Head(t.Context())
			if err != nil || before.Bytes != 10 || before.ETag == "" {
				t.Fatalf("head: %+v, %v", before, err)
			}
			c.want.IfMatch = before.ETag
			reading, err := file.Open(t.Context(), c.want)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(reading.Body)
			if err != nil || string(text) != c.text || (reading.Part != nil) != c.part || reading.Bytes != 10 || reading.Length != int64(len(c.text)) {
				t.Errorf("%q %+v %v", text, reading, err)
			}
			c.want.IfMatch = `"another"`
			_, err = file.Open(t.Context(), c.want)
			expectKind(t, err, storage.PreconditionFailed, false)
		})
	}
	_, err := newFile(t, ranges.String()+"/f", storage.Headers{}).Open(t.Context(), storage.Want{First: 10, Last: -1})
	expectKind(t, err, storage.RangeInvalid, false)
}

func TestHeadersGoOnlyToTheirHosts(t *testing.T) {
	var got []string
	record := func(name string, next string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			got = append(got, fmt.Sprintf("%s auth=%v key=%v", name, r.Header.Get("Authorization") != "", r.Header.Get("X-Api-Key") != ""))
			if next != "" {
				http.Redirect(w, r, next, http.StatusFound)
			}
		}
	}
	other := serve(t, record("other", ""))
	listed := serve(t, record("listed", other.String()+"/elsewhere"))
	file := newFile(t, listed.String()+"/f", headersFor(t, "example.org, "+listed.Host))
	reading, err := file.Open(t.Context(), storage.All)
	if err != nil {
		t.Fatal(err)
	}
	_ = reading.Body.Close()
	if want := []string{"listed auth=true key=true", "other auth=false key=false"}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("sent %v, expected %v", got, want)
	}
	_, err = storage.NewFile(v1alpha1.HTTPSource{URL: other.String() + "/f"}, headersFor(t, listed.Host), egress.Transport(s3server.Loopback()))
	if storage.KindOf(err) != storage.Invalid || !strings.Contains(err.Error(), "Secret hospital/token may not be sent to 127.0.0.1") {
		t.Errorf("a host that is not listed: %v", err)
	}
	if text := fmt.Sprintf("%v %+v %#v", headersFor(t, "x"), headersFor(t, "x"), headersFor(t, "x")); strings.Contains(text, "of-the-owner") {
		t.Errorf("headers print their values: %s", text)
	}
}

func TestHeadersNeedHosts(t *testing.T) {
	_, err := storage.HeadersFromSecret(&corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: "hospital", Name: "token"},
		Data:       map[string][]byte{"Authorization": []byte("x")},
	})
	if storage.KindOf(err) != storage.Invalid || !strings.Contains(err.Error(), v1alpha1.AnnotationHosts) {
		t.Error(err)
	}
}

func TestFileFailures(t *testing.T) {
	for _, c := range []struct {
		name    string
		handler http.HandlerFunc
		kind    storage.Kind
		retry   bool
	}{
		{"denied", status(403), storage.Denied, false},
		{"unauthorised", status(401), storage.Denied, false},
		{"missing", status(404), storage.NotFound, false},
		{"gone", status(410), storage.NotFound, false},
		{"busy", status(429), storage.Throttled, true},
		{"broken", status(500), storage.Unavailable, true},
		{"nothing", status(204), storage.Invalid, false},
		{"redirect to metadata", redirect("http://169.254.169.254/latest/meta-data"), storage.Refused, false},
		{"redirect without end", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/f", http.StatusFound) }, storage.Refused, false},
		{"redirect to a file", redirect("file:///etc/passwd"), storage.Refused, false},
		{"huge headers", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Large", strings.Repeat("x", 1<<20))
		}, storage.Unavailable, true},
		{"another part", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Range", "bytes 0-4/10")
			w.WriteHeader(http.StatusPartialContent)
		}, storage.Unavailable, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			host := serve(t, c.handler)
			file := newFile(t, host.String()+"/private/path?sig=of-the-owner", headersFor(t, host.Host))
			_, err := file.Open(t.Context(), storage.Want{First: 5, Last: -1})
			expectKind(t, err, c.kind, c.retry)
			for _, secret := range []string{"of-the-owner", "private/path"} {
				if strings.Contains(fmt.Sprint(err), secret) {
					t.Errorf("%q gives away %q", err, secret)
				}
			}
		})
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
}

func TestHeadMayBeUnknown(t *testing.T) {
	host := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			w.WriteHeader(http.StatusMethodNotAllowed)
		}
	})
	object, err := newFile(t, host.String(), storage.Headers{}).Head(t.Context())
	if err != nil || object.Bytes != -1 {
		t.Errorf("%+v, %v", object, err)
	}
}

func TestBadURLs(t *testing.T) {
	for _, address := range []string{"ftp://example.org/x", "https://user:pass@example.org/x", "https:///x", "://", "relative"} {
		_, err := storage.NewFile(v1alpha1.HTTPSource{URL: address}, storage.Headers{}, http.DefaultTransport)
		if storage.KindOf(err) != storage.Invalid || strings.Contains(fmt.Sprint(err), "pass@") {
			t.Errorf("%q: %v", address, err)
		}
	}
}
