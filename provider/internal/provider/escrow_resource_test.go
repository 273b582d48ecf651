package provider

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/compute-to-data/terraform-provider-c2d/ocean/escrow"
)

const testEscrowResource = "c2d_escrow.test"

func escrowBody(c *testChain, deposit, authorized int64, more string) string {
	return fmt.Sprintf(`
resource "c2d_escrow" "test" {
  escrow            = %q
  token             = %q
  payee             = %q
  deposit           = "%d"
  max_locked_amount = "%d"
  %s
}`, c.Contracts.EnterpriseEscrow.Hex(), c.Token.Hex(), c.Owner.Address.Hex(), deposit, authorized, more)
}

func TestAccEscrow(t *testing.T) {
	c := startChain(t)
	t.Setenv(privateKeyVariable, c.Consumer.PrivateKey)
	key := secrets{c.Consumer.Key()}
	key.inNoLog(t)
	kubeconfig := writeKubeconfig(t, admin, nil)
	config := func(deposit, authorized int64) string {
		return configurationAs(kubeconfig, "default", c.settings(), escrowBody(c, deposit, authorized, ""))
	}
	funds := func(available, locked, authorized int64) resource.TestCheckFunc {
		return func(*terraform.State) error { return c.expectFunds(available, locked, authorized) }
	}
	before := c.balance(c.Consumer.Address)
	lock := escrow.Terms{JobID: big.NewInt(7), Payer: c.Consumer.Address, Token: c.Token, Amount: big.NewInt(300), Lasts: time.Hour}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		// 200 were spent; 50 are locked, and stay so.
		CheckDestroy: func(*terraform.State) error {
			if left := new(big.Int).Sub(before, c.balance(c.Consumer.Address)); left.Int64() != 250 {
				return fmt.Errorf("%s are missing in the consumer's account, want 250", left)
			}
			return c.expectFunds(0, 50, 0)
		},
		Steps: []resource.TestStep{
			{
				Config:           config(1000, 500),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{key}, PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
				ConfigStateChecks: []statecheck.StateCheck{
					key,
					expectValue(testEscrowResource, "payer", knownvalue.StringExact(c.Consumer.Address.Hex())),
					expectValue(testEscrowResource, "available", knownvalue.StringExact("1000")),
					expectValue(testEscrowResource, "locked", knownvalue.StringExact("0")),
					expectValue(testEscrowResource, "max_lock_seconds", knownvalue.Int64Exact(100800)),
					expectValue(testEscrowResource, "max_locks", knownvalue.Int64Exact(10)),
				},
				Check: funds(1000, 0, 500),
			},
			{
				ResourceName: testEscrowResource, ImportState: true, ImportStateVerify: true,
				ImportStateVerifyIgnore: []string{"timeouts", "block"},
			},
			{ // revoked by hand
				PreConfig: func() {
					sent, err := c.escrow.Authorize(t.Context(), c.consumer, c.Owner.Address, c.Token, new(big.Int), 0, 0)
					c.do(c.consumer, sent, err)
				},
				Config:           config(1000, 500),
				ConfigPlanChecks: expectAction(testEscrowResource, plancheck.ResourceActionUpdate),
				Check:            funds(1000, 0, 500),
			},
			{ // a job spends 200: that is no drift
				PreConfig: func() {
					sent, err := c.escrow.CreateLock(t.Context(), c.owner, lock)
					c.do(c.owner, sent, err)
					sent, err = c.escrow.ClaimLock(t.Context(), c.owner, lock, big.NewInt(200), nil)
					c.do(c.owner, sent, err)
				},
				Config:            config(1000, 500),
				ConfigPlanChecks:  expectNoChange,
				ConfigStateChecks: []statecheck.StateCheck{expectValue(testEscrowResource, "available", knownvalue.StringExact("800"))},
			},
			{ // refilled
				Config:           config(1200, 500),
				ConfigPlanChecks: expectAction(testEscrowResource, plancheck.ResourceActionUpdate),
				Check:            funds(1000, 0, 500),
			},
			{ // an apply was cut off after its deposit of 100, or somebody deposited by hand
				PreConfig: func() {
					sent, err := c.escrow.Approve(t.Context(), c.consumer, c.Token, big.NewInt(100))
					c.do(c.consumer, sent, err)
					sent, err = c.escrow.Deposit(t.Context(), c.consumer, c.Token, big.NewInt(100))
					c.do(c.consumer, sent, err)
				},
				Config: config(1300, 600),
				Check:  funds(1100, 0, 600),
			},
			{ // more than is free cannot be taken out
				Config:      config(100, 600),
				ExpectError: errorText("cannot withdraw 1200"),
			},
			{
				Config: config(1000, 600),
				Check:  funds(800, 0, 600),
			},
			{
				PreConfig:   func() { must(setenv(privateKeyVariable, c.Stranger.PrivateKey)) },
				Config:      config(1100, 600),
				ExpectError: errorText("and the provider's wallet is that of"),
			},
			{ // a run is under way when the resource is destroyed
				PreConfig: func() {
					must(setenv(privateKeyVariable, c.Consumer.PrivateKey))
					lock.JobID, lock.Amount = big.NewInt(8), big.NewInt(50)
					sent, err := c.escrow.CreateLock(t.Context(), c.owner, lock)
					c.do(c.owner, sent, err)
				},
				Config: config(1000, 600),
				Check:  funds(750, 50, 600),
			},
		},
	})
}

