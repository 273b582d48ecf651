package main

import (
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/agreement"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/wallet"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/test/chainserver"
	"github.com/compute-to-data/terraform-provider-c2d/test/fixtures"
)

// signAs signs terms that a test has altered, with the key of any account, and creates the agreement with that signature.
func (m *market) signAs(t *testing.T, key wallet.Wallet, alter func(*agreement.Terms)) {
	t.Helper()
	terms, err := agreement.TermsOf(m.agreement, m.environment)
	if err != nil {
		t.Fatal(err)
	}
	if alter != nil {
		alter(terms)
	}
	if m.agreement.Spec.Signature, err = agreement.Sign(t.Context(), key, terms); err != nil {
		t.Fatal(err)
	}
	if err := api.Create(t.Context(), m.agreement); err != nil {
		t.Fatal(err)
	}
}

// authorize the payee anew.
func (m *market) authorize(t *testing.T, amount int64, life time.Duration, locks uint64) {
	t.Helper()
	m.do(t)(m.escrow.Authorize(t.Context(), m.consumer, m.chain.Owner.Address, m.chain.Token, big.NewInt(amount), life, locks))
}

// untouched says that no pod was made for the job, and that not a unit has moved.
func (m *market) untouched(t *testing.T) {
	t.Helper()
	var pods corev1.PodList
	if err := api.List(t.Context(), &pods, client.InNamespace(fixtures.SandboxNamespace), client.MatchingLabels{sandbox.LabelJobUID: string(m.job.UID)}); err != nil || len(pods.Items) > 0 {
		t.Errorf("%d pods, %v", len(pods.Items), err)
	}
	locks, err := m.escrow.Locks(t.Context(), m.key.Address(), m.chain.Owner.Address, m.chain.Token)
	if err != nil || len(locks) > 0 {
		t.Errorf("locks %+v, %v", locks, err)
	}
	history, err := m.escrow.History(t.Context(), m.chain.Owner.Address, 0)
	if err != nil || len(history.Events()) > 0 {
		t.Errorf("events %+v, %v", history.Events(), err)
	}
	m.balance(t, 0)
}

