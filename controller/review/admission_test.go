package review

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/test/apiserver"
	"github.com/compute-to-data/terraform-provider-c2d/test/fixtures"
)

var (
	cluster *rest.Config
	admin   client.Client
)

const controllerUser = "system:serviceaccount:c2d-system:c2d-controller"

// TestMain applies the admission policies and roles of the installation to a real API server.
func TestMain(m *testing.M) {
	apiserver.Main(m, func(config *rest.Config) { cluster = config })
}

// as a user who may do everything with jobs and reviews that roles can allow.
func as(t *testing.T, user string) client.Client {
	t.Helper()
	own := rest.CopyConfig(cluster)
	own.Impersonate = rest.ImpersonationConfig{UserName: user}
	api, err := client.New(own, client.Options{Scheme: fixtures.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	return api
}

func install(t *testing.T) {
	t.Helper()
	var err error
	if admin, err = client.New(cluster, client.Options{Scheme: fixtures.Scheme()}); err != nil {
		t.Fatal(err)
	}
	if err := fixtures.Manifests(t.Context(), admin, "system/review.yaml", ""); err != nil {
		t.Fatal(err)
	}
	everything := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "everything"}, Rules: []rbacv1.PolicyRule{{APIGroups: []string{"c2d.dev"}, Resources: []string{"*"}, Verbs: []string{"*"}}}}
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "everything"}, RoleRef: rbacv1.RoleRef{Kind: "ClusterRole", Name: "everything"},
		Subjects: []rbacv1.Subject{{Kind: "Group", Name: "system:authenticated"}},
	}
	for _, object := range []client.Object{everything, binding, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "hospital"}}} {
		if err := admin.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	// Policies hold a moment after they were created.
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		probe, forged := job("probe"), open("probe")
		jobErr, reviewErr := admin.Create(t.Context(), probe, client.DryRunAll), admin.Create(t.Context(), forged, client.DryRunAll)
		if probe.Annotations["c2d.dev/author"] != "" && apierrors.IsInvalid(reviewErr) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the policies do not hold: %v, %v", jobErr, reviewErr)
		}
	}
}

func job(name string) *v1alpha1.ComputeJob {
	return &v1alpha1.ComputeJob{
		ObjectMeta: metav1.ObjectMeta{Namespace: "hospital", Name: name},
		Spec:       v1alpha1.ComputeJobSpec{Environment: "x", Datasets: []v1alpha1.DatasetReference{{Name: "x"}}, Algorithm: v1alpha1.AlgorithmReference{Name: "x"}},
	}
}

var sum = strings.Repeat("a", 64)

func open(name string) *v1alpha1.ResultReview {
	return &v1alpha1.ResultReview{
		ObjectMeta: metav1.ObjectMeta{Namespace: "hospital", Name: name, Labels: map[string]string{"c2d.dev/job-uid": "u"}},
		Spec: v1alpha1.ResultReviewSpec{
			Job: v1alpha1.ReviewedJob{Namespace: "lab", Name: "train", UID: "u", Run: 1}, Authors: []string{"author", "rerunner"}, Datasets: []string{"tumours"},
			Algorithm: v1alpha1.ReviewedAlgorithm{Checksum: "sha256:0"}, ManifestSHA256: sum, Approvals: 1, Deadline: metav1.NewTime(time.Now().Add(time.Hour)).Rfc3339Copy(),
			Files: []v1alpha1.ReviewedFile{{Name: "a", Type: v1alpha1.ResultOutput, SHA256: sum}},
			Votes: []v1alpha1.ReviewVote{{User: "ada", Decision: v1alpha1.ReviewApprove, ManifestSHA256: sum}},
		},
	}
}

// TestAdmission tries what the policies are there for, each as somebody.
func TestAdmission(t *testing.T) {
	install(t)
	t.Run("authors", testAuthors)
	t.Run("votes", testVotes)
}

// Who is behind a job is stamped, whatever they write.
func testAuthors(t *testing.T) {
	made := job("train")
	made.Annotations = map[string]string{"c2d.dev/author": "somebody else", "c2d.dev/run-author": "somebody else", "mine": "1"}
	if err := as(t, "eve").Create(t.Context(), made); err != nil {
		t.Fatal(err)
	}
	stamped := func(runAuthor string) {
		t.Helper()
		if err := admin.Get(t.Context(), client.ObjectKeyFromObject(made), made); err != nil {
			t.Fatal(err)
		}
		if a := made.Annotations; a["c2d.dev/author"] != "eve" || a["c2d.dev/run-author"] != runAuthor || a["mine"] != "1" {
			t.Errorf("annotations %v, want author eve and run author %s", a, runAuthor)
		}
	}
	stamped("eve")
	patch := func(user, body string) error {
		return as(t, user).Patch(t.Context(), made.DeepCopy(), client.RawPatch(types.MergePatchType, []byte(body)))
	}
	if err := patch("bob", `{"metadata":{"labels":{"a":"b"}}}`); err != nil {
		t.Fatal(err)
	}
	stamped("eve")
	if err := patch("bob", `{"spec":{"trigger":"2"},"metadata":{"annotations":{"c2d.dev/run-author":"eve"}}}`); err != nil {
		t.Fatal(err)
	}
	stamped("bob")
	for _, body := range []string{
		`{"metadata":{"annotations":{"c2d.dev/author":"bob"}}}`, `{"metadata":{"annotations":{"c2d.dev/author":null}}}`,
		`{"metadata":{"annotations":{"c2d.dev/run-author":"cem"}}}`, `{"metadata":{"annotations":null}}`,
	} {
		if err := patch("cem", body); err == nil || !strings.Contains(err.Error(), "is stamped when") {
			t.Errorf("%s: %v", body, err)
		}
	}
	if err := patch(controllerUser, `{"metadata":{"finalizers":["c2d.dev/results"]}}`); err != nil {
		t.Error(err)
	}
	stamped("bob")
}

