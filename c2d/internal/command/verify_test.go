package command

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/proof"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/disclosure"
	"github.com/compute-to-data/terraform-provider-c2d/manifest"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/test/fixtures"
)

// brought results of a run in a folder, with its manifest and the key of its environment.
func brought(t *testing.T) (folder, manifestFile, keyFile string) {
	t.Helper()
	folder = t.TempDir()
	files := map[string]string{"outputs/deep/model.json": "{}", "logs/algorithm.log": "done\n"}
	start := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	record := sandbox.Record{
		Job: sandbox.Object{Namespace: "lab", Name: "train", UID: "u1"}, Run: 3, Environment: sandbox.Object{Name: "clinic"},
		Algorithm: sandbox.Algorithm{Object: sandbox.Object{Namespace: "lab", Name: "logreg\x1b[2J"}, DID: "did:c2d:aa", Checksum: "sha256:bb", Command: []string{"/train", "a b"}},
		Datasets:  []sandbox.ManifestDataset{{DID: "did:op:dd", Content: sandbox.Content{Files: 2, Bytes: 2048, SHA256: "ee"}}},
		Published: start.Add(time.Minute),
	}
	for name, content := range files {
		place := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(place, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		result := sandbox.ManifestResult{Name: strings.TrimPrefix(name, "outputs/"), Type: v1alpha1.ResultOutput, Bytes: int64(len(content)), SHA256: hexOf(content)}
		if name == sandbox.KeyLog {
			result.Name, result.Type, result.Flags = "algorithm.log", v1alpha1.ResultLog, []disclosure.Check{"log-control"}
		}
		record.Results = append(record.Results, result)
	}
	text, _ := fixtures.Manifest(t, record, manifest.Facts{
		Cluster: "c1", Author: "ada", Rules: disclosure.Strictest(), Outcome: v1alpha1.ReasonSucceeded, Exit: manifest.Exit{Class: "Completed"},
		Created: start, Started: start.Add(5 * time.Second), Ended: start.Add(35 * time.Second),
		Payment: &manifest.Payment{ChainID: 8996, Minutes: 1, PerMinute: "7", Due: "7", Locked: "35", Token: "0xT", LockID: "0xL"},
	})
	manifestFile, keyFile = filepath.Join(folder, "manifest.json"), filepath.Join(t.TempDir(), "clinic.pem")
	key, err := fixtures.NewManifestKey(0).Public().PEM()
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{manifestFile: string(text), keyFile: key} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder, manifestFile, keyFile
}

// A manifest is verified without a cluster, and says in words what was run on what.
func TestVerify(t *testing.T) {
	folder, file, key := brought(t)
	r := c2d(t, "nowhere", "verify", file, folder, "--key", key).want(t, ExitOK)
	for _, want := range []string{
		"run 3 of ComputeJob lab/train", "created by ada", "Succeeded; the algorithm ended as Completed", "ComputeEnvironment clinic of cluster c1",
		"started 2026-11-23T04:00:05Z, ran for 30s", "checksum sha256:bb", `started as "/train" "a b"`, "did:op:dd", "2 files, 2.0 KiB", "log-control (1)",
		"1 min at 7 = 7 base units of token 0xT", "of 35 locked on chain 8996 as 0xL", "Files: 2 of 2 verified", "Signed by key " + fixtures.NewManifestKey(0).Public().ID(),
	} {
		if !strings.Contains(r.out, want) {
			t.Errorf("the words lack %q:\n%s", want, r.out)
		}
	}
	if strings.Contains(r.out, "\x1b") {
		t.Error("a name steers the terminal")
	}
	var said verdict
	r = c2d(t, "nowhere", "verify", file, "--key", key, "-o", "json").want(t, ExitOK)
	if err := json.Unmarshal([]byte(r.out), &said); err != nil || !said.Verified || said.Run.Run != 3 {
		t.Errorf("%s: %v", r.out, err)
	}
}

// Whatever is wrong is said, and is a failure.
func TestVerifyFails(t *testing.T) {
	otherKey := func(t *testing.T) string {
		name := filepath.Join(t.TempDir(), "other.pem")
		text, _ := fixtures.NewManifestKey(1).Public().PEM()
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	for what, test := range map[string]struct {
		do   func(t *testing.T, folder string)
		args func(t *testing.T, file, folder, key string) []string
		want string
	}{
		"another key": {nil, func(t *testing.T, file, _, _ string) []string { return []string{file, "--key", otherKey(t)} }, "no known key has signed"},
		"no key":      {nil, func(_ *testing.T, file, _, _ string) []string { return []string{file} }, "--key FILE or --environment NAME"},
		"a changed file": {func(t *testing.T, folder string) {
			_ = os.WriteFile(filepath.Join(folder, "outputs/deep/model.json"), []byte("[]"), 0o600)
		}, nil, "its SHA-256 is"},
		"a longer file": {func(t *testing.T, folder string) {
			_ = os.WriteFile(filepath.Join(folder, "outputs/deep/model.json"), []byte("{} "), 0o600)
		}, nil, "it has 3 bytes, expected 2"},
		"a missing file": {func(_ *testing.T, folder string) { _ = os.Remove(filepath.Join(folder, sandbox.KeyLog)) }, nil, `missing: "logs/algorithm.log"`},
		"a file more":    {func(_ *testing.T, folder string) { _ = os.WriteFile(filepath.Join(folder, "x"), nil, 0o600) }, nil, `unknown: "x"`},
		"a link out of the folder": {func(_ *testing.T, folder string) {
			name := filepath.Join(folder, sandbox.KeyLog)
			_ = os.Remove(name)
			_ = os.Symlink("/etc/hostname", name)
		}, nil, "escapes"},
		"no manifest": {nil, func(_ *testing.T, _, folder, key string) []string {
			return []string{filepath.Join(folder, sandbox.KeyLog), "--key", key}
		}, "no DSSE envelope"},
		"another output": {nil, func(_ *testing.T, file, _, key string) []string { return []string{file, "--key", key, "-o", "xml"} }, "expected json"},
	} {
		t.Run(what, func(t *testing.T) {
			folder, file, key := brought(t)
			if test.do != nil {
				test.do(t, folder)
			}
			args := []string{file, folder, "--key", key}
			if test.args != nil {
				args = test.args(t, file, folder, key)
			}
			r := c2d(t, "nowhere", append([]string{"verify"}, args...)...).want(t, ExitFailure)
			if !strings.Contains(r.out+r.errOut, test.want) {
				t.Errorf("got %q, expected %q", r.out+r.errOut, test.want)
			}
		})
	}
}

// Without a signature nothing is verified, and it says so.
func TestVerifyWithoutSignature(t *testing.T) {
	folder, file, _ := brought(t)
	r := c2d(t, "nowhere", "verify", file, folder, "--insecure-skip-signature").want(t, ExitOK)
	if !strings.Contains(r.errOut, "THE SIGNATURE IS NOT VERIFIED") {
		t.Errorf("got %q", r.errOut)
	}
	r = c2d(t, "nowhere", "verify", file, folder, "--insecure-skip-signature", "-o", "json").want(t, ExitOK)
	if !strings.Contains(r.out, `"verified":false`) {
		t.Errorf("got %q", r.out)
	}
}

func TestFilesNamesTheFirstUnknown(t *testing.T) {
	folder := t.TempDir()
	for i := range 25 {
		if err := os.WriteFile(filepath.Join(folder, string(rune('a'+i))), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	files, err := proof.Files(root, nil)
	if err != nil || len(files) != 21 || files[20].Detail != "5 more" {
		t.Errorf("%v, %v", files, err)
	}
}

func hexOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
