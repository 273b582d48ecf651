// Package gateway is the agent's side of the gateway's API for pods: package sandbox has its paths and messages.
package gateway

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Config says where the gateway is and how to know it.
type Config struct {
	// URL as https://host:port. The host is an address: nothing resolves in a sandbox.
	URL string
	// Name in the gateway's certificate, whatever address it is reached by.
	Name string
	// CA that signed the gateway's certificate, PEM. Nothing else is trusted.
	CA string
	// TokenFile is read for every request, since the kubelet replaces the token before it expires.
	TokenFile string
	// Stall is how long a body may stand still; zero means a minute.
	Stall time.Duration
}

// FromEnvironment is the configuration that the pod gives.
func FromEnvironment() Config {
	return Config{
		URL:       os.Getenv(sandbox.EnvGateway),
		Name:      os.Getenv(sandbox.EnvGatewayName),
		CA:        os.Getenv(sandbox.EnvGatewayCA),
		TokenFile: sandbox.TokenFile,
	}
}

// Connections that are kept open: as many as there are transfers at a time.
const Connections = 16

// Bounds of what is read into memory.
const (
	maxPlan    = 64 << 20
	maxAnswer  = 64 << 10
	maxToken   = 64 << 10
	maxHeaders = 64 << 10
)

// expectFrom is the size of a body from which on the gateway is asked before the body is sent.
const expectFrom = 1 << 20

// Client of the gateway. It may be used from several goroutines.
type Client struct {
	base      *url.URL
	http      *http.Client
	tokenFile string
	stall     time.Duration
}

