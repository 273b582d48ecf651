package provider

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/compute-to-data/terraform-provider-c2d/ocean/escrow"
)

// Create deposits what is missing and authorises the payee. The state is written after each transaction.
func (r *escrowResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan escrowModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	within, diags := plan.Timeouts.Create(ctx, escrowWithin)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	const action = "create escrow"
	if plan.Payer.IsUnknown() {
		wallet, err := r.ledger.wallet()
		if err != nil {
			resp.Diagnostics.Append(explainChain(action, err)...)
			return
		}
		plan.Payer = addressText(wallet.Address())
	}
	account, done, err := r.begin(ctx, &plan)
	if err != nil {
		resp.Diagnostics.Append(explainEscrow(action, err)...)
		return
	}
	defer done()
	wanted := amountOf(plan.Deposit)
	missing := new(big.Int).Sub(wanted, account.total())
	if counted := least(account.total(), wanted); counted.Sign() > 0 {
		resp.Diagnostics.AddWarning("Deposit Counts What Was There", fmt.Sprintf("%s base units of token %s are in escrow %s already, and %s of them count towards deposit. "+
			"Where another c2d_escrow has put them in, raise deposit in one of the two.", account.total(), account.token, account.escrow.Address(), counted))
	}
	if plan.Block, err = account.head(ctx); err != nil {
		resp.Diagnostics.Append(explainEscrow(action, err)...)
		return
	}
	state := plan
	state.Deposit = amountText(least(account.total(), wanted))
	if missing.Sign() > 0 {
		moved, err := account.move(ctx, missing)
		if err != nil {
			if moved {
				resp.Diagnostics.Append(account.save(ctx, &resp.State, resp.Identity, state)...)
			}
			resp.Diagnostics.Append(explainEscrow(action, err)...)
			return
		}
		state.Deposit = plan.Deposit
		if state.Block, err = account.head(ctx); err == nil {
			plan.Block = state.Block
		}
		resp.Diagnostics.Append(account.save(ctx, &resp.State, resp.Identity, state)...)
	}
	if err := account.authorize(ctx, &plan); err != nil {
		resp.Diagnostics.Append(account.save(ctx, &resp.State, resp.Identity, state)...)
		resp.Diagnostics.Append(explainEscrow(action, err)...)
		return
	}
	resp.Diagnostics.Append(account.finish(ctx, &resp.State, resp.Identity, plan)...)
}

// Update moves the difference, and authorises what is asked for now.
func (r *escrowResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state escrowModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	within, diags := plan.Timeouts.Update(ctx, escrowWithin)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	const action = "update escrow"
	account, done, err := r.begin(ctx, &state)
	if err != nil {
		resp.Diagnostics.Append(explainEscrow(action, err)...)
		return
	}
	defer done()
	fail := func(err error) {
		resp.Diagnostics.Append(account.save(ctx, &resp.State, resp.Identity, state)...)
		resp.Diagnostics.Append(explainEscrow(action, err)...)
	}
	state.Timeouts = plan.Timeouts
	plan.Block = state.Block
	if change := new(big.Int).Sub(amountOf(plan.Deposit), amountOf(state.Deposit)); change.Sign() != 0 {
		moved, err := account.movedBy(ctx, state.Block.ValueInt64())
		if err != nil {
			fail(err)
			return
		}
		rest := still(change, moved)
		if rest.Cmp(change) != 0 {
			resp.Diagnostics.AddWarning("Deposit Counts What Was Moved", fmt.Sprintf("Since block %d %s base units of token %s were moved, by hand or by an apply that was cut off. "+
				"They count: of the change of deposit by %s, %s are left to do.", state.Block.ValueInt64(), signed(moved), account.token, signed(change), signed(rest)))
		}
		if rest.Sign() != 0 {
			if _, err := account.move(ctx, rest); err != nil {
				fail(err)
				return
			}
		}
		state.Deposit = plan.Deposit
		if state.Block, err = account.head(ctx); err != nil {
			state.Block = plan.Block
		}
		plan.Block = state.Block
		resp.Diagnostics.Append(account.save(ctx, &resp.State, resp.Identity, state)...)
	}
	if err := account.authorize(ctx, &plan); err != nil {
		fail(err)
		return
	}
	resp.Diagnostics.Append(account.finish(ctx, &resp.State, resp.Identity, plan)...)
}

