package agreement

import (
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func testObjects() (*v1alpha1.ServiceAgreement, *v1alpha1.ComputeEnvironment) {
	terms := testTerms()
	agreement := &v1alpha1.ServiceAgreement{
		ObjectMeta: metav1.ObjectMeta{Namespace: terms.Namespace, Name: terms.Name},
		Spec: v1alpha1.ServiceAgreementSpec{
			Consumer:    v1alpha1.Address(terms.Consumer.Hex()),
			Environment: terms.Environment,
			Algorithms:  terms.Algorithms,
			Payment:     v1alpha1.AgreedPayment{Token: v1alpha1.Address(terms.Token.Hex()), MaxAmount: "25000000"},
			ExpiresAt:   metav1.NewTime(terms.ExpiresAt),
			Nonce:       terms.Nonce,
		},
	}
	for _, d := range terms.Datasets {
		agreement.Spec.Datasets = append(agreement.Spec.Datasets, v1alpha1.AgreedDataset(d))
	}
	environment := &v1alpha1.ComputeEnvironment{
		ObjectMeta: metav1.ObjectMeta{Name: terms.Environment, UID: terms.EnvironmentUID},
		Spec: v1alpha1.ComputeEnvironmentSpec{Payment: &v1alpha1.Payment{
			Chain:  v1alpha1.Chain{ChainID: terms.ChainID},
			Escrow: v1alpha1.Address(terms.Escrow.Hex()),
			Prices: []v1alpha1.TokenPrices{
				{Token: "0x90F79bf6EB2c4f870365E785982E1f101E93b906", PerMinute: v1alpha1.Prices{CPU: "1"}},
				{Token: v1alpha1.Address(terms.Token.Hex()), PerMinute: v1alpha1.Prices{CPU: "1000000", MemoryGiB: "200000", DiskGiB: "1000"}},
			},
		}},
		Status: v1alpha1.ComputeEnvironmentStatus{Payee: v1alpha1.Address(terms.Payee.Hex())},
	}
	return agreement, environment
}

func TestTermsOf(t *testing.T) {
	agreement, environment := testObjects()
	terms, err := TermsOf(agreement, environment)
	if err != nil {
		t.Fatal(err)
	}
	same := cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 })
	if diff := cmp.Diff(testTerms(), terms, same); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for name, test := range map[string]struct {
		change func(*v1alpha1.ServiceAgreement, *v1alpha1.ComputeEnvironment)
		want   string
	}{
		"another environment": {func(_ *v1alpha1.ServiceAgreement, e *v1alpha1.ComputeEnvironment) { e.Name = "other" }, "spec.environment"},
		"free environment":    {func(_ *v1alpha1.ServiceAgreement, e *v1alpha1.ComputeEnvironment) { e.Spec.Payment = nil }, "has no spec.payment"},
		"no payee yet":        {func(_ *v1alpha1.ServiceAgreement, e *v1alpha1.ComputeEnvironment) { e.Status.Payee = "" }, "status.payee"},
		"mistyped consumer": {func(a *v1alpha1.ServiceAgreement, _ *v1alpha1.ComputeEnvironment) {
			a.Spec.Consumer = v1alpha1.Address(strings.ToLower(string(a.Spec.Consumer)))
		}, "write 0x70997970C51812dc3A010C7d01b50e0d17dc79C8"},
		"token not taken": {func(a *v1alpha1.ServiceAgreement, _ *v1alpha1.ComputeEnvironment) {
			a.Spec.Payment.Token = "0xCf7Ed3AccA5a467e9e704C703E8D87F634fB0Fc9"
		}, "does not list token"},
		"amount": {func(a *v1alpha1.ServiceAgreement, _ *v1alpha1.ComputeEnvironment) {
			a.Spec.Payment.MaxAmount = v1alpha1.Amount(strings.Repeat("9", 78))
		}, "spec.payment.maxAmount"},
		"price": {func(_ *v1alpha1.ServiceAgreement, e *v1alpha1.ComputeEnvironment) {
			e.Spec.Payment.Prices[1].PerMinute.DiskGiB = "1.5"
		}, "spec.payment.prices[1].perMinute.diskGiB"},
	} {
		agreement, environment := testObjects()
		test.change(agreement, environment)
		if _, err := TermsOf(agreement, environment); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, test.want)
		}
	}
}

// TestWhatIsNotSigned may change under a signature: prices in other tokens, and what jobs may use.
func TestWhatIsNotSigned(t *testing.T) {
	agreement, environment := testObjects()
	terms, err := TermsOf(agreement, environment)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := Sign(t.Context(), key{consumerKey}, terms)
	if err != nil {
		t.Fatal(err)
	}
	environment.Spec.Payment.Prices[0].PerMinute.CPU = "2"
	environment.Spec.MaxConcurrentJobs = 3
	if terms, err = TermsOf(agreement, environment); err != nil {
		t.Fatal(err)
	}
	if err := Verify(terms, signature); err != nil {
		t.Error(err)
	}
}
