package provider

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

const testReview = "c2d_result_review.test"

var testManifest = strings.Repeat("c", 64)

// newReview of the first run of job lab/train, whose author is carol.
func newReview(namespace string, change ...func(*v1alpha1.ResultReview)) *v1alpha1.ResultReview {
	review := &v1alpha1.ResultReview{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "train-1"},
		Spec: v1alpha1.ResultReviewSpec{
			Job:            v1alpha1.ReviewedJob{Namespace: "lab", Name: "train", UID: "1", Run: 1},
			Authors:        []string{"carol"},
			Datasets:       []string{"tumours"},
			Algorithm:      v1alpha1.ReviewedAlgorithm{Name: "lab/train", Checksum: "sha256:" + strings.Repeat("a", 64)},
			ManifestSHA256: testManifest,
			Outputs:        2, Bytes: 24,
			Files: []v1alpha1.ReviewedFile{
				{Name: "table.csv", Type: v1alpha1.ResultOutput, Bytes: 12, SHA256: strings.Repeat("b", 64), Flags: []string{"csv-no-count", "extension"}},
				{Name: "model.json", Type: v1alpha1.ResultOutput, Bytes: 12, SHA256: strings.Repeat("b", 64)},
			},
			Approvals: 2,
			Deadline:  metav1.NewTime(time.Now().Add(time.Hour).Truncate(time.Second)),
		},
	}
	for _, change := range change {
		change(review)
	}
	return review
}

func createReview(t *testing.T, review *v1alpha1.ResultReview) {
	t.Helper()
	if err := api.Create(t.Context(), review); err != nil {
		t.Fatal(err)
	}
}

// reviewAs a user.
func reviewAs(t *testing.T, user, namespace, body string) string {
	t.Helper()
	kubeconfig := writeKubeconfig(t, admin, func(info *clientcmdapi.AuthInfo) {
		info.Impersonate, info.ImpersonateGroups = user, []string{"system:masters"}
	})
	return configurationAs(kubeconfig, namespace, "", "resource \"c2d_result_review\" \"test\" {\n  "+body+"\n}")
}

// expectVotes of these users in the review, in the order of their names.
func expectVotes(namespace string, want ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		var review v1alpha1.ResultReview
		if err := api.Get(context.Background(), client.ObjectKey{Namespace: namespace, Name: "train-1"}, &review); err != nil {
			return err
		}
		votes := map[string]bool{}
		for _, vote := range review.Spec.Votes {
			votes[fmt.Sprintf("%s %s %s", vote.User, vote.Decision, vote.Reason)] = true
		}
		if got := inOrder(votes); strings.Join(got, "; ") != strings.Join(want, "; ") {
			return fmt.Errorf("the votes are %q, want %q", got, want)
		}
		return nil
	}
}

func TestAccResultReview(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	startController(t, namespace)
	const byJob = `job = { namespace = "lab", name = "train" }`
	approve := reviewAs(t, "alice", namespace, byJob+"\n  decision = \"Approve\"")
	bob := reviewAs(t, "bob", namespace, "name = \"train-1\"\n  decision = \"Approve\"\n  manifest_sha256 = \""+testManifest+"\"")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		Steps: []resource.TestStep{
			{ // the review appears once the job is over
				PreConfig: func() {
					time.AfterFunc(2*time.Second, func() { must(api.Create(context.Background(), newReview(namespace))) })
				},
				Config: approve,
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue(testReview, "id", knownvalue.StringExact(namespace+"/train-1")),
					expectValue(testReview, "name", knownvalue.StringExact("train-1")),
					expectValue(testReview, "job.run", knownvalue.Int64Exact(1)),
					expectValue(testReview, "user", knownvalue.StringExact("alice")),
					expectValue(testReview, "manifest_sha256", knownvalue.StringExact(testManifest)),
					expectValue(testReview, "state", knownvalue.StringExact("Pending")),
					expectValue(testReview, "approved", knownvalue.Int64Exact(1)),
					expectValue(testReview, "approvals", knownvalue.Int64Exact(2)),
					expectValue(testReview, "flags.0", knownvalue.StringExact("csv-no-count")),
					expectValue(testReview, "files.0.name", knownvalue.StringExact("table.csv")),
					expectValue(testReview, "files.0.flags.1", knownvalue.StringExact("extension")),
				},
				Check: expectVotes(namespace, "alice Approve "),
			},
			{Config: approve, ConfigPlanChecks: expectNoChange},
			{ResourceName: testReview, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"timeouts"}},
			{ResourceName: testReview, ImportState: true, ImportStateId: "train-1", ImportStateVerify: true, ImportStateVerifyIgnore: []string{"timeouts"}},
			{ResourceName: testReview, ImportState: true, ImportStateId: "a/b/c", ExpectError: errorText(`"a/b/c" does not name a result review`)},
			{ // a vote that somebody took back is cast again
				PreConfig:        change(t, namespace, "train-1", &v1alpha1.ResultReview{}, func(r *v1alpha1.ResultReview) { r.Spec.Votes = nil }),
				Config:           approve,
				ConfigPlanChecks: expectAction(testReview, plancheck.ResourceActionCreate),
				Check:            expectVotes(namespace, "alice Approve "),
			},
			{ // another mind, by other means: the configuration's counts
				PreConfig: change(t, namespace, "train-1", &v1alpha1.ResultReview{}, func(r *v1alpha1.ResultReview) { r.Spec.Votes[0].Reason = "looks good" }),
				Config:    approve, ConfigPlanChecks: expectAction(testReview, plancheck.ResourceActionUpdate),
				Check: expectVotes(namespace, "alice Approve "),
			},
			{ // the vote of another user, whose Terraform is another, stands beside it
				PreConfig: func() {
					resource.Test(t, resource.TestCase{
						ProtoV6ProviderFactories: providers(),
						CheckDestroy:             expectVotes(namespace, "alice Approve ", "bob Approve "), // decided: it stays
						Steps: []resource.TestStep{{
							Config: bob,
							ConfigStateChecks: []statecheck.StateCheck{
								expectValue(testReview, "user", knownvalue.StringExact("bob")),
								expectValue(testReview, "state", knownvalue.StringExact("Approved")),
								expectValue(testReview, "approved", knownvalue.Int64Exact(2)),
							},
						}},
					})
				},
				Config:            approve,
				ConfigPlanChecks:  expectNoChange,
				ConfigStateChecks: []statecheck.StateCheck{expectValue(testReview, "state", knownvalue.StringExact("Approved"))},
			},
			{ // what was decided is history, also when the review is gone with its job
				PreConfig:        remove(t, newReview(namespace)),
				Config:           approve,
				ConfigPlanChecks: expectNoChange,
				ConfigStateChecks: []statecheck.StateCheck{
					expectValue(testReview, "user", knownvalue.StringExact("alice")),
				},
			},
		},
	})
}

