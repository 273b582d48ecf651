package storage

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/compute-to-data/terraform-provider-c2d/egress"
)

// Kind of a failure of a source or a bucket.
type Kind string

// Kinds of failures.
const (
	NotFound           Kind = "NotFound"
	Denied             Kind = "Denied"
	BucketMissing      Kind = "BucketMissing"
	WrongRegion        Kind = "WrongRegion"
	PreconditionFailed Kind = "PreconditionFailed"
	RangeInvalid       Kind = "RangeInvalid"
	TooLarge           Kind = "TooLarge"
	Throttled          Kind = "Throttled"
	Unavailable        Kind = "Unavailable"
	Refused            Kind = "Refused"
	Invalid            Kind = "Invalid"
	Canceled           Kind = "Canceled"
)

// Error of a source or a bucket. It carries no credential and no query of a URL.
type Error struct {
	Kind Kind
	// Retry says whether the same call may succeed later.
	Retry bool
	// Status of the answer, 0 where there was none.
	Status int
	// Message for the owner of the source: it may name bucket, key, host and Secret.
	Message string

	protocol string
	cause    error
}

func (e *Error) Error() string { return e.Message }
func (e *Error) Unwrap() error { return e.cause }

// Brief says what went wrong to people who may not know where the data lies: no host, bucket, key or Secret.
func (e *Error) Brief() string {
	text := map[Kind]string{
		NotFound:           "not found",
		Denied:             "access denied",
		BucketMissing:      "the bucket does not exist",
		WrongRegion:        "the bucket lies in another region than declared",
		PreconditionFailed: "it changed while it was being read",
		RangeInvalid:       "it is shorter than the part that was asked for",
		TooLarge:           "it is larger than allowed",
		Throttled:          "the storage is overloaded",
		Unavailable:        "the storage does not answer properly",
		Refused:            "the storage lies at an address that may not be called",
		Invalid:            "the request was not understood, or the storage is declared wrongly",
		Canceled:           "the transfer was ended",
	}[e.Kind]
	if e.Status != 0 {
		text += fmt.Sprintf(" (%s %d)", e.protocol, e.Status)
	}
	return text
}

// KindOf an error; empty for errors that are none of this package.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

// classify makes an Error of whatever an S3 call returned. What was tried, on which key ("" for the bucket), is for the
// message.
func (b *Bucket) classify(err error, doing, key string) error {
	if err == nil {
		return nil
	}
	var already *Error
	if errors.As(err, &already) {
		return already
	}
	if e := fromTransport(err, protocolS3, doing+" "+b.place(key)); e != nil {
		return e
	}
	e := &Error{Kind: Unavailable, Retry: true, protocol: protocolS3, cause: scrub(err)}
	var answer *awshttp.ResponseError
	if errors.As(err, &answer) {
		e.Status = answer.HTTPStatusCode()
	}
	code := ""
	var api smithy.APIError
	if errors.As(err, &api) {
		code = api.ErrorCode()
	}
	e.Kind, e.Retry = s3Kind(e.Status, code)
	if e.Kind == NotFound && key == "" {
		e.Kind = BucketMissing
	}
	e.Message = b.message(e, doing, key, code)
	return e
}

// s3Kind of a status and an error code of S3. Answers to HEAD carry no code.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
func s3Kind(status int, code string) (kind Kind, retry bool) {
	switch code {
	case "NoSuchBucket":
		return BucketMissing, false
	case "NoSuchKey":
		return NotFound, false
	case "AccessDenied", "AllAccessDisabled", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken",
		"AccountProblem", "InvalidObjectState":
		return Denied, false
	case "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException":
		return WrongRegion, false
	case "SlowDown", "TooManyRequests", "RequestLimitExceeded", "ThrottlingException", "Throttling":
		return Throttled, true
	case "EntityTooLarge":
		return TooLarge, false
	case "InternalError", "ServiceUnavailable", "OperationAborted", "RequestTimeout", "NoSuchUpload", "RequestTimeTooSkewed", "BadDigest", "XAmzContentSHA256Mismatch":
		return Unavailable, true
	}
	switch {
	case status == http.StatusNotFound:
		return NotFound, false
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return Denied, false
	case status == http.StatusPreconditionFailed:
		return PreconditionFailed, false
	case status == http.StatusRequestedRangeNotSatisfiable:
		return RangeInvalid, false
	case status == http.StatusTooManyRequests:
		return Throttled, true
	case status == http.StatusRequestTimeout || status >= 500:
		return Unavailable, true
	case status >= 300 && status < 400:
		return WrongRegion, false
	case status >= 400:
		return Invalid, false
	}
	return Unavailable, true
}

