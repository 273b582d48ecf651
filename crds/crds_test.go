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
	validAgreement = `
apiVersion: c2d.dev/v1alpha1
kind: ServiceAgreement
metadata: {name: valid, namespace: default}
spec:
  consumer: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
  environment: default
  datasets: [{did: "did:c2d:5a80ccdf8882044a0a44656e7efb8c7a09731290223246c158de9fc0099d51bf", namespace: hospital, name: tumours}]
  algorithms: ["*"]
  payment: {token: "0x5FbDB2315678afecb367f032d93F642f64180aa3", maxAmount: "25000000"}
  expiresAt: "2027-01-01T00:00:00Z"
  nonce: "1"
  signature: "0x1111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111"
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
		"environment without slots":          {validEnvironment, "spec.maxConcurrentJobs", int64(0), "spec.maxConcurrentJobs"},
		"environment without patience":       {validEnvironment, "spec.queueTimeout", "0s", "must be between 1s and 168h"},
		"environment negative duration":      {validEnvironment, "spec.maxJobDuration", "-5m", "must be between 1s and 168h"},
		"environment not a duration":         {validEnvironment, "spec.maxJobDuration", "soon", "spec.maxJobDuration"},
		"environment allows a host":          {validEnvironment, "spec.egress", map[string]any{"allow": []any{"minio.example.org"}}, "each entry must be a network in CIDR form"},
		"environment allows a network":       {validEnvironment, "spec.egress", map[string]any{"allow": []any{"10.0.0.0/8"}}, ""},
		"environment prefix that climbs":     {validEnvironment, "spec.results.s3", map[string]any{"bucket": "results", "prefix": "a/../b", "credentialsSecretRef": map[string]any{"name": "s3"}}, "must not contain . or .."},
		"environment endpoint with password": {validEnvironment, "spec.results.s3", map[string]any{"bucket": "results", "endpoint": "https://user:pw@s3.example.org", "credentialsSecretRef": map[string]any{"name": "s3"}}, "spec.results.s3.endpoint"},

		"dataset":                         {validDataset, "", nil, ""},
		"dataset unknown field":           {validDataset, "spec.acess", map[string]any{}, "unknown field"},
		"dataset without files":           {validDataset, "spec.files", []any{}, "at least 1 items"},
		"dataset file without source":     {validDataset, "spec.files", []any{map[string]any{}}, "exactly one of s3, http, ipfs, arweave, persistentVolumeClaim, image and inline"},
		"dataset file with two sources":   {validDataset, "spec.files", []any{map[string]any{"inline": "x", "http": map[string]any{"url": "https://example.org/a"}}}, "exactly one of s3, http, ipfs, arweave, persistentVolumeClaim, image and inline"},
		"dataset key and prefix":          {validDataset, "spec.files", []any{s3("key", "a", "prefix", "b")}, "exactly one of key and prefix"},
		"dataset neither key nor prefix":  {validDataset, "spec.files", []any{s3()}, "exactly one of key and prefix"},
		"dataset key":                     {validDataset, "spec.files", []any{s3("key", "a")}, ""},
		"dataset pinned prefix":           {validDataset, "spec.files", []any{with(s3("prefix", "a/"), "sha256", strings.Repeat("0", 64))}, "sha256 pins one file"},
		"dataset wrong hash":              {validDataset, "spec.files", []any{map[string]any{"inline": "x", "sha256": "ABC"}}, "spec.files[0].sha256"},
		"dataset URL with password":       {validDataset, "spec.files", []any{map[string]any{"http": map[string]any{"url": "https://user:pw@example.org/a"}}}, "spec.files[0].http.url"},
		"dataset file URL":                {validDataset, "spec.files", []any{map[string]any{"http": map[string]any{"url": "file:///etc/shadow"}}}, "spec.files[0].http.url"},
		"dataset trusts everything":       {validDataset, "spec.access", map[string]any{"consumers": map[string]any{"namespaces": []any{"*"}}, "algorithms": []any{map[string]any{"checksum": "*"}}}, ""},
		"dataset trusts without checksum": {validDataset, "spec.access", map[string]any{"algorithms": []any{map[string]any{"ref": map[string]any{"namespace": "a", "name": "b"}}}}, "exactly one of checksum and Ocean's two checksums must be set"},
		"dataset namespace pattern":       {validDataset, "spec.access", map[string]any{"consumers": map[string]any{"namespaces": []any{"team-*"}}}, "spec.access.consumers.namespaces[0]"},
		"dataset on a volume":             {validDataset, "spec.files", []any{map[string]any{"persistentVolumeClaim": map[string]any{"claimName": "scans", "path": "2026/may"}}}, ""},
		"dataset volume path that climbs": {validDataset, "spec.files", []any{map[string]any{"persistentVolumeClaim": map[string]any{"claimName": "scans", "path": "a/../../b"}}}, "must not contain . or .."},
		"dataset absolute volume path":    {validDataset, "spec.files", []any{map[string]any{"persistentVolumeClaim": map[string]any{"claimName": "scans", "path": "/etc"}}}, "spec.files[0].persistentVolumeClaim.path"},
		"dataset pinned volume":           {validDataset, "spec.files", []any{map[string]any{"persistentVolumeClaim": map[string]any{"claimName": "scans"}, "sha256": strings.Repeat("0", 64)}}, "they are mounted, never read"},
		"dataset in an image":             {validDataset, "spec.files", []any{map[string]any{"image": map[string]any{"reference": "registry.example.org:5000/data/scans@" + digest}}}, ""},
		"dataset in an image by tag":      {validDataset, "spec.files", []any{map[string]any{"image": map[string]any{"reference": "registry.example.org/data/scans:1"}}}, "spec.files[0].image.reference"},
		"dataset with prefix and volume":  {validDataset, "spec.files", []any{s3("prefix", "a/"), map[string]any{"persistentVolumeClaim": map[string]any{"claimName": "scans"}}}, "make two datasets"},
		"dataset on IPFS":                 {validDataset, "spec.files", []any{map[string]any{"ipfs": map[string]any{"cid": "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi/a.csv", "gateway": "https://ipfs.example.org"}}}, ""},
		"dataset on IPFS with a query":    {validDataset, "spec.files", []any{map[string]any{"ipfs": map[string]any{"cid": "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi?x=1", "gateway": "https://ipfs.example.org"}}}, "spec.files[0].ipfs.cid"},
		"dataset on Arweave":              {validDataset, "spec.files", []any{map[string]any{"arweave": map[string]any{"transactionID": strings.Repeat("a", 43), "gateway": "https://arweave.example.org"}}}, ""},
		"dataset on Arweave, short":       {validDataset, "spec.files", []any{map[string]any{"arweave": map[string]any{"transactionID": "a", "gateway": "https://arweave.example.org"}}}, "spec.files[0].arweave.transactionID"},
		"dataset with no limit":           {validDataset, "spec.terms", map[string]any{"timeout": "0s"}, ""},
		"dataset for a second":            {validDataset, "spec.terms", map[string]any{"timeout": "1s"}, "must be 0s, or between"},
		"dataset parameter twice":         {validDataset, "spec.parameters", []any{map[string]any{"name": "a", "type": "text"}, map[string]any{"name": "a", "type": "text"}}, "Duplicate value"},
		"dataset with every rule": {validDataset, "spec.disclosure", map[string]any{
			"maxBytes": "100Mi", "maxFileBytes": int64(1024), "maxFiles": int64(100), "maxDepth": int64(3), "types": []any{"text/csv", "image/*"},
			"csv":      map[string]any{"maxRows": int64(5000), "forbiddenColumns": []any{"patient_id"}, "minCellCount": int64(10), "countColumns": []any{"n"}, "formulas": "Flag"},
			"json":     map[string]any{"forbiddenKeys": []any{"patient_id"}, "minCellCount": int64(10), "countKeys": []any{"n"}},
			"canaries": map[string]any{"secretRef": map[string]any{"name": "canaries"}}, "verbatim": map[string]any{"minRecordBytes": int64(32), "maxRecords": int64(-1)},
			"images": map[string]any{"metadata": "Flag"}, "logs": map[string]any{"release": "AfterReview", "maxBytes": "1Mi"},
			"review": map[string]any{"required": "OnFlag", "approvals": int64(2), "deadline": "72h"},
		}, ""},
		"dataset type that is none":        {validDataset, "spec.disclosure", map[string]any{"types": []any{"csv"}}, "spec.disclosure.types[0]"},
		"dataset without types":            {validDataset, "spec.disclosure", map[string]any{"types": []any{}}, "at least 1 items"},
		"dataset formulas out of range":    {validDataset, "spec.disclosure", map[string]any{"csv": map[string]any{"formulas": "Sometimes"}}, "Unsupported value"},
		"dataset canaries nowhere":         {validDataset, "spec.disclosure", map[string]any{"canaries": map[string]any{}}, "secretRef: Required value"},
		"dataset review of nobody":         {validDataset, "spec.disclosure", map[string]any{"review": map[string]any{"approvals": int64(0)}}, "greater than or equal to 1"},
		"dataset review for a second":      {validDataset, "spec.disclosure", map[string]any{"review": map[string]any{"deadline": "1s"}}, "between 1m and 8760h"},
		"dataset verbatim out of range":    {validDataset, "spec.disclosure", map[string]any{"verbatim": map[string]any{"maxRecords": int64(-2)}}, "greater than or equal to -1"},
		"dataset log release out of range": {validDataset, "spec.disclosure", map[string]any{"logs": map[string]any{"release": "Sometimes"}}, "Unsupported value"},

		"algorithm":                          {validAlgorithm, "", nil, ""},
		"algorithm without digest":           {validAlgorithm, "spec.container", map[string]any{"image": "python", "command": []any{"/x"}}, "spec.container.digest: Required value"},
		"algorithm tag in image":             {validAlgorithm, "spec.container", map[string]any{"image": "python:3", "digest": digest, "command": []any{"/x"}}, ""},
		"algorithm digest in image":          {validAlgorithm, "spec.container", map[string]any{"image": "python@" + digest, "digest": digest, "command": []any{"/x"}}, "spec.container.image"},
		"algorithm wrong digest":             {validAlgorithm, "spec.container", map[string]any{"image": "python", "digest": "sha256:beef", "command": []any{"/x"}}, "spec.container.digest"},
		"algorithm entrypoint and command":   {validAlgorithm, "spec.container", map[string]any{"image": "python", "digest": digest, "entrypoint": "x", "command": []any{"/x"}}, "exactly one of entrypoint and command"},
		"algorithm neither":                  {validAlgorithm, "spec.container", map[string]any{"image": "python", "digest": digest}, "exactly one of entrypoint and command"},
		"algorithm sets what platform sets":  {validAlgorithm, "spec.container", map[string]any{"image": "python", "digest": digest, "command": []any{"/x"}, "env": []any{map[string]any{"name": "DIDS", "value": "x"}}}, "are set by the platform"},
		"algorithm raw code with hash":       {validAlgorithm, "spec.code", map[string]any{"raw": "x", "sha256": strings.Repeat("0", 64)}, "sha256 must be set for code from elsewhere"},
		"algorithm code without hash":        {validAlgorithm, "spec.code", map[string]any{"http": map[string]any{"url": "https://example.org/a"}}, "sha256 must be set for code from elsewhere"},
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
		"job with too long a parameter":      {validJob, "spec.parameters", map[string]any{"a": strings.Repeat("x", 1025)}, "may not be more than 1024"},
		"job to a bucket of nobody":          {validJob, "spec.destination", map[string]any{"s3": map[string]any{"bucket": "mine"}}, "credentialsSecretRef must be set"},
		"job notifies with a password":       {validJob, "spec.notify", map[string]any{"url": "https://user:pw@example.org/"}, "spec.notify.url"},
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

// TestWhatRunsChangesWithTrigger tries every kind of change, adding and removing included.
func TestWhatRunsChangesWithTrigger(t *testing.T) {
	job := parse(t, validJob)
	job.SetName("rerun")
	if err := api.Create(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	set := func(field string, value any) func(map[string]any) {
		return func(spec map[string]any) { spec[field] = value }
	}
	const together = "only together with trigger"
	for name, test := range map[string]struct {
		change  func(map[string]any)
		without string // part of the refusal without a new trigger; empty: accepted
		with    string // the same with one
	}{
		"algorithm":             {set("algorithm", map[string]any{"name": "other"}), together, ""},
		"datasets":              {set("datasets", []any{map[string]any{"name": "other"}}), together, ""},
		"datasets by DID":       {set("datasets", []any{map[string]any{"did": "did:c2d:" + strings.Repeat("0", 64)}}), together, ""},
		"parameters of dataset": {set("datasets", []any{map[string]any{"namespace": "hospital", "name": "tumours", "parameters": map[string]any{"a": "b"}}}), together, ""},
		"parameters":            {set("parameters", map[string]any{"epochs": "5"}), together, ""},
		"resources":             {set("resources", map[string]any{"cpu": "2"}), together, ""},
		"maxDuration":           {set("maxDuration", "5m"), together, ""},
		"deliver":               {set("deliver", []any{"Output"}), together, ""},
		"environment":           {set("environment", "other"), "cannot change once it is created", "cannot change once it is created"},
		"suspend":               {set("suspend", true), "", ""},
		"notify":                {set("notify", map[string]any{"url": "https://example.org/hook"}), "", ""},
		"destination": {set("destination", map[string]any{"s3": map[string]any{
			"bucket": "mine", "credentialsSecretRef": map[string]any{"name": "s3"}}}), "", ""},
		"nothing": {func(map[string]any) {}, "", ""},
	} {
		for trigger, want := range map[string]string{"": test.without, "again": test.with} {
			changed := job.DeepCopy()
			spec := changed.Object["spec"].(map[string]any)
			spec["trigger"] = trigger
			test.change(spec)
			switch err := api.Update(t.Context(), changed, client.DryRunAll); {
			case want == "" && err != nil:
				t.Errorf("%s with trigger %q: refused: %v", name, trigger, err)
			case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
				t.Errorf("%s with trigger %q: got %v, want a refusal with %q", name, trigger, err, want)
			}
		}
	}
	job.SetLabels(map[string]string{"team": "a"})
	if err := api.Update(t.Context(), job); err != nil {
		t.Errorf("labels may change: %v", err)
	}
}

// TestNewObjectsAreInProgress looks at what kstatus relies on before the controller has seen an object.
func TestNewObjectsAreInProgress(t *testing.T) {
	for _, text := range []string{validEnvironment, validDataset, validAlgorithm, validJob, validAgreement} {
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
