package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/chain"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/contracts"
)

// Metadata of an NFT, as settled events tell it.
type Metadata struct {
	State State
	// Data of the newest event that set it, with flags that say how to read it, and the SHA-256 of the DDO. It may have been
	// written by anybody who had leave of the owner.
	Data  []byte
	Flags []byte
	Hash  common.Hash
	// By whom it was set, as the contract says.
	By common.Address
	// Block and Transaction that set it.
	Block       uint64
	Transaction common.Hash
}

// Metadata of the NFT as far as it is settled, in the blocks from since on; nil if none was set there.
func (n *NFT) Metadata(ctx context.Context, since uint64) (*Metadata, error) {
	definition := n.contract.GetABI()
	created, updated, state := definition.Events["MetadataCreated"].ID, definition.Events["MetadataUpdated"].ID, definition.Events["MetadataState"].ID
	events, _, err := n.client.Events(ctx, chain.Query{Contract: n.address, From: since, Topics: [][]common.Hash{{created, updated, state}}})
	if err != nil {
		return nil, fmt.Errorf("read the metadata of NFT %s since block %d: %w", n.address, since, err)
	}
	var found *Metadata
	for _, event := range events {
		if !event.Settled {
			continue
		}
		var next *Metadata
		switch log := &event.Log; event.Topics[0] {
		case created:
			next, err = n.created(log)
		case updated:
			next, err = n.updated(log)
		default:
			next, err = n.stated(log, found)
		}
		if err != nil {
			return nil, fmt.Errorf("an event in transaction %s of NFT %s cannot be decoded: %w", event.TxHash, n.address, err)
		}
		found = next
	}
	if found == nil || found.Transaction == (common.Hash{}) {
		return nil, nil
	}
	return found, nil
}

func (n *NFT) created(log *types.Log) (*Metadata, error) {
	event, err := n.contract.UnpackMetadataCreatedEvent(log)
	if err != nil {
		return nil, err
	}
	return &Metadata{State: State(event.State), Data: event.Data, Flags: event.Flags, Hash: event.MetaDataHash, By: event.CreatedBy, Block: log.BlockNumber, Transaction: log.TxHash}, nil
}

func (n *NFT) updated(log *types.Log) (*Metadata, error) {
	event, err := n.contract.UnpackMetadataUpdatedEvent(log)
	if err != nil {
		return nil, err
	}
	return &Metadata{State: State(event.State), Data: event.Data, Flags: event.Flags, Hash: event.MetaDataHash, By: event.UpdatedBy, Block: log.BlockNumber, Transaction: log.TxHash}, nil
}

// stated is what was found before, in another state.
func (n *NFT) stated(log *types.Log, before *Metadata) (*Metadata, error) {
	event, err := n.contract.UnpackMetadataStateEvent(log)
	if err != nil {
		return nil, err
	}
	next := Metadata{}
	if before != nil {
		next = *before
	}
	next.State = State(event.State)
	return &next, nil
}

// Flags of metadata in Ocean's data model.
const (
	flagCompressed = 1
	flagEncrypted  = 2
)

// ErrUnreadable says that metadata is no DDO in plain text, or not the one whose hash stands beside it.
var ErrUnreadable = errors.New("the metadata cannot be read")

// DDO that the metadata is. It must stand there as plain JSON, and have the hash that stands beside it.
func (m *Metadata) DDO() (*ocean.DDO, error) {
	flags := byte(0)
	if len(m.Flags) > 0 {
		flags = m.Flags[len(m.Flags)-1]
	}
	switch {
	case flags&flagEncrypted != 0:
		return nil, fmt.Errorf("%w: it is encrypted, expected plain JSON", ErrUnreadable)
	case flags&flagCompressed != 0:
		return nil, fmt.Errorf("%w: it is compressed, expected plain JSON", ErrUnreadable)
	case len(m.Data) == 0:
		return nil, fmt.Errorf("%w: it is empty, as of what was withdrawn", ErrUnreadable)
	}
	if sum := sha256.Sum256(m.Data); !bytes.Equal(sum[:], m.Hash[:]) {
		return nil, fmt.Errorf("%w: its SHA-256 is %x, the one beside it %x", ErrUnreadable, sum, m.Hash)
	}
	doc, err := ocean.ParseDDO(m.Data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	return doc, nil
}

// SetMetadata publishes the JSON text of a DDO, in plain, and sets the state. No text withdraws what was published. It
// returns once it is sent.
func (n *NFT) SetMetadata(ctx context.Context, owner *chain.Sender, ddo []byte, state State) (*chain.Sent, error) {
	sum := sha256.Sum256(ddo)
	if err := n.may(ctx, owner.Address()); err != nil {
		return nil, err
	}
	return owner.Send(ctx, chain.Call{
		To: n.address, Key: fmt.Sprintf("metadata %s %x %d", n.address, sum, state),
		Data: n.contract.PackSetMetaData(uint8(state), "", "", []byte{0}, ddo, sum, []contracts.ERC721TemplatemetaDataProof{}),
	})
}

// SetState of the NFT. It returns once it is sent.
func (n *NFT) SetState(ctx context.Context, owner *chain.Sender, state State) (*chain.Sent, error) {
	if err := n.may(ctx, owner.Address()); err != nil {
		return nil, err
	}
	return owner.Send(ctx, chain.Call{
		To: n.address, Key: fmt.Sprintf("state %s %d", n.address, state), Data: n.contract.PackSetMetaDataState(uint8(state)),
	})
}

// SetTokenURI of the NFT. It returns once it is sent.
func (n *NFT) SetTokenURI(ctx context.Context, owner *chain.Sender, uri string) (*chain.Sent, error) {
	return owner.Send(ctx, chain.Call{To: n.address, Data: n.contract.PackSetTokenURI(tokenID(), uri)})
}

// ErrNotAllowed says that an account has no leave to write an NFT's metadata.
var ErrNotAllowed = errors.New("not allowed")

func (n *NFT) may(ctx context.Context, account common.Address) error {
	roles, err := read(ctx, n.client, n.address, n.contract.PackGetPermissions(account), n.contract.UnpackGetPermissions)
	if err != nil {
		return fmt.Errorf("read what %s may do with NFT %s: %w", account, n.address, err)
	}
	if !roles.UpdateMetadata {
		return fmt.Errorf("%w: account %s may not write the metadata of NFT %s: expected its owner, or one whom the owner has given leave", ErrNotAllowed, account, n.address)
	}
	return nil
}
