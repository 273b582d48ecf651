package job

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// TestFailedStep is the first that is not done; where nothing is paid, funding is none.
func TestFailedStep(t *testing.T) {
	for name, test := range map[string]struct {
		done, begun []string
		want        string
	}{
		"nothing is done":            {want: v1alpha1.ConditionAdmitted},
		"a free job cannot stage":    {done: []string{v1alpha1.ConditionAdmitted}, want: v1alpha1.ConditionStaged},
		"a paid job is not funded":   {done: []string{v1alpha1.ConditionAdmitted}, begun: []string{v1alpha1.ConditionFunded}, want: v1alpha1.ConditionFunded},
		"the algorithm fails":        {done: []string{v1alpha1.ConditionAdmitted, v1alpha1.ConditionStaged}, want: v1alpha1.ConditionExecuted},
		"a paid algorithm fails":     {done: []string{v1alpha1.ConditionAdmitted, v1alpha1.ConditionFunded, v1alpha1.ConditionStaged}, want: v1alpha1.ConditionExecuted},
		"its outputs may not leave":  {done: []string{v1alpha1.ConditionAdmitted, v1alpha1.ConditionStaged, v1alpha1.ConditionExecuted}, want: v1alpha1.ConditionReleased},
		"it began to stage, no more": {done: []string{v1alpha1.ConditionAdmitted}, begun: []string{v1alpha1.ConditionStaged}, want: v1alpha1.ConditionStaged},
	} {
		t.Run(name, func(t *testing.T) {
			job := &v1alpha1.ComputeJob{}
			for _, kind := range test.done {
				done(job, kind, "")
			}
			for _, kind := range test.begun {
				meta.SetStatusCondition(&job.Status.Conditions, metav1.Condition{Type: kind, Status: metav1.ConditionFalse, Reason: "Begun"})
			}
			fail(job, "Why", "Because.", time.Now())
			for _, step := range steps {
				c := meta.FindStatusCondition(job.Status.Conditions, step.condition)
				if failed := c != nil && c.Reason == "Why"; failed != (step.condition == test.want) {
					t.Errorf("condition %s is %+v, want %s to have failed", step.condition, c, test.want)
				}
			}
		})
	}
}
