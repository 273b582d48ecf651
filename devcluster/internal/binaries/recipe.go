// Package binaries builds the programs that a cluster is made of, once, from the Go modules that this program's own
// go.mod names.
package binaries

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime"
	"strings"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/chain"
)

// Source is what a build starts from: the text of go.mod and go.sum, and of the pause program.
type Source struct{ GoMod, GoSum, Pause []byte }

// recipe says how to build one program.
type recipe struct {
	name, pkg string
	tags      string
	ldflags   string
	static    bool
}

const stripped = "-s -w"

// recipes are in the order in which they are built: small ones first, so that a broken tool chain shows early.
func recipes(kubernetes string) []recipe {
	version := stripped + " -X k8s.io/component-base/version.gitVersion=" + kubernetes +
		" -X k8s.io/component-base/version.gitMajor=" + part(kubernetes, 0) +
		" -X k8s.io/component-base/version.gitMinor=" + part(kubernetes, 1)
	const withoutFilesystems = "no_btrfs no_zfs"
	return []recipe{
		{name: "pause", pkg: "./pause", ldflags: stripped, static: true},
		{name: "runc", pkg: "github.com/opencontainers/runc", tags: "seccomp", ldflags: stripped},
		{name: "etcd", pkg: "go.etcd.io/etcd/server/v3", ldflags: stripped},
		{name: "containerd", pkg: "github.com/containerd/containerd/v2/cmd/containerd", tags: withoutFilesystems, ldflags: stripped},
		{name: "containerd-shim-runc-v2", pkg: "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2", tags: withoutFilesystems, ldflags: stripped},
		{name: "ctr", pkg: "github.com/containerd/containerd/v2/cmd/ctr", tags: withoutFilesystems, ldflags: stripped},
		{name: "versitygw", pkg: "github.com/versity/versitygw/cmd/versitygw", ldflags: stripped},
		{name: "kube-apiserver", pkg: "k8s.io/kubernetes/cmd/kube-apiserver", ldflags: version},
		{name: "kube-controller-manager", pkg: "k8s.io/kubernetes/cmd/kube-controller-manager", ldflags: version},
		{name: "kube-scheduler", pkg: "k8s.io/kubernetes/cmd/kube-scheduler", ldflags: version},
		{name: "kubelet", pkg: "k8s.io/kubernetes/cmd/kubelet", ldflags: version},
		{name: "kube-proxy", pkg: "k8s.io/kubernetes/cmd/kube-proxy", ldflags: version},
		{name: "kubectl", pkg: "k8s.io/kubernetes/cmd/kubectl", ldflags: version},
	}
}

func (r recipe) arguments(output string) []string {
	arguments := []string{"build", "-buildvcs=false", "-o", output}
	if r.tags != "" {
		arguments = append(arguments, "-tags", r.tags)
	}
	return append(arguments, "-ldflags", r.ldflags, r.pkg)
}

// part returns one number of a version: part("v1.37.2", 1) is "37".
func part(version string, index int) string {
	return strings.Split(strings.TrimPrefix(version, "v"), ".")[index]
}

// requiredVersion finds the version of a module in the text of a go.mod.
func requiredVersion(goMod []byte, module string) (string, error) {
	for line := range strings.Lines(string(goMod)) {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(fields) >= 2 && fields[0] == module && strings.HasPrefix(fields[1], "v") {
			return fields[1], nil
		}
	}
	return "", fmt.Errorf("go.mod does not require %s", module)
}

// key names the outcome of a build: equal keys, equal binaries.
func key(source Source, list []recipe, goVersion string) string {
	hash := sha256.New()
	fmt.Fprintf(hash, "%s %s %s\n", goVersion, runtime.GOARCH, chain.Key())
	for _, text := range [][]byte{source.GoMod, source.GoSum, source.Pause} {
		fmt.Fprintf(hash, "%d\n%s", len(text), text)
	}
	for _, r := range list {
		fmt.Fprintf(hash, "%s %t %q\n", r.name, r.static, r.arguments(r.name))
	}
	return hex.EncodeToString(hash.Sum(nil))[:16]
}
