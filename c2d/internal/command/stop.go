package command

import (
	"fmt"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/story"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// fieldManager of what this program changes.
const fieldManager = "kubectl-c2d"

func newStop(s *session) *cobra.Command {
	var waiting bool
	cmd := &cobra.Command{
		Use:   "stop JOB",
		Short: "Stop the run of a job, and let none begin",
		Long: `Stop the run of a job that is under way, and let none begin: spec.suspend becomes true. The log is still released where
the rules let it out. "rerun" runs the job again.`,
		Example:           "  " + s.program + " stop train -n lab --wait",
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
			if job.Status.State.Terminal() && job.Spec.Trigger == job.Status.Trigger {
				_, err := fmt.Fprintf(s.Out, "run %d of %s is over (%s): there is nothing to stop\n", job.Status.Run, job.Name, job.Status.State)
				return err
			}
			before := job.DeepCopy()
			job.Spec.Suspend = true
			if err := s.change(cmd, c, job, before); err != nil {
				return fmt.Errorf("stop job %s: %w", job.Name, err)
			}
			fmt.Fprintf(s.Out, "run %d of %s is to be stopped\n", max(job.Status.Run, 1), job.Name)
			if !waiting {
				return nil
			}
			_, err = s.await(cmd.Context(), c, job, func(now *v1alpha1.ComputeJob) bool { return now.Status.State.Terminal() })
			return err
		},
	}
	cmd.Flags().BoolVar(&waiting, "wait", false, "wait until nothing of it runs")
	return cmd
}

// change a job, unless somebody else has changed what it runs meanwhile.
func (s *session) change(cmd *cobra.Command, c *connection, job, before *v1alpha1.ComputeJob) error {
	if owner := story.DeclaredBy(before); owner != "" {
		s.note("%s declares this job: what is changed here it may set back", owner)
	}
	return c.Patch(cmd.Context(), job, client.MergeFrom(before), client.FieldOwner(fieldManager))
}
