package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// lendSecrets of the consumer's namespace to the gateway, as the command in its messages does.
func (w *world) lendSecrets() {
	w.t.Helper()
	w.create(&rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.consumer, Name: "c2d-source-reader"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: w.own + "-source-reader"},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: w.user()}},
	})
}

// control sends a request as the controller.
func (w *world) control(path string, request any) answer {
	w.t.Helper()
	body, err := json.Marshal(request)
	if err != nil {
		w.t.Fatal(err)
	}
	token := w.accountToken(w.own, sandbox.ControllerServiceAccount, sandbox.ControlAudience)
	return w.sendTo(w.consumers, token, http.MethodPost, path, bytes.NewReader(body))
}

func (r *testRun) reference() sandbox.RunReference {
	return sandbox.RunReference{Job: object(&r.job.ObjectMeta), Run: 1}
}

func (r *testRun) deliver(from int64) (sandbox.Delivered, answer) {
	r.t.Helper()
	a := r.control(sandbox.PathDeliver, sandbox.Delivery{RunReference: r.reference(), From: from})
	var done sandbox.Delivered
	if a.status == http.StatusOK {
		r.check(json.Unmarshal(a.body, &done))
	}
	return done, a
}

// destination makes the job's results go to a bucket of the consumer.
func destination(bucket string) change {
	return func(r *testRun) {
		status := r.job.Status.DeepCopy()
		r.job.Spec.Destination = &v1alpha1.Destination{S3: v1alpha1.DestinationBucket{S3Connection: r.connection(bucket, "mine"), Prefix: "from c2d"}}
		r.check(api.Update(r.t.Context(), r.job))
		r.job.Status = *status
	}
}

func TestResultsAreDelivered(t *testing.T) {
	w := newWorld(t)
	mine := w.s3.Bucket(t, "mine")
	w.secret(w.consumer, "mine")
	r := w.newRun(inline("x"), nil, releasing, destination("mine"))
	large := strings.Repeat("0123456789abcdef", 20<<20/16)
	files := map[string]string{"outputs/a": "a", "outputs/sub/50% é+?.txt": "b", "outputs/empty": "", "outputs/large": large, sandbox.KeyLog: "log\n"}
	manifest := r.publish(1, files)

	if _, a := r.deliver(0); a.status != http.StatusConflict || !a.failure().Retry {
		t.Errorf("before the end of the run: %d %s", a.status, a.body)
	}
	r.end(v1alpha1.StateSucceeded, manifest)
	if _, a := r.deliver(0); a.status != http.StatusFailedDependency || a.failure().Reason != v1alpha1.ReasonDestinationFailed ||
		!strings.Contains(a.failure().Message, "kubectl create rolebinding c2d-source-reader -n "+w.consumer) {
		t.Errorf("without the right to read the Secret: %d %s", a.status, a.body)
	}
	w.lendSecrets()
	done, a := r.deliver(0)
	deadline := time.Now().Add(20 * time.Second)
	for a.status == http.StatusFailedDependency && time.Now().Before(deadline) { // the authorizer takes a moment
		time.Sleep(100 * time.Millisecond)
		done, a = r.deliver(0)
	}
	want := fmt.Sprintf("s3://mine/from c2d/%s/1/", r.job.Name)
	if a.status != http.StatusOK || done.Objects != 6 || done.Total != 6 || done.URI != want {
		t.Fatalf("%d %s, expected 6 of 6 under %s", a.status, a.body, want)
	}
	prefix := "from c2d/" + r.job.Name + "/1/"
	for key, content := range files {
		if got, err := mine.Get(t.Context(), prefix+key, 64<<20); err != nil || string(got) != content {
			t.Errorf("%s: %d bytes, %v", key, len(got), err)
		}
	}
	if got, err := mine.Get(t.Context(), prefix+sandbox.KeyManifest, 1<<20); err != nil || hexSum(string(got)) != manifest.SHA256 {
		t.Errorf("manifest: %s, %v", got, err)
	}

	// What is there is not written again; what is not, or is another, is.
	written := func(key string) time.Time {
		info, err := os.Stat(filepath.Join(w.s3.Dir, "mine", prefix+key))
		r.check(err)
		return info.ModTime()
	}
	before := written("outputs/large")
	r.store(mine, prefix+"outputs/a", []byte("x"))
	if done, a := r.deliver(0); done.Objects != 6 || !written("outputs/large").Equal(before) {
		t.Errorf("again: %d %s", a.status, a.body)
	}
	if got, err := mine.Get(t.Context(), prefix+"outputs/a", 10); err != nil || string(got) != "a" {
		t.Errorf("an object that differed: %q, %v", got, err)
	}
	r.check(os.Remove(filepath.Join(w.s3.Dir, "mine", prefix+"outputs/empty")))
	if done, a := r.deliver(6); done.Objects != 6 || done.Bytes != int64(len(large)+len("a")+len("b")+len("log\n"))+manifest.ManifestBytes {
		t.Errorf("from the end on: %d %s", a.status, a.body)
	}
	if _, err := os.Stat(filepath.Join(w.s3.Dir, "mine", prefix+"outputs/empty")); !os.IsNotExist(err) {
		t.Errorf("what an earlier call answered for was looked at again: %v", err)
	}
	if strings.Contains(strings.Join(w.log.all(), "\n"), w.s3.Credentials.SecretAccessKey) {
		t.Error("a secret is in the log")
	}
}

