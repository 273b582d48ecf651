package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/agreement"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/contracts"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/escrow"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/wallet"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/test/chainserver"
	"github.com/compute-to-data/terraform-provider-c2d/test/s3server"
)

const (
	// chainPace is how soon controllers ask the chain again.
	chainPace = 100 * time.Millisecond
	// blockTime of the chain.
	blockTime     = 50 * time.Millisecond
	confirmations = 2
	// pricePerMinute of a run: half of a core's.
	pricePerMinute = 500
	maxMinutes     = 10
	deposited      = 1_000_000_000
	agreementName  = "ours"
	payeeSecret    = "payee"
)

// bank is a real chain on which one consumer has deposited, and the controllers' line to it: the fourth of their ways to the
// world. Its blocks are made here, so that they can be held back or taken back.
type bank struct {
	server *chainserver.Server
	front  *chainserver.Proxy
	// escrow and consumer reach the chain past all faults.
	escrow   *escrow.Escrow
	consumer *chain.Sender
	key      wallet.Wallet
	// spoil, where set, stands before everything that controllers ask.
	spoil atomic.Pointer[chainserver.Fault]
	// mine, where set, makes the next block in its own way.
	mine atomic.Pointer[func()]
	stop func()
}

func openBank(ctx context.Context) (*bank, error) {
	b := &bank{}
	var err error
	if b.server, err = chainserver.Launch(chainserver.OnDemand); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	front, stopFront := chainserver.LaunchProxy(b.server)
	mined := make(chan struct{})
	b.front, b.stop = front, func() { cancel(); <-mined; stopFront(); b.server.Stop() }
	front.Set(b.serve)
	go func() {
		defer close(mined)
		for ; ctx.Err() == nil; time.Sleep(blockTime) {
			if mine := b.mine.Load(); mine != nil {
				(*mine)()
				continue
			}
			b.block()
		}
	}()
	if err := b.deposit(ctx); err != nil {
		b.stop()
		return nil, fmt.Errorf("open the bank: %w", err)
	}
	return b, nil
}

func (b *bank) block() { _ = b.server.Do("anvil_mine", "0x1") }

func (b *bank) deposit(ctx context.Context) error {
	nodes, err := chain.New(chain.Options{ChainID: b.server.ChainID, URLs: []string{b.server.URL}, Confirmations: confirmations, Transport: egress.Transport(s3server.Loopback())})
	if err != nil {
		return err
	}
	b.escrow = escrow.New(nodes, b.server.Contracts.EnterpriseEscrow)
	if b.key, err = wallet.FromKey(b.server.Consumer.PrivateKey); err != nil {
		return err
	}
	if b.consumer, err = chain.NewSender(nodes, b.key, chain.SenderOptions{MaxFeePerGas: big.NewInt(1e12), Poll: blockTime}); err != nil {
		return err
	}
	amount, token := big.NewInt(deposited), b.server.Token
	for _, send := range []func() (*chain.Sent, error){
		func() (*chain.Sent, error) { return b.escrow.Approve(ctx, b.consumer, token, amount) },
		func() (*chain.Sent, error) { return b.escrow.Deposit(ctx, b.consumer, token, amount) },
		func() (*chain.Sent, error) {
			return b.escrow.Authorize(ctx, b.consumer, b.server.Owner.Address, token, amount, 48*time.Hour, 1000)
		},
	} {
		sent, err := send()
		if err == nil {
			_, err = b.consumer.Wait(ctx, sent)
		}
		if err != nil {
			return err
		}
	}
	// So that every life writes into it, and none creates it.
	if err := api.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: systemNamespace, Name: "c2d-agreements"}}); err != nil {
		return err
	}
	return api.Create(ctx, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: systemNamespace, Name: payeeSecret},
		StringData: map[string]string{v1alpha1.SecretKeyPrivateKey: b.server.Owner.PrivateKey},
	})
}

// terms of the environment that is paid.
func (b *bank) terms() *v1alpha1.Payment {
	return &v1alpha1.Payment{
		Chain:          v1alpha1.Chain{ChainID: int64(b.server.ChainID), RPCURLs: []string{b.front.URL}, Confirmations: ptr.To[int32](confirmations)},
		Escrow:         v1alpha1.Address(b.server.Contracts.EnterpriseEscrow.Hex()),
		PayeeSecretRef: &v1alpha1.LocalSecretReference{Name: payeeSecret},
		Prices:         []v1alpha1.TokenPrices{{Token: v1alpha1.Address(b.server.Token.Hex()), PerMinute: v1alpha1.Prices{CPU: "1000"}}},
	}
}