// New client. It connects to nothing yet.
func New(config Config) (*Client, error) {
	base, err := url.Parse(config.URL)
	if err != nil || base.Scheme != "https" || base.Host == "" {
		return nil, fmt.Errorf("%s is %q, expected https://host:port", sandbox.EnvGateway, config.URL)
	}
	if config.Name == "" {
		return nil, fmt.Errorf("%s is empty, expected the name in the gateway's certificate", sandbox.EnvGatewayName)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM([]byte(config.CA)) {
		return nil, fmt.Errorf("%s has no certificate, expected PEM", sandbox.EnvGatewayCA)
	}
	stall := config.Stall
	if stall == 0 {
		stall = time.Minute
	}
	transport := &http.Transport{
		DialContext:           dial,
		TLSClientConfig:       &tls.Config{RootCAs: roots, ServerName: config.Name, MinVersion: tls.VersionTLS13},
		TLSHandshakeTimeout:   5 * time.Second,
		ResponseHeaderTimeout: stall,
		ExpectContinueTimeout: 5 * time.Second,
		IdleConnTimeout:       90 * time.Second,
		MaxIdleConnsPerHost:   Connections,
		// A source's bytes are counted and hashed as they are.
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxHeaders,
		WriteBufferSize:        64 << 10,
		ReadBufferSize:         64 << 10,
		// One connection for each transfer: the streams of a shared one wait for each other.
		Protocols: new(http.Protocols),
	}
	transport.Protocols.SetHTTP1(true)
	return &Client{
		base: base,
		http: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		tokenFile: config.TokenFile,
		stall:     stall,
	}, nil
}

// Plan of what to stage.
func (c *Client) Plan(ctx context.Context) (*sandbox.Plan, error) {
	var plan sandbox.Plan
	if err := c.getJSON(ctx, c.base.Host, sandbox.PathPlan, maxPlan, &plan); err != nil {
		return nil, err
	}
	return &plan, nil
}

// Isolation as the gateway at this host:port sees it.
func (c *Client) Isolation(ctx context.Context, host string) (sandbox.Isolation, error) {
	var isolation sandbox.Isolation
	err := c.getJSON(ctx, host, sandbox.PathIsolation, maxAnswer, &isolation)
	return isolation, err
}

// Host is the host:port that all gateways share.
func (c *Client) Host() string { return c.base.Host }

func (c *Client) getJSON(ctx context.Context, host, path string, limit int64, into any) error {
	request, err := c.request(ctx, http.MethodGet, host, path, nil)
	if err != nil {
		return err
	}
	response, err := c.send(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	if err != nil {
		return err
	}
	if int64(len(text)) > limit {
		return fmt.Errorf("the gateway's answer to %s has more than %d bytes", path, limit)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("the gateway's answer to %s is not the JSON expected; do gateway and agent have the same version? %w", path, err)
	}
	return nil
}

// Range of a file to get. The zero value is all of it.
type Range struct {
	// Offset of the first byte.
	Offset int64
	// Length in bytes; zero or less: to the end.
	Length int64
	// ETag that the file must still have; empty: any.
	ETag string
}

// Content is a file, or a range of it. Close it; reading it fails with a NetworkError where it is cut short.
type Content struct {
	io.ReadCloser
	// Partial says that this is the range asked for; otherwise it is the whole file.
	Partial bool
	// Total size of the file, -1 where it is unknown.
	Total int64
	// ETag of the file, empty where it has no strong one.
	ETag string
}

// Get a file by its path, which may carry a query.
func (c *Client) Get(ctx context.Context, path string, part Range) (*Content, error) {
	request, err := c.request(ctx, http.MethodGet, c.base.Host, path, nil)
	if err != nil {
		return nil, err
	}
	switch {
	case part.Length > 0:
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", part.Offset, part.Offset+part.Length-1))
	case part.Offset > 0:
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", part.Offset))
	}
	if part.ETag != "" {
		request.Header.Set("If-Match", part.ETag)
	}
	response, err := c.send(request)
	if err != nil {
		return nil, err
	}
	content := &Content{ReadCloser: response.Body, Total: response.ContentLength, ETag: strong(response.Header.Get("ETag"))}
	if response.StatusCode == http.StatusPartialContent {
		content.Partial = true
		var first, last int64
		content.Total, err = contentRange(response.Header.Get("Content-Range"), &first, &last)
		if err != nil || first != part.Offset || part.Length > 0 && last-first >= part.Length {
			_ = response.Body.Close()
			return nil, fmt.Errorf("the gateway answered the range %q, expected one from byte %d on", response.Header.Get("Content-Range"), part.Offset)
		}
	}
	return content, nil
}

// Put a result under its key and say what was stored. The size is that of the body.
func (c *Client) Put(ctx context.Context, key string, body io.Reader, size int64) (sandbox.Stored, error) {
	ctx, watch := watchFor(ctx, c.stall)
	defer watch.stop()
	var stored sandbox.Stored
	path := sandbox.PathResults + (&url.URL{Path: key}).EscapedPath()
	request, err := c.request(ctx, http.MethodPut, c.base.Host, path, &watchedReader{reader: body, watch: watch})
	if err != nil {
		return stored, err
	}
	request.ContentLength = size
	request.Header.Set("Content-Type", "application/octet-stream")
	if size == 0 {
		request.Body = http.NoBody
	}
	if size >= expectFrom {
		request.Header.Set("Expect", "100-continue")
	}
	response, err := c.send(request)
	if err != nil {
		return stored, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return stored, err
	}
	if err := json.Unmarshal(text, &stored); err != nil {
		return stored, fmt.Errorf("the gateway's answer to an upload is not the JSON expected: %w", err)
	}
	return stored, nil
}

// DeleteOutputs of the run.
func (c *Client) DeleteOutputs(ctx context.Context) error {
	ctx, watch := watchFor(ctx, c.stall)
	defer watch.stop()
	request, err := c.request(ctx, http.MethodDelete, c.base.Host, sandbox.PathOutputs, nil)
	if err != nil {
		return err
	}
	response, err := c.send(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

func (c *Client) request(ctx context.Context, method, host, path string, body io.Reader) (*http.Request, error) {
	token, err := c.token()
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, method, "https://"+host+path, body)
	if err != nil {
		return nil, fmt.Errorf("make a request to the gateway: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	return request, nil
}

func (c *Client) token() (string, error) {
	file, err := os.Open(c.tokenFile)
	if err != nil {
		return "", fmt.Errorf("read the token for the gateway: %w", err)
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxToken))
	if err != nil {
		return "", fmt.Errorf("read the token for the gateway: %w", err)
	}
	token := strings.TrimSpace(string(text))
	if token == "" {
		return "", errors.New("the token for the gateway is empty; is the projected token mounted?")
	}
	return token, nil
}

// send a request. An answer that is no success becomes an error, and the body of one that is fails as NetworkError.
func (c *Client) send(request *http.Request) (*http.Response, error) {
	ctx, watch := watchFor(request.Context(), 0)
	response, err := c.http.Do(request.WithContext(ctx))
	if err != nil {
		watch.stop()
		if cause := context.Cause(request.Context()); errors.Is(cause, errStalled) {
			err = cause
		}
		return nil, &NetworkError{err: withoutURL(err)}
	}
	watch.start(c.stall)
	response.Body = &watchedBody{body: response.Body, ctx: ctx, watch: watch}
	if response.StatusCode == http.StatusOK || response.StatusCode == http.StatusCreated || response.StatusCode == http.StatusPartialContent {
		return response, nil
	}
	defer func() { _ = response.Body.Close() }()
	text, _ := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	return nil, failure(response.StatusCode, bytes.TrimSpace(text))
}

// withoutURL takes the URL out of an error of package http: the path names an object of the owner.
func withoutURL(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

// strong ETags alone can be used to ask for the same bytes again.
func strong(etag string) string {
	if strings.HasPrefix(etag, "W/") {
		return ""
	}
	return etag
}

// contentRange reads "bytes 5-9/100" and says the total, -1 for "*".
func contentRange(header string, first, last *int64) (int64, error) {
	var total string
	if _, err := fmt.Sscanf(header, "bytes %d-%d/%s", first, last, &total); err != nil {
		return 0, fmt.Errorf("Content-Range %q: %w", header, err)
	}
	if total == "*" {
		return -1, nil
	}
	var n int64
	if _, err := fmt.Sscanf(total, "%d", &n); err != nil {
		return 0, fmt.Errorf("Content-Range %q: %w", header, err)
	}
	return n, nil
}
