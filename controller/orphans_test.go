package main

import (
	"encoding/json"
	"maps"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/test/fixtures"
)

// TestPodsWithoutAJobGo, whether their job is no more or another one has its name, and others stay.
func TestPodsWithoutAJobGo(t *testing.T) {
	s := newStory(t)
	s.create(t)
	own := s.started(t)
	orphan := func(job string, uid types.UID) *corev1.Pod {
		pod := own.DeepCopy()
		pod.ObjectMeta = metav1.ObjectMeta{
			Namespace: fixtures.SandboxNamespace, Name: sandbox.PodName(uid, 1), Labels: maps.Clone(own.Labels), Finalizers: own.Finalizers,
		}
		pod.Labels[sandbox.LabelJobUID] = string(uid)
		run, err := sandbox.ParseRun(own.Annotations)
		if err != nil {
			t.Fatal(err)
		}
		run.Job.Name, run.Job.UID = job, uid
		text, err := json.Marshal(run)
		if err != nil {
			t.Fatal(err)
		}
		pod.Annotations = map[string]string{sandbox.AnnotationRun: string(text)}
		if err := api.Create(t.Context(), pod); err != nil {
			t.Fatal(err)
		}
		return pod
	}
	gone(t, orphan("no-more", types.UID(s.namespace+"-1")))
	gone(t, orphan(s.job.Name, types.UID(s.namespace+"-2")))
	if err := api.Get(t.Context(), client.ObjectKeyFromObject(own), own); err != nil || !own.DeletionTimestamp.IsZero() {
		t.Errorf("the pod of a job that is there is %+v, %v", own.ObjectMeta, err)
	}
}
