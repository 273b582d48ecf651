package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// memoryBound of the gateway: the 128 MiB of the design.
const memoryBound = 128 << 20

// peak of the resident memory of the gateway, in bytes.
func (w *world) peak() int64 {
	w.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", w.process.Process.Pid))
	if err != nil {
		w.t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if text, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.ParseInt(strings.Fields(text)[0], 10, 64)
			if err != nil {
				w.t.Fatal(err)
			}
			return kib << 10
		}
	}
	w.t.Fatal("no VmHWM")
	return 0
}

// transfer a request whose body or answer is large.
func (r *testRun) transfer(method, path string, body io.Reader, size int64, answer io.Writer) error {
	request, err := http.NewRequestWithContext(r.t.Context(), method, "https://"+r.listen+path, body)
	if err != nil {
		return err
	}
	request.ContentLength = size
	request.Header.Set("Authorization", "Bearer "+r.token)
	response, err := r.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 1000))
		return fmt.Errorf("%s %s: %s %s", method, path, response.Status, text)
	}
	_, err = io.Copy(answer, response.Body)
	return err
}

// Large files pass through in both directions, many at a time, in memory that does not grow with them.
func TestMemoryStaysFlat(t *testing.T) {
	w := newWorld(t)
	const size, files = 100 << 20, 12
	sum := sha256.New()
	if _, err := w.data.PutStream(t.Context(), storage.NewBudget(0), "large", io.TeeReader(noise(size), sum), size); err != nil {
		t.Fatal(err)
	}
	want := hex.EncodeToString(sum.Sum(nil))
	r := w.newRun([]v1alpha1.DatasetFile{w.s3Key("large")}, nil)
	var group errgroup.Group
	for i := range files {
		group.Go(func() error { // down
			got := sha256.New()
			if err := r.transfer(http.MethodGet, input(0, 0), nil, 0, got); err != nil {
				return err
			}
			if hex.EncodeToString(got.Sum(nil)) != want {
				return fmt.Errorf("download %d differs", i)
			}
			return nil
		})
		group.Go(func() error { // up, half of them without saying how much comes
			length := int64(size)
			if i%2 == 1 {
				length = -1
			}
			var answer bytes.Buffer
			if err := r.transfer(http.MethodPut, sandbox.PathResults+fmt.Sprintf("outputs/%d", i), io.NopCloser(noise(size)), length, &answer); err != nil {
				return err
			}
			var stored sandbox.Stored
			if err := json.Unmarshal(answer.Bytes(), &stored); err != nil || stored.Bytes != size || stored.SHA256 != want {
				return fmt.Errorf("upload %d: %s", i, answer.Bytes())
			}
			return nil
		})
	}
	began := time.Now()
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d MiB each way in %s, peak memory %d MiB", files*size>>20, time.Since(began).Round(time.Millisecond), w.peak()>>20)
	if peak := w.peak(); peak > memoryBound {
		t.Errorf("the gateway took %d MiB, at most %d are allowed", peak>>20, memoryBound>>20)
	}
}

// noise of a size, always the same.
func noise(size int64) io.Reader { return io.LimitReader(rand.NewChaCha8([32]byte{1}), size) }

