package story_test

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/example"
	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/story"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func TestPrint(t *testing.T) {
	events := []story.Event{{Time: example.At(-time.Minute), Type: "Normal", Reason: "Pending", Message: "The job's\nreferences are looked up.", Count: 2}}
	for name, job := range map[string]*v1alpha1.ComputeJob{
		"succeeded": example.Succeeded(),
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
