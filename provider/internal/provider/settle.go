package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Phases that an object may be waited for in, by the names of their timeouts.
const (
	phaseCreate = "create"
	phaseUpdate = "update"
)

// suspendable is a model that may ask for its object to be stopped.
type suspendable interface{ suspended() bool }

// settle waits until the controller has made the object true, or has given up; object then holds what was seen last.
//
// Only an object that has failed is an error. An error while creating makes Terraform taint the object, and the next
// apply destroy it: right for what has failed, wrong for a job that runs longer than a pipeline waits, and for a network
// that was away. Those are warnings, and the next plan takes up the wait again.
func (r *objectResource[M, P, O]) settle(ctx context.Context, api client.WithWatch, m P, object O, within time.Duration, phase string) diag.Diagnostics {
	var diags diag.Diagnostics
	name := r.kind.describe(client.ObjectKeyFromObject(object))
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()

	var told progress
	err := follow(ctx, api, r.kind, object, func(object O) bool {
		return r.tell(ctx, object, &told).settled()
	})
	p := r.kind.progress(object)
	start := sentenceStart(name)
	const resumes = "Nothing is lost: the object stays as it is, and the next terraform apply goes on waiting."
	asked, _ := any(m).(suspendable)
	switch {
	case err == nil && p.stopped && asked != nil && asked.suspended():
	case err == nil && p.failed:
		detail := fmt.Sprintf("%s failed: %s", start, p.word())
		if p.message != "" {
			detail += ": " + sentence(p.message)
		}
		if r.moreOnFailure != nil {
			detail += r.moreOnFailure(context.WithoutCancel(ctx), api, object)
		}
		if phase == phaseCreate {
			detail += "\n\nCorrect what is wrong and apply again: Terraform has marked it as tainted and makes it anew then (terraform untaint keeps it)."
		} else {
			detail += "\n\nCorrect what is wrong and apply again: " + r.afterFailure
		}
		diags.AddError(fmt.Sprintf("%s Failed: %s", title(r.kind.title), p.word()), detail)
	case err == nil && p.stopped && !p.ready:
		diags.AddError(title(r.kind.title)+" Was Stopped",
			fmt.Sprintf("Somebody else suspended %s while Terraform waited for it.%s\n\n"+
				"Set suspend = true where that is right. Otherwise apply again with force_conflicts = true in the provider configuration, which has it run.", name, p.lastWords()))
	case err == nil:
	case errors.Is(err, errGone):
		diags.AddError(title(r.kind.title)+" Was Deleted",
			fmt.Sprintf("Somebody deleted %s while Terraform waited for it. Apply again to create it anew.", name))
	case errors.Is(err, context.DeadlineExceeded):
		waits := p.lastWords()
		if r.whileWaiting != nil {
			waits += r.whileWaiting(object)
		}
		diags.AddWarning(fmt.Sprintf("%s Is Not Finished Yet", title(r.kind.title)),
			fmt.Sprintf("%s is not finished after %s.%s\n\n%s timeouts.%s waits longer.", start, within, waits, resumes, phase))
	case errors.Is(err, context.Canceled):
		diags.AddWarning("Stopped Waiting", fmt.Sprintf("Terraform was interrupted while it waited for %s.%s\n\n%s", name, p.lastWords(), resumes))
	default:
		var reasons []string
		for _, reason := range explain("follow "+name, err) {
			reasons = append(reasons, reason.Detail())
		}
		diags.AddWarning("Unable to Wait", fmt.Sprintf("%s was written, but Terraform cannot see what becomes of it.\n\n%s\n\n%s",
			start, strings.Join(reasons, "\n"), resumes))
	}
	return diags
}

// tell how far an object is, where that is news.
func (r *objectResource[M, P, O]) tell(ctx context.Context, object O, told *progress) progress {
	p := r.kind.progress(object)
	if p != *told {
		*told = p
		tflog.Info(ctx, r.kind.describe(client.ObjectKeyFromObject(object))+": "+p.word(), map[string]any{"message": p.message})
	}
	return p
}

// word for where the object stands.
func (p progress) word() string {
	switch {
	case p.reason != "":
		return p.reason
	case p.seen:
		return "InProgress"
	}
	return "NotSeenYet"
}

// lastWords that the controller said about the object, as a sentence with a leading space.
func (p progress) lastWords() string {
	if !p.seen {
		return " The controller has not looked at it yet: check that it is running (kubectl --namespace c2d-system get pods)."
	}
	if p.message == "" {
		return fmt.Sprintf(" It stands at %s.", p.word())
	}
	return fmt.Sprintf(" It stands at %s: %s", p.word(), sentence(p.message))
}

func sentenceStart(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

const deleteDescription = "How long to wait until the controller has cleaned up. Default: `10m`."

func waitDescription(limit string) string {
	return "How long to wait until the controller is done with it. When the time is over, that is a warning, and the next apply goes on waiting. Default: `" + limit + "`."
}
