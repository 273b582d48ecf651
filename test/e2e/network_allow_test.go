//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// Address of documentation that the test gives the node: to the network policy it is one of the internet.
const publicAddress = "203.0.113.7"

// node runs a command in the node's network namespace until the test ends.
func node(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	return exec.CommandContext(ctx, os.Getenv("C2D_DEVCLUSTER"), append([]string{"node-exec", "--name", os.Getenv("C2D_CLUSTER"), "--"}, args...)...)
}

// TestNetwork lets a job reach what counts as the internet where environment, owner and job say so, and nobody else; what
// must stay closed does.
func TestNetwork(t *testing.T) {
	t.Parallel()
	if out, err := node(t, "ip", "address", "replace", publicAddress+"/32", "dev", "lo").CombinedOutput(); err != nil {
		t.Fatalf("give the node an address: %v %s", err, out)
	}
	t.Cleanup(func() {
		_ = exec.Command(os.Getenv("C2D_DEVCLUSTER"), "node-exec", "--name", os.Getenv("C2D_CLUSTER"), "--", "ip", "address", "del", publicAddress+"/32", "dev", "lo").Run()
	})
	folder := t.TempDir()
	if err := os.WriteFile(folder+"/hello", []byte("hello from outside\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	port := fmt.Sprint(20000 + os.Getpid()%10000)
	server := node(t, "timeout", "600", "busybox", "httpd", "-f", "-p", publicAddress+":"+port, "-h", folder)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the server answers on the node", func() bool {
		out, _ := node(t, "busybox", "wget", "-q", "-O", "-", "http://"+publicAddress+":"+port+"/hello").Output()
		return strings.Contains(string(out), "hello")
	})
	online := &v1alpha1.ComputeEnvironment{}
	if err := api.Get(t.Context(), client.ObjectKey{Name: environment}, online); err != nil {
		t.Fatal(err)
	}
	online.ObjectMeta = metav1.ObjectMeta{GenerateName: "online-"}
	online.Status = v1alpha1.ComputeEnvironmentStatus{}
	online.Spec.Isolation.Network = v1alpha1.NetworkAllow
	if err := api.Create(t.Context(), online); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = api.Delete(context.Background(), online) })

	script := `if printf 'GET /hello HTTP/1.0\r\n\r\n' | nc -w 5 ` + publicAddress + ` ` + port + ` 2>/dev/null | grep -q 'hello from outside'; then echo open; else echo closed; fi`
	for name, test := range map[string]struct {
		environment  string
		owner, asked v1alpha1.NetworkAccess
		want         string // in the log; empty: denied
	}{
		"nobody asks":                      {online.Name, v1alpha1.NetworkAllow, v1alpha1.NetworkDeny, "closed"},
		"all allow":                        {online.Name, v1alpha1.NetworkAllow, v1alpha1.NetworkAllow, "open"},
		"not the owner of the data":        {online.Name, v1alpha1.NetworkDeny, v1alpha1.NetworkAllow, ""},
		"not the owner of the environment": {environment, v1alpha1.NetworkAllow, v1alpha1.NetworkAllow, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t, script)
			s.dataset.Spec.Access.Network, s.job.Spec.Network, s.job.Spec.Environment = test.owner, test.asked, test.environment
			if test.want == "" {
				s.fails(v1alpha1.ReasonPolicyDenied, "network")
				return
			}
			if log := strings.TrimSpace(s.succeeds()["algorithm.log"]); log != test.want {
				t.Errorf("the algorithm says %q, want %q", log, test.want)
			}
		})
	}
}
