package environment

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// maxKeys that a status remembers.
const maxKeys = 5

// checkKey finds out which key signs the manifests, and puts it before those that did so earlier.
func (r *Reconciler) checkKey(ctx context.Context, environment *v1alpha1.ComputeEnvironment) error {
	signer, err := r.Signers.Ensure(ctx, environment)
	if err != nil {
		return &fault{v1alpha1.ReasonSigningInvalid, err}
	}
	status := &environment.Status
	id := signer.Key().ID()
	if len(status.ManifestKeys) > 0 && status.ManifestKeys[0].KeyID == id {
		return nil
	}
	public, err := signer.Key().PEM()
	if err != nil {
		return &fault{v1alpha1.ReasonSigningInvalid, err}
	}
	keys := []v1alpha1.ManifestKey{{KeyID: id, PublicKey: public, Since: metav1.NewTime(r.now()).Rfc3339Copy()}}
	for _, key := range status.ManifestKeys {
		if key.KeyID != id && len(keys) < maxKeys {
			keys = append(keys, key)
		}
	}
	status.ManifestKeys = keys
	return nil
}

func (r *Reconciler) now() time.Time {
	if r.Now != nil {
		return r.Now()
	}
	return time.Now()
}
