// Package results reaches the results bucket of an environment: it checks it, reads and writes manifests, makes links and deletes
// what has had its day.
package results

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/manifest"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// maxManifest bounds the manifest that is read: 100 000 files with long names.
const maxManifest = 128 << 20

// Opener opens the results buckets of environments.
type Opener struct {
	// Secrets lie in Namespace.
	Secrets   client.Reader
	Namespace string
	// Rule for what may be reached, to which an environment adds its own.
	Rule egress.Rule

	transports sync.Map // of http.RoundTripper by the networks that an environment allows
}

// Bucket of an environment.
type Bucket struct {
	bucket *storage.Bucket
	prefix string
	// temporary credentials end before the links that they sign.
	temporary bool
}

// temporaryLinkLife is how long links last that temporary credentials have signed: STS lends them for an hour unless told
// otherwise.
const temporaryLinkLife = 30 * time.Minute

// LinkLife is the longest time that a link lasts.
func (b *Bucket) LinkLife() time.Duration {
	if b.temporary {
		return temporaryLinkLife
	}
	return storage.MaxPresign
}

// Open the bucket of an environment. Nothing is called yet.
func (o *Opener) Open(ctx context.Context, environment *v1alpha1.ComputeEnvironment) (*Bucket, error) {
	spec := environment.Spec.Results.S3
	key := types.NamespacedName{Namespace: o.Namespace, Name: spec.CredentialsSecretRef.Name}
	var secret corev1.Secret
	if err := o.Secrets.Get(ctx, key, &secret); err != nil {
		return nil, fmt.Errorf("read the credentials of the results bucket: %w", err)
	}
	credentials, err := storage.CredentialsFromSecret(&secret)
	if err != nil {
		return nil, err
	}
	transport, err := o.transport(environment.Spec.Egress.Allow)
	if err != nil {
		return nil, err
	}
	return &Bucket{bucket: storage.NewBucket(spec.S3Connection, credentials, transport), prefix: spec.Prefix, temporary: credentials.SessionToken != ""}, nil
}

// transport is shared by all environments with the same rule, so that connections are.
func (o *Opener) transport(allow []string) (http.RoundTripper, error) {
	key := strings.Join(allow, ",")
	if known, ok := o.transports.Load(key); ok {
		return known.(http.RoundTripper), nil
	}
	rule := o.Rule
	var err error
	if rule.Allow, err = egress.ParsePrefixes(allow); err != nil {
		return nil, fmt.Errorf("spec.egress.allow: %w", err)
	}
	transport, _ := o.transports.LoadOrStore(key, egress.Transport(rule))
	return transport.(http.RoundTripper), nil
}

// Check that the bucket answers with these credentials.
func (b *Bucket) Check(ctx context.Context) error { return b.bucket.HeadBucket(ctx) }

// Record of a run. It must have the given SHA-256, in hex: the one that publish reported.
func (b *Bucket) Record(ctx context.Context, run *sandbox.Run, sum string) (*sandbox.Record, error) {
	text, err := b.get(ctx, run, sandbox.KeyRecord, sum)
	if err != nil {
		return nil, err
	}
	var record sandbox.Record
	if err := json.Unmarshal(text, &record); err != nil {
		return nil, fmt.Errorf("read %s: %w", sandbox.KeyRecord, err)
	}
	return &record, nil
}

// Manifest of a run. It must have the given SHA-256, in hex: the one that was signed.
func (b *Bucket) Manifest(ctx context.Context, run *sandbox.Run, sum string) (*manifest.Manifest, error) {
	text, err := b.get(ctx, run, sandbox.KeyManifest, sum)
	if err != nil {
		return nil, err
	}
	return manifest.Parse(text)
}

// get an object of a run that must have a SHA-256.
func (b *Bucket) get(ctx context.Context, run *sandbox.Run, key, sum string) ([]byte, error) {
	text, err := b.bucket.Get(ctx, run.KeyPrefix(b.prefix)+key, maxManifest)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", key, err)
	}
	if got := sha256.Sum256(text); hex.EncodeToString(got[:]) != sum {
		return nil, fmt.Errorf("%s in the bucket has SHA-256 %x, expected %s", key, got, sum)
	}
	return text, nil
}

// StoredManifest is the manifest that lies in the bucket, whoever wrote it.
func (b *Bucket) StoredManifest(ctx context.Context, run *sandbox.Run) ([]byte, error) {
	return b.bucket.Get(ctx, run.KeyPrefix(b.prefix)+sandbox.KeyManifest, maxManifest)
}

// PutManifest stores the manifest of a run. It may be repeated.
func (b *Bucket) PutManifest(ctx context.Context, run *sandbox.Run, text []byte) error {
	_, err := b.bucket.PutStream(ctx, uploads, run.KeyPrefix(b.prefix)+sandbox.KeyManifest, bytes.NewReader(text), int64(len(text)))
	if err != nil {
		return fmt.Errorf("write %s: %w", sandbox.KeyManifest, err)
	}
	return nil
}

// uploads of all manifests share this memory.
var uploads = storage.NewBudget(32 << 20)

// URI of an object of a run. It grants nothing.
func (b *Bucket) URI(run *sandbox.Run, key string) string {
	return b.bucket.URI(run.KeyPrefix(b.prefix) + key)
}

// Link is a presigned URL of an object of a run, which grants reading it for a time.
func (b *Bucket) Link(ctx context.Context, run *sandbox.Run, key string, valid time.Duration) (string, error) {
	return b.bucket.Presign(ctx, run.KeyPrefix(b.prefix)+key, valid, path.Base(key))
}

// DeleteJob deletes all objects of all runs of a job. A bucket that is gone has none.
func (b *Bucket) DeleteJob(ctx context.Context, job sandbox.Object) error {
	return b.bucket.DeletePrefix(ctx, sandbox.JobKeyPrefix(b.prefix, job))
}
