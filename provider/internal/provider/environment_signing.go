package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	ac "github.com/compute-to-data/terraform-provider-c2d/crds/applyconfiguration/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// signingModel is the key that manifests are signed with.
type signingModel struct {
	SecretRef *secretRefModel `tfsdk:"secret_ref"`
	Vault     *vaultModel     `tfsdk:"vault"`
}

type vaultModel struct {
	URL            types.String    `tfsdk:"url"`
	Mount          types.String    `tfsdk:"mount"`
	Key            types.String    `tfsdk:"key"`
	TokenSecretRef *secretRefModel `tfsdk:"token_secret_ref"`
}

var manifestKeyType = types.ObjectType{AttrTypes: map[string]attr.Type{"key_id": types.StringType, "public_key": types.StringType, "since": types.StringType}}

func signingAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Signing of the manifests by a key of yours, from exactly one of `secret_ref` and `vault`. Absent: the controller makes a key of its own for the environment.",
		Optional:            true,
		Validators:          []validator.Object{exactlyOneOf("secret_ref", "vault")},
		Attributes: map[string]schema.Attribute{
			"secret_ref": secretRefAttribute("Secret in the controller's namespace whose key `key` is an Ed25519 or ECDSA P-256 private key in PKCS #8 PEM.", false),
			"vault": schema.SingleNestedAttribute{
				MarkdownDescription: "Transit engine of HashiCorp Vault or OpenBao, which never gives the key away.",
				Optional:            true,
				Attributes: map[string]schema.Attribute{
					"url": schema.StringAttribute{
						MarkdownDescription: "URL of the server: `https://vault.example.org:8200`.",
						Required:            true,
						Validators:          urlValidators(),
					},
					"mount": schema.StringAttribute{
						MarkdownDescription: "Mount of the engine. Default: `transit`.",
						Optional:            true,
						Computed:            true,
						Default:             stringdefault.StaticString("transit"),
						Validators: []validator.String{stringvalidator.LengthBetween(1, 128),
							matches(`^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$`, "must be a path of letters, digits, dashes and underscores, without slashes at its ends")},
					},
					"key": schema.StringAttribute{
						MarkdownDescription: "Key of the engine, of type ed25519 or ecdsa-p256.",
						Required:            true,
						Validators: []validator.String{stringvalidator.LengthBetween(1, 128),
							matches(`^[A-Za-z0-9_.-]+$`, "must be the name of a key: letters, digits, dots, dashes and underscores")},
					},
					"token_secret_ref": secretRefAttribute("Secret in the controller's namespace whose key `token` may sign with the key and read its public half.", true),
				},
			},
		},
	}
}

func manifestKeysAttribute() schema.ListNestedAttribute {
	computed := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	return schema.ListNestedAttribute{
		MarkdownDescription: "Public keys that manifests of jobs are verified with, `c2d verify --key`: the one in use first, then those before it, at most five.",
		Computed:            true,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"key_id":     computed("SHA-256 of the public key as DER (SubjectPublicKeyInfo), in lower-case hex."),
			"public_key": computed("Public key as PEM (SubjectPublicKeyInfo)."),
			"since":      computed("When the environment began to sign with it, in RFC 3339."),
		}},
	}
}

func (m *signingModel) configuration() *ac.SigningApplyConfiguration {
	if m == nil {
		return nil
	}
	c := &ac.SigningApplyConfiguration{SecretRef: m.SecretRef.configuration()}
	if v := m.Vault; v != nil {
		c.Vault = &ac.VaultSignerApplyConfiguration{URL: text(v.URL), Mount: text(v.Mount), Key: text(v.Key), TokenSecretRef: v.TokenSecretRef.configuration()}
	}
	return c
}

func signingOf(s *v1alpha1.Signing) *signingModel {
	if s == nil {
		return nil
	}
	m := &signingModel{SecretRef: secretRefOf(s.SecretRef)}
	if v := s.Vault; v != nil {
		m.Vault = &vaultModel{URL: textOf(v.URL), Mount: textOf(v.Mount), Key: textOf(v.Key), TokenSecretRef: secretRefOf(&v.TokenSecretRef)}
	}
	return m
}

func manifestKeysOf(keys []v1alpha1.ManifestKey) types.List {
	list := make([]attr.Value, 0, len(keys))
	for _, key := range keys {
		list = append(list, types.ObjectValueMust(manifestKeyType.AttrTypes, map[string]attr.Value{
			"key_id": types.StringValue(key.KeyID), "public_key": types.StringValue(key.PublicKey), "since": timeOf(&key.Since),
		}))
	}
	return types.ListValueMust(manifestKeyType, list)
}
