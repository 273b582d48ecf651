package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	authenticationv1 "k8s.io/api/authentication/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func newReviewVote(s *session, verb string, decision v1alpha1.ReviewDecision) *cobra.Command {
	var reason, manifest string
	cmd := &cobra.Command{
		Use:   verb + " REVIEW",
		Short: strings.ToUpper(verb[:1]) + verb[1:] + " the results",
		Long: strings.ToUpper(verb[:1]) + verb[1:] + ` the results of a run. The vote is bound to the hash of its signed manifest: --manifest makes sure that it is the one
that you have looked at. Until the review is decided you may change your vote.`,
		Example: "  " + s.program + " review " + verb + " train-1 -n hospital --reason 'cells of 10 and more only'",
		Args:    oneReview, ValidArgsFunction: s.completeReviews,
		RunE: func(cmd *cobra.Command, args []string) error {
			if decision == v1alpha1.ReviewReject && reason == "" {
				return errors.New("--reason must be set to reject: the owners find it in their reviews, the consumer does not see it")
			}
			c, err := s.connect()
			if err != nil {
				return err
			}
			return s.vote(cmd.Context(), c, args[0], v1alpha1.ReviewVote{Decision: decision, Reason: reason, ManifestSHA256: manifest})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why; the consumer does not see it, owners of the other datasets of the run do")
	cmd.Flags().StringVar(&manifest, "manifest", "", "SHA-256 of the manifest that you have looked at")
	return cmd
}

// vote as the user of the session.
func (s *session) vote(ctx context.Context, c *connection, name string, vote v1alpha1.ReviewVote) error {
	who := &authenticationv1.SelfSubjectReview{}
	if err := c.Create(ctx, who); err != nil {
		return fmt.Errorf("ask the cluster who you are: %w", err)
	}
	vote.User = who.Status.UserInfo.Username
	asked := vote.ManifestSHA256
	var review *v1alpha1.ResultReview
	err := retry.RetryOnConflict(retry.DefaultRetry, func() (err error) {
		if review, err = c.review(ctx, name); err != nil {
			return err
		}
		spec := &review.Spec
		switch {
		case !undecided(review):
			return fmt.Errorf("the review is decided: it is %s, and votes can no longer change", stateOf(review))
		case slices.Contains(spec.Authors, vote.User):
			return fmt.Errorf("you are %s, who created the job or asked for this run: somebody else must review its results", vote.User)
		case asked != "" && asked != spec.ManifestSHA256:
			return fmt.Errorf("the review is about the manifest %s, not %s: look at it again", spec.ManifestSHA256, asked)
		}
		vote.ManifestSHA256 = spec.ManifestSHA256
		before := review.DeepCopy()
		at := slices.IndexFunc(spec.Votes, func(v v1alpha1.ReviewVote) bool { return v.User == vote.User })
		if at < 0 {
			spec.Votes = append(spec.Votes, vote)
		} else {
			spec.Votes[at] = vote
		}
		return c.Patch(ctx, review, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
	})
	if err != nil {
		if apierrors.IsForbidden(err) {
			return fmt.Errorf("%w\nReviewers need the role c2d-reviewer in namespace %s", err, c.namespace)
		}
		return err
	}
	word := map[v1alpha1.ReviewDecision]string{v1alpha1.ReviewApprove: "approves", v1alpha1.ReviewReject: "rejects"}[vote.Decision]
	fmt.Fprintf(s.Out, "%s %s the results of run %d of %s/%s\n", vote.User, word, review.Spec.Job.Run, review.Spec.Job.Namespace, review.Spec.Job.Name)
	return nil
}
