package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// testRun of a job in a pod, as the controller makes it.
type testRun struct {
	*world
	sandbox.Run
	dataset   *v1alpha1.Dataset
	algorithm *v1alpha1.Algorithm
	job       *v1alpha1.ComputeJob
	pod       *corev1.Pod
	token     string
}

// change what the controller would write before the pod is created.
type change func(*testRun)

func (w *world) newRun(files []v1alpha1.DatasetFile, code *v1alpha1.Code, changes ...change) *testRun {
	w.t.Helper()
	r := &testRun{world: w}
	r.dataset = &v1alpha1.Dataset{ObjectMeta: metav1.ObjectMeta{Namespace: w.hospital, GenerateName: "tumours-"}, Spec: v1alpha1.DatasetSpec{Files: files}}
	w.create(r.dataset)
	r.algorithm = &v1alpha1.Algorithm{ObjectMeta: metav1.ObjectMeta{Namespace: w.consumer, GenerateName: "train-"}}
	r.algorithm.Spec.Container = v1alpha1.Container{
		Image: "registry.example.org/python", Entrypoint: "python3 $ALGO",
		Digest: "sha256:0000000000000000000000000000000000000000000000000000000000000000",
	}
	r.algorithm.Spec.Code = code
	w.create(r.algorithm)
	r.job = &v1alpha1.ComputeJob{ObjectMeta: metav1.ObjectMeta{Namespace: w.consumer, GenerateName: "job-"}}
	r.job.Spec.Environment = w.environment.Name
	r.job.Spec.Datasets = []v1alpha1.DatasetReference{{Namespace: w.hospital, Name: r.dataset.Name}}
	r.job.Spec.Algorithm.Name = r.algorithm.Name
	w.create(r.job)
	r.Run = sandbox.Run{
		Job: object(&r.job.ObjectMeta), Run: 1, Environment: object(&w.environment.ObjectMeta),
		Datasets:   []sandbox.Dataset{{Object: object(&r.dataset.ObjectMeta), DID: "did:c2d:aa11"}},
		Algorithm:  sandbox.Algorithm{Object: object(&r.algorithm.ObjectMeta), DID: "did:c2d:bb22"},
		Parameters: map[string]json.RawMessage{"epochs": json.RawMessage("20")},
	}
	r.pod = &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: w.sandbox, Name: sandbox.PodName(r.job.UID, 1),
			Labels: map[string]string{sandbox.LabelName: sandbox.JobPodName, sandbox.LabelJobUID: string(r.job.UID), sandbox.LabelRun: "1"},
		},
		Spec: corev1.PodSpec{ServiceAccountName: sandbox.ServiceAccount, Containers: []corev1.Container{{Name: "algorithm", Image: "x"}}},
	}
	r.job.Status.State, r.job.Status.Run, r.job.Status.Pod = v1alpha1.StateStaging, 1, r.pod.Name
	for _, change := range changes {
		change(r)
	}
	if r.pod.Annotations == nil {
		text, err := json.Marshal(r.Run)
		if err != nil {
			w.t.Fatal(err)
		}
		r.pod.Annotations = map[string]string{sandbox.AnnotationRun: string(text)}
	}
	r.updateJob()
	w.create(r.pod)
	r.token = w.token(r.pod.Spec.ServiceAccountName, sandbox.TokenAudience, r.pod)
	return r
}

func object(meta *metav1.ObjectMeta) sandbox.Object {
	return sandbox.Object{Namespace: meta.Namespace, Name: meta.Name, UID: meta.UID, Generation: meta.Generation}
}

func (r *testRun) updateJob() {
	r.t.Helper()
	if err := api.Status().Update(r.t.Context(), r.job); err != nil {
		r.t.Fatal(err)
	}
}

func inline(text string) []v1alpha1.DatasetFile { return []v1alpha1.DatasetFile{{Inline: text}} }

// answer of the gateway.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) failure() sandbox.Failure {
	var f sandbox.Failure
	_ = json.Unmarshal(a.body, &f)
	return f
}

// send a request to the port for pods. Headers come in pairs.
func (w *world) send(token, method, path string, body io.Reader, headers ...string) answer {
	w.t.Helper()
	return w.sendTo(w.listen, token, method, path, body, headers...)
}

func (w *world) sendTo(address, token, method, path string, body io.Reader, headers ...string) answer {
	w.t.Helper()
	request, err := http.NewRequestWithContext(w.t.Context(), method, "https://"+address+path, body)
	if err != nil {
		w.t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := w.client.Do(request)
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatalf("%s %s: body: %v", method, path, err)
	}
	return answer{response.StatusCode, response.Header, content}
}

func (r *testRun) get(path string, headers ...string) answer {
	r.t.Helper()
	return r.send(r.token, http.MethodGet, path, nil, headers...)
}

func (r *testRun) put(key string, content []byte) answer {
	r.t.Helper()
	return r.send(r.token, http.MethodPut, (&url.URL{Path: sandbox.PathResults + key}).EscapedPath(), bytes.NewReader(content))
}

func (r *testRun) plan() sandbox.Plan {
	r.t.Helper()
	a := r.get(sandbox.PathPlan)
	if a.status != http.StatusOK {
		r.t.Fatalf("plan: %d %s", a.status, a.body)
	}
	var plan sandbox.Plan
	if err := json.Unmarshal(a.body, &plan); err != nil {
		r.t.Fatal(err)
	}
	return plan
}

func input(dataset, source int) string {
	return sandbox.PathInputs + strconv.Itoa(dataset) + "/" + strconv.Itoa(source)
}
