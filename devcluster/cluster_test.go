package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/binaries"
	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/images"
	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/layout"
	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/lifecycle"
	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/sandboxrule"
)

// A cluster's inside is this same program: the test binary must be it too.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && (os.Args[1] == "init" || os.Args[1] == "supervise") {
		main()
		return
	}
	os.Exit(m.Run())
}

// start brings up a cluster of this test's own, and sees to it that nothing of it stays.
func start(t *testing.T, name string) layout.Cluster {
	t.Helper()
	cluster, err := layout.Open(fmt.Sprintf("test-%s-%d", name, os.Getpid()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := lifecycle.Down(context.Background(), cluster, io.Discard); err != nil {
			t.Error(err)
		}
		assertNothingLeft(t, cluster)
	})
	up(t, cluster)
	return cluster
}

func up(t *testing.T, cluster layout.Cluster) {
	t.Helper()
	if err := lifecycle.Up(t.Context(), cluster, source, io.Discard); err != nil {
		t.Fatal(err)
	}
	if health := health(t, cluster); health != lifecycle.Healthy {
		t.Fatalf("after up, cluster %s has health %d, want %d", cluster.Name, health, lifecycle.Healthy)
	}
}

func health(t *testing.T, cluster layout.Cluster) lifecycle.Health {
	t.Helper()
	health, err := lifecycle.Status(t.Context(), cluster, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return health
}

func record(t *testing.T, cluster layout.Cluster) *layout.Record {
	t.Helper()
	record, err := lifecycle.Running(cluster)
	if err != nil {
		t.Fatal(err)
	}
	return record
}

func requireBuilt(t *testing.T) {
	t.Helper()
	if testing.Short() || os.Geteuid() != 0 {
		t.Skip("starts clusters: needs root, and not -short")
	}
	dir, err := binaries.Dir(t.Context(), source)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the cluster's programs are not built: run `devcluster build` first")
	}
}

func TestUpIsIdempotentAndDownAfterCrashLeavesNothing(t *testing.T) {
	requireBuilt(t)
	before := machineWide(t)
	quiet, crashed := start(t, "quiet"), start(t, "crashed")
	first := *record(t, quiet)
	up(t, quiet)
	if again := *record(t, quiet); again != first {
		t.Errorf("up on a running cluster made a new one: %v, was %v", again, first)
	}

	for what, kill := range map[string]func() int{
		"the first process": func() int { return record(t, crashed).PID },
		"the supervisor":    func() int { return findProcess(t, "supervise\x00"+crashed.Name) },
	} {
		if err := syscall.Kill(kill(), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the cluster ends with "+what, func() bool { return health(t, crashed) == lifecycle.NotRunning })
		up(t, crashed)
	}
	// A program that dies is started again.
	etcd := crashed.Path("etcd")
	killed := findProcess(t, "--data-dir="+etcd)
	if err := syscall.Kill(killed, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a killed program runs again", func() bool {
		progress, err := crashed.ReadProgress()
		return err == nil && progress.Components[0].Restarts == 1 && health(t, crashed) == lifecycle.Healthy
	})

	if err := syscall.Kill(record(t, crashed).PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := lifecycle.Down(t.Context(), crashed, io.Discard); err != nil {
		t.Fatal(err)
	}
	assertNothingLeft(t, crashed)
	if health := health(t, quiet); health != lifecycle.Healthy {
		t.Errorf("the cluster beside the one that crashed has health %d", health)
	}
	if after := machineWide(t); after != before {
		t.Errorf("settings of the whole machine were changed from %q to %q", before, after)
	}
}

// machineWide are settings that a kubelet changes on a machine of its own.
func machineWide(t *testing.T) string {
	t.Helper()
	var settings []string
	for _, name := range []string{"vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops", "net/ipv4/ip_forward"} {
		value, err := os.ReadFile("/proc/sys/" + name)
		if err != nil {
			t.Fatal(err)
		}
		settings = append(settings, name+"="+strings.TrimSpace(string(value)))
	}
	return strings.Join(settings, " ")
}

func assertNothingLeft(t *testing.T, cluster layout.Cluster) {
	t.Helper()
	if _, err := os.Stat(cluster.Dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("left behind: %s (%v)", cluster.Dir, err)
	}
	if _, err := net.InterfaceByName(cluster.HostInterface()); err == nil {
		t.Errorf("left behind: interface %s", cluster.HostInterface())
	}
	for _, pattern := range []string{"/sys/fs/cgroup/*/" + cluster.Cgroup(), "/sys/fs/cgroup/" + cluster.Cgroup()} {
		if cgroups, _ := filepath.Glob(pattern); len(cgroups) > 0 {
			t.Errorf("left behind: cgroups %v", cgroups)
		}
	}
	if pid := processWith(cluster.Dir); pid != 0 {
		t.Errorf("left behind: process %d", pid)
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil || strings.Contains(string(mounts), cluster.Dir) {
		t.Errorf("left behind: mounts (%v)", err)
	}
}

func findProcess(t *testing.T, argument string) int {
	t.Helper()
	pid := processWith(argument)
	if pid == 0 {
		t.Fatalf("no process has %q in its command line", argument)
	}
	return pid
}

// processWith finds a process by a part of its command line, whose words end in zero bytes.
func processWith(text string) int {
	paths, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range paths {
		if line, err := os.ReadFile(path); err == nil && bytes.Contains(line, []byte(text)) {
			var pid int
			if _, err := fmt.Sscanf(path, "/proc/%d/cmdline", &pid); err == nil && pid != os.Getpid() {
				return pid
			}
		}
	}
	return 0
}

func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !condition(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within a minute: %s", what)
		}
	}
}

