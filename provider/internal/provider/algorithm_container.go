package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	ac "github.com/compute-to-data/terraform-provider-c2d/crds/applyconfiguration/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

type containerModel struct {
	Image      types.String      `tfsdk:"image"`
	Digest     types.String      `tfsdk:"digest"`
	Entrypoint types.String      `tfsdk:"entrypoint"`
	Command    []string          `tfsdk:"command"`
	Env        map[string]string `tfsdk:"env"`
}

type codeModel struct {
	Raw     types.String        `tfsdk:"raw"`
	S3      *s3ObjectModel      `tfsdk:"s3"`
	HTTP    *httpSourceModel    `tfsdk:"http"`
	IPFS    *ipfsSourceModel    `tfsdk:"ipfs"`
	Arweave *arweaveSourceModel `tfsdk:"arweave"`
	SHA256  types.String        `tfsdk:"sha256"`
}

func codeAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Code that the container runs, from exactly one of `raw`, `s3`, `http`, `ipfs` and `arweave`; it finds it at `/data/transformations/algorithm`. Absent: the code is in the image.",
		Optional:            true,
		Validators:          []validator.Object{exactlyOneOf("raw", "s3", "http", "ipfs", "arweave"), pinsRemoteCode{}},
		Attributes: map[string]schema.Attribute{
			"raw": schema.StringAttribute{
				MarkdownDescription: "Raw code, for scripts.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthBetween(1, 32768)},
			},
			"s3":      s3ObjectAttribute(),
			"http":    httpSourceAttribute(),
			"ipfs":    ipfsSourceAttribute(),
			"arweave": arweaveSourceAttribute(),
			"sha256": schema.StringAttribute{
				MarkdownDescription: "SHA-256 of the code's bytes, in lower-case hex. Needed for all code but `raw`: owners trust an algorithm by what it is, not by where it lies.",
				Optional:            true,
				Validators:          []validator.String{sha256Hex()},
			},
		},
	}
}

func containerAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Container to run, started by exactly one of `entrypoint` and `command`.",
		Required:            true,
		Validators:          []validator.Object{exactlyOneOf("entrypoint", "command")},
		Attributes: map[string]schema.Attribute{
			"image": schema.StringAttribute{
				MarkdownDescription: "Image without tag and digest: `registry.example.org/science/python`.",
				Required:            true,
				Validators: []validator.String{
					stringvalidator.LengthBetween(1, 255),
					matches(`^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$`,
						"must be the name of an image without tag and digest, such as registry.example.org/science/python; the digest has an attribute of its own"),
				},
			},
			"digest": schema.StringAttribute{
				MarkdownDescription: "Digest of the image: `sha256:` and 64 digits of lower-case hex. What was trusted is what runs: a tag alone is not enough.",
				Required:            true,
				Validators:          []validator.String{matches(`^sha256:[0-9a-f]{64}$`, "must be sha256: and 64 digits of lower-case hex, as docker images --digests prints it")},
			},
			"entrypoint": schema.StringAttribute{
				MarkdownDescription: "Entrypoint as Ocean writes it: one line in which `$ALGO` becomes the path of the code, run by `sh -c` where the image has a shell, else split into words: `python3 $ALGO`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthBetween(1, 1024)},
			},
			"command": schema.ListAttribute{
				MarkdownDescription: "Command to execute as it is, without a shell.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.List{listvalidator.SizeBetween(1, 64), listvalidator.ValueStringsAre(stringvalidator.LengthAtMost(1024))},
			},
			"env": schema.MapAttribute{
				MarkdownDescription: "Environment of the algorithm, beside what the platform sets itself.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators: []validator.Map{
					mapvalidator.SizeAtMost(64),
					mapvalidator.KeysAre(
						stringvalidator.LengthBetween(1, 128),
						matches(`^[A-Za-z_][A-Za-z0-9_]*$`, "must be the name of an environment variable"),
						stringvalidator.NoneOf("DIDS", "TRANSFORMATION_DID", "VOLUME", "INPUTS", "OUTPUTS", "LOGS")),
					mapvalidator.ValueStringsAre(stringvalidator.LengthAtMost(4096)),
				},
			},
		},
	}
}

func (m *containerModel) configuration() *ac.ContainerApplyConfiguration {
	if m == nil {
		return nil
	}
	c := &ac.ContainerApplyConfiguration{Image: text(m.Image), Digest: text(m.Digest), Entrypoint: text(m.Entrypoint), Command: m.Command}
	for _, name := range inOrder(m.Env) {
		c.Env = append(c.Env, ac.EnvVarApplyConfiguration{Name: &name, Value: text(types.StringValue(m.Env[name]))})
	}
	return c
}

func containerOf(c v1alpha1.Container) *containerModel {
	m := &containerModel{Image: textOf(c.Image), Digest: textOf(c.Digest), Entrypoint: textOf(c.Entrypoint), Command: copyOf(c.Command)}
	for _, variable := range c.Env {
		if m.Env == nil {
			m.Env = map[string]string{}
		}
		m.Env[variable.Name] = variable.Value
	}
	return m
}

func (m *codeModel) configuration() *ac.CodeApplyConfiguration {
	if m == nil {
		return nil
	}
	return &ac.CodeApplyConfiguration{
		Raw: text(m.Raw), S3: m.S3.configuration(), HTTP: m.HTTP.configuration(), IPFS: m.IPFS.configuration(), Arweave: m.Arweave.configuration(), SHA256: text(m.SHA256),
	}
}

func codeOf(c *v1alpha1.Code) *codeModel {
	if c == nil {
		return nil
	}
	return &codeModel{
		Raw: textOf(c.Raw), S3: s3ObjectOf(c.S3), HTTP: httpSourceOf(c.HTTP), IPFS: ipfsSourceOf(c.IPFS), Arweave: arweaveSourceOf(c.Arweave), SHA256: textOf(c.SHA256),
	}
}
