package redteam

import (
	"context"
	"errors"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// deniedAlgorithm are the rules of a dataset that trusts another algorithm than the case's.
func deniedAlgorithm(o *Objects) {
	o.Dataset.Spec.Access.Algorithms = []v1alpha1.TrustedAlgorithm{{Checksum: "sha256:" + strings.Repeat("0", 64)}}
}

var notStarted = func(s *Seen) (leaks []string) {
	if s.Job.Status.StartTime != nil {
		leaks = append(leaks, "the algorithm started")
	}
	return leaks
}

// tricks that something might expand on the way to the algorithm.
var tricks = []string{"$(HOME)", "$(DIDS)", "${HOME}", "$$(HOME)", "{{ .Values.secret }}", "{{.}}", "`id`", "$(cat /etc/passwd)", "'; id #", "--disk-bytes=1", "a\nb"}

var manifestCases = []Case{
	{
		ID: "image-tag", Rows: []int{23}, Title: "an image by its tag, which may become another", Absent: "the object",
		Try: refusedObject(func(w *World) client.Object {
			a := w.algorithm("image-tag", "leak", "plain")
			a.Spec.Container.Image, a.Spec.Container.Digest = a.Spec.Container.Image+":latest", ""
			return a
		}),
	},
	{
		ID: "image-digest", Rows: []int{23}, Title: "a digest that no image has", Absent: "a start of anything else",
		Attack: []string{"leak", "plain"}, Ends: fails(v1alpha1.ReasonImagePullFailed), Look: notStarted,
		Change: func(o *Objects) { o.Algorithm.Spec.Container.Digest = "sha256:" + strings.Repeat("0", 64) },
	},
	{
		ID: "algorithm-untrusted", Rows: []int{23}, Title: "an algorithm that the owner does not trust", Absent: "a start",
		Attack: []string{"leak", "plain"}, Ends: fails(v1alpha1.ReasonPolicyDenied), Change: deniedAlgorithm, Look: notStarted,
	},
	{
		ID: "algorithm-mutated", Rows: []int{24}, Title: "arguments that change after the owner has approved the algorithm", Absent: "a start with the new arguments",
		Try: mutateAlgorithm,
	},
	{
		ID: "job-mutated", Rows: []int{24}, Title: "a job whose algorithm changes without a new run", Absent: "the change",
		Try: mutateJob,
	},
	{
		ID: "job-status", Rows: []int{24}, Title: "a consumer who writes the status of a job", Absent: "the change",
		Try: func(ctx context.Context, w *World) (string, []string, error) {
			job := w.job("job-status", "none", "none")
			job.Spec.Suspend = true
			if err := w.Consumer.Create(ctx, job); err != nil {
				return "", nil, err
			}
			job.Status.State = v1alpha1.StateSucceeded
			return refused(w.Consumer.Status().Update(ctx, job))
		},
	},
	{
		ID: "job-labels", Rows: []int{25}, Title: "labels and annotations of the platform on a job", Absent: "any effect",
		Attack: []string{"work"}, Ends: succeeds,
		Change: func(o *Objects) {
			o.Job.Labels = map[string]string{sandbox.LabelJobUID: "0", sandbox.LabelRun: "7", sandbox.LabelName: sandbox.GatewayName, sandbox.LabelSandbox: "false"}
			o.Job.Annotations = map[string]string{sandbox.AnnotationRun: `{"job":{"uid":"0"},"rules":{}}`}
		},
	},
	{
		ID: "pod-forged", Rows: []int{25}, Title: "a consumer's, and an administrator's, pod in the sandbox with the labels of a run", Absent: "the pod",
		Try: forgePod,
	},
	{
		ID: "arguments-big", Rows: []int{25}, Title: "1 MB of arguments", Absent: "the object",
		Try: refusedObject(func(w *World) client.Object {
			return w.algorithm("arguments-big", strings.Repeat("x", 1<<20))
		}),
	},
	{
		ID: "arguments-template", Rows: []int{25}, Title: "arguments, variables and parameters that something might expand", Absent: "any expansion",
		Attack: append([]string{"arguments"}, tricks...), Ends: succeeds,
		Change: func(o *Objects) {
			o.set("REDTEAM_TEXT", strings.Join(tricks, " "))
			o.Algorithm.Spec.Parameters = []v1alpha1.Parameter{{Name: "text", Type: v1alpha1.ParameterText}}
			o.Job.Spec.Parameters = map[string]v1alpha1.ParameterValue{"text": v1alpha1.ParameterValue(strings.Join(tricks[:10], " "))}
		},
		Look: func(s *Seen) (leaks []string) {
			for _, want := range []string{fmt.Sprintf("arguments: %q", tricks), fmt.Sprintf("variable: %q", strings.Join(tricks, " "))} {
				if !strings.Contains(string(s.Files[logName]), want) {
					leaks = append(leaks, "not as it was given: "+want)
				}
			}
			return leaks
		},
	},
	{
		ID: "variable-platform", Rows: []int{25}, Title: "a variable that the platform sets", Absent: "the object",
		Try: refusedObject(func(w *World) client.Object {
			a := w.algorithm("variable-platform", "work")
			a.Spec.Container.Env = []v1alpha1.EnvVar{{Name: "OUTPUTS", Value: "/handover"}}
			return a
		}),
	},
	{
		ID: "parameter-undeclared", Rows: []int{25}, Title: "a parameter that the algorithm does not declare", Absent: "a start",
		Attack: []string{"arguments"}, Ends: fails(v1alpha1.ReasonPolicyDenied), Look: notStarted,
		Change: func(o *Objects) {
			o.Job.Spec.Parameters = map[string]v1alpha1.ParameterValue{"__proto__": "x"}
		},
	},
	{
		ID: "dataset-foreign", Rows: []int{26}, Title: "a dataset whose owner has not named the consumer", Absent: "a start",
		Attack: []string{"leak", "plain"}, Ends: fails(v1alpha1.ReasonPolicyDenied), Look: notStarted,
		Change: func(o *Objects) { o.Dataset.Spec.Access.Consumers.Namespaces = []string{"someone-else"} },
	},
	{
		ID: "secret-foreign", Rows: []int{26}, Title: "the owner's Secrets, read by the consumer and named from another namespace", Absent: "the Secret",
		Try: foreignSecret,
	},
	{
		ID: "source-cluster", Rows: []int{29}, Title: "a dataset, code and a notification at a host inside the cluster", Absent: "a request at the sink",
		Attack: []string{"work"}, Ends: fails(v1alpha1.ReasonInputFetchFailed),
		Change: func(o *Objects) {
			o.Dataset.Spec.Files = []v1alpha1.DatasetFile{{HTTP: &v1alpha1.HTTPSource{URL: "http://" + o.World.Targets.Pod[0] + "/latest/meta-data"}}}
			o.Job.Spec.Notify = &v1alpha1.Notify{URL: "http://" + o.World.Targets.Pod[0] + "/notify"}
		},
	},
	{
		ID: "source-metadata", Rows: []int{29}, Title: "a dataset and a notification at the metadata service of a cloud", Absent: "a packet at the sink that stands in for it",
		Attack: []string{"work"}, Ends: fails(v1alpha1.ReasonInputFetchFailed), StandIn: true,
		Change: func(o *Objects) {
			o.Dataset.Spec.Files = []v1alpha1.DatasetFile{{HTTP: &v1alpha1.HTTPSource{URL: "http://" + metadataAddress + "/latest/meta-data"}}}
			o.Job.Spec.Notify = &v1alpha1.Notify{URL: "http://" + metadataAddress + "/notify"}
		},
	},
	{
		ID: "credentials-shown", Rows: []int{30}, Title: "links, tokens and credentials in what people and machines read", Absent: "any, in objects, events and the logs of controller and gateway",
		Try: shownCredentials,
	},
}

// refused is what an API server should have said.
func refused(err error) (string, []string, error) {
	switch {
	case err == nil:
		return "accepted", []string{"the API server accepted it"}, nil
	case apierrors.IsInvalid(err), apierrors.IsForbidden(err), apierrors.IsBadRequest(err), apierrors.IsRequestEntityTooLargeError(err):
		text := err.Error()
		return text[:min(len(text), 300)], nil, nil
	default:
		return "", nil, err
	}
}

// refusedObject must not get past the API server.
func refusedObject(make func(*World) client.Object) func(context.Context, *World) (string, []string, error) {
	return func(ctx context.Context, w *World) (string, []string, error) {
		return refused(w.Consumer.Create(ctx, make(w)))
	}
}

func mutateAlgorithm(ctx context.Context, w *World) (string, []string, error) {
	o := w.objects(Case{ID: "algorithm-mutated", Attack: []string{"work"}})
	if err := w.Consumer.Create(ctx, o.Algorithm); err != nil {
		return "", nil, err
	}
	if err := w.wait(ctx, o.Algorithm, func() bool { return o.Algorithm.Status.Checksum != "" }); err != nil {
		return "", nil, err
	}
	o.Dataset.Spec.Access.Algorithms = []v1alpha1.TrustedAlgorithm{{Checksum: o.Algorithm.Status.Checksum}}
	if err := errors.Join(w.Admin.Create(ctx, o.Dataset), w.Consumer.Create(ctx, o.Job)); err != nil {
		return "", nil, err
	}
	first, err := w.end(ctx, o.Job)
	if err != nil {
		return "", nil, fmt.Errorf("the approved algorithm: %w", err)
	}
	if state := first.Job.Status.State; state != v1alpha1.StateSucceeded {
		return "", nil, fmt.Errorf("the approved algorithm is %s", state)
	}
	o.Algorithm.Spec.Container.Command = []string{w.Command, "leak", "plain"}
	o.Algorithm.Spec.Container.Env = nil
	if err := w.Consumer.Update(ctx, o.Algorithm); err != nil {
		return "", nil, err
	}
	again := w.job("algorithm-mutated-again", o.Dataset.Name, o.Algorithm.Name)
	if err := w.Consumer.Create(ctx, again); err != nil {
		return "", nil, err
	}
	second, err := w.end(ctx, again)
	if err != nil {
		return "", nil, err
	}
	if (End{State: v1alpha1.StateFailed, Reason: v1alpha1.ReasonPolicyDenied}).holds(second) {
		return second.String(), notStarted(second), nil
	}
	return second.String(), []string{"the changed algorithm was not denied"}, nil
}

func mutateJob(ctx context.Context, w *World) (string, []string, error) {
	job := w.job("job-mutated", "none", "none")
	job.Spec.Suspend = true
	if err := w.Consumer.Create(ctx, job); err != nil {
		return "", nil, err
	}
	patch := client.RawPatch("application/merge-patch+json", []byte(`{"spec":{"algorithm":{"name":"another"}}}`))
	return refused(w.Consumer.Patch(ctx, job, patch))
}

func forgePod(ctx context.Context, w *World) (seen string, leaks []string, err error) {
	pod := func() *corev1.Pod {
		return &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{
				Namespace: w.Sandbox, Name: "redteam-forged",
				Labels:      map[string]string{sandbox.LabelName: sandbox.JobPodName, sandbox.LabelJobUID: "0", sandbox.LabelRun: "1"},
				Annotations: map[string]string{sandbox.AnnotationRun: "{}"},
			},
			Spec: corev1.PodSpec{
				ServiceAccountName: sandbox.ServiceAccount,
				SecurityContext:    &corev1.PodSecurityContext{RunAsNonRoot: ptr.To(true), SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault}},
				Containers: []corev1.Container{{Name: "c", Image: w.Image + "@" + w.Digest, SecurityContext: &corev1.SecurityContext{
					AllowPrivilegeEscalation: ptr.To(false), Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
				}}},
			},
		}
	}
	for _, who := range []client.Client{w.Consumer, w.Admin} {
		forged := pod()
		text, through, err := refused(who.Create(ctx, forged))
		if err != nil {
			return "", nil, err
		}
		if through != nil {
			_ = w.Admin.Delete(ctx, forged)
		}
		seen, leaks = seen+text+"\n", append(leaks, through...)
	}
	return seen, leaks, nil
}

