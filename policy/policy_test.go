package policy

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

const (
	trusted = "sha256:aaaa"
	other   = "sha256:bbbb"
)

func dataset(namespaces []string, algorithms ...v1alpha1.TrustedAlgorithm) *v1alpha1.Dataset {
	return &v1alpha1.Dataset{
		ObjectMeta: metav1.ObjectMeta{Namespace: "hospital", Name: "tumours"},
		Spec: v1alpha1.DatasetSpec{Access: v1alpha1.DatasetAccess{
			Consumers: v1alpha1.Consumers{Namespaces: namespaces}, Algorithms: algorithms,
		}},
	}
}

func TestEvaluate(t *testing.T) {
	byChecksum := v1alpha1.TrustedAlgorithm{Checksum: trusted}
	byRef := func(checksum, namespace, name string) v1alpha1.TrustedAlgorithm {
		return v1alpha1.TrustedAlgorithm{Checksum: checksum, Ref: &v1alpha1.ObjectReference{Namespace: namespace, Name: name}}
	}
	for name, test := range map[string]struct {
		datasets []*v1alpha1.Dataset
		checksum string
		denied   []string // the fields that deny
	}{
		"nothing listed denies all":       {[]*v1alpha1.Dataset{dataset(nil)}, trusted, []string{"spec.access.consumers.namespaces", "spec.access.algorithms"}},
		"listed":                          {[]*v1alpha1.Dataset{dataset([]string{"lab"}, byChecksum)}, trusted, nil},
		"another namespace":               {[]*v1alpha1.Dataset{dataset([]string{"labs"}, byChecksum)}, trusted, []string{"spec.access.consumers.namespaces"}},
		"its own namespace is not listed": {[]*v1alpha1.Dataset{dataset([]string{"hospital"}, byChecksum)}, trusted, []string{"spec.access.consumers.namespaces"}},
		"another checksum":                {[]*v1alpha1.Dataset{dataset([]string{"lab"}, byChecksum)}, other, []string{"spec.access.algorithms"}},
		"no checksum":                     {[]*v1alpha1.Dataset{dataset([]string{"lab"}, v1alpha1.TrustedAlgorithm{Checksum: "*"})}, "", []string{"spec.access.algorithms"}},
		"everything written out":          {[]*v1alpha1.Dataset{dataset([]string{"*"}, v1alpha1.TrustedAlgorithm{Checksum: "*"})}, other, nil},
		"reference and checksum":          {[]*v1alpha1.Dataset{dataset([]string{"lab"}, byRef(trusted, "lab", "train"))}, trusted, nil},
		"reference narrows a checksum":    {[]*v1alpha1.Dataset{dataset([]string{"lab"}, byRef(trusted, "lab", "other"))}, trusted, []string{"spec.access.algorithms"}},
		"reference in another namespace":  {[]*v1alpha1.Dataset{dataset([]string{"lab"}, byRef("*", "lab2", "train"))}, trusted, []string{"spec.access.algorithms"}},
		"reference of a changed one":      {[]*v1alpha1.Dataset{dataset([]string{"lab"}, byRef(trusted, "lab", "train"))}, other, []string{"spec.access.algorithms"}},
		"second entry":                    {[]*v1alpha1.Dataset{dataset([]string{"lab"}, v1alpha1.TrustedAlgorithm{Checksum: other}, byChecksum)}, trusted, nil},
		"one dataset of two denies":       {[]*v1alpha1.Dataset{dataset([]string{"lab"}, byChecksum), dataset(nil, byChecksum)}, trusted, []string{"spec.access.consumers.namespaces"}},
	} {
		t.Run(name, func(t *testing.T) {
			denials := Denials(Evaluate(Request{
				Namespace: "lab", Algorithm: Algorithm{Namespace: "lab", Name: "train", Checksum: test.checksum}, Datasets: test.datasets,
			}))
			var fields []string
			for _, d := range denials {
				fields = append(fields, d.Field)
			}
			if !slices.Equal(fields, test.denied) {
				t.Errorf("denied by %v, want %v", fields, test.denied)
			}
		})
	}
}

// TestDenialNamesNoOther looks at what a consumer reads.
func TestDenialNamesNoOther(t *testing.T) {
	denials := Denials(Evaluate(Request{
		Namespace: "lab",
		Algorithm: Algorithm{Namespace: "lab", Name: "train", Checksum: other},
		Datasets:  []*v1alpha1.Dataset{dataset([]string{"competitor"}, v1alpha1.TrustedAlgorithm{Checksum: trusted})},
	}))
	sentence := Sentence(denials)
	for _, want := range []string{"hospital/tumours", "spec.access.consumers.namespaces", `"lab"`, "lab/train", other} {
		if !strings.Contains(sentence, want) {
			t.Errorf("%q does not say %q", sentence, want)
		}
	}
	for _, secret := range []string{"competitor", trusted} {
		if strings.Contains(sentence, secret) {
			t.Errorf("%q names %q", sentence, secret)
		}
	}
}

