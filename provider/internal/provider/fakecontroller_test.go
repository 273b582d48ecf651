package provider

import (
	"context"
	"sync"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/ocean/agreement"
)

// fakeController plays the controller for the objects in one namespace, and for the environments of that name.
type fakeController struct {
	t         *testing.T
	namespace string

	mu      sync.Mutex
	behave  func(client.Object) bool // sets the status; false leaves the object alone
	release bool                     // whether objects that are deleted lose their finalizers
	seen    map[client.ObjectKey]client.Object
	await   func(client.Object) bool // what onSight waits for; may be nil
	onSight func()
}

// once an object is seen that matches, do something about it.
func (f *fakeController) once(matches func(client.Object) bool, do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.await, f.onSight = matches, do
}

// startController runs until the test ends. At first it makes every object ready.
func startController(t *testing.T, namespace string) *fakeController {
	t.Helper()
	f := &fakeController{t: t, namespace: namespace, behave: becomeReady, release: true, seen: map[client.ObjectKey]client.Object{}}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	t.Cleanup(func() { cancel(); running.Wait() })
	for _, list := range []client.ObjectList{&v1alpha1.ComputeEnvironmentList{}, &v1alpha1.DatasetList{}, &v1alpha1.AlgorithmList{}, &v1alpha1.ServiceAgreementList{}, &v1alpha1.ComputeJobList{}, &v1alpha1.ResultReviewList{}} {
		changes, err := api.Watch(ctx, list)
		if err != nil {
			t.Fatal(err)
		}
		running.Go(func() {
			defer changes.Stop()
			for event := range changes.ResultChan() {
				object, ok := event.Object.(client.Object)
				if ok && (event.Type == watch.Added || event.Type == watch.Modified) && (object.GetNamespace() == namespace || object.GetName() == namespace) {
					f.reconcile(ctx, object)
				}
			}
		})
	}
	return f
}

// from now on behave like this, towards objects that exist already too.
func (f *fakeController) from(behave func(client.Object) bool) {
	f.mu.Lock()
	f.behave = behave
	var known []client.Object
	for _, object := range f.seen {
		known = append(known, object)
	}
	f.mu.Unlock()
	for _, object := range known {
		if err := api.Get(f.t.Context(), client.ObjectKeyFromObject(object), object); err == nil {
			f.reconcile(f.t.Context(), object)
		}
	}
}

// hold finalizers, or release them.
func (f *fakeController) hold(held bool) {
	f.mu.Lock()
	f.release = !held
	behave := f.behave
	f.mu.Unlock()
	f.from(behave)
}

func (f *fakeController) reconcile(ctx context.Context, object client.Object) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen[client.ObjectKeyFromObject(object)] = object.DeepCopyObject().(client.Object)
	if f.await != nil && f.await(object) {
		f.await = nil
		go f.onSight()
	}
	var err error
	before := object.DeepCopyObject().(client.Object)
	switch {
	case object.GetDeletionTimestamp() != nil:
		if !f.release || len(object.GetFinalizers()) == 0 {
			return
		}
		object.SetFinalizers(nil)
		err = api.Update(ctx, object)
	case attend(object) || f.behave(object):
		if equalStatus(before, object) {
			return
		}
		err = api.Status().Update(ctx, object)
	}
	// A conflict means that there is a newer version, whose event is on its way.
	if err != nil && ctx.Err() == nil && !apierrors.IsConflict(err) && !apierrors.IsNotFound(err) {
		f.t.Errorf("fake controller: %v", err)
	}
}

func equalStatus(a, b client.Object) bool {
	var x, y struct{ Status any }
	must(convert(a, &x))
	must(convert(b, &y))
	return jsonOf(x.Status) == jsonOf(y.Status)
}

func becomeReady(object client.Object) bool {
	switch o := object.(type) {
	case *v1alpha1.Dataset:
		o.Status.DID = ocean.ClusterDID("test", o.UID)
	case *v1alpha1.Algorithm:
		o.Status.DID = ocean.ClusterDID("test", o.UID)
		o.Status.Checksum = checksumOf(o.Spec.Container, o.Spec.Code)
	case *v1alpha1.ComputeEnvironment:
		o.Status.ManifestKeys = []v1alpha1.ManifestKey{{KeyID: signingKey(o.Spec.Signing), PublicKey: "its public half", Since: metav1.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}}
		o.Status.Payee = ""
		if o.Spec.Payment != nil {
			o.Status.Payee = testPayee
		}
	case *v1alpha1.ServiceAgreement:
		return judgeAgreement(o)
	case *v1alpha1.ResultReview:
		return countVotes(o)
	case *v1alpha1.ComputeJob:
		o.Status.State = v1alpha1.StateSucceeded
	}
	conclude(object, metav1.ConditionTrue, v1alpha1.ReasonReady, "All is well.")
	return true
}

