package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	ac "github.com/compute-to-data/terraform-provider-c2d/crds/applyconfiguration/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// metadataModel describes a dataset or an algorithm to people.
type metadataModel struct {
	Name        types.String `tfsdk:"name"`
	Description types.String `tfsdk:"description"`
	Author      types.String `tfsdk:"author"`
	License     types.String `tfsdk:"license"`
	Tags        []string     `tfsdk:"tags"`
}

func (m *metadataModel) configuration() *ac.MetadataApplyConfiguration {
	if m == nil {
		return nil
	}
	c := &ac.MetadataApplyConfiguration{
		Name:        text(m.Name),
		Description: text(m.Description),
		Author:      text(m.Author),
		License:     text(m.License),
		Tags:        unordered(m.Tags),
	}
	if c.Name == nil && c.Description == nil && c.Author == nil && c.License == nil && c.Tags == nil {
		return nil
	}
	return c
}

func metadataOf(m v1alpha1.Metadata) *metadataModel {
	if m.Name == "" && m.Description == "" && m.Author == "" && m.License == "" && len(m.Tags) == 0 {
		return nil
	}
	return &metadataModel{
		Name:        textOf(m.Name),
		Description: textOf(m.Description),
		Author:      textOf(m.Author),
		License:     textOf(m.License),
		Tags:        copyOf(m.Tags),
	}
}

func metadataAttribute(what string) schema.Attribute {
	short := []validator.String{stringvalidator.LengthAtMost(256)}
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Describes the " + what + " to people.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"name":        schema.StringAttribute{MarkdownDescription: "Name for people.", Optional: true, Validators: short},
			"description": schema.StringAttribute{MarkdownDescription: "Description, in as many words as a consumer needs to decide.", Optional: true, Validators: []validator.String{stringvalidator.LengthAtMost(4096)}},
			"author":      schema.StringAttribute{MarkdownDescription: "Author, a person or an organisation.", Optional: true, Validators: short},
			"license":     schema.StringAttribute{MarkdownDescription: "License, best as an SPDX identifier.", Optional: true, Validators: short},
			"tags": schema.SetAttribute{
				MarkdownDescription: "Tags to find it by.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.Set{setvalidator.SizeAtMost(32), setvalidator.ValueStringsAre(stringvalidator.LengthBetween(1, 64))},
			},
		},
	}
}

// idAttribute is computed on creation, so that what refers to it waits for the object.
func idAttribute(form string) schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: "`" + form + "`, as import wants it.",
		Computed:            true,
	}
}

func nameAttribute(what string, name validator.String) schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: "Name of the " + what + ". Another name makes another object.",
		Required:            true,
		Validators:          []validator.String{name},
		PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
	}
}

func namespaceAttribute(what string) schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: "Namespace of the " + what + ". Default: that of the provider. Another namespace makes another object.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{label("a namespace")},
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplace()},
	}
}

func readyAttribute(what string) schema.Attribute {
	return schema.BoolAttribute{
		MarkdownDescription: "Whether the controller found the " + what + " fit for use. Where it did not, the next apply looks again and says why.",
		Computed:            true,
	}
}
