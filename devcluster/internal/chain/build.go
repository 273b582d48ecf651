package chain

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/layout"
)

// ChainID is the one that Ocean's tools expect of a development chain.
const ChainID = 8996

// Names of the files that Build makes.
const (
	Anvil     = "anvil"
	State     = "chain-state.json" // what anvil loads
	Described = "chain.json"       // a Description
)

// Description of the development chain. Its keys are published ones: they are worth nothing anywhere else.
type Description struct {
	ChainID  uint64  `json:"chainID"`
	Owner    Account `json:"owner"`    // of environments and datasets: is paid
	Consumer Account `json:"consumer"` // has all of the token
	Stranger Account `json:"stranger"` // has ether alone
	// Contracts by the names of Ocean's address files, and Token.
	Contracts map[string]common.Address `json:"contracts"`
}

// Account with ether.
type Account struct {
	Address    common.Address `json:"address"`
	PrivateKey string         `json:"privateKey"`
}

// buildLimit bounds the deployment, which takes about a second.
const buildLimit = 2 * time.Minute

// Build makes anvil, the state and its description in a directory.
func Build(ctx context.Context, dir string) error {
	if err := supported(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, buildLimit)
	defer cancel()
	tarball, err := anvilPackage.fetch(ctx)
	if err != nil {
		return err
	}
	if err := extract(tarball, "bin/anvil", filepath.Join(dir, Anvil), 0o755); err != nil {
		return err
	}
	if tarball, err = contractsPackage.fetch(ctx); err != nil {
		return err
	}
	artifacts, err := readArtifacts(tarball)
	if err != nil {
		return err
	}
	description, err := makeState(ctx, dir, artifacts)
	if err != nil {
		return fmt.Errorf("deploy Ocean's contracts on the development chain: %w", err)
	}
	text, err := json.MarshalIndent(description, "", "  ")
	if err != nil {
		return err
	}
	return layout.WriteFile(filepath.Join(dir, Described), text, 0o644)
}

// UnpackContracts writes the artifacts of Ocean's contracts and their addresses on public networks into a directory.
func UnpackContracts(ctx context.Context, dir string) error {
	tarball, err := contractsPackage.fetch(ctx)
	if err != nil {
		return err
	}
	return unpack(tarball, dir, func(name string) bool {
		return strings.HasPrefix(name, "artifacts/contracts/") || name == "addresses/address.json"
	})
}

// Read the description that Build made in a directory.
func Read(dir string) (Description, error) {
	var description Description
	text, err := os.ReadFile(filepath.Join(dir, Described))
	if err != nil {
		return description, err
	}
	return description, json.Unmarshal(text, &description)
}

// makeState deploys on a chain of its own and lets anvil write the outcome when it ends.
func makeState(ctx context.Context, dir string, artifacts map[string]artifact) (*Description, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	accounts := filepath.Join(dir, ".accounts.json")
	defer os.Remove(accounts)
	command := exec.CommandContext(ctx, filepath.Join(dir, Anvil), "--quiet", "--host", host, "--port", port,
		"--chain-id", fmt.Sprint(ChainID), "--config-out", accounts, "--dump-state", filepath.Join(dir, State))
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	home := filepath.Join(dir, ".home") // anvil keeps files of its own there
	defer os.RemoveAll(home)
	command.Env = append(os.Environ(), "HOME="+home)
	if err := command.Start(); err != nil {
		return nil, err
	}
	description, err := deployOn(ctx, "http://"+address, accounts, artifacts)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%w\n%s", err, output.Bytes()), command.Process.Kill(), command.Wait())
	}
	if err := command.Process.Signal(syscall.SIGTERM); err != nil {
		return nil, err
	}
	if err := command.Wait(); err != nil {
		return nil, fmt.Errorf("anvil ended: %w\n%s", err, output.Bytes())
	}
	return description, nil
}

func deployOn(ctx context.Context, url, accountsFile string, artifacts map[string]artifact) (*Description, error) {
	if err := awaitAnswer(ctx, url); err != nil {
		return nil, err
	}
	client, err := rpc.DialContext(ctx, url)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	var config struct {
		Addresses   []common.Address `json:"available_accounts"`
		PrivateKeys []string         `json:"private_keys"`
	}
	text, err := os.ReadFile(accountsFile)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &config); err != nil {
		return nil, fmt.Errorf("read anvil's accounts: %w", err)
	}
	if len(config.Addresses) < 4 || len(config.PrivateKeys) < 4 {
		return nil, fmt.Errorf("anvil has %d accounts, expected at least 4", len(config.Addresses))
	}
	account := func(i int) Account { return Account{config.Addresses[i], config.PrivateKeys[i]} }
	description := &Description{
		ChainID: ChainID, Owner: account(1), Consumer: account(2), Stranger: account(3),
		Contracts: map[string]common.Address{},
	}
	d := &deployer{client: client, from: config.Addresses[0], artifacts: artifacts, addresses: description.Contracts}
	return description, d.deploy(ctx, description.Consumer.Address)
}

// Answers is nil once a development chain serves at a URL.
func Answers(ctx context.Context, url string) error {
	client, err := rpc.DialContext(ctx, url)
	if err != nil {
		return err
	}
	defer client.Close()
	var id hexutil.Uint64
	if err := client.CallContext(ctx, &id, "eth_chainId"); err != nil {
		return err
	}
	if id != ChainID {
		return fmt.Errorf("%s has chain id %d, expected %d", url, id, ChainID)
	}
	return nil
}

func awaitAnswer(ctx context.Context, url string) error {
	for {
		err := Answers(ctx, url)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("anvil does not answer: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}
