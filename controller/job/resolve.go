package job

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/disclosure"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/order"
	"github.com/compute-to-data/terraform-provider-c2d/policy"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// resolved is everything that a job refers to, and what it may do with it.
type resolved struct {
	environment *v1alpha1.ComputeEnvironment
	datasets    []*v1alpha1.Dataset
	// identities of the datasets, and orders of those that ask for one.
	identities        []identity
	orders            []*order.Order
	algorithm         *v1alpha1.Algorithm
	algorithmIdentity identity
	checksum          string
	parameters        map[string]json.RawMessage
	resources         policy.Resources
	// agreed pays for the run; nil: it costs nothing.
	agreed *agreed
	// inputs are the parameters and the mounts of each dataset.
	inputs []input
	// request is what policy was asked.
	request policy.Request
	// rules by which the outputs are judged: the strictest of the datasets', within what their budgets have left.
	rules disclosure.Rules
}

// admit a job whose references resolve and whose wishes every rule allows, once it has a slot of its environment.
func (r *Reconciler) admit(ctx context.Context, job *v1alpha1.ComputeJob) (ctrl.Result, error) {
	now := metav1.NewTime(r.now())
	if job.Status.Run == 0 {
		begin(job, now)
	}
	// Nothing has begun yet: another trigger is the same run.
	job.Status.Trigger = job.Spec.Trigger
	if job.Spec.Suspend {
		r.suspend(job)
		return ctrl.Result{}, nil
	}
	found, err := r.resolve(ctx, r.Client, job)
	if err != nil {
		return ctrl.Result{}, err
	}
	expires, err := r.access(job, found)
	if err != nil {
		return ctrl.Result{}, err
	}
	done(job, v1alpha1.ConditionAdmitted, "The rules of every dataset allow the job."+found.byDID(job))
	position, err := r.take(ctx, job, found.environment)
	if err != nil {
		return ctrl.Result{}, err
	}
	if position > 0 {
		return r.enqueue(job, found.environment, position)
	}
	job.Status.Queue = nil
	job.Status.Pod = sandbox.PodName(job.UID, job.Status.Run)
	job.Status.AccessExpiresAt = expires
	job.Status.Usages = usagesOf(found)
	if job.Status.FirstRunTime == nil {
		job.Status.FirstRunTime = ptr.To(now.Rfc3339Copy())
	}
	if a := found.agreed; a != nil && a.cost.Sign() > 0 {
		return ctrl.Result{}, r.beginFunding(ctx, job, found)
	}
	beginStaging(job)
	return ctrl.Result{}, nil
}

// access says when the job's access to its datasets ends: the strictest of their terms, counted from the order, the
// agreement or the first run. Nil: never.
func (r *Reconciler) access(job *v1alpha1.ComputeJob, found *resolved) (*metav1.Time, error) {
	now := r.now()
	from := now
	if job.Status.FirstRunTime != nil {
		from = job.Status.FirstRunTime.Time
	}
	if found.agreed != nil {
		if since := found.agreed.agreement.Status.ActiveSince; since != nil {
			from = since.Time
		}
	}
	var expires *metav1.Time
	for i, dataset := range found.datasets {
		timeout := dataset.Spec.Terms.Timeout
		if timeout == nil || timeout.Duration == 0 {
			continue
		}
		end := metav1.NewTime(from.Add(timeout.Duration)).Rfc3339Copy()
		if ordered := found.orders[i]; ordered != nil {
			end = metav1.NewTime(ordered.Expires).Rfc3339Copy()
		}
		if !now.Before(end.Time) {
			return nil, &failure{v1alpha1.ReasonAccessExpired, fmt.Sprintf(
				"Access to Dataset %s/%s ended at %s, %s after the job's first run, as its spec.terms.timeout says; create another job.",
				dataset.Namespace, dataset.Name, end.UTC().Format(time.RFC3339), timeout.Duration)}
		}
		if expires == nil || end.Before(expires) {
			expires = &end
		}
	}
	return expires, nil
}

