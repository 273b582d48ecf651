package ocean

import (
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
)

// TestDID takes vectors from Ocean's own fixtures and documentation: those of its Provider, of ddo.js and of its docs.
func TestDID(t *testing.T) {
	for _, test := range []struct {
		address string
		chainID int64
		did     string
	}{
		{"0x7358776DACe83a4b48E698645F32B043481daCBA", 8996, "did:op:e16a777d1f146dba369cf98d212f34c17d9de516fcda5c9546076cf043ba6e37"},
		{"0xa072B0D477fae1aBE3537Ff66A8389B184E18F4d", 8996, "did:op:706d7452b1a25b183051fe02f2ad902d54fc45a43fdcee26b20f21684b5dee72"},
		{"0xBB1081DbF3227bbB233Db68f7117114baBb43656", 137, "did:op:fa0e8fa9550e8eb13392d6eeb9ba9f8111801b332c8d2345b350b3bc66b379d5"},
	} {
		if got := DID(test.chainID, common.HexToAddress(test.address)); got != test.did {
			t.Errorf("%s on %d: got %s, want %s", test.address, test.chainID, got, test.did)
		}
		if got := DID(test.chainID, common.HexToAddress(strings.ToLower(test.address))); got != test.did {
			t.Errorf("%s on %d in lower case: got %s, want %s", test.address, test.chainID, got, test.did)
		}
	}
}

func TestOceanChecksums(t *testing.T) {
	// The fixture of Ocean's Provider: oceanprotocol/algo_dockers:python-branin.
	const digest = "sha256:8221d20c1c16491d7d56b9657ea09082c0ee4a8ab1a6621fa720da58b09580e4"
	if got, want := ContainerSectionChecksum("run.sh", digest), "20d3f5667b2068e84db5465fb51aa405b06a0ff791635048d7976ec7f5abdc73"; got != want {
		t.Errorf("containerSectionChecksum: got %s, want %s", got, want)
	}
	// FIPS 180-2: of "abc", and of nothing.
	const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	const nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	if got, err := FilesChecksum(abc, nothing); err != nil || got != abc+nothing {
		t.Errorf("filesChecksum: got %s, %v", got, err)
	}
	if got, err := FilesChecksum(); err != nil || got != "" {
		t.Errorf("filesChecksum of no files: got %s, %v", got, err)
	}
	for _, sum := range []string{"", abc[:63], abc + "0", strings.ToUpper(abc), strings.Repeat("x", 64)} {
		if _, err := FilesChecksum(abc, sum); err == nil {
			t.Errorf("%q is taken for a SHA-256", sum)
		}
	}
}

func TestParseAddress(t *testing.T) {
	// The examples of EIP-55.
	for _, text := range []string{
		"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
		"0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
	} {
		if address, err := ParseAddress(text); err != nil || address.Hex() != text {
			t.Errorf("%s: %s, %v", text, address, err)
		}
		for name, wrong := range map[string]string{
			"lower case": strings.ToLower(text),
			"upper case": "0x" + strings.ToUpper(text[2:]),
			"no prefix":  text[2:],
			"short":      text[:41],
			"long":       text + "0",
			"a space":    text + " ",
		} {
			if _, err := ParseAddress(wrong); err == nil {
				t.Errorf("%s: %q is taken", name, wrong)
			}
		}
	}
	for _, text := range []string{"", "0x", "tumours.eth", "0x" + strings.Repeat("0", 40), "0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"} {
		if _, err := ParseAddress(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

func TestParseAmount(t *testing.T) {
	const largest = "115792089237316195423570985008687907853269984665640564039457584007913129639935"
	for _, text := range []string{"0", "1", "25000000", largest} {
		if amount, err := ParseAmount(text); err != nil || amount.String() != text {
			t.Errorf("%s: %s, %v", text, amount, err)
		}
	}
	for _, text := range []string{"", "-1", "+1", "01", "1.0", "1e6", "0x10", "1_000", " 1", "one", largest[:77] + "6", largest + "0", strings.Repeat("9", 1000)} {
		if _, err := ParseAmount(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
