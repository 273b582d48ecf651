package provider

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	ethtypes "github.com/ethereum/go-ethereum/core/types"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/wallet"
)

// rpcURLsVariable of the environment holds URLs, separated by commas.
const rpcURLsVariable = "C2D_RPC_URLS"

const (
	defaultConfirmations = 3
	// defaultMaxFee per gas, in gwei.
	defaultMaxFee = 500
	gwei          = 1_000_000_000
	// chainPoll is how often a transaction that is on its way is looked at.
	chainPoll      = time.Second
	rpcIdleTimeout = 30 * time.Second
)

// senders of all configurations of this process: each account has one, which gives out its nonces.
var senders chain.Senders

// ledger is the chain that a provider configuration names, and the wallet that sends there. Both are opened when they are
// first needed.
type ledger struct {
	settings       *chainModel
	walletSettings *walletModel
	unknown        map[string]bool // the attributes of the provider that are not known yet

	dialOnce sync.Once
	dialled  *chain.Client
	dialErr  error

	walletOnce sync.Once
	opened     wallet.Wallet
	walletErr  error
}

type chainModel struct {
	ChainID       types.Int64 `tfsdk:"chain_id"`
	RPCURLs       types.List  `tfsdk:"rpc_urls"`
	Confirmations types.Int64 `tfsdk:"confirmations"`
	MaxFeePerGas  types.Int64 `tfsdk:"max_fee_per_gas"`
}

func chainAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Chain that agreements are paid on and data NFTs live on. Only resources that need it ask for it.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"chain_id": schema.Int64Attribute{
				MarkdownDescription: "Id of the chain: `1`, `11155111`. Servers of another chain are not believed.",
				Required:            true,
				Validators:          []validator.Int64{int64validator.Between(1, 1<<53-1)},
			},
			"rpc_urls": schema.ListAttribute{
				MarkdownDescription: "URLs of RPC servers (http or https), the preferred first: when one fails the next is asked. Default: `$" + rpcURLsVariable + "`, separated by commas.",
				ElementType:         types.StringType,
				Optional:            true,
				Sensitive:           true,
				Validators:          []validator.List{listvalidator.SizeBetween(1, 16)},
			},
			"confirmations": schema.Int64Attribute{
				MarkdownDescription: fmt.Sprintf("How many blocks must lie on top of a transaction's own before it counts. Default: `%d`.", defaultConfirmations),
				Optional:            true,
				Validators:          []validator.Int64{int64validator.Between(0, 1000)},
			},
			"max_fee_per_gas": schema.Int64Attribute{
				MarkdownDescription: fmt.Sprintf("The most that is paid for a unit of gas, in gwei. Default: `%d`.", defaultMaxFee),
				Optional:            true,
				Validators:          []validator.Int64{int64validator.Between(1, 1_000_000)},
			},
		},
	}
}

// newLedger takes note of the settings, some of which may be unknown while Terraform plans.
func newLedger(ctx context.Context, settings providerModel) (*ledger, diag.Diagnostics) {
	l := &ledger{unknown: map[string]bool{}}
	var diags diag.Diagnostics
	for _, setting := range []struct {
		name  string
		value types.Object
		into  any
	}{{"chain", settings.Chain, &l.settings}, {"wallet", settings.Wallet, &l.walletSettings}} {
		raw, err := setting.value.ToTerraformValue(ctx)
		switch {
		case err != nil || !raw.IsFullyKnown():
			l.unknown[setting.name] = true
		default:
			diags.Append(setting.value.As(ctx, setting.into, basetypes.ObjectAsOptions{UnhandledNullAsEmpty: true})...)
		}
	}
	return l, diags
}

var (
	errNoChain     = errors.New("the provider is not told which chain to use")
	errNoRPCServer = errors.New("the provider is not told how to reach the chain")
)

// client of the chain. It calls nothing yet.
func (l *ledger) client() (*chain.Client, error) {
	l.dialOnce.Do(func() { l.dialled, l.dialErr = l.dial() })
	return l.dialled, l.dialErr
}

