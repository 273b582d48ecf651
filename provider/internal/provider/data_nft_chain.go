package provider

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/contracts"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/publish"
)

// lookBack is how many blocks to look back for an NFT that an earlier run has created and not noted: two weeks of the
// slowest chains, two days of the fastest.
const lookBack = 100_000

// minting keeps what is found apart from what this process has made itself: two resources may have the same names.
var minting = struct {
	sync.Mutex
	own map[common.Hash]bool // transactions
}{own: map[common.Hash]bool{}}

// mint an NFT and its datatoken, or take over what an earlier run has made; it is confirmed then.
func (r *dataNFTResource) mint(ctx context.Context, m *dataNFTModel) (created *publish.Created, taken bool, err error) {
	sender, err := r.ledger.sender()
	if err != nil {
		return nil, false, err
	}
	client, err := r.ledger.client()
	if err != nil {
		return nil, false, err
	}
	address, err := contractOf(m.Contracts, client.ChainID(), "factory")
	if err != nil {
		return nil, false, err
	}
	factory := publish.NewFactory(client, address)
	asset, err := assetOf(m, client.ChainID())
	if err != nil {
		return nil, false, err
	}
	created, sent, err := r.findOrSend(ctx, client, factory, sender, asset)
	if err != nil {
		return nil, false, err
	}
	if created != nil {
		sent = &chain.Sent{Hash: created.Transaction}
		_, err = sender.Wait(ctx, sent)
		return created, true, err
	}
	receipt, err := sender.Wait(ctx, sent)
	if err != nil {
		return nil, false, fmt.Errorf("transaction %s, which creates the NFT, is not confirmed: %w", sent.Hash, err)
	}
	created, err = factory.Made(receipt)
	return created, false, err
}

// findOrSend looks for what an earlier run has made, and sends only where there is nothing.
func (r *dataNFTResource) findOrSend(ctx context.Context, client *chain.Client, factory *publish.Factory, sender *chain.Sender, asset publish.Asset) (*publish.Created, *chain.Sent, error) {
	minting.Lock()
	defer minting.Unlock()
	if len(minting.own) == 0 {
		if err := quiet(ctx, client, sender.Address()); err != nil {
			return nil, nil, err
		}
	}
	head, err := client.Head(ctx)
	if err != nil {
		return nil, nil, err
	}
	found, err := factory.Find(ctx, sender.Address(), asset, head.Number-min(head.Number, lookBack))
	if err != nil {
		return nil, nil, err
	}
	for _, candidate := range found {
		if minting.own[candidate.Transaction] {
			continue
		}
		fits, err := unused(ctx, client, sender.Address(), candidate, asset)
		if err != nil {
			return nil, nil, err
		}
		if fits {
			minting.own[candidate.Transaction] = true
			return candidate, nil, nil
		}
	}
	sent, err := factory.Create(ctx, sender, asset)
	if sent == nil {
		return nil, nil, err
	}
	minting.own[sent.Hash] = true
	return nil, sent, nil
}

// quiet waits until nothing of an account is on its way: it may be an NFT of an earlier run.
func quiet(ctx context.Context, client *chain.Client, account common.Address) error {
	ticker := time.NewTicker(chainPoll)
	defer ticker.Stop()
	for {
		pending, err := client.Pending(ctx, account)
		if err != nil || !pending {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("earlier transactions of account %s are still on their way: %w", account, ctx.Err())
		case <-ticker.C:
		}
	}
}

// unused says whether an NFT is as it was just after it was created, and as it is wanted.
func unused(ctx context.Context, client *chain.Client, owner common.Address, created *publish.Created, asset publish.Asset) (bool, error) {
	facts, err := publish.At(client, created.NFT).Facts(ctx)
	if err != nil {
		return false, err
	}
	terms, err := publish.DatatokenTerms(ctx, client, created.Datatoken)
	if err != nil {
		return false, err
	}
	wanted := asset.Datatoken
	same := terms.Name == wanted.Name && terms.Symbol == wanted.Symbol && terms.Template == wanted.Template &&
		(terms.Free == nil) == (wanted.Free == nil) && (terms.Fixed == nil) == (wanted.Fixed == nil)
	if same && wanted.Fixed != nil {
		same = terms.Fixed.Token == wanted.Fixed.Token && terms.Fixed.Amount.Cmp(wanted.Fixed.Amount) == 0
	}
	return same && facts.Owner == owner && facts.Transferable == asset.Transferable && facts.State == publish.Active && !facts.HasMetadata, nil
}

// errNoContract says that Ocean's contracts are not known on a chain.
var errNoContract = errors.New("the address of Ocean's contract is not known")

