package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// TestImportByIdentity speaks the protocol itself, so that it also holds with CLIs that know no identities yet.
func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	job := &v1alpha1.ComputeJob{Spec: v1alpha1.ComputeJobSpec{
		Environment: "default", Datasets: []v1alpha1.DatasetReference{{Name: "tumours"}}, Algorithm: v1alpha1.AlgorithmReference{Name: "train"},
	}}
	job.Namespace, job.Name = namespace, "train"
	if err := api.Create(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	server := providerserver.NewProtocol6(New("test")())()
	configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: &tfprotov6.DynamicValue{
		JSON: []byte(jsonOf(map[string]any{"kubeconfig": writeKubeconfig(t, admin, nil), "namespace": namespace})),
	}})
	if err != nil || len(configured.Diagnostics) > 0 {
		t.Fatal(err, configured.Diagnostics)
	}
	identityType := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"namespace": tftypes.String, "name": tftypes.String}}
	identity := func(namespace any) *tfprotov6.ResourceIdentityData {
		value, err := tfprotov6.NewDynamicValue(identityType, tftypes.NewValue(identityType, map[string]tftypes.Value{
			"namespace": tftypes.NewValue(tftypes.String, namespace), "name": tftypes.NewValue(tftypes.String, "train"),
		}))
		must(err)
		return &tfprotov6.ResourceIdentityData{IdentityData: &value}
	}
	for name, given := range map[string]any{"with namespace": namespace, "in the provider's namespace": nil} {
		imported, err := server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: "c2d_compute_job", Identity: identity(given)})
		if err != nil || len(imported.Diagnostics) > 0 {
			t.Fatal(name, err, imported.Diagnostics)
		}
		read, err := server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
			TypeName: "c2d_compute_job", CurrentState: imported.ImportedResources[0].State, CurrentIdentity: imported.ImportedResources[0].Identity,
		})
		if err != nil || len(read.Diagnostics) > 0 {
			t.Fatal(name, err, read.Diagnostics)
		}
		got, err := read.NewIdentity.IdentityData.Unmarshal(identityType)
		must(err)
		want, err := identity(namespace).IdentityData.Unmarshal(identityType)
		must(err)
		if !got.Equal(want) {
			t.Errorf("%s: the identity is %s, want %s", name, got, want)
		}
	}
}
