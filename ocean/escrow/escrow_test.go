package escrow

import (
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/wallet"
	"github.com/compute-to-data/terraform-provider-c2d/test/chainserver"
	"github.com/compute-to-data/terraform-provider-c2d/test/s3server"
)

const confirmations = 2

// world is a chain on which a consumer has deposited and authorised an owner.
type world struct {
	*testing.T
	*Escrow
	server       *chainserver.Server
	client       *chain.Client
	payer, payee *chain.Sender
	token        common.Address
	start        uint64
	deposited    *big.Int
}

func newWorld(t *testing.T, which func(*chainserver.Server) common.Address) *world {
	t.Helper()
	server := chainserver.Start(t, chainserver.Instantly)
	client, err := chain.New(chain.Options{
		ChainID: server.ChainID, URLs: []string{server.URL}, Confirmations: confirmations, Transport: egress.Transport(s3server.Loopback()),
	})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		T: t, server: server, client: client, Escrow: New(client, which(server)), token: server.Token,
		payer: sender(t, client, server.Consumer, time.Hour), payee: sender(t, client, server.Owner, time.Hour),
		deposited: big.NewInt(1000_000), start: server.Head(t),
	}
	w.do(w.Approve(t.Context(), w.payer, w.token, w.deposited))
	w.do(w.Deposit(t.Context(), w.payer, w.token, w.deposited))
	w.do(w.Authorize(t.Context(), w.payer, w.payee.Address(), w.token, big.NewInt(500_000), time.Hour, 3))
	return w
}

func enterprise(s *chainserver.Server) common.Address { return s.Contracts.EnterpriseEscrow }
func community(s *chainserver.Server) common.Address  { return s.Contracts.Escrow }

func sender(t *testing.T, client *chain.Client, account chainserver.Account, stuckAfter time.Duration) *chain.Sender {
	t.Helper()
	key, err := wallet.FromKey(account.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	s, err := chain.NewSender(client, key, chain.SenderOptions{MaxFeePerGas: big.NewInt(1e13), StuckAfter: stuckAfter, Poll: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// do what was sent: mine it, and let it settle.
func (w *world) do(sent *chain.Sent, err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
	if sent == nil {
		w.Fatal("nothing was sent")
	}
	w.mined(sent)
	w.server.Mine(w, confirmations)
	for _, s := range []*chain.Sender{w.payer, w.payee} {
		if err := s.Tend(w.Context()); err != nil {
			w.Fatal(err)
		}
	}
}

// mined waits for the block that the chain makes for a transaction.
func (w *world) mined(sent *chain.Sent) {
	w.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		receipt, err := w.client.Receipt(w.Context(), sent.Hash)
		if err != nil {
			w.Fatal(err)
		}
		if receipt != nil {
			return
		}
		if time.Now().After(deadline) {
			w.Fatalf("transaction %s is not mined within a minute", sent.Hash)
		}
	}
}

func (w *world) terms(job, amount int64) Terms {
	return Terms{JobID: big.NewInt(job), Payer: w.payer.Address(), Token: w.token, Amount: big.NewInt(amount), Lasts: time.Minute}
}

func (w *world) job(id int64) Job {
	w.Helper()
	history, err := w.History(w.Context(), w.payee.Address(), w.start)
	if err != nil {
		w.Fatal(err)
	}
	return history.Of(big.NewInt(id), w.payer.Address())
}

// sheet is available and locked of the payer in the escrow, and what the payee has.
func (w *world) sheet() [3]int64 {
	w.Helper()
	funds, err := w.Funds(w.Context(), w.payer.Address(), w.token)
	if err != nil {
		w.Fatal(err)
	}
	_, balance, err := w.Allowance(w.Context(), w.payee.Address(), w.token)
	if err != nil {
		w.Fatal(err)
	}
	return [3]int64{funds.Available.Int64(), funds.Locked.Int64(), balance.Int64()}
}

func (w *world) expect(when string, want [3]int64) {
	w.Helper()
	if got := w.sheet(); got != want {
		w.Errorf("%s: available, locked and paid are %v, want %v", when, got, want)
	}
}

func TestLockAndClaim(t *testing.T) {
	for name, test := range map[string]struct {
		which func(*chainserver.Server) common.Address
		paid  int64 // of a claim of 40 000
	}{
		"EnterpriseEscrow, no fee":                      {enterprise, 40_000},
		"Escrow, community fee of a fifth of a percent": {community, 39_960},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, test.which)
			w.expect("after the deposit", [3]int64{1000_000, 0, 0})
			auth, err := w.Authorization(t.Context(), w.payer.Address(), w.payee.Address(), w.token)
			if err != nil || auth.MaxAmount.Int64() != 500_000 || auth.MaxTime != time.Hour || auth.MaxLocks.Int64() != 3 || auth.Locks.Sign() != 0 {
				t.Errorf("authorization %+v, %v", auth, err)
			}

			w.do(w.CreateLock(t.Context(), w.payee, w.terms(7, 100_000)))
			w.expect("with the lock", [3]int64{900_000, 100_000, 0})
			job := w.job(7)
			if job.Lock == nil || !job.Lock.Settled || job.Lock.Amount.Int64() != 100_000 || job.Lock.Lasts != time.Minute || job.Ended != nil {
				t.Errorf("job %+v, want a settled lock that has not ended", job)
			}
			locks, err := w.Locks(t.Context(), w.payer.Address(), w.payee.Address(), w.token)
			if err != nil || len(locks) != 1 || locks[0].JobID.Int64() != 7 {
				t.Errorf("locks %+v, %v", locks, err)
			}
			// The contract itself would answer with this lock for another token or payer too.
			for _, other := range [][2]common.Address{{w.payer.Address(), {1}}, {{1}, w.token}} {
				if locks, err := w.Locks(t.Context(), other[0], w.payee.Address(), other[1]); err != nil || len(locks) != 0 {
					t.Errorf("locks of others: %+v, %v", locks, err)
				}
			}

			w.do(w.ClaimLock(t.Context(), w.payee, w.terms(7, 100_000), big.NewInt(40_000), []byte("proof")))
			w.expect("after the claim", [3]int64{960_000, 0, test.paid})
			job = w.job(7)
			if job.Ended == nil || job.Ended.Kind != Claimed || !job.Ended.Settled || string(job.Ended.Proof) != "proof" || job.Ended.Amount.Int64() != 40_000 {
				t.Errorf("job %+v, want a settled claim of 40000 with its proof", job.Ended)
			}
		})
	}
}

