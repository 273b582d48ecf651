package chain

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"
)

// recipeVersion goes up with every change to what deploy does.
const recipeVersion = 1

// deployer sends transactions from an account whose key anvil has, on a chain that mines each at once.
type deployer struct {
	client    *rpc.Client
	from      common.Address
	artifacts map[string]artifact
	addresses map[string]common.Address
}

// noTemplate stands for the pool template, which the router asks for and which nothing here uses.
var noTemplate = common.HexToAddress("0x000000000000000000000000000000000000dEaD")

// deploy puts Ocean's contracts on the chain, in the order of Ocean's own deployment scripts, and a token with 18 decimals
// that can be permitted by signature (ERC-2612) and of which the consumer has the whole supply.
func (d *deployer) deploy(ctx context.Context, consumer common.Address) error {
	var none common.Address
	a := func(name string) common.Address { return d.addresses[name] }
	for _, step := range []func() error{
		func() error { return d.create(ctx, "Token", "MockERC20Permit", "C2D Test Token", "C2DT", uint8(18)) },
		func() error {
			return d.create(ctx, "OPFCommunityFeeCollector", "OPFCommunityFeeCollector", d.from, d.from)
		},
		func() error {
			return d.create(ctx, "Router", "FactoryRouter", d.from, a("Token"), noTemplate, a("OPFCommunityFeeCollector"), []common.Address{})
		},
		func() error { return d.create(ctx, "FixedPrice", "FixedRateExchange", a("Router")) },
		func() error { return d.create(ctx, "Dispenser", "Dispenser", a("Router")) },
		func() error { return d.create(ctx, "ERC20Template", "ERC20Template") },
		func() error { return d.create(ctx, "ERC20TemplateEnterprise", "ERC20TemplateEnterprise") },
		func() error { return d.create(ctx, "ERC721Template", "ERC721Template") },
		func() error {
			return d.create(ctx, "ERC721Factory", "ERC721Factory", a("ERC721Template"), a("ERC20Template"), a("Router"))
		},
		func() error {
			return d.call(ctx, "ERC721Factory", "ERC721Factory", "addTokenTemplate", a("ERC20TemplateEnterprise"))
		},
		func() error { return d.call(ctx, "Router", "FactoryRouter", "addFactory", a("ERC721Factory")) },
		func() error { return d.call(ctx, "Router", "FactoryRouter", "addFixedRateContract", a("FixedPrice")) },
		func() error { return d.call(ctx, "Router", "FactoryRouter", "addDispenserContract", a("Dispenser")) },
		func() error { return d.create(ctx, "Escrow", "Escrow", a("Router"), none) },
		func() error { return d.create(ctx, "EnterpriseEscrow", "EnterpriseEscrow", none) }, // without a fee collector: no fee
		func() error { return d.create(ctx, "AccessList", "AccessList") },
		func() error { return d.create(ctx, "AccessListFactory", "AccessListFactory", a("AccessList")) },
		func() error { return d.giveAll(ctx, "Token", "MockERC20Permit", consumer) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// create deploys a contract and notes its address under a name, the one that Ocean's address files use.
func (d *deployer) create(ctx context.Context, name, contract string, arguments ...any) error {
	a, ok := d.artifacts[contract]
	if !ok {
		return fmt.Errorf("the package has no contract %s", contract)
	}
	data, err := a.creation(arguments...)
	if err != nil {
		return err
	}
	address, err := d.send(ctx, nil, data)
	if err != nil {
		return fmt.Errorf("deploy %s: %w", contract, err)
	}
	if address == nil {
		return fmt.Errorf("deploy %s: the transaction created no contract", contract)
	}
	d.addresses[name] = *address
	return nil
}

func (d *deployer) call(ctx context.Context, name, contract, method string, arguments ...any) error {
	data, err := d.artifacts[contract].ABI.Pack(method, arguments...)
	if err != nil {
		return err
	}
	to := d.addresses[name]
	if _, err := d.send(ctx, &to, data); err != nil {
		return fmt.Errorf("call %s of %s: %w", method, contract, err)
	}
	return nil
}

// giveAll transfers the deployer's whole balance of a token.
func (d *deployer) giveAll(ctx context.Context, name, contract string, to common.Address) error {
	definition := d.artifacts[contract].ABI
	query, err := definition.Pack("balanceOf", d.from)
	if err != nil {
		return err
	}
	var answer hexutil.Bytes
	if err := d.client.CallContext(ctx, &answer, "eth_call", map[string]any{"to": d.addresses[name], "data": hexutil.Bytes(query)}, "latest"); err != nil {
		return fmt.Errorf("read the balance of %s: %w", contract, err)
	}
	balance := new(big.Int).SetBytes(answer)
	if balance.Sign() == 0 {
		return fmt.Errorf("%s gave its deployer no tokens", contract)
	}
	return d.call(ctx, name, contract, "transfer", to, balance)
}

// send returns the address of the contract that the transaction created, nil if it created none.
func (d *deployer) send(ctx context.Context, to *common.Address, data []byte) (*common.Address, error) {
	transaction := map[string]any{"from": d.from, "data": hexutil.Bytes(data)}
	if to != nil {
		transaction["to"] = *to
	}
	var hash common.Hash
	if err := d.client.CallContext(ctx, &hash, "eth_sendTransaction", transaction); err != nil {
		return nil, err
	}
	for {
		var receipt *struct {
			Status          hexutil.Uint64
			ContractAddress *common.Address
		}
		if err := d.client.CallContext(ctx, &receipt, "eth_getTransactionReceipt", hash); err != nil {
			return nil, err
		}
		if receipt != nil && receipt.Status == 1 {
			return receipt.ContractAddress, nil
		}
		if receipt != nil {
			return nil, errors.New("the transaction was reverted")
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}
