package node

import (
	"encoding/json"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

var sample = facts{
	Name: "e2e", Dir: "/cache/clusters/e2e", Binaries: "/cache/bin/1", Cgroup: "c2d-1", NodeIP: "198.18.0.2", Registry: "198.18.0.3:5000",
	PodCIDR: "10.244.0.0/16", RegistryName: "registry.devcluster:5000", PauseImage: "registry.devcluster:5000/pause:1",
}

func TestEveryConfigurationRenders(t *testing.T) {
	for name := range places {
		text, err := render(name, sample)
		if err != nil {
			t.Error(err)
			continue
		}
		var parsed map[string]any
		switch {
		case strings.HasSuffix(name, ".yaml"):
			err = yaml.UnmarshalStrict(text, &parsed)
		case strings.HasSuffix(name, ".conflist"):
			err = json.Unmarshal(text, &parsed)
		}
		if err != nil || strings.Contains(string(text), "<no value>") {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
}

// Each of these was found by a cluster that did not work without it.
func TestWhatMatters(t *testing.T) {
	limited := sample
	limited.CannotRaiseLimits = true
	for _, test := range []struct {
		file  string
		facts facts
		want  string
		has   bool
	}{
		{"kubelet.yaml", sample, "failCgroupV1: false", true},
		{"kubelet.yaml", sample, "cgroupRoot: /c2d-1\n", true},
		{"kubelet.yaml", sample, "KubeletInUserNamespace", false},
		{"kubelet.yaml", limited, "featureGates: {KubeletInUserNamespace: true}", true},
		{"kube-proxy.yaml", sample, "hostnameOverride: e2e\n", true},
		{"kube-proxy.yaml", sample, "mode: nftables\n", true},
		{"containerd.toml", sample, "restrict_oom_score_adj = false", true},
		{"containerd.toml", limited, "restrict_oom_score_adj = true", true},
		{"containerd.toml", sample, `sandbox = "registry.devcluster:5000/pause:1"`, true},
		{"hosts.toml", sample, `[host."http://198.18.0.3:5000"]`, true},
		{"pods.conflist", sample, `"type": "ptp"`, true},
	} {
		text, err := render(test.file, test.facts)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), test.want) != test.has {
			t.Errorf("%s: contains %q is not %t:\n%s", test.file, test.want, test.has, text)
		}
	}
}
