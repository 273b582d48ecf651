package provider

import (
	"context"
	"fmt"
	"math/big"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/agreement"
	"github.com/compute-to-data/terraform-provider-c2d/policy"
)

// jobCostModel is the most that a run can cost.
type jobCostModel struct {
	MaxCost      types.String `tfsdk:"max_cost"`
	MaxCostToken types.String `tfsdk:"max_cost_token"`
}

var (
	jobCostAttributes = []string{"max_cost", "max_cost_token"}
	// costInputs decide what a run costs at most.
	costInputs = []string{"namespace", "environment", "agreement", "resources", "max_duration"}
)

func jobCostSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"max_cost": schema.StringAttribute{
			MarkdownDescription: "The most that the run can cost, in base units of `max_cost_token`: its longest duration at the environment's prices, which is what is locked before it starts; what it does not use comes back. " +
				"Plans show it where the environment exists already. Null where nothing is paid.",
			Computed: true,
		},
		"max_cost_token": schema.StringAttribute{
			MarkdownDescription: "Token that `max_cost` is in: that of the agreement.",
			Computed:            true,
		},
	}
}

// setStatus takes over what was locked for the run. Until then what was planned stands.
func (m *jobCostModel) setStatus(j *v1alpha1.ComputeJob) {
	switch p := j.Status.Payment; {
	case p != nil:
		m.MaxCost, m.MaxCostToken = textOf(string(p.Locked)), textOf(string(p.Token))
	case m.MaxCost.IsUnknown() || m.MaxCostToken.IsUnknown():
		m.MaxCost, m.MaxCostToken = types.StringNull(), types.StringNull()
	}
}

// planCost of the next run. What cannot be read yet is not known; nothing here fails a plan.
func planCost(ctx context.Context, look *outlook) (jobCostModel, diag.Diagnostics) {
	var diags diag.Diagnostics
	unknown := jobCostModel{MaxCost: types.StringUnknown(), MaxCostToken: types.StringUnknown()}
	environment := look.offer(ctx)
	if environment == nil {
		return unknown, nil
	}
	payment := environment.Spec.Payment
	if payment == nil {
		return jobCostModel{MaxCost: types.StringNull(), MaxCostToken: types.StringNull()}, nil
	}
	granted, err := policy.Grant(&look.job.Spec, &environment.Spec)
	if err != nil {
		diags.AddWarning("Environment Does Not Offer That Much", fmt.Sprintf("Environment %s would refuse the job: %s.", environment.Name, err))
		return unknown, diags
	}
	signed := look.signed(ctx)
	var token v1alpha1.Address
	switch {
	case signed != nil:
		token = signed.Spec.Payment.Token
	case len(payment.Prices) == 1:
		token = payment.Prices[0].Token
	default:
		return unknown, nil
	}
	prices, err := agreement.PricesIn(payment, token)
	var cost *big.Int
	if err == nil {
		cost, err = agreement.MaxCost(prices, agreement.Resources{CPU: granted.CPU, Memory: granted.Memory, Disk: granted.Disk}, granted.Duration)
	}
	if err != nil {
		diags.AddAttributeWarning(path.Root("agreement"), "Cost Is Not Known", fmt.Sprintf("What the run costs in environment %s cannot be told: %s.", environment.Name, err))
		return unknown, diags
	}
	if signed != nil {
		diags.Append(covers(signed, cost)...)
	}
	return jobCostModel{MaxCost: amountText(cost), MaxCostToken: types.StringValue(string(token))}, diags
}

// agreementOf a job; nil where it cannot be read (yet).
func agreementOf(ctx context.Context, api client.Reader, key client.ObjectKey) *v1alpha1.ServiceAgreement {
	var found v1alpha1.ServiceAgreement
	if key.Name == "" || key.Namespace == "" || api.Get(ctx, key, &found) != nil {
		return nil
	}
	return &found
}

// covers warns of an agreement that a run of this cost cannot start under.
func covers(signed *v1alpha1.ServiceAgreement, cost *big.Int) diag.Diagnostics {
	var diags diag.Diagnostics
	over := []v1alpha1.AgreementState{v1alpha1.AgreementExhausted, v1alpha1.AgreementExpired, v1alpha1.AgreementInvalid}
	rest, err := policy.Rest(signed, "")
	switch {
	case slices.Contains(over, signed.Status.State):
		diags.AddAttributeWarning(path.Root("agreement"), "Agreement Is "+string(signed.Status.State),
			fmt.Sprintf("No job can start under service agreement %q as it is now.", signed.Name))
	case err == nil && rest.Cmp(cost) < 0:
		diags.AddAttributeWarning(path.Root("agreement"), "Agreement Does Not Cover the Run",
			fmt.Sprintf("The run may cost %s base units of token %s, and %s of the %s of service agreement %q are neither spent nor locked.\n\n"+
				"It fails with %s unless runs that are under way give back enough. Ask for less, or sign another agreement.",
				cost, signed.Spec.Payment.Token, rest, signed.Spec.Payment.MaxAmount, signed.Name, v1alpha1.ReasonFundsInsufficient))
	}
	return diags
}