func TestWhatIsNotDelivered(t *testing.T) {
	w := newWorld(t)
	mine := w.s3.Bucket(t, "mine")
	w.secret(w.consumer, "mine")
	w.lendSecrets()
	succeeded := func(r *testRun) {
		r.end(v1alpha1.StateSucceeded, r.publish(1, map[string]string{"outputs/a": "a", sandbox.KeyLog: "log\n"}))
	}
	for _, c := range []struct {
		name   string
		bucket string
		end    func(*testRun)
		after  func(*testRun)
		status int
		says   string
	}{
		{name: "bucket missing", bucket: "not-there", end: succeeded, status: 424, says: `bucket "not-there" does not exist at ` + w.s3.Endpoint},
		{name: "secret missing", bucket: "mine", end: succeeded, after: func(r *testRun) {
			r.job.Spec.Destination.S3.CredentialsSecretRef.Name = "other"
			r.check(api.Update(t.Context(), r.job))
		}, status: 424, says: "Secret " + w.consumer + "/other does not exist"},
		{name: "address of the gateway's own world", bucket: "mine", end: succeeded, after: func(r *testRun) {
			r.job.Spec.Destination.S3.Endpoint = "http://169.254.169.254"
			r.check(api.Update(t.Context(), r.job))
		}, status: 424, says: "may not be called"},
		{name: "no destination", bucket: "mine", end: succeeded, after: func(r *testRun) {
			r.job.Spec.Destination = nil
			r.check(api.Update(t.Context(), r.job))
		}, status: 410, says: "no destination"},
		{name: "another job of that name", bucket: "mine", end: succeeded, after: func(r *testRun) {
			r.check(api.Delete(t.Context(), r.job))
			r.job.ObjectMeta = metav1.ObjectMeta{Namespace: r.job.Namespace, Name: r.job.Name}
			r.check(api.Create(t.Context(), r.job))
			r.job.UID = "of-before"
		}, status: 410, says: "another one now"},
		{name: "a result that is not the one of the manifest", bucket: "mine", end: func(r *testRun) {
			succeeded(r)
			r.store(r.results, r.KeyPrefix("all/runs")+"outputs/a", []byte("b"))
		}, status: 412, says: "the results bucket of environment"},
		{name: "nothing released", bucket: "mine", end: func(r *testRun) { r.end(v1alpha1.StateFailed, nil) }, status: 404, says: "nothing of it was released"},
		{name: "access over", bucket: "mine", end: func(r *testRun) {
			ended := metav1.NewTime(time.Now().Add(-time.Second))
			r.job.Status.AccessExpiresAt = &ended
			succeeded(r)
		}, status: 410, says: "ended at"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := w.newRun(inline("x"), nil, releasing, destination(c.bucket))
			c.end(r)
			if c.after != nil {
				c.after(r)
			}
			_, a := r.deliver(0)
			if a.status != c.status || !strings.Contains(a.failure().Message, c.says) {
				t.Errorf("%d %s", a.status, a.body)
			}
			if there, err := mine.List(t.Context(), "from c2d/"+r.job.Name+"/1/"+sandbox.KeyManifest); err != nil || len(there) > 0 {
				t.Errorf("a manifest passes for a whole copy: %v, %v", there, err)
			}
		})
	}
	t.Run("all but the log of a run that failed", func(t *testing.T) {
		r := w.newRun(inline("x"), nil, releasing, destination("mine"))
		r.end(v1alpha1.StateFailed, r.publish(1, map[string]string{"outputs/withheld": "a", sandbox.KeyLog: "log\n"}))
		done, a := r.deliver(0)
		objects, err := mine.List(t.Context(), "from c2d/"+r.job.Name+"/")
		if done.Total != 1 || err != nil || len(objects) != 1 || !strings.HasSuffix(objects[0].Key, sandbox.KeyLog) {
			t.Errorf("%d %s: %v, %v", a.status, a.body, objects, err)
		}
	})
}
