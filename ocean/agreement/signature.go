package agreement

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/signer/core/apitypes"
)

// Signer signs with the key of one account: a raw key, a keystore, an external signer.
type Signer interface {
	// Address of the account.
	Address() common.Address
	// SignTypedData signs as EIP-712 says: 65 bytes, r, s and v.
	SignTypedData(ctx context.Context, data apitypes.TypedData) ([]byte, error)
}

// ErrSignature is the root of all that is wrong with a signature.
var ErrSignature = errors.New("the signature is not the consumer's over these terms")

// Sign has the consumer's account sign. What an external signer answers is verified before it is passed on.
func Sign(ctx context.Context, signer Signer, terms *Terms) (string, error) {
	if signer.Address() != terms.Consumer {
		return "", fmt.Errorf("the wallet is %s, expected that of the consumer, %s", signer.Address(), terms.Consumer)
	}
	data, err := terms.TypedData()
	if err != nil {
		return "", err
	}
	signature, err := signer.SignTypedData(ctx, data)
	if err != nil {
		return "", fmt.Errorf("sign the agreement as %s: %w", terms.Consumer, err)
	}
	text := hexutil.Encode(signature)
	if err := Verify(terms, text); err != nil {
		return "", fmt.Errorf("the signer of %s answered with a signature that does not hold: %w", terms.Consumer, err)
	}
	return text, nil
}

// Verify that the consumer's own key signed these terms. The signature is 0x and 65 bytes in hex, with s in the lower
// half of the curve's order (EIP-2), so that there is one per key and terms. A contract wallet has no key: whoever can
// ask the chain may ask the consumer's contract about Digest and the signature (EIP-1271) where this says no.
func Verify(terms *Terms, signature string) error {
	raw, err := hexutil.Decode(signature)
	if err != nil || len(raw) != crypto.SignatureLength {
		return fmt.Errorf("%w: expected 0x and %d bytes in hexadecimal", ErrSignature, crypto.SignatureLength)
	}
	// Wallets write v as 27 and 28, or as 0 and 1.
	if raw[crypto.RecoveryIDOffset] >= 27 {
		raw[crypto.RecoveryIDOffset] -= 27
	}
	r, s := new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:64])
	if !crypto.ValidateSignatureValues(raw[crypto.RecoveryIDOffset], r, s, true) {
		return fmt.Errorf("%w: r, s or v is out of range, or s is in the upper half of the curve's order", ErrSignature)
	}
	digest, err := terms.Digest()
	if err != nil {
		return err
	}
	key, err := crypto.SigToPub(digest[:], raw)
	if err != nil {
		return fmt.Errorf("%w: no key made it", ErrSignature)
	}
	if signer := crypto.PubkeyToAddress(*key); signer != terms.Consumer {
		return fmt.Errorf("%w: for these terms it would be that of %s, expected %s; another account signed, or the namespace, the name, "+
			"the environment, its payee or prices, the chain, the escrow contract or another of the terms is not what was signed", ErrSignature, signer, terms.Consumer)
	}
	return nil
}
