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
	"github.com/compute-to-data/terraform-provider-c2d/disclosure"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// parallelUploads at a time: as many as there are connections.
const parallelUploads = gateway.Connections

// uploadAll files, each judged on its way. Once one is refused the others are judged alone, so that the owner learns of
// all of them.
func (o Options) uploadAll(ctx context.Context, gate *disclosure.Gate, files []output) ([]sandbox.ManifestResult, error) {
	results := make([]sandbox.ManifestResult, len(files))
	uploads, ctx := errgroup.WithContext(ctx)
	uploads.SetLimit(parallelUploads)
	for i, file := range files {
		if ctx.Err() != nil {
			break
		}
		uploads.Go(func() (err error) {
			results[i], err = o.output(ctx, gate, file)
			return err
		})
	}
	if err := uploads.Wait(); err != nil {
		return nil, err
	}
	return results, nil
}

// output is judged and uploaded in one pass: what is stored is what was judged. A refused one is recorded and no error.
func (o Options) output(ctx context.Context, gate *disclosure.Gate, file output) (result sandbox.ManifestResult, err error) {
	content, err := openRegular(file.root.OpenFile, file.path)
	if err != nil {
		return result, fmt.Errorf("open an output: %w", err)
	}
	defer func() { _ = content.Close() }()
	if content.size != file.size {
		return result, errChanged
	}
	if content.sparse() {
		gate.Refuse(disclosure.CheckSparse, file.path, "has holes; copy it with cp --sparse=never")
		return result, nil
	}
	var judged *disclosure.File
	begin := func() (body, error) {
		_, err := content.Seek(0, io.SeekStart)
		if err == nil {
			judged, err = gate.Open(file.path, content, content.size)
		}
		return judged, err
	}
	var stored sandbox.Stored
	if gate.Refused() {
		err = drain(begin)
	} else {
		stored, err = o.upload(ctx, sandbox.KeyOutputs+file.path, begin)
	}
	if errors.Is(err, disclosure.ErrChanged) || err == nil && !content.unchanged() {
		return result, errChanged
	}
	if judged != nil {
		gate.Record(judged.Verdicts()...)
		if judged.Refused() {
			return result, nil
		}
	}
	result = sandbox.ManifestResult{Name: file.path, Type: v1alpha1.ResultOutput, Bytes: stored.Bytes, SHA256: stored.SHA256}
	if judged != nil {
		for _, v := range judged.Verdicts() {
			result.Flags = append(result.Flags, v.Check)
		}
	}
	return result, err
}

// drain a body that is not uploaded.
func drain(begin func() (body, error)) error {
	content, err := begin()
	if err != nil {
		return err
	}
	defer content.Close()
	if _, err = io.Copy(io.Discard, content); errors.Is(err, disclosure.ErrRefused) {
		return nil
	}
	return err
}

// errChanged says that a result is not what was judged.
var errChanged = &failure{
	Reason:  v1alpha1.ReasonPublishFailed,
	Message: "a result changed while it was published, although the algorithm had ended",
}

// upload a result from its start, again and again until it is there. What the gateway stored must be what was sent.
func (o Options) upload(ctx context.Context, key string, begin func() (body, error)) (stored sandbox.Stored, err error) {
	policy := o.Upload
	policy.Retryable = func(err error) bool {
		return !errors.As(err, new(*unreadable)) && (o.Upload.Retryable(err) || errors.Is(err, errStoredOther))
	}
	err = retry.Do(ctx, policy, func(ctx context.Context) (position int64, err error) {
		content, err := begin()
		if err != nil {
			return 0, &unreadable{err}
		}
		size := content.Length()
		body := &hashed{body: content, hash: sha256.New()}
		stored, err = o.Client.Put(ctx, key, body, size)
		sent := body.close()
		if size == 0 {
			// Nothing is read of nothing.
			sent.ended = true
		}
		switch {
		case sent.err != nil:
			return 0, &unreadable{sent.err}
		case sent.ended && size >= 0 && sent.bytes != size:
			return 0, errChanged
		case err != nil:
			return sent.bytes, err
		case size < 0 && !sent.ended, size > 0 && sent.bytes != size, stored.Bytes != sent.bytes, stored.SHA256 != hex.EncodeToString(body.hash.Sum(nil)):
			return sent.bytes, fmt.Errorf("%w: %d bytes with SHA-256 %s of %d", errStoredOther, stored.Bytes, stored.SHA256, sent.bytes)
		}
		return sent.bytes, nil
	})
	return stored, uploadFailure(err)
}

// unreadable says that a result itself could not be read, or may not leave: another attempt would change nothing.
type unreadable struct{ cause error }

func (u *unreadable) Error() string { return "read a result: " + u.cause.Error() }
func (u *unreadable) Unwrap() error { return u.cause }

// clear removes the outputs that were stored before one was refused. Nothing lists them, so that nobody else could read
// them either way.
func (o Options) clear(ctx context.Context) {
	err := retry.Do(ctx, o.Upload, func(ctx context.Context) (int64, error) { return 0, o.Client.DeleteOutputs(ctx) })
	if err != nil {
		o.Logger.Error("outputs of the refused run are left in the bucket until the job is deleted; nothing lists them", "error", err)
	}
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
