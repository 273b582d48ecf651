package node

import (
	"bytes"
	"embed"
	"fmt"
	"path/filepath"
	"text/template"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/layout"
)

//go:embed config
var configFiles embed.FS

var configTemplates = template.Must(template.ParseFS(configFiles, "config/*"))

// facts are all that the configuration files depend on.
type facts struct {
	Name, Dir, Binaries, Cgroup string
	NodeIP, Registry            string
	CannotRaiseLimits           bool // no CAP_SYS_RESOURCE, as in many containers and small virtual machines
	PodCIDR                     string
	RegistryName, PauseImage    string
}

func newFacts(cluster layout.Cluster, record layout.Record, cannotRaiseLimits bool) facts {
	return facts{
		Name: cluster.Name, Dir: cluster.Dir, Binaries: record.Binaries, Cgroup: cluster.Cgroup(),
		NodeIP: record.NodeIP().String(), Registry: record.Registry(), CannotRaiseLimits: cannotRaiseLimits,
		PodCIDR: layout.PodCIDR, RegistryName: layout.RegistryName, PauseImage: layout.PauseImage,
	}
}

// places says where each configuration file goes, below the cluster's directory.
var places = map[string]string{
	"kubelet.yaml":    "conf/kubelet.yaml",
	"kube-proxy.yaml": "conf/kube-proxy.yaml",
	"audit.yaml":      "conf/audit.yaml",
	"containerd.toml": "conf/containerd.toml",
	"hosts.toml":      "conf/certs.d/" + layout.RegistryName + "/hosts.toml",
	"pods.conflist":   "conf/cni/pods.conflist",
	"resolv.conf":     "conf/resolv.conf",
}

func render(name string, f facts) ([]byte, error) {
	var out bytes.Buffer
	if err := configTemplates.ExecuteTemplate(&out, name, f); err != nil {
		return nil, fmt.Errorf("render %s: %w", name, err)
	}
	return out.Bytes(), nil
}

func writeConfigs(f facts) error {
	for name, place := range places {
		content, err := render(name, f)
		if err != nil {
			return err
		}
		if err := layout.WriteFile(filepath.Join(f.Dir, place), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
