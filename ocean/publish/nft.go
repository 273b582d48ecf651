// Package publish reads and writes data NFTs and their datatokens (Ocean's ERC721Factory, ERC721Template, ERC20Template,
// ERC20TemplateEnterprise, FixedRateExchange and Dispenser): a dataset or an algorithm is published as an NFT whose metadata
// is its DDO. A chain forgets nothing: what is published can be replaced and withdrawn, never deleted.
package publish

import (
	"context"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/contracts"
)

// State of an NFT, as Ocean numbers it.
type State uint8

// States of an NFT. What is Active or Unlisted may be used.
const (
	Active           State = 0
	EndOfLife        State = 1
	Deprecated       State = 2
	Revoked          State = 3
	OrderingDisabled State = 4
	Unlisted         State = 5
)

// Usable says whether a dataset or an algorithm in this state may be used.
func (s State) Usable() bool { return s == Active || s == Unlisted }

// NFT is one data NFT.
type NFT struct {
	client   *chain.Client
	address  common.Address
	contract *contracts.ERC721Template
}

// At an address there is an NFT; it calls nothing yet.
func At(client *chain.Client, address common.Address) *NFT {
	return &NFT{client: client, address: address, contract: contracts.NewERC721Template()}
}

// Address of its contract.
func (n *NFT) Address() common.Address { return n.address }

// tokenID of the one token of an NFT's contract.
func tokenID() *big.Int { return one() }

// Facts of an NFT.
type Facts struct {
	Owner        common.Address
	Name         string
	Symbol       string
	TokenURI     string
	Transferable bool
	Template     uint8 // by the number that its contract gives itself
	State        State
	HasMetadata  bool
	Datatokens   []common.Address // the oldest first
}

// Facts of the NFT, as of the newest block.
func (n *NFT) Facts(ctx context.Context) (Facts, error) {
	facts, err := n.facts(ctx)
	if err != nil {
		return Facts{}, fmt.Errorf("read NFT %s: %w", n.address, err)
	}
	return facts, nil
}

func (n *NFT) facts(ctx context.Context) (facts Facts, err error) {
	c := n.contract
	if facts.Owner, err = read(ctx, n.client, n.address, c.PackOwnerOf(tokenID()), c.UnpackOwnerOf); err != nil {
		return facts, err
	}
	if facts.Name, err = read(ctx, n.client, n.address, c.PackName(), c.UnpackName); err != nil {
		return facts, err
	}
	if facts.Symbol, err = read(ctx, n.client, n.address, c.PackSymbol(), c.UnpackSymbol); err != nil {
		return facts, err
	}
	if facts.TokenURI, err = read(ctx, n.client, n.address, c.PackTokenURI(tokenID()), c.UnpackTokenURI); err != nil {
		return facts, err
	}
	if facts.Transferable, err = read(ctx, n.client, n.address, c.PackTransferable(), c.UnpackTransferable); err != nil {
		return facts, err
	}
	if facts.Template, err = read(ctx, n.client, n.address, c.PackGetId(), c.UnpackGetId); err != nil {
		return facts, err
	}
	metadata, err := read(ctx, n.client, n.address, c.PackGetMetaData(), c.UnpackGetMetaData)
	if err != nil {
		return facts, err
	}
	facts.State, facts.HasMetadata = State(metadata.Arg2), metadata.Arg3
	facts.Datatokens, err = read(ctx, n.client, n.address, c.PackGetTokensList(), c.UnpackGetTokensList)
	return facts, err
}

// Issued says whether a datatoken is one of the NFT's own. A DDO may name any.
func (n *NFT) Issued(ctx context.Context, datatoken common.Address) (bool, error) {
	issued, err := read(ctx, n.client, n.address, n.contract.PackIsDeployed(datatoken), n.contract.UnpackIsDeployed)
	if err != nil {
		return false, fmt.Errorf("read whether datatoken %s is one of NFT %s: %w", datatoken, n.address, err)
	}
	return issued, nil
}

// Owner of the NFT, as of the newest block.
func (n *NFT) Owner(ctx context.Context) (common.Address, error) {
	owner, err := read(ctx, n.client, n.address, n.contract.PackOwnerOf(one()), n.contract.UnpackOwnerOf)
	if err != nil {
		return owner, fmt.Errorf("read the owner of NFT %s: %w", n.address, err)
	}
	return owner, nil
}

// MadeBy says whether a factory has made the NFT. Of any other contract nobody knows what its events and answers are worth.
func (n *NFT) MadeBy(ctx context.Context, factory common.Address) (bool, error) {
	c := contracts.NewERC721Factory()
	listed, err := read(ctx, n.client, factory, c.PackErc721List(n.address), c.UnpackErc721List)
	if err != nil {
		return false, fmt.Errorf("read whether factory %s has made NFT %s: %w", factory, n.address, err)
	}
	return listed == n.address, nil
}

// read calls a contract and decodes its answer.
func read[T any](ctx context.Context, client *chain.Client, contract common.Address, call []byte, decode func([]byte) (T, error)) (T, error) {
	var zero T
	answer, err := client.Read(ctx, contract, call)
	if err != nil {
		return zero, err
	}
	value, err := decode(answer)
	if err != nil {
		return zero, fmt.Errorf("contract %s does not answer as one of Ocean's does: check its address", contract)
	}
	return value, nil
}
