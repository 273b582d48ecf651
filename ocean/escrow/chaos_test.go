package escrow

import (
	"math/big"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/test/chainserver"
	"github.com/compute-to-data/terraform-provider-c2d/test/s3server"
)

// A caller that looks into the history and takes the next step, as a controller does, through lost answers, dead servers,
// forgotten transactions, reorganisations and new processes: each lock is claimed once, and every unit is accounted for.
func TestEachLockIsClaimedOnceThroughFaults(t *testing.T) {
	const jobs, locked = 12, 20_000
	w := newWorld(t, enterprise)
	w.do(w.Authorize(t.Context(), w.payer, w.payee.Address(), w.token, big.NewInt(jobs*locked), time.Hour, jobs))
	w.start = w.server.Head(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))

	one, two := chainserver.NewProxy(t, w.server), chainserver.NewProxy(t, w.server)
	client, err := chain.New(chain.Options{
		ChainID: w.server.ChainID, URLs: []string{one.URL, two.URL}, Confirmations: confirmations,
		Transport: egress.Transport(s3server.Loopback()), CallTimeout: time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	lostAnswer := func(w http.ResponseWriter, _ *http.Request, request chainserver.Request, pass func()) {
		if request.Method != "eth_sendRawTransaction" {
			pass()
			return
		}
		w.Header().Set("Content-Length", "1000") // what follows is cut off
		pass()
		panic(http.ErrAbortHandler)
	}
	faults := []chainserver.Fault{nil, nil, nil, chainserver.Down, chainserver.Hanging, chainserver.Garbage, chainserver.OtherChain(1), lostAnswer}
	contract := New(client, w.Address())
	process := sender(t, client, w.server.Owner, 30*time.Millisecond)
	w.server.Call(t, nil, "evm_setAutomine", false)

	nonces := map[string]uint64{} // as a status would record them
	step := func(id int64) (done bool) {
		history, err := contract.History(t.Context(), process.Address(), w.start)
		if err != nil {
			return false
		}
		job, terms := history.Of(big.NewInt(id), w.payer.Address()), w.terms(id, locked)
		terms.Lasts = time.Hour
		send := func(what string, send func() (*chain.Sent, error)) {
			if nonce, known := nonces[what]; known {
				terms.Nonce = &nonce
			}
			sent, err := send()
			if sent != nil {
				nonces[what] = sent.Nonce
			} else if chain.ReasonOf(err) == chain.Reverted {
				t.Logf("job %d, %s: %v", id, what, err) // it is mined, and the history lags
			}
		}
		switch {
		case job.Ended != nil:
			return job.Ended.Settled && job.Ended.Kind == Claimed
		case job.Lock == nil:
			send("lock "+terms.JobID.String(), func() (*chain.Sent, error) { return contract.CreateLock(t.Context(), process, terms) })
		case job.Lock.Settled:
			send("claim "+terms.JobID.String(), func() (*chain.Sent, error) {
				return contract.ClaimLock(t.Context(), process, terms, big.NewInt(id*1000), nil)
			})
		}
		return false
	}
	open := map[int64]bool{}
	for id := int64(1); id <= jobs; id++ {
		open[id] = true
	}
	for deadline := time.Now().Add(2 * time.Minute); len(open) > 0; {
		if time.Now().After(deadline) {
			t.Fatalf("jobs %v are not settled", open)
		}
		for id := range open {
			if step(id) {
				delete(open, id)
			}
		}
		switch random.IntN(6) {
		case 0:
			one.Set(faults[random.IntN(len(faults))])
			two.Set(faults[random.IntN(3)]) // one of the two is well
		case 1:
			process = sender(t, client, w.server.Owner, 30*time.Millisecond) // the old one is gone
		case 2:
			w.server.Forget(t)
		case 3:
			w.server.Reorganise(t, 1+random.IntN(confirmations))
		default:
			w.server.Mine(t, 1)
		}
		_ = process.Tend(t.Context())
	}
	var claimed int64
	for id := int64(1); id <= jobs; id++ {
		claimed += id * 1000
	}
	w.expect("in the end", [3]int64{w.deposited.Int64() - claimed, 0, claimed})
	history, err := w.History(t.Context(), w.payee.Address(), w.start)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[Kind]int{}
	for _, event := range history.events {
		counts[event.Kind]++
	}
	if counts[Locked] != jobs || counts[Claimed] != jobs || counts[Canceled] != 0 {
		t.Errorf("events %v, want %d locks and as many claims", counts, jobs)
	}
}
