// Package wallet signs for one account: with a raw key, with a keystore file, or by asking an external signer. No key and
// no password is ever in an error.
package wallet

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/keystore"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/signer/core/apitypes"
)

// Wallet signs for one account.
type Wallet interface {
	// Address of the account.
	Address() common.Address
	// SignTransaction for a chain. The answer is the transaction that was asked for, with a signature of the account.
	SignTransaction(ctx context.Context, transaction *types.Transaction, chainID *big.Int) (*types.Transaction, error)
	// SignTypedData signs as EIP-712 says: 65 bytes, r, s and v (27 or 28).
	SignTypedData(ctx context.Context, data apitypes.TypedData) ([]byte, error)
}

// FromKey takes a private key of 32 bytes in hexadecimal, with or without 0x.
func FromKey(text string) (Wallet, error) {
	// The library's own error would show the character that is wrong.
	key, err := crypto.HexToECDSA(strings.TrimPrefix(strings.TrimSpace(text), "0x"))
	if err != nil {
		return nil, errors.New("the private key is not what it should be: 32 bytes in hexadecimal, below the order of secp256k1")
	}
	return inMemory{key}, nil
}

// FromKeystore decrypts a keystore file: JSON of version 3, as geth, clef and most wallets write it.
func FromKeystore(file []byte, password string) (Wallet, error) {
	if err := checkKeystore(file); err != nil {
		return nil, err
	}
	key, err := keystore.DecryptKey(file, password)
	if errors.Is(err, keystore.ErrDecrypt) {
		return nil, errors.New("the keystore cannot be opened: the password is not its own")
	}
	if err != nil {
		return nil, errors.New("the keystore cannot be opened: expected JSON of version 3 with cipher aes-128-ctr")
	}
	return inMemory{key.PrivateKey}, nil
}

type inMemory struct{ key *ecdsa.PrivateKey }

func (w inMemory) Address() common.Address { return crypto.PubkeyToAddress(w.key.PublicKey) }

// String keeps the key out of whatever prints a wallet.
func (w inMemory) String() string { return "wallet " + w.Address().Hex() }

// GoString is String: %#v would show the key.
func (w inMemory) GoString() string { return w.String() }

// Format is for every other verb of package fmt.
func (w inMemory) Format(state fmt.State, _ rune) { _, _ = fmt.Fprint(state, w.String()) }

func (w inMemory) SignTransaction(_ context.Context, transaction *types.Transaction, chainID *big.Int) (*types.Transaction, error) {
	return types.SignTx(transaction, types.LatestSignerForChainID(chainID), w.key)
}

func (w inMemory) SignTypedData(_ context.Context, data apitypes.TypedData) ([]byte, error) {
	digest, _, err := apitypes.TypedDataAndHash(data)
	if err != nil {
		return nil, fmt.Errorf("hash typed data: %w", err)
	}
	signature, err := crypto.Sign(digest, w.key)
	if err != nil {
		return nil, err
	}
	signature[crypto.RecoveryIDOffset] += 27
	return signature, nil
}
