package stage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/gateway"
	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/retry"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/disclosure"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// parallelFiles are fetched at a time: as many as there are connections, since small files are mostly waiting.
const parallelFiles = gateway.Connections

// bufferBytes of each transfer.
const bufferBytes = 256 << 10

// fetcher gets files from the gateway into the pod.
type fetcher struct {
	client *gateway.Client
	disk   *budget
	policy retry.Policy
	// connections bounds the transfers of all files together.
	connections chan struct{}
	buffers     sync.Pool
	// records of all inputs; nil: nobody asks for them.
	records *disclosure.Records
}

func newFetcher(client *gateway.Client, disk int64, policy retry.Policy) *fetcher {
	return &fetcher{
		client:      client,
		disk:        &budget{limit: disk},
		policy:      policy,
		connections: make(chan struct{}, gateway.Connections),
		buffers:     sync.Pool{New: func() any { return new([bufferBytes]byte) }},
	}
}

// source of a file.
type source struct {
	// path in the gateway's API.
	path string
	// bytes that the file should have, -1 where that is unknown.
	bytes int64
	// sha256 that it must have, empty where any will do.
	sha256 string
	// what it is, for messages, and the reason of its failures.
	what, reason string
	// records to add the file's to; nil: nobody asks for them.
	records *disclosure.Records
}

// input that takes the records of the file while it is hashed.
func (s source) input() input {
	if s.records == nil {
		return nothing{}
	}
	return s.records.Input()
}

// input takes the records of a file: see disclosure.Input.
type input interface {
	io.Writer
	Reset()
	Close()
}

// nothing is taken.
type nothing struct{}

func (nothing) Write(p []byte) (int, error) { return len(p), nil }
func (nothing) Reset()                      {}
func (nothing) Close()                      {}

// fetched is what came.
type fetched struct {
	bytes  int64
	sha256 string
}

// fits says at once that inputs of known sizes are too many.
func (f *fetcher) fits(plan *sandbox.Plan) error {
	var known int64
	for _, dataset := range plan.Datasets {
		for _, file := range dataset.Files {
			known += max(file.Bytes, 0)
			if known > f.disk.limit || known < 0 {
				return f.disk.exceeded()
			}
		}
	}
	return nil
}

// input fetches a file of a dataset into the dataset's folder.
func (f *fetcher) input(ctx context.Context, folder *os.Root, plan *sandbox.Plan, dataset, index int) (fetched, error) {
	file := plan.Datasets[dataset].Files[index]
	return f.fetch(ctx, folder, strconv.Itoa(index), 0o444, source{
		path:    sandbox.InputPath(dataset, file),
		bytes:   file.Bytes,
		sha256:  file.SHA256,
		what:    fmt.Sprintf("file %d of dataset %s", index, plan.Datasets[dataset].ID),
		reason:  v1alpha1.ReasonInputFetchFailed,
		records: f.records,
	})
}

// code fetches the algorithm.
func (f *fetcher) code(ctx context.Context, folder *os.Root, algorithm sandbox.PlanAlgorithm) error {
	_, err := f.fetch(ctx, folder, codeFile, 0o555, source{
		path:   sandbox.PathCode,
		bytes:  -1,
		sha256: algorithm.SHA256,
		what:   "the algorithm's code",
		reason: v1alpha1.ReasonAlgorithmFetchFailed,
	})
	return err
}

func (f *fetcher) fetch(ctx context.Context, folder *os.Root, name string, mode os.FileMode, from source) (fetched, error) {
	// The mode is for those who open it later.
	file, err := folder.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return fetched{}, writeFailure(from.reason, from.what, err)
	}
	got, err := f.transfer(ctx, file, from)
	if err == nil {
		err = check(from, got)
	}
	if closeErr := file.Close(); err == nil && closeErr != nil {
		err = writeFailure(from.reason, from.what, closeErr)
	}
	return got, err
}

func (f *fetcher) transfer(ctx context.Context, file *os.File, from source) (got fetched, err error) {
	if from.bytes >= rangedFrom {
		got, err = f.ranged(ctx, file, from)
		if errors.Is(err, errNoRanges) {
			got, err = f.sequential(ctx, file, from)
		}
	} else {
		got, err = f.sequential(ctx, file, from)
	}
	if err != nil && ctx.Err() == nil {
		err = gatewayFailure(from.reason, from.what, err)
	}
	return got, err
}

func check(from source, got fetched) error {
	switch {
	case from.sha256 != "" && !strings.EqualFold(from.sha256, got.sha256):
		return failed(v1alpha1.ReasonChecksumMismatch, fmt.Sprintf(
			"%s has the SHA-256 %s, expected %s: it has changed since it was pinned", from.what, got.sha256, from.sha256), nil)
	case from.bytes >= 0 && from.bytes != got.bytes:
		return failed(from.reason, fmt.Sprintf(
			"%s has %d bytes, its source had said %d: it changed while it was fetched, or its source cut it short", from.what, got.bytes, from.bytes), nil)
	}
	return nil
}

