package stage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/gateway"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Targets of the proof that the pod is isolated, each as host:port.
type Targets struct {
	// Open are the gateways, of which one must answer.
	Open []string
	// Closed are canaries and API servers, of which none may. Empty: no proof is asked for.
	Closed []string
	// Node is the address of the node, none of whose ports may answer.
	Node string
}

// nodePorts that are worth reaching: SSH, etcd, the API server, the kubelet (also its port that knows no passwords) and
// kube-proxy.
var nodePorts = []int{22, 2379, 6443, 10250, 10255, 10256}

// askTimeout is far more than the gateway takes to answer.
const askTimeout = 3 * time.Second

// verdict of one look at the network.
type verdict struct {
	// open names what answered although it must not.
	open string
	// blind says why the look proves nothing.
	blind string
	// cause of blindness, for the log.
	cause error
}

// prove that the pod reaches the gateway and nothing else. Many clusters take network policies and ignore them, so the
// silence of a closed port counts only where an open one of the same host answers, and where the host itself says that
// the closed port is alive. A policy may take a moment to hold for a new pod: what is open is looked at again.
func prove(ctx context.Context, client *gateway.Client, targets Targets, limits Limits, log *slog.Logger) error {
	if len(targets.Closed) == 0 {
		log.Warn("the environment asks for no proof of isolation")
		return nil
	}
	start := time.Now()
	for {
		v := look(ctx, client, targets, limits.Dial)
		waited := time.Since(start)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case v == verdict{}:
			return nil
		case v.open != "" && waited >= limits.Bite:
			return failed(v1alpha1.ReasonIsolationUnverified, fmt.Sprintf(
				"the sandbox is not isolated: the pod could still reach %s after %s; does the cluster's network enforce network policies?",
				v.open, limits.Bite), nil)
		case v.blind != "" && (waited >= limits.Canary || refused(v.cause)):
			return failed(v1alpha1.ReasonIsolationUnverified, fmt.Sprintf(
				"the isolation of the sandbox cannot be proven: %s; tell the environment's owner", v.blind), v.cause)
		}
		log.Info("isolation is not proven yet", "open", v.open, "blind", v.blind, "cause", v.cause)
		if v.blind != "" {
			targets = discover(ctx, client, targets)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(limits.Again):
		}
	}
}

// refused says that the gateway knows the pod and will not answer it.
func refused(err error) bool {
	var answer *gateway.Error
	return errors.As(err, &answer) && !answer.Retry
}

// look at the network once. The canary's visitors are compared by the gateway's own clock: a visit before the look does
// not count, one during it does, even if the answer to it was dropped.
func look(ctx context.Context, client *gateway.Client, targets Targets, timeout time.Duration) verdict {
	before := askAll(ctx, client, targets.Open)
	open := dialAll(ctx, targets, timeout)
	if open != "" {
		return verdict{open: open}
	}
	after := askAll(ctx, client, targets.Open)

	v := verdict{blind: "no gateway answers"}
	proven := false
	for i, host := range targets.Open {
		then, now := before[i], after[i]
		if then.err != nil || now.err != nil {
			if v.cause == nil {
				v.cause = errors.Join(then.err, now.err)
			}
			continue
		}
		if !now.Visited.Equal(then.Visited) {
			return verdict{open: "the gateway's canary"}
		}
		switch {
		case !slices.Contains(targets.Closed, canaryOf(host)):
			v = verdict{blind: "no canary of a gateway that answers was tried"}
		case !now.Listening || !then.Listening:
			v = verdict{blind: "the gateway's canary does not answer"}
		default:
			proven = true
		}
	}
	if proven {
		return verdict{}
	}
	return v
}

// discover a gateway that took the place of those that were there when the pod was made: the one that answers under the
// gateway's common address says where its pod is, and with it its canary. It is known by its certificate as all are.
func discover(ctx context.Context, client *gateway.Client, targets Targets) Targets {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	found, err := client.Isolation(ctx, client.Host())
	if err != nil || net.ParseIP(found.Address) == nil {
		return targets
	}
	_, port, _ := net.SplitHostPort(client.Host())
	host := net.JoinHostPort(found.Address, port)
	if slices.Contains(targets.Open, host) {
		return targets
	}
	targets.Open = append(slices.Clone(targets.Open), host)
	targets.Closed = append(slices.Clone(targets.Closed), canaryOf(host))
	return targets
}

func canaryOf(gatewayHost string) string {
	host, _, _ := net.SplitHostPort(gatewayHost)
	return net.JoinHostPort(host, strconv.Itoa(sandbox.CanaryPort))
}

type answer struct {
	sandbox.Isolation
	err error
}

func askAll(ctx context.Context, client *gateway.Client, hosts []string) []answer {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	answers := make([]answer, len(hosts))
	var wait sync.WaitGroup
	for i, host := range hosts {
		wait.Go(func() { answers[i].Isolation, answers[i].err = client.Isolation(ctx, host) })
	}
	wait.Wait()
	return answers
}

// dialAll says what answered of what must not. Being refused is no answer: the canary and the API servers are alive, so
// that it is the policy that refuses, and a port of the node where nobody listens harms nobody.
func dialAll(ctx context.Context, targets Targets, timeout time.Duration) string {
	type target struct{ host, kind string }
	var all []target
	for _, host := range targets.Closed {
		kind := "an API server"
		if _, port, _ := net.SplitHostPort(host); port == strconv.Itoa(sandbox.CanaryPort) {
			kind = "the gateway's canary"
		}
		all = append(all, target{host, kind})
	}
	if targets.Node != "" {
		for _, port := range nodePorts {
			all = append(all, target{net.JoinHostPort(targets.Node, strconv.Itoa(port)), fmt.Sprintf("port %d of its node", port)})
		}
	}
	answered := make([]bool, len(all))
	dialer := net.Dialer{Timeout: timeout}
	var wait sync.WaitGroup
	for i, t := range all {
		wait.Go(func() {
			connection, err := dialer.DialContext(ctx, "tcp", t.host)
			if err == nil {
				_ = connection.Close()
				answered[i] = true
			}
		})
	}
	wait.Wait()
	if i := slices.Index(answered, true); i >= 0 {
		return all[i].kind
	}
	return ""
}

// ParseTargets reads lists of host:port, separated by commas, and the address of the node.
func ParseTargets(open, closed, node string) (Targets, error) {
	targets := Targets{Node: node}
	for _, list := range []struct {
		text string
		into *[]string
	}{{open, &targets.Open}, {closed, &targets.Closed}} {
		for entry := range strings.SplitSeq(list.text, ",") {
			if entry == "" {
				continue
			}
			if _, _, err := net.SplitHostPort(entry); err != nil {
				return Targets{}, fmt.Errorf("target %q of the proof of isolation: expected host:port: %w", entry, err)
			}
			*list.into = append(*list.into, entry)
		}
	}
	return targets, nil
}
