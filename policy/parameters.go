package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// Parameters checks the values of a job against what the algorithm, or the dataset, declares, fills in defaults, and gives each its JSON
// type: numbers and booleans bare, all else as text. Without any it is nil. The error names every parameter that is
// wrong, and what was expected.
func Parameters[V ~string](declared []v1alpha1.Parameter, values map[string]V) (map[string]json.RawMessage, error) {
	return ParametersWith(declared, values, false)
}

// ParametersWith is Parameters where others than those declared may be allowed too: they are text.
func ParametersWith[V ~string](declared []v1alpha1.Parameter, values map[string]V, others bool) (map[string]json.RawMessage, error) {
	var faults []string
	result := map[string]json.RawMessage{}
	names := make([]string, 0, len(declared))
	for _, parameter := range declared {
		names = append(names, parameter.Name)
		given, set := values[parameter.Name]
		value := string(given)
		if !set && parameter.Default != "" {
			value, set = parameter.Default, true
		}
		if !set {
			if parameter.Required {
				faults = append(faults, fmt.Sprintf("parameter %q is required", parameter.Name))
			}
			continue
		}
		encoded, err := encode(parameter, value)
		if err != nil {
			faults = append(faults, fmt.Sprintf("parameter %q %s", parameter.Name, err))
			continue
		}
		result[parameter.Name] = encoded
	}
	for name, value := range values {
		switch {
		case slices.Contains(names, name):
		case others:
			encoded, err := json.Marshal(string(value))
			if err != nil {
				return nil, err
			}
			result[name] = encoded
		default:
			faults = append(faults, fmt.Sprintf("parameter %q is not declared (declared: %s)", name, list(names)))
		}
	}
	if len(faults) > 0 {
		slices.Sort(faults)
		return nil, fmt.Errorf("%s", strings.Join(faults, "; "))
	}
	if len(result) == 0 {
		return nil, nil
	}
	return result, nil
}

func encode(parameter v1alpha1.Parameter, value string) (json.RawMessage, error) {
	switch parameter.Type {
	case v1alpha1.ParameterNumber:
		// JSON's grammar is stricter than Go's: no Inf, no hex, no underscores.
		if !json.Valid([]byte(value)) {
			return nil, fmt.Errorf("must be a number, not %q", value)
		}
		if _, err := strconv.ParseFloat(value, 64); err != nil {
			return nil, fmt.Errorf("must be a number, not %q", value)
		}
		return json.RawMessage(value), nil
	case v1alpha1.ParameterBoolean:
		if value != "true" && value != "false" {
			return nil, fmt.Errorf("must be true or false, not %q", value)
		}
		return json.RawMessage(value), nil
	case v1alpha1.ParameterSelect:
		if !slices.Contains(parameter.Options, value) {
			return nil, fmt.Errorf("must be one of %s, not %q", list(parameter.Options), value)
		}
	}
	return json.Marshal(value)
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