// A review is the controller's, but for each user's own vote.
func testVotes(t *testing.T) {
	const own, others = "the vote of that user alone", "only spec.votes of a review can be changed"
	vote := func(user, decision, manifest string) string {
		return fmt.Sprintf(`{"user":%q,"decision":%q,"manifestSHA256":%q,"reason":"r"}`, user, decision, manifest)
	}
	ada := vote("ada", "Approve", sum)
	votes := func(all ...string) string { return `{"spec":{"votes":[` + strings.Join(all, ",") + `]}}` }
	kept, _ := json.Marshal(open("x").Spec.Votes[0])
	for name, test := range map[string]struct {
		user, body, status string
		want               string // empty: it is allowed
	}{
		"own vote":              {user: "bob", body: votes(string(kept), vote("bob", "Approve", sum))},
		"own rejection":         {user: "bob", body: votes(string(kept), vote("bob", "Reject", sum))},
		"own vote changed":      {user: "ada", body: votes(vote("ada", "Reject", sum))},
		"own vote taken back":   {user: "ada", body: votes()},
		"another's name":        {user: "bob", body: votes(string(kept), vote("cem", "Approve", sum)), want: own},
		"another's vote away":   {user: "bob", body: votes(vote("bob", "Approve", sum)), want: own},
		"another's vote turned": {user: "bob", body: votes(vote("ada", "Reject", sum)), want: own},
		"two at once":           {user: "bob", body: votes(string(kept), vote("bob", "Approve", sum), vote("cem", "Approve", sum)), want: own},
		"the author":            {user: "author", body: votes(string(kept), vote("author", "Approve", sum)), want: "is behind the job"},
		"who ran it again":      {user: "rerunner", body: votes(string(kept), vote("rerunner", "Approve", sum)), want: "is behind the job"},
		"another manifest":      {user: "bob", body: votes(string(kept), vote("bob", "Approve", strings.Repeat("b", 64))), want: "of what you have looked at"},
		"rejected without why":  {user: "bob", body: votes(string(kept), `{"user":"bob","decision":"Reject","manifestSHA256":"`+sum+`"}`), want: "reason must be set"},
		"once it is decided":    {user: "bob", body: votes(string(kept), vote("bob", "Approve", sum)), status: "Approved", want: "the review is decided"},
		"fewer approvals":       {user: "bob", body: `{"spec":{"approvals":2}}`, want: others},
		"another manifest's":    {user: "bob", body: `{"spec":{"manifestSHA256":"` + strings.Repeat("b", 64) + `"}}`, want: others},
		"other authors":         {user: "author", body: `{"spec":{"authors":["nobody"]}}`, want: others},
		"a longer deadline":     {user: "bob", body: `{"spec":{"deadline":"2030-01-01T00:00:00Z"}}`, want: others},
		"no files":              {user: "bob", body: `{"spec":{"files":null}}`, want: others},
		"another job":           {user: "bob", body: `{"spec":{"job":{"run":2}}}`, want: others},
		"another job's label":   {user: "bob", body: `{"metadata":{"labels":{"c2d.dev/job-uid":"v"}}}`, want: "labels and owners"},
		"the cluster's admin":   {user: "", body: votes(ada), want: own},
	} {
		t.Run(name, func(t *testing.T) {
			review := open(strings.ReplaceAll(strings.ReplaceAll(name, " ", "-"), "'", ""))
			controller := as(t, controllerUser)
			if err := controller.Create(t.Context(), review); err != nil {
				t.Fatal(err)
			}
			if test.status != "" {
				review.Status.State = v1alpha1.ReviewState(test.status)
				if err := controller.Status().Update(t.Context(), review); err != nil {
					t.Fatal(err)
				}
			}
			user := admin
			if test.user != "" {
				user = as(t, test.user)
			}
			err := user.Patch(t.Context(), review.DeepCopy(), client.RawPatch(types.MergePatchType, []byte(test.body)))
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, expected %q", err, test.want)
			}
		})
	}
	forged := open("forged")
	if err := as(t, "bob").Create(t.Context(), forged); err == nil || !strings.Contains(err.Error(), "by the c2d controller alone") {
		t.Errorf("a review that somebody made: %v", err)
	}
	review := open("status")
	if err := as(t, controllerUser).Create(t.Context(), review); err != nil {
		t.Fatal(err)
	}
	review.Status.State = v1alpha1.ReviewStateApproved
	if err := as(t, "bob").Status().Update(t.Context(), review); err == nil || !strings.Contains(err.Error(), "by the c2d controller alone") {
		t.Errorf("a status that somebody wrote: %v", err)
	}
}
