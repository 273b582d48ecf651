//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// TestContract is Ocean's contract, as an algorithm sees it.
func TestContract(t *testing.T) {
	t.Parallel()
	s := newStory(t, `
set -e
cd data/inputs                          # relative to /, as Ocean's samples do
id=$(echo "$DIDS" | tr -d '[]"')
test "$INPUTS" = /data/inputs && test "$OUTPUTS" = /data/outputs && test "$LOGS" = /data/logs && test "$VOLUME" = /data
for n in 0 1 2 3 4; do echo "$n $(cat $id/$n)"; done
test ! -e $id/5
echo "custom $(cat algoCustomData.json)"
echo "ddo $(cat /data/ddos/$id)"
test -s /data/ddos/$TRANSFORMATION_DID && test -s /data/transformations/algorithm
echo "variable $COLOUR $(pwd)"
echo to stderr >&2
mkdir -p /data/outputs/deep/er && echo model > /data/outputs/model && echo plot > "/data/outputs/deep/er/plot a.txt"
echo scratch > /tmp/scratch
`)
	put(t, s.namespace+"/key.csv", "from a key")
	put(t, s.namespace+"/prefix/a.csv", "first of a prefix")
	put(t, s.namespace+"/prefix/b/c.csv", "second of a prefix")
	web := serve(t)
	s.dataset.Spec.Metadata = v1alpha1.Metadata{Name: "Tumours", License: "CC-BY-4.0"}
	s.dataset.Spec.Files = []v1alpha1.DatasetFile{
		{Inline: "from the object", SHA256: hash("from the object")},
		s3File(v1alpha1.S3Source{Key: s.namespace + "/key.csv"}),
		s3File(v1alpha1.S3Source{Prefix: s.namespace + "/prefix/"}),
		{HTTP: &v1alpha1.HTTPSource{URL: web + "/plain"}, SHA256: hash(webText)},
	}
	s.algorithm.Spec.Container.Env = []v1alpha1.EnvVar{{Name: "COLOUR", Value: "$(HOME) blue"}}
	s.algorithm.Spec.Parameters = []v1alpha1.Parameter{{Name: "epochs", Type: v1alpha1.ParameterNumber}}
	s.job.Spec.Parameters = map[string]v1alpha1.ParameterValue{"epochs": "20"}

	files := s.succeeds()
	log := files["algorithm.log"]
	for _, want := range []string{
		"0 from the object\n", "1 from a key\n", "2 first of a prefix\n", "3 second of a prefix\n", "4 " + webText + "\n",
		`custom {"epochs":20}`, `"name":"Tumours"`, "variable $(HOME) blue /data/inputs\n", "to stderr\n",
	} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %q:\n%s", want, log)
		}
	}
	if files["model"] != "model\n" || files["deep/er/plot a.txt"] != "plot\n" {
		t.Errorf("outputs are %v", files)
	}
	s.signed(t, files["manifest.json"], 3, 5)
	if s.job.Status.OceanStatus.Code != 70 || *s.job.Status.Exit.Code != 0 {
		t.Errorf("Ocean status %+v, exit %+v", s.job.Status.OceanStatus, s.job.Status.Exit)
	}
	prefix := fmt.Sprintf("%s/job-%s/1/", s.namespace, s.job.UID)
	objects, err := results.List(t.Context(), prefix)
	if err != nil || len(objects) != 5 {
		t.Errorf("objects of the run: %v, %v", objects, err)
	}

	if err := api.Delete(t.Context(), s.job); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the job's objects and Secret are gone", func() bool {
		objects, err := results.List(t.Context(), prefix)
		var secret corev1.Secret
		return err == nil && len(objects) == 0 &&
			api.Get(t.Context(), client.ObjectKey{Namespace: s.namespace, Name: "job-results"}, &secret) != nil
	})
}

