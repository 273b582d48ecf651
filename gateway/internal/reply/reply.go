// Package reply is how the gateway answers, whoever asks: JSON, failures, and files that stream.
package reply

import (
	"encoding/json"
	"errors"
	"net/http"
	"path"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/failure"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

const (
	// AnswerTimeout bounds what is answered at once; bodies of files have StallTimeout between two of their reads or
	// writes instead.
	AnswerTimeout = 2 * time.Minute
	StallTimeout  = 60 * time.Second
)

// ErrBroken marks a failure after the answer began.
var ErrBroken = errors.New("the answer broke off")

// Strict refuses paths that are not clean: the mux would answer with a redirect to another path, and whoever followed it
// would write a result under a key that was not asked for.
func Strict(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The connection may still carry the deadlines of the call before.
		Extend(http.NewResponseController(w), AnswerTimeout)
		if path.Clean(r.URL.Path) != r.URL.Path {
			Failure(w, failure.BadRequest("the path has empty, . or .. segments"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Known makes an answer of any error. One that was not foreseen is for the gateway's log alone.
func Known(w *Writer, err error) *failure.Error {
	var known *failure.Error
	switch {
	case errors.Is(err, ErrBroken):
		return &failure.Error{Status: w.Status, Failure: sandbox.Failure{Message: ErrBroken.Error(), Retry: true}, Detail: err}
	case errors.As(err, &known):
		return known
	}
	return &failure.Error{Status: http.StatusInternalServerError, Failure: sandbox.Failure{Message: "the gateway failed: see its log", Retry: true}, Detail: err}
}

// Failure answers a failure.
func Failure(w http.ResponseWriter, e *failure.Error) {
	if e.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	if e.Retry {
		w.Header().Set("Retry-After", "1")
	}
	JSON(w, e.Status, e.Failure)
}

// JSON answers a body.
func JSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	Extend(http.NewResponseController(w), AnswerTimeout)
	w.WriteHeader(status)
	// Whoever does not read the answer is gone.
	_ = json.NewEncoder(w).Encode(body)
}

// Extend the time until which the connection may be silent. Connections that know no deadlines, as in tests, have none.
func Extend(control *http.ResponseController, by time.Duration) {
	deadline := time.Now().Add(by)
	_ = control.SetReadDeadline(deadline)
	_ = control.SetWriteDeadline(deadline)
}

// Writer knows what was answered.
type Writer struct {
	http.ResponseWriter
	// Status is 0 as long as nothing was answered.
	Status int
	Bytes  int64
}

// WriteHeader notes the status.
func (w *Writer) WriteHeader(status int) {
	if w.Status == 0 {
		w.Status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *Writer) Write(p []byte) (int, error) {
	if w.Status == 0 {
		w.Status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.Bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *Writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
