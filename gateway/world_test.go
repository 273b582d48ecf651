package main

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
	"github.com/compute-to-data/terraform-provider-c2d/test/apiserver"
	"github.com/compute-to-data/terraform-provider-c2d/test/fixtures"
	"github.com/compute-to-data/terraform-provider-c2d/test/s3server"
)

// runGateway in the environment of this test binary makes it the gateway itself: the tests speak to a process of its own,
// whose memory and log are its own.
const runGateway = "C2D_TEST_RUN_GATEWAY"

var (
	apiConfig *rest.Config
	api       client.Client
)

func TestMain(m *testing.M) {
	if os.Getenv(runGateway) != "" {
		main()
		return
	}
	apiserver.Main(m, func(config *rest.Config) {
		apiConfig = config
		var err error
		if api, err = client.New(config, client.Options{Scheme: fixtures.Scheme()}); err != nil {
			panic(err)
		}
	})
}

// world is a cluster's part of a test: a gateway with the rights that it has in a cluster, an S3 server, an environment.
type world struct {
	t           *testing.T
	s3          *s3server.Server
	data        *storage.Bucket
	results     *storage.Bucket
	own         string // namespace of the gateway
	sandbox     string
	hospital    string
	consumer    string
	environment *v1alpha1.ComputeEnvironment

	process     *exec.Cmd
	log         *logLines
	certificate string // directory
	listen      string
	consumers   string
	canary      string
	health      string
	client      *http.Client
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, s3: s3server.Start(t)}
	w.data, w.results = w.s3.Bucket(t, "data"), w.s3.Bucket(t, "results")
	w.own, w.hospital, w.consumer = w.namespace("c2d-", nil), w.namespace("hospital-", nil), w.namespace("consumer-", nil)
	w.sandbox = w.namespace("sandbox-", map[string]string{sandbox.LabelSandbox: "true"})
	w.create(&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: w.sandbox, Name: sandbox.ServiceAccount}})
	w.grant()
	w.secret(w.own, fixtures.ResultsSecret)
	w.secret(w.hospital, "source")
	w.environment = w.newEnvironment(w.sandbox)
	w.start()
	return w
}

func (w *world) create(object client.Object) {
	w.t.Helper()
	if err := api.Create(w.t.Context(), object); err != nil {
		w.t.Fatalf("create %T: %v", object, err)
	}
}

func (w *world) namespace(prefix string, labels map[string]string) string {
	w.t.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: prefix, Labels: labels}}
	w.create(namespace)
	return namespace.Name
}

func (w *world) secret(namespace, name string) {
	w.t.Helper()
	w.create(fixtures.Credentials(namespace, name, w.s3.Credentials))
}

func (w *world) newEnvironment(sandboxNamespace string) *v1alpha1.ComputeEnvironment {
	w.t.Helper()
	environment := fixtures.Environment("", w.s3.Connection("results"))
	environment.GenerateName = "test-"
	environment.Spec.SandboxNamespace = sandboxNamespace
	environment.Spec.Results.S3.Prefix = "all/runs"
	w.create(environment)
	return environment
}

func (w *world) connection(bucket, secret string) v1alpha1.S3Connection {
	connection := w.s3.Connection(bucket)
	connection.CredentialsSecretRef = &v1alpha1.LocalSecretReference{Name: secret}
	return connection
}

// grant the gateway what it has in a cluster, and nothing else.
func (w *world) grant() {
	account := []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: w.user()}}
	get := []string{"get"}
	role := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: w.own}, Rules: []rbacv1.PolicyRule{
		{APIGroups: []string{""}, Resources: []string{"namespaces", "pods", "pods/log"}, Verbs: get},
		{APIGroups: []string{"c2d.dev"}, Resources: []string{"computejobs", "computeenvironments", "datasets", "algorithms"}, Verbs: get},
		{APIGroups: []string{"c2d.dev"}, Resources: []string{"datasets", "algorithms"}, Verbs: []string{"list"}},
		{APIGroups: []string{"authentication.k8s.io"}, Resources: []string{"tokenreviews"}, Verbs: []string{"create"}},
		{APIGroups: []string{"authorization.k8s.io"}, Resources: []string{"subjectaccessreviews"}, Verbs: []string{"create"}},
	}}
	w.create(role)
	w.create(&rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: w.own}, Subjects: account,
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role.Name},
	})
	reader := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: w.own + "-source-reader"}, Rules: []rbacv1.PolicyRule{
		{APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: get},
	}}
	w.create(reader)
	for _, namespace := range []string{w.own, w.hospital} {
		w.create(&rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "reader"}, Subjects: account,
			RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: reader.Name},
		})
	}
}