// TestStaticImage has no shell: its command is executed as it is, and its entrypoint split into words.
func TestStaticImage(t *testing.T) {
	for name, container := range map[string]v1alpha1.Container{
		"command":    {Command: []string{os.Getenv("C2D_STATIC_COMMAND"), "one two"}},
		"entrypoint": {Entrypoint: os.Getenv("C2D_STATIC_COMMAND") + ` "one two"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, "")
			container.Image, container.Digest = static.image, static.digest
			s.algorithm.Spec.Container, s.algorithm.Spec.Code = container, nil
			if got := s.succeeds()["arguments.txt"]; got != "one two" {
				t.Errorf("the first argument was %q", got)
			}
		})
	}
}

// TestDeliver looks at what a consumer gets who wants less, or is allowed less.
func TestDeliver(t *testing.T) {
	t.Parallel()
	script := "echo chatter; echo model > /data/outputs/model"
	for name, test := range map[string]struct {
		deliver []v1alpha1.Delivery
		release v1alpha1.LogRelease
		want    []string
	}{
		"all":              {nil, v1alpha1.LogReleaseAlways, []string{"algorithm.log", "manifest.json", "model"}},
		"output alone":     {[]v1alpha1.Delivery{v1alpha1.DeliverOutput}, v1alpha1.LogReleaseAlways, []string{"manifest.json", "model"}},
		"logs alone":       {[]v1alpha1.Delivery{v1alpha1.DeliverLogs}, v1alpha1.LogReleaseAlways, []string{"algorithm.log", "manifest.json"}},
		"logs not allowed": {nil, v1alpha1.LogReleaseNever, []string{"manifest.json", "model"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, script)
			s.job.Spec.Deliver = test.deliver
			s.dataset.Spec.Disclosure.Logs.Release = test.release
			files := s.succeeds()
			for _, name := range test.want {
				if _, ok := files[name]; !ok {
					t.Errorf("%s is missing", name)
				}
			}
			if len(files) != len(test.want) {
				t.Errorf("got %v, want %v", files, test.want)
			}
		})
	}
}

// TestAlgorithmFails ends algorithms in every way that they can end badly.
func TestAlgorithmFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		script  string
		change  func(*story)
		reason  string
		message string
		log     string // part of it; "-": there is none
	}{
		"exit code": {script: "echo before; exit 3", reason: v1alpha1.ReasonExitCode, message: "exit code 3. A link to its log is in Secret job-results", log: "before\n"},
		"memory": {script: `echo before; x=$(head -c 300000000 /dev/zero | tr '\0' x); echo ${#x}`,
			reason: v1alpha1.ReasonOutOfMemory, message: "spec.resources.memory"},
		"never ends": {script: "trap '' TERM; echo before; while :; do sleep 1; done",
			change: func(s *story) { s.job.Spec.MaxDuration = &metav1.Duration{Duration: 2 * time.Second} },
			reason: v1alpha1.ReasonDeadlineExceeded, message: "spec.maxDuration", log: "before\n"},
		"disk": {script: "echo before; head -c 150000000 /dev/zero > /data/outputs/big; sleep 60",
			reason: v1alpha1.ReasonDiskExceeded, message: "spec.resources.disk"},
		"writes elsewhere": {script: "echo x > /data/inputs/x || echo x > /data/transformations/x || echo x > /bin/x || echo x > /c2d/x || exit 9",
			reason: v1alpha1.ReasonExitCode, message: "exit code 9", log: "Read-only file system"},
		"no such command": {script: "x", change: func(s *story) {
			s.algorithm.Spec.Container = v1alpha1.Container{Image: shell.image, Digest: shell.digest, Command: []string{"/no/such"}}
		}, reason: v1alpha1.ReasonStartFailed, message: "entrypoint or command"},
		"no such image": {script: "x", change: func(s *story) { s.algorithm.Spec.Container.Digest = "sha256:" + strings.Repeat("0", 64) },
			reason: v1alpha1.ReasonImagePullFailed, message: "does not exist", log: "-"},
		"a link as output":   {script: "ln -s /data/inputs /data/outputs/all; echo secret-name", reason: v1alpha1.ReasonOutputRefused, message: "1 output", log: "secret-name"},
		"a FIFO as output":   {script: "mkfifo /data/outputs/pipe", reason: v1alpha1.ReasonOutputRefused, message: "1 output"},
		"withheld exit code": {script: "exit 42", change: func(s *story) { s.dataset.Spec.Disclosure.Logs.Release = v1alpha1.LogReleaseNever }, reason: v1alpha1.ReasonExitCode, message: "ended with an error", log: "-"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, test.script)
			if test.change != nil {
				test.change(s)
			}
			s.fails(test.reason, test.message)
			if test.log == "-" {
				if s.job.Status.ResultsSecret != "" || s.job.Status.Exit != nil && s.job.Status.Exit.Code != nil {
					t.Errorf("something was released: %+v", s.job.Status)
				}
			} else if log := s.fetch()["algorithm.log"]; !strings.Contains(log, test.log) {
				t.Errorf("the log lacks %q:\n%s", test.log, log)
			}
			eventually(t, "the pod is gone", func() bool {
				return api.Get(t.Context(), client.ObjectKey{Namespace: sandboxSpace, Name: s.job.Status.Pod}, &corev1.Pod{}) != nil
			})
		})
	}
}

// TestResources gives the algorithm what the job asks for.
func TestResources(t *testing.T) {
	t.Parallel()
	s := newStory(t, `x=$(head -c 60000000 /dev/zero | tr '\0' x); echo ${#x}`)
	s.job.Spec.Resources.Memory = ptr.To(resource.MustParse("400Mi"))
	if log := s.succeeds()["algorithm.log"]; log != "60000000\n" {
		t.Errorf("the log is %q", log)
	}
}

// TestDeleteRunningJob stops the algorithm and leaves nothing behind.
func TestDeleteRunningJob(t *testing.T) {
	t.Parallel()
	s := newStory(t, "trap '' TERM; while :; do sleep 1; done")
	s.create()
	s.until("running", func(j *v1alpha1.ComputeJob) bool { return j.Status.State == v1alpha1.StateRunning })
	if err := api.Delete(t.Context(), s.job); err != nil {
		t.Fatal(err)
	}
	name := s.job.Status.Pod
	eventually(t, "job and pod are gone", func() bool {
		return api.Get(t.Context(), client.ObjectKeyFromObject(s.job), &v1alpha1.ComputeJob{}) != nil &&
			api.Get(t.Context(), client.ObjectKey{Namespace: sandboxSpace, Name: name}, &corev1.Pod{}) != nil
	})
	objects, err := results.List(t.Context(), s.namespace+"/")
	if err != nil || len(objects) != 0 {
		t.Errorf("objects left: %v, %v", objects, err)
	}
}
