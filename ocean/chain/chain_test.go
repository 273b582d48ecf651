package chain

import (
	"context"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/contracts"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/wallet"
	"github.com/compute-to-data/terraform-provider-c2d/test/chainserver"
	"github.com/compute-to-data/terraform-provider-c2d/test/s3server"
)

const confirmations = 3

func newClient(t *testing.T, server *chainserver.Server) *Client {
	t.Helper()
	return clientOf(t, server, 10*time.Second, server.URL)
}

func clientOf(t *testing.T, server *chainserver.Server, callTimeout time.Duration, urls ...string) *Client {
	t.Helper()
	client, err := New(Options{
		ChainID: server.ChainID, URLs: urls, Confirmations: confirmations,
		Transport: egress.Transport(s3server.Loopback()), CallTimeout: callTimeout,
	})
	if err != nil {
		t.Fatal(err)
	}
	client.probeEvery = 10 * time.Millisecond
	return client
}

// ceiling is 100 gwei.
var ceiling = big.NewInt(100_000_000_000)

func newSender(t *testing.T, client *Client, account chainserver.Account, stuckAfter time.Duration) *Sender {
	t.Helper()
	key, err := wallet.FromKey(account.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	sender, err := NewSender(client, key, SenderOptions{MaxFeePerGas: ceiling, StuckAfter: stuckAfter, Poll: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return sender
}

// transfer of some of the token.
func transfer(server *chainserver.Server, to common.Address, amount int64) Call {
	return Call{To: server.Token, Data: contracts.NewERC20().PackTransfer(to, big.NewInt(amount))}
}

func tokens(t *testing.T, client *Client, server *chainserver.Server, of common.Address) int64 {
	t.Helper()
	erc20 := contracts.NewERC20()
	answer, err := client.Read(t.Context(), server.Token, erc20.PackBalanceOf(of))
	if err != nil {
		t.Fatal(err)
	}
	balance, err := erc20.UnpackBalanceOf(answer)
	if err != nil {
		t.Fatal(err)
	}
	return balance.Int64()
}

// transfers of the token to an account, as events.
func transfers(t *testing.T, client *Client, server *chainserver.Server, to common.Address, from uint64) []Event {
	t.Helper()
	events, _, err := client.Events(t.Context(), Query{
		Contract: server.Token, From: from,
		Topics: [][]common.Hash{{contracts.NewERC20().GetABI().Events["Transfer"].ID}, nil, {common.BytesToHash(to[:])}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return events
}

func send(t *testing.T, sender *Sender, call Call) *Sent {
	t.Helper()
	sent, err := sender.Send(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	return sent
}

// look until a condition holds, mining a block each time.
func mineUntil(t *testing.T, server *chainserver.Server, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !condition(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within a minute: %s", what)
		}
		server.Mine(t, 1)
	}
}

func landed(t *testing.T, sender *Sender, sent *Sent) func() bool {
	return func() bool {
		_, settled, err := sender.Look(t.Context(), sent)
		if err != nil && ReasonOf(err) != Unreachable {
			t.Fatal(err)
		}
		return settled
	}
}

func TestSendCountsOnceConfirmed(t *testing.T) {
	server := chainserver.Start(t, chainserver.OnDemand)
	client := newClient(t, server)
	sender := newSender(t, client, server.Consumer, time.Hour)
	start := server.Head(t)
	to := server.Stranger.Address

	sent := send(t, sender, transfer(server, to, 7))
	if receipt, settled, err := sender.Look(t.Context(), sent); receipt != nil || settled || err != nil {
		t.Fatalf("before a block: receipt %v, settled %t, %v", receipt, settled, err)
	}
	server.Mine(t, 1)
	for on := range confirmations {
		receipt, settled, err := sender.Look(t.Context(), sent)
		if receipt == nil || settled || err != nil {
			t.Fatalf("with %d blocks on top: receipt %v, settled %t, %v", on, receipt, settled, err)
		}
		if events := transfers(t, client, server, to, start); len(events) != 1 || events[0].Settled {
			t.Fatalf("with %d blocks on top: events %+v, want one that is not settled", on, events)
		}
		server.Mine(t, 1)
	}
	if receipt, settled, err := sender.Look(t.Context(), sent); receipt == nil || !settled || err != nil {
		t.Fatalf("with %d blocks on top: receipt %v, settled %t, %v", confirmations, receipt, settled, err)
	}
	if events := transfers(t, client, server, to, start); len(events) != 1 || !events[0].Settled {
		t.Fatalf("events %+v, want one that is settled", events)
	}
	if got := tokens(t, client, server, to); got != 7 {
		t.Errorf("the recipient has %d, want 7", got)
	}
}

func TestWhatTheContractRefusesIsNotSent(t *testing.T) {
	server := chainserver.Start(t, chainserver.Instantly)
	client := newClient(t, server)
	sender := newSender(t, client, server.Stranger, time.Hour) // has no tokens
	_, err := sender.Send(t.Context(), transfer(server, server.Owner.Address, 1))
	if ReasonOf(err) != Reverted || !strings.Contains(err.Error(), "exceeds balance") {
		t.Errorf("got %v, want Reverted with the contract's own words", err)
	}
	if nonce, err := client.nonce(t.Context(), server.Stranger.Address, "pending"); nonce != 0 || err != nil {
		t.Errorf("nonce %d, %v: something was sent", nonce, err)
	}
	if _, err := client.Read(t.Context(), server.Stranger.Address, contracts.NewERC20().PackDecimals()); err == nil {
		t.Error("a call of an account without code was answered")
	}
}

func TestTwentySendersAtOnce(t *testing.T) {
	server := chainserver.Start(t, chainserver.Quickly)
	client := newClient(t, server)
	sender := newSender(t, client, server.Consumer, time.Hour)
	const senders = 20
	to := server.Stranger.Address
	results := make(chan error, senders)
	for i := range senders {
		go func() {
			sent, err := sender.Send(t.Context(), transfer(server, to, int64(1)<<i))
			if err == nil {
				_, err = sender.Wait(t.Context(), sent)
			}
			results <- err
		}()
	}
	for range senders {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
	if got, want := tokens(t, client, server, to), int64(1)<<senders-1; got != want {
		t.Errorf("the recipient has %b, want %b: each transfer once", got, want)
	}
}

func TestStuckTransactionIsReplaced(t *testing.T) {
	server := chainserver.Start(t, chainserver.OnDemand)
	client := newClient(t, server)
	sender := newSender(t, client, server.Consumer, time.Millisecond)
	to := server.Stranger.Address
	sent := send(t, sender, transfer(server, to, 7))
	first := pendingTransaction(t, server, sent.Hash)
	if first == nil {
		t.Fatal("the transaction is not pending")
	}
	var second *types.Transaction
	eventually(t, "another takes its place", func() bool {
		if err := sender.Tend(t.Context()); err != nil {
			t.Fatal(err)
		}
		attempts := sender.flights[sent.Nonce].attempts
		second = pendingTransaction(t, server, attempts[len(attempts)-1].Hash())
		return len(attempts) > 1 && second != nil
	})
	if second.Nonce() != first.Nonce() || second.GasFeeCap().Cmp(first.GasFeeCap()) <= 0 || second.GasTipCap().Cmp(first.GasTipCap()) <= 0 {
		t.Errorf("the second attempt offers %s and %s under nonce %d, the first %s and %s under %d",
			second.GasFeeCap(), second.GasTipCap(), second.Nonce(), first.GasFeeCap(), first.GasTipCap(), first.Nonce())
	}
	if pendingTransaction(t, server, sent.Hash) != nil {
		t.Error("both attempts are pending")
	}
	mineUntil(t, server, "it lands", landed(t, sender, sent))
	if got := tokens(t, client, server, to); got != 7 {
		t.Errorf("the recipient has %d, want 7, once", got)
	}
}

func TestFeeCeilingHolds(t *testing.T) {
	server := chainserver.Start(t, chainserver.OnDemand)
	client := newClient(t, server)
	sender := newSender(t, client, server.Consumer, time.Millisecond)
	sent := send(t, sender, transfer(server, server.Stranger.Address, 7))
	eventually(t, "the ceiling is reached", func() bool { return ReasonOf(sender.Tend(t.Context())) == FeeTooHigh })
	for _, attempt := range sender.flights[sent.Nonce].attempts {
		if attempt.GasFeeCap().Cmp(ceiling) > 0 {
			t.Errorf("an attempt offers %s, above the ceiling", attempt.GasFeeCap())
		}
	}
	server.Mine(t, 1)
	server.BaseFee(t, 2*ceiling.Int64())
	server.Mine(t, 1)
	if _, err := sender.Send(t.Context(), transfer(server, server.Stranger.Address, 1)); ReasonOf(err) != FeeTooHigh {
		t.Errorf("got %v, want FeeTooHigh", err)
	}
}

// A new process finds the account with a transaction of the old one that nobody will mine.
func TestNewProcessGoesOnBehindAStuckTransaction(t *testing.T) {
	server := chainserver.Start(t, chainserver.OnDemand)
	client := newClient(t, server)
	to := server.Stranger.Address
	old := newSender(t, client, server.Consumer, time.Hour)
	left := send(t, old, transfer(server, to, 1))

	fresh := newSender(t, client, server.Consumer, time.Millisecond)
	sent := send(t, fresh, transfer(server, to, 2))
	if sent.Nonce != left.Nonce+1 {
		t.Fatalf("nonce %d, want the one after the pending %d", sent.Nonce, left.Nonce)
	}
	eventually(t, "the stuck one is replaced", func() bool {
		if err := fresh.Tend(t.Context()); err != nil {
			t.Fatal(err)
		}
		return fresh.flights[left.Nonce] != nil
	})
	mineUntil(t, server, "the new one lands", landed(t, fresh, sent))
	if got := tokens(t, client, server, to); got != 2 {
		t.Errorf("the recipient has %d, want 2: the stuck one was replaced by nothing", got)
	}
}

func TestSameNonceTakesEffectOnce(t *testing.T) {
	server := chainserver.Start(t, chainserver.OnDemand)
	client := newClient(t, server)
	to := server.Stranger.Address
	call := transfer(server, to, 7)
	call.Key = "the same"
	old := newSender(t, client, server.Consumer, time.Hour)
	first := send(t, old, call)
	if again := send(t, old, call); again.Hash != first.Hash {
		t.Errorf("a call that is on its way was sent again as %s", again.Hash)
	}

	// Another process makes the same call, and knows the nonce.
	call.Nonce = &first.Nonce
	fresh := newSender(t, client, server.Consumer, time.Hour)
	second := send(t, fresh, call)
	if second.Nonce != first.Nonce {
		t.Errorf("nonce %d, want %d", second.Nonce, first.Nonce)
	}
	mineUntil(t, server, "it lands", landed(t, fresh, second))
	if got := tokens(t, client, server, to); got != 7 {
		t.Errorf("the recipient has %d, want 7, once", got)
	}

	// The one that lost says so, unless both are one: the same call at the same fee.
	mineUntil(t, server, "the first is superseded", func() bool {
		_, settled, err := old.Look(t.Context(), first)
		return settled && (ReasonOf(err) == Superseded) == (first.Hash != second.Hash)
	})
	// A nonce that is taken is not insisted on.
	third := send(t, fresh, call)
	if third.Nonce != first.Nonce+1 {
		t.Errorf("nonce %d, want the next one, %d", third.Nonce, first.Nonce+1)
	}
}

func TestForgottenTransactionIsSentAgain(t *testing.T) {
	server := chainserver.Start(t, chainserver.OnDemand)
	client := newClient(t, server)
	sender := newSender(t, client, server.Consumer, time.Hour)
	to := server.Stranger.Address
	first, second := send(t, sender, transfer(server, to, 1)), send(t, sender, transfer(server, to, 2))
	server.Forget(t)
	mineUntil(t, server, "both land", func() bool { return landed(t, sender, first)() && landed(t, sender, second)() })
	if got := tokens(t, client, server, to); got != 3 {
		t.Errorf("the recipient has %d, want 3", got)
	}
}

func TestReorganisationTakesAnEventBack(t *testing.T) {
	server := chainserver.Start(t, chainserver.OnDemand)
	client := newClient(t, server)
	sender := newSender(t, client, server.Consumer, time.Hour)
	to := server.Stranger.Address
	start := server.Head(t)
	sent := send(t, sender, transfer(server, to, 7))
	server.Mine(t, confirmations) // one too few
	events := transfers(t, client, server, to, start)
	if len(events) != 1 || events[0].Settled {
		t.Fatalf("events %+v, want one that is not settled", events)
	}
	server.Reorganise(t, confirmations)
	server.Forget(t)
	if events := transfers(t, client, server, to, start); len(events) != 0 {
		t.Fatalf("events %+v of a block that is gone", events)
	}
	if settled, err := client.Settled(t.Context(), events[0].BlockNumber, events[0].BlockHash); settled || err != nil {
		t.Errorf("settled %t, %v: the block is gone", settled, err)
	}
	// The sender brings it back, and it counts once.
	mineUntil(t, server, "it lands after all", landed(t, sender, sent))
	if events := transfers(t, client, server, to, start); len(events) != 1 || !events[0].Settled {
		t.Errorf("events %+v, want one that is settled", events)
	}
	if got := tokens(t, client, server, to); got != 7 {
		t.Errorf("the recipient has %d, want 7, once", got)
	}
}

func pendingTransaction(t *testing.T, server *chainserver.Server, hash common.Hash) *types.Transaction {
	t.Helper()
	var transaction *types.Transaction
	server.Call(t, &transaction, "eth_getTransactionByHash", hash)
	return transaction
}

func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !condition(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within a minute: %s", what)
		}
	}
}

func TestOneSenderForAnAccount(t *testing.T) {
	server := chainserver.Start(t, chainserver.Quickly)
	var senders Senders
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- senders.Start(ctx) }()
	of := func(account chainserver.Account) *Sender {
		key, err := wallet.FromKey(account.PrivateKey)
		if err != nil {
			t.Fatal(err)
		}
		sender, err := senders.For(newClient(t, server), key, SenderOptions{MaxFeePerGas: ceiling, Poll: 20 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		return sender
	}
	one, two := of(server.Consumer), of(server.Consumer)
	if one != two || of(server.Owner) == one {
		t.Error("an account has two senders, or two accounts have one")
	}
	sent := send(t, one, transfer(server, server.Stranger.Address, 7))
	eventually(t, "it is looked after", func() bool {
		if err := one.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
		defer one.leave()
		f := one.landed[sent.Nonce]
		return f != nil && f.err == nil
	})
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
