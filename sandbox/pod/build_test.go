package pod

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/utils/ptr"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/policy"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

func spec() Spec {
	return Spec{
		Run: sandbox.Run{
			Job:       sandbox.Object{Namespace: "lab", Name: "train", UID: "1234"},
			Run:       1,
			Datasets:  []sandbox.Dataset{{DID: "did:c2d:aa"}, {DID: "did:op:bb"}},
			Algorithm: sandbox.Algorithm{DID: "did:c2d:cc"},
		},
		Environment: &v1alpha1.ComputeEnvironmentSpec{SandboxNamespace: "c2d-sandbox"},
		Algorithm: &v1alpha1.AlgorithmSpec{Container: v1alpha1.Container{
			Image: "registry.example.org/python", Digest: "sha256:dd", Entrypoint: "python3 $ALGO --home=$(HOME)",
			Env: []v1alpha1.EnvVar{{Name: "SEED", Value: "$(TRANSFORMATION_DID)"}},
		}},
		Resources: policy.Resources{
			CPU: resource.MustParse("1"), Memory: resource.MustParse("1Gi"), Disk: resource.MustParse("2Gi"), Duration: 30 * time.Minute,
		},
		AgentImage: "registry.example.org/agent@sha256:ee",
		Gateway:    Gateway{URL: "https://10.96.0.9:8443", Name: "c2d-gateway.c2d-system.svc", CA: "PEM", Open: []string{"10.244.0.5:8443"}, Closed: []string{"10.244.0.5:8444"}},
	}
}

func build(t *testing.T, spec Spec) *corev1.Pod {
	t.Helper()
	pod, err := Build(spec)
	if err != nil {
		t.Fatal(err)
	}
	return pod
}

// TestProfile holds every container to the profile of a sandbox.
func TestProfile(t *testing.T) {
	pod := build(t, spec())
	if pod.Name != "job-1234-1" || pod.Namespace != "c2d-sandbox" || !slices.Contains(pod.Finalizers, sandbox.Finalizer) {
		t.Errorf("got pod %s/%s with finalizers %v", pod.Namespace, pod.Name, pod.Finalizers)
	}
	s := pod.Spec
	for what, ok := range map[string]bool{
		"no token is mounted by itself": !*s.AutomountServiceAccountToken,
		"no service links":              !*s.EnableServiceLinks,
		"user namespace":                !*s.HostUsers,
		"no host namespaces":            !s.HostNetwork && !s.HostPID && !s.HostIPC && s.ShareProcessNamespace == nil,
		"no DNS":                        s.DNSPolicy == corev1.DNSNone,
		"account without rights":        s.ServiceAccountName == sandbox.ServiceAccount,
		"not root":                      *s.SecurityContext.RunAsNonRoot && *s.SecurityContext.RunAsUser != 0,
		"seccomp":                       s.SecurityContext.SeccompProfile.Type == corev1.SeccompProfileTypeRuntimeDefault,
		"never restarted":               s.RestartPolicy == corev1.RestartPolicyNever,
		"deadline":                      *s.ActiveDeadlineSeconds == int64((2*time.Hour + 30*time.Minute).Seconds()),
	} {
		if !ok {
			t.Errorf("pod: %s: not so", what)
		}
	}
	for _, c := range append(slices.Clone(s.InitContainers), s.Containers...) {
		sc := c.SecurityContext
		for what, ok := range map[string]bool{
			"no escalation":   !*sc.AllowPrivilegeEscalation,
			"no capabilities": slices.Equal(sc.Capabilities.Drop, []corev1.Capability{"ALL"}) && len(sc.Capabilities.Add) == 0,
			"read-only root":  *sc.ReadOnlyRootFilesystem,
			"by digest":       strings.Contains(c.Image, "@sha256:"),
			"memory bounded":  c.Resources.Limits.Memory().Cmp(*c.Resources.Requests.Memory()) == 0 && !c.Resources.Limits.Memory().IsZero(),
			"disk bounded":    c.Resources.Limits.StorageEphemeral().Cmp(*c.Resources.Requests.StorageEphemeral()) == 0 && !c.Resources.Limits.StorageEphemeral().IsZero(),
		} {
			if !ok {
				t.Errorf("container %s: %s: not so", c.Name, what)
			}
		}
	}
	for _, v := range s.Volumes {
		if v.HostPath != nil || v.Secret != nil || v.ConfigMap != nil {
			t.Errorf("volume %s is of a kind that no run needs", v.Name)
		}
	}
}