func TestClaimOfZeroGivesAllBackAtOnce(t *testing.T) {
	w := newWorld(t, enterprise)
	w.do(w.CreateLock(t.Context(), w.payee, w.terms(7, 100_000)))
	w.do(w.ClaimLock(t.Context(), w.payee, w.terms(7, 100_000), new(big.Int), nil))
	w.expect("after the claim", [3]int64{1000_000, 0, 0})
	if job := w.job(7); job.Ended == nil || job.Ended.Kind != Claimed || job.Ended.Amount.Sign() != 0 {
		t.Errorf("job %+v, want a claim of zero", job.Ended)
	}
}

// The trap: the transaction of a late claim succeeds, and pays nothing.
func TestLateClaimIsToldFromItsEvent(t *testing.T) {
	w := newWorld(t, enterprise)
	w.do(w.CreateLock(t.Context(), w.payee, w.terms(7, 100_000)))
	w.server.Advance(t, 2*time.Minute)
	sent, err := w.ClaimLock(t.Context(), w.payee, w.terms(7, 100_000), big.NewInt(40_000), nil)
	w.do(sent, err)
	if receipt, settled, err := w.payee.Look(t.Context(), sent); receipt == nil || !settled || err != nil {
		t.Errorf("the transaction itself: receipt %v, settled %t, %v", receipt, settled, err)
	}
	w.expect("after the late claim", [3]int64{1000_000, 0, 0})
	if job := w.job(7); job.Ended == nil || job.Ended.Kind != Canceled || job.Ended.Amount.Int64() != 100_000 {
		t.Errorf("job %+v, want a cancellation of 100000", job.Ended)
	}
}

func TestCancelExpired(t *testing.T) {
	w := newWorld(t, enterprise)
	w.do(w.CreateLock(t.Context(), w.payee, w.terms(7, 100_000)))
	w.do(w.CancelExpired(t.Context(), w.payer, w.payee.Address(), w.terms(7, 100_000)))
	w.expect("too early", [3]int64{900_000, 100_000, 0})
	if job := w.job(7); job.Ended != nil {
		t.Errorf("ended %+v, too early", job.Ended)
	}
	w.server.Advance(t, 2*time.Minute)
	w.do(w.CancelExpired(t.Context(), w.payer, w.payee.Address(), w.terms(7, 100_000)))
	w.expect("after the expiry", [3]int64{1000_000, 0, 0})
	if job := w.job(7); job.Ended == nil || job.Ended.Kind != Canceled {
		t.Errorf("ended %+v, want a cancellation", job.Ended)
	}
}

