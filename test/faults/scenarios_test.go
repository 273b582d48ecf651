package faults

import (
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// scenarios of a job's life. Each ends in a state that stays.
var scenarios = []scenario{
	{name: "succeeds", tell: func(w *world) {
		job := w.job(w.namespace(), "train", environmentWide)
		w.in(job, v1alpha1.StateSucceeded)
	}},
	{name: "denied by the owner's rules", tell: func(w *world) {
		namespace := w.namespace(func(d *v1alpha1.Dataset) { d.Spec.Access.Consumers.Namespaces = []string{"others"} })
		job := w.job(namespace, "train", environmentWide)
		w.in(job, v1alpha1.StateFailed)
	}},
	{name: "within a budget of one run, then beyond it", tell: func(w *world) {
		namespace := w.namespace(func(d *v1alpha1.Dataset) { d.Spec.Access.Budget = &v1alpha1.QueryBudget{Runs: ptr.To[int32](1)} })
		first := w.job(namespace, "train", environmentWide)
		w.in(first, v1alpha1.StateSucceeded)
		second := w.job(namespace, "again", environmentWide)
		w.in(second, v1alpha1.StateFailed)
	}},
	{name: "approved by the owner", tell: func(w *world) {
		job := w.job(w.namespace(reviewed), "train", environmentWide, stamped)
		w.vote(job, v1alpha1.ReviewApprove)
		w.in(job, v1alpha1.StateSucceeded)
	}},
	{name: "rejected by the owner", tell: func(w *world) {
		job := w.job(w.namespace(reviewed), "train", environmentWide, stamped)
		w.vote(job, v1alpha1.ReviewReject)
		w.in(job, v1alpha1.StateFailed)
	}},
	{name: "fails, its log released", tell: func(w *world) {
		namespace := w.namespace()
		node.direct(namespace, "train", script{exit: 3})
		job := w.job(namespace, "train", environmentWide)
		w.in(job, v1alpha1.StateFailed)
	}},
	{name: "suspended before it begins, then let go", tell: func(w *world) {
		job := w.job(w.namespace(), "train", environmentWide, func(j *v1alpha1.ComputeJob) { j.Spec.Suspend = true })
		w.in(job, v1alpha1.StateStopped)
		w.update(job, func(j *v1alpha1.ComputeJob) { j.Spec.Suspend = false })
		w.in(job, v1alpha1.StateSucceeded)
	}},
	{name: "suspended while staging", tell: func(w *world) {
		namespace := w.namespace()
		node.direct(namespace, "train", script{holdStage: true})
		job := w.job(namespace, "train", environmentWide)
		w.staging(job)
		w.update(job, func(j *v1alpha1.ComputeJob) { j.Spec.Suspend = true })
		w.in(job, v1alpha1.StateStopped)
	}},
	{name: "suspended while running", tell: func(w *world) {
		namespace := w.namespace()
		node.direct(namespace, "train", script{hold: true})
		job := w.job(namespace, "train", environmentWide)
		w.in(job, v1alpha1.StateRunning)
		w.update(job, func(j *v1alpha1.ComputeJob) { j.Spec.Suspend = true })
		w.in(job, v1alpha1.StateStopped)
	}},
	{name: "deleted while queued", tell: func(w *world) {
		namespace := w.namespace()
		node.direct(namespace, "first", script{hold: true})
		first := w.job(namespace, "first", environmentNarrow)
		w.in(first, v1alpha1.StateRunning)
		second := w.job(namespace, "second", environmentNarrow)
		w.in(second, v1alpha1.StateQueued)
		w.remove(second)
		node.release(namespace, "first")
		w.in(first, v1alpha1.StateSucceeded)
	}},
	{name: "deleted while running", tell: func(w *world) {
		namespace := w.namespace()
		node.direct(namespace, "train", script{hold: true})
		job := w.job(namespace, "train", environmentWide)
		w.in(job, v1alpha1.StateRunning)
		w.remove(job)
	}},
	{name: "run again while running", tell: func(w *world) {
		namespace := w.namespace()
		node.direct(namespace, "train", script{hold: true})
		job := w.job(namespace, "train", environmentWide)
		w.in(job, v1alpha1.StateRunning)
		w.update(job, func(j *v1alpha1.ComputeJob) { j.Spec.Trigger = "2" })
		w.in(job, v1alpha1.StateSucceeded)
	}},
	{name: "run again after success", tell: func(w *world) {
		job := w.job(w.namespace(), "train", environmentWide)
		w.in(job, v1alpha1.StateSucceeded)
		w.update(job, func(j *v1alpha1.ComputeJob) { j.Spec.Trigger = "2" })
		eventually(w, job, "over with run 2", func(j *v1alpha1.ComputeJob) bool {
			return j.Status.Run == 2 && j.Status.State == v1alpha1.StateSucceeded
		})
	}},
	{name: "three jobs of two namespaces, one slot", tell: func(w *world) {
		a, b := w.namespace(), w.namespace()
		node.direct(a, "a1", script{hold: true})
		first := w.job(a, "a1", environmentNarrow)
		w.in(first, v1alpha1.StateRunning)
		second := w.job(a, "a2", environmentNarrow)
		w.in(second, v1alpha1.StateQueued)
		third := w.job(b, "b1", environmentNarrow)
		w.in(third, v1alpha1.StateQueued)
		node.release(a, "a1")
		for _, job := range []*v1alpha1.ComputeJob{first, third, second} {
			w.in(job, v1alpha1.StateSucceeded)
		}
	}},
	{name: "access ends, then retention", tell: func(w *world) {
		job := w.job(w.namespace(limitedTo(time.Hour)), "train", environmentWide)
		w.in(job, v1alpha1.StateSucceeded)
		w.later(time.Hour + time.Second)
		w.in(job, v1alpha1.StateExpired)
		w.later(10 * 24 * time.Hour)
		w.whileWaking(job, "without results", func(j *v1alpha1.ComputeJob) bool { return j.Status.ResultsExpireAt == nil })
	}},
	{name: "succeeds, is delivered and told", tell: func(w *world) {
		job := w.job(w.namespace(), "train", environmentWide, func(j *v1alpha1.ComputeJob) {
			j.Spec.Destination = &v1alpha1.Destination{S3: v1alpha1.DestinationBucket{S3Connection: v1alpha1.S3Connection{
				Bucket: "mine", CredentialsSecretRef: &v1alpha1.LocalSecretReference{Name: "mine"},
			}}}
			j.Spec.Notify = &v1alpha1.Notify{URL: "https://hooks.example.org/jobs"}
		})
		w.in(job, v1alpha1.StateSucceeded)
		eventually(w, job, "delivered and told", func(j *v1alpha1.ComputeJob) bool {
			return meta.IsStatusConditionTrue(j.Status.Conditions, v1alpha1.ConditionDelivered) && meta.IsStatusConditionTrue(j.Status.Conditions, v1alpha1.ConditionNotified)
		})
	}},
	{name: "access ends while running", tell: func(w *world) {
		namespace := w.namespace(limitedTo(time.Minute))
		node.direct(namespace, "train", script{hold: true})
		job := w.job(namespace, "train", environmentWide)
		w.in(job, v1alpha1.StateRunning)
		w.later(61 * time.Second)
		w.in(job, v1alpha1.StateStopped)
	}},
}

func limitedTo(access time.Duration) func(*v1alpha1.Dataset) {
	return func(d *v1alpha1.Dataset) { d.Spec.Terms.Timeout = &metav1.Duration{Duration: access} }
}