// TestAlgorithmContainer looks at what the algorithm itself gets.
func TestAlgorithmContainer(t *testing.T) {
	c := build(t, spec()).Spec.Containers[0]
	if c.Image != "registry.example.org/python@sha256:dd" {
		t.Errorf("image %s", c.Image)
	}
	want := map[string]bool{"/data": true, "/c2d": true, "/data/outputs": false, "/data/logs": false, "/tmp": false}
	if len(c.VolumeMounts) != len(want) {
		t.Errorf("got %d mounts, want %d: a token must not be among them", len(c.VolumeMounts), len(want))
	}
	for _, m := range c.VolumeMounts {
		if readOnly, ok := want[m.MountPath]; !ok || readOnly != m.ReadOnly {
			t.Errorf("mount %s, read-only %t", m.MountPath, m.ReadOnly)
		}
	}
	env := map[string]string{}
	for _, e := range c.Env {
		env[e.Name] = e.Value
		if e.ValueFrom != nil {
			t.Errorf("environment variable %s comes from elsewhere", e.Name)
		}
	}
	for name, want := range map[string]string{
		"DIDS": `["aa","bb"]`, "TRANSFORMATION_DID": "cc", "VOLUME": "/data", "INPUTS": "/data/inputs", "OUTPUTS": "/data/outputs",
		"LOGS": "/data/logs",
		// Kubernetes turns $$ back into $, and expands nothing.
		"SEED": "$$(TRANSFORMATION_DID)",
	} {
		if env[name] != want {
			t.Errorf("%s is %q, want %q", name, env[name], want)
		}
	}
	if len(env) != 7 {
		t.Errorf("got %d environment variables, want 7: %v", len(env), env)
	}
	if last := c.Args[len(c.Args)-1]; last != "--entrypoint=python3 /data/transformations/algorithm --home=$$(HOME)" {
		t.Errorf("last argument %q", last)
	}
	if c.WorkingDir != "/" {
		t.Errorf("working directory %q: Ocean's samples open data/inputs relative to /", c.WorkingDir)
	}
}

func TestCommandIsTakenAsItIs(t *testing.T) {
	s := spec()
	s.Algorithm.Container.Entrypoint = ""
	s.Algorithm.Container.Command = []string{"/describe", "$ALGO", "--x=$(DIDS)"}
	args := build(t, s).Spec.Containers[0].Args
	if got := args[len(args)-4:]; !slices.Equal(got, []string{"--", "/describe", "$$ALGO", "--x=$$(DIDS)"}) {
		t.Errorf("got %v", got)
	}
}

// TestOnlyAgentsHaveTokens says who can speak to the gateway.
func TestOnlyAgentsHaveTokens(t *testing.T) {
	s := build(t, spec()).Spec
	for _, c := range append(slices.Clone(s.InitContainers), s.Containers...) {
		mounted := slices.ContainsFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == volumeToken })
		if want := c.Name != sandbox.ContainerAlgorithm; mounted != want {
			t.Errorf("container %s has the token: %t", c.Name, mounted)
		}
	}
}

func TestEnvironmentLoosens(t *testing.T) {
	s := spec()
	s.Environment.Isolation = v1alpha1.Isolation{HostUsers: ptr.To(true), WritableRoot: ptr.To(true)}
	s.Environment.RuntimeClassName = "gvisor"
	pod := build(t, s)
	if !*pod.Spec.HostUsers || *pod.Spec.RuntimeClassName != "gvisor" {
		t.Error("hostUsers and runtimeClassName of the environment have no effect")
	}
	for _, c := range append(slices.Clone(pod.Spec.InitContainers), pod.Spec.Containers...) {
		if readOnly := *c.SecurityContext.ReadOnlyRootFilesystem; readOnly != (c.Name != sandbox.ContainerAlgorithm) {
			t.Errorf("container %s: read-only root %t", c.Name, readOnly)
		}
	}
}

func TestRunTravelsOnThePod(t *testing.T) {
	want := spec().Run
	got, err := sandbox.ParseRun(build(t, spec()).Annotations)
	if err != nil {
		t.Fatal(err)
	}
	if got.Job != want.Job || len(got.Datasets) != 2 || !reflect.DeepEqual(got.Algorithm, want.Algorithm) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// The network is for the pods alone of jobs that ask for it where the environment allows it.
func TestNetwork(t *testing.T) {
	for name, test := range map[string]struct {
		asked   bool
		allowed v1alpha1.NetworkAccess
		opened  bool
	}{
		"neither": {false, "", false}, "asked alone": {true, "", false}, "denied": {true, v1alpha1.NetworkDeny, false},
		"allowed alone": {false, v1alpha1.NetworkAllow, false}, "both": {true, v1alpha1.NetworkAllow, true},
	} {
		s := spec()
		s.Run.Network, s.Environment.Isolation.Network, s.Environment.Isolation.Nameservers = test.asked, test.allowed, []string{"192.0.2.53"}
		pod := build(t, s)
		if got := pod.Labels[sandbox.LabelNetwork] == sandbox.NetworkAllow; got != test.opened || (pod.Spec.DNSConfig.Nameservers[0] == "192.0.2.53") != test.opened {
			t.Errorf("%s: labels %v, DNS %v", name, pod.Labels, pod.Spec.DNSConfig)
		}
		if closed := pod.Spec.InitContainers[0].Env; !slices.ContainsFunc(closed, func(e corev1.EnvVar) bool {
			return e.Name == sandbox.EnvClosed && e.Value == "10.244.0.5:8444"
		}) {
			t.Errorf("%s: what must stay closed is not proven: %v", name, closed)
		}
	}
}
