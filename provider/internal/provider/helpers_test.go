package provider

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

func jsonOf(value any) string {
	data, err := json.Marshal(value)
	must(err)
	return string(data)
}

// checksumOf stands for the controller's own: it differs whenever what runs differs.
func checksumOf(values ...any) string {
	sum := sha256.Sum256([]byte(jsonOf(values)))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// configuration with a provider that works in a namespace, as the administrator.
func configuration(t *testing.T, namespace, settings, body string) string {
	t.Helper()
	return configurationAs(writeKubeconfig(t, admin, nil), namespace, settings, body)
}

func configurationAs(kubeconfig, namespace, settings, body string) string {
	return fmt.Sprintf("provider \"c2d\" {\n  kubeconfig = %q\n  namespace = %q\n  %s\n}\n%s\n", kubeconfig, namespace, settings, body)
}

// errorText matches words in an error of the Terraform CLI, which breaks lines where it likes.
func errorText(words string) *regexp.Regexp {
	parts := strings.Fields(words)
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return regexp.MustCompile(strings.Join(parts, `[\s│]+`))
}

// expectAction of one resource in a plan.
func expectAction(address string, action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
}

var expectNoChange = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}

// expectValue of an attribute in the state.
func expectValue(address, attribute string, value knownvalue.Check) statecheck.StateCheck {
	at := tfjsonpath.New(strings.Split(attribute, ".")[0])
	for _, step := range strings.Split(attribute, ".")[1:] {
		if index, err := strconv.Atoi(step); err == nil {
			at = at.AtSliceIndex(index)
		} else {
			at = at.AtMapKey(step)
		}
	}
	return statecheck.ExpectKnownValue(address, at, value)
}

// allGone wants none of the objects of a test to be left, not even one that is being deleted.
func allGone(namespace string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		for _, list := range []client.ObjectList{&v1alpha1.DatasetList{}, &v1alpha1.AlgorithmList{}, &v1alpha1.ServiceAgreementList{}, &v1alpha1.ComputeJobList{}} {
			if err := api.List(context.Background(), list, client.InNamespace(namespace)); err != nil {
				return err
			}
			if n := meta.LenList(list); n > 0 {
				return fmt.Errorf("%d objects of %T are left in %s", n, list, namespace)
			}
		}
		err := api.Get(context.Background(), client.ObjectKey{Name: namespace}, &v1alpha1.ComputeEnvironment{})
		if !apierrors.IsNotFound(err) {
			return fmt.Errorf("environment %s is left: %w", namespace, err)
		}
		return nil
	}
}

// change an object behind Terraform's back, as somebody with kubectl does.
func change[O client.Object](t *testing.T, namespace, name string, object O, edit func(O)) func() {
	return func() {
		t.Helper()
		err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
			if err := api.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: name}, object); err != nil {
				return err
			}
			edit(object)
			return api.Update(t.Context(), object, client.FieldOwner("kubectl-edit"))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// remove an object behind Terraform's back.
func remove(t *testing.T, object client.Object) func() {
	return func() {
		t.Helper()
		if err := api.Delete(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
}

// attributeText writes the path of a diagnostic as files[0].sha256.
func attributeText(d *tfprotov6.Diagnostic) string {
	var b strings.Builder
	if d.Attribute == nil {
		return ""
	}
	for _, step := range d.Attribute.Steps() {
		switch s := step.(type) {
		case tftypes.AttributeName:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(string(s))
		case tftypes.ElementKeyInt:
			fmt.Fprintf(&b, "[%d]", int64(s))
		case tftypes.ElementKeyString:
			fmt.Fprintf(&b, "[%s]", string(s))
		}
	}
	return b.String()
}

// setenv, or unset where the value is empty.
func setenv(name, value string) error {
	if value == "" {
		return os.Unsetenv(name)
	}
	return os.Setenv(name, value)
}