// Many small files: one plan, no question to the API server for each, memory as before.
func TestTenThousandFiles(t *testing.T) {
	w := newWorld(t)
	const count = 10_000
	dir := filepath.Join(w.s3.Dir, "data", "many")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	content := bytes.Repeat([]byte("x"), 8<<10)
	for i := range count {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%05d", i)), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r := w.newRun([]v1alpha1.DatasetFile{w.s3Prefix("many/")}, nil)
	began := time.Now()
	plan := r.plan()
	planned := time.Since(began)
	if len(plan.Datasets[0].Files) != count {
		t.Fatalf("%d files", len(plan.Datasets[0].Files))
	}
	group, _ := errgroup.WithContext(t.Context())
	group.SetLimit(16)
	for i, file := range plan.Datasets[0].Files {
		if i%10 != 0 {
			continue // one in ten shows as much
		}
		group.Go(func() error {
			var got bytes.Buffer
			if err := r.transfer(http.MethodGet, sandbox.InputPath(0, file), nil, 0, &got); err != nil {
				return err
			}
			if !bytes.Equal(got.Bytes(), content) {
				return fmt.Errorf("%s differs", file.Key)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	t.Logf("plan of %d files in %s, %d files read in %s, peak memory %d MiB", count, planned.Round(time.Millisecond), count/10, (time.Since(began) - planned).Round(time.Millisecond), w.peak()>>20)
	if peak := w.peak(); peak > memoryBound {
		t.Errorf("the gateway took %d MiB, at most %d are allowed", peak>>20, memoryBound>>20)
	}
}

// A pod that vanishes in the middle of an upload leaves neither an object nor parts.
func TestUploadThatBreaksLeavesNothing(t *testing.T) {
	w := newWorld(t)
	r := w.newRun(inline("x"), nil)
	for _, length := range []int64{-1, 100 << 20} {
		ctx, cancel := context.WithCancel(t.Context())
		sent := 0
		body := readerFunc(func(p []byte) (int, error) {
			if sent > 30<<20 {
				cancel()
				<-ctx.Done()
				return 0, ctx.Err()
			}
			sent += len(p)
			return len(p), nil
		})
		request, err := http.NewRequestWithContext(ctx, http.MethodPut, "https://"+w.listen+sandbox.PathResults+"outputs/cut", io.NopCloser(body))
		if err != nil {
			t.Fatal(err)
		}
		request.ContentLength = length
		request.Header.Set("Authorization", "Bearer "+r.token)
		if response, err := w.client.Do(request); err == nil {
			_ = response.Body.Close()
			t.Errorf("length %d: %s", length, response.Status)
		}
	}
	parts := filepath.Join(w.s3.Dir, "results", ".sgwtmp", "multipart", "*", "*")
	deadline := time.Now().Add(20 * time.Second)
	for {
		left, err := filepath.Glob(parts)
		if err != nil {
			t.Fatal(err)
		}
		ended := 0
		for _, line := range w.log.all() {
			if strings.Contains(line, "the body broke off") || strings.Contains(line, "the transfer was ended") {
				ended++
			}
		}
		if len(left) == 0 && ended == 2 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d uploads ended, left: %v", ended, left)
		}
		time.Sleep(20 * time.Millisecond)
	}
	objects, err := w.results.List(t.Context(), "all/")
	if err != nil || len(objects) > 0 {
		t.Errorf("objects %v, %v", objects, err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// On TERM the gateway is found not ready, and an upload that is under way ends well.
func TestEndsInGoodOrder(t *testing.T) {
	w := newWorld(t)
	r := w.newRun(inline("x"), nil)
	if status, body := w.probe("/readyz"); status != http.StatusOK {
		t.Fatalf("readyz: %d %s", status, body)
	}
	r.plan()
	if _, body := w.probe("/metrics"); !strings.Contains(body, `c2d_gateway_calls_total{call="plan",status="200"} 1`) {
		t.Errorf("metrics: %s", body)
	}
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	var answer bytes.Buffer
	go func() { done <- r.transfer(http.MethodPut, sandbox.PathResults+"outputs/slow", reader, -1, &answer) }()
	if _, err := writer.Write([]byte("first ")); err != nil {
		t.Fatal(err)
	}
	if err := w.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	w.log.wait(t, `"msg":"ending`)
	if status, _ := w.probe("/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("readyz of a gateway that ends: %d", status)
	}
	if status, _ := w.probe("/healthz"); status != http.StatusOK {
		t.Errorf("healthz of a gateway that ends: %d", status)
	}
	if _, err := writer.Write([]byte("last")); err != nil {
		t.Fatal(err)
	}
	_ = writer.Close()
	if err := <-done; err != nil || !strings.Contains(answer.String(), `"bytes":10`) {
		t.Errorf("the upload: %v %s", err, answer.String())
	}
	if err := w.process.Wait(); err != nil {
		t.Errorf("the gateway ended with %v", err)
	}
}

func (w *world) probe(path string) (int, string) {
	w.t.Helper()
	response, err := http.Get("http://" + w.health + path)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return response.StatusCode, string(body)
}
