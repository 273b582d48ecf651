package policy

import (
	"fmt"
	"slices"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// OrderNeeded says whether a dataset asks its consumer for an order.
func OrderNeeded(dataset *v1alpha1.Dataset) bool {
	return dataset.Spec.Terms.Order == v1alpha1.OrderRequired
}

// ConsumerNeeded says whether a dataset's rules ask for the account of the consumer.
func ConsumerNeeded(dataset *v1alpha1.Dataset) bool {
	consumers := &dataset.Spec.Access.Consumers
	return OrderNeeded(dataset) || len(consumers.Addresses) > 0 || len(consumers.AccessLists) > 0
}

// Order of a dataset, as far as it was found on chain.
type Order struct {
	// Consumer who must have ordered: the account that has signed the job's agreement.
	Consumer v1alpha1.Address
	// Published says what stands on chain of the dataset; nil where nothing counts.
	Published *v1alpha1.Publication
	// Missing says why no order of the consumer counts; empty where one does.
	Missing string
}

// Ordered says whether a dataset that asks for an order has one of the consumer. It is no verdict of Evaluate, since it takes
// a look at the chain.
func Ordered(dataset *v1alpha1.Dataset, order Order) Verdict {
	verdict := Verdict{Dataset: name(dataset), Field: "spec.terms.order", Actual: fmt.Sprintf("account %s", order.Consumer)}
	switch {
	case order.Published == nil || order.Published.Datatoken == "":
		verdict.Actual = "a job while the dataset is not published"
		verdict.Advice = "ask its owner to publish it: its condition Published says what is amiss"
	case order.Missing != "":
		verdict.Actual += ": " + order.Missing
		verdict.Advice = "order it with that account"
	default:
		verdict.Allowed = true
	}
	return verdict
}

// DIDs of an object: the one that it has by itself, and the one that it is published under.
func DIDs(own string, published *v1alpha1.Publication) []string {
	dids := []string{own}
	if published != nil && !slices.Contains(dids, published.DID) {
		dids = append(dids, published.DID)
	}
	return dids
}
