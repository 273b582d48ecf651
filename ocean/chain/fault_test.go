package chain

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common/hexutil"

	"github.com/compute-to-data/terraform-provider-c2d/test/chainserver"
)

// faults that one server may have while another is well.
func faults(server *chainserver.Server) map[string]chainserver.Fault {
	return map[string]chainserver.Fault{
		"down":          chainserver.Down,
		"hangs":         chainserver.Hanging,
		"garbage":       chainserver.Garbage,
		"a gigabyte":    chainserver.Gigabyte,
		"another chain": chainserver.OtherChain(server.ChainID + 1),
		"refuses every method": func(w http.ResponseWriter, _ *http.Request, request chainserver.Request, _ func()) {
			chainserver.Refuse(w, request, -32005, "limit exceeded")
		},
		"another result than asked for": func(w http.ResponseWriter, _ *http.Request, request chainserver.Request, pass func()) {
			if request.Method == "eth_chainId" || request.Method == "eth_blockNumber" {
				pass()
				return
			}
			chainserver.Answer(w, request, `[{"surprise": true}]`)
		},
		"lags": func(w http.ResponseWriter, _ *http.Request, request chainserver.Request, pass func()) {
			if request.Method == "eth_blockNumber" {
				chainserver.Answer(w, request, `"0x1"`)
				return
			}
			pass()
		},
		"redirects": func(w http.ResponseWriter, r *http.Request, _ chainserver.Request, _ func()) {
			http.Redirect(w, r, server.URL, http.StatusTemporaryRedirect)
		},
	}
}

// impatient clients need no ten seconds to see that a server hangs.
func impatient(t *testing.T, server *chainserver.Server, urls ...string) *Client {
	t.Helper()
	return clientOf(t, server, time.Second, urls...)
}

// everything that a client does, once.
func everything(t *testing.T, client *Client, server *chainserver.Server) error {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	start, err := client.Head(ctx)
	if err != nil {
		return err
	}
	sender := newSender(t, client, server.Consumer, time.Hour)
	sent, err := sender.Send(ctx, transfer(server, server.Stranger.Address, 1))
	if err != nil {
		return err
	}
	server.Mine(t, 1+confirmations)
	if _, err := sender.Wait(ctx, sent); err != nil {
		return err
	}
	if events := transfers(t, client, server, server.Stranger.Address, start.Number+1); len(events) != 1 || !events[0].Settled {
		t.Errorf("events %+v, want one that is settled", events)
	}
	return nil
}

func TestOneFaultyServerOfTwo(t *testing.T) {
	server := chainserver.Start(t, chainserver.OnDemand)
	server.Mine(t, 50) // for one to lag behind
	for name, fault := range faults(server) {
		t.Run(name, func(t *testing.T) {
			for when, broken := range map[string]bool{"from the start": true, "later": false} {
				proxy := chainserver.NewProxy(t, server)
				client := impatient(t, server, proxy.URL, server.URL)
				if broken {
					proxy.Set(fault)
				}
				if _, err := client.Head(t.Context()); err != nil {
					t.Fatalf("%s: %v", when, err)
				}
				proxy.Set(fault)
				if err := everything(t, client, server); err != nil {
					t.Errorf("%s: %v", when, err)
				}
			}
		})
	}
}

func TestOnlyServerFaulty(t *testing.T) {
	server := chainserver.Start(t, chainserver.OnDemand)
	proxy := chainserver.NewProxy(t, server)
	for name, fault := range faults(server) {
		t.Run(name, func(t *testing.T) {
			client := impatient(t, server, proxy.URL)
			proxy.Set(fault)
			_, err := client.Head(t.Context())
			want := Unreachable
			switch name {
			case "lags": // behind nobody
				if err != nil {
					t.Error(err)
				}
				return
			case "another chain":
				want = WrongChain
			case "refuses every method":
				want = Refused
			}
			if ReasonOf(err) != want {
				t.Errorf("got %v (%s), want %s", err, ReasonOf(err), want)
			}
			// Healed, it is asked again.
			proxy.Set(nil)
			eventually(t, "it answers again", func() bool { _, err := client.Head(t.Context()); return err == nil })
		})
	}
}

func TestServerMayTurnIntoAnotherChain(t *testing.T) {
	server := chainserver.Start(t, chainserver.OnDemand)
	proxy := chainserver.NewProxy(t, server)
	client := impatient(t, server, proxy.URL)
	if _, err := client.Head(t.Context()); err != nil {
		t.Fatal(err)
	}
	proxy.Set(chainserver.OtherChain(1))
	eventually(t, "it is found out", func() bool { _, err := client.Head(t.Context()); return ReasonOf(err) == WrongChain })
}

