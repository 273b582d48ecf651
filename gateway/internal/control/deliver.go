package control

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/failure"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/released"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

const (
	// startBudget is how long a call goes on to start copies. Those under way then go on to their end.
	startBudget = sandbox.DeliverTimeout * 3 / 4
	// copiesAtOnce of one call.
	copiesAtOnce = 8
	// maxKey of S3, in bytes.
	maxKey = 1024
)

// deliver what a run released to the consumer's bucket, as far as it goes in one call. It may be repeated: what is there
// already stays.
func (a *API) deliver(ctx context.Context, request *sandbox.Delivery) (any, error) {
	if !a.deliveries.TryAcquire(1) {
		return nil, failure.Later("", "the gateway copies for other jobs: try again", nil)
	}
	defer a.deliveries.Release(1)
	job, err := a.job(ctx, request.Job)
	if err != nil {
		return nil, err
	}
	if job.Spec.Destination == nil {
		return nil, failure.Over("the job has no destination any more")
	}
	run, err := a.runs.Open(ctx, job, request.Run, time.Now())
	if err != nil {
		return nil, err
	}
	to := job.Spec.Destination.S3
	bucket, err := a.sources.Destination(ctx, run.Environment, job.Namespace, to.S3Connection)
	if err != nil {
		return nil, err
	}
	copying := &copying{
		run: run, bucket: bucket, budget: a.budget, from: request.From,
		prefix: path.Join(to.Prefix, job.Name, strconv.FormatInt(request.Run, 10)) + "/",
	}
	done, err := copying.all(ctx)
	if err != nil {
		return nil, err
	}
	slog.Info("delivered", "job", job.Namespace+"/"+job.Name, "run", request.Run, "objects", done.Objects, "total", done.Total, "bytes", done.Bytes)
	return done, nil
}

// copying of the results of a run.
type copying struct {
	run    *released.Run
	bucket *storage.Bucket
	budget *storage.Budget
	prefix string
	// from which object on; those before it are known to be there.
	from int64
}

// item to copy.
type item struct {
	key, sum string
	bytes    int64
}

// errLate ends the walk through the manifest of a call whose time is over.
var errLate = errors.New("the time of the call is over")

// all objects in the order of the manifest, and the manifest itself after them: where it lies, everything does.
func (c *copying) all(ctx context.Context) (*sandbox.Delivered, error) {
	done := &sandbox.Delivered{URI: c.bucket.URI(c.prefix)}
	if err := c.measure(ctx, done); err != nil {
		return nil, err
	}
	late := time.Now().Add(startBudget)
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(copiesAtOnce)
	progress := newProgress()
	var number int64
	err := c.run.Each(groupCtx, func(result sandbox.ManifestResult) error {
		number++
		this := item{key: result.Key(), sum: result.SHA256, bytes: result.Bytes}
		if number <= c.from {
			progress.done(number, this.bytes)
			return nil
		}
		if time.Now().After(late) {
			return errLate
		}
		mine := number
		group.Go(func() error {
			if err := c.copy(groupCtx, this); err != nil {
				return err
			}
			progress.done(mine, this.bytes)
			return nil
		})
		return nil
	})
	// A copy that failed ends the walk too; then it is the cause.
	if failed := group.Wait(); failed != nil {
		return nil, failed
	}
	if err != nil && !errors.Is(err, errLate) {
		return nil, err
	}
	if err == nil && c.run.Succeeded && time.Now().Before(late) {
		manifest := c.manifest()
		if err := c.copy(ctx, manifest); err != nil {
			return nil, err
		}
		progress.done(number+1, manifest.bytes)
	}
	done.Objects, done.Bytes = progress.leading()
	return done, nil
}

func (c *copying) manifest() item {
	return item{key: sandbox.KeyManifest, sum: c.run.Manifest.SHA256, bytes: c.run.Manifest.ManifestBytes}
}

// measure what there is to copy, before any of it is: the manifest is the right one, and every key fits.
func (c *copying) measure(ctx context.Context, done *sandbox.Delivered) error {
	err := c.run.Each(ctx, func(result sandbox.ManifestResult) error {
		done.Total++
		if key := c.prefix + result.Key(); len(key) > maxKey {
			return failure.Permanent(v1alpha1.ReasonDestinationFailed, fmt.Sprintf(
				"a result with a name of %d bytes does not fit under %s, since S3 keys have at most %d: choose a shorter prefix", len(result.Name), c.bucket.URI(c.prefix), maxKey), nil)
		}
		return nil
	})
	if c.run.Succeeded {
		done.Total++
	}
	return err
}

// copy one object, unless it is there.
func (c *copying) copy(ctx context.Context, what item) error {
	ctx, cancel := context.WithTimeout(ctx, sandbox.CopyTimeout(what.bytes))
	defer cancel()
	there, err := c.bucket.HasCopy(ctx, c.prefix+what.key, what.bytes, what.sum)
	if err != nil {
		return failure.Consumer(v1alpha1.ReasonDestinationFailed, err)
	}
	if there {
		return nil
	}
	reading, err := c.run.Read(ctx, what.key, storage.All)
	if err != nil {
		return err
	}
	defer func() { _ = reading.Body.Close() }()
	body := &watched{body: reading.Body}
	err = c.bucket.PutCopy(ctx, c.budget, c.prefix+what.key, body, what.bytes, what.sum)
	switch {
	case err == nil:
		return nil
	case body.err != nil || storage.KindOf(err) == storage.PreconditionFailed:
		// Not the consumer's side.
		return failure.Storage(v1alpha1.ReasonDestinationFailed, "the results bucket of environment "+c.run.Environment.Name, err)
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return failure.Later(v1alpha1.ReasonDestinationFailed, fmt.Sprintf(
			"the destination has not taken an object of %d bytes within %s: it must take 1 MiB a second", what.bytes, sandbox.CopyTimeout(what.bytes).Round(time.Second)), err)
	}
	return failure.Consumer(v1alpha1.ReasonDestinationFailed, err)
}

// watched remembers whether it was the source of a copy that broke off.
type watched struct {
	body io.Reader
	err  error
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.body.Read(p)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}

// progress counts the leading objects that are there: the next call goes on behind them.
type progress struct {
	mutex sync.Mutex
	next  int64
	bytes int64
	ahead map[int64]int64
}

func newProgress() *progress { return &progress{next: 1, ahead: map[int64]int64{}} }

func (p *progress) done(number, bytes int64) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.ahead[number] = bytes
	for {
		bytes, ok := p.ahead[p.next]
		if !ok {
			return
		}
		delete(p.ahead, p.next)
		p.next++
		p.bytes += bytes
	}
}

// leading objects, and their bytes.
func (p *progress) leading() (objects, bytes int64) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.next - 1, p.bytes
}
