package escrow

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
)

// Errors that are found before anything is sent.
var (
	// ErrInsufficient: the account or its deposit has less than is asked for.
	ErrInsufficient = errors.New("insufficient funds")
	// ErrInvalid: the contract would refuse the arguments, or do nothing.
	ErrInvalid = errors.New("invalid")
)

// Every call below returns once it is sent, as chain.Sender does: a Sent beside an error may yet be mined.

// Approve lets the escrow take a deposit from the sender's account.
func (e *Escrow) Approve(ctx context.Context, payer *chain.Sender, token common.Address, amount *big.Int) (*chain.Sent, error) {
	return payer.Send(ctx, chain.Call{To: token, Data: e.token.PackApprove(e.address, amount)})
}

// Allowance is what the escrow may still take from an account, and the account's balance.
func (e *Escrow) Allowance(ctx context.Context, payer, token common.Address) (allowance, balance *big.Int, err error) {
	allowance, err = decodeAnswer(ctx, e.client, token, e.token.PackAllowance(payer, e.address), e.token.UnpackAllowance)
	if err != nil {
		return nil, nil, fmt.Errorf("read the allowance of escrow %s in token %s: %w", e.address, token, err)
	}
	balance, err = decodeAnswer(ctx, e.client, token, e.token.PackBalanceOf(payer), e.token.UnpackBalanceOf)
	if err != nil {
		return nil, nil, fmt.Errorf("read the balance of %s in token %s: %w", payer, token, err)
	}
	return allowance, balance, nil
}

// Deposit into the sender's available funds. It takes an allowance that is mined already.
func (e *Escrow) Deposit(ctx context.Context, payer *chain.Sender, token common.Address, amount *big.Int) (*chain.Sent, error) {
	if amount.Sign() <= 0 {
		return nil, fmt.Errorf("%w: a deposit of %s, expected more than zero", ErrInvalid, amount)
	}
	allowance, balance, err := e.Allowance(ctx, payer.Address(), token)
	if err != nil {
		return nil, err
	}
	if balance.Cmp(amount) < 0 || allowance.Cmp(amount) < 0 {
		return nil, fmt.Errorf("%w: a deposit of %s takes as much in the account of %s, which has %s, and a mined approval of escrow %s, which has %s",
			ErrInsufficient, amount, payer.Address(), balance, e.address, allowance)
	}
	return payer.Send(ctx, chain.Call{To: e.address, Data: e.contract.PackDeposit(token, amount)})
}

// Withdraw from the sender's available funds to its account. Of too much the contract would silently withdraw nothing, so
// that is an error here.
func (e *Escrow) Withdraw(ctx context.Context, payer *chain.Sender, token common.Address, amount *big.Int) (*chain.Sent, error) {
	funds, err := e.Funds(ctx, payer.Address(), token)
	if err != nil {
		return nil, err
	}
	if amount.Sign() <= 0 || funds.Available.Cmp(amount) < 0 {
		return nil, fmt.Errorf("%w: %s has %s available in escrow %s (%s are locked), and cannot withdraw %s",
			ErrInsufficient, payer.Address(), funds.Available, e.address, funds.Locked, amount)
	}
	return payer.Send(ctx, chain.Call{To: e.address, Data: e.contract.PackWithdraw([]common.Address{token}, []*big.Int{amount})})
}

// Authorize a payee to lock some of the sender's funds; zeros revoke. Live locks stay as they are.
func (e *Escrow) Authorize(ctx context.Context, payer *chain.Sender, payee, token common.Address, maxAmount *big.Int, maxTime time.Duration, maxLocks uint64) (*chain.Sent, error) {
	if payee == payer.Address() {
		return nil, fmt.Errorf("%w: %s cannot be payer and payee", ErrInvalid, payee)
	}
	return payer.Send(ctx, chain.Call{
		To:   e.address,
		Data: e.contract.PackAuthorize(token, payee, maxAmount, whole(maxTime), new(big.Int).SetUint64(maxLocks)),
	})
}

