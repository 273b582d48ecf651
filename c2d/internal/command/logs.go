package command

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/follow"
	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/terminal"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func newLogs(s *session) *cobra.Command {
	var how reach
	var following, raw bool
	var number int64
	cmd := &cobra.Command{
		Use:   "logs JOB",
		Short: "Print or follow the log of a run",
		Long: `Print the log of a run, live or as it was released, where the rules of every dataset let it out.

The log is written by the algorithm, whom nobody needs to trust: on a terminal its control characters are made visible.`,
		Example: "  " + s.program + " logs train -n lab -f\n" +
			"  " + s.program + " logs train -n lab --run 2 > run-2.log",
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
			// A run that was asked for and has not begun can be waited for.
			run := nextRun(job)
			if !following || run == 0 || number != 0 && number != run {
				if run, err = runOf(job, number); err != nil {
					return err
				}
			}
			out := s.Out
			if terminal.Is(out) && !raw {
				visible := terminal.NewVisible(out)
				defer func() { _ = visible.Flush() }()
				out = visible
			}
			return s.logs(cmd.Context(), c, how, job, run, following, out)
		},
	}
	how.add(cmd)
	cmd.Flags().BoolVarP(&following, "follow", "f", false, "wait for the log and follow it until the algorithm has ended")
	cmd.Flags().BoolVar(&raw, "raw", false, "print the log as it is on a terminal too")
	cmd.Flags().Int64Var(&number, "run", 0, "number of the run (default: the newest)")
	return cmd
}

func (s *session) logs(ctx context.Context, c *connection, how reach, job *v1alpha1.ComputeJob, run int64, following bool, out io.Writer) error {
	client, err := how.open(ctx, c)
	if err != nil {
		return err
	}
	defer client.Close()
	if !following {
		body, err := client.Log(ctx, keyOf(job), run, false)
		if err != nil {
			return err
		}
		defer func() { _ = body.Close() }()
		if _, err := io.Copy(out, body); err != nil {
			return fmt.Errorf("the log broke off: %w", err)
		}
		return nil
	}
	return follow.Log{
		Open: func(ctx context.Context) (io.ReadCloser, error) { return client.Log(ctx, keyOf(job), run, true) },
		Over: func(ctx context.Context) (bool, error) { return ended(ctx, c, job, run) },
		Note: func(text string) { s.note("%s", terminal.Line(text)) },
	}.Copy(ctx, out)
}

// nextRun is the number of a run that was asked for and has not begun; 0: there is none.
func nextRun(job *v1alpha1.ComputeJob) int64 {
	if !job.Spec.Suspend && (job.Status.Run == 0 || job.Spec.Trigger != job.Status.Trigger) {
		return job.Status.Run + 1
	}
	return 0
}

// ended says whether the algorithm of a run has.
func ended(ctx context.Context, c *connection, job *v1alpha1.ComputeJob, run int64) (bool, error) {
	var now v1alpha1.ComputeJob
	if err := c.Get(ctx, keyOf(job), &now); err != nil {
		return false, err
	}
	if now.UID != job.UID {
		return false, errors.New("the job was deleted, and another one has its name")
	}
	state := now.Status.State
	return now.Status.Run > run || now.Status.Run == run && (state.Terminal() || state == v1alpha1.StateReleasing), nil
}
