package ocean

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func TestClusterDID(t *testing.T) {
	a, b := ClusterDID("cluster", "a"), ClusterDID("cluster", "b")
	if a == b || a == ClusterDID("other", "a") {
		t.Error("two objects, or two clusters, share a DID")
	}
	// printf 'clustera' | sha256sum
	if want := "did:c2d:5a80ccdf8882044a0a44656e7efb8c7a09731290223246c158de9fc0099d51bf"; a != want {
		t.Errorf("got %s, want %s", a, want)
	}
	if ID(a) != strings.TrimPrefix(a, "did:c2d:") || ID("did:op:ff") != "ff" {
		t.Errorf("ID of %s is %s", a, ID(a))
	}
}

// TestAlgorithmChecksum changes each thing that runs, and things that do not.
func TestAlgorithmChecksum(t *testing.T) {
	spec := func() *v1alpha1.AlgorithmSpec {
		return &v1alpha1.AlgorithmSpec{
			Container: v1alpha1.Container{
				Image: "python", Digest: "sha256:aa", Entrypoint: "python3 $ALGO",
				Env: []v1alpha1.EnvVar{{Name: "A", Value: "1"}, {Name: "B", Value: "2"}},
			},
			Code: &v1alpha1.Code{Raw: "print(1)"},
		}
	}
	sum := func(change func(*v1alpha1.AlgorithmSpec)) string {
		s := spec()
		change(s)
		text, err := AlgorithmChecksum(s)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	base := sum(func(*v1alpha1.AlgorithmSpec) {})
	for name, change := range map[string]func(*v1alpha1.AlgorithmSpec){
		"digest":                  func(s *v1alpha1.AlgorithmSpec) { s.Container.Digest = "sha256:bb" },
		"entrypoint":              func(s *v1alpha1.AlgorithmSpec) { s.Container.Entrypoint = "python3 -i $ALGO" },
		"command":                 func(s *v1alpha1.AlgorithmSpec) { s.Container.Command = []string{"x"} },
		"one word instead of two": func(s *v1alpha1.AlgorithmSpec) { s.Container.Command = []string{"x y"} },
		"environment":             func(s *v1alpha1.AlgorithmSpec) { s.Container.Env[0].Value = "2" },
		"order of environment":    func(s *v1alpha1.AlgorithmSpec) { e := s.Container.Env; e[0], e[1] = e[1], e[0] },
		"code":                    func(s *v1alpha1.AlgorithmSpec) { s.Code.Raw = "print(2)" },
		"no code":                 func(s *v1alpha1.AlgorithmSpec) { s.Code = nil },
	} {
		if sum(change) == base {
			t.Errorf("%s: another one has the same checksum", name)
		}
	}
	for name, change := range map[string]func(*v1alpha1.AlgorithmSpec){
		"image name": func(s *v1alpha1.AlgorithmSpec) { s.Container.Image = "mirror/python" },
		"metadata":   func(s *v1alpha1.AlgorithmSpec) { s.Metadata.Name = "other"; s.Language = "python" },
		"parameters": func(s *v1alpha1.AlgorithmSpec) { s.Parameters = []v1alpha1.Parameter{{Name: "a"}} },
		"where the same code lies": func(s *v1alpha1.AlgorithmSpec) {
			s.Code = &v1alpha1.Code{HTTP: &v1alpha1.HTTPSource{URL: "https://example.org/a"}, SHA256: CodeSHA256(s.Code)}
		},
		"the same code on IPFS": func(s *v1alpha1.AlgorithmSpec) {
			s.Code = &v1alpha1.Code{IPFS: &v1alpha1.IPFSSource{CID: "bafy"}, SHA256: CodeSHA256(s.Code)}
		},
		"the same code on Arweave": func(s *v1alpha1.AlgorithmSpec) {
			s.Code = &v1alpha1.Code{Arweave: &v1alpha1.ArweaveSource{TransactionID: "t"}, SHA256: CodeSHA256(s.Code)}
		},
	} {
		if sum(change) != base {
			t.Errorf("%s: is part of the checksum, and does not run", name)
		}
	}
}

func TestStatus(t *testing.T) {
	for _, test := range []struct {
		state  v1alpha1.State
		reason string
		code   int32
	}{
		{"", "", 1}, {v1alpha1.StatePending, "", 1}, {v1alpha1.StateFunding, "", 10}, {v1alpha1.StateStaging, "", 20}, {v1alpha1.StateRunning, "", 40},
		{v1alpha1.StateReleasing, "", 60}, {v1alpha1.StateSettling, "", 60}, {v1alpha1.StateSucceeded, "", 70},
		{v1alpha1.StateFailed, v1alpha1.ReasonInputFetchFailed, 31}, {v1alpha1.StateFailed, v1alpha1.ReasonAlgorithmFetchFailed, 32},
		{v1alpha1.StateFailed, v1alpha1.ReasonExitCode, 70},
	} {
		if got := Status(test.state, test.reason); got.Code != test.code || got.Text == "" {
			t.Errorf("%s %s: got %+v, want %d", test.state, test.reason, got, test.code)
		}
	}
}

// TestDDO looks at what an algorithm reads, and that it does not say where the files lie.
func TestDDO(t *testing.T) {
	created := metav1.NewTime(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	dataset := &v1alpha1.Dataset{
		ObjectMeta: metav1.ObjectMeta{Name: "tumours", CreationTimestamp: created},
		Spec: v1alpha1.DatasetSpec{
			Metadata: v1alpha1.Metadata{Description: "569 patients", License: "CC-BY-4.0"},
			Files:    []v1alpha1.DatasetFile{{S3: &v1alpha1.S3Source{S3Connection: v1alpha1.S3Connection{Bucket: "secret-bucket"}, Key: "k"}}},
		},
	}
	text, err := DatasetDDO(dataset, "did:c2d:aa")
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	metadata := got["metadata"].(map[string]any)
	if got["id"] != "did:c2d:aa" || metadata["type"] != "dataset" || metadata["name"] != "tumours" || metadata["created"] != "2026-11-22T12:00:00Z" {
		t.Errorf("got %s", text)
	}
	if strings.Contains(string(text), "secret-bucket") {
		t.Errorf("the DDO says where the files lie: %s", text)
	}
}

// TestConsumerParameters looks where Ocean's clients look for them, and at the shape that they take.
func TestConsumerParameters(t *testing.T) {
	declared := []v1alpha1.Parameter{
		{Name: "year", Type: v1alpha1.ParameterNumber, Required: true, Description: "of the study"},
		{Name: "sex", Type: v1alpha1.ParameterSelect, Default: "any", Options: []string{"any", "f"}},
	}
	const want = `[{"name":"year","type":"number","label":"year","required":true,"description":"of the study","default":""},` +
		`{"name":"sex","type":"select","label":"sex","required":false,"description":"","default":"any","options":"[{\"any\":\"any\"},{\"f\":\"f\"}]"}]`
	dataset := &v1alpha1.Dataset{Spec: v1alpha1.DatasetSpec{
		Parameters: declared, Terms: v1alpha1.Terms{Timeout: &metav1.Duration{Duration: time.Hour}},
	}}
	text, err := DatasetDDO(dataset, "did:c2d:aa")
	if service := `"services":[{"id":"compute","type":"compute","timeout":3600,"compute":{"allowRawAlgorithm":false,"allowNetworkAccess":false,` +
		`"publisherTrustedAlgorithmPublishers":[],"publisherTrustedAlgorithms":[]},"consumerParameters":` + want + `}]`; err != nil || !strings.Contains(string(text), service) {
		t.Errorf("dataset: %s, %v\nwant %s", text, err, service)
	}
	text, err = AlgorithmDDO(&v1alpha1.Algorithm{Spec: v1alpha1.AlgorithmSpec{Parameters: declared}}, "did:c2d:aa")
	if err != nil || !strings.Contains(string(text), `"consumerParameters":`+want) {
		t.Errorf("algorithm: %s, %v", text, err)
	}
}
