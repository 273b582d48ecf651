// Package reasons says why a job is in the state that it is in: it asks every rule again, with what the user may read, and
// shows the evidence. It names no other customer: of a rule it shows what this job asked for, never what it allows others.
package reasons

import (
	"context"
	"errors"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/story"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// Facts that a job's reasons follow from.
type Facts struct {
	Job         *v1alpha1.ComputeJob
	Environment Found[*v1alpha1.ComputeEnvironment]
	Datasets    []Found[*v1alpha1.Dataset]
	Algorithm   Found[*v1alpha1.Algorithm]
}

// Found is an object that a job refers to, or why it cannot be had.
type Found[T client.Object] struct {
	Name   string
	Object T
	// Missing says that it does not exist, Hidden that the user may not read it.
	Missing, Hidden bool
}

// ok says whether the object is there.
func (f Found[T]) ok() bool { return !f.Missing && !f.Hidden }

// Gather the facts of a job with the user's own rights.
func Gather(ctx context.Context, reader client.Reader, job *v1alpha1.ComputeJob) (*Facts, error) {
	facts := &Facts{Job: job}
	var err error
	if facts.Environment, err = find(ctx, reader, types.NamespacedName{Name: job.Spec.Environment}, &v1alpha1.ComputeEnvironment{}); err != nil {
		return nil, err
	}
	for _, reference := range job.Spec.Datasets {
		dataset, err := find(ctx, reader, story.DatasetKey(job, reference), &v1alpha1.Dataset{})
		if err != nil {
			return nil, err
		}
		facts.Datasets = append(facts.Datasets, dataset)
	}
	facts.Algorithm, err = find(ctx, reader, types.NamespacedName{Namespace: job.Namespace, Name: job.Spec.Algorithm.Name}, &v1alpha1.Algorithm{})
	return facts, err
}

func find[T client.Object](ctx context.Context, reader client.Reader, key types.NamespacedName, object T) (Found[T], error) {
	found := Found[T]{Name: key.String(), Object: object}
	if key.Namespace == "" {
		found.Name = key.Name
	}
	switch err := reader.Get(ctx, key, object); {
	case apierrors.IsNotFound(err):
		found.Missing = true
	case apierrors.IsForbidden(err):
		found.Hidden = true
	case err != nil:
		return found, errors.Join(errors.New("read "+found.Name), err)
	}
	return found, nil
}

// readyOf an object: whether it is, and in words.
func readyOf(object client.Object, observed int64, conditions []metav1.Condition) (bool, string) {
	c := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady)
	switch {
	case c == nil || observed != object.GetGeneration():
		return false, "not looked at yet"
	case c.Status != metav1.ConditionTrue:
		return false, c.Reason + ": " + c.Message
	default:
		return true, "ready"
	}
}
