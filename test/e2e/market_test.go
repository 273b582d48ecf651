//go:build e2e

package e2e

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rpc"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/agreement"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/contracts"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/escrow"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/wallet"
)

const (
	// perCore is the price of one core for a minute, in base units.
	perCore = 1_000_000
	// deposited by the consumer of a market.
	deposited = 1_000_000_000
	// depth is how many blocks are on top of an event that is believed.
	depth = 3
)

// market is an environment that is paid, and a consumer who has deposited: both accounts are new, so that their balances
// tell everything that ever happened to them.
type market struct {
	*testing.T
	environment *v1alpha1.ComputeEnvironment
	token       common.Address
	escrow      *escrow.Escrow
	nodes       *chain.Client
	consumer    *chain.Sender
	key         wallet.Wallet
	payee       common.Address
	anvil       *rpc.Client
}

// bank is the account that has all of the token.
var bank struct {
	sync.Mutex
	sender *chain.Sender
}

func newMarket(t *testing.T, change func(*v1alpha1.ComputeEnvironmentSpec)) *market {
	t.Helper()
	chainID, err := strconv.ParseUint(os.Getenv("C2D_CHAIN_ID"), 10, 64)
	if err != nil {
		t.Fatalf("C2D_CHAIN_ID: %v", err)
	}
	m := &market{T: t, token: common.HexToAddress(os.Getenv("C2D_CHAIN_TOKEN"))}
	if m.nodes, err = chain.New(chain.Options{
		ChainID: chainID, URLs: []string{os.Getenv("C2D_CHAIN_RPC_URL")}, Confirmations: depth, Transport: http.DefaultTransport,
	}); err != nil {
		t.Fatal(err)
	}
	if m.anvil, err = rpc.Dial(os.Getenv("C2D_CHAIN_RPC_URL")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.anvil.Close)
	m.escrow = escrow.New(m.nodes, common.HexToAddress(os.Getenv("C2D_CHAIN_ENTERPRISE_ESCROW")))
	var secret string
	m.key, _ = m.account()
	payee, secret := m.account()
	m.payee = payee.Address()
	if m.consumer, err = chain.NewSender(m.nodes, m.key, chain.SenderOptions{MaxFeePerGas: big.NewInt(1e11), Poll: 200 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	m.endow()
	m.do(m.escrow.Approve(t.Context(), m.consumer, m.token, big.NewInt(deposited)))
	m.do(m.escrow.Deposit(t.Context(), m.consumer, m.token, big.NewInt(deposited)))
	m.do(m.escrow.Authorize(t.Context(), m.consumer, m.payee, m.token, big.NewInt(deposited), 24*time.Hour, 1000))
	m.open(secret, int64(chainID), change)
	return m
}

// account that is new, with ether, and its key.
func (m *market) account() (wallet.Wallet, string) {
	m.Helper()
	key, err := crypto.GenerateKey()
	if err != nil {
		m.Fatal(err)
	}
	secret := hex.EncodeToString(crypto.FromECDSA(key))
	account, err := wallet.FromKey(secret)
	if err != nil {
		m.Fatal(err)
	}
	m.call("anvil_setBalance", account.Address(), hexutil.EncodeBig(big.NewInt(1e18)))
	return account, secret
}

func (m *market) call(method string, parameters ...any) {
	m.Helper()
	if err := m.anvil.CallContext(m.Context(), nil, method, parameters...); err != nil {
		m.Fatalf("%s: %v", method, err)
	}
}

// endow the consumer with tokens.
func (m *market) endow() {
	m.Helper()
	bank.Lock()
	defer bank.Unlock()
	if bank.sender == nil {
		key, err := wallet.FromKey(os.Getenv("C2D_CHAIN_CONSUMER_KEY"))
		if err != nil {
			m.Fatal(err)
		}
		if bank.sender, err = chain.NewSender(m.nodes, key, chain.SenderOptions{MaxFeePerGas: big.NewInt(1e11), Poll: 200 * time.Millisecond}); err != nil {
			m.Fatal(err)
		}
	}
	sent, err := bank.sender.Send(m.Context(), chain.Call{To: m.token, Data: contracts.NewERC20().PackTransfer(m.key.Address(), big.NewInt(deposited))})
	if err == nil {
		_, err = bank.sender.Wait(m.Context(), sent)
	}
	if err != nil {
		m.Fatal(err)
	}
}

// do what was sent, to its end.
func (m *market) do(sent *chain.Sent, err error) {
	m.Helper()
	if err == nil {
		_, err = m.consumer.Wait(m.Context(), sent)
	}
	if err != nil {
		m.Fatal(err)
	}
}

// open the environment.
func (m *market) open(secret string, chainID int64, change func(*v1alpha1.ComputeEnvironmentSpec)) {
	m.Helper()
	payee := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: system, GenerateName: "payee-"},
		StringData: map[string]string{v1alpha1.SecretKeyPrivateKey: secret},
	}
	if err := api.Create(m.Context(), payee); err != nil {
		m.Fatal(err)
	}
	var offer v1alpha1.ComputeEnvironment
	if err := api.Get(m.Context(), client.ObjectKey{Name: environment}, &offer); err != nil {
		m.Fatal(err)
	}
	m.environment = &v1alpha1.ComputeEnvironment{ObjectMeta: metav1.ObjectMeta{GenerateName: "paid-"}, Spec: offer.Spec}
	m.environment.Spec.Payment = &v1alpha1.Payment{
		Chain:          v1alpha1.Chain{ChainID: chainID, RPCURLs: []string{os.Getenv("C2D_CHAIN_RPC_URL")}, Confirmations: ptr.To[int32](depth)},
		Escrow:         v1alpha1.Address(m.escrow.Address().Hex()),
		PayeeSecretRef: &v1alpha1.LocalSecretReference{Name: payee.Name},
		Prices:         []v1alpha1.TokenPrices{{Token: v1alpha1.Address(m.token.Hex()), PerMinute: v1alpha1.Prices{CPU: v1alpha1.Amount(strconv.Itoa(perCore))}}},
	}
	if change != nil {
		change(&m.environment.Spec)
	}
	if err := api.Create(m.Context(), m.environment); err != nil {
		m.Fatal(err)
	}
	eventually(m.T, "the environment is ready", func() bool {
		return api.Get(m.Context(), client.ObjectKeyFromObject(m.environment), m.environment) == nil &&
			meta.IsStatusConditionTrue(m.environment.Status.Conditions, v1alpha1.ConditionReady)
	})
}

