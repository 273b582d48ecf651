//go:build e2e

// Package e2e runs jobs as users do, on the embedded cluster: a real API server and kubelet, real containers, a real
// S3 server. test/run.sh prepares the cluster and tells the tests where it is.
package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

const (
	system        = "c2d-system"
	sandboxSpace  = "c2d-sandbox"
	owner         = "hospital"
	environment   = "default"
	resultsBucket = "c2d-results"
	dataBucket    = "hospital-data"

	// patience with one job: a job without trouble takes three seconds, one whose source stops half-way is tried again
	// for two minutes.
	patience = 4 * time.Minute
)

var (
	api client.Client
	// data and results are the buckets, seen by an administrator.
	data, results *storage.Bucket
	// shell is an image with a shell, static one with a single static binary.
	shell, static reference
)

// reference to an image by digest.
type reference struct{ image, digest string }

func TestMain(m *testing.M) {
	if err := prepare(); err != nil {
		fmt.Fprintf(os.Stderr, "prepare the tests: %v\n", err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func prepare() error {
	for _, name := range []string{"KUBECONFIG", "C2D_S3_ENDPOINT", "C2D_S3_ACCESS_KEY", "C2D_S3_SECRET_KEY", "C2D_HOST_IP", "C2D_DEVCLUSTER", "C2D_CLUSTER", "C2D_SHELL_IMAGE", "C2D_STATIC_IMAGE"} {
		if os.Getenv(name) == "" {
			return fmt.Errorf("%s is not set: run the tests with `make test`", name)
		}
	}
	config, err := ctrl.GetConfig()
	if err != nil {
		return err
	}
	config.QPS, config.Burst = -1, -1
	scheme := runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(scheme), v1alpha1.AddToScheme(scheme)); err != nil {
		return err
	}
	if api, err = client.New(config, client.Options{Scheme: scheme}); err != nil {
		return err
	}
	shell, static = parse(os.Getenv("C2D_SHELL_IMAGE")), parse(os.Getenv("C2D_STATIC_IMAGE"))
	credentials := storage.Credentials{AccessKeyID: os.Getenv("C2D_S3_ACCESS_KEY"), SecretAccessKey: os.Getenv("C2D_S3_SECRET_KEY")}
	data = storage.NewBucket(connection(dataBucket), credentials, http.DefaultTransport)
	results = storage.NewBucket(connection(resultsBucket), credentials, http.DefaultTransport)
	return install()
}

func parse(text string) reference {
	image, digest, _ := strings.Cut(text, "@")
	return reference{image, digest}
}

// connection to a bucket; the Secret s3 lies wherever it is used.
func connection(bucket string) v1alpha1.S3Connection {
	return v1alpha1.S3Connection{
		Bucket: bucket, Region: "us-east-1", Endpoint: os.Getenv("C2D_S3_ENDPOINT"), ForcePathStyle: true,
		CredentialsSecretRef: &v1alpha1.LocalSecretReference{Name: "s3"},
	}
}

// install what an owner brings: an environment, a namespace with credentials, and leave for the gateway to read them.
func install() error {
	ctx := ctrl.SetupSignalHandler()
	secret := func(namespace string) *corev1.Secret {
		return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "s3"}, StringData: map[string]string{
			v1alpha1.SecretKeyAccessKeyID: os.Getenv("C2D_S3_ACCESS_KEY"), v1alpha1.SecretKeySecretAccessKey: os.Getenv("C2D_S3_SECRET_KEY"),
		}}
	}
	offer := func(normal, most string) v1alpha1.QuantityRange {
		return v1alpha1.QuantityRange{Default: resource.MustParse(normal), Max: resource.MustParse(most)}
	}
	for _, object := range []client.Object{
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: owner}},
		secret(system), secret(owner),
		&rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: owner, Name: "c2d-source-reader"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "c2d-source-reader"},
			Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: system, Name: "c2d-gateway"}},
		},
		&v1alpha1.ComputeEnvironment{ObjectMeta: metav1.ObjectMeta{Name: environment}, Spec: v1alpha1.ComputeEnvironmentSpec{
			Resources:      v1alpha1.ResourceOffer{CPU: offer("100m", "1"), Memory: offer("64Mi", "512Mi"), Disk: offer("64Mi", "1Gi")},
			MaxJobDuration: &metav1.Duration{Duration: 5 * time.Minute},
			Results:        v1alpha1.Results{S3: v1alpha1.ResultsBucket{S3Connection: connection(resultsBucket)}},
		}},
	} {
		if err := api.Create(ctx, object); client.IgnoreAlreadyExists(err) != nil {
			return err
		}
	}
	return nil
}

