package command

import (
	"context"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/story"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func newDescribe(s *session) *cobra.Command {
	var format output
	cmd := &cobra.Command{
		Use:               "describe JOB",
		Short:             "Tell the story of a job: a timeline of its run, its results, its earlier runs, its events",
		Example:           "  " + s.program + " describe train -n lab\n  " + s.program + " describe train -n lab -o json",
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
			events, err := eventsOf(cmd.Context(), c, job)
			if apierrors.IsForbidden(err) {
				s.note("you may not list events in namespace %s; they are left out", job.Namespace)
			} else if err != nil {
				return err
			}
			now := time.Now()
			summary := story.Of(job, events, now)
			return format.print(s.Out, summary, func(w io.Writer) error { return story.Print(w, summary, now) })
		},
	}
	format.add(cmd)
	return cmd
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// maxEvents that are shown, the newest.
const maxEvents = 20

func eventsOf(ctx context.Context, c *connection, job *v1alpha1.ComputeJob) ([]story.Event, error) {
	var list corev1.EventList
	if err := c.List(ctx, &list, client.InNamespace(job.Namespace), client.Limit(500), client.MatchingFieldsSelector{
		Selector: fields.OneTermEqualSelector("involvedObject.uid", string(job.UID)),
	}); err != nil {
		return nil, err
	}
	events := make([]story.Event, 0, len(list.Items))
	for i := range list.Items {
		e := &list.Items[i]
		event := story.Event{Time: e.LastTimestamp, Type: e.Type, Reason: e.Reason, Message: e.Message, Count: max(e.Count, 1)}
		if event.Time.IsZero() {
			event.Time = metav1.NewTime(e.EventTime.Time)
		}
		if series := e.Series; series != nil {
			event.Time, event.Count = metav1.NewTime(series.LastObservedTime.Time), series.Count
		}
		if event.Time.IsZero() {
			event.Time = e.CreationTimestamp
		}
		events = append(events, event)
	}
	slices.SortStableFunc(events, func(a, b story.Event) int { return a.Time.Compare(b.Time.Time) })
	return events[max(0, len(events)-maxEvents):], nil
}
