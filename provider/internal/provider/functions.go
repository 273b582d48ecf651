package provider

import (
	"context"
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/agreement"
)

// pure is a function that needs no cluster.
type pure struct {
	name       string
	definition function.Definition
	run        func(context.Context, function.RunRequest, *function.RunResponse)
}

func (f pure) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = f.name
}

func (f pure) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = f.definition
}

func (f pure) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	f.run(ctx, req, resp)
}

func newDIDFunction() function.Function {
	return pure{
		name: "did",
		definition: function.Definition{
			Summary: "DID of a data NFT",
			MarkdownDescription: "The decentralised identifier that Ocean derives from a data NFT: `did:op:` and the SHA-256 of its checksummed address " +
				"and the chain id.",
			Parameters: []function.Parameter{
				function.Int64Parameter{Name: "chain_id", MarkdownDescription: "Id of the chain: `1`, `11155111`."},
				function.StringParameter{Name: "nft", MarkdownDescription: "Address of the NFT's contract, with the checksum of EIP-55 in its upper and lower case."},
			},
			Return: function.StringReturn{},
		},
		run: func(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
			var chainID int64
			var nft string
			if resp.Error = req.Arguments.Get(ctx, &chainID, &nft); resp.Error != nil {
				return
			}
			if chainID < 1 {
				resp.Error = function.NewArgumentFuncError(0, "must be the id of a chain, 1 or more")
				return
			}
			address, err := ocean.ParseAddress(nft)
			if err != nil {
				resp.Error = function.NewArgumentFuncError(1, err.Error())
				return
			}
			resp.Error = resp.Result.Set(ctx, ocean.DID(chainID, address))
		},
	}
}

func newContainerChecksumFunction() function.Function {
	return pure{
		name: "container_checksum",
		definition: function.Definition{
			Summary: "Ocean's checksum of an algorithm's container",
			MarkdownDescription: "The `containerSectionChecksum` of Ocean's trust lists: the SHA-256 of entrypoint and image digest, one after the other. It says " +
				"nothing of command, environment and code; the `checksum` of a `c2d_algorithm` does.",
			Parameters: []function.Parameter{
				function.StringParameter{Name: "entrypoint", MarkdownDescription: "Entrypoint of the container: `python3 $ALGO`."},
				function.StringParameter{Name: "digest", MarkdownDescription: "Digest of the image: `sha256:...`.", Validators: []function.StringParameterValidator{
					stringvalidator.RegexMatches(regexp.MustCompile(`^sha256:[0-9a-f]{64}$`), "must be sha256: and 64 hexadecimal digits in lower case"),
				}},
			},
			Return: function.StringReturn{},
		},
		run: func(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
			var entrypoint, digest string
			if resp.Error = req.Arguments.Get(ctx, &entrypoint, &digest); resp.Error != nil {
				return
			}
			resp.Error = resp.Result.Set(ctx, ocean.ContainerSectionChecksum(entrypoint, digest))
		},
	}
}

type pricesModel struct {
	CPU       string `tfsdk:"cpu"`
	MemoryGiB string `tfsdk:"memory_gib"`
	DiskGiB   string `tfsdk:"disk_gib"`
}

type resourcesModel struct {
	CPU    string `tfsdk:"cpu"`
	Memory string `tfsdk:"memory"`
	Disk   string `tfsdk:"disk"`
}

func newComputeCostFunction() function.Function {
	texts := func(names ...string) map[string]attr.Type {
		attributes := map[string]attr.Type{}
		for _, name := range names {
			attributes[name] = types.StringType
		}
		return attributes
	}
	return pure{
		name: "compute_cost",
		definition: function.Definition{
			Summary: "What a run costs",
			MarkdownDescription: "What a run costs whose algorithm takes this long, in base units of the token. Each minute that has begun counts. For a job's longest " +
				"duration that is the most that it can cost, and what is locked for it.",
			Parameters: []function.Parameter{
				function.ObjectParameter{
					Name: "prices", AttributeTypes: texts("cpu", "memory_gib", "disk_gib"),
					MarkdownDescription: "Prices of a minute in base units of the token: of a core (`cpu`), of a GiB of memory (`memory_gib`) and of a GiB of disk (`disk_gib`).",
				},
				function.ObjectParameter{
					Name: "resources", AttributeTypes: texts("cpu", "memory", "disk"),
					MarkdownDescription: "Resources of the job: `cpu` (`500m`, `2`), `memory` (`512Mi`) and `disk` (`1Gi`).",
				},
				function.StringParameter{Name: "duration", MarkdownDescription: "Duration of the algorithm: `30m`, `1h30m`."},
			},
			Return: function.StringReturn{},
		},
		run: computeCost,
	}
}

func computeCost(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var price pricesModel
	var wanted resourcesModel
	var text string
	if resp.Error = req.Arguments.Get(ctx, &price, &wanted, &text); resp.Error != nil {
		return
	}
	prices, err := agreement.ParsePrices(v1alpha1.Prices{
		CPU: v1alpha1.Amount(price.CPU), MemoryGiB: v1alpha1.Amount(price.MemoryGiB), DiskGiB: v1alpha1.Amount(price.DiskGiB),
	})
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	var resources agreement.Resources
	for _, quantity := range []struct {
		name, text string
		into       *resource.Quantity
	}{{"cpu", wanted.CPU, &resources.CPU}, {"memory", wanted.Memory, &resources.Memory}, {"disk", wanted.Disk, &resources.Disk}} {
		canonical, err := quantityNotation{}.canonical(quantity.text)
		if err != nil {
			resp.Error = function.NewArgumentFuncError(1, quantity.name+": "+err.Error())
			return
		}
		*quantity.into = resource.MustParse(canonical)
	}
	duration, err := time.ParseDuration(text)
	if err != nil || duration <= 0 {
		resp.Error = function.NewArgumentFuncError(2, "must be a duration above 0, such as 30m or 1h30m")
		return
	}
	cost, err := agreement.MaxCost(prices, resources, duration)
	if err != nil {
		resp.Error = function.NewFuncError(err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, cost.String())
}
