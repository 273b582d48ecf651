package job

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox/pod"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

const (
	// maxListed is the number of results in a status, and of outputs of a run in a Secret; the manifest has them all.
	maxListed = 20
	// releaseBudget is how long a bucket that fails is tried again after the run.
	releaseBudget = 30 * time.Minute
)

// conclude a run that is over: release what may leave, and end it.
func (r *Reconciler) conclude(ctx context.Context, job *v1alpha1.ComputeJob, run *sandbox.Run, seen pod.Observation) error {
	logs := run.Delivers(v1alpha1.DeliverLogs)
	job.Status.Exit = exitOf(job, run, seen)
	if seen.Executed {
		done(job, v1alpha1.ConditionExecuted, "The algorithm ended with exit code 0.")
	}
	environment, err := r.environmentOf(ctx, job)
	if err != nil {
		return err
	}
	// No link may outlive the results.
	job.Status.ResultsExpireAt = keepUntil(job, environment, r.now())
	if seen.Published && job.Status.Published == nil {
		if err := r.sign(ctx, job, run, seen); err != nil {
			return r.releaseFailed(seen, err)
		}
	}
	var released bool
	if seen.Published && (seen.State == v1alpha1.StateSucceeded || logs) {
		if released, err = r.release(ctx, job, environment, run, seen); err != nil {
			return r.releaseFailed(seen, err)
		}
	}
	switch {
	case seen.State == v1alpha1.StateSucceeded:
		done(job, v1alpha1.ConditionReleased, "Everything that the rules let out can be read.")
		succeed(job, fmt.Sprintf("%s, %d bytes; links are in Secret %s.", plural(seen.Publish.Outputs, "output"), seen.Publish.Bytes, ResultsSecretName(job.Name)), r.now())
	case job.Status.Stop != nil && released:
		stopped(job, "A link to its log is in Secret "+job.Status.ResultsSecret+".", r.now())
	case job.Status.Stop != nil:
		stopped(job, "", r.now())
	default:
		return &failure{seen.Reason, failureMessage(job, seen, released)}
	}
	return nil
}

// exitOf the algorithm; nil where it has not ended. Its code is for those who may read its log.
func exitOf(job *v1alpha1.ComputeJob, run *sandbox.Run, seen pod.Observation) *v1alpha1.Exit {
	if seen.ExitCode == nil {
		return nil
	}
	exit := &v1alpha1.Exit{Class: v1alpha1.ExitCompleted}
	switch {
	case seen.Executed:
	case job.Status.Stop != nil:
		exit.Class = v1alpha1.ReasonStopped
	default:
		exit.Class = seen.Reason
	}
	if run.Delivers(v1alpha1.DeliverLogs) {
		exit.Code = seen.ExitCode
	}
	return exit
}

func plural(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func failureMessage(job *v1alpha1.ComputeJob, seen pod.Observation, released bool) string {
	if !released {
		return seen.Message
	}
	message := seen.Message
	if seen.Reason == v1alpha1.ReasonExitCode && job.Status.Exit.Code != nil {
		message = fmt.Sprintf("The algorithm ended with exit code %d.", *job.Status.Exit.Code)
	}
	return fmt.Sprintf("%s A link to its log is in Secret %s.", message, job.Status.ResultsSecret)
}

// releaseFailed decides between trying again and giving up.
func (r *Reconciler) releaseFailed(seen pod.Observation, err error) error {
	over := r.now().Sub(seen.Ended) > releaseBudget
	switch kind := storage.KindOf(err); {
	case !over && kind != storage.NotFound && kind != storage.BucketMissing && kind != storage.Denied:
		return fmt.Errorf("release results: %w", err)
	case seen.State == v1alpha1.StateFailed:
		// A log that cannot be shared does not change how the run ended.
		return &failure{seen.Reason, seen.Message}
	default:
		return &failure{v1alpha1.ReasonPublishFailed, "The results were published and cannot be read back from the results bucket; tell the environment's owner."}
	}
}

// environmentOf a job; nil where it is gone.
func (r *Reconciler) environmentOf(ctx context.Context, job *v1alpha1.ComputeJob) (*v1alpha1.ComputeEnvironment, error) {
	var environment v1alpha1.ComputeEnvironment
	err := r.Client.Get(ctx, types.NamespacedName{Name: job.Spec.Environment}, &environment)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read ComputeEnvironment %s: %w", job.Spec.Environment, err)
	}
	return &environment, nil
}

// release gives the consumer what the run brought: all of it when it succeeded, its log when it did not. It says whether
// there was anything.
func (r *Reconciler) release(ctx context.Context, job *v1alpha1.ComputeJob, environment *v1alpha1.ComputeEnvironment, run *sandbox.Run, seen pod.Observation) (bool, error) {
	if end := accessEnd(job); !r.now().Before(end) {
		return false, nil
	}
	if environment == nil {
		return false, fmt.Errorf("ComputeEnvironment %s is gone", job.Spec.Environment)
	}
	bucket, err := r.Results.Open(ctx, environment)
	if err != nil {
		return false, err
	}
	published := job.Status.Published
	manifest, err := bucket.Manifest(ctx, run, published.ManifestSHA256)
	if err != nil {
		return false, err
	}
	what := &v1alpha1.ManifestStatus{SHA256: published.ManifestSHA256, ManifestBytes: published.ManifestBytes}
	if seen.State == v1alpha1.StateSucceeded {
		what.Outputs, what.Bytes = seen.Publish.Outputs, seen.Publish.Bytes
	}
	files := linksOf(seen.State == v1alpha1.StateSucceeded, what, manifest.Statement.Predicate.Results)
	if len(files) == 0 {
		return false, nil
	}
	job.Status.Manifest = what
	job.Status.Results = nil
	for _, file := range files[:min(len(files), maxListed)] {
		job.Status.Results = append(job.Status.Results, v1alpha1.Result{
			Name: file.Name, Type: file.Type, Bytes: file.Bytes, SHA256: file.SHA256, URI: bucket.URI(run, keyOf(file)),
		})
	}
	return true, r.share(ctx, job, bucket, seen.State == v1alpha1.StateSucceeded)
}
