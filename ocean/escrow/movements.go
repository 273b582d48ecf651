package escrow

import (
	"context"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
)

// Movement of a payer's money into the escrow (a positive amount) or out of it (a negative one). What jobs cost is none;
// what a payee is paid out for them is a withdrawal of the payee's.
type Movement struct {
	Token  common.Address
	Amount *big.Int
	Fact
}

// Movements of a payer from a block on, in all tokens.
func (e *Escrow) Movements(ctx context.Context, payer common.Address, from uint64) ([]Movement, error) {
	definition := e.contract.GetABI()
	events, _, err := e.client.Events(ctx, chain.Query{
		Contract: e.address, From: from,
		Topics: [][]common.Hash{{definition.Events["Deposit"].ID, definition.Events["Withdraw"].ID}, {common.BytesToHash(payer[:])}},
	})
	if err != nil {
		return nil, fmt.Errorf("read the deposits of %s in escrow %s since block %d: %w", payer, e.address, from, err)
	}
	var movements []Movement
	for _, event := range events {
		movement, err := e.movement(&event.Log)
		if err != nil {
			return nil, fmt.Errorf("event in transaction %s of escrow %s cannot be decoded: %w", event.TxHash, e.address, err)
		}
		movement.Fact = Fact{Settled: event.Settled, Block: event.BlockNumber, BlockHash: event.BlockHash, Transaction: event.TxHash}
		movements = append(movements, movement)
	}
	return movements, nil
}

func (e *Escrow) movement(log *types.Log) (Movement, error) {
	if log.Topics[0] == e.contract.GetABI().Events["Deposit"].ID {
		deposit, err := e.contract.UnpackDepositEvent(log)
		if err != nil {
			return Movement{}, err
		}
		return Movement{Token: deposit.Token, Amount: deposit.Amount}, nil
	}
	withdrawal, err := e.contract.UnpackWithdrawEvent(log)
	if err != nil {
		return Movement{}, err
	}
	return Movement{Token: withdrawal.Token, Amount: new(big.Int).Neg(withdrawal.Amount)}, nil
}

// Emitted says whether a receipt holds an event of this contract, such as Deposit, Withdraw or Auth. A withdrawal that the
// contract did not make has none.
func (e *Escrow) Emitted(receipt *types.Receipt, event string) bool {
	id := e.contract.GetABI().Events[event].ID
	for _, log := range receipt.Logs {
		if log.Address == e.address && len(log.Topics) > 0 && log.Topics[0] == id {
			return true
		}
	}
	return false
}
