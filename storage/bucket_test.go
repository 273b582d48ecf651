package storage_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
	"github.com/compute-to-data/terraform-provider-c2d/test/s3server"
)

func put(t *testing.T, b *storage.Bucket, key string, content []byte) {
	t.Helper()
	if _, err := b.PutStream(t.Context(), storage.NewBudget(0), key, bytes.NewReader(content), int64(len(content))); err != nil {
		t.Fatalf("put %s: %v", key, err)
	}
}

func random(t *testing.T, size int) []byte {
	t.Helper()
	content := make([]byte, size)
	if _, err := rand.Read(content); err != nil {
		t.Fatal(err)
	}
	return content
}

func TestOpenReadsRangesAndResumes(t *testing.T) {
	bucket := s3server.Start(t).Bucket(t, "data")
	content := random(t, 1<<20)
	put(t, bucket, "a/file.bin", content)
	whole, err := bucket.Open(t.Context(), "a/file.bin", storage.All)
	if err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 1000)
	if _, err := io.ReadFull(whole.Body, first); err != nil {
		t.Fatal(err)
	}
	_ = whole.Body.Close() // as if the connection had broken
	if whole.Bytes != int64(len(content)) || whole.Length != whole.Bytes || whole.Part != nil || whole.ETag == "" {
		t.Errorf("whole file: %+v", whole)
	}
	rest, err := bucket.Open(t.Context(), "a/file.bin", storage.Want{First: 1000, Last: -1, IfMatch: whole.ETag})
	if err != nil {
		t.Fatal(err)
	}
	tail, err := io.ReadAll(rest.Body)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(append(first, tail...), content) {
		t.Error("what was resumed is not the file")
	}
	part, err := bucket.Open(t.Context(), "a/file.bin", storage.Want{First: 10, Last: 19})
	if err != nil {
		t.Fatal(err)
	}
	ten, err := io.ReadAll(part.Body)
	if err != nil || !bytes.Equal(ten, content[10:20]) {
		t.Errorf("bytes 10-19: %d bytes, %v", len(ten), err)
	}
	if part.Part == nil || *part.Part != (storage.Part{First: 10, Last: 19}) || part.Bytes != int64(len(content)) || part.Length != 10 {
		t.Errorf("part: %+v %+v", part, part.Part)
	}
	put(t, bucket, "a/file.bin", random(t, 2000))
	_, err = bucket.Open(t.Context(), "a/file.bin", storage.Want{First: 1000, Last: -1, IfMatch: whole.ETag})
	expectKind(t, err, storage.PreconditionFailed, false)
	_, err = bucket.Open(t.Context(), "a/file.bin", storage.Want{First: 5000, Last: -1})
	expectKind(t, err, storage.RangeInvalid, false)
}

func expectKind(t *testing.T, err error, kind storage.Kind, retry bool) {
	t.Helper()
	var e *storage.Error
	if !errors.As(err, &e) {
		t.Errorf("expected an error of kind %s, got %v", kind, err)
		return
	}
	if e.Kind != kind || e.Retry != retry {
		t.Errorf("expected kind %s, retry %v; got %s, %v: %v", kind, retry, e.Kind, e.Retry, e)
	}
}

