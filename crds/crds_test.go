package crds_test

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/compute-to-data/terraform-provider-c2d/test/apiserver"
)

var api client.Client

func TestMain(m *testing.M) {
	apiserver.Main(m, func(config *rest.Config) {
		var err error
		if api, err = client.New(config, client.Options{}); err != nil {
			panic(err)
		}
	})
}

const (
	validEnvironment = `
apiVersion: c2d.dev/v1alpha1
kind: ComputeEnvironment
metadata: {name: valid}
spec:
  resources:
    cpu: {default: 500m, max: "4"}
    memory: {default: 512Mi, max: 8Gi}
    disk: {default: 1Gi, max: 20Gi}
  results: {s3: {bucket: results, credentialsSecretRef: {name: s3}}}
`
	validDataset = `
apiVersion: c2d.dev/v1alpha1
kind: Dataset
metadata: {name: valid, namespace: default}
spec:
  files: [{inline: "a,b\n1,2\n"}]
`
	validAlgorithm = `
apiVersion: c2d.dev/v1alpha1
kind: Algorithm
metadata: {name: valid, namespace: default}
spec:
  container:
    image: registry.example.org:5000/science/python
    digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
    entrypoint: python3 $ALGO
  code: {raw: "print(1)"}
  parameters: [{name: epochs, type: number}]
`
	validJob = `
apiVersion: c2d.dev/v1alpha1
kind: ComputeJob
metadata: {name: valid, namespace: default}
spec:
  environment: default
  datasets: [{namespace: hospital, name: tumours}]
  algorithm: {name: train}
`
)

