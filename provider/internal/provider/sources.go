package provider

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	ac "github.com/compute-to-data/terraform-provider-c2d/crds/applyconfiguration/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// secretRefModel names a Secret; its content never comes near Terraform.
type secretRefModel struct {
	Name types.String `tfsdk:"name"`
}

func (m *secretRefModel) configuration() *ac.LocalSecretReferenceApplyConfiguration {
	if m == nil {
		return nil
	}
	return &ac.LocalSecretReferenceApplyConfiguration{Name: text(m.Name)}
}

func secretRefOf(ref *v1alpha1.LocalSecretReference) *secretRefModel {
	if ref == nil {
		return nil
	}
	return &secretRefModel{Name: textOf(ref.Name)}
}

func secretRefAttribute(description string, required bool) schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: description,
		Required:            required,
		Optional:            !required,
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the Secret.",
				Required:            true,
				Validators:          []validator.String{objectName("a Secret")},
			},
		},
	}
}

// s3ConnectionModel says how to reach a bucket.
type s3ConnectionModel struct {
	Bucket               types.String    `tfsdk:"bucket"`
	Region               types.String    `tfsdk:"region"`
	Endpoint             types.String    `tfsdk:"endpoint"`
	ForcePathStyle       types.Bool      `tfsdk:"force_path_style"`
	CredentialsSecretRef *secretRefModel `tfsdk:"credentials_secret_ref"`
}

func (m *s3ConnectionModel) configuration() ac.S3ConnectionApplyConfiguration {
	return ac.S3ConnectionApplyConfiguration{
		Bucket:               text(m.Bucket),
		Region:               text(m.Region),
		Endpoint:             text(m.Endpoint),
		ForcePathStyle:       flag(m.ForcePathStyle),
		CredentialsSecretRef: m.CredentialsSecretRef.configuration(),
	}
}

func s3ConnectionOf(s v1alpha1.S3Connection) s3ConnectionModel {
	return s3ConnectionModel{
		Bucket:               textOf(s.Bucket),
		Region:               textOf(s.Region),
		Endpoint:             textOf(s.Endpoint),
		ForcePathStyle:       types.BoolValue(s.ForcePathStyle),
		CredentialsSecretRef: secretRefOf(s.CredentialsSecretRef),
	}
}

// bucketModel is a place in a bucket to write to.
type bucketModel struct {
	s3ConnectionModel
	Prefix types.String `tfsdk:"prefix"`
}

// s3Attributes are those of a connection and others.
func s3Attributes(credentials schema.Attribute, others map[string]schema.Attribute) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"bucket": schema.StringAttribute{
			MarkdownDescription: "Bucket name.",
			Required:            true,
			Validators: []validator.String{
				stringvalidator.LengthBetween(3, 63),
				matches(`^[a-z0-9][a-z0-9.-]*[a-z0-9]$`, "must be the name of a bucket: lower-case letters, digits, dots and dashes"),
			},
		},
		"region": schema.StringAttribute{
			MarkdownDescription: "Region of the bucket. Default: `us-east-1`.",
			Optional:            true,
			Computed:            true,
			Default:             stringdefault.StaticString("us-east-1"),
			Validators:          []validator.String{stringvalidator.LengthBetween(1, 64)},
		},
		"endpoint": schema.StringAttribute{
			MarkdownDescription: "Endpoint of an S3 service other than AWS, as a URL: `https://minio.example.org`. Not set means AWS.",
			Optional:            true,
			Validators: []validator.String{
				stringvalidator.LengthAtMost(512),
				matches(`^https?://[^/@?#]+/?$`, "must be a URL of scheme and host, such as https://minio.example.org, without credentials and path"),
			},
		},
		"force_path_style": schema.BoolAttribute{
			MarkdownDescription: "Put the bucket into the path (`endpoint/bucket/key`) instead of the host name, as most S3 services other than AWS want it. Default: `false`.",
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
		},
		"credentials_secret_ref": credentials,
	}
	maps.Copy(attributes, others)
	return attributes
}

func sourceCredentialsAttribute() schema.Attribute {
	return secretRefAttribute("Secret beside the object with the keys `accessKeyID`, `secretAccessKey` and, where temporary, `sessionToken`. "+
		"The gateway must have been given the right to read it. Without it requests are anonymous: the identity of the machine is never used.", false)
}

