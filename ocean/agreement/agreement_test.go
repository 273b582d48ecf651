package agreement

import (
	"context"
	"crypto/ecdsa"
	"encoding/hex"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/signer/core/apitypes"
)

// consumerKey is the second account of the well-known mnemonic of development chains, which nobody keeps money in.
var consumerKey = parseKey("59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d")

func parseKey(text string) *ecdsa.PrivateKey {
	key, err := crypto.HexToECDSA(text)
	if err != nil {
		panic(err)
	}
	return key
}

// key signs with a private key in memory.
type key struct{ private *ecdsa.PrivateKey }

func (k key) Address() common.Address { return crypto.PubkeyToAddress(k.private.PublicKey) }

func (k key) SignTypedData(_ context.Context, data apitypes.TypedData) ([]byte, error) {
	digest, _, err := apitypes.TypedDataAndHash(data)
	if err != nil {
		return nil, err
	}
	signature, err := crypto.Sign(digest, k.private)
	if err != nil {
		return nil, err
	}
	signature[crypto.RecoveryIDOffset] += 27
	return signature, nil
}

func testTerms() *Terms {
	return &Terms{
		ChainID:        8996,
		Escrow:         common.HexToAddress("0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512"),
		Namespace:      "lab",
		Name:           "study",
		Environment:    "default",
		EnvironmentUID: "0b1fd4c2-67b5-4b0e-9d5c-0f3c7e6f9a11",
		Consumer:       crypto.PubkeyToAddress(consumerKey.PublicKey),
		Payee:          common.HexToAddress("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"),
		Datasets: []Dataset{
			{DID: "did:op:" + strings.Repeat("b", 64), Namespace: "hospital", Name: "tumours"},
			{DID: "did:c2d:" + strings.Repeat("a", 64), Namespace: "hospital", Name: "scans"},
		},
		Algorithms: []string{"sha256:" + strings.Repeat("c", 64), "did:op:" + strings.Repeat("d", 64)},
		Token:      common.HexToAddress("0x5FbDB2315678afecb367f032d93F642f64180aa3"),
		MaxAmount:  big.NewInt(25_000_000),
		Prices:     testPrices(),
		ExpiresAt:  time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
		Nonce:      "1",
	}
}

func testPrices() Prices {
	return Prices{CPU: big.NewInt(1_000_000), MemoryGiB: big.NewInt(200_000), DiskGiB: big.NewInt(1000)}
}

// TestDigest compares with what TypedDataEncoder.hash of ethers 6 makes of the same terms, lists sorted.
func TestDigest(t *testing.T) {
	digest, err := testTerms().Digest()
	if err != nil {
		t.Fatal(err)
	}
	if want := "0xdce9095e89b674cd071cc54104bb42c61eae91db68abfa1ef529b0db557363d6"; digest.Hex() != want {
		t.Errorf("got %s, want %s", digest, want)
	}
	other := testTerms()
	other.Datasets[0], other.Datasets[1] = other.Datasets[1], other.Datasets[0]
	other.Algorithms[0], other.Algorithms[1] = other.Algorithms[1], other.Algorithms[0]
	other.ExpiresAt = other.ExpiresAt.Add(time.Second - 1).In(time.FixedZone("", 3600))
	if again, err := other.Digest(); err != nil || again != digest {
		t.Errorf("the order of lists, a time zone or a fraction of a second makes another digest: %s, %v", again, err)
	}
}

// TestCopiesAreVoid changes each of the terms under a signature.
func TestCopiesAreVoid(t *testing.T) {
	signature, err := Sign(t.Context(), key{consumerKey}, testTerms())
	if err != nil {
		t.Fatal(err)
	}
	if want := "0xd1421ecb63bf0aa155a13149e1d824ae22a9533f7ff248767ba6c154f649faf57367c5e8be6317462f125fc6d1229823b8876120725ef1f0ffe7e18f79f3aa951c"; signature != want {
		t.Errorf("signature: got %s, want that of ethers, %s", signature, want)
	}
	if err := Verify(testTerms(), signature); err != nil {
		t.Fatalf("over the same terms: %v", err)
	}
	elsewhere := common.HexToAddress("0x90F79bf6EB2c4f870365E785982E1f101E93b906")
	for name, change := range map[string]func(*Terms){
		"namespace":         func(t *Terms) { t.Namespace = "other" },
		"name":              func(t *Terms) { t.Name = "other" },
		"border of names":   func(t *Terms) { t.Namespace, t.Name = "labs", "tudy" },
		"environment":       func(t *Terms) { t.Environment = "other" },
		"cluster":           func(t *Terms) { t.EnvironmentUID = "6a7d8c11-0000-4b0e-9d5c-0f3c7e6f9a11" },
		"chain":             func(t *Terms) { t.ChainID = 1 },
		"escrow":            func(t *Terms) { t.Escrow = elsewhere },
		"consumer":          func(t *Terms) { t.Consumer = elsewhere },
		"payee":             func(t *Terms) { t.Payee = elsewhere },
		"token":             func(t *Terms) { t.Token = elsewhere },
		"amount":            func(t *Terms) { t.MaxAmount = big.NewInt(25_000_001) },
		"price of cpu":      func(t *Terms) { t.Prices.CPU = big.NewInt(999_999) },
		"price of memory":   func(t *Terms) { t.Prices.MemoryGiB = big.NewInt(200_001) },
		"price of disk":     func(t *Terms) { t.Prices.DiskGiB = big.NewInt(0) },
		"prices exchanged":  func(t *Terms) { t.Prices.CPU, t.Prices.DiskGiB = t.Prices.DiskGiB, t.Prices.CPU },
		"dataset":           func(t *Terms) { t.Datasets[0].DID = "did:op:" + strings.Repeat("e", 64) },
		"dataset namespace": func(t *Terms) { t.Datasets[0].Namespace = "other" },
		"dataset name":      func(t *Terms) { t.Datasets[0].Name = "other" },
		"one dataset less":  func(t *Terms) { t.Datasets = t.Datasets[:1] },
		"one dataset more":  func(t *Terms) { t.Datasets = append(t.Datasets, t.Datasets[0]) },
		"algorithm":         func(t *Terms) { t.Algorithms[0] = "*" },
		"one algorithm less": func(t *Terms) {
			t.Algorithms = t.Algorithms[:1]
		},
		"expiry": func(t *Terms) { t.ExpiresAt = t.ExpiresAt.Add(time.Second) },
		"nonce":  func(t *Terms) { t.Nonce = "2" },
	} {
		terms := testTerms()
		change(terms)
		if err := Verify(terms, signature); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: the signature holds for another one: %v", name, err)
		}
	}
}

