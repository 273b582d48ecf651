package job

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// scrapeTimeout bounds what is answered from the cache.
const scrapeTimeout = 5 * time.Second

var (
	jobsMetric = prometheus.NewDesc("c2d_jobs", "Compute jobs by environment and state.", []string{"environment", "state"}, nil)
	// Money that is on its way is in the states before Settled; Unsettled needs a person.
	locksMetric  = prometheus.NewDesc("c2d_locks", "Runs whose money is, or may be, in the escrow contract, by environment, token and state of the payment.", []string{"environment", "token", "state"}, nil)
	amountMetric = prometheus.NewDesc("c2d_locked_amount", "Most money of these runs that is in the escrow contract, in base units of the token.", []string{"environment", "token", "state"}, nil)
)

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
func (c jobsCollector) Describe(ch chan<- *prometheus.Desc) {
	ch <- jobsMetric
	ch <- locksMetric
	ch <- amountMetric
}

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
	type money struct{ environment, token, state string }
	counts, locks, amounts := map[key]int{}, map[money]int{}, map[money]float64{}
	for i := range jobs.Items {
		state := jobs.Items[i].Status.State
		if state == "" {
			state = v1alpha1.StatePending
		}
		counts[key{jobs.Items[i].Spec.Environment, string(state)}]++
		if owes(&jobs.Items[i]) {
			p := jobs.Items[i].Status.Payment
			k := money{jobs.Items[i].Spec.Environment, string(p.Token), string(p.State)}
			amount, _ := strconv.ParseFloat(string(p.Locked), 64)
			locks[k]++
			amounts[k] += amount
		}
	}
	for k, n := range counts {
		ch <- prometheus.MustNewConstMetric(jobsMetric, prometheus.GaugeValue, float64(n), k.environment, k.state)
	}
	for k, n := range locks {
		ch <- prometheus.MustNewConstMetric(locksMetric, prometheus.GaugeValue, float64(n), k.environment, k.token, k.state)
		ch <- prometheus.MustNewConstMetric(amountMetric, prometheus.GaugeValue, amounts[k], k.environment, k.token, k.state)
	}
}