// Delete revokes the authorisation and withdraws what was put in, as far as it is there and free.
func (r *escrowResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state escrowModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	within, diags := state.Timeouts.Delete(ctx, escrowWithin)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	const action = "delete escrow"
	account, done, err := r.begin(ctx, &state)
	if err != nil {
		resp.Diagnostics.Append(explainEscrow(action, err)...)
		return
	}
	defer done()
	nothing := escrowModel{MaxLockedAmount: types.StringValue("0"), MaxLockSeconds: types.Int64Value(0), MaxLocks: types.Int64Value(0)}
	err = account.authorize(ctx, &nothing)
	if err == nil {
		// What is free may have become more or less since it was read.
		err = account.look(ctx)
	}
	if err == nil {
		if free := least(account.funds.Available, amountOf(state.Deposit)); free.Sign() > 0 {
			_, err = account.move(ctx, new(big.Int).Neg(free))
		}
	}
	if err != nil {
		resp.Diagnostics.Append(explainEscrow(action, err)...)
		return
	}
	if locked := account.authorization.Amount; locked.Sign() > 0 {
		until := ""
		if locks, err := account.escrow.Locks(ctx, account.payer, account.payee, account.token); err == nil {
			var last time.Time
			for _, lock := range locks {
				if lock.Expiry.After(last) {
					last = lock.Expiry
				}
			}
			until = ", at the latest at " + last.Format(time.RFC3339)
		}
		resp.Diagnostics.AddWarning("Money Stays Locked", fmt.Sprintf("%s base units of token %s are locked by %s for runs that are not settled. What they do not cost comes back to the deposit of %s in escrow %s%s. "+
			"Withdraw it then, with any wallet application or by a new c2d_escrow that is destroyed again.", locked, account.token, account.payee, account.payer, account.escrow.Address(), until))
	}
}

// begin to change an account: nobody else in this process does until done.
func (r *escrowResource) begin(ctx context.Context, m *escrowModel) (account *escrowAccount, done func(), err error) {
	if account, err = r.ledger.accountOf(m); err != nil {
		return nil, nil, err
	}
	if done, err = account.pay(ctx); err != nil {
		return nil, nil, err
	}
	if err = account.look(ctx); err != nil {
		done()
		return nil, nil, err
	}
	return account, done, nil
}

// save what is true now, after a failure too: the time for the transactions may be over.
func (a *escrowAccount) save(ctx context.Context, state *tfsdk.State, identity *tfsdk.ResourceIdentity, m escrowModel) diag.Diagnostics {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveTimeout)
	defer cancel()
	if err := a.show(ctx, &m); err != nil {
		// The next refresh reads it.
		m.ID, m.Available, m.Locked = types.StringValue(m.id()), types.StringNull(), types.StringNull()
	}
	diags := state.Set(ctx, &m)
	diags.Append(setEscrowIdentity(ctx, identity, &m)...)
	return diags
}

const saveTimeout = 15 * time.Second

// finish with what was planned; money that is locked meanwhile is no concern of the plan's.
func (a *escrowAccount) finish(ctx context.Context, state *tfsdk.State, identity *tfsdk.ResourceIdentity, m escrowModel) diag.Diagnostics {
	found := m
	if err := a.show(ctx, &found); err != nil {
		diags := a.save(ctx, state, identity, m)
		diags.Append(explainEscrow("read escrow", err)...)
		return diags
	}
	m.ID, m.Available, m.Locked = found.ID, found.Available, found.Locked
	diags := state.Set(ctx, &m)
	diags.Append(setEscrowIdentity(ctx, identity, &m)...)
	return diags
}

// explainEscrow adds what only this resource knows.
func explainEscrow(action string, err error) diag.Diagnostics {
	var diags diag.Diagnostics
	switch {
	case errors.Is(err, errOtherPayer):
		diags.AddError("Unable to "+title(action), sentence(err.Error())+"\n\nGive the provider the payer's wallet.")
	case errors.Is(err, escrow.ErrInsufficient):
		diags.AddAttributeError(path.Root("deposit"), "Unable to "+title(action), sentence(err.Error())+
			"\n\nNothing was sent. Give the account more of the token, or ask for another deposit; what is locked for runs, or spent, cannot be taken out.")
	case errors.Is(err, escrow.ErrInvalid):
		diags.AddAttributeError(path.Root("payee"), "Unable to "+title(action), sentence(err.Error()))
	default:
		return explainChain(action, err)
	}
	return diags
}

func least(a, b *big.Int) *big.Int {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}

// signed writes an amount with its sign.
func signed(amount *big.Int) string { return fmt.Sprintf("%+d", amount) }
