package source

import (
	"context"
	"net/http"

	corev1 "k8s.io/api/core/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/caller"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/failure"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// Destination is a consumer's bucket, reached under the egress rule of the environment with the credentials that lie in
// the consumer's namespace. The error says what the consumer has to mend.
func (s *Sources) Destination(ctx context.Context, environment *v1alpha1.ComputeEnvironment, namespace string, connection v1alpha1.S3Connection) (*storage.Bucket, error) {
	bucket, err := s.bucket(ctx, &caller.Caller{Environment: environment}, connection, namespace)
	if err != nil {
		return nil, failure.Consumer(v1alpha1.ReasonDestinationFailed, err)
	}
	return bucket, nil
}

// Transport for calls to what a consumer named, under the egress rule of the environment.
func (s *Sources) Transport(ctx context.Context, environment *v1alpha1.ComputeEnvironment) (http.RoundTripper, error) {
	return s.transport(ctx, environment)
}

// Secret of a consumer, read live.
func (s *Sources) Secret(ctx context.Context, namespace, name string) (*corev1.Secret, error) {
	return s.secret(ctx, namespace, name)
}
