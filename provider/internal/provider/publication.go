package provider

import (
	"fmt"
	"math"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	ac "github.com/compute-to-data/terraform-provider-c2d/crds/applyconfiguration/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// nftModel names a data NFT.
type nftModel struct {
	ChainID types.Int64  `tfsdk:"chain_id"`
	Address types.String `tfsdk:"address"`
}

func (m *nftModel) configuration() *ac.NFTApplyConfiguration {
	if m == nil {
		return nil
	}
	return ac.NFT().WithChainID(m.ChainID.ValueInt64()).WithAddress(v1alpha1.Address(m.Address.ValueString()))
}

func nftOf(nft *v1alpha1.NFT) *nftModel {
	if nft == nil {
		return nil
	}
	return &nftModel{ChainID: types.Int64Value(nft.ChainID), Address: types.StringValue(string(nft.Address))}
}

// maxChainID is what the API takes: the greatest integer that JSON keeps.
const maxChainID = 1<<53 - 1

func nftAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"chain_id": schema.Int64Attribute{
			MarkdownDescription: "Id of the chain: `11155111`.",
			Required:            true,
			Validators:          []validator.Int64{int64validator.Between(1, maxChainID)},
		},
		"address": schema.StringAttribute{
			MarkdownDescription: "Address of the NFT's contract, with the checksum of EIP-55 in its upper and lower case.",
			Required:            true,
			Validators:          []validator.String{checksummedAddress{}},
		},
	}
}

func nftAttribute(what string) schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Data NFT that the " + what + " is published as; a whole `c2d_data_nft` may stand here. Its DID, `did:op:...`, counts once the DDO on chain " +
			"is that of this object (`c2d_ddo` sets it) and an environment of the cluster has payment on that chain.",
		Optional:   true,
		Attributes: nftAttributes(),
	}
}

var publicationTypes = map[string]attr.Type{
	"did": types.StringType, "state": types.Int64Type, "datatoken": types.StringType, "service_index": types.Int64Type,
	"ddo_sha256": types.StringType, "block": types.Int64Type, "publisher": types.StringType,
}

func publicationOf(p *v1alpha1.Publication) types.Object {
	if p == nil {
		return types.ObjectNull(publicationTypes)
	}
	return types.ObjectValueMust(publicationTypes, map[string]attr.Value{
		"did": types.StringValue(p.DID), "state": types.Int64Value(int64(p.State)), "datatoken": textOf(string(p.Datatoken)),
		"service_index": types.Int64Value(p.ServiceIndex), "ddo_sha256": types.StringValue(p.DDOSHA256), "block": types.Int64Value(p.Block), "publisher": textOf(string(p.Publisher)),
	})
}

func publicationAttribute(what string) schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "What the controller found on chain; null where the " + what + " has no `nft`, or while the DDO on chain is another one.",
		Computed:            true,
		Attributes: map[string]schema.Attribute{
			"did":           schema.StringAttribute{MarkdownDescription: "DID of the NFT.", Computed: true},
			"state":         schema.Int64Attribute{MarkdownDescription: "State of the NFT: 0, active, or 5, unlisted.", Computed: true},
			"datatoken":     schema.StringAttribute{MarkdownDescription: "Datatoken whose orders give access.", Computed: true},
			"service_index": schema.Int64Attribute{MarkdownDescription: "Index of the service that an order must be for.", Computed: true},
			"ddo_sha256":    schema.StringAttribute{MarkdownDescription: "SHA-256 of the DDO on chain, in lower-case hex.", Computed: true},
			"block":         schema.Int64Attribute{MarkdownDescription: "Block in which it was set.", Computed: true},
			"publisher":     schema.StringAttribute{MarkdownDescription: "Account that has set the DDO, where it owns the NFT and Ocean's factory has made it: the one that datasets list in `access.publishers`.", Computed: true},
		},
	}
}

func didAttribute(description string) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: description, Optional: true, Validators: []validator.String{did()}}
}

func did() validator.String {
	return matches(`^did:(op|c2d):[0-9a-f]{64}$`, "must be a DID: did:op: or did:c2d: and 64 hexadecimal digits in lower case")
}

func generationAttribute(what string) schema.Attribute {
	return schema.Int64Attribute{
		MarkdownDescription: "Number that grows with each change of what the " + what + " asks for. A `c2d_ddo` follows it.",
		Computed:            true,
	}
}

// int64Of an unsigned number of a chain.
func int64Of(n uint64) (types.Int64, error) {
	if n > math.MaxInt64 {
		return types.Int64Null(), fmt.Errorf("the chain answers with number %d, which no chain has reached", n)
	}
	return types.Int64Value(int64(n)), nil
}
