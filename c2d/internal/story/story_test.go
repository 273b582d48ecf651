package story_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/example"
	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/story"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func TestPrint(t *testing.T) {
	events := []story.Event{{Time: example.At(-time.Minute), Type: "Normal", Reason: "Pending", Message: "The job's\nreferences are looked up.", Count: 2}}
	for name, job := range map[string]*v1alpha1.ComputeJob{
		"succeeded": example.Succeeded(),
		"paid":      example.Paid(),
		"denied":    example.Denied(),
		"timedout":  example.TimedOut(),
		"queued":    example.Queued(),
		"suspended": example.Suspended(),
		"running":   example.Running(),
		"unseen": {
			ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "train", CreationTimestamp: example.At(-time.Minute)},
			Spec:       example.Job().Spec,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			if err := story.Print(&b, story.Of(job, events, example.Now), example.Now); err != nil {
				t.Fatal(err)
			}
			example.Golden(t, name+".txt", b.String())
		})
	}
}

// The controller learns of several steps at once, and writes one time for all of them.
func TestTimelineKeepsTheOrderOfLife(t *testing.T) {
	job := example.Succeeded()
	for i := range job.Status.Conditions {
		job.Status.Conditions[i].LastTransitionTime = example.At(-40 * time.Second)
	}
	var names []string
	last := time.Time{}
	for _, step := range story.Timeline(job, example.Now) {
		names = append(names, step.Name)
		if step.Time.Time.Before(last) {
			t.Errorf("%s lies before the step before it", step.Name)
		}
		last = step.Time.Time
	}
	want := "Queued, Admitted, Staged, Started, Executed, Released, Succeeded, Not delivered, Access ends, Results deleted"
	if got := strings.Join(names, ", "); got != want {
		t.Errorf("timeline is %s, want %s", got, want)
	}
}

// Links that end are made anew, but for those that end with access, or with the results.
func TestWhatIsToCome(t *testing.T) {
	day := func(days int) *metav1.Time { return ptr.To(example.At(time.Duration(days) * 24 * time.Hour)) }
	const (
		links   = "Links end: The links in Secret train-results are made anew before."
		access  = "Access ends: Nothing can be run on the datasets, and no result read, from then on."
		reading = "Access ends: No result can be read from then on."
		deleted = "Results deleted: The results are deleted from the results bucket."
	)
	for name, test := range map[string]struct {
		links, access, results *metav1.Time
		want                   []string
	}{
		"links, access, results":    {day(7), day(10), day(17), []string{links, access, deleted}},
		"links end with access":     {day(7), day(7), day(14), []string{access, deleted}},
		"access without an end":     {day(7), nil, day(30), []string{links, deleted}},
		"links end with results":    {day(7), nil, day(7), []string{reading, deleted}},
		"within a second of them":   {day(7), nil, ptr.To(metav1.NewTime(day(7).Add(time.Second))), []string{reading, deleted}},
		"nothing was released":      {nil, day(10), day(17), []string{access, deleted}},
		"all ends at the same time": {day(7), day(7), day(7), []string{access, deleted}},
	} {
		t.Run(name, func(t *testing.T) {
			job := example.Succeeded()
			job.Status.LinksExpireAt, job.Status.AccessExpiresAt, job.Status.ResultsExpireAt = test.links, test.access, test.results
			var got []string
			for _, step := range story.Timeline(job, example.Now) {
				if step.Expected {
					got = append(got, step.Name+": "+step.Message)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("to come: %q, want %q", got, test.want)
			}
		})
	}
}

func TestReasonOfASuspendedJob(t *testing.T) {
	reason, message := story.Reason(example.Suspended())
	if reason != v1alpha1.ReasonSuspended || !strings.Contains(message, "spec.suspend") {
		t.Errorf("Reason = %q, %q", reason, message)
	}
}

func TestSucceededAfterAccessEnded(t *testing.T) {
	for name, test := range map[string]struct {
		job  *v1alpha1.ComputeJob
		want bool
	}{
		"succeeded": {example.Succeeded(), true},
		"timed out": {example.TimedOut(), false},
	} {
		t.Run(name, func(t *testing.T) {
			test.job.Status.State = v1alpha1.StateExpired
			if got := story.Succeeded(test.job); got != test.want {
				t.Errorf("Succeeded = %v, want %v", got, test.want)
			}
		})
	}
}

func TestDeclaredBy(t *testing.T) {
	entry := func(manager string, operation metav1.ManagedFieldsOperationType, fields string) metav1.ManagedFieldsEntry {
		return metav1.ManagedFieldsEntry{Manager: manager, Operation: operation, FieldsV1: metav1.NewFieldsV1(fields)}
	}
	for name, test := range map[string]struct {
		entry metav1.ManagedFieldsEntry
		want  string
	}{
		"terraform":           {entry("terraform-c2d", metav1.ManagedFieldsOperationApply, `{"f:spec":{}}`), "terraform-c2d"},
		"labels alone":        {entry("labeller", metav1.ManagedFieldsOperationApply, `{"f:metadata":{}}`), ""},
		"changed by a person": {entry("kubectl-c2d", metav1.ManagedFieldsOperationUpdate, `{"f:spec":{}}`), ""},
	} {
		t.Run(name, func(t *testing.T) {
			job := example.Job()
			job.ManagedFields = []metav1.ManagedFieldsEntry{test.entry}
			if got := story.DeclaredBy(job); got != test.want {
				t.Errorf("DeclaredBy = %q, want %q", got, test.want)
			}
		})
	}
}

// A review is a step of a run's life, between what it cost and what was released.
func TestReviewIsTold(t *testing.T) {
	job := example.Succeeded()
	since := metav1.NewTime(job.Status.CompletionTime.Add(-time.Second))
	job.Status.Review = &v1alpha1.ReviewStatus{
		State: v1alpha1.ReviewStateApproved, Since: since, Deadline: metav1.NewTime(since.Add(time.Hour)),
		Reviews: []v1alpha1.ObjectReference{{Namespace: "hospital", Name: "r"}, {Namespace: "registry", Name: "r"}},
	}
	for _, step := range story.Timeline(job, job.Status.CompletionTime.Time) {
		if step.Name == "Review asked" {
			if !strings.Contains(step.Message, "In hospital, registry, until ") || !strings.HasSuffix(step.Message, ": approved.") {
				t.Errorf("the step says %q", step.Message)
			}
			return
		}
	}
	t.Error("the timeline lacks the review")
}
