package command

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/example"
	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/story"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func TestUsage(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no job":           {[]string{"logs"}, `"c2d logs" takes the name of one ComputeJob, not 0 arguments`},
		"two jobs":         {[]string{"why", "a", "b"}, "not 2 arguments"},
		"unknown verb":     {[]string{"destroy"}, `unknown command "destroy"`},
		"unknown flag":     {[]string{"describe", "train", "--colour"}, "unknown flag: --colour"},
		"unknown format":   {[]string{"describe", "train", "-o", "xml"}, `-o is "xml", expected json or yaml`},
		"no assignment":    {[]string{"rerun", "train", "--parameter", "epochs"}, `--parameter is "epochs", expected NAME=VALUE`},
		"no quantity":      {[]string{"rerun", "train", "--memory", "much"}, `--memory is "much"`},
		"run is no number": {[]string{"logs", "train", "--run", "last"}, "--run"},
	} {
		t.Run(name, func(t *testing.T) {
			r := c2d(t, "default", test.args...).want(t, ExitUsage)
			if !strings.Contains(r.errOut, test.want) || !strings.Contains(r.errOut, "--help") || r.out != "" {
				t.Errorf("got %q and %q, want %q", r.out, r.errOut, test.want)
			}
		})
	}
}

func TestFailures(t *testing.T) {
	_, namespace := place(t, &v1alpha1.ComputeJob{ObjectMeta: metav1.ObjectMeta{Name: "train"}, Spec: example.Job().Spec})
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no such job":    {[]string{"describe", "missing"}, `ComputeJob "missing" does not exist in namespace`},
		"not begun":      {[]string{"logs", "train"}, "job train has not begun its first run"},
		"no such folder": {[]string{"describe", "train", "--kubeconfig", "/nonexistent"}, "--kubeconfig"},
	} {
		t.Run(name, func(t *testing.T) {
			r := c2d(t, namespace, test.args...).want(t, ExitFailure)
			if !strings.HasPrefix(r.errOut, "error: ") || !strings.Contains(r.errOut, test.want) {
				t.Errorf("got %q, want %q", r.errOut, test.want)
			}
		})
	}
}

func TestVersionAndNames(t *testing.T) {
	if r := c2d(t, "default", "version").want(t, ExitOK); r.out != "v1.2.3\n" {
		t.Errorf("version is %q", r.out)
	}
	if r := c2d(t, "default", "results").want(t, ExitOK); !strings.Contains(r.out, "c2d results get JOB") && !strings.Contains(r.out, "get         Download") {
		t.Errorf("help is %q", r.out)
	}
}

func TestDescribe(t *testing.T) {
	for name, job := range map[string]*v1alpha1.ComputeJob{
		"succeeded": example.Succeeded(), "denied": example.Denied(), "timedout": example.TimedOut(),
	} {
		t.Run(name, func(t *testing.T) {
			job, namespace := place(t, job)
			create(t, &corev1.Event{
				ObjectMeta:     metav1.ObjectMeta{Namespace: namespace, Name: "first"},
				InvolvedObject: corev1.ObjectReference{Kind: "ComputeJob", Namespace: namespace, Name: job.Name, UID: job.UID},
				EventTime:      metav1.NowMicro(), ReportingController: "c2d", ReportingInstance: "c2d-0", Action: "Pending",
				Type: corev1.EventTypeNormal, Reason: "Pending", Message: "The job's references are looked up.",
			})
			golden(t, "describe-"+name+".txt", namespace, c2d(t, namespace, "describe", "train").want(t, ExitOK))

			var summary story.Summary
			if err := json.Unmarshal([]byte(c2d(t, namespace, "describe", "train", "-o", "json").want(t, ExitOK).out), &summary); err != nil {
				t.Fatal(err)
			}
			if summary.UID != job.UID || len(summary.Timeline) == 0 || len(summary.Events) != 1 {
				t.Errorf("as data: %+v", summary)
			}
			if r := c2d(t, namespace, "describe", "train", "-o", "yaml").want(t, ExitOK); !strings.Contains(r.out, "\ntimeline:\n") {
				t.Errorf("as YAML: %s", r.out)
			}
		})
	}
}

