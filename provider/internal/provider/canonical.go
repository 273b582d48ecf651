package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// notation is a way of writing values down in which one value has many spellings.
type notation interface {
	// canonical spelling of a value.
	canonical(text string) (string, error)
	name() string
}

// quantityNotation is that of Kubernetes quantities: 1 and 1000m are the same.
type quantityNotation struct{}

func (quantityNotation) name() string { return "Quantity" }

func (quantityNotation) canonical(text string) (string, error) {
	quantity, err := resource.ParseQuantity(text)
	if err != nil {
		return "", fmt.Errorf("%q is not a quantity: expected a number with an optional suffix, such as 500m, 2, 512Mi or 8Gi", text)
	}
	if quantity.Sign() <= 0 {
		return "", fmt.Errorf("%q is not greater than 0", text)
	}
	return quantity.String(), nil
}

// durationNotation is that of Go durations, from a second to a week: 60m and 1h0m0s are the same.
type durationNotation struct{}

func (durationNotation) name() string { return "Duration" }

func (durationNotation) canonical(text string) (string, error) {
	return canonicalDuration(text, time.Second, 168*time.Hour)
}

// longDurationNotation is that of durations from a minute to ten years.
type longDurationNotation struct{}

func (longDurationNotation) name() string { return "Duration" }

func (longDurationNotation) canonical(text string) (string, error) {
	return canonicalDuration(text, time.Minute, 87600*time.Hour)
}

// yearNotation is that of durations from a minute to a year.
type yearNotation struct{}

func (yearNotation) name() string { return "Duration" }

func (yearNotation) canonical(text string) (string, error) {
	return canonicalDuration(text, time.Minute, 8760*time.Hour)
}

// limitNotation is that of long durations, and of 0s, which stands for no limit.
type limitNotation struct{}

func (limitNotation) name() string { return "Duration" }

func (limitNotation) canonical(text string) (string, error) {
	if duration, err := time.ParseDuration(text); err == nil && duration == 0 {
		return duration.String(), nil
	}
	return longDurationNotation{}.canonical(text)
}

// instantNotation is that of moments, RFC 3339 in any time zone, to the second.
type instantNotation struct{}

func (instantNotation) name() string { return "Time" }

func (instantNotation) canonical(text string) (string, error) {
	instant, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return "", fmt.Errorf("%q is not a time: expected RFC 3339, such as 2027-01-01T00:00:00Z", text)
	}
	if instant.Nanosecond() != 0 || instant.Unix() <= 0 {
		return "", fmt.Errorf("%q is not a whole second after 1970", text)
	}
	return instant.UTC().Format(time.RFC3339), nil
}

func canonicalDuration(text string, least, most time.Duration) (string, error) {
	duration, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return "", fmt.Errorf("%q is not a duration: expected a number with a unit, such as 90s, 30m or 1h30m", text)
	case duration < least || duration > most:
		return "", fmt.Errorf("%q is not between %s and %s", text, brief(least), brief(most))
	case duration%time.Second != 0:
		return "", fmt.Errorf("%q is not a whole number of seconds", text)
	}
	return duration.String(), nil
}

