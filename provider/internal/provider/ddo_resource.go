package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/resourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/publish"
)

var (
	_ resource.ResourceWithConfigure        = (*ddoResource)(nil)
	_ resource.ResourceWithConfigValidators = (*ddoResource)(nil)
	_ resource.ResourceWithIdentity         = (*ddoResource)(nil)
	_ resource.ResourceWithImportState      = (*ddoResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*ddoResource)(nil)
)

type ddoResource struct{ connections }

func newDDOResource() resource.Resource { return &ddoResource{} }

type ddoModel struct {
	ID               types.String    `tfsdk:"id"`
	NFT              *nftModel       `tfsdk:"nft"`
	Dataset          *publishedModel `tfsdk:"dataset"`
	Algorithm        *publishedModel `tfsdk:"algorithm"`
	JSON             types.String    `tfsdk:"json"`
	ServiceEndpoint  types.String    `tfsdk:"service_endpoint"`
	DatatokenAddress types.String    `tfsdk:"datatoken_address"`
	ClusterUID       types.String    `tfsdk:"cluster_uid"`
	DID              types.String    `tfsdk:"did"`
	SHA256           types.String    `tfsdk:"sha256"`
	Current          types.Bool      `tfsdk:"current"`
	Block            types.Int64     `tfsdk:"block"`
	Transaction      types.String    `tfsdk:"transaction"`
	Timeouts         timeouts.Value  `tfsdk:"timeouts"`
}

// publishedModel names an object that is published.
type publishedModel struct {
	Namespace  types.String `tfsdk:"namespace"`
	Name       types.String `tfsdk:"name"`
	Generation types.Int64  `tfsdk:"generation"`
}

func (r *ddoResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ddo"
}

func (r *ddoResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = nftIdentity()
}

func (r *ddoResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.connections = connectionsOf(req.ProviderData, &resp.Diagnostics)
}

func (r *ddoResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	anotherNFT := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	nft := nftAttributes()
	nft["chain_id"] = schema.Int64Attribute{
		MarkdownDescription: "Id of the chain, that of the provider. Another one is another NFT.",
		Required:            true, PlanModifiers: []planmodifier.Int64{int64planmodifier.RequiresReplace()},
	}
	nft["address"] = schema.StringAttribute{
		MarkdownDescription: "Address of the NFT's contract. Another one is another NFT.",
		Required:            true, Validators: []validator.String{checksummedAddress{}}, PlanModifiers: anotherNFT,
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The DDO that a data NFT tells of a dataset or an algorithm: what others read before they ask for access. It is built from the object in the cluster, says nothing of where its files lie, " +
			"and binds the NFT to that one object, so that nobody can claim it for another.\n\n" +
			"One apply publishes: the NFT comes first, the object names it in `nft`, and the DDO follows the object. When the object changes, the DDO does so in the same apply, where `dataset` or `algorithm` " +
			"is given as a whole (`dataset = c2d_dataset.tumours`). Destroying it sets an empty document in its place: the DID counts no longer.",
		Attributes: map[string]schema.Attribute{
			"id": keptString("`chainID/address` of the NFT, as import wants it."),
			"nft": schema.SingleNestedAttribute{
				MarkdownDescription: "NFT whose metadata it is; a whole `c2d_data_nft` may stand here.",
				Required:            true,
				Attributes:          nft,
			},
			"dataset":   publishedAttribute("dataset"),
			"algorithm": publishedAttribute("algorithm"),
			"json": schema.StringAttribute{
				MarkdownDescription: "DDO as JSON text (version 4 of Ocean's data model), for what no object here is. Else what was built and is on chain.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{stringvalidator.LengthBetween(2, 256<<10)},
			},
			"service_endpoint": schema.StringAttribute{
				MarkdownDescription: "URL at which the service is reached: that of the gateway's port for consumers. Goes with `dataset` and `algorithm`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthBetween(10, 2048), matches(`^https?://[^/@\s]+(/\S*)?$`, "must be a URL, such as https://c2d.example.org")},
			},
			"datatoken_address": schema.StringAttribute{
				MarkdownDescription: "Datatoken whose orders give access, one of the NFT's own. Default: its first.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{checksummedAddress{}},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"cluster_uid": schema.StringAttribute{
				MarkdownDescription: "UID of the cluster that has the object: that of its namespace `kube-system`. Default: it is looked up; whoever may not read that namespace asks the administrator.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthBetween(1, 128)},
			},
			"did":         keptString("DID that it describes: `did:op:...`."),
			"sha256":      schema.StringAttribute{MarkdownDescription: "SHA-256 of the document on chain, in lower-case hex; null where there is none.", Computed: true},
			"current":     schema.BoolAttribute{MarkdownDescription: "Whether the document on chain is the one that the object, or `json`, asks for. Where it is not, the next apply sets it.", Computed: true},
			"block":       schema.Int64Attribute{MarkdownDescription: "Block that it was set in.", Computed: true},
			"transaction": schema.StringAttribute{MarkdownDescription: "Transaction that set it.", Computed: true},
			"timeouts": timeouts.Attributes(ctx, timeouts.Opts{Create: true, Update: true, Delete: true,
				CreateDescription: chainWait, UpdateDescription: chainWait, DeleteDescription: chainWait}),
		},
	}
}

