// Package chainserver starts a real chain for tests: anvil, with Ocean's contracts deployed and accounts that hold money.
package chainserver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"

	"github.com/compute-to-data/terraform-provider-c2d/ocean/contracts"
)

// Server is one chain on a loopback address.
type Server struct {
	URL string
	// Contracts of Ocean. Escrow takes Ocean's community fee of a claim, EnterpriseEscrow none.
	Contracts contracts.Addresses
	Token     common.Address // ERC-20 with 18 decimals and permits
	Description

	// Stop ends the chain.
	Stop func()

	client *rpc.Client
}

// Description of what every chain starts with; `devcluster build` wrote it beside anvil.
type Description struct {
	ChainID  uint64
	Owner    Account // has ether
	Consumer Account // has ether and all of the token
	Stranger Account // has ether
}

// Account whose key is known.
type Account struct {
	Address    common.Address
	PrivateKey string // hex
}

// Mining says when blocks are made.
type Mining string

const (
	// Each transaction gets a block at once.
	Instantly Mining = ""
	// OnDemand makes blocks by Mine alone: transactions stay pending until then.
	OnDemand Mining = "on demand"
	// Quickly makes a block five times a second.
	Quickly Mining = "quickly"
)

const (
	// attempts: somebody else may take the port between looking for it and using it.
	attempts    = 5
	startBudget = 30 * time.Second
	callBudget  = 10 * time.Second
)

// Start a chain that ends with the test.
func Start(t testing.TB, mining Mining) *Server {
	t.Helper()
	server, err := Launch(mining)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return server
}

// StartAs starts a chain with an id of its own, for tests that find a chain by its id.
func StartAs(t testing.TB, mining Mining, chainID uint64) *Server {
	t.Helper()
	server, err := launch(mining, func(s *Server) { s.ChainID = chainID })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return server
}

// Launch a chain; for tests of a whole package, where there is no testing.TB yet. The binary and the state lie in the
// directory that KUBEBUILDER_ASSETS names, which `make test` sets.
func Launch(mining Mining) (*Server, error) { return launch(mining, func(*Server) {}) }

func launch(mining Mining, change func(*Server)) (*Server, error) {
	assets := os.Getenv("KUBEBUILDER_ASSETS")
	if assets == "" {
		return nil, errors.New("KUBEBUILDER_ASSETS is not set: it must name a directory with anvil; run the tests with `make test`, or set it to the output of `go run -C devcluster . build --print-dir`")
	}
	server, err := describe(filepath.Join(assets, "chain.json"))
	if err != nil {
		return nil, err
	}
	change(server)
	for range attempts {
		if err = server.launch(assets, mining); err == nil {
			return server, nil
		}
	}
	return nil, fmt.Errorf("start the chain: %w", err)
}

func describe(path string) (*Server, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w; run `go run -C devcluster . build`", err)
	}
	var file struct {
		Description
		Contracts struct {
			contracts.Addresses
			Token common.Address
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &Server{Description: file.Description, Contracts: file.Contracts.Addresses, Token: file.Contracts.Token}, nil
}

func (s *Server) launch(assets string, mining Mining) error {
	address, err := freeAddress()
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	arguments := []string{
		"--quiet", "--host", host, "--port", port, "--chain-id", fmt.Sprint(s.ChainID),
		"--load-state", filepath.Join(assets, "chain-state.json"), "--prune-history", "128",
	}
	switch mining {
	case OnDemand:
		arguments = append(arguments, "--no-mining")
	case Quickly:
		arguments = append(arguments, "--block-time", "0.2")
	}
	home, err := os.MkdirTemp("", "chain-*") // anvil keeps files of its own there
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, filepath.Join(assets, "anvil"), arguments...)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	command.Env = append(os.Environ(), "HOME="+home)
	if err := command.Start(); err != nil {
		cancel()
		return errors.Join(err, os.RemoveAll(home))
	}
	ended := make(chan struct{})
	go func() { _ = command.Wait(); close(ended) }()
	s.Stop = func() {
		cancel()
		<-ended
		_ = os.RemoveAll(home)
	}
	s.URL = "http://" + address
	if s.client, err = rpc.Dial(s.URL); err != nil {
		s.Stop()
		return err
	}
	for deadline := time.Now().Add(startBudget); time.Now().Before(deadline); {
		if s.answers() == nil {
			return nil
		}
		select {
		case <-ended:
			s.Stop()
			return fmt.Errorf("it ended: %s", output.Bytes())
		case <-time.After(10 * time.Millisecond):
		}
	}
	s.Stop()
	return fmt.Errorf("it did not answer within %s", startBudget)
}

func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

func (s *Server) answers() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	var id hexutil.Uint64
	if err := s.client.CallContext(ctx, &id, "eth_chainId"); err != nil {
		return err
	}
	if uint64(id) != s.ChainID {
		return fmt.Errorf("another chain, %d, answers; expected %d", id, s.ChainID)
	}
	return nil
}

// Call a method of the chain's RPC, one of anvil's own too.
func (s *Server) Call(t testing.TB, result any, method string, parameters ...any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), callBudget)
	defer cancel()
	if err := s.client.CallContext(ctx, result, method, parameters...); err != nil {
		t.Fatalf("%s: %v", method, err)
	}
}

// Mine some blocks.
func (s *Server) Mine(t testing.TB, blocks int) {
	t.Helper()
	s.Call(t, nil, "anvil_mine", hexutil.EncodeUint64(uint64(blocks)))
}

// Reorganise replaces the newest blocks by as many empty ones.
func (s *Server) Reorganise(t testing.TB, depth int) {
	t.Helper()
	s.Call(t, nil, "anvil_reorg", depth, []any{})
}

// Forget removes all pending transactions, as a node that restarts may.
func (s *Server) Forget(t testing.TB) {
	t.Helper()
	s.Call(t, nil, "anvil_dropAllTransactions")
}

// Advance the clock, with a block.
func (s *Server) Advance(t testing.TB, by time.Duration) {
	t.Helper()
	s.Call(t, nil, "evm_increaseTime", int64(by.Seconds()))
	s.Mine(t, 1)
}

// BaseFee of the next block, in wei.
func (s *Server) BaseFee(t testing.TB, wei int64) {
	t.Helper()
	s.Call(t, nil, "anvil_setNextBlockBaseFeePerGas", hexutil.EncodeBig(big.NewInt(wei)))
}

// Newest block's number, outside of a test.
func (s *Server) Newest() (uint64, error) {
	ctx, cancel := context.WithTimeout(context.Background(), callBudget)
	defer cancel()
	var number hexutil.Uint64
	err := s.client.CallContext(ctx, &number, "eth_blockNumber")
	return uint64(number), err
}

// Do what anvil can beside what every node does, outside of a test.
func (s *Server) Do(method string, parameters ...any) error {
	ctx, cancel := context.WithTimeout(context.Background(), callBudget)
	defer cancel()
	return s.client.CallContext(ctx, nil, method, parameters...)
}

// Head is the number of the newest block.
func (s *Server) Head(t testing.TB) uint64 {
	t.Helper()
	var number hexutil.Uint64
	s.Call(t, &number, "eth_blockNumber")
	return uint64(number)
}

// Key of an account, without 0x.
func (a Account) Key() string { return strings.TrimPrefix(a.PrivateKey, "0x") }