func TestDelivery(t *testing.T) {
	both := []v1alpha1.Delivery{v1alpha1.DeliverOutput, v1alpha1.DeliverLogs}
	with := func(releases ...v1alpha1.LogRelease) (datasets []*v1alpha1.Dataset) {
		for _, release := range releases {
			d := dataset(nil)
			d.Spec.Disclosure.Logs.Release = release
			datasets = append(datasets, d)
		}
		return datasets
	}
	for name, test := range map[string]struct {
		wanted   []v1alpha1.Delivery
		datasets []*v1alpha1.Dataset
		want     []v1alpha1.Delivery
	}{
		"all release":      {both, with("Always", "Always"), both},
		"strictest wins":   {both, with("Always", "Never"), both[:1]},
		"default is never": {both, with(""), both[:1]},
		"not wanted":       {both[:1], with("Always"), both[:1]},
		"no dataset":       {both, nil, both[:1]},
	} {
		if got := Delivery(test.wanted, test.datasets); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func TestParameters(t *testing.T) {
	declared := []v1alpha1.Parameter{
		{Name: "epochs", Type: v1alpha1.ParameterNumber, Required: true},
		{Name: "rate", Type: v1alpha1.ParameterNumber, Default: "0.1"},
		{Name: "shuffle", Type: v1alpha1.ParameterBoolean},
		{Name: "solver", Type: v1alpha1.ParameterSelect, Options: []string{"lbfgs", "sag"}},
		{Name: "note", Type: v1alpha1.ParameterText},
	}
	for name, test := range map[string]struct {
		values map[string]string
		want   string // JSON
		fault  string
	}{
		"required and default": {map[string]string{"epochs": "20"}, `{"epochs":20,"rate":0.1}`, ""},
		"all": {map[string]string{"epochs": "1e3", "rate": "2", "shuffle": "true", "solver": "sag", "note": `a "b"`},
			`{"epochs":1e3,"note":"a \"b\"","rate":2,"shuffle":true,"solver":"sag"}`, ""},
		"missing":              {nil, "", `parameter "epochs" is required`},
		"not declared":         {map[string]string{"epochs": "1", "epoch": "2"}, "", `parameter "epoch" is not declared (declared: epochs, rate, shuffle, solver, note)`},
		"not a number":         {map[string]string{"epochs": "many"}, "", `"epochs" must be a number, not "many"`},
		"infinity":             {map[string]string{"epochs": "Inf"}, "", "must be a number"},
		"JSON is not a number": {map[string]string{"epochs": `{"a":1}`}, "", "must be a number"},
		"not a boolean":        {map[string]string{"epochs": "1", "shuffle": "yes"}, "", "must be true or false"},
		"not an option":        {map[string]string{"epochs": "1", "solver": "x"}, "", "must be one of lbfgs, sag"},
		"two faults":           {map[string]string{"shuffle": "yes"}, "", `parameter "epochs" is required; parameter "shuffle" must be`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Parameters(declared, test.values)
			if test.fault != "" {
				if err == nil || !strings.Contains(err.Error(), test.fault) {
					t.Fatalf("got %v, want %q", err, test.fault)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if text, _ := json.Marshal(got); string(text) != test.want {
				t.Errorf("got %s, want %s", text, test.want)
			}
		})
	}
	if got, err := Parameters[string](nil, nil); got != nil || err != nil {
		t.Errorf("without any: got %v, %v, want nil", got, err)
	}
}

func TestGrant(t *testing.T) {
	offer := func(normal, most string) v1alpha1.QuantityRange {
		return v1alpha1.QuantityRange{Default: resource.MustParse(normal), Max: resource.MustParse(most)}
	}
	environment := &v1alpha1.ComputeEnvironmentSpec{
		Resources:      v1alpha1.ResourceOffer{CPU: offer("500m", "4"), Memory: offer("512Mi", "8Gi"), Disk: offer("1Gi", "20Gi")},
		MaxJobDuration: &metav1.Duration{Duration: time.Hour},
	}
	for name, test := range map[string]struct {
		job   v1alpha1.ComputeJobSpec
		cpu   string
		lasts time.Duration
		fault string
	}{
		"defaults":     {v1alpha1.ComputeJobSpec{}, "500m", time.Hour, ""},
		"asked":        {v1alpha1.ComputeJobSpec{Resources: v1alpha1.JobResources{CPU: ptr.To(resource.MustParse("4000m"))}, MaxDuration: &metav1.Duration{Duration: time.Minute}}, "4", time.Minute, ""},
		"too much":     {v1alpha1.ComputeJobSpec{Resources: v1alpha1.JobResources{CPU: ptr.To(resource.MustParse("4001m"))}}, "", 0, "spec.resources.cpu is 4001m, allowed is more than 0 and at most 4"},
		"nothing":      {v1alpha1.ComputeJobSpec{Resources: v1alpha1.JobResources{Memory: ptr.To(resource.MustParse("0"))}}, "", 0, "spec.resources.memory is 0"},
		"negative":     {v1alpha1.ComputeJobSpec{Resources: v1alpha1.JobResources{Disk: ptr.To(resource.MustParse("-1"))}}, "", 0, "spec.resources.disk is -1"},
		"too long":     {v1alpha1.ComputeJobSpec{MaxDuration: &metav1.Duration{Duration: 2 * time.Hour}}, "", 0, "spec.maxDuration is 2h0m0s, allowed is at most 1h0m0s"},
		"two too much": {v1alpha1.ComputeJobSpec{Resources: v1alpha1.JobResources{CPU: ptr.To(resource.MustParse("5"))}, MaxDuration: &metav1.Duration{Duration: 2 * time.Hour}}, "", 0, "; spec.maxDuration"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Grant(&test.job, environment)
			if test.fault != "" {
				if err == nil || !strings.Contains(err.Error(), test.fault) {
					t.Fatalf("got %v, want %q", err, test.fault)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got.CPU.Cmp(resource.MustParse(test.cpu)) != 0 || got.Duration != test.lasts {
				t.Errorf("got %s for %s, want %s for %s", got.CPU.String(), got.Duration, test.cpu, test.lasts)
			}
		})
	}
}
