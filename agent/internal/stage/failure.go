package stage

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/gateway"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// failure of staging with its reason. The message is for the consumer too; the cause is for the owner's log.
type failure struct {
	Reason, Message string
	cause           error
}

func (f *failure) Error() string {
	if f.cause == nil {
		return f.Message
	}
	return f.Message + ": " + f.cause.Error()
}

func (f *failure) Unwrap() error { return f.cause }

func failed(reason, message string, cause error) error {
	return &failure{Reason: reason, Message: message, cause: cause}
}

// gatewayFailure of getting something. What the gateway itself says about it is best.
func gatewayFailure(reason, what string, err error) error {
	if errors.As(err, new(*failure)) {
		return err
	}
	var answer *gateway.Error
	if errors.As(err, &answer) {
		if answer.Reason != "" {
			reason = answer.Reason
		}
		return failed(reason, answer.Message, err)
	}
	if errors.As(err, new(*gateway.NetworkError)) {
		return failed(reason, what+" could not be fetched: the connection to the gateway kept failing; run the job again", err)
	}
	return failed(reason, what+" could not be fetched; the owner finds the cause in the log of the stage container", err)
}

// writeFailure of a file in the pod.
func writeFailure(reason, what string, err error) error {
	if errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) {
		return failed(v1alpha1.ReasonDiskExceeded, "the node's disk is full; run the job again", err)
	}
	return failed(reason, what+" could not be written; the owner finds the cause in the log of the stage container", err)
}

func asFailure(err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	return &failure{
		Reason:  v1alpha1.ReasonInputFetchFailed,
		Message: "staging failed; the owner finds the cause in the log of the stage container",
		cause:   fmt.Errorf("unexpected: %w", err),
	}
}
