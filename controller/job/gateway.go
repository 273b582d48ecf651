package job

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/controller/certificate"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox/pod"
)

// canaryTimeout is far more than a connection within a cluster takes.
const canaryTimeout = 2 * time.Second

// gateway finds out how a pod reaches the gateway and, where isolation must be proven, what it must not reach. The
// canaries must be alive then: one that is dead would prove nothing.
func (r *Reconciler) gateway(ctx context.Context, prove bool) (pod.Gateway, error) {
	gateway := pod.Gateway{Name: sandbox.GatewayServerName(r.Namespace)}
	var service corev1.Service
	if err := r.Client.Get(ctx, types.NamespacedName{Namespace: r.Namespace, Name: sandbox.GatewayName}, &service); err != nil {
		return gateway, unavailable("its Service cannot be read", err)
	}
	gateway.URL = "https://" + join(service.Spec.ClusterIP, sandbox.GatewayPort)

	var secret corev1.Secret
	if err := r.Client.Get(ctx, types.NamespacedName{Namespace: r.Namespace, Name: certificate.ServerSecret}, &secret); err != nil {
		return gateway, unavailable("its certificate is not made yet", err)
	}
	gateway.CA = string(secret.Data["ca.crt"])

	var pods corev1.PodList
	if err := r.Client.List(ctx, &pods, client.InNamespace(r.Namespace), client.MatchingLabels{sandbox.LabelName: sandbox.GatewayName}); err != nil {
		return gateway, fmt.Errorf("list the gateway's pods: %w", err)
	}
	for i := range pods.Items {
		if p := &pods.Items[i]; p.DeletionTimestamp.IsZero() && podReady(p) {
			gateway.Open = append(gateway.Open, join(p.Status.PodIP, sandbox.GatewayPort))
			gateway.Closed = append(gateway.Closed, join(p.Status.PodIP, sandbox.CanaryPort))
		}
	}
	if len(gateway.Open) == 0 {
		return gateway, unavailable("none of its pods is ready", nil)
	}
	if !prove {
		gateway.Closed = nil
		return gateway, nil
	}
	for _, canary := range gateway.Closed {
		if err := r.canary(ctx, canary); err != nil {
			return gateway, &waiting{v1alpha1.ReasonIsolationUnverified, "The gateway's canary does not answer, so that isolation cannot be proven; tell the environment's owner."}
		}
	}
	gateway.Closed = append(gateway.Closed, r.APIServer)
	return gateway, nil
}

func unavailable(why string, err error) error {
	if client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("the gateway: %s: %w", why, err)
	}
	return &waiting{v1alpha1.ReasonNotReady, "The gateway is not ready: " + why + "."}
}

func (r *Reconciler) canary(ctx context.Context, address string) error {
	if r.Canary != nil {
		return r.Canary(ctx, address)
	}
	dialer := net.Dialer{Timeout: canaryTimeout}
	connection, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return connection.Close()
}

func podReady(p *corev1.Pod) bool {
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.Status == corev1.ConditionTrue && p.Status.PodIP != ""
		}
	}
	return false
}

func join(host string, port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }
