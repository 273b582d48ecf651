package chain

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/go-logr/logr"

	"github.com/compute-to-data/terraform-provider-c2d/ocean/wallet"
)

// Senders keeps one sender for each account on each chain, however many environments share it. The zero value is ready.
type Senders struct {
	mu  sync.Mutex
	all map[account]*Sender
}

type account struct {
	chainID uint64
	address common.Address
}

// For an account: the sender that is there, which from now on uses this client, wallet and options, or a new one.
func (s *Senders) For(client *Client, from wallet.Wallet, options SenderOptions) (*Sender, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	of := account{client.chainID, from.Address()}
	sender, ok := s.all[of]
	if ok {
		use, err := newMeans(client, from, options)
		if err != nil {
			return nil, err
		}
		sender.use.Store(use)
		return sender, nil
	}
	sender, err := NewSender(client, from, options)
	if err != nil {
		return nil, err
	}
	if s.all == nil {
		s.all = map[account]*Sender{}
	}
	s.all[of] = sender
	return sender, nil
}

// Start looks after what is on its way, until ctx ends. It is controller-runtime's Runnable; a sender's nonces stand no
// second process, so that it must run under leader election, as Runnables do by default.
func (s *Senders) Start(ctx context.Context) error {
	log := logr.FromContextOrDiscard(ctx).WithName("chain")
	ticker := time.NewTicker(defaultPoll)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		s.mu.Lock()
		senders := slices.Collect(maps.Values(s.all))
		s.mu.Unlock()
		var wait sync.WaitGroup
		for _, sender := range senders {
			wait.Go(func() {
				if err := sender.Tend(ctx); err != nil && ctx.Err() == nil {
					log.Info("transactions cannot be looked after", "account", sender.Address(), "chainID", sender.client().chainID, "error", err.Error())
				}
			})
		}
		wait.Wait()
	}
}