func foreignSecret(ctx context.Context, w *World) (string, []string, error) {
	text, leaks, err := refused(w.Consumer.Get(ctx, client.ObjectKey{Namespace: w.Owner, Name: canarySecret}, &corev1.Secret{}))
	if err != nil {
		return "", nil, err
	}
	// A dataset of the consumer's own with the owner's Secret: a reference has no namespace.
	dataset := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "c2d.dev/v1alpha1", "kind": "Dataset",
		"metadata": map[string]any{"name": "secret-foreign", "namespace": w.Lab},
		"spec": map[string]any{"files": []any{map[string]any{"s3": map[string]any{
			"bucket": "redteam", "key": "x", "endpoint": "https://s3.redteam.invalid", "region": "us-east-1",
			"credentialsSecretRef": map[string]any{"name": canarySecret, "namespace": w.Owner},
		}}}},
	}}
	if err := w.Consumer.Create(ctx, dataset); err == nil {
		files, _, _ := unstructured.NestedSlice(dataset.Object, "spec", "files")
		if strings.Contains(fmt.Sprint(files), w.Owner) {
			leaks = append(leaks, "a reference to a Secret of another namespace was kept")
		}
	}
	for kind, list := range map[string]client.ObjectList{"pods of the sandbox": &corev1.PodList{}, "Secrets of the platform": &corev1.SecretList{}} {
		namespace := w.Sandbox
		if strings.HasPrefix(kind, "Secrets") {
			namespace = w.System
		}
		if err := w.Consumer.List(ctx, list, client.InNamespace(namespace)); !apierrors.IsForbidden(err) {
			leaks = append(leaks, fmt.Sprintf("the consumer may list %s: %v", kind, err))
		}
	}
	return text, leaks, nil
}