// countVotes as the controller does.
func countVotes(r *v1alpha1.ResultReview) bool {
	if decided(r) {
		return false
	}
	r.Status.State, r.Status.Approved, r.Status.ObservedGeneration = v1alpha1.ReviewPending, 0, r.Generation
	for _, vote := range r.Spec.Votes {
		if vote.Decision == v1alpha1.ReviewReject {
			r.Status.State = v1alpha1.ReviewStateRejected
			return true
		}
		r.Status.Approved++
	}
	if r.Status.Approved >= r.Spec.Approvals {
		r.Status.State = v1alpha1.ReviewStateApproved
	}
	return true
}

func signingKey(s *v1alpha1.Signing) string {
	switch {
	case s == nil:
		return "own key"
	case s.Vault != nil:
		return "key of vault"
	}
	return "key of " + s.SecretRef.Name
}

// testPayee is whom the fake controller finds to be paid in every environment.
const testPayee = "0x90F79bf6EB2c4f870365E785982E1f101E93b906"

// judgeAgreement as the controller does, except that nobody asks for the money.
func judgeAgreement(a *v1alpha1.ServiceAgreement) bool {
	var environment v1alpha1.ComputeEnvironment
	err := api.Get(context.Background(), client.ObjectKey{Name: a.Spec.Environment}, &environment)
	var terms *agreement.Terms
	if err == nil {
		terms, err = agreement.TermsOf(a, &environment)
	}
	if err == nil {
		err = agreement.Verify(terms, a.Spec.Signature)
	}
	if err != nil {
		a.Status.State = v1alpha1.AgreementInvalid
		conclude(a, metav1.ConditionFalse, v1alpha1.ReasonSignatureInvalid, err.Error())
		return true
	}
	a.Status.State = v1alpha1.AgreementActive
	if a.Status.ActiveSince == nil {
		a.Status.ActiveSince = &a.CreationTimestamp
	}
	conclude(a, metav1.ConditionTrue, v1alpha1.ReasonActive, "Jobs may run under the agreement.")
	return true
}

// beStalled with this reason and message; a job has failed then.
func beStalled(reason, message string) func(client.Object) bool {
	return func(object client.Object) bool {
		if job, ok := object.(*v1alpha1.ComputeJob); ok {
			job.Status.State = v1alpha1.StateFailed
		}
		conclude(object, metav1.ConditionFalse, reason, message)
		return true
	}
}

// keepRunning leaves jobs where they are while they run; everything else becomes ready.
func keepRunning(object client.Object) bool {
	job, ok := object.(*v1alpha1.ComputeJob)
	if !ok {
		return becomeReady(object)
	}
	if job.Status.State.Terminal() {
		return false
	}
	job.Status.State, job.Status.Pod = v1alpha1.StateRunning, "job-1"
	job.Status.ObservedGeneration = job.Generation
	job.Status.Conditions = []metav1.Condition{condition(job, v1alpha1.ConditionReady, metav1.ConditionUnknown, v1alpha1.ReasonRunning, "The algorithm runs."),
		condition(job, v1alpha1.ConditionReconciling, metav1.ConditionTrue, v1alpha1.ReasonRunning, "The algorithm runs.")}
	return true
}

// keepQueued leaves jobs in the queue; everything else becomes ready.
func keepQueued(object client.Object) bool {
	job, ok := object.(*v1alpha1.ComputeJob)
	if !ok {
		return becomeReady(object)
	}
	const message = "Waits for a slot of ComputeEnvironment default: about number 3 in the queue."
	job.Status.State = v1alpha1.StateQueued
	job.Status.Queue = &v1alpha1.QueueStatus{Position: 3, Since: metav1.NewMicroTime(job.CreationTimestamp.Time)}
	job.Status.ObservedGeneration = job.Generation
	job.Status.Conditions = []metav1.Condition{condition(job, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonQueued, message),
		condition(job, v1alpha1.ConditionReconciling, metav1.ConditionTrue, v1alpha1.ReasonQueued, message)}
	return true
}

