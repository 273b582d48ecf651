package ocean

import (
	"encoding/json"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// indexed is what Ocean's metadata API (/api/aquarius/assets/ddo/{did}) knows of an asset beside its DDO.
type indexed struct {
	NFT        assetNFT         `json:"nft"`
	Datatokens []assetDatatoken `json:"datatokens"`
	Event      assetEvent       `json:"event"`
	Purgatory  assetPurgatory   `json:"purgatory"`
}

type assetNFT struct {
	Address v1alpha1.Address `json:"address"`
	State   int32            `json:"state"`
}

type assetDatatoken struct {
	Address   v1alpha1.Address `json:"address"`
	ServiceID string           `json:"serviceId"`
}

type assetEvent struct {
	Block    int64            `json:"block"`
	Contract v1alpha1.Address `json:"contract"`
}

type assetPurgatory struct {
	State bool `json:"state"`
}

// Asset is what is published as an NFT, in the form of Ocean's metadata API, as JSON: the DDO as it stands on chain, with what
// an index knows of it. What the DDO itself says of that does not count.
func Asset(nft *v1alpha1.NFT, found *v1alpha1.Publication) ([]byte, error) {
	doc, err := ParseDDO([]byte(found.DDO))
	if err != nil {
		return nil, err
	}
	known := indexed{
		NFT:        assetNFT{Address: nft.Address, State: found.State},
		Datatokens: make([]assetDatatoken, len(doc.Services)),
		Event:      assetEvent{Block: found.Block, Contract: nft.Address},
	}
	for i, service := range doc.Services {
		known.Datatokens[i] = assetDatatoken{Address: v1alpha1.Address(service.DatatokenAddress), ServiceID: service.ID}
	}
	text, err := json.Marshal(known)
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	for _, part := range [][]byte{[]byte(found.DDO), text} {
		if err := json.Unmarshal(part, &fields); err != nil {
			return nil, err
		}
	}
	return json.Marshal(fields)
}
