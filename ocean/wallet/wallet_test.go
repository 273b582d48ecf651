package wallet

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/keystore"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/common/math"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/signer/core/apitypes"
	"github.com/google/uuid"

	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/test/chainserver"
	"github.com/compute-to-data/terraform-provider-c2d/test/s3server"
)

const secret = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"

var chainID = big.NewInt(8996)

func transaction() *types.Transaction {
	to := common.Address{7}
	return types.NewTx(&types.DynamicFeeTx{
		ChainID: chainID, Nonce: 3, GasTipCap: big.NewInt(1), GasFeeCap: big.NewInt(2e9), Gas: 50_000, To: &to, Value: big.NewInt(0), Data: []byte{1, 2, 3},
	})
}

func typedData() apitypes.TypedData {
	return apitypes.TypedData{
		Types: apitypes.Types{
			"EIP712Domain": {{Name: "name", Type: "string"}, {Name: "chainId", Type: "uint256"}},
			"Greeting":     {{Name: "text", Type: "string"}},
		},
		PrimaryType: "Greeting",
		Domain:      apitypes.TypedDataDomain{Name: "test", ChainId: (*math.HexOrDecimal256)(chainID)},
		Message:     apitypes.TypedDataMessage{"text": "hello"},
	}
}

// check that a wallet signs what it is asked to, for its account.
func check(t *testing.T, w Wallet, address common.Address) {
	t.Helper()
	if w.Address() != address {
		t.Errorf("address %s, want %s", w.Address(), address)
	}
	signed, err := w.SignTransaction(t.Context(), transaction(), chainID)
	if err != nil {
		t.Fatal(err)
	}
	signer := types.LatestSignerForChainID(chainID)
	if sender, err := types.Sender(signer, signed); err != nil || sender != address || signer.Hash(signed) != signer.Hash(transaction()) {
		t.Errorf("signed by %s (%v), want %s", sender, err, address)
	}
	signature, err := w.SignTypedData(t.Context(), typedData())
	if err != nil {
		t.Fatal(err)
	}
	digest, _, err := apitypes.TypedDataAndHash(typedData())
	if err != nil {
		t.Fatal(err)
	}
	if v := signature[64]; v != 27 && v != 28 {
		t.Errorf("v is %d, want 27 or 28", v)
	}
	signature[64] -= 27
	if key, err := crypto.SigToPub(digest, signature); err != nil || crypto.PubkeyToAddress(*key) != address {
		t.Errorf("typed data: not signed by %s (%v)", address, err)
	}
}

func address(t *testing.T) common.Address {
	t.Helper()
	key, err := crypto.HexToECDSA(secret)
	if err != nil {
		t.Fatal(err)
	}
	return crypto.PubkeyToAddress(key.PublicKey)
}

func TestKey(t *testing.T) {
	for _, text := range []string{secret, "0x" + secret, " " + secret + "\n"} {
		w, err := FromKey(text)
		if err != nil {
			t.Fatal(err)
		}
		check(t, w, address(t))
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
			printed := strings.ToLower(fmt.Sprintf(verb, w) + fmt.Sprintf(verb, struct{ W Wallet }{w}))
			if strings.Contains(printed, secret[:16]) || strings.Contains(printed, new(big.Int).SetBytes(common.FromHex(secret)).String()) {
				t.Errorf("%s prints the key", verb)
			}
		}
	}
	for _, text := range []string{"", "0x", secret[:62], secret + "00", secret[:63] + "g", strings.Repeat("f", 64)} {
		if _, err := FromKey(text); err == nil || len(text) > 10 && strings.Contains(err.Error(), text[:10]) {
			t.Errorf("key of %d characters: %v", len(text), err)
		}
	}
}

func keystoreFile(t *testing.T, password string) []byte {
	t.Helper()
	key, err := crypto.HexToECDSA(secret)
	if err != nil {
		t.Fatal(err)
	}
	file, err := keystore.EncryptKey(&keystore.Key{Id: uuid.New(), Address: crypto.PubkeyToAddress(key.PublicKey), PrivateKey: key}, password, keystore.LightScryptN, keystore.LightScryptP)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestKeystore(t *testing.T) {
	const password = "correct horse"
	file := keystoreFile(t, password)
	w, err := FromKeystore(file, password)
	if err != nil {
		t.Fatal(err)
	}
	check(t, w, address(t))

	dear := strings.Replace(string(file), `"n":4096`, `"n":1073741824`, 1)
	if dear == string(file) {
		t.Fatal("the keystore has other parameters than expected")
	}
	for name, test := range map[string]struct{ file, password, want string }{
		"wrong password":     {string(file), "incorrect donkey", "password"},
		"no JSON":            {"-----BEGIN", password, "JSON"},
		"another version":    {strings.Replace(string(file), `"version":3`, `"version":1`, 1), password, "version 1"},
		"too much work":      {dear, password, "scrypt"},
		"unknown derivation": {strings.Replace(string(file), `"scrypt"`, `"argon2"`, 1), password, "argon2"},
		"cut off":            {string(file[:len(file)/2]), password, "JSON"},
	} {
		_, err := FromKeystore([]byte(test.file), test.password)
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), test.password) {
			t.Errorf("%s: %v, want an error with %q and no password", name, err, test.want)
		}
	}
}

