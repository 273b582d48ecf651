package escrow

import (
	"math/big"
	"testing"
)

// TestMovements are deposits and withdrawals of the payer alone; what jobs cost is none, nor is what is older.
func TestMovements(t *testing.T) {
	w := newWorld(t, enterprise)
	since := w.server.Head(t) + 1
	w.do(w.Withdraw(t.Context(), w.payer, w.token, big.NewInt(300)))
	w.do(w.CreateLock(t.Context(), w.payee, w.terms(1, 500)))
	w.do(w.ClaimLock(t.Context(), w.payee, w.terms(1, 500), big.NewInt(200), nil))
	w.do(w.Approve(t.Context(), w.payer, w.token, big.NewInt(70)))
	w.do(w.Deposit(t.Context(), w.payer, w.token, big.NewInt(70)))
	for _, test := range []struct {
		from uint64
		want []int64
	}{{w.start, []int64{w.deposited.Int64(), -300, 70}}, {since, []int64{-300, 70}}, {w.server.Head(t) + 1, nil}} {
		movements, err := w.Movements(t.Context(), w.payer.Address(), test.from)
		if err != nil {
			t.Fatal(err)
		}
		if len(movements) != len(test.want) {
			t.Fatalf("since block %d: got %d movements, want %d", test.from, len(movements), len(test.want))
		}
		for i, movement := range movements {
			if movement.Amount.Int64() != test.want[i] || movement.Token != w.token || !movement.Settled {
				t.Errorf("since block %d: movement %d is %+v, want %d", test.from, i, movement, test.want[i])
			}
		}
	}
	if others, err := w.Movements(t.Context(), w.server.Stranger.Address, w.start); err != nil || len(others) != 0 {
		t.Errorf("a stranger has %d movements, %v; want none", len(others), err)
	}
}

// TestEmitted tells an event of this contract from one of another.
func TestEmitted(t *testing.T) {
	w := newWorld(t, enterprise)
	sent, err := w.Withdraw(t.Context(), w.payer, w.token, big.NewInt(300))
	w.do(sent, err)
	receipt, err := w.client.Receipt(t.Context(), sent.Hash)
	if err != nil {
		t.Fatal(err)
	}
	if !w.Emitted(receipt, "Withdraw") || w.Emitted(receipt, "Deposit") {
		t.Error("a withdrawal is not told by its event")
	}
	if New(w.client, community(w.server)).Emitted(receipt, "Withdraw") {
		t.Error("an event of another contract counts")
	}
}
