package provider

import (
	"context"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
)

// checksummedAddress wants an address of an account or a contract.
type checksummedAddress struct{}

func (checksummedAddress) Description(context.Context) string {
	return "must be an address, with the checksum of EIP-55 in its upper and lower case"
}

func (v checksummedAddress) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (checksummedAddress) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := ocean.ParseAddress(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid Address", sentence(err.Error()))
	}
}

// baseUnits wants an amount of at least so much.
type baseUnits struct{ least int64 }

func (baseUnits) Description(context.Context) string {
	return "must be an amount in base units of the token: a decimal integer without sign, point and leading zeros"
}

func (v baseUnits) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v baseUnits) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	amount, err := ocean.ParseAmount(req.ConfigValue.ValueString())
	switch {
	case err != nil:
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid Amount", sentence(err.Error()))
	case amount.Cmp(big.NewInt(v.least)) < 0:
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid Amount", "The amount is "+amount.String()+": expected more than 0.")
	}
}

// uniqueTokens wants each token once.
type uniqueTokens struct{}

func (uniqueTokens) Description(context.Context) string { return "must list each token once" }

func (v uniqueTokens) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v uniqueTokens) ValidateList(ctx context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	seen := map[string]bool{}
	for i, element := range req.ConfigValue.Elements() {
		prices, isObject := element.(types.Object)
		if !isObject {
			continue
		}
		token, isText := prices.Attributes()["token"].(types.String)
		if !isText || token.IsUnknown() || token.IsNull() {
			continue
		}
		if seen[token.ValueString()] {
			resp.Diagnostics.AddAttributeError(req.Path.AtListIndex(i).AtName("token"), "Token Is Listed Twice",
				"The list "+v.Description(ctx)+"; "+token.ValueString()+" is in it already.")
		}
		seen[token.ValueString()] = true
	}
}

// amountOf a text that was validated; nil where it is null or unknown.
func amountOf(v types.String) *big.Int {
	amount, err := ocean.ParseAmount(v.ValueString())
	if err != nil {
		return nil
	}
	return amount
}

func amountText(amount *big.Int) types.String { return types.StringValue(amount.String()) }

// amount to apply; nil where none is set.
func amount(v types.String) *v1alpha1.Amount {
	if v.ValueString() == "" {
		return nil
	}
	a := v1alpha1.Amount(v.ValueString())
	return &a
}

// address to apply; nil where none is set.
func address(v types.String) *v1alpha1.Address {
	if v.ValueString() == "" {
		return nil
	}
	a := v1alpha1.Address(v.ValueString())
	return &a
}
