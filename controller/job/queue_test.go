package job

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func TestGiveBack(t *testing.T) {
	job := &v1alpha1.ComputeJob{
		ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "train", UID: "1"},
		Spec:       v1alpha1.ComputeJobSpec{Environment: "default"},
		Status:     v1alpha1.ComputeJobStatus{Run: 1},
	}
	for name, test := range map[string]struct {
		then   func(*slots)
		served int64
		held   bool
	}{
		"a write that was refused":                     {func(s *slots) { s.giveBack(job) }, 4, false},
		"a write that was not":                         {func(s *slots) { s.keep(job) }, 8, true},
		"one that was refused, after one that was not": {func(s *slots) { s.keep(job); s.giveBack(job) }, 8, true},
		"refused twice":                                {func(s *slots) { s.giveBack(job); s.giveBack(job) }, 4, false},
		"refused, while another of the namespace has one": {func(s *slots) {
			other := job.DeepCopy()
			other.UID = "2"
			s.environments["default"].grant(other)
			s.giveBack(job)
		}, 9, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := &slots{environments: map[string]*environmentSlots{"default": {
				granted: map[types.UID]grant{}, served: map[string]int64{"lab": 4}, turns: 7,
			}}}
			s.environments["default"].grant(job)
			test.then(s)
			environment := s.environments["default"]
			if _, held := environment.granted[job.UID]; held != test.held {
				t.Errorf("the slot is held: %t, want %t", held, test.held)
			}
			if got := environment.served[job.Namespace]; got != test.served {
				t.Errorf("the namespace's last turn is %d, want %d", got, test.served)
			}
		})
	}
}
