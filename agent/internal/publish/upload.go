package publish

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"golang.org/x/sync/errgroup"

	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/gateway"
	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/retry"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// parallelUploads at a time: as many as there are connections.
const parallelUploads = gateway.Connections

func (o Options) uploadAll(ctx context.Context, files []output) ([]sandbox.ManifestResult, error) {
	results := make([]sandbox.ManifestResult, len(files))
	uploads, ctx := errgroup.WithContext(ctx)
	uploads.SetLimit(parallelUploads)
	for i, file := range files {
		if ctx.Err() != nil {
			break
		}
		uploads.Go(func() error {
			stored, err := o.output(ctx, file)
			results[i] = sandbox.ManifestResult{Name: file.path, Type: v1alpha1.ResultOutput, Bytes: stored.Bytes, SHA256: stored.SHA256}
			return err
		})
	}
	if err := uploads.Wait(); err != nil {
		return nil, err
	}
	return results, nil
}

func (o Options) output(ctx context.Context, file output) (sandbox.Stored, error) {
	content, err := openRegular(file.root.OpenFile, file.path)
	if err != nil {
		return sandbox.Stored{}, fmt.Errorf("open an output: %w", err)
	}
	defer func() { _ = content.Close() }()
	if content.size != file.size {
		return sandbox.Stored{}, errChanged
	}
	return o.upload(ctx, sandbox.KeyOutputs+file.path, content, file.size)
}

// errChanged says that a result is not what was judged.
var errChanged = &failure{
	Reason:  v1alpha1.ReasonPublishFailed,
	Message: "a result changed while it was published, although the algorithm had ended",
}

// upload a result from its start, again and again until it is there. What the gateway stored must be what was read.
func (o Options) upload(ctx context.Context, key string, content io.ReadSeeker, size int64) (stored sandbox.Stored, err error) {
	policy := o.Upload
	policy.Retryable = func(err error) bool { return o.Upload.Retryable(err) || errors.Is(err, errStoredOther) }
	err = retry.Do(ctx, policy, func(ctx context.Context) (position int64, err error) {
		if _, err := content.Seek(0, io.SeekStart); err != nil {
			return 0, fmt.Errorf("read a result: %w", err)
		}
		body := &hashed{reader: io.LimitReader(content, size), hash: sha256.New()}
		stored, err = o.Client.Put(ctx, key, body, size)
		switch {
		case body.err != nil:
			return 0, fmt.Errorf("read a result: %w", body.err)
		case body.ended && body.bytes != size:
			return 0, errChanged
		case err != nil:
			return body.bytes, err
		case size > 0 && body.bytes != size, stored.Bytes != size, stored.SHA256 != hex.EncodeToString(body.hash.Sum(nil)):
			return body.bytes, fmt.Errorf("%w: %d bytes with SHA-256 %s of %d", errStoredOther, stored.Bytes, stored.SHA256, size)
		}
		return body.bytes, nil
	})
	return stored, uploadFailure(err)
}

var errStoredOther = errors.New("the gateway stored something else than it was given")

func uploadFailure(err error) error {
	if err == nil || errors.As(err, new(*failure)) {
		return err
	}
	f := &failure{Reason: v1alpha1.ReasonPublishFailed, cause: err}
	var answer *gateway.Error
	switch {
	case errors.As(err, &answer):
		f.Message = answer.Message
		if answer.Reason != "" {
			f.Reason = answer.Reason
		}
	case errors.As(err, new(*gateway.NetworkError)):
		f.Message = "the results could not be published: the connection to the gateway kept failing; run the job again"
	case errors.Is(err, errStoredOther):
		f.Message = "the results could not be published: what was stored is not what was sent"
	default:
		f.Message = "the results could not be published; the owner finds the cause in the log of the publish container"
	}
	return f
}