// keepAwaiting leaves jobs where they are while people look at their results; everything else becomes ready.
func keepAwaiting(object client.Object) bool {
	job, ok := object.(*v1alpha1.ComputeJob)
	if !ok {
		return becomeReady(object)
	}
	if job.Status.State.Terminal() {
		return false
	}
	const message = "Waits for 1 of 1 approvals."
	since := metav1.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	job.Status.State = v1alpha1.StateAwaitingReview
	job.Status.Review = &v1alpha1.ReviewStatus{
		State: v1alpha1.ReviewPending, Since: since, Deadline: metav1.NewTime(since.AddDate(0, 0, 7)),
		Reviews: []v1alpha1.ObjectReference{{Namespace: "hospital", Name: "train-1"}},
	}
	job.Status.ObservedGeneration = job.Generation
	job.Status.Conditions = []metav1.Condition{condition(job, v1alpha1.ConditionReady, metav1.ConditionUnknown, v1alpha1.ReasonAwaitingReview, message),
		condition(job, v1alpha1.ConditionReconciling, metav1.ConditionTrue, v1alpha1.ReasonAwaitingReview, message)}
	return true
}

// afterReview is a job whose review is over, with the state of the review.
func afterReview(state v1alpha1.ReviewState, then func(client.Object) bool) func(client.Object) bool {
	return func(object client.Object) bool {
		if job, ok := object.(*v1alpha1.ComputeJob); ok && job.Status.Review != nil {
			job.Status.Review.State = state
		}
		return then(object)
	}
}

// attend to what is asked of a job besides running: to stop, and to run again. It says whether that is all for now.
func attend(object client.Object) bool {
	job, ok := object.(*v1alpha1.ComputeJob)
	if !ok {
		return false
	}
	s := &job.Status
	due := s.Run == 0 || s.Trigger != job.Spec.Trigger
	switch {
	case job.Spec.Suspend:
		s.ObservedGeneration = job.Generation
		if s.Run == 0 {
			s.Run, s.Trigger = 1, job.Spec.Trigger
		}
		if !s.State.Terminal() {
			s.State = v1alpha1.StateStopped
			s.Stop = &v1alpha1.StopStatus{Reason: v1alpha1.ReasonSuspended, Time: job.CreationTimestamp}
		}
		if s.State == v1alpha1.StateStopped {
			s.Conditions = nil
		}
		return true
	case due:
		if s.Run > 0 {
			record := v1alpha1.RunRecord{Run: s.Run, Trigger: s.Trigger, State: s.State, Manifest: s.Manifest}
			if p := s.Payment; p != nil {
				record.Payment = &v1alpha1.PaymentRecord{State: p.State, LockID: p.LockID, Token: p.Token, Claimed: p.Claimed, Refunded: p.Refunded, ClaimTx: p.ClaimTx}
			}
			s.Runs = append([]v1alpha1.RunRecord{record}, s.Runs...)
		}
		*s = v1alpha1.ComputeJobStatus{Run: s.Run + 1, Trigger: job.Spec.Trigger, Runs: s.Runs, ObservedGeneration: job.Generation, ResultsSecret: s.ResultsSecret}
	case s.State == v1alpha1.StateStopped && s.Pod != "":
		conclude(job, metav1.ConditionFalse, v1alpha1.ReasonSuspended, "The run was stopped by spec.suspend.")
		return true
	}
	return false
}

func conclude(object client.Object, ready metav1.ConditionStatus, reason, message string) {
	conditions := []metav1.Condition{condition(object, v1alpha1.ConditionReady, ready, reason, message)}
	if ready == metav1.ConditionFalse {
		conditions = append(conditions, condition(object, v1alpha1.ConditionStalled, metav1.ConditionTrue, reason, message))
	}
	switch o := object.(type) {
	case *v1alpha1.ComputeEnvironment:
		o.Status.Conditions, o.Status.ObservedGeneration = conditions, o.Generation
	case *v1alpha1.Dataset:
		o.Status.Conditions, o.Status.ObservedGeneration = conditions, o.Generation
	case *v1alpha1.Algorithm:
		o.Status.Conditions, o.Status.ObservedGeneration = conditions, o.Generation
	case *v1alpha1.ServiceAgreement:
		o.Status.Conditions, o.Status.ObservedGeneration = conditions, o.Generation
	case *v1alpha1.ComputeJob:
		o.Status.Conditions, o.Status.ObservedGeneration = conditions, o.Generation
	}
}

func condition(object client.Object, kind string, status metav1.ConditionStatus, reason, message string) metav1.Condition {
	var list []metav1.Condition
	meta.SetStatusCondition(&list, metav1.Condition{Type: kind, Status: status, Reason: reason, Message: message,
		ObservedGeneration: object.GetGeneration(), LastTransitionTime: object.GetCreationTimestamp()})
	return list[0]
}
