package main

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/test/fixtures"
)

// Nobody but the controller writes what was used of a budget, whatever RBAC lets them; who may delete it resets it.
func TestUsagesAreTheControllers(t *testing.T) {
	text, err := os.ReadFile("../install/system/admission.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := newStory(t)
	usage := func(name string) *v1alpha1.DatasetUsage {
		return &v1alpha1.DatasetUsage{
			ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: name},
			Spec:       v1alpha1.DatasetUsageSpec{Dataset: "tumours", Consumer: "namespace/lab"},
		}
	}
	there := usage("there")
	role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: "edit"}, Rules: []rbacv1.PolicyRule{
		{APIGroups: []string{"c2d.dev"}, Resources: []string{"datasetusages", "datasetusages/status"}, Verbs: []string{"*"}},
	}}
	binding := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: "edit"}, RoleRef: rbacv1.RoleRef{Kind: "Role", Name: "edit"},
		Subjects: []rbacv1.Subject{{Kind: "User", Name: "owner"}},
	}
	for _, object := range []client.Object{role, binding, there} {
		if err := api.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	for _, part := range strings.Split(string(text), "\n---\n") {
		var object unstructured.Unstructured
		if err := yaml.Unmarshal([]byte(part), &object.Object); err != nil {
			t.Fatal(err)
		}
		if object.GetName() != "c2d-usages" {
			continue
		}
		if err := api.Create(t.Context(), &object); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { removed(t, &object, s.namespace) })
	}
	own := rest.CopyConfig(cluster)
	own.Impersonate = rest.ImpersonationConfig{UserName: "owner"}
	owner, err := client.New(own, client.Options{Scheme: fixtures.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	denied := func(err error) bool {
		return (apierrors.IsInvalid(err) || apierrors.IsForbidden(err)) && strings.Contains(err.Error(), "only the c2d controller")
	}
	reset := client.RawPatch("application/merge-patch+json", []byte(`{"status":{"runs":0,"entries":[{"run":"a/1","time":"2026-01-01T00:00:00Z","bytes":0}]}}`))
	// A policy holds a moment after it was created.
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		err := owner.Status().Patch(t.Context(), there, reset)
		if denied(err) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("a user wrote what was used, or could not for another reason: %v", err)
		}
	}
	if err := owner.Create(t.Context(), usage("mine")); !denied(err) {
		t.Errorf("a user made one: %v", err)
	}
	if err := owner.Patch(t.Context(), there, client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"labels":{"a":"b"}}}`))); !denied(err) {
		t.Errorf("a user changed one: %v", err)
	}
	if err := owner.Delete(t.Context(), there); err != nil {
		t.Errorf("an owner could not reset one: %v", err)
	}
}

// removed waits until a policy that was deleted no longer holds: the controller of these tests is none of its own account.
func removed(t *testing.T, policy client.Object, namespace string) {
	if err := api.Delete(context.Background(), policy); err != nil {
		t.Error(err)
	}
	probe := &v1alpha1.DatasetUsage{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "probe"}, Spec: v1alpha1.DatasetUsageSpec{Dataset: "x", Consumer: "namespace/x"},
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		err := api.Create(context.Background(), probe.DeepCopy(), client.DryRunAll)
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the policy still holds: %v", err)
		}
	}
}
