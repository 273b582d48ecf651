package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// world is one telling of a scenario: its namespaces, and the jobs in them.
type world struct {
	*testing.T
	namespaces []string
	jobs       []*v1alpha1.ComputeJob
	deleted    map[types.UID]bool
	// anyOrder of starts is right.
	anyOrder bool
	// account of the money that moves, where jobs are paid.
	account *account
}

// end of a telling: all that is there, and the order in which pods started.
type end struct {
	all, starts string
}

// scenario is what people do, and wait for.
type scenario struct {
	name string
	tell func(*world)
	// minutes that are paid in the end, of all its runs.
	minutes int64
}

func newWorld(t *testing.T) *world {
	w := &world{T: t, deleted: map[types.UID]bool{}}
	t.Cleanup(func() {
		// One that failed must not keep slots from the next.
		for _, job := range w.jobs {
			if t.Failed() {
				_ = api.Delete(context.Background(), job)
			}
		}
	})
	return w
}

// live a scenario.
func (w *world) live(s scenario) {
	w.Helper()
	s.tell(w)
	if w.account != nil {
		w.account.minutes = s.minutes
	}
}

// until something holds that is no object.
func (w *world) until(what string, holds func() bool) {
	w.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(tick) {
		if time.Now().After(deadline) {
			w.Fatalf("I9 liveness: waited %s for %s", patience, what)
		}
	}
}

// namespace of a consumer, with a dataset and an algorithm that are ready.
func (w *world) namespace(changes ...func(*v1alpha1.Dataset)) string {
	w.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "lab-"}}
	w.must(api.Create(w.Context(), namespace))
	w.namespaces = append(w.namespaces, namespace.Name)
	dataset := &v1alpha1.Dataset{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace.Name, Name: "tumours"},
		Spec: v1alpha1.DatasetSpec{
			Files: []v1alpha1.DatasetFile{{Inline: "a,b\n"}},
			Access: v1alpha1.DatasetAccess{
				Consumers:  v1alpha1.Consumers{Namespaces: []string{namespace.Name}},
				Algorithms: []v1alpha1.TrustedAlgorithm{{Checksum: "*"}},
			},
			Disclosure: v1alpha1.Disclosure{Logs: v1alpha1.LogDisclosure{Release: v1alpha1.LogReleaseAlways}},
		},
	}
	for _, change := range changes {
		change(dataset)
	}
	algorithm := &v1alpha1.Algorithm{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace.Name, Name: "train"},
		Spec: v1alpha1.AlgorithmSpec{
			Container: v1alpha1.Container{Image: "python", Digest: "sha256:" + strings.Repeat("0", 64), Entrypoint: "python3 $ALGO"},
			Code:      &v1alpha1.Code{Raw: "print(1)"},
		},
	}
	// One after the other, so that the controller writes in one order.
	w.must(api.Create(w.Context(), dataset))
	eventually(w, dataset, "ready", func(d *v1alpha1.Dataset) bool {
		return meta.IsStatusConditionTrue(d.Status.Conditions, v1alpha1.ConditionReady)
	})
	w.must(api.Create(w.Context(), algorithm))
	eventually(w, algorithm, "ready", func(a *v1alpha1.Algorithm) bool {
		return meta.IsStatusConditionTrue(a.Status.Conditions, v1alpha1.ConditionReady)
	})
	return namespace.Name
}

// job that is allowed, created.
func (w *world) job(namespace, name, environment string, changes ...func(*v1alpha1.ComputeJob)) *v1alpha1.ComputeJob {
	w.Helper()
	job := &v1alpha1.ComputeJob{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: v1alpha1.ComputeJobSpec{
			Environment: environment,
			Datasets:    []v1alpha1.DatasetReference{{Name: "tumours"}},
			Algorithm:   v1alpha1.AlgorithmReference{Name: "train"},
		},
	}
	for _, change := range changes {
		change(job)
	}
	w.must(api.Create(w.Context(), job))
	w.jobs = append(w.jobs, job)
	return job
}

// in waits until a job is in a state.
func (w *world) in(job *v1alpha1.ComputeJob, state v1alpha1.State) {
	w.Helper()
	eventually(w, job, "in state "+string(state), func(j *v1alpha1.ComputeJob) bool { return j.Status.State == state })
}

