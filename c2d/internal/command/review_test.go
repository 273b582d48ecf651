package command

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/links"
)

// reviewed is a review that is open, with links to its one file.
func reviewed(t *testing.T, author string) *v1alpha1.ResultReview {
	t.Helper()
	bucket := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("n\n12\n")) }))
	t.Cleanup(bucket.Close)
	review := &v1alpha1.ResultReview{
		ObjectMeta: metav1.ObjectMeta{Namespace: newNamespace(t), Name: "train-67295a0c-1"},
		Spec: v1alpha1.ResultReviewSpec{
			Job: v1alpha1.ReviewedJob{Namespace: "lab", Name: "train", UID: "u", Run: 1}, Authors: []string{author}, Datasets: []string{"tumours"},
			Algorithm: v1alpha1.ReviewedAlgorithm{Name: "lab/train", DID: "did:c2d:aa", Checksum: "sha256:bb"}, ManifestSHA256: strings.Repeat("a", 64),
			Outputs: 22, Bytes: 2048, Approvals: 2, Deadline: metav1.NewTime(time.Now().Add(time.Hour)).Rfc3339Copy(),
			Files: []v1alpha1.ReviewedFile{{Name: "counts\x1b[2J.csv", Type: v1alpha1.ResultOutput, Bytes: 5, SHA256: hexOf("n\n12\n"), Flags: []string{"csv-no-count"}}},
			Votes: []v1alpha1.ReviewVote{{User: "ada", Decision: v1alpha1.ReviewApprove, ManifestSHA256: strings.Repeat("a", 64), Reason: "fine"}},
		},
	}
	if err := api.Create(t.Context(), review); err != nil {
		t.Fatal(err)
	}
	review.Status = v1alpha1.ResultReviewStatus{State: v1alpha1.ReviewPending, Approved: 1, LinksSecret: "links"}
	if err := api.Status().Update(t.Context(), review); err != nil {
		t.Fatal(err)
	}
	files, _ := json.Marshal([]links.Link{{Name: review.Spec.Files[0].Name, Type: v1alpha1.ResultOutput, URL: bucket.URL + "/?signature=x"}})
	create(t, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: review.Namespace, Name: "links"}, Type: links.SecretType, Data: map[string][]byte{"files": files}})
	return review
}

func TestReviewListAndShow(t *testing.T) {
	review := reviewed(t, "eve")
	r := c2d(t, review.Namespace, "review", "list").want(t, ExitOK)
	for _, want := range []string{"train-67295a0c-1", "Pending", "lab/train", "2.0 KiB", "1 of 2"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("the list lacks %q:\n%s", want, r.out)
		}
	}
	// A review is found by its job too.
	for _, name := range []string{"train-67295a0c-1", "train-1", "train"} {
		r = c2d(t, review.Namespace, "review", "show", name).want(t, ExitOK)
	}
	for _, want := range []string{"run 1 of lab/train", "eve", "tumours", "did:c2d:aa", "checksum sha256:bb", review.Spec.ManifestSHA256, "csv-no-count", "21 more", "ada", "Approve", "fine"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("the review lacks %q:\n%s", want, r.out)
		}
	}
	if strings.Contains(r.out, "\x1b") || strings.Contains(r.out, "signature") {
		t.Errorf("a name steers the terminal, or a link is printed that nobody asked for:\n%q", r.out)
	}
	if r = c2d(t, review.Namespace, "review", "show", "train", "--links").want(t, ExitOK); !strings.Contains(r.out, "/?signature=x") {
		t.Errorf("got %s", r.out)
	}
	r = c2d(t, review.Namespace, "review", "show", "other").want(t, ExitFailure)
	if !strings.Contains(r.errOut, "there is no review other") {
		t.Errorf("got %s", r.errOut)
	}
}

func TestReviewDownload(t *testing.T) {
	review := reviewed(t, "eve")
	before := review.DeepCopy()
	review.Spec.Files[0].Name = "counts.csv"
	if err := api.Patch(t.Context(), review, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
	var secret corev1.Secret
	if err := api.Get(t.Context(), client.ObjectKey{Namespace: review.Namespace, Name: "links"}, &secret); err != nil {
		t.Fatal(err)
	}
	secret.Data["files"] = []byte(strings.ReplaceAll(string(secret.Data["files"]), `counts\u001b[2J.csv`, "counts.csv"))
	if err := api.Update(t.Context(), &secret); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	c2d(t, review.Namespace, "review", "show", "train", "-o", folder).want(t, ExitOK)
	if content, err := os.ReadFile(filepath.Join(folder, "outputs/counts.csv")); err != nil || string(content) != "n\n12\n" {
		t.Errorf("%q, %v", content, err)
	}
}

func TestReviewVote(t *testing.T) {
	review := reviewed(t, "eve")
	vote := func(code int, want string, args ...string) {
		t.Helper()
		r := c2d(t, review.Namespace, append([]string{"review"}, args...)...).want(t, code)
		if !strings.Contains(r.out+r.errOut, want) {
			t.Errorf("%v: got %q, expected %q", args, r.out+r.errOut, want)
		}
	}
	vote(ExitFailure, "--reason must be set", "reject", "train")
	vote(ExitFailure, "look at it again", "approve", "train", "--manifest", strings.Repeat("b", 64))
	vote(ExitUsage, "the name of one review", "approve")
	vote(ExitOK, "approves the results of run 1 of lab/train", "approve", "train", "--manifest", review.Spec.ManifestSHA256)
	vote(ExitOK, "rejects the results", "reject", "train", "--reason", "too small")
	if err := api.Get(t.Context(), client.ObjectKeyFromObject(review), review); err != nil {
		t.Fatal(err)
	}
	votes := review.Spec.Votes
	if len(votes) != 2 || votes[0].User != "ada" || votes[1].Decision != v1alpha1.ReviewReject || votes[1].Reason != "too small" || votes[1].ManifestSHA256 != review.Spec.ManifestSHA256 {
		t.Fatalf("votes are %+v", votes)
	}
	review.Status.State = v1alpha1.ReviewStateRejected
	if err := api.Status().Update(t.Context(), review); err != nil {
		t.Fatal(err)
	}
	vote(ExitFailure, "the review is decided", "approve", review.Name)
	own := reviewed(t, votes[1].User)
	if r := c2d(t, own.Namespace, "review", "approve", "train").want(t, ExitFailure); !strings.Contains(r.errOut, "somebody else must review") {
		t.Errorf("got %q", r.errOut)
	}
}
