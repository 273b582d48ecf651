package api

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/caller"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/failure"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/reply"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// maxKey of a result in bytes, so that it fits behind the run's prefix into the 1024 of S3.
const maxKey = 900

// maxKeyS3 is what S3 allows, in bytes.
const maxKeyS3 = 1024

// checkResultKey lets a run write its log, its record and files under outputs/, and nothing else.
func checkResultKey(key string) error {
	if key == sandbox.KeyLog || key == sandbox.KeyRecord {
		return nil
	}
	name, ok := strings.CutPrefix(key, sandbox.KeyOutputs)
	switch {
	case !ok:
		return failure.BadRequest(fmt.Sprintf("a result is %s, %s or lies under %s", sandbox.KeyLog, sandbox.KeyRecord, sandbox.KeyOutputs))
	case name == "" || strings.HasPrefix(name, "/") || path.Clean(name) != name || name == ".." || strings.HasPrefix(name, "../") || name == ".":
		return failure.BadRequest("the name of a result must be a clean relative path")
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		return failure.BadRequest("the name of a result must be UTF-8 without control characters")
	case len(key) > maxKey:
		return failure.BadRequest(fmt.Sprintf("the name of a result must have at most %d bytes", maxKey-len(sandbox.KeyOutputs)))
	}
	return nil
}

// result stores a body under its key. It may be repeated.
func (a *API) result(w http.ResponseWriter, r *http.Request, c *caller.Caller) error {
	key := r.PathValue("key")
	if err := checkResultKey(key); err != nil {
		return err
	}
	ctx := r.Context()
	if err := a.uploads.Acquire(ctx, 1); err != nil {
		return err
	}
	defer a.uploads.Release(1)
	bucket, prefix, err := a.sources.Results(ctx, c)
	if err != nil {
		return err
	}
	if len(prefix)+len(key) > maxKeyS3 {
		return failure.BadRequest(fmt.Sprintf("the name of a result must have at most %d bytes in this environment", maxKeyS3-len(prefix)-len(sandbox.KeyOutputs)))
	}
	control := http.NewResponseController(w)
	body := &bodyReader{body: r.Body, control: control, sum: sha256.New()}
	bytes, err := bucket.PutStream(ctx, a.budget, prefix+key, body, r.ContentLength)
	if err != nil {
		return failResult(c, body, err)
	}
	a.metrics.Received(bytes)
	stored := sandbox.Stored{Bytes: bytes, SHA256: hex.EncodeToString(body.sum.Sum(nil))}
	if key == sandbox.KeyRecord {
		slog.Info("record stored", "pod", c.Pod.String(), "job", c.Run.Job.Namespace+"/"+c.Run.Job.Name, "run", c.Run.Run, "sha256", stored.SHA256)
	}
	reply.JSON(w, http.StatusOK, stored)
	return nil
}

// clear removes all outputs of the run: one of them was refused. It may be repeated.
func (a *API) clear(w http.ResponseWriter, r *http.Request, c *caller.Caller) error {
	ctx := r.Context()
	if err := a.uploads.Acquire(ctx, 1); err != nil {
		return err
	}
	defer a.uploads.Release(1)
	bucket, prefix, err := a.sources.Results(ctx, c)
	if err != nil {
		return err
	}
	reply.Extend(http.NewResponseController(w), finishTimeout)
	if err := bucket.DeletePrefix(ctx, prefix+sandbox.KeyOutputs); err != nil {
		return failure.Storage(v1alpha1.ReasonPublishFailed, "the results bucket of environment "+c.Environment.Name, err)
	}
	slog.Info("outputs removed", "pod", c.Pod.String(), "job", c.Run.Job.Namespace+"/"+c.Run.Job.Name, "run", c.Run.Run)
	reply.JSON(w, http.StatusOK, struct{}{})
	return nil
}

// failResult tells a body that broke off from a bucket that refused.
func failResult(c *caller.Caller, body *bodyReader, err error) error {
	var refused *storage.Error
	if body.err != nil && !errors.As(err, &refused) {
		return &failure.Error{
			Status:  http.StatusBadRequest,
			Failure: sandbox.Failure{Message: "the body broke off", Retry: true},
			Detail:  body.err,
		}
	}
	return failure.Storage(v1alpha1.ReasonPublishFailed, "the results bucket of environment "+c.Environment.Name, err)
}

// bodyReader hashes what the pod sends and gives up a pod that sends nothing for a while.
type bodyReader struct {
	body    io.Reader
	control *http.ResponseController
	sum     hash.Hash
	err     error
}

func (b *bodyReader) Read(p []byte) (int, error) {
	reply.Extend(b.control, reply.StallTimeout)
	n, err := b.body.Read(p)
	b.sum.Write(p[:n])
	switch {
	case err == io.EOF:
		reply.Extend(b.control, finishTimeout)
	case err != nil:
		b.err = err
	}
	return n, err
}
