package publish

import (
	"context"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/contracts"
)

// datatokenDecimals of every datatoken.
const datatokenDecimals = 18

func one() *big.Int { return big.NewInt(1) }

// Whole tokens, in units of 10^-18.
func Whole(tokens int64) *big.Int {
	return new(big.Int).Mul(big.NewInt(tokens), power(datatokenDecimals))
}

// Unlimited is the cap of a datatoken that has none.
var Unlimited = new(big.Int).Sub(new(big.Int).Lsh(one(), 256), one())

func power(of int64) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(of), nil) }

// Terms of a datatoken, as they are on chain.
type Terms struct {
	Datatoken
	NFT common.Address
}

// DatatokenTerms reads a datatoken and its price, as of the newest block. Of several prices, the first that is offered counts.
func DatatokenTerms(ctx context.Context, client *chain.Client, address common.Address) (Terms, error) {
	terms, err := datatokenTerms(ctx, client, address)
	if err != nil {
		return Terms{}, fmt.Errorf("read datatoken %s: %w", address, err)
	}
	return terms, nil
}

func datatokenTerms(ctx context.Context, client *chain.Client, address common.Address) (terms Terms, err error) {
	c := contracts.NewERC20Template()
	if terms.NFT, err = read(ctx, client, address, c.PackGetERC721Address(), c.UnpackGetERC721Address); err != nil {
		return terms, err
	}
	if terms.Name, err = read(ctx, client, address, c.PackName(), c.UnpackName); err != nil {
		return terms, err
	}
	if terms.Symbol, err = read(ctx, client, address, c.PackSymbol(), c.UnpackSymbol); err != nil {
		return terms, err
	}
	if terms.Cap, err = read(ctx, client, address, c.PackCap(), c.UnpackCap); err != nil {
		return terms, err
	}
	template, err := read(ctx, client, address, c.PackGetId(), c.UnpackGetId)
	if err != nil {
		return terms, err
	}
	terms.Template = int64(template)
	if terms.Cap.Cmp(Unlimited) == 0 {
		terms.Cap = nil
	}
	rates, err := read(ctx, client, address, c.PackGetFixedRates(), c.UnpackGetFixedRates)
	if err != nil {
		return terms, err
	}
	for _, rate := range rates {
		if terms.Fixed, err = fixedPrice(ctx, client, rate.ContractAddress, rate.Id); err != nil || terms.Fixed != nil {
			return terms, err
		}
	}
	dispensers, err := read(ctx, client, address, c.PackGetDispensers(), c.UnpackGetDispensers)
	if err != nil {
		return terms, err
	}
	for _, dispenser := range dispensers {
		d := contracts.NewDispenser()
		status, err := read(ctx, client, dispenser, d.PackStatus(address), d.UnpackStatus)
		if err != nil {
			return terms, err
		}
		if status.Active {
			terms.Free = &FreePrice{Dispenser: dispenser}
			break
		}
	}
	return terms, nil
}

// fixedPrice of an exchange; nil if it sells nothing.
func fixedPrice(ctx context.Context, client *chain.Client, exchange common.Address, id [32]byte) (*FixedPrice, error) {
	c := contracts.NewFixedRateExchange()
	answer, err := read(ctx, client, exchange, c.PackGetExchange(id), c.UnpackGetExchange)
	if err != nil || !answer.Active {
		return nil, err
	}
	if !answer.BtDecimals.IsInt64() || answer.BtDecimals.Int64() > maxDecimals {
		return nil, fmt.Errorf("exchange %s says that token %s has %s decimals, expected at most %d", exchange, answer.BaseToken, answer.BtDecimals, maxDecimals)
	}
	amount := new(big.Int).Mul(answer.FixedRate, power(answer.BtDecimals.Int64()))
	return &FixedPrice{Exchange: exchange, Token: answer.BaseToken, Amount: amount.Quo(amount, power(datatokenDecimals))}, nil
}

// maxDecimals of a token that is believed.
const maxDecimals = 36

// minRate is the lowest that Ocean's exchange takes.
const minRate = 1e10

// rateOf an exchange: whole tokens for one datatoken, times 10^18; and the token's decimals.
func rateOf(ctx context.Context, client *chain.Client, price *FixedPrice) (rate, decimals *big.Int, err error) {
	c := contracts.NewERC20()
	digits, err := read(ctx, client, price.Token, c.PackDecimals(), c.UnpackDecimals)
	if err != nil {
		return nil, nil, fmt.Errorf("read the decimals of token %s: %w", price.Token, err)
	}
	rate, rest := new(big.Int).QuoRem(new(big.Int).Mul(price.Amount, power(datatokenDecimals)), power(int64(digits)), new(big.Int))
	if rest.Sign() != 0 || rate.Cmp(big.NewInt(minRate)) < 0 {
		return nil, nil, fmt.Errorf("%w: %s base units of token %s, which has %d decimals: expected at least 10^-8 of a token, in whole steps of 10^-18",
			ErrInvalid, price.Amount, price.Token, digits)
	}
	return rate, big.NewInt(int64(digits)), nil
}

// SetPrice changes the amount of a fixed price that is offered already. It returns once it is sent.
func SetPrice(ctx context.Context, client *chain.Client, owner *chain.Sender, datatoken common.Address, price *FixedPrice) (*chain.Sent, error) {
	rate, _, err := rateOf(ctx, client, price)
	if err != nil {
		return nil, err
	}
	c := contracts.NewERC20Template()
	rates, err := read(ctx, client, datatoken, c.PackGetFixedRates(), c.UnpackGetFixedRates)
	if err != nil {
		return nil, fmt.Errorf("read the prices of datatoken %s: %w", datatoken, err)
	}
	for _, at := range rates {
		offered, err := fixedPrice(ctx, client, at.ContractAddress, at.Id)
		if err != nil {
			return nil, err
		}
		if offered != nil && at.ContractAddress == price.Exchange && offered.Token == price.Token {
			return owner.Send(ctx, chain.Call{To: price.Exchange, Data: contracts.NewFixedRateExchange().PackSetRate(at.Id, rate)})
		}
	}
	return nil, fmt.Errorf("%w: datatoken %s is not sold for token %s at exchange %s", ErrInvalid, datatoken, price.Token, price.Exchange)
}
