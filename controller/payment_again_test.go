package main

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/test/chainserver"
	"github.com/compute-to-data/terraform-provider-c2d/test/fixtures"
)

// TestRefusalsAreCheckedOnChain lets a node take each transaction and say that the contract refuses it.
func TestRefusalsAreCheckedOnChain(t *testing.T) {
	m := newMarket(t)
	m.sign(t)
	m.active(t)
	var lies atomic.Int32
	m.proxy.Set(func(w http.ResponseWriter, _ *http.Request, request chainserver.Request, pass func()) {
		if request.Method != "eth_sendRawTransaction" {
			pass()
			return
		}
		m.chain.Call(t, nil, request.Method, request.Params[0])
		lies.Add(1)
		chainserver.Refuse(w, request, 3, "execution reverted: no")
	})
	m.begin(t)
	pod := m.started(t)
	kubelet(t, pod, corev1.PodSucceeded, stagedOne, lasted(0, 61*time.Second), ended(0, publish(t, pod, output("model"), logResult)))
	m.in(t, v1alpha1.StateSucceeded)
	m.settled(t, 2*pricePerRun)
	if n := lies.Load(); n < 2 {
		t.Errorf("%d transactions, want a lock and a claim at least", n)
	}
}

// TestAgreementsAreSpentOnce however often they are deleted and created again.
func TestAgreementsAreSpentOnce(t *testing.T) {
	m := newMarket(t)
	// Enough for two runs at most, of which the first costs one minute.
	m.agreement.Spec.Payment.MaxAmount = "5400"
	m.sign(t)
	m.begin(t)
	pod := m.started(t)
	kubelet(t, pod, corev1.PodRunning, stagedOne, running(), running())
	m.in(t, v1alpha1.StateRunning)
	again := &v1alpha1.ServiceAgreement{ObjectMeta: metav1.ObjectMeta{Namespace: m.namespace, Name: m.agreement.Name}, Spec: m.agreement.Spec}

	// It stays while money is locked under it, and pays for nothing new.
	if err := api.Delete(t.Context(), m.agreement); err != nil {
		t.Fatal(err)
	}
	late := &v1alpha1.ComputeJob{ObjectMeta: metav1.ObjectMeta{Namespace: m.namespace, Name: "late"}, Spec: m.job.Spec}
	if err := api.Create(t.Context(), late); err != nil {
		t.Fatal(err)
	}
	eventually(t, late, "refused", func(j *v1alpha1.ComputeJob) bool { return j.Status.State == v1alpha1.StateFailed })
	if c := meta.FindStatusCondition(late.Status.Conditions, v1alpha1.ConditionReady); c.Reason != v1alpha1.ReasonAgreementInvalid || !strings.Contains(c.Message, "deleted") {
		t.Errorf("under an agreement that is being deleted: %+v", c)
	}
	if err := api.Get(t.Context(), client.ObjectKeyFromObject(m.agreement), m.agreement); err != nil || len(m.agreement.Status.Locks) != 1 {
		t.Fatalf("the agreement has %+v, %v; want one lock", m.agreement.Status, err)
	}
	kubelet(t, pod, corev1.PodSucceeded, stagedOne, lasted(0, 59*time.Second), ended(0, publish(t, pod, output("model"), logResult)))
	m.in(t, v1alpha1.StateSucceeded)
	gone(t, m.agreement)
	m.balance(t, pricePerRun)

	for range 2 {
		m.agreement = again.DeepCopy()
		if err := api.Create(t.Context(), m.agreement); err != nil {
			t.Fatal(err)
		}
		m.active(t)
		if m.agreement.Status.Spent != "500" {
			t.Errorf("created again it has %+v, want what was spent before", m.agreement.Status)
		}
		m.change(t, func(spec *v1alpha1.ComputeJobSpec) { spec.Trigger += "again" })
		m.failed(t, v1alpha1.ReasonFundsInsufficient, "4900")
		if err := api.Delete(t.Context(), m.agreement); err != nil {
			t.Fatal(err)
		}
		gone(t, m.agreement)
	}
	m.balance(t, pricePerRun)
}

// TestLockIsForWhatRuns changes the dataset while the lock of a run is on its way: the run is not the one that was paid for.
func TestLockIsForWhatRuns(t *testing.T) {
	m := newMarket(t)
	m.sign(t)
	m.active(t)
	var sent, healed atomic.Bool
	m.proxy.Set(func(w http.ResponseWriter, r *http.Request, request chainserver.Request, pass func()) {
		if sent.Load() && !healed.Load() {
			chainserver.Down(w, r, request, pass)
			return
		}
		if request.Method == "eth_sendRawTransaction" {
			sent.Store(true)
		}
		pass()
	})
	m.begin(t)
	eventually(t, m.job, "being funded", func(*v1alpha1.ComputeJob) bool { return sent.Load() })
	if err := api.Get(t.Context(), client.ObjectKeyFromObject(m.dataset), m.dataset); err != nil {
		t.Fatal(err)
	}
	before := m.dataset.DeepCopy()
	m.dataset.Spec.Metadata.Description = "Another dataset."
	if err := api.Patch(t.Context(), m.dataset, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
	healed.Store(true)
	m.failed(t, v1alpha1.ReasonLockFailed, "changed after its money was locked")
	m.settled(t, 0)
	var pods corev1.PodList
	if err := api.List(t.Context(), &pods, client.InNamespace(fixtures.SandboxNamespace), client.MatchingLabels{sandbox.LabelJobUID: string(m.job.UID)}); err != nil || len(pods.Items) > 0 {
		t.Errorf("%d pods, %v", len(pods.Items), err)
	}
}
