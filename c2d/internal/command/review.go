package command

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func newReview(s *session) *cobra.Command {
	cmd := &cobra.Command{
		Use: "review", Short: "Review results that wait to be released",
		Long: `Review the results of runs on datasets of your namespace, before the consumer gets them. You need the role c2d-reviewer there; whoever
created a job, or asked for its run, cannot review its results.`,
		Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newReviewList(s), newReviewShow(s), newReviewVote(s, "approve", v1alpha1.ReviewApprove), newReviewVote(s, "reject", v1alpha1.ReviewReject))
	return cmd
}

func undecided(review *v1alpha1.ResultReview) bool {
	return review.Status.State == "" || review.Status.State == v1alpha1.ReviewPending
}

func stateOf(review *v1alpha1.ResultReview) string {
	if review.Status.State == "" {
		return string(v1alpha1.ReviewPending)
	}
	return string(review.Status.State)
}

// review by its name, or by that of its job, where one of that is open.
func (c *connection) review(ctx context.Context, name string) (*v1alpha1.ResultReview, error) {
	var review v1alpha1.ResultReview
	err := c.Get(ctx, types.NamespacedName{Namespace: c.namespace, Name: name}, &review)
	if !apierrors.IsNotFound(err) {
		return &review, err
	}
	var list v1alpha1.ResultReviewList
	if err := c.List(ctx, &list, client.InNamespace(c.namespace)); err != nil {
		return nil, fmt.Errorf("look for the review: %w", err)
	}
	var found []*v1alpha1.ResultReview
	for i := range list.Items {
		r := &list.Items[i]
		if short := fmt.Sprintf("%s-%d", r.Spec.Job.Name, r.Spec.Job.Run); (r.Spec.Job.Name == name || short == name) && undecided(r) {
			found = append(found, r)
		}
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("there is no review %s in namespace %s, and no open one of a job of that name: see %q", name, c.namespace, "review list -A --all")
	case 1:
		return found[0], nil
	}
	return nil, fmt.Errorf("%d open reviews are of jobs called %s: name one as %q shows it", len(found), name, "review list")
}

func oneReview(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("expected the name of one review, or of its job: %s", cmd.UseLine())
	}
	return nil
}

func (s *session) completeReviews(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return s.complete(cmd, func(ctx context.Context, c *connection) ([]string, error) {
		var list v1alpha1.ResultReviewList
		err := c.List(ctx, &list, client.InNamespace(c.namespace))
		names := make([]string, len(list.Items))
		for i := range list.Items {
			names[i] = list.Items[i].Name
		}
		return names, err
	})
}
