package order

import (
	"context"
	"crypto/ecdsa"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/accounts"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/contracts"
)

// Start an order: spend one of the sender's datatokens on a service, for a consumer. It returns once it is sent. Compute is
// paid out of the escrow, so that the fee for Ocean's Provider, which the contract wants signed by whoever gets it, is zero
// and goes to a key that nobody keeps.
func Start(ctx context.Context, payer *chain.Sender, datatoken, consumer common.Address, service int64) (*chain.Sent, error) {
	key, err := crypto.GenerateKey()
	if err != nil {
		return nil, fmt.Errorf("make a key for a fee of zero: %w", err)
	}
	fee, err := SignFee(key, datatoken, time.Unix(0, 0))
	if err != nil {
		return nil, err
	}
	return payer.Send(ctx, chain.Call{To: datatoken, Data: contracts.NewERC20Template().PackStartOrder(
		consumer, big.NewInt(service), fee, contracts.ERC20TemplateconsumeMarketFee{ConsumeMarketFeeAmount: new(big.Int)},
	)})
}

// Reuse the order of a transaction. It gives more time if the fee is signed by the environment (SignFee).
func Reuse(ctx context.Context, caller *chain.Sender, datatoken common.Address, order common.Hash, fee contracts.ERC20TemplateproviderFee) (*chain.Sent, error) {
	return caller.Send(ctx, chain.Call{To: datatoken, Data: contracts.NewERC20Template().PackReuseOrder(order, fee)})
}

// SignFee of zero with an environment's key: leave to reuse orders of a datatoken until a time. Whoever has it may use it
// for any order of the datatoken, any number of times.
func SignFee(key *ecdsa.PrivateKey, datatoken common.Address, until time.Time) (contracts.ERC20TemplateproviderFee, error) {
	fee := contracts.ERC20TemplateproviderFee{
		ProviderFeeAddress: crypto.PubkeyToAddress(key.PublicKey),
		ProviderFeeAmount:  new(big.Int),
		ValidUntil:         big.NewInt(until.Unix()),
		ProviderData:       fmt.Appendf(nil, `{"dt":%q}`, datatoken.Hex()),
	}
	hash := crypto.Keccak256(
		fee.ProviderData, fee.ProviderFeeAddress[:], fee.ProviderFeeToken[:],
		common.BigToHash(fee.ProviderFeeAmount).Bytes(), common.BigToHash(fee.ValidUntil).Bytes(),
	)
	signature, err := crypto.Sign(accounts.TextHash(hash), key)
	if err != nil {
		return fee, fmt.Errorf("sign a fee: %w", err)
	}
	fee.R, fee.S = [32]byte(signature[:32]), [32]byte(signature[32:64])
	fee.V = signature[crypto.RecoveryIDOffset] + 27
	return fee, nil
}
