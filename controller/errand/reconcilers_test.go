// What comes after a run, against a real API server with a stand-in for the gateway.

package errand_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/compute-to-data/terraform-provider-c2d/controller/certificate"
	"github.com/compute-to-data/terraform-provider-c2d/controller/delivery"
	"github.com/compute-to-data/terraform-provider-c2d/controller/gateway"
	"github.com/compute-to-data/terraform-provider-c2d/controller/notify"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/test/apiserver"
	"github.com/compute-to-data/terraform-provider-c2d/test/fixtures"
)

const (
	system   = fixtures.SystemNamespace
	lab      = "lab"
	token    = "token-of-the-controller"
	patience = 30 * time.Second
)

var (
	api      client.Client
	standsIn = &standIn{}
)

// standIn for the gateway: it answers as a test says, by job.
type standIn struct {
	mutex   sync.Mutex
	answers map[string]func(call) (int, any)
	calls   map[string][]call
}

// call of the controller.
type call struct {
	path string
	sandbox.RunReference
	From   int64          `json:"from"`
	State  v1alpha1.State `json:"state"`
	Reason string         `json:"reason"`
}

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := call{path: r.URL.Path}
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil || r.Header.Get("Authorization") != "Bearer "+token || r.Method != http.MethodPost {
		http.Error(w, "unexpected call", http.StatusTeapot)
		return
	}
	s.mutex.Lock()
	s.calls[c.Job.Name] = append(s.calls[c.Job.Name], c)
	answer := s.answers[c.Job.Name]
	s.mutex.Unlock()
	status, body := answer(c)
	w.WriteHeader(status)
	if body != nil {
		_ = json.NewEncoder(w).Encode(body)
	}
}

func (s *standIn) of(job string) []call {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]call{}, s.calls[job]...)
}

func TestMain(m *testing.M) {
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	os.Exit(apiserver.Run(m, func(config *rest.Config) (func(), error) {
		dir, err := os.MkdirTemp("", "c2d-errand-")
		if err != nil {
			return nil, err
		}
		start, err := prepare(ctx, config, dir)
		if err != nil {
			return nil, err
		}
		go func() {
			defer close(stopped)
			if err := start(ctx); err != nil {
				panic(err)
			}
		}()
		return func() { cancel(); <-stopped; _ = os.RemoveAll(dir) }, nil
	}))
}

func prepare(ctx context.Context, config *rest.Config, dir string) (func(context.Context) error, error) {
	scheme := fixtures.Scheme()
	var err error
	if api, err = client.New(config, client.Options{Scheme: scheme}); err != nil {
		return nil, err
	}
	for _, name := range []string{system, lab} {
		if err := api.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}); err != nil {
			return nil, err
		}
	}
	url, err := standsIn.start(ctx)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "token")
	if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
		return nil, err
	}
	mgr, err := ctrl.NewManager(config, ctrl.Options{Scheme: scheme, Metrics: metricsserver.Options{BindAddress: "0"}})
	if err != nil {
		return nil, err
	}
	asked := &gateway.Client{Reader: mgr.GetClient(), Namespace: system, TokenFile: file, URL: url}
	if err := (&delivery.Reconciler{Client: mgr.GetClient(), Gateway: asked}).SetupWithManager(mgr); err != nil {
		return nil, err
	}
	return mgr.Start, (&notify.Reconciler{Client: mgr.GetClient(), Gateway: asked}).SetupWithManager(mgr)
}

// start with the certificate that the controller makes for the gateway.
func (s *standIn) start(ctx context.Context) (url string, err error) {
	s.answers, s.calls = map[string]func(call) (int, any){}, map[string][]call{}
	keeper := &certificate.Keeper{Client: api, Reader: api, Namespace: system, Name: sandbox.GatewayServerName(system)}
	if err := keeper.Ensure(ctx, time.Now()); err != nil {
		return "", err
	}
	var secret corev1.Secret
	if err := api.Get(ctx, client.ObjectKey{Namespace: system, Name: certificate.ServerSecret}, &secret); err != nil {
		return "", err
	}
	pair, err := tls.X509KeyPair(secret.Data[corev1.TLSCertKey], secret.Data[corev1.TLSPrivateKeyKey])
	if err != nil {
		return "", err
	}
	server := httptest.NewUnstartedServer(s)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	server.StartTLS()
	return server.URL, nil
}