// TestBadAgreements let no job start.
func TestBadAgreements(t *testing.T) {
	for name, test := range map[string]struct {
		sign            func(t *testing.T, m *market)
		state           v1alpha1.AgreementState
		reason, message string
	}{
		"forged": {
			sign: func(t *testing.T, m *market) {
				stranger, err := wallet.FromKey(m.chain.Stranger.PrivateKey)
				if err != nil {
					t.Fatal(err)
				}
				m.signAs(t, stranger, func(terms *agreement.Terms) { terms.Consumer = stranger.Address() })
			},
			state: v1alpha1.AgreementInvalid, reason: v1alpha1.ReasonAgreementInvalid, message: "the signature is not the consumer's",
		},
		"altered": {
			sign: func(t *testing.T, m *market) {
				m.signAs(t, m.key, func(terms *agreement.Terms) { terms.MaxAmount = big.NewInt(1) })
			},
			state: v1alpha1.AgreementInvalid, reason: v1alpha1.ReasonAgreementInvalid, message: "the signature is not the consumer's",
		},
		"no signature at all": {
			sign: func(t *testing.T, m *market) {
				m.agreement.Spec.Signature = "0x" + strings.Repeat("00", 65)
				if err := api.Create(t.Context(), m.agreement); err != nil {
					t.Fatal(err)
				}
			},
			state: v1alpha1.AgreementInvalid, reason: v1alpha1.ReasonAgreementInvalid, message: "out of range",
		},
		"of another chain": {
			sign: func(t *testing.T, m *market) {
				m.signAs(t, m.key, func(terms *agreement.Terms) { terms.ChainID++ })
			},
			state: v1alpha1.AgreementInvalid, reason: v1alpha1.ReasonAgreementInvalid, message: "the signature is not the consumer's",
		},
		"for another escrow contract": {
			sign: func(t *testing.T, m *market) {
				m.signAs(t, m.key, func(terms *agreement.Terms) { terms.Escrow = m.chain.Contracts.Escrow })
			},
			state: v1alpha1.AgreementInvalid, reason: v1alpha1.ReasonAgreementInvalid, message: "the signature is not the consumer's",
		},
		"replayed from another cluster": {
			sign: func(t *testing.T, m *market) {
				m.signAs(t, m.key, func(terms *agreement.Terms) { terms.EnvironmentUID = "00000000-0000-0000-0000-000000000000" })
			},
			state: v1alpha1.AgreementInvalid, reason: v1alpha1.ReasonAgreementInvalid, message: "the signature is not the consumer's",
		},
		"replayed from another namespace": {
			sign: func(t *testing.T, m *market) {
				m.signAs(t, m.key, func(terms *agreement.Terms) { terms.Namespace = "other" })
			},
			state: v1alpha1.AgreementInvalid, reason: v1alpha1.ReasonAgreementInvalid, message: "the signature is not the consumer's",
		},
		"for another payee": {
			sign: func(t *testing.T, m *market) {
				m.signAs(t, m.key, func(terms *agreement.Terms) { terms.Payee = m.chain.Stranger.Address })
			},
			state: v1alpha1.AgreementInvalid, reason: v1alpha1.ReasonAgreementInvalid, message: "the signature is not the consumer's",
		},
		"at a price that is not the environment's": {
			sign: func(t *testing.T, m *market) {
				m.signAs(t, m.key, func(terms *agreement.Terms) { terms.Prices.CPU = big.NewInt(pricePerCore - 1) })
			},
			state: v1alpha1.AgreementInvalid, reason: v1alpha1.ReasonAgreementInvalid, message: "the signature is not the consumer's",
		},
		"in a token that is not taken": {
			sign: func(t *testing.T, m *market) {
				m.agreement.Spec.Payment.Token = v1alpha1.Address(m.chain.Stranger.Address.Hex())
				m.agreement.Spec.Signature = "0x" + strings.Repeat("11", 65)
				if err := api.Create(t.Context(), m.agreement); err != nil {
					t.Fatal(err)
				}
			},
			state: v1alpha1.AgreementInvalid, reason: v1alpha1.ReasonAgreementInvalid, message: "token",
		},
		"expired": {
			sign: func(t *testing.T, m *market) {
				m.agreement.Spec.ExpiresAt = metav1.NewTime(time.Now().Add(-time.Hour)).Rfc3339Copy()
				m.sign(t)
			},
			state: v1alpha1.AgreementExpired, reason: v1alpha1.ReasonAgreementExpired, message: "expired",
		},
		"deposit too small": {
			sign: func(t *testing.T, m *market) {
				m.do(t)(m.escrow.Withdraw(t.Context(), m.consumer, m.chain.Token, big.NewInt(deposited-10*pricePerRun+1)))
				m.sign(t)
			},
			state: v1alpha1.AgreementActive, reason: v1alpha1.ReasonFundsInsufficient, message: "deposit more",
		},
		"no deposit": {
			sign: func(t *testing.T, m *market) {
				m.do(t)(m.escrow.Withdraw(t.Context(), m.consumer, m.chain.Token, big.NewInt(deposited)))
				m.sign(t)
			},
			state: v1alpha1.AgreementPending, reason: v1alpha1.ReasonFundsInsufficient, message: "deposit more",
		},
		"authorisation too small": {
			sign:  func(t *testing.T, m *market) { m.authorize(t, 10*pricePerRun-1, 24*time.Hour, 100); m.sign(t) },
			state: v1alpha1.AgreementActive, reason: v1alpha1.ReasonFundsInsufficient, message: "authorise",
		},
		"authorisation too short": {
			sign:  func(t *testing.T, m *market) { m.authorize(t, deposited, time.Hour, 100); m.sign(t) },
			state: v1alpha1.AgreementPending, reason: v1alpha1.ReasonFundsInsufficient, message: "authorise",
		},
		"authorisation for no lock": {
			sign:  func(t *testing.T, m *market) { m.authorize(t, deposited, 24*time.Hour, 0); m.sign(t) },
			state: v1alpha1.AgreementPending, reason: v1alpha1.ReasonFundsInsufficient, message: "authorise",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMarket(t)
			test.sign(t, m)
			eventually(t, m.agreement, string(test.state), func(a *v1alpha1.ServiceAgreement) bool { return a.Status.State == test.state })
			m.begin(t)
			m.failed(t, test.reason, test.message)
			m.deposit(t)
			m.untouched(t)
		})
	}
}

// deposit what a test has withdrawn.
func (m *market) deposit(t *testing.T) {
	t.Helper()
	funds, err := m.escrow.Funds(t.Context(), m.key.Address(), m.chain.Token)
	if err != nil {
		t.Fatal(err)
	}
	if missing := new(big.Int).Sub(big.NewInt(deposited), funds.Available); missing.Sign() > 0 {
		m.do(t)(m.escrow.Approve(t.Context(), m.consumer, m.chain.Token, missing))
		m.do(t)(m.escrow.Deposit(t.Context(), m.consumer, m.chain.Token, missing))
	}
}

