// Package conditions sets the three conditions that sum up every kind, the way kstatus reads them.
package conditions

import (
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// maxMessage is what the API server accepts in a condition.
const maxMessage = 32768

// Ready says that the object is what its spec asks for.
func Ready(conditions *[]metav1.Condition, generation int64, reason, message string) {
	set(conditions, generation, v1alpha1.ConditionReady, metav1.ConditionTrue, reason, message)
	meta.RemoveStatusCondition(conditions, v1alpha1.ConditionReconciling)
	meta.RemoveStatusCondition(conditions, v1alpha1.ConditionStalled)
}

// Reconciling says that the object is not yet what its spec asks for, and that nobody needs to do anything.
func Reconciling(conditions *[]metav1.Condition, generation int64, reason, message string) {
	set(conditions, generation, v1alpha1.ConditionReady, metav1.ConditionFalse, reason, message)
	set(conditions, generation, v1alpha1.ConditionReconciling, metav1.ConditionTrue, reason, message)
	meta.RemoveStatusCondition(conditions, v1alpha1.ConditionStalled)
}

// Stalled says that the object will not become what its spec asks for unless a person does something.
func Stalled(conditions *[]metav1.Condition, generation int64, reason, message string) {
	set(conditions, generation, v1alpha1.ConditionReady, metav1.ConditionFalse, reason, message)
	set(conditions, generation, v1alpha1.ConditionStalled, metav1.ConditionTrue, reason, message)
	meta.RemoveStatusCondition(conditions, v1alpha1.ConditionReconciling)
}

// None leaves an object without any of the three: nothing is asked of it.
func None(conditions *[]metav1.Condition) {
	for _, kind := range []string{v1alpha1.ConditionReady, v1alpha1.ConditionReconciling, v1alpha1.ConditionStalled} {
		meta.RemoveStatusCondition(conditions, kind)
	}
}

// Step sets a condition of a job's life.
func Step(conditions *[]metav1.Condition, generation int64, kind string, done bool, reason, message string) {
	status := metav1.ConditionFalse
	if done {
		status = metav1.ConditionTrue
	}
	set(conditions, generation, kind, status, reason, message)
}

func set(conditions *[]metav1.Condition, generation int64, kind string, status metav1.ConditionStatus, reason, message string) {
	if len(message) > maxMessage {
		message = strings.ToValidUTF8(message[:maxMessage], "")
	}
	meta.SetStatusCondition(conditions, metav1.Condition{
		Type: kind, Status: status, Reason: reason, Message: message, ObservedGeneration: generation,
	})
}
