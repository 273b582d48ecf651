package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

const (
	rawSecret    = "a secret of the consumer's, long enough"
	base64Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
)

// informing makes the job tell a URL of its end.
func informing(url, secret string) change {
	return func(r *testRun) {
		status := r.job.Status.DeepCopy()
		r.job.Spec.Notify = &v1alpha1.Notify{URL: url}
		if secret != "" {
			r.job.Spec.Notify.SecretRef = &v1alpha1.LocalSecretReference{Name: secret}
		}
		r.check(api.Update(r.t.Context(), r.job))
		r.job.Status = *status
	}
}

func (r *testRun) notify(state v1alpha1.State, reason string) answer {
	r.t.Helper()
	return r.control(sandbox.PathNotify, sandbox.Notification{RunReference: r.reference(), State: state, Reason: reason})
}

func (w *world) hookSecret(name, value string) {
	w.t.Helper()
	w.create(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.consumer, Name: name}, StringData: map[string]string{"secret": value}})
}

type received struct {
	header http.Header
	body   []byte
}

// The consumer's system gets one signed CloudEvent, which says nothing that grants access.
func TestConsumersAreNotified(t *testing.T) {
	w := newWorld(t)
	w.lendSecrets()
	w.hookSecret("raw", rawSecret)
	w.hookSecret("base64", base64Secret)
	got := make(chan received, 1)
	web := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- received{r.Header, body}
		rw.WriteHeader(http.StatusAccepted)
	}))
	defer web.Close()
	raw, _ := standardwebhooks.NewWebhookRaw([]byte(rawSecret))
	coded, err := standardwebhooks.NewWebhook(base64Secret)
	if err != nil {
		t.Fatal(err)
	}
	for secret, verifier := range map[string]*standardwebhooks.Webhook{"": nil, "raw": raw, "base64": coded} {
		r := w.newRun(inline("x"), nil, informing(web.URL+"/hook?token=of-the-url", secret))
		meta.SetStatusCondition(&r.job.Status.Conditions, metav1.Condition{Type: v1alpha1.ConditionReady, Status: "True", Reason: "Succeeded", Message: "1 output."})
		r.end(v1alpha1.StateSucceeded, nil)
		a := r.notify(v1alpha1.StateSucceeded, "Succeeded")
		deadline := time.Now().Add(20 * time.Second)
		for a.status == http.StatusFailedDependency && time.Now().Before(deadline) { // the authorizer takes a moment
			time.Sleep(100 * time.Millisecond)
			a = r.notify(v1alpha1.StateSucceeded, "Succeeded")
		}
		if a.status != http.StatusNoContent {
			t.Fatalf("%q: %d %s", secret, a.status, a.body)
		}
		post := <-got
		var event cloudevents.Event
		if err := event.UnmarshalJSON(post.body); err != nil {
			t.Fatalf("%v: %s", err, post.body)
		}
		if event.Type() != "dev.c2d.computejob.succeeded" || event.ID() != fmt.Sprintf("%s-1-Succeeded", r.job.UID) ||
			event.Source() != "/apis/c2d.dev/v1alpha1/namespaces/"+w.consumer+"/computejobs/"+r.job.Name ||
			event.Time().Unix() != r.job.Status.CompletionTime.Unix() || post.header.Get("Content-Type") != "application/cloudevents+json; charset=utf-8" {
			t.Errorf("event: %s", post.body)
		}
		var data map[string]any
		if err := event.DataAs(&data); err != nil || data["state"] != "Succeeded" || data["message"] != "1 output." || data["name"] != r.job.Name || data["run"] != 1.0 {
			t.Errorf("data: %v, %v", data, err)
		}
		if verifier == nil {
			if post.header.Get(standardwebhooks.HeaderWebhookSignature) != "" {
				t.Error("signed without a secret")
			}
			continue
		}
		if err := verifier.Verify(post.body, post.header); err != nil {
			t.Errorf("signature with secret %q: %v", secret, err)
		}
		if id := post.header.Get(standardwebhooks.HeaderWebhookID); id != event.ID() {
			t.Errorf("webhook-id %s, expected %s", id, event.ID())
		}
	}
	for _, secret := range []string{rawSecret, base64Secret, "of-the-url"} {
		if strings.Contains(strings.Join(w.log.all(), "\n"), secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
}

// Of a run that is not over consumers hear that it waits for a review, and nothing else.
func TestConsumersHearOfReviews(t *testing.T) {
	w := newWorld(t)
	got := make(chan received, 1)
	web := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- received{r.Header, body}
	}))
	defer web.Close()
	r := w.newRun(inline("x"), nil, informing(web.URL+"/hook", ""))
	since := metav1.NewTime(time.Now().Add(-time.Hour)).Rfc3339Copy()
	r.job.Status.Review = &v1alpha1.ReviewStatus{State: v1alpha1.ReviewPending, Reviews: []v1alpha1.ObjectReference{{Namespace: "a", Name: "b"}}, Since: since, Deadline: since}
	r.end(v1alpha1.StateAwaitingReview, nil)
	if a := r.notify(v1alpha1.StateAwaitingReview, "AwaitingReview"); a.status != http.StatusNoContent {
		t.Fatalf("%d %s", a.status, a.body)
	}
	var event cloudevents.Event
	if err := event.UnmarshalJSON((<-got).body); err != nil || event.Type() != "dev.c2d.computejob.awaitingreview" || event.Time().Unix() != since.Unix() {
		t.Errorf("event: %v, %v", event, err)
	}
	if a := r.notify(v1alpha1.StateRunning, "Running"); a.status != http.StatusBadRequest {
		t.Errorf("of a run that goes on: %d %s", a.status, a.body)
	}
}