func (l *ledger) dial() (*chain.Client, error) {
	if l.unknown["chain"] {
		return nil, fmt.Errorf("%w: chain", errUnknownSettings)
	}
	if l.settings == nil {
		return nil, errNoChain
	}
	urls := l.urls()
	if len(urls) == 0 {
		return nil, errNoRPCServer
	}
	confirmations := uint64(defaultConfirmations)
	if c := l.settings.Confirmations; !c.IsNull() {
		confirmations = uint64(c.ValueInt64())
	}
	return chain.New(chain.Options{
		ChainID: uint64(l.settings.ChainID.ValueInt64()), URLs: urls, Confirmations: confirmations, Transport: ownTransport(),
	})
}

func (l *ledger) urls() []string {
	var urls []string
	for _, element := range l.settings.RPCURLs.Elements() {
		if url, ok := element.(types.String); ok {
			urls = append(urls, url.ValueString())
		}
	}
	if urls == nil {
		for url := range strings.SplitSeq(os.Getenv(rpcURLsVariable), ",") {
			if url = strings.TrimSpace(url); url != "" {
				urls = append(urls, url)
			}
		}
	}
	return urls
}

// ownTransport calls what the user of Terraform names: on this machine, in this network, and through its proxy.
func ownTransport() *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.IdleConnTimeout = rpcIdleTimeout
	return transport
}

// sender of the wallet's transactions.
func (l *ledger) sender() (*chain.Sender, error) {
	client, err := l.client()
	if err != nil {
		return nil, err
	}
	from, err := l.wallet()
	if err != nil {
		return nil, err
	}
	fee := int64(defaultMaxFee)
	if f := l.settings.MaxFeePerGas; !f.IsNull() {
		fee = f.ValueInt64()
	}
	ceiling := new(big.Int).Mul(big.NewInt(fee), big.NewInt(gwei))
	return senders.For(client, from, chain.SenderOptions{MaxFeePerGas: ceiling, Poll: chainPoll})
}

// confirm waits until a call that was just sent counts. It takes what a Send answers; an error beside what was sent says
// that it may be on its way, which is found out.
func (l *ledger) confirm(ctx context.Context, sender *chain.Sender, sent *chain.Sent, err error) (*ethtypes.Receipt, error) {
	if sent == nil {
		return nil, err
	}
	return sender.Wait(ctx, sent)
}

// addressText writes an address with its checksum.
func addressText(address common.Address) types.String { return types.StringValue(address.Hex()) }

// explainChain turns an error of the chain or the wallet into diagnostics that say what happened and what to do next.
// Action completes the sentence "Unable to ...".
func explainChain(action string, err error) diag.Diagnostics {
	var diags diag.Diagnostics
	summary := "Unable to " + title(action)
	say := func(next string) { diags.AddError(summary, sentence(err.Error())+"\n\n"+next) }
	switch {
	case errors.Is(err, errUnknownSettings):
		return explain(action, err)
	case errors.Is(err, errNoChain):
		say("Set chain = { chain_id = ..., rpc_urls = [...] } in the configuration of the provider \"c2d\".")
	case errors.Is(err, errNoRPCServer):
		say("Set chain.rpc_urls in the configuration of the provider \"c2d\", or $" + rpcURLsVariable + " to URLs that are separated by commas.")
	case errors.Is(err, errWallet):
		say("The wallet comes from one of: $" + privateKeyVariable + "; wallet = { private_key_env = ... }, which names another variable; wallet = { keystore = ... } " +
			"with its password; wallet = { signer = ... }. Terraform writes none of them down.")
	case chain.ReasonOf(err) == chain.WrongChain:
		say("Check chain.chain_id and chain.rpc_urls in the configuration of the provider \"c2d\": they do not speak of the same chain.")
	case chain.ReasonOf(err) == chain.Unreachable:
		say("Check chain.rpc_urls in the configuration of the provider \"c2d\" (or $" + rpcURLsVariable + ") and that the chain makes blocks. " +
			"What was sent already is taken up by the next terraform apply.")
	case chain.ReasonOf(err) == chain.FeeTooHigh, chain.ReasonOf(err) == chain.Underpriced:
		say("Wait until the chain is cheaper, or raise chain.max_fee_per_gas in the configuration of the provider \"c2d\".")
	case chain.ReasonOf(err) == chain.Superseded:
		say("Something else sends from the same account. Apply again; give each provider configuration and each program an account of its own.")
	default:
		diags.AddError(summary, sentence(err.Error()))
	}
	return diags
}
