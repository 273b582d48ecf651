package payment

import (
	"context"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
)

// Escrow is Ocean's escrow contract as the payee of an environment sees it. Sending may be repeated: what counts are Facts.
type Escrow interface {
	// ChainID, Contract and Payee, the environment's account, say whose money this is about.
	ChainID() int64
	Contract() common.Address
	Payee() common.Address
	// Head is the number of the newest block.
	Head(ctx context.Context) (int64, error)
	// Deposit that a payer has, and has not locked.
	Deposit(ctx context.Context, payer, token common.Address) (*big.Int, error)
	// Authorization of the payee by a payer.
	Authorization(ctx context.Context, payer, token common.Address) (Authorization, error)
	// Facts about a lock.
	Facts(ctx context.Context, lock Lock) (Facts, error)
	// SendLock has the money locked.
	SendLock(ctx context.Context, lock Lock) error
	// SendClaim has an amount paid out of a lock, 0 too, and the rest given back.
	SendClaim(ctx context.Context, lock Lock, amount *big.Int, proof []byte) error
	// SendCancel has an expired lock given back.
	SendCancel(ctx context.Context, lock Lock) error
}

// Opener opens the escrow contracts of environments.
type Opener interface {
	// Of an environment. Nothing is asked yet.
	Of(ctx context.Context, environment *v1alpha1.ComputeEnvironment) (Escrow, error)
}

// Authorization of a payee: what it may lock of a payer's deposit.
type Authorization struct {
	// Most that may be locked at a time, and what is, in base units.
	Most, Locked *big.Int
	// MaxDuration of a lock.
	MaxDuration time.Duration
	// MaxLocks at a time, and how many there are.
	MaxLocks, Locks uint64
}

// Lock of a run's money.
type Lock struct {
	ID           *big.Int
	Token, Payer common.Address
	// Amount in base units.
	Amount *big.Int
	// Duration after which the contract gives the money back.
	Duration time.Duration
	// Since is the block before it was sent.
	Since int64
}

// settleTime is what a lock lasts beyond the run's maxDuration: the time to stage, to publish and to claim.
const settleTime = time.Hour

// LockDuration of a run. Consumers must authorise at least this.
func LockDuration(maxDuration time.Duration) time.Duration { return maxDuration + settleTime }

// LockOf a run whose payment is frozen.
func LockOf(p *v1alpha1.PaymentStatus) (Lock, error) {
	amount, err := ocean.ParseAmount(string(p.Locked))
	if err != nil {
		return Lock{}, fmt.Errorf("status.payment.locked: %w", err)
	}
	return Lock{
		ID: common.HexToHash(string(p.LockID)).Big(), Token: common.HexToAddress(string(p.Token)), Payer: common.HexToAddress(string(p.Payer)),
		Amount: amount, Duration: LockDuration(time.Duration(p.MaxMinutes) * time.Minute), Since: p.Block,
	}, nil
}

// Covers says why deposit and authorisation are not enough for a lock, nil where they are.
func Covers(ctx context.Context, escrow Escrow, lock Lock) (missing error, err error) {
	deposit, err := escrow.Deposit(ctx, lock.Payer, lock.Token)
	if err != nil {
		return nil, err
	}
	authorization, err := escrow.Authorization(ctx, lock.Payer, lock.Token)
	if err != nil {
		return nil, err
	}
	return covers(deposit, authorization, escrow.Payee(), lock), nil
}

func covers(deposit *big.Int, a Authorization, payee common.Address, lock Lock) error {
	after := new(big.Int).Add(a.Locked, lock.Amount)
	switch {
	case deposit.Cmp(lock.Amount) < 0:
		return fmt.Errorf("the deposit of %s in the escrow contract is %s base units of token %s, and the run may cost %s: deposit more", lock.Payer, deposit, lock.Token, lock.Amount)
	case after.Cmp(a.Most) > 0:
		return fmt.Errorf("%s lets %s lock %s base units at a time, of which %s are locked, and the run may cost %s: authorise more", lock.Payer, payee, a.Most, a.Locked, lock.Amount)
	case lock.Duration > a.MaxDuration:
		return fmt.Errorf("%s lets %s lock money for %s, and the run needs %s: authorise that", lock.Payer, payee, a.MaxDuration, lock.Duration)
	case a.Locks >= a.MaxLocks:
		return fmt.Errorf("%s lets %s hold %d locks at a time, and there are %d: authorise more, or wait", lock.Payer, payee, a.MaxLocks, a.Locks)
	default:
		return nil
	}
}
