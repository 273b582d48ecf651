package chain

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
)

// Block in short. The hash is the one that the server tells: some chains hash fields that go-ethereum does not know.
type Block struct {
	Number  uint64
	Hash    common.Hash
	Time    uint64   // seconds since 1970
	BaseFee *big.Int // wei per gas; zero on chains without
}

// blockJSON is what is read of a block.
type blockJSON struct {
	Number  hexutil.Uint64 `json:"number"`
	Hash    common.Hash    `json:"hash"`
	Time    hexutil.Uint64 `json:"timestamp"`
	BaseFee *hexutil.Big   `json:"baseFeePerGas"`
}

func (b *blockJSON) block() Block {
	block := Block{Number: uint64(b.Number), Hash: b.Hash, Time: uint64(b.Time), BaseFee: new(big.Int)}
	if b.BaseFee != nil {
		block.BaseFee = b.BaseFee.ToInt()
	}
	return block
}

// Head is the newest block.
func (c *Client) Head(ctx context.Context) (Block, error) {
	var head Block
	err := c.ask(ctx, func(ctx context.Context, e *endpoint) (err error) {
		head, err = e.newest(ctx)
		return err
	})
	return head, asErrorOrNil(err)
}

func (e *endpoint) newest(ctx context.Context) (Block, error) {
	var block *blockJSON
	if err := e.call(ctx, &block, "eth_getBlockByNumber", "latest", false); err != nil {
		return Block{}, err
	}
	if block == nil || block.Hash == (common.Hash{}) {
		return Block{}, errors.New("it has no newest block")
	}
	return block.block(), nil
}

// Balance of the chain's own currency, in wei.
func (c *Client) Balance(ctx context.Context, account common.Address) (*big.Int, error) {
	var balance hexutil.Big
	err := c.ask(ctx, func(ctx context.Context, e *endpoint) error {
		return e.call(ctx, &balance, "eth_getBalance", account, "latest")
	})
	return balance.ToInt(), asErrorOrNil(err)
}

// Read calls a contract without a transaction. An account without code answers nothing, which is an error here.
func (c *Client) Read(ctx context.Context, contract common.Address, data []byte) ([]byte, error) {
	var result hexutil.Bytes
	err := c.ask(ctx, func(ctx context.Context, e *endpoint) error {
		return e.call(ctx, &result, "eth_call", map[string]any{"to": contract, "input": hexutil.Bytes(data)}, "latest")
	})
	if err != nil {
		return nil, asErrorOrNil(err)
	}
	if len(result) == 0 {
		return nil, fail(Reverted, nil, "there is no such contract at %s on chain %d", contract, c.chainID)
	}
	return result, nil
}

// ReadConfirmed is Read at the newest block that is as deep as confirmations ask: what stands there stays.
func (c *Client) ReadConfirmed(ctx context.Context, contract common.Address, data []byte) ([]byte, error) {
	var result hexutil.Bytes
	err := c.ask(ctx, func(ctx context.Context, e *endpoint) error {
		newest, err := e.newest(ctx)
		if err != nil {
			return err
		}
		block := newest.Number - min(newest.Number, c.confirmations)
		return e.call(ctx, &result, "eth_call", map[string]any{"to": contract, "input": hexutil.Bytes(data)}, hexutil.EncodeUint64(block))
	})
	if err != nil {
		return nil, asErrorOrNil(err)
	}
	if len(result) == 0 {
		return nil, fail(Reverted, nil, "there is no such contract at %s on chain %d", contract, c.chainID)
	}
	return result, nil
}

// Receipt of a transaction; nil without an error while it is not mined. Whether it counts is for Settled to say.
func (c *Client) Receipt(ctx context.Context, hash common.Hash) (*types.Receipt, error) {
	var receipt *types.Receipt
	err := c.ask(ctx, func(ctx context.Context, e *endpoint) error {
		receipt = nil
		if err := e.call(ctx, &receipt, "eth_getTransactionReceipt", hash); err != nil {
			return err
		}
		if receipt != nil && (receipt.TxHash != hash || receipt.BlockNumber == nil) {
			return fmt.Errorf("it answers with the receipt of another transaction")
		}
		return nil
	})
	return receipt, asErrorOrNil(err)
}

// Settled says whether a block that was seen with a hash counts: it is on the chain now, with enough blocks on top.
func (c *Client) Settled(ctx context.Context, number uint64, hash common.Hash) (bool, error) {
	settled := false
	err := c.ask(ctx, func(ctx context.Context, e *endpoint) error {
		head, err := e.newest(ctx)
		if err != nil {
			return err
		}
		if settled = c.deep(number, head.Number); !settled {
			return nil
		}
		canonical, err := e.canonical(ctx, []uint64{number})
		settled = err == nil && canonical[number] == hash
		return err
	})
	return settled, asErrorOrNil(err)
}

// BlockBefore returns the newest block, from least on, that is no younger than a time; least if all are younger.
func (c *Client) BlockBefore(ctx context.Context, when time.Time, least uint64) (uint64, error) {
	found := least
	err := c.ask(ctx, func(ctx context.Context, e *endpoint) error {
		head, err := e.newest(ctx)
		if err != nil {
			return err
		}
		low, high := least, max(head.Number, least) // the one that is sought is neither below nor above
		for low < high {
			middle := high - (high-low)/2
			var block *blockJSON
			if err := e.call(ctx, &block, "eth_getBlockByNumber", hexutil.EncodeUint64(middle), false); err != nil {
				return err
			}
			if block == nil || uint64(block.Number) != middle {
				return fmt.Errorf("it has no block %d, although its newest is %d", middle, head.Number)
			}
			if int64(block.Time) <= when.Unix() {
				low = middle
			} else {
				high = middle - 1
			}
		}
		found = low
		return nil
	})
	return found, asErrorOrNil(err)
}

func (c *Client) deep(number, head uint64) bool {
	return number <= head && head-number >= c.confirmations
}

// Pending says whether transactions of an account are on their way, as far as the server knows.
func (c *Client) Pending(ctx context.Context, account common.Address) (bool, error) {
	mined, err := c.nonce(ctx, account, "latest")
	if err != nil {
		return false, err
	}
	pending, err := c.nonce(ctx, account, "pending")
	return pending > mined, err
}

// nonce of an account at a block ("latest", "pending" or a number).
func (c *Client) nonce(ctx context.Context, account common.Address, block string) (uint64, error) {
	var nonce hexutil.Uint64
	err := c.ask(ctx, func(ctx context.Context, e *endpoint) error {
		return e.call(ctx, &nonce, "eth_getTransactionCount", account, block)
	})
	return uint64(nonce), asErrorOrNil(err)
}

// estimate the gas of a call. What the contract refuses is refused here, before it costs anything.
func (c *Client) estimate(ctx context.Context, from common.Address, call Call) (uint64, error) {
	var gas hexutil.Uint64
	err := c.ask(ctx, func(ctx context.Context, e *endpoint) error {
		// Not on top of what is pending, as some servers do: an earlier attempt at this call may be.
		return e.call(ctx, &gas, "eth_estimateGas", call.arguments(from), "latest")
	})
	if err == nil && gas > maxGas {
		err = fail(Refused, nil, "an RPC server claims that the call takes %d gas, at most %d are believed", gas, maxGas)
	}
	return uint64(gas), asErrorOrNil(err)
}

// maxGas of a call; the dearest that is made, publishing, takes a seventh of it.
const maxGas = 10_000_000

func asErrorOrNil(err error) error {
	if err == nil {
		return nil
	}
	return asError(err)
}
