package provider

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/escrow"
)

// escrowAccount is one payer's money in one token, and what one payee may do with it.
type escrowAccount struct {
	ledger              *ledger
	escrow              *escrow.Escrow
	token, payee, payer common.Address
	sender              *chain.Sender // nil until pay

	funds         escrow.Funds // as they were last read
	authorization escrow.Authorization
}

// accountOf a model, to look at.
func (l *ledger) accountOf(m *escrowModel) (*escrowAccount, error) {
	client, err := l.client()
	if err != nil {
		return nil, err
	}
	a := &escrowAccount{ledger: l}
	var contract common.Address
	for _, address := range []struct {
		name string
		text types.String
		into *common.Address
	}{{"escrow", m.Escrow, &contract}, {"token", m.Token, &a.token}, {"payee", m.Payee, &a.payee}, {"payer", m.Payer, &a.payer}} {
		if *address.into, err = ocean.ParseAddress(address.text.ValueString()); err != nil {
			return nil, fmt.Errorf("%s: %w", address.name, err)
		}
	}
	a.escrow = escrow.New(client, contract)
	return a, nil
}

// look at the chain.
func (a *escrowAccount) look(ctx context.Context) (err error) {
	if a.funds, err = a.escrow.Funds(ctx, a.payer, a.token); err != nil {
		return err
	}
	a.authorization, err = a.escrow.Authorization(ctx, a.payer, a.payee, a.token)
	return err
}

// total in the escrow, free or not.
func (a *escrowAccount) total() *big.Int { return new(big.Int).Add(a.funds.Available, a.funds.Locked) }

// show what the chain says in a model.
func (a *escrowAccount) show(ctx context.Context, m *escrowModel) error {
	if err := a.look(ctx); err != nil {
		return err
	}
	m.ID = types.StringValue(m.id())
	m.Available, m.Locked = amountText(a.funds.Available), amountText(a.funds.Locked)
	m.MaxLockedAmount = amountText(a.authorization.MaxAmount)
	m.MaxLockSeconds = types.Int64Value(int64(a.authorization.MaxTime / time.Second))
	m.MaxLocks = types.Int64Value(math.MaxInt64)
	if a.authorization.MaxLocks.IsInt64() {
		m.MaxLocks = types.Int64Value(a.authorization.MaxLocks.Int64())
	}
	return nil
}

func (a *escrowAccount) head(ctx context.Context) (types.Int64, error) {
	client, err := a.ledger.client()
	if err != nil {
		return types.Int64Null(), err
	}
	head, err := client.Head(ctx)
	return types.Int64Value(int64(head.Number)), err
}

// errOtherPayer says that the wallet cannot move this money.
var errOtherPayer = errors.New("the provider's wallet is not the payer's")

// moving is held while money is moved or allowed: an allowance belongs to a token and a contract, and what is found in the
// escrow must not be counted by two resources at once.
var moving = make(chan struct{}, 1)

// ownTransactions of this process, which are known not to be anybody else's.
var ownTransactions sync.Map // common.Hash -> struct{}

// pay opens the wallet, and keeps other resources out until done is called.
func (a *escrowAccount) pay(ctx context.Context) (done func(), err error) {
	if a.sender, err = a.ledger.sender(); err != nil {
		return nil, err
	}
	if a.sender.Address() != a.payer {
		return nil, fmt.Errorf("%w: it is that of %s, and the money is that of %s", errOtherPayer, a.sender.Address(), a.payer)
	}
	if a.payee == a.payer {
		return nil, fmt.Errorf("%w: %s cannot be payer and payee", escrow.ErrInvalid, a.payee)
	}
	select {
	case moving <- struct{}{}:
		return func() { <-moving }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for other transactions of this wallet: %w", ctx.Err())
	}
}

// confirmed waits for a call to the escrow, and wants its event.
func (a *escrowAccount) confirmed(ctx context.Context, event string, sent *chain.Sent, err error) error {
	receipt, err := a.ledger.confirm(ctx, a.sender, sent, err)
	if err != nil {
		return err
	}
	ownTransactions.Store(receipt.TxHash, struct{}{})
	if event != "" && !a.escrow.Emitted(receipt, event) {
		return fmt.Errorf("transaction %s is confirmed, and escrow %s did nothing: it emitted no event %s; check that it is the right contract", receipt.TxHash, a.escrow.Address(), event)
	}
	tflog.Info(ctx, "confirmed", map[string]any{"transaction": receipt.TxHash.Hex(), "block": receipt.BlockNumber.String(), "event": event})
	return nil
}

// move an amount in, or, where it is negative, out. Moved says whether anything may have happened.
func (a *escrowAccount) move(ctx context.Context, amount *big.Int) (moved bool, err error) {
	if amount.Sign() < 0 {
		sent, err := a.escrow.Withdraw(ctx, a.sender, a.token, new(big.Int).Neg(amount))
		return sent != nil, a.confirmed(ctx, "Withdraw", sent, err)
	}
	allowance, balance, err := a.escrow.Allowance(ctx, a.payer, a.token)
	if err != nil {
		return false, err
	}
	if balance.Cmp(amount) < 0 {
		return false, fmt.Errorf("%w: account %s has %s base units of token %s, and %s are to be deposited", escrow.ErrInsufficient, a.payer, balance, a.token, amount)
	}
	if allowance.Cmp(amount) < 0 {
		sent, err := a.escrow.Approve(ctx, a.sender, a.token, amount)
		if err := a.confirmed(ctx, "", sent, err); err != nil {
			return false, fmt.Errorf("approve the deposit: %w", err)
		}
	}
	sent, err := a.escrow.Deposit(ctx, a.sender, a.token, amount)
	return sent != nil, a.confirmed(ctx, "Deposit", sent, err)
}

// authorize what a model asks for, unless it is so already.
func (a *escrowAccount) authorize(ctx context.Context, m *escrowModel) error {
	amount, seconds, locks := amountOf(m.MaxLockedAmount), m.MaxLockSeconds.ValueInt64(), m.MaxLocks.ValueInt64()
	is := a.authorization
	if is.MaxAmount.Cmp(amount) == 0 && is.MaxTime == time.Duration(seconds)*time.Second && is.MaxLocks.Cmp(big.NewInt(locks)) == 0 {
		return nil
	}
	sent, err := a.escrow.Authorize(ctx, a.sender, a.payee, a.token, amount, time.Duration(seconds)*time.Second, uint64(locks))
	return a.confirmed(ctx, "Auth", sent, err)
}

// movedSince is how far back movements are looked for, in blocks: an apply that was cut off is repeated soon.
const movedSince = 100_000

// movedBy others, or by an apply that was cut off: the sum since a block.
func (a *escrowAccount) movedBy(ctx context.Context, since int64) (*big.Int, error) {
	head, err := a.head(ctx)
	if err != nil {
		return nil, err
	}
	movements, err := a.escrow.Movements(ctx, a.payer, uint64(max(since+1, head.ValueInt64()-movedSince, 0)))
	if err != nil {
		return nil, err
	}
	sum := new(big.Int)
	for _, movement := range movements {
		if _, known := ownTransactions.Load(movement.Transaction); !known && movement.Token == a.token {
			sum.Add(sum, movement.Amount)
		}
	}
	return sum, nil
}

// still to be moved of an amount, when some was moved already; never the other way.
func still(amount, moved *big.Int) *big.Int {
	if amount.Sign() == 0 || moved.Sign() != amount.Sign() {
		return amount
	}
	rest := new(big.Int).Sub(amount, moved)
	if rest.Sign() != amount.Sign() {
		return new(big.Int)
	}
	return rest
}
