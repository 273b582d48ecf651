// Package source opens what a run may read and write: the files of its datasets, the code of its algorithm, the place
// of its results. It is the only reader of the credentials of sources.
package source

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/sync/semaphore"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/caller"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/failure"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/recent"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// How old an answer may be, and how many are remembered. A Secret that was changed is used anew after secretAge, which is
// short because a source that denies the old one fails the job; a plan is always made from live objects.
const (
	objectAge    = 5 * time.Second
	secretAge    = 5 * time.Second
	transportAge = 24 * time.Hour

	rememberedObjects    = 256
	rememberedSources    = 512
	rememberedTransports = 32
)

// Sources of the runs.
type Sources struct {
	client    client.Client
	namespace string
	cluster   []netip.Prefix

	datasets   *recent.Values[*v1alpha1.Dataset]
	algorithms *recent.Values[*v1alpha1.Algorithm]
	buckets    *recent.Values[*storage.Bucket]
	files      *recent.Values[*storage.File]
	transports *recent.Values[*http.Transport]
	lists      *semaphore.Weighted
}

// New reads live, without a cache. namespace is the gateway's own, where the Secrets of environments lie; cluster lists
// the networks that no source may lie in.
func New(live client.Client, namespace string, cluster []netip.Prefix) *Sources {
	return &Sources{
		client: live, namespace: namespace, cluster: cluster,
		datasets:   recent.New[*v1alpha1.Dataset](rememberedObjects, objectAge),
		algorithms: recent.New[*v1alpha1.Algorithm](rememberedObjects, objectAge),
		buckets:    recent.New[*storage.Bucket](rememberedSources, secretAge),
		files:      recent.New[*storage.File](rememberedSources, secretAge),
		transports: recent.New[*http.Transport](rememberedTransports, transportAge),
		lists:      semaphore.NewWeighted(listsAtOnce),
	}
}

// dataset of a run, as it was when the job was admitted.
func (s *Sources) dataset(ctx context.Context, want sandbox.Object, live bool) (*v1alpha1.Dataset, error) {
	get := s.datasets.Get
	if live {
		get = s.datasets.Refresh
	}
	dataset, err := get(ctx, objectKey(want), func(ctx context.Context) (*v1alpha1.Dataset, error) {
		var dataset v1alpha1.Dataset
		return &dataset, s.get(ctx, want, &dataset)
	})
	return dataset, s.admitted(want, dataset, err, datasetName(want), v1alpha1.ReasonInputFetchFailed)
}

// algorithm of a run, as it was when the job was admitted.
func (s *Sources) algorithm(ctx context.Context, run sandbox.Algorithm, live bool) (*v1alpha1.Algorithm, error) {
	get := s.algorithms.Get
	if live {
		get = s.algorithms.Refresh
	}
	want := run.Object
	if run.Raw {
		return get(ctx, "raw/"+objectKey(want)+"/"+run.Checksum, func(ctx context.Context) (*v1alpha1.Algorithm, error) {
			return s.rawAlgorithm(ctx, run)
		})
	}
	algorithm, err := get(ctx, objectKey(want), func(ctx context.Context) (*v1alpha1.Algorithm, error) {
		var algorithm v1alpha1.Algorithm
		return &algorithm, s.get(ctx, want, &algorithm)
	})
	return algorithm, s.admitted(want, algorithm, err, algorithmName(want), v1alpha1.ReasonAlgorithmFetchFailed)
}

// rawAlgorithm is the one that stands in the job, if it is still what policy said yes to.
func (s *Sources) rawAlgorithm(ctx context.Context, run sandbox.Algorithm) (*v1alpha1.Algorithm, error) {
	const reason = v1alpha1.ReasonAlgorithmFetchFailed
	var job v1alpha1.ComputeJob
	err := s.get(ctx, run.Object, &job)
	now := run.Object
	now.Generation = job.Generation
	if err := s.admitted(now, &job, err, "the job", reason); err != nil {
		return nil, err
	}
	changed := failure.Changed(reason, "the algorithm in the job changed after the job was admitted: run the job again")
	if job.Spec.Algorithm.Raw == nil {
		return nil, changed
	}
	algorithm := sandbox.RawAlgorithm(&job)
	if checksum, err := ocean.AlgorithmChecksum(&algorithm.Spec); err != nil || checksum != run.Checksum {
		return nil, changed
	}
	return algorithm, nil
}

