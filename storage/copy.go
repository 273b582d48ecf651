package storage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// metadataSHA256 is the user metadata of a copy: x-amz-meta-sha256.
const metadataSHA256 = "sha256"

// PutCopy writes an object whose size and SHA-256, in lower-case hex, are known. The object appears only where the stream
// has both, and carries the SHA-256 in its metadata.
func (b *Bucket) PutCopy(ctx context.Context, budget *Budget, key string, stream io.Reader, size int64, sum string) error {
	labelled := *b
	labelled.metadata = map[string]string{metadataSHA256: sum}
	_, err := labelled.PutStream(ctx, budget, key, &checked{stream: stream, left: size, want: sum, sum: sha256.New()}, size)
	return err
}

// HasCopy says whether an object is there that PutCopy wrote with this size and SHA-256.
func (b *Bucket) HasCopy(ctx context.Context, key string, size int64, sum string) (bool, error) {
	output, err := b.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.name, Key: &key})
	if err = b.classify(err, "look up", key); KindOf(err) == NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return output.ContentLength != nil && *output.ContentLength == size && output.Metadata[metadataSHA256] == sum, nil
}

// checked withholds the end of a stream whose bytes are not those that were promised.
type checked struct {
	stream io.Reader
	left   int64
	want   string
	sum    hash.Hash
}

func (c *checked) Read(p []byte) (int, error) {
	n, err := c.stream.Read(p)
	c.sum.Write(p[:n])
	c.left -= int64(n)
	if c.left == 0 && hex.EncodeToString(c.sum.Sum(nil)) != c.want {
		return 0, &Error{
			Kind: PreconditionFailed, Status: http.StatusPreconditionFailed, protocol: protocolS3,
			Message: fmt.Sprintf("the object that is copied has SHA-256 %x, it should have %s", c.sum.Sum(nil), c.want),
		}
	}
	return n, err
}
