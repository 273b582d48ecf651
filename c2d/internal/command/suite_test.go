package command

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/example"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/test/apiserver"
	"github.com/compute-to-data/terraform-provider-c2d/test/fixtures"
)

var (
	config *rest.Config
	api    client.Client
	// kubeconfig of an administrator.
	kubeconfig string
)

func TestMain(m *testing.M) {
	ctrllog.SetLogger(logr.Discard())
	// The program tells the time by the clock.
	example.Now = time.Now().UTC().Truncate(time.Second)
	os.Exit(apiserver.Run(m, func(c *rest.Config) (func(), error) {
		config = c
		folder, err := os.MkdirTemp("", "c2d-command-")
		if err != nil {
			return nil, err
		}
		kubeconfig = filepath.Join(folder, "kubeconfig")
		text := clientcmdapi.NewConfig()
		text.Clusters["test"] = &clientcmdapi.Cluster{Server: c.Host, CertificateAuthorityData: c.CAData}
		text.AuthInfos["admin"] = &clientcmdapi.AuthInfo{ClientCertificateData: c.CertData, ClientKeyData: c.KeyData}
		text.Contexts["test"] = &clientcmdapi.Context{Cluster: "test", AuthInfo: "admin"}
		text.CurrentContext = "test"
		if err := clientcmd.WriteToFile(*text, kubeconfig); err != nil {
			return nil, err
		}
		api, err = client.New(c, client.Options{Scheme: fixtures.Scheme()})
		return func() { _ = os.RemoveAll(folder) }, err
	}))
}

// result of a command.
type result struct {
	out, errOut string
	code        int
}

// c2d runs a command as an administrator in a namespace.
func c2d(t *testing.T, namespace string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out, errOut bytes.Buffer
	args = append([]string{"--kubeconfig", kubeconfig, "-n", namespace}, args...)
	code := run(ctx, "v1.2.3", standalone, args, genericiooptions.IOStreams{In: &bytes.Buffer{}, Out: &out, ErrOut: &errOut})
	return result{out.String(), errOut.String(), code}
}

func (r result) want(t *testing.T, code int) result {
	t.Helper()
	if r.code != code {
		t.Fatalf("exit code %d, want %d\n%s%s", r.code, code, r.out, r.errOut)
	}
	return r
}

// create an object and write its status where it has one.
func create(t *testing.T, objects ...client.Object) {
	t.Helper()
	for _, object := range objects {
		wanted := object.DeepCopyObject().(client.Object)
		object.SetUID("")
		object.SetGeneration(0)
		if err := api.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
		wanted.SetUID(object.GetUID())
		wanted.SetResourceVersion(object.GetResourceVersion())
		switch wanted.(type) {
		case *v1alpha1.ComputeJob, *v1alpha1.ComputeEnvironment, *v1alpha1.Dataset, *v1alpha1.Algorithm:
			if err := api.Status().Update(t.Context(), wanted); err != nil {
				t.Fatal(err)
			}
		}
		object.SetResourceVersion(wanted.GetResourceVersion())
	}
}

// newNamespace with a service account, as every namespace has one.
func newNamespace(t *testing.T) string {
	t.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "lab-"}}
	create(t, namespace)
	create(t, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace.Name, Name: "default"}})
	return namespace.Name
}

// place an example in a namespace of its own: its datasets lie there too.
func place(t *testing.T, job *v1alpha1.ComputeJob) (*v1alpha1.ComputeJob, string) {
	t.Helper()
	namespace := newNamespace(t)
	job.Namespace = namespace
	job.Spec.Destination = nil
	create(t, job)
	return job, namespace
}

// user with rights in one namespace alone.
func user(t *testing.T, namespace string) string {
	t.Helper()
	name := "user-of-" + namespace
	create(t,
		&rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "user"}, Rules: []rbacv1.PolicyRule{
			{APIGroups: []string{"c2d.dev"}, Resources: []string{"computejobs", "algorithms"}, Verbs: []string{"get", "list", "patch"}},
		}},
		&rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "user"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "user"},
			Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: name}},
		})
	return name
}

var (
	times = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)
	ages  = regexp.MustCompile(`([+ ])(\d+[dhmsy])+\b`)
	gaps  = regexp.MustCompile(` {2,}`)
)

// normalised text: what changes from run to run is taken out.
func normalised(text, namespace string) string {
	text = regexp.MustCompile(regexp.QuoteMeta(namespace)).ReplaceAllString(text, "NAMESPACE")
	text = times.ReplaceAllString(text, "TIME")
	text = ages.ReplaceAllString(text, "${1}AGE")
	return gaps.ReplaceAllString(text, "  ")
}

func golden(t *testing.T, name, namespace string, r result) {
	t.Helper()
	example.Golden(t, name, normalised(r.out, namespace))
}
