package provider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// kind of object that a resource declares.
type kind[O client.Object] struct {
	typeName   string // as in c2d_<type name>
	title      string // for people
	namespaced bool
	newObject  func() O
	newList    func() client.ObjectList
	copy       func(from, to O)
	conditions func(O) (conditions []metav1.Condition, observedGeneration int64)
	// refine what the conditions say by what only this kind knows; may be nil.
	refine func(O, progress) progress
}

func (k kind[O]) progress(object O) progress {
	conditions, observed := k.conditions(object)
	p := progressOf(object, conditions, observed)
	if k.refine != nil {
		p = k.refine(object, p)
	}
	return p
}

// describe an object for a sentence: dataset "hospital/tumours".
func (k kind[O]) describe(key client.ObjectKey) string {
	return fmt.Sprintf("%s %q", k.title, objectID(key))
}

// model is what Terraform keeps of an object: its spec as the configuration spells it, and what its status says.
type model[O client.Object] interface {
	key() client.ObjectKey
	limits() timeouts.Value
	// configuration to apply. It leaves out what is not set and empty groups, and sorts what has no order, so that two
	// models ask for the same exactly when their configurations are equal.
	configuration() runtime.ApplyConfiguration
	// setSpec takes over the spec of an object.
	setSpec(object O)
	// setStatus takes over the name and the status of an object.
	setStatus(object O)
}

// modelOf is a pointer to the model struct M.
type modelOf[M any, O client.Object] interface {
	*M
	model[O]
}

// objectID names an object as import wants it: namespace/name, or name where there are no namespaces.
func objectID(key client.ObjectKey) string {
	if key.Namespace == "" {
		return key.Name
	}
	return key.Namespace + "/" + key.Name
}

// sameSpec says whether two models ask for the same.
func sameSpec[O client.Object](a, b model[O]) bool {
	return reflect.DeepEqual(specOf(a.configuration()), specOf(b.configuration()))
}

// specOf a configuration or an object, as the API server sees it.
func specOf(object any) map[string]any {
	var parsed struct {
		Spec map[string]any `json:"spec"`
	}
	if err := convert(object, &parsed); err != nil {
		// Each type that comes here is made to be written as JSON.
		panic(err)
	}
	return parsed.Spec
}

// convert between two types that write the same object as JSON.
func convert(from, to any) error {
	data, err := json.Marshal(from)
	if err != nil {
		return fmt.Errorf("write %T as JSON: %w", from, err)
	}
	if err := json.Unmarshal(data, to); err != nil {
		return fmt.Errorf("read %T from JSON: %w", to, err)
	}
	return nil
}

// foreignFieldsError says that somebody else has added fields to an object's spec.
type foreignFieldsError struct{ managers []string }

func (e *foreignFieldsError) Error() string {
	return fmt.Sprintf("the spec holds fields that the configuration does not have; they were set by %s", strings.Join(e.managers, ", "))
}

// apply a model and see to it that the object asks for that and for nothing else. Server-side apply alone would leave
// in place what others have added, such as one more consumer of a dataset. The fields in overwrite, such as .spec.trigger,
// are written whoever wrote them last.
func apply[M any, P modelOf[M, O], O client.Object](ctx context.Context, c *cluster, api client.Client, k kind[O], m P, overwrite ...string) (O, error) {
	object := k.newObject()
	configuration := m.configuration()
	wanted := specOf(configuration)
	options := []client.ApplyOption{client.FieldOwner(c.fieldManager())}
	if c.forceConflicts() {
		options = append(options, client.ForceOwnership)
	}
	err := api.Apply(ctx, configuration, options...)
	if conflictsOnlyOn(err, overwrite) {
		configuration = m.configuration()
		err = api.Apply(ctx, configuration, append(options, client.ForceOwnership)...)
	}
	if err != nil {
		return object, err
	}
	// The client has filled the configuration with the answer of the server.
	if err := convert(configuration, object); err != nil {
		return object, err
	}
	asksFor := func(object O) map[string]any {
		found := P(new(M))
		found.setSpec(object)
		return specOf(found.configuration())
	}
	if reflect.DeepEqual(wanted, asksFor(object)) {
		return object, nil
	}
	err = retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		if err := api.Get(ctx, m.key(), object); err != nil || reflect.DeepEqual(wanted, asksFor(object)) {
			return err
		}
		if !c.forceConflicts() {
			return &foreignFieldsError{otherManagers(object, c.fieldManager())}
		}
		var whole map[string]any
		if err := convert(object, &whole); err != nil {
			return err
		}
		whole["spec"] = wanted
		object = k.newObject()
		if err := convert(whole, object); err != nil {
			return err
		}
		return api.Update(ctx, object, client.FieldOwner(c.fieldManager()))
	})
	return object, err
}

// conflictsOnlyOn says whether an apply failed because somebody else wrote these fields, and for nothing else.
func conflictsOnlyOn(err error, fields []string) bool {
	var status apierrors.APIStatus
	if !apierrors.IsConflict(err) || !errors.As(err, &status) || status.Status().Details == nil {
		return false
	}
	causes := status.Status().Details.Causes
	return len(causes) > 0 && !slices.ContainsFunc(causes, func(cause metav1.StatusCause) bool {
		return cause.Type != metav1.CauseTypeFieldManagerConflict || !slices.Contains(fields, cause.Field)
	})
}

// otherManagers of an object's spec, quoted.
func otherManagers(object client.Object, own string) []string {
	var names []string
	for _, entry := range object.GetManagedFields() {
		if entry.Manager != own && entry.Subresource == "" && entry.FieldsV1 != nil && strings.Contains(entry.FieldsV1.String(), `"f:spec"`) {
			names = append(names, fmt.Sprintf("%q", entry.Manager))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
