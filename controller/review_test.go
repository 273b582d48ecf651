package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/disclosure"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// reviewedStory is a story whose dataset asks for a review, and that of a second owner, in another namespace, too.
func reviewedStory(t *testing.T, rules v1alpha1.Disclosure) (s *story, other *v1alpha1.Dataset) {
	t.Helper()
	s = newStory(t)
	elsewhere := newStory(t)
	other = elsewhere.dataset
	for _, dataset := range []*v1alpha1.Dataset{s.dataset, other} {
		dataset.Spec.Disclosure = rules
		dataset.Spec.Access.Consumers.Namespaces = []string{s.namespace}
		dataset.Spec.Access.Companions = []string{"*"}
	}
	s.job.Spec.Datasets = append(s.job.Spec.Datasets, v1alpha1.DatasetReference{Namespace: other.Namespace, Name: other.Name})
	if err := api.Create(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	s.create(t)
	return s, other
}

var stagedTwo = ended(0, sandbox.StageReport{Datasets: []sandbox.Content{{Files: 1, Bytes: 4, SHA256: "ab"}, {Files: 1, Bytes: 4, SHA256: "cd"}}})

// ends plays a run to its end.
func (s *story) ends(t *testing.T, code int32, results ...sandbox.ManifestResult) {
	t.Helper()
	pod := s.started(t)
	report := publish(t, pod, results...)
	phase := corev1.PodSucceeded
	if code != 0 {
		phase = corev1.PodFailed
	}
	kubelet(t, pod, phase, stagedTwo, ended(code, sandbox.RunReport{}), ended(0, report))
}

// reviews that the job waits for.
func (s *story) reviews(t *testing.T) []*v1alpha1.ResultReview {
	t.Helper()
	s.in(t, v1alpha1.StateAwaitingReview)
	var reviews []*v1alpha1.ResultReview
	for _, reference := range s.job.Status.Review.Reviews {
		review := &v1alpha1.ResultReview{ObjectMeta: metav1.ObjectMeta{Namespace: reference.Namespace, Name: reference.Name}}
		reviews = append(reviews, eventually(t, review, "open review with links", func(r *v1alpha1.ResultReview) bool {
			return r.Status.State == v1alpha1.ReviewPending && r.Status.LinksSecret != ""
		}))
	}
	return reviews
}

func vote(t *testing.T, review *v1alpha1.ResultReview, user string, decision v1alpha1.ReviewDecision) {
	t.Helper()
	before := review.DeepCopy()
	review.Spec.Votes = append(review.Spec.Votes, v1alpha1.ReviewVote{User: user, Decision: decision, ManifestSHA256: review.Spec.ManifestSHA256, Reason: "because"})
	if err := api.Patch(t.Context(), review, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
}

// outcome of the run, as the owner reads it in a review.
func (s *story) outcome(t *testing.T, review *v1alpha1.ResultReview) *metav1.Condition {
	t.Helper()
	eventually(t, review, "told what became of the results", func(r *v1alpha1.ResultReview) bool {
		return meta.FindStatusCondition(r.Status.Conditions, v1alpha1.ConditionReleased) != nil
	})
	return meta.FindStatusCondition(review.Status.Conditions, v1alpha1.ConditionReleased)
}

func (s *story) decided(t *testing.T, review *v1alpha1.ResultReview, state v1alpha1.ReviewState) {
	t.Helper()
	eventually(t, review, "review "+string(state), func(r *v1alpha1.ResultReview) bool { return r.Status.State == state && r.Status.LinksSecret == "" })
}

// nothingShared says that the consumer can read nothing of the run.
func (s *story) nothingShared(t *testing.T) {
	t.Helper()
	err := api.Get(t.Context(), client.ObjectKey{Namespace: s.namespace, Name: "train-results"}, &corev1.Secret{})
	if err == nil || client.IgnoreNotFound(err) != nil {
		t.Errorf("there is a Secret with links: %v", err)
	}
	if s.job.Status.Manifest != nil || len(s.job.Status.Results) > 0 {
		t.Errorf("the status tells of results: %+v %+v", s.job.Status.Manifest, s.job.Status.Results)
	}
	if text, _ := json.Marshal(s.job.Status); strings.Contains(string(text), "secret-name.json") {
		t.Error("the status tells what the algorithm called its file")
	}
}

// TestResultsWaitForReview of all owners, who see what is to be released; then it is.
func TestResultsWaitForReview(t *testing.T) {
	t.Parallel()
	approvals := int32(2)
	s, other := reviewedStory(t, v1alpha1.Disclosure{Review: v1alpha1.ReviewDisclosure{Required: v1alpha1.ReviewAlways, Approvals: &approvals}})
	flagged := output("secret-name.json")
	flagged.Flags = []disclosure.Check{disclosure.CheckExtension}
	s.ends(t, 0, output("a.json"), flagged)
	reviews := s.reviews(t)
	s.nothingShared(t)
	if len(reviews) != 2 || reviews[0].Namespace == reviews[1].Namespace || reviews[1].Namespace != other.Namespace {
		t.Fatalf("reviews %+v", s.job.Status.Review)
	}
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "c2d-sandbox", Name: s.job.Status.Pod}}
	gone(t, pod)
	spec := reviews[0].Spec
	if spec.Outputs != 2 || len(spec.Files) != 2 || spec.Files[0].Name != "secret-name.json" || spec.Files[0].Flags[0] != "extension" ||
		spec.Approvals != 2 || len(spec.Authors) != 1 || spec.ManifestSHA256 != s.job.Status.Published.ManifestSHA256 || spec.Algorithm.Checksum == "" {
		t.Errorf("the review asks %+v", spec)
	}
	if got := kstatus(t, reviews[0]); got != status.InProgressStatus {
		t.Errorf("kstatus calls an open review %s", got)
	}
	var shared corev1.Secret
	if err := api.Get(t.Context(), client.ObjectKey{Namespace: reviews[0].Namespace, Name: reviews[0].Status.LinksSecret}, &shared); err != nil {
		t.Fatal(err)
	}
	var files []struct{ Name, URL string }
	if err := json.Unmarshal(shared.Data["files"], &files); err != nil || len(files) != 2 || fetch(t, files[0].URL) != "content of secret-name.json" {
		t.Errorf("the reviewers' links: %v", err)
	}

	vote(t, reviews[0], "ada", v1alpha1.ReviewApprove)
	eventually(t, s.job, "one approval", func(j *v1alpha1.ComputeJob) bool {
		return strings.Contains(meta.FindStatusCondition(j.Status.Conditions, v1alpha1.ConditionReleased).Message, "1 of 4 approvals")
	})
	// The author's own vote does not count, nor one for something else.
	vote(t, reviews[0], spec.Authors[0], v1alpha1.ReviewApprove)
	before := reviews[0].DeepCopy()
	reviews[0].Spec.Votes = append(reviews[0].Spec.Votes, v1alpha1.ReviewVote{User: "eve", Decision: v1alpha1.ReviewApprove, ManifestSHA256: strings.Repeat("0", 64)})
	if err := api.Patch(t.Context(), reviews[0], client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
	vote(t, reviews[1], "bob", v1alpha1.ReviewApprove)
	vote(t, reviews[1], "cem", v1alpha1.ReviewApprove)
	s.decided(t, reviews[1], v1alpha1.ReviewStateApproved)
	eventually(t, reviews[0], "one approval that counts", func(r *v1alpha1.ResultReview) bool {
		return r.Status.ObservedGeneration == r.Generation && r.Status.Approved == 1 && r.Status.State == v1alpha1.ReviewPending
	})
	s.nothingShared(t)
	vote(t, reviews[0], "bob", v1alpha1.ReviewApprove)
	s.in(t, v1alpha1.StateSucceeded)
	s.decided(t, reviews[0], v1alpha1.ReviewStateApproved)
	if len(sharedLinks(t, s)) != 3 || s.job.Status.Review.State != v1alpha1.ReviewStateApproved || s.job.Status.Manifest.SHA256 != spec.ManifestSHA256 {
		t.Errorf("released %+v after review %+v", s.job.Status.Manifest, s.job.Status.Review)
	}
	if c := s.outcome(t, reviews[1]); c.Status != metav1.ConditionTrue {
		t.Errorf("the owner sees %+v", c)
	}
	if got := kstatus(t, reviews[0]); got != status.CurrentStatus {
		t.Errorf("kstatus calls a decided review %s", got)
	}

	if err := api.Delete(t.Context(), s.job); err != nil {
		t.Fatal(err)
	}
	gone(t, reviews[0])
	gone(t, reviews[1])
}

// TestOneOwnerRejects what another has approved: nothing leaves, and both see why. The first of them shares the consumer's
// namespace: there nobody's reason but their own is shown.
func TestOneOwnerRejects(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ rejects, approves int }{"in the consumer's namespace": {0, 1}, "elsewhere": {1, 0}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := reviewedStory(t, v1alpha1.Disclosure{Review: v1alpha1.ReviewDisclosure{Required: v1alpha1.ReviewAlways}})
			s.ends(t, 0, output("secret-name.json"))
			reviews := s.reviews(t)
			vote(t, reviews[test.approves], "ada", v1alpha1.ReviewApprove)
			s.decided(t, reviews[test.approves], v1alpha1.ReviewStateApproved)
			vote(t, reviews[test.rejects], "bob", v1alpha1.ReviewReject)
			s.failed(t, v1alpha1.ReasonReviewRejected, "rejected the results")
			s.decided(t, reviews[test.rejects], v1alpha1.ReviewStateRejected)
			if c := meta.FindStatusCondition(reviews[test.rejects].Status.Conditions, v1alpha1.ConditionReady); c == nil || !strings.Contains(c.Message, "rejected by bob: because") {
				t.Errorf("the owner sees %+v", c)
			}
			for i, review := range reviews {
				want := "Nothing went to the consumer: it was rejected in namespace " + reviews[test.rejects].Namespace
				if i == test.rejects || review.Namespace != s.namespace {
					want += ": because"
				}
				if c := s.outcome(t, review); c.Status != metav1.ConditionFalse || c.Message != want+"." {
					t.Errorf("the owner in %s sees %+v, want %q", review.Namespace, c, want)
				}
			}
			s.nothingShared(t)
			for _, c := range s.job.Status.Conditions {
				if strings.Contains(c.Message, "because") || strings.Contains(c.Message, "bob") {
					t.Errorf("the consumer reads who rejected the results and why: %s", c.Message)
				}
			}
		})
	}
}