// Whoever may not read the dataset is told so, and what the controller found.
func TestWhyWithTheUsersOwnRights(t *testing.T) {
	environment := example.Environment()
	environment.Spec.Results.S3 = v1alpha1.ResultsBucket{S3Connection: v1alpha1.S3Connection{
		Bucket: "results", CredentialsSecretRef: &v1alpha1.LocalSecretReference{Name: "s3"},
	}}
	hospital := newNamespace(t)
	dataset := example.Dataset()
	dataset.Namespace = hospital
	job := example.Denied()
	job.Spec.Datasets[0].Namespace = hospital
	for i := range job.Status.Conditions {
		job.Status.Conditions[i].Message = strings.ReplaceAll(job.Status.Conditions[i].Message, "hospital/", hospital+"/")
	}
	_, namespace := place(t, job)
	algorithm := example.Algorithm()
	algorithm.Namespace = namespace
	create(t, environment, dataset, algorithm)
	t.Cleanup(func() { _ = api.Delete(context.Background(), environment) })

	hide := func(r result) result {
		r.out = strings.ReplaceAll(r.out, hospital, "HOSPITAL")
		return r
	}
	golden(t, "why-administrator.txt", namespace, hide(c2d(t, namespace, "why", "train").want(t, ExitOK)))
	seen := c2d(t, namespace, "why", "train", "--as", user(t, namespace)).want(t, ExitOK)
	golden(t, "why-user.txt", namespace, hide(seen))
	if strings.Contains(seen.out, "secret-customer") {
		t.Error("another customer is named")
	}
}

func TestDescribeWithoutTheRightToListEvents(t *testing.T) {
	_, namespace := place(t, example.Denied())
	r := c2d(t, namespace, "describe", "train", "--as", user(t, namespace)).want(t, ExitOK)
	if !strings.Contains(r.errOut, "you may not list events") || !strings.Contains(r.out, "PolicyDenied") {
		t.Errorf("got %q and %q", r.out, r.errOut)
	}
}

func TestStop(t *testing.T) {
	t.Run("a run that is under way", func(t *testing.T) {
		job, namespace := place(t, example.Running())
		control(t, job, func(now *v1alpha1.ComputeJob) bool {
			if !now.Spec.Suspend {
				return false
			}
			now.Status = example.Suspended().Status
			return true
		})
		r := c2d(t, namespace, "stop", "train", "--wait").want(t, ExitOK)
		if !strings.Contains(r.out, "Running") || !strings.Contains(r.out, "Stopped (Suspended)") {
			t.Errorf("got %q", r.out)
		}
	})
	t.Run("a run that is over", func(t *testing.T) {
		job, namespace := place(t, example.TimedOut())
		r := c2d(t, namespace, "stop", "train").want(t, ExitOK)
		if !strings.Contains(r.out, "run 1 of train is over (Failed): there is nothing to stop") {
			t.Errorf("got %q", r.out)
		}
		if now := read(t, job); now.Spec.Suspend {
			t.Error("the job is suspended")
		}
	})
}

func TestRerun(t *testing.T) {
	// next run, played by the controller
	next := func(state v1alpha1.State) func(*v1alpha1.ComputeJob) bool {
		return func(now *v1alpha1.ComputeJob) bool {
			if now.Spec.Trigger == now.Status.Trigger {
				return false
			}
			now.Status.Run, now.Status.Trigger, now.Status.State = now.Status.Run+1, now.Spec.Trigger, state
			return true
		}
	}
	for name, test := range map[string]struct {
		args  []string
		state v1alpha1.State
		code  int
		check func(*testing.T, *v1alpha1.ComputeJobSpec)
	}{
		"as it was": {nil, v1alpha1.StateSucceeded, ExitOK, func(t *testing.T, spec *v1alpha1.ComputeJobSpec) {
			if _, err := time.Parse(time.RFC3339, spec.Trigger); err != nil || spec.Algorithm.Name != "logreg" || spec.Parameters["epochs"] != "20" {
				t.Errorf("spec is %+v", spec)
			}
		}},
		"otherwise": {[]string{"--algorithm", "forest", "--parameter", "trees=7", "--parameter", "name=a=b", "--trigger", "two", "--max-duration", "2m", "--memory", "1Gi"},
			v1alpha1.StateSucceeded, ExitOK, func(t *testing.T, spec *v1alpha1.ComputeJobSpec) {
				if spec.Trigger != "two" || spec.Algorithm.Name != "forest" || spec.Parameters["trees"] != "7" || spec.Parameters["name"] != "a=b" || spec.Parameters["epochs"] != "20" ||
					spec.MaxDuration.Duration != 2*time.Minute || spec.Resources.Memory.String() != "1Gi" {
					t.Errorf("spec is %+v", spec)
				}
			}},
		"and fails": {nil, v1alpha1.StateFailed, ExitFailure, func(*testing.T, *v1alpha1.ComputeJobSpec) {}},
	} {
		t.Run(name, func(t *testing.T) {
			job, namespace := place(t, example.Suspended())
			control(t, job, next(test.state))
			r := c2d(t, namespace, append([]string{"rerun", "train", "--wait"}, test.args...)...).want(t, test.code)
			if !strings.Contains(r.out, "run 2  "+string(test.state)) {
				t.Errorf("got %q", r.out)
			}
			if test.code == ExitFailure && r.errOut != "run 2 of train did not succeed; c2d why train -n "+namespace+" says why\n" {
				t.Errorf("got %q", r.errOut)
			}
			now := read(t, job)
			if now.Spec.Suspend {
				t.Error("the job is still suspended")
			}
			test.check(t, &now.Spec)
		})
	}
	t.Run("with the trigger that it has", func(t *testing.T) {
		_, namespace := place(t, example.TimedOut())
		if r := c2d(t, namespace, "rerun", "train", "--trigger", "1").want(t, ExitFailure); !strings.Contains(r.errOut, "nothing would run") {
			t.Errorf("got %q", r.errOut)
		}
	})
	t.Run("and is deleted", func(t *testing.T) {
		job, namespace := place(t, example.TimedOut())
		control(t, job, func(now *v1alpha1.ComputeJob) bool {
			if now.Spec.Trigger != now.Status.Trigger {
				_ = api.Delete(t.Context(), now)
			}
			return false
		})
		if r := c2d(t, namespace, "rerun", "train", "--wait").want(t, ExitFailure); !strings.Contains(r.errOut, "job train was deleted") {
			t.Errorf("got %q", r.errOut)
		}
	})
}

