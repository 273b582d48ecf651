// Package manager puts the parts of the controller together: the program and the tests run the same.
package manager

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/netip"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/metrics/filters"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/compute-to-data/terraform-provider-c2d/controller/agreement"
	"github.com/compute-to-data/terraform-provider-c2d/controller/algorithm"
	"github.com/compute-to-data/terraform-provider-c2d/controller/certificate"
	"github.com/compute-to-data/terraform-provider-c2d/controller/dataset"
	"github.com/compute-to-data/terraform-provider-c2d/controller/delivery"
	"github.com/compute-to-data/terraform-provider-c2d/controller/environment"
	"github.com/compute-to-data/terraform-provider-c2d/controller/gateway"
	"github.com/compute-to-data/terraform-provider-c2d/controller/job"
	"github.com/compute-to-data/terraform-provider-c2d/controller/notify"
	"github.com/compute-to-data/terraform-provider-c2d/controller/payment"
	"github.com/compute-to-data/terraform-provider-c2d/controller/publication"
	"github.com/compute-to-data/terraform-provider-c2d/controller/results"
	"github.com/compute-to-data/terraform-provider-c2d/controller/review"
	"github.com/compute-to-data/terraform-provider-c2d/controller/signer"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Options of the controller.
type Options struct {
	// Namespace of the controller, the gateway and the Secrets of environments.
	Namespace string
	// SandboxNamespaces that environments may run jobs in.
	SandboxNamespaces []string
	// AgentImage by digest.
	AgentImage string
	// ClusterCIDRs are the networks of pods, services and nodes.
	ClusterCIDRs []netip.Prefix
	// APIServer is the host:port that a pod would reach the API server at.
	APIServer string
	// MetricsAddress, and HealthAddress of /healthz and /readyz; "0" switches one off.
	MetricsAddress, HealthAddress string
	// MetricsInsecure serves metrics over HTTP to everyone.
	MetricsInsecure bool
	// LeaderElect works only while holding the lease.
	LeaderElect bool
	// GatewayTokenFile holds the token with which the controller calls the gateway.
	GatewayTokenFile string

	// GatewayURL replaces, in tests, the address of the gateway's Service.
	GatewayURL string
	// DialCanary replaces, in tests, dialling the gateway's canary.
	DialCanary func(ctx context.Context, address string) error
	// Now replaces, in tests, the clock.
	Now func() time.Time
	// ChainPace replaces, in tests, how soon a chain is asked again.
	ChainPace time.Duration
	// Several lets, in tests, more than one controller live in this process: they share their metrics.
	Several bool
}

// Run the controller until the context ends.
func Run(ctx context.Context, cluster *rest.Config, o Options) error {
	if o.Namespace == "" || o.AgentImage == "" {
		return errors.New("--namespace and --agent-image must be set: install/ does that")
	}
	mgr, err := newManager(cluster, o)
	if err != nil {
		return err
	}
	if err := setUp(ctx, mgr, o); err != nil {
		return err
	}
	return mgr.Start(ctx)
}

