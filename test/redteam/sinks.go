package redteam

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Addresses that a stand-in stands in for.
const (
	metadataAddress = "169.254.169.254"
	internetAddress = "8.8.8.8"
)

// ports of the sinks.
var ports = []string{"53", "80", "443", "8080"}

// Targets that attacks are given, each host:port. What a pod outside the sandbox does not reach is none.
type Targets struct {
	Pod, Internet, Metadata, DNS, API, Node, Gateway []string
}

// shots is where each algorithm shoots in its first moment.
func (t Targets) shots() (all []string) {
	for _, list := range [][]string{t.Pod, t.Internet} {
		if len(list) > 0 {
			all = append(all, list[0])
		}
	}
	return all
}

// sinks are the hosts that attacks aim at, with what had arrived there before any attack.
type sinks struct {
	before      int
	standIn     *StandIn
	beforeThere int
}

// openSinks starts a pod that counts what arrives, and has another pod, outside the sandbox, try all targets first.
func (w *World) openSinks(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	sink := w.outside("sink", append([]string{"sink"}, ports...)...)
	if err := w.Admin.Create(ctx, sink); err != nil {
		return err
	}
	if err := w.wait(ctx, sink, func() bool { return sink.Status.Phase == corev1.PodRunning && sink.Status.PodIP != "" }); err != nil {
		return fmt.Errorf("the sink does not run: %w", err)
	}
	if _, err := w.logUntil(ctx, "sink", "ready"); err != nil {
		return err
	}
	candidates := Targets{Pod: at(sink.Status.PodIP, "8080", "80", "443")}
	candidates.DNS = at(sink.Status.PodIP, "53")
	if w.StandIn != nil {
		candidates.Internet = at(internetAddress, "80", "443", "53")
		candidates.Metadata = at(metadataAddress, "80")
		candidates.DNS = append(candidates.DNS, at(internetAddress, "53")...)
	}
	if err := w.clusterTargets(ctx, &candidates); err != nil {
		return err
	}
	reached, err := w.control(ctx, candidates.all())
	if err != nil {
		return err
	}
	keep := func(list []string) []string {
		return slices.DeleteFunc(list, func(target string) bool { return !reached[target] })
	}
	w.Targets = Targets{
		Pod: keep(candidates.Pod), Internet: keep(candidates.Internet), Metadata: keep(candidates.Metadata), DNS: keep(candidates.DNS),
		API: keep(candidates.API), Node: keep(candidates.Node), Gateway: candidates.Gateway,
	}
	if len(w.Targets.Pod) == 0 {
		return errors.New("a pod outside the sandbox does not reach the sink: nothing could be shown about the network")
	}
	if len(w.Targets.Internet) == 0 || len(w.Targets.Metadata) == 0 {
		w.StandIn = nil
	}
	w.sinks = &sinks{standIn: w.StandIn}
	if err := w.settle(ctx); err != nil {
		return err
	}
	if w.sinks.before == 0 || w.StandIn != nil && w.sinks.beforeThere == 0 {
		return errors.New("the sinks have counted nothing of what the control pod sent: they would prove nothing")
	}
	return nil
}

// settle when nothing has come for some seconds: connections of the control pod take a moment to end.
func (w *World) settle(ctx context.Context) error {
	quiet := 0
	return wait.PollUntilContextCancel(ctx, 500*time.Millisecond, true, func(ctx context.Context) (bool, error) {
		lines, err := w.log(ctx, "sink")
		if err != nil {
			return false, nil //nolint:nilerr // the next look may succeed
		}
		before, there := len(hits(lines)), 0
		if w.StandIn != nil {
			there = len(w.StandIn.Hits())
		}
		if quiet++; before != w.sinks.before || there != w.sinks.beforeThere {
			quiet = 0
		}
		w.sinks.before, w.sinks.beforeThere = before, there
		return quiet >= 6, nil
	})
}

func at(host string, ports ...string) (targets []string) {
	for _, port := range ports {
		targets = append(targets, net.JoinHostPort(host, port))
	}
	return targets
}

func (t Targets) all() []string {
	return slices.Concat(t.Pod, t.Internet, t.Metadata, t.DNS, t.API, t.Node)
}

// clusterTargets are the parts of the cluster that algorithms must not reach.
func (w *World) clusterTargets(ctx context.Context, t *Targets) error {
	var api corev1.Service
	if err := w.Admin.Get(ctx, client.ObjectKey{Namespace: "default", Name: "kubernetes"}, &api); err != nil {
		return err
	}
	t.API = at(api.Spec.ClusterIP, "443")
	var nodes corev1.NodeList
	if err := w.Admin.List(ctx, &nodes); err != nil {
		return err
	}
	for _, node := range nodes.Items[:min(len(nodes.Items), 3)] {
		for _, address := range node.Status.Addresses {
			if address.Type == corev1.NodeInternalIP {
				t.Node = append(t.Node, at(address.Address, "10250", "10255", "10256", "2379", "6443", "22")...)
			}
		}
	}
	var pods corev1.PodList
	if err := w.Admin.List(ctx, &pods, client.InNamespace(w.System), client.MatchingLabels{sandbox.LabelName: sandbox.GatewayName}); err != nil {
		return err
	}
	for _, pod := range pods.Items {
		// One that is on its way out would only cost time.
		if pod.DeletionTimestamp != nil || pod.Status.PodIP == "" {
			continue
		}
		t.Gateway = append(t.Gateway, at(pod.Status.PodIP, strconv.Itoa(sandbox.GatewayPort))...)
	}
	return nil
}

