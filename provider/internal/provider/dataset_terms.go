package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	ac "github.com/compute-to-data/terraform-provider-c2d/crds/applyconfiguration/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// termsModel are the terms of access.
type termsModel struct {
	Agreement types.String `tfsdk:"agreement"`
	Order     types.String `tfsdk:"order"`
	Timeout   limitValue   `tfsdk:"timeout"`
}

func termsAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Terms of access.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"agreement": schema.StringAttribute{
				MarkdownDescription: "Whether a job needs a service agreement: `Optional`, the default, or `Required`. Where it does, its environment must have `payment`, at prices of 0 where it costs nothing.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.OneOf(string(v1alpha1.AgreementOptional), string(v1alpha1.AgreementRequired))},
			},
			"order": schema.StringAttribute{
				MarkdownDescription: "Whether the consumer must have ordered the dataset: `Optional`, the default, or `Required`, of a dataset with `nft`. One of its datatokens is spent then for the account that has signed the job's agreement, within `timeout`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.OneOf(string(v1alpha1.OrderOptional), string(v1alpha1.OrderRequired))},
			},
			"timeout": schema.StringAttribute{
				MarkdownDescription: "How long a job has access to the dataset, and its consumer to the results, from the time at which the dataset was ordered, where `order` asks for that, or else the job's agreement became active, else from the start of its first run: `24h`. " +
					"Whole seconds, from `1m` to `87600h`; `0s`, the default, sets no limit.",
				CustomType:    limitType{},
				Optional:      true,
				PlanModifiers: []planmodifier.String{keepSpelling[limitNotation]{}},
			},
		},
	}
}

func (m *termsModel) configuration() *ac.TermsApplyConfiguration {
	if m == nil {
		return nil
	}
	c := &ac.TermsApplyConfiguration{}
	// The API server fills in what is optional.
	if term := v1alpha1.AgreementTerm(m.Agreement.ValueString()); term == v1alpha1.AgreementRequired {
		c.Agreement = &term
	}
	if !m.Timeout.IsNull() {
		c.Timeout = duration(m.Timeout)
	}
	if term := v1alpha1.OrderTerm(m.Order.ValueString()); term == v1alpha1.OrderRequired {
		c.Order = &term
	}
	if c.Agreement == nil && c.Order == nil && c.Timeout == nil {
		return nil
	}
	return c
}

func termsOf(terms v1alpha1.Terms) *termsModel {
	m := &termsModel{}
	if terms.Agreement == v1alpha1.AgreementRequired {
		m.Agreement = types.StringValue(string(terms.Agreement))
	}
	if terms.Timeout != nil {
		m.Timeout = durationOf[limitNotation](terms.Timeout)
	}
	if terms.Order == v1alpha1.OrderRequired {
		m.Order = types.StringValue(string(terms.Order))
	}
	if m.Agreement.IsNull() && m.Order.IsNull() && m.Timeout.IsNull() {
		return nil
	}
	return m
}
