package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/download"
	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/terminal"
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

func undecided(review *v1alpha1.ResultReview) bool {
	return review.Status.State == "" || review.Status.State == v1alpha1.ReviewPending
}

func stateOf(review *v1alpha1.ResultReview) string {
	if review.Status.State == "" {
		return string(v1alpha1.ReviewPending)
	}
	return string(review.Status.State)
}

func newReviewShow(s *session) *cobra.Command {
	var links bool
	var folder string
	cmd := &cobra.Command{
		Use:   "show REVIEW",
		Short: "Show what is to be released, and what was said",
		Long: `Show what is to be released: its files, with what the checks flagged, and the votes so far. --links prints presigned URLs of the
files, and -o downloads them: both read the Secret beside the review. Whoever has such a URL can read the file for an hour.`,
		Example: "  " + s.program + " review show train-1 -n hospital\n  " + s.program + " review show train-1 -n hospital -o look",
		Args:    oneReview, ValidArgsFunction: s.completeReviews,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := s.connect()
			if err != nil {
				return err
			}
			review, err := c.review(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return s.showReview(cmd.Context(), c, review, links, folder)
		},
	}
	cmd.Flags().BoolVar(&links, "links", false, "print presigned URLs of the files")
	cmd.Flags().StringVarP(&folder, "output-dir", "o", "", "download the files to this folder")
	_ = cmd.MarkFlagDirname("output-dir")
	return cmd
}

func (s *session) showReview(ctx context.Context, c *connection, review *v1alpha1.ResultReview, links bool, folder string) error {
	spec := &review.Spec
	facts := terminal.NewTable("")
	facts.Row("Name:", review.Name)
	facts.Row("State:", stateOf(review))
	facts.Row("Job:", fmt.Sprintf("run %d of %s/%s", spec.Job.Run, spec.Job.Namespace, spec.Job.Name))
	facts.Row("Authors:", strings.Join(spec.Authors, ", "))
	facts.Row("Datasets:", strings.Join(spec.Datasets, ", "))
	facts.Row("Algorithm:", strings.TrimSpace(spec.Algorithm.Name+" "+spec.Algorithm.DID))
	facts.Row("", "checksum "+spec.Algorithm.Checksum)
	facts.Row("Manifest:", spec.ManifestSHA256)
	facts.Row("Outputs:", fmt.Sprintf("%d, %s", spec.Outputs, terminal.Bytes(spec.Bytes)))
	facts.Row("Approvals:", fmt.Sprintf("%d of %d", review.Status.Approved, spec.Approvals))
	facts.Row("Deadline:", spec.Deadline.UTC().Format(time.RFC3339))
	if err := facts.Print(s.Out); err != nil {
		return err
	}
	var urls []link
	if links || folder != "" {
		var err error
		if urls, err = reviewLinks(ctx, c, review); err != nil {
			return err
		}
	}
	fmt.Fprintln(s.Out, "Files:")
	table := terminal.NewTable("  ", "TYPE", "BYTES", "FLAGS", "NAME")
	for _, file := range spec.Files {
		table.Row(string(file.Type), fmt.Sprint(file.Bytes), orNone(strings.Join(file.Flags, ",")), file.Name)
	}
	if more := spec.Outputs - int64(outputsOf(spec.Files)); more > 0 {
		table.Row("...", "", "", fmt.Sprintf("%d more, which the manifest lists", more))
	}
	if err := table.Print(s.Out); err != nil {
		return err
	}
	if len(spec.Votes) > 0 {
		fmt.Fprintln(s.Out, "Votes:")
		table := terminal.NewTable("  ", "USER", "DECISION", "REASON")
		for _, vote := range spec.Votes {
			table.Row(vote.User, string(vote.Decision), orNone(vote.Reason))
		}
		if err := table.Print(s.Out); err != nil {
			return err
		}
	}
	if links {
		for _, l := range urls {
			fmt.Fprintf(s.Out, "%s\t%s\n", terminal.Line(l.file().Key()), l.URL)
		}
	}
	if folder == "" {
		return nil
	}
	return s.getReviewed(ctx, urls, folder)
}

func outputsOf(files []v1alpha1.ReviewedFile) (n int) {
	for _, file := range files {
		if file.Type == v1alpha1.ResultOutput {
			n++
		}
	}
	return n
}

func orNone(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// getReviewed files into a folder.
func (s *session) getReviewed(ctx context.Context, links []link, name string) error {
	if err := os.MkdirAll(name, 0o777); err != nil {
		return err
	}
	folder, err := os.OpenRoot(name)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	source := download.Links{}
	what := &released{source: source}
	for _, l := range links {
		file := l.file()
		source[file.Key()] = l.URL
		what.files = append(what.files, file)
	}
	summary, err := s.download(ctx, folder, what)
	if err != nil {
		return fmt.Errorf("%d of %d files could not be brought:\n%w", max(summary.Failed, 1), len(what.files), err)
	}
	fmt.Fprintf(s.Out, "%s, %s, in %s\n", terminal.Count(int64(summary.Files+summary.Same), "file"), terminal.Bytes(total(what.files)), name)
	return nil
}

// reviewLinks of the files. What they are checked against stands in the review, not beside the links.
func reviewLinks(ctx context.Context, c *connection, review *v1alpha1.ResultReview) ([]link, error) {
	name := review.Status.LinksSecret
	if name == "" {
		return nil, fmt.Errorf("the review has no links: it is %s", stateOf(review))
	}
	var secret corev1.Secret
	if err := c.Get(ctx, types.NamespacedName{Namespace: review.Namespace, Name: name}, &secret); err != nil {
		return nil, fmt.Errorf("read the links in Secret %s: %w", name, err)
	}
	var links []link
	if secret.Type != resultsSecretType || json.Unmarshal(secret.Data["files"], &links) != nil {
		// The text has URLs in it, and so may an error.
		return nil, fmt.Errorf("the Secret %s does not list links as the controller writes them", name)
	}
	urls := map[string]string{}
	for _, l := range links {
		urls[l.file().Key()] = l.URL
	}
	links = links[:0]
	for _, file := range review.Spec.Files {
		l := link{Name: file.Name, Type: file.Type, Bytes: file.Bytes, SHA256: file.SHA256}
		if l.URL = urls[l.file().Key()]; l.URL != "" {
			links = append(links, l)
		}
	}
	return links, nil
}

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
				return errors.New("--reason must be set to reject: the owner finds it in the review, the consumer does not see it")
			}
			c, err := s.connect()
			if err != nil {
				return err
			}
			return s.vote(cmd.Context(), c, args[0], v1alpha1.ReviewVote{Decision: decision, Reason: reason, ManifestSHA256: manifest})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why; the consumer does not see it")
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
