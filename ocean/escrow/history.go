package escrow

import (
	"context"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
)

// Kind of an event.
type Kind string

const (
	Locked   Kind = "Locked"
	Claimed  Kind = "Claimed"
	Canceled Kind = "Canceled"
)

// Event in the life of a lock.
type Event struct {
	Kind   Kind
	JobID  *big.Int
	Payer  common.Address
	Token  common.Address
	Amount *big.Int      // locked, claimed or given back
	Lasts  time.Duration // of a lock, from its block on
	Proof  []byte        // of a claim
	Fact
}

// Fact is where an event is on the chain. One that is not settled may yet vanish.
type Fact struct {
	Settled     bool
	Block       uint64
	BlockHash   common.Hash
	Transaction common.Hash
}

// History of the locks of one payee.
type History struct {
	events []Event
	// Head is the block that the history was read up to, at least.
	Head chain.Block
}

// History of a payee's locks from a block on. A job's own events begin after the block that its lock was decided in: the
// contract knows live locks only, and an earlier one under the same id is not this one's.
func (e *Escrow) History(ctx context.Context, payee common.Address, from uint64) (History, error) {
	definition := e.contract.GetABI()
	// Lock has no indexed fields, Claimed and Canceled have the payee: two queries, since one cannot ask for both. The ends
	// come first, so that none is seen without its lock.
	ends, head, err := e.client.Events(ctx, chain.Query{
		Contract: e.address, From: from,
		Topics: [][]common.Hash{{definition.Events["Claimed"].ID, definition.Events["Canceled"].ID}, {common.BytesToHash(payee[:])}},
	})
	if err != nil {
		return History{}, fmt.Errorf("read the claims in escrow %s since block %d: %w", e.address, from, err)
	}
	locks, _, err := e.client.Events(ctx, chain.Query{
		Contract: e.address, From: from, Topics: [][]common.Hash{{definition.Events["Lock"].ID}},
	})
	if err != nil {
		return History{}, fmt.Errorf("read the locks in escrow %s since block %d: %w", e.address, from, err)
	}
	history := History{Head: head}
	for _, raw := range append(locks, ends...) {
		event, of, err := e.decode(raw)
		if err != nil {
			return History{}, err
		}
		if of == payee {
			history.events = append(history.events, event)
		}
	}
	return history, nil
}

// decode an event, and say whose it is.
func (e *Escrow) decode(raw chain.Event) (event Event, payee common.Address, err error) {
	fact := Fact{Settled: raw.Settled, Block: raw.BlockNumber, BlockHash: raw.BlockHash, Transaction: raw.TxHash}
	definition := e.contract.GetABI()
	log := &types.Log{Address: raw.Address, Topics: raw.Topics, Data: raw.Data}
	var failure error
	switch raw.Topics[0] {
	case definition.Events["Lock"].ID:
		lock, err := e.contract.UnpackLockEvent(log)
		if failure = err; err == nil {
			event = Event{Kind: Locked, JobID: lock.JobId, Payer: lock.Payer, Token: lock.Token, Amount: lock.Amount, Lasts: seconds(lock.Expiry)}
			payee = lock.Payee
		}
	case definition.Events["Claimed"].ID:
		claim, err := e.contract.UnpackClaimedEvent(log)
		if failure = err; err == nil {
			event = Event{Kind: Claimed, JobID: claim.JobId, Payer: claim.Payer, Token: claim.Token, Amount: claim.Amount, Proof: claim.Proof}
			payee = claim.Payee
		}
	default:
		canceled, err := e.contract.UnpackCanceledEvent(log)
		if failure = err; err == nil {
			event = Event{Kind: Canceled, JobID: canceled.JobId, Payer: canceled.Payer, Token: canceled.Token, Amount: canceled.Amount}
			payee = canceled.Payee
		}
	}
	if failure != nil {
		return Event{}, payee, fmt.Errorf("event in transaction %s of escrow %s cannot be decoded: %w", raw.TxHash, e.address, failure)
	}
	event.Fact = fact
	return event, payee, nil
}

// Events of the payee's locks: the locks, then what ended them, each in their order.
func (h History) Events() []Event { return h.events }

// Job is what happened to the lock of one job. Each is nil if it did not happen; Ended is Claimed or Canceled, whichever the
// contract did.
type Job struct {
	Lock  *Event
	Ended *Event
}

// Of a job and payer: the newest lock, and what ended it.
func (h History) Of(jobID *big.Int, payer common.Address) Job {
	var job Job
	for i := range h.events {
		event := &h.events[i]
		if event.JobID.Cmp(jobID) != 0 || event.Payer != payer {
			continue
		}
		if event.Kind == Locked {
			if job.Lock == nil || event.Block >= job.Lock.Block {
				job.Lock = event
			}
		} else if job.Ended == nil || event.Block >= job.Ended.Block {
			job.Ended = event
		}
	}
	// What ended an earlier lock did not end this one.
	if job.Lock != nil && job.Ended != nil && job.Ended.Block < job.Lock.Block {
		job.Ended = nil
	}
	return job
}
