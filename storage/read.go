package storage

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sort"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Bounds of a listing. Keys count too, so that a listing stays small in memory.
const (
	maxListed    = 100_000
	maxListedKey = 16 << 20 // bytes of all keys together
)

// Open an object, or a part of it. The body streams.
func (b *Bucket) Open(ctx context.Context, key string, want Want) (*Reading, error) {
	input := &s3.GetObjectInput{Bucket: &b.name, Key: &key}
	if !want.all() {
		input.Range = aws.String(want.header())
	}
	if want.IfMatch != "" {
		input.IfMatch = aws.String(want.IfMatch)
	}
	output, err := b.client.GetObject(ctx, input)
	if err != nil {
		return nil, b.classify(err, "read", key)
	}
	reading := &Reading{
		Object: Object{Key: key, Bytes: aws.ToInt64(output.ContentLength), ETag: aws.ToString(output.ETag)},
		Body:   &classified{ReadCloser: output.Body, describe: func(err error) error { return b.classify(err, "read", key) }},
		Length: aws.ToInt64(output.ContentLength),
	}
	if output.ContentLength == nil {
		reading.Bytes, reading.Length = -1, -1
	}
	if header := aws.ToString(output.ContentRange); header != "" {
		part, total, err := parseContentRange(header)
		if err != nil {
			_ = output.Body.Close()
			return nil, &Error{Kind: Unavailable, Retry: true, Status: http.StatusPartialContent, protocol: protocolS3, cause: err, Message: fmt.Sprintf("read %s: %v", b.place(key), err)}
		}
		reading.Part, reading.Bytes = &part, total
	}
	return reading, nil
}

// classified gives the errors of a body the words of this package.
type classified struct {
	io.ReadCloser
	describe func(error) error
}

func (c *classified) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		err = c.describe(err)
	}
	return n, err
}

// Head says what an object is.
func (b *Bucket) Head(ctx context.Context, key string) (Object, error) {
	output, err := b.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.name, Key: &key})
	if err != nil {
		return Object{}, b.classify(err, "look up", key)
	}
	object := Object{Key: key, Bytes: -1, ETag: aws.ToString(output.ETag)}
	if output.ContentLength != nil {
		object.Bytes = *output.ContentLength
	}
	return object, nil
}

// Get a small object whole. One of more than max bytes is an error of kind TooLarge.
func (b *Bucket) Get(ctx context.Context, key string, max int64) ([]byte, error) {
	reading, err := b.Open(ctx, key, All)
	if err != nil {
		return nil, err
	}
	defer func() { _ = reading.Body.Close() }()
	var content bytes.Buffer
	n, err := io.Copy(&content, io.LimitReader(reading.Body, max+1))
	if err != nil {
		return nil, b.classify(err, "read", key)
	}
	if n > max {
		return nil, &Error{Kind: TooLarge, protocol: protocolS3, Message: fmt.Sprintf("%s has more than %d bytes", b.place(key), max)}
	}
	return content.Bytes(), nil
}

// List the objects under a prefix, in the order of their keys (bytes, not words). Empty objects that end in a slash,
// which some tools make for folders, are left out. More than 100 000 objects are an error of kind TooLarge.
func (b *Bucket) List(ctx context.Context, prefix string) ([]Object, error) {
	var objects []Object
	keyBytes := 0
	pages := s3.NewListObjectsV2Paginator(b.client, &s3.ListObjectsV2Input{Bucket: &b.name, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, b.classify(err, "list", prefix)
		}
		for _, o := range page.Contents {
			key := aws.ToString(o.Key)
			if strings.HasSuffix(key, "/") && aws.ToInt64(o.Size) == 0 {
				continue
			}
			objects = append(objects, Object{Key: key, Bytes: aws.ToInt64(o.Size), ETag: aws.ToString(o.ETag)})
			keyBytes += len(key)
		}
		if len(objects) > maxListed || keyBytes > maxListedKey {
			return nil, &Error{Kind: TooLarge, protocol: protocolS3, Message: fmt.Sprintf("more than %d objects, or %d bytes of keys, lie under %s: choose a longer prefix", maxListed, maxListedKey, b.place(prefix))}
		}
	}
	sort.Slice(objects, func(i, j int) bool { return objects[i].Key < objects[j].Key })
	return objects, nil
}
