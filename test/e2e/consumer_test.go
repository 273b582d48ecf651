//go:build e2e

package e2e

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// consumer of a story: a service account that may get its jobs, and a way to the gateway.
type consumer struct {
	*story
	token, address string
	client         *http.Client
}

func newConsumer(s *story) *consumer {
	s.Helper()
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: "scientist"}}
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{
		Audiences: []string{sandbox.ConsumerAudience}, ExpirationSeconds: ptr.To(int64(600)),
	}}
	for _, object := range []client.Object{account, &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: "c2d-view"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "c2d-view"},
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: s.namespace, Name: "scientist"}},
	}} {
		if err := api.Create(s.Context(), object); err != nil {
			s.Fatal(err)
		}
	}
	if err := api.SubResource("token").Create(s.Context(), account, request); err != nil {
		s.Fatal(err)
	}
	var authority corev1.ConfigMap
	if err := api.Get(s.Context(), client.ObjectKey{Namespace: system, Name: sandbox.AuthorityConfigMap}, &authority); err != nil {
		s.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM([]byte(authority.Data["ca.crt"])) {
		s.Fatalf("ConfigMap %s has no certificate", sandbox.AuthorityConfigMap)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: sandbox.GatewayServerName(system), MinVersion: tls.VersionTLS13}}
	s.Cleanup(transport.CloseIdleConnections)
	return &consumer{story: s, token: request.Status.Token, address: forward(s.T, sandbox.ConsumerPort), client: &http.Client{Transport: transport}}
}

// ask the gateway about run 1, for the status and the body of its answer.
func (c *consumer) ask(rest string) (int, io.Reader) {
	c.Helper()
	request, err := http.NewRequestWithContext(c.Context(), http.MethodGet, c.address+sandbox.RunPath(c.namespace, c.job.Name, 1)+rest, nil)
	if err != nil {
		c.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	response, err := c.client.Do(request)
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(func() { _ = response.Body.Close() })
	return response.StatusCode, response.Body
}

// TestLogIsFollowed from before the algorithm begins, line by line, by somebody without any right on the sandbox. The
// algorithm itself cannot come to the port for consumers.
func TestLogIsFollowed(t *testing.T) {
	t.Parallel()
	var gateways corev1.PodList
	if err := api.List(t.Context(), &gateways, client.InNamespace(system), client.MatchingLabels{sandbox.LabelName: sandbox.GatewayName}); err != nil || len(gateways.Items) == 0 {
		t.Fatalf("%d gateways: %v", len(gateways.Items), err)
	}
	ip := gateways.Items[0].Status.PodIP
	s := newStory(t, fmt.Sprintf(`
reach() { if printf 'GET / HTTP/1.0\r\n\r\n' | nc -w 2 %s $1 2>&1 | grep -q 'HTTP/1.0 400'; then echo "port $1 answers"; else echo "port $1 is closed"; fi; }
reach %d
reach %d
until [ -e /tmp/over ]; do i=$((i+1)); echo "epoch $i"; sleep 1; [ $i -lt 8 ] || touch /tmp/over; done
`, ip, sandbox.GatewayPort, sandbox.ConsumerPort))
	c := newConsumer(s)
	s.create()
	code, log := c.ask("/log?follow=true")
	if code != http.StatusOK {
		text, _ := io.ReadAll(log)
		t.Fatalf("%d %s", code, text)
	}
	reader := bufio.NewReader(log)
	var followed strings.Builder
	for _, want := range []string{"port 8443 answers\n", "port 8445 is closed\n", "epoch 1\n"} {
		line, err := reader.ReadString('\n')
		if line != want || err != nil {
			t.Fatalf("%q, %v; expected %q", line, err, want)
		}
		followed.WriteString(line)
	}
	if err := api.Get(t.Context(), client.ObjectKeyFromObject(s.job), s.job); err != nil || s.job.Status.State.Terminal() {
		t.Errorf("the first lines came when the job was %s: %v", s.job.Status.State, err)
	}
	rest, err := io.ReadAll(reader)
	if err != nil {
		t.Errorf("the end of the log: %v", err)
	}
	followed.Write(rest)
	s.until("terminal", func(j *v1alpha1.ComputeJob) bool { return j.Status.State.Terminal() })
	if released := s.fetch()["algorithm.log"]; released != followed.String() || !strings.HasSuffix(released, "epoch 8\n") {
		t.Errorf("followed:\n%s\nreleased:\n%s", followed.String(), released)
	}
	_, log = c.ask("/log")
	text, err := io.ReadAll(log)
	if err != nil || string(text) != followed.String() {
		t.Errorf("the log of the run that is over: %v %q", err, text)
	}
	if code, _ := c.ask("/manifest"); code != http.StatusOK {
		t.Errorf("manifest: %d", code)
	}
}

// TestWithheldLogIsNotFollowed where the owner releases none.
func TestWithheldLogIsNotFollowed(t *testing.T) {
	t.Parallel()
	s := newStory(t, "echo P1,40; sleep 5")
	s.dataset.Spec.Disclosure.Logs.Release = v1alpha1.LogReleaseNever
	c := newConsumer(s)
	s.create()
	code, log := c.ask("/log?follow=true")
	text, _ := io.ReadAll(log)
	if code != http.StatusForbidden || !strings.Contains(string(text), "the owner of dataset "+owner+"/"+s.namespace) {
		t.Errorf("%d %s", code, text)
	}
}

// lendSecrets of the story's namespace to the gateway.
func (s *story) lendSecrets(secrets ...*corev1.Secret) {
	s.Helper()
	for _, secret := range secrets {
		if err := api.Create(s.Context(), secret); err != nil {
			s.Fatal(err)
		}
	}
	if err := api.Create(s.Context(), &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: "c2d-source-reader"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "c2d-source-reader"},
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: system, Name: sandbox.GatewayName}},
	}); err != nil {
		s.Fatal(err)
	}
}

