package gateway

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/transport/spdy"
	"k8s.io/streaming/pkg/httpstream"

	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// forward of a local port to a pod of the gateway, made when it is first needed and again when it has broken.
type forward struct {
	api       kubernetes.Interface
	config    *rest.Config
	namespace string

	mutex   sync.Mutex
	current *tunnel
}

// tunnel to one pod.
type tunnel struct {
	address string
	stop    chan struct{}
	done    chan struct{}
	once    sync.Once
}

func (t *tunnel) close() { t.once.Do(func() { close(t.stop) }) }

// openTimeout bounds the making of a tunnel.
const openTimeout = 15 * time.Second

// dial a connection to the gateway, whatever address is asked for.
func (f *forward) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	t, err := f.tunnel(ctx)
	if err != nil {
		return nil, err
	}
	return (&net.Dialer{Timeout: openTimeout}).DialContext(ctx, network, t.address)
}

// tunnel that lives, as far as is known.
func (f *forward) tunnel(ctx context.Context) (*tunnel, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.current != nil {
		select {
		case <-f.current.done:
			f.current = nil
		default:
			return f.current, nil
		}
	}
	pod, err := f.readyPod(ctx)
	if err != nil {
		return nil, err
	}
	f.current, err = f.open(ctx, pod)
	return f.current, err
}

func (f *forward) close() {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.current != nil {
		f.current.close()
		<-f.current.done
	}
}

// readyPod of the gateway, any of them.
func (f *forward) readyPod(ctx context.Context) (string, error) {
	const advice = "--gateway names an address instead, --gateway-namespace another namespace"
	pods, err := f.api.CoreV1().Pods(f.namespace).List(ctx, metav1.ListOptions{LabelSelector: sandbox.LabelName + "=" + sandbox.GatewayName})
	if apierrors.IsForbidden(err) {
		return "", fmt.Errorf("you may not see the gateway's pods, to which a port is forwarded (%s): %w", advice, err)
	}
	if err != nil {
		return "", fmt.Errorf("look for the gateway's pods in namespace %s: %w", f.namespace, err)
	}
	var ready []string
	for i := range pods.Items {
		if isReady(&pods.Items[i]) {
			ready = append(ready, pods.Items[i].Name)
		}
	}
	if len(ready) == 0 {
		return "", fmt.Errorf("no pod of the gateway is ready in namespace %s (of %d); wait for one, or tell the environment's owner (%s)", f.namespace, len(pods.Items), advice)
	}
	return ready[rand.IntN(len(ready))], nil
}

func isReady(pod *corev1.Pod) bool {
	if !pod.DeletionTimestamp.IsZero() {
		return false
	}
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}

// open a tunnel to a pod: through a websocket, or SPDY where something on the way does not let websockets through.
func (f *forward) open(ctx context.Context, pod string) (*tunnel, error) {
	address := f.api.CoreV1().RESTClient().Post().Resource("pods").Namespace(f.namespace).Name(pod).SubResource("portforward").URL()
	websocket, err := portforward.NewSPDYOverWebsocketDialerForStreaming(address, f.config)
	if err != nil {
		return nil, err
	}
	transport, upgrader, err := spdy.RoundTripperFor(f.config)
	if err != nil {
		return nil, err
	}
	dialer := portforward.NewFallbackDialerForStreaming(websocket,
		spdy.NewDialerForStreaming(upgrader, &http.Client{Transport: transport}, http.MethodPost, address),
		func(err error) bool { return httpstream.IsUpgradeFailure(err) || httpstream.IsHTTPSProxyError(err) })

	t := &tunnel{stop: make(chan struct{}), done: make(chan struct{})}
	ready := make(chan struct{})
	var complaints bytes.Buffer
	forwarder, err := portforward.NewOnAddressesForStreaming(dialer, []string{"127.0.0.1"},
		[]string{"0:" + strconv.Itoa(sandbox.ConsumerPort)}, t.stop, ready, io.Discard, &complaints)
	if err != nil {
		return nil, err
	}
	var failed error
	go func() {
		defer close(t.done)
		failed = forwarder.ForwardPorts()
	}()
	ctx, cancel := context.WithTimeoutCause(ctx, openTimeout, fmt.Errorf("it took longer than %s", openTimeout))
	defer cancel()
	select {
	case <-ready:
	case <-t.done:
		if failed == nil {
			failed = errors.New(strings.TrimSpace(complaints.String()))
		}
		return nil, fmt.Errorf("forward a port to pod %s/%s (needs the right to create pods/portforward there; --gateway names an address instead): %w", f.namespace, pod, failed)
	case <-ctx.Done():
		t.close()
		return nil, fmt.Errorf("forward a port to pod %s/%s: %w", f.namespace, pod, context.Cause(ctx))
	}
	ports, err := forwarder.GetPorts()
	if err != nil || len(ports) != 1 {
		t.close()
		return nil, fmt.Errorf("forward a port to pod %s/%s: no port was opened: %w", f.namespace, pod, err)
	}
	t.address = net.JoinHostPort("127.0.0.1", strconv.Itoa(int(ports[0].Local)))
	return t, nil
}