// TestMalformedSignatures tries what is not a signature in its one form.
func TestMalformedSignatures(t *testing.T) {
	signature, err := Sign(t.Context(), key{consumerKey}, testTerms())
	if err != nil {
		t.Fatal(err)
	}
	raw := hexutil.MustDecode(signature)
	with := func(change func([]byte) []byte) string { return hexutil.Encode(change(append([]byte{}, raw...))) }
	// The other signature of the same key over the same terms: s and v turned round.
	high := with(func(b []byte) []byte {
		s := new(big.Int).Sub(crypto.S256().Params().N, new(big.Int).SetBytes(b[32:64]))
		s.FillBytes(b[32:64])
		b[64] = 27 + (28 - b[64])
		return b
	})
	for name, text := range map[string]string{
		"empty":            "",
		"no prefix":        strings.TrimPrefix(signature, "0x"),
		"no hex":           "0x" + strings.Repeat("zz", 65),
		"64 bytes":         with(func(b []byte) []byte { return b[:64] }),
		"66 bytes":         with(func(b []byte) []byte { return append(b, 0) }),
		"upper s":          high,
		"v is 2":           with(func(b []byte) []byte { b[64] = 2; return b }),
		"v is 29":          with(func(b []byte) []byte { b[64] = 29; return b }),
		"v of a chain":     with(func(b []byte) []byte { b[64] = 37; return b }),
		"v turned round":   with(func(b []byte) []byte { b[64] = 27 + (28 - b[64]); return b }),
		"r is 0":           with(func(b []byte) []byte { clear(b[:32]); return b }),
		"s is 0":           with(func(b []byte) []byte { clear(b[32:64]); return b }),
		"all zero":         "0x" + strings.Repeat("00", 65),
		"r is the order":   with(func(b []byte) []byte { crypto.S256().Params().N.FillBytes(b[:32]); return b }),
		"r is on no curve": with(func(b []byte) []byte { clear(b[:32]); b[31] = 5; return b }),
	} {
		if err := Verify(testTerms(), text); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: got %v, want a refusal", name, err)
		}
	}
	for name, text := range map[string]string{
		"v is 0 or 1": with(func(b []byte) []byte { b[64] -= 27; return b }),
		"upper case":  "0x" + strings.ToUpper(hex.EncodeToString(raw)),
	} {
		if err := Verify(testTerms(), text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// liar is an external signer that signs something else.
type liar struct{ Signer }

func (l liar) SignTypedData(ctx context.Context, data apitypes.TypedData) ([]byte, error) {
	data.Domain.Name = "something else"
	return l.Signer.SignTypedData(ctx, data)
}

func TestSignersAreNotBelieved(t *testing.T) {
	if _, err := Sign(t.Context(), liar{key{consumerKey}}, testTerms()); !errors.Is(err, ErrSignature) {
		t.Errorf("a signer that signs something else: got %v", err)
	}
	stranger := parseKey("5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a")
	if _, err := Sign(t.Context(), key{stranger}, testTerms()); err == nil || !strings.Contains(err.Error(), "expected that of the consumer") {
		t.Errorf("another wallet: got %v", err)
	}
}

// TestTermsThatLeaveSomethingOpen are not signed, and no signature holds for them.
func TestTermsThatLeaveSomethingOpen(t *testing.T) {
	for name, change := range map[string]func(*Terms){
		"chain":           func(t *Terms) { t.ChainID = 0 },
		"escrow":          func(t *Terms) { t.Escrow = common.Address{} },
		"environment UID": func(t *Terms) { t.EnvironmentUID = "" },
		"payee":           func(t *Terms) { t.Payee = common.Address{} },
		"payee = payer":   func(t *Terms) { t.Payee = t.Consumer },
		"datasets":        func(t *Terms) { t.Datasets = nil },
		"DID":             func(t *Terms) { t.Datasets[0].DID = "" },
		"algorithms":      func(t *Terms) { t.Algorithms = nil },
		"amount":          func(t *Terms) { t.MaxAmount = nil },
		"zero":            func(t *Terms) { t.MaxAmount = new(big.Int) },
		"2^256":           func(t *Terms) { t.MaxAmount = new(big.Int).Lsh(big.NewInt(1), 256) },
		"prices":          func(t *Terms) { t.Prices.DiskGiB = nil },
		"negative price":  func(t *Terms) { t.Prices.DiskGiB = big.NewInt(-1) },
		"expiry":          func(t *Terms) { t.ExpiresAt = time.Time{} },
		"nonce":           func(t *Terms) { t.Nonce = "" },
	} {
		terms := testTerms()
		change(terms)
		if _, err := Sign(t.Context(), key{consumerKey}, terms); err == nil {
			t.Errorf("%s: signed", name)
		}
	}
}
