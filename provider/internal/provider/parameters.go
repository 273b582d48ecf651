package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	ac "github.com/compute-to-data/terraform-provider-c2d/crds/applyconfiguration/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// parameterModel declares a parameter of an algorithm or a dataset.
type parameterModel struct {
	Type        types.String `tfsdk:"type"`
	Description types.String `tfsdk:"description"`
	Required    types.Bool   `tfsdk:"required"`
	Default     types.String `tfsdk:"default"`
	Options     []string     `tfsdk:"options"`
}

func parametersAttribute(description string) schema.Attribute {
	return schema.MapNestedAttribute{
		MarkdownDescription: description,
		Optional:            true,
		Validators: []validator.Map{
			mapvalidator.SizeAtMost(64),
			mapvalidator.KeysAre(stringvalidator.LengthBetween(1, 63),
				matches(`^[A-Za-z_][A-Za-z0-9_.-]*$`, "must be the name of a parameter: letters, digits, underscores, dots and dashes, beginning with a letter or underscore")),
		},
		NestedObject: schema.NestedAttributeObject{
			Validators: []validator.Object{optionsMatchType{}},
			Attributes: map[string]schema.Attribute{
				"type": schema.StringAttribute{
					MarkdownDescription: "Type of the value: `text`, `number`, `boolean` or `select` (one of the options).",
					Required:            true,
					Validators: []validator.String{stringvalidator.OneOf(string(v1alpha1.ParameterText), string(v1alpha1.ParameterNumber),
						string(v1alpha1.ParameterBoolean), string(v1alpha1.ParameterSelect))},
				},
				"description": schema.StringAttribute{
					MarkdownDescription: "Description for people.",
					Optional:            true,
					Validators:          []validator.String{stringvalidator.LengthAtMost(512)},
				},
				"required": schema.BoolAttribute{
					MarkdownDescription: "Whether a job must set it, unless it has a default. Default: `false`.",
					Optional:            true,
					Computed:            true,
					Default:             booldefault.StaticBool(false),
				},
				"default": schema.StringAttribute{
					MarkdownDescription: "Value where a job sets nothing.",
					Optional:            true,
					Validators:          []validator.String{stringvalidator.LengthBetween(1, 1024)},
				},
				"options": schema.SetAttribute{
					MarkdownDescription: "Options to select from.",
					ElementType:         types.StringType,
					Optional:            true,
					Validators:          []validator.Set{setvalidator.SizeBetween(1, 64), setvalidator.ValueStringsAre(stringvalidator.LengthAtMost(256))},
				},
			},
		},
	}
}

func parametersConfiguration(parameters map[string]parameterModel) []ac.ParameterApplyConfiguration {
	var list []ac.ParameterApplyConfiguration
	for _, name := range inOrder(parameters) {
		p := parameters[name]
		kind := v1alpha1.ParameterType(p.Type.ValueString())
		list = append(list, ac.ParameterApplyConfiguration{
			Name: &name, Type: &kind, Description: text(p.Description), Required: flag(p.Required), Default: text(p.Default), Options: unordered(p.Options),
		})
	}
	return list
}

func parametersOf(list []v1alpha1.Parameter) map[string]parameterModel {
	if len(list) == 0 {
		return nil
	}
	parameters := map[string]parameterModel{}
	for _, p := range list {
		parameters[p.Name] = parameterModel{
			Type:        types.StringValue(string(p.Type)),
			Description: textOf(p.Description),
			Required:    types.BoolValue(p.Required),
			Default:     textOf(p.Default),
			Options:     copyOf(p.Options),
		}
	}
	return parameters
}

// parameterValuesAttribute sets parameters that something else declares.
func parameterValuesAttribute(description string) schema.Attribute {
	return schema.MapAttribute{
		MarkdownDescription: description,
		ElementType:         types.StringType,
		Optional:            true,
		Validators: []validator.Map{
			mapvalidator.SizeAtMost(64),
			mapvalidator.KeysAre(stringvalidator.LengthBetween(1, 63)),
			mapvalidator.ValueStringsAre(stringvalidator.LengthAtMost(1024)),
		},
	}
}

func parameterValues(values map[string]string) map[string]v1alpha1.ParameterValue {
	if len(values) == 0 {
		return nil
	}
	given := make(map[string]v1alpha1.ParameterValue, len(values))
	for name, value := range values {
		given[name] = v1alpha1.ParameterValue(value)
	}
	return given
}

func parameterValuesOf(given map[string]v1alpha1.ParameterValue) map[string]string {
	if len(given) == 0 {
		return nil
	}
	values := make(map[string]string, len(given))
	for name, value := range given {
		values[name] = string(value)
	}
	return values
}
