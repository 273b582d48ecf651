package provider

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ethereum/go-ethereum/common"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	k8stypes "k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/contracts"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/publish"
)

// publish the document that the model asks for, unless it is on chain already, and fill in the rest of the model.
func (r *ddoResource) publish(ctx context.Context, m *ddoModel) diag.Diagnostics {
	action := "publish the DDO of NFT " + m.NFT.Address.ValueString()
	chainClient, err := clientOn(r.ledger, m.NFT.ChainID)
	if err != nil {
		return explainChain(action, err)
	}
	nft := publish.At(chainClient, common.HexToAddress(m.NFT.Address.ValueString()))
	facts, err := nft.Facts(ctx)
	if err != nil {
		return explainGone(action, err)
	}
	text, err := r.document(ctx, m, nft, facts)
	if err != nil {
		return explainDocument(action, err)
	}
	sum := sha256.Sum256(text)
	var found *publish.Metadata
	if facts.HasMetadata {
		if found, err = nft.Metadata(ctx, since(m, chainClient.ChainID())); err != nil {
			return explainChain(action, err)
		}
	}
	if found == nil || found.Hash != sum || string(found.Data) != string(text) {
		if found, err = r.set(ctx, nft, text, facts.State); err != nil {
			return explainChain(action, err)
		}
	}
	m.setNames()
	if m.Dataset == nil && m.Algorithm == nil && m.DatatokenAddress.IsUnknown() {
		m.DatatokenAddress = types.StringNull()
	}
	m.Current = types.BoolValue(true)
	diags := m.setFound(found)
	if !diags.HasError() && facts.State.Usable() {
		diags.Append(r.seen(ctx, m)...)
	}
	return diags
}

// set the metadata, and wait until it is confirmed. It reads back what is on chain then.
func (r *ddoResource) set(ctx context.Context, nft *publish.NFT, text []byte, state publish.State) (*publish.Metadata, error) {
	sender, err := r.ledger.sender()
	if err != nil {
		return nil, err
	}
	sent, err := nft.SetMetadata(ctx, sender, text, state)
	receipt, err := r.ledger.confirm(ctx, sender, sent, err)
	if err != nil {
		return nil, err
	}
	return &publish.Metadata{
		State: state, Data: text, Hash: sha256.Sum256(text), Block: receipt.BlockNumber.Uint64(), Transaction: receipt.TxHash,
	}, nil
}

// setFound takes over what is on chain.
func (m *ddoModel) setFound(found *publish.Metadata) diag.Diagnostics {
	var err error
	if m.Block, err = int64Of(found.Block); err != nil {
		return explainChain("read the DDO", err)
	}
	m.Transaction = types.StringValue(found.Transaction.Hex())
	m.SHA256, m.JSON = types.StringNull(), types.StringNull()
	if len(found.Data) > 0 {
		sum := sha256.Sum256(found.Data)
		m.SHA256 = types.StringValue(hex.EncodeToString(sum[:]))
		if utf8.Valid(found.Data) {
			m.JSON = types.StringValue(string(found.Data))
		}
	}
	return nil
}

// since which block the metadata of an NFT is looked for: where it was set last, as far as that is known.
func since(m *ddoModel, chainID uint64) uint64 {
	if known := m.Block.ValueInt64(); known > 0 {
		return uint64(known)
	}
	for _, network := range contracts.Networks() {
		if network.ChainID == chainID {
			return network.StartBlock
		}
	}
	return 0
}

// read what is on chain, and whether that is what the object asks for; false where nothing was ever set.
func (r *ddoResource) read(ctx context.Context, m *ddoModel) (bool, diag.Diagnostics) {
	action := "read the DDO of NFT " + m.NFT.Address.ValueString()
	chainClient, err := clientOn(r.ledger, m.NFT.ChainID)
	if err != nil {
		return false, explainChain(action, err)
	}
	nft := publish.At(chainClient, common.HexToAddress(m.NFT.Address.ValueString()))
	facts, err := nft.Facts(ctx)
	if err != nil {
		return false, explainGone(action, err)
	}
	if !facts.HasMetadata {
		return false, nil
	}
	found, err := nft.Metadata(ctx, since(m, chainClient.ChainID()))
	if err != nil {
		return false, explainChain(action, err)
	}
	imported := m.ID.IsNull()
	m.setNames()
	if found == nil { // it is set, and does not count yet
		return true, nil
	}
	wanted := []byte(m.JSON.ValueString()) // as it was when it was set
	switch {
	case m.Dataset != nil || m.Algorithm != nil:
		wanted, err = r.document(ctx, m, nft, facts)
		if errors.Is(err, errDocument) { // it cannot be published as it is: the next apply says why
			wanted, err = nil, nil
		}
		if err != nil {
			return false, explainDocument(action, err)
		}
	case imported:
		wanted = found.Data
		if doc, err := found.DDO(); err == nil {
			if service, _, ok := doc.ComputeService(); ok {
				m.DatatokenAddress, m.ServiceEndpoint = addressText(common.HexToAddress(service.DatatokenAddress)), textOf(service.ServiceEndpoint)
			}
		}
	}
	m.Current = types.BoolValue(len(found.Data) > 0 && string(found.Data) == string(wanted) && found.Hash == sha256.Sum256(wanted))
	return true, m.setFound(found)
}

