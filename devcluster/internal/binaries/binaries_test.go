package binaries

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
)

func goMod(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// What is built but not named as a tool is lost from go.mod and go.sum with the next `go mod tidy`.
func TestRecipesAreTools(t *testing.T) {
	text := goMod(t)
	version, err := requiredVersion(text, "k8s.io/kubernetes")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	for _, r := range recipes(version) {
		if r.pkg != "./pause" && !slices.Contains(lines, "\t"+r.pkg) {
			t.Errorf("%s is built but go.mod has no tool directive for it", r.pkg)
		}
	}
}

func TestRequiredVersion(t *testing.T) {
	text := []byte("module m\n\nrequire a.b/c v1.2.3\n\nrequire (\n\td.e/f v0.1.0 // indirect\n)\n\nreplace k8s.io/x => k8s.io/x v9.9.9\n")
	for module, want := range map[string]string{"a.b/c": "v1.2.3", "d.e/f": "v0.1.0", "k8s.io/x": "", "a.b": ""} {
		if got, err := requiredVersion(text, module); got != want || (err == nil) != (want != "") {
			t.Errorf("%s: got %q, %v, want %q", module, got, err, want)
		}
	}
}

func TestKubernetesKnowsItsVersion(t *testing.T) {
	for _, r := range recipes("v1.37.2") {
		if strings.HasPrefix(r.pkg, "k8s.io/kubernetes/") && (!strings.Contains(r.ldflags, "gitMajor=1 ") || !strings.HasSuffix(r.ldflags, "gitMinor=37")) {
			t.Errorf("%s: flags %q", r.name, r.ldflags)
		}
	}
}

func TestKeyChangesWithEveryInput(t *testing.T) {
	source := Source{GoMod: []byte("m"), GoSum: []byte("s"), Pause: []byte("p")}
	list := recipes("v1.37.2")
	reference := key(source, list, "go1")
	moved := source
	moved.GoMod, moved.GoSum = []byte("ms"), nil
	changed := slices.Clone(list)
	changed[3].tags = "another"
	static := slices.Clone(list)
	static[3].static = true
	for name, other := range map[string]string{
		"go.sum":          key(Source{GoMod: source.GoMod, GoSum: []byte("t"), Pause: source.Pause}, list, "go1"),
		"a moved border":  key(moved, list, "go1"),
		"a tag":           key(source, changed, "go1"),
		"static linking":  key(source, static, "go1"),
		"the Go version":  key(source, list, "go2"),
		"the version":     key(source, recipes("v1.38.0"), "go1"),
		"the pause image": key(Source{GoMod: source.GoMod, GoSum: source.GoSum}, list, "go1"),
	} {
		if other == reference {
			t.Errorf("the key does not depend on %s", name)
		}
	}
	if key(source, recipes("v1.37.2"), "go1") != reference {
		t.Error("the key differs between equal inputs")
	}
}

func TestMissingPackages(t *testing.T) {
	needs := []need{{"a", "one"}, {"b", "two"}, {"c", "one"}, {"d", "three"}}
	got := missing(needs, func(file string) bool { return file == "d" })
	if !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("got %v, want [one two]", got)
	}
}

func TestAnnounce(t *testing.T) {
	var out bytes.Buffer
	announce(&out, "[1/2] etcd")(nil)
	announce(&out, "[2/2] runc")(os.ErrInvalid)
	if want := "[1/2] etcd ... 0 s\n[2/2] runc ... 0 s, failed\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}
