package wallet

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/signer/core/apitypes"
)

// Protocol of an external signer; both are JSON-RPC 2.0 over HTTP.
type Protocol string

const (
	// Clef is geth's signer: account_signTransaction and account_signTypedData.
	Clef Protocol = "clef"
	// Web3Signer in its eth1 mode, and every other that knows eth_signTransaction and eth_signTypedData.
	Web3Signer Protocol = "web3signer"
)

const (
	// signBudget leaves a person time to press a button at a Clef that asks.
	signBudget = 2 * time.Minute
	maxAnswer  = 1 << 20
)

// External asks a signer that holds the key.
type External struct {
	url      string
	address  common.Address
	protocol Protocol
	client   *http.Client
}

// FromSigner asks the signer at a URL (http or https) to sign for an account. The transport is one of package egress.
func FromSigner(rawURL string, protocol Protocol, address common.Address, transport http.RoundTripper) (*External, error) {
	parsed, err := url.Parse(rawURL)
	if err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" {
		return nil, errors.New("the URL of the external signer is not one of http or https")
	}
	if protocol != Clef && protocol != Web3Signer {
		return nil, fmt.Errorf("external signer %q: expected %q or %q", protocol, Clef, Web3Signer)
	}
	return &External{
		url: rawURL, address: address, protocol: protocol,
		client: &http.Client{
			Transport: transport, Timeout: signBudget,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// Address that the signer signs for.
func (e *External) Address() common.Address { return e.address }

// SignTransaction takes nothing but the very transaction that was asked for, signed by the account.
func (e *External) SignTransaction(ctx context.Context, transaction *types.Transaction, chainID *big.Int) (*types.Transaction, error) {
	data := hexutil.Bytes(transaction.Data())
	// Both signers read "data"; Clef wants "input" to be equal to it where both are given.
	arguments := map[string]any{
		"from": e.address, "to": transaction.To(), "gas": hexutil.Uint64(transaction.Gas()),
		"maxFeePerGas": (*hexutil.Big)(transaction.GasFeeCap()), "maxPriorityFeePerGas": (*hexutil.Big)(transaction.GasTipCap()),
		"value": (*hexutil.Big)(transaction.Value()), "nonce": hexutil.Uint64(transaction.Nonce()),
		"data": data, "chainId": (*hexutil.Big)(chainID),
	}
	method := "eth_signTransaction"
	if e.protocol == Clef {
		method = "account_signTransaction"
	}
	result, err := e.call(ctx, method, arguments)
	if err != nil {
		return nil, err
	}
	raw, err := rawTransaction(result)
	if err != nil {
		return nil, fmt.Errorf("%s answered %s with what is no signed transaction", e.name(), method)
	}
	signed := new(types.Transaction)
	if err := signed.UnmarshalBinary(raw); err != nil {
		return nil, fmt.Errorf("%s answered %s with what is no signed transaction", e.name(), method)
	}
	signer := types.LatestSignerForChainID(chainID)
	if sender, err := types.Sender(signer, signed); err != nil || sender != e.address {
		return nil, fmt.Errorf("%s signed with another key than that of %s, or for another chain than %s", e.name(), e.address, chainID)
	}
	// The hash that is signed covers every field.
	if signer.Hash(signed) != signer.Hash(transaction) {
		return nil, fmt.Errorf("%s signed another transaction than it was asked to; let it sign without changes", e.name())
	}
	return signed, nil
}

// rawTransaction is plain in web3signer's answer, and a field of Clef's.
func rawTransaction(result json.RawMessage) (hexutil.Bytes, error) {
	var raw hexutil.Bytes
	if json.Unmarshal(result, &raw) == nil {
		return raw, nil
	}
	var object struct{ Raw hexutil.Bytes }
	if err := json.Unmarshal(result, &object); err != nil {
		return nil, err
	}
	return object.Raw, nil
}

// SignTypedData takes nothing but a signature of the account over these data.
func (e *External) SignTypedData(ctx context.Context, data apitypes.TypedData) ([]byte, error) {
	digest, _, err := apitypes.TypedDataAndHash(data)
	if err != nil {
		return nil, fmt.Errorf("hash typed data: %w", err)
	}
	method, parameter := "account_signTypedData", any(data)
	if e.protocol == Web3Signer {
		text, err := json.Marshal(data)
		if err != nil {
			return nil, fmt.Errorf("write typed data: %w", err)
		}
		method, parameter = "eth_signTypedData", string(text) // its older versions take nothing but text
	}
	result, err := e.call(ctx, method, e.address, parameter)
	if err != nil {
		return nil, err
	}
	var signature hexutil.Bytes
	if json.Unmarshal(result, &signature) != nil || len(signature) != crypto.SignatureLength {
		return nil, fmt.Errorf("%s answered %s with what is no signature", e.name(), method)
	}
	if signature[crypto.RecoveryIDOffset] < 27 {
		signature[crypto.RecoveryIDOffset] += 27
	}
	plain := bytes.Clone(signature)
	plain[crypto.RecoveryIDOffset] -= 27
	key, err := crypto.SigToPub(digest, plain)
	if err != nil || crypto.PubkeyToAddress(*key) != e.address {
		return nil, fmt.Errorf("%s signed with another key than that of %s, or other data than it was asked to", e.name(), e.address)
	}
	return signature, nil
}

// name tells the signer without its path, which may be a secret.
func (e *External) name() string {
	parsed, err := url.Parse(e.url)
	if err != nil {
		return "the external signer"
	}
	return fmt.Sprintf("the external signer at %s", parsed.Host)
}

// UnavailableError says that the signer did not answer; asking again may help.
type UnavailableError struct{ message string }

func (e *UnavailableError) Error() string { return e.message }

func (e *External) call(ctx context.Context, method string, parameters ...any) (json.RawMessage, error) {
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s: its URL cannot be called", e.name())
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := e.client.Do(request)
	if err != nil {
		var of *url.Error
		if errors.As(err, &of) { // which would show the whole URL
			err = of.Err
		}
		return nil, &UnavailableError{fmt.Sprintf("%s does not answer: %v", e.name(), err)}
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil {
		return nil, &UnavailableError{fmt.Sprintf("%s broke off its answer: %v", e.name(), err)}
	}
	var answer struct {
		Result json.RawMessage
		Error  *struct{ Message string }
	}
	switch {
	case len(text) > maxAnswer:
		return nil, fmt.Errorf("%s answered %s with more than %d bytes", e.name(), method, maxAnswer)
	case json.Unmarshal(text, &answer) != nil:
		return nil, &UnavailableError{fmt.Sprintf("%s answered %s with %s and no JSON-RPC", e.name(), method, response.Status)}
	case answer.Error != nil:
		return nil, fmt.Errorf("%s refused %s: %.200s", e.name(), method, answer.Error.Message)
	}
	return answer.Result, nil
}
