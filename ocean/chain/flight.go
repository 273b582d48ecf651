package chain

import (
	"context"
	"errors"
	"maps"
	"math/big"
	"slices"
	"time"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
)

// flight is a call on its way, under one nonce, by one transaction or several at rising fees.
type flight struct {
	call     Call
	nonce    uint64
	gas      uint64
	fees     fees // of the newest attempt
	attempts []*types.Transaction
	sentAt   time.Time // of the newest attempt

	receipt *types.Receipt // of the attempt that was mined, while it is on the chain
	settled bool           // it counts, or err
	err     error          // why it will never be mined
	missing int            // how often its nonce was taken and no attempt of it mined
}

func (f *flight) sent() *Sent { return &Sent{Nonce: f.nonce, Hash: f.attempts[0].Hash()} }

const (
	// maxLanded bounds how many settled flights are remembered.
	maxLanded = 1000
	// transferGas is what a transfer without data takes.
	transferGas = 21_000
)

// Wait until a call counts. A receipt beside an error is that of a transaction which the contract refused.
func (s *Sender) Wait(ctx context.Context, sent *Sent) (*types.Receipt, error) {
	ticker := time.NewTicker(s.options().Poll)
	defer ticker.Stop()
	for {
		receipt, settled, err := s.Look(ctx, sent)
		if settled {
			return receipt, err
		}
		select {
		case <-ctx.Done():
			return nil, fail(Unreachable, errors.Join(ctx.Err(), err), "transaction %s is not settled yet", sent.Hash)
		case <-ticker.C:
		}
	}
}

// Look at a call that was sent, and after everything on its way. The receipt is nil while the call is not mined; settled
// says that it counts, or with an error that it has failed for good: Reverted, or Superseded.
func (s *Sender) Look(ctx context.Context, sent *Sent) (receipt *types.Receipt, settled bool, err error) {
	// What holds another call up must not hide that this one is settled.
	tended := s.Tend(ctx)
	if err := s.enter(ctx); err != nil {
		return nil, false, err
	}
	f := s.flights[sent.Nonce]
	if f == nil {
		f = s.landed[sent.Nonce]
	}
	if f != nil && f.sent().Hash == sent.Hash {
		receipt, settled, err = f.receipt, f.settled, f.err
		s.leave()
	} else {
		// Another process sent it.
		s.leave()
		if receipt, err = s.client().Receipt(ctx, sent.Hash); err != nil || receipt == nil {
			return nil, false, err
		}
		if settled, err = s.client().Settled(ctx, receipt.BlockNumber.Uint64(), receipt.BlockHash); err != nil {
			return nil, false, err
		}
	}
	if settled && receipt != nil && receipt.Status != types.ReceiptStatusSuccessful {
		err = fail(Reverted, nil, "transaction %s was mined in block %s, and the contract refused it", receipt.TxHash, receipt.BlockNumber)
	}
	if !settled && err == nil {
		err = tended
	}
	return receipt, settled, err
}

// Tend looks once after everything on its way: notes what was mined, sends again what servers have forgotten, replaces what
// is stuck, and fills gaps that hold the rest up.
func (s *Sender) Tend(ctx context.Context) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	if len(s.flights) == 0 {
		return nil
	}
	head, err := s.client().Head(ctx)
	if err != nil {
		return err
	}
	mined, err := s.client().nonce(ctx, s.Address(), "latest")
	if err != nil {
		return err
	}
	pending, err := s.client().nonce(ctx, s.Address(), "pending")
	if err != nil {
		return err
	}
	var failures []error
	for _, nonce := range slices.Sorted(maps.Keys(s.flights)) {
		f := s.flights[nonce]
		if nonce < mined || f.receipt != nil {
			failures = append(failures, s.collect(ctx, f, head))
		}
		if nonce >= mined && f.receipt == nil {
			failures = append(failures, s.push(ctx, f, mined, pending))
		}
	}
	failures = append(failures, s.unblock(ctx, mined, pending))
	return errors.Join(failures...)
}

