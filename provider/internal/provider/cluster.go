package provider

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/go-logr/logr"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

const defaultFieldManager = "terraform-c2d"

// cluster is the one that a provider configuration names. It is dialled when it is first needed.
type cluster struct {
	settings providerModel
	version  string

	connect sync.Once
	api     client.WithWatch
	err     error
}

func newCluster(settings providerModel, version string) *cluster {
	return &cluster{settings: settings, version: version}
}

// errUnknownSettings says that the cluster cannot be reached yet: Terraform will know its address only after apply.
var errUnknownSettings = errors.New("the provider configuration is not known yet")

// quieten controller-runtime, which complains on stderr, with a stack trace, when nobody has told it where to log. Once,
// since it is told through a variable of its package.
var quieten = sync.OnceFunc(func() { ctrllog.SetLogger(logr.Discard()) })

// client of the API server.
func (c *cluster) client() (client.WithWatch, error) {
	c.connect.Do(func() {
		quieten()
		c.api, c.err = c.dial()
	})
	return c.api, c.err
}

func (c *cluster) dial() (client.WithWatch, error) {
	if unknown := c.unknown(); len(unknown) > 0 {
		return nil, fmt.Errorf("%w: %s", errUnknownSettings, strings.Join(unknown, ", "))
	}
	config, err := c.restConfig()
	if err != nil {
		return nil, err
	}
	// Terraform bounds its own parallelism, and the API server its load; a third limit would only slow down plans.
	config.QPS = -1
	config.UserAgent = "terraform-provider-c2d/" + c.version
	config.WarningHandler = rest.NoWarnings{}
	scheme := runtime.NewScheme()
	if err := errors.Join(v1alpha1.AddToScheme(scheme), corev1.AddToScheme(scheme), authenticationv1.AddToScheme(scheme)); err != nil {
		return nil, err
	}
	return client.NewWithWatch(config, client.Options{Scheme: scheme, Mapper: mapper()})
}

// mapper knows where the API server keeps the kinds, which spares each plan the discovery.
func mapper() meta.RESTMapper {
	m := meta.NewDefaultRESTMapper([]schema.GroupVersion{v1alpha1.SchemeGroupVersion, corev1.SchemeGroupVersion, authenticationv1.SchemeGroupVersion})
	m.Add(v1alpha1.SchemeGroupVersion.WithKind(v1alpha1.KindComputeEnvironment), meta.RESTScopeRoot)
	m.Add(v1alpha1.SchemeGroupVersion.WithKind(v1alpha1.KindDataset), meta.RESTScopeNamespace)
	m.Add(v1alpha1.SchemeGroupVersion.WithKind(v1alpha1.KindAlgorithm), meta.RESTScopeNamespace)
	m.Add(v1alpha1.SchemeGroupVersion.WithKind(v1alpha1.KindServiceAgreement), meta.RESTScopeNamespace)
	m.Add(v1alpha1.SchemeGroupVersion.WithKind(v1alpha1.KindComputeJob), meta.RESTScopeNamespace)
	m.Add(v1alpha1.SchemeGroupVersion.WithKind(v1alpha1.KindResultReview), meta.RESTScopeNamespace)
	m.Add(authenticationv1.SchemeGroupVersion.WithKind("SelfSubjectReview"), meta.RESTScopeRoot)
	m.Add(corev1.SchemeGroupVersion.WithKind("Secret"), meta.RESTScopeNamespace)
	m.Add(corev1.SchemeGroupVersion.WithKind("Namespace"), meta.RESTScopeRoot)
	return m
}

// unknown names the attributes of the provider that are not known yet.
func (c *cluster) unknown() []string {
	var names []string
	for _, setting := range []struct {
		name    string
		unknown bool
	}{
		{"kubeconfig", c.settings.Kubeconfig.IsUnknown()},
		{"context", c.settings.Context.IsUnknown()},
		{"host", c.settings.Host.IsUnknown()},
		{"cluster_ca_certificate", c.settings.ClusterCACertificate.IsUnknown()},
		{"token", c.settings.Token.IsUnknown()},
		{"client_certificate", c.settings.ClientCertificate.IsUnknown()},
		{"client_key", c.settings.ClientKey.IsUnknown()},
		{"namespace", c.settings.Namespace.IsUnknown()},
		{"field_manager", c.settings.FieldManager.IsUnknown()},
		{"force_conflicts", c.settings.ForceConflicts.IsUnknown()},
	} {
		if setting.unknown {
			names = append(names, setting.name)
		}
	}
	return names
}

func (c *cluster) restConfig() (*rest.Config, error) {
	s := c.settings
	if s.Host.ValueString() != "" {
		return &rest.Config{
			Host:        s.Host.ValueString(),
			BearerToken: s.Token.ValueString(),
			TLSClientConfig: rest.TLSClientConfig{
				CAData:   []byte(s.ClusterCACertificate.ValueString()),
				CertData: []byte(s.ClientCertificate.ValueString()),
				KeyData:  []byte(s.ClientKey.ValueString()),
			},
		}, nil
	}
	config, err := c.kubeconfig().ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("read the kubeconfig: %w", err)
	}
	return config, nil
}

func (c *cluster) kubeconfig() clientcmd.ClientConfig {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	if path := c.settings.Kubeconfig.ValueString(); path != "" {
		rules.ExplicitPath = path
	} else if path := os.Getenv("KUBE_CONFIG_PATH"); path != "" {
		rules.ExplicitPath = path
	}
	return clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules,
		&clientcmd.ConfigOverrides{CurrentContext: c.settings.Context.ValueString()})
}

// namespace of resources that name none; false while it is not known.
func (c *cluster) namespace() (string, bool) {
	s := c.settings
	switch {
	case s.Namespace.ValueString() != "":
		return s.Namespace.ValueString(), true
	case s.Namespace.IsUnknown(), s.Kubeconfig.IsUnknown(), s.Context.IsUnknown(), s.Host.IsUnknown():
		return "", false
	case s.Host.ValueString() != "":
		return "default", true
	}
	namespace, _, err := c.kubeconfig().Namespace()
	return namespace, err == nil
}

// keyOf an object by its id: namespace/name, or its name in the provider's namespace.
func (c *cluster) keyOf(id string) (client.ObjectKey, error) {
	if namespace, name, both := strings.Cut(id, "/"); both {
		return client.ObjectKey{Namespace: namespace, Name: name}, nil
	}
	namespace, known := c.namespace()
	if !known {
		return client.ObjectKey{}, fmt.Errorf("%w: namespace", errUnknownSettings)
	}
	return client.ObjectKey{Namespace: namespace, Name: id}, nil
}

func (c *cluster) fieldManager() string {
	if name := c.settings.FieldManager.ValueString(); name != "" {
		return name
	}
	return defaultFieldManager
}

func (c *cluster) forceConflicts() bool { return c.settings.ForceConflicts.ValueBool() }
