package chain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"
)

// maxAnswer bounds one answer of an RPC server, in bytes. The largest that is asked for are logs and batches of blocks.
const maxAnswer = 8 << 20

var errTooLarge = fmt.Errorf("the answer has more than %d bytes", maxAnswer)

// endpoint is one RPC server. Nothing that it says counts before it has told the chain id that is expected.
type endpoint struct {
	host    string // for messages
	client  *rpc.Client
	timeout time.Duration // of a call

	mu      sync.Mutex
	checked time.Time // of the last probe
	head    uint64    // then
	failure error     // why it is not to be asked now
	wrong   bool      // it serves another chain
}

func newEndpoint(rawURL string, transport http.RoundTripper, timeout time.Duration) (*endpoint, error) {
	parsed, err := url.Parse(rawURL)
	if err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" {
		return nil, errors.New("a URL of an RPC server is not one of http or https")
	}
	client, err := rpc.DialOptions(context.Background(), rawURL, rpc.WithHTTPClient(&http.Client{
		Transport: bounded{transport},
		// A server that answers from elsewhere is another server.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}))
	if err != nil {
		return nil, fmt.Errorf("RPC server %s cannot be used", parsed.Host)
	}
	return &endpoint{host: parsed.Host, client: client, timeout: timeout}, nil
}

// call a method, within the endpoint's time.
func (e *endpoint) call(ctx context.Context, result any, method string, parameters ...any) error {
	ctx, cancel := context.WithTimeout(ctx, e.timeout)
	defer cancel()
	return plain(e.client.CallContext(ctx, result, method, parameters...))
}

// batch calls several methods at once; an error of one is an error of all.
func (e *endpoint) batch(ctx context.Context, calls []rpc.BatchElem) error {
	ctx, cancel := context.WithTimeout(ctx, e.timeout)
	defer cancel()
	if err := e.client.BatchCallContext(ctx, calls); err != nil {
		return plain(err)
	}
	for _, call := range calls {
		if call.Error != nil {
			return plain(call.Error)
		}
	}
	return nil
}

// probeTimeout bounds a probe: it holds the first question up.
const probeTimeout = 3 * time.Second

// probe asks for chain id and head, and remembers the outcome.
func (e *endpoint) probe(ctx context.Context, chainID uint64) {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	var id, head hexutil.Uint64
	err := e.call(ctx, &id, "eth_chainId")
	wrong := err == nil && uint64(id) != chainID
	if wrong {
		err = fmt.Errorf("it serves chain %d, expected %d", id, chainID)
	}
	if err == nil {
		err = e.call(ctx, &head, "eth_blockNumber")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.checked, e.failure, e.wrong = time.Now(), err, wrong
	if err == nil {
		e.head = uint64(head)
	}
}

// failed notes that the endpoint is not to be asked until a probe succeeds.
func (e *endpoint) failed(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.failure = err
}

func (e *endpoint) state() (head uint64, checked time.Time, wrong bool, failure error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.head, e.checked, e.wrong, e.failure
}

// plain takes the URL out of an error, and what a server sent with an error of HTTP.
func plain(err error) error {
	var of *url.Error
	if errors.As(err, &of) {
		err = of.Err
	}
	var status rpc.HTTPError
	if errors.As(err, &status) {
		return fmt.Errorf("it answers %s", cut(status.Status))
	}
	return err
}

// bounded ends answers that are too long.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := b.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	if response.ContentLength > maxAnswer {
		_ = response.Body.Close()
		return nil, errTooLarge
	}
	response.Body = &boundedBody{ReadCloser: response.Body, left: maxAnswer}
	return response, nil
}

type boundedBody struct {
	io.ReadCloser
	left int64
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLarge
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