// TestLogWaitsForReview of a run that failed: the exit code is not told before.
func TestLogWaitsForReview(t *testing.T) {
	t.Parallel()
	for _, decision := range []v1alpha1.ReviewDecision{v1alpha1.ReviewApprove, v1alpha1.ReviewReject} {
		t.Run(string(decision), func(t *testing.T) {
			t.Parallel()
			s, _ := reviewedStory(t, v1alpha1.Disclosure{Logs: v1alpha1.LogDisclosure{Release: v1alpha1.LogReleaseAfterReview}})
			s.ends(t, 3, logResult)
			reviews := s.reviews(t)
			if e := s.job.Status.Exit; e.Class != v1alpha1.ReasonExitCode || e.Code != nil {
				t.Errorf("before the review the exit is %+v", e)
			}
			if files := reviews[0].Spec.Files; len(files) != 1 || files[0].Type != v1alpha1.ResultLog {
				t.Errorf("the review is of %+v", files)
			}
			vote(t, reviews[0], "ada", v1alpha1.ReviewApprove)
			vote(t, reviews[1], "bob", decision)
			s.failed(t, v1alpha1.ReasonExitCode, "The algorithm ended with")
			if released := s.job.Status.Manifest != nil; released != (decision == v1alpha1.ReviewApprove) {
				t.Errorf("released: %t", released)
			}
			if code := s.job.Status.Exit.Code; (code != nil) != (decision == v1alpha1.ReviewApprove) {
				t.Errorf("exit code %v", code)
			}
		})
	}
}