func TestNewsThatIsNotTaken(t *testing.T) {
	w := newWorld(t)
	w.hookSecret("unlent", rawSecret)
	followed := false
	web := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(rw, r, "/elsewhere", http.StatusTemporaryRedirect)
		case "/elsewhere":
			followed = true
		case "/broken":
			panic(http.ErrAbortHandler)
		default:
			http.Error(rw, "token=of-the-url is wrong", http.StatusInternalServerError)
		}
	}))
	defer web.Close()
	closed := httptest.NewServer(nil)
	closed.Close()
	host := strings.TrimPrefix(web.URL, "http://")
	for _, c := range []struct {
		name, url, secret string
		status            int
		says              string
	}{
		{"an error", web.URL + "/error?token=of-the-url", "", 503, host + " answered 500, expected 2xx"},
		{"a redirect", web.URL + "/moved?token=of-the-url", "", 503, "redirects are not followed"},
		{"a connection that breaks", web.URL + "/broken?token=of-the-url", "", 503, host + " cannot be reached: EOF"},
		{"nobody there", closed.URL + "/?token=of-the-url", "", 503, "connection refused"},
		{"an address that may not be called", "http://169.254.169.254/?token=of-the-url", "", 424, "may not be called"},
		{"a Secret that was not lent", web.URL, "unlent", 424, "kubectl create rolebinding c2d-source-reader -n " + w.consumer},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := w.newRun(inline("x"), nil, informing(c.url, c.secret))
			r.end(v1alpha1.StateFailed, nil)
			a := r.notify(v1alpha1.StateFailed, "ExitCode")
			f := a.failure()
			if a.status != c.status || f.Reason != v1alpha1.ReasonNotifyFailed || !strings.Contains(f.Message, c.says) || strings.Contains(f.Message, "of-the-url") {
				t.Errorf("%d %s", a.status, a.body)
			}
		})
	}
	if followed {
		t.Error("a redirect was followed")
	}
	r := w.newRun(inline("x"), nil, informing(web.URL, ""))
	if a := r.notify(v1alpha1.StateRunning, "Running"); a.status != http.StatusBadRequest {
		t.Errorf("news of a run under way: %d %s", a.status, a.body)
	}
	if strings.Contains(strings.Join(w.log.all(), "\n"), "of-the-url") {
		t.Error("the query of a URL is in the log")
	}
}
