package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// kubelet answers the API server's questions for one container's log, as it grows.
type kubelet struct {
	node  string
	lines chan string
	asked chan string
}

func newKubelet(w *world) *kubelet {
	w.t.Helper()
	k := &kubelet{lines: make(chan string), asked: make(chan string, 16)}
	server := httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		k.asked <- r.URL.Path + "?" + r.URL.RawQuery
		for {
			_ = http.NewResponseController(rw).Flush()
			select {
			case line, more := <-k.lines:
				if !more {
					return
				}
				_, _ = io.WriteString(rw, line)
			case <-r.Context().Done():
				return
			}
		}
	}))
	w.t.Cleanup(server.CloseClientConnections)
	host, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		w.t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		w.t.Fatal(err)
	}
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{GenerateName: "node-"}}
	w.create(node)
	node.Status.Addresses = []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: host}}
	node.Status.DaemonEndpoints.KubeletEndpoint.Port = int32(number)
	if err := api.Status().Update(w.t.Context(), node); err != nil {
		w.t.Fatal(err)
	}
	k.node = node.Name
	return k
}

// runOn a node of the kubelet, with the containers of a run.
func (k *kubelet) runOn(r *testRun) {
	r.pod.Spec.NodeName = k.node
	r.pod.Spec.Containers = []corev1.Container{{Name: sandbox.ContainerAlgorithm, Image: "x"}}
}

// become a state of the algorithm's container.
func (r *testRun) container(state corev1.ContainerState) {
	r.t.Helper()
	r.pod.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: sandbox.ContainerAlgorithm, State: state}}
	r.check(api.Status().Update(r.t.Context(), r.pod))
}

var (
	containerRuns  = corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}
	containerEnded = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{}}
)

// follow the log; the lines come one at a time, and the error at the end.
func (r *testRun) follow(token string) (lines chan string, ended chan error, status chan int) {
	lines, ended, status = make(chan string, 16), make(chan error, 1), make(chan int, 1)
	request, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, "https://"+r.consumers+r.path(1, "/log?follow=true"), nil)
	r.check(err)
	request.Header.Set("Authorization", "Bearer "+token)
	go func() {
		response, err := r.client.Do(request)
		if err != nil {
			status <- 0
			ended <- err
			return
		}
		defer func() { _ = response.Body.Close() }()
		status <- response.StatusCode
		reader := bufio.NewReader(response.Body)
		for {
			line, err := reader.ReadString('\n')
			if line != "" {
				lines <- line
			}
			if err != nil {
				ended <- err
				return
			}
		}
	}()
	return lines, ended, status
}

func within[T any](t *testing.T, what string, c <-chan T) T {
	t.Helper()
	select {
	case value := <-c:
		return value
	case <-time.After(30 * time.Second):
		t.Fatalf("not within 30s: %s", what)
		panic("unreachable")
	}
}

// The log comes as it is written, from before the algorithm begins to its end.
func TestLogIsFollowed(t *testing.T) {
	w := newWorld(t)
	token := w.consumerOf()
	k := newKubelet(w)
	r := w.newRun(inline("x"), nil, releasing, k.runOn)
	if a := w.ask(token, r.path(1, "/log")); a.status != http.StatusConflict || !a.failure().Retry || !strings.Contains(a.failure().Message, "follow=true") {
		t.Errorf("before it began: %d %s", a.status, a.body)
	}
	lines, ended, status := r.follow(token)
	r.container(containerRuns)
	asked := within(t, "the kubelet is asked", k.asked)
	if want := "/containerLogs/" + w.sandbox + "/" + r.pod.Name + "/" + sandbox.ContainerAlgorithm + "?"; !strings.HasPrefix(asked, want) || !strings.Contains(asked, "follow=true") {
		t.Errorf("asked %s, expected %s", asked, want)
	}
	if got := within(t, "the answer begins", status); got != http.StatusOK {
		t.Fatalf("status %d: %s", got, within(t, "body", lines))
	}
	for _, line := range []string{"epoch 1\n", "epoch 2 \x1b[31m\n"} {
		k.lines <- line
		if got := within(t, "a line", lines); got != line {
			t.Errorf("%q, expected %q", got, line)
		}
	}
	r.container(containerEnded)
	close(k.lines)
	if err := within(t, "the end", ended); err != io.EOF {
		t.Errorf("the end of a whole log: %v", err)
	}
	r.end(v1alpha1.StateSucceeded, r.publish(1, map[string]string{sandbox.KeyLog: "epoch 1\nepoch 2 \x1b[31m\n"}))
	if a := r.eventuallyStatus(token, r.path(1, "/log"), http.StatusOK); string(a.body) != "epoch 1\nepoch 2 \x1b[31m\n" {
		t.Errorf("the released log: %q", a.body)
	}
}

// A log that stops before its container is no whole log; the dataset is named by its DID.
func TestLogThatStopsBreaks(t *testing.T) {
	w := newWorld(t)
	token := w.consumerOf()
	k := newKubelet(w)
	r := w.newRun(inline("x"), nil, releasing, k.runOn, func(r *testRun) { byDID(r, v1alpha1.LogReleaseAlways) })
	r.container(containerRuns)
	lines, ended, _ := r.follow(token)
	within(t, "the kubelet is asked", k.asked)
	k.lines <- "half\n"
	within(t, "a line", lines)
	close(k.lines)
	if err := within(t, "the end", ended); err != io.ErrUnexpectedEOF {
		t.Errorf("the end of a log that stopped: %v", err)
	}
}

