// Package publish waits until the algorithm is dead, has its outputs judged, and uploads what may leave: the outputs,
// the log and, last, the manifest.
package publish

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/gateway"
	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/retry"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Options of publishing.
type Options struct {
	Client *gateway.Client
	// Staged, Alive, Outputs and Log are paths: those of package sandbox, outside of tests.
	Staged, Alive, Outputs, Log string
	// Terminate says that the pod is being deleted.
	Terminate <-chan os.Signal
	// Deletion is how long the algorithm may take to die once the pod is being deleted.
	Deletion time.Duration
	// Upload is how a transfer is repeated.
	Upload retry.Policy
	Logger *slog.Logger
}

// DefaultDeletion is a little more than what the algorithm gets from agent run.
const DefaultDeletion = 15 * time.Second

// DefaultUpload is how a transfer is repeated.
func DefaultUpload() retry.Policy {
	return retry.Policy{
		First:     200 * time.Millisecond,
		Max:       15 * time.Second,
		Stuck:     5 * time.Minute,
		Retryable: gateway.Retryable,
	}
}

// maxStaged bounds the description of a run.
const maxStaged = 4 << 20

// failure with its reason. The message is for the consumer too; the cause is for the owner's log.
type failure struct {
	Reason, Message string
	cause           error
}

func (f *failure) Error() string {
	if f.cause == nil {
		return f.Message
	}
	return f.Message + ": " + f.cause.Error()
}

func (f *failure) Unwrap() error { return f.cause }

// Run publishes one run and says what became of it. What leaves is decided here; whether the consumer gets to see it is
// decided by the controller, which also knows how the algorithm's container ended.
func Run(ctx context.Context, o Options) sandbox.PublishReport {
	report, err := o.publish(ctx)
	if err != nil {
		var f *failure
		if !errors.As(err, &f) {
			f = &failure{Reason: v1alpha1.ReasonPublishFailed, Message: "the results could not be published; the owner finds the cause in the log of the publish container"}
		}
		o.Logger.Error("publishing failed", "reason", f.Reason, "error", err)
		report.Reason, report.Message = f.Reason, sandbox.Sentence(f.Message)
	}
	return report
}

func (o Options) publish(ctx context.Context) (report sandbox.PublishReport, err error) {
	staged, err := o.readStaged()
	if err != nil {
		return report, err
	}
	succeeded, err := o.awaitEnd()
	if err != nil {
		return report, err
	}
	start := time.Now()
	// Outputs that are refused keep everything of theirs here, but not the log.
	var results []sandbox.ManifestResult
	var refused error
	if succeeded && staged.Run.Delivers(v1alpha1.DeliverOutput) {
		results, refused, err = o.outputs(ctx)
		if err != nil {
			return report, err
		}
	}
	for _, result := range results {
		report.Outputs++
		report.Bytes += result.Bytes
	}
	log, err := o.log(ctx)
	if err != nil {
		return report, err
	}
	if log != nil && staged.Run.Delivers(v1alpha1.DeliverLogs) {
		results = append(results, *log)
	}
	if report.Manifest, report.ManifestBytes, err = o.manifest(ctx, staged, results); err != nil {
		return report, err
	}
	o.Logger.Info("published", "outputs", report.Outputs, "bytes", report.Bytes, "manifest", report.Manifest, "took", time.Since(start).Round(time.Millisecond))
	return report, refused
}

func (o Options) readStaged() (staged sandbox.Staged, err error) {
	file, err := os.Open(o.Staged)
	if err != nil {
		return staged, fmt.Errorf("read what was staged: %w", err)
	}
	defer func() { _ = file.Close() }()
	if err := json.NewDecoder(io.LimitReader(file, maxStaged)).Decode(&staged); err != nil {
		return staged, fmt.Errorf("read what was staged: %w", err)
	}
	return staged, nil
}

// outputs judges all files, and uploads them if all may leave.
func (o Options) outputs(ctx context.Context) (results []sandbox.ManifestResult, refused, err error) {
	found, err := judge(o.Outputs)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = found.root.Close() }()
	if found.judgement.Refused() {
		for _, r := range found.judgement.Refusals() {
			o.Logger.Error("output refused", "check", string(r.Check), "place", fmt.Sprintf("%q", r.Place), "detail", r.Detail)
		}
		return nil, &failure{Reason: v1alpha1.ReasonOutputRefused, Message: found.judgement.Summary()}, nil
	}
	results, err = o.uploadAll(ctx, found.files)
	return results, nil, err
}

// log uploads the log. The bucket is the owner's, so this is done for every run; nil where there is none.
func (o Options) log(ctx context.Context) (*sandbox.ManifestResult, error) {
	file, err := openRegular(os.OpenFile, o.Log)
	if err != nil {
		o.Logger.Warn("there is no log to publish", "error", err)
		return nil, nil
	}
	defer func() { _ = file.Close() }()
	stored, err := o.upload(ctx, sandbox.KeyLog, file, file.size)
	if err != nil {
		return nil, err
	}
	return &sandbox.ManifestResult{
		Name:   sandbox.KeyLog[strings.LastIndexByte(sandbox.KeyLog, '/')+1:],
		Type:   v1alpha1.ResultLog,
		Bytes:  stored.Bytes,
		SHA256: stored.SHA256,
	}, nil
}

// manifest is uploaded last: where it lies, everything that it lists does.
func (o Options) manifest(ctx context.Context, staged sandbox.Staged, results []sandbox.ManifestResult) (hash string, size int64, err error) {
	text, err := json.Marshal(describe(staged, results, time.Now()))
	if err != nil {
		return "", 0, err
	}
	sum := sha256.Sum256(text)
	if _, err := o.upload(ctx, sandbox.KeyManifest, strings.NewReader(string(text)), int64(len(text))); err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(sum[:]), int64(len(text)), nil
}

// describe a run. Equal runs with equal results give equal texts, but for the time.
func describe(staged sandbox.Staged, results []sandbox.ManifestResult, now time.Time) sandbox.Manifest {
	m := sandbox.Manifest{
		Job:         staged.Run.Job,
		Run:         staged.Run.Run,
		Environment: staged.Run.Environment,
		Algorithm:   staged.Run.Algorithm,
		Published:   now.UTC().Truncate(time.Second),
		Datasets:    make([]sandbox.ManifestDataset, len(staged.Run.Datasets)),
		Results:     slices.Clone(results),
	}
	if m.Results == nil {
		m.Results = []sandbox.ManifestResult{}
	}
	if staged.Run.Parameters != nil {
		m.Parameters = staged.Run.Parameters
	}
	for i, dataset := range staged.Run.Datasets {
		m.Datasets[i].DID = dataset.DID
		if dataset.Parameters != nil {
			m.Datasets[i].Parameters = dataset.Parameters
		}
		for _, mount := range dataset.Mounts {
			m.Datasets[i].Mounted = append(m.Datasets[i].Mounted, sandbox.ManifestMounted{Index: mount.Index, Digest: mount.Digest()})
		}
		if i < len(staged.Datasets) {
			m.Datasets[i].Content = staged.Datasets[i]
		}
	}
	slices.SortFunc(m.Results, func(a, b sandbox.ManifestResult) int { return strings.Compare(a.Key(), b.Key()) })
	return m
}
