package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/manifest"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/test/fixtures"
)

// accountToken of a service account, which is made where it does not exist.
func (w *world) accountToken(namespace, name, audience string) string {
	w.t.Helper()
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	_ = api.Create(w.t.Context(), account.DeepCopy())
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{Audiences: []string{audience}}}
	if err := api.SubResource("token").Create(w.t.Context(), account, request); err != nil {
		w.t.Fatal(err)
	}
	return request.Status.Token
}

// mayGetJobs lets a service account get the jobs of a namespace.
func (w *world) mayGetJobs(namespace, ofNamespace, account string) {
	w.t.Helper()
	name := "viewer-" + ofNamespace + "-" + account
	w.create(&rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Rules: []rbacv1.PolicyRule{
		{APIGroups: []string{"c2d.dev"}, Resources: []string{"computejobs"}, Verbs: []string{"get"}},
	}})
	w.create(&rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name},
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: ofNamespace, Name: account}},
	})
}

// consumerOf the world's jobs: the token of an account that may get them.
func (w *world) consumerOf() string {
	w.t.Helper()
	w.mayGetJobs(w.consumer, w.consumer, "scientist")
	return w.accountToken(w.consumer, "scientist", sandbox.ConsumerAudience)
}

// ask the port for consumers.
func (w *world) ask(token, path string, headers ...string) answer {
	w.t.Helper()
	return w.sendTo(w.consumers, token, http.MethodGet, path, nil, headers...)
}

// releasing makes a dataset's owner release logs, and the job admitted.
func releasing(r *testRun) {
	r.dataset.Spec.Disclosure.Logs.Release = v1alpha1.LogReleaseAlways
	r.check(api.Update(r.t.Context(), r.dataset))
	r.Deliver = []v1alpha1.Delivery{v1alpha1.DeliverOutput, v1alpha1.DeliverLogs}
	meta.SetStatusCondition(&r.job.Status.Conditions, metav1.Condition{Type: v1alpha1.ConditionAdmitted, Status: metav1.ConditionTrue, Reason: "Admitted"})
}

// publish results of a run of the job into the results bucket, and say how its status tells of the manifest.
func (r *testRun) publish(run int64, files map[string]string) *v1alpha1.ManifestStatus {
	r.t.Helper()
	reference := r.Run
	reference.Run = run
	prefix := reference.KeyPrefix("all/runs")
	record := sandbox.Record{Job: r.Job, Run: run, Results: []sandbox.ManifestResult{}}
	status := &v1alpha1.ManifestStatus{}
	for key, content := range files {
		r.store(r.results, prefix+key, []byte(content))
		result := sandbox.ManifestResult{Name: strings.TrimPrefix(key, sandbox.KeyOutputs), Type: v1alpha1.ResultOutput, Bytes: int64(len(content)), SHA256: hexSum(content)}
		if key == sandbox.KeyLog {
			result.Name, result.Type = "algorithm.log", v1alpha1.ResultLog
		} else {
			status.Outputs++
			status.Bytes += result.Bytes
		}
		record.Results = append(record.Results, result)
	}
	text, sum := fixtures.Manifest(r.t, record, manifest.Facts{})
	r.store(r.results, prefix+sandbox.KeyManifest, text)
	status.SHA256, status.ManifestBytes = sum, int64(len(text))
	return status
}