// setUp what the manager runs.
func setUp(ctx context.Context, mgr ctrl.Manager, o Options) error {
	var system corev1.Namespace
	if err := mgr.GetAPIReader().Get(ctx, types.NamespacedName{Name: metav1.NamespaceSystem}, &system); err != nil {
		return fmt.Errorf("read the UID of the cluster: %w", err)
	}
	opener := &results.Opener{Secrets: mgr.GetAPIReader(), Namespace: o.Namespace, Rule: egress.Rule{Cluster: o.ClusterCIDRs}}
	escrows := &payment.Opener{Secrets: mgr.GetAPIReader(), Namespace: o.Namespace, Rule: egress.Rule{Cluster: o.ClusterCIDRs}, Pace: o.ChainPace}
	book := &publication.Book{Environments: mgr.GetClient(), Chains: &payment.Chains{Opener: escrows}, Cluster: system.UID, Pace: o.ChainPace}
	signers := &signer.Opener{Secrets: mgr.GetAPIReader(), Writer: mgr.GetClient(), Namespace: o.Namespace, Rule: egress.Rule{Cluster: o.ClusterCIDRs}}
	consumers := &gateway.Client{Reader: mgr.GetClient(), Namespace: o.Namespace, TokenFile: o.GatewayTokenFile, URL: o.GatewayURL}
	return errors.Join(
		(&dataset.Reconciler{Client: mgr.GetClient(), Cluster: system.UID, Book: book}).SetupWithManager(mgr),
		(&algorithm.Reconciler{Client: mgr.GetClient(), Cluster: system.UID, Book: book}).SetupWithManager(mgr),
		(&environment.Reconciler{
			Client: mgr.GetClient(), Namespace: o.Namespace, SandboxNamespaces: o.SandboxNamespaces, Results: opener, Escrows: escrows,
			Signers: signers, Now: o.Now,
		}).SetupWithManager(mgr),
		(&agreement.Reconciler{
			Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Namespace: o.Namespace, Escrows: escrows, Now: o.Now,
		}).SetupWithManager(mgr),
		mgr.Add(escrows),
		(&job.Reconciler{
			Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Recorder: recorder{mgr.GetEventRecorder("c2d-controller")}, Results: opener,
			Namespace: o.Namespace, SandboxNamespaces: o.SandboxNamespaces, AgentImage: o.AgentImage, APIServer: o.APIServer,
			Canary: o.DialCanary, Now: o.Now, Escrows: escrows, Signers: signers, Cluster: system.UID, ChainPace: o.ChainPace, Book: book,
		}).SetupWithManager(ctx, mgr),
		(&review.Reconciler{
			Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Recorder: recorder{mgr.GetEventRecorder("c2d-controller")}, Results: opener, Now: o.Now,
		}).SetupWithManager(mgr),
		(&job.Orphans{Client: mgr.GetClient(), Live: mgr.GetAPIReader()}).SetupWithManager(mgr),
		(&delivery.Reconciler{Client: mgr.GetClient(), Gateway: consumers, Now: o.Now}).SetupWithManager(mgr),
		(&notify.Reconciler{Client: mgr.GetClient(), Gateway: consumers, Now: o.Now}).SetupWithManager(mgr),
		mgr.Add(&certificate.Keeper{
			Client: mgr.GetClient(), Reader: mgr.GetAPIReader(), Namespace: o.Namespace, Name: sandbox.GatewayServerName(o.Namespace),
		}),
		mgr.AddHealthzCheck("ping", healthz.Ping),
		mgr.AddReadyzCheck("ping", healthz.Ping),
	)
}

func newManager(cluster *rest.Config, o Options) (ctrl.Manager, error) {
	scheme := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(v1alpha1.AddToScheme(scheme))
	metrics := metricsserver.Options{BindAddress: o.MetricsAddress}
	if !o.MetricsInsecure {
		metrics.SecureServing = true
		metrics.FilterProvider = filters.WithAuthenticationAndAuthorization
		metrics.TLSOpts = []func(*tls.Config){func(c *tls.Config) { c.MinVersion = tls.VersionTLS13 }}
	}
	mgr, err := ctrl.NewManager(cluster, ctrl.Options{
		Scheme:                        scheme,
		Metrics:                       metrics,
		HealthProbeBindAddress:        o.HealthAddress,
		LeaderElection:                o.LeaderElect,
		LeaderElectionID:              "c2d-controller",
		LeaderElectionNamespace:       o.Namespace,
		LeaderElectionReleaseOnCancel: true,
		Cache:                         cacheOptions(o.Namespace, o.SandboxNamespaces),
		Client: client.Options{
			FieldOwner: "c2d-controller",
			// What a claim is for is a permission, and needs no watch: it is read live.
			Cache: &client.CacheOptions{DisableFor: []client.Object{&corev1.PersistentVolumeClaim{}}},
		},
		Controller: config.Controller{SkipNameValidation: &o.Several},
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
