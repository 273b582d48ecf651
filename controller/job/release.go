package job

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/controller/results"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox/pod"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

const (
	// SecretType of the Secrets with the links.
	SecretType corev1.SecretType = "c2d.dev/results"
	// fieldOwner of what the controller applies.
	fieldOwner = "c2d-controller"
	// maxListed is the number of results in a status and of outputs in a Secret; the manifest has them all.
	maxListed = 20
	// releaseBudget is how long a bucket that fails is tried again after the run.
	releaseBudget = 30 * time.Minute
)

// ResultsSecretName of a job.
func ResultsSecretName(job string) string { return job + "-results" }

// Link is a result that can be read, in the Secret's key "files".
type Link struct {
	Name   string              `json:"name"`
	Type   v1alpha1.ResultType `json:"type"`
	Bytes  int64               `json:"bytes"`
	SHA256 string              `json:"sha256"`
	URL    string              `json:"url"`
}

// conclude a run that is over: release what may leave, and end the job.
func (r *Reconciler) conclude(ctx context.Context, job *v1alpha1.ComputeJob, run *sandbox.Run, seen pod.Observation) error {
	logs := run.Delivers(v1alpha1.DeliverLogs)
	if seen.ExitCode != nil {
		job.Status.Exit = &v1alpha1.Exit{Class: v1alpha1.ExitCompleted}
		if !seen.Executed {
			job.Status.Exit.Class = seen.Reason
		}
		if logs {
			job.Status.Exit.Code = seen.ExitCode
		}
	}
	if seen.Executed {
		done(job, v1alpha1.ConditionExecuted, "The algorithm ended with exit code 0.")
	}
	var released bool
	if seen.Published && (seen.State == v1alpha1.StateSucceeded || logs) {
		var err error
		if released, err = r.release(ctx, job, run, seen); err != nil {
			return r.releaseFailed(seen, err)
		}
	}
	if seen.State == v1alpha1.StateFailed {
		return &failure{seen.Reason, failureMessage(job, seen, released)}
	}
	done(job, v1alpha1.ConditionReleased, "Everything that the rules let out can be read.")
	succeed(job, fmt.Sprintf("%s, %d bytes; links are in Secret %s.", plural(seen.Publish.Outputs, "output"), seen.Publish.Bytes, job.Status.ResultsSecret), r.now())
	return nil
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
	if seen.State == v1alpha1.StateFailed {
		// A log that cannot be shared does not change how the run ended.
		return &failure{seen.Reason, seen.Message}
	}
	over := r.now().Sub(seen.Ended) > releaseBudget
	switch kind := storage.KindOf(err); {
	case over, kind == storage.NotFound, kind == storage.BucketMissing, kind == storage.Denied:
		return &failure{v1alpha1.ReasonPublishFailed, "The results were published and cannot be read back from the results bucket; tell the environment's owner."}
	default:
		return fmt.Errorf("release results: %w", err)
	}
}

// release gives the consumer what the run brought: all of it when it succeeded, its log when it did not. It says whether
// there was anything.
func (r *Reconciler) release(ctx context.Context, job *v1alpha1.ComputeJob, run *sandbox.Run, seen pod.Observation) (bool, error) {
	var environment v1alpha1.ComputeEnvironment
	if err := r.Client.Get(ctx, types.NamespacedName{Name: run.Environment.Name}, &environment); err != nil {
		return false, fmt.Errorf("read ComputeEnvironment %s: %w", run.Environment.Name, err)
	}
	bucket, err := r.Results.Open(ctx, &environment)
	if err != nil {
		return false, err
	}
	manifest, err := bucket.Manifest(ctx, run, seen.Publish.Manifest)
	if err != nil {
		return false, err
	}
	links, err := r.links(ctx, bucket, run, manifest, seen)
	if err != nil || len(links) == 0 {
		return false, err
	}
	if err := r.share(ctx, job, links); err != nil {
		return false, err
	}
	job.Status.ResultsSecret = ResultsSecretName(job.Name)
	job.Status.Results = nil
	for _, link := range links {
		if link.Type == v1alpha1.ResultManifest {
			job.Status.Manifest = &v1alpha1.ManifestStatus{SHA256: link.SHA256, Outputs: seen.Publish.Outputs, Bytes: seen.Publish.Bytes}
		}
		if len(job.Status.Results) < maxListed {
			job.Status.Results = append(job.Status.Results, v1alpha1.Result{
				Name: link.Name, Type: link.Type, Bytes: link.Bytes, SHA256: link.SHA256, URI: bucket.URI(run, keyOf(link)),
			})
		}
	}
	return true, nil
}

// links to the manifest, the log and the first outputs. A run that failed has its log alone, whatever its manifest says.
func (r *Reconciler) links(ctx context.Context, bucket *results.Bucket, run *sandbox.Run, manifest *sandbox.Manifest, seen pod.Observation) ([]Link, error) {
	var links []Link
	if seen.State == v1alpha1.StateSucceeded {
		links = append(links, Link{Name: sandbox.KeyManifest, Type: v1alpha1.ResultManifest, Bytes: seen.Publish.ManifestBytes, SHA256: seen.Publish.Manifest})
	}
	outputs := 0
	for _, result := range manifest.Results {
		if result.Type == v1alpha1.ResultOutput {
			outputs++
			if outputs > maxListed || seen.State != v1alpha1.StateSucceeded || !run.Delivers(v1alpha1.DeliverOutput) {
				continue
			}
		} else if result.Type != v1alpha1.ResultLog || !run.Delivers(v1alpha1.DeliverLogs) {
			continue
		}
		links = append(links, Link{Name: result.Name, Type: result.Type, Bytes: result.Bytes, SHA256: result.SHA256})
	}
	for i := range links {
		url, err := bucket.Link(ctx, run, keyOf(links[i]), storage.MaxPresign)
		if err != nil {
			return nil, fmt.Errorf("make a link: %w", err)
		}
		links[i].URL = url
	}
	return links, nil
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

// share the links in a Secret beside the job, which goes with it.
func (r *Reconciler) share(ctx context.Context, job *v1alpha1.ComputeJob, links []Link) error {
	files, err := json.Marshal(links)
	if err != nil {
		return err
	}
	data := map[string][]byte{
		"files":     files,
		"expiresAt": []byte(r.now().Add(storage.MaxPresign).UTC().Format(time.RFC3339)),
	}
	for _, link := range links {
		switch link.Type {
		case v1alpha1.ResultManifest:
			data["manifest"] = []byte(link.URL)
		case v1alpha1.ResultLog:
			data["log"] = []byte(link.URL)
		}
	}
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
