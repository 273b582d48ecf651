package chainserver

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/ethereum/go-ethereum/common/hexutil"
)

// Proxy stands in front of a chain and may lie. Without a fault it passes everything on.
type Proxy struct {
	URL string

	mu     sync.Mutex
	fault  Fault
	counts map[string]int
}

// Fault answers a request in place of the chain, or passes it on.
type Fault func(w http.ResponseWriter, r *http.Request, request Request, pass func())

// Request of JSON-RPC 2.0; of a batch, the first.
type Request struct {
	ID     json.RawMessage   `json:"id"`
	Method string            `json:"method"`
	Params []json.RawMessage `json:"params"`
	// Batch says that there may be more.
	Batch bool `json:"-"`
}

// NewProxy in front of the chain, which ends with the test.
func NewProxy(t testing.TB, server *Server) *Proxy {
	t.Helper()
	p, stop := LaunchProxy(server)
	t.Cleanup(stop)
	return p
}

// LaunchProxy is for tests of a whole package, where there is no testing.TB yet.
func LaunchProxy(server *Server) (proxy *Proxy, stop func()) {
	p := &Proxy{counts: map[string]int{}}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.serve(w, r, server.URL) }))
	p.URL = front.URL
	return p, func() {
		p.Set(nil)
		front.CloseClientConnections()
		front.Close()
	}
}

// Set the fault from now on; nil heals.
func (p *Proxy) Set(fault Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = fault
}

// Count of requests of a method so far.
func (p *Proxy) Count(method string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.counts[method]
}

func (p *Proxy) serve(w http.ResponseWriter, r *http.Request, target string) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	var requests []Request
	batch := json.Unmarshal(body, &requests) == nil
	if !batch {
		requests = make([]Request, 1)
		_ = json.Unmarshal(body, &requests[0])
	}
	p.mu.Lock()
	for _, request := range requests {
		p.counts[request.Method]++
	}
	fault := p.fault
	p.mu.Unlock()
	pass := func() { forward(w, target, body) }
	if fault == nil || len(requests) == 0 {
		pass()
		return
	}
	requests[0].Batch = batch
	fault(w, r, requests[0], pass)
}

func forward(w http.ResponseWriter, target string, body []byte) {
	response, err := http.Post(target, "application/json", bytes.NewReader(body))
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer func() { _ = response.Body.Close() }()
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(response.StatusCode)
	_, _ = io.Copy(w, response.Body)
}

// Behind answers as a server does that is some blocks behind.
func Behind(server *Server, blocks uint64) Fault {
	return func(w http.ResponseWriter, _ *http.Request, request Request, pass func()) {
		head, err := server.Newest()
		old := fmt.Sprintf("%q", hexutil.EncodeUint64(head-min(blocks, head)))
		switch {
		case request.Batch:
			pass()
		case err != nil:
			w.WriteHeader(http.StatusBadGateway)
		case request.Method == "eth_blockNumber":
			Answer(w, request, old)
		case request.Method == "eth_call", request.Method == "eth_getTransactionCount", request.Method == "eth_getBlockByNumber", request.Method == "eth_estimateGas", request.Method == "eth_getBalance":
			body, _ := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": request.ID, "method": request.Method, "params": request.Params})
			forward(w, server.URL, bytes.ReplaceAll(bytes.ReplaceAll(body, []byte(`"latest"`), []byte(old)), []byte(`"pending"`), []byte(old)))
		default:
			pass()
		}
	}
}

// Answer with a result.
func Answer(w http.ResponseWriter, request Request, result string) {
	_, _ = fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"result":%s}`, request.ID, result)
}

// Refuse with an error of JSON-RPC.
func Refuse(w http.ResponseWriter, request Request, code int, message string) {
	_, _ = fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"error":{"code":%d,"message":%q}}`, request.ID, code, message)
}

// Down answers nothing but an error of HTTP.
func Down(w http.ResponseWriter, _ *http.Request, _ Request, _ func()) {
	w.WriteHeader(http.StatusServiceUnavailable)
}

// Hanging answers nothing until the caller goes away.
func Hanging(_ http.ResponseWriter, r *http.Request, _ Request, _ func()) { <-r.Context().Done() }

// Garbage answers what is no JSON.
func Garbage(w http.ResponseWriter, _ *http.Request, _ Request, _ func()) {
	_, _ = io.WriteString(w, "<html>It works!</html>")
}

// Gigabyte answers with a result that goes on for a gigabyte.
func Gigabyte(w http.ResponseWriter, _ *http.Request, request Request, _ func()) {
	_, _ = fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"result":"0x`, request.ID)
	zeros := bytes.Repeat([]byte("0"), 1<<20)
	for range 1 << 10 {
		if _, err := w.Write(zeros); err != nil {
			return
		}
	}
	_, _ = io.WriteString(w, `"}`)
}

// OtherChain claims a chain id, and passes everything else on.
func OtherChain(id uint64) Fault {
	return func(w http.ResponseWriter, _ *http.Request, request Request, pass func()) {
		if request.Method == "eth_chainId" {
			Answer(w, request, fmt.Sprintf(`"0x%x"`, id))
			return
		}
		pass()
	}
}