func (w *world) user() string { return "system:serviceaccount:" + w.own + ":" + sandbox.GatewayName }

// start the gateway and wait until it is ready.
func (w *world) start() {
	w.t.Helper()
	dir := w.t.TempDir()
	w.certificate = dir
	roots := writeCertificate(w.t, dir, sandbox.GatewayServerName(w.own))
	w.process = exec.Command(os.Args[0],
		"--listen=127.0.0.1:0", "--consumer-listen=127.0.0.1:0", "--canary-listen=127.0.0.1:0", "--health-listen=127.0.0.1:0",
		"--namespace="+w.own, "--tls-dir="+dir, "--kubeconfig="+w.kubeconfig(dir))
	w.process.Env = append(os.Environ(), runGateway+"=1")
	stderr, err := w.process.StderrPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.process.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.log = follow(bufio.NewScanner(stderr))
	w.t.Cleanup(func() {
		_ = w.process.Process.Kill()
		_ = w.process.Wait()
		if w.t.Failed() {
			w.t.Logf("log of the gateway:\n%s", strings.Join(w.log.all(), "\n"))
		}
	})
	line := w.log.wait(w.t, `"msg":"ready"`)
	var ready struct{ Listen, Consumers, Canary, Health string }
	if err := json.Unmarshal([]byte(line), &ready); err != nil {
		w.t.Fatal(err)
	}
	w.listen, w.consumers, w.canary, w.health = ready.Listen, ready.Consumers, ready.Canary, ready.Health
	transport := &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: roots, ServerName: sandbox.GatewayServerName(w.own), MinVersion: tls.VersionTLS13},
		MaxIdleConnsPerHost: 32,
	}
	w.t.Cleanup(transport.CloseIdleConnections)
	w.client = &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// kubeconfig under which the gateway is its service account.
func (w *world) kubeconfig(dir string) string {
	config := clientcmdapi.NewConfig()
	config.Clusters["c"] = &clientcmdapi.Cluster{Server: apiConfig.Host, CertificateAuthorityData: apiConfig.CAData}
	config.AuthInfos["u"] = &clientcmdapi.AuthInfo{
		ClientCertificateData: apiConfig.CertData, ClientKeyData: apiConfig.KeyData, Impersonate: w.user(),
	}
	config.Contexts["x"] = &clientcmdapi.Context{Cluster: "c", AuthInfo: "u"}
	config.CurrentContext = "x"
	file := filepath.Join(dir, "kubeconfig")
	if err := clientcmd.WriteToFile(*config, file); err != nil {
		w.t.Fatal(err)
	}
	return file
}

// logLines of a process.
type logLines struct {
	mutex sync.Mutex
	lines []string
	ended bool
}

func follow(scanner *bufio.Scanner) *logLines {
	l := &logLines{}
	go func() {
		for scanner.Scan() {
			l.mutex.Lock()
			l.lines = append(l.lines, scanner.Text())
			l.mutex.Unlock()
		}
		l.mutex.Lock()
		l.ended = true
		l.mutex.Unlock()
	}()
	return l
}

func (l *logLines) all() []string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return append([]string{}, l.lines...)
}

// wait for a line that contains a text.
func (l *logLines) wait(t *testing.T, text string) string {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		l.mutex.Lock()
		lines, ended := l.lines, l.ended
		l.mutex.Unlock()
		for _, line := range lines {
			if strings.Contains(line, text) {
				return line
			}
		}
		if ended {
			break
		}
	}
	t.Fatalf("the gateway did not log %q:\n%s", text, strings.Join(l.all(), "\n"))
	return ""
}

// writeCertificate for a name, signed by itself.
func writeCertificate(t *testing.T, dir, name string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})
	for file, content := range map[string][]byte{"tls.key": keyPEM, "tls.crt": certPEM} {
		if err := os.WriteFile(filepath.Join(dir, file), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(certPEM)
	return roots
}

// token of a service account, for an audience, bound to a pod where there is one.
func (w *world) token(account, audience string, pod *corev1.Pod) string {
	w.t.Helper()
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{Audiences: []string{audience}}}
	if pod != nil {
		request.Spec.BoundObjectRef = &authenticationv1.BoundObjectReference{APIVersion: "v1", Kind: "Pod", Name: pod.Name, UID: pod.UID}
	}
	namespace := w.sandbox
	if pod != nil {
		namespace = pod.Namespace
	}
	owner := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: account}}
	if err := api.SubResource("token").Create(context.Background(), owner, request); err != nil {
		w.t.Fatalf("token of %s: %v", account, err)
	}
	return request.Status.Token
}
