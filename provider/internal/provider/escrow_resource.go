package provider

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/compute-to-data/terraform-provider-c2d/ocean"
)

var (
	_ resource.ResourceWithConfigure   = (*escrowResource)(nil)
	_ resource.ResourceWithIdentity    = (*escrowResource)(nil)
	_ resource.ResourceWithImportState = (*escrowResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*escrowResource)(nil)
)

// escrowWithin is the default of all timeouts: three transactions, each with its confirmations.
const escrowWithin = 15 * time.Minute

type escrowResource struct{ ledger *ledger }

func newEscrowResource() resource.Resource { return &escrowResource{} }

type escrowModel struct {
	ID              types.String   `tfsdk:"id"`
	Escrow          types.String   `tfsdk:"escrow"`
	Token           types.String   `tfsdk:"token"`
	Payee           types.String   `tfsdk:"payee"`
	Payer           types.String   `tfsdk:"payer"`
	Deposit         types.String   `tfsdk:"deposit"`
	MaxLockedAmount types.String   `tfsdk:"max_locked_amount"`
	MaxLockSeconds  types.Int64    `tfsdk:"max_lock_seconds"`
	MaxLocks        types.Int64    `tfsdk:"max_locks"`
	Available       types.String   `tfsdk:"available"`
	Locked          types.String   `tfsdk:"locked"`
	Block           types.Int64    `tfsdk:"block"`
	Timeouts        timeouts.Value `tfsdk:"timeouts"`
}

// escrowKey are the attributes that name an account at an escrow contract.
var escrowKey = []string{"escrow", "token", "payee"}

func (r *escrowResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_escrow"
}

func (r *escrowResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.ledger = connectionsOf(req.ProviderData, &resp.Diagnostics).ledger
}

func (r *escrowResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"escrow": identityschema.StringAttribute{RequiredForImport: true, Description: "Address of the escrow contract."},
		"token":  identityschema.StringAttribute{RequiredForImport: true, Description: "Address of the token."},
		"payee":  identityschema.StringAttribute{RequiredForImport: true, Description: "Address of the account that may lock money."},
	}}
}

func (r *escrowResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	contract := func(description string) schema.Attribute {
		return schema.StringAttribute{
			MarkdownDescription: description,
			Required:            true,
			Validators:          []validator.String{checksummedAddress{}},
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
		}
	}
	computed := func(description string, modifiers ...planmodifier.String) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true, PlanModifiers: modifiers}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The consumer's money in Ocean's escrow contract, out of which jobs are paid: the provider's wallet deposits a token there and authorises the payee of an environment to lock some of it for each run. " +
			"It needs `chain` and a wallet in the provider's configuration. Each transaction is waited for until it is confirmed.\n\n" +
			"**What `deposit` means.** It is the sum that this resource has put in, not a balance that it holds up: what jobs spend is no drift, and no plan refills it. `available` and `locked` show what is there. " +
			"A higher `deposit` puts in the difference, a lower one takes it out again, as far as it is free. To refill what was spent, raise `deposit` by that.\n\n" +
			"What is in the escrow already when the resource is created counts, so that an apply that was cut off does not deposit twice. Likewise, a deposit or a withdrawal that somebody made since the last change counts towards the next one, with a warning. " +
			"The contract keeps one balance for each payer and token, whoever may lock it: where several of these resources share it, give `deposit` to one of them and `0` to the others.\n\n" +
			"**Authorisation.** When it is no longer what the configuration says, the next plan shows that and applying it restores it. Without it no run starts.\n\n" +
			"**Destroy** revokes the authorisation, and withdraws `deposit`, or what is left of it and free. Money that is locked for runs stays until they are settled, at the latest until their locks expire; a warning says how much and until when.",
		Attributes: map[string]schema.Attribute{
			"id":     computed("`escrow/token/payee`, as import wants it.", stringplanmodifier.UseStateForUnknown()),
			"escrow": contract("Address of the escrow contract: `payment.escrow` of a `c2d_compute_environment`. (Not `terms.escrow` of an agreement, which waits for the money.) Another one makes another resource."),
			"token":  contract("Address of the token (ERC-20). Another one makes another resource."),
			"payee":  contract("Address of the account that may lock money: `payee` of a `c2d_compute_environment`. Another one makes another resource."),
			"payer":  computed("Address of the account whose money it is: that of the provider's wallet when it was created.", stringplanmodifier.UseStateForUnknown()),
			"deposit": schema.StringAttribute{
				MarkdownDescription: "Sum that is put in, in base units of the token.",
				Required:            true,
				Validators:          []validator.String{baseUnits{}},
			},
			"max_locked_amount": schema.StringAttribute{
				MarkdownDescription: "The most that the payee may hold locked at a time, in base units of the token: at least the `max_cost` of all jobs that are to run at the same time.",
				Required:            true,
				Validators:          []validator.String{baseUnits{}},
			},
			"max_lock_seconds": schema.Int64Attribute{
				MarkdownDescription: "The longest time that the payee may lock money, in seconds. A lock lives four hours longer than the `max_duration` of its job. Default: `100800`, enough for jobs of a day.",
				Optional:            true,
				Computed:            true,
				Default:             int64default.StaticInt64(100800),
				Validators:          []validator.Int64{int64validator.Between(1, 100*365*24*3600)},
			},
			"max_locks": schema.Int64Attribute{
				MarkdownDescription: "Number of locks that the payee may hold at a time: the number of jobs that may run, or be settled, at the same time. Default: `10`.",
				Optional:            true,
				Computed:            true,
				Default:             int64default.StaticInt64(10),
				Validators:          []validator.Int64{int64validator.Between(1, 1_000_000)},
			},
			"available": computed("What is in the escrow and free, of this payer and token, in base units."),
			"locked":    computed("What is locked for runs, by whichever payee."),
			"block": schema.Int64Attribute{
				MarkdownDescription: "Block of the last change that was made to the deposit.",
				Computed:            true,
			},
			"timeouts": timeouts.Attributes(ctx, timeouts.Opts{Create: true, Update: true, Delete: true,
				CreateDescription: chainWaitDescription, UpdateDescription: chainWaitDescription, DeleteDescription: chainWaitDescription}),
		},
	}
}

