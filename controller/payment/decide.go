// Package payment settles the money of runs: it locks it in Ocean's escrow contract before a run starts, and claims what
// the run has cost, or gives all of it back, once it is over. What to do next is decided from events on chain alone, never
// from what was sent; so it does not matter who dies when, or what a node says.
package payment

import (
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"
)

// Facts are what the chain says of one lock.
type Facts struct {
	// Locked, Claimed and Canceled are the events of the lock since the block before it was sent; nil: none is seen.
	Locked, Claimed, Canceled *Event
	// Live says that the contract holds the lock at its newest block; Expires is when it no longer pays it out.
	Live    bool
	Expires time.Time
	// Quiet says that no transaction which may lock it waits for a block any more.
	Quiet bool
	// Time of the newest block.
	Time time.Time
}

// Event of the escrow contract.
type Event struct {
	Tx    common.Hash
	Block int64
	// Confirmed says that enough blocks are on top of the event's own, and that they are the chain's.
	Confirmed bool
	// Amount in base units of the token: of the lock, of what was claimed before the contract's fee, of what was given back.
	Amount *big.Int
}

// Action is what to do next about a lock.
type Action string

// Actions.
const (
	// Wait for the chain.
	Wait Action = "Wait"
	// SendLock, for there is none yet.
	SendLock Action = "SendLock"
	// BelieveLock, for it is confirmed.
	BelieveLock Action = "BelieveLock"
	// SendClaim of what the run has cost, maybe nothing: the rest goes back to the consumer at once.
	SendClaim Action = "SendClaim"
	// SendCancel of a lock that has expired: all goes back to the consumer.
	SendCancel Action = "SendCancel"
	// BelieveClaim, for it is confirmed.
	BelieveClaim Action = "BelieveClaim"
	// BelieveCancel, for it is confirmed: the run is not paid for.
	BelieveCancel Action = "BelieveCancel"
	// BelieveNothing was ever locked, and nothing will be.
	BelieveNothing Action = "BelieveNothing"
)

// ToLock decides how to come to a lock.
func ToLock(f Facts) Action {
	switch {
	case f.Claimed != nil || f.Canceled != nil:
		return ended(f)
	case f.Locked != nil && f.Locked.Confirmed && f.Live:
		return BelieveLock
	case f.Locked != nil || f.Live:
		// Not confirmed; or gone again, and its end is not seen yet.
		return Wait
	default:
		return SendLock
	}
}

// ToSettle decides how to come to an end: a claim, or a full refund.
func ToSettle(f Facts) Action {
	switch {
	case f.Claimed != nil || f.Canceled != nil:
		return ended(f)
	case f.Live && f.Time.After(f.Expires):
		return SendCancel
	case f.Live:
		return SendClaim
	case f.Locked != nil || !f.Quiet:
		// Locked once and gone now without an event that is seen yet, or on its way.
		return Wait
	default:
		return BelieveNothing
	}
}

// ended believes the event that ended a lock once it is confirmed. A lock ends once: with both in sight one of them will go.
func ended(f Facts) Action {
	switch {
	case f.Claimed != nil && f.Claimed.Confirmed:
		return BelieveClaim
	case f.Canceled != nil && f.Canceled.Confirmed:
		return BelieveCancel
	default:
		return Wait
	}
}
