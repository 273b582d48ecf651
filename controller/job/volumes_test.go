package job

import (
	"errors"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// TestServes says for whom a claim is: for the one dataset that its annotation names.
func TestServes(t *testing.T) {
	dataset := &v1alpha1.Dataset{ObjectMeta: metav1.ObjectMeta{Namespace: "hospital", Name: "scans"}}
	deleted := metav1.Now()
	for name, test := range map[string]struct {
		annotation string
		change     func(*corev1.PersistentVolumeClaim)
		reason     string
		final      bool
	}{
		"for it":               {annotation: "hospital/scans"},
		"for nobody":           {reason: v1alpha1.ReasonPolicyDenied, final: true},
		"for another":          {annotation: "clinic/secret-study", reason: v1alpha1.ReasonPolicyDenied, final: true},
		"for its namespace":    {annotation: "hospital/", reason: v1alpha1.ReasonPolicyDenied, final: true},
		"for one named alike":  {annotation: "hospital/scans2", reason: v1alpha1.ReasonPolicyDenied, final: true},
		"for several":          {annotation: "hospital/scans,clinic/secret-study", reason: v1alpha1.ReasonPolicyDenied, final: true},
		"for all":              {annotation: "*", reason: v1alpha1.ReasonPolicyDenied, final: true},
		"not bound yet":        {annotation: "hospital/scans", change: func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = "" }, reason: v1alpha1.ReasonNotReady},
		"its volume is lost":   {annotation: "hospital/scans", change: func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimLost }, reason: v1alpha1.ReasonNotReady},
		"being deleted":        {annotation: "hospital/scans", change: func(c *corev1.PersistentVolumeClaim) { c.DeletionTimestamp = &deleted }, reason: v1alpha1.ReasonNotReady},
		"a device, not files":  {annotation: "hospital/scans", change: func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeMode = ptr.To(corev1.PersistentVolumeBlock) }, reason: v1alpha1.ReasonNotReady, final: true},
		"denied before broken": {annotation: "clinic/secret-study", change: func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = "" }, reason: v1alpha1.ReasonPolicyDenied, final: true},
	} {
		claim := &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Namespace: "c2d-sandbox", Name: "pvc"}}
		if test.annotation != "" {
			claim.Annotations = map[string]string{v1alpha1.AnnotationDataset: test.annotation}
		}
		claim.Status.Phase = corev1.ClaimBound
		if test.change != nil {
			test.change(claim)
		}
		err := serves(claim, dataset)
		if test.reason == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		var final *failure
		if err == nil || !strings.HasPrefix(err.Error(), test.reason+": ") || errors.As(err, &final) != test.final {
			t.Errorf("%s: got %v, want %s, for good: %t", name, err, test.reason, test.final)
		} else if strings.Contains(err.Error(), "secret-study") || !strings.Contains(err.Error(), "c2d-sandbox/pvc") {
			t.Errorf("%s: the sentence names another dataset, or not the claim: %v", name, err)
		}
	}
}