// errDocument says that a document cannot be published.
var errDocument = errors.New("it cannot be published")

// document that the model asks for.
func (r *ddoResource) document(ctx context.Context, m *ddoModel, nft *publish.NFT, facts publish.Facts) ([]byte, error) {
	if m.Dataset == nil && m.Algorithm == nil {
		text := []byte(m.JSON.ValueString())
		doc, err := ocean.ParseDDO(text)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errDocument, err)
		}
		if doc.ChainID != m.NFT.ChainID.ValueInt64() || common.HexToAddress(doc.NFTAddress) != nft.Address() {
			return nil, fmt.Errorf("%w: the document is of NFT %s on chain %d, expected that of %s on chain %s", errDocument, doc.NFTAddress, doc.ChainID, nft.Address(), m.NFT.ChainID)
		}
		return text, nil
	}
	place, err := r.place(ctx, m, nft, facts)
	if err != nil {
		return nil, err
	}
	api, err := r.cluster.client()
	if err != nil {
		return nil, err
	}
	var doc *ocean.DDO
	var mismatches []ocean.Mismatch
	if m.Dataset != nil {
		object := &v1alpha1.Dataset{}
		if err := api.Get(ctx, m.Dataset.key(), object); err != nil {
			return nil, err
		}
		if err := namesNFT("dataset", m.Dataset.key(), object.Spec.NFT, place); err != nil {
			return nil, err
		}
		if doc, err = ocean.PublishDataset(object, place, object.CreationTimestamp.Time); err == nil {
			mismatches, err = ocean.MatchDataset(doc, object, place.Cluster)
		}
	} else {
		object := &v1alpha1.Algorithm{}
		if err := api.Get(ctx, m.Algorithm.key(), object); err != nil {
			return nil, err
		}
		if err := namesNFT("algorithm", m.Algorithm.key(), object.Spec.NFT, place); err != nil {
			return nil, err
		}
		if doc, err = ocean.PublishAlgorithm(object, place, object.CreationTimestamp.Time); err == nil {
			mismatches, err = ocean.MatchAlgorithm(doc, object, place.Cluster)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDocument, err)
	}
	if len(mismatches) > 0 {
		return nil, fmt.Errorf("%w: the controller would not take it for the object's: %s", errDocument, mismatches[0])
	}
	return json.Marshal(doc)
}

func (m *publishedModel) key() client.ObjectKey {
	return client.ObjectKey{Namespace: m.Namespace.ValueString(), Name: m.Name.ValueString()}
}

// namesNFT sees to it that an object says itself what it is published as.
func namesNFT(what string, key client.ObjectKey, nft *v1alpha1.NFT, place *ocean.Place) error {
	if nft != nil && nft.ChainID == place.ChainID && common.HexToAddress(string(nft.Address)) == place.NFT {
		return nil
	}
	return fmt.Errorf("%w: %s %s does not name the NFT: expected nft = { chain_id = %d, address = %q } on it", errDocument, what, objectID(key), place.ChainID, place.NFT)
}

// place that the object is published at.
func (r *ddoResource) place(ctx context.Context, m *ddoModel, nft *publish.NFT, facts publish.Facts) (*ocean.Place, error) {
	place := &ocean.Place{
		ChainID: m.NFT.ChainID.ValueInt64(), NFT: nft.Address(), Endpoint: m.ServiceEndpoint.ValueString(), Cluster: k8stypes.UID(m.ClusterUID.ValueString()),
	}
	if given := m.DatatokenAddress.ValueString(); given != "" {
		place.Datatoken = common.HexToAddress(given)
		issued, err := nft.Issued(ctx, place.Datatoken)
		if err != nil {
			return nil, err
		}
		if !issued {
			return nil, fmt.Errorf("%w: datatoken %s is none of NFT %s", errDocument, given, nft.Address())
		}
	} else {
		if len(facts.Datatokens) == 0 {
			return nil, fmt.Errorf("%w: NFT %s has no datatoken", errDocument, nft.Address())
		}
		place.Datatoken = facts.Datatokens[0]
		m.DatatokenAddress = addressText(place.Datatoken)
	}
	if place.Cluster != "" {
		return place, nil
	}
	api, err := r.cluster.client()
	if err != nil {
		return nil, err
	}
	system := &corev1.Namespace{}
	if err := api.Get(ctx, client.ObjectKey{Name: "kube-system"}, system); err != nil {
		if apierrors.IsForbidden(err) {
			return nil, fmt.Errorf("%w: the UID of the cluster cannot be read: ask its administrator for that of namespace kube-system, and set cluster_uid", errDocument)
		}
		return nil, err
	}
	place.Cluster = system.UID
	return place, nil
}

// explainDocument tells errors of the cluster, the chain and the document apart.
func explainDocument(action string, err error) diag.Diagnostics {
	var diags diag.Diagnostics
	switch {
	case errors.Is(err, errDocument):
		diags.AddError("Unable to "+title(action), sentence(strings.TrimPrefix(err.Error(), errDocument.Error()+": ")))
		return diags
	case chain.ReasonOf(err) != "":
		return explainChain(action, err)
	}
	return explain(action, err)
}
