package faults

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/ocean/escrow"
	"github.com/compute-to-data/terraform-provider-c2d/test/chainserver"
)

// paidTelling are the paid scenarios that faults which last are tried on.
func paidTelling() []scenario {
	if everything {
		return paidScenarios
	}
	return only(paidScenarios, "paid, succeeds")
}

// turns of a die, from any number of hands.
type turns struct {
	mutex sync.Mutex
	dice  *rand.Rand
}

func newTurns(seed uint64) *turns { return &turns{dice: rand.New(rand.NewPCG(seed, 9))} }

func (t *turns) of(n int) int {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return t.dice.IntN(n)
}

// lostAnswer takes a transaction, and says nothing.
func lostAnswer(_ http.ResponseWriter, _ *http.Request, request chainserver.Request, pass func()) {
	if request.Method == "eth_sendRawTransaction" {
		pass()
		panic(http.ErrAbortHandler)
	}
	pass()
}

// falseRefusal takes a transaction, and says that the contract refuses it.
func falseRefusal(w http.ResponseWriter, _ *http.Request, request chainserver.Request, pass func()) {
	if request.Method != "eth_sendRawTransaction" {
		pass()
		return
	}
	_ = money.server.Do(request.Method, request.Params[0])
	chainserver.Refuse(w, request, 3, "execution reverted: a fault of the test")
}

// outages of a node, one of which is picked with a die.
var outages = []chainserver.Fault{
	chainserver.Down,
	chainserver.Garbage,
	chainserver.OtherChain(1),
	lostAnswer,
	func(w http.ResponseWriter, _ *http.Request, request chainserver.Request, _ func()) {
		chainserver.Refuse(w, request, -32005, "limit exceeded")
	},
	func(http.ResponseWriter, *http.Request, chainserver.Request, func()) { panic(http.ErrAbortHandler) },
}

// takeBack the block of each event of a kind when it appears, up to so many times, whatever else was in it.
func takeBack(kind escrow.Kind, times int64, taken *atomic.Int64) func() {
	since, _ := money.server.Newest()
	return func() {
		money.block()
		history, err := money.escrow.History(context.Background(), money.server.Owner.Address, since)
		if err != nil || taken.Load() >= times {
			return
		}
		for _, event := range history.Events() {
			if event.Kind == kind && !event.Settled && money.server.Do("anvil_reorg", history.Head.Number-event.Block+1, []any{}) == nil {
				taken.Add(1)
				return
			}
		}
	}
}

// TestChain lets the chain, and the node that tells of it, fail in the ways that they do.
func TestChain(t *testing.T) {
	var taken atomic.Int64
	for name, test := range map[string]struct {
		spoil func() chainserver.Fault
		mine  func() func()
		slow  bool
	}{
		"one answer in five is none": {slow: true, spoil: func() chainserver.Fault {
			die := newTurns(11)
			return func(w http.ResponseWriter, r *http.Request, request chainserver.Request, pass func()) {
				if die.of(5) > 0 {
					pass()
					return
				}
				outages[die.of(len(outages))](w, r, request, pass)
			}
		}},
		"takes transactions and does not say so":            {spoil: func() chainserver.Fault { return lostAnswer }},
		"takes transactions and says that they are refused": {spoil: func() chainserver.Fault { return falseRefusal }},
		"away for two seconds": {spoil: func() chainserver.Fault {
			var since atomic.Int64
			return func(w http.ResponseWriter, r *http.Request, request chainserver.Request, pass func()) {
				if request.Method == "eth_sendRawTransaction" {
					since.CompareAndSwap(0, time.Now().UnixMilli())
				}
				if begun := since.Load(); begun > 0 && time.Since(time.UnixMilli(begun)) < 2*time.Second {
					chainserver.Down(w, r, request, pass)
					return
				}
				pass()
			}
		}},
		"each answer is up to five blocks old": {spoil: func() chainserver.Fault {
			die := newTurns(13)
			return func(w http.ResponseWriter, r *http.Request, request chainserver.Request, pass func()) {
				chainserver.Behind(money.server, uint64(die.of(6)))(w, r, request, pass)
			}
		}},
		"takes each lock back twice":  {mine: func() func() { return takeBack(escrow.Locked, 2*int64(len(paidTelling())), &taken) }},
		"takes each claim back twice": {mine: func() func() { return takeBack(escrow.Claimed, 2*int64(len(paidTelling())), &taken) }},
		"reorganisations": {mine: func() func() {
			die := newTurns(17)
			return func() {
				money.block()
				if die.of(4) == 0 {
					_ = money.server.Do("anvil_reorg", 1+die.of(confirmations), []any{})
				}
			}
		}},
		"forgets what is pending": {mine: func() func() {
			die := newTurns(19)
			return func() {
				if die.of(2) == 0 {
					_ = money.server.Do("anvil_dropAllTransactions")
				}
				money.block()
			}
		}},
		"fees that jump": {mine: func() func() {
			die := newTurns(23)
			return func() {
				if die.of(10) == 0 {
					_ = money.server.Do("anvil_setNextBlockBaseFeePerGas", fmt.Sprintf("0x%x", int64(1+die.of(50))*1e9))
				}
				money.block()
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if test.slow && !everything {
				t.Skip("the balance sheet has as much of this; C2D_FAULTS=all has all of it")
			}
			told := paidTelling()
			for _, s := range told {
				clean(t, s)
			}
			if test.spoil != nil {
				spoil := test.spoil()
				money.spoil.Store(&spoil)
				defer money.spoil.Store(nil)
			}
			if test.mine != nil {
				// Scenarios that hold blocks back do so in their own way, and then go on without the fault.
				mine := test.mine()
				money.mine.Store(&mine)
				defer money.mine.Store(nil)
			}
			taken.Store(0)
			live(t, fault{}, told)
			if strings.Contains(name, "takes each") {
				t.Logf("%d events taken back", taken.Load())
				if taken.Load() == 0 {
					t.Error("nothing was taken back")
				}
			}
		})
	}
}

// TestPaidStaleCache is TestStaleCache for paid jobs.
func TestPaidStaleCache(t *testing.T) {
	const lag = 400 * time.Millisecond
	live(t, fault{lag: func(string) time.Duration { return lag }}, paidTelling())
}

// TestPaidTwoControllers is TestTwoControllers for paid jobs: two senders draw nonces of one account.
func TestPaidTwoControllers(t *testing.T) { twoControllers(t, paidTelling()) }
