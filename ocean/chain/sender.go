package chain

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"sync/atomic"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/compute-to-data/terraform-provider-c2d/ocean/wallet"
)

// Call of a contract by a transaction.
type Call struct {
	To   common.Address
	Data []byte
	// Key tells that two calls are one: while a call with the same key that is not empty is on its way, another is not sent.
	Key string
	// Nonce of an earlier attempt at this very call, by a process that may be gone. If nothing was mined under it, this
	// attempt goes under the same nonce, so that one of the two takes effect at most.
	Nonce *uint64
}

func (c Call) arguments(from common.Address) map[string]any {
	return map[string]any{"from": from, "to": c.To, "input": hexutil.Bytes(c.Data)}
}

// Sent is a call on its way.
type Sent struct {
	Nonce uint64
	// Hash of the first transaction; one that replaces it for a higher fee has another.
	Hash common.Hash
}

// SenderOptions bound what a sender does.
type SenderOptions struct {
	// MaxFeePerGas is the ceiling of what is paid, in wei per gas.
	MaxFeePerGas *big.Int
	// StuckAfter is how long a transaction may be next and yet not mined before it is replaced at a higher fee; a minute
	// if it is zero.
	StuckAfter time.Duration
	// Poll is how often Wait looks; two seconds if it is zero.
	Poll time.Duration
}

const (
	defaultStuckAfter = time.Minute
	defaultPoll       = 2 * time.Second
	// maxTries to find a nonce and fees that the servers take.
	maxTries = 8
	// maxAhead is how many transactions may be pending; a server that claims more is not believed.
	maxAhead = 1000
)

// Sender sends the transactions of one account. There must be one sender per account: one process, one Sender. Nonces come
// from the chain, so that a new process goes on where an old one ended.
type Sender struct {
	address common.Address
	use     atomic.Pointer[means] // may change, for the same account on the same chain

	// turn is held while nonces are given out and flights are looked after; a channel, so that waiting can end.
	turn    chan struct{}
	next    uint64             // the lowest nonce that was not given out
	flights map[uint64]*flight // until they are settled
	landed  map[uint64]*flight // the newest that are, for those who still ask
	blocked map[uint64]time.Time
}

// means by which a sender sends.
type means struct {
	client  *Client
	wallet  wallet.Wallet
	options SenderOptions
}

// NewSender calls nothing yet. Where several parts of a program use one account, Senders sees to it that it has one sender.
func NewSender(client *Client, from wallet.Wallet, options SenderOptions) (*Sender, error) {
	use, err := newMeans(client, from, options)
	if err != nil {
		return nil, err
	}
	s := &Sender{
		address: from.Address(), turn: make(chan struct{}, 1),
		flights: map[uint64]*flight{}, landed: map[uint64]*flight{}, blocked: map[uint64]time.Time{},
	}
	s.use.Store(use)
	return s, nil
}

func newMeans(client *Client, from wallet.Wallet, options SenderOptions) (*means, error) {
	if options.MaxFeePerGas == nil || options.MaxFeePerGas.Sign() <= 0 {
		return nil, errors.New("a sender needs a ceiling above zero for the fee per gas")
	}
	if options.StuckAfter == 0 {
		options.StuckAfter = defaultStuckAfter
	}
	if options.Poll == 0 {
		options.Poll = defaultPoll
	}
	return &means{client: client, wallet: from, options: options}, nil
}

func (s *Sender) client() *Client        { return s.use.Load().client }
func (s *Sender) wallet() wallet.Wallet  { return s.use.Load().wallet }
func (s *Sender) options() SenderOptions { return s.use.Load().options }

// Address of the account.
func (s *Sender) Address() common.Address { return s.address }

func (s *Sender) enter(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fail(Unreachable, ctx.Err(), "the account's earlier transactions took too long")
	}
}

func (s *Sender) leave() { <-s.turn }

// Send a call. What the contract refuses is not sent. An error beside a nonce says that the call may or may not be on its
// way; it goes on being sent under that nonce and no other.
func (s *Sender) Send(ctx context.Context, call Call) (*Sent, error) {
	if sent, err := s.underway(ctx, call.Key); sent != nil || err != nil {
		return sent, err
	}
	gas, err := s.client().estimate(ctx, s.Address(), call)
	if err != nil {
		return nil, err
	}
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.leave()
	if f := s.find(call.Key); f != nil {
		return f.sent(), nil
	}
	suggested, err := s.client().suggest(ctx, s.options().MaxFeePerGas)
	if err != nil {
		return nil, err
	}
	// The state may change until the transaction is mined: other locks make a claim dearer.
	f := &flight{call: call, gas: gas + gas/2, fees: suggested}
	return s.launch(ctx, f)
}

