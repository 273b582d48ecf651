// Package notify has the consumer's own systems told of the end of each run, and of results that wait for a review: spec.notify. The gateway tells them, since
// only it may read the consumer's secret. News may come twice, under the same event id.
package notify

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/controller/errand"
	"github.com/compute-to-data/terraform-provider-c2d/controller/gateway"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

const (
	// workers is the number of events on their way at a time.
	workers = 8
	// callTimeout is longer than the gateway takes for one event.
	callTimeout = 30 * time.Second
	// giveUpAfter is how long news is worth telling.
	giveUpAfter = 24 * time.Hour
)

// Reconciler of the condition Notified.
type Reconciler struct {
	// Client reads from the cache.
	Client  client.Client
	Gateway *gateway.Client
	// Now is the time; nil: the clock's.
	Now func() time.Time
}

// SetupWithManager starts the reconciler with the manager.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	return (&errand.Reconciler{
		Client: r.Client, Now: r.Now,
		Name: "notify", Workers: workers,
		Condition: v1alpha1.ConditionNotified, DoneReason: v1alpha1.ReasonNotified, FailedReason: v1alpha1.ReasonNotifyFailed,
		Again:  "It is tried again, for a day.",
		Wanted: func(job *v1alpha1.ComputeJob) bool { return job.Spec.Notify != nil },
		Task:   r.task,
	}).SetupWithManager(mgr)
}

// task to tell the news of a run, as long as it is worth telling.
func (r *Reconciler) task(job *v1alpha1.ComputeJob, run errand.Run, now time.Time) *errand.Task {
	condition := meta.FindStatusCondition(job.Status.Conditions, v1alpha1.ConditionNotified)
	// The condition may still speak of the state before: a job that succeeded expires later.
	prefix := string(run.State) + ": "
	said := run.Current && condition != nil && strings.HasPrefix(condition.Message, prefix)
	if said && condition.Status == "True" {
		return nil
	}
	since := run.Ended()
	switch {
	case said:
		since = condition.LastTransitionTime.Time
	case run.State == v1alpha1.StateExpired:
		since = now
	case run.State == v1alpha1.StateAwaitingReview && job.Status.Review != nil:
		since = job.Status.Review.Since.Time
	}
	if now.Sub(since) > giveUpAfter {
		return nil
	}
	news := sandbox.Notification{RunReference: run.Reference(job), State: run.State, Reason: run.Reason}
	done := fmt.Sprintf("%s has taken the news of run %d.", hostOf(job), run.Run)
	return &errand.Task{Key: news.EventID(), Prefix: prefix, Do: func(ctx context.Context) (string, error) { return done, r.tell(ctx, news) }}
}

func (r *Reconciler) tell(ctx context.Context, news sandbox.Notification) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return r.Gateway.Post(ctx, sandbox.PathNotify, news, nil)
}

// hostOf the consumer's system: path and query may be a secret.
func hostOf(job *v1alpha1.ComputeJob) string {
	u, err := url.Parse(job.Spec.Notify.URL)
	if err != nil {
		return "spec.notify.url"
	}
	return u.Host
}
