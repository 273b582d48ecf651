// Package canary is a port that no sandbox pod may reach: whoever arrives there shows that the network policy does not
// bite.
package canary

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"k8s.io/apimachinery/pkg/util/cache"
)

const (
	// remembered visitors at most, and for how long.
	remembered  = 8192
	rememberFor = time.Hour

	dialTimeout = time.Second
)

// Canary notes who reaches it.
type Canary struct {
	listener net.Listener
	self     string
	visits   *cache.LRUExpireCache
}

// New listens already. podIP is the address of the gateway's pod, under which the canary dials itself; empty: loopback.
func New(address, podIP string) (*Canary, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		_ = listener.Close()
		return nil, err
	}
	if podIP == "" {
		podIP = "127.0.0.1"
	}
	return &Canary{listener: listener, self: net.JoinHostPort(podIP, port), visits: cache.NewLRUExpireCache(remembered)}, nil
}

// Serve until the context ends.
func (c *Canary) Serve(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = c.listener.Close() })
	defer stop()
	for {
		conn, err := c.listener.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if errors.Is(err, net.ErrClosed) {
			return err
		}
		if err != nil {
			// Such as too many open files: the next one may work.
			slog.Warn("canary: accept", "error", err)
			select {
			case <-time.After(100 * time.Millisecond):
			case <-ctx.Done():
			}
			continue
		}
		c.note(conn.RemoteAddr())
		_ = conn.Close()
	}
}

func (c *Canary) note(remote net.Addr) {
	if address, err := netip.ParseAddrPort(remote.String()); err == nil {
		c.visits.Add(plain(address.Addr()), time.Now(), rememberFor)
	}
}

// Address of the gateway's pod.
func (c *Canary) Address() string {
	host, _, _ := net.SplitHostPort(c.self)
	return host
}

// Visited says when an address last reached the canary; zero: never, as far as is remembered.
func (c *Canary) Visited(address netip.Addr) time.Time {
	visit, ok := c.visits.Get(plain(address))
	if !ok {
		return time.Time{}
	}
	return visit.(time.Time)
}

func plain(address netip.Addr) netip.Addr { return address.Unmap().WithZone("") }

// Listening says whether the canary answers, dialled by itself under the pod's address.
func (c *Canary) Listening(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", c.self)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

// Addr that the canary listens on.
func (c *Canary) Addr() net.Addr { return c.listener.Addr() }
