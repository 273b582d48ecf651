package job

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/controller/results"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

const (
	// SecretType of the Secrets with the links.
	SecretType corev1.SecretType = "c2d.dev/results"
	// fieldOwner of what the controller applies.
	fieldOwner = "c2d-controller"
	// renewFrom is how long before their end links are looked at; those of temporary credentials are, then, every time.
	renewFrom = 24 * time.Hour
	// renewBefore is the part of the links' life that is left when they are made anew: one seventh, a day of a week.
	renewBefore = 7
	// linksRetry is how soon it is tried again when they cannot be.
	linksRetry = 5 * time.Minute
)

// Keys of the Secret with the links. files, manifest and log are of the newest run that brought anything; keyRun and a number
// are the files of one run.
const (
	keyFiles     = "files"
	keyManifest  = "manifest"
	keyLog       = "log"
	keyExpiresAt = "expiresAt"
	keyRun       = "run-"
)

// ResultsSecretName of a job.
func ResultsSecretName(job string) string { return job + "-results" }

// Link is a result that can be read, in the Secret's keys "files" and "run-1", "run-2" and so on.
type Link struct {
	Name   string              `json:"name"`
	Type   v1alpha1.ResultType `json:"type"`
	Bytes  int64               `json:"bytes"`
	SHA256 string              `json:"sha256"`
	URL    string              `json:"url"`
}

// linksOf a run, without their URLs: all that its manifest lists when it succeeded, its log alone when it did not. Of the
// outputs only the first.
func linksOf(succeeded bool, status *v1alpha1.ManifestStatus, results []sandbox.ManifestResult) []Link {
	var links []Link
	if succeeded {
		links = append(links, Link{Name: sandbox.KeyManifest, Type: v1alpha1.ResultManifest, Bytes: status.ManifestBytes, SHA256: status.SHA256})
	}
	outputs := 0
	for _, result := range results {
		if result.Type == v1alpha1.ResultOutput {
			if outputs++; outputs > maxListed || !succeeded {
				continue
			}
		}
		links = append(links, Link{Name: result.Name, Type: result.Type, Bytes: result.Bytes, SHA256: result.SHA256})
	}
	return links
}

func keyOf(link Link) string {
	switch link.Type {
	case v1alpha1.ResultManifest:
		return sandbox.KeyManifest
	case v1alpha1.ResultLog:
		return sandbox.KeyLog
	default:
		return sandbox.KeyOutputs + link.Name
	}
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
	data := map[string][]byte{keyExpiresAt: []byte(until.UTC().Format(time.RFC3339))}
	for _, run := range releasedRuns(job, succeeded) {
		links, err := r.signed(ctx, job, bucket, run, valid)
		if storage.KindOf(err) == storage.NotFound && run.Run != job.Status.Run {
			// Deleted by hand: what is left can still be shared.
			continue
		}
		if err != nil {
			return err
		}
		files, err := json.Marshal(links)
		if err != nil {
			return err
		}
		data[keyRun+strconv.FormatInt(run.Run, 10)] = files
		if data[keyFiles] != nil {
			continue
		}
		data[keyFiles] = files
		for _, link := range links {
			switch link.Type {
			case v1alpha1.ResultManifest:
				data[keyManifest] = []byte(link.URL)
			case v1alpha1.ResultLog:
				data[keyLog] = []byte(link.URL)
			}
		}
	}
	if err := r.writeSecret(ctx, job, data); err != nil {
		return err
	}
	job.Status.ResultsSecret = ResultsSecretName(job.Name)
	job.Status.LinksExpireAt = ptr.To(metav1.NewTime(until).Rfc3339Copy())
	return nil
}

// signed links of a run.
func (r *Reconciler) signed(ctx context.Context, job *v1alpha1.ComputeJob, bucket *results.Bucket, record v1alpha1.RunRecord, valid time.Duration) ([]Link, error) {
	run := &sandbox.Run{Job: objectOf(job), Run: record.Run}
	manifest, err := bucket.Manifest(ctx, run, record.Manifest.SHA256)
	if err != nil {
		return nil, err
	}
	links := linksOf(record.State == v1alpha1.StateSucceeded, record.Manifest, manifest.Statement.Predicate.Results)
	for i := range links {
		if links[i].URL, err = bucket.Link(ctx, run, keyOf(links[i]), valid); err != nil {
			return nil, fmt.Errorf("make a link: %w", err)
		}
	}
	return links, nil
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
	return r.writeSecret(ctx, job, map[string][]byte{keyExpiresAt: []byte(accessEnd(job).UTC().Format(time.RFC3339))})
}

func (r *Reconciler) writeSecret(ctx context.Context, job *v1alpha1.ComputeJob, data map[string][]byte) error {
	secret := corev1ac.Secret(ResultsSecretName(job.Name), job.Namespace).
		WithType(SecretType).
		WithLabels(map[string]string{sandbox.LabelJobUID: string(job.UID)}).
		WithOwnerReferences(metav1ac.OwnerReference().
			WithAPIVersion(v1alpha1.SchemeGroupVersion.String()).WithKind(v1alpha1.KindComputeJob).
			WithName(job.Name).WithUID(job.UID).WithController(true)).
		WithData(data)
	if err := r.Client.Apply(ctx, secret, client.FieldOwner(fieldOwner), client.ForceOwnership); err != nil {
		return fmt.Errorf("write Secret %s/%s: %w", job.Namespace, ResultsSecretName(job.Name), err)
	}
	return nil
}
