//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// plugin is how users call the program: kubectl finds kubectl-c2d in the PATH.
func (s *story) plugin(verb string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(s.Context(), "kubectl", append([]string{"c2d", verb, "job", "-n", s.namespace}, args...)...)
	cmd.Env = withPlugin()
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	return cmd
}

// withPlugin is the environment with kubectl-c2d in the PATH.
func withPlugin() []string {
	return append(os.Environ(), "PATH="+filepath.Dir(os.Getenv("C2D_DEVCLUSTER"))+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// call the program and answer what it printed. It must exit so.
func (s *story) call(code int, verb string, args ...string) string {
	s.Helper()
	var out, errOut bytes.Buffer
	cmd := s.plugin(verb, args...)
	cmd.Stdout, cmd.Stderr = &out, &errOut
	_ = cmd.Run()
	if got := cmd.ProcessState.ExitCode(); got != code {
		s.Fatalf("kubectl c2d %s %v: exit code %d, want %d\n%s%s", verb, args, got, code, out.String(), errOut.String())
	}
	return out.String()
}

// letIn lets the namespace's service account get its jobs: the gateway asks for that.
func (s *story) letIn() {
	s.Helper()
	if err := api.Create(s.Context(), &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: "c2d-view"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "c2d-view"},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: s.namespace, Name: "default"}},
	}); err != nil {
		s.Fatal(err)
	}
}

// The log is followed from before the job begins, through a forwarded port, and the results come with their hashes.
func TestPluginFollowsAndBrings(t *testing.T) {
	t.Parallel()
	s := newStory(t, `
i=0; while [ $i -lt 5 ]; do i=$((i+1)); echo "epoch $i"; sleep 1; done
mkdir -p $OUTPUTS/parts
i=0; while [ $i -lt 40 ]; do i=$((i+1)); echo "part $i" > "$OUTPUTS/parts/part $i.csv"; done
`)
	s.letIn()
	s.create()
	s.until("begun", func(j *v1alpha1.ComputeJob) bool { return j.Status.Run > 0 })
	want := "epoch 1\nepoch 2\nepoch 3\nepoch 4\nepoch 5\n"
	if got := s.call(0, "logs", "-f"); got != want {
		t.Errorf("the log that was followed is %q, want %q", got, want)
	}
	s.until("succeeded", func(j *v1alpha1.ComputeJob) bool { return j.Status.State == v1alpha1.StateSucceeded })
	if got := s.call(0, "logs"); got != want {
		t.Errorf("the log that was released is %q, want %q", got, want)
	}
	folder := t.TempDir()
	// verb and noun, then the job
	cmd := exec.CommandContext(t.Context(), "kubectl", "c2d", "results", "get", "job", "-n", s.namespace, "-o", folder)
	cmd.Env = s.plugin("results").Env
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "41 files, ") {
		t.Fatalf("results get: %v\n%s", err, out)
	}
	for i := 1; i <= 40; i++ {
		content, err := os.ReadFile(filepath.Join(folder, "outputs", "parts", fmt.Sprintf("part %d.csv", i)))
		if err != nil || string(content) != fmt.Sprintf("part %d\n", i) {
			t.Errorf("part %d is %q, %v", i, content, err)
		}
	}
	if content, err := os.ReadFile(filepath.Join(folder, "logs", "algorithm.log")); err != nil || string(content) != want {
		t.Errorf("the log is %q, %v", content, err)
	}
}

// A run is stopped, and the job run again with another parameter of time.
func TestPluginStopsAndRunsAgain(t *testing.T) {
	t.Parallel()
	s := newStory(t, "[ -e /data/inputs/algoCustomData.json ] && sleep 8; echo done > $OUTPUTS/done")
	s.create()
	s.until("running", func(j *v1alpha1.ComputeJob) bool { return j.Status.State == v1alpha1.StateRunning })
	if out := s.call(0, "stop", "--wait"); !strings.Contains(out, "Stopped (Suspended)") {
		t.Errorf("stop says %q", out)
	}
	if out := s.call(0, "rerun", "--wait"); !strings.Contains(out, "run 2  Succeeded") {
		t.Errorf("rerun says %q", out)
	}
	if out := s.call(1, "rerun", "--wait", "--max-duration", "1s"); !strings.Contains(out, "run 3  Failed (DeadlineExceeded)") {
		t.Errorf("rerun says %q", out)
	}
	out := s.call(0, "describe")
	for _, want := range []string{"Timeline of run 3:", "Earlier runs:", "Stopped     Suspended"} {
		if !strings.Contains(out, want) {
			t.Errorf("describe lacks %q:\n%s", want, out)
		}
	}
}