// sign an agreement for jobs of a story on some datasets.
func (m *market) sign(s *story, datasets ...*v1alpha1.Dataset) *v1alpha1.ServiceAgreement {
	m.Helper()
	signed := &v1alpha1.ServiceAgreement{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: "ours"},
		Spec: v1alpha1.ServiceAgreementSpec{
			Consumer: v1alpha1.Address(m.key.Address().Hex()), Environment: m.environment.Name, Algorithms: []string{"*"},
			Payment:   v1alpha1.AgreedPayment{Token: v1alpha1.Address(m.token.Hex()), MaxAmount: v1alpha1.Amount(strconv.Itoa(deposited))},
			ExpiresAt: metav1.NewTime(time.Now().Add(time.Hour)).Rfc3339Copy(), Nonce: "1",
		},
	}
	for _, dataset := range datasets {
		eventually(m.T, "the dataset has a DID", func() bool {
			return api.Get(m.Context(), client.ObjectKeyFromObject(dataset), dataset) == nil && dataset.Status.DID != ""
		})
		signed.Spec.Datasets = append(signed.Spec.Datasets, v1alpha1.AgreedDataset{DID: dataset.Status.DID, Namespace: dataset.Namespace, Name: dataset.Name})
	}
	terms, err := agreement.TermsOf(signed, m.environment)
	if err != nil {
		m.Fatal(err)
	}
	if signed.Spec.Signature, err = agreement.Sign(m.Context(), m.key, terms); err != nil {
		m.Fatal(err)
	}
	if err := api.Create(m.Context(), signed); err != nil {
		m.Fatal(err)
	}
	eventually(m.T, "the agreement is active", func() bool {
		return api.Get(m.Context(), client.ObjectKeyFromObject(signed), signed) == nil && signed.Status.State == v1alpha1.AgreementActive
	})
	return signed
}

// sheet is where the money of the market is.
type sheet struct {
	// account and deposit of the consumer, what is locked of that, and what the payee has.
	account, deposit, locked, payee *big.Int
	locks                           int
}

func (s sheet) total() *big.Int {
	total := new(big.Int).Add(s.account, s.deposit)
	return total.Add(total, s.locked).Add(total, s.payee)
}

func (s sheet) String() string {
	return fmt.Sprintf("consumer %s + escrow %s + locked %s (%d locks) + payee %s = %s", s.account, s.deposit, s.locked, s.locks, s.payee, s.total())
}

// balance of the market as the chain has it.
func (m *market) balance() (s sheet) {
	m.Helper()
	funds, err := m.escrow.Funds(m.Context(), m.key.Address(), m.token)
	if err != nil {
		m.Fatal(err)
	}
	s.deposit, s.locked = funds.Available, funds.Locked
	for address, balance := range map[common.Address]**big.Int{m.key.Address(): &s.account, m.payee: &s.payee} {
		if _, *balance, err = m.escrow.Allowance(m.Context(), address, m.token); err != nil {
			m.Fatal(err)
		}
	}
	locks, err := m.escrow.Locks(m.Context(), m.key.Address(), m.payee, m.token)
	if err != nil {
		m.Fatal(err)
	}
	s.locks = len(locks)
	return s
}

// frontOf the chain, where pods reach it: it passes everything on until a fault is set.
func frontOf(t *testing.T) (address string, set func(fault http.HandlerFunc)) {
	t.Helper()
	target, err := url.Parse(os.Getenv("C2D_CHAIN_RPC_URL"))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(os.Getenv("C2D_HOST_IP"), "0"))
	if err != nil {
		t.Fatal(err)
	}
	var mutex sync.Mutex
	var now http.HandlerFunc
	pass := httputil.NewSingleHostReverseProxy(target)
	front := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mutex.Lock()
		fault := now
		mutex.Unlock()
		if fault != nil {
			fault(w, r)
			return
		}
		pass.ServeHTTP(w, r)
	}))
	_ = front.Listener.Close()
	front.Listener = listener
	front.Start()
	set = func(fault http.HandlerFunc) {
		mutex.Lock()
		defer mutex.Unlock()
		now = fault
	}
	t.Cleanup(func() {
		set(nil)
		front.CloseClientConnections()
		front.Close()
	})
	return front.URL, set
}