// story is a job in a namespace of its own, on a dataset of its own.
type story struct {
	*testing.T
	namespace string
	dataset   *v1alpha1.Dataset
	algorithm *v1alpha1.Algorithm
	job       *v1alpha1.ComputeJob
}

// newStory is a job that runs a shell script on one small file, and may.
func newStory(t *testing.T, script string) *story {
	t.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "lab-"}}
	if err := api.Create(t.Context(), namespace); err != nil {
		t.Fatal(err)
	}
	mine := metav1.ObjectMeta{Namespace: namespace.Name, Name: "job"}
	s := &story{
		T: t, namespace: namespace.Name,
		dataset: &v1alpha1.Dataset{
			ObjectMeta: metav1.ObjectMeta{Namespace: owner, Name: namespace.Name},
			Spec: v1alpha1.DatasetSpec{
				Files: []v1alpha1.DatasetFile{{Inline: "patient,age\nP1,40\n"}},
				Access: v1alpha1.DatasetAccess{
					Consumers:  v1alpha1.Consumers{Namespaces: []string{namespace.Name}},
					Algorithms: []v1alpha1.TrustedAlgorithm{{Checksum: "*"}},
				},
				Disclosure: v1alpha1.Disclosure{Logs: v1alpha1.LogDisclosure{Release: v1alpha1.LogReleaseAlways}},
			},
		},
		algorithm: &v1alpha1.Algorithm{ObjectMeta: mine, Spec: v1alpha1.AlgorithmSpec{
			Container: v1alpha1.Container{Image: shell.image, Digest: shell.digest, Entrypoint: "sh $ALGO"},
			Code:      &v1alpha1.Code{Raw: script},
		}},
		job: &v1alpha1.ComputeJob{ObjectMeta: mine, Spec: v1alpha1.ComputeJobSpec{
			Environment: environment,
			Datasets:    []v1alpha1.DatasetReference{{Namespace: owner, Name: namespace.Name}},
			Algorithm:   v1alpha1.AlgorithmReference{Name: "job"},
		}},
	}
	t.Cleanup(s.explain)
	return s
}

// explain what happened when the test failed.
func (s *story) explain() {
	if !s.Failed() {
		return
	}
	text, _ := json.MarshalIndent(s.job.Status, "", " ")
	s.Logf("status of the job: %s", text)
	if s.job.Status.Pod != "" {
		pod, _ := exec.Command("kubectl", "-n", sandboxSpace, "get", "pod", s.job.Status.Pod, "-o", "yaml").CombinedOutput()
		s.Logf("its pod: %s", pod)
	}
}

// run creates everything and waits for the end.
func (s *story) run() *v1alpha1.ComputeJob {
	s.Helper()
	s.create()
	return s.until("terminal", func(j *v1alpha1.ComputeJob) bool { return j.Status.State.Terminal() })
}

func (s *story) create() {
	s.Helper()
	for _, object := range []client.Object{s.dataset, s.algorithm, s.job} {
		if err := api.Create(s.Context(), object); err != nil {
			s.Fatal(err)
		}
	}
}