// What people read of a job that succeeded, one that was denied and one that ran out of time. With C2D_RECORDING set it is
// written to that file.
func TestPluginTellsTheStory(t *testing.T) {
	t.Parallel()
	succeeded := newStory(t, "sleep 2; echo model > $OUTPUTS/model.json; echo trained")
	denied := newStory(t, "true")
	denied.dataset.Spec.Access.Consumers.Namespaces = []string{"secret-customer"}
	late := newStory(t, "echo begun; sleep 60")
	late.job.Spec.MaxDuration = &metav1.Duration{Duration: 2 * time.Second}

	var recording strings.Builder
	for _, test := range []struct {
		*story
		state     v1alpha1.State
		title     string
		why, tell []string
	}{
		{succeeded, v1alpha1.StateSucceeded, "A job that succeeded",
			[]string{"why: run 1 of job succeeded", "proven"}, []string{"Succeeded", "Started", "Released", "model.json"}},
		{denied, v1alpha1.StateFailed, "A job that was denied",
			[]string{"why: run 1 of job was denied (PolicyDenied)", "FAIL"}, []string{"Failed (PolicyDenied)"}},
		{late, v1alpha1.StateFailed, "A job that ran out of time",
			[]string{"why: run 1 of job failed (DeadlineExceeded)", "allowed are 2s", "rerun --max-duration"}, []string{"Failed (DeadlineExceeded)", "algorithm.log"}},
	} {
		if job := test.run(); job.Status.State != test.state {
			t.Fatalf("%s: it is %s, want %s", test.title, job.Status.State, test.state)
		}
		for verb, wanted := range map[string][]string{"describe": test.tell, "why": test.why} {
			out := test.call(0, verb)
			for _, want := range wanted {
				if !strings.Contains(out, want) {
					t.Errorf("%s: %s lacks %q:\n%s", test.title, verb, want, out)
				}
			}
			if strings.Contains(out, "secret-customer") {
				t.Errorf("%s names another customer:\n%s", verb, out)
			}
		}
		fmt.Fprintf(&recording, "# %s\n\n$ kubectl c2d describe job -n %s\n%s\n$ kubectl c2d why job -n %s\n%s\n\n", test.title,
			test.namespace, test.call(0, "describe"), test.namespace, test.call(0, "why"))
	}
	if file := os.Getenv("C2D_RECORDING"); file != "" {
		if err := os.WriteFile(file, []byte(recording.String()), 0o644); err != nil {
			t.Error(err)
		}
	}
}

// A user who interrupts the following of a log ends it, and nothing of the job.
func TestPluginIsInterrupted(t *testing.T) {
	t.Parallel()
	s := newStory(t, "echo begun; sleep 6; echo model > $OUTPUTS/model")
	s.letIn()
	s.create()
	s.until("running", func(j *v1alpha1.ComputeJob) bool { return j.Status.State == v1alpha1.StateRunning })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := &notify{cancel: cancel}
	cmd := exec.CommandContext(ctx, filepath.Join(filepath.Dir(os.Getenv("C2D_DEVCLUSTER")), "c2d"), "logs", "job", "-n", s.namespace, "-f")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Stdout = out
	_ = cmd.Run()
	if code := cmd.ProcessState.ExitCode(); code != 130 || out.text.String() != "begun\n" {
		t.Errorf("exit code %d, log %q", code, out.text.String())
	}
	s.until("succeeded", func(j *v1alpha1.ComputeJob) bool { return j.Status.State == v1alpha1.StateSucceeded })
}

// notify cancels once something was written.
type notify struct {
	text   bytes.Buffer
	cancel func()
}

func (n *notify) Write(p []byte) (int, error) {
	defer n.cancel()
	return n.text.Write(p)
}
