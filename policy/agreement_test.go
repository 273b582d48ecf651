package policy

import (
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

const (
	didDataset   = "did:c2d:aa"
	didAlgorithm = "did:c2d:bb"
)

var expiry = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)

func TestCovered(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*v1alpha1.ServiceAgreement, *Agreed)
		reason string // of the refusal; empty: covered
	}{
		"what it names": {func(*v1alpha1.ServiceAgreement, *Agreed) {}, ""},
		"by checksum":   {func(a *v1alpha1.ServiceAgreement, _ *Agreed) { a.Spec.Algorithms = []string{trusted} }, ""},
		"any algorithm": {func(a *v1alpha1.ServiceAgreement, _ *Agreed) { a.Spec.Algorithms = []string{"*"} }, ""},
		"one dataset of two": {func(a *v1alpha1.ServiceAgreement, _ *Agreed) {
			a.Spec.Datasets = append(a.Spec.Datasets, v1alpha1.AgreedDataset{DID: "did:c2d:cc"})
		}, ""},
		"another namespace":   {func(_ *v1alpha1.ServiceAgreement, r *Agreed) { r.Namespace = "other" }, v1alpha1.ReasonAgreementInvalid},
		"another environment": {func(_ *v1alpha1.ServiceAgreement, r *Agreed) { r.Environment = "other" }, v1alpha1.ReasonAgreementInvalid},
		"another dataset":     {func(_ *v1alpha1.ServiceAgreement, r *Agreed) { r.Datasets[0].DIDs = []string{"did:c2d:cc"} }, v1alpha1.ReasonAgreementInvalid},
		"a dataset moved":     {func(_ *v1alpha1.ServiceAgreement, r *Agreed) { r.Datasets[0].Namespace = "other" }, v1alpha1.ReasonAgreementInvalid},
		"one dataset more": {func(_ *v1alpha1.ServiceAgreement, r *Agreed) {
			r.Datasets = append(r.Datasets, AgreedDataset{[]string{"did:c2d:cc"}, "a", "b"})
		}, v1alpha1.ReasonAgreementInvalid},
		"a dataset without DID": {func(a *v1alpha1.ServiceAgreement, r *Agreed) {
			a.Spec.Datasets[0].DID, r.Datasets[0].DIDs = "", []string{""}
		}, v1alpha1.ReasonAgreementInvalid},
		"a published dataset":   {func(_ *v1alpha1.ServiceAgreement, r *Agreed) { r.Datasets[0].DIDs = []string{"did:c2d:cc", didDataset} }, ""},
		"a published algorithm": {func(_ *v1alpha1.ServiceAgreement, r *Agreed) { r.AlgorithmDIDs = []string{"did:c2d:cc", didAlgorithm} }, ""},
		"another algorithm":     {func(_ *v1alpha1.ServiceAgreement, r *Agreed) { r.AlgorithmDIDs = []string{"did:c2d:cc"} }, v1alpha1.ReasonAgreementInvalid},
		"an algorithm of no name": {func(a *v1alpha1.ServiceAgreement, r *Agreed) {
			a.Spec.Algorithms, r.AlgorithmDIDs = []string{""}, []string{""}
		}, v1alpha1.ReasonAgreementInvalid},
		"a changed algorithm": {func(a *v1alpha1.ServiceAgreement, r *Agreed) {
			a.Spec.Algorithms, r.AlgorithmChecksum = []string{trusted}, other
		}, v1alpha1.ReasonAgreementInvalid},
		"a second before its end": {func(_ *v1alpha1.ServiceAgreement, r *Agreed) { r.Now = expiry.Add(-time.Second) }, ""},
		"at its end":              {func(_ *v1alpha1.ServiceAgreement, r *Agreed) { r.Now = expiry }, v1alpha1.ReasonAgreementExpired},
		"in the unsigned fraction": {func(a *v1alpha1.ServiceAgreement, r *Agreed) {
			a.Spec.ExpiresAt.Time = expiry.Add(time.Second - 1)
			r.Now = expiry
		}, v1alpha1.ReasonAgreementExpired},
		"the last unit":          {func(_ *v1alpha1.ServiceAgreement, r *Agreed) { r.MaxCost = big.NewInt(70) }, ""},
		"a unit more":            {func(_ *v1alpha1.ServiceAgreement, r *Agreed) { r.MaxCost = big.NewInt(71) }, v1alpha1.ReasonFundsInsufficient},
		"more spent than agreed": {func(a *v1alpha1.ServiceAgreement, r *Agreed) { a.Status.Spent, r.MaxCost = "200", new(big.Int) }, ""},
		"free of charge":         {func(a *v1alpha1.ServiceAgreement, r *Agreed) { a.Status.Spent, r.MaxCost = "90", new(big.Int) }, ""},
		"a status out of words":  {func(a *v1alpha1.ServiceAgreement, _ *Agreed) { a.Status.Locks[0].Amount = "-10" }, v1alpha1.ReasonAgreementInvalid},
	} {
		agreement := &v1alpha1.ServiceAgreement{
			ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "study"},
			Spec: v1alpha1.ServiceAgreementSpec{
				Environment: "default",
				Datasets:    []v1alpha1.AgreedDataset{{DID: didDataset, Namespace: "hospital", Name: "tumours"}},
				Algorithms:  []string{didAlgorithm},
				Payment:     v1alpha1.AgreedPayment{MaxAmount: "100"},
				ExpiresAt:   metav1.NewTime(expiry),
			},
			Status: v1alpha1.ServiceAgreementStatus{Spent: "20", Locks: []v1alpha1.AgreedLock{{LockID: "0xaa", Amount: "10"}}},
		}
		run := &Agreed{
			Namespace: "lab", Environment: "default",
			Datasets:      []AgreedDataset{{[]string{didDataset}, "hospital", "tumours"}},
			AlgorithmDIDs: []string{didAlgorithm}, AlgorithmChecksum: trusted,
			MaxCost: big.NewInt(50), Now: expiry.Add(-time.Hour),
		}
		test.change(agreement, run)
		err := Covered(agreement, run)
		var refusal *Refusal
		switch {
		case test.reason == "" && err != nil:
			t.Errorf("%s: refused: %v", name, err)
		case test.reason != "" && (!errors.As(err, &refusal) || refusal.Reason != test.reason || !strings.HasPrefix(err.Error(), "ServiceAgreement study: ")):
			t.Errorf("%s: got %v, want a refusal with reason %s", name, err, test.reason)
		}
	}
}

func TestAgreementNeeded(t *testing.T) {
	free, paid := &v1alpha1.ComputeEnvironment{}, &v1alpha1.ComputeEnvironment{}
	paid.Name, paid.Spec.Payment = "paid", &v1alpha1.Payment{}
	open, strict := dataset(nil), dataset(nil)
	strict.Spec.Terms.Agreement = v1alpha1.AgreementRequired
	for name, test := range map[string]struct {
		environment *v1alpha1.ComputeEnvironment
		datasets    []*v1alpha1.Dataset
		want        string
	}{
		"nobody":             {free, []*v1alpha1.Dataset{open}, ""},
		"the environment":    {paid, []*v1alpha1.Dataset{open}, "ComputeEnvironment paid"},
		"one dataset of two": {free, []*v1alpha1.Dataset{open, strict}, "Dataset hospital/tumours"},
	} {
		if got := AgreementNeeded(test.environment, test.datasets); !strings.HasPrefix(got, test.want) || (got == "") != (test.want == "") {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
