//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"maps"
	"math/big"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/ethereum/go-ethereum/common"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/escrow"
)

// TestPaidJob pays for one minute of one that it may take five of.
func TestPaidJob(t *testing.T) {
	t.Parallel()
	m := newMarket(t, nil)
	s := newStory(t, "echo 42 > /data/outputs/answer")
	if err := api.Create(t.Context(), s.dataset); err != nil {
		t.Fatal(err)
	}
	signed := m.sign(s, s.dataset)
	s.job.Spec.Environment, s.job.Spec.Agreement = m.environment.Name, signed.Name
	for _, object := range []client.Object{s.algorithm, s.job} {
		if err := api.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	s.until("terminal", func(j *v1alpha1.ComputeJob) bool { return j.Status.State.Terminal() })
	if s.job.Status.State != v1alpha1.StateSucceeded {
		t.Fatalf("the job is %s: %s", s.job.Status.State, ready(s.job).Message)
	}
	if files := s.fetch(); files["answer"] != "42\n" {
		t.Errorf("outputs are %v", files)
	}
	const perMinute = perCore / 10
	p := s.job.Status.Payment
	if p.State != v1alpha1.PaymentSettled || p.Locked != "500000" || p.Claimed != "100000" || p.Refunded != "400000" || *p.Minutes != 1 || p.LockTx == "" || p.ClaimTx == "" {
		t.Errorf("payment is %+v", p)
	}
	if after := m.balance(); after.deposit.Int64() != deposited-perMinute || after.payee.Int64() != perMinute || after.locks != 0 || after.total().Int64() != deposited {
		t.Errorf("the money is: %s", after)
	}
}

// outcome is one way in which a paid run ends.
type outcome struct {
	name, script string
	change       func(*v1alpha1.ComputeJob)
	dataset      string
	// act while the algorithm runs.
	act func(t *testing.T, s *story)
	// reason of the end, and whether the run is billed.
	reason string
	billed bool
}

var outcomes = []outcome{
	{name: "success", script: "sleep 3; echo 1 > /data/outputs/one", reason: v1alpha1.ReasonSucceeded, billed: true},
	{name: "exit-code", script: "exit 3", reason: v1alpha1.ReasonExitCode, billed: true},
	{name: "memory", script: `x=$(head -c 300000000 /dev/zero | tr '\0' x); echo ${#x}`, reason: v1alpha1.ReasonOutOfMemory, billed: true},
	{name: "deadline", script: "sleep 100", reason: v1alpha1.ReasonDeadlineExceeded, billed: true,
		change: func(j *v1alpha1.ComputeJob) { j.Spec.MaxDuration = &metav1.Duration{Duration: 5 * time.Second} }},
	{name: "refused", script: "ln -s /data/inputs /data/outputs/all", reason: v1alpha1.ReasonOutputRefused, billed: true},
	{name: "suspended", script: "sleep 100", reason: v1alpha1.ReasonSuspended, billed: true,
		act: func(_ *testing.T, s *story) { s.change(func(spec *v1alpha1.ComputeJobSpec) { spec.Suspend = true }) }},
	{name: "access-ends", script: "sleep 100", dataset: "brief", reason: v1alpha1.ReasonAccessExpired, billed: true},
	{name: "deleted", script: "sleep 100", reason: endDeleted, billed: true,
		act: func(t *testing.T, s *story) {
			if err := api.Delete(t.Context(), s.job.DeepCopy()); err != nil {
				t.Error(err)
			}
		}},
	{name: "no-input", script: "true", dataset: "missing", reason: v1alpha1.ReasonInputFetchFailed},
	{name: "other-input", script: "true", dataset: "altered", reason: v1alpha1.ReasonChecksumMismatch},
	{name: "no-command", script: "", reason: v1alpha1.ReasonStartFailed},
}

// faults of the chain's RPC server.
var rpcFaults = map[string]http.HandlerFunc{
	"503":     func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
	"garbage": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>It works!</html>") },
	"hangs": func(_ http.ResponseWriter, r *http.Request) {
		// Only who has read the body learns that the caller is gone.
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	},
	"refuses": func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"too busy"}}`)
	},
	"other chain": func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"jsonrpc":"2.0","id":1,"result":"0x1"}`)
	},
}

