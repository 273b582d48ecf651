package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// refused stands for 401 or 403: the API server may go on for a while to vouch for the token of a pod that is gone, and
// then it is the gateway's own look at the pod that refuses.
const refused = 0

func answers(got, want int) bool {
	return got == want || want == refused && (got == http.StatusUnauthorized || got == http.StatusForbidden)
}

// Only the pod of a run that is under way may call, whatever tokens others may have made.
func TestOnlyRunsMayCall(t *testing.T) {
	w := newWorld(t)
	elsewhere := w.namespace("elsewhere-", nil)
	for _, namespace := range []string{elsewhere, w.sandbox} {
		w.create(&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "other"}})
	}
	w.create(&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: elsewhere, Name: sandbox.ServiceAccount}})
	foreign := w.newEnvironment("c2d-of-somebody-else")

	withToken := func(make func(*testRun) string) func(*testRun) { return func(r *testRun) { r.token = make(r) } }
	for _, c := range []struct {
		name   string
		change change         // of what the controller wrote, before the pod exists
		after  func(*testRun) // of the world, once it exists
		status int
		logged string
	}{
		{name: "the pod of a run", status: http.StatusOK},
		{name: "a pod that is being stopped and still uploads", status: http.StatusOK, after: func(r *testRun) {
			r.pod.Finalizers = []string{sandbox.Finalizer}
			r.check(api.Update(t.Context(), r.pod))
			r.check(api.Delete(t.Context(), r.pod))
		}},
		{name: "no token", after: withToken(func(*testRun) string { return "" }), status: 401, logged: "no bearer token"},
		{name: "garbage", after: withToken(func(*testRun) string { return "garbage" }), status: 401, logged: "not valid for audience"},
		{name: "endless token", after: withToken(func(*testRun) string { return strings.Repeat("x", 10_000) }), status: 401, logged: "no bearer token"},
		{name: "a token for the API server", after: withToken(func(r *testRun) string {
			return w.token(sandbox.ServiceAccount, "https://kubernetes.default.svc.cluster.local", r.pod)
		}), status: 401, logged: "not valid for audience"},
		{name: "a token bound to no pod", after: withToken(func(*testRun) string {
			return w.token(sandbox.ServiceAccount, sandbox.TokenAudience, nil)
		}), status: 401, logged: "not bound to a pod"},
		{name: "another service account", change: func(r *testRun) { r.pod.Spec.ServiceAccountName = "other" }, status: 401, logged: "is not the service account"},
		{name: "another namespace", change: func(r *testRun) { r.pod.Namespace = elsewhere }, status: 403, logged: "is no sandbox"},
		{name: "no run on the pod", change: func(r *testRun) { r.pod.Annotations = map[string]string{"a": "b"} }, status: 403, logged: "no annotation"},
		{name: "a run that is no JSON", change: func(r *testRun) { r.pod.Annotations = map[string]string{sandbox.AnnotationRun: "{"} }, status: 403, logged: "annotation"},
		{name: "no label", change: func(r *testRun) { delete(r.pod.Labels, sandbox.LabelName) }, status: 403, logged: "name and labels"},
		{name: "the label of another job", change: func(r *testRun) { r.pod.Labels[sandbox.LabelJobUID] = "x" }, status: 403, logged: "name and labels"},
		{name: "another run's label", change: func(r *testRun) { r.pod.Labels[sandbox.LabelRun] = "2" }, status: 403, logged: "name and labels"},
		{name: "another pod's name", change: func(r *testRun) { r.pod.Name = "job-of-mine"; r.job.Status.Pod = r.pod.Name }, status: 403, logged: "name and labels"},
		{name: "a pod that the job does not know", change: func(r *testRun) { r.job.Status.Pod = "" }, status: 403, logged: "the job runs in pod"},
		{name: "a job that succeeded", change: func(r *testRun) { r.job.Status.State = v1alpha1.StateSucceeded }, status: 403, logged: "the job is over"},
		{name: "a job that failed", change: func(r *testRun) { r.job.Status.State = v1alpha1.StateFailed }, status: 403, logged: "the job is over"},
		{name: "a job that is gone", after: func(r *testRun) { r.check(api.Delete(t.Context(), r.job)) }, status: 403, logged: "does not exist"},
		{name: "a job that is being deleted", after: func(r *testRun) {
			r.job.Finalizers = []string{sandbox.Finalizer}
			r.check(api.Update(t.Context(), r.job))
			r.check(api.Delete(t.Context(), r.job))
		}, status: 403, logged: "is being deleted"},
		{name: "a job of that name made anew", after: func(r *testRun) {
			r.check(api.Delete(t.Context(), r.job))
			r.job.ObjectMeta = metav1.ObjectMeta{Namespace: r.job.Namespace, Name: r.job.Name}
			r.check(api.Create(t.Context(), r.job))
		}, status: 403, logged: "the job is another one now"},
		{name: "another environment of that name", change: func(r *testRun) { r.Environment.UID = "x" }, status: 403, logged: "is another one now"},
		{name: "an environment that is gone", change: func(r *testRun) { r.Environment.Name = "gone" }, status: 403, logged: "does not exist"},
		{name: "the environment of another sandbox", change: func(r *testRun) { r.Environment = object(&foreign.ObjectMeta) }, status: 403, logged: "is not the sandbox"},
		{name: "a pod that ended", after: func(r *testRun) {
			r.pod.Status.Phase = corev1.PodFailed
			r.check(api.Status().Update(t.Context(), r.pod))
		}, status: 403, logged: "the pod has ended"},
		{name: "a pod that is gone", after: func(r *testRun) {
			r.check(api.Delete(t.Context(), r.pod, client.GracePeriodSeconds(0)))
		}, status: refused},
		{name: "an earlier pod of that name", after: func(r *testRun) {
			r.check(api.Delete(t.Context(), r.pod, client.GracePeriodSeconds(0)))
			r.pod.ObjectMeta = metav1.ObjectMeta{Namespace: r.pod.Namespace, Name: r.pod.Name, Labels: r.pod.Labels, Annotations: r.pod.Annotations}
			r.check(api.Create(t.Context(), r.pod))
		}, status: refused},
	} {
		t.Run(c.name, func(t *testing.T) {
			var changes []change
			if c.change != nil {
				changes = append(changes, c.change)
			}
			r := w.newRun(inline("data"), nil, changes...)
			if c.after != nil {
				c.after(r)
			}
			for _, path := range []string{sandbox.PathPlan, sandbox.PathIsolation, sandbox.InputPath(0, sandbox.PlanFile{})} {
				if a := r.get(path); !answers(a.status, c.status) {
					t.Errorf("%s: %d %s, expected %d", path, a.status, a.body, c.status)
				} else if f := a.failure(); c.status != http.StatusOK && (f.Message == "" || f.Retry) {
					t.Errorf("%s: failure %+v", path, f)
				}
			}
			if a := r.put(sandbox.KeyRecord, []byte("{}")); !answers(a.status, c.status) {
				t.Errorf("PUT: %d %s, expected %d", a.status, a.body, c.status)
			}
			if c.logged != "" {
				w.log.wait(t, c.logged)
			}
		})
	}
	for _, line := range w.log.all() {
		if strings.Contains(line, "eyJ") {
			t.Errorf("a token is in the log: %s", line)
		}
	}
}

func (r *testRun) check(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// A run that ends loses the gateway within seconds, though its callers are remembered.
func TestRunsLoseTheGatewayWhenTheyEnd(t *testing.T) {
	w := newWorld(t)
	r := w.newRun(inline("data"), nil)
	if a := r.get(sandbox.PathPlan); a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	r.job.Status.State = v1alpha1.StateFailed
	r.updateJob()
	ended := time.Now()
	for r.get(sandbox.PathPlan).status != http.StatusForbidden {
		if time.Since(ended) > 8*time.Second {
			t.Fatal("the run of a failed job still has the gateway")
		}
		time.Sleep(100 * time.Millisecond)
	}
}
