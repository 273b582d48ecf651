package provider

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/keystore"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/signer/core/apitypes"
	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/compute-to-data/terraform-provider-c2d/ocean/wallet"
)

const (
	testKey      = "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"
	testAddress  = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
	testPassword = "correct horse"
)

// writeKeystore of the test key.
func writeKeystore(t *testing.T) string {
	t.Helper()
	key, err := crypto.HexToECDSA(testKey)
	if err != nil {
		t.Fatal(err)
	}
	text, err := keystore.EncryptKey(&keystore.Key{Id: uuid.New(), Address: crypto.PubkeyToAddress(key.PublicKey), PrivateKey: key},
		testPassword, keystore.LightScryptN, keystore.LightScryptP)
	if err != nil {
		t.Fatal(err)
	}
	return writeFile(t, "keystore.json", string(text))
}

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestOpenWallet(t *testing.T) {
	file := writeKeystore(t)
	text := func(s string) types.String { return types.StringValue(s) }
	none := &walletModel{}
	for name, test := range map[string]struct {
		settings *walletModel
		env      map[string]string
		want     string // part of the error; empty: the wallet opens
	}{
		"key in the environment":    {nil, map[string]string{privateKeyVariable: "0x" + testKey}, ""},
		"key without a prefix":      {none, map[string]string{privateKeyVariable: testKey}, ""},
		"key in another variable":   {&walletModel{PrivateKeyEnv: text("OWN_KEY")}, map[string]string{"OWN_KEY": testKey, privateKeyVariable: "other"}, ""},
		"keystore and variable":     {&walletModel{Keystore: text(file)}, map[string]string{passwordVariable: testPassword}, ""},
		"keystore and file":         {&walletModel{Keystore: text(file), PasswordFile: text(writeFile(t, "password", testPassword+"\n"))}, nil, ""},
		"nothing":                   {nil, nil, "$C2D_PRIVATE_KEY is not set"},
		"another variable, empty":   {&walletModel{PrivateKeyEnv: text("OWN_KEY")}, nil, "$OWN_KEY is not set"},
		"two wallets":               {&walletModel{Keystore: text(file)}, map[string]string{privateKeyVariable: testKey}, "expected one of the two"},
		"no key":                    {nil, map[string]string{privateKeyVariable: "secret-word"}, "32 bytes in hexadecimal"},
		"wrong password":            {&walletModel{Keystore: text(file)}, map[string]string{passwordVariable: "secret-word"}, "password is not its own"},
		"no password":               {&walletModel{Keystore: text(file)}, nil, "wallet.password_file or $C2D_KEYSTORE_PASSWORD"},
		"no keystore":               {&walletModel{Keystore: text(file + "x")}, map[string]string{passwordVariable: "x"}, "wallet.keystore: open"},
		"something else":            {&walletModel{Keystore: text(writeFile(t, "k", testKey))}, map[string]string{passwordVariable: "x"}, "keystore"},
		"a huge keystore":           {&walletModel{Keystore: text(writeFile(t, "k", strings.Repeat(" ", maxSecretFile+1)))}, map[string]string{passwordVariable: "x"}, "expected a small file"},
		"external":                  {&walletModel{Signer: &walletSignerModel{URL: text("http://localhost:8550"), API: text("Clef"), Address: text(testAddress)}}, nil, ""},
		"external at a bad address": {&walletModel{Signer: &walletSignerModel{URL: text("http://localhost:8550"), API: text("Clef"), Address: text(strings.ToLower(testAddress))}}, nil, "EIP-55"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, variable := range []string{privateKeyVariable, passwordVariable, "OWN_KEY"} {
				t.Setenv(variable, test.env[variable])
				if _, set := test.env[variable]; !set {
					if err := os.Unsetenv(variable); err != nil {
						t.Fatal(err)
					}
				}
			}
			opened, err := openWallet(test.settings)
			if test.want == "" {
				if err != nil || opened.Address().Hex() != testAddress {
					t.Fatalf("got %v, %v", opened, err)
				}
				if shown := fmt.Sprintf("%v %+v %#v", opened, opened, opened); strings.Contains(shown, testKey) {
					t.Errorf("the key is shown: %s", shown)
				}
				return
			}
			if !errors.Is(err, errWallet) || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, want %q", err, test.want)
			}
			for _, secret := range []string{testKey, testPassword, "secret-word"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error shows a secret: %v", err)
				}
			}
		})
	}
}

// startSigner serves eth_signTypedData with a key, as Web3Signer does.
func startSigner(t *testing.T, key string) (url string) {
	t.Helper()
	signer, err := wallet.FromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var call struct {
			Method string
			Params []string
		}
		var data apitypes.TypedData
		if err := json.NewDecoder(r.Body).Decode(&call); err != nil || call.Method != "eth_signTypedData" || len(call.Params) != 2 || json.Unmarshal([]byte(call.Params[1]), &data) != nil {
			http.Error(w, "what is that?", http.StatusBadRequest)
			return
		}
		signature, err := signer.SignTypedData(r.Context(), data)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"jsonrpc": "2.0", "id": 1, "result": hexutil.Encode(signature)})
	}))
	t.Cleanup(server.Close)
	return server.URL
}
