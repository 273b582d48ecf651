package command

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/story"
	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/terminal"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

const (
	// look at a job this often while waiting for it: it needs no right but to get it.
	lookEvery = time.Second
	// outage of the API server that is borne.
	outage = 2 * time.Minute
)

// await prints each state of a job until over says that it is.
func (s *session) await(ctx context.Context, c *connection, job *v1alpha1.ComputeJob, over func(*v1alpha1.ComputeJob) bool) (*v1alpha1.ComputeJob, error) {
	var last *v1alpha1.ComputeJob
	said, heard := "", time.Now()
	err := wait.PollUntilContextCancel(ctx, lookEvery, true, func(ctx context.Context) (bool, error) {
		var now v1alpha1.ComputeJob
		err := c.Get(ctx, keyOf(job), &now)
		switch {
		case apierrors.IsNotFound(err), err == nil && now.UID != job.UID:
			return false, fmt.Errorf("job %s was deleted", job.Name)
		case apierrors.IsForbidden(err), apierrors.IsUnauthorized(err):
			return false, err
		case err != nil && time.Since(heard) > outage:
			return false, fmt.Errorf("the API server has not answered for %s: %w", outage, err)
		case err == nil:
			heard, last = time.Now(), &now
			if text := stateLine(last); text != said {
				said = text
				fmt.Fprintf(s.Out, "%s  %s\n", heard.UTC().Format(time.TimeOnly), text)
			}
		}
		return last != nil && over(last), nil
	})
	return last, err
}

// stateLine says where a job is.
func stateLine(job *v1alpha1.ComputeJob) string {
	reason, message := story.Reason(job)
	text := fmt.Sprintf("run %d  %s", job.Status.Run, story.State(job))
	if reason != "" && reason != story.State(job) {
		text += " (" + reason + ")"
	}
	return terminal.Line(text + "  " + message)
}
