// Package apiserver starts a real etcd and kube-apiserver, with the CRDs of this project, for tests.
package apiserver

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// Main runs the tests of a package beside an API server and exits with their result. It hands the address of the API
// server to set before the first test. The binaries come from the directory in KUBEBUILDER_ASSETS, which `make test`
// sets.
func Main(m *testing.M, set func(*rest.Config)) {
	os.Exit(Run(m, func(config *rest.Config) (func(), error) {
		set(config)
		return func() {}, nil
	}))
}

// Run is Main for tests that need more than an API server: start brings it up and says how to stop it.
func Run(m *testing.M, start func(*rest.Config) (stop func(), err error)) int {
	if os.Getenv("KUBEBUILDER_ASSETS") == "" {
		fmt.Fprintln(os.Stderr, "KUBEBUILDER_ASSETS is not set: it must name a directory with etcd and kube-apiserver; run the tests with `make test`, or set it to the output of `go run -C devcluster . build --print-dir`")
		return 1
	}
	environment := &envtest.Environment{
		CRDDirectoryPaths:     crds(),
		ErrorIfCRDPathMissing: true,
	}
	// Start leaves the processes behind when a CRD is refused.
	defer func() { _ = environment.Stop() }()
	config, err := environment.Start()
	if err != nil {
		fmt.Fprintf(os.Stderr, "start the API server: %v\n", err)
		return 1
	}
	config.QPS, config.Burst = -1, -1
	stop, err := start(config)
	if err != nil {
		fmt.Fprintf(os.Stderr, "prepare the tests: %v\n", err)
		return 1
	}
	defer stop()
	return m.Run()
}

// crds are the files of the CRDs: their folder holds other YAML too.
func crds() []string {
	files, _ := filepath.Glob(filepath.Join(root(), "crds", "c2d.dev_*.yaml"))
	return files
}

// root of the repository.
func root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}