func TestErrorsNameNoURL(t *testing.T) {
	server := chainserver.Start(t, chainserver.OnDemand)
	proxy := chainserver.NewProxy(t, server)
	const secret = "c0ffee-the-key-of-an-account"
	for name, fault := range faults(server) {
		proxy.Set(fault)
		client := impatient(t, server, proxy.URL+"/v3/"+secret, "http://127.0.0.1:1/"+secret)
		if _, err := client.Head(t.Context()); err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := New(Options{ChainID: 1, URLs: []string{"ftp://host/" + secret}, Transport: http.DefaultTransport}); err == nil || strings.Contains(err.Error(), secret) {
		t.Errorf("a URL of ftp: %v", err)
	}
}

// A server takes the transaction and dies before it says so: the next one must not be given the call under another nonce.
func TestAnswerToBroadcastIsLost(t *testing.T) {
	for name, urls := range map[string]func(proxy, server string) []string{
		"one server":  func(proxy, _ string) []string { return []string{proxy} },
		"two servers": func(proxy, server string) []string { return []string{proxy, server} },
	} {
		for _, mining := range []chainserver.Mining{chainserver.OnDemand, chainserver.Instantly} {
			t.Run(name+", mining "+string(mining), func(t *testing.T) {
				server := chainserver.Start(t, mining)
				proxy := chainserver.NewProxy(t, server)
				client := impatient(t, server, urls(proxy.URL, server.URL)...)
				sender := newSender(t, client, server.Consumer, time.Hour)
				var lost atomic.Int32
				proxy.Set(func(w http.ResponseWriter, _ *http.Request, request chainserver.Request, pass func()) {
					if request.Method != "eth_sendRawTransaction" || lost.Add(1) > 1 {
						pass()
						return
					}
					w.Header().Set("Content-Length", "1000") // what follows is cut off
					pass()
					panic(http.ErrAbortHandler)
				})
				call := transfer(server, server.Stranger.Address, 7)
				call.Key = "once"
				sent, err := sender.Send(t.Context(), call)
				if sent == nil {
					t.Fatal(err)
				}
				again, err := sender.Send(t.Context(), call)
				if err != nil || again.Hash != sent.Hash {
					t.Errorf("the same call was sent again: %+v, %v", again, err)
				}
				mineUntil(t, server, "it lands", landed(t, sender, sent))
				if got := tokens(t, client, server, server.Stranger.Address); got != 7 {
					t.Errorf("the recipient has %d, want 7, once", got)
				}
			})
		}
	}
}

// Servers that do not take a replacement must not drive the fee up.
func TestFeeRisesWithTimeAlone(t *testing.T) {
	server := chainserver.Start(t, chainserver.OnDemand)
	proxy := chainserver.NewProxy(t, server)
	client := impatient(t, server, proxy.URL)
	sender := newSender(t, client, server.Consumer, 0)
	sent := send(t, sender, transfer(server, server.Stranger.Address, 7))
	proxy.Set(func(w http.ResponseWriter, _ *http.Request, request chainserver.Request, pass func()) {
		if request.Method == "eth_sendRawTransaction" {
			chainserver.Refuse(w, request, -32603, "internal error")
			return
		}
		pass()
	})
	f := sender.flights[sent.Nonce]
	f.sentAt = f.sentAt.Add(-defaultStuckAfter)
	for range 5 {
		if err := sender.Tend(t.Context()); err == nil && len(f.attempts) < 2 {
			t.Fatal("nothing was tried")
		}
	}
	if len(f.attempts) != 2 {
		t.Errorf("%d attempts, want the first and one a minute later", len(f.attempts))
	}
}

func TestManyLogsAreReadInParts(t *testing.T) {
	server := chainserver.Start(t, chainserver.Instantly)
	proxy := chainserver.NewProxy(t, server)
	client := impatient(t, server, proxy.URL)
	sender := newSender(t, client, server.Consumer, time.Hour)
	start := server.Head(t)
	for i := range 5 {
		send(t, sender, transfer(server, server.Stranger.Address, int64(i+1)))
		server.Mine(t, 120)
	}
	var widest atomic.Uint64
	proxy.Set(func(w http.ResponseWriter, _ *http.Request, request chainserver.Request, pass func()) {
		if request.Method == "eth_getLogs" {
			if width := logRange(t, request); width > 64 {
				chainserver.Refuse(w, request, -32005, "query exceeds a range of 64 blocks")
				return
			} else if width > widest.Load() {
				widest.Store(width)
			}
		}
		pass()
	})
	events := transfers(t, client, server, server.Stranger.Address, start)
	if len(events) != 5 || widest.Load() < 16 {
		t.Errorf("%d events by ranges of at most %d blocks, want 5 by ranges near 64", len(events), widest.Load())
	}
}

// logRange is the number of blocks that a request for logs asks for.
func logRange(t *testing.T, request chainserver.Request) uint64 {
	t.Helper()
	var query struct{ FromBlock, ToBlock hexutil.Uint64 }
	if err := json.Unmarshal(request.Params[0], &query); err != nil {
		t.Error(err)
	}
	return uint64(query.ToBlock-query.FromBlock) + 1
}