const (
	// endDeleted is that of a job whose deletion stopped its run.
	endDeleted = "Deleted"
	// moneySeed makes the troubles the same each time.
	moneySeed = 4
	// paidJobs where C2D_PAID_JOBS is not set.
	paidJobs = 11
	// betweenTroubles is the longest time between two faults.
	betweenTroubles = 6 * time.Second
	// troubleLasts is the longest that a fault of the RPC server lasts.
	troubleLasts = 5 * time.Second
)

// TestMoneyIsRight runs paid jobs of all outcomes, C2D_PAID_JOBS of them, while the controller is killed, the chain's RPC
// server fails, and the newest blocks are replaced. In the end everybody has what is theirs, to the last unit.
func TestMoneyIsRight(t *testing.T) {
	count := paidJobs
	if text := os.Getenv("C2D_PAID_JOBS"); text != "" {
		var err error
		if count, err = strconv.Atoi(text); err != nil {
			t.Fatalf("C2D_PAID_JOBS: %v", err)
		}
	}
	front, fault := frontOf(t)
	m := newMarket(t, func(spec *v1alpha1.ComputeEnvironmentSpec) {
		spec.Payment.Chain.RPCURLs = []string{front}
		spec.MaxConcurrentJobs, spec.QueueTimeout = killSlots, &metav1.Duration{Duration: killPatience}
	})
	labs := m.labs()
	before := m.balance()
	starts := watchStarts(t)
	var all []*paid
	for i := range count {
		all = append(all, m.run(labs[i%len(labs)], outcomes[i%len(outcomes)], i))
	}
	over := make(chan struct{})
	var trouble sync.WaitGroup
	var troubles string
	trouble.Go(func() { troubles = m.trouble(fault, over) })
	for began, going := time.Now(), slices.Clone(all); len(going) > 0; time.Sleep(200 * time.Millisecond) {
		going = slices.DeleteFunc(going, func(p *paid) bool { return p.over(t) })
		if time.Since(began) > killPatience {
			for _, p := range going {
				t.Errorf("%s is %s after %s: %s", p.job.Name, p.job.Status.State, killPatience, ready(p.job).Message)
			}
			break
		}
	}
	close(over)
	trouble.Wait()
	fault(nil)
	for _, p := range all {
		p.settled(t)
	}
	m.oneLockEach(all)
	after := m.balance()
	table, claimed := sheetOf(t, all)
	t.Logf("%d paid jobs under %s:\n%s\nbefore: %s\nafter:  %s", count, troubles, table, before, after)
	if after.total().Cmp(before.total()) != 0 {
		t.Errorf("there are %s base units, and were %s", after.total(), before.total())
	}
	if after.payee.Cmp(claimed) != 0 || after.locked.Sign() != 0 || after.locks != 0 {
		t.Errorf("the payee has %s, the jobs cost %s; %s are locked in %d locks", after.payee, claimed, after.locked, after.locks)
	}
	for _, p := range all {
		want := 1
		if p.unpaid() {
			want = 0
		}
		if names := starts.of(p.job.UID); len(names) != want {
			t.Errorf("%s had pods %v, want %d", p.job.Name, names, want)
		}
	}
}

// labs are two namespaces that share the consumer's deposit, with an agreement each.
func (m *market) labs() (labs []*lab) {
	m.Helper()
	for range 2 {
		l := &lab{story: newStory(m.T, "true"), datasets: map[string]*v1alpha1.Dataset{}}
		for name, change := range map[string]func(*v1alpha1.Dataset){
			"": func(*v1alpha1.Dataset) {},
			"missing": func(d *v1alpha1.Dataset) {
				d.Spec.Files = []v1alpha1.DatasetFile{s3File(v1alpha1.S3Source{Key: "none"})}
			},
			"altered": func(d *v1alpha1.Dataset) { d.Spec.Files[0].SHA256 = strings.Repeat("0", 64) },
			"brief":   func(d *v1alpha1.Dataset) { d.Spec.Terms.Timeout = &metav1.Duration{Duration: time.Minute} },
		} {
			dataset := l.dataset.DeepCopy()
			dataset.Name += name
			change(dataset)
			if err := api.Create(m.Context(), dataset); err != nil {
				m.Fatal(err)
			}
			l.datasets[name] = dataset
		}
		l.agreement = m.sign(l.story, slices.Collect(maps.Values(l.datasets))...)
		labs = append(labs, l)
	}
	return labs
}

