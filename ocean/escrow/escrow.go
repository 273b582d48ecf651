// Package escrow reads and writes Ocean's escrow contract (Escrow.sol and EnterpriseEscrow.sol, versions 2.6 to 2.8), from
// which compute is paid. A payer deposits, and authorises a payee to lock some of the deposit for each run; the payee locks,
// and claims what the run has cost. All amounts are in base units of the token.
//
// The contract does silently what others refuse: a claim after the lock's expiry cancels it, a withdrawal of too much does
// nothing, a query for locks answers with others too. What has happened is told by settled events (History), never by a
// transaction that went through.
package escrow

import (
	"context"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/contracts"
)

// Escrow is one deployed contract.
type Escrow struct {
	client   *chain.Client
	address  common.Address
	contract *contracts.Escrow
	token    *contracts.ERC20
}

// New escrow at an address; it calls nothing yet.
func New(client *chain.Client, address common.Address) *Escrow {
	return &Escrow{client: client, address: address, contract: contracts.NewEscrow(), token: contracts.NewERC20()}
}

// Address of the contract.
func (e *Escrow) Address() common.Address { return e.address }

// Funds of a payer in one token.
type Funds struct {
	Available *big.Int // may be withdrawn, or locked by whoever is authorised
	Locked    *big.Int
}

// Funds of a payer in the escrow, as of the newest block.
func (e *Escrow) Funds(ctx context.Context, payer, token common.Address) (Funds, error) {
	answer, err := read(ctx, e, e.contract.PackGetUserFunds(payer, token), e.contract.UnpackGetUserFunds)
	if err != nil {
		return Funds{}, fmt.Errorf("read the funds of %s in escrow %s: %w", payer, e.address, err)
	}
	return Funds{Available: answer.Available, Locked: answer.Locked}, nil
}

// Authorization says what a payee may lock of a payer's funds. Without one, all of it is zero.
type Authorization struct {
	MaxAmount *big.Int // of all live locks together
	MaxTime   time.Duration
	MaxLocks  *big.Int // live at once
	Amount    *big.Int // of the live locks
	Locks     *big.Int // live
}

// Authorization of a payee by a payer in one token, as of the newest block.
func (e *Escrow) Authorization(ctx context.Context, payer, payee, token common.Address) (Authorization, error) {
	none := Authorization{MaxAmount: new(big.Int), MaxLocks: new(big.Int), Amount: new(big.Int), Locks: new(big.Int)}
	answers, err := read(ctx, e, e.contract.PackGetAuthorizations(token, payer, payee), e.contract.UnpackGetAuthorizations)
	if err != nil {
		return none, fmt.Errorf("read the authorization of %s by %s in escrow %s: %w", payee, payer, e.address, err)
	}
	for _, answer := range answers {
		if answer.Payee == payee {
			return Authorization{
				MaxAmount: answer.MaxLockedAmount, MaxTime: seconds(answer.MaxLockSeconds), MaxLocks: answer.MaxLockCounts,
				Amount: answer.CurrentLockedAmount, Locks: answer.CurrentLocks,
			}, nil
		}
	}
	return none, nil
}

// Lock is a live lock.
type Lock struct {
	JobID  *big.Int
	Payer  common.Address
	Token  common.Address
	Amount *big.Int
	Expiry time.Time // a claim in a later block cancels
}

// Locks that are live for a payee, of one payer in one token, as of the newest block.
func (e *Escrow) Locks(ctx context.Context, payer, payee, token common.Address) ([]Lock, error) {
	answers, err := read(ctx, e, e.contract.PackGetLocks(token, payer, payee), e.contract.UnpackGetLocks)
	if err != nil {
		return nil, fmt.Errorf("read the locks of %s in escrow %s: %w", payee, e.address, err)
	}
	var locks []Lock
	for _, answer := range answers {
		// The contract answers with those of the token or the payer.
		if answer.Payer == payer && answer.Token == token && answer.JobId.Sign() > 0 {
			locks = append(locks, Lock{
				JobID: answer.JobId, Payer: answer.Payer, Token: answer.Token, Amount: answer.Amount,
				Expiry: time.Unix(clamp(answer.Expiry), 0).UTC(),
			})
		}
	}
	return locks, nil
}

// read calls the contract and decodes its answer.
func read[T any](ctx context.Context, e *Escrow, call []byte, decode func([]byte) (T, error)) (T, error) {
	return decodeAnswer(ctx, e.client, e.address, call, decode)
}

func decodeAnswer[T any](ctx context.Context, client *chain.Client, contract common.Address, call []byte, decode func([]byte) (T, error)) (T, error) {
	var zero T
	answer, err := client.Read(ctx, contract, call)
	if err != nil {
		return zero, err
	}
	value, err := decode(answer)
	if err != nil {
		return zero, fmt.Errorf("contract %s does not answer as this one does; check its address", contract)
	}
	return value, nil
}

// maxSeconds keeps durations and times, which consumers choose, within what Go can hold: a hundred years.
const maxSeconds = 100 * 365 * 24 * 3600

func seconds(amount *big.Int) time.Duration {
	if !amount.IsInt64() || amount.Int64() > maxSeconds {
		return maxSeconds * time.Second
	}
	return time.Duration(amount.Int64()) * time.Second
}

func clamp(unix *big.Int) int64 {
	const latest = 1 << 40 // far beyond year 9999
	if !unix.IsInt64() || unix.Int64() > latest {
		return latest
	}
	return unix.Int64()
}