// brief spells a duration without the units that are zero: 168h.
func brief(d time.Duration) string {
	switch {
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return d.String()
}

// canonicalType is the type of strings in a notation.
type canonicalType[N notation] struct{ basetypes.StringType }

// canonicalValue is a string that equals every other spelling of its value.
type canonicalValue[N notation] struct{ basetypes.StringValue }

type (
	quantityType  = canonicalType[quantityNotation]
	quantityValue = canonicalValue[quantityNotation]
	durationType  = canonicalType[durationNotation]
	durationValue = canonicalValue[durationNotation]

	longDurationType  = canonicalType[longDurationNotation]
	longDurationValue = canonicalValue[longDurationNotation]

	yearType  = canonicalType[yearNotation]
	yearValue = canonicalValue[yearNotation]

	limitType  = canonicalType[limitNotation]
	limitValue = canonicalValue[limitNotation]

	instantType  = canonicalType[instantNotation]
	instantValue = canonicalValue[instantNotation]
)

var (
	_ basetypes.StringTypable                    = quantityType{}
	_ basetypes.StringValuableWithSemanticEquals = quantityValue{}
	_ xattr.ValidateableAttribute                = quantityValue{}
)

func (t canonicalType[N]) Equal(other attr.Type) bool {
	_, same := other.(canonicalType[N])
	return same
}

func (t canonicalType[N]) String() string {
	var n N
	return "provider." + n.name() + "Type"
}

func (t canonicalType[N]) ValueType(context.Context) attr.Value { return canonicalValue[N]{} }

func (t canonicalType[N]) ValueFromString(_ context.Context, value basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return canonicalValue[N]{value}, nil
}

func (t canonicalType[N]) ValueFromTerraform(ctx context.Context, value tftypes.Value) (attr.Value, error) {
	plain, err := t.StringType.ValueFromTerraform(ctx, value)
	if err != nil {
		return nil, err
	}
	return canonicalValue[N]{plain.(basetypes.StringValue)}, nil
}

func (v canonicalValue[N]) Type(context.Context) attr.Type { return canonicalType[N]{} }

func (v canonicalValue[N]) Equal(other attr.Value) bool {
	o, same := other.(canonicalValue[N])
	return same && v.StringValue.Equal(o.StringValue)
}

func (v canonicalValue[N]) StringSemanticEquals(_ context.Context, other basetypes.StringValuable) (bool, diag.Diagnostics) {
	o, same := other.(canonicalValue[N])
	return same && v.means(o), nil
}

func (v canonicalValue[N]) ValidateAttribute(_ context.Context, req xattr.ValidateAttributeRequest, resp *xattr.ValidateAttributeResponse) {
	if v.IsNull() || v.IsUnknown() {
		return
	}
	var n N
	if _, err := n.canonical(v.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+n.name(), err.Error()+".")
	}
}

// means says whether both are known and spell the same value.
func (v canonicalValue[N]) means(other canonicalValue[N]) bool {
	if v.IsNull() || v.IsUnknown() || other.IsNull() || other.IsUnknown() {
		return v.StringValue.Equal(other.StringValue)
	}
	var n N
	a, errA := n.canonical(v.ValueString())
	b, errB := n.canonical(other.ValueString())
	return errA == nil && errB == nil && a == b
}

// quantity to apply; nil where none is set.
func quantity(v quantityValue) *resource.Quantity {
	parsed, err := resource.ParseQuantity(v.ValueString())
	if err != nil {
		return nil
	}
	return &parsed
}

func quantityOf(q *resource.Quantity) quantityValue {
	if q == nil {
		return quantityValue{basetypes.NewStringNull()}
	}
	return quantityValue{basetypes.NewStringValue(q.String())}
}

// duration to apply; nil where none is set.
func duration[N notation](v canonicalValue[N]) *metav1.Duration {
	parsed, err := time.ParseDuration(v.ValueString())
	if err != nil {
		return nil
	}
	return &metav1.Duration{Duration: parsed}
}

func durationOf[N notation](d *metav1.Duration) canonicalValue[N] {
	if d == nil {
		return canonicalValue[N]{basetypes.NewStringNull()}
	}
	return canonicalValue[N]{basetypes.NewStringValue(d.Duration.String())}
}

// instant to apply; nil where none is set.
func instant(v instantValue) *metav1.Time {
	parsed, err := time.Parse(time.RFC3339, v.ValueString())
	if err != nil {
		return nil
	}
	t := metav1.NewTime(parsed.UTC())
	return &t
}

func instantOf(t metav1.Time) instantValue {
	return instantValue{basetypes.NewStringValue(t.UTC().Format(time.RFC3339))}
}

// keepSpelling plans no change where the configuration spells the value in the state differently.
type keepSpelling[N notation] struct{}

var _ planmodifier.String = keepSpelling[quantityNotation]{}

func (keepSpelling[N]) Description(context.Context) string {
	return "Another spelling of the same value is no change."
}

func (k keepSpelling[N]) MarkdownDescription(ctx context.Context) string { return k.Description(ctx) }

func (keepSpelling[N]) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	planned, prior := canonicalValue[N]{req.PlanValue}, canonicalValue[N]{req.StateValue}
	if !prior.IsNull() && planned.means(prior) {
		resp.PlanValue = req.StateValue
	}
}