// Somebody who declares the job elsewhere will set back what is changed here.
func TestRerunOfADeclaredJobIsNoted(t *testing.T) {
	job, namespace := place(t, example.TimedOut())
	declared := &v1alpha1.ComputeJob{TypeMeta: metav1.TypeMeta{APIVersion: "c2d.dev/v1alpha1", Kind: "ComputeJob"}, ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: job.Name}, Spec: job.Spec}
	//nolint:staticcheck // The typed way would have the test build the whole apply configuration.
	if err := api.Patch(t.Context(), declared, client.Apply, client.FieldOwner("terraform-c2d"), client.ForceOwnership); err != nil {
		t.Fatal(err)
	}
	if r := c2d(t, namespace, "rerun", "train").want(t, ExitOK); !strings.Contains(r.errOut, "note: terraform-c2d declares this job") {
		t.Errorf("got %q", r.errOut)
	}
}

func TestCompletion(t *testing.T) {
	_, namespace := place(t, example.TimedOut())
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"jobs":     {[]string{"__complete", "--kubeconfig", kubeconfig, "-n", namespace, "logs", ""}, "train\tFailed\n"},
		"one job":  {[]string{"__complete", "--kubeconfig", kubeconfig, "-n", namespace, "logs", "train", ""}, ":4\n"},
		"formats":  {[]string{"__complete", "describe", "train", "-o", ""}, "json\nyaml\n"},
		"no jobs":  {[]string{"__complete", "--kubeconfig", kubeconfig, "-n", "kube-public", "why", ""}, ":4\n"},
		"no words": {[]string{"__complete", "--kubeconfig", "/nonexistent", "why", ""}, ":1\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errOut strings.Builder
			code := run(t.Context(), "test", standalone, test.args, streams(&out, &errOut))
			if code != ExitOK || !strings.HasPrefix(out.String(), test.want) {
				t.Errorf("exit code %d, got %q, want %q", code, out.String(), test.want)
			}
		})
	}
}

// control plays the controller for a job until change says that it is done.
func control(t *testing.T, job *v1alpha1.ComputeJob, change func(*v1alpha1.ComputeJob) bool) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	t.Cleanup(func() { cancel(); <-done })
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			var now v1alpha1.ComputeJob
			if err := api.Get(ctx, client.ObjectKeyFromObject(job), &now); err != nil {
				return
			}
			if change(&now) && api.Status().Update(ctx, &now) == nil {
				return
			}
			select {
			case <-ctx.Done():
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
}

func read(t *testing.T, job *v1alpha1.ComputeJob) *v1alpha1.ComputeJob {
	t.Helper()
	var now v1alpha1.ComputeJob
	if err := api.Get(t.Context(), client.ObjectKeyFromObject(job), &now); err != nil {
		t.Fatal(err)
	}
	return &now
}
