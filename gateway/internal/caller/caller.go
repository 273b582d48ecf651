// Package caller finds out who calls the gateway and for which run: from the token to a pod, from the pod to the run
// that the controller wrote on it, from the run to a job that is still under way.
package caller

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/failure"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/recent"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// How old an answer may be. After a job ended or its pod is gone, calls of the pod go through for at most grantAge;
// calls under way go on to their end.
const (
	reviewAge = 10 * time.Second
	grantAge  = 5 * time.Second
)

// remembered callers at most.
const remembered = 4096

// maxToken in bytes; tokens of service accounts have about 1 KiB.
const maxToken = 8 << 10

// Caller is a pod of a run that is under way.
type Caller struct {
	Run         *sandbox.Run
	Environment *v1alpha1.ComputeEnvironment
	// Pod, for the log.
	Pod types.NamespacedName
}

// Callers knows callers by their tokens.
type Callers struct {
	client  client.Client
	reviews *recent.Values[pod]
	grants  *recent.Values[*Caller]
}

// New asks a client that reads without a cache.
func New(live client.Client) *Callers {
	return &Callers{
		client:  live,
		reviews: recent.New[pod](remembered, reviewAge),
		grants:  recent.New[*Caller](remembered, grantAge),
	}
}

// pod that a token is bound to; denied says why there is none.
type pod struct {
	types.NamespacedName
	uid    types.UID
	denied string
}

// Identify the caller of a request. The error is a *failure.Error.
func (c *Callers) Identify(request *http.Request) (*Caller, error) {
	token, err := bearer(request)
	if err != nil {
		return nil, err
	}
	ctx := request.Context()
	bound, err := c.reviews.Get(ctx, hashOf(token), func(ctx context.Context) (pod, error) { return c.review(ctx, token) })
	if err != nil {
		return nil, failure.Kubernetes(err)
	}
	if bound.denied != "" {
		return nil, failure.Unauthorized(bound.denied)
	}
	caller, err := c.grants.Get(ctx, bound.String()+"/"+string(bound.uid), func(ctx context.Context) (*Caller, error) { return c.grant(ctx, bound) })
	if err != nil {
		var known *failure.Error
		if errors.As(err, &known) {
			return nil, known
		}
		return nil, failure.Kubernetes(err)
	}
	return caller, nil
}

// Names under which the API server says which pod a token is bound to.
// https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens
const (
	extraPodName = "authentication.kubernetes.io/pod-name"
	extraPodUID  = "authentication.kubernetes.io/pod-uid"
)

// review a token. Only the token of a pod of a run, under the service account of jobs, names a pod.
func (c *Callers) review(ctx context.Context, token string) (pod, error) {
	user, denied, err := reviewToken(ctx, c.client, token, sandbox.TokenAudience)
	if err != nil || denied != "" {
		return pod{denied: denied}, err
	}
	namespace, name, ok := serviceAccount(user.Username)
	if !ok || name != sandbox.ServiceAccount {
		return pod{denied: fmt.Sprintf("%s is not the service account %s", user.Username, sandbox.ServiceAccount)}, nil
	}
	podName, podUID := user.Extra[extraPodName], user.Extra[extraPodUID]
	if len(podName) != 1 || len(podUID) != 1 {
		return pod{denied: "the token is not bound to a pod"}, nil
	}
	return pod{NamespacedName: types.NamespacedName{Namespace: namespace, Name: podName[0]}, uid: types.UID(podUID[0])}, nil
}

// notARun is all that those learn who are no pod of a run.
const notARun = "only the pod of a run that is under way may call the gateway"

