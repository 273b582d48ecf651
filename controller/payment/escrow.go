package payment

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/agreement"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/escrow"
)

// Account is the payee of an environment at its escrow contract. Sending may be repeated: what counts are Facts.
type Account struct {
	client *chain.Client
	escrow *escrow.Escrow
	sender *chain.Sender
	calm   calm
}

// ChainID of the chain.
func (a *Account) ChainID() int64 { return int64(a.client.ChainID()) }

// Contract is the address of the escrow contract.
func (a *Account) Contract() common.Address { return a.escrow.Address() }

// Payee is the account that is paid.
func (a *Account) Payee() common.Address { return a.sender.Address() }

// Since is a block that nothing which is sent from now on can come before, whatever a reorganisation does to the newest ones.
func (a *Account) Since(ctx context.Context) (int64, error) {
	head, err := a.client.Head(ctx)
	return max(int64(head.Number)-int64(a.client.Confirmations()), 0), err
}

// Check that the chain is the right one and that the contract is there.
func (a *Account) Check(ctx context.Context, token common.Address) error {
	_, err := a.escrow.Funds(ctx, a.Payee(), token)
	return err
}

// Lock of a run's money.
type Lock struct {
	ID           *big.Int
	Token, Payer common.Address
	// Amount in base units.
	Amount *big.Int
	// Duration after which the contract gives the money back.
	Duration time.Duration
	// Since is a block before the lock was sent.
	Since int64
}

func (l Lock) terms() escrow.Terms {
	return escrow.Terms{JobID: l.ID, Payer: l.Payer, Token: l.Token, Amount: l.Amount, Lasts: l.Duration}
}

// LockOf a run whose payment is frozen.
func LockOf(p *v1alpha1.PaymentStatus) (Lock, error) {
	amount, err := ocean.ParseAmount(string(p.Locked))
	if err != nil {
		return Lock{}, fmt.Errorf("status.payment.locked: %w", err)
	}
	return Lock{
		ID: common.HexToHash(string(p.LockID)).Big(), Token: common.HexToAddress(string(p.Token)), Payer: common.HexToAddress(string(p.Payer)),
		Amount: amount, Duration: agreement.LockLife(time.Duration(p.MaxMinutes) * time.Minute), Since: p.Block,
	}, nil
}

// Facts about a lock. Events are read before the live locks, so that a lock which has ended meanwhile is in neither, and is
// waited for.
func (a *Account) Facts(ctx context.Context, lock Lock) (facts Facts, err error) {
	mined, pending, err := a.client.Nonces(ctx, a.Payee())
	if err != nil {
		return facts, err
	}
	carried, err := a.escrow.Locking(ctx, a.sender, lock.terms())
	if err != nil {
		return facts, err
	}
	history, err := a.escrow.History(ctx, a.Payee(), uint64(max(lock.Since, 0)))
	if err != nil {
		return facts, err
	}
	live, err := a.escrow.Locks(ctx, lock.Payer, a.Payee(), lock.Token)
	if err != nil {
		return facts, err
	}
	if history.Head.Number < uint64(max(lock.Since, 0)) {
		return facts, fmt.Errorf("the RPC server is behind: it is at block %d, and was at block %d before", history.Head.Number, lock.Since)
	}
	facts.Quiet = a.calm.lasts(lock.ID, look{mined, pending, history.Head.Number, time.Now()}, a.client.Confirmations()) && !carried
	facts.Time = time.Unix(int64(history.Head.Time), 0)
	for _, l := range live {
		if l.JobID.Cmp(lock.ID) == 0 {
			facts.Live, facts.Expires = true, l.Expiry
		}
	}
	job := history.Of(lock.ID, lock.Payer)
	facts.Locked = eventOf(job.Lock)
	switch ended := eventOf(job.Ended); {
	case ended == nil:
	case job.Ended.Kind == escrow.Claimed:
		facts.Claimed = ended
	default:
		facts.Canceled = ended
	}
	return facts, nil
}

func eventOf(e *escrow.Event) *Event {
	if e == nil {
		return nil
	}
	return &Event{Tx: e.Transaction, Block: int64(e.Block), Confirmed: e.Settled, Amount: e.Amount}
}

// SendLock has the money locked. A *Refusal says that the contract will not.
func (a *Account) SendLock(ctx context.Context, lock Lock) error {
	a.calm.disturb(lock.ID)
	_, err := a.escrow.CreateLock(ctx, a.sender, lock.terms())
	return refusal(err)
}

// SendClaim has an amount paid out of a lock, 0 too, and the rest given back.
func (a *Account) SendClaim(ctx context.Context, lock Lock, amount *big.Int, proof []byte) error {
	_, err := a.escrow.ClaimLock(ctx, a.sender, lock.terms(), amount, proof)
	return refusal(err)
}

// SendCancel has an expired lock given back.
func (a *Account) SendCancel(ctx context.Context, lock Lock) error {
	_, err := a.escrow.CancelExpired(ctx, a.sender, a.Payee(), lock.terms())
	return refusal(err)
}

// Refusal of the contract: the same call will be refused again.
type Refusal struct{ err error }

func (r *Refusal) Error() string { return r.err.Error() }

func (r *Refusal) Unwrap() error { return r.err }

func refusal(err error) error {
	if chain.ReasonOf(err) == chain.Reverted {
		return &Refusal{err}
	}
	return err
}

// Covers says why deposit and authorisation are not enough for a lock; missing is nil where they are.
func (a *Account) Covers(ctx context.Context, lock Lock) (missing, err error) {
	funds, err := a.escrow.Funds(ctx, lock.Payer, lock.Token)
	if err != nil {
		return nil, err
	}
	authorization, err := a.escrow.Authorization(ctx, lock.Payer, a.Payee(), lock.Token)
	if err != nil {
		return nil, err
	}
	return covers(funds.Available, authorization, a.Payee(), lock), nil
}

// ErrAuthorization says that the deposit is enough, and the payee may not lock it.
var ErrAuthorization = errors.New("authorise it in the escrow contract")

func covers(deposit *big.Int, a escrow.Authorization, payee common.Address, lock Lock) error {
	after := new(big.Int).Add(a.Amount, lock.Amount)
	switch {
	case deposit.Cmp(lock.Amount) < 0:
		return fmt.Errorf("the consumer %s has %s base units of token %s deposited and free in the escrow contract, and the run may cost %s: deposit more", lock.Payer, deposit, lock.Token, lock.Amount)
	case after.Cmp(a.MaxAmount) > 0:
		return fmt.Errorf("the consumer %s lets %s lock %s base units at a time, of which %s are locked, and the run may cost %s: %w", lock.Payer, payee, a.MaxAmount, a.Amount, lock.Amount, ErrAuthorization)
	case lock.Duration > a.MaxTime:
		return fmt.Errorf("the consumer %s lets %s lock money for %s, and the run needs %s: %w", lock.Payer, payee, a.MaxTime, lock.Duration, ErrAuthorization)
	case a.Locks.Cmp(a.MaxLocks) >= 0:
		return fmt.Errorf("the consumer %s lets %s hold %s locks at a time, and there are %s: %w, or wait", lock.Payer, payee, a.MaxLocks, a.Locks, ErrAuthorization)
	default:
		return nil
	}
}