// TestValidation changes one path of a valid object and looks at what the API server says.
func TestValidation(t *testing.T) {
	const digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
	for name, test := range map[string]struct {
		object string
		path   string
		value  any
		want   string // part of the refusal; empty: accepted
	}{
		"environment":                        {validEnvironment, "", nil, ""},
		"environment without bucket":         {validEnvironment, "spec.results.s3", map[string]any{}, "spec.results.s3.bucket: Required value"},
		"environment without credentials":    {validEnvironment, "spec.results.s3", map[string]any{"bucket": "results"}, "credentialsSecretRef must be set"},
		"environment default above max":      {validEnvironment, "spec.resources.cpu", map[string]any{"default": "5", "max": "4"}, "default must not be greater than max"},
		"environment default zero":           {validEnvironment, "spec.resources.cpu", map[string]any{"default": "0", "max": "4"}, "default must be greater than 0"},
		"environment with integer cpu":       {validEnvironment, "spec.resources.cpu", map[string]any{"default": int64(1), "max": int64(4)}, ""},
		"environment negative duration":      {validEnvironment, "spec.maxJobDuration", "-5m", "must be between 1s and 168h"},
		"environment not a duration":         {validEnvironment, "spec.maxJobDuration", "soon", "spec.maxJobDuration"},
		"environment allows a host":          {validEnvironment, "spec.egress", map[string]any{"allow": []any{"minio.example.org"}}, "each entry must be a network in CIDR form"},
		"environment allows a network":       {validEnvironment, "spec.egress", map[string]any{"allow": []any{"10.0.0.0/8"}}, ""},
		"environment prefix that climbs":     {validEnvironment, "spec.results.s3", map[string]any{"bucket": "results", "prefix": "a/../b", "credentialsSecretRef": map[string]any{"name": "s3"}}, "must not contain . or .."},
		"environment endpoint with password": {validEnvironment, "spec.results.s3", map[string]any{"bucket": "results", "endpoint": "https://user:pw@s3.example.org", "credentialsSecretRef": map[string]any{"name": "s3"}}, "spec.results.s3.endpoint"},

		"dataset":                          {validDataset, "", nil, ""},
		"dataset unknown field":            {validDataset, "spec.acess", map[string]any{}, "unknown field"},
		"dataset without files":            {validDataset, "spec.files", []any{}, "at least 1 items"},
		"dataset file without source":      {validDataset, "spec.files", []any{map[string]any{}}, "exactly one of s3, http and inline"},
		"dataset file with two sources":    {validDataset, "spec.files", []any{map[string]any{"inline": "x", "http": map[string]any{"url": "https://example.org/a"}}}, "exactly one of s3, http and inline"},
		"dataset key and prefix":           {validDataset, "spec.files", []any{s3("key", "a", "prefix", "b")}, "exactly one of key and prefix"},
		"dataset neither key nor prefix":   {validDataset, "spec.files", []any{s3()}, "exactly one of key and prefix"},
		"dataset key":                      {validDataset, "spec.files", []any{s3("key", "a")}, ""},
		"dataset pinned prefix":            {validDataset, "spec.files", []any{with(s3("prefix", "a/"), "sha256", strings.Repeat("0", 64))}, "sha256 pins one file"},
		"dataset wrong hash":               {validDataset, "spec.files", []any{map[string]any{"inline": "x", "sha256": "ABC"}}, "spec.files[0].sha256"},
		"dataset URL with password":        {validDataset, "spec.files", []any{map[string]any{"http": map[string]any{"url": "https://user:pw@example.org/a"}}}, "spec.files[0].http.url"},
		"dataset file URL":                 {validDataset, "spec.files", []any{map[string]any{"http": map[string]any{"url": "file:///etc/shadow"}}}, "spec.files[0].http.url"},
		"dataset trusts everything":        {validDataset, "spec.access", map[string]any{"consumers": map[string]any{"namespaces": []any{"*"}}, "algorithms": []any{map[string]any{"checksum": "*"}}}, ""},
		"dataset trusts without checksum":  {validDataset, "spec.access", map[string]any{"algorithms": []any{map[string]any{"ref": map[string]any{"namespace": "a", "name": "b"}}}}, "checksum: Required value"},
		"dataset namespace pattern":        {validDataset, "spec.access", map[string]any{"consumers": map[string]any{"namespaces": []any{"team-*"}}}, "spec.access.consumers.namespaces[0]"},
		"dataset log release out of range": {validDataset, "spec.disclosure", map[string]any{"logs": map[string]any{"release": "Sometimes"}}, "Unsupported value"},

		"algorithm":                          {validAlgorithm, "", nil, ""},
		"algorithm without digest":           {validAlgorithm, "spec.container", map[string]any{"image": "python", "command": []any{"/x"}}, "spec.container.digest: Required value"},
		"algorithm tag in image":             {validAlgorithm, "spec.container", map[string]any{"image": "python:3", "digest": digest, "command": []any{"/x"}}, ""},
		"algorithm digest in image":          {validAlgorithm, "spec.container", map[string]any{"image": "python@" + digest, "digest": digest, "command": []any{"/x"}}, "spec.container.image"},
		"algorithm wrong digest":             {validAlgorithm, "spec.container", map[string]any{"image": "python", "digest": "sha256:beef", "command": []any{"/x"}}, "spec.container.digest"},
		"algorithm entrypoint and command":   {validAlgorithm, "spec.container", map[string]any{"image": "python", "digest": digest, "entrypoint": "x", "command": []any{"/x"}}, "exactly one of entrypoint and command"},
		"algorithm neither":                  {validAlgorithm, "spec.container", map[string]any{"image": "python", "digest": digest}, "exactly one of entrypoint and command"},
		"algorithm sets what platform sets":  {validAlgorithm, "spec.container", map[string]any{"image": "python", "digest": digest, "command": []any{"/x"}, "env": []any{map[string]any{"name": "DIDS", "value": "x"}}}, "are set by the platform"},
		"algorithm raw code with hash":       {validAlgorithm, "spec.code", map[string]any{"raw": "x", "sha256": strings.Repeat("0", 64)}, "sha256 must be set for code from s3 or http"},
		"algorithm code without hash":        {validAlgorithm, "spec.code", map[string]any{"http": map[string]any{"url": "https://example.org/a"}}, "sha256 must be set for code from s3 or http"},
		"algorithm code with hash":           {validAlgorithm, "spec.code", map[string]any{"http": map[string]any{"url": "https://example.org/a"}, "sha256": strings.Repeat("0", 64)}, ""},
		"algorithm select without options":   {validAlgorithm, "spec.parameters", []any{map[string]any{"name": "a", "type": "select"}}, "options must be set for type select"},
		"algorithm default not an option":    {validAlgorithm, "spec.parameters", []any{map[string]any{"name": "a", "type": "select", "options": []any{"x"}, "default": "y"}}, "default must be one of the options"},
		"algorithm parameter twice":          {validAlgorithm, "spec.parameters", []any{map[string]any{"name": "a", "type": "text"}, map[string]any{"name": "a", "type": "text"}}, "Duplicate value"},
		"job":                                {validJob, "", nil, ""},
		"job without datasets":               {validJob, "spec.datasets", []any{}, "at least 1 items"},
		"job with a dataset twice":           {validJob, "spec.datasets", []any{map[string]any{"name": "a"}, map[string]any{"name": "a"}}, "Duplicate value"},
		"job with namesakes":                 {validJob, "spec.datasets", []any{map[string]any{"name": "a"}, map[string]any{"name": "a", "namespace": "b"}}, ""},
		"job delivers nothing":               {validJob, "spec.deliver", []any{}, "at least 1 items"},
		"job delivers the inputs":            {validJob, "spec.deliver", []any{"Inputs"}, "Unsupported value"},
		"job of no duration":                 {validJob, "spec.maxDuration", "0s", "must be between 1s and 168h"},
		"job with too long a parameter":      {validJob, "spec.parameters", map[string]any{"a": strings.Repeat("x", 1025)}, "values at most 1024"},
		"job with a quantity that is no one": {validJob, "spec.resources", map[string]any{"cpu": "lots"}, "spec.resources.cpu"},
	} {
		t.Run(name, func(t *testing.T) {
			object := parse(t, test.object)
			if test.path != "" {
				if err := unstructured.SetNestedField(object.Object, test.value, strings.Split(test.path, ".")...); err != nil {
					t.Fatal(err)
				}
			}
			err := api.Create(t.Context(), object, client.DryRunAll, client.FieldValidation(metav1.FieldValidationStrict))
			switch {
			case test.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.want != "" && err == nil:
				t.Errorf("accepted, want a refusal with %q", test.want)
			case test.want != "" && !strings.Contains(err.Error(), test.want):
				t.Errorf("refused with %q, want %q", err, test.want)
			}
		})
	}
}