// TestAccEscrowCounts what is in the escrow when the resource is created: an apply that was cut off deposits once.
func TestAccEscrowCounts(t *testing.T) {
	c := startChain(t)
	t.Setenv(privateKeyVariable, c.Consumer.PrivateKey)
	t.Setenv(rpcURLsVariable, " , "+c.URL)
	sent, err := c.escrow.Approve(t.Context(), c.consumer, c.Token, big.NewInt(700))
	c.do(c.consumer, sent, err)
	sent, err = c.escrow.Deposit(t.Context(), c.consumer, c.Token, big.NewInt(700))
	c.do(c.consumer, sent, err)
	settings := fmt.Sprintf("chain = { chain_id = %d, confirmations = 0 }", c.ChainID)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             func(*terraform.State) error { return c.expectFunds(0, 0, 0) },
		Steps: []resource.TestStep{
			{
				Config:           configuration(t, "default", settings, escrowBody(c, 1000, 500, "max_locks = 3\nmax_lock_seconds = 20000")),
				ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
				Check:            func(*terraform.State) error { return c.expectFunds(1000, 0, 500) },
			},
		},
	})
}

func TestAccEscrowBadInput(t *testing.T) {
	c := startChain(t)
	t.Setenv(privateKeyVariable, c.Consumer.PrivateKey)
	key := secrets{c.Consumer.Key(), c.Stranger.Key()}
	key.inNoLog(t)
	valid := escrowBody(c, 1000, 500, "")
	contract := c.Contracts.EnterpriseEscrow.Hex()
	step := func(key, settings, body, want string) resource.TestStep {
		return resource.TestStep{
			PreConfig:   func() { must(setenv(privateKeyVariable, key)) },
			Config:      configuration(t, "default", settings, body),
			ExpectError: errorText(want),
		}
	}
	consumer := c.Consumer.PrivateKey
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		Steps: []resource.TestStep{
			step(consumer, "", valid, "is not told which chain to use"),
			step(consumer, "chain = { chain_id = 5 }", valid, "provider is not told how to reach the chain"),
			step(consumer, chainSettings(c.ChainID+1, c.URL), valid, "they do not speak of the same chain"),
			step(consumer, chainSettings(c.ChainID, "http://127.0.0.1:1"), valid, "o RPC server of chain"),
			step(consumer, chainSettings(c.ChainID, "ws://127.0.0.1:1"), valid, "not one of http or https"),
			step("", c.settings(), valid, "$C2D_PRIVATE_KEY is not set"),
			step(c.Stranger.PrivateKey, c.settings(), valid, "has 0 base units of token"),
			step(consumer, c.settings(), strings.Replace(valid, contract, c.Stranger.Address.Hex(), 1), "there is no such contract"),
			step(consumer, c.settings(), strings.Replace(valid, contract, c.Token.Hex(), 1), "ontract"),
			step(consumer, c.settings(), strings.Replace(valid, contract, strings.ToLower(contract), 1), "does not carry the checksum of EIP-55"),
			step(consumer, c.settings(), strings.Replace(valid, c.Owner.Address.Hex(), c.Consumer.Address.Hex(), 1), "cannot be payer and payee"),
			step(consumer, c.settings(), strings.Replace(valid, `"1000"`, `"1.5"`, 1), "is no amount in base units"),
			{
				PreConfig: func() { must(setenv(privateKeyVariable, consumer)) },
				Config:    configuration(t, "default", c.settings(), ""),
				Check:     func(*terraform.State) error { return c.expectFunds(0, 0, 0) },
			},
		},
	})
}

func TestStill(t *testing.T) {
	for _, test := range []struct{ amount, moved, want int64 }{
		{100, 0, 100}, {100, 40, 60}, {100, 100, 0}, {100, 150, 0}, {100, -40, 100},
		{-100, 0, -100}, {-100, -40, -60}, {-100, -150, 0}, {-100, 40, -100}, {0, 40, 0},
	} {
		if got := still(big.NewInt(test.amount), big.NewInt(test.moved)); got.Int64() != test.want {
			t.Errorf("of %d, when %d were moved: got %s, want %d", test.amount, test.moved, got, test.want)
		}
	}
}

// TestAccEscrowExternalSigner deposits with a key that the provider never sees, while two resources share the money.
func TestAccEscrowExternalSigner(t *testing.T) {
	c := startChain(t)
	must(setenv(privateKeyVariable, ""))
	settings := func(account string) string {
		return fmt.Sprintf("%s\nwallet = { signer = { url = %q, api = \"Web3Signer\", address = %q } }", c.settings(), c.URL, account)
	}
	other := strings.NewReplacer(`"test"`, `"other"`, c.Owner.Address.Hex(), c.Stranger.Address.Hex()).Replace(escrowBody(c, 0, 40, ""))
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             func(*terraform.State) error { return c.expectFunds(0, 0, 0) },
		Steps: []resource.TestStep{
			{
				Config:      configuration(t, "default", settings(c.Stranger.Address.Hex()), escrowBody(c, 100, 60, "")),
				ExpectError: errorText("0 base units of token"),
			},
			{
				Config:           configuration(t, "default", settings(c.Consumer.Address.Hex()), escrowBody(c, 100, 60, "")+other),
				ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
				Check:            func(*terraform.State) error { return c.expectFunds(100, 0, 60) },
			},
		},
	})
}
