package policy

import (
	"math/big"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func TestAgreement(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		change  func(*v1alpha1.ServiceAgreement, *AgreedRun)
		reason  string
		message string
	}{
		"covers": {change: func(*v1alpha1.ServiceAgreement, *AgreedRun) {}},
		"any algorithm": {change: func(a *v1alpha1.ServiceAgreement, run *AgreedRun) {
			a.Spec.Algorithms, run.AlgorithmChecksum = []string{"*"}, "sha256:other"
		}},
		"an algorithm by DID": {change: func(a *v1alpha1.ServiceAgreement, run *AgreedRun) {
			a.Spec.Algorithms = []string{run.AlgorithmDID}
		}},
		"another algorithm":                {func(_ *v1alpha1.ServiceAgreement, run *AgreedRun) { run.AlgorithmChecksum = "sha256:other" }, v1alpha1.ReasonAgreementInvalid, "spec.algorithms"},
		"expired":                          {func(a *v1alpha1.ServiceAgreement, _ *AgreedRun) { a.Spec.ExpiresAt = metav1.NewTime(now) }, v1alpha1.ReasonAgreementExpired, "expired at 2026-11-22T12:00:00Z"},
		"another environment":              {func(_ *v1alpha1.ServiceAgreement, run *AgreedRun) { run.Environment = "other" }, v1alpha1.ReasonAgreementInvalid, "other"},
		"a dataset of that name elsewhere": {func(_ *v1alpha1.ServiceAgreement, run *AgreedRun) { run.Datasets[0].Namespace = "elsewhere" }, v1alpha1.ReasonAgreementInvalid, "elsewhere"},
		"a dataset with another DID":       {func(_ *v1alpha1.ServiceAgreement, run *AgreedRun) { run.Datasets[0].Status.DID = "did:c2d:2" }, v1alpha1.ReasonAgreementInvalid, "did:c2d:2"},
		"all that is left":                 {change: func(_ *v1alpha1.ServiceAgreement, run *AgreedRun) { run.Cost = big.NewInt(60) }},
		"more than is left":                {func(_ *v1alpha1.ServiceAgreement, run *AgreedRun) { run.Cost = big.NewInt(61) }, v1alpha1.ReasonAgreementInvalid, "60 of spec.payment.maxAmount 100"},
		"its own lock does not count":      {change: func(_ *v1alpha1.ServiceAgreement, run *AgreedRun) { run.Cost, run.Lock = big.NewInt(90), "0x1" }},
		"an amount that is none":           {func(a *v1alpha1.ServiceAgreement, _ *AgreedRun) { a.Status.Spent = "much" }, v1alpha1.ReasonAgreementInvalid, "much"},
	} {
		t.Run(name, func(t *testing.T) {
			a := &v1alpha1.ServiceAgreement{
				ObjectMeta: metav1.ObjectMeta{Name: "ours"},
				Spec: v1alpha1.ServiceAgreementSpec{
					Environment: "default", Algorithms: []string{"sha256:1"}, ExpiresAt: metav1.NewTime(now.Add(time.Hour)),
					Datasets: []v1alpha1.AgreedDataset{{DID: "did:c2d:1", Namespace: "hospital", Name: "tumours"}},
					Payment:  v1alpha1.AgreedPayment{MaxAmount: "100"},
				},
				Status: v1alpha1.ServiceAgreementStatus{Spent: "10", Locks: []v1alpha1.AgreedLock{{LockID: "0x1", Amount: "30"}}},
			}
			run := AgreedRun{
				Environment: "default", AlgorithmDID: "did:c2d:9", AlgorithmChecksum: "sha256:1", Cost: big.NewInt(20),
				Datasets: []*v1alpha1.Dataset{{
					ObjectMeta: metav1.ObjectMeta{Namespace: "hospital", Name: "tumours"}, Status: v1alpha1.DatasetStatus{DID: "did:c2d:1"},
				}},
			}
			test.change(a, &run)
			reason, message := Agreement(a, run, now)
			if reason != test.reason || !strings.Contains(message, test.message) {
				t.Errorf("got %q %q, want %q with %q", reason, message, test.reason, test.message)
			}
		})
	}
}
