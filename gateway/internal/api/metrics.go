package api

import (
	"net/http"
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

// NewMetrics in a registry.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "c2d_gateway_calls_total", Help: "Calls of pods, by call and status of the answer.",
		}, []string{"call", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "c2d_gateway_call_duration_seconds", Help: "Duration of calls of pods, bodies included.",
			Buckets: []float64{0.005, 0.02, 0.1, 0.5, 2, 10, 60, 600},
		}, []string{"call"}),
		sent: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "c2d_gateway_sent_bytes_total", Help: "Bytes sent to pods.",
		}),
		stored: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "c2d_gateway_stored_bytes_total", Help: "Bytes of results stored.",
		}),
	}
	registry.MustRegister(m.calls, m.duration, m.sent, m.stored,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *Metrics) observe(call string, status int, bytes int64, took time.Duration) {
	m.calls.WithLabelValues(call, strconv.Itoa(status)).Inc()
	m.duration.WithLabelValues(call).Observe(took.Seconds())
	m.sent.Add(float64(bytes))
}

func (m *Metrics) received(bytes int64) { m.stored.Add(float64(bytes)) }

// countingWriter knows what was answered.
type countingWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (c *countingWriter) WriteHeader(status int) {
	if c.status == 0 {
		c.status = status
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *countingWriter) Write(p []byte) (int, error) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	n, err := c.ResponseWriter.Write(p)
	c.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (c *countingWriter) Unwrap() http.ResponseWriter { return c.ResponseWriter }
