// Package released knows what of a run may be read: what its status says was released, for as long as access lasts.
package released

import (
	"context"
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/caller"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/failure"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/recent"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/source"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// How old what is read may be, and how much is remembered. An index takes 16 bytes for each result.
const (
	environmentAge = 5 * time.Second
	indexAge       = 10 * time.Minute

	rememberedEnvironments = 64
	rememberedIndexes      = 8
)

// Runs of jobs that are over.
type Runs struct {
	client       client.Client
	sources      *source.Sources
	environments *recent.Values[*v1alpha1.ComputeEnvironment]
	indexes      *recent.Values[*index]
}

// New reads with a client without a cache.
func New(live client.Client, sources *source.Sources) *Runs {
	return &Runs{
		client: live, sources: sources,
		environments: recent.New[*v1alpha1.ComputeEnvironment](rememberedEnvironments, environmentAge),
		indexes:      recent.New[*index](rememberedIndexes, indexAge),
	}
}

// Run that is over and released something.
type Run struct {
	// Number of the run.
	Number int64
	// Succeeded says that all of the run was released; of any other run its log alone.
	Succeeded bool
	// Manifest of the run, as its status has it.
	Manifest v1alpha1.ManifestStatus
	// Environment that the run was in.
	Environment *v1alpha1.ComputeEnvironment

	runs   *Runs
	job    types.UID
	bucket *storage.Bucket
	prefix string
}

// Record of a run of a job, whether it is over or not. The error is a *failure.Error.
func Record(job *v1alpha1.ComputeJob, number int64) (v1alpha1.RunRecord, error) {
	status := &job.Status
	if number == status.Run && number > 0 {
		return v1alpha1.RunRecord{
			Run: number, Trigger: status.Trigger, State: status.State,
			StartTime: status.StartTime, CompletionTime: status.CompletionTime, Manifest: status.Manifest,
		}, nil
	}
	for _, record := range status.Runs {
		if record.Run == number {
			return record, nil
		}
	}
	return v1alpha1.RunRecord{}, failure.Missing(fmt.Sprintf("job %s has no run %d that its status knows: see status.run and status.runs", job.Name, number))
}

// Accessible says whether access to the results of a job lasts. The error is a *failure.Error.
func Accessible(job *v1alpha1.ComputeJob, now time.Time) error {
	over := func(what string, at time.Time) error {
		return failure.Over(fmt.Sprintf("%s of job %s ended at %s", what, job.Name, at.UTC().Format(time.RFC3339)))
	}
	status := &job.Status
	switch {
	case status.AccessExpiresAt != nil && !now.Before(status.AccessExpiresAt.Time):
		return over("access to the results", status.AccessExpiresAt.Time)
	case status.ResultsExpireAt != nil && !now.Before(status.ResultsExpireAt.Time):
		return over("the retention of the results", status.ResultsExpireAt.Time)
	case status.State == v1alpha1.StateExpired:
		return failure.Over(fmt.Sprintf("access to the results of job %s has ended", job.Name))
	case !job.DeletionTimestamp.IsZero():
		return failure.Over(fmt.Sprintf("job %s is being deleted", job.Name))
	}
	return nil
}

// Open a run of a job that is over. The error is a *failure.Error.
func (r *Runs) Open(ctx context.Context, job *v1alpha1.ComputeJob, number int64, now time.Time) (*Run, error) {
	record, err := Record(job, number)
	if err != nil {
		return nil, err
	}
	if err := Accessible(job, now); err != nil {
		return nil, err
	}
	switch {
	case !record.State.Terminal():
		return nil, failure.Early(fmt.Sprintf("run %d is %s: nothing of it can be read before it is over", number, record.State))
	case record.Manifest == nil:
		return nil, failure.Missing(fmt.Sprintf("run %d ended as %s: nothing of it was released", number, record.State))
	}
	environment, err := r.Environment(ctx, job)
	if err != nil {
		return nil, err
	}
	bucket, prefix, err := r.sources.Results(ctx, &caller.Caller{
		Environment: environment,
		Run:         &sandbox.Run{Job: sandbox.Object{Namespace: job.Namespace, Name: job.Name, UID: job.UID}, Run: number},
	})
	if err != nil {
		return nil, err
	}
	return &Run{
		Number: number, Succeeded: record.State == v1alpha1.StateSucceeded, Manifest: *record.Manifest, Environment: environment,
		runs: r, job: job.UID, bucket: bucket, prefix: prefix,
	}, nil
}

// Environment of a job. The error is a *failure.Error.
func (r *Runs) Environment(ctx context.Context, job *v1alpha1.ComputeJob) (*v1alpha1.ComputeEnvironment, error) {
	environment, err := r.environments.Get(ctx, job.Spec.Environment, func(ctx context.Context) (*v1alpha1.ComputeEnvironment, error) {
		var environment v1alpha1.ComputeEnvironment
		return &environment, r.client.Get(ctx, types.NamespacedName{Name: job.Spec.Environment}, &environment)
	})
	switch {
	case apierrors.IsNotFound(err):
		return nil, failure.Over(fmt.Sprintf("ComputeEnvironment %s does not exist any more, and with it the way to the results", job.Spec.Environment))
	case err != nil:
		return nil, failure.Kubernetes(err)
	}
	return environment, nil
}

// Read a result under its key, or a part of it. The error is a *failure.Error.
func (r *Run) Read(ctx context.Context, key string, want storage.Want) (*storage.Reading, error) {
	if key == sandbox.KeyManifest {
		if !r.Succeeded {
			return nil, failure.Missing(fmt.Sprintf("run %d has not succeeded: of such a run the log alone is released", r.Number))
		}
	} else {
		known, err := r.index(ctx)
		if err != nil {
			return nil, err
		}
		if !known.has(key) {
			return nil, r.missing(key)
		}
	}
	reading, err := r.bucket.Open(ctx, r.prefix+key, want)
	if err != nil {
		return nil, r.failed(err)
	}
	return reading, nil
}

func (r *Run) missing(key string) error {
	if key == sandbox.KeyLog {
		return failure.Missing(fmt.Sprintf("run %d released no log", r.Number))
	}
	return failure.Missing(fmt.Sprintf("run %d has no such result: the manifest lists those that it has", r.Number))
}

// failed says what the results bucket answered, without saying where it lies.
func (r *Run) failed(err error) error {
	if storage.KindOf(err) == storage.NotFound {
		return failure.Over(fmt.Sprintf("the results of run %d were deleted", r.Number))
	}
	var known *failure.Error
	if errors.As(err, &known) {
		return known
	}
	return failure.Storage("", "the results bucket of environment "+r.Environment.Name, err)
}
