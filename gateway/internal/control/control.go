// Package control is what the gateway does for the controller, which reads no consumer's credentials: it copies what was
// released to the consumer's own bucket, and tells the consumer's own systems of the end of a run.
package control

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/sync/semaphore"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/caller"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/failure"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/metrics"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/released"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/reply"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/source"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// Bounds, so that consumers' storage and systems, however slow, take no more than their part of the gateway. Calls beyond
// them are asked to come back.
const (
	deliveries    = 4
	notifications = 32
	maxBody       = 64 << 10
	// copyBytes is the memory for parts of objects of all deliveries.
	copyBytes = 32 << 20
)

// API for the controller.
type API struct {
	client    client.Client
	namespace string
	accounts  *caller.Accounts
	runs      *released.Runs
	sources   *source.Sources
	metrics   *metrics.Metrics

	budget        *storage.Budget
	deliveries    *semaphore.Weighted
	notifications *semaphore.Weighted
}

// New API. live reads without a cache; namespace is the gateway's own, and the controller's.
func New(live client.Client, namespace string, runs *released.Runs, sources *source.Sources, metrics *metrics.Metrics) *API {
	return &API{
		client: live, namespace: namespace, runs: runs, sources: sources, metrics: metrics,
		accounts:      caller.NewAccounts(live, sandbox.ControlAudience),
		budget:        storage.NewBudget(copyBytes),
		deliveries:    semaphore.NewWeighted(deliveries),
		notifications: semaphore.NewWeighted(notifications),
	}
}

// Register the API's paths.
func (a *API) Register(mux *http.ServeMux) {
	mux.Handle("POST "+sandbox.PathDeliver, call(a, "deliver", a.deliver))
	mux.Handle("POST "+sandbox.PathNotify, call(a, "notify", a.notify))
}

// call takes a request of the controller, and answers what handle does: nil is 204.
func call[R any](a *API, name string, handle func(context.Context, *R) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		counted := &reply.Writer{ResponseWriter: w}
		// The bounds of a call are those of what it does.
		control := http.NewResponseController(w)
		answer, err := answerTo(a, w, r, func(ctx context.Context, request *R) (any, error) {
			_ = control.SetReadDeadline(time.Time{})
			_ = control.SetWriteDeadline(time.Time{})
			return handle(ctx, request)
		})
		switch {
		case err != nil:
			known := reply.Known(counted, err)
			slog.Warn(known.Message, "call", name, "remote", r.RemoteAddr, "status", known.Status, "reason", known.Reason, "retry", known.Retry, "detail", known.Detail)
			reply.Failure(counted, known)
		case answer == nil:
			counted.WriteHeader(http.StatusNoContent)
		default:
			reply.JSON(counted, http.StatusOK, answer)
		}
		a.metrics.Observe(name, counted.Status, counted.Bytes, time.Since(began))
	})
}

func answerTo[R any](a *API, w http.ResponseWriter, r *http.Request, handle func(context.Context, *R) (any, error)) (any, error) {
	account, err := a.accounts.Identify(r)
	if err != nil {
		return nil, err
	}
	if want := (types.NamespacedName{Namespace: a.namespace, Name: sandbox.ControllerServiceAccount}); account.NamespacedName != want {
		return nil, failure.Forbidden("only the controller may call this", fmt.Errorf("%s is not %s", account, want))
	}
	var request R
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&request); err != nil {
		return nil, failure.BadRequest(fmt.Sprintf("the body must be a %T as JSON: %v", request, err))
	}
	return handle(r.Context(), &request)
}

// job that a call is about, as it is now.
func (a *API) job(ctx context.Context, want sandbox.Object) (*v1alpha1.ComputeJob, error) {
	var job v1alpha1.ComputeJob
	err := a.client.Get(ctx, types.NamespacedName{Namespace: want.Namespace, Name: want.Name}, &job)
	switch {
	case apierrors.IsNotFound(err):
		return nil, failure.Over(fmt.Sprintf("job %s/%s does not exist any more", want.Namespace, want.Name))
	case err != nil:
		return nil, failure.Kubernetes(err)
	case job.UID != want.UID:
		return nil, failure.Over(fmt.Sprintf("job %s/%s is another one now", want.Namespace, want.Name))
	}
	return &job, nil
}