func (s *Sender) underway(ctx context.Context, key string) (*Sent, error) {
	if key == "" {
		return nil, nil
	}
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.leave()
	if f := s.find(key); f != nil {
		return f.sent(), nil
	}
	return nil, nil
}

func (s *Sender) find(key string) *flight {
	for _, f := range s.flights {
		if key != "" && f.call.Key == key {
			return f
		}
	}
	return nil
}

// launch finds a nonce and fees that the servers take. A nonce is given up only for an attempt that no server can have taken.
func (s *Sender) launch(ctx context.Context, f *flight) (*Sent, error) {
	hint := f.call.Nonce
	var err error
	for range maxTries {
		if f.nonce, err = s.freeNonce(ctx, hint); err != nil {
			return nil, err
		}
		f.attempts = nil
		transaction, signError := s.sign(ctx, f)
		if signError != nil {
			return nil, signError
		}
		ambiguous, sendError := s.broadcast(ctx, transaction)
		err = sendError
		what := judge(err)
		switch {
		case err == nil, ambiguous && what == nonceTooLow: // the server before took it, and it is mined
			return s.took(f), nil
		case ambiguous:
			return s.took(f), asError(err)
		case what == nonceTooLow:
			s.next = max(s.next, f.nonce+1)
			hint = nil
		case what == replacementUnderpriced && (hint == nil || f.nonce != *hint):
			s.next = max(s.next, f.nonce+1) // something that is not known here is pending there
		case what == replacementUnderpriced, what == underpriced:
			higher, ok := f.fees.above(fees{new(big.Int), new(big.Int)}, s.options().MaxFeePerGas)
			if !ok {
				return nil, fail(FeeTooHigh, asError(err), "nonce %d needs a fee above the ceiling of %s wei per gas", f.nonce, s.options().MaxFeePerGas)
			}
			f.fees = higher
		default:
			return nil, asError(err)
		}
	}
	return nil, fail(Underpriced, asErrorOrNil(err), "%d tries found no nonce and fee that the RPC servers take", maxTries)
}

func (s *Sender) took(f *flight) *Sent {
	f.sentAt = time.Now()
	s.flights[f.nonce] = f
	s.next = max(s.next, f.nonce+1)
	return f.sent()
}

// freeNonce is the lowest nonce that nothing is known under, or the one of an earlier attempt.
func (s *Sender) freeNonce(ctx context.Context, hint *uint64) (uint64, error) {
	mined, err := s.client().nonce(ctx, s.Address(), "latest")
	if err != nil {
		return 0, err
	}
	pending, err := s.client().nonce(ctx, s.Address(), "pending")
	if err != nil {
		return 0, err
	}
	if pending > mined+maxAhead {
		return 0, fail(Refused, nil, "an RPC server claims that %d transactions of %s are pending, at most %d are believed", pending-mined, s.Address(), maxAhead)
	}
	if hint != nil && *hint >= mined && *hint <= pending && s.flights[*hint] == nil {
		return *hint, nil
	}
	return max(s.next, pending, mined), nil
}

// sign the flight with its nonce and fees, as its newest attempt.
func (s *Sender) sign(ctx context.Context, f *flight) (*types.Transaction, error) {
	chainID := new(big.Int).SetUint64(s.client().chainID)
	to := f.call.To
	signed, err := s.wallet().SignTransaction(ctx, types.NewTx(&types.DynamicFeeTx{
		ChainID: chainID, Nonce: f.nonce, GasTipCap: f.fees.tip, GasFeeCap: f.fees.cap, Gas: f.gas,
		To: &to, Value: new(big.Int), Data: f.call.Data,
	}), chainID)
	if err != nil {
		return nil, fail(NotSigned, err, "the wallet of %s did not sign", s.Address())
	}
	f.attempts = append(f.attempts, signed)
	return signed, nil
}

// broadcast a transaction. Ambiguous says that a server may have taken it, although none says so.
func (s *Sender) broadcast(ctx context.Context, transaction *types.Transaction) (ambiguous bool, err error) {
	raw, err := transaction.MarshalBinary()
	if err != nil {
		return false, fmt.Errorf("encode a transaction: %w", err)
	}
	err = s.client().ask(ctx, func(ctx context.Context, e *endpoint) error {
		var hash common.Hash
		err := e.call(ctx, &hash, "eth_sendRawTransaction", hexutil.Bytes(raw))
		if judge(err) == alreadyKnown {
			return nil
		}
		if err != nil && judge(err) == noVerdict {
			ambiguous = true
		}
		return err
	})
	return ambiguous, err
}
