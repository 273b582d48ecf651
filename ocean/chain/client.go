// Package chain talks to an Ethereum chain through RPC servers that may lie, lag, hang and go away: it asks the next one,
// believes an event only when enough blocks lie on top of it, and sends transactions so that each takes effect once.
package chain

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/rpc"
)

// Options of a client.
type Options struct {
	ChainID uint64
	// URLs of RPC servers (http or https), the preferred first.
	URLs []string
	// Confirmations is how many blocks must lie on top of a block for it to count. A reorganisation that replaces up to as
	// many blocks changes nothing that counted.
	Confirmations uint64
	// Transport for all calls, one of package egress.
	Transport http.RoundTripper
	// CallTimeout bounds one call of one server; 10 seconds if it is zero.
	CallTimeout time.Duration
}

const (
	defaultCallTimeout = 10 * time.Second
	// probeEvery is how often chain id and head of the servers are compared.
	probeEvery = 15 * time.Second
	// probeAgain is how soon a server that failed is asked again, if there is no better one.
	probeAgain = 200 * time.Millisecond
	// maxLag is how many blocks a server may be behind the best and still be asked.
	maxLag = 10
	// maxServers bounds what a probe costs.
	maxServers = 16
)

// Client of one chain. It is safe for concurrent use.
type Client struct {
	chainID       uint64
	confirmations uint64
	endpoints     []*endpoint
	probeEvery    time.Duration

	mu      sync.Mutex
	probed  time.Time
	probing bool
}

// New client; it calls nothing yet.
func New(options Options) (*Client, error) {
	if options.ChainID == 0 || len(options.URLs) == 0 || len(options.URLs) > maxServers {
		return nil, fmt.Errorf("chain id %d with %d RPC servers: expected an id above 0 and 1 to %d servers", options.ChainID, len(options.URLs), maxServers)
	}
	if options.Transport == nil {
		return nil, errors.New("no transport is given")
	}
	if options.CallTimeout == 0 {
		options.CallTimeout = defaultCallTimeout
	}
	c := &Client{chainID: options.ChainID, confirmations: options.Confirmations, probeEvery: probeEvery}
	for _, u := range options.URLs {
		e, err := newEndpoint(u, options.Transport, options.CallTimeout)
		if err != nil {
			return nil, err
		}
		c.endpoints = append(c.endpoints, e)
	}
	return c, nil
}

// ChainID that every server must have.
func (c *Client) ChainID() uint64 { return c.chainID }

// Confirmations that an event needs in order to count.
func (c *Client) Confirmations() uint64 { return c.confirmations }

// ask one server after the other until one answers. An answer is also an error with a verdict, and one of this package.
func (c *Client) ask(ctx context.Context, question func(context.Context, *endpoint) error) error {
	c.refresh(ctx)
	best := c.bestHead()
	var good, doubtful []*endpoint
	for _, e := range c.endpoints {
		if head, _, _, failure := e.state(); failure == nil && head+maxLag >= best {
			good = append(good, e)
		} else {
			doubtful = append(doubtful, e)
		}
	}
	failures := map[*endpoint]error{}
	try := func(e *endpoint) (answered bool, err error) {
		err = question(ctx, e)
		var final *Error
		if err == nil || judge(err) != noVerdict || errors.As(err, &final) {
			return true, err
		}
		if ctx.Err() != nil {
			return true, fail(Unreachable, ctx.Err(), "RPC server %s did not answer in time", e.host)
		}
		failures[e] = err
		var answer rpc.Error
		if !errors.As(err, &answer) { // a server that refuses one method still serves others
			e.failed(err)
		}
		return false, nil
	}
	for _, e := range good {
		if answered, err := try(e); answered {
			return err
		}
	}
	// A server that failed a moment ago may be back, and is better than none. One that lags stays out.
	for _, e := range doubtful {
		if _, checked, _, _ := e.state(); time.Since(checked) > probeAgain {
			e.probe(ctx, c.chainID)
		}
		head, _, _, failure := e.state()
		switch {
		case failure != nil:
			failures[e] = failure
		case head+maxLag < best:
			failures[e] = fmt.Errorf("it is at block %d, others are at %d", head, best)
		default:
			if answered, err := try(e); answered {
				return err
			}
		}
	}
	return c.nobody(ctx, failures)
}

// nobody says why no server gave an answer.
func (c *Client) nobody(ctx context.Context, failures map[*endpoint]error) error {
	var texts []string
	refused, wrong := 0, 0
	for _, e := range c.endpoints {
		err := failures[e]
		texts = append(texts, fmt.Sprintf("%s: %s", e.host, cut(fmt.Sprint(err))))
		var answer rpc.Error
		if errors.As(err, &answer) {
			refused++
		}
		if _, _, otherChain, _ := e.state(); otherChain {
			wrong++
		}
	}
	reason := Unreachable
	switch {
	case wrong == len(c.endpoints):
		reason = WrongChain
	case refused > 0 && refused+wrong == len(c.endpoints):
		reason = Refused
	}
	message := fmt.Sprintf("no RPC server of chain %d gives an answer (%s)", c.chainID, strings.Join(texts, "; "))
	return &Error{Reason: reason, Message: message, Err: ctx.Err()}
}

func (c *Client) bestHead() uint64 {
	var best uint64
	for _, e := range c.endpoints {
		if head, _, wrong, failure := e.state(); !wrong && failure == nil {
			best = max(best, head)
		}
	}
	return best
}

// refresh probes all servers: now if it never did, else in the background once the last time is long ago.
func (c *Client) refresh(ctx context.Context) {
	c.mu.Lock()
	first := c.probed.IsZero()
	due := first || !c.probing && time.Since(c.probed) > c.probeEvery
	if due && !first {
		c.probing = true
	}
	c.mu.Unlock()
	switch {
	case first:
		c.probeAll(ctx)
	case due:
		go c.probeAll(context.WithoutCancel(ctx)) // bounded by the time of its calls
	}
}

func (c *Client) probeAll(ctx context.Context) {
	var wait sync.WaitGroup
	for _, e := range c.endpoints {
		wait.Go(func() { e.probe(ctx, c.chainID) })
	}
	wait.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.probing = false
	if ctx.Err() == nil {
		c.probed = time.Now()
	}
}
