package storage

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"golang.org/x/sync/semaphore"
)

// Parts of an upload.
const (
	partBytes    = 8 << 20
	maxParts     = 10_000 // of S3
	maxPartBytes = 32 << 20
	// smallBytes need no pooled buffer.
	smallBytes = 1 << 20
)

// MaxObject is the largest object that can be written whose size is known beforehand, in bytes.
const MaxObject = maxParts * maxPartBytes

// Budget is the memory that all uploads together may fill with parts. Uploads wait for it.
type Budget struct {
	bytes *semaphore.Weighted
}

// NewBudget of so many bytes, at least 32 MiB: the largest part.
func NewBudget(bytes int64) *Budget {
	return &Budget{bytes: semaphore.NewWeighted(max(bytes, maxPartBytes))}
}

// PutStream writes an object from a stream. size is the number of bytes to take from it, -1 for all; a stream that ends
// before is an error. The object appears whole or not at all. It answers the number of bytes written. An error of the
// stream itself comes back as it is.
func (b *Bucket) PutStream(ctx context.Context, budget *Budget, key string, stream io.Reader, size int64) (int64, error) {
	part := partSize(size)
	if part > maxPartBytes {
		return 0, b.tooLarge(key)
	}
	first, err := budget.read(ctx, stream, part, size)
	if err != nil {
		return 0, err
	}
	if !first.more {
		defer first.release()
		return int64(len(first.bytes)), b.put(ctx, key, first.bytes)
	}
	rest := size
	if size >= 0 {
		rest -= int64(len(first.bytes))
	}
	return b.putParts(ctx, budget, key, stream, part, first, rest)
}

// partSize for an object of this size: 8 MiB, or more where that would make too many parts. All parts but the last must
// have one size, which some services ask for.
func partSize(size int64) int64 {
	part := int64(partBytes)
	for size > part*maxParts {
		part *= 2
	}
	return part
}

func (b *Bucket) tooLarge(key string) error {
	return &Error{Kind: TooLarge, protocol: protocolS3, Message: fmt.Sprintf("%s would have more than %d bytes", b.place(key), int64(MaxObject))}
}

func (b *Bucket) put(ctx context.Context, key string, content []byte) error {
	_, err := b.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &b.name, Key: &key, Body: bytes.NewReader(content),
		ContentLength: aws.Int64(int64(len(content))), ContentType: aws.String(contentType), Metadata: b.metadata,
	})
	return b.classify(err, "write", key)
}

// chunk of a stream in memory that its budget knows of.
type chunk struct {
	bytes   []byte
	more    bool // the chunk is full: there may be more
	release func()
}

// buffers of partBytes, since most parts have that size.
var buffers = sync.Pool{New: func() any { b := make([]byte, partBytes); return &b }}

// read the next part of a stream. rest says how many bytes are still to come, -1 where that is not known.
func (m *Budget) read(ctx context.Context, stream io.Reader, part, rest int64) (*chunk, error) {
	last := rest >= 0 && rest <= part
	size := part
	if last {
		size = rest
	}
	// What is not small takes a pooled buffer, so that it leaves no garbage of its own.
	reserve := size
	pool := size > smallBytes && size <= partBytes
	if pool {
		reserve = partBytes
	}
	if err := m.bytes.Acquire(ctx, reserve); err != nil {
		return nil, err
	}
	var buffer []byte
	release := func() { m.bytes.Release(reserve) }
	if pool {
		pooled := buffers.Get().(*[]byte)
		buffer = (*pooled)[:size]
		release = func() { buffers.Put(pooled); m.bytes.Release(reserve) }
	} else {
		buffer = make([]byte, size)
	}
	n, err := fill(stream, buffer)
	if err == nil {
		return &chunk{bytes: buffer, more: !last, release: release}, nil
	}
	if err == io.EOF && rest < 0 {
		return &chunk{bytes: buffer[:n], release: release}, nil
	}
	release()
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return nil, err
}

// fill a buffer. Unlike io.ReadFull it keeps apart a stream that ended (io.EOF) from one that broke off, whose own error
// may be io.ErrUnexpectedEOF: a body cut half-way must not pass for a short one.
func fill(stream io.Reader, buffer []byte) (n int, err error) {
	for n < len(buffer) {
		read, err := stream.Read(buffer[n:])
		n += read
		if err != nil && n < len(buffer) {
			return n, err
		}
	}
	return n, nil
}
