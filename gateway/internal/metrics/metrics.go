// Package metrics counts what the gateway answers.
package metrics

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Metrics of the gateway. No label grows with jobs or files.
type Metrics struct {
	calls    *prometheus.CounterVec
	duration *prometheus.HistogramVec
	sent     prometheus.Counter
	stored   prometheus.Counter
}

// New in a registry.
func New(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "c2d_gateway_calls_total", Help: "Calls of pods, consumers and the controller, by call and status of the answer.",
		}, []string{"call", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "c2d_gateway_call_duration_seconds", Help: "Duration of calls, bodies included.",
			Buckets: []float64{0.005, 0.02, 0.1, 0.5, 2, 10, 60, 600},
		}, []string{"call"}),
		sent: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "c2d_gateway_sent_bytes_total", Help: "Bytes sent to pods and consumers.",
		}),
		stored: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "c2d_gateway_stored_bytes_total", Help: "Bytes of results stored.",
		}),
	}
	registry.MustRegister(m.calls, m.duration, m.sent, m.stored,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Observe a call that was answered, with the bytes of the answer.
func (m *Metrics) Observe(call string, status int, bytes int64, took time.Duration) {
	m.calls.WithLabelValues(call, strconv.Itoa(status)).Inc()
	m.duration.WithLabelValues(call).Observe(took.Seconds())
	m.sent.Add(float64(bytes))
}

// Received counts the bytes of a result that was stored.
func (m *Metrics) Received(bytes int64) { m.stored.Add(float64(bytes)) }
