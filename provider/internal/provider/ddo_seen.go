package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// seen waits until the controller has found the document on chain, from when on the object has the DID that agreements and
// jobs are to name. What is set is set: whatever goes wrong here is a warning.
func (r *ddoResource) seen(ctx context.Context, m *ddoModel) diag.Diagnostics {
	switch {
	case m.Dataset != nil:
		return seenOn(ctx, r.cluster, datasetKind(), m.Dataset.key(), m.SHA256.ValueString(), func(d *v1alpha1.Dataset) ([]metav1.Condition, *v1alpha1.Publication) {
			return d.Status.Conditions, d.Status.Published
		})
	case m.Algorithm != nil:
		return seenOn(ctx, r.cluster, algorithmKind(), m.Algorithm.key(), m.SHA256.ValueString(), func(a *v1alpha1.Algorithm) ([]metav1.Condition, *v1alpha1.Publication) {
			return a.Status.Conditions, a.Status.Published
		})
	}
	return nil
}

func seenOn[O client.Object](ctx context.Context, c *cluster, k kind[O], key client.ObjectKey, sha256 string, of func(O) ([]metav1.Condition, *v1alpha1.Publication)) diag.Diagnostics {
	api, err := c.client()
	object := k.newObject()
	if err == nil {
		err = api.Get(ctx, key, object)
	}
	found, said := false, ""
	if err == nil {
		err = follow(ctx, api, k, object, func(object O) bool {
			conditions, published := of(object)
			if found = published != nil && published.DDOSHA256 == sha256; found {
				return true
			}
			condition := meta.FindStatusCondition(conditions, v1alpha1.ConditionPublished)
			if condition == nil || condition.Status != metav1.ConditionFalse {
				return false
			}
			said = " It says: " + sentence(condition.Message)
			// Of a chain that no environment has it will never hear.
			return condition.Reason == v1alpha1.ReasonChainUnknown && condition.ObservedGeneration == object.GetGeneration()
		})
	}
	if found {
		return nil
	}
	var diags diag.Diagnostics
	detail := fmt.Sprintf("The DDO is on chain, and the controller has not found it to be that of %s.%s\n\nUntil it does, %s keeps the DID did:c2d:..., or the one before.", k.describe(key), said, k.describe(key))
	if err != nil && ctx.Err() == nil {
		for _, reason := range explain("follow "+k.describe(key), err) {
			detail += "\n\n" + strings.TrimSpace(reason.Detail())
		}
	}
	diags.AddWarning("DDO Was Not Seen Yet", detail)
	return diags
}
