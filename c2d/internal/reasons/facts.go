// Package reasons says why a job is in the state that it is in: it asks every rule again, with what the user may read, and
// shows the evidence. It names no other customer: of a rule it shows what this job asked for, never what it allows others.
package reasons

import (
	"context"
	"errors"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/story"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/policy"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Facts that a job's reasons follow from.
type Facts struct {
	Job         *v1alpha1.ComputeJob
	Environment Found[*v1alpha1.ComputeEnvironment]
	Datasets    []Found[*v1alpha1.Dataset]
	Algorithm   Found[*v1alpha1.Algorithm]
	// Consumer is the account that has signed the job's agreement, as far as a rule asks for it and the user may read it.
	Consumer v1alpha1.Address
	// Usages of the budgets of datasets by this consumer, by NAMESPACE/NAME of the dataset, as far as the user may read them.
	Usages map[string]*v1alpha1.DatasetUsage
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
		dataset, err := findDataset(ctx, reader, job, reference)
		if err != nil {
			return nil, err
		}
		facts.Datasets = append(facts.Datasets, dataset)
	}
	if facts.Algorithm, err = findAlgorithm(ctx, reader, job); err != nil {
		return nil, err
	}
	if err := facts.findConsumer(ctx, reader); err != nil {
		return nil, err
	}
	return facts, facts.findUsages(ctx, reader)
}

// findUsages of the datasets that have a budget. One that does not exist is empty.
func (f *Facts) findUsages(ctx context.Context, reader client.Reader) error {
	f.Usages = map[string]*v1alpha1.DatasetUsage{}
	for _, dataset := range f.Datasets {
		if !dataset.ok() || dataset.Object.Spec.Access.Budget == nil {
			continue
		}
		// An account that only a list on chain lets in is not known to be let in here.
		request := policy.Request{Namespace: f.Job.Namespace, Consumer: f.Consumer, Lists: dataset.Object.Spec.Access.Consumers.AccessLists}
		name := policy.UsageName(dataset.Object, policy.Identity(request, dataset.Object))
		usage, err := find(ctx, reader, types.NamespacedName{Namespace: dataset.Object.Namespace, Name: name}, &v1alpha1.DatasetUsage{})
		if err != nil {
			return err
		}
		if !usage.Hidden {
			f.Usages[dataset.Name] = usage.Object
		}
	}
	return nil
}

func findDataset(ctx context.Context, reader client.Reader, job *v1alpha1.ComputeJob, reference v1alpha1.DatasetReference) (Found[*v1alpha1.Dataset], error) {
	if reference.DID == "" {
		return find(ctx, reader, story.DatasetKey(job, reference), &v1alpha1.Dataset{})
	}
	var list v1alpha1.DatasetList
	hidden, err := findDID(ctx, reader, job, &list, reference.DID)
	found := Found[*v1alpha1.Dataset]{Name: reference.DID, Object: &v1alpha1.Dataset{}, Hidden: hidden}
	if found.Missing = !hidden && len(list.Items) == 0; len(list.Items) > 0 {
		found.Object = &list.Items[0]
		found.Name = found.Object.Namespace + "/" + found.Object.Name
	}
	return found, err
}

func findAlgorithm(ctx context.Context, reader client.Reader, job *v1alpha1.ComputeJob) (Found[*v1alpha1.Algorithm], error) {
	if job.Spec.Algorithm.Raw != nil {
		return Found[*v1alpha1.Algorithm]{Name: job.Namespace + "/" + job.Name, Object: sandbox.RawAlgorithm(job)}, nil
	}
	did := job.Spec.Algorithm.DID
	if did == "" {
		return find(ctx, reader, types.NamespacedName{Namespace: job.Namespace, Name: job.Spec.Algorithm.Name}, &v1alpha1.Algorithm{})
	}
	var list v1alpha1.AlgorithmList
	hidden, err := findDID(ctx, reader, job, &list, did)
	found := Found[*v1alpha1.Algorithm]{Name: did, Object: &v1alpha1.Algorithm{}, Hidden: hidden}
	if found.Missing = !hidden && len(list.Items) == 0; len(list.Items) > 0 {
		found.Object = &list.Items[0]
		found.Name = found.Object.Namespace + "/" + found.Object.Name
	}
	return found, err
}

// findDID in the whole cluster, or else as far as the user may read: beside the job. hidden: it may be elsewhere.
func findDID(ctx context.Context, reader client.Reader, job *v1alpha1.ComputeJob, list client.ObjectList, did string) (hidden bool, err error) {
	by := client.MatchingFields{"status.did": did}
	err = reader.List(ctx, list, by)
	if apierrors.IsForbidden(err) {
		err = reader.List(ctx, list, by, client.InNamespace(job.Namespace))
		hidden = err != nil && apierrors.IsForbidden(err) || err == nil && meta.LenList(list) == 0
	}
	if err != nil && !apierrors.IsForbidden(err) {
		return false, errors.Join(errors.New("look for "+did), err)
	}
	return hidden, nil
}

// findConsumer where a rule asks for it.
func (f *Facts) findConsumer(ctx context.Context, reader client.Reader) error {
	needed := slices.ContainsFunc(f.Datasets, func(d Found[*v1alpha1.Dataset]) bool { return d.ok() && policy.ConsumerNeeded(d.Object) })
	if !needed || f.Job.Spec.Agreement == "" {
		return nil
	}
	found, err := find(ctx, reader, types.NamespacedName{Namespace: f.Job.Namespace, Name: f.Job.Spec.Agreement}, &v1alpha1.ServiceAgreement{})
	if err != nil || !found.ok() {
		return err
	}
	if meta.IsStatusConditionTrue(found.Object.Status.Conditions, v1alpha1.ConditionSigned) {
		f.Consumer = found.Object.Spec.Consumer
	}
	return nil
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