// An owner who withdraws the log ends the following of it.
func TestFollowingEndsWithTheRules(t *testing.T) {
	w := newWorld(t)
	token := w.consumerOf()
	k := newKubelet(w)
	r := w.newRun(inline("x"), nil, releasing, k.runOn)
	r.container(containerRuns)
	lines, ended, _ := r.follow(token)
	within(t, "the kubelet is asked", k.asked)
	k.lines <- "one\n"
	within(t, "a line", lines)
	r.dataset.Spec.Disclosure.Logs.Release = v1alpha1.LogReleaseNever
	r.check(api.Update(t.Context(), r.dataset))
	if err := within(t, "the end", ended); err != io.ErrUnexpectedEOF {
		t.Errorf("the end: %v", err)
	}
	w.log.wait(t, "the log may not be followed any more")
	a := w.ask(token, r.path(1, "/log?follow=true"))
	if a.status != http.StatusForbidden || !strings.Contains(a.failure().Message, "the owner of dataset "+w.hospital+"/"+r.dataset.Name+" does not release logs") {
		t.Errorf("asked again: %d %s", a.status, a.body)
	}
}

// byDID has a job name its dataset by its DID, whose owner says this of logs.
func byDID(r *testRun, logs v1alpha1.LogRelease) {
	r.dataset.Spec.Disclosure.Logs.Release = logs
	r.check(api.Update(r.t.Context(), r.dataset))
	r.dataset.Status.DID = "did:c2d:" + hexSum(string(r.dataset.UID))
	r.check(api.Status().Update(r.t.Context(), r.dataset))
	r.job.Spec.Datasets, r.job.Spec.Trigger = []v1alpha1.DatasetReference{{DID: r.dataset.Status.DID}}, "2"
	status := r.job.Status.DeepCopy()
	status.Trigger = "2"
	r.check(api.Update(r.t.Context(), r.job))
	r.job.Status = *status
}

// A log that the rules withhold is refused with the rule, and nothing is said of datasets before they admit the job.
func TestWithheldLogs(t *testing.T) {
	w := newWorld(t)
	token := w.consumerOf()
	k := newKubelet(w)
	for _, c := range []struct {
		name   string
		change change
		status int
		says   string
	}{
		{"by the owner", func(r *testRun) {
			r.dataset.Spec.Disclosure.Logs.Release = v1alpha1.LogReleaseNever
			r.check(api.Update(t.Context(), r.dataset))
		}, 403, "disclosure.logs.release is not Always"},
		{"until it is judged", func(r *testRun) {
			r.dataset.Spec.Disclosure.Canaries = &v1alpha1.Canaries{SecretRef: v1alpha1.LocalSecretReference{Name: "canaries"}}
			r.check(api.Update(t.Context(), r.dataset))
		}, 403, "only once they are judged"},
		{"until it is reviewed", func(r *testRun) {
			r.dataset.Spec.Disclosure.Review.Required = v1alpha1.ReviewOnFlag
			r.check(api.Update(t.Context(), r.dataset))
		}, 403, "only once they are judged"},
		{"by the consumer", func(r *testRun) {
			r.job.Spec.Deliver, r.job.Spec.Trigger = []v1alpha1.Delivery{v1alpha1.DeliverOutput}, "2"
			status := r.job.Status.DeepCopy()
			status.Trigger = "2"
			r.check(api.Update(t.Context(), r.job))
			r.job.Status = *status
		}, 403, "spec.deliver"},
		{"by the owner, under a DID", func(r *testRun) { byDID(r, v1alpha1.LogReleaseNever) }, 403, "disclosure.logs.release is not Always"},
		{"by one of two who claim a DID", func(r *testRun) {
			byDID(r, v1alpha1.LogReleaseNever)
			other := &v1alpha1.Dataset{ObjectMeta: metav1.ObjectMeta{Namespace: w.consumer, GenerateName: "a-"}, Spec: r.dataset.Spec}
			other.Spec.Disclosure.Logs.Release = v1alpha1.LogReleaseAlways
			w.create(other)
			other.Status.DID = r.dataset.Status.DID
			r.check(api.Status().Update(t.Context(), other))
		}, 403, "disclosure.logs.release is not Always"},
		{"under a DID that nobody has", func(r *testRun) {
			byDID(r, v1alpha1.LogReleaseAlways)
			r.dataset.Status.DID = ""
			r.check(api.Status().Update(t.Context(), r.dataset))
		}, 403, "does not exist"},
		{"by the rules at admission", func(r *testRun) { r.Deliver = []v1alpha1.Delivery{v1alpha1.DeliverOutput} }, 403, "was admitted without its log"},
		{"before admission", func(r *testRun) {
			r.job.Status.State, r.job.Status.Conditions, r.job.Status.Pod = v1alpha1.StatePending, nil, ""
			r.dataset.Spec.Disclosure.Logs.Release = v1alpha1.LogReleaseNever
			r.check(api.Update(t.Context(), r.dataset))
		}, 409, "has not begun"},
		{"after access", func(r *testRun) {
			ended := metav1.NewTime(time.Now().Add(-time.Second))
			r.job.Status.AccessExpiresAt = &ended
		}, 410, "ended at"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := w.newRun(inline("x"), nil, releasing, k.runOn, c.change)
			r.container(containerRuns)
			a := w.ask(token, r.path(1, "/log"))
			if a.status != c.status || !strings.Contains(a.failure().Message, c.says) {
				t.Errorf("%d %s", a.status, a.body)
			}
			var f sandbox.Failure
			if err := json.Unmarshal(a.body, &f); err != nil || a.header.Get("Content-Type") != "application/json" {
				t.Errorf("%v: %s", err, a.header.Get("Content-Type"))
			}
		})
	}
}
