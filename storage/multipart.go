package storage

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"golang.org/x/sync/errgroup"
)

const (
	// partsAtOnce of one object.
	partsAtOnce  = 4
	abortTimeout = 15 * time.Second
)

// upload of an object in parts.
type upload struct {
	bucket *Bucket
	key    string
	id     string
	mutex  sync.Mutex
	parts  []types.CompletedPart
}

// putParts writes a stream whose first part was read already; rest says how many bytes come after it, -1 where that is
// not known.
//
// What was sent cannot be called back: a call that is given up here may still be carried out there, and leave parts of an
// upload that nobody knows or that was ended already. So when the context ends only reading stops; calls go on to their
// end, which package egress bounds.
func (b *Bucket) putParts(ctx context.Context, budget *Budget, key string, stream io.Reader, part int64, first *chunk, rest int64) (total int64, err error) {
	calls := context.WithoutCancel(ctx)
	created, err := b.client.CreateMultipartUpload(calls, &s3.CreateMultipartUploadInput{
		Bucket: &b.name, Key: &key, ContentType: aws.String(contentType), Metadata: b.metadata,
	})
	if err != nil {
		first.release()
		return 0, b.classify(err, "write", key)
	}
	u := &upload{bucket: b, key: key, id: aws.ToString(created.UploadId)}
	total, err = u.send(ctx, calls, budget, stream, part, first, rest)
	if err == nil {
		err = u.complete(calls)
	}
	if err != nil {
		cleanup, cancel := context.WithTimeout(calls, abortTimeout)
		defer cancel()
		return 0, errors.Join(err, b.abort(cleanup, key, u.id))
	}
	return total, nil
}

// send the stream, some parts at the same time.
func (u *upload) send(ctx, calls context.Context, budget *Budget, stream io.Reader, part int64, next *chunk, rest int64) (total int64, err error) {
	group, reading := errgroup.WithContext(ctx)
	group.SetLimit(partsAtOnce)
	for err == nil && next != nil {
		current := next
		number := u.number()
		total += int64(len(current.bytes))
		group.Go(func() error { return u.sendPart(calls, number, current) })
		next = nil
		switch {
		case !current.more:
		case number == maxParts:
			err = u.bucket.tooLarge(u.key)
		default:
			next, err = budget.read(reading, stream, part, rest)
		}
		switch {
		case next == nil:
		case len(next.bytes) == 0:
			next.release()
			next = nil
		case rest >= 0:
			rest -= int64(len(next.bytes))
		}
	}
	// A part that failed ends the reading too; then it is the cause.
	if failed := group.Wait(); failed != nil {
		return 0, failed
	}
	if err == nil {
		err = ctx.Err()
	}
	return total, err
}

// number of the next part, from 1.
func (u *upload) number() int32 {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	number := int32(len(u.parts) + 1)
	u.parts = append(u.parts, types.CompletedPart{PartNumber: &number})
	return number
}

func (u *upload) sendPart(ctx context.Context, number int32, part *chunk) error {
	defer part.release()
	output, err := u.bucket.client.UploadPart(ctx, &s3.UploadPartInput{
		Bucket: &u.bucket.name, Key: &u.key, UploadId: &u.id, PartNumber: &number,
		Body: bytes.NewReader(part.bytes), ContentLength: aws.Int64(int64(len(part.bytes))),
	})
	if err != nil {
		return u.bucket.classify(err, "write", u.key)
	}
	u.mutex.Lock()
	defer u.mutex.Unlock()
	u.parts[number-1].ETag = output.ETag
	return nil
}

func (u *upload) complete(ctx context.Context) error {
	_, err := u.bucket.client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: &u.bucket.name, Key: &u.key, UploadId: &u.id,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: u.parts},
	})
	return u.bucket.classify(err, "write", u.key)
}

// abort an upload. One that is gone already is fine.
func (b *Bucket) abort(ctx context.Context, key, id string) error {
	_, err := b.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &b.name, Key: &key, UploadId: &id})
	var gone *types.NoSuchUpload
	if errors.As(err, &gone) {
		return nil
	}
	err = b.classify(err, "end the upload of", key)
	if KindOf(err) == NotFound {
		return nil
	}
	return err
}