// lab is a namespace with an agreement.
type lab struct {
	*story
	datasets  map[string]*v1alpha1.Dataset
	agreement *v1alpha1.ServiceAgreement
}

// paid is a job, how it is to end, and what was seen of its money.
type paid struct {
	*story
	outcome outcome
	payment v1alpha1.PaymentStatus
	end     string
}

// run a job that ends in some way.
func (m *market) run(l *lab, o outcome, number int) *paid {
	m.Helper()
	p := &paid{story: &story{T: m.T, namespace: l.namespace}, outcome: o}
	name := fmt.Sprintf("%02d-%s", number, o.name)
	p.algorithm = l.algorithm.DeepCopy()
	p.algorithm.Name, p.algorithm.Spec.Code.Raw = name, o.script
	if o.script == "" {
		p.algorithm.Spec.Code = nil
		p.algorithm.Spec.Container = v1alpha1.Container{Image: shell.image, Digest: shell.digest, Command: []string{"/no/such"}}
	}
	p.job = l.job.DeepCopy()
	p.job.Name, p.job.Spec.Environment, p.job.Spec.Agreement = name, m.environment.Name, l.agreement.Name
	p.job.Spec.Algorithm.Name = name
	p.job.Spec.Datasets[0].Name = l.datasets[o.dataset].Name
	if o.change != nil {
		o.change(p.job)
	}
	for _, object := range []client.Object{p.algorithm, p.job} {
		if err := api.Create(m.Context(), object); err != nil {
			m.Fatal(err)
		}
	}
	return p
}

// over says whether the job has come to its end, and does meanwhile what is to be done to it.
func (p *paid) over(t *testing.T) bool {
	t.Helper()
	var job v1alpha1.ComputeJob
	err := api.Get(t.Context(), client.ObjectKeyFromObject(p.job), &job)
	if client.IgnoreNotFound(err) != nil {
		return false
	}
	if err != nil {
		p.end = endDeleted
		return true
	}
	p.job = &job
	if job.Status.Payment != nil {
		p.payment = *job.Status.Payment
	}
	if act := p.outcome.act; job.Status.State == v1alpha1.StateRunning && act != nil {
		p.outcome.act = nil
		act(t, p.story)
	}
	if !job.Status.State.Terminal() {
		return false
	}
	p.end = ready(&job).Reason
	if job.Status.Stop != nil {
		p.end = job.Status.Stop.Reason
	}
	return true
}

// settled waits until the job's money is where it belongs.
func (p *paid) settled(t *testing.T) {
	t.Helper()
	if p.end == endDeleted || p.unpaid() {
		return
	}
	p.until("settled", func(j *v1alpha1.ComputeJob) bool {
		return j.Status.Payment != nil && j.Status.Payment.State == v1alpha1.PaymentSettled
	})
	p.payment = *p.job.Status.Payment
	minutes := int64(0)
	if p.outcome.billed && p.end == p.outcome.reason && p.job.Status.StartTime != nil {
		minutes = 1
	}
	want := new(big.Int).Mul(amount(t, p.payment.PerMinute), big.NewInt(minutes))
	if got := amount(t, p.payment.Claimed); got.Cmp(want) != 0 || *p.payment.Minutes != minutes {
		t.Errorf("%s ended as %s and paid %s for %d minutes, want %s for %d", p.job.Name, p.end, got, *p.payment.Minutes, want, minutes)
	}
	if p.end != p.outcome.reason {
		t.Logf("%s ended as %s, not as %s: %s", p.job.Name, p.end, p.outcome.reason, ready(p.job).Message)
	}
}

// unpaid says that the job had to end before any of its money was locked: access is counted from the agreement's start.
func (p *paid) unpaid() bool {
	return p.end == v1alpha1.ReasonAccessExpired && p.job.Status.Payment == nil
}

func amount(t *testing.T, text v1alpha1.Amount) *big.Int {
	t.Helper()
	value, ok := new(big.Int).SetString(string(text), 10)
	if !ok {
		t.Fatalf("%q is no amount", text)
	}
	return value
}

