package review

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"

	"github.com/compute-to-data/terraform-provider-c2d/controller/results"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/links"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

const (
	// maxLinkLife of links for reviewers, who ask for new ones by waiting: short enough that few outlive the review.
	maxLinkLife = time.Hour
	// renewBefore the end of links they are made anew.
	renewBefore = 10 * time.Minute
)

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
	list := make([]links.Link, 0, len(spec.Files))
	for _, file := range spec.Files {
		link := links.Link{Name: file.Name, Type: file.Type, Bytes: file.Bytes, SHA256: file.SHA256}
		if link.URL, err = sign(link.Key()); err != nil {
			return 0, fmt.Errorf("make a link: %w", err)
		}
		list = append(list, link)
	}
	data, err := links.Data(now.Add(valid), map[string][]links.Link{links.KeyFiles: list})
	if err != nil {
		return 0, err
	}
	data[links.KeyManifest] = []byte(manifest)
	if err := r.write(ctx, reviewed, data); err != nil {
		return 0, err
	}
	reviewed.Status.LinksSecret = links.OfReview(reviewed.Name)
	reviewed.Status.LinksExpireAt = ptr.To(metav1.NewTime(now.Add(valid)).Rfc3339Copy())
	return max(valid-renewBefore, time.Minute), nil
}

// clearLinks empties the Secret, which goes with the review.
func (r *Reconciler) clearLinks(ctx context.Context, reviewed *v1alpha1.ResultReview) error {
	data, err := links.Data(r.now(), nil)
	if err != nil {
		return err
	}
	return r.write(ctx, reviewed, data)
}

func (r *Reconciler) write(ctx context.Context, reviewed *v1alpha1.ResultReview, data map[string][]byte) error {
	return results.WriteLinks(ctx, r.Client, reviewed, v1alpha1.KindResultReview, links.OfReview(reviewed.Name), nil, data)
}
