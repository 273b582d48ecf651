package main

import (
	"strings"
	"testing"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/test/fixtures"
)

func TestEnvironment(t *testing.T) {
	for name, test := range map[string]struct {
		change  func(*v1alpha1.ComputeEnvironmentSpec)
		reason  string
		message string
	}{
		"ready": {func(*v1alpha1.ComputeEnvironmentSpec) {}, v1alpha1.ReasonReady, "Jobs can run here"},
		"no such bucket": {func(s *v1alpha1.ComputeEnvironmentSpec) { s.Results.S3.Bucket = "missing-bucket" },
			v1alpha1.ReasonBucketUnavailable, "missing-bucket"},
		"no such Secret": {func(s *v1alpha1.ComputeEnvironmentSpec) { s.Results.S3.CredentialsSecretRef.Name = "none" },
			v1alpha1.ReasonCredentialsNeeded, "none"},
		"bucket within the cluster": {func(s *v1alpha1.ComputeEnvironmentSpec) { s.Egress.Allow = nil },
			v1alpha1.ReasonBucketUnavailable, "may not be called"},
		"foreign namespace": {func(s *v1alpha1.ComputeEnvironmentSpec) { s.SandboxNamespace = "kube-system" },
			v1alpha1.ReasonSandboxInvalid, "--sandbox-namespaces"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEnvironment("env-" + strings.ReplaceAll(strings.ToLower(name), " ", "-"))
			test.change(&e.Spec)
			if err := api.Create(t.Context(), e); err != nil {
				t.Fatal(err)
			}
			eventually(t, e, "reason "+test.reason, func(e *v1alpha1.ComputeEnvironment) bool {
				c := meta.FindStatusCondition(e.Status.Conditions, v1alpha1.ConditionReady)
				return c != nil && c.Reason == test.reason && strings.Contains(c.Message, test.message)
			})
			want := status.FailedStatus
			if test.reason == v1alpha1.ReasonReady {
				want = status.CurrentStatus
			}
			if got := kstatus(t, e); got != want {
				t.Errorf("kstatus calls it %s, want %s", got, want)
			}
		})
	}
}

// TestSandboxMustIsolate opens the sandbox namespace and closes it again.
func TestSandboxMustIsolate(t *testing.T) {
	e := newEnvironment("isolation")
	if err := api.Create(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	becomes := func(reason string) {
		t.Helper()
		eventually(t, e, "reason "+reason, func(e *v1alpha1.ComputeEnvironment) bool {
			c := meta.FindStatusCondition(e.Status.Conditions, v1alpha1.ConditionReady)
			return c != nil && c.Reason == reason
		})
	}
	becomes(v1alpha1.ReasonReady)
	policy := fixtures.DefaultDeny()
	if err := api.Delete(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	becomes(v1alpha1.ReasonSandboxInvalid)
	if err := api.Create(t.Context(), fixtures.DefaultDeny()); err != nil {
		t.Fatal(err)
	}
	becomes(v1alpha1.ReasonReady)
}

// TestAssets looks at what owners and consumers read of datasets and algorithms.
func TestAssets(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	for _, object := range []client.Object{s.dataset, s.algorithm} {
		if err := api.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
		// What the API server answered, before the controller has seen it.
		if got := kstatus(t, object); got == status.CurrentStatus {
			t.Errorf("kstatus calls a new %T %s", object, got)
		}
	}
	eventually(t, s.dataset, "DID", func(d *v1alpha1.Dataset) bool { return strings.HasPrefix(d.Status.DID, "did:c2d:") })
	eventually(t, s.algorithm, "checksum", func(a *v1alpha1.Algorithm) bool {
		return strings.HasPrefix(a.Status.DID, "did:c2d:") && strings.HasPrefix(a.Status.Checksum, "sha256:")
	})
	for _, object := range []client.Object{s.dataset, s.algorithm} {
		if got := kstatus(t, object); got != status.CurrentStatus {
			t.Errorf("kstatus calls %T %s", object, got)
		}
	}
	before := s.algorithm.Status.Checksum
	s.algorithm.Spec.Code.Raw = "print(2)"
	if err := api.Update(t.Context(), s.algorithm); err != nil {
		t.Fatal(err)
	}
	eventually(t, s.algorithm, "another checksum", func(a *v1alpha1.Algorithm) bool {
		return a.Status.Checksum != before && a.Status.ObservedGeneration == 2
	})
}
