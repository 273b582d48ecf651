// Package stage puts what an algorithm needs into its pod: it proves that the pod is isolated, fetches the inputs and
// the code through the gateway, checks every hash, and leaves the agent's binary for the algorithm's container.
package stage

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/gateway"
	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/retry"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/disclosure"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Options of staging.
type Options struct {
	Client  *gateway.Client
	Targets Targets
	// Data, Shared and Handover are the folders to fill: sandbox.DataDir, SharedDir and HandoverDir, outside of tests.
	Data, Shared, Handover string
	// Volumes is the folder with what datasets have mounted: sandbox.VolumesDir, outside of tests.
	Volumes string
	// Disk is the number of bytes that may be fetched.
	Disk int64
	// Agent is the path of this program.
	Agent  string
	Limits Limits
	Log    *slog.Logger
}

// Limits of waiting.
type Limits struct {
	// Dial is how long a closed port may take to answer. A round trip in a cluster takes a hundredth of it.
	Dial time.Duration
	// Bite is how long a network policy may take to hold for a new pod.
	Bite time.Duration
	// Canary is how long the gateway, or its canary, may be down.
	Canary time.Duration
	// Again is the pause between two proofs.
	Again time.Duration
	// Fetch is how a transfer is repeated.
	Fetch retry.Policy
}

// DefaultLimits of waiting.
func DefaultLimits() Limits {
	return Limits{
		Dial:   500 * time.Millisecond,
		Bite:   30 * time.Second,
		Canary: time.Minute,
		Again:  500 * time.Millisecond,
		Fetch: retry.Policy{
			First:     200 * time.Millisecond,
			Max:       10 * time.Second,
			Stuck:     2 * time.Minute,
			Retryable: gateway.Retryable,
		},
	}
}

// Run stages and says what became of it. No input is asked for before the isolation is proven, and the agent, without
// which the algorithm cannot start, comes last.
func Run(ctx context.Context, o Options) sandbox.StageReport {
	contents, err := o.stage(ctx)
	if err != nil {
		f := asFailure(err)
		o.Log.Error("staging failed", "reason", f.Reason, "error", err)
		return sandbox.StageReport{Reason: f.Reason, Message: sandbox.Sentence(f.Message)}
	}
	return sandbox.StageReport{Datasets: contents}
}

func (o Options) stage(ctx context.Context) ([]sandbox.Content, error) {
	start := time.Now()
	var plan *sandbox.Plan
	first, proofAndPlan := errgroup.WithContext(ctx)
	first.Go(func() error {
		return prove(proofAndPlan, o.Client, o.Targets, o.Limits, o.Log)
	})
	first.Go(func() (err error) {
		plan, err = o.plan(proofAndPlan)
		return err
	})
	if err := first.Wait(); err != nil {
		return nil, err
	}
	o.Log.Info("isolation is proven", "took", time.Since(start).Round(time.Millisecond))

	folder, err := prepare(o.Data, plan)
	if err != nil {
		return nil, err
	}
	defer func() { _ = folder.Close() }()
	for d, dataset := range plan.Run.Datasets {
		for _, mount := range dataset.Mounts {
			if err := o.mountPoint(folder, plan, d, mount); err != nil {
				return nil, err
			}
		}
	}
	var records *disclosure.Records
	if rules := plan.Run.Disclosure().Verbatim; rules.On() {
		records = disclosure.NewRecords(rules.MinRecordBytes)
	}
	contents, err := o.fetchAll(ctx, plan, folder, records)
	if err != nil {
		return nil, err
	}
	if err := describe(folder, plan); err != nil {
		return nil, err
	}
	err = handOver(o.Handover, sandbox.Staged{Run: plan.Run, Datasets: contents, Canaries: plan.Canaries}, records)
	if err == nil {
		err = share(o.Shared, o.Agent)
	}
	if err != nil {
		return nil, err
	}
	o.Log.Info("staged", "datasets", len(contents), "took", time.Since(start).Round(time.Millisecond))
	return contents, nil
}

func (o Options) plan(ctx context.Context) (plan *sandbox.Plan, err error) {
	err = retry.Do(ctx, o.Limits.Fetch, func(ctx context.Context) (int64, error) {
		plan, err = o.Client.Plan(ctx)
		return 0, err
	})
	if err != nil {
		return nil, gatewayFailure(v1alpha1.ReasonInputFetchFailed, "the plan of the inputs", err)
	}
	return plan, checkPlan(plan)
}

// fetchAll inputs and the code.
func (o Options) fetchAll(ctx context.Context, plan *sandbox.Plan, folder *os.Root, records *disclosure.Records) ([]sandbox.Content, error) {
	f := newFetcher(o.Client, o.Disk, o.Limits.Fetch)
	f.records = records
	if err := f.fits(plan); err != nil {
		return nil, err
	}
	files, transfers := errgroup.WithContext(ctx)
	files.SetLimit(parallelFiles)
	if plan.Algorithm.Code {
		files.Go(func() error { return f.code(transfers, folder, plan.Algorithm) })
	}
	hashes := make([][]fetched, len(plan.Datasets))
	for d, dataset := range plan.Datasets {
		hashes[d] = make([]fetched, len(dataset.Files))
		inputs, err := folder.OpenRoot(inputFolder(dataset.ID))
		if err != nil {
			files.Go(func() error { return fmt.Errorf("open the folder of a dataset: %w", err) })
			break
		}
		defer func() { _ = inputs.Close() }()
		for i := range dataset.Files {
			if transfers.Err() != nil {
				break
			}
			if dataset.Files[i].Mounted {
				continue
			}
			files.Go(func() (err error) {
				hashes[d][i], err = f.input(transfers, inputs, plan, d, i)
				return err
			})
		}
	}
	if err := files.Wait(); err != nil {
		return nil, err
	}
	contents := make([]sandbox.Content, len(plan.Datasets))
	for d, dataset := range plan.Datasets {
		contents[d] = contentOf(dataset.Files, hashes[d])
		o.Log.Info("dataset", "id", dataset.ID, "files", contents[d].Files, "bytes", contents[d].Bytes, "sha256", contents[d].SHA256)
		if pinned := dataset.Content; pinned != nil && *pinned != contents[d] {
			return nil, failed(v1alpha1.ReasonChecksumMismatch, fmt.Sprintf(
				"the content of dataset %s is %s, expected %s: its data have changed since they were pinned",
				dataset.ID, describeContent(contents[d]), describeContent(*pinned)), nil)
		}
	}
	return contents, nil
}

func describeContent(c sandbox.Content) string {
	return fmt.Sprintf("%d files with %d bytes and SHA-256 %s", c.Files, c.Bytes, c.SHA256)
}
