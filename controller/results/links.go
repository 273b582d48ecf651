package results

import (
	"context"
	"fmt"

	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/links"
)

// fieldOwner of what the controller applies.
const fieldOwner = "c2d-controller"

// WriteLinks as they are in data to a Secret beside its owner, a job or a review of the kind, with which it goes.
func WriteLinks(ctx context.Context, c client.Client, owner client.Object, kind, name string, labels map[string]string, data map[string][]byte) error {
	secret := corev1ac.Secret(name, owner.GetNamespace()).
		WithType(links.SecretType).
		WithLabels(labels).
		WithOwnerReferences(metav1ac.OwnerReference().
			WithAPIVersion(v1alpha1.SchemeGroupVersion.String()).WithKind(kind).
			WithName(owner.GetName()).WithUID(owner.GetUID()).WithController(true)).
		WithData(data)
	if err := c.Apply(ctx, secret, client.FieldOwner(fieldOwner), client.ForceOwnership); err != nil {
		return fmt.Errorf("write Secret %s/%s: %w", owner.GetNamespace(), name, err)
	}
	return nil
}
