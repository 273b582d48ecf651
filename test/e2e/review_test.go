//go:build e2e

package e2e

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// reviewed is a job on the datasets of two owners who both want to see the results first, and its two reviews.
func reviewed(t *testing.T) (s *story, reviews []v1alpha1.ObjectReference) {
	t.Helper()
	s = newStory(t, "echo 'n' > /data/outputs/counts.csv; echo 12 >> /data/outputs/counts.csv; echo done")
	second := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "registry-"}}
	if err := api.Create(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	s.dataset.Spec.Disclosure = v1alpha1.Disclosure{Review: v1alpha1.ReviewDisclosure{Required: v1alpha1.ReviewAlways}}
	s.dataset.Spec.Access.Companions = []string{"*"}
	other := s.dataset.DeepCopy()
	other.Namespace, other.Name = second.Name, "ages"
	if err := api.Create(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	s.job.Spec.Datasets = append(s.job.Spec.Datasets, v1alpha1.DatasetReference{Namespace: other.Namespace, Name: other.Name})
	for _, namespace := range []string{owner, second.Name} {
		if err := api.Create(t.Context(), &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, GenerateName: "reviewers-"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "c2d-reviewer"},
			Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "User", Name: "ada"}, {APIGroup: rbacv1.GroupName, Kind: "User", Name: "bob"}},
		}); err != nil {
			t.Fatal(err)
		}
	}
	s.create()
	s.until("awaiting review", func(j *v1alpha1.ComputeJob) bool {
		return j.Status.State == v1alpha1.StateAwaitingReview || j.Status.State.Terminal()
	})
	if s.job.Status.Review == nil || len(s.job.Status.Review.Reviews) != 2 {
		t.Fatalf("the job is %s, its review %+v", s.job.Status.State, s.job.Status.Review)
	}
	return s, s.job.Status.Review.Reviews
}

// nothingShared says that the consumer can read nothing.
func (s *story) nothingShared() {
	s.Helper()
	err := api.Get(s.Context(), client.ObjectKey{Namespace: s.namespace, Name: "job-results"}, &corev1.Secret{})
	if err == nil || client.IgnoreNotFound(err) != nil || len(s.job.Status.Results) > 0 || s.job.Status.Manifest != nil {
		s.Errorf("the consumer is told of results: %+v, Secret: %v", s.job.Status.Results, err)
	}
}

// vote with the command line, as a user.
func vote(t *testing.T, user, verb string, review v1alpha1.ObjectReference, args ...string) (string, error) {
	t.Helper()
	return kubectl(t, append([]string{"c2d", "review", verb, review.Name, "-n", review.Namespace, "--as", user}, args...)...)
}

// TestReview lets results wait until people of both owners have approved them, who had to be others than the author.
func TestReview(t *testing.T) {
	t.Parallel()
	s, reviews := reviewed(t)
	s.nothingShared()
	author := s.job.Annotations["c2d.dev/author"]
	if author == "" {
		t.Fatal("nobody stamped the author of the job")
	}
	if out, err := kubectl(t, "c2d", "review", "approve", reviews[0].Name, "-n", reviews[0].Namespace); err == nil || !strings.Contains(out, "somebody else must review") {
		t.Errorf("the author %s approves: %v %s", author, err, out)
	}
	// Not by the command alone: the API server refuses it too.
	if out, err := kubectl(t, "patch", "resultreview", reviews[0].Name, "-n", reviews[0].Namespace, "--type=merge", "-p",
		`{"spec":{"votes":[{"user":"ada","decision":"Approve","manifestSHA256":"`+s.job.Status.Published.ManifestSHA256+`"}]}}`); err == nil || !strings.Contains(out, "the vote of that user alone") {
		t.Errorf("a vote in another's name: %v %s", err, out)
	}
	if out, err := kubectl(t, "c2d", "review", "show", reviews[0].Name, "-n", reviews[0].Namespace); err != nil || !strings.Contains(out, "counts.csv") {
		t.Errorf("show: %v %s", err, out)
	}
	for i, user := range []string{"ada", "bob"} {
		if out, err := vote(t, user, "approve", reviews[i]); err != nil || !strings.Contains(out, user+" approves") {
			t.Fatalf("%v: %s", err, out)
		}
		if i == 0 {
			s.until("approved by one", func(j *v1alpha1.ComputeJob) bool { return strings.Contains(ready(j).Message, "1 of 2 approvals") })
			s.nothingShared()
		}
	}
	s.until("terminal", func(j *v1alpha1.ComputeJob) bool { return j.Status.State.Terminal() })
	if s.job.Status.State != v1alpha1.StateSucceeded {
		t.Fatalf("the job is %s: %s", s.job.Status.State, ready(s.job).Message)
	}
	files := s.fetch()
	if files["counts.csv"] != "n\n12\n" {
		t.Errorf("released %v", files)
	}
	s.signed(t, files["manifest.json"], 1, 1)
}

// TestOneOwnerRefuses what the other has approved: nothing leaves, and both see why.
func TestOneOwnerRefuses(t *testing.T) {
	t.Parallel()
	s, reviews := reviewed(t)
	if out, err := vote(t, "ada", "approve", reviews[0]); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if out, err := vote(t, "bob", "reject", reviews[1], "--reason", "too few people"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	s.until("terminal", func(j *v1alpha1.ComputeJob) bool { return j.Status.State.Terminal() })
	if c := ready(s.job); s.job.Status.State != v1alpha1.StateFailed || c.Reason != v1alpha1.ReasonReviewRejected || strings.Contains(c.Message, "too few people") {
		t.Errorf("the job is %s: %+v", s.job.Status.State, c)
	}
	s.nothingShared()
	for _, review := range reviews {
		why := "Nothing went to the consumer: it was rejected in namespace " + reviews[1].Namespace + ": too few people."
		eventually(t, "the owner in "+review.Namespace+" sees why", func() bool {
			out, _ := kubectl(t, "c2d", "review", "show", review.Name, "-n", review.Namespace)
			return strings.Contains(out, why)
		})
	}
	if links, err := kubectl(t, "get", "secret", reviews[0].Name+"-links", "-n", reviews[0].Namespace, "-o", "jsonpath={.data.files}"); err != nil || links != "" {
		t.Errorf("links outlive the review: %v %q", err, links)
	}
}