// A mind may change while the review is open, and one rejection decides.
func TestAccResultReviewRejects(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	startController(t, namespace)
	createReview(t, newReview(namespace))
	named := func(body string) string { return reviewAs(t, "alice", namespace, "name = \"train-1\"\n  "+body) }
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		// Too late to take it back.
		CheckDestroy: expectVotes(namespace, "alice Reject one patient stands out"),
		Steps: []resource.TestStep{
			{Config: named(`decision = "Reject"`), ExpectError: errorText("A rejection needs a reason")},
			{Config: named(`decision = "Approve"`)},
			{
				Config:            named("decision = \"Reject\"\n  reason = \"one patient stands out\""),
				ConfigPlanChecks:  expectAction(testReview, plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{expectValue(testReview, "state", knownvalue.StringExact("Rejected"))},
			},
			{Config: named("decision = \"Reject\"\n  reason = \"one patient stands out\""), ConfigPlanChecks: expectNoChange},
			{Config: named(`decision = "Approve"`), ExpectError: errorText(`is Rejected already: votes no longer change anything`)},
			{Config: named("decision = \"Reject\"\n  reason = \"one patient stands out\"")},
		},
	})
}

// Destroying takes the vote back while the review is open, and leaves those of others.
func TestAccResultReviewTakenBack(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	startController(t, namespace)
	createReview(t, newReview(namespace, func(r *v1alpha1.ResultReview) {
		r.Spec.Approvals = 3
		r.Spec.Votes = []v1alpha1.ReviewVote{{User: "bob", Decision: v1alpha1.ReviewApprove, ManifestSHA256: testManifest}}
	}))
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers(),
		CheckDestroy:             expectVotes(namespace, "bob Approve "),
		Steps: []resource.TestStep{{
			Config: reviewAs(t, "alice", namespace, "name = \"train-1\"\n  decision = \"Approve\""),
			Check:  expectVotes(namespace, "alice Approve ", "bob Approve "),
		}},
	})
}

// Who may not vote, or no longer, is told why before anything is written.
func TestAccResultReviewRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		user, body string
		change     func(*v1alpha1.ResultReview)
		want       string
	}{
		"author":     {"carol", `name = "train-1"`, nil, `User "carol" is an author of job lab/train, and nobody votes about results of their own`},
		"decided":    {"alice", `name = "train-1"`, func(r *v1alpha1.ResultReview) { r.Status.State = v1alpha1.ReviewWithdrawn }, "is Withdrawn already"},
		"late":       {"alice", `name = "train-1"`, func(r *v1alpha1.ResultReview) { r.Spec.Deadline = metav1.NewTime(time.Now().Add(-time.Minute)) }, "what was not approved by then is not released"},
		"other":      {"alice", "name = \"train-1\"\n  manifest_sha256 = \"" + strings.Repeat("d", 64) + "\"", nil, "these are not the results that you have looked at"},
		"no name":    {"alice", "name = \"train-2\"\n  timeouts = { create = \"1s\" }", nil, "after 1s. The controller makes one when a run is over"},
		"no run":     {"alice", "job = { namespace = \"lab\", name = \"train\", run = 2 }\n  timeouts = { create = \"1s\" }", nil, "There is no result review of job lab/train in namespace"},
		"half a job": {"alice", "job = { namespace = \"lab\" }", nil, "Namespace and name of the job must be set"},
		"ambivert":   {"alice", "name = \"train-1\"\n  job = { namespace = \"lab\", name = \"train\" }", nil, "2 attributes specified when one (and only one)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			namespace := newNamespace(t)
			review := newReview(namespace)
			if test.change != nil {
				test.change(review)
			}
			status := review.Status
			createReview(t, review)
			review.Status = status
			if status.State != "" {
				if err := api.Status().Update(t.Context(), review); err != nil {
					t.Fatal(err)
				}
			}
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: providers(),
				Steps: []resource.TestStep{{
					Config:      reviewAs(t, test.user, namespace, test.body+"\n  decision = \"Approve\""),
					ExpectError: errorText(test.want),
				}},
			})
			if err := expectVotes(namespace)(nil); err != nil {
				t.Error(err)
			}
		})
	}
}