// TestReviewOnFlag asks nobody where nothing was flagged.
func TestReviewOnFlag(t *testing.T) {
	t.Parallel()
	rules := v1alpha1.Disclosure{Review: v1alpha1.ReviewDisclosure{Required: v1alpha1.ReviewOnFlag}}
	plain, _ := reviewedStory(t, rules)
	plain.ends(t, 0, output("a.json"))
	plain.in(t, v1alpha1.StateSucceeded)
	if plain.job.Status.Review != nil {
		t.Errorf("a review without a flag: %+v", plain.job.Status.Review)
	}
	flagged, _ := reviewedStory(t, rules)
	result := output("a.json")
	result.Flags = []disclosure.Check{disclosure.CheckExtension}
	flagged.ends(t, 0, result)
	flagged.reviews(t)
}

// TestStopWhileAwaitingReview withdraws the reviews.
func TestStopWhileAwaitingReview(t *testing.T) {
	t.Parallel()
	s, _ := reviewedStory(t, v1alpha1.Disclosure{Review: v1alpha1.ReviewDisclosure{Required: v1alpha1.ReviewAlways}})
	s.ends(t, 0, output("secret-name.json"))
	reviews := s.reviews(t)
	s.job.Spec.Suspend = true
	if err := api.Update(t.Context(), s.job); err != nil {
		t.Fatal(err)
	}
	s.in(t, v1alpha1.StateStopped)
	s.nothingShared(t)
	for _, review := range reviews {
		s.decided(t, review, v1alpha1.ReviewWithdrawn)
		if c := s.outcome(t, review); c.Status != metav1.ConditionFalse || !strings.Contains(c.Message, "stopped") {
			t.Errorf("the owner sees %+v", c)
		}
	}
	// The next run has a review of its own.
	s.job.Spec.Suspend, s.job.Spec.Trigger = false, "2"
	if err := api.Update(t.Context(), s.job); err != nil {
		t.Fatal(err)
	}
	s.ends(t, 0, output("secret-name.json"))
	if again := s.reviews(t); again[0].Name == reviews[0].Name || again[0].Spec.Job.Run != 2 {
		t.Errorf("the second run waits for %s", again[0].Name)
	}
}

