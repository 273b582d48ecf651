package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
)

// OceanChecksums of an algorithm, by which Ocean's publisherTrustedAlgorithms know it.
type OceanChecksums struct {
	Files, ContainerSection string
}

// OceanChecksumsOf an algorithm that is published; nil where they would not say all that runs: they know no command, no
// environment variables, and no code that lies in the image.
func OceanChecksumsOf(spec *v1alpha1.AlgorithmSpec, published *v1alpha1.Publication) *OceanChecksums {
	if published == nil || spec.Code == nil || len(spec.Container.Command) > 0 || len(spec.Container.Env) > 0 {
		return nil
	}
	files, err := ocean.FilesChecksum(ocean.CodeSHA256(spec.Code))
	if err != nil {
		return nil
	}
	return &OceanChecksums{Files: files, ContainerSection: ocean.ContainerSectionChecksum(spec.Container.Entrypoint, spec.Container.Digest)}
}

// is says whether a trust entry means the algorithm, by the checksums that it names: all of them.
func (a Algorithm) is(entry v1alpha1.TrustedAlgorithm) bool {
	if entry.Checksum == "" && entry.FilesChecksum == "" {
		return false
	}
	if entry.Checksum != "" && entry.Checksum != anyone && entry.Checksum != a.Checksum {
		return false
	}
	if entry.FilesChecksum == "" && entry.ContainerSectionChecksum == "" {
		return true
	}
	return a.Ocean != nil && *a.Ocean == OceanChecksums{Files: entry.FilesChecksum, ContainerSection: entry.ContainerSectionChecksum}
}

// raw says whether a job may bring its own algorithm.
func raw(request Request, dataset *v1alpha1.Dataset) Verdict {
	return Verdict{
		Dataset: name(dataset),
		Field:   "spec.access.allowRaw",
		Allowed: dataset.Spec.Access.AllowRaw,
		Actual:  request.Algorithm.String(),
		Advice:  "make an Algorithm of it, or ask the dataset's owner to allow raw ones",
	}
}

// parameters says whether a job may give those that it gives.
func parameters(request Request, dataset *v1alpha1.Dataset) Verdict {
	verdict := Verdict{Dataset: name(dataset), Field: "spec.access.parameters", Actual: "parameters " + strings.Join(sorted(request.Parameters), ", ")}
	switch cmp.Or(dataset.Spec.Access.Parameters, v1alpha1.ParametersDeclared) {
	case v1alpha1.ParametersAny:
		verdict.Allowed = true
	case v1alpha1.ParametersDeclared:
		undeclared := slices.DeleteFunc(sorted(request.Parameters), func(name string) bool {
			return slices.ContainsFunc(request.Algorithm.Declared, func(p v1alpha1.Parameter) bool { return p.Name == name })
		})
		if verdict.Allowed = len(undeclared) == 0; !verdict.Allowed {
			verdict.Actual = "parameters that the algorithm does not declare: " + strings.Join(undeclared, ", ")
			names := make([]string, len(request.Algorithm.Declared))
			for i, p := range request.Algorithm.Declared {
				names[i] = p.Name
			}
			verdict.Advice = fmt.Sprintf("leave them out, or run an algorithm that declares them (declared: %s)", list(names))
		}
	default:
		verdict.Advice = "leave them out"
	}
	return verdict
}

func sorted(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return names
}

// AnyParameters says whether all datasets allow parameters that the algorithm does not declare.
func AnyParameters(datasets []*v1alpha1.Dataset) bool {
	return len(datasets) > 0 && !slices.ContainsFunc(datasets, func(d *v1alpha1.Dataset) bool {
		return d.Spec.Access.Parameters != v1alpha1.ParametersAny
	})
}

// network says whether an algorithm that reads a dataset may reach the internet.
func network(dataset *v1alpha1.Dataset) Verdict {
	return Verdict{
		Dataset: name(dataset),
		Field:   "spec.access.network",
		Allowed: dataset.Spec.Access.Network == v1alpha1.NetworkAllow,
		Actual:  "an algorithm that reaches the internet",
		Advice:  "run the job with spec.network Deny",
	}
}

// Network says whether an environment lets algorithms reach the internet.
func Network(environment *v1alpha1.ComputeEnvironment) Verdict {
	return Verdict{
		Environment: environment.Name,
		Field:       "spec.isolation.network",
		Allowed:     environment.Spec.Isolation.Network == v1alpha1.NetworkAllow,
		Actual:      "an algorithm that reaches the internet",
		Advice:      "run the job with spec.network Deny, or in another environment",
	}
}

// companions says of every other dataset of the job whether it may be beside one.
func companions(request Request, i int) []Verdict {
	dataset := request.Datasets[i]
	allowed := dataset.Spec.Access.Companions
	var verdicts []Verdict
	for j, other := range request.Datasets {
		if j == i || other.Namespace == dataset.Namespace && other.Name == dataset.Name {
			continue
		}
		known := []string{anyone, name(other)}
		if j < len(request.DIDs) {
			known = append(known, request.DIDs[j]...)
		}
		verdicts = append(verdicts, Verdict{
			Dataset: name(dataset),
			Field:   "spec.access.companions",
			Allowed: slices.ContainsFunc(allowed, func(entry string) bool { return slices.Contains(known, entry) }),
			Actual:  "Dataset " + name(other) + " in the same job",
			Advice:  "ask its owner to list that, or run two jobs",
		})
	}
	return verdicts
}
