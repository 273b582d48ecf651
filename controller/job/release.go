package job

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/links"
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
	job.Status.Exit = exitOf(job, run, seen)
	if seen.Executed {
		done(job, v1alpha1.ConditionExecuted, "The algorithm ended with exit code 0.")
	}
	environment, err := r.environmentOf(ctx, job)
	if err != nil {
		return err
	}
	if seen.Published && job.Status.Published == nil {
		if err := r.sign(ctx, job, run, seen); err != nil {
			return r.releaseFailed(seen, err)
		}
	}
	if asked := r.ask(job, run, seen); len(asked) > 0 {
		return r.awaitReview(ctx, job, run, seen, asked)
	}
	// No link may outlive the results.
	job.Status.ResultsExpireAt = keepUntil(job, environment, r.now())
	var released bool
	if seen.Published && (seen.State == v1alpha1.StateSucceeded || run.KeepsLog()) {
		if released, err = r.release(ctx, job, environment, seen.State == v1alpha1.StateSucceeded); err != nil {
			return r.releaseFailed(seen, err)
		}
	}
	switch {
	case seen.State == v1alpha1.StateSucceeded:
		done(job, v1alpha1.ConditionReleased, "Everything that the rules let out can be read.")
		succeed(job, successMessage(job), r.now())
	case job.Status.Stop != nil && released:
		stopped(job, "A link to its log is in Secret "+job.Status.ResultsSecret+".", r.now())
	case job.Status.Stop != nil:
		stopped(job, "", r.now())
	default:
		return &failure{seen.Reason, failureMessage(job, seen.Reason, seen.Message, released)}
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

func successMessage(job *v1alpha1.ComputeJob) string {
	return fmt.Sprintf("%s, %d bytes; links are in Secret %s.", plural(job.Status.Published.Outputs, "output"), job.Status.Published.Bytes, links.OfJob(job.Name))
}

func failureMessage(job *v1alpha1.ComputeJob, reason, message string, released bool) string {
	if !released {
		return message
	}
	if reason == v1alpha1.ReasonExitCode && job.Status.Exit.Code != nil {
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

// runOf a job, as far as the results bucket knows runs.
func runOf(job *v1alpha1.ComputeJob) *sandbox.Run {
	return &sandbox.Run{Job: objectOf(job), Run: job.Status.Run}
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
func (r *Reconciler) release(ctx context.Context, job *v1alpha1.ComputeJob, environment *v1alpha1.ComputeEnvironment, succeeded bool) (bool, error) {
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
	run, published := runOf(job), job.Status.Published
	manifest, err := bucket.Manifest(ctx, run, published.ManifestSHA256)
	if err != nil {
		return false, err
	}
	what := &v1alpha1.ManifestStatus{SHA256: published.ManifestSHA256, ManifestBytes: published.ManifestBytes}
	if succeeded {
		what.Outputs, what.Bytes = published.Outputs, published.Bytes
	}
	files := linksOf(succeeded, what, manifest.Statement.Predicate.Results)
	if len(files) == 0 {
		return false, nil
	}
	job.Status.Manifest = what
	if exit := manifest.Statement.Predicate.Exit; published.Log && job.Status.Exit != nil {
		job.Status.Exit.Code = exit.Code
	}
	job.Status.Results = nil
	for _, file := range files[:min(len(files), maxListed)] {
		job.Status.Results = append(job.Status.Results, v1alpha1.Result{
			Name: file.Name, Type: file.Type, Bytes: file.Bytes, SHA256: file.SHA256, URI: bucket.URI(run, file.Key()),
		})
	}
	return true, r.share(ctx, job, bucket, succeeded)
}