// grant what the pod may do: read the inputs and write the results of its run, while that is under way.
func (c *Callers) grant(ctx context.Context, bound pod) (*Caller, error) {
	run, err := c.runOf(ctx, bound)
	if err != nil {
		return nil, err
	}
	if err := c.underWay(ctx, bound, run); err != nil {
		return nil, err
	}
	var environment v1alpha1.ComputeEnvironment
	if err := c.get(ctx, types.NamespacedName{Name: run.Environment.Name}, &environment); err != nil {
		return nil, err
	}
	if environment.UID != run.Environment.UID {
		return nil, deny("environment %s is another one now: UID %s, not %s", environment.Name, environment.UID, run.Environment.UID)
	}
	if environment.Spec.SandboxNamespace != bound.Namespace {
		return nil, deny("namespace %s is not the sandbox of environment %s", bound.Namespace, environment.Name)
	}
	return &Caller{Run: run, Environment: &environment, Pod: bound.NamespacedName}, nil
}

// runOf a pod: the one that the controller wrote on it.
func (c *Callers) runOf(ctx context.Context, bound pod) (*sandbox.Run, error) {
	var namespace corev1.Namespace
	if err := c.get(ctx, types.NamespacedName{Name: bound.Namespace}, &namespace); err != nil {
		return nil, err
	}
	if namespace.Labels[sandbox.LabelSandbox] != "true" {
		return nil, deny("namespace %s is no sandbox: it lacks the label %s=true", bound.Namespace, sandbox.LabelSandbox)
	}
	var live corev1.Pod
	if err := c.get(ctx, bound.NamespacedName, &live); err != nil {
		return nil, err
	}
	if live.UID != bound.uid {
		return nil, deny("the token is bound to an earlier pod of that name: UID %s, not %s", bound.uid, live.UID)
	}
	if live.Status.Phase == corev1.PodSucceeded || live.Status.Phase == corev1.PodFailed {
		return nil, deny("the pod has ended: phase %s", live.Status.Phase)
	}
	if live.Spec.ServiceAccountName != sandbox.ServiceAccount {
		return nil, deny("the pod runs as service account %q", live.Spec.ServiceAccountName)
	}
	run, err := sandbox.ParseRun(live.Annotations)
	if err != nil {
		return nil, deny("%v", err)
	}
	if live.Name != sandbox.PodName(run.Job.UID, run.Run) || live.Labels[sandbox.LabelName] != sandbox.JobPodName ||
		live.Labels[sandbox.LabelJobUID] != string(run.Job.UID) || live.Labels[sandbox.LabelRun] != fmt.Sprint(run.Run) {
		return nil, deny("name and labels of the pod are not those of run %d of job %s", run.Run, run.Job.UID)
	}
	return run, nil
}

// underWay says whether the job still wants this run in this pod. Its controller writes the pod's name down before it
// creates the pod.
func (c *Callers) underWay(ctx context.Context, bound pod, run *sandbox.Run) error {
	var job v1alpha1.ComputeJob
	if err := c.get(ctx, types.NamespacedName{Namespace: run.Job.Namespace, Name: run.Job.Name}, &job); err != nil {
		return err
	}
	switch {
	case job.UID != run.Job.UID:
		return deny("the job is another one now: UID %s, not %s", job.UID, run.Job.UID)
	case job.Status.State.Terminal():
		return deny("the job is over: %s", job.Status.State)
	case !job.DeletionTimestamp.IsZero():
		// What were written now could outlive the job's other objects.
		return deny("the job is being deleted")
	case job.Status.Pod != bound.Name:
		return deny("the job runs in pod %q", job.Status.Pod)
	}
	return nil
}

// get an object without a cache. One that is missing denies the call.
func (c *Callers) get(ctx context.Context, key types.NamespacedName, object client.Object) error {
	err := c.client.Get(ctx, key, object)
	if apierrors.IsNotFound(err) {
		return deny("%T %s does not exist", object, key)
	}
	if err != nil {
		return fmt.Errorf("get %T %s: %w", object, key, err)
	}
	return nil
}

func deny(format string, args ...any) error {
	return failure.Forbidden(notARun, fmt.Errorf(format, args...))
}