func keyValidators() []validator.String {
	return []validator.String{stringvalidator.LengthBetween(1, 1024)}
}

// s3SourceModel is an object, or all objects under a prefix.
type s3SourceModel struct {
	s3ConnectionModel
	Key    types.String `tfsdk:"key"`
	Prefix types.String `tfsdk:"prefix"`
}

func (m *s3SourceModel) configuration() *ac.S3SourceApplyConfiguration {
	if m == nil {
		return nil
	}
	return &ac.S3SourceApplyConfiguration{S3ConnectionApplyConfiguration: m.s3ConnectionModel.configuration(), Key: text(m.Key), Prefix: text(m.Prefix)}
}

func s3SourceOf(s *v1alpha1.S3Source) *s3SourceModel {
	if s == nil {
		return nil
	}
	return &s3SourceModel{s3ConnectionModel: s3ConnectionOf(s.S3Connection), Key: textOf(s.Key), Prefix: textOf(s.Prefix)}
}

func s3SourceAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "S3 object, or all objects under a prefix.",
		Optional:            true,
		Attributes: s3Attributes(sourceCredentialsAttribute(), map[string]schema.Attribute{
			"key": schema.StringAttribute{
				MarkdownDescription: "Key of one object. Exactly one of `key` and `prefix` is set.",
				Optional:            true,
				Validators: append(keyValidators(), stringvalidator.ExactlyOneOf(
					path.MatchRelative().AtParent().AtName("key"), path.MatchRelative().AtParent().AtName("prefix"))),
			},
			"prefix": schema.StringAttribute{
				MarkdownDescription: "Prefix of many objects; each becomes a file, in the order of their keys.",
				Optional:            true,
				Validators:          keyValidators(),
			},
		}),
	}
}

// s3ObjectModel is one object.
type s3ObjectModel struct {
	s3ConnectionModel
	Key types.String `tfsdk:"key"`
}

func (m *s3ObjectModel) configuration() *ac.S3ObjectApplyConfiguration {
	if m == nil {
		return nil
	}
	return &ac.S3ObjectApplyConfiguration{S3ConnectionApplyConfiguration: m.s3ConnectionModel.configuration(), Key: text(m.Key)}
}

func s3ObjectOf(s *v1alpha1.S3Object) *s3ObjectModel {
	if s == nil {
		return nil
	}
	return &s3ObjectModel{s3ConnectionModel: s3ConnectionOf(s.S3Connection), Key: textOf(s.Key)}
}

func s3ObjectAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "S3 object.",
		Optional:            true,
		Attributes: s3Attributes(sourceCredentialsAttribute(), map[string]schema.Attribute{
			"key": schema.StringAttribute{
				MarkdownDescription: "Key of the object.",
				Required:            true,
				Validators:          keyValidators(),
			},
		}),
	}
}

// httpSourceModel is a file behind a URL.
type httpSourceModel struct {
	URL              types.String    `tfsdk:"url"`
	HeadersSecretRef *secretRefModel `tfsdk:"headers_secret_ref"`
}

func (m *httpSourceModel) configuration() *ac.HTTPSourceApplyConfiguration {
	if m == nil {
		return nil
	}
	return &ac.HTTPSourceApplyConfiguration{URL: text(m.URL), HeadersSecretRef: m.HeadersSecretRef.configuration()}
}

func httpSourceOf(s *v1alpha1.HTTPSource) *httpSourceModel {
	if s == nil {
		return nil
	}
	return &httpSourceModel{URL: textOf(s.URL), HeadersSecretRef: secretRefOf(s.HeadersSecretRef)}
}

func httpSourceAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "File behind a URL, fetched with GET.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"url": schema.StringAttribute{
				MarkdownDescription: "URL of the file, http or https, without user name and password in it: those belong in `headers_secret_ref`.",
				Required:            true,
				Validators:          urlValidators(),
			},
			"headers_secret_ref": secretRefAttribute("Secret beside the object; each of its keys is sent as a header. Its annotation `c2d.dev/hosts` lists, "+
				"separated by commas, the hosts that it may be sent to; it is sent nowhere else.", false),
		},
	}
}

func urlValidators() []validator.String {
	return []validator.String{
		stringvalidator.LengthBetween(8, 2048),
		matches(`^https?://[^/@\s]+(/\S*)?$`, "must be an http or https URL without user name and password"),
	}
}
