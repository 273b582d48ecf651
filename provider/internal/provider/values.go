package provider

import (
	"maps"
	"reflect"
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

// word to apply; nil where none is set.
func word[T ~string](v types.String) *T {
	if v.ValueString() == "" {
		return nil
	}
	w := T(v.ValueString())
	return &w
}

// wordBut a word that the API server fills in by itself.
func wordBut[T ~string](v types.String, filledIn T) *T {
	if v.ValueString() == string(filledIn) {
		return nil
	}
	return word[T](v)
}

// textBut the word that the API server fills in by itself.
func textBut[T ~string](w, filledIn T) types.String {
	if w == filledIn {
		return types.StringNull()
	}
	return textOf(string(w))
}

// positive number to apply; 0 means the same as none.
func positive(v types.Int32) *int32 {
	if v.ValueInt32() == 0 {
		return nil
	}
	return v.ValueInt32Pointer()
}

func numberOf(n int32) types.Int32 {
	if n == 0 {
		return types.Int32Null()
	}
	return types.Int32Value(n)
}

// someOf a group to apply; nil where nothing of it is set.
func someOf[T any](group *T) *T {
	if group == nil || reflect.ValueOf(group).Elem().IsZero() {
		return nil
	}
	return group
}