// resolve what a job refers to and ask policy. The error is a failure, or waiting where time may help.
func (r *Reconciler) resolve(ctx context.Context, reader client.Reader, job *v1alpha1.ComputeJob) (*resolved, error) {
	var found resolved
	var err error
	if found.environment, err = get(ctx, reader, types.NamespacedName{Name: job.Spec.Environment}, &v1alpha1.ComputeEnvironment{}, v1alpha1.KindComputeEnvironment); err != nil {
		return nil, err
	}
	if err := ready(v1alpha1.KindComputeEnvironment, found.environment, found.environment.Status.ObservedGeneration, found.environment.Status.Conditions); err != nil {
		return nil, err
	}
	who := &asker{r: r, reader: reader, job: job, environment: found.environment, age: publicationAge}
	if reader == r.Live {
		who.age = 0
	}
	for _, reference := range job.Spec.Datasets {
		dataset, identity, err := who.dataset(ctx, reference)
		if err != nil {
			return nil, err
		}
		if err := ready(v1alpha1.KindDataset, dataset, dataset.Status.ObservedGeneration, dataset.Status.Conditions); err != nil {
			return nil, err
		}
		found.datasets, found.identities = append(found.datasets, dataset), append(found.identities, identity)
	}
	if found.algorithm, found.algorithmIdentity, err = who.algorithm(ctx); err != nil {
		return nil, err
	}
	raw := job.Spec.Algorithm.Raw != nil
	if !raw {
		if err := ready(v1alpha1.KindAlgorithm, found.algorithm, found.algorithm.Status.ObservedGeneration, found.algorithm.Status.Conditions); err != nil {
			return nil, err
		}
	}
	// Computed from what will run: the status may be anybody's who may write it.
	if found.checksum, err = ocean.AlgorithmChecksum(&found.algorithm.Spec); err != nil {
		return nil, fmt.Errorf("checksum of the algorithm: %w", err)
	}
	request, err := who.request(ctx, found.datasets...)
	if err != nil {
		return nil, err
	}
	request.Algorithm = policy.Algorithm{
		Namespace: found.algorithm.Namespace, Name: found.algorithm.Name, Checksum: found.checksum,
		DIDs: found.algorithmIdentity.all(), Publisher: found.algorithmIdentity.publisher(), Raw: raw,
		Ocean:    policy.OceanChecksumsOf(&found.algorithm.Spec, found.algorithmIdentity.published),
		Declared: found.algorithm.Spec.Parameters,
	}
	request.Parameters = slices.Collect(maps.Keys(job.Spec.Parameters))
	request.Network = job.Spec.Network == v1alpha1.NetworkAllow
	for i := range found.identities {
		request.DIDs = append(request.DIDs, found.identities[i].all())
	}
	found.request = request
	verdicts := policy.Evaluate(request)
	if request.Network {
		verdicts = append(verdicts, policy.Network(found.environment))
	}
	if denials := policy.Denials(verdicts); len(denials) > 0 || len(verdicts) == 0 {
		why := policy.Sentence(denials)
		r.tellOwners(job, found.datasets, why)
		return nil, &failure{v1alpha1.ReasonPolicyDenied, why}
	}
	if found.parameters, err = policy.ParametersWith(found.algorithm.Spec.Parameters, job.Spec.Parameters, policy.AnyParameters(found.datasets)); err != nil {
		return nil, &failure{v1alpha1.ReasonParametersInvalid, fmt.Sprintf("%s: %s.", upper(request.Algorithm.String()), err)}
	}
	for i, dataset := range found.datasets {
		parameters, err := datasetParameters(dataset, job.Spec.Datasets[i].Parameters)
		if err != nil {
			return nil, err
		}
		mounts, err := mounts(ctx, reader, dataset, found.environment.Spec.SandboxNamespace)
		if err != nil {
			return nil, err
		}
		found.inputs = append(found.inputs, input{parameters, mounts})
	}
	if slices.ContainsFunc(found.datasets, func(d *v1alpha1.Dataset) bool { return reviewOf(d) != nil }) && len(authorsOf(job)) == 0 {
		return nil, &failure{v1alpha1.ReasonPolicyDenied, fmt.Sprintf("The owners ask for reviews, and annotation %s does not say who created the job: have an administrator apply install/system/review.yaml, then create the job again.", AnnotationAuthor)}
	}
	if found.resources, err = policy.Grant(&job.Spec, &found.environment.Spec); err != nil {
		return nil, &failure{v1alpha1.ReasonResourcesExceeded, fmt.Sprintf("ComputeEnvironment %s: %s.", found.environment.Name, err)}
	}
	if found.agreed, err = r.agree(ctx, reader, job, &found); err != nil {
		return nil, err
	}
	if found.orders, err = who.orders(ctx, &found); err != nil {
		return nil, err
	}
	found.rules = disclosure.StrictestOf(found.datasets)
	return &found, r.withinBudgets(ctx, job, &found)
}

