package storage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/egress"
)

// Headers that a Secret lends to requests to the hosts that it lists itself, and to no others.
type Headers struct {
	values map[string]string
	hosts  []string
	origin string
}

// HeadersFromSecret reads each key as a header; the annotation c2d.dev/hosts says where they may be sent to: names, or
// name:port.
func HeadersFromSecret(secret *corev1.Secret) (Headers, error) {
	h := Headers{values: map[string]string{}, origin: fmt.Sprintf("Secret %s/%s", secret.Namespace, secret.Name)}
	for _, host := range strings.Split(secret.Annotations[v1alpha1.AnnotationHosts], ",") {
		if host = strings.ToLower(strings.TrimSpace(host)); host != "" {
			h.hosts = append(h.hosts, host)
		}
	}
	if len(h.hosts) == 0 {
		return Headers{}, invalidHTTP("%s must list in its annotation %s the hosts that it may be sent to", h.origin, v1alpha1.AnnotationHosts)
	}
	for name, value := range secret.Data {
		text := strings.TrimSpace(string(value))
		if strings.ContainsAny(text, "\r\n\x00") {
			return Headers{}, invalidHTTP("%s: the value of %s has more than one line, which no header may have", h.origin, name)
		}
		h.values[name] = text
	}
	return h, nil
}

func invalidHTTP(format string, args ...any) error {
	return &Error{Kind: Invalid, protocol: protocolHTTP, Message: fmt.Sprintf(format, args...)}
}

// String keeps the values out of whatever is printed.
func (h Headers) String() string { return "headers of " + h.origin }

// GoString as String, for %#v.
func (h Headers) GoString() string { return h.String() }

// for a URL, where it is one of the hosts.
func (h Headers) allowed(u *url.URL) bool {
	for _, host := range h.hosts {
		if strings.EqualFold(host, u.Host) || strings.EqualFold(host, u.Hostname()) {
			return true
		}
	}
	return false
}

// File behind a URL.
type File struct {
	url     *url.URL
	headers Headers
	client  *http.Client
}

// NewFile calls nothing yet. The transport is one of package egress.
func NewFile(source v1alpha1.HTTPSource, headers Headers, transport http.RoundTripper) (*File, error) {
	u, err := url.Parse(source.URL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.User != nil {
		return nil, invalidHTTP("the URL must be http or https, with a host and without user name and password")
	}
	if len(headers.values) > 0 && !headers.allowed(u) {
		return nil, invalidHTTP("%s may not be sent to %s: list the host in the Secret's annotation %s", headers.origin, u.Hostname(), v1alpha1.AnnotationHosts)
	}
	return &File{url: u, headers: headers, client: egress.Client(&lending{headers, transport})}, nil
}

// lending adds the headers to each request by itself, redirected ones included, so that they follow no redirect to a
// host that is not listed.
type lending struct {
	headers   Headers
	transport http.RoundTripper
}

func (l *lending) RoundTrip(request *http.Request) (*http.Response, error) {
	if len(l.headers.values) > 0 && l.headers.allowed(request.URL) {
		request = request.Clone(request.Context())
		for name, value := range l.headers.values {
			request.Header.Set(name, value)
		}
	}
	return l.transport.RoundTrip(request)
}

// Place of the file for messages: without path and query, which may grant access.
func (f *File) place() string { return f.url.Scheme + "://" + f.url.Host + "/..." }

func (f *File) do(ctx context.Context, method string, want Want) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, f.url.String(), nil)
	if err != nil {
		return nil, invalidHTTP("%s: the URL cannot be requested", f.place())
	}
	request.Header.Set("Accept", "*/*")
	request.Header.Set("Accept-Encoding", "identity")
	request.Header.Set("User-Agent", "c2d-gateway")
	if !want.all() {
		request.Header.Set("Range", want.header())
	}
	response, err := f.client.Do(request)
	if err != nil {
		return nil, f.broken(err)
	}
	return response, nil
}

// broken describes a call that got no answer, or an answer that broke off.
func (f *File) broken(err error) error {
	if e := fromTransport(err, protocolHTTP, "GET "+f.place()); e != nil {
		return e
	}
	cause := scrub(err)
	return &Error{Kind: Unavailable, Retry: true, protocol: protocolHTTP, cause: cause, Message: fmt.Sprintf("GET %s: %v", f.place(), cause)}
}