const chainWaitDescription = "How long to wait for transactions to be confirmed. Default: `15m`."

// ModifyPlan says who pays, and that the wallet is another one's.
func (r *escrowResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.ledger == nil || req.Plan.Raw.IsNull() {
		return
	}
	wallet, err := r.ledger.wallet()
	if err != nil {
		return // whoever applies has to have one
	}
	var payer types.String
	resp.Diagnostics.Append(resp.Plan.GetAttribute(ctx, path.Root("payer"), &payer)...)
	own := addressText(wallet.Address())
	switch {
	case resp.Diagnostics.HasError():
	case payer.IsUnknown():
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("payer"), own)...)
	case !payer.Equal(own) && !req.Plan.Raw.Equal(req.State.Raw):
		resp.Diagnostics.Append(otherPayer(payer.ValueString(), own.ValueString()))
	}
}

func otherPayer(payer, own string) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Wallet Is Not the Payer's",
		fmt.Sprintf("The money in the escrow is that of %s, and the provider's wallet is that of %s.\n\nGive the provider the payer's wallet; to pay from another one, destroy this resource with the old wallet first.", payer, own))
}

// Read what the chain says. Money that jobs have spent shows in available alone.
func (r *escrowResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m escrowModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setEscrowIdentity(ctx, resp.Identity, &m)...)
	action := "read escrow of " + m.Payer.ValueString()
	if m.Payer.IsNull() { // imported
		action = "import escrow"
		wallet, err := r.ledger.wallet()
		if err != nil {
			resp.Diagnostics.Append(explainChain(action, err)...)
			return
		}
		m.Payer = addressText(wallet.Address())
	}
	account, err := r.ledger.accountOf(&m)
	if err == nil {
		err = account.show(ctx, &m)
	}
	if err == nil && m.Deposit.IsNull() {
		m.Deposit = amountText(account.total())
		m.Block, err = account.head(ctx)
	}
	if err != nil {
		resp.Diagnostics.Append(explainChain(action, err)...)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *escrowResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	parts := strings.Split(req.ID, "/")
	if req.ID == "" && req.Identity != nil {
		parts = make([]string, len(escrowKey))
		for i, name := range escrowKey {
			resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root(name), &parts[i])...)
		}
		if resp.Diagnostics.HasError() {
			return
		}
	}
	if len(parts) != len(escrowKey) {
		resp.Diagnostics.AddError("Invalid Import ID", fmt.Sprintf("%q does not name an account in an escrow contract: expected the addresses escrow/token/payee.", req.ID))
		return
	}
	m := &escrowModel{}
	for i, into := range []*types.String{&m.Escrow, &m.Token, &m.Payee} {
		if _, err := ocean.ParseAddress(parts[i]); err != nil {
			resp.Diagnostics.AddError("Invalid Import ID", fmt.Sprintf("%s: %s.\n\nExpected the addresses escrow/token/payee.", escrowKey[i], err))
			return
		}
		*into = types.StringValue(parts[i])
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(escrowKey[i]), parts[i])...)
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), m.id())...)
	resp.Diagnostics.Append(setEscrowIdentity(ctx, resp.Identity, m)...)
}

func (m *escrowModel) id() string {
	return m.Escrow.ValueString() + "/" + m.Token.ValueString() + "/" + m.Payee.ValueString()
}

func setEscrowIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, m *escrowModel) diag.Diagnostics {
	var diags diag.Diagnostics
	if identity != nil {
		for i, value := range []types.String{m.Escrow, m.Token, m.Payee} {
			diags.Append(identity.SetAttribute(ctx, path.Root(escrowKey[i]), value)...)
		}
	}
	return diags
}