// TestJobSpecIsImmutable tries every kind of change, adding and removing included.
func TestJobSpecIsImmutable(t *testing.T) {
	job := parse(t, validJob)
	job.SetName("immutable")
	if err := api.Create(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(map[string]any){
		"change": func(spec map[string]any) { spec["environment"] = "other" },
		"add":    func(spec map[string]any) { spec["maxDuration"] = "5m" },
		"remove": func(spec map[string]any) { spec["deliver"] = []any{"Output"} },
	} {
		changed := job.DeepCopy()
		change(changed.Object["spec"].(map[string]any))
		err := api.Update(t.Context(), changed, client.DryRunAll)
		if err == nil || !strings.Contains(err.Error(), "cannot change once it is created") {
			t.Errorf("%s: got %v, want a refusal", name, err)
		}
	}
	job.SetLabels(map[string]string{"team": "a"})
	if err := api.Update(t.Context(), job); err != nil {
		t.Errorf("labels may change: %v", err)
	}
}

// TestNewObjectsAreInProgress looks at what kstatus relies on before the controller has seen an object.
func TestNewObjectsAreInProgress(t *testing.T) {
	for _, text := range []string{validEnvironment, validDataset, validAlgorithm, validJob} {
		object := parse(t, text)
		if err := api.Create(t.Context(), object, client.DryRunAll); err != nil {
			t.Fatal(err)
		}
		observed, _, _ := unstructured.NestedInt64(object.Object, "status", "observedGeneration")
		if observed != -1 {
			t.Errorf("%s: status.observedGeneration is %d, want -1", object.GetKind(), observed)
		}
	}
}

func parse(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	object := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), object); err != nil {
		t.Fatal(err)
	}
	return object
}

// s3 is a file in a bucket, with pairs of further fields.
func s3(pairs ...any) map[string]any {
	return map[string]any{"s3": with(map[string]any{"bucket": "data"}, pairs...)}
}

func with(object map[string]any, pairs ...any) map[string]any {
	for i := 0; i < len(pairs); i += 2 {
		object[pairs[i].(string)] = pairs[i+1]
	}
	return object
}
