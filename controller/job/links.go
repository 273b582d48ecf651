package job

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/compute-to-data/terraform-provider-c2d/controller/results"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/links"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

const (
	// renewFrom is how long before their end links are looked at; those of temporary credentials are, then, every time.
	renewFrom = 24 * time.Hour
	// renewBefore is the part of the links' life that is left when they are made anew: one seventh, a day of a week.
	renewBefore = 7
	// linksRetry is how soon it is tried again when they cannot be.
	linksRetry = 5 * time.Minute
)

// linksOf a run, without their URLs: all that its manifest lists when it succeeded, its log alone when it did not. Of the
// outputs only the first.
func linksOf(succeeded bool, status *v1alpha1.ManifestStatus, results []sandbox.ManifestResult) []links.Link {
	var list []links.Link
	if succeeded {
		list = append(list, links.Link{Name: sandbox.KeyManifest, Type: v1alpha1.ResultManifest, Bytes: status.ManifestBytes, SHA256: status.SHA256})
	}
	outputs := 0
	for _, result := range results {
		if result.Type == v1alpha1.ResultOutput {
			if outputs++; outputs > maxListed || !succeeded {
				continue
			}
		}
		list = append(list, links.To(result))
	}
	return list
}

// releasedRuns of a job, the newest first: its own, which has succeeded or not, and those before it.
func releasedRuns(job *v1alpha1.ComputeJob, succeeded bool) []v1alpha1.RunRecord {
	own := v1alpha1.RunRecord{Run: job.Status.Run, State: v1alpha1.StateFailed, Manifest: job.Status.Manifest}
	if succeeded {
		own.State = v1alpha1.StateSucceeded
	}
	var runs []v1alpha1.RunRecord
	for _, run := range append([]v1alpha1.RunRecord{own}, job.Status.Runs...) {
		if run.Manifest != nil {
			runs = append(runs, run)
		}
	}
	return runs
}

// share links to what all runs released, in a Secret beside the job, which goes with it. None is valid beyond the end of
// access. succeeded says how the job's own run ended.
func (r *Reconciler) share(ctx context.Context, job *v1alpha1.ComputeJob, bucket *results.Bucket, succeeded bool) error {
	now := r.now()
	until := now.Add(bucket.LinkLife())
	if end := accessEnd(job); !end.IsZero() && end.Before(until) {
		until = end
	}
	valid := until.Sub(now).Truncate(time.Second)
	if valid <= 0 {
		return nil
	}
	lists := map[string][]links.Link{}
	for _, run := range releasedRuns(job, succeeded) {
		list, err := r.signed(ctx, job, bucket, run, valid)
		if storage.KindOf(err) == storage.NotFound && run.Run != job.Status.Run {
			// Deleted by hand: what is left can still be shared.
			continue
		}
		if err != nil {
			return err
		}
		lists[links.KeyOfRun(run.Run)] = list
		if _, newer := lists[links.KeyFiles]; !newer {
			lists[links.KeyFiles] = list
		}
	}
	if err := r.writeLinks(ctx, job, until, lists); err != nil {
		return err
	}
	job.Status.ResultsSecret = links.OfJob(job.Name)
	job.Status.LinksExpireAt = ptr.To(metav1.NewTime(until).Rfc3339Copy())
	return nil
}

// signed links of a run.
func (r *Reconciler) signed(ctx context.Context, job *v1alpha1.ComputeJob, bucket *results.Bucket, record v1alpha1.RunRecord, valid time.Duration) ([]links.Link, error) {
	run := &sandbox.Run{Job: objectOf(job), Run: record.Run}
	manifest, err := bucket.Manifest(ctx, run, record.Manifest.SHA256)
	if err != nil {
		return nil, err
	}
	list := linksOf(record.State == v1alpha1.StateSucceeded, record.Manifest, manifest.Statement.Predicate.Results)
	for i := range list {
		if list[i].URL, err = bucket.Link(ctx, run, list[i].Key(), valid); err != nil {
			return nil, fmt.Errorf("make a link: %w", err)
		}
	}
	return list, nil
}

// keepLinks makes the links anew in time, as long as access lasts, and says when to look again; zero: never.
func (r *Reconciler) keepLinks(ctx context.Context, job *v1alpha1.ComputeJob) (time.Time, error) {
	if job.Status.LinksExpireAt == nil {
		return time.Time{}, nil
	}
	expires, end, now := job.Status.LinksExpireAt.Time, accessEnd(job), r.now()
	if !end.IsZero() && !expires.Before(end.Add(-time.Second)) {
		return time.Time{}, nil
	}
	if look := expires.Add(-renewFrom); now.Before(look) {
		return look, nil
	}
	environment, err := r.environmentOf(ctx, job)
	if err != nil || environment == nil {
		return time.Time{}, err
	}
	bucket, err := r.Results.Open(ctx, environment)
	if err != nil {
		return time.Time{}, err
	}
	if due := expires.Add(-bucket.LinkLife() / renewBefore); now.Before(due) {
		return due, nil
	}
	if err := r.share(ctx, job, bucket, meta.IsStatusConditionTrue(job.Status.Conditions, v1alpha1.ConditionReleased)); err != nil {
		return time.Time{}, fmt.Errorf("make the links anew: %w", err)
	}
	return r.keepLinks(ctx, job)
}

// clearLinks empties the Secret, which goes with the job.
func (r *Reconciler) clearLinks(ctx context.Context, job *v1alpha1.ComputeJob) error {
	return r.writeLinks(ctx, job, accessEnd(job), nil)
}

func (r *Reconciler) writeLinks(ctx context.Context, job *v1alpha1.ComputeJob, expiresAt time.Time, lists map[string][]links.Link) error {
	data, err := links.Data(expiresAt, lists)
	if err != nil {
		return err
	}
	labels := map[string]string{sandbox.LabelJobUID: string(job.UID)}
	return results.WriteLinks(ctx, r.Client, job, v1alpha1.KindComputeJob, links.OfJob(job.Name), labels, data)
}
