// Package failure holds the answers of the gateway that are no success.
package failure

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// Error is an answer that is no success. Its Failure is what the pod and with it the consumer gets to see; Detail, for
// the log alone, may name where data lies, but never a secret.
type Error struct {
	Status int
	sandbox.Failure
	Detail error
}

func (e *Error) Error() string {
	if e.Detail != nil {
		return fmt.Sprintf("%s: %v", e.Message, e.Detail)
	}
	return e.Message
}

func (e *Error) Unwrap() error { return e.Detail }

// Unauthorized: who asks is not known.
func Unauthorized(detail string) *Error {
	return &Error{Status: http.StatusUnauthorized, Failure: sandbox.Failure{Message: "the gateway does not know this token"}, Detail: errors.New(detail)}
}

// Forbidden: who asks is known and may not.
func Forbidden(message string, detail error) *Error {
	return &Error{Status: http.StatusForbidden, Failure: sandbox.Failure{Message: message}, Detail: detail}
}

// BadRequest: the call makes no sense.
func BadRequest(message string) *Error {
	return &Error{Status: http.StatusBadRequest, Failure: sandbox.Failure{Message: message}}
}

// Changed: what was approved is not there any more as it was.
func Changed(reason, message string) *Error {
	return &Error{Status: http.StatusConflict, Failure: sandbox.Failure{Reason: reason, Message: message}}
}

// Permanent: the call cannot succeed until somebody mends something.
func Permanent(reason, message string, detail error) *Error {
	return &Error{Status: http.StatusFailedDependency, Failure: sandbox.Failure{Reason: reason, Message: message}, Detail: detail}
}

// Later: the same call may succeed later.
func Later(reason, message string, detail error) *Error {
	return &Error{Status: http.StatusServiceUnavailable, Failure: sandbox.Failure{Reason: reason, Message: message, Retry: true}, Detail: detail}
}

// Kubernetes did not answer.
func Kubernetes(err error) *Error {
	return Later("", "the gateway gets no answer from the Kubernetes API", err)
}

// Storage of something failed: what, such as "file 0 of dataset hospital/tumours", and how, without saying where.
func Storage(reason, what string, err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	var e *storage.Error
	if !errors.As(err, &e) {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return Later(reason, what+": the transfer was ended", err)
		}
		return Later(reason, what+": the transfer failed", err)
	}
	message := what + ": " + e.Brief()
	switch {
	case e.Kind == storage.PreconditionFailed:
		return &Error{Status: http.StatusPreconditionFailed, Failure: sandbox.Failure{Reason: reason, Message: message}, Detail: e}
	case e.Kind == storage.RangeInvalid:
		return &Error{Status: http.StatusRequestedRangeNotSatisfiable, Failure: sandbox.Failure{Reason: reason, Message: message}, Detail: e}
	case e.Retry:
		return Later(reason, message, e)
	}
	return Permanent(reason, message, e)
}

// Missing: what was asked for is not there, or not for whoever asks.
func Missing(message string) *Error {
	return &Error{Status: http.StatusNotFound, Failure: sandbox.Failure{Message: message}}
}

// Early: what was asked for may come.
func Early(message string) *Error {
	return &Error{Status: http.StatusConflict, Failure: sandbox.Failure{Message: message, Retry: true}}
}

// Over: what was asked for is gone for good.
func Over(message string) *Error {
	return &Error{Status: http.StatusGone, Failure: sandbox.Failure{Message: message}}
}

// Consumer tells a consumer of a failure of something that the consumer named, place and all.
func Consumer(reason string, err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		answer := *known
		if answer.Reason == "" {
			answer.Reason = reason
		}
		return &answer
	}
	var e *storage.Error
	if errors.As(err, &e) {
		if e.Retry {
			return Later(reason, e.Message, e)
		}
		return Permanent(reason, e.Message, e)
	}
	return Later(reason, "the transfer was ended", err)
}
