package provider

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/objectvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/compute-to-data/terraform-provider-c2d/ocean/publish"
)

type dataNFTModel struct {
	ID               types.String    `tfsdk:"id"`
	ChainID          types.Int64     `tfsdk:"chain_id"`
	Address          types.String    `tfsdk:"address"`
	Name             types.String    `tfsdk:"name"`
	Symbol           types.String    `tfsdk:"symbol"`
	TokenURI         types.String    `tfsdk:"token_uri"`
	Transferable     types.Bool      `tfsdk:"transferable"`
	Template         types.Int64     `tfsdk:"template"`
	Datatoken        *datatokenModel `tfsdk:"datatoken"`
	State            types.String    `tfsdk:"state"`
	Contracts        *contractsModel `tfsdk:"contracts"`
	Owner            types.String    `tfsdk:"owner"`
	DatatokenAddress types.String    `tfsdk:"datatoken_address"`
	DID              types.String    `tfsdk:"did"`
	Block            types.Int64     `tfsdk:"block"`
	Transaction      types.String    `tfsdk:"transaction"`
	Timeouts         timeouts.Value  `tfsdk:"timeouts"`
}

type datatokenModel struct {
	Name     types.String `tfsdk:"name"`
	Symbol   types.String `tfsdk:"symbol"`
	Template types.Int64  `tfsdk:"template"`
	Cap      types.String `tfsdk:"cap"`
	Price    *priceModel  `tfsdk:"price"`
	Free     types.Bool   `tfsdk:"free"`
}

type priceModel struct {
	Token  types.String `tfsdk:"token"`
	Amount types.String `tfsdk:"amount"`
}

type contractsModel struct {
	Factory    types.String `tfsdk:"factory"`
	FixedPrice types.String `tfsdk:"fixed_price"`
	Dispenser  types.String `tfsdk:"dispenser"`
}

// nftStates by the names that they have in configurations.
var nftStates = map[string]publish.State{
	"active": publish.Active, "end_of_life": publish.EndOfLife, "deprecated": publish.Deprecated,
	"revoked": publish.Revoked, "ordering_disabled": publish.OrderingDisabled, "unlisted": publish.Unlisted,
}

// nftStateText of a state; a number that Ocean does not know is left to read as such.
func nftStateText(state publish.State) types.String {
	for name, known := range nftStates {
		if known == state {
			return types.StringValue(name)
		}
	}
	return types.StringValue("unknown")
}

func (r *dataNFTResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A data NFT with its datatoken, by which a dataset or an algorithm is published on chain; Ocean's factory makes both in one transaction, " +
			"and the provider's wallet owns them. A `c2d_dataset` or `c2d_algorithm` names it in `nft`; then a `c2d_ddo` sets what is told of it.\n\n" +
			"A chain forgets nothing: **destroying it sets the state `end_of_life`**, in which nothing accepts it any more; NFT and datatoken stay on chain, and a new one gets another DID.\n\n" +
			"Should Terraform be interrupted after it has sent the transaction, the next apply finds what was made and takes it over. It finds it by owner, `name`, `symbol` and `token_uri` " +
			"among those that are active and have no DDO yet: give each NFT of an owner names, or a `token_uri`, of its own.",
		Attributes: map[string]schema.Attribute{
			"id":       keptString("`chainID/address`, as import wants it."),
			"chain_id": schema.Int64Attribute{MarkdownDescription: "Id of the chain: that of the provider.", Computed: true, PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()}},
			"address":  keptString("Address of the NFT's contract."),
			"name":     nftName("NFT"),
			"symbol":   nftName("NFT, short,"),
			"token_uri": schema.StringAttribute{
				MarkdownDescription: "URI of the token, where wallets and markets look for a name and a picture. Default: none.",
				Optional:            true,
				Computed:            true,
				Default:             stringdefault.StaticString(""),
				Validators:          []validator.String{stringvalidator.LengthAtMost(8192)},
			},
			"transferable": schema.BoolAttribute{
				MarkdownDescription: "Whether the owner may transfer the NFT to another account. Default `true`. It cannot be changed later.",
				Optional:            true,
				Computed:            true,
				Default:             booldefault.StaticBool(true),
				PlanModifiers:       []planmodifier.Bool{boolplanmodifier.RequiresReplace()},
			},
			"template":  templateAttribute("NFT", "Default: `1`."),
			"datatoken": datatokenAttribute(),
			"state": schema.StringAttribute{
				MarkdownDescription: "State of what is published: `active` (the default), `end_of_life`, `deprecated`, `revoked`, `ordering_disabled` or `unlisted`. Only what is `active` or `unlisted` may be used.",
				Optional:            true,
				Computed:            true,
				Default:             stringdefault.StaticString("active"),
				Validators:          []validator.String{stringvalidator.OneOf(slices.Sorted(maps.Keys(nftStates))...)},
			},
			"contracts": schema.SingleNestedAttribute{
				MarkdownDescription: "Addresses of Ocean's contracts, where the chain is not one that Ocean publishes them for, or others are to be used. They are needed when the NFT is created.",
				Optional:            true,
				Attributes: map[string]schema.Attribute{
					"factory":     contractAttribute("ERC721Factory"),
					"fixed_price": contractAttribute("FixedRateExchange"),
					"dispenser":   contractAttribute("Dispenser"),
				},
			},
			"owner":             keptString("Account that owns the NFT. Somebody else's can be read, and not changed."),
			"datatoken_address": keptString("Address of the datatoken's contract."),
			"did":               keptString("The decentralised identifier that goes with the NFT: `did:op:...`."),
			"block":             schema.Int64Attribute{MarkdownDescription: "Block that it was created in; null of what was imported.", Computed: true, PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()}},
			"transaction":       keptString("Transaction that created it; null of what was imported."),
			"timeouts": timeouts.Attributes(ctx, timeouts.Opts{Create: true, Update: true, Delete: true,
				CreateDescription: chainWait, UpdateDescription: chainWait, DeleteDescription: chainWait}),
		},
	}
}

