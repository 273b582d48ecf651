package provider

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/agreement"
)

// agreedTerms are all that an agreement binds, with the environment as it is now.
type agreedTerms struct{ *agreement.Terms }

// holds says whether a signature is the consumer's over these terms.
func (t agreedTerms) holds(signature types.String) bool {
	return t.Terms != nil && agreement.Verify(t.Terms, signature.ValueString()) == nil
}

// model of what the environment contributes.
func (t agreedTerms) model() types.Object {
	return types.ObjectValueMust(agreedTermsTypes, map[string]attr.Value{
		"environment_uid": types.StringValue(string(t.EnvironmentUID)),
		"chain_id":        types.Int64Value(t.ChainID),
		"escrow":          addressText(t.Escrow),
		"payee":           addressText(t.Payee),
		"prices": types.ObjectValueMust(pricesTypes, map[string]attr.Value{
			"cpu": amountText(t.Prices.CPU), "memory_gib": amountText(t.Prices.MemoryGiB), "disk_gib": amountText(t.Prices.DiskGiB),
		}),
	})
}

// exceeds names the first price above the highest that is agreed to; empty: none.
func (t agreedTerms) exceeds(most *pricesPerMinuteModel) string {
	if most == nil {
		return ""
	}
	for _, price := range []struct {
		name string
		most types.String
		is   fmt.Stringer
	}{{"cpu", most.CPU, t.Prices.CPU}, {"memory_gib", most.MemoryGiB, t.Prices.MemoryGiB}, {"disk_gib", most.DiskGiB, t.Prices.DiskGiB}} {
		asked, limit := amountOf(types.StringValue(price.is.String())), amountOf(price.most)
		if limit != nil && asked.Cmp(limit) > 0 {
			return fmt.Sprintf("%s costs %s base units per minute, and max_prices.%s is %s", price.name, asked, price.name, limit)
		}
	}
	return ""
}

var (
	// errNoPayee says that an environment is paid, and the controller has not found out by whom.
	errNoPayee = errors.New("the environment has no payee yet")
	// errNoEnvironment says that there is no environment of that name.
	errNoEnvironment = errors.New("the environment does not exist")
)

// terms of a model with the environment as it is now.
func (r *serviceAgreementResource) terms(ctx context.Context, m *serviceAgreementModel) (agreedTerms, error) {
	api, err := r.cluster.client()
	if err != nil {
		return agreedTerms{}, err
	}
	environment, err := readEnvironment(ctx, api, m.Environment.ValueString())
	if err != nil {
		return agreedTerms{}, err
	}
	return m.termsIn(environment)
}

func readEnvironment(ctx context.Context, api client.Reader, name string) (*v1alpha1.ComputeEnvironment, error) {
	environment := &v1alpha1.ComputeEnvironment{}
	err := api.Get(ctx, client.ObjectKey{Name: name}, environment)
	if apierrors.IsNotFound(err) && !missingKind(err) {
		return nil, fmt.Errorf("compute environment %q: %w", name, errNoEnvironment)
	}
	return environment, err
}

func (m *serviceAgreementModel) termsIn(environment *v1alpha1.ComputeEnvironment) (agreedTerms, error) {
	status := environment.Status
	if environment.Spec.Payment != nil && (status.Payee == "" || status.ObservedGeneration != environment.Generation) {
		return agreedTerms{}, fmt.Errorf("compute environment %q: %w", environment.Name, errNoPayee)
	}
	var object v1alpha1.ServiceAgreement
	if err := convert(m.configuration(), &object); err != nil {
		return agreedTerms{}, err
	}
	terms, err := agreement.TermsOf(&object, environment)
	return agreedTerms{terms}, err
}

// payeeGrace is how long an environment that has just been written may have no payee.
const payeeGrace = 30 * time.Second

