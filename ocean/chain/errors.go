package chain

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/ethereum/go-ethereum/rpc"
)

// Reason of a failure, which decides what to do about it.
type Reason string

const (
	// Unreachable: no RPC server gave an answer that could be used.
	Unreachable Reason = "Unreachable"
	// WrongChain: those that answer serve another chain.
	WrongChain Reason = "WrongChain"
	// Refused: the servers answered with an error that none of the others describes.
	Refused Reason = "Refused"
	// Reverted: the contract refuses the call, and will again.
	Reverted Reason = "Reverted"
	// FeeTooHigh: the chain asks for a higher fee than the ceiling.
	FeeTooHigh Reason = "FeeTooHigh"
	// Underpriced: the servers take the transaction with no fee below the ceiling.
	Underpriced Reason = "Underpriced"
	// InsufficientFunds: the sending account lacks the chain's own currency.
	InsufficientFunds Reason = "InsufficientFunds"
	// Superseded: another transaction of the account took the nonce; this one will never be mined.
	Superseded Reason = "Superseded"
	// NotSigned: the wallet did not sign.
	NotSigned Reason = "NotSigned"
)

// Error of this package. It names RPC servers by their host alone: the rest of a URL may be a secret.
type Error struct {
	Reason  Reason
	Message string
	Err     error // may be nil
}

func (e *Error) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return e.Message + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// Temporary says whether the same call may succeed later. All may but a call that the contract refuses.
func (e *Error) Temporary() bool { return e.Reason != Reverted }

// ReasonOf an error; empty if it is none of this package.
func ReasonOf(err error) Reason {
	var of *Error
	if errors.As(err, &of) {
		return of.Reason
	}
	return ""
}

func fail(reason Reason, err error, format string, arguments ...any) *Error {
	return &Error{Reason: reason, Message: fmt.Sprintf(format, arguments...), Err: err}
}

// maxText bounds what a server's message may add to an error.
const maxText = 300

func cut(text string) string {
	if len(text) > maxText {
		return strings.ToValidUTF8(text[:maxText], "") + "..."
	}
	return text
}

// verdict is what an error of JSON-RPC means. Servers have no codes for these: they are told by the words of geth, which
// the others follow more or less.
type verdict int

const (
	noVerdict verdict = iota // another server may answer better
	reverted
	alreadyKnown
	nonceTooLow
	replacementUnderpriced
	underpriced
	lacksFunds
	neverValid
)

var verdicts = []struct {
	text string
	verdict
}{
	{"already known", alreadyKnown},
	{"already imported", alreadyKnown},
	{"known transaction", alreadyKnown},
	{"nonce too low", nonceTooLow},
	{"nonce is too low", nonceTooLow},
	{"oldnonce", nonceTooLow},
	{"replacement transaction underpriced", replacementUnderpriced},
	{"replacement fee too low", replacementUnderpriced},
	{"gas price too low to replace", replacementUnderpriced},
	{"underpriced", underpriced},
	{"max fee per gas less than block base fee", underpriced},
	{"fee cap less than block base fee", underpriced},
	{"maxfeepergas", underpriced},
	{"insufficient funds", lacksFunds},
	{"insufficient balance", lacksFunds},
	{"exceeds block gas limit", neverValid},
	{"intrinsic gas too low", neverValid},
	{"gas limit too low", neverValid},
	{"revert", reverted},
}

// judge an error. Only a server's own error has a verdict.
func judge(err error) verdict {
	var answered rpc.Error
	if !errors.As(err, &answered) {
		return noVerdict
	}
	if answered.ErrorCode() == 3 { // geth's code for a revert
		return reverted
	}
	text := strings.ToLower(answered.Error())
	for _, v := range verdicts {
		if strings.Contains(text, v.text) {
			return v.verdict
		}
	}
	return noVerdict
}

// asError turns a verdict into an error of this package.
func asError(err error) error {
	var known *Error
	if errors.As(err, &known) {
		return err
	}
	switch judge(err) {
	case reverted:
		return fail(Reverted, nil, "the contract refuses the call: %s", revertReason(err))
	case nonceTooLow:
		return fail(Superseded, nil, "another transaction took the nonce")
	case replacementUnderpriced, underpriced:
		return fail(Underpriced, nil, "the fee is too low: %s", cut(err.Error()))
	case lacksFunds:
		return fail(InsufficientFunds, nil, "the account cannot pay for the transaction: %s; send it some of the chain's own currency", cut(err.Error()))
	}
	return fail(Refused, nil, "the RPC server refuses: %s", cut(err.Error()))
}

// revertReason is the text that the contract gave (Solidity's Error(string)), else the server's.
func revertReason(err error) string {
	if data, ok := ethclient.RevertErrorData(err); ok {
		if text, err := abi.UnpackRevert(data); err == nil {
			return cut(text)
		}
	}
	return cut(err.Error())
}
