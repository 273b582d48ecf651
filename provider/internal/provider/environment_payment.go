package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int32validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int32default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	ac "github.com/compute-to-data/terraform-provider-c2d/crds/applyconfiguration/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// paymentModel says what jobs cost in an environment, and how they pay.
type paymentModel struct {
	Chain          *paymentChainModel `tfsdk:"chain"`
	Escrow         types.String       `tfsdk:"escrow"`
	PayeeSecretRef *secretRefModel    `tfsdk:"payee_secret_ref"`
	PayeeSigner    *walletSignerModel `tfsdk:"payee_signer"`
	Prices         []tokenPricesModel `tfsdk:"prices"`
}

type paymentChainModel struct {
	ChainID          types.Int64     `tfsdk:"chain_id"`
	RPCURLs          []string        `tfsdk:"rpc_urls"`
	RPCURLsSecretRef *secretRefModel `tfsdk:"rpc_urls_secret_ref"`
	Confirmations    types.Int32     `tfsdk:"confirmations"`
	NFTFactory       types.String    `tfsdk:"nft_factory"`
}

type tokenPricesModel struct {
	Token     types.String          `tfsdk:"token"`
	PerMinute *pricesPerMinuteModel `tfsdk:"per_minute"`
}

type pricesPerMinuteModel struct {
	CPU       types.String `tfsdk:"cpu"`
	MemoryGiB types.String `tfsdk:"memory_gib"`
	DiskGiB   types.String `tfsdk:"disk_gib"`
}

func paymentAttribute() schema.Attribute {
	price := func(of string) schema.Attribute {
		return schema.StringAttribute{
			MarkdownDescription: "Price of " + of + ", in base units of the token. Default: `0`.",
			Optional:            true,
			Computed:            true,
			Default:             stringdefault.StaticString("0"),
			Validators:          []validator.String{baseUnits{}},
		}
	}
	return schema.SingleNestedAttribute{
		MarkdownDescription: "What jobs cost, and how they pay: out of Ocean's escrow contract, under a `c2d_service_agreement`, for each minute that the algorithm ran. Not set: nothing.",
		Optional:            true,
		Validators:          []validator.Object{exactlyOneOf("payee_secret_ref", "payee_signer")},
		Attributes: map[string]schema.Attribute{
			"chain": schema.SingleNestedAttribute{
				MarkdownDescription: "Chain that the money is on, as the controller reaches it.",
				Required:            true,
				Validators:          []validator.Object{exactlyOneOf("rpc_urls", "rpc_urls_secret_ref")},
				Attributes: map[string]schema.Attribute{
					"chain_id": schema.Int64Attribute{
						MarkdownDescription: "Id of the chain. Nodes that serve another one are not believed.",
						Required:            true,
						Validators:          []validator.Int64{int64validator.Between(1, 1<<53-1)},
					},
					"rpc_urls": schema.ListAttribute{
						MarkdownDescription: "URLs of nodes, tried in this order. Whoever may read the environment can read them: one that contains a key belongs in `rpc_urls_secret_ref`.",
						ElementType:         types.StringType,
						Optional:            true,
						Validators:          []validator.List{listvalidator.SizeBetween(1, 8), listvalidator.ValueStringsAre(urlValidators()...)},
					},
					"rpc_urls_secret_ref": secretRefAttribute("Secret in the controller's namespace whose key `rpcURLs` holds the URLs of nodes, one on each line.", false),
					"confirmations": schema.Int32Attribute{
						MarkdownDescription: "Number of blocks on top of an event's own from which on it is believed. Default: `3`.",
						Optional:            true,
						Computed:            true,
						Default:             int32default.StaticInt32(defaultConfirmations),
						Validators:          []validator.Int32{int32validator.Between(0, 1000)},
					},
					"nft_factory": schema.StringAttribute{
						MarkdownDescription: "Address of Ocean's ERC721Factory on the chain: of NFTs that it has made it is known who publishes with them (`access.publishers` of datasets). Default: the one that Ocean has deployed there, if any.",
						Optional:            true,
						Validators:          []validator.String{checksummedAddress{}},
					},
				},
			},
			"escrow": schema.StringAttribute{
				MarkdownDescription: "Address of Ocean's escrow contract.",
				Required:            true,
				Validators:          []validator.String{checksummedAddress{}},
			},
			"payee_secret_ref": secretRefAttribute("Secret in the controller's namespace with the key of the account that is paid: `privateKey` in hexadecimal, or `keystore` (JSON of version 3) and `password`.", false),
			"payee_signer": schema.SingleNestedAttribute{
				MarkdownDescription: "Keeps the key of the account that is paid outside of the cluster, and signs its transactions.",
				Optional:            true,
				Attributes: map[string]schema.Attribute{
					"url": schema.StringAttribute{
						MarkdownDescription: "URL of the signer, http or https, without user name and password in it.",
						Required:            true,
						Validators:          urlValidators(),
					},
					"api": schema.StringAttribute{
						MarkdownDescription: "API that it speaks: `Clef` (account_signTransaction) or `Web3Signer` (eth_signTransaction).",
						Required:            true,
						Validators:          []validator.String{stringvalidator.OneOf(string(v1alpha1.SignerClef), string(v1alpha1.SignerWeb3Signer))},
					},
					"address": schema.StringAttribute{
						MarkdownDescription: "Address of the account that it is to sign for.",
						Required:            true,
						Validators:          []validator.String{checksummedAddress{}},
					},
				},
			},
			"prices": schema.ListNestedAttribute{
				MarkdownDescription: "Prices, for each token that is taken. Whoever signs an agreement signs those of its token: at other prices it does not hold.",
				Required:            true,
				Validators:          []validator.List{listvalidator.SizeBetween(1, 16), uniqueTokens{}},
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"token": schema.StringAttribute{
						MarkdownDescription: "Address of an ERC-20 contract.",
						Required:            true,
						Validators:          []validator.String{checksummedAddress{}},
					},
					"per_minute": schema.SingleNestedAttribute{
						MarkdownDescription: "Prices of each minute that a job's algorithm runs; a minute that has begun counts as one. Parts of a core and of a GiB are paid in proportion.",
						Required:            true,
						Attributes: map[string]schema.Attribute{
							"cpu":        price("one core"),
							"memory_gib": price("one GiB of memory"),
							"disk_gib":   price("one GiB of disk"),
						},
					},
				}},
			},
		},
	}
}

