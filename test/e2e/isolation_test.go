//go:build e2e

package e2e

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// TestSandbox is an algorithm that tries to get out.
func TestSandbox(t *testing.T) {
	t.Parallel()
	s := newStory(t, `
refused() { if "$@" >/tmp/out 2>&1; then echo "GOT THROUGH: $*"; cat /tmp/out; else echo "refused: $*"; fi; }
refused ls -l /proc/1/fd/            # the undumpable PID 1
refused cat /proc/1/environ
refused cat /proc/1/mem
refused kill -9 1 && kill -0 1       # init cannot be killed from within
refused cat /var/run/secrets/kubernetes.io/serviceaccount/token
refused cat /var/run/secrets/c2d.dev/token
refused mount -t tmpfs none /tmp
refused chroot / true
refused nc -w 1 10.96.0.1 443        # the API server
refused ping -c 1 -W 1 10.244.0.1
refused nslookup example.org
refused mknod /tmp/null c 1 3
test "$(id -u)" = 65532 || echo "GOT THROUGH: uid $(id -u)"
grep -q '^ *0 *0 *4294967295' /proc/self/uid_map && echo "GOT THROUGH: no user namespace"
grep CapEff /proc/self/status
true
`)
	log := s.succeeds()["algorithm.log"]
	log = strings.ReplaceAll(log, "GOT THROUGH: kill -9 1\n", "")
	if strings.Contains(log, "GOT THROUGH") || !strings.Contains(log, "CapEff:\t0000000000000000") {
		t.Errorf("the sandbox leaks:\n%s", log)
	}
}

// TestNetworkRuleOff takes away what the network policy relies on, as on a cluster that ignores policies.
func TestNetworkRuleOff(t *testing.T) {
	devcluster(t, "network-policy", "off")
	t.Cleanup(func() { devcluster(t, "network-policy", "on") })
	s := newStory(t, "echo ran")
	s.fails(v1alpha1.ReasonIsolationUnverified, "")
	if s.job.Status.StartTime != nil {
		t.Error("the algorithm started without isolation")
	}
}

// TestNetworkRuleLate lets the rule bite some seconds after the pod has started.
func TestNetworkRuleLate(t *testing.T) {
	devcluster(t, "network-policy", "late", "4s")
	t.Cleanup(func() { devcluster(t, "network-policy", "on") })
	s := newStory(t, "echo ran")
	if log := s.succeeds()["algorithm.log"]; log != "ran\n" {
		t.Errorf("the log is %q", log)
	}
}

// TestForeignToken has a token of the right audience, and is no job.
func TestForeignToken(t *testing.T) {
	t.Parallel()
	address := forward(t, sandbox.GatewayPort)
	s := newStory(t, "")
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: sandbox.ServiceAccount}}
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: "imposter", Labels: map[string]string{sandbox.LabelName: sandbox.JobPodName}},
		Spec:       corev1.PodSpec{ServiceAccountName: account.Name, Containers: []corev1.Container{{Name: "c", Image: shell.image + "@" + shell.digest, Command: []string{"sleep", "600"}}}},
	}
	for _, object := range []client.Object{account, pod} {
		if err := api.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	bound := &authenticationv1.BoundObjectReference{APIVersion: "v1", Kind: "Pod", Name: pod.Name, UID: pod.UID}
	for name, test := range map[string]struct {
		namespace, audience string
		bound               *authenticationv1.BoundObjectReference
	}{
		"pod elsewhere":            {s.namespace, sandbox.TokenAudience, bound},
		"not bound":                {s.namespace, sandbox.TokenAudience, nil},
		"the sandbox's, not bound": {sandboxSpace, sandbox.TokenAudience, nil},
		"token for the API server": {sandboxSpace, "https://kubernetes.default.svc", nil},
	} {
		request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{
			Audiences: []string{test.audience}, ExpirationSeconds: ptr.To(int64(600)), BoundObjectRef: test.bound,
		}}
		holder := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: test.namespace, Name: sandbox.ServiceAccount}}
		if err := api.SubResource("token").Create(t.Context(), holder, request); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, path := range []string{sandbox.PathPlan, sandbox.PathCode, sandbox.PathInputs + "0/0"} {
			if code := call(t, address+path, request.Status.Token); code != http.StatusUnauthorized && code != http.StatusForbidden {
				t.Errorf("%s: %s answered %d, want 401 or 403", name, path, code)
			}
		}
	}
	if code := call(t, address+sandbox.PathPlan, ""); code != http.StatusUnauthorized {
		t.Errorf("without a token: %d, want 401", code)
	}
}

func call(t *testing.T, url, token string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	// Who the gateway is does not matter here: no token of ours is worth anything to another.
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// forward a local port to one of the gateway, as an administrator can.
func forward(t *testing.T, port int) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "kubectl", "-n", system, "port-forward", "service/c2d-gateway", fmt.Sprintf(":%d", port))
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`127\.0\.0\.1:\d+`).FindString(line)
	if found == "" {
		t.Fatalf("kubectl said %q", line)
	}
	return "https://" + found
}

// TestSandboxIsTheControllers tries to put a pod of one's own among the runs.
func TestSandboxIsTheControllers(t *testing.T) {
	t.Parallel()
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: sandboxSpace, Name: "imposter"},
		Spec: corev1.PodSpec{
			SecurityContext: &corev1.PodSecurityContext{RunAsNonRoot: ptr.To(true), SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault}},
			Containers: []corev1.Container{{Name: "c", Image: "x", SecurityContext: &corev1.SecurityContext{
				AllowPrivilegeEscalation: ptr.To(false), Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
			}}},
		},
	}
	if err := api.Create(t.Context(), pod); err == nil || !strings.Contains(err.Error(), "only the c2d controller may create pods") {
		t.Errorf("an administrator's pod: %v, want a refusal by the admission policy", err)
	}
}
