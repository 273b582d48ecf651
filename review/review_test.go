package review_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/review"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

func TestAsk(t *testing.T) {
	dataset := func(namespace, name string, rule *sandbox.Review) sandbox.Dataset {
		return sandbox.Dataset{Object: sandbox.Object{Namespace: namespace, Name: name}, Review: rule}
	}
	always := &sandbox.Review{Required: v1alpha1.ReviewAlways, Approvals: 1, Deadline: 3 * time.Hour}
	strict := &sandbox.Review{Required: v1alpha1.ReviewAlways, Approvals: 3, Deadline: time.Hour}
	onFlag := &sandbox.Review{Required: v1alpha1.ReviewOnFlag, Approvals: 1, Deadline: time.Hour}
	onLog := &sandbox.Review{Required: v1alpha1.ReviewNever, Log: true, Approvals: 1, Deadline: time.Hour}
	succeeded, withLog := review.Outcome{Succeeded: true}, review.Outcome{Succeeded: true, Log: true}
	for name, test := range map[string]struct {
		datasets []sandbox.Dataset
		outcome  review.Outcome
		want     []review.Asked
	}{
		"no rule":            {[]sandbox.Dataset{dataset("a", "x", nil)}, withLog, nil},
		"always":             {[]sandbox.Dataset{dataset("a", "x", always)}, succeeded, []review.Asked{{"a", []string{"x"}, 1, 3 * time.Hour}}},
		"nothing to release": {[]sandbox.Dataset{dataset("a", "x", always)}, review.Outcome{Flagged: true}, nil},
		"log of a failure":   {[]sandbox.Dataset{dataset("a", "x", always)}, review.Outcome{Log: true}, []review.Asked{{"a", []string{"x"}, 1, 3 * time.Hour}}},
		"no flag":            {[]sandbox.Dataset{dataset("a", "x", onFlag)}, withLog, nil},
		"a flag":             {[]sandbox.Dataset{dataset("a", "x", onFlag)}, review.Outcome{Succeeded: true, Flagged: true}, []review.Asked{{"a", []string{"x"}, 1, time.Hour}}},
		"a log":              {[]sandbox.Dataset{dataset("a", "x", onLog)}, withLog, []review.Asked{{"a", []string{"x"}, 1, time.Hour}}},
		"no log":             {[]sandbox.Dataset{dataset("a", "x", onLog)}, succeeded, nil},
		"the strictest of an owner, each owner": {
			[]sandbox.Dataset{dataset("a", "x", always), dataset("b", "y", always), dataset("a", "z", strict), dataset("c", "w", onFlag)}, succeeded,
			[]review.Asked{{"a", []string{"x", "z"}, 3, time.Hour}, {"b", []string{"y"}, 1, 3 * time.Hour}},
		},
	} {
		if got := review.Ask(test.datasets, test.outcome); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}

func TestDecide(t *testing.T) {
	deadline := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	vote := func(user string, decision v1alpha1.ReviewDecision) v1alpha1.ReviewVote {
		return v1alpha1.ReviewVote{User: user, Decision: decision, ManifestSHA256: "m"}
	}
	other := vote("ada", v1alpha1.ReviewApprove)
	other.ManifestSHA256 = "n"
	const yes, no = v1alpha1.ReviewApprove, v1alpha1.ReviewReject
	for name, test := range map[string]struct {
		votes []v1alpha1.ReviewVote
		late  time.Duration
		want  v1alpha1.ReviewState
	}{
		"nobody":                  {nil, -time.Second, v1alpha1.ReviewPending},
		"one of two":              {[]v1alpha1.ReviewVote{vote("ada", yes)}, -time.Second, v1alpha1.ReviewPending},
		"two":                     {[]v1alpha1.ReviewVote{vote("ada", yes), vote("bob", yes)}, -time.Second, v1alpha1.ReviewStateApproved},
		"one twice":               {[]v1alpha1.ReviewVote{vote("ada", yes), vote("ada", yes)}, -time.Second, v1alpha1.ReviewPending},
		"the author":              {[]v1alpha1.ReviewVote{vote("ada", yes), vote("author", yes)}, -time.Second, v1alpha1.ReviewPending},
		"the author rejects":      {[]v1alpha1.ReviewVote{vote("author", no)}, -time.Second, v1alpha1.ReviewPending},
		"another manifest":        {[]v1alpha1.ReviewVote{other, vote("bob", yes)}, -time.Second, v1alpha1.ReviewPending},
		"one rejects":             {[]v1alpha1.ReviewVote{vote("ada", yes), vote("bob", yes), vote("cem", no)}, -time.Second, v1alpha1.ReviewStateRejected},
		"too late":                {[]v1alpha1.ReviewVote{vote("ada", yes), vote("bob", yes)}, 0, v1alpha1.ReviewStateExpired},
		"rejected in any case":    {[]v1alpha1.ReviewVote{vote("bob", no)}, time.Hour, v1alpha1.ReviewStateRejected},
		"nobody, and too late":    {nil, 0, v1alpha1.ReviewStateExpired},
		"an unknown word is none": {[]v1alpha1.ReviewVote{vote("ada", "Perhaps"), vote("bob", yes)}, -time.Second, v1alpha1.ReviewPending},
	} {
		spec := &v1alpha1.ResultReviewSpec{Authors: []string{"author"}, ManifestSHA256: "m", Approvals: 2, Deadline: metav1.NewTime(deadline), Votes: test.votes}
		if got := review.Decide(spec, deadline.Add(test.late)); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

func TestTogether(t *testing.T) {
	const yes, no, open, late, gone = v1alpha1.ReviewStateApproved, v1alpha1.ReviewStateRejected, v1alpha1.ReviewPending, v1alpha1.ReviewStateExpired, v1alpha1.ReviewWithdrawn
	for _, test := range []struct {
		states []v1alpha1.ReviewState
		want   v1alpha1.ReviewState
	}{
		{nil, open},
		{[]v1alpha1.ReviewState{yes}, yes},
		{[]v1alpha1.ReviewState{yes, open}, open},
		{[]v1alpha1.ReviewState{yes, no, open}, no},
		{[]v1alpha1.ReviewState{late, yes}, late},
		{[]v1alpha1.ReviewState{gone, yes}, gone},
		{[]v1alpha1.ReviewState{"unheard of", yes}, open},
	} {
		if got := review.Together(test.states); got != test.want {
			t.Errorf("%v: %s, want %s", test.states, got, test.want)
		}
	}
}

func TestName(t *testing.T) {
	const uid = "67295a0c-3b58-4808-8d02-c474473939c4"
	if got := review.Name("train", uid, 12); got != "train-"+uid+"-12" {
		t.Error(got)
	}
	long := strings.Repeat("a", 179) + "." + strings.Repeat("b", 65)
	if got := review.Name(long, uid, 1<<62); len(got) > 247 || strings.Contains(got, ".-") {
		t.Error(got)
	}
}
