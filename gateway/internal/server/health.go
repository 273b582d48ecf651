package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// state of the gateway, as its readiness probe says it.
type state int32

const (
	starting state = iota
	ready
	ending
)

// health answers the probes of the kubelet and whoever gathers metrics.
type health struct {
	state    atomic.Int32
	listener net.Listener
	server   *http.Server
}

// become another state; it answers the one before. Who is ending stays so.
func (h *health) become(next state) state {
	for {
		before := state(h.state.Load())
		if before == ending || h.state.CompareAndSwap(int32(before), int32(next)) {
			return before
		}
	}
}

func newHealth(address string, registry *prometheus.Registry) (*health, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	h := &health{listener: listener}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		switch state(h.state.Load()) {
		case ready:
			_, _ = fmt.Fprintln(w, "ok")
		case ending:
			http.Error(w, "ending", http.StatusServiceUnavailable)
		default:
			http.Error(w, "waiting for the certificate or the Kubernetes API", http.StatusServiceUnavailable)
		}
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	h.server = &http.Server{
		Handler:           mux,
		ReadHeaderTimeout: headerTimeout, ReadTimeout: headerTimeout, WriteTimeout: headerTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeaderBytes,
		ErrorLog:       slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
	}
	return h, nil
}

func (h *health) serve(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() {
		deadline, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = h.server.Shutdown(deadline)
	})
	defer stop()
	if err := h.server.Serve(h.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("health: %w", err)
	}
	return nil
}