// Terms of a lock.
type Terms struct {
	JobID  *big.Int
	Payer  common.Address
	Token  common.Address
	Amount *big.Int
	// Lasts from the block that it is mined in. After that the payee can no longer claim.
	Lasts time.Duration
	// Nonce of an earlier attempt at the same lock or claim, if its caller knows one (chain.Call).
	Nonce *uint64
}

// CreateLock of some of a payer's funds. The contract refuses a second live lock of the same job and payer; after a claim
// or a cancellation it would take one, so that the caller must look into the History before it comes here, and again after
// a refusal (chain.Reverted): the lock may be there by now.
func (e *Escrow) CreateLock(ctx context.Context, payee *chain.Sender, terms Terms) (*chain.Sent, error) {
	if terms.JobID.Sign() <= 0 || terms.Amount.Sign() <= 0 || terms.Lasts < time.Second || terms.Payer == payee.Address() {
		return nil, fmt.Errorf("%w: a lock of %s for %s takes a job id, an amount and a duration above zero, and another payer than the payee", ErrInvalid, terms.Amount, terms.Lasts)
	}
	return payee.Send(ctx, chain.Call{
		To: e.address, Key: key("lock", terms.JobID, terms.Payer), Nonce: terms.Nonce,
		Data: e.contract.PackCreateLock(terms.JobID, terms.Token, terms.Payer, terms.Amount, whole(terms.Lasts)),
	})
}

// Locking says whether a lock that this sender has sent is still on its way.
func (e *Escrow) Locking(ctx context.Context, payee *chain.Sender, terms Terms) (bool, error) {
	return payee.Carries(ctx, key("lock", terms.JobID, terms.Payer))
}

// ClaimLock takes an amount of a lock, and gives the rest back to the payer's available funds; zero gives all of it back.
// What is claimed goes to the payee's account, less the contract's fee. The proof stays on the chain, in the event. A claim
// in a block after the expiry cancels the lock instead, without an error: see History. So does a refusal (chain.Reverted)
// need another look, since the claim may be there by now.
func (e *Escrow) ClaimLock(ctx context.Context, payee *chain.Sender, terms Terms, claimed *big.Int, proof []byte) (*chain.Sent, error) {
	if claimed.Sign() < 0 || claimed.Cmp(terms.Amount) > 0 {
		return nil, fmt.Errorf("%w: a claim of %s, expected zero to %s, which is locked", ErrInvalid, claimed, terms.Amount)
	}
	data := e.contract.PackClaimLockAndWithdraw(terms.JobID, terms.Token, terms.Payer, claimed, proof)
	if claimed.Sign() == 0 { // there is nothing to withdraw
		data = e.contract.PackClaimLock(terms.JobID, terms.Token, terms.Payer, claimed, proof)
	}
	return payee.Send(ctx, chain.Call{To: e.address, Key: key("claim", terms.JobID, terms.Payer), Nonce: terms.Nonce, Data: data})
}

// CancelExpired gives a lock that has expired back to its payer. Anyone may call it; before the expiry it does nothing.
func (e *Escrow) CancelExpired(ctx context.Context, sender *chain.Sender, payee common.Address, terms Terms) (*chain.Sent, error) {
	return sender.Send(ctx, chain.Call{
		To: e.address, Key: key("cancel", terms.JobID, terms.Payer), Nonce: terms.Nonce,
		Data: e.contract.PackCancelExpiredLock(terms.JobID, terms.Token, terms.Payer, payee),
	})
}

func key(what string, jobID *big.Int, payer common.Address) string {
	return fmt.Sprintf("%s %s %s", what, jobID, payer)
}

// whole seconds, at least as long.
func whole(d time.Duration) *big.Int {
	return big.NewInt(int64((d + time.Second - 1) / time.Second))
}