// message for the owner of a bucket.
func (b *Bucket) message(e *Error, doing, key, code string) string {
	answer := strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, code))
	switch e.Kind {
	case BucketMissing:
		return fmt.Sprintf("bucket %q does not exist at %s: create it or correct the name", b.name, b.endpoint)
	case NotFound:
		return fmt.Sprintf("%s does not exist at %s: correct the key or upload the object", b.place(key), b.endpoint)
	case Denied:
		return fmt.Sprintf("%s %s: access denied (S3 %s): check %s", doing, b.place(key), answer, b.credentials.advice())
	case WrongRegion:
		return fmt.Sprintf("%s %s: the bucket is not in region %q at %s (S3 %s): correct region or endpoint", doing, b.place(key), b.region, b.endpoint, answer)
	case PreconditionFailed:
		return fmt.Sprintf("%s changed while it was being read (S3 %s)", b.place(key), answer)
	case Throttled:
		return fmt.Sprintf("%s %s: the service asks for fewer requests (S3 %s)", doing, b.place(key), answer)
	case Unavailable:
		return fmt.Sprintf("%s %s: %s does not answer properly (S3 %s)", doing, b.place(key), b.endpoint, answer)
	}
	return fmt.Sprintf("%s %s at %s: S3 answered %s", doing, b.place(key), b.endpoint, answer)
}

// fromTransport recognises failures below the protocol: refused addresses, connections, the end of the context.
func fromTransport(err error, protocol, doing string) *Error {
	e := &Error{protocol: protocol, cause: scrub(err)}
	var refused *egress.RefusedError
	var redirect *egress.RedirectError
	var certificate *tls.CertificateVerificationError
	var dns *net.DNSError
	var network net.Error
	switch {
	case errors.As(err, &refused):
		e.Kind, e.cause, e.Message = Refused, refused, fmt.Sprintf("%s: %v", doing, refused)
	case errors.As(err, &redirect):
		e.Kind, e.cause, e.Message = Refused, redirect, fmt.Sprintf("%s: %v", doing, redirect)
	case errors.As(err, &certificate):
		e.Kind, e.Message = Invalid, fmt.Sprintf("%s: the certificate of the server is not trusted: %v", doing, certificate.Err)
	case errors.Is(err, context.Canceled):
		e.Kind, e.Retry, e.Message = Canceled, true, fmt.Sprintf("%s: ended from this side", doing)
	case errors.As(err, &dns):
		e.Kind, e.Retry, e.Message = Unavailable, true, fmt.Sprintf("%s: the name %s does not resolve: %s", doing, dns.Name, dns.Err)
	case errors.Is(err, io.ErrUnexpectedEOF):
		e.Kind, e.Retry, e.Message = Unavailable, true, fmt.Sprintf("%s: the answer stopped half-way", doing)
	case errors.As(err, &network), errors.Is(err, context.DeadlineExceeded), errors.Is(err, io.EOF):
		e.Kind, e.Retry, e.Message = Unavailable, true, fmt.Sprintf("%s: %v", doing, e.cause)
	default:
		return nil
	}
	return e
}

// scrub drops what url.Error adds to a message: the whole URL, with its query.
func scrub(err error) error {
	var wrapped *url.Error
	if !errors.As(err, &wrapped) {
		return err
	}
	if u, parseErr := url.Parse(wrapped.URL); parseErr == nil && u.Host != "" {
		return fmt.Errorf("%s: %w", u.Hostname(), wrapped.Err)
	}
	return wrapped.Err
}
