package ocean

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"k8s.io/apimachinery/pkg/types"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// Mismatch is a field in which a DDO on chain is not that of an object.
type Mismatch struct {
	Field, OnChain, Expected string
}

// String is the mismatch in words.
func (m Mismatch) String() string {
	return fmt.Sprintf("%s is %.100q on chain, expected %.100q", m.Field, m.OnChain, m.Expected)
}

// MatchDataset compares a DDO on chain with the dataset that claims it by spec.nft. The DID counts when nothing differs of
// what binds them, and of what a consumer relies on who has read the DDO alone: the NFT, the object that the DDO speaks
// of, the type, the license, the timeout of access and the parameters. Words for people, and times, may differ.
func MatchDataset(doc *DDO, dataset *v1alpha1.Dataset, cluster types.UID) ([]Mismatch, error) {
	want, err := newDatasetDDO(dataset)
	if err != nil {
		return nil, err
	}
	want.Metadata.AdditionalInformation = &DDOAddition{C2D: &DDOBinding{
		Object: ObjectHash(cluster, v1alpha1.KindDataset, dataset.Namespace, dataset.Name),
	}}
	return match(doc, want, dataset.Spec.NFT)
}

// MatchAlgorithm compares a DDO on chain with the algorithm that claims it by spec.nft, as MatchDataset. All that runs must
// be what the DDO says: its checksum, and the container's entrypoint and digest, which Ocean's own tools look at.
func MatchAlgorithm(doc *DDO, algorithm *v1alpha1.Algorithm, cluster types.UID) ([]Mismatch, error) {
	want, err := newAlgorithmDDO(algorithm)
	if err != nil {
		return nil, err
	}
	checksum, err := AlgorithmChecksum(&algorithm.Spec)
	if err != nil {
		return nil, err
	}
	want.Metadata.AdditionalInformation = &DDOAddition{C2D: &DDOBinding{
		Object:   ObjectHash(cluster, v1alpha1.KindAlgorithm, algorithm.Namespace, algorithm.Name),
		Checksum: checksum,
	}}
	return match(doc, want, algorithm.Spec.NFT)
}

func match(doc, want *DDO, nft *v1alpha1.NFT) ([]Mismatch, error) {
	if nft == nil {
		return nil, fmt.Errorf("the object has no spec.nft: expected the NFT that it is published as")
	}
	address, err := ParseAddress(string(nft.Address))
	if err != nil {
		return nil, fmt.Errorf("spec.nft.address: %w", err)
	}
	service, _, ok := doc.ComputeService()
	if !ok {
		return []Mismatch{{"services", fmt.Sprintf("%d services, none or several of type compute", len(doc.Services)), "one of type compute"}}, nil
	}
	var found []Mismatch
	compare := func(field string, onChain, expected any) {
		if a, b := fmt.Sprint(onChain), fmt.Sprint(expected); a != b {
			found = append(found, Mismatch{field, a, b})
		}
	}
	compare("id", doc.ID, DID(nft.ChainID, address))
	compare("chainId", doc.ChainID, nft.ChainID)
	compare("nftAddress", common.HexToAddress(doc.NFTAddress), address)
	compare("metadata.type", doc.Metadata.Type, want.Metadata.Type)
	compare("metadata.license", doc.Metadata.License, want.Metadata.License)
	got, bound := binding(doc), binding(want)
	compare("metadata.additionalInformation.c2d.object", got.Object, bound.Object)
	compare("metadata.additionalInformation.c2d.checksum", got.Checksum, bound.Checksum)
	compare("services.timeout", service.Timeout, want.Services[0].Timeout)
	compare("services.consumerParameters", parameters(service.ConsumerParameters), parameters(want.Services[0].ConsumerParameters))
	if compute := service.Compute; compute != nil {
		compare("services.compute.allowRawAlgorithm", compute.AllowRawAlgorithm, false)
		compare("services.compute.allowNetworkAccess", compute.AllowNetworkAccess, false)
	}
	if runs := want.Metadata.Algorithm; runs != nil {
		said := cmp.Or(doc.Metadata.Algorithm, &DDOAlgorithm{})
		compare("metadata.algorithm.container.entrypoint", said.Container.Entrypoint, runs.Container.Entrypoint)
		compare("metadata.algorithm.container.checksum", said.Container.Checksum, runs.Container.Checksum)
		compare("metadata.algorithm.consumerParameters", parameters(said.ConsumerParameters), parameters(runs.ConsumerParameters))
	}
	return found, nil
}

func binding(doc *DDO) DDOBinding {
	if addition := doc.Metadata.AdditionalInformation; addition != nil && addition.C2D != nil {
		return *addition.C2D
	}
	return DDOBinding{}
}

// parameters in one line, without what is only for people.
func parameters(list []DDOParameter) string {
	lines := make([]string, len(list))
	for i, p := range list {
		lines[i] = fmt.Sprintf("%q %s required=%t default=%q options=%q", p.Name, p.Type, p.Required, p.Default, p.Options)
	}
	slices.Sort(lines)
	return strings.Join(lines, "; ")
}
