package command

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/terminal"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func newReviewList(s *session) *cobra.Command {
	var everywhere, all bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List reviews that are open",
		Example: "  " + s.program + " review list -n hospital\n  " + s.program + " review list -A --all",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := s.connect()
			if err != nil {
				return err
			}
			return s.listReviews(cmd.Context(), c, everywhere, all)
		},
	}
	cmd.Flags().BoolVarP(&everywhere, "all-namespaces", "A", false, "in all namespaces")
	cmd.Flags().BoolVar(&all, "all", false, "those that are decided as well")
	return cmd
}

func (s *session) listReviews(ctx context.Context, c *connection, everywhere, all bool) error {
	var list v1alpha1.ResultReviewList
	where := client.InNamespace(c.namespace)
	if everywhere {
		where = ""
	}
	if err := c.List(ctx, &list, where); err != nil {
		return fmt.Errorf("list reviews: %w", err)
	}
	titles := []string{"NAME", "STATE", "JOB", "RUN", "OUTPUTS", "BYTES", "APPROVALS", "DEADLINE"}
	if everywhere {
		titles = append([]string{"NAMESPACE"}, titles...)
	}
	table := terminal.NewTable("", titles...)
	shown := 0
	for i := range list.Items {
		review := &list.Items[i]
		if !all && !undecided(review) {
			continue
		}
		shown++
		spec := &review.Spec
		row := []string{
			review.Name, stateOf(review), spec.Job.Namespace + "/" + spec.Job.Name, fmt.Sprint(spec.Job.Run), fmt.Sprint(spec.Outputs), terminal.Bytes(spec.Bytes),
			fmt.Sprintf("%d of %d", review.Status.Approved, spec.Approvals), spec.Deadline.UTC().Format(time.RFC3339),
		}
		if everywhere {
			row = append([]string{review.Namespace}, row...)
		}
		table.Row(row...)
	}
	if shown == 0 {
		s.note("no reviews%s", map[bool]string{true: "", false: " are open; --all lists those that are decided"}[all])
		return nil
	}
	return table.Print(s.Out)
}
