//go:build e2e

package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/manifest"
)

// signed checks that a manifest is of this job, signed by its environment, and how many results and input files it lists.
func (s *story) signed(t *testing.T, text string, results int, files int64) {
	t.Helper()
	m, err := manifest.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var environment v1alpha1.ComputeEnvironment
	if err := api.Get(t.Context(), types.NamespacedName{Name: s.job.Spec.Environment}, &environment); err != nil {
		t.Fatal(err)
	}
	key, err := manifest.ParseKey([]byte(environment.Status.ManifestKeys[0].PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Verify(t.Context(), key); err != nil {
		t.Error(err)
	}
	verifiesElsewhere(t, text, environment.Status.ManifestKeys[0].PublicKey)
	p := m.Statement.Predicate
	if len(p.Results) != results || p.Datasets[0].Content.Files != files || p.Algorithm.Checksum == "" || p.Algorithm.Image == "" || p.Job.UID != s.job.UID || p.Times.Ended.IsZero() {
		t.Errorf("the manifest says %+v", p)
	}
}

// verifiesElsewhere checks a manifest with an implementation of DSSE that has nothing to do with ours: that of sigstore, in
// JavaScript. One that was altered must not pass.
func verifiesElsewhere(t *testing.T, text, key string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	folder := t.TempDir()
	run := func(name string, args ...string) (string, error) {
		command := exec.CommandContext(ctx, name, args...)
		command.Dir = folder
		out, err := command.CombinedOutput()
		return string(out), err
	}
	altered := strings.Replace(text, `"payload":"e`, `"payload":"f`, 1)
	files := map[string]string{"manifest.json": text, "altered.json": altered, "key.pem": key}
	for _, name := range []string{"package.json", "verify.cjs"} {
		content, err := os.ReadFile(filepath.Join("dsse", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(content)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"); err != nil {
		t.Fatalf("npm install: %v\n%s", err, out)
	}
	if out, err := run("node", "verify.cjs", "manifest.json", "key.pem"); err != nil || !strings.HasPrefix(out, "valid") {
		t.Errorf("the manifest does not verify: %v\n%s", err, out)
	}
	if out, err := run("node", "verify.cjs", "altered.json", "key.pem"); err == nil || !strings.HasPrefix(out, "not valid") || altered == text {
		t.Errorf("an altered manifest verifies: %v\n%s", err, out)
	}
}
