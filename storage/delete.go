package storage

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// DeletePrefix removes every object under a prefix and ends the uploads under it that never finished. It may be
// repeated; a bucket that is gone has nothing left to delete. The prefix must end in a slash, so that it takes one
// folder and not its neighbours.
func (b *Bucket) DeletePrefix(ctx context.Context, prefix string) error {
	if len(prefix) < 2 || prefix[len(prefix)-1] != '/' {
		return &Error{Kind: Invalid, protocol: protocolS3, Message: fmt.Sprintf("prefix %q must name a folder and end in a slash to be deleted", prefix)}
	}
	err := errors.Join(b.abortUploads(ctx, prefix), b.deleteObjects(ctx, prefix))
	if KindOf(err) == BucketMissing {
		return nil
	}
	return err
}

func (b *Bucket) abortUploads(ctx context.Context, prefix string) error {
	pages := s3.NewListMultipartUploadsPaginator(b.client, &s3.ListMultipartUploadsInput{Bucket: &b.name, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return b.classify(err, "list the unfinished uploads under", prefix)
		}
		for _, upload := range page.Uploads {
			if err := b.abort(ctx, aws.ToString(upload.Key), aws.ToString(upload.UploadId)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *Bucket) deleteObjects(ctx context.Context, prefix string) error {
	// Each round lists anew from the start: what the last one deleted is gone, also where a service lists with a delay.
	for {
		page, err := b.client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &b.name, Prefix: &prefix})
		if err != nil {
			return b.classify(err, "list", prefix)
		}
		if len(page.Contents) == 0 {
			return nil
		}
		batch := make([]types.ObjectIdentifier, 0, len(page.Contents))
		for _, object := range page.Contents {
			batch = append(batch, types.ObjectIdentifier{Key: object.Key})
		}
		output, err := b.client.DeleteObjects(ctx, &s3.DeleteObjectsInput{
			Bucket: &b.name,
			Delete: &types.Delete{Objects: batch, Quiet: aws.Bool(true)},
		})
		if err != nil {
			return b.classify(err, "delete", prefix)
		}
		if len(output.Errors) > 0 {
			first := output.Errors[0]
			code := aws.ToString(first.Code)
			kind, retry := s3Kind(0, code)
			e := &Error{Kind: kind, Retry: retry, protocol: protocolS3}
			e.Message = b.message(e, "delete", aws.ToString(first.Key), code)
			return e
		}
		if err := ctx.Err(); err != nil {
			return b.classify(err, "delete", prefix)
		}
	}
}