// control tries the targets from a pod outside the sandbox.
func (w *World) control(ctx context.Context, targets []string) (map[string]bool, error) {
	if err := w.Admin.Create(ctx, w.outside("control", append([]string{"reach"}, targets...)...)); err != nil {
		return nil, err
	}
	lines, err := w.logUntil(ctx, "control", "attack over")
	if err != nil {
		return nil, err
	}
	reached := map[string]bool{}
	for _, line := range lines {
		if target, ok := strings.CutPrefix(line, "reached "); ok {
			reached[target] = true
		}
	}
	return reached, nil
}

// outside is a pod of the suite's own that is no algorithm.
func (w *World) outside(name string, arguments ...string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.Net, Name: name},
		Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyNever, AutomountServiceAccountToken: ptr.To(false),
			SecurityContext: &corev1.PodSecurityContext{
				RunAsNonRoot: ptr.To(true), RunAsUser: ptr.To(int64(65532)), SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
				Sysctls: []corev1.Sysctl{{Name: "net.ipv4.ip_unprivileged_port_start", Value: "0"}},
			},
			Containers: []corev1.Container{{
				Name: name, Image: w.Image + "@" + w.Digest, Command: append([]string{w.Command}, arguments...),
				SecurityContext: &corev1.SecurityContext{AllowPrivilegeEscalation: ptr.To(false), Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}}},
			}},
		},
	}
}

// logUntil a line starts with a text, which comes to the log of one of the suite's own pods.
func (w *World) logUntil(ctx context.Context, pod, start string) (lines []string, err error) {
	err = wait.PollUntilContextCancel(ctx, lookAgain, true, func(ctx context.Context) (bool, error) {
		lines, _ = w.log(ctx, pod)
		return slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, start) }), nil
	})
	if err != nil {
		return nil, fmt.Errorf("pod %s of the suite has not said %q: %w", pod, start, err)
	}
	return lines, nil
}

func (w *World) log(ctx context.Context, pod string) ([]string, error) {
	text, err := w.pods.CoreV1().Pods(w.Net).GetLogs(pod, &corev1.PodLogOptions{}).DoRaw(ctx)
	return strings.Split(string(text), "\n"), err
}

func hits(lines []string) (found []string) {
	for _, line := range lines {
		if hit, ok := strings.CutPrefix(line, "hit "); ok {
			found = append(found, hit)
		}
	}
	return found
}

// arrived is what came to the sinks since the control pod was there: nothing should have.
func (w *World) arrived(ctx context.Context) ([]string, error) {
	lines, err := w.log(ctx, "sink")
	if err != nil {
		return nil, fmt.Errorf("read the sink: %w", err)
	}
	all := hits(lines)[w.sinks.before:]
	if w.sinks.standIn != nil {
		all = append(all, w.sinks.standIn.Hits()[w.sinks.beforeThere:]...)
	}
	return all, nil
}

// firstShots looks at what the first moments of all algorithms have sent.
func firstShots(ctx context.Context, w *World) (string, []string, error) {
	leaks, err := w.arrived(ctx)
	return fmt.Sprintf("%d packets and connections at the sinks; those that the control pod sent before were %d", len(leaks), w.sinks.before+w.sinks.beforeThere), leaks, err
}

// StandIn is a host in a network namespace of the suite's own that has addresses of the internet.
type StandIn struct {
	command *exec.Cmd
	input   io.Closer
	mu      sync.Mutex
	hits    []string
	ready   chan struct{}
}

// StartStandIn by a command line that runs on the node, and prints "ready" and hits until its standard input ends.
func StartStandIn(ctx context.Context, command ...string) (*StandIn, error) {
	s := &StandIn{command: exec.Command(command[0], command[1:]...), ready: make(chan struct{})} //nolint:gosec // the user's own
	s.command.Stderr = os.Stderr
	input, err := s.command.StdinPipe()
	if err != nil {
		return nil, err
	}
	s.input = input
	output, err := s.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(output); lines.Scan(); {
			s.mu.Lock()
			s.hits = append(s.hits, hits([]string{lines.Text()})...)
			s.mu.Unlock()
			if lines.Text() == "routed" {
				close(s.ready)
			}
		}
	}()
	select {
	case <-s.ready:
		return s, nil
	case <-ended:
		return nil, errors.Join(errors.New("the stand-in ended before it was ready"), s.command.Wait())
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), s.Close())
	}
}

// Hits so far.
func (s *StandIn) Hits() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.hits)
}

// Close ends the stand-in: with its process its network namespace and its routes are gone.
func (s *StandIn) Close() error { return s.input.Close() }