// TestBadNodes hold a job up in Funding, and nothing starts; once they are well again it runs, and pays once.
func TestBadNodes(t *testing.T) {
	for name, bad := range map[string]chainserver.Fault{
		"away":          chainserver.Down,
		"hang":          chainserver.Hanging,
		"tell garbage":  chainserver.Garbage,
		"tell too much": chainserver.Gigabyte,
		"refuse": func(w http.ResponseWriter, _ *http.Request, request chainserver.Request, _ func()) {
			chainserver.Refuse(w, request, -32005, "limit exceeded")
		},
		"claim that there is nothing": func(w http.ResponseWriter, _ *http.Request, request chainserver.Request, pass func()) {
			if request.Method == "eth_call" {
				chainserver.Answer(w, request, `"0x"`)
				return
			}
			pass()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMarket(t)
			m.sign(t)
			m.active(t)
			m.proxy.Set(bad)
			m.begin(t)
			m.in(t, v1alpha1.StateFunding)
			eventually(t, m.job, "told why", func(j *v1alpha1.ComputeJob) bool {
				c := meta.FindStatusCondition(j.Status.Conditions, v1alpha1.ConditionFunded)
				return c != nil && strings.Contains(c.Message, "not locked yet")
			})
			m.untouched(t)
			m.proxy.Set(nil)
			pod := m.started(t)
			kubelet(t, pod, corev1.PodSucceeded, stagedOne, lasted(0, 61*time.Second), ended(0, publish(t, pod, output("model"), logResult)))
			m.in(t, v1alpha1.StateSucceeded)
			m.settled(t, 2*pricePerRun)
		})
	}
}

// TestUnsettled money is told of, and settled once a person or time has put right what was in the way.
func TestUnsettled(t *testing.T) {
	m := newMarket(t)
	m.sign(t)
	m.begin(t)
	pod := m.started(t)
	kubelet(t, pod, corev1.PodRunning, stagedOne, running(), running())
	m.in(t, v1alpha1.StateRunning)
	m.proxy.Set(chainserver.Down)
	kubelet(t, pod, corev1.PodSucceeded, stagedOne, lasted(0, 61*time.Second), ended(0, publish(t, pod, output("model"), logResult)))
	eventually(t, m.job, "waits for the chain", func(j *v1alpha1.ComputeJob) bool {
		c := meta.FindStatusCondition(j.Status.Conditions, v1alpha1.ConditionSettled)
		return j.Status.State == v1alpha1.StateSettling && c != nil && c.Reason == v1alpha1.ReasonSettlementFailed
	})
	defer clock.Store(0)
	late := agreement.LockLife(10*time.Minute) + time.Hour
	forward(t, m.story, late)
	eventually(t, m.job, "unsettled", func(j *v1alpha1.ComputeJob) bool {
		return j.Status.State == v1alpha1.StateFailed && j.Status.Payment.State == v1alpha1.PaymentUnsettled
	})
	m.failed(t, v1alpha1.ReasonSettlementFailed, "Run the job again")
	eventually(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: m.namespace}}, "event", func(*corev1.Namespace) bool {
		var events corev1.EventList
		return api.List(t.Context(), &events, client.InNamespace(m.namespace)) == nil && slices.ContainsFunc(events.Items, func(e corev1.Event) bool {
			return e.Reason == v1alpha1.ReasonSettlementFailed && e.Type == corev1.EventTypeWarning && strings.Contains(e.Message, string(m.job.Status.Payment.LockID))
		})
	})
	if locks, amount := m.unsettled(t); locks != 1 || amount != 10*pricePerRun {
		t.Errorf("the metrics tell of %g locks and %g, want 1 and %d", locks, amount, 10*pricePerRun)
	}
	m.chain.Advance(t, late)
	m.proxy.Set(nil)
	m.settled(t, 0)
	if locks, _ := m.unsettled(t); locks != 0 {
		t.Errorf("the metrics tell of %g locks afterwards", locks)
	}
}

// unsettled money of the environment, as the metrics tell it.
func (m *market) unsettled(t *testing.T) (locks, amount float64) {
	t.Helper()
	families, err := metrics.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			labels := map[string]string{}
			for _, label := range metric.GetLabel() {
				labels[label.GetName()] = label.GetValue()
			}
			if labels["environment"] != m.environment.Name || labels["state"] != string(v1alpha1.PaymentUnsettled) {
				continue
			}
			switch family.GetName() {
			case "c2d_locks":
				locks = metric.GetGauge().GetValue()
			case "c2d_locked_amount":
				amount = metric.GetGauge().GetValue()
			}
		}
	}
	return locks, amount
}

