package job

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/compute-to-data/terraform-provider-c2d/controller/results"
	"github.com/compute-to-data/terraform-provider-c2d/controller/signer"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/manifest"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox/pod"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// sign the manifest of a run that is over, from what its pod recorded and what is known here, and leave in the status what
// the run brought. Repeated, it brings the same manifest.
func (r *Reconciler) sign(ctx context.Context, job *v1alpha1.ComputeJob, run *sandbox.Run, seen pod.Observation) error {
	environment, err := r.environmentOf(ctx, job)
	if err != nil {
		return err
	}
	if environment == nil {
		return fmt.Errorf("ComputeEnvironment %s is gone", job.Spec.Environment)
	}
	key, err := r.Signers.Open(ctx, environment)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(environment.Status.ManifestKeys, func(k v1alpha1.ManifestKey) bool { return k.KeyID == key.Key().ID() }) {
		return fmt.Errorf("the key that signs is not in status.manifestKeys of ComputeEnvironment %s yet", environment.Name)
	}
	bucket, err := r.Results.Open(ctx, environment)
	if err != nil {
		return err
	}
	record, err := bucket.Record(ctx, run, seen.Publish.Record)
	if err != nil {
		return err
	}
	facts, err := r.facts(job, run, seen)
	if err != nil {
		return err
	}
	payload, err := manifest.Build(record, facts).Marshal()
	if err != nil {
		return err
	}
	text, err := signedOnce(ctx, bucket, run, payload, key)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	job.Status.Published = &v1alpha1.PublishedStatus{
		ManifestSHA256: hex.EncodeToString(sum[:]), ManifestBytes: int64(len(text)),
		Outputs: seen.Publish.Outputs, Bytes: seen.Publish.Bytes,
		Log:     slices.ContainsFunc(record.Results, func(r sandbox.ManifestResult) bool { return r.Type == v1alpha1.ResultLog }),
		Flagged: seen.Publish.Flags != "" || slices.ContainsFunc(record.Results, func(r sandbox.ManifestResult) bool { return len(r.Flags) > 0 }),
	}
	return nil
}

// facts of a run that its pod does not know, none of which changes any more.
func (r *Reconciler) facts(job *v1alpha1.ComputeJob, run *sandbox.Run, seen pod.Observation) (manifest.Facts, error) {
	facts := manifest.Facts{
		Cluster: string(r.Cluster), Author: job.Annotations[AnnotationAuthor], Rules: run.Disclosure(), RecordSHA256: seen.Publish.Record,
		Created: job.CreationTimestamp.Time, Started: seen.Started, Ended: seen.Exited,
	}
	facts.Outcome = outcomeOf(job, seen)
	if exit := exitOf(job, run, seen); exit != nil {
		facts.Exit = manifest.Exit{Class: exit.Class, Code: exit.Code}
		if run.KeepsLog() {
			// Whoever may read the manifest may then read the log.
			facts.Exit.Code = seen.ExitCode
		}
	}
	p := job.Status.Payment
	if p == nil || p.Minutes == nil {
		return facts, nil
	}
	due, err := claimOf(p)
	if err != nil {
		return facts, err
	}
	facts.Payment = &manifest.Payment{
		ChainID: p.ChainID, Escrow: p.Escrow, Token: p.Token, Payer: p.Payer, Payee: p.Payee, LockID: p.LockID, LockTx: p.LockTx,
		Prices: p.Prices, PerMinute: p.PerMinute, Locked: p.Locked, Minutes: *p.Minutes, Due: amountOf(due),
	}
	return facts, nil
}

// outcomeOf a run that is over: Succeeded, or the reason why not.
func outcomeOf(job *v1alpha1.ComputeJob, seen pod.Observation) string {
	switch {
	case seen.State == v1alpha1.StateSucceeded:
		return v1alpha1.ReasonSucceeded
	case job.Status.Stop != nil:
		return job.Status.Stop.Reason
	default:
		return seen.Reason
	}
}

// signedOnce brings a payload into the bucket with a signature. Where equal data does not get equal signatures, one that lies
// there already is kept.
func signedOnce(ctx context.Context, bucket *results.Bucket, run *sandbox.Run, payload []byte, key signer.Signer) ([]byte, error) {
	if !key.Steady() {
		stored, err := bucket.StoredManifest(ctx, run)
		if err != nil && storage.KindOf(err) != storage.NotFound {
			return nil, fmt.Errorf("look for a manifest that is signed already: %w", err)
		}
		if err == nil {
			if known, err := manifest.Parse(stored); err == nil && bytes.Equal(known.Payload, payload) {
				if _, err := known.Verify(ctx, key.Key()); err == nil {
					return stored, nil
				}
			}
		}
	}
	text, err := manifest.Sign(ctx, payload, key)
	if err != nil {
		return nil, err
	}
	return text, bucket.PutManifest(ctx, run, text)
}
