// Package consumer is what the gateway answers to consumers: the log of a run while it goes on, and what was released of
// one that is over. It gives out nothing that the owners' rules withhold, and does not say of a job whether it exists to
// those who may not get it.
package consumer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"golang.org/x/sync/semaphore"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/caller"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/failure"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/metrics"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/recent"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/released"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/reply"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// Bounds, so that consumers take no more than their part of the gateway. Downloads beyond them wait; who wants to follow
// a log beyond them is asked to come back.
const (
	downloads         = 32
	followers         = 64
	followersOfOne    = 8 // of one namespace
	jobAge            = 2 * time.Second
	rememberedJobs    = 256
	maxRun            = 1 << 53
	tooManyFollowers  = "too many logs are being followed: try again"
	tooManyOfOneSpace = "too many logs of jobs in namespace %s are being followed: try again"
)

// API for consumers.
type API struct {
	client    client.Client
	logs      kubernetes.Interface
	accounts  *caller.Accounts
	runs      *released.Runs
	metrics   *metrics.Metrics
	jobs      *recent.Values[*v1alpha1.ComputeJob]
	assets    *recent.Values[asset]
	downloads *semaphore.Weighted
	followers *followerCount
	ending    context.Context
	end       context.CancelFunc
}

// New API. live reads without a cache; logs gets the logs of pods, and must set no bound on how long that takes.
func New(live client.Client, logs kubernetes.Interface, runs *released.Runs, metrics *metrics.Metrics) *API {
	ending, end := context.WithCancel(context.Background())
	return &API{
		client: live, logs: logs, runs: runs, metrics: metrics,
		accounts:  caller.NewAccounts(live, sandbox.ConsumerAudience),
		jobs:      recent.New[*v1alpha1.ComputeJob](rememberedJobs, jobAge),
		assets:    recent.New[asset](rememberedAssets, assetAge),
		downloads: semaphore.NewWeighted(downloads),
		followers: newFollowerCount(followers, followersOfOne),
		ending:    ending, end: end,
	}
}

// End the following of logs, which would not end by itself: consumers ask again, another replica.
func (a *API) End() { a.end() }

// Register the API's paths.
func (a *API) Register(mux *http.ServeMux) {
	run := "GET " + sandbox.PathJobs + "{namespace}/{name}/runs/{run}"
	mux.Handle(run+"/log", a.call("log", a.log))
	mux.Handle(run+"/manifest", a.call("manifest", a.manifest))
	mux.Handle(run+"/results/{key...}", a.call("released", a.result))
	mux.Handle("GET "+sandbox.PathAssets+"ddo/{did}", a.callAsset("ddo", wholeAsset))
	mux.Handle("GET "+sandbox.PathAssets+"metadata/{did}", a.callAsset("metadata", metadataOfAsset))
}

// visit of an account that may get the job.
type visit struct {
	account *caller.Account
	job     types.NamespacedName
	run     int64
}

type handler func(w *reply.Writer, r *http.Request, v *visit) error

// call finds out who asks and whether they may get the job, counts, and answers errors.
func (a *API) call(name string, handle handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		counted := &reply.Writer{ResponseWriter: w}
		who, err := a.admit(r)
		if err == nil {
			err = handle(counted, r, who)
		}
		if err != nil {
			fail(counted, r, name, who, err)
		}
		a.metrics.Observe(name, counted.Status, counted.Bytes, time.Since(began))
		if errors.Is(err, reply.ErrBroken) {
			panic(http.ErrAbortHandler)
		}
	})
}

func fail(w *reply.Writer, r *http.Request, name string, who *visit, err error) {
	known := reply.Known(w, err)
	log := slog.With("call", name, "remote", r.RemoteAddr, "status", known.Status)
	if who != nil {
		log = log.With("account", who.account.String(), "job", who.job.String(), "run", who.run)
	}
	log.Info(known.Message, "retry", known.Retry, "detail", known.Detail)
	if w.Status == 0 {
		reply.Failure(w, known)
	}
}

// admit who may get the job. Whether it exists is not looked at before.
func (a *API) admit(r *http.Request) (*visit, error) {
	account, err := a.accounts.Identify(r)
	if err != nil {
		return nil, err
	}
	v := &visit{account: account, job: types.NamespacedName{Namespace: r.PathValue("namespace"), Name: r.PathValue("name")}}
	if v.run, err = strconv.ParseInt(r.PathValue("run"), 10, 64); err != nil || v.run < 1 || v.run > maxRun {
		return nil, failure.BadRequest("the path must name a run by its number, from 1")
	}
	if account.Namespace != v.job.Namespace {
		return nil, noSuchJob(v)
	}
	may, err := a.accounts.MayGet(r.Context(), account, v.job)
	if err != nil {
		return nil, err
	}
	if !may {
		return nil, noSuchJob(v)
	}
	return v, nil
}

// noSuchJob is the one answer to those who may not get a job and to those who ask for one that does not exist.
func noSuchJob(v *visit) error {
	return failure.Missing(fmt.Sprintf(
		"there is no job %s, or service account %s may not get it; a service account of the job's namespace may, with: kubectl create rolebinding c2d-view -n %s --clusterrole=c2d-view --serviceaccount=%s",
		v.job, v.account, v.account.Namespace, v.account.Namespace+":"+v.account.Name))
}

// jobOf a visit, at most jobAge old.
func (a *API) jobOf(ctx context.Context, v *visit) (*v1alpha1.ComputeJob, error) {
	return a.getJob(ctx, v, a.jobs.Get)
}

type lookup func(ctx context.Context, key string, read func(context.Context) (*v1alpha1.ComputeJob, error)) (*v1alpha1.ComputeJob, error)

func (a *API) getJob(ctx context.Context, v *visit, get lookup) (*v1alpha1.ComputeJob, error) {
	job, err := get(ctx, v.job.String(), func(ctx context.Context) (*v1alpha1.ComputeJob, error) {
		var job v1alpha1.ComputeJob
		return &job, a.client.Get(ctx, v.job, &job)
	})
	if apierrors.IsNotFound(err) {
		return nil, noSuchJob(v)
	}
	if err != nil {
		return nil, failure.Kubernetes(err)
	}
	return job, nil
}

func (a *API) manifest(w *reply.Writer, r *http.Request, v *visit) error {
	w.Header().Set("Content-Type", "application/json")
	return a.released(w, r, v, sandbox.KeyManifest)
}

func (a *API) result(w *reply.Writer, r *http.Request, v *visit) error {
	key := r.PathValue("key")
	if key == sandbox.KeyManifest {
		return failure.BadRequest("the manifest is no result of its own: leave /results/ out of the path")
	}
	return a.released(w, r, v, key)
}

// released answers with a result of a run that is over.
func (a *API) released(w *reply.Writer, r *http.Request, v *visit, key string) error {
	job, err := a.jobOf(r.Context(), v)
	if err != nil {
		return err
	}
	run, err := a.runs.Open(r.Context(), job, v.run, time.Now())
	if err != nil {
		return err
	}
	return a.file(w, r, run, key)
}

// file answers with a file once there is room for another download.
func (a *API) file(w *reply.Writer, r *http.Request, run *released.Run, key string) error {
	if err := a.downloads.Acquire(r.Context(), 1); err != nil {
		return err
	}
	defer a.downloads.Release(1)
	return reply.File(w, r, func(want storage.Want) (*storage.Reading, error) { return run.Read(r.Context(), key, want) })
}
