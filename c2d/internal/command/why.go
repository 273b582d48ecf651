package command

import (
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/reasons"
)

func newWhy(s *session) *cobra.Command {
	var format output
	cmd := &cobra.Command{
		Use:   "why JOB",
		Short: "Say why a job is in the state that it is in: each rule with its evidence",
		Long: `Say why a job is in the state that it is in, in one sentence, and show each rule with its evidence.

The rules are asked again as they stand now, with what you may read; where you may not read a dataset, what the controller
found is shown instead. Verdicts: ok, FAIL, waits, withheld (it does not leave), unknown (you may not read it).`,
		Example:           "  " + s.program + " why train -n lab",
		Args:              func(cmd *cobra.Command, args []string) error { return firstOf(oneJob(cmd, args), format.check()) },
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
			facts, err := reasons.Gather(cmd.Context(), c, job)
			if err != nil {
				return err
			}
			explanation := reasons.Explain(facts, s.program, time.Now())
			return format.print(s.Out, explanation, func(w io.Writer) error { return reasons.Print(w, explanation) })
		},
	}
	format.add(cmd)
	return cmd
}
