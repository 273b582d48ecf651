package publication

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/contracts"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/publish"
)

const (
	// maxDDO in bytes: it is kept in the status.
	maxDDO = 32 << 10
	// maxMismatches that are told.
	maxMismatches = 5
)

// page is what a chain says of an NFT, whoever claims it. Its contract may be anybody's: what does not answer as Ocean's does
// is an answer too.
type page struct {
	read     time.Time
	metadata *publish.Metadata
	// fault in the events themselves.
	fault error
	// doc is the DDO that the metadata is, or docFault says why it is none.
	doc      *ocean.DDO
	docFault error
	// issued says that the datatoken of the DDO's compute service is one of the NFT's.
	issued bool
	// publisher is who has set the DDO and owns the NFT, if the contract can be believed.
	publisher common.Address
}

// readPage of an NFT from a block on. The error is that of a chain that does not answer.
func readPage(ctx context.Context, client *chain.Client, environment *v1alpha1.ComputeEnvironment, address common.Address, since uint64) (*page, error) {
	p := &page{read: time.Now()}
	nft := publish.At(client, address)
	var err error
	if p.metadata, err = nft.Metadata(ctx, since); !answered(err) {
		return nil, err
	} else if err != nil {
		p.fault = err
		return p, nil //nolint:nilerr // The page tells it.
	}
	if p.metadata == nil {
		return p, nil
	}
	if p.doc, p.docFault = p.metadata.DDO(); p.docFault != nil {
		return p, nil //nolint:nilerr // The page tells it.
	}
	if service, _, ok := p.doc.ComputeService(); ok {
		if p.issued, err = nft.Issued(ctx, common.HexToAddress(service.DatatokenAddress)); !answered(err) {
			return nil, err
		}
	}
	owner, err := nft.Owner(ctx)
	if !answered(err) {
		return nil, err
	}
	if err != nil || owner != p.metadata.By {
		return p, nil //nolint:nilerr // Nobody is known to be its publisher then.
	}
	factory := contracts.On(client.ChainID(), contracts.Addresses{
		ERC721Factory: common.HexToAddress(string(environment.Spec.Payment.Chain.NFTFactory)),
	}).ERC721Factory
	if factory == (common.Address{}) {
		return p, nil
	}
	made, err := nft.MadeBy(ctx, factory)
	if !answered(err) {
		return nil, err
	}
	if err == nil && made {
		p.publisher = owner
	}
	return p, nil
}

// answered says whether a chain has answered, if only that a contract refuses or makes no sense.
func answered(err error) bool {
	reason := chain.ReasonOf(err)
	return reason == "" || reason == chain.Reverted
}

type matcher func(*ocean.DDO) ([]ocean.Mismatch, error)

// judge whether what stands there is the object that claims it.
func (p *page) judge(nft *v1alpha1.NFT, did string, match matcher) (*v1alpha1.Publication, error) {
	m := p.metadata
	switch {
	case p.fault != nil:
		return nil, &Fault{v1alpha1.ReasonDDOInvalid, sentence("%s", p.fault)}
	case m == nil:
		return nil, &Fault{v1alpha1.ReasonDDONotFound, fmt.Sprintf(
			"NFT %s on chain %d has no metadata that enough blocks lie upon: expected the DDO of this object.", nft.Address, nft.ChainID)}
	case !m.State.Usable():
		return nil, &Fault{v1alpha1.ReasonNFTWithdrawn, fmt.Sprintf(
			"NFT %s on chain %d is in state %d, expected 0 (active) or 5 (unlisted).", nft.Address, nft.ChainID, m.State)}
	case p.docFault != nil:
		return nil, &Fault{v1alpha1.ReasonDDOInvalid, sentence("NFT %s on chain %d: %s", nft.Address, nft.ChainID, p.docFault)}
	case len(m.Data) > maxDDO:
		return nil, &Fault{v1alpha1.ReasonDDOInvalid, fmt.Sprintf(
			"NFT %s on chain %d: the DDO has %d bytes, expected at most %d.", nft.Address, nft.ChainID, len(m.Data), maxDDO)}
	}
	if err := compare(p.doc, match); err != nil {
		return nil, err
	}
	service, index, _ := p.doc.ComputeService()
	datatoken := common.HexToAddress(service.DatatokenAddress)
	if !p.issued {
		return nil, &Fault{v1alpha1.ReasonDDOMismatch, fmt.Sprintf(
			"The DDO on chain is not that of this object: services.datatokenAddress is %s on chain, expected a datatoken of NFT %s.", datatoken, nft.Address)}
	}
	found := &v1alpha1.Publication{
		DID: did, State: int32(m.State), Datatoken: v1alpha1.Address(datatoken.Hex()), ServiceIndex: index,
		DDOSHA256: hex.EncodeToString(m.Hash[:]), Block: int64(m.Block), DDO: string(m.Data),
	}
	if p.publisher != (common.Address{}) {
		found.Publisher = v1alpha1.Address(p.publisher.Hex())
	}
	return found, nil
}

// compare a DDO with the object; the error is a *Fault where they differ.
func compare(doc *ocean.DDO, match matcher) error {
	differ, err := match(doc)
	if err != nil {
		return err
	}
	if len(differ) == 0 {
		return nil
	}
	texts := make([]string, 0, maxMismatches+1)
	for i, mismatch := range differ {
		if i == maxMismatches {
			texts = append(texts, fmt.Sprintf("and %d more", len(differ)-i))
			break
		}
		texts = append(texts, mismatch.String())
	}
	return &Fault{v1alpha1.ReasonDDOMismatch, "The DDO on chain is not that of this object: " + strings.Join(texts, "; ") + "."}
}
