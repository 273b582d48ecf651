// Package publish waits until the algorithm is dead, has its outputs judged, and uploads what may leave: the outputs,
// the log and, last, the record of the run.
package publish

import (
	"bytes"
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
	"github.com/compute-to-data/terraform-provider-c2d/disclosure"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Options of publishing.
type Options struct {
	Client *gateway.Client
	// Staged, Records, Alive, Outputs and Log are paths: those of package sandbox, outside of tests. Without Records
	// outputs are not compared with the inputs.
	Staged, Records, Alive, Outputs, Log string
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
	gate, err := o.gate(staged)
	if err != nil {
		return report, err
	}
	// Outputs that are refused keep everything of theirs here, but not the log.
	var results []sandbox.ManifestResult
	var refused error
	if succeeded && staged.Run.Delivers(v1alpha1.DeliverOutput) {
		results, refused, err = o.outputs(ctx, gate)
		if err != nil {
			return report, err
		}
	}
	for _, result := range results {
		report.Outputs++
		report.Bytes += result.Bytes
	}
	report.Flags = gate.Flags()
	log, verdicts, err := o.log(ctx, gate)
	if err != nil {
		return report, err
	}
	if report.LogWithheld = withheld(verdicts); report.LogWithheld == "" && log != nil && staged.Run.KeepsLog() {
		results = append(results, *log)
	}
	if report.Record, err = o.record(ctx, staged, results); err != nil {
		return report, err
	}
	o.Logger.Info("published", "outputs", report.Outputs, "bytes", report.Bytes, "record", report.Record, "took", time.Since(start).Round(time.Millisecond))
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

// gate by the rules of the run, with what stage left for it.
func (o Options) gate(staged sandbox.Staged) (*disclosure.Gate, error) {
	rules := staged.Run.Disclosure()
	canaries, err := disclosure.NewCanaries(staged.Canaries)
	if err != nil {
		return nil, err
	}
	if len(rules.Canaries) > 0 && !canaries.Any() {
		return nil, errors.New("the rules have canaries, but stage left none")
	}
	if !rules.Verbatim.On() || o.Records == "" {
		return disclosure.NewGate(rules, canaries, nil), nil
	}
	file, err := os.Open(o.Records)
	if err != nil {
		return nil, fmt.Errorf("read the records of the inputs: %w", err)
	}
	defer func() { _ = file.Close() }()
	records, err := disclosure.ReadRecords(io.LimitReader(file, disclosure.MaxRecordsBytes))
	if err != nil {
		return nil, err
	}
	return disclosure.NewGate(rules, canaries, records), nil
}

// outputs judges and uploads all files. Where one is refused, none is left.
func (o Options) outputs(ctx context.Context, gate *disclosure.Gate) (results []sandbox.ManifestResult, refused, err error) {
	found, err := judge(o.Outputs, gate)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = found.root.Close() }()
	if !gate.Refused() {
		if results, err = o.uploadAll(ctx, gate, found.files); err != nil {
			return nil, nil, err
		}
		if gate.Refused() {
			o.clear(ctx)
		}
	}
	for _, v := range gate.Verdicts() {
		o.Logger.Error("output "+v.Outcome.String(), "check", string(v.Check), "place", fmt.Sprintf("%q", v.Place), "detail", v.Detail)
	}
	if gate.Refused() {
		return nil, &failure{Reason: v1alpha1.ReasonOutputRefused, Message: gate.Summary()}, nil
	}
	return results, nil, nil
}

// log uploads the log. The bucket is the owner's, so this is done for every run; nil where there is none. What the checks
// say decides whether it may leave.
func (o Options) log(ctx context.Context, gate *disclosure.Gate) (*sandbox.ManifestResult, []disclosure.Verdict, error) {
	file, err := openRegular(os.OpenFile, o.Log)
	if err != nil {
		o.Logger.Warn("there is no log to publish", "error", err)
		return nil, nil, nil
	}
	defer func() { _ = file.Close() }()
	var judged *disclosure.Log
	stored, err := o.upload(ctx, sandbox.KeyLog, func() (body, error) {
		judged = gate.Log()
		_, err := file.Seek(0, io.SeekStart)
		return plain{io.TeeReader(io.LimitReader(file, file.size), judged), file.size}, err
	})
	if err != nil {
		return nil, nil, err
	}
	result := &sandbox.ManifestResult{
		Name:   sandbox.KeyLog[strings.LastIndexByte(sandbox.KeyLog, '/')+1:],
		Type:   v1alpha1.ResultLog,
		Bytes:  stored.Bytes,
		SHA256: stored.SHA256,
	}
	verdicts := judged.Close()
	for _, v := range verdicts {
		o.Logger.Warn("log "+v.Outcome.String(), "check", string(v.Check), "detail", v.Detail)
		result.Flags = append(result.Flags, v.Check)
	}
	return result, verdicts, nil
}

// withheld says in a sentence which checks keep the log back.
func withheld(verdicts []disclosure.Verdict) string {
	var checks []string
	for _, v := range verdicts {
		if v.Outcome == disclosure.Refuse {
			checks = append(checks, string(v.Check))
		}
	}
	if len(checks) == 0 {
		return ""
	}
	return "the log is withheld by check " + strings.Join(checks, ", ")
}

// record is uploaded last: where it lies, everything that it lists does.
func (o Options) record(ctx context.Context, staged sandbox.Staged, results []sandbox.ManifestResult) (hash string, err error) {
	text, err := json.Marshal(describe(staged, results, time.Now()))
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	begin := func() (body, error) { return plain{bytes.NewReader(text), int64(len(text))}, nil }
	if _, err := o.upload(ctx, sandbox.KeyRecord, begin); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum[:]), nil
}

// describe a run. Equal runs with equal results give equal texts, but for the time.
func describe(staged sandbox.Staged, results []sandbox.ManifestResult, now time.Time) sandbox.Record {
	m := sandbox.Record{
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
