package main

import (
	"math/big"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/agreement"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/escrow"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/wallet"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/test/chainserver"
	"github.com/compute-to-data/terraform-provider-c2d/test/fixtures"
	"github.com/compute-to-data/terraform-provider-c2d/test/s3server"
)

const (
	// pricePerCore of a minute; jobs of these tests get half a core.
	pricePerCore  = 1000
	pricePerRun   = pricePerCore / 2
	confirmations = 2
	deposited     = 1_000_000
)

// market is a chain on which a consumer has deposited, an environment that is paid there, and a story whose job is to run
// under an agreement.
type market struct {
	*story
	chain       *chainserver.Server
	proxy       *chainserver.Proxy
	escrow      *escrow.Escrow
	consumer    *chain.Sender
	key         wallet.Wallet
	environment *v1alpha1.ComputeEnvironment
	agreement   *v1alpha1.ServiceAgreement
}

func newMarket(t *testing.T) *market {
	t.Helper()
	return newMarketOn(t, chainserver.Start(t, chainserver.Quickly))
}

func newMarketOn(t *testing.T, server *chainserver.Server) *market {
	t.Helper()
	m := &market{story: newStory(t), chain: server}
	m.proxy = chainserver.NewProxy(t, m.chain)
	var err error
	nodes, err := chain.New(chain.Options{ChainID: m.chain.ChainID, URLs: []string{m.chain.URL}, Confirmations: confirmations, Transport: egress.Transport(s3server.Loopback())})
	if err != nil {
		t.Fatal(err)
	}
	m.escrow = escrow.New(nodes, m.chain.Contracts.EnterpriseEscrow)
	if m.key, err = wallet.FromKey(m.chain.Consumer.PrivateKey); err != nil {
		t.Fatal(err)
	}
	if m.consumer, err = chain.NewSender(nodes, m.key, chain.SenderOptions{MaxFeePerGas: big.NewInt(1e11), Poll: 20 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	owner := m.chain.Owner.Address
	m.do(t)(m.escrow.Approve(t.Context(), m.consumer, m.chain.Token, big.NewInt(deposited)))
	m.do(t)(m.escrow.Deposit(t.Context(), m.consumer, m.chain.Token, big.NewInt(deposited)))
	m.do(t)(m.escrow.Authorize(t.Context(), m.consumer, owner, m.chain.Token, big.NewInt(deposited), 24*time.Hour, 100))

	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: fixtures.SystemNamespace, Name: "payee-" + m.namespace},
		StringData: map[string]string{v1alpha1.SecretKeyPrivateKey: m.chain.Owner.PrivateKey},
	}
	if err := api.Create(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	m.ownEnvironment(t, func(spec *v1alpha1.ComputeEnvironmentSpec) {
		spec.Payment = &v1alpha1.Payment{
			Chain:          v1alpha1.Chain{ChainID: int64(m.chain.ChainID), RPCURLs: []string{m.proxy.URL}, Confirmations: ptr.To[int32](confirmations)},
			Escrow:         v1alpha1.Address(m.chain.Contracts.EnterpriseEscrow.Hex()),
			PayeeSecretRef: &v1alpha1.LocalSecretReference{Name: secret.Name},
			Prices:         []v1alpha1.TokenPrices{{Token: v1alpha1.Address(m.chain.Token.Hex()), PerMinute: v1alpha1.Prices{CPU: "1000"}}},
		}
	})
	m.environment = eventually(t, &v1alpha1.ComputeEnvironment{ObjectMeta: metav1.ObjectMeta{Name: m.job.Spec.Environment}}, "environment", func(e *v1alpha1.ComputeEnvironment) bool {
		return meta.IsStatusConditionTrue(e.Status.Conditions, v1alpha1.ConditionReady)
	})
	if got := common.HexToAddress(string(m.environment.Status.Payee)); got != owner {
		t.Errorf("payee is %s, want %s", got, owner)
	}
	if err := api.Create(t.Context(), m.dataset); err != nil {
		t.Fatal(err)
	}
	if err := api.Create(t.Context(), m.algorithm); err != nil {
		t.Fatal(err)
	}
	eventually(t, m.dataset, "dataset", func(d *v1alpha1.Dataset) bool { return d.Status.DID != "" })
	m.agreement = &v1alpha1.ServiceAgreement{
		ObjectMeta: metav1.ObjectMeta{Namespace: m.namespace, Name: "ours"},
		Spec: v1alpha1.ServiceAgreementSpec{
			Consumer: v1alpha1.Address(m.key.Address().Hex()), Environment: m.environment.Name, Algorithms: []string{"*"},
			Datasets:  []v1alpha1.AgreedDataset{{DID: m.dataset.Status.DID, Namespace: m.namespace, Name: m.dataset.Name}},
			Payment:   v1alpha1.AgreedPayment{Token: v1alpha1.Address(m.chain.Token.Hex()), MaxAmount: "100000"},
			ExpiresAt: metav1.NewTime(time.Now().Add(time.Hour)).Rfc3339Copy(), Nonce: "1",
		},
	}
	m.job.Spec.Agreement = m.agreement.Name
	m.job.Spec.MaxDuration = &metav1.Duration{Duration: 10 * time.Minute}
	return m
}

// do what was sent, to its end.
func (m *market) do(t *testing.T) func(*chain.Sent, error) {
	t.Helper()
	return func(sent *chain.Sent, err error) {
		t.Helper()
		if err == nil {
			_, err = m.consumer.Wait(t.Context(), sent)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// sign the agreement and create it.
func (m *market) sign(t *testing.T) {
	t.Helper()
	terms, err := agreement.TermsOf(m.agreement, m.environment)
	if err != nil {
		t.Fatal(err)
	}
	if m.agreement.Spec.Signature, err = agreement.Sign(t.Context(), m.key, terms); err != nil {
		t.Fatal(err)
	}
	if err := api.Create(t.Context(), m.agreement); err != nil {
		t.Fatal(err)
	}
}

func (m *market) active(t *testing.T) {
	t.Helper()
	eventually(t, m.agreement, "active agreement", func(a *v1alpha1.ServiceAgreement) bool { return a.Status.State == v1alpha1.AgreementActive })
}

func (m *market) begin(t *testing.T) {
	t.Helper()
	if err := api.Create(t.Context(), m.job); err != nil {
		t.Fatal(err)
	}
}

// lasted is how an algorithm ended that ran for a time.
func lasted(code int32, d time.Duration) corev1.ContainerState {
	state := ended(code, sandbox.RunReport{})
	state.Terminated.StartedAt = metav1.NewTime(state.Terminated.FinishedAt.Add(-d))
	return state
}

// settled waits until the job's money is where it belongs, and holds the chain to it.
func (m *market) settled(t *testing.T, claimed int64) {
	t.Helper()
	const locked = 10 * pricePerRun
	eventually(t, m.job, "settled", func(j *v1alpha1.ComputeJob) bool {
		return j.Status.Payment != nil && j.Status.Payment.State == v1alpha1.PaymentSettled
	})
	p := m.job.Status.Payment
	if want := big.NewInt(claimed).String(); string(p.Claimed) != want || string(p.Locked) != big.NewInt(locked).String() || string(p.Refunded) != big.NewInt(locked-claimed).String() {
		t.Errorf("the payment is %+v, want %d locked and %d claimed", p, locked, claimed)
	}
	if !meta.IsStatusConditionTrue(m.job.Status.Conditions, v1alpha1.ConditionSettled) {
		t.Errorf("conditions are %+v", m.job.Status.Conditions)
	}
	m.balance(t, claimed)
	eventually(t, m.agreement, "accounted", func(a *v1alpha1.ServiceAgreement) bool {
		return string(a.Status.Spent) == big.NewInt(claimed).String() && len(a.Status.Locks) == 0 && a.Status.Locked == "0"
	})
}

// balance of all accounts: nothing is locked, and the payee has what was claimed.
func (m *market) balance(t *testing.T, claimed int64) {
	t.Helper()
	funds, err := m.escrow.Funds(t.Context(), m.key.Address(), m.chain.Token)
	if err != nil {
		t.Fatal(err)
	}
	_, paid, err := m.escrow.Allowance(t.Context(), m.chain.Owner.Address, m.chain.Token)
	if err != nil {
		t.Fatal(err)
	}
	if funds.Available.Int64() != deposited-claimed || funds.Locked.Sign() != 0 || paid.Int64() != claimed {
		t.Errorf("the consumer has %s and %s locked, the payee has %s; want %d, 0 and %d", funds.Available, funds.Locked, paid, deposited-claimed, claimed)
	}
}

// TestPaidRun locks what a run may cost before anything starts, claims the minutes that it ran, and releases its results
// after that.
func TestPaidRun(t *testing.T) {
	m := newMarket(t)
	m.sign(t)
	m.active(t)
	m.begin(t)
	pod := m.started(t)
	if p := m.job.Status.Payment; p == nil || p.State != v1alpha1.PaymentLocked || p.LockTx == "" || p.LockExpiresAt == nil {
		t.Fatalf("a run started with the payment %+v", p)
	}
	kubelet(t, pod, corev1.PodSucceeded, stagedOne, lasted(0, 61*time.Second), ended(0, publish(t, pod, output("model"), logResult)))
	m.in(t, v1alpha1.StateSucceeded)
	m.settled(t, 2*pricePerRun)
	m.change(t, func(spec *v1alpha1.ComputeJobSpec) { spec.Trigger = "2" })
	eventually(t, m.job, "run 2", func(j *v1alpha1.ComputeJob) bool { return j.Status.Run == 2 && j.Status.State == v1alpha1.StateStaging })
	if first := m.job.Status.Runs[0].Payment; first == nil || first.Claimed != "1000" || first.LockID == m.job.Status.Payment.LockID {
		t.Errorf("the first run is recorded with %+v, the second has %+v", first, m.job.Status.Payment)
	}
}

// TestWhoPays says who pays for runs that do not succeed.
func TestWhoPays(t *testing.T) {
	for name, test := range map[string]struct {
		end     func(t *testing.T, m *market, pod *corev1.Pod)
		state   v1alpha1.State
		reason  string
		claimed int64
	}{
		"the algorithm fails": {
			end: func(t *testing.T, _ *market, pod *corev1.Pod) {
				kubelet(t, pod, corev1.PodFailed, stagedOne, lasted(3, 30*time.Second), ended(0, publish(t, pod, logResult)))
			},
			state: v1alpha1.StateFailed, reason: v1alpha1.ReasonExitCode, claimed: pricePerRun,
		},
		"an input is not to be had": {
			end: func(t *testing.T, _ *market, pod *corev1.Pod) {
				kubelet(t, pod, corev1.PodFailed, ended(1, sandbox.StageReport{Reason: v1alpha1.ReasonInputFetchFailed, Message: "no."}), corev1.ContainerState{}, corev1.ContainerState{})
			},
			state: v1alpha1.StateFailed, reason: v1alpha1.ReasonInputFetchFailed,
		},
		"the results cannot be published": {
			end: func(t *testing.T, _ *market, pod *corev1.Pod) {
				kubelet(t, pod, corev1.PodFailed, stagedOne, lasted(0, 30*time.Second), ended(1, sandbox.PublishReport{Reason: v1alpha1.ReasonPublishFailed, Message: "no."}))
			},
			state: v1alpha1.StateFailed, reason: v1alpha1.ReasonPublishFailed,
		},
		"the pod is lost": {
			end: func(t *testing.T, m *market, pod *corev1.Pod) {
				kubelet(t, pod, corev1.PodRunning, stagedOne, running(), running())
				m.in(t, v1alpha1.StateRunning)
				remove(t, pod)
			},
			state: v1alpha1.StateFailed, reason: v1alpha1.ReasonPodLost,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMarket(t)
			m.sign(t)
			m.begin(t)
			test.end(t, m, m.started(t))
			m.in(t, test.state)
			if c := meta.FindStatusCondition(m.job.Status.Conditions, v1alpha1.ConditionReady); c == nil || c.Reason != test.reason {
				t.Errorf("condition is %+v, want reason %s", c, test.reason)
			}
			m.settled(t, test.claimed)
		})
	}
}

// TestUnpaidRuns never start.
func TestUnpaidRuns(t *testing.T) {
	for name, test := range map[string]struct {
		before, after   func(t *testing.T, m *market)
		reason, message string
	}{
		"no agreement":     {before: func(_ *testing.T, m *market) { m.job.Spec.Agreement = "" }, reason: v1alpha1.ReasonAgreementInvalid, message: "spec.payment"},
		"more than agreed": {before: func(_ *testing.T, m *market) { m.agreement.Spec.Payment.MaxAmount = "4999" }, reason: v1alpha1.ReasonFundsInsufficient, message: "up to 5000"},
		"another algorithm": {before: func(_ *testing.T, m *market) {
			m.agreement.Spec.Algorithms = []string{"did:c2d:" + m.dataset.Status.DID[8:]}
		}, reason: v1alpha1.ReasonAgreementInvalid, message: "spec.algorithms"},
		"an altered agreement": {
			after: func(t *testing.T, m *market) {
				copied := &v1alpha1.ServiceAgreement{ObjectMeta: metav1.ObjectMeta{Namespace: m.namespace, Name: "forged"}, Spec: m.agreement.Spec}
				if err := api.Create(t.Context(), copied); err != nil {
					t.Fatal(err)
				}
				eventually(t, copied, "invalid", func(a *v1alpha1.ServiceAgreement) bool { return a.Status.State == v1alpha1.AgreementInvalid })
				m.job.Spec.Agreement = copied.Name
			},
			reason: v1alpha1.ReasonAgreementInvalid, message: "the signature is not the consumer's",
		},
		"authorisation revoked": {
			after: func(t *testing.T, m *market) {
				m.do(t)(m.escrow.Authorize(t.Context(), m.consumer, m.chain.Owner.Address, m.chain.Token, new(big.Int), 0, 0))
			},
			reason: v1alpha1.ReasonFundsInsufficient, message: "authorise",
		},
		"deposit withdrawn": {
			after: func(t *testing.T, m *market) {
				m.do(t)(m.escrow.Withdraw(t.Context(), m.consumer, m.chain.Token, big.NewInt(deposited-1)))
			},
			reason: v1alpha1.ReasonFundsInsufficient, message: "deposit more",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMarket(t)
			if test.before != nil {
				test.before(t, m)
			}
			m.sign(t)
			if test.after != nil {
				m.active(t)
				test.after(t, m)
			}
			m.begin(t)
			m.failed(t, test.reason, test.message)
			var pods corev1.PodList
			if err := api.List(t.Context(), &pods, client.InNamespace(fixtures.SandboxNamespace), client.MatchingLabels{sandbox.LabelJobUID: string(m.job.UID)}); err != nil || len(pods.Items) > 0 {
				t.Errorf("%d pods, %v", len(pods.Items), err)
			}
			locks, err := m.escrow.Locks(t.Context(), m.key.Address(), m.chain.Owner.Address, m.chain.Token)
			if err != nil || len(locks) > 0 {
				t.Errorf("locks %+v, %v", locks, err)
			}
		})
	}
}

// TestStopIsBilled for the time used, and so is deletion; no lock stays.
func TestStopIsBilled(t *testing.T) {
	t.Run("suspend", func(t *testing.T) {
		m := newMarket(t)
		m.sign(t)
		m.begin(t)
		pod := m.started(t)
		kubelet(t, pod, corev1.PodRunning, stagedOne, running(), running())
		m.in(t, v1alpha1.StateRunning)
		m.change(t, func(spec *v1alpha1.ComputeJobSpec) { spec.Suspend = true })
		terminating(t, pod)
		kubelet(t, pod, corev1.PodFailed, stagedOne, lasted(143, 125*time.Second), ended(0, publish(t, pod, logResult)))
		m.in(t, v1alpha1.StateStopped)
		m.settled(t, 3*pricePerRun)
	})
	t.Run("delete", func(t *testing.T) {
		m := newMarket(t)
		m.sign(t)
		m.begin(t)
		pod := m.started(t)
		kubelet(t, pod, corev1.PodRunning, stagedOne, running(), running())
		m.in(t, v1alpha1.StateRunning)
		if err := api.Delete(t.Context(), m.job); err != nil {
			t.Fatal(err)
		}
		gone(t, m.job)
		gone(t, pod)
		m.balance(t, pricePerRun)
		eventually(t, m.agreement, "accounted", func(a *v1alpha1.ServiceAgreement) bool { return a.Status.Spent == "500" && len(a.Status.Locks) == 0 })
	})
}
