package egress

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// Bounds of every call.
const (
	dialTimeout    = 10 * time.Second
	tlsTimeout     = 10 * time.Second
	headerTimeout  = 50 * time.Second
	stallTimeout   = 60 * time.Second // without a byte in either direction
	idleTimeout    = 45 * time.Second // below stallTimeout, so that idle connections end in order
	maxHeaderBytes = 64 << 10
	maxIdlePerHost = 64
	maxRedirects   = 5
)

// Transport calls only what the rule allows. It takes no proxy from the environment, leaves bodies as they come
// (no decompression) and ends connections on which nothing moves for a minute; how long a body may take in all is for
// the caller's context.
func Transport(rule Rule) *http.Transport {
	return &http.Transport{
		DialContext:            rule.dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    tlsTimeout,
		ResponseHeaderTimeout:  headerTimeout,
		ExpectContinueTimeout:  time.Second,
		IdleConnTimeout:        idleTimeout,
		MaxIdleConns:           4 * maxIdlePerHost,
		MaxIdleConnsPerHost:    maxIdlePerHost,
		MaxResponseHeaderBytes: maxHeaderBytes,
		DisableCompression:     true,
		ReadBufferSize:         64 << 10,
		WriteBufferSize:        64 << 10,
	}
}

// Client over a transport of this package. It follows at most five redirects and none from https to http.
func Client(transport http.RoundTripper) *http.Client {
	return &http.Client{Transport: transport, CheckRedirect: checkRedirect}
}

// RedirectError says that a redirect was not followed.
type RedirectError struct{ reason string }

func (e *RedirectError) Error() string { return e.reason }

func checkRedirect(next *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return &RedirectError{fmt.Sprintf("%s answered with more than %d redirects", via[0].URL.Hostname(), maxRedirects)}
	}
	last := via[len(via)-1].URL
	if next.URL.Scheme != "https" && next.URL.Scheme != "http" {
		return &RedirectError{fmt.Sprintf("%s redirects to %s, which is neither https nor http", last.Hostname(), next.URL.Scheme)}
	}
	if last.Scheme == "https" && next.URL.Scheme != "https" {
		return &RedirectError{fmt.Sprintf("%s redirects from https to %s, which would send the data in the open: use a source that stays on https", last.Hostname(), next.URL.Scheme)}
	}
	return nil
}

// dial connects to an address that the rule allows. The check sits behind name resolution, so that a name which
// resolves to something else the second time gains nothing.
func (r Rule) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{
		Timeout:   dialTimeout,
		KeepAlive: 15 * time.Second,
		ControlContext: func(_ context.Context, network, address string, _ syscall.RawConn) error {
			if network != "tcp4" && network != "tcp6" {
				return fmt.Errorf("network %s: only TCP may be called", network)
			}
			target, err := netip.ParseAddrPort(address)
			if err != nil {
				return fmt.Errorf("address of the host: %w", err)
			}
			return r.Check(target.Addr())
		},
	}
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		// The error of the dialer names only the address that was refused last; users know the host.
		var refused *RefusedError
		if host, _, splitErr := net.SplitHostPort(address); splitErr == nil && errors.As(err, &refused) {
			return nil, &RefusedError{Host: host, Class: refused.Class}
		}
		return nil, err
	}
	return &stallConn{Conn: conn}, nil
}

// stallConn ends a connection on which nothing moves. Both deadlines move with either direction: while a long body is
// being written the read of its answer is already pending.
type stallConn struct{ net.Conn }

func (c *stallConn) Read(p []byte) (int, error) {
	if err := c.SetDeadline(time.Now().Add(stallTimeout)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

func (c *stallConn) Write(p []byte) (int, error) {
	if err := c.SetDeadline(time.Now().Add(stallTimeout)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}