const chainWait = "How long to wait until the chain has confirmed what is sent. Default: `10m`."

// keptString is computed once, and stays.
func keptString(description string) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}}
}

func nftName(what string) schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: "Name of the " + what + " as wallets and markets show it. It cannot be changed later: another one makes another NFT.",
		Required:            true,
		Validators:          []validator.String{stringvalidator.LengthBetween(1, 256)},
		PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
	}
}

func templateAttribute(what, more string) schema.Attribute {
	return schema.Int64Attribute{
		MarkdownDescription: "Number of the " + what + "'s template in Ocean's factory. " + more,
		Optional:            true,
		Computed:            true,
		Default:             int64default.StaticInt64(1),
		Validators:          []validator.Int64{int64validator.Between(1, 100)},
		PlanModifiers:       []planmodifier.Int64{int64planmodifier.RequiresReplace()},
	}
}

func contractAttribute(name string) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: "Address of Ocean's " + name + ".", Optional: true, Validators: []validator.String{checksummedAddress{}}}
}

func datatokenAttribute() schema.Attribute {
	appears := objectplanmodifier.RequiresReplaceIf(
		func(_ context.Context, req planmodifier.ObjectRequest, resp *objectplanmodifier.RequiresReplaceIfFuncResponse) {
			resp.RequiresReplace = req.PlanValue.IsNull() != req.StateValue.IsNull()
		}, "a price that appears or goes makes another NFT", "a price that appears or goes makes another NFT")
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Token whose orders give access: one whole datatoken is spent on each. Without `price` and `free` the owner mints them and hands them out. But for the amount of the price, it cannot be changed later.",
		Required:            true,
		Attributes: map[string]schema.Attribute{
			"name":     nftName("datatoken"),
			"symbol":   nftName("datatoken, short,"),
			"template": templateAttribute("datatoken", "`1`, the default, or `2`, Ocean's enterprise template, of which orders burn the token, and may be bought and made at once."),
			"cap": schema.StringAttribute{
				MarkdownDescription: "The most datatokens that there may ever be, in units of 10^-18; with template 2 alone. Default: no limit.",
				Optional:            true,
				Validators:          []validator.String{baseUnits{least: 1}},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"price": schema.SingleNestedAttribute{
				MarkdownDescription: "Price at which Ocean's exchange sells datatokens to anybody.",
				Optional:            true,
				PlanModifiers:       []planmodifier.Object{appears},
				Validators:          []validator.Object{objectvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName("free"))},
				Attributes: map[string]schema.Attribute{
					"token": schema.StringAttribute{
						MarkdownDescription: "Address of the token (ERC-20) that is paid with.",
						Required:            true,
						Validators:          []validator.String{checksummedAddress{}},
						PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
					},
					"amount": schema.StringAttribute{
						MarkdownDescription: "Amount for one datatoken, in base units of the token. Buyers pay Ocean's fee on top. It can be changed.",
						Required:            true,
						Validators:          []validator.String{baseUnits{least: 1}},
					},
				},
			},
			"free": schema.BoolAttribute{
				MarkdownDescription: "Whether Ocean's dispenser gives one to whoever has none and asks.",
				Optional:            true,
				PlanModifiers:       []planmodifier.Bool{boolplanmodifier.RequiresReplace()},
			},
		},
	}
}