// TestRevokedWhileRunning pays for what ran all the same: a live lock stays.
func TestRevokedWhileRunning(t *testing.T) {
	m := newMarket(t)
	m.sign(t)
	m.begin(t)
	pod := m.started(t)
	kubelet(t, pod, corev1.PodRunning, stagedOne, running(), running())
	m.in(t, v1alpha1.StateRunning)
	m.authorize(t, 0, 0, 0)
	kubelet(t, pod, corev1.PodSucceeded, stagedOne, lasted(0, 61*time.Second), ended(0, publish(t, pod, output("model"), logResult)))
	m.in(t, v1alpha1.StateSucceeded)
	m.settled(t, 2*pricePerRun)
	m.change(t, func(spec *v1alpha1.ComputeJobSpec) { spec.Trigger = "2" })
	m.failed(t, v1alpha1.ReasonFundsInsufficient, "authorise")
	m.balance(t, 2*pricePerRun)
}

// TestBadPayees keep an environment from being ready, and say nothing of the key.
func TestBadPayees(t *testing.T) {
	chain := chainserver.Start(t, chainserver.Quickly)
	for name, test := range map[string]struct {
		data    map[string]string
		change  func(*v1alpha1.Payment)
		message string
	}{
		"no Secret":                {message: "payeeSecretRef"},
		"an empty Secret":          {data: map[string]string{}, message: "key"},
		"no key":                   {data: map[string]string{v1alpha1.SecretKeyPrivateKey: "hunter2 hunter2"}, message: "key"},
		"a keystore that is none":  {data: map[string]string{v1alpha1.SecretKeyKeystore: `{"hunter2":1}`, v1alpha1.SecretKeyPassword: "hunter2"}, message: "keystore"},
		"no escrow contract":       {data: map[string]string{v1alpha1.SecretKeyPrivateKey: chain.Owner.PrivateKey}, change: func(p *v1alpha1.Payment) { p.Escrow = v1alpha1.Address(common.Address{1}.Hex()) }, message: "no such contract"},
		"another contract":         {data: map[string]string{v1alpha1.SecretKeyPrivateKey: chain.Owner.PrivateKey}, change: func(p *v1alpha1.Payment) { p.Escrow = v1alpha1.Address(chain.Token.Hex()) }, message: "escrow"},
		"a node of another chain":  {data: map[string]string{v1alpha1.SecretKeyPrivateKey: chain.Owner.PrivateKey}, change: func(p *v1alpha1.Payment) { p.Chain.ChainID++ }, message: "it serves chain"},
		"a node that is not there": {data: map[string]string{v1alpha1.SecretKeyPrivateKey: chain.Owner.PrivateKey}, change: func(p *v1alpha1.Payment) { p.Chain.RPCURLs = []string{"http://127.0.0.1:1"} }, message: "127.0.0.1:1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t)
			if test.data != nil {
				if err := api.Create(t.Context(), &corev1.Secret{
					ObjectMeta: metav1.ObjectMeta{Namespace: fixtures.SystemNamespace, Name: "payee-" + s.namespace}, StringData: test.data,
				}); err != nil {
					t.Fatal(err)
				}
			}
			s.ownEnvironment(t, func(spec *v1alpha1.ComputeEnvironmentSpec) {
				spec.Payment = &v1alpha1.Payment{
					Chain:          v1alpha1.Chain{ChainID: int64(chain.ChainID), RPCURLs: []string{chain.URL}},
					Escrow:         v1alpha1.Address(chain.Contracts.EnterpriseEscrow.Hex()),
					PayeeSecretRef: &v1alpha1.LocalSecretReference{Name: "payee-" + s.namespace},
					Prices:         []v1alpha1.TokenPrices{{Token: v1alpha1.Address(chain.Token.Hex()), PerMinute: v1alpha1.Prices{CPU: "1000"}}},
				}
				if test.change != nil {
					test.change(spec.Payment)
				}
			})
			environment := &v1alpha1.ComputeEnvironment{ObjectMeta: metav1.ObjectMeta{Name: s.job.Spec.Environment}}
			eventually(t, environment, "not ready", func(e *v1alpha1.ComputeEnvironment) bool {
				c := meta.FindStatusCondition(e.Status.Conditions, v1alpha1.ConditionReady)
				return c != nil && c.Status == metav1.ConditionFalse && c.Reason == v1alpha1.ReasonPaymentInvalid
			})
			text := meta.FindStatusCondition(environment.Status.Conditions, v1alpha1.ConditionReady).Message
			if !strings.Contains(text, test.message) || strings.Contains(text, "hunter2") || strings.Contains(text, chain.Owner.Key()) {
				t.Errorf("it says %q, want something about %q, and nothing of the key", text, test.message)
			}
		})
	}
}