func TestListsTenThousandObjectsInOrder(t *testing.T) {
	server := s3server.Start(t)
	bucket := server.Bucket(t, "many")
	var group errgroup.Group
	group.SetLimit(16)
	const count = 10_000
	for i := range count {
		group.Go(func() error {
			dir := filepath.Join(server.Dir, "many", "in", fmt.Sprintf("%02d", i%100))
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(dir, fmt.Sprintf("%05d", i)), []byte("x"), 0o644)
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	put(t, bucket, "in/folder/", nil)
	put(t, bucket, "into-another", []byte("y"))
	objects, err := bucket.List(t.Context(), "in/")
	if err != nil {
		t.Fatal(err)
	}
	if len(objects) != count {
		t.Errorf("listed %d objects, expected %d", len(objects), count)
	}
	if !slices.IsSortedFunc(objects, func(a, b storage.Object) int { return strings.Compare(a.Key, b.Key) }) {
		t.Error("the objects are not in the order of their keys")
	}
	if objects[0].Key != "in/00/00000" || objects[0].Bytes != 1 {
		t.Errorf("first object: %+v", objects[0])
	}
}

func TestPutStream(t *testing.T) {
	server := s3server.Start(t)
	bucket := server.Bucket(t, "out")
	budget := storage.NewBudget(0)
	const part = 8 << 20
	for _, c := range []struct {
		name  string
		size  int
		known bool
	}{
		{"empty, known", 0, true}, {"empty, unknown", 0, false}, {"small, known", 100, true}, {"small, unknown", 100, false},
		{"one part, known", part, true}, {"one part, unknown", part, false}, {"one byte more, known", part + 1, true},
		{"one byte more, unknown", part + 1, false}, {"five parts, known", 5 * part, true}, {"five parts, unknown", 5 * part, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			content := random(t, c.size)
			size := int64(-1)
			if c.known {
				size = int64(c.size)
			}
			n, err := bucket.PutStream(t.Context(), budget, "file", iotest.HalfReader(bytes.NewReader(content)), size)
			if err != nil || n != int64(c.size) {
				t.Fatalf("stored %d bytes: %v", n, err)
			}
			back, err := bucket.Get(t.Context(), "file", int64(c.size))
			if err != nil || !bytes.Equal(back, content) {
				t.Errorf("read back %d bytes: %v", len(back), err)
			}
		})
	}
}

func TestPutStreamThatBreaksLeavesNothing(t *testing.T) {
	server := s3server.Start(t)
	bucket := server.Bucket(t, "out")
	broken := errors.New("the pod is gone")
	for _, c := range []struct {
		name string
		size int
		err  error
		said int64
	}{
		{"in the first part", 1000, broken, -1},
		{"in the third part", 20 << 20, broken, -1},
		// What net/http says when a body is shorter than it promised: it must not pass for the end.
		{"cut body, unknown size", 1000, io.ErrUnexpectedEOF, -1},
		{"cut body, known size", 1000, io.ErrUnexpectedEOF, 2000},
		{"cut in the third part", 20 << 20, io.ErrUnexpectedEOF, 40 << 20},
		{"ends too early", 20 << 20, io.EOF, 40 << 20},
	} {
		t.Run(c.name, func(t *testing.T) {
			stream := io.MultiReader(bytes.NewReader(make([]byte, c.size)), iotest.ErrReader(c.err))
			want := c.err
			if c.err == io.EOF {
				want = io.ErrUnexpectedEOF
			}
			if _, err := bucket.PutStream(t.Context(), storage.NewBudget(0), "file", stream, c.said); !errors.Is(err, want) {
				t.Errorf("error %v, expected %v", err, want)
			}
			if _, err := bucket.Head(t.Context(), "file"); storage.KindOf(err) != storage.NotFound {
				t.Errorf("an object is there: %v", err)
			}
			if left := unfinished(t, server, "out"); len(left) > 0 {
				t.Errorf("unfinished uploads are left: %v", left)
			}
		})
	}
}

// unfinished uploads of a bucket, as the server keeps them on disk.
func unfinished(t *testing.T, server *s3server.Server, bucket string) []string {
	t.Helper()
	parts, err := filepath.Glob(filepath.Join(server.Dir, bucket, ".sgwtmp", "multipart", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

func TestPutStreamEndsWithItsContext(t *testing.T) {
	server := s3server.Start(t)
	bucket := server.Bucket(t, "out")
	ctx, cancel := context.WithCancel(t.Context())
	stream := io.MultiReader(bytes.NewReader(make([]byte, 20<<20)), readerFunc(func([]byte) (int, error) {
		if len(unfinished(t, server, "out")) != 1 {
			t.Error("no upload is under way: this test sees nothing")
		}
		cancel()
		return 0, ctx.Err()
	}))
	if _, err := bucket.PutStream(ctx, storage.NewBudget(0), "file", stream, -1); err == nil {
		t.Error("no error though the context ended")
	}
	if left := unfinished(t, server, "out"); len(left) > 0 {
		t.Errorf("unfinished uploads are left: %v", left)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestDeletePrefix(t *testing.T) {
	bucket := s3server.Start(t).Bucket(t, "out")
	for i := range 30 {
		put(t, bucket, fmt.Sprintf("ns/job-1/outputs/%d/file", i), []byte("x"))
	}
	put(t, bucket, "ns/job-12/manifest.json", []byte("{}"))
	for range 2 { // again finds nothing and is fine
		if err := bucket.DeletePrefix(t.Context(), "ns/job-1/"); err != nil {
			t.Fatal(err)
		}
	}
	objects, err := bucket.List(t.Context(), "ns/")
	if err != nil || len(objects) != 1 || objects[0].Key != "ns/job-12/manifest.json" {
		t.Errorf("left: %+v, %v", objects, err)
	}
	for _, prefix := range []string{"", "/", "ns", "ns/job-1"} {
		if err := bucket.DeletePrefix(t.Context(), prefix); storage.KindOf(err) != storage.Invalid {
			t.Errorf("prefix %q: %v", prefix, err)
		}
	}
}

func TestPresign(t *testing.T) {
	bucket := s3server.Start(t).Bucket(t, "out")
	put(t, bucket, "outputs/sub/model é.json", []byte("{}"))
	signed, err := bucket.Presign(t.Context(), "outputs/sub/model é.json", time.Hour, `mo"del é.json`)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.Get(signed)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK || string(body) != "{}" {
		t.Errorf("GET: %s %q %v", response.Status, body, err)
	}
	if got := response.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment; filename") {
		t.Errorf("Content-Disposition: %q", got)
	}
	if got := response.Header.Get("Content-Type"); got != "application/octet-stream" {
		t.Errorf("Content-Type: %q", got)
	}
	for _, ttl := range []time.Duration{0, -time.Second, storage.MaxPresign + time.Second} {
		if _, err := bucket.Presign(t.Context(), "x", ttl, "x"); storage.KindOf(err) != storage.Invalid {
			t.Errorf("valid for %s: %v", ttl, err)
		}
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	server := s3server.Start(t)
	bucket := server.Bucket(t, "data")
	put(t, bucket, "secret-place/file", []byte("x"))
	transport := egress.Transport(s3server.Loopback())
	wrong := server.Credentials
	wrong.SecretAccessKey = "not-the-secret"
	closed := server.Connection("data")
	closed.Endpoint = "http://127.0.0.1:1"
	for _, c := range []struct {
		name   string
		bucket *storage.Bucket
		kind   storage.Kind
		retry  bool
		says   []string
	}{
		{"missing bucket", storage.NewBucket(server.Connection("nowhere"), server.Credentials, transport), storage.BucketMissing, false, []string{`bucket "nowhere" does not exist at ` + server.Endpoint}},
		{"missing key", bucket, storage.NotFound, false, []string{"s3://data/secret-place/missing does not exist"}},
		{"wrong secret", storage.NewBucket(server.Connection("data"), wrong, transport), storage.Denied, false, []string{"access denied", "Secret tests/s3"}},
		{"anonymous", storage.NewBucket(server.Connection("data"), storage.Credentials{}, transport), storage.Denied, false, []string{"access denied", "set credentialsSecretRef"}},
		{"nobody there", storage.NewBucket(closed, server.Credentials, transport), storage.Unavailable, true, []string{"connection refused"}},
		{"refused address", storage.NewBucket(server.Connection("data"), server.Credentials, egress.Transport(egress.Rule{})), storage.Refused, false, []string{"a loopback address", "spec.egress.allow"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := c.bucket.Open(t.Context(), "secret-place/missing", storage.All)
			expectKind(t, err, c.kind, c.retry)
			for _, part := range c.says {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
			for _, secret := range []string{server.Credentials.SecretAccessKey, wrong.SecretAccessKey, "X-Amz"} {
				if strings.Contains(fmt.Sprintf("%v %+v", err, err), secret) {
					t.Errorf("%q gives away %q", err, secret)
				}
			}
			var e *storage.Error
			if errors.As(err, &e) {
				for _, place := range []string{"secret-place", "data", "127.0.0.1", "tests/s3"} {
					if strings.Contains(e.Brief(), place) {
						t.Errorf("the brief %q gives away %q", e.Brief(), place)
					}
				}
			}
		})
	}
	if err := storage.NewBucket(server.Connection("nowhere"), server.Credentials, transport).HeadBucket(t.Context()); storage.KindOf(err) != storage.BucketMissing || !strings.Contains(err.Error(), `bucket "nowhere" does not exist`) {
		t.Errorf("HeadBucket of a missing bucket: %v", err)
	}
	if err := bucket.HeadBucket(t.Context()); err != nil {
		t.Errorf("HeadBucket: %v", err)
	}
	if _, err := bucket.Get(t.Context(), "secret-place/file", 0); storage.KindOf(err) != storage.TooLarge {
		t.Errorf("Get of more than allowed: %v", err)
	}
	text := fmt.Sprintf("%v %+v %#v", server.Credentials, server.Credentials, server.Credentials)
	if strings.Contains(text, server.Credentials.SecretAccessKey) {
		t.Errorf("credentials print their secret: %s", text)
	}
}

func TestDeletePrefixOfMissingBucketIsDone(t *testing.T) {
	server := s3server.Start(t)
	bucket := storage.NewBucket(server.Connection("nowhere"), server.Credentials, egress.Transport(s3server.Loopback()))
	if err := bucket.DeletePrefix(t.Context(), "ns/job/"); err != nil {
		t.Error(err)
	}
}
