package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Error is an answer of the gateway that is not a success.
type Error struct {
	// Status of the answer.
	Status int
	sandbox.Failure
}

func (e *Error) Error() string {
	return fmt.Sprintf("the gateway answered %d: %s", e.Status, e.Message)
}

// failure reads the answer. One that is not from the gateway itself, but from something in between, has no Failure.
func failure(status int, body []byte) error {
	e := &Error{Status: status}
	if json.Unmarshal(body, &e.Failure) != nil || e.Message == "" {
		e.Failure = sandbox.Failure{
			Message: http.StatusText(status),
			Retry:   status >= 500 || status == http.StatusTooManyRequests || status == http.StatusRequestTimeout,
		}
	}
	return e
}

// NetworkError says that the gateway did not answer, or that a transfer broke off.
type NetworkError struct{ err error }

func (e *NetworkError) Error() string {
	return "the connection to the gateway failed: " + e.err.Error()
}

// Unwrap the cause.
func (e *NetworkError) Unwrap() error { return e.err }

// Retryable says whether the same call may succeed later.
func Retryable(err error) bool {
	var network *NetworkError
	if errors.As(err, &network) {
		return true
	}
	var answer *Error
	return errors.As(err, &answer) && answer.Retry
}