func hexSum(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// end the job's run.
func (r *testRun) end(state v1alpha1.State, manifest *v1alpha1.ManifestStatus) {
	r.t.Helper()
	now := metav1.Now()
	r.job.Status.State, r.job.Status.Manifest, r.job.Status.CompletionTime = state, manifest, &now
	r.updateJob()
}

func (r *testRun) path(run int64, rest string) string {
	return sandbox.RunPath(r.job.Namespace, r.job.Name, run) + rest
}

// eventuallyStatus asks until the gateway has seen the job's latest status.
func (r *testRun) eventuallyStatus(token, path string, status int) answer {
	r.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		a := r.ask(token, path)
		if a.status == status {
			return a
		}
		if time.Now().After(deadline) {
			r.t.Fatalf("%s: %d %s, expected %d", path, a.status, a.body, status)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func TestConsumersReadWhatWasReleased(t *testing.T) {
	w := newWorld(t)
	token := w.consumerOf()
	r := w.newRun(inline("x"), nil, releasing)
	for _, path := range []string{"/manifest", "/results/outputs/a"} {
		if a := w.ask(token, r.path(1, path)); a.status != http.StatusConflict || !a.failure().Retry {
			t.Errorf("%s of a run under way: %d %s", path, a.status, a.body)
		}
	}

	// Run 1 failed and released its log, run 2 succeeded, run 3 was denied.
	files := map[string]string{"outputs/model.json": "0123456789", "outputs/sub folder/50% é+?.txt": "x", sandbox.KeyLog: "of run 2\n"}
	r.job.Status.Runs = []v1alpha1.RunRecord{
		{Run: 2, State: v1alpha1.StateSucceeded, Manifest: r.publish(2, files)},
		{Run: 1, State: v1alpha1.StateFailed, Manifest: r.publish(1, map[string]string{sandbox.KeyLog: "of run 1\n", "outputs/secret": "withheld"})},
	}
	r.store(r.results, fmt.Sprintf("all/runs/%s/%s-%s/2/outputs/unlisted", w.consumer, r.job.Name, r.job.UID), []byte("unlisted"))
	r.job.Status.Run = 3
	r.end(v1alpha1.StateFailed, nil)
	manifest := r.eventuallyStatus(token, r.path(2, "/manifest"), http.StatusOK)
	if hexSum(string(manifest.body)) != r.job.Status.Runs[0].Manifest.SHA256 || manifest.header.Get("Content-Type") != "application/json" {
		t.Errorf("manifest: %v %s", manifest.header, manifest.body)
	}
	for key, content := range files {
		result := sandbox.ManifestResult{Name: strings.TrimPrefix(key, sandbox.KeyOutputs), Type: v1alpha1.ResultOutput}
		if key == sandbox.KeyLog {
			result.Type = v1alpha1.ResultLog
		}
		if a := w.ask(token, sandbox.ResultPath(r.job.Namespace, r.job.Name, 2, result)); a.status != http.StatusOK || string(a.body) != content {
			t.Errorf("%s: %d %q", key, a.status, a.body)
		}
	}
	log := w.ask(token, r.path(1, "/log?follow=true"))
	if log.status != http.StatusOK || string(log.body) != "of run 1\n" || log.header.Get("Content-Type") != "text/plain; charset=utf-8" ||
		log.header.Get("X-Content-Type-Options") != "nosniff" || log.header.Get("Cache-Control") != "no-store" {
		t.Errorf("log of a failed run: %d %v %s", log.status, log.header, log.body)
	}

	model := r.path(2, "/results/outputs/model.json")
	etag := w.ask(token, model).header.Get("ETag")
	part := w.ask(token, model, "Range", "bytes=7-", "If-Match", etag)
	if part.status != http.StatusPartialContent || string(part.body) != "789" || part.header.Get("Content-Range") != "bytes 7-9/10" {
		t.Errorf("part: %d %v %s", part.status, part.header, part.body)
	}
	for path, status := range map[string]int{
		r.path(2, "/results/outputs/unlisted"):            404,
		r.path(2, "/results/manifest.json"):               400,
		r.path(2, "/results/outputs/../manifest.json"):    400,
		r.path(2, "/results/"):                            400,
		r.path(1, "/manifest"):                            404,
		r.path(1, "/results/outputs/secret"):              404,
		r.path(3, "/manifest"):                            404,
		r.path(3, "/log"):                                 404,
		r.path(4, "/log"):                                 404,
		r.path(0, "/log"):                                 400,
		r.path(2, "/other"):                               404,
		sandbox.PathPlan:                                  404,
		sandbox.PathJobs + r.job.Namespace + "/" + "x/y/": 400,
	} {
		if a := w.ask(token, path); a.status != status {
			t.Errorf("%s: %d %s, expected %d", path, a.status, a.body, status)
		}
	}

	// Objects that are gone, a manifest that was exchanged, access that ends.
	r.check(w.results.DeletePrefix(t.Context(), fmt.Sprintf("all/runs/%s/%s-%s/1/", w.consumer, r.job.Name, r.job.UID)))
	if a := w.ask(token, r.path(1, "/log")); a.status != http.StatusGone {
		t.Errorf("deleted log: %d %s", a.status, a.body)
	}
	ended := metav1.NewTime(time.Now().Add(-time.Second))
	r.job.Status.AccessExpiresAt = &ended
	r.updateJob()
	r.eventuallyStatus(token, model, http.StatusGone)
	for _, path := range []string{"/log", "/manifest", "/results/outputs/model.json"} {
		if a := w.ask(token, r.path(2, path)); a.status != http.StatusGone || strings.Contains(string(a.body), "0123456789") {
			t.Errorf("%s after access: %d %s", path, a.status, a.body)
		}
	}
}

// What lies in the bucket counts only where it is what was released.
func TestAnExchangedManifestIsRefused(t *testing.T) {
	w := newWorld(t)
	token := w.consumerOf()
	r := w.newRun(inline("x"), nil, releasing)
	manifest := r.publish(1, map[string]string{"outputs/a": "a"})
	r.publish(1, map[string]string{"outputs/a": "a", "outputs/b": "b"})
	r.end(v1alpha1.StateSucceeded, manifest)
	for _, key := range []string{"outputs/a", "outputs/b"} {
		a := r.eventuallyStatus(token, r.path(1, "/results/"+key), http.StatusFailedDependency)
		if !strings.Contains(a.failure().Message, "is not the one that was released") || strings.Contains(string(a.body), w.s3.Endpoint) {
			t.Errorf("%s: %s", key, a.body)
		}
	}
}

// Only a service account of the job's namespace that may get the job learns anything, of its existence too.
func TestOnlyWhoMayGetTheJobLearnsOfIt(t *testing.T) {
	w := newWorld(t)
	r := w.newRun(inline("x"), nil, releasing)
	r.end(v1alpha1.StateSucceeded, r.publish(1, map[string]string{"outputs/a": "content of a", sandbox.KeyLog: "content of the log"}))
	scientist := w.consumerOf()
	stranger := w.namespace("stranger-", nil)
	// A right in the job's namespace does not help an account of another one.
	w.mayGetJobs(w.consumer, stranger, "spy")
	paths := []string{"/log", "/log?follow=true", "/manifest", "/results/outputs/a"}
	for _, c := range []struct {
		name, token string
		status      int
	}{
		{"who may", scientist, 200},
		{"no token", "", 401},
		{"garbage", "garbage", 401},
		{"the token of a pod", r.token, 401},
		{"a token for the API server", w.accountToken(w.consumer, "scientist", "https://kubernetes.default.svc.cluster.local"), 401},
		{"a token for the control API", w.accountToken(w.consumer, "scientist", sandbox.ControlAudience), 401},
		{"an account without the right", w.accountToken(w.consumer, "nobody", sandbox.ConsumerAudience), 404},
		{"an account of another namespace", w.accountToken(stranger, "spy", sandbox.ConsumerAudience), 404},
	} {
		for _, path := range paths {
			a := w.ask(c.token, r.path(1, path))
			if a.status != c.status {
				t.Errorf("%s: %s: %d %s, expected %d", c.name, path, a.status, a.body, c.status)
			}
			if c.status != 404 {
				continue
			}
			missing := w.ask(c.token, sandbox.RunPath(r.job.Namespace, "no-such-job", 1)+path)
			if got, want := strings.ReplaceAll(string(missing.body), "no-such-job", r.job.Name), string(a.body); missing.status != 404 || got != want {
				t.Errorf("%s: a job that does not exist answers %d %s, one that does %s", c.name, missing.status, got, want)
			}
		}
	}
	if a := w.ask(scientist, sandbox.RunPath(w.consumer, "no-such-job", 1)+"/log"); a.status != 404 {
		t.Errorf("no such job: %d %s", a.status, a.body)
	}
	// Nor does a consumer's token open the port for pods, or the controller's part of this one.
	for _, path := range []string{sandbox.PathPlan, sandbox.PathIsolation} {
		if a := w.send(scientist, http.MethodGet, path, nil); a.status != 401 {
			t.Errorf("%s with a consumer's token: %d", path, a.status)
		}
	}
	body := []byte(`{}`)
	for token, status := range map[string]int{scientist: 401, r.token: 401, "": 401, w.accountToken(w.consumer, sandbox.ControllerServiceAccount, sandbox.ControlAudience): 403} {
		for _, path := range []string{sandbox.PathDeliver, sandbox.PathNotify} {
			if a := w.sendTo(w.consumers, token, http.MethodPost, path, bytes.NewReader(body)); a.status != status {
				t.Errorf("%s: %d %s, expected %d", path, a.status, a.body, status)
			}
		}
	}
	for _, line := range w.log.all() {
		if strings.Contains(line, "eyJ") {
			t.Errorf("a token is in the log: %s", line)
		}
	}
}