// collect the receipt of whichever attempt was mined, and let the flight land once that counts.
func (s *Sender) collect(ctx context.Context, f *flight, head Block) error {
	f.receipt = nil
	for _, attempt := range slices.Backward(f.attempts) {
		receipt, err := s.client().Receipt(ctx, attempt.Hash())
		if err != nil {
			return err
		}
		if receipt != nil {
			f.receipt = receipt
			break
		}
	}
	if f.receipt != nil {
		if !s.client().deep(f.receipt.BlockNumber.Uint64(), head.Number) {
			return nil
		}
		settled, err := s.client().Settled(ctx, f.receipt.BlockNumber.Uint64(), f.receipt.BlockHash)
		if settled {
			s.land(f, nil)
		}
		return err
	}
	// Its nonce is taken, by something else or on a server that does not know receipts yet. Once that is settled, the
	// call will never be mined.
	if head.Number < s.client().confirmations {
		return nil
	}
	taken, err := s.client().nonce(ctx, s.Address(), hexutil.EncodeUint64(head.Number-s.client().confirmations))
	if err != nil {
		return err
	}
	if taken > f.nonce {
		if f.missing++; f.missing > 2 {
			s.land(f, fail(Superseded, nil, "another transaction of %s took nonce %d", s.Address(), f.nonce))
		}
	}
	return nil
}

func (s *Sender) land(f *flight, err error) {
	f.settled, f.err = true, err
	delete(s.flights, f.nonce)
	delete(s.blocked, f.nonce)
	s.landed[f.nonce] = f
	if len(s.landed) > maxLanded {
		delete(s.landed, slices.Min(slices.Collect(maps.Keys(s.landed))))
	}
}

// push a flight that is not mined: again as it is where servers forgot it, at a higher fee where it is next and stuck.
func (s *Sender) push(ctx context.Context, f *flight, mined, pending uint64) error {
	forgotten := f.nonce >= pending
	stuck := f.nonce == mined && time.Since(f.sentAt) >= s.options().StuckAfter
	if !forgotten && !stuck {
		return nil
	}
	transaction := f.attempts[len(f.attempts)-1]
	if stuck {
		suggested, err := s.client().suggest(ctx, s.options().MaxFeePerGas)
		if err != nil {
			return err
		}
		if higher, ok := f.fees.above(suggested, s.options().MaxFeePerGas); ok {
			f.fees = higher
			if transaction, err = s.sign(ctx, f); err != nil {
				return err
			}
		} else if !forgotten {
			return fail(FeeTooHigh, nil, "transaction %s is stuck, and a higher fee would be above the ceiling of %s wei per gas", transaction.Hash(), s.options().MaxFeePerGas)
		}
	}
	_, err := s.broadcast(ctx, transaction)
	switch judge(err) {
	case nonceTooLow: // it has just been mined
		return nil
	case replacementUnderpriced: // the servers know one that is dearer, of a former process: the next step tops it
		return nil
	}
	if stuck { // whatever came of it; but sending again what was forgotten does not make it fresh
		f.sentAt = time.Now()
	}
	return asErrorOrNil(err)
}

// unblock puts a transfer of nothing where the rest waits for a nonce that nothing here has: a former process left a
// transaction that is stuck, or one was lost.
func (s *Sender) unblock(ctx context.Context, mined, pending uint64) error {
	waiting := slices.ContainsFunc(slices.Collect(maps.Keys(s.flights)), func(nonce uint64) bool { return nonce > mined })
	if !waiting || s.flights[mined] != nil {
		clear(s.blocked)
		return nil
	}
	since, known := s.blocked[mined]
	if !known {
		clear(s.blocked)
		s.blocked[mined] = time.Now()
		return nil
	}
	lost := pending <= mined
	if !lost && time.Since(since) < s.options().StuckAfter {
		return nil
	}
	suggested, err := s.client().suggest(ctx, s.options().MaxFeePerGas)
	if err != nil {
		return err
	}
	filler := &flight{call: Call{To: s.Address()}, nonce: mined, gas: transferGas, fees: suggested}
	for range maxTries * 4 {
		transaction, err := s.sign(ctx, filler)
		if err != nil {
			return err
		}
		_, err = s.broadcast(ctx, transaction)
		switch judge(err) {
		case replacementUnderpriced, underpriced:
			higher, ok := filler.fees.above(fees{new(big.Int), new(big.Int)}, s.options().MaxFeePerGas)
			if !ok {
				return fail(FeeTooHigh, nil, "nonce %d is blocked by a transaction that no fee below the ceiling of %s wei per gas replaces", mined, s.options().MaxFeePerGas)
			}
			filler.fees = higher
			continue
		case nonceTooLow:
			return nil
		}
		if err == nil {
			filler.sentAt = time.Now()
			s.flights[mined] = filler
		}
		return asErrorOrNil(err)
	}
	return nil
}
