package provider

import (
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// The API does not tell an empty text from an absent one, nor false from not set: what is empty is left out when it is
// applied, and null when it is read.

func text(v types.String) *string {
	if v.ValueString() == "" {
		return nil
	}
	return v.ValueStringPointer()
}

func textOf(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

func flag(v types.Bool) *bool {
	if !v.ValueBool() {
		return nil
	}
	return v.ValueBoolPointer()
}

// unordered texts, in an order.
func unordered(texts []string) []string {
	if len(texts) == 0 {
		return nil
	}
	return slices.Sorted(slices.Values(texts))
}

func copyOf(texts []string) []string {
	if len(texts) == 0 {
		return nil
	}
	return slices.Clone(texts)
}

func timeOf(t *metav1.Time) types.String {
	if t.IsZero() {
		return types.StringNull()
	}
	return types.StringValue(t.UTC().Format(time.RFC3339))
}

// inOrder of their keys.
func inOrder[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
