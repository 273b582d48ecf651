// Package server puts the gateway's parts together: ports, certificate, health, and the end in good order.
package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/net/netutil"
	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/certwatcher"

	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/api"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/caller"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/canary"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/consumer"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/control"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/metrics"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/released"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/reply"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/source"
)

// Options of the gateway.
type Options struct {
	Listen, CanaryListen, ConsumerListen, HealthListen string
	// TLSDir holds tls.crt and tls.key.
	TLSDir string
	// Namespace of the gateway itself.
	Namespace string
	// Cluster lists the networks that no source may lie in. The API server's address is added.
	Cluster []netip.Prefix
	// Notice is the time between being found not ready and refusing new calls, in which everybody hears of it.
	Notice time.Duration
	// PodIP is the address under which the canary dials itself; empty: loopback.
	PodIP string
}

const (
	maxConnections         = 1024
	maxConsumerConnections = 256
	maxHeaderBytes         = 32 << 10

	headerTimeout = 10 * time.Second
	idleTimeout   = 90 * time.Second

	// drainTimeout for calls under way.
	drainTimeout = 30 * time.Second

	// waitInterval between two looks for what is not there yet.
	waitInterval = time.Second

	// Requests to the API server, per second and at once: for pods, and for consumers and the controller apart, so that
	// these keep no pod waiting.
	apiQPS, apiBurst           = 100, 200
	consumerQPS, consumerBurst = 50, 100
	apiTimeout                 = 15 * time.Second
)

// Server is a gateway whose ports are open.
type Server struct {
	options   Options
	live      *liveClient
	listener  net.Listener
	pods      *http.Server
	others    net.Listener
	consumers *http.Server
	canary    *canary.Canary
	health    *health
}

// Open the ports. config leads to the API server.
func Open(config *rest.Config, options Options) (_ *Server, err error) {
	unbounded := config
	config = rest.CopyConfig(config)
	config.QPS, config.Burst, config.Timeout = apiQPS, apiBurst, apiTimeout
	s := &Server{options: options}
	if s.live, err = newClient(config); err != nil {
		return nil, err
	}
	if len(options.Cluster) == 0 {
		slog.Warn("--cluster-cidrs is empty: sources may lie at addresses of the cluster itself")
	}
	if s.listener, err = net.Listen("tcp", options.Listen); err != nil {
		return nil, fmt.Errorf("listen for pods: %w", err)
	}
	if s.others, err = net.Listen("tcp", options.ConsumerListen); err != nil {
		return nil, fmt.Errorf("listen for consumers: %w", err)
	}
	if s.canary, err = canary.New(options.CanaryListen, options.PodIP); err != nil {
		return nil, fmt.Errorf("listen for the canary: %w", err)
	}
	registry := prometheus.NewRegistry()
	if s.health, err = newHealth(options.HealthListen, registry); err != nil {
		return nil, fmt.Errorf("listen for health: %w", err)
	}
	sources := source.New(s.live, options.Namespace, slices.Concat(options.Cluster, apiServer(config)))
	counters := metrics.New(registry)
	s.pods = newServer(api.New(caller.New(s.live), sources, s.canary, counters).Handler())
	if s.consumers, err = newConsumers(unbounded, options.Namespace, sources, counters); err != nil {
		return nil, err
	}
	return s, nil
}

func newServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		// One connection for one file: HTTP/2 in one connection is slower for bulk.
		Protocols: httpOne(),
		ErrorLog:  slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
	}
}

// newConsumers is the server of the port for consumers and the controller, with requests to the API server of its own.
func newConsumers(config *rest.Config, namespace string, sources *source.Sources, counters *metrics.Metrics) (*http.Server, error) {
	bounded := rest.CopyConfig(config)
	bounded.QPS, bounded.Burst, bounded.Timeout = consumerQPS, consumerBurst, apiTimeout
	live, err := newClient(bounded)
	if err != nil {
		return nil, err
	}
	// Logs are followed for as long as they are written.
	streaming := rest.CopyConfig(config)
	streaming.QPS, streaming.Burst, streaming.Timeout = consumerQPS, consumerBurst, 0
	logs, err := kubernetes.NewForConfig(streaming)
	if err != nil {
		return nil, fmt.Errorf("client of the Kubernetes API: %w", err)
	}
	runs := released.New(live, sources)
	mux := http.NewServeMux()
	consumers := consumer.New(live, logs, runs, counters)
	consumers.Register(mux)
	control.New(live, namespace, runs, sources, counters).Register(mux)
	server := newServer(reply.Strict(mux))
	server.RegisterOnShutdown(consumers.End)
	return server, nil
}

