package source

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"

	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/failure"
)

// readerRole is the ClusterRole with which an owner lets the gateway read Secrets in a namespace.
const readerRole = "c2d-source-reader"

// secret of a source, read live.
func (s *Sources) secret(ctx context.Context, namespace, name string) (*corev1.Secret, error) {
	var secret corev1.Secret
	err := s.client.Get(ctx, types.NamespacedName{Namespace: namespace, Name: name}, &secret)
	switch {
	case err == nil:
		return &secret, nil
	case apierrors.IsForbidden(err):
		return nil, failure.Permanent("", fmt.Sprintf(
			"the gateway may not read Secret %s/%s: bind ClusterRole %s to it: kubectl create rolebinding %s -n %s --clusterrole=%s --serviceaccount=%s:c2d-gateway",
			namespace, name, readerRole, readerRole, namespace, readerRole, s.namespace), err)
	case apierrors.IsNotFound(err):
		return nil, failure.Permanent("", fmt.Sprintf("Secret %s/%s does not exist: create it or correct the reference to it", namespace, name), err)
	}
	return nil, failure.Kubernetes(fmt.Errorf("get Secret %s/%s: %w", namespace, name, err))
}