func (s *story) until(what string, holds func(*v1alpha1.ComputeJob) bool) *v1alpha1.ComputeJob {
	s.Helper()
	eventually(s.T, "the job is "+what, func() bool {
		return api.Get(s.Context(), client.ObjectKeyFromObject(s.job), s.job) == nil && holds(s.job)
	})
	return s.job
}

// eventually waits for a condition.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", patience, what)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// succeeds runs the job and gives its outputs and its log by name.
func (s *story) succeeds() map[string]string {
	s.Helper()
	if job := s.run(); job.Status.State != v1alpha1.StateSucceeded {
		s.Fatalf("the job is %s: %s", job.Status.State, ready(job).Message)
	}
	return s.fetch()
}

// fails runs the job and looks at how it ended.
func (s *story) fails(reason, message string) {
	s.Helper()
	job := s.run()
	if c := ready(job); job.Status.State != v1alpha1.StateFailed || c.Reason != reason || !strings.Contains(c.Message, message) {
		s.Fatalf("the job is %s: %s: %s, want Failed: %s: ...%s...", job.Status.State, c.Reason, c.Message, reason, message)
	}
	if slices.ContainsFunc(job.Status.Results, func(r v1alpha1.Result) bool { return r.Type == v1alpha1.ResultOutput }) {
		s.Errorf("a failed job released outputs: %+v", job.Status.Results)
	}
}

func ready(job *v1alpha1.ComputeJob) metav1.Condition {
	return ptr.Deref(meta.FindStatusCondition(job.Status.Conditions, v1alpha1.ConditionReady), metav1.Condition{})
}

// fetch everything that the Secret beside the job links to, and check sizes and hashes.
func (s *story) fetch() map[string]string {
	s.Helper()
	var secret corev1.Secret
	if err := api.Get(s.Context(), client.ObjectKey{Namespace: s.namespace, Name: s.job.Status.ResultsSecret}, &secret); err != nil {
		s.Fatal(err)
	}
	var links []struct {
		Name, SHA256, URL string
		Type              v1alpha1.ResultType
		Bytes             int64
	}
	if err := json.Unmarshal(secret.Data["files"], &links); err != nil {
		s.Fatal(err)
	}
	files := map[string]string{}
	for _, link := range links {
		response, err := http.Get(link.URL)
		if err != nil {
			s.Fatal(err)
		}
		var body bytes.Buffer
		_, err = body.ReadFrom(response.Body)
		_ = response.Body.Close()
		if err != nil || response.StatusCode != http.StatusOK {
			s.Fatalf("the link of %s: %s: %v", link.Name, response.Status, err)
		}
		sum := sha256.Sum256(body.Bytes())
		if hex.EncodeToString(sum[:]) != link.SHA256 || int64(body.Len()) != link.Bytes {
			s.Errorf("%s has %d bytes and SHA-256 %x, its link says %d and %s", link.Name, body.Len(), sum, link.Bytes, link.SHA256)
		}
		files[link.Name] = body.String()
	}
	return files
}

// put an object into the owner's bucket.
func put(t *testing.T, key, text string) {
	t.Helper()
	if _, err := data.PutStream(t.Context(), storage.NewBudget(16<<20), key, strings.NewReader(text), int64(len(text))); err != nil {
		t.Fatal(err)
	}
}

// s3File is a file of the owner's bucket.
func s3File(source v1alpha1.S3Source) v1alpha1.DatasetFile {
	source.S3Connection = connection(dataBucket)
	return v1alpha1.DatasetFile{S3: &source}
}

// devcluster runs the embedded cluster's program.
func devcluster(t *testing.T, args ...string) {
	t.Helper()
	command := exec.Command(os.Getenv("C2D_DEVCLUSTER"), append(args, "--name", os.Getenv("C2D_CLUSTER"))...)
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("devcluster %s: %v: %s", strings.Join(args, " "), err, output)
	}
}

// kubectl runs it as a user would, and gives what it prints.
func kubectl(t *testing.T, args ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "kubectl", args...)
	command.Env = withPlugin()
	output, err := command.CombinedOutput()
	return string(output), err
}
