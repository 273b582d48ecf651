package agreement

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// TestKey says which agreements share one maxAmount.
func TestKey(t *testing.T) {
	agreement := func() *v1alpha1.ServiceAgreement {
		return &v1alpha1.ServiceAgreement{
			ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "study"},
			Spec: v1alpha1.ServiceAgreementSpec{
				Consumer: "0xAb", Environment: "default", Algorithms: []string{"a", "b"},
				Datasets:  []v1alpha1.AgreedDataset{{DID: "1"}, {DID: "2"}},
				Payment:   v1alpha1.AgreedPayment{Token: "0xCd", MaxAmount: "100"},
				ExpiresAt: metav1.NewTime(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)), Nonce: "1", Signature: "0x11",
			},
		}
	}
	for name, test := range map[string]struct {
		change func(*v1alpha1.ServiceAgreement)
		same   bool
	}{
		"created again":               {func(a *v1alpha1.ServiceAgreement) { a.UID = "other"; a.Status.Spent = "5" }, true},
		"signed again":                {func(a *v1alpha1.ServiceAgreement) { a.Spec.Signature = "0x22" }, true},
		"addresses written otherwise": {func(a *v1alpha1.ServiceAgreement) { a.Spec.Consumer, a.Spec.Payment.Token = "0xaB", "0xcD" }, true},
		"lists in another order": {func(a *v1alpha1.ServiceAgreement) {
			a.Spec.Algorithms = []string{"b", "a"}
			a.Spec.Datasets = []v1alpha1.AgreedDataset{{DID: "2"}, {DID: "1"}}
		}, true},
		"a fraction of a second": {func(a *v1alpha1.ServiceAgreement) { a.Spec.ExpiresAt.Time = a.Spec.ExpiresAt.Add(time.Second / 2) }, true},
		"another time zone": {func(a *v1alpha1.ServiceAgreement) {
			a.Spec.ExpiresAt.Time = a.Spec.ExpiresAt.In(time.FixedZone("there", 3600))
		}, true},
		"another nonce":     {func(a *v1alpha1.ServiceAgreement) { a.Spec.Nonce = "2" }, false},
		"another amount":    {func(a *v1alpha1.ServiceAgreement) { a.Spec.Payment.MaxAmount = "101" }, false},
		"another name":      {func(a *v1alpha1.ServiceAgreement) { a.Name = "other" }, false},
		"another namespace": {func(a *v1alpha1.ServiceAgreement) { a.Namespace = "other" }, false},
	} {
		changed := agreement()
		test.change(changed)
		if same := keyOf(changed) == keyOf(agreement()); same != test.same {
			t.Errorf("%s: the same is %t, want %t", name, same, test.same)
		}
	}
}