// contractOf Ocean by the name that it has in the attribute contracts.
func contractOf(m *contractsModel, chainID uint64, name string) (common.Address, error) {
	if m == nil {
		m = &contractsModel{}
	}
	published := contracts.On(chainID, contracts.Addresses{})
	known := map[string]struct {
		given     string
		published common.Address
	}{
		"factory":     {m.Factory.ValueString(), published.ERC721Factory},
		"fixed_price": {m.FixedPrice.ValueString(), published.FixedPrice},
		"dispenser":   {m.Dispenser.ValueString(), published.Dispenser},
	}[name]
	switch {
	case known.given != "":
		return common.HexToAddress(known.given), nil
	case known.published == (common.Address{}):
		return common.Address{}, fmt.Errorf("%w on chain %d: expected it in contracts.%s", errNoContract, chainID, name)
	}
	return known.published, nil
}

func assetOf(m *dataNFTModel, chainID uint64) (publish.Asset, error) {
	asset := publish.Asset{
		Name: m.Name.ValueString(), Symbol: m.Symbol.ValueString(), TokenURI: m.TokenURI.ValueString(),
		Transferable: m.Transferable.ValueBool(), Template: m.Template.ValueInt64(),
		Datatoken: publish.Datatoken{
			Name: m.Datatoken.Name.ValueString(), Symbol: m.Datatoken.Symbol.ValueString(), Template: m.Datatoken.Template.ValueInt64(),
			Cap: amountOf(m.Datatoken.Cap),
		},
	}
	var err error
	if m.Datatoken.Price != nil {
		asset.Datatoken.Fixed, err = fixedPriceOf(m, chainID)
	} else if m.Datatoken.Free.ValueBool() {
		asset.Datatoken.Free = &publish.FreePrice{}
		asset.Datatoken.Free.Dispenser, err = contractOf(m.Contracts, chainID, "dispenser")
	}
	return asset, err
}

func fixedPriceOf(m *dataNFTModel, chainID uint64) (*publish.FixedPrice, error) {
	exchange, err := contractOf(m.Contracts, chainID, "fixed_price")
	if err != nil {
		return nil, err
	}
	return &publish.FixedPrice{Exchange: exchange, Token: common.HexToAddress(m.Datatoken.Price.Token.ValueString()), Amount: amountOf(m.Datatoken.Price.Amount)}, nil
}

// bring an NFT that exists to where the model wants it, and read the rest of it.
func (r *dataNFTResource) bring(ctx context.Context, action string, m *dataNFTModel) diag.Diagnostics {
	client, err := clientOn(r.ledger, m.ChainID)
	if err != nil {
		return explainChain(action, err)
	}
	nft, datatoken := publish.At(client, common.HexToAddress(m.Address.ValueString())), common.HexToAddress(m.DatatokenAddress.ValueString())
	facts, err := nft.Facts(ctx)
	if err != nil {
		return explainGone(action, err)
	}
	if uri := m.TokenURI.ValueString(); facts.TokenURI != uri {
		err = r.write(ctx, func(sender *chain.Sender) (*chain.Sent, error) { return nft.SetTokenURI(ctx, sender, uri) })
	}
	if err == nil && m.Datatoken.Price != nil {
		err = r.bringPrice(ctx, client, datatoken, m)
	}
	if state := nftStates[m.State.ValueString()]; err == nil && facts.State != state {
		err = r.write(ctx, func(sender *chain.Sender) (*chain.Sent, error) { return nft.SetState(ctx, sender, state) })
	}
	if err != nil {
		return explainChain(action, err)
	}
	found := *m
	token := *m.Datatoken
	found.Datatoken = &token
	if token.Price != nil {
		price := *token.Price
		token.Price = &price
	}
	diags := r.read(ctx, &found)
	m.Owner = found.Owner // the rest is as planned, or shows in the next plan
	return diags
}

func (r *dataNFTResource) bringPrice(ctx context.Context, client *chain.Client, datatoken common.Address, m *dataNFTModel) error {
	terms, err := publish.DatatokenTerms(ctx, client, datatoken)
	if err != nil || terms.Fixed == nil {
		return err
	}
	price := publish.FixedPrice{Exchange: terms.Fixed.Exchange, Token: terms.Fixed.Token, Amount: amountOf(m.Datatoken.Price.Amount)}
	if price.Amount.Cmp(terms.Fixed.Amount) == 0 {
		return nil
	}
	return r.write(ctx, func(sender *chain.Sender) (*chain.Sent, error) {
		return publish.SetPrice(ctx, client, sender, datatoken, &price)
	})
}

// write something, and wait until it is confirmed.
func (r *dataNFTResource) write(ctx context.Context, send func(*chain.Sender) (*chain.Sent, error)) error {
	sender, err := r.ledger.sender()
	if err != nil {
		return err
	}
	sent, err := send(sender)
	_, err = r.ledger.confirm(ctx, sender, sent, err)
	return err
}