// TestResultsAreDelivered to the consumer's own bucket, once the consumer has lent the credentials.
func TestResultsAreDelivered(t *testing.T) {
	t.Parallel()
	devcluster(t, "s3-bucket", "lab-results")
	s := newStory(t, `mkdir -p /data/outputs/sub; echo model > /data/outputs/model; echo b > "/data/outputs/sub/b c"; echo log`)
	s.job.Spec.Destination = &v1alpha1.Destination{S3: v1alpha1.DestinationBucket{S3Connection: connection("lab-results"), Prefix: s.namespace}}
	if job := s.run(); job.Status.State != v1alpha1.StateSucceeded {
		t.Fatalf("%s: %s", job.Status.State, ready(job).Message)
	}
	delivered := func(status metav1.ConditionStatus) func(*v1alpha1.ComputeJob) bool {
		return func(j *v1alpha1.ComputeJob) bool {
			return meta.IsStatusConditionPresentAndEqual(j.Status.Conditions, v1alpha1.ConditionDelivered, status)
		}
	}
	job := s.until("not delivered", delivered(metav1.ConditionFalse))
	if message := meta.FindStatusCondition(job.Status.Conditions, v1alpha1.ConditionDelivered).Message; !strings.Contains(message, "kubectl create rolebinding c2d-source-reader -n "+s.namespace) {
		t.Errorf("the message does not say what to do: %s", message)
	}
	s.lendSecrets(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: "s3"}, StringData: map[string]string{
		v1alpha1.SecretKeyAccessKeyID: os.Getenv("C2D_S3_ACCESS_KEY"), v1alpha1.SecretKeySecretAccessKey: os.Getenv("C2D_S3_SECRET_KEY"),
	}})
	s.until("delivered", delivered(metav1.ConditionTrue))
	mine := storage.NewBucket(connection("lab-results"), storage.Credentials{AccessKeyID: os.Getenv("C2D_S3_ACCESS_KEY"), SecretAccessKey: os.Getenv("C2D_S3_SECRET_KEY")}, http.DefaultTransport)
	for key, want := range map[string]string{"outputs/model": "model\n", "outputs/sub/b c": "b\n", sandbox.KeyLog: "log\n"} {
		if got, err := mine.Get(t.Context(), s.namespace+"/job/1/"+key, 100); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", key, got, err)
		}
	}
	if state := ready(s.job); state.Status != metav1.ConditionTrue || s.fetch()["model"] != "model\n" {
		t.Errorf("the owner's copy: %+v", state)
	}
}

// TestConsumerIsInformed of the end of a run, with a signed CloudEvent.
func TestConsumerIsInformed(t *testing.T) {
	t.Parallel()
	const secret = "a secret of the consumer's, long enough"
	type post struct {
		header http.Header
		body   []byte
	}
	posts := make(chan post, 16)
	listener, err := net.Listen("tcp", net.JoinHostPort(os.Getenv("C2D_HOST_IP"), "0"))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		posts <- post{r.Header, body}
	}))
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)
	s := newStory(t, "exit 3")
	s.job.Spec.Notify = &v1alpha1.Notify{URL: server.URL + "/hook?token=1", SecretRef: &v1alpha1.LocalSecretReference{Name: "hook"}}
	s.lendSecrets(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: "hook"}, StringData: map[string]string{"secret": secret}})
	s.fails(v1alpha1.ReasonExitCode, "")
	s.until("notified", func(j *v1alpha1.ComputeJob) bool {
		return meta.IsStatusConditionTrue(j.Status.Conditions, v1alpha1.ConditionNotified)
	})
	got := <-posts
	verifier, err := standardwebhooks.NewWebhookRaw([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	var event cloudevents.Event
	if err := verifier.Verify(got.body, got.header); err != nil {
		t.Errorf("signature: %v", err)
	}
	if err := event.UnmarshalJSON(got.body); err != nil || event.Type() != "dev.c2d.computejob.failed" || !strings.Contains(string(got.body), `"reason":"ExitCode"`) {
		t.Errorf("%v: %s", err, got.body)
	}
	if len(posts) > 0 {
		t.Errorf("told %d times more", len(posts))
	}
}
