package job

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// scrapeTimeout bounds what is answered from the cache.
const scrapeTimeout = 5 * time.Second

var jobsMetric = prometheus.NewDesc("c2d_jobs", "Compute jobs by environment and state.", []string{"environment", "state"}, nil)

// jobsCollector counts jobs when it is asked, from the cache.
type jobsCollector struct{ reader client.Reader }

// registerMetrics once in a process.
func registerMetrics(reader client.Reader) error {
	err := metrics.Registry.Register(jobsCollector{reader})
	if errors.As(err, &prometheus.AlreadyRegisteredError{}) {
		return nil
	}
	return err
}

// Describe sends what is collected.
func (c jobsCollector) Describe(ch chan<- *prometheus.Desc) { ch <- jobsMetric }

// Collect counts.
func (c jobsCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	var jobs v1alpha1.ComputeJobList
	if err := c.reader.List(ctx, &jobs, client.UnsafeDisableDeepCopy); err != nil {
		ch <- prometheus.NewInvalidMetric(jobsMetric, err)
		return
	}
	type key struct{ environment, state string }
	counts := map[key]int{}
	for i := range jobs.Items {
		state := jobs.Items[i].Status.State
		if state == "" {
			state = v1alpha1.StatePending
		}
		counts[key{jobs.Items[i].Spec.Environment, string(state)}]++
	}
	for k, n := range counts {
		ch <- prometheus.MustNewConstMetric(jobsMetric, prometheus.GaugeValue, float64(n), k.environment, k.state)
	}
}