// samePayee says whether two payments name the same key. Other prices must not make the payee unknown in a plan: what is
// deposited for it would be planned to be made anew.
func samePayee(before, after tftypes.Value) bool {
	if before.IsNull() && after.IsNull() {
		return true
	}
	a, b := attributesOf(before), attributesOf(after)
	if a == nil || b == nil {
		return false
	}
	return a["payee_secret_ref"].Equal(b["payee_secret_ref"]) && a["payee_signer"].Equal(b["payee_signer"])
}

func (m *paymentModel) configuration() *ac.PaymentApplyConfiguration {
	if m == nil {
		return nil
	}
	payment := &ac.PaymentApplyConfiguration{Escrow: address(m.Escrow), PayeeSecretRef: m.PayeeSecretRef.configuration()}
	if c := m.Chain; c != nil {
		payment.Chain = &ac.ChainApplyConfiguration{
			ChainID: c.ChainID.ValueInt64Pointer(), RPCURLs: c.RPCURLs, RPCURLsSecretRef: c.RPCURLsSecretRef.configuration(),
			Confirmations: c.Confirmations.ValueInt32Pointer(), NFTFactory: address(c.NFTFactory),
		}
	}
	if s := m.PayeeSigner; s != nil {
		api := v1alpha1.SignerAPI(s.API.ValueString())
		payment.PayeeSigner = &ac.ExternalSignerApplyConfiguration{URL: text(s.URL), API: &api, Address: address(s.Address)}
	}
	for _, p := range m.Prices {
		prices := ac.TokenPricesApplyConfiguration{Token: address(p.Token)}
		if per := p.PerMinute; per != nil {
			prices.PerMinute = &ac.PricesApplyConfiguration{CPU: amount(per.CPU), MemoryGiB: amount(per.MemoryGiB), DiskGiB: amount(per.DiskGiB)}
		}
		payment.Prices = append(payment.Prices, prices)
	}
	return payment
}

func paymentOf(p *v1alpha1.Payment) *paymentModel {
	if p == nil {
		return nil
	}
	m := &paymentModel{
		Chain: &paymentChainModel{
			ChainID: types.Int64Value(p.Chain.ChainID), RPCURLs: copyOf(p.Chain.RPCURLs),
			RPCURLsSecretRef: secretRefOf(p.Chain.RPCURLsSecretRef), Confirmations: types.Int32PointerValue(p.Chain.Confirmations), NFTFactory: textOf(string(p.Chain.NFTFactory)),
		},
		Escrow:         textOf(string(p.Escrow)),
		PayeeSecretRef: secretRefOf(p.PayeeSecretRef),
	}
	if s := p.PayeeSigner; s != nil {
		m.PayeeSigner = &walletSignerModel{URL: textOf(s.URL), API: textOf(string(s.API)), Address: textOf(string(s.Address))}
	}
	for _, offer := range p.Prices {
		prices := tokenPricesModel{Token: textOf(string(offer.Token))}
		prices.PerMinute = &pricesPerMinuteModel{
			CPU: textOf(string(offer.PerMinute.CPU)), MemoryGiB: textOf(string(offer.PerMinute.MemoryGiB)), DiskGiB: textOf(string(offer.PerMinute.DiskGiB)),
		}
		m.Prices = append(m.Prices, prices)
	}
	return m
}
