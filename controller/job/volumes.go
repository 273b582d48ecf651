package job

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// mounts of a dataset. Each claim among them must serve this dataset and no other: whoever may write a Dataset could
// otherwise name anybody's. The reader must not cache claims, since the annotation is a permission.
func mounts(ctx context.Context, reader client.Reader, dataset *v1alpha1.Dataset, namespace string) ([]sandbox.Mount, error) {
	mounts, err := sandbox.Mounts(dataset.Spec.Files)
	if err != nil {
		return nil, &failure{v1alpha1.ReasonNotReady, fmt.Sprintf("Dataset %s/%s: %s.", dataset.Namespace, dataset.Name, err)}
	}
	checked := map[string]bool{}
	for _, mount := range mounts {
		if mount.Claim == "" || checked[mount.Claim] {
			continue
		}
		checked[mount.Claim] = true
		key := types.NamespacedName{Namespace: namespace, Name: mount.Claim}
		var claim corev1.PersistentVolumeClaim
		err := reader.Get(ctx, key, &claim)
		if apierrors.IsNotFound(err) {
			return nil, &waiting{v1alpha1.ReasonNotFound, fmt.Sprintf(
				"Dataset %s/%s: PersistentVolumeClaim %s does not exist; create it, or correct spec.files.", dataset.Namespace, dataset.Name, key)}
		}
		if err != nil {
			return nil, fmt.Errorf("read PersistentVolumeClaim %s: %w", key, err)
		}
		if err := serves(&claim, dataset); err != nil {
			return nil, err
		}
	}
	return mounts, nil
}

// serves says whether a claim is there for a dataset. No sentence names another dataset.
func serves(claim *corev1.PersistentVolumeClaim, dataset *v1alpha1.Dataset) error {
	mine := dataset.Namespace + "/" + dataset.Name
	name := claim.Namespace + "/" + claim.Name
	switch annotated := claim.Annotations[v1alpha1.AnnotationDataset]; {
	case annotated == "":
		return &failure{v1alpha1.ReasonPolicyDenied, fmt.Sprintf(
			"Dataset %s: PersistentVolumeClaim %s serves no dataset; the cluster's administrator can annotate it with %s=%s.",
			mine, name, v1alpha1.AnnotationDataset, mine)}
	case annotated != mine:
		return &failure{v1alpha1.ReasonPolicyDenied, fmt.Sprintf(
			"Dataset %s: PersistentVolumeClaim %s serves another dataset, as its annotation %s says; name another claim in spec.files.",
			mine, name, v1alpha1.AnnotationDataset)}
	case ptr.Deref(claim.Spec.VolumeMode, corev1.PersistentVolumeFilesystem) != corev1.PersistentVolumeFilesystem:
		return &failure{v1alpha1.ReasonNotReady, fmt.Sprintf(
			"Dataset %s: PersistentVolumeClaim %s has volumeMode %s, expected Filesystem: only files can be mounted.", mine, name, *claim.Spec.VolumeMode)}
	case !claim.DeletionTimestamp.IsZero():
		return &waiting{v1alpha1.ReasonNotReady, fmt.Sprintf("Dataset %s: PersistentVolumeClaim %s is being deleted.", mine, name)}
	case claim.Status.Phase != corev1.ClaimBound:
		return &waiting{v1alpha1.ReasonNotReady, fmt.Sprintf(
			"Dataset %s: PersistentVolumeClaim %s is %s, expected Bound; bind it to the volume with the data.", mine, name, orPending(claim.Status.Phase))}
	}
	return nil
}

func orPending(phase corev1.PersistentVolumeClaimPhase) corev1.PersistentVolumeClaimPhase {
	if phase == "" {
		return corev1.ClaimPending
	}
	return phase
}
