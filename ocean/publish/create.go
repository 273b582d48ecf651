package publish

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/contracts"
)

// Asset is what is created by one transaction: an NFT and its first datatoken. Whoever sends it owns both.
type Asset struct {
	Name         string
	Symbol       string
	TokenURI     string
	Transferable bool
	Template     int64 // index in the factory; 1 is Ocean's
	Datatoken    Datatoken
}

// Datatoken whose orders give access.
type Datatoken struct {
	Name     string
	Symbol   string
	Template int64    // index in the factory: 1, or 2 of which orders burn the token
	Cap      *big.Int // the most that there may be, in units of 10^-18, of template 2; nil, and template 1, know no limit
	// Price at which anybody gets one: at most one of these. Without, the owner mints and hands them out.
	Fixed *FixedPrice
	Free  *FreePrice
}

// FixedPrice sells datatokens.
type FixedPrice struct {
	Exchange common.Address // Ocean's FixedRateExchange
	Token    common.Address // that is paid with
	Amount   *big.Int       // for one datatoken, in base units, before what Ocean's contract adds as its fee
}

// FreePrice gives a datatoken to whoever has none.
type FreePrice struct {
	Dispenser common.Address // Ocean's Dispenser
}

// Created is what a factory made.
type Created struct {
	NFT         common.Address
	Datatoken   common.Address
	Transaction common.Hash
	Block       uint64
	Settled     bool
}

// Factory is Ocean's ERC721Factory.
type Factory struct {
	client   *chain.Client
	address  common.Address
	contract *contracts.ERC721Factory
}

// NewFactory at an address; it calls nothing yet.
func NewFactory(client *chain.Client, address common.Address) *Factory {
	return &Factory{client: client, address: address, contract: contracts.NewERC721Factory()}
}

// ErrInvalid says that the contracts would not do what is asked.
var ErrInvalid = errors.New("invalid")

// Create an NFT and its datatoken. It returns once it is sent. Nothing on the chain keeps the same from being created twice:
// look for it with Find first.
func (f *Factory) Create(ctx context.Context, owner *chain.Sender, asset Asset) (*chain.Sent, error) {
	data, err := f.pack(ctx, owner.Address(), asset)
	if err != nil {
		return nil, err
	}
	return owner.Send(ctx, chain.Call{To: f.address, Data: data, Key: fmt.Sprintf("create %s %q %q %q", f.address, asset.Name, asset.Symbol, asset.TokenURI)})
}

func (f *Factory) pack(ctx context.Context, owner common.Address, asset Asset) ([]byte, error) {
	token := asset.Datatoken
	most := token.Cap
	switch {
	case most == nil:
		most = Unlimited
	case token.Template == 1:
		return nil, fmt.Errorf("%w: a datatoken of template 1 has no cap: expected none, or template 2", ErrInvalid)
	}
	nft := contracts.IFactoryNftCreateData{
		Name: asset.Name, Symbol: asset.Symbol, TemplateIndex: big.NewInt(asset.Template), TokenURI: asset.TokenURI,
		Transferable: asset.Transferable, Owner: owner,
	}
	erc20 := contracts.IFactoryErcCreateData{
		TemplateIndex: big.NewInt(token.Template), Strings: []string{token.Name, token.Symbol},
		// Minter, collector of datatokens that are spent (the owner of the NFT), and no market.
		Addresses: []common.Address{owner, {}, {}, {}},
		Uints:     []*big.Int{most, new(big.Int)}, Bytess: [][]byte{},
	}
	switch {
	case token.Fixed != nil:
		rate, decimals, err := rateOf(ctx, f.client, token.Fixed)
		if err != nil {
			return nil, err
		}
		return f.contract.PackCreateNftWithErc20WithFixedRate(nft, erc20, contracts.IFactoryFixedData{
			FixedPriceAddress: token.Fixed.Exchange,
			// Token, owner, collector of a market's fee, and who alone may swap.
			Addresses: []common.Address{token.Fixed.Token, owner, owner, {}},
			// Decimals of both, rate, fee of a market, and whether the exchange mints.
			Uints: []*big.Int{decimals, big.NewInt(datatokenDecimals), rate, new(big.Int), one()},
		}), nil
	case token.Free != nil:
		return f.contract.PackCreateNftWithErc20WithDispenser(nft, erc20, contracts.IFactoryDispenserData{
			DispenserAddress: token.Free.Dispenser, MaxTokens: Whole(1), MaxBalance: Whole(1), WithMint: true,
		}), nil
	}
	return f.contract.PackCreateNftWithErc20(nft, erc20), nil
}

// Find what an account has created with these names and this URI, in the blocks from since on: settled or not, the newest
// first.
func (f *Factory) Find(ctx context.Context, owner common.Address, asset Asset, since uint64) ([]*Created, error) {
	owned := []common.Hash{common.BytesToHash(owner[:])}
	events, _, err := f.client.Events(ctx, chain.Query{
		Contract: f.address, From: since, Topics: [][]common.Hash{{f.contract.GetABI().Events["NFTCreated"].ID}, nil, owned, owned},
	})
	if err != nil {
		return nil, fmt.Errorf("look for what %s has created with factory %s: %w", owner, f.address, err)
	}
	var found []*Created
	for _, event := range slices.Backward(events) {
		named, err := f.contract.UnpackNFTCreatedEvent(&event.Log)
		if err != nil || named.TokenName != asset.Name || named.Symbol != asset.Symbol || named.TokenURI != asset.TokenURI {
			continue
		}
		receipt, err := f.client.Receipt(ctx, event.TxHash)
		if err != nil {
			return nil, err
		}
		if receipt == nil {
			return nil, fmt.Errorf("NFT %s was created by transaction %s, which the RPC server no longer knows: ask again", named.NewTokenAddress, event.TxHash)
		}
		created, err := f.Made(receipt)
		if err != nil {
			continue // several in one transaction, which is not how they are created here
		}
		created.Settled = event.Settled
		if found = append(found, created); len(found) == maxFound {
			break
		}
	}
	return found, nil
}

// maxFound bounds how many of the same names are looked at.
const maxFound = 20

// Made is what a transaction of Create has made.
func (f *Factory) Made(receipt *types.Receipt) (*Created, error) {
	created := &Created{Transaction: receipt.TxHash, Block: receipt.BlockNumber.Uint64()}
	nfts, tokens := 0, 0
	definition := f.contract.GetABI()
	for _, log := range receipt.Logs {
		if log.Address != f.address || len(log.Topics) == 0 {
			continue
		}
		switch log.Topics[0] {
		case definition.Events["NFTCreated"].ID:
			event, err := f.contract.UnpackNFTCreatedEvent(log)
			if err != nil {
				return nil, err
			}
			created.NFT = event.NewTokenAddress
			nfts++
		case definition.Events["TokenCreated"].ID:
			event, err := f.contract.UnpackTokenCreatedEvent(log)
			if err != nil {
				return nil, err
			}
			created.Datatoken = event.NewTokenAddress
			tokens++
		}
	}
	if nfts != 1 || tokens != 1 {
		return nil, fmt.Errorf("transaction %s made %d NFTs and %d datatokens at factory %s, expected one of each: check the factory's address", receipt.TxHash, nfts, tokens, f.address)
	}
	return created, nil
}