// get an object that may not be there yet.
func get[T client.Object](ctx context.Context, reader client.Reader, key types.NamespacedName, object T, kind string) (T, error) {
	err := reader.Get(ctx, key, object)
	if apierrors.IsNotFound(err) {
		name := key.String()
		if key.Namespace == "" {
			name = key.Name
		}
		return object, &waiting{v1alpha1.ReasonNotFound, fmt.Sprintf("%s %s does not exist; create it, or correct the job.", kind, name)}
	}
	if err != nil {
		return object, fmt.Errorf("read %s %s: %w", kind, key, err)
	}
	return object, nil
}

// ready says whether the controller has found an object in order.
func ready(kind string, object client.Object, observed int64, conditions []metav1.Condition) error {
	condition := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady)
	switch {
	case condition == nil || observed != object.GetGeneration():
		return &waiting{v1alpha1.ReasonNotReady, fmt.Sprintf("%s %s has not been looked at yet.", kind, object.GetName())}
	case condition.Status != "True":
		return &waiting{v1alpha1.ReasonNotReady, fmt.Sprintf("%s %s is not ready: %s: %s.", kind, object.GetName(), condition.Reason, condition.Message)}
	default:
		return nil
	}
}

func datasetKey(job *v1alpha1.ComputeJob, reference v1alpha1.DatasetReference) types.NamespacedName {
	namespace := reference.Namespace
	if namespace == "" {
		namespace = job.Namespace
	}
	return types.NamespacedName{Namespace: namespace, Name: reference.Name}
}

func algorithmKey(job *v1alpha1.ComputeJob) types.NamespacedName {
	return types.NamespacedName{Namespace: job.Namespace, Name: job.Spec.Algorithm.Name}
}

// describe the run for the pod.
func (found *resolved) describe(job *v1alpha1.ComputeJob) sandbox.Run {
	run := sandbox.Run{
		Job:         objectOf(job),
		Run:         job.Status.Run,
		Environment: objectOf(found.environment),
		Algorithm: sandbox.Algorithm{
			Object:   objectOf(found.algorithm),
			DID:      found.algorithmIdentity.did(),
			Checksum: found.checksum,
			Raw:      found.request.Algorithm.Raw,
			Image:    found.algorithm.Spec.Container.Image + "@" + found.algorithm.Spec.Container.Digest, Entrypoint: found.algorithm.Spec.Container.Entrypoint,
			Command: found.algorithm.Spec.Container.Command, CodeSHA256: ocean.CodeSHA256(found.algorithm.Spec.Code),
		},
		Parameters:     found.parameters,
		Deliver:        policy.Delivery(job.Spec.Deliver, found.datasets),
		LogAfterReview: policy.LogsReviewed(job.Spec.Deliver, found.datasets),
		Network:        found.request.Network,
		Rules:          ptr.To(found.rules),
	}
	for i, dataset := range found.datasets {
		item := sandbox.Dataset{
			Object: objectOf(dataset), DID: found.identities[i].did(),
			Parameters: found.inputs[i].parameters, Mounts: found.inputs[i].mounts, Review: reviewOf(dataset),
		}
		if pinned := dataset.Status.Content; pinned != nil && pinned.Generation == dataset.Generation && item.Steady() {
			item.Content = &sandbox.Content{Files: pinned.Files, Bytes: pinned.Bytes, SHA256: pinned.SHA256}
		}
		run.Datasets = append(run.Datasets, item)
	}
	return run
}

// reviewOf the results that the owner of a dataset asks for; nil: none.
func reviewOf(dataset *v1alpha1.Dataset) *sandbox.Review {
	rules := disclosure.ReviewOf(dataset)
	if rules == nil {
		return nil
	}
	return &sandbox.Review{
		Required: rules.Required, Log: dataset.Spec.Disclosure.Logs.Release == v1alpha1.LogReleaseAfterReview,
		Approvals: rules.Approvals, Deadline: rules.Deadline,
	}
}

func objectOf(object client.Object) sandbox.Object {
	return sandbox.Object{Namespace: object.GetNamespace(), Name: object.GetName(), UID: object.GetUID(), Generation: object.GetGeneration()}
}
