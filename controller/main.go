// The controller makes ComputeEnvironments, Datasets, Algorithms and ComputeJobs true in the cluster that it runs in.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	_ "k8s.io/client-go/plugin/pkg/client/auth"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics/filters"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/compute-to-data/terraform-provider-c2d/controller/algorithm"
	"github.com/compute-to-data/terraform-provider-c2d/controller/certificate"
	"github.com/compute-to-data/terraform-provider-c2d/controller/dataset"
	"github.com/compute-to-data/terraform-provider-c2d/controller/environment"
	"github.com/compute-to-data/terraform-provider-c2d/controller/job"
	"github.com/compute-to-data/terraform-provider-c2d/controller/results"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// options of the command line.
type options struct {
	namespace         string
	sandboxNamespaces string
	agentImage        string
	clusterCIDRs      string
	metricsAddress    string
	metricsInsecure   bool
	healthAddress     string
	leaderElect       bool

	// dialCanary replaces, in tests, dialling the gateway's canary.
	dialCanary func(ctx context.Context, address string) error
}

func main() {
	var o options
	flag.StringVar(&o.namespace, "namespace", os.Getenv("POD_NAMESPACE"), "Namespace of the controller, the gateway and the Secrets of environments. Default: $POD_NAMESPACE.")
	flag.StringVar(&o.sandboxNamespaces, "sandbox-namespaces", "c2d-sandbox", "Namespaces that environments may run jobs in, separated by commas.")
	flag.StringVar(&o.agentImage, "agent-image", os.Getenv("AGENT_IMAGE"), "Image of the agent, by digest. Default: $AGENT_IMAGE.")
	flag.StringVar(&o.clusterCIDRs, "cluster-cidrs", os.Getenv("CLUSTER_CIDRS"), "Networks of pods, services and nodes, separated by commas. Buckets must not lie there, unless an environment allows it. Default: $CLUSTER_CIDRS.")
	flag.StringVar(&o.metricsAddress, "metrics-listen", ":8080", "Address of the metrics; 0 switches them off.")
	flag.BoolVar(&o.metricsInsecure, "metrics-insecure", false, "Serve metrics over HTTP to everyone, instead of over HTTPS to those whom RBAC allows.")
	flag.StringVar(&o.healthAddress, "health-listen", ":8081", "Address of /healthz and /readyz.")
	flag.BoolVar(&o.leaderElect, "leader-elect", true, "Work only while holding the lease, so that several replicas can stand by.")
	logging := zap.Options{}
	logging.BindFlags(flag.CommandLine)
	flag.Parse()
	ctrl.SetLogger(zap.New(zap.UseFlagOptions(&logging)))
	if err := run(ctrl.SetupSignalHandler(), ctrl.GetConfigOrDie(), o); err != nil {
		ctrl.Log.Error(err, "The controller cannot go on")
		os.Exit(1)
	}
}

func run(ctx context.Context, config *rest.Config, o options) error {
	if o.namespace == "" || o.agentImage == "" {
		return errors.New("--namespace and --agent-image must be set: install/ does that")
	}
	cidrs, err := egress.ParsePrefixes(split(o.clusterCIDRs))
	if err != nil {
		return fmt.Errorf("--cluster-cidrs: %w", err)
	}
	sandboxes := split(o.sandboxNamespaces)

	mgr, err := newManager(config, o, sandboxes)
	if err != nil {
		return err
	}
	var system corev1.Namespace
	if err := mgr.GetAPIReader().Get(ctx, types.NamespacedName{Name: metav1.NamespaceSystem}, &system); err != nil {
		return fmt.Errorf("read the UID of the cluster: %w", err)
	}
	opener := &results.Opener{Secrets: mgr.GetAPIReader(), Namespace: o.namespace, Rule: egress.Rule{Cluster: cidrs}}
	err = errors.Join(
		(&dataset.Reconciler{Client: mgr.GetClient(), Cluster: system.UID}).SetupWithManager(mgr),
		(&algorithm.Reconciler{Client: mgr.GetClient(), Cluster: system.UID}).SetupWithManager(mgr),
		(&environment.Reconciler{
			Client: mgr.GetClient(), Namespace: o.namespace, SandboxNamespaces: sandboxes, Results: opener,
		}).SetupWithManager(mgr),
		(&job.Reconciler{
			Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Recorder: mgr.GetEventRecorder("c2d-controller"), Results: opener,
			Namespace: o.namespace, SandboxNamespaces: sandboxes, AgentImage: o.agentImage, APIServer: apiServer(), Canary: o.dialCanary,
		}).SetupWithManager(ctx, mgr),
		mgr.Add(&certificate.Keeper{
			Client: mgr.GetClient(), Reader: mgr.GetAPIReader(), Namespace: o.namespace, Name: sandbox.GatewayServerName(o.namespace),
		}),
		mgr.AddHealthzCheck("ping", healthz.Ping),
		mgr.AddReadyzCheck("ping", healthz.Ping),
	)
	if err != nil {
		return err
	}
	return mgr.Start(ctx)
}

func newManager(config *rest.Config, o options, sandboxes []string) (ctrl.Manager, error) {
	scheme := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(v1alpha1.AddToScheme(scheme))
	metrics := metricsserver.Options{BindAddress: o.metricsAddress}
	if !o.metricsInsecure {
		metrics.SecureServing = true
		metrics.FilterProvider = filters.WithAuthenticationAndAuthorization
		metrics.TLSOpts = []func(*tls.Config){func(c *tls.Config) { c.MinVersion = tls.VersionTLS13 }}
	}
	mgr, err := ctrl.NewManager(config, ctrl.Options{
		Scheme:                        scheme,
		Metrics:                       metrics,
		HealthProbeBindAddress:        o.healthAddress,
		LeaderElection:                o.leaderElect,
		LeaderElectionID:              "c2d-controller",
		LeaderElectionNamespace:       o.namespace,
		LeaderElectionReleaseOnCancel: true,
		Cache:                         cacheOptions(o.namespace, sandboxes),
		Client:                        client.Options{FieldOwner: "c2d-controller"},
	})
	if err != nil {
		return nil, fmt.Errorf("connect to the API server: %w", err)
	}
	return mgr, nil
}

// cacheOptions keep in memory, and ask rights for, what is needed and no more.
func cacheOptions(namespace string, sandboxes []string) cache.Options {
	inSandboxes := map[string]cache.Config{}
	podNamespaces := map[string]cache.Config{
		namespace: {LabelSelector: labels.SelectorFromSet(labels.Set{sandbox.LabelName: sandbox.GatewayName})},
	}
	for _, name := range sandboxes {
		inSandboxes[name] = cache.Config{}
		podNamespaces[name] = cache.Config{LabelSelector: labels.SelectorFromSet(labels.Set{sandbox.LabelName: sandbox.JobPodName})}
	}
	own := cache.ByObject{Namespaces: map[string]cache.Config{namespace: {}}}
	return cache.Options{
		DefaultTransform: cache.TransformStripManagedFields(),
		ByObject: map[client.Object]cache.ByObject{
			&corev1.Pod{}:                 {Namespaces: podNamespaces},
			&corev1.Secret{}:              own,
			&corev1.Service{}:             own,
			&corev1.ServiceAccount{}:      {Namespaces: inSandboxes},
			&networkingv1.NetworkPolicy{}: {Namespaces: inSandboxes},
		},
	}
}

// apiServer is where a pod would reach the API server.
func apiServer() string {
	return net.JoinHostPort(os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT"))
}

func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}
