package payment

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/escrow"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/wallet"
)

// Bounds of what the controller pays and waits for.
const (
	// maxFeePerGas in wei, 500 gwei: settling dearer than that waits for a quieter chain.
	maxFeePerGas = 500_000_000_000
	defaultPace  = 2 * time.Second
	// stuckAfter so many looks.
	stuckAfter = 30
	// defaultConfirmations is the default of the field.
	defaultConfirmations = 3
)

// Opener opens the escrow accounts of environments, one for each account and chain, so that nonces are given out once.
type Opener struct {
	// Secrets lie in Namespace.
	Secrets   client.Reader
	Namespace string
	// Rule for what may be reached, to which an environment adds its own.
	Rule egress.Rule
	// Pace is how soon the chain is asked again; zero: two seconds. A transaction is stuck after thirty times as long.
	Pace time.Duration

	mutex   sync.Mutex
	senders map[string]*chain.Sender
	known   map[types.UID]opened
}

// opened account, and what it was opened from.
type opened struct {
	from    string
	account *Account
}

// ErrNoPayment says that nothing is paid in an environment.
var ErrNoPayment = errors.New("the environment has no spec.payment")

// Of an environment. Nothing is asked of the chain yet.
func (o *Opener) Of(ctx context.Context, environment *v1alpha1.ComputeEnvironment) (*Account, error) {
	spec := environment.Spec.Payment
	if spec == nil {
		return nil, ErrNoPayment
	}
	urls, urlsVersion, err := o.urls(ctx, spec)
	if err != nil {
		return nil, err
	}
	secret, err := o.payee(ctx, spec)
	if err != nil {
		return nil, err
	}
	from := fmt.Sprint(environment.Generation, urlsVersion)
	if secret != nil {
		from += " " + string(secret.UID) + secret.ResourceVersion
	}
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if known, ok := o.known[environment.UID]; ok && known.from == from {
		return known.account, nil
	}
	account, err := o.open(environment, urls, secret)
	if err != nil {
		return nil, err
	}
	if o.known == nil {
		o.known = map[types.UID]opened{}
	}
	o.known[environment.UID] = opened{from, account}
	return account, nil
}

func (o *Opener) open(environment *v1alpha1.ComputeEnvironment, urls []string, secret *corev1.Secret) (*Account, error) {
	spec := environment.Spec.Payment
	client, transport, err := o.dial(environment, urls)
	if err != nil {
		return nil, err
	}
	var payee wallet.Wallet
	switch {
	case secret == nil:
		signer := spec.PayeeSigner
		payee, err = wallet.FromSigner(signer.URL, wallet.Protocol(strings.ToLower(string(signer.API))), common.HexToAddress(string(signer.Address)), transport)
	case len(secret.Data[v1alpha1.SecretKeyKeystore]) > 0:
		payee, err = wallet.FromKeystore(secret.Data[v1alpha1.SecretKeyKeystore], string(secret.Data[v1alpha1.SecretKeyPassword]))
	default:
		payee, err = wallet.FromKey(string(secret.Data[v1alpha1.SecretKeyPrivateKey]))
	}
	if err != nil {
		return nil, fmt.Errorf("the account that is paid: %w", err)
	}
	key := fmt.Sprintf("%d %s %v %s", spec.Chain.ChainID, payee.Address(), urls, environment.Spec.Egress.Allow)
	sender := o.senders[key]
	if sender == nil {
		if sender, err = chain.NewSender(client, payee, chain.SenderOptions{MaxFeePerGas: big.NewInt(maxFeePerGas), StuckAfter: stuckAfter * o.pace()}); err != nil {
			return nil, err
		}
		if o.senders == nil {
			o.senders = map[string]*chain.Sender{}
		}
		o.senders[key] = sender
	}
	return &Account{client: client, escrow: escrow.New(client, common.HexToAddress(string(spec.Escrow))), sender: sender}, nil
}

// urls of the chain's nodes, and the version of the Secret that they come from.
func (o *Opener) urls(ctx context.Context, spec *v1alpha1.Payment) (urls []string, version string, err error) {
	if spec.Chain.RPCURLsSecretRef == nil {
		return spec.Chain.RPCURLs, "", nil
	}
	secret, err := o.secret(ctx, spec.Chain.RPCURLsSecretRef.Name)
	if err != nil {
		return nil, "", fmt.Errorf("spec.payment.chain.rpcURLsSecretRef: %w", err)
	}
	urls = strings.Fields(string(secret.Data[v1alpha1.SecretKeyRPCURLs]))
	if len(urls) == 0 {
		return nil, "", fmt.Errorf("the Secret %s/%s has no URLs under the key %s", o.Namespace, secret.Name, v1alpha1.SecretKeyRPCURLs)
	}
	return urls, string(secret.UID) + secret.ResourceVersion, nil
}

// payee is the Secret with the key of the account that is paid; nil: a signer outside has it.
func (o *Opener) payee(ctx context.Context, spec *v1alpha1.Payment) (*corev1.Secret, error) {
	if spec.PayeeSecretRef == nil {
		return nil, nil
	}
	secret, err := o.secret(ctx, spec.PayeeSecretRef.Name)
	if err != nil {
		return nil, fmt.Errorf("spec.payment.payeeSecretRef: %w", err)
	}
	return secret, nil
}

func (o *Opener) secret(ctx context.Context, name string) (*corev1.Secret, error) {
	var secret corev1.Secret
	if err := o.Secrets.Get(ctx, types.NamespacedName{Namespace: o.Namespace, Name: name}, &secret); err != nil {
		return nil, err
	}
	return &secret, nil
}

// Start looks after the transactions that are on their way, until the context ends.
func (o *Opener) Start(ctx context.Context) error {
	ticker := time.NewTicker(o.pace())
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		o.mutex.Lock()
		senders := make([]*chain.Sender, 0, len(o.senders))
		for _, sender := range o.senders {
			senders = append(senders, sender)
		}
		o.mutex.Unlock()
		for _, sender := range senders {
			// What a node says is seen by whoever asks for Facts.
			_ = sender.Tend(ctx)
		}
	}
}

func (o *Opener) pace() time.Duration {
	if o.Pace > 0 {
		return o.Pace
	}
	return defaultPace
}

// NeedLeaderElection has it called for by the leader alone.
func (o *Opener) NeedLeaderElection() bool { return true }