func TestSandboxRule(t *testing.T) {
	requireBuilt(t)
	cluster := start(t, "rule")
	record := record(t, cluster)
	pods := newPods(t, cluster, record)

	gateway := pods.listen("system", "gateway", map[string]string{"app.kubernetes.io/name": "c2d-gateway"})
	other := pods.listen("system", "other", nil)
	victim := pods.listen("sandbox", "victim", nil)
	targets := []string{
		gateway + ":8443", gateway + ":8444", other + ":8443", victim + ":8443",
		fmt.Sprintf("%s:%d", record.NodeIP(), layout.APIServerPort), layout.KubernetesService + ":443", record.Registry(),
		fmt.Sprintf("%s:%d", record.ServicesIP(), layout.S3Port), fmt.Sprintf("%s:%d", record.ServicesIP(), layout.ChainPort),
	}
	switchTo := func(arguments ...string) {
		t.Helper()
		mode, err := sandboxrule.ParseMode(arguments)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := inNetwork(record, mode.Script(), "nft", "-f", "-"); err != nil {
			t.Fatal(err)
		}
	}
	const all = "111111111"
	for _, test := range []struct{ mode, from, want string }{
		{"on", "sandbox", "100000000"}, // the gateway's port alone
		{"on", "system", "111011111"},  // all but the pod in the sandbox
		{"off", "sandbox", all},
		{"late 1h", "sandbox", all},
		{"on", "sandbox", "100000000"},
	} {
		switchTo(strings.Fields(test.mode)...)
		var got strings.Builder
		for _, reached := range pods.reach(test.from, targets) {
			got.WriteString(map[bool]string{true: "1", false: "0"}[reached])
		}
		if got.String() != test.want {
			t.Errorf("rule %s, from %s: reached %s of %v, want %s", test.mode, test.from, got.String(), targets, test.want)
		}
	}
}

// pods makes pods of the testdata/dial program, in a namespace that is a sandbox and in one that is none.
type pods struct {
	t      *testing.T
	client *kubernetes.Clientset
	image  string
	count  int
}

func newPods(t *testing.T, cluster layout.Cluster, record *layout.Record) *pods {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "dial")
	build := exec.Command("go", "build", "-o", binary, "./testdata/dial")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	image, err := images.FromBinary(binary, images.Options{})
	if err != nil {
		t.Fatal(err)
	}
	reference, err := images.Store{Blobs: cluster.Path("registry"), Address: record.Registry()}.Push(t.Context(), "dial", image)
	if err != nil {
		t.Fatal(err)
	}
	config, err := clientcmd.BuildConfigFromFlags("", cluster.Kubeconfig())
	if err != nil {
		t.Fatal(err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	for name, labels := range map[string]map[string]string{"system": nil, "sandbox": {sandboxrule.SandboxLabel: "true"}} {
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}
		if _, err := client.CoreV1().Namespaces().Create(t.Context(), namespace, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		eventually(t, "namespace "+name+" admits pods", func() bool {
			_, err := client.CoreV1().ServiceAccounts(name).Get(t.Context(), "default", metav1.GetOptions{})
			return err == nil
		})
	}
	return &pods{t: t, client: client, image: reference}
}

func (p *pods) run(namespace, name string, labels map[string]string, command []string, until func(*corev1.Pod) bool) *corev1.Pod {
	p.t.Helper()
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels},
		Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyNever,
			Containers:    []corev1.Container{{Name: "dial", Image: p.image, Command: command}},
		},
	}
	if _, err := p.client.CoreV1().Pods(namespace).Create(p.t.Context(), pod, metav1.CreateOptions{}); err != nil {
		p.t.Fatal(err)
	}
	eventually(p.t, "pod "+namespace+"/"+name, func() bool {
		current, err := p.client.CoreV1().Pods(namespace).Get(p.t.Context(), name, metav1.GetOptions{})
		pod = current
		return err == nil && until(pod)
	})
	return pod
}

// listen starts a pod that accepts connections at 8443 and 8444, and returns its address.
func (p *pods) listen(namespace, name string, labels map[string]string) string {
	p.t.Helper()
	return p.run(namespace, name, labels, []string{"/dial", "listen", "8443", "8444"}, func(pod *corev1.Pod) bool {
		return pod.Status.Phase == corev1.PodRunning && pod.Status.PodIP != ""
	}).Status.PodIP
}

// reach tells which of the addresses a new pod can connect to.
func (p *pods) reach(namespace string, addresses []string) []bool {
	p.t.Helper()
	p.count++
	name := fmt.Sprintf("reach-%d", p.count)
	p.run(namespace, name, nil, append([]string{"/dial", "reach"}, addresses...), func(pod *corev1.Pod) bool {
		return pod.Status.Phase == corev1.PodSucceeded
	})
	log, err := p.client.CoreV1().Pods(namespace).GetLogs(name, &corev1.PodLogOptions{}).DoRaw(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	var reached []bool
	for _, address := range addresses {
		reached = append(reached, strings.Contains(string(log), address+" true\n"))
	}
	return reached
}
