package ocean_test

import (
	"strings"
	"testing"

	"github.com/compute-to-data/terraform-provider-c2d/ocean"
)

// Whoever owns an NFT writes its DDO: what is taken has the id of its NFT, and none of it breaks what is done with it.
func FuzzParseDDO(f *testing.F) {
	f.Add([]byte(`{"version":"4.7.0","id":"did:op:x","chainId":1,"nftAddress":"0x0000000000000000000000000000000000000001","services":[{"type":"compute","datatokenAddress":"0x0000000000000000000000000000000000000002","timeout":3600}]}`))
	f.Add([]byte(strings.Repeat("[", 40)))
	f.Fuzz(func(t *testing.T, text []byte) {
		doc, err := ocean.ParseDDO(text)
		if err != nil {
			return
		}
		if !strings.HasPrefix(doc.ID, "did:op:") || doc.ChainID <= 0 {
			t.Errorf("taken: %+v", doc)
		}
		doc.ComputeService()
	})
}
