package provider

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/test/apiserver"
)

var (
	admin *rest.Config
	api   client.WithWatch
)

func TestMain(m *testing.M) {
	if err := prepareTerraform(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	apiserver.Main(m, func(config *rest.Config) {
		admin = config
		scheme := runtime.NewScheme()
		must(v1alpha1.AddToScheme(scheme))
		must(corev1.AddToScheme(scheme))
		var err error
		api, err = client.NewWithWatch(config, client.Options{Scheme: scheme})
		must(err)
	})
}

// prepareTerraform makes the testing framework use the CLI on the PATH; it would download one otherwise.
func prepareTerraform() error {
	cli := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if cli == "" {
		found, err := exec.LookPath("terraform")
		if err != nil {
			return fmt.Errorf("these tests run the Terraform CLI: install it, or set TF_ACC_TERRAFORM_PATH: %w", err)
		}
		cli = found
	}
	for name, value := range map[string]string{"TF_ACC_TERRAFORM_PATH": cli, "TF_ACC": "1", "CHECKPOINT_DISABLE": "1"} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	for _, name := range []string{"TF_CLI_CONFIG_FILE", "KUBECONFIG", "KUBE_CONFIG_PATH"} {
		if err := os.Unsetenv(name); err != nil {
			return err
		}
	}
	return nil
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// providers under test, and the echo provider, whose state shows what ephemeral values were.
func providers() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"c2d":  providerserver.NewProtocol6WithError(New("test")()),
		"echo": echoprovider.NewProviderServer(),
	}
}

// writeKubeconfig for a configuration, changed where the test wants it.
func writeKubeconfig(t *testing.T, config *rest.Config, change func(*clientcmdapi.AuthInfo)) string {
	t.Helper()
	user := &clientcmdapi.AuthInfo{ClientCertificateData: config.CertData, ClientKeyData: config.KeyData}
	if change != nil {
		change(user)
	}
	file := filepath.Join(t.TempDir(), "kubeconfig")
	err := clientcmd.WriteToFile(clientcmdapi.Config{
		Clusters:       map[string]*clientcmdapi.Cluster{"test": {Server: config.Host, CertificateAuthorityData: config.CAData}},
		AuthInfos:      map[string]*clientcmdapi.AuthInfo{"test": user},
		Contexts:       map[string]*clientcmdapi.Context{"test": {Cluster: "test", AuthInfo: "test"}},
		CurrentContext: "test",
	}, file)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// newNamespace makes a namespace whose name is the test's own, and so also fit for cluster-scoped objects.
func newNamespace(t *testing.T) string {
	t.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "t-" + strings.ToLower(strings.NewReplacer("TestAcc", "", "/", "-", "_", "-").Replace(t.Name())) + "-"}}
	if err := api.Create(context.Background(), namespace); err != nil {
		t.Fatal(err)
	}
	return namespace.Name
}