func objectKey(o sandbox.Object) string {
	return fmt.Sprintf("%s/%s/%s/%d", o.Namespace, o.Name, o.UID, o.Generation)
}

func datasetName(o sandbox.Object) string { return fmt.Sprintf("dataset %s/%s", o.Namespace, o.Name) }
func algorithmName(o sandbox.Object) string {
	return fmt.Sprintf("algorithm %s/%s", o.Namespace, o.Name)
}

func (s *Sources) get(ctx context.Context, want sandbox.Object, object client.Object) error {
	return s.client.Get(ctx, types.NamespacedName{Namespace: want.Namespace, Name: want.Name}, object)
}

// admitted says whether what was found is what policy said yes to.
func (s *Sources) admitted(want sandbox.Object, found client.Object, err error, name, reason string) error {
	switch {
	case apierrors.IsNotFound(err):
		return failure.Changed(reason, name+" was deleted after the job was admitted: create the job again")
	case err != nil:
		return failure.Kubernetes(fmt.Errorf("get %s: %w", name, err))
	case found.GetUID() != want.UID || found.GetGeneration() != want.Generation:
		return failure.Changed(reason, name+" changed after the job was admitted: create the job again, so that its owner's rules are asked again")
	}
	return nil
}

// transport under the egress rule of an environment. One for all with the same rule, since it holds the connections.
func (s *Sources) transport(ctx context.Context, environment *v1alpha1.ComputeEnvironment) (*http.Transport, error) {
	allow := environment.Spec.Egress.Allow
	return s.transports.Get(ctx, strings.Join(allow, ","), func(context.Context) (*http.Transport, error) {
		prefixes, err := egress.ParsePrefixes(allow)
		if err != nil {
			return nil, failure.Permanent("", fmt.Sprintf("environment %s: spec.egress.allow is not valid", environment.Name), err)
		}
		return egress.Transport(egress.Rule{Cluster: s.cluster, Allow: prefixes}), nil
	})
}

// bucket behind a connection. owner is the namespace of the Secret with its credentials.
func (s *Sources) bucket(ctx context.Context, c *caller.Caller, connection v1alpha1.S3Connection, owner string) (*storage.Bucket, error) {
	key, err := sourceKey(c, owner, connection)
	if err != nil {
		return nil, err
	}
	return s.buckets.Get(ctx, key, func(ctx context.Context) (*storage.Bucket, error) {
		transport, err := s.transport(ctx, c.Environment)
		if err != nil {
			return nil, err
		}
		var credentials storage.Credentials
		if ref := connection.CredentialsSecretRef; ref != nil {
			secret, err := s.secret(ctx, owner, ref.Name)
			if err != nil {
				return nil, err
			}
			if credentials, err = storage.CredentialsFromSecret(secret); err != nil {
				return nil, err
			}
		}
		return storage.NewBucket(connection, credentials, transport), nil
	})
}

// file behind a URL. owner is the namespace of the Secret with its headers.
func (s *Sources) file(ctx context.Context, c *caller.Caller, source v1alpha1.HTTPSource, owner string) (*storage.File, error) {
	key, err := sourceKey(c, owner, source)
	if err != nil {
		return nil, err
	}
	return s.files.Get(ctx, key, func(ctx context.Context) (*storage.File, error) {
		transport, err := s.transport(ctx, c.Environment)
		if err != nil {
			return nil, err
		}
		var headers storage.Headers
		if ref := source.HeadersSecretRef; ref != nil {
			secret, err := s.secret(ctx, owner, ref.Name)
			if err != nil {
				return nil, err
			}
			if headers, err = storage.HeadersFromSecret(secret); err != nil {
				return nil, err
			}
		}
		return storage.NewFile(source, headers, transport)
	})
}

// sourceKey is equal only for sources that are reached in the same way with the same credentials.
func sourceKey(c *caller.Caller, owner string, source any) (string, error) {
	key, err := json.Marshal([]any{c.Environment.Spec.Egress.Allow, owner, source})
	return string(key), err
}
