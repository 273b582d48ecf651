package publication

import (
	"errors"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/controller/conditions"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

const (
	// defaultPace is how soon a chain is asked again of what has just changed, and may soon change again.
	defaultPace = 4 * time.Second
	// latest look at a chain again.
	latest = 5 * time.Minute
)

func (b *Book) pace() time.Duration {
	if b.Pace > 0 {
		return b.Pace
	}
	return defaultPace
}

// Echo is how old an answer may be when a reconciler hears of its own write: the chain has said nothing new since.
func (b *Book) Echo() time.Duration { return b.pace() / 2 }

// Record in the conditions of an object what the Book says of it, and tell when to look again; 0: never. The error is neither
// the chain's nor the object's.
func (b *Book) Record(list *[]metav1.Condition, generation int64, found *v1alpha1.Publication, said error, now time.Time) (time.Duration, error) {
	var fault *Fault
	var silence *Silence
	switch {
	case errors.As(said, &fault):
		conditions.Step(list, generation, v1alpha1.ConditionPublished, false, fault.Reason, fault.Message)
	case errors.As(said, &silence) && found == nil:
		conditions.Step(list, generation, v1alpha1.ConditionPublished, false, silence.Reason, silence.Message)
	case said != nil && silence == nil:
		return 0, said
	case found == nil:
		meta.RemoveStatusCondition(list, v1alpha1.ConditionPublished)
		return 0, nil
	default:
		// While the chain is silent what was believed stays.
		conditions.Step(list, generation, v1alpha1.ConditionPublished, true, v1alpha1.ReasonPublished, "The DDO on chain is that of this object.")
	}
	since := now
	if c := meta.FindStatusCondition(*list, v1alpha1.ConditionPublished); c != nil {
		since = c.LastTransitionTime.Time
	}
	return min(max(now.Sub(since)/4, b.pace()), latest), nil
}
