package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func (r *serviceAgreementResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	computed := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	price := func(of string) schema.Attribute {
		return schema.StringAttribute{
			MarkdownDescription: "The most that is agreed to for a minute of " + of + ", in base units of the token. Not set: any price.",
			Optional:            true,
			Validators:          []validator.String{baseUnits{}},
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "What a consumer agrees to: which datasets and algorithms jobs may run on in an environment, at which prices, until when, and how much they may spend out of the deposit in " +
			"Ocean's escrow contract (`c2d_escrow`). The provider signs it (EIP-712) with its wallet; the key stays there.\n\n" +
			"`terms` shows what is signed beside the attributes: the environment, its payee and its prices. When the environment changes one of them, the agreement no longer holds for jobs; the next plan shows the new " +
			"`terms`, and applying it signs them in place. Everything else that is signed can only change together with the whole agreement: it is deleted and made anew, with nothing spent.\n\n" +
			"An agreement has a name of its own that jobs refer to, so `create_before_destroy` fails with the old one in the way: give the new one another `name` where the old one has to last until then.",
		Attributes: map[string]schema.Attribute{
			"id":        idAttribute("namespace/name"),
			"namespace": namespaceAttribute("agreement"),
			"name":      nameAttribute("agreement", objectName("an agreement")),
			"consumer": schema.StringAttribute{
				MarkdownDescription: "Address of the account that signs and pays. Default: that of the provider's wallet. Another one makes another agreement.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{checksummedAddress{}},
			},
			"environment": schema.StringAttribute{
				MarkdownDescription: "Environment that runs the jobs, by the name of a `c2d_compute_environment`. Another one makes another agreement.",
				Required:            true,
				Validators:          []validator.String{label("an environment")},
			},
			"datasets": schema.ListNestedAttribute{
				MarkdownDescription: "Datasets that jobs may run on. Other ones make another agreement.",
				Required:            true,
				Validators:          []validator.List{listvalidator.SizeBetween(1, 16), listvalidator.UniqueValues()},
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"did": schema.StringAttribute{
						MarkdownDescription: "DID of the dataset. Default: the one that it has when the agreement is signed; once it has another one, because it was published or made anew, the next plan makes another agreement.",
						Optional:            true,
						Computed:            true,
						Validators:          []validator.String{matches(`^did:(op|c2d):[0-9a-f]{64}$`, "must be a DID: did:op: or did:c2d: and 64 hexadecimal digits in lower case")},
					},
					"namespace": schema.StringAttribute{
						MarkdownDescription: "Namespace of the dataset. Default: the agreement's own.",
						Optional:            true,
						Validators:          []validator.String{label("a namespace")},
					},
					"name": schema.StringAttribute{
						MarkdownDescription: "Name of the dataset.",
						Required:            true,
						Validators:          []validator.String{objectName("a dataset")},
					},
				}},
			},
			"algorithms": schema.SetAttribute{
				MarkdownDescription: "Algorithms that jobs may run, each by its `did` or its `checksum`; `*` stands for every algorithm. Other ones make another agreement.",
				ElementType:         types.StringType,
				Required:            true,
				Validators: []validator.Set{setvalidator.SizeBetween(1, 64), setvalidator.ValueStringsAre(
					matches(`^(\*|sha256:[0-9a-f]{64}|did:(op|c2d):[0-9a-f]{64})$`, "must be *, a DID or a checksum (sha256:...)"))},
			},
			"payment": schema.SingleNestedAttribute{
				MarkdownDescription: "Payment of the jobs. Another one makes another agreement.",
				Required:            true,
				Attributes: map[string]schema.Attribute{
					"token": schema.StringAttribute{
						MarkdownDescription: "Address of the token to pay with; the environment must take it.",
						Required:            true,
						Validators:          []validator.String{checksummedAddress{}},
					},
					"max_amount": schema.StringAttribute{
						MarkdownDescription: "Amount that all jobs together may spend, in base units of the token.",
						Required:            true,
						Validators:          []validator.String{baseUnits{least: 1}},
					},
				},
			},
			"max_prices": schema.SingleNestedAttribute{
				MarkdownDescription: "The highest prices of a minute that the provider signs. It matters where plans are applied without a look at them: when the environment asks for more, that is an error.",
				Optional:            true,
				Validators:          []validator.Object{notEmpty{}},
				Attributes:          map[string]schema.Attribute{"cpu": price("one core"), "memory_gib": price("one GiB of memory"), "disk_gib": price("one GiB of disk")},
			},
			"expires_at": schema.StringAttribute{
				MarkdownDescription: "When the agreement ends, in RFC 3339 to the second: `2027-01-01T00:00:00Z`. Until then any number of jobs may start. It must not move from plan to plan, as `timestamp()` does: " +
					"another time makes another agreement.",
				CustomType:    instantType{},
				Required:      true,
				PlanModifiers: []planmodifier.String{keepSpelling[instantNotation]{}},
			},
			"nonce": schema.StringAttribute{
				MarkdownDescription: "Tells agreements apart that are otherwise the same. Default: a random one, which is kept. Another one makes another agreement.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{stringvalidator.LengthBetween(1, 64), matches(`^[A-Za-z0-9._-]+$`, "must consist of letters, digits, dots, dashes and underscores")},
			},
			"terms": schema.SingleNestedAttribute{
				MarkdownDescription: "What is signed beside the attributes: the environment as it is then. The signature's domain is the chain and the escrow contract.",
				Computed:            true,
				Attributes: map[string]schema.Attribute{
					"environment_uid": computed("UID of the environment: a namesake in another cluster is another one."),
					"chain_id":        schema.Int64Attribute{MarkdownDescription: "Id of the chain.", Computed: true},
					"escrow":          computed("Address of the escrow contract."),
					"payee":           computed("Address of the account that is paid."),
					"prices": schema.SingleNestedAttribute{
						MarkdownDescription: "Prices of a minute in base units of the token.",
						Computed:            true,
						Attributes:          map[string]schema.Attribute{"cpu": computed("Price of one core."), "memory_gib": computed("Price of one GiB of memory."), "disk_gib": computed("Price of one GiB of disk.")},
					},
				},
			},
			"signature": schema.StringAttribute{
				MarkdownDescription: "Signature of the consumer (EIP-712, 65 bytes in hexadecimal). Default: the provider's wallet signs. One that was made elsewhere is checked, and goes with the `consumer` and the `nonce` that it is for.",
				Optional:            true,
				Computed:            true,
				Validators: []validator.String{
					matches(`^0x[0-9a-fA-F]{130}$`, "must be 0x and 65 bytes in hexadecimal"),
					stringvalidator.AlsoRequires(path.MatchRoot("consumer"), path.MatchRoot("nonce")),
				},
			},
			"state":        computed("State in one word: `Pending`, `Active`, `Exhausted`, `Expired`, or `Invalid`."),
			"reason":       computed("Reason of the state, such as `DepositInsufficient` or `SignatureInvalid`."),
			"message":      computed("One sentence about the state."),
			"spent":        computed("What was claimed for its jobs, in base units of the token."),
			"locked":       computed("What is locked for its jobs that are under way."),
			"active_since": computed("When the agreement first became active, in RFC 3339: the time from which access to its datasets is counted."),
			"timeouts": timeouts.Attributes(ctx, timeouts.Opts{Create: true, Update: true, Delete: true,
				CreateDescription: waitDescription("10m"), UpdateDescription: waitDescription("10m"), DeleteDescription: deleteDescription}),
		},
	}
}