// oneLockEach job, and one end of it, says the chain.
func (m *market) oneLockEach(all []*paid) {
	m.Helper()
	history, err := m.escrow.History(m.Context(), m.payee, 0)
	if err != nil {
		m.Fatal(err)
	}
	locks, ends := map[common.Hash]int{}, map[common.Hash]int{}
	claimed := map[common.Hash]*big.Int{}
	for _, event := range history.Events() {
		id := common.BigToHash(event.JobID)
		switch event.Kind {
		case escrow.Locked:
			locks[id]++
		default:
			ends[id]++
			claimed[id] = event.Amount
		}
	}
	for _, p := range all {
		if p.unpaid() {
			p.payment.Locked, p.payment.Claimed = "0", "0"
			continue
		}
		id := common.HexToHash(string(p.payment.LockID))
		if locks[id] != 1 || ends[id] != 1 {
			m.Errorf("%s has %d locks and %d ends of one, want one each", p.job.Name, locks[id], ends[id])
		}
		if p.end == endDeleted && claimed[id] != nil {
			p.payment.Claimed = v1alpha1.Amount(claimed[id].String())
		}
		delete(locks, id)
	}
	if len(locks) > 0 {
		m.Errorf("%d locks belong to no job", len(locks))
	}
}

// trouble the controller and the chain until it is over, and tell what was done.
func (m *market) trouble(fault func(http.HandlerFunc), over <-chan struct{}) string {
	dice := rand.New(rand.NewPCG(moneySeed, 0))
	wait := func(most time.Duration) bool {
		select {
		case <-over:
			return false
		case <-time.After(time.Duration(dice.Int64N(int64(most)))):
			return true
		}
	}
	names := slices.Sorted(maps.Keys(rpcFaults))
	var last time.Time
	kills, reorganisations, outages := 0, 0, 0
	for wait(betweenTroubles) {
		switch dice.IntN(3) {
		case 0:
			if time.Since(last) > controllerLife && killOne(m.T, controllerName, dice.IntN(4) == 0, dice) {
				kills++
				last = time.Now()
			}
		case 1:
			// What is confirmed stays: these blocks are not deep enough.
			if err := m.anvil.CallContext(m.Context(), nil, "anvil_reorg", 1+dice.IntN(depth), []any{}); err != nil {
				m.Errorf("anvil_reorg: %v", err)
			}
			reorganisations++
		default:
			fault(rpcFaults[names[dice.IntN(len(names))]])
			outages++
			wait(troubleLasts)
			fault(nil)
		}
	}
	return fmt.Sprintf("%d kills of the controller, %d reorganisations, %d faults of the RPC server", kills, reorganisations, outages)
}

// sheetOf the jobs, a line for each outcome, and what was claimed for all.
func sheetOf(t *testing.T, all []*paid) (string, *big.Int) {
	t.Helper()
	type line struct {
		jobs                      int
		locked, claimed, refunded *big.Int
	}
	sums := func() *line { return &line{locked: new(big.Int), claimed: new(big.Int), refunded: new(big.Int)} }
	lines, total := map[string]*line{}, sums()
	for _, p := range all {
		end := p.end
		if p.unpaid() {
			end += " (before funding)"
		}
		if end != v1alpha1.ReasonSucceeded && !p.outcome.billed {
			end += " (not billed)"
		}
		if lines[end] == nil {
			lines[end] = sums()
		}
		locked, claimed := amount(t, p.payment.Locked), amount(t, p.payment.Claimed)
		for _, l := range []*line{lines[end], total} {
			l.jobs++
			l.locked.Add(l.locked, locked)
			l.claimed.Add(l.claimed, claimed)
			l.refunded.Add(l.refunded, new(big.Int).Sub(locked, claimed))
		}
	}
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(w, "end\tjobs\tlocked\tclaimed\trefunded\t")
	for _, end := range slices.Sorted(maps.Keys(lines)) {
		l := lines[end]
		_, _ = fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t\n", end, l.jobs, l.locked, l.claimed, l.refunded)
	}
	_, _ = fmt.Fprintf(w, "all\t%d\t%s\t%s\t%s\t\n", total.jobs, total.locked, total.claimed, total.refunded)
	_ = w.Flush()
	return text.String(), total.claimed
}