// serve a controller. Its transactions are writes, of which it may die.
func (b *bank) serve(w http.ResponseWriter, r *http.Request, request chainserver.Request, pass func()) {
	c := proxy.controller.Load()
	if c == nil || c.dead.Err() != nil {
		panic(http.ErrAbortHandler)
	}
	if spoil := b.spoil.Load(); spoil != nil {
		inner := pass
		pass = func() { b.send(c, request, inner) }
		(*spoil)(w, r, request, pass)
		return
	}
	b.send(c, request, pass)
}

func (b *bank) send(c *controller, request chainserver.Request, pass func()) {
	if request.Method != "eth_sendRawTransaction" {
		pass()
		return
	}
	if err := c.pass("chain "+callOf(request), func() error { pass(); return nil }); err != nil {
		panic(http.ErrAbortHandler)
	}
}

// callOf a transaction: the name of the contract's function.
func callOf(request chainserver.Request) string {
	var raw hexutil.Bytes
	var transaction types.Transaction
	if len(request.Params) == 0 || json.Unmarshal(request.Params[0], &raw) != nil || transaction.UnmarshalBinary(raw) != nil || len(transaction.Data()) < 4 {
		return "transfer"
	}
	definition := contracts.NewEscrow().GetABI()
	method, err := definition.MethodById(transaction.Data()[:4])
	if err != nil {
		return "unknown"
	}
	return method.Name
}

// lookBehind a pod that is about to be created: the money for its run must be locked, and confirmed, now.
func (b *bank) lookBehind(request *http.Request) {
	body, err := request.GetBody()
	if err != nil {
		return
	}
	defer func() { _ = body.Close() }()
	var pod corev1.Pod
	if err := json.NewDecoder(body).Decode(&pod); err != nil {
		past.record("I11 money first", "a pod that cannot be read is created: %v", err)
		return
	}
	run, err := sandbox.ParseRun(pod.Annotations)
	if err != nil || run.Environment.Name != environmentPaid {
		return
	}
	var job v1alpha1.ComputeJob
	if err := api.Get(context.Background(), client.ObjectKey{Namespace: run.Job.Namespace, Name: run.Job.Name}, &job); err != nil || job.Status.Run != run.Run {
		return
	}
	p := job.Status.Payment
	if p == nil || p.LockTx == "" {
		past.record("I11 money first", "the pod of job %s/%s run %d was created with the payment %+v", job.Namespace, job.Name, run.Run, p)
		return
	}
	var lock *escrow.Event
	// While newest blocks are replaced there are fewer for a moment, shorter than it takes to make one.
	for range 2 {
		if history, err := b.escrow.History(context.Background(), b.server.Owner.Address, uint64(p.Block)); err == nil {
			if lock = history.Of(common.HexToHash(string(p.LockID)).Big(), b.key.Address()).Lock; lock != nil && lock.Settled {
				return
			}
		}
		time.Sleep(blockTime / 4)
	}
	past.record("I11 money first", "the pod of job %s/%s run %d was created, and its lock is %+v", job.Namespace, job.Name, run.Run, lock)
}

// account of the money that moves during a telling.
type account struct {
	since   uint64
	before  balances
	minutes int64
}

// balances of all who hold the token, in base units.
type balances struct{ wallet, available, locked, payee, escrow int64 }

func (b balances) total() int64 { return b.wallet + b.payee + b.escrow }

func (b *bank) balances(ctx context.Context) (all balances, err error) {
	funds, err := b.escrow.Funds(ctx, b.key.Address(), b.server.Token)
	if err != nil {
		return all, err
	}
	for holder, into := range map[common.Address]*int64{
		b.key.Address(): &all.wallet, b.server.Owner.Address: &all.payee, b.escrow.Address(): &all.escrow,
	} {
		_, balance, err := b.escrow.Allowance(ctx, holder, b.server.Token)
		if err != nil {
			return all, err
		}
		// The wallet has more than an int64 holds; what matters are the last digits, in which everything moves.
		*into = new(big.Int).Mod(balance, big.NewInt(1e18)).Int64()
	}
	all.available, all.locked = funds.Available.Int64(), funds.Locked.Int64()
	return all, nil
}

