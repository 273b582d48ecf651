package manifest_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	attestation "github.com/in-toto/attestation/go/v1"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/disclosure"
	"github.com/compute-to-data/terraform-provider-c2d/manifest"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/test/fixtures"
)

var started = time.Date(2026, 11, 23, 5, 0, 0, 123, time.FixedZone("", 3600))

func record() sandbox.Record {
	return sandbox.Record{
		Job: sandbox.Object{Namespace: "lab", Name: "train", UID: "u1", Generation: 2}, Run: 3,
		Environment: sandbox.Object{Name: "clinic", UID: "u2"},
		Algorithm:   sandbox.Algorithm{DID: "did:c2d:aa", Checksum: "sha256:bb", Image: "registry.example.org/python@sha256:cc", Command: []string{"/train"}},
		Datasets:    []sandbox.ManifestDataset{{DID: "did:op:dd", Content: sandbox.Content{Files: 1, Bytes: 9, SHA256: "ee"}}},
		Parameters:  map[string]any{"epochs": 20.0},
		Published:   started.Add(time.Minute),
		Results: []sandbox.ManifestResult{
			{Name: "algorithm.log", Type: v1alpha1.ResultLog, Bytes: 4, SHA256: strings.Repeat("1", 64)},
			{Name: "model.json", Type: v1alpha1.ResultOutput, Bytes: 5, SHA256: strings.Repeat("2", 64), Flags: []disclosure.Check{"formula"}},
		},
	}
}

func facts() manifest.Facts {
	return manifest.Facts{
		Cluster: "c1", Author: "ada", Rules: disclosure.Strictest(), Outcome: "Succeeded", Exit: manifest.Exit{Class: "Completed"},
		Created: started.Add(-time.Minute), Started: started, Ended: started.Add(30 * time.Second),
		Payment: &manifest.Payment{ChainID: 8996, Minutes: 1, Due: "5"},
	}
}

func signed(t *testing.T) []byte {
	t.Helper()
	text, _ := fixtures.Manifest(t, record(), facts())
	return text
}

// What is signed is a statement as in-toto's own library wants it, with every file as a subject.
func TestStatementIsInToto(t *testing.T) {
	m, err := manifest.Parse(signed(t))
	if err != nil {
		t.Fatal(err)
	}
	var statement attestation.Statement
	if err := protojson.Unmarshal(m.Payload, &statement); err != nil {
		t.Fatal(err)
	}
	if err := statement.Validate(); err != nil {
		t.Error(err)
	}
	subjects := statement.GetSubject()
	if len(subjects) != 2 || subjects[0].GetName() != "logs/algorithm.log" || subjects[1].GetName() != "outputs/model.json" ||
		subjects[1].GetDigest()["sha256"] != strings.Repeat("2", 64) {
		t.Errorf("subjects are %v", subjects)
	}
	fields := statement.GetPredicate().AsMap()
	for _, want := range []string{
		"cluster:c1", "author:ada", "outcome:Succeeded", "run:3", "started:2026-11-23T04:00:00Z", "image:registry.example.org/python@sha256:cc", "did:did:op:dd", "epochs:20", "due:5", "maxFiles:10000",
	} {
		if !strings.Contains(fmt.Sprint(fields), want) {
			t.Errorf("the predicate lacks %s: %v", want, fields)
		}
	}
}

// A run that brought nothing still has a subject, which in-toto demands.
func TestStatementWithoutResults(t *testing.T) {
	empty := record()
	empty.Results = nil
	text, _ := fixtures.Manifest(t, empty, facts())
	m, err := manifest.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if s := m.Statement.Subject; len(s) != 1 || s[0].Name != sandbox.KeyRecord || s[0].Digest["sha256"] != m.Statement.Predicate.Record {
		t.Errorf("subjects are %v", s)
	}
}

// A crash and a repeat bring the same bytes.
func TestEqualRunsHaveEqualManifests(t *testing.T) {
	if !bytes.Equal(signed(t), signed(t)) {
		t.Error("two manifests of one run differ")
	}
}

// Whatever is changed about a manifest, it is not what was signed.
func TestVerify(t *testing.T) {
	key, other := fixtures.NewManifestKey(0).Public(), fixtures.NewManifestKey(1).Public()
	m, err := manifest.Parse(signed(t))
	if err != nil {
		t.Fatal(err)
	}
	if by, err := m.Verify(t.Context(), other, key); err != nil || by != key {
		t.Errorf("verified by %v, %v", by, err)
	}
	if _, err := m.Verify(t.Context(), other); !errors.Is(err, manifest.ErrSignature) || !strings.Contains(err.Error(), key.ID()) {
		t.Errorf("with another key: %v", err)
	}
	for what, change := range map[string]func(p *manifest.Statement){
		"a hash":     func(s *manifest.Statement) { s.Subject[0].Digest["sha256"], s.Predicate.Results[0].SHA256 = "3", "3" },
		"a dataset":  func(s *manifest.Statement) { s.Predicate.Datasets[0].DID = "did:op:ff" },
		"the code":   func(s *manifest.Statement) { s.Predicate.Algorithm.Checksum = "sha256:00" },
		"the amount": func(s *manifest.Statement) { s.Predicate.Payment.Due = "50" },
		"a time":     func(s *manifest.Statement) { s.Predicate.Times.Started = time.Time{} },
	} {
		t.Run(what, func(t *testing.T) {
			altered := resigned(t, change)
			m, err := manifest.Parse(altered)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := m.Verify(t.Context(), key); !errors.Is(err, manifest.ErrSignature) {
				t.Errorf("a manifest with %s changed verifies: %v", what, err)
			}
		})
	}
}

