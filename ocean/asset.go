package ocean

import (
	"encoding/json"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// asset is a DDO with what an index knows of it, in the form of Ocean's metadata API: /api/aquarius/assets/ddo/{did}.
type asset struct {
	*DDO
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

// DatasetAsset is a dataset in the form of Ocean's metadata API, as JSON. One that is not published is its DDO alone.
func DatasetAsset(dataset *v1alpha1.Dataset) ([]byte, error) {
	doc, err := newDatasetDDO(dataset)
	if err != nil {
		return nil, err
	}
	return doc.asset(dataset.Spec.NFT, dataset.Status.Published)
}

// AlgorithmAsset is an algorithm in the form of Ocean's metadata API, as JSON. One that is not published is its DDO alone.
func AlgorithmAsset(algorithm *v1alpha1.Algorithm) ([]byte, error) {
	doc, err := newAlgorithmDDO(algorithm)
	if err != nil {
		return nil, err
	}
	return doc.asset(algorithm.Spec.NFT, algorithm.Status.Published)
}

func (d *DDO) asset(nft *v1alpha1.NFT, found *v1alpha1.Publication) ([]byte, error) {
	d.published(nft, found)
	if d.NFTAddress == "" {
		return json.Marshal(d)
	}
	return json.Marshal(asset{
		DDO:        d,
		NFT:        assetNFT{Address: nft.Address, State: found.State},
		Datatokens: []assetDatatoken{{Address: found.Datatoken, ServiceID: d.Services[0].ID}},
		Event:      assetEvent{Block: found.Block, Contract: nft.Address},
	})
}
