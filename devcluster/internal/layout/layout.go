// Package layout says where everything of a cluster lies, and keeps the record of what was made for it.
package layout

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// Addresses that are the same in every cluster: each cluster has a network namespace of its own, so they cannot collide.
const (
	PodCIDR           = "10.244.0.0/16"
	ServiceCIDR       = "10.96.0.0/16"
	KubernetesService = "10.96.0.1"
	APIServerPort     = 6443
	S3Port            = 9000
	RegistryPort      = 5000
	ChainPort         = 8545
	S3Region          = "us-east-1"

	// RegistryName is the name that pods pull under; containerd alone resolves it.
	RegistryName = "registry.devcluster:5000"
	// PauseImage holds the namespaces of a pod.
	PauseImage = RegistryName + "/pause:1"
	// Uplink is the node's end of the pair of interfaces that joins it to the host.
	Uplink = "uplink"
)

var validName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$`)

// CheckName refuses names that could not be a node's name or a directory.
func CheckName(name string) error {
	if !validName.MatchString(name) {
		return fmt.Errorf("cluster name %q: expected up to 32 lower-case letters, digits and inner hyphens; choose another --name", name)
	}
	return nil
}

// CacheDir is where binaries and clusters live: $C2D_CACHE, else c2d in the user's cache directory.
func CacheDir() (string, error) {
	if dir := os.Getenv("C2D_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no cache directory: %w; set C2D_CACHE to one", err)
	}
	return filepath.Join(dir, "c2d"), nil
}

// Cluster is the directory of one cluster.
type Cluster struct {
	Name string
	Dir  string
}

// Open names the directory of a cluster; it need not exist.
func Open(name string) (Cluster, error) {
	if err := CheckName(name); err != nil {
		return Cluster{}, err
	}
	cache, err := CacheDir()
	if err != nil {
		return Cluster{}, err
	}
	return Cluster{Name: name, Dir: filepath.Join(cache, "clusters", name)}, nil
}

// All lists the clusters that have a directory, running or not.
func All() ([]Cluster, error) {
	cache, err := CacheDir()
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(filepath.Join(cache, "clusters"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list clusters: %w", err)
	}
	var clusters []Cluster
	for _, entry := range entries {
		if entry.IsDir() && validName.MatchString(entry.Name()) {
			clusters = append(clusters, Cluster{Name: entry.Name(), Dir: filepath.Join(cache, "clusters", entry.Name())})
		}
	}
	return clusters, nil
}

// ID names what must lie outside of the directory (interface, cgroup), so that equal names in two caches do not meet.
func (c Cluster) ID() string {
	sum := sha256.Sum256([]byte(c.Dir))
	return hex.EncodeToString(sum[:4])
}

// Path joins names to the cluster's directory.
func (c Cluster) Path(names ...string) string {
	return filepath.Join(append([]string{c.Dir}, names...)...)
}

func (c Cluster) Kubeconfig() string          { return c.Path("kubeconfig") }
func (c Cluster) AuditLog() string            { return c.Path("audit.log") }
func (c Cluster) Log(component string) string { return c.Path("logs", component+".log") }

// Cgroup is the name of the cgroup, directly below each root, that holds the cluster's pods.
func (c Cluster) Cgroup() string { return "c2d-" + c.ID() }

// HostInterface is the host's end of the pair of interfaces.
func (c Cluster) HostInterface() string { return "c2d" + c.ID() }

// WriteFile replaces a file as a whole, so that no reader ever sees half of it.
func WriteFile(path string, data []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	if _, err := temporary.Write(data); err != nil {
		temporary.Close()
		return err
	}
	if err := temporary.Chmod(mode); err != nil {
		temporary.Close()
		return err
	}
	if err := temporary.Close(); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
