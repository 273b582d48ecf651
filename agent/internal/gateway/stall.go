package gateway

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"
)

var errStalled = errors.New("nothing moved for too long")

// watch ends a transfer that stands still. A limit on its whole time would end those that are only big.
type watch struct {
	cancel context.CancelCauseFunc

	mu    sync.Mutex
	limit time.Duration
	timer *time.Timer
}

// watchFor a transfer under the context. With a limit of zero it starts later.
func watchFor(ctx context.Context, limit time.Duration) (context.Context, *watch) {
	ctx, cancel := context.WithCancelCause(ctx)
	w := &watch{cancel: cancel}
	if limit > 0 {
		w.start(limit)
	}
	return ctx, w
}

func (w *watch) start(limit time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.limit = limit
	w.timer = time.AfterFunc(limit, func() { w.cancel(errStalled) })
}

func (w *watch) moved() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Reset(w.limit)
	}
}

// rest stops the clock: nothing is expected to move any more.
func (w *watch) rest() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Stop()
		w.timer = nil
	}
}

func (w *watch) stop() {
	w.rest()
	w.cancel(nil)
}

// watchedReader is the body of a request.
type watchedReader struct {
	reader io.Reader
	watch  *watch
}

func (r *watchedReader) Read(p []byte) (int, error) {
	n, err := r.reader.Read(p)
	if err != nil {
		r.watch.rest()
	} else {
		r.watch.moved()
	}
	return n, err
}

// watchedBody is the body of a response.
type watchedBody struct {
	body  io.ReadCloser
	ctx   context.Context
	watch *watch
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	b.watch.moved()
	if err != nil && err != io.EOF {
		if cause := context.Cause(b.ctx); errors.Is(cause, errStalled) {
			err = cause
		}
		err = &NetworkError{err: err}
	}
	return n, err
}

func (b *watchedBody) Close() error {
	err := b.body.Close()
	b.watch.stop()
	return err
}