// sign what is planned, unless its signature is given.
func (r *serviceAgreementResource) sign(ctx context.Context, api client.Client, planned, prior *serviceAgreementModel) diag.Diagnostics {
	var diags diag.Diagnostics
	if prior != nil && planned.Signature.Equal(prior.Signature) {
		if planned.Terms.IsUnknown() {
			planned.Terms = prior.Terms
		}
		return nil
	}
	action := "sign " + r.kind.describe(planned.key())
	if err := r.fill(ctx, api, planned); err != nil {
		return explainAgreement(action, err)
	}
	var terms agreedTerms
	var err error
	_ = wait.PollUntilContextTimeout(ctx, time.Second, payeeGrace, true, func(ctx context.Context) (bool, error) {
		var found agreedTerms
		if found, err = r.terms(ctx, planned); err == nil {
			terms = found
		}
		return !errors.Is(err, errNoPayee), nil
	})
	if err != nil {
		return explainAgreement(action, err)
	}
	if !planned.Terms.IsUnknown() && !planned.Terms.Equal(terms.model()) {
		diags.AddAttributeError(path.Root("terms"), "Terms Have Changed",
			fmt.Sprintf("Environment %s is no longer what the plan showed: its payee, prices, chain or escrow contract is another one, or it was made anew. Nothing is signed.\n\n"+
				"Plan again, and look at terms.", planned.Environment.ValueString()))
		return diags
	}
	planned.Terms = terms.model()
	if excess := terms.exceeds(planned.MaxPrices); excess != "" {
		diags.Append(tooDear(planned, excess))
		return diags
	}
	if !planned.Signature.IsUnknown() {
		return checkSignature(terms, planned.Signature)
	}
	wallet, err := r.ledger.wallet()
	if err != nil {
		return explainChain(action, err)
	}
	signature, err := agreement.Sign(ctx, wallet, terms.Terms)
	if err != nil {
		return explainChain(action, err)
	}
	planned.Signature = types.StringValue(signature)
	tflog.Info(ctx, "signed "+r.kind.describe(planned.key()), map[string]any{"consumer": terms.Consumer.Hex()})
	return nil
}

// fill in what was not known when the plan was made.
func (r *serviceAgreementResource) fill(ctx context.Context, api client.Client, m *serviceAgreementModel) error {
	if m.Consumer.IsUnknown() {
		wallet, err := r.ledger.wallet()
		if err != nil {
			return err
		}
		m.Consumer = addressText(wallet.Address())
	}
	if m.Nonce.IsUnknown() {
		var nonce [16]byte
		_, _ = rand.Read(nonce[:]) // it never fails
		m.Nonce = types.StringValue(hex.EncodeToString(nonce[:]))
	}
	for i := range m.Datasets {
		d := &m.Datasets[i]
		if !d.DID.IsUnknown() {
			continue
		}
		did, err := datasetDID(ctx, api, client.ObjectKey{Namespace: m.namespaceOf(*d).ValueString(), Name: d.Name.ValueString()})
		if err != nil {
			return err
		}
		d.DID = types.StringValue(did)
	}
	return nil
}

// errNoDID says that the DID of a dataset cannot be read.
var errNoDID = errors.New("set its did in the agreement, as its owner tells it, or create the dataset first")

func datasetDID(ctx context.Context, api client.Reader, key client.ObjectKey) (string, error) {
	var dataset v1alpha1.Dataset
	if err := api.Get(ctx, key, &dataset); err != nil {
		return "", fmt.Errorf("the DID of dataset %q cannot be read (%s): %w", objectID(key), apiMessage(err), errNoDID)
	}
	if dataset.Status.DID == "" {
		return "", fmt.Errorf("dataset %q has no DID yet: %w", objectID(key), errNoDID)
	}
	return dataset.Status.DID, nil
}

func checkSignature(terms agreedTerms, signature types.String) diag.Diagnostics {
	var diags diag.Diagnostics
	if err := agreement.Verify(terms.Terms, signature.ValueString()); err != nil {
		diags.AddAttributeError(path.Root("signature"), "Signature Does Not Hold",
			sentence(err.Error())+"\n\nSign these terms with the consumer's key, or leave signature out and let the provider's wallet sign.")
	}
	return diags
}

func tooDear(m *serviceAgreementModel, excess string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("max_prices"), "Environment Is Too Dear",
		fmt.Sprintf("In environment %s %s. Nothing is signed.\n\nRaise max_prices where that is right.", m.Environment.ValueString(), excess))
}

func explainAgreement(action string, err error) diag.Diagnostics {
	var status apierrors.APIStatus
	switch {
	case errors.Is(err, errWallet):
		return explainChain(action, err)
	case errors.Is(err, errUnknownSettings), errors.As(err, &status):
		return explain(action, err)
	}
	next := "Correct it in the agreement, or ask the owner of the environment."
	switch {
	case errors.Is(err, errNoPayee):
		next = "Wait until the environment is ready: kubectl get computeenvironments shows what it lacks."
	case errors.Is(err, errNoEnvironment):
		next = "Create it first, or name another one."
	case errors.Is(err, errNoDID):
		next = "An agreement names the datasets by their DIDs."
	}
	var diags diag.Diagnostics
	diags.AddError("Unable to "+title(action), sentence(err.Error())+"\n\n"+next)
	return diags
}

// sameWallet says why the provider's wallet cannot sign for a consumer; nil where it can, or where that is not known yet.
func (r *serviceAgreementResource) sameWallet(consumer types.String) error {
	expected, isKnown := ocean.ParseAddress(consumer.ValueString())
	if wallet, missing := r.ledger.wallet(); isKnown == nil && missing == nil && wallet.Address() != expected {
		return fmt.Errorf("the wallet of the provider is that of %s, and the consumer is %s", wallet.Address(), expected)
	}
	return nil
}
