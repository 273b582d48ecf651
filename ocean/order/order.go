// Package order finds the orders by which a consumer has paid for access to a dataset that is published with a price.
//
// An order is an OrderStarted event of the dataset's datatoken (Ocean's ERC20Template and ERC20TemplateEnterprise): one
// token is spent, on a service of the dataset, for a consumer. It gives access for the service's timeout, any number of
// times. The contract lets anybody "reuse" any order, or none, at no cost (OrderReused): a reuse gives more time only where
// the environment has signed the fee that goes with it.
package order

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/contracts"
)

// Question whether a consumer has access.
type Question struct {
	// Datatoken that the DDO on chain names. Only events that this very contract emitted count.
	Datatoken common.Address
	// Service is the index of the service in the DDO.
	Service int64
	// Consumer who asks for access.
	Consumer common.Address
	// Environment is the account that is paid for compute; zero if there is none. It may stand in an order as consumer, with
	// the true one as payer, as Ocean's clients have it of compute. A reuse gives more time only with a fee of this account.
	Environment common.Address
	// Timeout of access, counted from the order; 0 if it does not end.
	Timeout time.Duration
	// Now is the time to judge at.
	Now time.Time
	// Since which block to look: nothing of the datatoken is older. With a timeout it is enough to look back twice as long.
	Since uint64
}

// Order that gives access.
type Order struct {
	Consumer common.Address
	Payer    common.Address
	// Started is when access began: the time of the order's block, or of its newest reuse.
	Started time.Time
	// Expires is when access ends; zero if it does not.
	Expires time.Time
	// Transaction of the order, and the block that it is in.
	Transaction common.Hash
	Block       uint64
	BlockHash   common.Hash
}

// Missing says why a consumer has no access. It is told by the chain, in contrast to the errors of package chain, which say
// that nobody knows.
type Missing struct {
	Reason Reason
	// Order that came closest; nil if there is none at all.
	Order *Order
	text  string
}

// Reason why no order gives access.
type Reason string

const (
	// NotOrdered: the consumer has ordered nothing of the service.
	NotOrdered Reason = "NotOrdered"
	// Expired: the time of the newest order is over.
	Expired Reason = "Expired"
	// Unconfirmed: there is an order that does not count yet.
	Unconfirmed Reason = "Unconfirmed"
)

func (m *Missing) Error() string { return m.text }

// Find the order that gives a consumer access, the one that lasts longest. Without one the error is a Missing; any other
// says that the chain could not be read.
func Find(ctx context.Context, client *chain.Client, question Question) (*Order, error) {
	s := &search{Question: question, client: client, datatoken: contracts.NewERC20Template()}
	s.definition = s.datatoken.GetABI()
	if err := s.bound(ctx); err != nil {
		return nil, err
	}
	if err := s.started(ctx); err != nil {
		return nil, err
	}
	if s.Environment != (common.Address{}) {
		if err := s.reused(ctx); err != nil {
			return nil, err
		}
	}
	return s.answer()
}

// search for orders.
type search struct {
	Question
	client     *chain.Client
	datatoken  *contracts.ERC20Template
	definition abi.ABI

	best, expired, unconfirmed *Order
}

// bound how far back to look by the timeout: as far as it reaches, and as far again to tell of an order that has expired.
func (s *search) bound(ctx context.Context) error {
	if s.Timeout <= 0 {
		return nil
	}
	block, err := s.client.BlockBefore(ctx, s.Now.Add(-2*s.Timeout), s.Since)
	if err != nil {
		return fmt.Errorf("find the block that orders of datatoken %s may begin in: %w", s.Datatoken, err)
	}
	s.Since = block
	return nil
}

// started looks at the orders for the consumer, and at those that it paid for the environment.
func (s *search) started(ctx context.Context) error {
	consumers := []common.Hash{common.BytesToHash(s.Consumer[:])}
	if s.Environment != (common.Address{}) {
		consumers = append(consumers, common.BytesToHash(s.Environment[:]))
	}
	events, _, err := s.client.Events(ctx, chain.Query{
		Contract: s.Datatoken, From: s.Since, Topics: [][]common.Hash{{s.definition.Events["OrderStarted"].ID}, consumers},
	})
	if err != nil {
		return fmt.Errorf("read the orders of datatoken %s: %w", s.Datatoken, err)
	}
	for _, event := range events {
		if order := s.decode(&event.Log); order != nil {
			s.judge(order, event.Settled)
		}
	}
	return nil
}

// wholeToken is what an order costs: one token, of 18 decimals.
var wholeToken = big.NewInt(1e18)

// decode an OrderStarted event; nil if it is not an order of this service for this consumer.
func (s *search) decode(log *types.Log) *Order {
	event, err := s.datatoken.UnpackOrderStartedEvent(log)
	if err != nil || event.Amount.Cmp(wholeToken) < 0 || event.ServiceIndex.Cmp(big.NewInt(s.Service)) != 0 || !event.Timestamp.IsInt64() {
		return nil
	}
	paidForCompute := s.Environment != (common.Address{}) && event.Consumer == s.Environment && event.Payer == s.Consumer
	if event.Consumer != s.Consumer && !paidForCompute {
		return nil
	}
	return &Order{
		Consumer: event.Consumer, Payer: event.Payer, Started: time.Unix(event.Timestamp.Int64(), 0).UTC(),
		Transaction: log.TxHash, Block: log.BlockNumber, BlockHash: log.BlockHash,
	}
}

