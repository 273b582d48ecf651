package chain

import (
	"context"
	"errors"
	"slices"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rpc"
)

const (
	// blocksAtOnce is the range that the first request for logs asks for. Each further one asks for twice as much, until the
	// server takes no more.
	blocksAtOnce = 1000
	// maxRequests bounds how far back a query may go.
	maxRequests = 10_000
	// maxEvents bounds what a query may find.
	maxEvents = 20_000
	// batchSize of requests for blocks.
	batchSize = 50
)

// Query for the events of a contract.
type Query struct {
	Contract common.Address
	// Topics as in eth_getLogs: one of each list at each place; an empty list stands for any.
	Topics [][]common.Hash
	// From this block on.
	From uint64
}

// Event that a contract emitted.
type Event struct {
	types.Log
	// Settled events count: enough blocks lie on top of theirs, which is on the chain now.
	Settled bool
}

// Events from a block to the head, in order, and the head that they were read up to. All come from one server, so that they
// belong to one chain of blocks.
func (c *Client) Events(ctx context.Context, query Query) (events []Event, head Block, err error) {
	err = c.ask(ctx, func(ctx context.Context, e *endpoint) (err error) {
		events, head, err = c.eventsOf(ctx, e, query)
		return err
	})
	return events, head, asErrorOrNil(err)
}

func (c *Client) eventsOf(ctx context.Context, e *endpoint, query Query) ([]Event, Block, error) {
	head, err := e.newest(ctx)
	if err != nil {
		return nil, head, err
	}
	var events []Event
	requests, width, limited := 0, uint64(blocksAtOnce), false
	for from := query.From; from <= head.Number; {
		if requests++; requests > maxRequests {
			return nil, head, fail(Refused, nil, "block %d is too far back to read events from: at most %d requests are made", query.From, maxRequests)
		}
		to := min(from+width-1, head.Number)
		logs, err := e.logs(ctx, query, from, to)
		var answered rpc.Error
		if (errors.As(err, &answered) || errors.Is(err, errTooLarge)) && to > from {
			width, limited = (to-from)/2+1, true // servers limit the range or the number of logs, each in its own words
			continue
		}
		if err != nil {
			return nil, head, err
		}
		for _, log := range logs {
			events = append(events, Event{Log: log, Settled: c.deep(log.BlockNumber, head.Number)})
		}
		if len(events) > maxEvents {
			return nil, head, fail(Refused, nil, "contract %s has more than %d such events since block %d", query.Contract, maxEvents, query.From)
		}
		from = to + 1
		if !limited {
			width *= 2
		}
	}
	events, err = e.withoutGone(ctx, events)
	return events, head, err
}

// logs of a range. What was not asked for is an error: the server cannot be trusted with the rest either.
func (e *endpoint) logs(ctx context.Context, query Query, from, to uint64) ([]types.Log, error) {
	topics := make([]any, len(query.Topics))
	for i, any := range query.Topics {
		if len(any) > 0 {
			topics[i] = any
		}
	}
	var logs []types.Log
	if err := e.call(ctx, &logs, "eth_getLogs", map[string]any{
		"address": query.Contract, "topics": topics,
		"fromBlock": hexutil.EncodeUint64(from), "toBlock": hexutil.EncodeUint64(to),
	}); err != nil {
		return nil, err
	}
	for _, log := range logs {
		if log.Address != query.Contract || log.BlockNumber < from || log.BlockNumber > to || log.Removed || !query.matches(log) {
			return nil, errors.New("it answers with logs that were not asked for")
		}
	}
	slices.SortStableFunc(logs, func(a, b types.Log) int {
		if a.BlockNumber != b.BlockNumber {
			return int(int64(a.BlockNumber) - int64(b.BlockNumber))
		}
		return int(a.Index) - int(b.Index)
	})
	return logs, nil
}

func (q Query) matches(log types.Log) bool {
	for i, any := range q.Topics {
		if len(any) > 0 && (i >= len(log.Topics) || !slices.Contains(any, log.Topics[i])) {
			return false
		}
	}
	return true
}

// withoutGone leaves out settled events whose block is not, or no longer, the one of its number.
func (e *endpoint) withoutGone(ctx context.Context, events []Event) ([]Event, error) {
	var numbers []uint64
	for _, event := range events {
		if event.Settled && !slices.Contains(numbers[max(0, len(numbers)-1):], event.BlockNumber) {
			numbers = append(numbers, event.BlockNumber)
		}
	}
	hashes, err := e.canonical(ctx, numbers)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(events, func(event Event) bool {
		return event.Settled && hashes[event.BlockNumber] != event.BlockHash
	}), nil
}

// canonical returns the hashes of the blocks that have these numbers now; none for a number without a block.
func (e *endpoint) canonical(ctx context.Context, numbers []uint64) (map[uint64]common.Hash, error) {
	hashes := map[uint64]common.Hash{}
	for chunk := range slices.Chunk(numbers, batchSize) {
		blocks := make([]*blockJSON, len(chunk))
		calls := make([]rpc.BatchElem, len(chunk))
		for i, number := range chunk {
			calls[i] = rpc.BatchElem{Method: "eth_getBlockByNumber", Args: []any{hexutil.EncodeUint64(number), false}, Result: &blocks[i]}
		}
		if err := e.batch(ctx, calls); err != nil {
			return nil, err
		}
		for i, block := range blocks {
			if block == nil {
				continue
			}
			if uint64(block.Number) != chunk[i] {
				return nil, errors.New("it answers with another block than it was asked for")
			}
			hashes[chunk[i]] = block.Hash
		}
	}
	return hashes, nil
}
