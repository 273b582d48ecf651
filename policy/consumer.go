package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// Consumer says whether a dataset is for the consumer of a request, whatever that wants to run.
func Consumer(request Request, dataset *v1alpha1.Dataset) Verdict {
	verdict := Verdict{
		Dataset: name(dataset),
		Field:   "spec.access.consumers.namespaces",
		Allowed: inNamespace(request, dataset),
		Actual:  fmt.Sprintf("namespace %q", request.Namespace),
		Advice:  "ask its owner to add it",
	}
	account := fmt.Sprintf("account %s", request.Consumer)
	switch {
	case verdict.Allowed || request.Consumer == "":
	case listed(dataset.Spec.Access.Consumers.Addresses, request.Consumer):
		verdict.Allowed, verdict.Field, verdict.Actual = true, "spec.access.consumers.addresses", account
	case onList(request, dataset):
		verdict.Allowed, verdict.Field, verdict.Actual = true, "spec.access.consumers.accessLists", account
	default:
		verdict.Field = "spec.access.consumers"
		verdict.Actual += " and " + account
		verdict.Advice = "ask its owner to add one of them"
	}
	return verdict
}

// Identity by which a dataset is for the consumer of a request: its namespace where that is listed, else its account. The
// dataset's budget counts by it. Empty where the dataset is not for the consumer.
func Identity(request Request, dataset *v1alpha1.Dataset) string {
	switch {
	case inNamespace(request, dataset):
		return "namespace/" + request.Namespace
	case Consumer(request, dataset).Allowed:
		return "account/" + strings.ToLower(string(request.Consumer))
	default:
		return ""
	}
}

// ListsNeeded are the access lists on a chain that decide whether a dataset is for a consumer: none where it is anyway.
// Lists on another chain than that of the job's environment let nobody in.
func ListsNeeded(request Request, dataset *v1alpha1.Dataset, chainID int64) []v1alpha1.AccessList {
	if request.Consumer == "" || Consumer(request, dataset).Allowed {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(dataset.Spec.Access.Consumers.AccessLists), func(l v1alpha1.AccessList) bool {
		return chainID == 0 || l.ChainID != chainID
	})
}

func inNamespace(request Request, dataset *v1alpha1.Dataset) bool {
	namespaces := dataset.Spec.Access.Consumers.Namespaces
	return slices.Contains(namespaces, anyone) || slices.Contains(namespaces, request.Namespace)
}

func onList(request Request, dataset *v1alpha1.Dataset) bool {
	return slices.ContainsFunc(dataset.Spec.Access.Consumers.AccessLists, func(named v1alpha1.AccessList) bool {
		return slices.ContainsFunc(request.Lists, func(on v1alpha1.AccessList) bool {
			return on.ChainID == named.ChainID && strings.EqualFold(string(on.Address), string(named.Address))
		})
	})
}
