package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// signedAttributes can only change together with the whole agreement.
var signedAttributes = []string{"consumer", "environment", "datasets", "algorithms", "payment", "expires_at", "nonce"}

// ModifyPlan shows what will be signed, and signs again where the environment is no longer what was signed for.
func (r *serviceAgreementResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	p := r.plan(ctx, req, resp)
	if p == nil || resp.Diagnostics.HasError() {
		return
	}
	left := func(name string) bool { value := attributesOf(req.Config.Raw)[name]; return value.IsNull() }
	if !p.creates() {
		p.keep("id", "terms")
		for _, name := range []string{"consumer", "nonce", "signature"} {
			if left(name) {
				p.keep(name)
			}
		}
	} else if left("consumer") {
		if wallet, err := r.ledger.wallet(); err == nil {
			p.next["consumer"] = textValue(addressText(wallet.Address()))
		} else if !errors.Is(err, errUnknownSettings) && !errors.Is(err, errNoKey) {
			resp.Diagnostics.Append(explainChain("open the wallet", err)...)
			return
		}
	}
	r.planDatasets(ctx, p, attributesOf(req.Config.Raw)["datasets"])
	if !p.creates() {
		for _, name := range signedAttributes {
			if name != "datasets" && p.changed(name) || name == "datasets" && otherDatasets(p) {
				resp.RequiresReplace = append(resp.RequiresReplace, path.Root(name))
			}
		}
	}
	r.planTerms(ctx, req, resp, p, left("signature"))
	if resp.Diagnostics.HasError() {
		return
	}
	if !p.creates() {
		var state string
		_ = p.prior["state"].As(&state)
		settled := slices.Contains([]v1alpha1.AgreementState{v1alpha1.AgreementActive, v1alpha1.AgreementExhausted, v1alpha1.AgreementExpired}, v1alpha1.AgreementState(state))
		if settled && !p.changed("signature") {
			p.keep(agreementStatusAttributes...)
		} else {
			p.forget(agreementStatusAttributes...)
		}
	}
	p.write(resp)
}

// planDatasets fills in the DIDs that are not given: those that the datasets have now, else those that were signed.
func (r *serviceAgreementResource) planDatasets(ctx context.Context, p *planned[*serviceAgreementModel], config tftypes.Value) {
	given, rows := rowsOf(config), rowsOf(p.next["datasets"])
	api, err := r.cluster.client()
	if len(given) != len(rows) || len(rows) == 0 {
		return
	}
	signed := map[client.ObjectKey]tftypes.Value{}
	for _, row := range rowsOf(p.prior["datasets"]) {
		signed[r.datasetKey(row, p.prior)] = row["did"]
	}
	for i, row := range rows {
		if did := given[i]["did"]; !did.IsNull() {
			continue
		}
		key := r.datasetKey(row, p.next)
		did, exists := signed[key]
		if !exists {
			did = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
		}
		if err == nil && key.Name != "" && key.Namespace != "" {
			if now, err := datasetDID(ctx, api, key); err == nil {
				did = tftypes.NewValue(tftypes.String, now)
			}
		}
		row["did"] = did
	}
	values := make([]tftypes.Value, len(rows))
	for i, row := range rows {
		values[i] = tftypes.NewValue(rowType, row)
	}
	p.next["datasets"] = tftypes.NewValue(tftypes.List{ElementType: rowType}, values)
}

var rowType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"did": tftypes.String, "namespace": tftypes.String, "name": tftypes.String}}

// rowsOf a list of objects; nil where it is not known.
func rowsOf(list tftypes.Value) []map[string]tftypes.Value {
	var values []tftypes.Value
	if list.IsNull() || !list.IsKnown() || list.As(&values) != nil {
		return nil
	}
	rows := make([]map[string]tftypes.Value, 0, len(values))
	for _, value := range values {
		if !value.IsKnown() {
			return nil
		}
		rows = append(rows, attributesOf(value))
	}
	return rows
}