// judge an order by its age and its depth.
func (s *search) judge(order *Order, settled bool) {
	if s.Timeout > 0 {
		order.Expires = order.Started.Add(s.Timeout)
	}
	s.keep(order, settled)
}

func (s *search) keep(order *Order, settled bool) {
	place := &s.best
	switch {
	case !order.Expires.IsZero() && !order.Expires.After(s.Now):
		place = &s.expired
	case !settled:
		place = &s.unconfirmed
	}
	if *place == nil || outlasts(order, *place) {
		*place = order
	}
}

func outlasts(a, b *Order) bool {
	return !b.Expires.IsZero() && (a.Expires.IsZero() || a.Expires.After(b.Expires))
}

// maxReuses bounds how many orders are looked up for their reuses, the newest first.
const maxReuses = 100

// reused looks at reuses with a fee of the environment. The contract emits the fee right after the reuse.
func (s *search) reused(ctx context.Context) error {
	reuse, fee := s.definition.Events["OrderReused"].ID, s.definition.Events["ProviderFee"].ID
	events, _, err := s.client.Events(ctx, chain.Query{
		Contract: s.Datatoken, From: s.Since, Topics: [][]common.Hash{{reuse, fee}},
	})
	if err != nil {
		return fmt.Errorf("read the reused orders of datatoken %s: %w", s.Datatoken, err)
	}
	looked := 0
	for i := len(events) - 2; i >= 0 && looked < maxReuses; i-- {
		at, next := &events[i], &events[i+1]
		if at.Topics[0] != reuse || next.Topics[0] != fee || next.TxHash != at.TxHash || next.Index != at.Index+1 {
			continue
		}
		reused, err := s.datatoken.UnpackOrderReusedEvent(&at.Log)
		if err != nil || !reused.Timestamp.IsInt64() {
			continue
		}
		when := time.Unix(reused.Timestamp.Int64(), 0).UTC()
		until, ok := s.renewed(&next.Log, when)
		if !ok {
			continue
		}
		looked++
		if err := s.renew(ctx, reused.OrderTxId, when, until, at.Settled); err != nil {
			return err
		}
	}
	return nil
}

// renewed says until when the environment has renewed orders, if this is a fee of its own that held at that time. Nothing
// but its end keeps such a fee from being used again.
func (s *search) renewed(log *types.Log, when time.Time) (until time.Time, ok bool) {
	fee, err := s.datatoken.UnpackProviderFeeEvent(log)
	if err != nil || fee.ProviderFeeAddress != s.Environment || !fee.ValidUntil.IsInt64() {
		return until, false
	}
	var data struct {
		Datatoken string `json:"dt"`
	}
	if json.Unmarshal(fee.ProviderData, &data) != nil || !strings.EqualFold(data.Datatoken, s.Datatoken.Hex()) {
		return until, false
	}
	until = time.Unix(fee.ValidUntil.Int64(), 0).UTC()
	return until, until.After(when)
}

// renew the orders that a transaction made, as of a reuse.
func (s *search) renew(ctx context.Context, transaction common.Hash, when, until time.Time, settled bool) error {
	receipt, err := s.client.Receipt(ctx, transaction)
	if err != nil {
		return fmt.Errorf("read order %s of datatoken %s: %w", transaction, s.Datatoken, err)
	}
	if receipt == nil || receipt.Status != types.ReceiptStatusSuccessful {
		return nil
	}
	for _, log := range receipt.Logs {
		if log.Address != s.Datatoken || len(log.Topics) == 0 || log.Topics[0] != s.definition.Events["OrderStarted"].ID {
			continue
		}
		order := s.decode(log)
		if order == nil || order.Started.After(when) {
			continue
		}
		deep, err := s.client.Settled(ctx, receipt.BlockNumber.Uint64(), receipt.BlockHash)
		if err != nil {
			return fmt.Errorf("read order %s of datatoken %s: %w", transaction, s.Datatoken, err)
		}
		order.Started = when
		if s.Timeout > 0 {
			order.Expires = when.Add(s.Timeout)
			if until.Before(order.Expires) {
				order.Expires = until
			}
		}
		s.keep(order, settled && deep)
	}
	return nil
}

func (s *search) answer() (*Order, error) {
	what := fmt.Sprintf("service %d by datatoken %s on chain %d", s.Service, s.Datatoken, s.client.ChainID())
	switch {
	case s.best != nil:
		return s.best, nil
	case s.unconfirmed != nil:
		return nil, &Missing{Unconfirmed, s.unconfirmed, fmt.Sprintf("order %s of %s by %s does not count yet: expected %d blocks on top of block %d",
			s.unconfirmed.Transaction, what, s.Consumer, s.client.Confirmations(), s.unconfirmed.Block)}
	case s.expired != nil:
		return nil, &Missing{Expired, s.expired, fmt.Sprintf("order %s of %s by %s gave access until %s: expected a newer one",
			s.expired.Transaction, what, s.Consumer, s.expired.Expires.Format(time.RFC3339))}
	}
	return nil, &Missing{Reason: NotOrdered, text: fmt.Sprintf("%s has no order of %s that gives access now: expected one token to be spent on it (startOrder)", s.Consumer, what)}
}

// IsMissing says whether an error of Find means that there is no order, and why.
func IsMissing(err error) (*Missing, bool) {
	var missing *Missing
	return missing, errors.As(err, &missing)
}
