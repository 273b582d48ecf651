package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	ac "github.com/compute-to-data/terraform-provider-c2d/crds/applyconfiguration/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// volumeSourceModel is a folder or a file on a volume.
type volumeSourceModel struct {
	ClaimName types.String `tfsdk:"claim_name"`
	Path      types.String `tfsdk:"path"`
}

func (m *volumeSourceModel) configuration() *ac.VolumeSourceApplyConfiguration {
	if m == nil {
		return nil
	}
	return &ac.VolumeSourceApplyConfiguration{ClaimName: text(m.ClaimName), Path: text(m.Path)}
}

func volumeSourceOf(s *v1alpha1.VolumeSource) *volumeSourceModel {
	if s == nil {
		return nil
	}
	return &volumeSourceModel{ClaimName: textOf(s.ClaimName), Path: textOf(s.Path)}
}

func volumeSourceAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Volume that is mounted read-only: nothing is copied, and nothing hashed.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"claim_name": schema.StringAttribute{
				MarkdownDescription: "Name of a PersistentVolumeClaim in the environment's sandbox namespace. Its annotation `" + v1alpha1.AnnotationDataset +
					"`, set by the cluster's administrator, must name the one dataset that it serves, as `namespace/name`.",
				Required:   true,
				Validators: []validator.String{objectName("a PersistentVolumeClaim")},
			},
			"path": schema.StringAttribute{
				MarkdownDescription: "Path of the folder or file on the volume. Not set: all of it.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthBetween(1, 512), matches(`^[^/]`, "must not begin with a slash"), noDots{}},
			},
		},
	}
}

// imageSourceModel is the file system of an image.
type imageSourceModel struct {
	Reference types.String `tfsdk:"reference"`
}

func (m *imageSourceModel) configuration() *ac.ImageSourceApplyConfiguration {
	if m == nil {
		return nil
	}
	return &ac.ImageSourceApplyConfiguration{Reference: text(m.Reference)}
}

func imageSourceOf(s *v1alpha1.ImageSource) *imageSourceModel {
	if s == nil {
		return nil
	}
	return &imageSourceModel{Reference: textOf(s.Reference)}
}

func imageSourceAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "OCI image, or artifact, whose files are mounted read-only. Nodes pull it like any image.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"reference": schema.StringAttribute{
				MarkdownDescription: "Reference of the image, by digest: `registry.example.org/data/tumours@sha256:...`",
				Required:            true,
				Validators: []validator.String{
					stringvalidator.LengthAtMost(512),
					matches(`^[a-zA-Z0-9][a-zA-Z0-9._/:-]*@sha256:[0-9a-f]{64}$`, "must be an image by digest, such as registry.example.org/data/tumours@sha256:... with 64 digits of lower-case hex"),
				},
			},
		},
	}
}