// datasetKey of a row; parts that are not known are empty.
func (r *serviceAgreementResource) datasetKey(row, of map[string]tftypes.Value) client.ObjectKey {
	namespace := row["namespace"]
	if namespace.IsNull() {
		namespace = of["namespace"]
	}
	return client.ObjectKey{Namespace: textIn(namespace), Name: textIn(row["name"])}
}

// textIn a value; empty where it is null or not known.
func textIn(value tftypes.Value) string {
	var text *string
	if !value.IsKnown() || value.As(&text) != nil || text == nil {
		return ""
	}
	return *text
}

// otherDatasets says whether the plan has other datasets than the state, whatever their order and spelling.
func otherDatasets(p *planned[*serviceAgreementModel]) bool {
	set := func(of map[string]tftypes.Value) []string {
		var texts []string
		for _, row := range rowsOf(of["datasets"]) {
			texts = append(texts, fmt.Sprint(textIn(row["did"]), " ", cmp.Or(textIn(row["namespace"]), textIn(of["namespace"])), " ", textIn(row["name"])))
		}
		slices.Sort(texts)
		return texts
	}
	return !slices.Equal(set(p.prior), set(p.next))
}

// planTerms reads the environment. What cannot be read yet is left for later.
func (r *serviceAgreementResource) planTerms(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, p *planned[*serviceAgreementModel], sign bool) {
	var m serviceAgreementModel
	if !known(p.next, []string{"environment", "payment", "algorithms", "expires_at", "max_prices"}) || rowsOf(p.next["datasets"]) == nil {
		if !p.creates() {
			return
		}
		p.forget("terms")
		return
	}
	plan := tfsdk.Plan{Schema: req.Plan.Schema, Raw: tftypes.NewValue(req.Plan.Raw.Type(), p.next)}
	if resp.Diagnostics.Append(plan.Get(ctx, &m)...); resp.Diagnostics.HasError() {
		return
	}
	over := time.Now().After(instant(m.ExpiresAt).Time)
	switch {
	case over && p.creates():
		resp.Diagnostics.AddAttributeError(path.Root("expires_at"), "Agreement Would Be Expired", fmt.Sprintf("%s is over: expected a time in the future.", m.ExpiresAt.ValueString()))
		return
	case over:
		return // nothing is signed any more
	}
	// A stand-in for what is not known yet: it says nothing about the environment.
	complete := !m.Consumer.IsUnknown() && !m.Nonce.IsUnknown() && !slices.ContainsFunc(m.Datasets, func(d agreedDatasetModel) bool { return d.DID.IsUnknown() })
	probe := m
	if m.Consumer.IsUnknown() {
		probe.Consumer = types.StringValue(common.BigToAddress(big.NewInt(1)).Hex())
	}
	terms, err := r.terms(ctx, &probe)
	switch {
	case err == nil:
	case !p.creates():
		return
	case errors.Is(err, errNoPayee), errors.Is(err, errNoEnvironment), errors.Is(err, errUnknownSettings):
		p.forget("terms")
		return
	default:
		resp.Diagnostics.Append(explainAgreement("plan "+r.kind.describe(m.key()), err)...)
		return
	}
	holds := complete && terms.holds(m.Signature)
	if !p.creates() && (sign && holds && !m.Terms.IsNull() || !complete) {
		return
	}
	found, err := terms.model().ToTerraformValue(ctx)
	if err != nil {
		resp.Diagnostics.AddError("Unable to Show the Terms", err.Error())
		return
	}
	p.next["terms"] = found
	if excess := terms.exceeds(m.MaxPrices); excess != "" {
		resp.Diagnostics.Append(tooDear(&m, excess))
		return
	}
	if !sign {
		if complete && !m.Signature.IsUnknown() {
			resp.Diagnostics.Append(checkSignature(terms, m.Signature)...)
		}
		return
	}
	if holds {
		return
	}
	p.forget("signature")
	if err := r.sameWallet(m.Consumer); err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("consumer"), "Wallet Is Not the Consumer's",
			sentence(err.Error())+"\n\nGive the provider the consumer's wallet, leave consumer out, or give the signature that was made elsewhere.")
	}
}
