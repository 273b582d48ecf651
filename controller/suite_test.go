package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/controller/manager"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
	"github.com/compute-to-data/terraform-provider-c2d/test/apiserver"
	"github.com/compute-to-data/terraform-provider-c2d/test/s3server"
)

const (
	systemNamespace  = "c2d-system"
	sandboxNamespace = "c2d-sandbox"
	environmentName  = "default"
	resultsBucket    = "c2d-results"
	patience         = 30 * time.Second
)

var (
	api    client.Client
	server *s3server.Server
	bucket *storage.Bucket

	// canaryDead makes the canary stop answering.
	canaryDead atomic.Bool
	// clock is how far, in nanoseconds, the controller's clock is ahead.
	clock atomic.Int64
)

// TestMain runs the controller as it runs in a cluster, against a real API server and a real S3 server. There is no
// kubelet: tests say what becomes of pods.
func TestMain(m *testing.M) {
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	defer cancel()
	code := apiserver.Run(m, func(config *rest.Config) (func(), error) {
		dir, err := os.MkdirTemp("", "c2d-s3-")
		if err != nil {
			return nil, err
		}
		if err := prepare(ctx, config, dir); err != nil {
			return nil, err
		}
		go func() {
			defer close(stopped)
			if err := manager.Run(ctx, config, manager.Options{
				Namespace: systemNamespace, SandboxNamespaces: []string{sandboxNamespace}, AgentImage: "agent@sha256:00",
				MetricsAddress: "0", HealthAddress: "0",
				Now: func() time.Time { return time.Now().Add(time.Duration(clock.Load())) },
				DialCanary: func(context.Context, string) error {
					if canaryDead.Load() {
						return errors.New("connection refused")
					}
					return nil
				},
			}); err != nil {
				panic(err)
			}
		}()
		return func() {
			cancel()
			<-stopped
			server.Stop()
			_ = os.RemoveAll(dir)
		}, nil
	})
	os.Exit(code)
}

// prepare what an installation brings, and one environment.
func prepare(ctx context.Context, config *rest.Config, dir string) error {
	scheme := runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(scheme), v1alpha1.AddToScheme(scheme)); err != nil {
		return err
	}
	var err error
	if api, err = client.New(config, client.Options{Scheme: scheme}); err != nil {
		return err
	}
	if server, err = s3server.Launch(dir); err != nil {
		return err
	}
	if bucket, err = server.MakeBucket(resultsBucket); err != nil {
		return err
	}
	credentials := map[string][]byte{
		"accessKeyID": []byte(server.Credentials.AccessKeyID), "secretAccessKey": []byte(server.Credentials.SecretAccessKey),
	}

	gateway := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: systemNamespace, Name: "gateway", Labels: map[string]string{sandbox.LabelName: sandbox.GatewayName}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "gateway", Image: "gateway"}}},
	}
	for _, object := range []client.Object{
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: systemNamespace}},
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: sandboxNamespace, Labels: map[string]string{sandbox.LabelSandbox: "true", "pod-security.kubernetes.io/enforce": "restricted"}}},
		&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: sandboxNamespace, Name: sandbox.ServiceAccount}},
		defaultDeny(),
		&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: systemNamespace, Name: "s3"}, Data: credentials},
		&corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: systemNamespace, Name: sandbox.GatewayName}, Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: sandbox.GatewayPort}}}},
		gateway,
		newEnvironment(environmentName),
	} {
		if err := api.Create(ctx, object); err != nil {
			return err
		}
	}
	gateway.Status = corev1.PodStatus{PodIP: "10.244.0.5", Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}}
	return api.Status().Update(ctx, gateway)
}

func newEnvironment(name string) *v1alpha1.ComputeEnvironment {
	offer := func(normal, most string) v1alpha1.QuantityRange {
		return v1alpha1.QuantityRange{Default: resource.MustParse(normal), Max: resource.MustParse(most)}
	}
	connection := server.Connection(resultsBucket)
	connection.CredentialsSecretRef = &v1alpha1.LocalSecretReference{Name: "s3"}
	return &v1alpha1.ComputeEnvironment{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: v1alpha1.ComputeEnvironmentSpec{
			Resources: v1alpha1.ResourceOffer{CPU: offer("500m", "4"), Memory: offer("512Mi", "8Gi"), Disk: offer("1Gi", "20Gi")},
			Egress:    v1alpha1.Egress{Allow: []string{"127.0.0.0/8"}},
			// Many tests run at a time, and some never give their slot back.
			MaxConcurrentJobs: 1000,
			Results:           v1alpha1.Results{S3: v1alpha1.ResultsBucket{S3Connection: connection}},
		},
	}
}

func defaultDeny() *networkingv1.NetworkPolicy {
	return &networkingv1.NetworkPolicy{
		ObjectMeta: metav1.ObjectMeta{Namespace: sandboxNamespace, Name: "default-deny"},
		Spec: networkingv1.NetworkPolicySpec{
			PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress},
			Egress: []networkingv1.NetworkPolicyEgressRule{{
				To: []networkingv1.NetworkPolicyPeer{{
					NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelMetadataName: systemNamespace}},
					PodSelector:       &metav1.LabelSelector{MatchLabels: map[string]string{sandbox.LabelName: sandbox.GatewayName}},
				}},
				Ports: []networkingv1.NetworkPolicyPort{{Protocol: ptr.To(corev1.ProtocolTCP), Port: ptr.To(intstr.FromInt32(sandbox.GatewayPort))}},
			}},
		},
	}
}

// eventually waits until a condition of an object holds.
func eventually[T client.Object](t *testing.T, object T, what string, holds func(T) bool) T {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		err := api.Get(t.Context(), client.ObjectKeyFromObject(object), object)
		if err == nil && holds(object) {
			return object
		}
		if time.Now().After(deadline) {
			text, _ := json.MarshalIndent(object, "", " ")
			t.Fatalf("%s: not within %s (%v):\n%s", what, patience, err, text)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// gone waits until an object is no more.
func gone(t *testing.T, object client.Object) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		err := api.Get(t.Context(), client.ObjectKeyFromObject(object), object)
		if client.IgnoreNotFound(err) == nil && err != nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is still there after %s", client.ObjectKeyFromObject(object), patience)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