func TestWhatIsRefused(t *testing.T) {
	w := newWorld(t, enterprise)
	long := w.terms(1, 1)
	long.Lasts = 2 * time.Hour
	w.do(w.CreateLock(t.Context(), w.payee, w.terms(7, 100_000)))
	for name, test := range map[string]struct {
		call func() (*chain.Sent, error)
		want error
		text string
	}{
		"more than authorised":   {func() (*chain.Sent, error) { return w.CreateLock(t.Context(), w.payee, w.terms(1, 500_001)) }, nil, "Exceeds maxLockedAmount"},
		"longer than authorised": {func() (*chain.Sent, error) { return w.CreateLock(t.Context(), w.payee, long) }, nil, "Expiry too high"},
		"more than the deposit":  {func() (*chain.Sent, error) { return w.CreateLock(t.Context(), w.payee, w.terms(1, 2000_000)) }, nil, "enough funds"},
		"the same live lock":     {func() (*chain.Sent, error) { return w.CreateLock(t.Context(), w.payee, w.terms(7, 1)) }, nil, "already exists"},
		"a lock of nothing":      {func() (*chain.Sent, error) { return w.CreateLock(t.Context(), w.payee, w.terms(1, 0)) }, ErrInvalid, "above zero"},
		"a claim of too much": {func() (*chain.Sent, error) {
			return w.ClaimLock(t.Context(), w.payee, w.terms(7, 100_000), big.NewInt(100_001), nil)
		}, ErrInvalid, "100000"},
		"a claim of no lock": {func() (*chain.Sent, error) {
			return w.ClaimLock(t.Context(), w.payee, w.terms(8, 1), big.NewInt(1), nil)
		}, nil, "not found"},
		"a withdrawal of locked": {func() (*chain.Sent, error) { return w.Withdraw(t.Context(), w.payer, w.token, big.NewInt(900_001)) }, ErrInsufficient, "100000 are locked"},
		"a deposit unapproved":   {func() (*chain.Sent, error) { return w.Deposit(t.Context(), w.payer, w.token, big.NewInt(1)) }, ErrInsufficient, "approval"},
		"payer authorises itself": {func() (*chain.Sent, error) {
			return w.Authorize(t.Context(), w.payer, w.payer.Address(), w.token, big.NewInt(1), 1, 1)
		}, ErrInvalid, "payee"},
		"no contract": {func() (*chain.Sent, error) {
			_, err := New(w.client, common.Address{1}).Funds(t.Context(), w.payer.Address(), w.token)
			return nil, err
		}, nil, "no such contract"},
		"another contract": {func() (*chain.Sent, error) {
			_, err := New(w.client, w.token).Funds(t.Context(), w.payer.Address(), w.token)
			return nil, err
		}, nil, "refuses"},
	} {
		sent, err := test.call()
		if sent != nil || err == nil || !strings.Contains(err.Error(), test.text) {
			t.Errorf("%s: sent %v, %v, want an error with %q", name, sent, err, test.text)
		}
		if test.want != nil && !errors.Is(err, test.want) || test.want == nil && chain.ReasonOf(err) != chain.Reverted {
			t.Errorf("%s: %v has reason %q", name, err, chain.ReasonOf(err))
		}
	}
	w.expect("afterwards", [3]int64{900_000, 100_000, 0})
}

func TestRevocationAndWithdrawal(t *testing.T) {
	w := newWorld(t, enterprise)
	w.do(w.Authorize(t.Context(), w.payer, w.payee.Address(), w.token, new(big.Int), 0, 0))
	if _, err := w.CreateLock(t.Context(), w.payee, w.terms(7, 1)); chain.ReasonOf(err) != chain.Reverted {
		t.Errorf("a lock after the revocation: %v", err)
	}
	w.do(w.Withdraw(t.Context(), w.payer, w.token, w.deposited))
	w.expect("after the withdrawal", [3]int64{0, 0, 0})
}

func TestReorganisationTakesALockBack(t *testing.T) {
	w := newWorld(t, enterprise)
	before := w.server.Head(t)
	sent, err := w.CreateLock(t.Context(), w.payee, w.terms(7, 100_000))
	if err != nil {
		t.Fatal(err)
	}
	w.mined(sent)
	if job := w.job(7); job.Lock == nil || job.Lock.Settled {
		t.Errorf("job %+v, want a lock that is not settled", job)
	}
	w.server.Reorganise(t, int(w.server.Head(t)-before))
	w.server.Forget(t)
	if job := w.job(7); job.Lock != nil {
		t.Errorf("job %+v, want none", job.Lock)
	}
	w.expect("after the reorganisation", [3]int64{1000_000, 0, 0})
	// The sender does not give up, and there is one lock in the end.
	w.do(sent, w.payee.Tend(t.Context()))
	w.expect("after all", [3]int64{900_000, 100_000, 0})
	if job := w.job(7); job.Lock == nil || !job.Lock.Settled {
		t.Errorf("job %+v, want a settled lock", job)
	}
}

// A second run under the same id, after the first was claimed: what ended the first did not end the second.
func TestHistoryOfTwoLocksUnderOneID(t *testing.T) {
	w := newWorld(t, enterprise)
	w.do(w.CreateLock(t.Context(), w.payee, w.terms(7, 100_000)))
	w.do(w.ClaimLock(t.Context(), w.payee, w.terms(7, 100_000), big.NewInt(1), nil))
	w.do(w.CreateLock(t.Context(), w.payee, w.terms(7, 200_000)))
	if job := w.job(7); job.Lock == nil || job.Lock.Amount.Int64() != 200_000 || job.Ended != nil {
		t.Errorf("job %+v, want the second lock, live", job)
	}
	if job := w.job(8); job.Lock != nil || job.Ended != nil {
		t.Errorf("job %+v of another id", job)
	}
}