// resigned is a manifest whose payload was changed, with the signature of before.
func resigned(t *testing.T, change func(*manifest.Statement)) []byte {
	t.Helper()
	var envelope map[string]any
	if err := json.Unmarshal(signed(t), &envelope); err != nil {
		t.Fatal(err)
	}
	payload, _ := base64.StdEncoding.DecodeString(envelope["payload"].(string))
	var statement manifest.Statement
	if err := json.Unmarshal(payload, &statement); err != nil {
		t.Fatal(err)
	}
	change(&statement)
	payload, _ = json.Marshal(statement)
	envelope["payload"] = base64.StdEncoding.EncodeToString(payload)
	text, _ := json.Marshal(envelope)
	return text
}

func TestParseRefuses(t *testing.T) {
	for what, test := range map[string]struct {
		text []byte
		want string
	}{
		"no JSON":            {[]byte("hello"), "no DSSE envelope"},
		"another type":       {[]byte(`{"payloadType":"text/plain","payload":"e30="}`), `of type "text/plain"`},
		"no base64":          {[]byte(`{"payloadType":"application/vnd.in-toto+json","payload":"!"}`), "no base64"},
		"no statement":       {[]byte(`{"payloadType":"application/vnd.in-toto+json","payload":"W10="}`), "no in-toto statement"},
		"another statement":  {resigned(t, func(s *manifest.Statement) { s.Type = "x" }), `of type "x"`},
		"another predicate":  {resigned(t, func(s *manifest.Statement) { s.PredicateType = "x" }), `predicate is of type "x"`},
		"a file left out":    {resigned(t, func(s *manifest.Statement) { s.Subject = s.Subject[1:] }), "1 subjects and 2 results"},
		"a file exchanged":   {resigned(t, func(s *manifest.Statement) { s.Subject[0].Name = "x" }), `"x" is not the result`},
		"another hash there": {resigned(t, func(s *manifest.Statement) { s.Subject[0].Digest["sha256"] = "9" }), "is not the result"},
		"many signatures": {[]byte(`{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[` +
			strings.TrimSuffix(strings.Repeat(`{},`, 17), ",") + `]}`), "17 signatures"},
	} {
		t.Run(what, func(t *testing.T) {
			if _, err := manifest.Parse(test.text); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, expected %q", err, test.want)
			}
		})
	}
}

// The payload is found in a stream, in pieces of any size.
func TestPayload(t *testing.T) {
	text := signed(t)
	m, err := manifest.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, reader := range []io.Reader{bytes.NewReader(text), iotest.OneByteReader(bytes.NewReader(text))} {
		payload, err := manifest.Payload(reader)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(payload); err != nil || !bytes.Equal(got, m.Payload) {
			t.Errorf("%d bytes, %v, expected %d", len(got), err, len(m.Payload))
		}
	}
	if _, err := manifest.Payload(strings.NewReader("{}")); err == nil {
		t.Error("an empty object passes for a manifest")
	}
	cut, err := manifest.Payload(bytes.NewReader(text[:200]))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(cut); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a manifest that ends half-way: %v", err)
	}
}

func TestKeys(t *testing.T) {
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]func() (*manifest.Key, error){
		"Ed25519": func() (*manifest.Key, error) { return fixtures.NewManifestKey(0).Public(), nil },
		"P-256":   func() (*manifest.Key, error) { return manifest.NewKey(p256.Public()) },
	} {
		made, err := key()
		if err != nil {
			t.Fatal(err)
		}
		text, err := made.PEM()
		if err != nil {
			t.Fatal(err)
		}
		if read, err := manifest.ParseKey([]byte(text)); err != nil || read.ID() != made.ID() {
			t.Errorf("%s: read again it is %v, %v", name, read, err)
		}
	}
	p384, _ := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if _, err := manifest.NewKey(p384.Public()); err == nil || !strings.Contains(err.Error(), "expected P-256") {
		t.Errorf("P-384: %v", err)
	}
	if _, err := manifest.ParseKey([]byte("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n")); err == nil {
		t.Error("a certificate passes for a key")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if m, err := manifest.Parse(text); err == nil {
			_, _ = m.Verify(t.Context(), fixtures.NewManifestKey(0).Public())
		}
		if payload, err := manifest.Payload(bytes.NewReader(text)); err == nil {
			_, _ = io.Copy(io.Discard, payload)
		}
	})
}
