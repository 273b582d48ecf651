// Package faults breaks what the controller stands on, on purpose and in a way that can be repeated, and looks at what
// becomes of jobs. API server, etcd, S3 server and all of the controller are real; the kubelet alone is played.
package faults

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
	"github.com/compute-to-data/terraform-provider-c2d/test/apiserver"
	"github.com/compute-to-data/terraform-provider-c2d/test/s3server"
)

const (
	systemNamespace  = "c2d-system"
	sandboxNamespace = "c2d-sandbox"
	resultsBucket    = "c2d-results"
	// patience is longer than any wait that a fault may start: the controller looks again after 5 s, or 30 s, and client-go
	// lists anew after up to 30 s where watches keep ending.
	patience = 2 * time.Minute
	tick     = 5 * time.Millisecond
)

// verbose shows what the controllers log, and the writes and ends of lives without a fault.
var verbose = os.Getenv("C2D_FAULTS_VERBOSE") != ""

var (
	// config and api reach the API server past all faults.
	config *rest.Config
	api    client.WithWatch
	// bucket is the results bucket, past all faults; proxy is how the controller reaches it.
	bucket *storage.Bucket
	proxy  *s3Proxy
	node   *kubelet
	far    *consumers
	past   *history
	// latest is the controller that the last world left behind.
	latest *controller
)

func TestMain(m *testing.M) {
	ctrl.SetLogger(logr.Discard())
	if verbose {
		ctrl.SetLogger(zap.New())
	}
	os.Exit(apiserver.Run(m, func(cluster *rest.Config) (func(), error) {
		dir, err := os.MkdirTemp("", "c2d-s3-")
		if err != nil {
			return nil, err
		}
		server, err := s3server.Launch(dir)
		if err != nil {
			return nil, err
		}
		ctx, cancel := context.WithCancel(context.Background())
		stop := func() {
			if latest != nil {
				latest.stop()
			}
			cancel()
			server.Stop()
			_ = os.RemoveAll(dir)
		}
		if err := prepare(ctx, cluster, server, dir); err != nil {
			stop()
			return nil, err
		}
		return stop, nil
	}))
}

// prepare what an installation brings, and those who play and watch.
func prepare(ctx context.Context, cluster *rest.Config, server *s3server.Server, dir string) error {
	config = cluster
	scheme := runtime.NewScheme()
	err := errors.Join(clientgoscheme.AddToScheme(scheme), v1alpha1.AddToScheme(scheme))
	if err != nil {
		return err
	}
	if api, err = client.NewWithWatch(config, client.Options{Scheme: scheme}); err != nil {
		return err
	}
	if bucket, err = server.MakeBucket(resultsBucket); err != nil {
		return err
	}
	if proxy, err = newS3Proxy(server.Endpoint); err != nil {
		return err
	}
	credentials := map[string][]byte{
		v1alpha1.SecretKeyAccessKeyID: []byte(server.Credentials.AccessKeyID), v1alpha1.SecretKeySecretAccessKey: []byte(server.Credentials.SecretAccessKey),
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
	} {
		if err := api.Create(ctx, object); err != nil {
			return err
		}
	}
	gateway.Status = corev1.PodStatus{PodIP: "10.244.0.5", Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}}
	if err := api.Status().Update(ctx, gateway); err != nil {
		return err
	}
	for _, name := range []string{environmentWide, environmentNarrow} {
		environment := newEnvironment(name)
		if name == environmentNarrow {
			environment.Spec.MaxConcurrentJobs = 1
		}
		if err := api.Create(ctx, environment); err != nil {
			return err
		}
	}
	node, err = startKubelet(ctx)
	if err != nil {
		return err
	}
	past, err = startHistory(ctx)
	if err != nil {
		return err
	}
	if far, err = startConsumers(ctx, dir); err != nil {
		return err
	}
	latest = startController(fault{})
	return settled(ctx)
}

// settled waits until both environments are ready.
func settled(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, name := range []string{environmentWide, environmentNarrow} {
		var environment v1alpha1.ComputeEnvironment
		for !meta.IsStatusConditionTrue(environment.Status.Conditions, v1alpha1.ConditionReady) {
			if err := api.Get(ctx, client.ObjectKey{Name: name}, &environment); err != nil {
				return fmt.Errorf("ComputeEnvironment %s is not ready: %w: %+v", name, err, environment.Status)
			}
			time.Sleep(tick)
		}
	}
	return nil
}

const (
	environmentWide   = "wide"
	environmentNarrow = "narrow"
)

func newEnvironment(name string) *v1alpha1.ComputeEnvironment {
	offer := func(normal, most string) v1alpha1.QuantityRange {
		return v1alpha1.QuantityRange{Default: resource.MustParse(normal), Max: resource.MustParse(most)}
	}
	connection := v1alpha1.S3Connection{
		Bucket: resultsBucket, Region: "us-east-1", Endpoint: proxy.endpoint, ForcePathStyle: true,
		CredentialsSecretRef: &v1alpha1.LocalSecretReference{Name: "s3"},
	}
	return &v1alpha1.ComputeEnvironment{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: v1alpha1.ComputeEnvironmentSpec{
			Resources: v1alpha1.ResourceOffer{CPU: offer("500m", "4"), Memory: offer("512Mi", "8Gi"), Disk: offer("1Gi", "20Gi")},
			Egress:    v1alpha1.Egress{Allow: []string{"127.0.0.0/8"}},
			Results:   v1alpha1.Results{S3: v1alpha1.ResultsBucket{S3Connection: connection}},
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
