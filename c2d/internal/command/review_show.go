package command

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/download"
	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/terminal"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/links"
)

func newReviewShow(s *session) *cobra.Command {
	var urls bool
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
			return s.showReview(cmd.Context(), c, review, urls, folder)
		},
	}
	cmd.Flags().BoolVar(&urls, "links", false, "print presigned URLs of the files")
	cmd.Flags().StringVarP(&folder, "output-dir", "o", "", "download the files to this folder")
	_ = cmd.MarkFlagDirname("output-dir")
	return cmd
}

func (s *session) showReview(ctx context.Context, c *connection, review *v1alpha1.ResultReview, urls bool, folder string) error {
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
	if c := meta.FindStatusCondition(review.Status.Conditions, v1alpha1.ConditionReleased); c != nil {
		facts.Row("Released:", c.Message)
	}
	if err := facts.Print(s.Out); err != nil {
		return err
	}
	var list []links.Link
	if urls || folder != "" {
		var err error
		if list, err = reviewLinks(ctx, c, review); err != nil {
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
	if urls {
		for _, link := range list {
			fmt.Fprintf(s.Out, "%s\t%s\n", terminal.Line(link.Key()), link.URL)
		}
	}
	if folder == "" {
		return nil
	}
	return s.getReviewed(ctx, list, folder)
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
func (s *session) getReviewed(ctx context.Context, list []links.Link, name string) error {
	source := download.Links{}
	what := &released{source: source}
	for _, l := range list {
		file := l.Result()
		source[file.Key()] = l.URL
		what.files = append(what.files, file)
	}
	summary, err := s.download(ctx, name, what)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.Out, "%s, %s, in %s\n", terminal.Count(int64(summary.Files+summary.Same), "file"), terminal.Bytes(total(what.files)), name)
	return nil
}

// reviewLinks of the files. What they are checked against stands in the review, not beside the links.
func reviewLinks(ctx context.Context, c *connection, review *v1alpha1.ResultReview) ([]links.Link, error) {
	name := review.Status.LinksSecret
	if name == "" {
		return nil, fmt.Errorf("the review has no links: it is %s", stateOf(review))
	}
	shared, err := readLinks(ctx, c, types.NamespacedName{Namespace: review.Namespace, Name: name}, links.KeyFiles)
	if err != nil {
		return nil, err
	}
	urls := map[string]string{}
	for _, link := range shared {
		urls[link.Key()] = link.URL
	}
	var list []links.Link
	for _, file := range review.Spec.Files {
		link := links.Link{Name: file.Name, Type: file.Type, Bytes: file.Bytes, SHA256: file.SHA256}
		if link.URL = urls[link.Key()]; link.URL != "" {
			list = append(list, link)
		}
	}
	return list, nil
}
