package provider

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/publish"
)

var (
	_ resource.ResourceWithConfigure   = (*dataNFTResource)(nil)
	_ resource.ResourceWithIdentity    = (*dataNFTResource)(nil)
	_ resource.ResourceWithImportState = (*dataNFTResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*dataNFTResource)(nil)
)

type dataNFTResource struct{ ledger *ledger }

func newDataNFTResource() resource.Resource { return &dataNFTResource{} }

// chainTimeout is how long to wait for the chain where the configuration does not say.
const chainTimeout = 10 * time.Minute

func (r *dataNFTResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_data_nft"
}

func (r *dataNFTResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = nftIdentity()
}

func (r *dataNFTResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.ledger = connectionsOf(req.ProviderData, &resp.Diagnostics).ledger
}

func (r *dataNFTResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	// What refers to a new NFT can show the chain.
	if req.State.Raw.IsNull() && !req.Plan.Raw.IsNull() && r.ledger != nil && r.ledger.settings != nil {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("chain_id"), r.ledger.settings.ChainID)...)
	}
}

func (r *dataNFTResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m dataNFTModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	within, diags := m.Timeouts.Create(ctx, chainTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	action := fmt.Sprintf("create data NFT %q", m.Name.ValueString())
	created, taken, err := r.mint(ctx, &m)
	if err != nil {
		resp.Diagnostics.Append(explainChain(action, err)...)
		return
	}
	if taken {
		resp.Diagnostics.AddWarning("Data NFT Was Found", fmt.Sprintf("NFT %s of this name was created by an earlier run, and has no DDO yet: it is taken over, and no other was made. "+
			"Where it is not meant, take it out (terraform state rm) and give this one a name, a symbol or a token_uri of its own.", created.NFT))
	}
	tflog.Info(ctx, "created a data NFT", map[string]any{"address": created.NFT.Hex()})
	m.ChainID = r.ledger.settings.ChainID
	m.Address, m.DatatokenAddress = addressText(created.NFT), addressText(created.Datatoken)
	m.Transaction = types.StringValue(created.Transaction.Hex())
	if m.Block, err = int64Of(created.Block); err != nil {
		resp.Diagnostics.Append(explainChain(action, err)...)
		return
	}
	// Whatever happens now, Terraform must know the NFT. An error would have the next apply end its life and make another:
	// what is not as planned is a warning, and shows in the next plan.
	r.setNames(&m)
	m.Owner = types.StringNull()
	resp.Diagnostics.Append(setNFTIdentity(ctx, resp.Identity, m.ChainID, m.Address)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	for _, problem := range r.bring(ctx, action, &m) {
		resp.Diagnostics.AddWarning(problem.Summary(), problem.Detail()+"\n\nThe NFT was created. The next terraform apply goes on from here.")
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *dataNFTResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m dataNFTModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setNFTIdentity(ctx, resp.Identity, m.ChainID, m.Address)...)
	resp.Diagnostics.Append(r.read(ctx, &m)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

// read what the chain says into a model that knows the address.
func (r *dataNFTResource) read(ctx context.Context, m *dataNFTModel) diag.Diagnostics {
	var diags diag.Diagnostics
	action := "read data NFT " + m.Address.ValueString()
	client, err := clientOn(r.ledger, m.ChainID)
	if err != nil {
		return explainChain(action, err)
	}
	facts, err := publish.At(client, common.HexToAddress(m.Address.ValueString())).Facts(ctx)
	if err != nil {
		return explainGone(action, err)
	}
	imported := m.Name.IsNull()
	if imported {
		m.Name, m.Symbol, m.Template = types.StringValue(facts.Name), types.StringValue(facts.Symbol), types.Int64Value(int64(facts.Template))
		m.Transferable = types.BoolValue(facts.Transferable)
		if len(facts.Datatokens) == 0 {
			diags.AddError("Unable to "+title(action), "The NFT has no datatoken, which this resource needs. Create one with Ocean's tools, or make another NFT.")
			return diags
		}
		m.DatatokenAddress = addressText(facts.Datatokens[0])
	}
	m.Owner, m.State, m.TokenURI = addressText(facts.Owner), nftStateText(facts.State), types.StringValue(facts.TokenURI)
	r.setNames(m)
	terms, err := publish.DatatokenTerms(ctx, client, common.HexToAddress(m.DatatokenAddress.ValueString()))
	if err != nil {
		return explainGone(action, err)
	}
	switch {
	case imported:
		m.Datatoken = datatokenOf(terms.Datatoken)
	case m.Datatoken.Price != nil && terms.Fixed != nil && terms.Fixed.Token == common.HexToAddress(m.Datatoken.Price.Token.ValueString()):
		m.Datatoken.Price.Amount = amountText(terms.Fixed.Amount)
	case m.Datatoken.Price != nil, m.Datatoken.Free.ValueBool() && terms.Free == nil:
		diags.AddWarning("Datatoken Is Not Offered", fmt.Sprintf("Nobody can get datatoken %s as the configuration says: its owner has turned that off at Ocean's exchange or dispenser. "+
			"It is turned on again there.", m.DatatokenAddress.ValueString()))
	}
	return diags
}

func datatokenOf(token publish.Datatoken) *datatokenModel {
	m := &datatokenModel{Name: types.StringValue(token.Name), Symbol: types.StringValue(token.Symbol), Template: types.Int64Value(token.Template)}
	if token.Cap != nil {
		m.Cap = amountText(token.Cap)
	}
	if token.Fixed != nil {
		m.Price = &priceModel{Token: addressText(token.Fixed.Token), Amount: amountText(token.Fixed.Amount)}
	}
	if token.Free != nil {
		m.Free = types.BoolValue(true)
	}
	return m
}

// setNames that follow from chain and address.
func (r *dataNFTResource) setNames(m *dataNFTModel) {
	m.ID = types.StringValue(nftID(m.ChainID, m.Address))
	m.DID = types.StringValue(ocean.DID(m.ChainID.ValueInt64(), common.HexToAddress(m.Address.ValueString())))
}

func (r *dataNFTResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var m dataNFTModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	within, diags := m.Timeouts.Update(ctx, chainTimeout)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(setNFTIdentity(ctx, resp.Identity, m.ChainID, m.Address)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	resp.Diagnostics.Append(r.bring(ctx, "update data NFT "+m.Address.ValueString(), &m)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func (r *dataNFTResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m dataNFTModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	within, diags := m.Timeouts.Delete(ctx, chainTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	action := "end the life of data NFT " + m.Address.ValueString()
	client, err := clientOn(r.ledger, m.ChainID)
	if err != nil {
		resp.Diagnostics.Append(explainChain(action, err)...)
		return
	}
	nft := publish.At(client, common.HexToAddress(m.Address.ValueString()))
	facts, err := nft.Facts(ctx)
	if chain.ReasonOf(err) == chain.Reverted {
		resp.Diagnostics.AddWarning("Data NFT Is Not There", sentence(err.Error())+" Terraform forgets it.")
		return
	}
	if err == nil && facts.State != publish.EndOfLife {
		err = r.write(ctx, func(sender *chain.Sender) (*chain.Sent, error) { return nft.SetState(ctx, sender, publish.EndOfLife) })
	}
	if errors.Is(err, publish.ErrNotAllowed) {
		resp.Diagnostics.AddWarning("Data NFT Is Somebody Else's", sentence(err.Error())+" Terraform forgets it, and leaves it as it is.")
		return
	}
	if err != nil {
		resp.Diagnostics.Append(explainChain(action, err)...)
	}
}

func (r *dataNFTResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importNFT(ctx, req, resp, path.Root("chain_id"), path.Root("address"))
}

// nftID names an NFT as import wants it.
func nftID(chainID types.Int64, address types.String) string {
	return strconv.FormatInt(chainID.ValueInt64(), 10) + "/" + address.ValueString()
}

func nftIdentity() identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"chain_id": identityschema.Int64Attribute{RequiredForImport: true, Description: "Id of the chain."},
		"address":  identityschema.StringAttribute{RequiredForImport: true, Description: "Address of the NFT's contract."},
	}}
}

func setNFTIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, chainID types.Int64, address types.String) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	diags := identity.SetAttribute(ctx, path.Root("chain_id"), chainID)
	diags.Append(identity.SetAttribute(ctx, path.Root("address"), address)...)
	return diags
}

// importNFT by chainID/address, or by identity, into two attributes.
func importNFT(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse, chainAt, addressAt path.Path) {
	var chainID int64
	var address string
	if req.ID != "" {
		number, rest, both := strings.Cut(req.ID, "/")
		parsed, err := strconv.ParseInt(number, 10, 64)
		if !both || err != nil {
			resp.Diagnostics.AddError("Invalid Import ID", fmt.Sprintf("%q does not name an NFT: expected chainID/address.", req.ID))
			return
		}
		chainID, address = parsed, rest
	} else if req.Identity != nil {
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("chain_id"), &chainID)...)
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("address"), &address)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if _, err := ocean.ParseAddress(address); err != nil {
		resp.Diagnostics.AddError("Invalid Import ID", sentence(err.Error()))
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, chainAt, chainID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, addressAt, address)...)
	resp.Diagnostics.Append(setNFTIdentity(ctx, resp.Identity, types.Int64Value(chainID), types.StringValue(address))...)
}

// clientOn the chain that an NFT lives on, which must be the provider's.
func clientOn(l *ledger, chainID types.Int64) (*chain.Client, error) {
	client, err := l.client()
	if err != nil {
		return nil, err
	}
	if !chainID.IsUnknown() && uint64(chainID.ValueInt64()) != client.ChainID() {
		return nil, fmt.Errorf("the NFT is on chain %d, and the provider is configured for chain %d: expected one chain", chainID.ValueInt64(), client.ChainID())
	}
	return client, nil
}

// explainGone is explainChain; an NFT that is not there is not forgotten, since the server may be the one that is wrong.
func explainGone(action string, err error) diag.Diagnostics {
	if chain.ReasonOf(err) != chain.Reverted {
		return explainChain(action, err)
	}
	var diags diag.Diagnostics
	diags.AddError("Unable to "+title(action), sentence(err.Error())+"\n\n"+
		"A chain does not lose a contract: the RPC server may serve another chain of the same id, or one that was set up anew. Where it is gone for good, have Terraform forget it: terraform state rm.")
	return diags
}