// Head says what the file is. Many servers do not answer HEAD, or refuse it for URLs that are signed for GET: then the
// size is -1 and the GET will tell.
func (f *File) Head(ctx context.Context) (Object, error) {
	response, err := f.do(ctx, http.MethodHead, All)
	if err != nil {
		return Object{}, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return Object{Bytes: -1}, nil
	}
	return Object{Bytes: response.ContentLength, ETag: validator(response.Header)}, nil
}

// Open the file, or a part of it. A server that knows no ranges answers with all of it. What IfMatch asks for is
// compared here, since servers differ in what they make of it.
func (f *File) Open(ctx context.Context, want Want) (*Reading, error) {
	response, err := f.do(ctx, http.MethodGet, want)
	if err != nil {
		return nil, err
	}
	reading, err := f.reading(response, want)
	if err != nil {
		_ = response.Body.Close()
		return nil, err
	}
	return reading, nil
}

func (f *File) reading(response *http.Response, want Want) (*Reading, error) {
	reading := &Reading{
		Object: Object{Bytes: response.ContentLength, ETag: validator(response.Header)},
		Body:   &classified{ReadCloser: response.Body, describe: f.broken},
		Length: response.ContentLength,
	}
	switch response.StatusCode {
	case http.StatusOK:
	case http.StatusPartialContent:
		part, total, err := parseContentRange(response.Header.Get("Content-Range"))
		if err == nil && (want.all() || part.First != want.First || want.Last >= 0 && part.Last > want.Last) {
			err = errors.New("the part is not the one that was asked for")
		}
		if err != nil {
			return nil, &Error{Kind: Unavailable, Retry: true, Status: response.StatusCode, protocol: protocolHTTP, cause: err, Message: fmt.Sprintf("GET %s: %v", f.place(), err)}
		}
		reading.Part, reading.Bytes, reading.Length = &part, total, part.Last-part.First+1
	default:
		return nil, f.answered(response.StatusCode)
	}
	if want.IfMatch != "" && want.IfMatch != reading.ETag {
		return nil, &Error{Kind: PreconditionFailed, Status: http.StatusPreconditionFailed, protocol: protocolHTTP, Message: fmt.Sprintf("%s changed while it was being read", f.place())}
	}
	return reading, nil
}

// answered makes an error of a status.
func (f *File) answered(status int) error {
	e := &Error{Status: status, protocol: protocolHTTP}
	switch {
	case status == http.StatusNotFound || status == http.StatusGone:
		e.Kind = NotFound
		e.Message = fmt.Sprintf("GET %s: not found (HTTP %d): correct the URL", f.place(), status)
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		e.Kind = Denied
		e.Message = fmt.Sprintf("GET %s: access denied (HTTP %d): check the URL and headersSecretRef", f.place(), status)
	case status == http.StatusRequestedRangeNotSatisfiable:
		e.Kind = RangeInvalid
		e.Message = fmt.Sprintf("GET %s: the file is shorter than the part that was asked for (HTTP %d)", f.place(), status)
	case status == http.StatusTooManyRequests:
		e.Kind, e.Retry = Throttled, true
		e.Message = fmt.Sprintf("GET %s: the server asks for fewer requests (HTTP %d)", f.place(), status)
	case status >= 500 || status == http.StatusRequestTimeout:
		e.Kind, e.Retry = Unavailable, true
		e.Message = fmt.Sprintf("GET %s: the server does not answer properly (HTTP %d)", f.place(), status)
	default:
		e.Kind = Invalid
		e.Message = fmt.Sprintf("GET %s: unexpected answer (HTTP %d), expected 200: correct the URL", f.place(), status)
	}
	return e
}

// validator of what a server sent: its ETag, else one made of Last-Modified, else none.
func validator(header http.Header) string {
	if etag := header.Get("ETag"); etag != "" {
		return etag
	}
	modified := header.Get("Last-Modified")
	if modified == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(modified))
	return `"` + hex.EncodeToString(sum[:8]) + `"`
}