// TestApprovedResultsAreGone from the bucket: that is said, and not tried for ever.
func TestApprovedResultsAreGone(t *testing.T) {
	t.Parallel()
	s, _ := reviewedStory(t, v1alpha1.Disclosure{Review: v1alpha1.ReviewDisclosure{Required: v1alpha1.ReviewAlways}})
	s.ends(t, 0, output("secret-name.json"))
	reviews := s.reviews(t)
	if err := bucket.DeletePrefix(t.Context(), s.namespace+"/"); err != nil {
		t.Fatal(err)
	}
	vote(t, reviews[0], "ada", v1alpha1.ReviewApprove)
	vote(t, reviews[1], "bob", v1alpha1.ReviewApprove)
	s.failed(t, v1alpha1.ReasonPublishFailed, "cannot be read back")
	s.nothingShared(t)
}

// TestReviewDeadline by the clock of the controller.
func TestReviewDeadline(t *testing.T) {
	s, _ := reviewedStory(t, v1alpha1.Disclosure{Review: v1alpha1.ReviewDisclosure{Required: v1alpha1.ReviewAlways, Deadline: &metav1.Duration{Duration: time.Minute}}})
	s.ends(t, 0, output("secret-name.json"))
	reviews := s.reviews(t)
	clock.Store(int64(3 * time.Minute))
	defer clock.Store(0)
	vote(t, reviews[0], "ada", v1alpha1.ReviewApprove)
	s.failed(t, v1alpha1.ReasonReviewTimeout, "did not approve the results in time")
	s.nothingShared(t)
}
