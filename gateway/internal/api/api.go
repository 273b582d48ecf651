// Package api is what the gateway answers to pods.
package api

import (
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/caller"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/canary"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/failure"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/metrics"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/reply"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/source"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// Bounds that keep the memory of the gateway flat. Calls beyond them wait.
const (
	uploadBytes = 40 << 20 // parts of all uploads together
	uploads     = 32
	downloads   = 64
	plans       = 4

	// finishTimeout bounds what is left to do for a result once its body has come.
	finishTimeout = 10 * time.Minute
)

// API for the pods of runs.
type API struct {
	callers *caller.Callers
	sources *source.Sources
	canary  *canary.Canary
	metrics *metrics.Metrics

	budget    *storage.Budget
	uploads   *semaphore.Weighted
	downloads *semaphore.Weighted
	plans     *semaphore.Weighted
}

// New API.
func New(callers *caller.Callers, sources *source.Sources, canary *canary.Canary, metrics *metrics.Metrics) *API {
	return &API{
		callers: callers, sources: sources, canary: canary, metrics: metrics,
		budget:    storage.NewBudget(uploadBytes),
		uploads:   semaphore.NewWeighted(uploads),
		downloads: semaphore.NewWeighted(downloads),
		plans:     semaphore.NewWeighted(plans),
	}
}

// Handler of the port that sandbox pods reach. Consumers come to a port and a handler of their own: nothing of theirs
// belongs here.
func (a *API) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET "+sandbox.PathPlan, a.call("plan", a.plan))
	mux.Handle("GET "+sandbox.PathIsolation, a.call("isolation", a.isolation))
	mux.Handle("GET "+sandbox.PathCode, a.call("code", a.code))
	mux.Handle("GET "+sandbox.PathInputs+"{dataset}/{source}", a.call("input", a.input))
	mux.Handle("PUT "+sandbox.PathResults+"{key...}", a.call("result", a.result))
	mux.Handle("DELETE "+sandbox.PathOutputs, a.call("clear", a.clear))
	return reply.Strict(mux)
}

// handler of a call whose caller is known.
type handler func(w http.ResponseWriter, r *http.Request, c *caller.Caller) error

// call identifies the caller, counts, and answers errors.
func (a *API) call(name string, handle handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		counted := &reply.Writer{ResponseWriter: w}
		who, err := a.callers.Identify(r)
		if err == nil {
			err = handle(counted, r, who)
		}
		if err != nil {
			a.fail(counted, r, name, who, err)
		}
		a.metrics.Observe(name, counted.Status, counted.Bytes, time.Since(began))
		if errors.Is(err, reply.ErrBroken) {
			// The length is promised already: only a broken connection tells the pod that this is not all.
			panic(http.ErrAbortHandler)
		}
	})
}

// fail logs a failure and answers it, where nothing was answered yet. The log names the pod and the place of the data;
// the query of the request, which names a key, is left to the detail of the failure.
func (a *API) fail(w *reply.Writer, r *http.Request, name string, who *caller.Caller, err error) {
	known := reply.Known(w, err)
	log := slog.With("call", name, "path", r.URL.Path, "remote", r.RemoteAddr, "status", known.Status)
	if who != nil {
		log = log.With("pod", who.Pod.String(), "job", who.Run.Job.Namespace+"/"+who.Run.Job.Name, "run", who.Run.Run)
	}
	log.Warn(known.Message, "reason", known.Reason, "retry", known.Retry, "detail", known.Detail)
	if w.Status == 0 {
		reply.Failure(w, known)
	}
}

func (a *API) plan(w http.ResponseWriter, r *http.Request, c *caller.Caller) error {
	ctx := r.Context()
	if err := a.plans.Acquire(ctx, 1); err != nil {
		return err
	}
	defer a.plans.Release(1)
	plan, err := a.sources.Plan(ctx, c)
	if err != nil {
		return err
	}
	files := 0
	for _, dataset := range plan.Datasets {
		files += len(dataset.Files)
	}
	slog.Info("plan", "pod", c.Pod.String(), "job", c.Run.Job.Namespace+"/"+c.Run.Job.Name, "run", c.Run.Run, "datasets", len(plan.Datasets), "files", files)
	reply.JSON(w, http.StatusOK, plan)
	return nil
}

func (a *API) isolation(w http.ResponseWriter, r *http.Request, _ *caller.Caller) error {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return err
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return err
	}
	reply.JSON(w, http.StatusOK, sandbox.Isolation{
		Listening: a.canary.Listening(r.Context()),
		Visited:   a.canary.Visited(address),
		Address:   a.canary.Address(),
	})
	return nil
}

func (a *API) code(w http.ResponseWriter, r *http.Request, c *caller.Caller) error {
	return a.download(w, r, func(want storage.Want) (*storage.Reading, error) {
		return a.sources.OpenCode(r.Context(), c, want)
	})
}

func (a *API) input(w http.ResponseWriter, r *http.Request, c *caller.Caller) error {
	dataset, err1 := strconv.Atoi(r.PathValue("dataset"))
	file, err2 := strconv.Atoi(r.PathValue("source"))
	if err1 != nil || err2 != nil {
		return failure.BadRequest("the path must name a dataset and a source by their index")
	}
	key := r.URL.Query().Get("key")
	return a.download(w, r, func(want storage.Want) (*storage.Reading, error) {
		return a.sources.OpenInput(r.Context(), c, dataset, file, key, want)
	})
}
