package agreement

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/ethereum/go-ethereum/common"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
)

// TermsOf an agreement with an environment, as the environment is now: UID, payee, chain, escrow and prices are those
// that its status and spec show; whoever holds the payee's key compares it first. The signature in the agreement plays no part. The error says what is amiss in which field.
func TermsOf(agreement *v1alpha1.ServiceAgreement, environment *v1alpha1.ComputeEnvironment) (*Terms, error) {
	spec, payment := &agreement.Spec, environment.Spec.Payment
	if environment.Name != spec.Environment {
		return nil, fmt.Errorf("spec.environment is %q, expected %q", spec.Environment, environment.Name)
	}
	if payment == nil {
		return nil, fmt.Errorf("environment %s has no spec.payment, whose chain, escrow contract and payee an agreement is signed for: expected one, with prices of 0 where jobs cost nothing", environment.Name)
	}
	terms := &Terms{
		ChainID:        payment.Chain.ChainID,
		Namespace:      agreement.Namespace,
		Name:           agreement.Name,
		Environment:    environment.Name,
		EnvironmentUID: environment.UID,
		Datasets:       make([]Dataset, len(spec.Datasets)),
		Algorithms:     spec.Algorithms,
		ExpiresAt:      spec.ExpiresAt.Time,
		Nonce:          spec.Nonce,
	}
	for i, d := range spec.Datasets {
		terms.Datasets[i] = Dataset{DID: d.DID, Namespace: d.Namespace, Name: d.Name}
	}
	for _, address := range []struct {
		field string
		text  v1alpha1.Address
		into  *common.Address
	}{
		{"spec.consumer", spec.Consumer, &terms.Consumer},
		{"spec.payment.token", spec.Payment.Token, &terms.Token},
		{"spec.payment.escrow of environment " + environment.Name, payment.Escrow, &terms.Escrow},
		{"status.payee of environment " + environment.Name, environment.Status.Payee, &terms.Payee},
	} {
		var err error
		if *address.into, err = ocean.ParseAddress(string(address.text)); err != nil {
			return nil, fmt.Errorf("%s: %w", address.field, err)
		}
	}
	var err error
	if terms.MaxAmount, err = ocean.ParseAmount(string(spec.Payment.MaxAmount)); err != nil {
		return nil, fmt.Errorf("spec.payment.maxAmount: %w", err)
	}
	if terms.Prices, err = PricesIn(payment, spec.Payment.Token); err != nil {
		return nil, fmt.Errorf("environment %s: %w", environment.Name, err)
	}
	return terms, nil
}

// PricesIn a token.
func PricesIn(payment *v1alpha1.Payment, token v1alpha1.Address) (Prices, error) {
	i := slices.IndexFunc(payment.Prices, func(p v1alpha1.TokenPrices) bool { return p.Token == token })
	if i < 0 {
		return Prices{}, fmt.Errorf("spec.payment.prices does not list token %s: expected one of %s", token, tokens(payment))
	}
	prices, err := ParsePrices(payment.Prices[i].PerMinute)
	if err != nil {
		return Prices{}, fmt.Errorf("spec.payment.prices[%d].perMinute.%w", i, err)
	}
	return prices, nil
}

// ParsePrices reads prices as objects have them; what is not set costs nothing.
func ParsePrices(text v1alpha1.Prices) (Prices, error) {
	var prices Prices
	for _, price := range []struct {
		field string
		text  v1alpha1.Amount
		into  **big.Int
	}{{"cpu", text.CPU, &prices.CPU}, {"memoryGiB", text.MemoryGiB, &prices.MemoryGiB}, {"diskGiB", text.DiskGiB, &prices.DiskGiB}} {
		if price.text == "" {
			price.text = "0"
		}
		amount, err := ocean.ParseAmount(string(price.text))
		if err != nil {
			return Prices{}, fmt.Errorf("%s: %w", price.field, err)
		}
		*price.into = amount
	}
	return prices, nil
}

func tokens(payment *v1alpha1.Payment) []v1alpha1.Address {
	list := make([]v1alpha1.Address, len(payment.Prices))
	for i, p := range payment.Prices {
		list[i] = p.Token
	}
	return list
}