// newJob that is in a state already.
func newJob(t *testing.T, change func(*v1alpha1.ComputeJob), answer func(call) (int, any)) *v1alpha1.ComputeJob {
	t.Helper()
	job := &v1alpha1.ComputeJob{
		ObjectMeta: metav1.ObjectMeta{Namespace: lab, Name: strings.ToLower(strings.NewReplacer("/", "-", "_", "-").Replace(t.Name()))},
		Spec: v1alpha1.ComputeJobSpec{
			Environment: "default", Datasets: []v1alpha1.DatasetReference{{Namespace: "hospital", Name: "tumours"}},
			Algorithm: v1alpha1.AlgorithmReference{Name: "train"},
		},
	}
	now := metav1.Now()
	job.Status = v1alpha1.ComputeJobStatus{
		State: v1alpha1.StateSucceeded, Run: 1, CompletionTime: &now,
		Manifest: &v1alpha1.ManifestStatus{SHA256: "ab", Outputs: 2, Bytes: 10},
	}
	change(job)
	standsIn.mutex.Lock()
	standsIn.answers[job.Name] = answer
	standsIn.mutex.Unlock()
	status := job.Status.DeepCopy()
	if err := api.Create(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	job.Status = *status
	if err := api.Status().Update(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	return job
}

func toBucket(job *v1alpha1.ComputeJob) {
	job.Spec.Destination = &v1alpha1.Destination{S3: v1alpha1.DestinationBucket{S3Connection: v1alpha1.S3Connection{
		Bucket: "mine", CredentialsSecretRef: &v1alpha1.LocalSecretReference{Name: "mine"},
	}}}
}

func toHook(job *v1alpha1.ComputeJob) {
	job.Spec.Notify = &v1alpha1.Notify{URL: "https://hooks.example.org/secret-path?token=1"}
}

// until a condition of the job has a status, and a message with a text.
func until(t *testing.T, job *v1alpha1.ComputeJob, condition string, status metav1.ConditionStatus, says string) metav1.Condition {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		var found *metav1.Condition
		err := api.Get(t.Context(), client.ObjectKeyFromObject(job), job)
		if err == nil {
			found = meta.FindStatusCondition(job.Status.Conditions, condition)
		}
		if found != nil && found.Status == status && strings.Contains(found.Message, says) {
			return *found
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is not %s with %q within %s: %v, %+v; calls %+v", condition, status, says, patience, err, found, standsIn.of(job.Name))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestDeliveryGoesOnUntilAllIsThere(t *testing.T) {
	t.Parallel()
	job := newJob(t, toBucket, func(c call) (int, any) {
		return http.StatusOK, sandbox.Delivered{Objects: min(c.From+2, 5), Total: 5, Bytes: 10, URI: "s3://mine/job/1/"}
	})
	condition := until(t, job, v1alpha1.ConditionDelivered, "True", "5 objects of run 1, 10 bytes, lie under s3://mine/job/1/.")
	if condition.Reason != v1alpha1.ReasonDelivered {
		t.Errorf("reason %s", condition.Reason)
	}
	calls := standsIn.of(job.Name)
	if len(calls) != 3 || calls[0].From != 0 || calls[1].From != 2 || calls[2].From != 4 || calls[0].Job.UID != job.UID || calls[0].Run != 1 || calls[0].path != sandbox.PathDeliver {
		t.Errorf("calls: %+v", calls)
	}
	// Another write to the job brings no other call.
	job.Labels = map[string]string{"a": "b"}
	if err := api.Update(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	settled(t)
	if again := standsIn.of(job.Name); len(again) != 3 {
		t.Errorf("calls after the end: %+v", again[3:])
	}
}

// settled waits until the controller has certainly seen the latest version of every job: it has told another one's news.
func settled(t *testing.T) {
	t.Helper()
	t.Run("settled", func(t *testing.T) {
		both := func(job *v1alpha1.ComputeJob) { toHook(job); toBucket(job) }
		other := newJob(t, both, func(c call) (int, any) {
			if c.path == sandbox.PathDeliver {
				return http.StatusOK, sandbox.Delivered{}
			}
			return http.StatusNoContent, nil
		})
		until(t, other, v1alpha1.ConditionNotified, "True", "")
		until(t, other, v1alpha1.ConditionDelivered, "True", "")
	})
}

func TestDeliveryThatFailsIsTriedAgain(t *testing.T) {
	t.Parallel()
	var mutex sync.Mutex
	mended := false
	job := newJob(t, toBucket, func(call) (int, any) {
		mutex.Lock()
		defer mutex.Unlock()
		if !mended {
			return http.StatusFailedDependency, sandbox.Failure{Reason: v1alpha1.ReasonDestinationFailed, Message: "Secret lab/mine does not exist"}
		}
		return http.StatusOK, sandbox.Delivered{Objects: 1, Total: 1, URI: "s3://mine/"}
	})
	condition := until(t, job, v1alpha1.ConditionDelivered, "False", "Secret lab/mine does not exist. It is tried again.")
	if condition.Reason != v1alpha1.ReasonDestinationFailed {
		t.Errorf("reason %s", condition.Reason)
	}
	mutex.Lock()
	mended = true
	mutex.Unlock()
	until(t, job, v1alpha1.ConditionDelivered, "True", "1 objects")
	if calls := standsIn.of(job.Name); len(calls) > 5 {
		t.Errorf("%d calls within seconds: the pauses do not grow", len(calls))
	}
}

func TestDeliveryThatIsOverIsGivenUp(t *testing.T) {
	t.Parallel()
	job := newJob(t, toBucket, func(call) (int, any) {
		return http.StatusGone, sandbox.Failure{Message: "access to the results has ended"}
	})
	until(t, job, v1alpha1.ConditionDelivered, "False", "Access to the results has ended. It is not tried again.")
	settled(t)
	if calls := standsIn.of(job.Name); len(calls) != 1 {
		t.Errorf("%d calls", len(calls))
	}
}

func TestNothingToDeliver(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*v1alpha1.ComputeJob){
		"nothing released": func(job *v1alpha1.ComputeJob) { job.Status.State, job.Status.Manifest = v1alpha1.StateFailed, nil },
		"not over":         func(job *v1alpha1.ComputeJob) { job.Status.State = v1alpha1.StateReleasing },
		"expired":          func(job *v1alpha1.ComputeJob) { job.Status.State = v1alpha1.StateExpired },
		"no destination":   func(job *v1alpha1.ComputeJob) { job.Spec.Destination = nil },
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			job := newJob(t, func(job *v1alpha1.ComputeJob) { toBucket(job); change(job) }, func(call) (int, any) { return http.StatusOK, sandbox.Delivered{} })
			settled(t)
			if calls := standsIn.of(job.Name); len(calls) != 0 {
				t.Errorf("calls: %+v", calls)
			}
		})
	}
}

// Each end of a run is told once, and that it waits for a review, that of a run which was at once followed by another one too.
func TestNewsIsTold(t *testing.T) {
	t.Parallel()
	job := newJob(t, func(job *v1alpha1.ComputeJob) {
		toHook(job)
		job.Status.State = v1alpha1.StateFailed
		meta.SetStatusCondition(&job.Status.Conditions, metav1.Condition{Type: v1alpha1.ConditionReady, Status: "False", Reason: v1alpha1.ReasonExitCode})
	}, func(call) (int, any) { return http.StatusNoContent, nil })
	condition := until(t, job, v1alpha1.ConditionNotified, "True", "Failed: hooks.example.org has taken the news of run 1.")
	if strings.Contains(condition.Message, "token") || strings.Contains(condition.Message, "secret-path") {
		t.Errorf("the message gives away the URL: %s", condition.Message)
	}

	// Run 2 was stopped by the trigger of run 3, which goes on.
	now := metav1.Now()
	job.Status.Runs = []v1alpha1.RunRecord{
		{Run: 2, State: v1alpha1.StateStopped, Reason: v1alpha1.ReasonRetriggered, CompletionTime: &now},
		{Run: 1, State: v1alpha1.StateFailed, Reason: v1alpha1.ReasonExitCode, CompletionTime: job.Status.CompletionTime},
	}
	job.Status.Run, job.Status.State, job.Status.Conditions = 3, v1alpha1.StateRunning, nil
	update(t, job)
	toldOf(t, job, 2)
	job.Status.State = v1alpha1.StateAwaitingReview
	job.Status.Review = &v1alpha1.ReviewStatus{State: v1alpha1.ReviewPending, Reviews: []v1alpha1.ObjectReference{{Namespace: "a", Name: "b"}}, Since: now, Deadline: now}
	update(t, job)
	until(t, job, v1alpha1.ConditionNotified, "True", "AwaitingReview: ")
	job.Status.State = v1alpha1.StateSucceeded
	update(t, job)
	until(t, job, v1alpha1.ConditionNotified, "True", "Succeeded: ")
	job.Status.State = v1alpha1.StateExpired
	update(t, job)
	until(t, job, v1alpha1.ConditionNotified, "True", "Expired: ")
	settled(t)
	var got []string
	for _, c := range standsIn.of(job.Name) {
		got = append(got, sandbox.Notification{RunReference: c.RunReference, State: c.State}.EventID()[len(job.UID):]+" "+c.Reason)
	}
	if want := "-1-Failed ExitCode,-2-Stopped Retriggered,-3-AwaitingReview ,-3-Succeeded ,-3-Expired "; strings.Join(got, ",") != want {
		t.Errorf("told %q, expected %q", strings.Join(got, ","), want)
	}
}

func update(t *testing.T, job *v1alpha1.ComputeJob) {
	t.Helper()
	if err := api.Status().Update(t.Context(), job); err != nil {
		t.Fatal(err)
	}
}

func toldOf(t *testing.T, job *v1alpha1.ComputeJob, run int64) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		for _, c := range standsIn.of(job.Name) {
			if c.Run == run {
				return
			}
		}
	}
	t.Fatalf("the news of run %d was not told within %s", run, patience)
}

