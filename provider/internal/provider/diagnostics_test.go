package provider

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func TestExplainInvalid(t *testing.T) {
	t.Parallel()
	err := apierrors.NewInvalid(v1alpha1.SchemeGroupVersion.WithKind(v1alpha1.KindDataset).GroupKind(), "tumours", field.ErrorList{
		field.Invalid(field.NewPath("spec", "files").Index(0).Child("s3", "forcePathStyle"), "x", "must be a boolean"),
		field.Invalid(field.NewPath("spec"), "x", "is odd"),
		field.Invalid(field.NewPath("metadata", "name"), "x", "is too short"),
	})
	got := explain(`create dataset "hospital/tumours"`, err)
	want := []struct{ path, detail string }{
		{"files", `files[0].s3.force_path_style: Invalid value: "x": must be a boolean.`},
		{"", `Invalid value: "x": is odd.`},
		{"name", `name: Invalid value: "x": is too short.`},
	}
	if len(got) != len(want) {
		t.Fatalf("%d diagnostics, want %d: %v", len(got), len(want), got)
	}
	for i, w := range want {
		path := ""
		if d, ok := got[i].(diag.DiagnosticWithPath); ok {
			path = d.Path().String()
		}
		if got[i].Summary() != `Unable to Create Dataset "hospital/tumours"` || got[i].Detail() != w.detail || path != w.path {
			t.Errorf("got %q at %q: %s; want %q at %q", got[i].Detail(), path, got[i].Summary(), w.detail, w.path)
		}
	}
}

// An answer of a server that does not know the kind must not be taken for one about the object.
func TestMissingKind(t *testing.T) {
	t.Parallel()
	resource := schema.GroupResource{Group: "c2d.dev", Resource: "datasets"}
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"no such object": {apierrors.NewNotFound(resource, "tumours"), false},
		"no such path":   {apierrors.NewGenericServerResponse(http.StatusNotFound, "get", resource, "tumours", "404 page not found", 0, true), true},
		"something else": {errors.New("something else"), false},
		"nothing":        {nil, false},
	} {
		if got := missingKind(test.err); got != test.want {
			t.Errorf("%s: %t, want %t", name, got, test.want)
		}
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	condition := func(kind string, status metav1.ConditionStatus, message string) metav1.Condition {
		return metav1.Condition{Type: kind, Status: status, Reason: kind + "Reason", Message: message}
	}
	ready := condition(v1alpha1.ConditionReady, metav1.ConditionTrue, "done")
	notReady := condition(v1alpha1.ConditionReady, metav1.ConditionFalse, "broken")
	stalled := condition(v1alpha1.ConditionStalled, metav1.ConditionTrue, "stuck")
	reconciling := condition(v1alpha1.ConditionReconciling, metav1.ConditionTrue, "working")
	for name, test := range map[string]struct {
		conditions []metav1.Condition
		observed   int64
		want       progress
	}{
		"new":                      {nil, -1, progress{}},
		"seen":                     {nil, 2, progress{seen: true}},
		"ready":                    {[]metav1.Condition{ready}, 2, progress{seen: true, ready: true, reason: "ReadyReason", message: "done"}},
		"ready before the change":  {[]metav1.Condition{ready}, 1, progress{reason: "ReadyReason", message: "done"}},
		"ready but at work":        {[]metav1.Condition{ready, reconciling}, 2, progress{seen: true, reason: "ReadyReason", message: "done"}},
		"at work":                  {[]metav1.Condition{reconciling}, 2, progress{seen: true, reason: "ReconcilingReason", message: "working"}},
		"not ready":                {[]metav1.Condition{notReady}, 2, progress{seen: true, reason: "ReadyReason", message: "broken"}},
		"failed":                   {[]metav1.Condition{notReady, stalled}, 2, progress{seen: true, failed: true, reason: "ReadyReason", message: "broken"}},
		"failed before the change": {[]metav1.Condition{notReady, stalled}, 1, progress{reason: "ReadyReason", message: "broken"}},
		"stalled alone":            {[]metav1.Condition{stalled}, 2, progress{seen: true, failed: true, reason: "StalledReason", message: "stuck"}},
	} {
		object := &v1alpha1.Dataset{ObjectMeta: metav1.ObjectMeta{Generation: 2}}
		if got := progressOf(object, test.conditions, test.observed); got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]string{
		"spec.results.s3.forcePathStyle":   "results.s3.force_path_style",
		"spec.files[0].http.url":           "files[0].http.url",
		"spec.maxJobDuration":              "max_job_duration",
		"spec.isolation.hostUsers":         "isolation.host_users",
		"spec":                             "",
		"<nil>":                            "",
		"metadata.name":                    "name",
		"spec.code.sha256":                 "code.sha256",
		"spec.access.consumers.namespaces": "access.consumers.namespaces",
	} {
		if got := attributeName(field); got != want {
			t.Errorf("%s is spelled %q, want %q", field, got, want)
		}
	}
}

func TestTail(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 9, 10, 11, 25, 1000} {
		text := strings.Repeat("0123456789", 100)[:size]
		got, err := tail(strings.NewReader(text), 10)
		if want := text[max(0, size-10):]; err != nil || string(got) != want {
			t.Errorf("the end of %d bytes is %q (%v), want %q", size, got, err, want)
		}
	}
}

func TestCanonical(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		notation notation
		a, b     string
		same     bool
	}{
		{quantityNotation{}, "1", "1000m", true},
		{quantityNotation{}, "1Gi", "1024Mi", true},
		{quantityNotation{}, "1G", "1Gi", false},
		{durationNotation{}, "60m", "1h0m0s", true},
		{durationNotation{}, "90s", "1m30s", true},
		{durationNotation{}, "90s", "90m", false},
	} {
		a, errA := test.notation.canonical(test.a)
		b, errB := test.notation.canonical(test.b)
		if errA != nil || errB != nil || (a == b) != test.same {
			t.Errorf("%s and %s: %q (%v) and %q (%v), want the same: %t", test.a, test.b, a, errA, b, errB, test.same)
		}
	}
}
