//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// TestPodTakenAway takes the pod of a running job away, as a drained node or a person does. The job says so, nothing runs
// a second time by itself, and nothing is left.
func TestPodTakenAway(t *testing.T) {
	t.Parallel()
	for name, take := range map[string]func(*corev1.Pod) error{
		"evicted": func(pod *corev1.Pod) error {
			return api.SubResource("eviction").Create(t.Context(), pod, &policyv1.Eviction{})
		},
		"deleted": func(pod *corev1.Pod) error { return api.Delete(t.Context(), pod) },
		"deleted at once": func(pod *corev1.Pod) error {
			return api.Delete(t.Context(), pod, client.GracePeriodSeconds(0))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, "trap 'exit 0' TERM; echo begun; while :; do sleep 0.1; done")
			s.create()
			s.prints("begun")
			pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: sandboxSpace, Name: s.job.Status.Pod}}
			if err := take(pod); err != nil {
				t.Fatal(err)
			}
			job := s.until("over", func(j *v1alpha1.ComputeJob) bool { return j.Status.State.Terminal() })
			reason := ready(job).Reason
			if job.Status.State != v1alpha1.StateFailed || (reason != v1alpha1.ReasonEvicted && reason != v1alpha1.ReasonPodLost) {
				t.Errorf("the job is %s: %s: %s; want Failed, and that its pod was taken away", job.Status.State, reason, ready(job).Message)
			}
			if !strings.Contains(ready(job).Message, "run the job again") {
				t.Errorf("the message does not say what to do: %s", ready(job).Message)
			}
			eventually(t, "the pod is gone", func() bool { return len(podsOf(t, job)) == 0 })
			if job.Status.Run != 1 {
				t.Errorf("the job ran again by itself: run %d", job.Status.Run)
			}
			s.change(func(spec *v1alpha1.ComputeJobSpec) { spec.Suspend = true })
			if err := api.Delete(t.Context(), job); err != nil {
				t.Fatal(err)
			}
			s.leavesNothing()
		})
	}
}

// TestGatewayDiesWhileStaging kills the gateway in the middle of a file: what is staged in the end is the file.
func TestGatewayDiesWhileStaging(t *testing.T) {
	const size = 8 << 20
	content := bytes.Repeat([]byte("0123456789abcdef"), size/16)
	halfway, killed := make(chan struct{}), make(chan struct{})
	var first sync.Once
	handler := func(w http.ResponseWriter, r *http.Request) {
		stall := false
		first.Do(func() { stall = true })
		if !stall {
			http.ServeContent(w, r, "file", time.Time{}, bytes.NewReader(content))
			return
		}
		w.Header().Set("Content-Length", fmt.Sprint(size))
		_, _ = w.Write(content[:size/2])
		_ = http.NewResponseController(w).Flush()
		close(halfway)
		<-killed
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(os.Getenv("C2D_HOST_IP"), "0"))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(handler))
	server.Listener = listener
	server.Start()
	t.Cleanup(func() {
		// Who was killed never says goodbye.
		server.CloseClientConnections()
		server.Close()
	})
	let := sync.OnceFunc(func() { close(killed) })
	t.Cleanup(let)

	s := newStory(t, "wc -c < /data/inputs/$(ls /data/inputs | grep -v json)/0; cat /data/inputs/*/0 | sha256sum")
	s.dataset.Spec.Files = []v1alpha1.DatasetFile{{HTTP: &v1alpha1.HTTPSource{URL: server.URL + "/file"}}}
	s.create()
	select {
	case <-halfway:
	case <-time.After(patience):
		t.Fatal("nobody has asked for the file")
	}
	killAll(t, sandbox.GatewayName)
	let()
	job := s.until("over", func(j *v1alpha1.ComputeJob) bool { return j.Status.State.Terminal() })
	if job.Status.State != v1alpha1.StateSucceeded {
		t.Fatalf("the job is %s: %s: %s", job.Status.State, ready(job).Reason, ready(job).Message)
	}
	if log := s.fetch()["algorithm.log"]; !strings.Contains(log, fmt.Sprint(size)) || !strings.Contains(log, hash(string(content))) {
		t.Errorf("another file was staged: %s", log)
	}
}

// TestGatewayDiesWhilePublishing kills the gateway during the upload: what can be read in the end is the output.
func TestGatewayDiesWhilePublishing(t *testing.T) {
	s := newStory(t, "head -c 300000000 /dev/zero > /data/outputs/zeros; sha256sum < /data/outputs/zeros")
	s.job.Spec.Resources.Disk = ptr.To(gibibyte)
	s.create()
	s.until("Releasing", func(j *v1alpha1.ComputeJob) bool {
		return j.Status.State == v1alpha1.StateReleasing || j.Status.State.Terminal()
	})
	if s.job.Status.State.Terminal() {
		t.Fatalf("the job was over before the gateway could be killed: %s: %s", s.job.Status.State, ready(s.job).Message)
	}
	killAll(t, sandbox.GatewayName)
	job := s.until("over", func(j *v1alpha1.ComputeJob) bool { return j.Status.State.Terminal() })
	if job.Status.State != v1alpha1.StateSucceeded {
		t.Fatalf("the job is %s: %s: %s", job.Status.State, ready(job).Reason, ready(job).Message)
	}
	// fetch checks sizes and hashes against what publish has read.
	if files := s.fetch(); len(files["zeros"]) != 300_000_000 || !strings.Contains(files["algorithm.log"], hash(files["zeros"])) {
		t.Errorf("the output has %d bytes, or is another", len(files["zeros"]))
	}
	if err := api.Delete(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	s.leavesNothing()
}
