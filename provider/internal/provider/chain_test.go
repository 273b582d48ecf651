package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/escrow"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/wallet"
	"github.com/compute-to-data/terraform-provider-c2d/test/chainserver"
)

const testConfirmations = 1

// testChain is a chain on which tests do by hand what others than Terraform do.
type testChain struct {
	*testing.T
	*chainserver.Server
	escrow          *escrow.Escrow
	consumer, owner *chain.Sender
}

func startChain(t *testing.T) *testChain {
	t.Helper()
	c := &testChain{T: t, Server: chainserver.Start(t, chainserver.Quickly)}
	client, err := chain.New(chain.Options{ChainID: c.ChainID, URLs: []string{c.URL}, Confirmations: testConfirmations, Transport: ownTransport()})
	must(err)
	c.escrow = escrow.New(client, c.Contracts.EnterpriseEscrow)
	sender := func(account chainserver.Account) *chain.Sender {
		key, err := wallet.FromKey(account.PrivateKey)
		must(err)
		s, err := chain.NewSender(client, key, chain.SenderOptions{MaxFeePerGas: big.NewInt(1e13), Poll: 20 * time.Millisecond})
		must(err)
		return s
	}
	c.consumer, c.owner = sender(c.Consumer), sender(c.Owner)
	return c
}

// settings of the provider for this chain.
func (c *testChain) settings() string { return chainSettings(c.ChainID, c.URL) }

func chainSettings(id uint64, url string) string {
	return fmt.Sprintf("chain = { chain_id = %d, rpc_urls = [%q], confirmations = %d }", id, url, testConfirmations)
}

// do what was sent, to its end.
func (c *testChain) do(by *chain.Sender, sent *chain.Sent, err error) {
	c.Helper()
	if err == nil {
		_, err = by.Wait(context.Background(), sent)
	}
	if err != nil {
		c.Fatal(err)
	}
}

// expectFunds of the consumer, and what it has authorised the owner to lock.
func (c *testChain) expectFunds(available, locked, authorized int64) error {
	funds, err := c.escrow.Funds(context.Background(), c.Consumer.Address, c.Token)
	if err != nil {
		return err
	}
	authorization, err := c.escrow.Authorization(context.Background(), c.Consumer.Address, c.Owner.Address, c.Token)
	if err != nil {
		return err
	}
	if funds.Available.Int64() != available || funds.Locked.Int64() != locked || authorization.MaxAmount.Int64() != authorized {
		return fmt.Errorf("available %s, locked %s, authorised %s; want %d, %d, %d", funds.Available, funds.Locked, authorization.MaxAmount, available, locked, authorized)
	}
	return nil
}

func (c *testChain) balance(of common.Address) *big.Int {
	c.Helper()
	_, balance, err := c.escrow.Allowance(context.Background(), of, c.Token)
	must(err)
	return balance
}

// secrets must be in no plan, no state and no log.
type secrets []string

var (
	_ statecheck.StateCheck = secrets{}
	_ plancheck.PlanCheck   = secrets{}
)

func (s secrets) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	resp.Error = s.in("state", req.State)
}

func (s secrets) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	resp.Error = s.in("plan", req.Plan)
}

func (s secrets) in(what string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	for _, secret := range s {
		if bytes.Contains(bytes.ToLower(text), []byte(strings.ToLower(secret))) {
			return fmt.Errorf("a secret is in the %s", what)
		}
	}
	return nil
}

// logTo a file all that Terraform and the provider log, and look for the secrets in it when the test is over.
func (s secrets) inNoLog(t *testing.T) {
	t.Helper()
	file := writeFile(t, "terraform.log", "")
	t.Setenv("TF_ACC_LOG_PATH", file)
	t.Cleanup(func() {
		text, err := os.ReadFile(file)
		if err != nil || len(text) == 0 {
			t.Errorf("the log has %d bytes, %v: nothing can be said about it", len(text), err)
		}
		for _, secret := range s {
			if bytes.Contains(bytes.ToLower(text), []byte(strings.ToLower(secret))) {
				t.Error("a secret is in the log")
			}
		}
	})
}