// The chain's own node signs for its accounts, by web3signer's methods.
func TestWeb3Signer(t *testing.T) {
	server := chainserver.Start(t, chainserver.OnDemand)
	w, err := FromSigner(server.URL, Web3Signer, server.Owner.Address, egress.Transport(s3server.Loopback()))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := w.SignTransaction(t.Context(), transaction(), chainID)
	if err != nil {
		t.Fatal(err)
	}
	if sender, err := types.Sender(types.LatestSignerForChainID(chainID), signed); err != nil || sender != server.Owner.Address {
		t.Errorf("signed by %s, %v", sender, err)
	}
	stranger, err := FromSigner(server.URL, Web3Signer, common.Address{9}, egress.Transport(s3server.Loopback()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stranger.SignTransaction(t.Context(), transaction(), chainID); err == nil {
		t.Error("signed for an account that the signer does not have")
	}
}

// signer answers as Clef or web3signer does, for the account of a key, after a change to what it is asked.
func signer(t *testing.T, protocol Protocol, key string, change func(*apitypes.SendTxArgs)) *External {
	t.Helper()
	inner, err := FromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	serve := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request struct {
			Method string
			Params []json.RawMessage
		}
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			t.Error(err)
		}
		var result any
		switch request.Method {
		case "account_signTransaction", "eth_signTransaction":
			var args apitypes.SendTxArgs
			if err := json.Unmarshal(request.Params[0], &args); err != nil {
				t.Error(err)
			}
			change(&args)
			asked, err := args.ToTransaction()
			if err != nil {
				t.Error(err)
			}
			signed, err := inner.SignTransaction(context.Background(), asked, asked.ChainId())
			if err != nil {
				t.Error(err)
			}
			raw, _ := signed.MarshalBinary()
			result = hexutil.Bytes(raw)
			if protocol == Clef {
				result = map[string]any{"raw": hexutil.Bytes(raw), "tx": signed}
			}
		case "account_signTypedData", "eth_signTypedData":
			data := request.Params[1]
			if protocol == Web3Signer {
				var text string
				if err := json.Unmarshal(data, &text); err != nil {
					t.Error(err)
				}
				data = json.RawMessage(text)
			}
			var typed apitypes.TypedData
			if err := json.Unmarshal(data, &typed); err != nil {
				t.Error(err)
			}
			signature, err := inner.SignTypedData(context.Background(), typed)
			if err != nil {
				t.Error(err)
			}
			result = hexutil.Bytes(signature)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"jsonrpc": "2.0", "id": 1, "result": result})
	}))
	t.Cleanup(serve.Close)
	external, err := FromSigner(serve.URL+"/path-secret", protocol, address(t), egress.Transport(s3server.Loopback()))
	if err != nil {
		t.Fatal(err)
	}
	return external
}

func TestExternalSigners(t *testing.T) {
	for _, protocol := range []Protocol{Clef, Web3Signer} {
		t.Run(string(protocol), func(t *testing.T) {
			check(t, signer(t, protocol, secret, func(*apitypes.SendTxArgs) {}), address(t))
			for name, change := range map[string]func(*apitypes.SendTxArgs){
				"another nonce":  func(a *apitypes.SendTxArgs) { a.Nonce++ },
				"another amount": func(a *apitypes.SendTxArgs) { a.Value = hexutil.Big(*big.NewInt(1)) },
				"a higher fee":   func(a *apitypes.SendTxArgs) { a.MaxFeePerGas = (*hexutil.Big)(big.NewInt(9e9)) },
				"another chain":  func(a *apitypes.SendTxArgs) { a.ChainID = (*hexutil.Big)(big.NewInt(1)) },
				"another call":   func(a *apitypes.SendTxArgs) { a.Data = &hexutil.Bytes{1} },
			} {
				if _, err := signer(t, protocol, secret, change).SignTransaction(t.Context(), transaction(), chainID); err == nil {
					t.Errorf("%s was accepted", name)
				}
			}
			other := signer(t, protocol, strings.Repeat("1", 64), func(*apitypes.SendTxArgs) {})
			if _, err := other.SignTransaction(t.Context(), transaction(), chainID); err == nil {
				t.Error("a transaction signed with another key was accepted")
			}
			if _, err := other.SignTypedData(t.Context(), typedData()); err == nil {
				t.Error("typed data signed with another key were accepted")
			}
		})
	}
}

func TestBrokenSigners(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"refuses": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"error":{"code":-32000,"message":"Request denied"}}`))
		},
		"garbage": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"null":    func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"result":null}`)) },
		"too much": func(w http.ResponseWriter, _ *http.Request) {
			for range 3 {
				_, _ = w.Write(make([]byte, maxAnswer))
			}
		},
		"elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusTemporaryRedirect)
		},
		"dies": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		serve := httptest.NewServer(answer)
		for _, protocol := range []Protocol{Clef, Web3Signer} {
			w, err := FromSigner(serve.URL+"/path-secret", protocol, address(t), egress.Transport(s3server.Loopback()))
			if err != nil {
				t.Fatal(err)
			}
			_, err = w.SignTransaction(t.Context(), transaction(), chainID)
			if err == nil || strings.Contains(err.Error(), "path-secret") {
				t.Errorf("%s: %v, want an error without the URL's path", name, err)
			}
		}
		serve.Close()
	}
	if _, err := FromSigner("ipc:///clef.ipc", Clef, common.Address{}, http.DefaultTransport); err == nil {
		t.Error("a URL of another scheme was accepted")
	}
}
