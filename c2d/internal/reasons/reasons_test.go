package reasons_test

import (
	"context"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/example"
	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/reasons"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// world that a user sees.
type world struct {
	client.Reader
	environment *v1alpha1.ComputeEnvironment
	dataset     *v1alpha1.Dataset
	algorithm   *v1alpha1.Algorithm
	// hidden kind, that the user may not read.
	hidden string
}

func (w world) Get(_ context.Context, key client.ObjectKey, object client.Object, _ ...client.GetOption) error {
	kind, found := "datasetusages", false
	switch o := object.(type) {
	case *v1alpha1.ComputeEnvironment:
		kind = "computeenvironments"
		if found = w.environment != nil; found {
			w.environment.DeepCopyInto(o)
		}
	case *v1alpha1.Dataset:
		kind = "datasets"
		if found = w.dataset != nil; found {
			w.dataset.DeepCopyInto(o)
		}
	case *v1alpha1.Algorithm:
		kind = "algorithms"
		if found = w.algorithm != nil; found {
			w.algorithm.DeepCopyInto(o)
		}
	}
	resource := schema.GroupResource{Group: "c2d.dev", Resource: kind}
	switch {
	case w.hidden == kind:
		return apierrors.NewForbidden(resource, key.Name, nil)
	case !found || object.GetName() != key.Name || object.GetNamespace() != key.Namespace:
		return apierrors.NewNotFound(resource, key.Name)
	}
	return nil
}

func TestExplain(t *testing.T) {
	open := example.Dataset()
	open.Spec.Access.Consumers.Namespaces = []string{"secret-customer", "lab"}
	open.Spec.Disclosure.Logs.Release = v1alpha1.LogReleaseAlways
	all := world{environment: example.Environment(), dataset: open, algorithm: example.Algorithm()}
	closed := all
	closed.dataset = example.Dataset()
	hidden := closed
	hidden.hidden = "datasets"
	missing := closed
	missing.dataset = nil
	greedy := example.Denied()
	greedy.Spec.Parameters["epochs"] = "many"
	cpu := example.Environment().Spec.Resources.CPU.Max
	cpu.Add(cpu)
	greedy.Spec.Resources.CPU = &cpu

	for name, test := range map[string]struct {
		job   *v1alpha1.ComputeJob
		world world
	}{
		"succeeded":           {example.Succeeded(), all},
		"paid":                {example.Paid(), all},
		"succeeded-unseen":    {example.Succeeded(), hidden},
		"denied":              {example.Denied(), closed},
		"denied-unseen":       {example.Denied(), hidden},
		"denied-allowed-now":  {example.Denied(), all},
		"denied-for-all":      {greedy, closed},
		"denied-missing":      {example.Denied(), missing},
		"timedout":            {example.TimedOut(), all},
		"timedout-log-stays":  {example.TimedOut(), closed},
		"queued":              {example.Queued(), all},
		"suspended":           {example.Suspended(), all},
		"running":             {example.Running(), all},
		"running-log-follows": {example.Running(), closed},
	} {
		t.Run(name, func(t *testing.T) {
			facts, err := reasons.Gather(t.Context(), test.world, test.job)
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			if err := reasons.Print(&b, reasons.Explain(facts, "kubectl c2d", example.Now)); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(b.String(), "secret-customer") {
				t.Error("another customer is named")
			}
			example.Golden(t, name+".txt", b.String())
		})
	}
}

// The rules for what a job wishes are shown with what it asks for, and the budget with what is left.
func TestWishes(t *testing.T) {
	dataset, job, algorithm := example.Dataset(), example.Job(), example.Algorithm()
	dataset.Spec.Access.Budget = &v1alpha1.QueryBudget{}
	job.Spec.Network = v1alpha1.NetworkAllow
	job.Spec.Algorithm = v1alpha1.AlgorithmReference{Raw: &v1alpha1.RawAlgorithm{Container: algorithm.Spec.Container, Code: algorithm.Spec.Code}}
	facts, err := reasons.Gather(t.Context(), world{environment: example.Environment(), dataset: dataset}, job)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]reasons.Verdict{
		"spec.access.allowRaw": reasons.Fail, "spec.access.network": reasons.Fail, "spec.isolation.network": reasons.Fail, "spec.access.budget": reasons.OK,
		"spec.algorithm.raw": reasons.OK,
	}
	for _, check := range reasons.Explain(facts, "c2d", time.Now()).Checks {
		if verdict, asked := want[check.Field]; asked && check.Verdict == verdict && check.Actual != "" {
			delete(want, check.Field)
		}
	}
	if len(want) > 0 {
		t.Errorf("not shown so: %v", want)
	}
}
