// Package policy decides whether a consumer may run an algorithm on datasets. It is pure: whoever asks brings the
// objects. What is not allowed is denied, and every verdict says which rule it comes from.
package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// anyone written out in a rule stands for everyone, or everything.
const anyone = "*"

// Request is what somebody wants to run.
type Request struct {
	// Namespace of the consumer: the job's.
	Namespace string
	// Consumer is the account that has signed the job's agreement; empty where it has none.
	Consumer v1alpha1.Address
	// Lists on chain that Consumer is on, among those that the datasets name.
	Lists     []v1alpha1.AccessList
	Algorithm Algorithm
	Datasets  []*v1alpha1.Dataset
	// DIDs of each dataset, in its place; a dataset without any is known by its name alone.
	DIDs [][]string
	// Parameters that the job gives to the algorithm, by name.
	Parameters []string
	// Network says that the algorithm wants to reach the internet.
	Network bool
}

// Algorithm that somebody wants to run.
type Algorithm struct {
	Namespace, Name string
	// Checksum of all that will run.
	Checksum string
	// DIDs that it has: the one of its object, and the one that it is published under.
	DIDs []string
	// Publisher of the DID that it is published under; empty where it is not, or where nobody knows.
	Publisher v1alpha1.Address
	// Raw says that it stands in the job itself.
	Raw bool
	// Ocean are its checksums as Ocean's trust lists have them; nil where they do not say all that runs, or nobody has
	// published it.
	Ocean *OceanChecksums
	// Declared parameters.
	Declared []v1alpha1.Parameter
}

// String is the algorithm in words.
func (a Algorithm) String() string {
	if a.Raw {
		return fmt.Sprintf("the algorithm in job %s/%s", a.Namespace, a.Name)
	}
	return fmt.Sprintf("algorithm %s/%s", a.Namespace, a.Name)
}

// Verdict of one rule.
type Verdict struct {
	// Dataset whose rule it is, as namespace/name; empty where it is the environment's.
	Dataset string
	// Environment whose rule it is, by name; empty where it is a dataset's.
	Environment string
	// Field of the rule.
	Field string
	// Allowed says yes.
	Allowed bool
	// Actual is what was asked for. What is allowed is not repeated: a denial lists no other customer.
	Actual string
	// Advice says what whom to ask for.
	Advice string
}

// String is the verdict in one sentence.
func (v Verdict) String() string {
	whose := "Dataset " + v.Dataset
	if v.Environment != "" {
		whose = "ComputeEnvironment " + v.Environment
	}
	if v.Allowed {
		return fmt.Sprintf("%s: %s allows %s.", whose, v.Field, v.Actual)
	}
	return fmt.Sprintf("%s: %s does not allow %s; %s.", whose, v.Field, v.Actual, v.Advice)
}

// Evaluate asks every rule of every dataset.
func Evaluate(request Request) []Verdict {
	var verdicts []Verdict
	for i, dataset := range request.Datasets {
		verdicts = append(verdicts, Consumer(request, dataset), algorithm(request, dataset))
		if len(dataset.Spec.Access.Publishers) > 0 {
			verdicts = append(verdicts, publisher(request, dataset))
		}
		if request.Algorithm.Raw {
			verdicts = append(verdicts, raw(request, dataset))
		}
		if len(request.Parameters) > 0 {
			verdicts = append(verdicts, parameters(request, dataset))
		}
		if request.Network {
			verdicts = append(verdicts, network(dataset))
		}
		verdicts = append(verdicts, companions(request, i)...)
	}
	return verdicts
}

// Denials among the verdicts. None means that the request is allowed, provided that there was anything to ask.
func Denials(verdicts []Verdict) []Verdict {
	return slices.DeleteFunc(slices.Clone(verdicts), func(v Verdict) bool { return v.Allowed })
}

// Sentence of all verdicts.
func Sentence(verdicts []Verdict) string {
	sentences := make([]string, len(verdicts))
	for i, v := range verdicts {
		sentences[i] = v.String()
	}
	return strings.Join(sentences, " ")
}

func listed(addresses []v1alpha1.Address, address v1alpha1.Address) bool {
	return address != "" && slices.ContainsFunc(addresses, func(a v1alpha1.Address) bool { return strings.EqualFold(string(a), string(address)) })
}

// publisher says whether an algorithm is published by one whom the owner trusts.
func publisher(request Request, dataset *v1alpha1.Dataset) Verdict {
	by := request.Algorithm.Publisher
	actual := "by " + string(by)
	if by == "" {
		actual = "by nobody who is known"
	}
	return Verdict{
		Dataset: name(dataset),
		Field:   "spec.access.publishers",
		Allowed: listed(dataset.Spec.Access.Publishers, by),
		Actual:  fmt.Sprintf("%s, published %s", request.Algorithm, actual),
		Advice:  "ask its owner to trust that account, or run what a trusted one has published",
	}
}

func algorithm(request Request, dataset *v1alpha1.Dataset) Verdict {
	trusted := slices.ContainsFunc(dataset.Spec.Access.Algorithms, func(entry v1alpha1.TrustedAlgorithm) bool {
		if !request.Algorithm.is(entry) {
			return false
		}
		if entry.DID != "" && !slices.Contains(request.Algorithm.DIDs, entry.DID) {
			return false
		}
		return entry.Ref == nil || !request.Algorithm.Raw && *entry.Ref == v1alpha1.ObjectReference{Namespace: request.Algorithm.Namespace, Name: request.Algorithm.Name}
	})
	return Verdict{
		Dataset: name(dataset),
		Field:   "spec.access.algorithms",
		Allowed: trusted && request.Algorithm.Checksum != "",
		Actual:  fmt.Sprintf("%s with checksum %s", request.Algorithm, request.Algorithm.Checksum),
		Advice:  "ask its owner to trust that checksum",
	}
}

func name(dataset *v1alpha1.Dataset) string { return dataset.Namespace + "/" + dataset.Name }
