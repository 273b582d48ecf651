package main

import (
	"context"
	"strings"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/test/fixtures"
)

// install a policy of the installation until the test ends. allowed fails while it holds: one that was deleted lingers for a
// moment, in which it would meet the next test.
func install(t *testing.T, policy string, allowed func() error) {
	t.Helper()
	if err := fixtures.Manifests(t.Context(), api, "system/admission.yaml", policy); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		name := metav1.ObjectMeta{Name: policy}
		for _, object := range []client.Object{
			&admissionv1.ValidatingAdmissionPolicyBinding{ObjectMeta: name}, &admissionv1.ValidatingAdmissionPolicy{ObjectMeta: name},
		} {
			if err := api.Delete(context.Background(), object); err != nil {
				t.Error(err)
			}
		}
		for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
			err := allowed()
			if err == nil {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("the policy still holds: %v", err)
			}
		}
	})
}

// denied by a policy, and not because RBAC has not yet heard of a role.
func denied(err error) bool {
	return (apierrors.IsInvalid(err) || apierrors.IsForbidden(err)) && strings.Contains(err.Error(), "only the c2d controller")
}

// editor is a user who may do anything with some resources of a namespace.
func editor(t *testing.T, namespace string, resources ...string) client.Client {
	t.Helper()
	name := metav1.ObjectMeta{Namespace: namespace, Name: "edit"}
	role := &rbacv1.Role{ObjectMeta: name, Rules: []rbacv1.PolicyRule{{APIGroups: []string{"c2d.dev"}, Resources: resources, Verbs: []string{"*"}}}}
	binding := &rbacv1.RoleBinding{
		ObjectMeta: name, RoleRef: rbacv1.RoleRef{Kind: "Role", Name: "edit"}, Subjects: []rbacv1.Subject{{Kind: "User", Name: "mallory"}},
	}
	for _, object := range []client.Object{role, binding} {
		if err := api.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	own := rest.CopyConfig(cluster)
	own.Impersonate = rest.ImpersonationConfig{UserName: "mallory"}
	user, err := client.New(own, client.Options{Scheme: fixtures.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	return user
}

// TestFinalizersAreKept from those who would rather not pay.
func TestFinalizersAreKept(t *testing.T) {
	s := newStory(t)
	s.job.Finalizers = []string{sandbox.Finalizer}
	s.job.Spec.Suspend = true
	if err := api.Create(t.Context(), s.job); err != nil {
		t.Fatal(err)
	}
	mallory := editor(t, s.namespace, "computejobs")
	bait := &v1alpha1.ComputeJob{ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: "bait", Finalizers: []string{sandbox.Finalizer}}, Spec: s.job.Spec}
	if err := api.Create(t.Context(), bait); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = api.Delete(context.Background(), bait) })
	without := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"finalizers":null}}`))
	install(t, "c2d-finalizers", func() error { return mallory.Patch(context.Background(), bait.DeepCopy(), without, client.DryRunAll) })
	// A policy holds a moment after it was created.
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		err := mallory.Patch(t.Context(), s.job, without)
		if denied(err) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the finalizer went, or stayed for another reason: %v", err)
		}
		restored := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"finalizers":["`+sandbox.Finalizer+`"]}}`))
		if err := api.Patch(t.Context(), s.job, restored); err != nil {
			t.Fatal(err)
		}
	}
	labelled := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"labels":{"a":"b"}}}`))
	if err := mallory.Patch(t.Context(), s.job, labelled); err != nil {
		t.Errorf("everything else: %v", err)
	}
	if err := api.Delete(t.Context(), s.job); err != nil {
		t.Fatal(err)
	}
	gone(t, s.job)
}

// Nobody but the controller writes what was used of a budget, whatever RBAC lets them; who may delete it resets it.
func TestUsagesAreTheControllers(t *testing.T) {
	s := newStory(t)
	usage := func(name string) *v1alpha1.DatasetUsage {
		return &v1alpha1.DatasetUsage{
			ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: name},
			Spec:       v1alpha1.DatasetUsageSpec{Dataset: "tumours", Consumer: "namespace/lab"},
		}
	}
	there := usage("there")
	if err := api.Create(t.Context(), there); err != nil {
		t.Fatal(err)
	}
	owner := editor(t, s.namespace, "datasetusages", "datasetusages/status")
	// The controller of these tests has no account of its own: to the policy it is one of the users.
	install(t, "c2d-usages", func() error { return api.Create(context.Background(), usage("probe"), client.DryRunAll) })
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