func publishedAttribute(what string) schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: fmt.Sprintf("The %s that is published; a whole `c2d_%s` may stand here.", what, what),
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"namespace":  schema.StringAttribute{MarkdownDescription: "Namespace of the " + what + ".", Required: true, Validators: []validator.String{label("a namespace")}},
			"name":       schema.StringAttribute{MarkdownDescription: "Name of the " + what + ".", Required: true, Validators: []validator.String{objectName("a " + what)}},
			"generation": schema.Int64Attribute{MarkdownDescription: "The " + what + "'s attribute `generation`: with it the DDO is planned to change when the " + what + " does.", Optional: true},
		},
	}
}

func (r *ddoResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{
		resourcevalidator.ExactlyOneOf(path.MatchRoot("dataset"), path.MatchRoot("algorithm"), path.MatchRoot("json")),
		resourcevalidator.ExactlyOneOf(path.MatchRoot("service_endpoint"), path.MatchRoot("json")),
		resourcevalidator.Conflicting(path.MatchRoot("json"), path.MatchRoot("datatoken_address")),
		resourcevalidator.Conflicting(path.MatchRoot("json"), path.MatchRoot("cluster_uid")),
	}
}

// ModifyPlan plans that the document changes where it has to, and that it stays where nothing does.
func (r *ddoResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || req.State.Raw.IsNull() {
		return
	}
	p := planned[struct{}]{prior: attributesOf(req.State.Raw), next: attributesOf(req.Plan.Raw)}
	var current *bool
	outdated := p.prior["current"].As(&current) != nil || current == nil || !*current
	for _, name := range []string{"dataset", "algorithm", "service_endpoint", "datatoken_address", "cluster_uid"} {
		outdated = outdated || p.changed(name)
	}
	written := attributesOf(req.Config.Raw)["json"]
	if !written.IsNull() {
		outdated = outdated || p.changed("json")
	}
	set := []string{"sha256", "current", "block", "transaction"}
	if written.IsNull() {
		set = append(set, "json")
	}
	if outdated {
		p.forget(set...)
	} else {
		p.keep(set...)
	}
	p.write(resp)
}

func (r *ddoResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m ddoModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	within, diags := m.Timeouts.Create(ctx, chainTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	resp.Diagnostics.Append(r.publish(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setNFTIdentity(ctx, resp.Identity, m.NFT.ChainID, m.NFT.Address)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *ddoResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var m ddoModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	within, diags := m.Timeouts.Update(ctx, chainTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setNFTIdentity(ctx, resp.Identity, m.NFT.ChainID, m.NFT.Address)...)
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if !req.Plan.Raw.IsFullyKnown() {
		resp.Diagnostics.Append(r.publish(ctx, &m)...)
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func (r *ddoResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m ddoModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setNFTIdentity(ctx, resp.Identity, m.NFT.ChainID, m.NFT.Address)...)
	found, diags := r.read(ctx, &m)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if found {
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
		return
	}
	resp.State.RemoveResource(ctx)
}

func (r *ddoResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m ddoModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	within, diags := m.Timeouts.Delete(ctx, chainTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	action := "withdraw the DDO of NFT " + m.NFT.Address.ValueString()
	client, err := clientOn(r.ledger, m.NFT.ChainID)
	if err != nil {
		resp.Diagnostics.Append(explainChain(action, err)...)
		return
	}
	nft := publish.At(client, common.HexToAddress(m.NFT.Address.ValueString()))
	facts, err := nft.Facts(ctx)
	if chain.ReasonOf(err) == chain.Reverted {
		resp.Diagnostics.AddWarning("Data NFT Is Not There", sentence(err.Error())+" Terraform forgets its DDO.")
		return
	}
	if err == nil && facts.HasMetadata && facts.State.Usable() {
		_, err = r.set(ctx, nft, nil, facts.State)
	}
	if errors.Is(err, publish.ErrNotAllowed) {
		resp.Diagnostics.AddWarning("Data NFT Is Somebody Else's", sentence(err.Error())+" Terraform forgets its DDO, and leaves it as it is.")
		return
	}
	if err != nil {
		resp.Diagnostics.Append(explainChain(action, err)...)
	}
}

func (r *ddoResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importNFT(ctx, req, resp, path.Root("nft").AtName("chain_id"), path.Root("nft").AtName("address"))
}

func (m *ddoModel) setNames() {
	m.ID = types.StringValue(nftID(m.NFT.ChainID, m.NFT.Address))
	m.DID = types.StringValue(ocean.DID(m.NFT.ChainID.ValueInt64(), common.HexToAddress(m.NFT.Address.ValueString())))
}