// staging waits until the pod of a job is on its node.
func (w *world) staging(job *v1alpha1.ComputeJob) {
	w.Helper()
	w.in(job, v1alpha1.StateStaging)
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: sandboxNamespace, Name: job.Status.Pod}}
	eventually(w, pod, "bound", func(p *corev1.Pod) bool { return p.Spec.NodeName != "" })
}

// later moves the controller's clock on, and makes it look at all jobs: its timers run on the true clock.
func (w *world) later(d time.Duration) {
	w.Helper()
	ahead.Add(int64(d))
	w.wake()
}

func (w *world) wake() {
	w.Helper()
	for _, job := range w.jobs {
		if w.deleted[job.UID] {
			continue
		}
		w.update(job, func(j *v1alpha1.ComputeJob) {
			metav1.SetMetaDataAnnotation(&j.ObjectMeta, "test/now", now().String())
		})
	}
}

// whileWaking is eventually for what the controller tries again only after minutes: it is made to look every second.
func (w *world) whileWaking(job *v1alpha1.ComputeJob, what string, holds func(*v1alpha1.ComputeJob) bool) {
	w.Helper()
	last := time.Now()
	eventually(w, job, what, func(j *v1alpha1.ComputeJob) bool {
		if holds(j) {
			return true
		}
		if time.Since(last) > time.Second {
			last = time.Now()
			w.wake()
		}
		return false
	})
}

// update a job as its author would.
func (w *world) update(job *v1alpha1.ComputeJob, change func(*v1alpha1.ComputeJob)) {
	w.Helper()
	for {
		w.must(api.Get(w.Context(), client.ObjectKeyFromObject(job), job))
		change(job)
		err := api.Update(w.Context(), job)
		if err == nil {
			return
		}
		if !apierrors.IsConflict(err) {
			w.Fatal(err)
		}
	}
}

// remove a job and wait until nothing is left of it.
func (w *world) remove(job *v1alpha1.ComputeJob) {
	w.Helper()
	if w.deleted[job.UID] {
		return
	}
	w.deleted[job.UID] = true
	w.must(client.IgnoreNotFound(api.Delete(w.Context(), job)))
	past.ended(w.T, []types.UID{job.UID})
	prefix := sandbox.JobKeyPrefix("", sandbox.Object{Namespace: job.Namespace, Name: job.Name, UID: job.UID})
	if objects, err := bucket.List(w.Context(), prefix); err != nil || len(objects) > 0 {
		w.Errorf("I5 leftovers: objects of deleted job %s: %+v, %v", job.Name, objects, err)
	}
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// eventually a condition of an object holds.
func eventually[T client.Object](w *world, object T, what string, holds func(T) bool) {
	w.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(tick) {
		err := api.Get(w.Context(), client.ObjectKeyFromObject(object), object)
		if err == nil && holds(object) {
			return
		}
		if time.Now().After(deadline) {
			object.SetManagedFields(nil)
			text, _ := json.MarshalIndent(object, "", " ")
			w.Fatalf("I9 liveness: %s is not %s within %s (%v):\n%s", client.ObjectKeyFromObject(object), what, patience, err, text)
		}
	}
}

// end of the telling, without what differs from one to the next: times, identities, signatures.
func (w *world) end() end {
	w.Helper()
	var parts []string
	add := func(name string, what any) {
		text, err := json.MarshalIndent(what, "", " ")
		w.must(err)
		parts = append(parts, name+": "+string(text))
	}
	for i, job := range w.jobs {
		name := fmt.Sprintf("job %d %s", i, job.Name)
		if w.deleted[job.UID] {
			add(name, past.podsOf(job.UID))
			continue
		}
		w.must(api.Get(w.Context(), client.ObjectKeyFromObject(job), job))
		// Conditions that do not depend on each other appear in any order.
		slices.SortFunc(job.Status.Conditions, func(a, b metav1.Condition) int { return strings.Compare(a.Type, b.Type) })
		add(name, job.Status)
		add(name+" pods ever", past.podsOf(job.UID))
		add(name+" told its consumer", far.of(job.UID))
		var secret corev1.Secret
		err := api.Get(w.Context(), client.ObjectKey{Namespace: job.Namespace, Name: job.Name + "-results"}, &secret)
		w.must(client.IgnoreNotFound(err))
		data := map[string]string{}
		for key, value := range secret.Data {
			data[key] = string(value)
		}
		add(name+" Secret", data)
	}
	for _, namespace := range w.namespaces {
		objects, err := bucket.List(w.Context(), namespace+"/")
		w.must(err)
		keys := []string{}
		for _, object := range objects {
			keys = append(keys, fmt.Sprintf("%s %d", object.Key, object.Bytes))
		}
		add("objects", keys)
		var dataset v1alpha1.Dataset
		w.must(api.Get(w.Context(), client.ObjectKey{Namespace: namespace, Name: "tumours"}, &dataset))
		add("dataset", dataset.Status)
		var usages v1alpha1.DatasetUsageList
		w.must(api.List(w.Context(), &usages, client.InNamespace(namespace)))
		for _, usage := range usages.Items {
			add("usage", usage.Status)
		}
		var reviews v1alpha1.ResultReviewList
		w.must(api.List(w.Context(), &reviews, client.InNamespace(namespace)))
		for _, review := range reviews.Items {
			slices.SortFunc(review.Status.Conditions, func(a, b metav1.Condition) int { return strings.Compare(a.Type, b.Type) })
			add("review", review.Status)
		}
		var signed v1alpha1.ServiceAgreement
		if w.account != nil {
			w.must(client.IgnoreNotFound(api.Get(w.Context(), client.ObjectKey{Namespace: namespace, Name: agreementName}, &signed)))
			add("agreement", signed.Status)
		}
	}
	return end{all: w.normal(strings.Join(parts, "\n")), starts: w.normal(strings.Join(past.order(w.jobs), " "))}
}

var (
	timestamp = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)
	signature = regexp.MustCompile(`(\?|\\u0026|&)[Xx][-A-Za-z0-9=%_.\\+;&]+`)
	block     = regexp.MustCompile(`"block": \d+`)
	hash      = regexp.MustCompile(`[0-9a-f]{64}`)
)