// Addresses of the ports for pods, consumers, the canary and health.
func (s *Server) Addresses() (pods, consumers, canary, health net.Addr) {
	return s.listener.Addr(), s.others.Addr(), s.canary.Addr(), s.health.listener.Addr()
}

// Serve until the context ends, then let calls under way end. The canary and health answer until the last of them has.
func (s *Server) Serve(ctx context.Context) error {
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	group, groupCtx := errgroup.WithContext(background)
	var watcher atomic.Pointer[certwatcher.CertWatcher]
	group.Go(func() error { return s.health.serve(groupCtx) })
	group.Go(func() error { return s.canary.Serve(groupCtx) })
	group.Go(func() error { return s.becomeReady(groupCtx, &watcher) })
	group.Go(func() error { return serve(s.pods, s.listener, maxConnections, &watcher) })
	group.Go(func() error { return serve(s.consumers, s.others, maxConsumerConnections, &watcher) })
	group.Go(func() error {
		defer stop()
		select {
		case <-ctx.Done():
		case <-groupCtx.Done():
		}
		s.drain(groupCtx)
		return nil
	})
	return group.Wait()
}

func serve(server *http.Server, listener net.Listener, connections int, watcher *atomic.Pointer[certwatcher.CertWatcher]) error {
	err := server.Serve(&batchListener{netutil.LimitListener(listener, connections), tlsConfig(watcher)})
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

func tlsConfig(watcher *atomic.Pointer[certwatcher.CertWatcher]) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13,
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			if loaded := watcher.Load(); loaded != nil {
				return loaded.GetCertificate(hello)
			}
			return nil, errors.New("the gateway has no certificate yet")
		},
	}
}

// becomeReady once there is a certificate and an API server, and follow the certificate from then on.
func (s *Server) becomeReady(ctx context.Context, watcher *atomic.Pointer[certwatcher.CertWatcher]) error {
	loaded := waitForCertificate(ctx, s.options.TLSDir)
	if loaded == nil {
		return nil
	}
	watcher.Store(loaded)
	if !waitForAPI(ctx, s.live) {
		return nil
	}
	s.health.become(ready)
	pods, consumers, canary, health := s.Addresses()
	slog.Info("ready", "listen", pods.String(), "consumers", consumers.String(), "canary", canary.String(), "health", health.String())
	return loaded.Start(ctx)
}

// drain: first be found no more, then end.
func (s *Server) drain(ctx context.Context) {
	wasReady := s.health.become(ending) == ready
	slog.Info("ending: calls under way may go on", "for", drainTimeout.String())
	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if wasReady {
		select {
		case <-time.After(s.options.Notice):
		case <-ctx.Done():
		}
	}
	var group errgroup.Group
	for _, server := range []*http.Server{s.pods, s.consumers} {
		group.Go(func() error {
			err := server.Shutdown(deadline)
			if err != nil {
				_ = server.Close()
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		slog.Warn("calls were cut off", "after", drainTimeout.String())
	}
}

// waitForCertificate until its files are there: the controller makes them. Nil: the context ended.
func waitForCertificate(ctx context.Context, dir string) *certwatcher.CertWatcher {
	said := false
	for {
		watcher, err := certwatcher.New(filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key"))
		if err == nil {
			return watcher
		}
		if !said {
			said = true
			slog.Info("waiting for the certificate", "dir", dir, "error", err)
		}
		select {
		case <-time.After(waitInterval):
		case <-ctx.Done():
			return nil
		}
	}
}

// waitForAPI until the API server answers. False: the context ended.
func waitForAPI(ctx context.Context, live *liveClient) bool {
	for {
		err := live.answers()
		if err == nil {
			return true
		}
		slog.Warn("the Kubernetes API does not answer", "error", err)
		select {
		case <-time.After(waitInterval):
		case <-ctx.Done():
			return false
		}
	}
}

func httpOne() *http.Protocols {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &protocols
}

// apiServer is the address of the API server, where it is one and no name.
func apiServer(config *rest.Config) []netip.Prefix {
	u, err := url.Parse(config.Host)
	if err != nil {
		return nil
	}
	address, err := netip.ParseAddr(u.Hostname())
	if err != nil {
		return nil
	}
	address = address.Unmap()
	return []netip.Prefix{netip.PrefixFrom(address, address.BitLen())}
}
