package contracts

import (
	"testing"

	"github.com/ethereum/go-ethereum/common"
)

// The topics that Ocean's deployments of these versions emit; with another one, events would be overlooked.
func TestTopics(t *testing.T) {
	for name, test := range map[string]struct {
		got  common.Hash
		want string
	}{
		"Lock":         {NewEscrow().GetABI().Events["Lock"].ID, "0xb746b042"},
		"Claimed":      {NewEscrow().GetABI().Events["Claimed"].ID, "0x77aeb72a"},
		"Canceled":     {NewEscrow().GetABI().Events["Canceled"].ID, "0x5bcb66e3"},
		"OrderStarted": {NewERC20Template().GetABI().Events["OrderStarted"].ID, "0xe1c4fa79"},
		"OrderReused":  {NewERC20Template().GetABI().Events["OrderReused"].ID, "0x526e3144"},
		"Metadata":     {NewERC721Template().GetABI().Events["MetadataCreated"].ID, "0x5463569d"},
	} {
		if got := test.got.Hex()[:len(test.want)]; got != test.want {
			t.Errorf("%s has topic %s, want %s", name, got, test.want)
		}
	}
}

func TestOn(t *testing.T) {
	published := On(11155111, Addresses{})
	if want := common.HexToAddress("0xd09789Ce05aa0f6feFc18315de4964Db07Cc0618"); published.Escrow != want {
		t.Errorf("escrow on Sepolia is %s, want %s", published.Escrow, want)
	}
	mine := common.HexToAddress("0x01")
	overridden := On(11155111, Addresses{Escrow: mine})
	if overridden.Escrow != mine || overridden.ERC721Factory != published.ERC721Factory {
		t.Errorf("got %+v, want the published addresses but for the escrow", overridden)
	}
	if got := On(8996, Addresses{}); got != (Addresses{}) {
		t.Errorf("a chain that is not published has addresses: %+v", got)
	}
	seen := map[uint64]string{}
	for _, network := range Networks() {
		if other, twice := seen[network.ChainID]; twice || network.ChainID == 0 || network.ERC721Factory == (common.Address{}) {
			t.Errorf("%s: chain id %d (also %q), factory %s", network.Name, network.ChainID, other, network.ERC721Factory)
		}
		seen[network.ChainID] = network.Name
	}
}