func (w *world) normal(text string) string {
	for i, namespace := range w.namespaces {
		text = strings.ReplaceAll(text, namespace, fmt.Sprintf("NAMESPACE-%d", i))
	}
	for i, job := range w.jobs {
		text = strings.ReplaceAll(text, string(job.UID), fmt.Sprintf("JOB-%d", i))
	}
	text = timestamp.ReplaceAllString(text, "TIME")
	text = signature.ReplaceAllString(text, "")
	text = block.ReplaceAllString(text, `"block": N`)
	// The manifest and DIDs carry UIDs.
	return hash.ReplaceAllString(text, "HASH")
}

// finish removes all that is left, and asks the oracle.
func (w *world) finish() {
	w.Helper()
	ahead.Store(0)
	var uids []types.UID
	for _, job := range w.jobs {
		w.remove(job)
		uids = append(uids, job.UID)
	}
	past.ended(w.T, uids)
	if w.account != nil {
		w.account.close(w)
	}
	for _, namespace := range w.namespaces {
		w.must(api.Delete(w.Context(), &v1alpha1.Dataset{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "tumours"}}))
		w.must(api.Delete(w.Context(), &v1alpha1.Algorithm{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "train"}}))
	}
	past.verdict(w.T)
}

// settledEnd is the end once it has been the same for a moment: the last writes of a life follow its last state.
func (w *world) settledEnd() end {
	w.Helper()
	const still = 500 * time.Millisecond
	last, since := w.end(), time.Now()
	for time.Since(since) < still {
		time.Sleep(tick)
		if next := w.end(); next != last {
			last, since = next, time.Now()
		}
	}
	return last
}

// expect an end, in time.
func (w *world) expect(want end) {
	w.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(tick) {
		got := w.end()
		if got.all == want.all {
			if got.starts != want.starts && !w.anyOrder {
				w.Errorf("slots: the order of starts is %s, without the fault it is %s", got.starts, want.starts)
			}
			return
		}
		if time.Now().After(deadline) {
			w.Fatalf("I9 liveness: another end than without the fault:\n%s", cmp.Diff(want.all, got.all))
		}
	}
}
