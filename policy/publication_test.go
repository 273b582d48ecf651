package policy

import (
	"slices"
	"strings"
	"testing"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

const (
	scientist = v1alpha1.Address("0x70997970C51812dc3A010C7d01b50e0d17dc79C8")
	stranger  = v1alpha1.Address("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC")
)

// TestAccounts narrow and widen who may run what, beside namespaces and checksums.
func TestAccounts(t *testing.T) {
	lower := func(a v1alpha1.Address) v1alpha1.Address { return v1alpha1.Address(strings.ToLower(string(a))) }
	for name, test := range map[string]struct {
		change func(*v1alpha1.DatasetAccess, *Request)
		denied []string // the fields that deny
	}{
		"a consumer by account": {func(a *v1alpha1.DatasetAccess, r *Request) {
			a.Consumers = v1alpha1.Consumers{Addresses: []v1alpha1.Address{scientist}}
			r.Consumer = scientist
		}, nil},
		"an account in lower case": {func(a *v1alpha1.DatasetAccess, r *Request) {
			a.Consumers = v1alpha1.Consumers{Addresses: []v1alpha1.Address{lower(scientist)}}
			r.Consumer = scientist
		}, nil},
		"another account": {func(a *v1alpha1.DatasetAccess, r *Request) {
			a.Consumers = v1alpha1.Consumers{Addresses: []v1alpha1.Address{scientist}}
			r.Consumer = stranger
		}, []string{"spec.access.consumers"}},
		"no account": {func(a *v1alpha1.DatasetAccess, _ *Request) {
			a.Consumers = v1alpha1.Consumers{Addresses: []v1alpha1.Address{scientist, ""}}
		}, []string{"spec.access.consumers.namespaces"}},
		"another account in a namespace that is listed": {func(a *v1alpha1.DatasetAccess, r *Request) {
			a.Consumers.Addresses, r.Consumer = []v1alpha1.Address{scientist}, stranger
		}, nil},
		"a publisher": {func(a *v1alpha1.DatasetAccess, r *Request) {
			a.Publishers, r.Algorithm.Publisher = []v1alpha1.Address{lower(scientist)}, scientist
		}, nil},
		"another publisher": {func(a *v1alpha1.DatasetAccess, r *Request) {
			a.Publishers, r.Algorithm.Publisher = []v1alpha1.Address{scientist}, stranger
		}, []string{"spec.access.publishers"}},
		"a publisher of another algorithm": {func(a *v1alpha1.DatasetAccess, r *Request) {
			a.Publishers, r.Algorithm.Publisher, r.Algorithm.Checksum = []v1alpha1.Address{scientist}, scientist, other
		}, []string{"spec.access.algorithms"}},
		"not published": {func(a *v1alpha1.DatasetAccess, _ *Request) {
			a.Publishers = []v1alpha1.Address{scientist, ""}
		}, []string{"spec.access.publishers"}},
		"published, whoever it is": {func(_ *v1alpha1.DatasetAccess, r *Request) { r.Algorithm.Publisher = stranger }, nil},
		"by DID":                   {func(a *v1alpha1.DatasetAccess, _ *Request) { a.Algorithms[0].DID = "did:op:aa" }, nil},
		"by the DID of its object": {func(a *v1alpha1.DatasetAccess, _ *Request) { a.Algorithms[0].DID = "did:c2d:bb" }, nil},
		"by another DID":           {func(a *v1alpha1.DatasetAccess, _ *Request) { a.Algorithms[0].DID = "did:op:cc" }, []string{"spec.access.algorithms"}},
		"by DID, changed": {func(a *v1alpha1.DatasetAccess, r *Request) {
			a.Algorithms[0].DID, r.Algorithm.Checksum = "did:op:aa", other
		}, []string{"spec.access.algorithms"}},
	} {
		asked := dataset([]string{"lab"}, v1alpha1.TrustedAlgorithm{Checksum: trusted})
		request := Request{
			Namespace: "lab", Datasets: []*v1alpha1.Dataset{asked},
			Algorithm: Algorithm{Namespace: "lab", Name: "train", Checksum: trusted, DIDs: []string{"did:c2d:bb", "did:op:aa"}},
		}
		test.change(&asked.Spec.Access, &request)
		var fields []string
		for _, d := range Denials(Evaluate(request)) {
			fields = append(fields, d.Field)
			if strings.Contains(d.String(), string(scientist)) && request.Consumer != scientist && request.Algorithm.Publisher != scientist {
				t.Errorf("%s: %q names another", name, d)
			}
		}
		if !slices.Equal(fields, test.denied) {
			t.Errorf("%s: denied by %v, want %v", name, fields, test.denied)
		}
	}
}

func TestOrdered(t *testing.T) {
	published := &v1alpha1.Publication{Datatoken: stranger}
	for name, test := range map[string]struct {
		order Order
		want  string // part of the refusal; empty: allowed
	}{
		"ordered":       {Order{Consumer: scientist, Published: published}, ""},
		"not ordered":   {Order{Consumer: scientist, Published: published, Missing: "it has none"}, "it has none"},
		"not published": {Order{Consumer: scientist}, "not published"},
		"no datatoken":  {Order{Consumer: scientist, Published: &v1alpha1.Publication{}}, "not published"},
	} {
		verdict := Ordered(dataset(nil), test.order)
		if verdict.Allowed != (test.want == "") || !strings.Contains(verdict.String(), test.want) || verdict.Field != "spec.terms.order" {
			t.Errorf("%s: %+v, want %q", name, verdict, test.want)
		}
	}
	asked := dataset(nil)
	if OrderNeeded(asked) || ConsumerNeeded(asked) || AgreementNeeded(&v1alpha1.ComputeEnvironment{}, []*v1alpha1.Dataset{asked}) != "" {
		t.Error("an order is asked for by default")
	}
	asked.Spec.Terms.Order = v1alpha1.OrderRequired
	if !OrderNeeded(asked) || !ConsumerNeeded(asked) || AgreementNeeded(&v1alpha1.ComputeEnvironment{}, []*v1alpha1.Dataset{asked}) == "" {
		t.Error("an order is not asked for, or no agreement with it")
	}
}
