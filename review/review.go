// Package review decides whose review results need, and what the votes mean. It is pure.
package review

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Outcome of a run that is over, as far as reviews depend on it.
type Outcome struct {
	// Succeeded says that outputs would be released, and Log that the log would.
	Succeeded, Log bool
	// Flagged says that a check flagged something of what would be released.
	Flagged bool
}

// Asked is an owner's namespace that is asked.
type Asked struct {
	Namespace string
	// Datasets of the namespace, by name.
	Datasets []string
	// Approvals that are needed: the most that one of its datasets asks for.
	Approvals int32
	// Deadline from the end of the run: the shortest of its datasets.
	Deadline time.Duration
}

// Ask says who must review what a run would release, by the rules that travel with it; nobody where nothing would be.
func Ask(datasets []sandbox.Dataset, o Outcome) []Asked {
	var asked []Asked
	for i := range datasets {
		dataset := &datasets[i]
		if !asks(dataset.Review, o) {
			continue
		}
		at := slices.IndexFunc(asked, func(a Asked) bool { return a.Namespace == dataset.Namespace })
		if at < 0 {
			at = len(asked)
			asked = append(asked, Asked{Namespace: dataset.Namespace, Deadline: dataset.Review.Deadline})
		}
		asked[at].Datasets = append(asked[at].Datasets, dataset.Name)
		asked[at].Approvals = max(asked[at].Approvals, dataset.Review.Approvals)
		asked[at].Deadline = min(asked[at].Deadline, dataset.Review.Deadline)
	}
	return asked
}

func asks(rule *sandbox.Review, o Outcome) bool {
	if rule == nil || !o.Succeeded && !o.Log {
		return false
	}
	return rule.Required == v1alpha1.ReviewAlways || rule.Required == v1alpha1.ReviewOnFlag && o.Flagged || rule.Log && o.Log
}

// MayAsk says whether a run of these datasets may need a review.
func MayAsk(datasets []sandbox.Dataset) bool {
	return slices.ContainsFunc(datasets, func(d sandbox.Dataset) bool { return d.Review != nil })
}

// Name of the review of a run in each namespace that is asked.
func Name(job string, uid types.UID, run int64) string {
	const most = 180 // and a UID and a number fit into the name of an object
	return strings.TrimRight(job[:min(len(job), most)], "-.") + "-" + string(uid) + "-" + strconv.FormatInt(run, 10)
}

// Count the votes that are for what is reviewed, of users who are not its authors: how many approve, and whether one rejects.
func Count(spec *v1alpha1.ResultReviewSpec) (approved int32, rejected bool) {
	seen := map[string]bool{}
	for _, vote := range spec.Votes {
		if seen[vote.User] || vote.ManifestSHA256 != spec.ManifestSHA256 || slices.Contains(spec.Authors, vote.User) {
			continue
		}
		seen[vote.User] = true
		switch vote.Decision {
		case v1alpha1.ReviewApprove:
			approved++
		case v1alpha1.ReviewReject:
			rejected = true
		}
	}
	return approved, rejected
}

// Decide a review that is open.
func Decide(spec *v1alpha1.ResultReviewSpec, now time.Time) v1alpha1.ReviewState {
	switch approved, rejected := Count(spec); {
	case rejected:
		return v1alpha1.ReviewStateRejected
	case !now.Before(spec.Deadline.Time):
		return v1alpha1.ReviewStateExpired
	case approved >= spec.Approvals:
		return v1alpha1.ReviewStateApproved
	default:
		return v1alpha1.ReviewPending
	}
}

// Together is what the reviews of all who were asked come to: everybody must approve, and one who does not decides.
func Together(states []v1alpha1.ReviewState) v1alpha1.ReviewState {
	for _, worst := range []v1alpha1.ReviewState{v1alpha1.ReviewStateRejected, v1alpha1.ReviewWithdrawn, v1alpha1.ReviewStateExpired, v1alpha1.ReviewPending} {
		if slices.Contains(states, worst) {
			return worst
		}
	}
	if len(states) == 0 || slices.ContainsFunc(states, func(s v1alpha1.ReviewState) bool { return s != v1alpha1.ReviewStateApproved }) {
		return v1alpha1.ReviewPending
	}
	return v1alpha1.ReviewStateApproved
}
