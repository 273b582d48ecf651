// Package storage reads sources of data and writes results: S3, and files behind HTTP. Memory stays flat in the size of
// what passes through. Credentials are those that the caller hands over; the identity of the machine is never used.
package storage

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

const (
	protocolS3   = "S3"
	protocolHTTP = "HTTP"

	// Few, since whoever asks tries again by its own patience.
	maxAttempts = 3
	maxBackoff  = 2 * time.Second

	defaultRegion = "us-east-1"
)

// MaxPresign is the longest time that S3 lets a presigned URL be valid.
const MaxPresign = 7 * 24 * time.Hour

// Bucket is one bucket, seen with one set of credentials. It is safe for concurrent use.
type Bucket struct {
	name        string
	region      string
	endpoint    string // for messages
	credentials Credentials
	client      *s3.Client
	presign     *s3.PresignClient
	metadata    map[string]string // of what is written
}

// NewBucket calls nothing yet. The transport is one of package egress.
func NewBucket(connection v1alpha1.S3Connection, creds Credentials, transport http.RoundTripper) *Bucket {
	b := &Bucket{
		name:        connection.Bucket,
		region:      connection.Region,
		endpoint:    strings.TrimSuffix(connection.Endpoint, "/"),
		credentials: creds,
	}
	if b.region == "" {
		b.region = defaultRegion
	}
	options := s3.Options{
		Region:       b.region,
		UsePathStyle: connection.ForcePathStyle,
		// A redirect of S3 means another region: following it would sign for the wrong one.
		HTTPClient: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = maxAttempts
			o.MaxBackoff = maxBackoff
			o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(neverRetry)}, o.Retryables...)
		}),
		Credentials: aws.AnonymousCredentials{},
		// Many services other than AWS know no trailing checksums.
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
	}
	if !creds.Anonymous() {
		options.Credentials = credentials.NewStaticCredentialsProvider(creds.AccessKeyID, creds.SecretAccessKey, creds.SessionToken)
	}
	if b.endpoint != "" {
		options.BaseEndpoint = aws.String(b.endpoint)
	} else {
		b.endpoint = "AWS"
	}
	b.client = s3.New(options)
	b.presign = s3.NewPresignClient(b.client)
	return b
}

// neverRetry what the egress rule refused or a certificate forbids: the next attempt would end in the same way.
func neverRetry(err error) aws.Ternary {
	if e := fromTransport(err, protocolS3, ""); e != nil && !e.Retry {
		return aws.FalseTernary
	}
	return aws.UnknownTernary
}

// place of an object for messages and URIs.
func (b *Bucket) place(key string) string {
	if key == "" {
		return "s3://" + b.name
	}
	return b.URI(key)
}

// URI of an object: s3://bucket/key. It grants nothing.
func (b *Bucket) URI(key string) string { return "s3://" + b.name + "/" + key }

// HeadBucket says whether the bucket is there and the credentials may use it.
func (b *Bucket) HeadBucket(ctx context.Context) error {
	_, err := b.client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &b.name})
	return b.classify(err, "look up", "")
}

// Presign a GET of an object, valid for ttl from now, at most MaxPresign. Browsers save what it answers under the file
// name and never show it. The URL grants access: keep it out of logs, events and status.
func (b *Bucket) Presign(ctx context.Context, key string, ttl time.Duration, filename string) (string, error) {
	if b.credentials.Anonymous() {
		return "", &Error{Kind: Invalid, protocol: protocolS3, Message: fmt.Sprintf("%s cannot be presigned without credentials: set credentialsSecretRef", b.place(key))}
	}
	if ttl <= 0 || ttl > MaxPresign {
		return "", &Error{Kind: Invalid, protocol: protocolS3, Message: fmt.Sprintf("a presigned URL may be valid for up to %s, not %s", MaxPresign, ttl)}
	}
	disposition := mime.FormatMediaType("attachment", map[string]string{"filename": filename})
	if disposition == "" {
		disposition = "attachment"
	}
	request, err := b.presign.PresignGetObject(ctx, &s3.GetObjectInput{
		Bucket: &b.name, Key: &key,
		ResponseContentDisposition: &disposition,
		ResponseContentType:        aws.String(contentType),
	}, s3.WithPresignExpires(ttl))
	if err != nil {
		return "", b.classify(err, "presign", key)
	}
	return request.URL, nil
}
