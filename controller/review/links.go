package review

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

const (
	secretType corev1.SecretType = "c2d.dev/results"
	fieldOwner string            = "c2d-controller"

	keyFiles     = "files"
	keyManifest  = "manifest"
	keyExpiresAt = "expiresAt"

	// maxLinkLife of links for reviewers, who ask for new ones by waiting: short enough that few outlive the review.
	maxLinkLife = time.Hour
	// renewBefore the end of links they are made anew.
	renewBefore = 10 * time.Minute
)

// link to a file, in the Secret's key "files".
type link struct {
	Name   string              `json:"name"`
	Type   v1alpha1.ResultType `json:"type"`
	Bytes  int64               `json:"bytes"`
	SHA256 string              `json:"sha256"`
	URL    string              `json:"url"`
}

func secretName(reviewed *v1alpha1.ResultReview) string { return reviewed.Name + "-links" }

// keepLinks that reviewers can follow, and say when to look again.
func (r *Reconciler) keepLinks(ctx context.Context, reviewed *v1alpha1.ResultReview, job *v1alpha1.ComputeJob) (time.Duration, error) {
	now := r.now()
	if end := reviewed.Status.LinksExpireAt; end != nil {
		// Those that end with the review are not made anew.
		if due := end.Add(-renewBefore); now.Before(due) || !end.Before(&reviewed.Spec.Deadline) {
			return max(due.Sub(now), time.Minute), nil
		}
	}
	var environment v1alpha1.ComputeEnvironment
	if err := r.Client.Get(ctx, types.NamespacedName{Name: job.Spec.Environment}, &environment); err != nil {
		return 0, fmt.Errorf("read ComputeEnvironment %s: %w", job.Spec.Environment, err)
	}
	bucket, err := r.Results.Open(ctx, &environment)
	if err != nil {
		return 0, err
	}
	valid := min(maxLinkLife, bucket.LinkLife(), reviewed.Spec.Deadline.Sub(now)).Truncate(time.Second)
	if valid <= 0 {
		return time.Second, nil
	}
	spec := &reviewed.Spec
	run := &sandbox.Run{Job: sandbox.Object{Namespace: spec.Job.Namespace, Name: spec.Job.Name, UID: types.UID(spec.Job.UID)}, Run: spec.Job.Run}
	sign := func(key string) (string, error) { return bucket.Link(ctx, run, key, valid) }
	manifest, err := sign(sandbox.KeyManifest)
	if err != nil {
		return 0, fmt.Errorf("make a link: %w", err)
	}
	links := make([]link, 0, len(spec.Files))
	for _, file := range spec.Files {
		result := sandbox.ManifestResult{Name: file.Name, Type: file.Type}
		url, err := sign(result.Key())
		if err != nil {
			return 0, fmt.Errorf("make a link: %w", err)
		}
		links = append(links, link{file.Name, file.Type, file.Bytes, file.SHA256, url})
	}
	files, err := json.Marshal(links)
	if err != nil {
		return 0, err
	}
	if err := r.write(ctx, reviewed, map[string][]byte{
		keyManifest: []byte(manifest), keyFiles: files, keyExpiresAt: []byte(now.Add(valid).UTC().Format(time.RFC3339)),
	}); err != nil {
		return 0, err
	}
	reviewed.Status.LinksSecret = secretName(reviewed)
	reviewed.Status.LinksExpireAt = ptr.To(metav1.NewTime(now.Add(valid)).Rfc3339Copy())
	return max(valid-renewBefore, time.Minute), nil
}

// clearLinks empties the Secret, which goes with the review.
func (r *Reconciler) clearLinks(ctx context.Context, reviewed *v1alpha1.ResultReview) error {
	return r.write(ctx, reviewed, map[string][]byte{keyExpiresAt: []byte(r.now().UTC().Format(time.RFC3339))})
}

func (r *Reconciler) write(ctx context.Context, reviewed *v1alpha1.ResultReview, data map[string][]byte) error {
	secret := corev1ac.Secret(secretName(reviewed), reviewed.Namespace).
		WithType(secretType).
		WithOwnerReferences(metav1ac.OwnerReference().
			WithAPIVersion(v1alpha1.SchemeGroupVersion.String()).WithKind(v1alpha1.KindResultReview).
			WithName(reviewed.Name).WithUID(reviewed.UID).WithController(true)).
		WithData(data)
	if err := r.Client.Apply(ctx, secret, client.FieldOwner(fieldOwner), client.ForceOwnership); err != nil {
		return fmt.Errorf("write Secret %s/%s: %w", reviewed.Namespace, secretName(reviewed), err)
	}
	return nil
}
