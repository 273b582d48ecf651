package stage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sync/errgroup"

	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/gateway"
	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/retry"
)

const (
	// rangedFrom is the size of a file from which on its parts are fetched side by side.
	rangedFrom = 32 << 20
	partBytes  = 16 << 20
	// parallelParts of one file.
	parallelParts = 8
)

// errNoRanges says that the source of a file cannot give parts of it, or not without mixing two versions of it.
var errNoRanges = errors.New("the source gives no ranges that are safe to join")

// ranged fetches the parts of a big file side by side, and hashes them in order behind.
func (f *fetcher) ranged(ctx context.Context, file *os.File, from source) (fetched, error) {
	etag, err := f.probe(ctx, from)
	if err != nil {
		return fetched{}, err
	}
	count := int((from.bytes + partBytes - 1) / partBytes)
	arrived := make([]chan struct{}, count)
	for i := range arrived {
		arrived[i] = make(chan struct{})
	}
	all, transfers := errgroup.WithContext(ctx)
	hash, input := sha256.New(), from.input()
	all.Go(func() error {
		buffer := f.buffers.Get().(*[bufferBytes]byte)
		defer f.buffers.Put(buffer)
		for i := range count {
			select {
			case <-arrived[i]:
			case <-transfers.Done():
				return transfers.Err()
			}
			start, length := partAt(i, from.bytes)
			if _, err := io.CopyBuffer(io.MultiWriter(hash, input), io.NewSectionReader(file, start, length), buffer[:]); err != nil {
				return writeFailure(from.reason, from.what, err)
			}
		}
		return nil
	})
	all.Go(func() error {
		parts, transfers := errgroup.WithContext(transfers)
		parts.SetLimit(parallelParts)
		for i := range count {
			if transfers.Err() != nil {
				break
			}
			parts.Go(func() error {
				start, length := partAt(i, from.bytes)
				if err := f.part(transfers, file, from, etag, start, length); err != nil {
					return err
				}
				close(arrived[i])
				return nil
			})
		}
		return parts.Wait()
	})
	if err := all.Wait(); err != nil {
		return fetched{}, err
	}
	input.Close()
	return fetched{bytes: from.bytes, sha256: hex.EncodeToString(hash.Sum(nil))}, nil
}

func partAt(i int, size int64) (start, length int64) {
	start = int64(i) * partBytes
	return start, min(partBytes, size-start)
}

// probe asks for one byte to learn whether the source can give ranges, and of which version of the file.
func (f *fetcher) probe(ctx context.Context, from source) (etag string, err error) {
	err = retry.Do(ctx, f.policy, func(ctx context.Context) (int64, error) {
		content, err := f.client.Get(ctx, from.path, gateway.Range{Length: 1})
		if err != nil {
			return 0, err
		}
		defer func() { _ = content.Close() }()
		if !content.Partial || content.ETag == "" {
			return 0, errNoRanges
		}
		if content.Total >= 0 && content.Total != from.bytes {
			return 0, check(from, fetched{bytes: content.Total, sha256: from.sha256})
		}
		etag = content.ETag
		_, err = io.Copy(io.Discard, content)
		return 0, err
	})
	return etag, err
}

// part of a file. A broken connection goes on where it broke.
func (f *fetcher) part(ctx context.Context, file *os.File, from source, etag string, start, length int64) error {
	var done int64
	return retry.Do(ctx, f.policy, func(ctx context.Context) (int64, error) {
		release, err := f.connection(ctx)
		if err != nil {
			return done, err
		}
		defer release()
		content, err := f.client.Get(ctx, from.path, gateway.Range{Offset: start + done, Length: length - done, ETag: etag})
		switch {
		case err != nil && changed(err):
			return done, failed(from.reason, from.what+" changed while it was fetched; run the job again", err)
		case err != nil:
			return done, err
		}
		defer func() { _ = content.Close() }()
		if !content.Partial {
			return done, failed(from.reason, from.what+" could not be fetched in parts, although its source had agreed to it", nil)
		}
		n, err := f.copy(io.NewOffsetWriter(file, start+done), io.LimitReader(content, length-done), from)
		done += n
		if err == nil && done != length {
			err = failed(from.reason, fmt.Sprintf("%s ended after %d of %d bytes", from.what, start+done, from.bytes), nil)
		}
		return done, err
	})
}