// sign an agreement in a namespace: its jobs may be paid.
func (w *world) sign(namespace string) {
	w.Helper()
	w.signFor(namespace, agreementName, 10_000_000)
}

// signFor an amount.
func (w *world) signFor(namespace, name string, amount int64) {
	w.Helper()
	if w.account == nil {
		w.account = &account{}
		var err error
		w.account.since = money.server.Head(w.T)
		if w.account.before, err = money.balances(w.Context()); err != nil {
			w.Fatal(err)
		}
	}
	var environment v1alpha1.ComputeEnvironment
	w.must(api.Get(w.Context(), client.ObjectKey{Name: environmentPaid}, &environment))
	var dataset v1alpha1.Dataset
	w.must(api.Get(w.Context(), client.ObjectKey{Namespace: namespace, Name: "tumours"}, &dataset))
	signed := &v1alpha1.ServiceAgreement{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: v1alpha1.ServiceAgreementSpec{
			Consumer: v1alpha1.Address(money.key.Address().Hex()), Environment: environmentPaid, Algorithms: []string{"*"},
			Datasets:  []v1alpha1.AgreedDataset{{DID: dataset.Status.DID, Namespace: namespace, Name: dataset.Name}},
			Payment:   v1alpha1.AgreedPayment{Token: v1alpha1.Address(money.server.Token.Hex()), MaxAmount: v1alpha1.Amount(strconv.FormatInt(amount, 10))},
			ExpiresAt: metav1.NewTime(now().Add(30 * 24 * time.Hour)).Rfc3339Copy(), Nonce: "1",
		},
	}
	terms, err := agreement.TermsOf(signed, &environment)
	w.must(err)
	signed.Spec.Signature, err = agreement.Sign(w.Context(), money.key, terms)
	w.must(err)
	w.must(api.Create(w.Context(), signed))
	eventually(w, signed, "active", func(a *v1alpha1.ServiceAgreement) bool { return a.Status.State == v1alpha1.AgreementActive })
}

// paid job in a namespace with an agreement.
func (w *world) paid(namespace, name string, changes ...func(*v1alpha1.ComputeJob)) *v1alpha1.ComputeJob {
	w.Helper()
	return w.job(namespace, name, environmentPaid, append([]func(*v1alpha1.ComputeJob){func(j *v1alpha1.ComputeJob) {
		j.Spec.Agreement = agreementName
		j.Spec.MaxDuration = &metav1.Duration{Duration: maxMinutes * time.Minute}
	}}, changes...)...)
}

// settled waits until the money of a job is where it belongs.
func (w *world) settled(job *v1alpha1.ComputeJob) {
	w.Helper()
	eventually(w, job, "settled", func(j *v1alpha1.ComputeJob) bool {
		return j.Status.State.Terminal() && j.Status.Payment != nil && j.Status.Payment.State == v1alpha1.PaymentSettled
	})
}

// close the account after all jobs are gone: every unit is where it belongs, and every lock has ended once.
func (a *account) close(w *world) {
	w.Helper()
	for _, namespace := range w.namespaces {
		signed := &v1alpha1.ServiceAgreement{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: agreementName}}
		eventually(w, signed, "accounted", func(s *v1alpha1.ServiceAgreement) bool { return len(s.Status.Locks) == 0 })
		w.must(api.Delete(w.Context(), signed))
	}
	after, err := money.balances(w.Context())
	w.must(err)
	history, err := money.escrow.History(w.Context(), money.server.Owner.Address, a.since)
	w.must(err)
	locks, ends, claimed := map[string]int{}, map[string]int{}, int64(0)
	for _, event := range history.Events() {
		switch event.Kind {
		case escrow.Locked:
			locks[event.JobID.String()]++
		case escrow.Claimed:
			claimed += event.Amount.Int64()
			ends[event.JobID.String()]++
		default:
			ends[event.JobID.String()]++
		}
	}
	for id, n := range locks {
		if n != 1 || ends[id] != 1 {
			w.Errorf("I12 one lock, one end: lock %s was made %d times and ended %d times", id, n, ends[id])
		}
	}
	if want := a.minutes * pricePerMinute; claimed != want {
		w.Errorf("I13 price × minutes: %d were claimed, want %d", claimed, want)
	}
	if after.total() != a.before.total() || after.payee-a.before.payee != claimed || a.before.available-after.available != claimed || after.locked != 0 {
		w.Errorf("I14 no unit is lost: %+v before, %+v after, %d claimed", a.before, after, claimed)
	}
}
