package command

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/download"
	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/story"
	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/terminal"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/manifest"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

func newResults(s *session) *cobra.Command {
	cmd := &cobra.Command{
		Use: "results", Short: "Bring the results of a job",
		Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newResultsGet(s))
	return cmd
}

func newResultsGet(s *session) *cobra.Command {
	var how reach
	var number int64
	var folder string
	cmd := &cobra.Command{
		Use:   "get JOB",
		Short: "Download all results of a run, and verify them",
		Long: `Download all results of a run, however many: outputs/..., logs/algorithm.log and manifest.json. The manifest must have the
hash that the job's status shows and the signature of the environment, and every file the size and hash that the manifest says. Files that are there already with
the right hash are not brought again, so that a download that broke off is finished by starting it again.

The results come through the gateway. Without access to it the links in the job's Secret are used, which has those of the first
20 outputs.`,
		Example: "  " + s.program + " results get train -n lab\n" +
			"  " + s.program + " results get train -n lab --run 2 -o run-2",
		Args:              oneJob,
		ValidArgsFunction: s.completeJobs,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := s.connect()
			if err != nil {
				return err
			}
			job, err := c.job(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			run, err := runOf(job, number)
			if err != nil {
				return err
			}
			if folder == "" {
				folder = filepath.Join(job.Name, strconv.FormatInt(run, 10))
			}
			return s.getResults(cmd.Context(), c, how, job, run, folder)
		},
	}
	how.add(cmd)
	cmd.Flags().StringVarP(&folder, "output-dir", "o", "", "folder to put them in (default: JOB/RUN)")
	cmd.Flags().Int64Var(&number, "run", 0, "number of the run (default: the newest)")
	_ = cmd.MarkFlagDirname("output-dir")
	return cmd
}

// released is what a run let out.
type released struct {
	files []download.File
	// manifest as it is; nil where the run released its log alone.
	manifest []byte
	source   download.Source
	// withheld is the number of files that there are and cannot be had this way.
	withheld int
	close    func()
}

func (s *session) getResults(ctx context.Context, c *connection, how reach, job *v1alpha1.ComputeJob, run int64, name string) error {
	record, err := recordOf(job, run)
	if err != nil {
		return err
	}
	what, err := throughGateway(ctx, c, how, job, record)
	if tampered(err) || ctx.Err() != nil {
		return err
	}
	if err != nil {
		refused := err
		if what, err = throughLinks(ctx, c, job, record); err != nil {
			return fmt.Errorf("%w\nWithout the gateway: %w", refused, err)
		}
		s.note("not through the gateway: %v", refused)
		s.note("using the links in Secret %s instead", job.Status.ResultsSecret)
	}
	defer what.close()
	signed := ""
	if what.manifest != nil {
		if signed, err = s.vouched(ctx, c, job.Spec.Environment, what.manifest); err != nil {
			return err
		}
	}
	summary, err := s.download(ctx, name, what)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%s, %s, verified, in %s%s", terminal.Count(int64(summary.Files+summary.Same), "file"), terminal.Bytes(total(what.files)), name, signed)
	if summary.Same > 0 {
		text += fmt.Sprintf(" (already there: %d)", summary.Same)
	}
	fmt.Fprintln(s.Out, text)
	if what.withheld > 0 {
		return fmt.Errorf("%d more files cannot be had through links; they need access to the gateway", what.withheld)
	}
	return nil
}

// vouched says in words that the environment has signed the manifest. Where its keys cannot be read, that is all that is
// said; where none of them has signed, it is an error.
func (s *session) vouched(ctx context.Context, c *connection, environment string, text []byte) (string, error) {
	m, err := manifest.Parse(text)
	if err != nil {
		return "", fmt.Errorf("%w: %w", errTampered, err)
	}
	keys, err := keysOf(ctx, c, environment)
	if err != nil {
		s.note("the signature of the manifest is not checked: %v", err)
		return "", nil
	}
	if _, err := m.Verify(ctx, keys...); err != nil {
		return "", fmt.Errorf("%w: %w; tell the owner of ComputeEnvironment %s", errTampered, err, environment)
	}
	return ", signed by ComputeEnvironment " + environment, nil
}

// download what was released into a folder, the manifest last.
func (s *session) download(ctx context.Context, name string, what *released) (download.Summary, error) {
	if err := os.MkdirAll(name, 0o777); err != nil {
		return download.Summary{}, err
	}
	folder, err := os.OpenRoot(name)
	if err != nil {
		return download.Summary{}, err
	}
	defer func() { _ = folder.Close() }()
	summary, err := s.get(ctx, folder, what)
	if err != nil {
		return summary, fmt.Errorf("%d of %d files could not be brought:\n%w", max(summary.Failed, 1), len(what.files), err)
	}
	if what.manifest != nil {
		if err := writeFile(folder, sandbox.KeyManifest, what.manifest); err != nil {
			return summary, fmt.Errorf("write the manifest: %w", err)
		}
	}
	return summary, nil
}

// get the files, and show how far they are: with bars on a terminal, in lines elsewhere.
func (s *session) get(ctx context.Context, folder *os.Root, what *released) (download.Summary, error) {
	if !terminal.Is(s.ErrOut) {
		return download.Get(ctx, folder, what.files, what.source, &download.Lines{Out: s.Out})
	}
	bars := download.NewBars(ctx, s.ErrOut, what.files)
	summary, err := download.Get(ctx, folder, what.files, what.source, bars)
	bars.Wait()
	return summary, err
}

func total(files []download.File) (bytes int64) {
	for _, file := range files {
		bytes += file.Bytes
	}
	return bytes
}

// writeFile whole or not at all.
func writeFile(folder *os.Root, name string, content []byte) error {
	part := ".c2d-" + name + ".part"
	if err := folder.WriteFile(part, content, 0o666); err != nil {
		return err
	}
	return folder.Rename(part, name)
}

// recordOf a run that released something.
func recordOf(job *v1alpha1.ComputeJob, run int64) (*v1alpha1.RunRecord, error) {
	record := &v1alpha1.RunRecord{Run: run, State: job.Status.State, Manifest: job.Status.Manifest}
	if run != job.Status.Run {
		record = nil
		for i := range job.Status.Runs {
			if job.Status.Runs[i].Run == run {
				record = &job.Status.Runs[i]
			}
		}
		if record == nil {
			return nil, fmt.Errorf("run %d of %s is too long ago: the job remembers its last %d runs", run, job.Name, len(job.Status.Runs)+1)
		}
	} else if story.Succeeded(job) {
		record.State = v1alpha1.StateSucceeded
	}
	switch {
	case job.Status.State == v1alpha1.StateExpired:
		return nil, fmt.Errorf("access to the results of %s is over, as the datasets' terms say", job.Name)
	case !record.State.Terminal():
		return nil, fmt.Errorf("run %d of %s is under way (%s): nothing has been released yet", run, job.Name, record.State)
	case record.Manifest == nil:
		return nil, fmt.Errorf("run %d of %s released nothing (%s)", run, job.Name, record.State)
	}
	return record, nil
}