// sequential fetches a file from its start to its end, and goes on where a connection broke if the source can do that.
func (f *fetcher) sequential(ctx context.Context, file *os.File, from source) (fetched, error) {
	progress := &download{fetcher: f, file: file, from: from, hash: sha256.New(), input: from.input()}
	err := retry.Do(ctx, f.policy, progress.attempt)
	progress.input.Close()
	return fetched{bytes: progress.offset, sha256: hex.EncodeToString(progress.hash.Sum(nil))}, err
}

// download is the state of a sequential transfer between its attempts.
type download struct {
	*fetcher
	file   *os.File
	from   source
	hash   hash.Hash
	input  input
	offset int64
	etag   string
}

func (d *download) attempt(ctx context.Context) (int64, error) {
	release, err := d.connection(ctx)
	if err != nil {
		return d.offset, err
	}
	defer release()
	if d.offset > 0 && d.etag == "" {
		// What comes now may not be what came before.
		if err := d.restart(); err != nil {
			return 0, err
		}
	}
	content, err := d.client.Get(ctx, d.from.path, gateway.Range{Offset: d.offset, ETag: d.etag})
	if err != nil && d.offset > 0 && changed(err) {
		if err := d.restart(); err != nil {
			return 0, err
		}
		content, err = d.client.Get(ctx, d.from.path, gateway.Range{})
	}
	if err != nil {
		return d.offset, err
	}
	defer func() { _ = content.Close() }()
	if d.offset > 0 && !content.Partial {
		if err := d.restart(); err != nil {
			return 0, err
		}
	}
	d.etag = content.ETag
	n, err := d.copy(io.MultiWriter(d.file, d.hash, d.input), content, d.from)
	d.offset += n
	if err == nil && content.Total >= 0 && d.offset != content.Total {
		err = failed(d.from.reason, fmt.Sprintf("%s ended after %d of %d bytes", d.from.what, d.offset, content.Total), nil)
	}
	return d.offset, err
}

// changed says that the rest of the file is not to be had any more, since the file is another.
func changed(err error) bool {
	var answer *gateway.Error
	return errors.As(err, &answer) && (answer.Status == http.StatusPreconditionFailed || answer.Status == http.StatusRequestedRangeNotSatisfiable)
}

func (d *download) restart() error {
	d.disk.give(d.offset)
	d.offset, d.etag = 0, ""
	d.hash.Reset()
	d.input.Reset()
	_, err := d.file.Seek(0, io.SeekStart)
	if err == nil {
		err = d.file.Truncate(0)
	}
	if err != nil {
		return writeFailure(d.from.reason, d.from.what, err)
	}
	return nil
}

// connection waits for one to be free.
func (f *fetcher) connection(ctx context.Context) (release func(), err error) {
	select {
	case f.connections <- struct{}{}:
		return func() { <-f.connections }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// copy what comes, within the disk that the job has. Errors of the source stay as they are; others are failures.
func (f *fetcher) copy(to io.Writer, content io.Reader, from source) (int64, error) {
	buffer := f.buffers.Get().(*[bufferBytes]byte)
	defer f.buffers.Put(buffer)
	var written int64
	for {
		n, readErr := fill(content, buffer[:])
		if n > 0 {
			if err := f.disk.take(int64(n)); err != nil {
				return written, err
			}
			if _, err := to.Write(buffer[:n]); err != nil {
				return written, writeFailure(from.reason, from.what, err)
			}
			written += int64(n)
		}
		if readErr == io.EOF {
			return written, nil
		}
		if readErr != nil {
			return written, readErr
		}
	}
}

// fill a buffer: what comes over TLS comes in small pieces, and each write costs.
func fill(content io.Reader, buffer []byte) (n int, err error) {
	for n < len(buffer) && err == nil {
		var read int
		read, err = content.Read(buffer[n:])
		n += read
	}
	return n, err
}

// contentOf a dataset, from its files in order: see sandbox.Content.
func contentOf(planned []sandbox.PlanFile, files []fetched) sandbox.Content {
	var content sandbox.Content
	lines := sha256.New()
	for i, file := range files {
		if planned[i].Mounted {
			continue
		}
		content.Files++
		content.Bytes += file.bytes
		_, _ = fmt.Fprintf(lines, "%s  %d\n", file.sha256, i)
	}
	content.SHA256 = hex.EncodeToString(lines.Sum(nil))
	return content
}