func TestNewsThatIsNotTakenIsToldAgain(t *testing.T) {
	t.Parallel()
	var mutex sync.Mutex
	tries := 0
	job := newJob(t, toHook, func(call) (int, any) {
		mutex.Lock()
		defer mutex.Unlock()
		if tries++; tries < 3 {
			return http.StatusServiceUnavailable, sandbox.Failure{Message: "the receiver at hooks.example.org answered 500, expected 2xx", Retry: true}
		}
		return http.StatusNoContent, nil
	})
	condition := until(t, job, v1alpha1.ConditionNotified, "False", "Succeeded: The receiver at hooks.example.org answered 500, expected 2xx. It is tried again, for a day.")
	if condition.Reason != v1alpha1.ReasonNotifyFailed {
		t.Errorf("reason %s", condition.Reason)
	}
	until(t, job, v1alpha1.ConditionNotified, "True", "Succeeded: ")
	settled(t)
	if calls := standsIn.of(job.Name); len(calls) != 3 {
		t.Errorf("%d calls, expected 3", len(calls))
	}
}

func TestOldNewsIsNotTold(t *testing.T) {
	t.Parallel()
	job := newJob(t, func(job *v1alpha1.ComputeJob) {
		toHook(job)
		old := metav1.NewTime(time.Now().Add(-25 * time.Hour))
		job.Status.CompletionTime = &old
	}, func(call) (int, any) { return http.StatusNoContent, nil })
	settled(t)
	if calls := standsIn.of(job.Name); len(calls) != 0 {
		t.Errorf("calls: %+v", calls)
	}
}
