package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	ac "github.com/compute-to-data/terraform-provider-c2d/crds/applyconfiguration/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// gatewayAttribute names the gateway through which a network of peers is read.
func gatewayAttribute(example string) schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: "Gateway as a URL: `" + example + "`.",
		Required:            true,
		Validators: []validator.String{
			stringvalidator.LengthAtMost(512),
			matches(`^https?://[^/@?#\s]+/?$`, "must be a URL of scheme and host, such as "+example+", without credentials and path"),
		},
	}
}

// ipfsSourceModel is content on IPFS.
type ipfsSourceModel struct {
	CID     types.String `tfsdk:"cid"`
	Gateway types.String `tfsdk:"gateway"`
}

func (m *ipfsSourceModel) configuration() *ac.IPFSSourceApplyConfiguration {
	if m == nil {
		return nil
	}
	return &ac.IPFSSourceApplyConfiguration{CID: text(m.CID), Gateway: text(m.Gateway)}
}

func ipfsSourceOf(s *v1alpha1.IPFSSource) *ipfsSourceModel {
	if s == nil {
		return nil
	}
	return &ipfsSourceModel{CID: textOf(s.CID), Gateway: textOf(s.Gateway)}
}

func ipfsSourceAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Content on IPFS, fetched with GET from a gateway as `GATEWAY/ipfs/CID`.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"cid": schema.StringAttribute{
				MarkdownDescription: "CID of a file, or of a folder with the path of a file in it: `bafy.../data.csv`. The gateway is not trusted to hand out what the CID stands for: set `sha256` too.",
				Required:            true,
				Validators: []validator.String{
					stringvalidator.LengthBetween(1, 1024),
					matches(`^[A-Za-z0-9]{16,128}(/[^?#\s]*)?$`, "must be a CID, with a path in it where it stands for a folder"),
					noDots{},
				},
			},
			"gateway": gatewayAttribute("https://ipfs.example.org"),
		},
	}
}

// arweaveSourceModel is the data of a transaction on Arweave.
type arweaveSourceModel struct {
	TransactionID types.String `tfsdk:"transaction_id"`
	Gateway       types.String `tfsdk:"gateway"`
}

func (m *arweaveSourceModel) configuration() *ac.ArweaveSourceApplyConfiguration {
	if m == nil {
		return nil
	}
	return &ac.ArweaveSourceApplyConfiguration{TransactionID: text(m.TransactionID), Gateway: text(m.Gateway)}
}

func arweaveSourceOf(s *v1alpha1.ArweaveSource) *arweaveSourceModel {
	if s == nil {
		return nil
	}
	return &arweaveSourceModel{TransactionID: textOf(s.TransactionID), Gateway: textOf(s.Gateway)}
}

func arweaveSourceAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Data of a transaction on Arweave, fetched with GET from a gateway as `GATEWAY/TRANSACTION_ID`.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"transaction_id": schema.StringAttribute{
				MarkdownDescription: "ID of the transaction, in base64url. The gateway is not trusted to hand out the data of that transaction: set `sha256` too.",
				Required:            true,
				Validators:          []validator.String{matches(`^[A-Za-z0-9_-]{43}$`, "must be the ID of a transaction: 43 characters of base64url")},
			},
			"gateway": gatewayAttribute("https://arweave.net"),
		},
	}
}
