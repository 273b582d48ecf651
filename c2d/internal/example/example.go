// Package example has jobs, and what they refer to, for the tests.
package example

import (
	"encoding/hex"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// Now is when the stories are told.
var Now = time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)

// At is a time before or after Now.
func At(offset time.Duration) metav1.Time { return metav1.NewTime(Now.Add(offset)) }

// Job of the laboratory on the hospital's tumours, created a minute before Now.
func Job() *v1alpha1.ComputeJob {
	return &v1alpha1.ComputeJob{
		ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "train", UID: "0b4e3c6c-7a52-4f6e-9d0c-2f8f5f1f7a11", Generation: 1, CreationTimestamp: At(-time.Minute)},
		Spec: v1alpha1.ComputeJobSpec{
			Environment: "default",
			Datasets:    []v1alpha1.DatasetReference{{Namespace: "hospital", Name: "tumours"}},
			Algorithm:   v1alpha1.AlgorithmReference{Name: "logreg"},
			Parameters:  map[string]v1alpha1.ParameterValue{"epochs": "20"},
			MaxDuration: &metav1.Duration{Duration: 30 * time.Second},
			Deliver:     []v1alpha1.Delivery{v1alpha1.DeliverOutput, v1alpha1.DeliverLogs},
			Trigger:     "1",
		},
		Status: v1alpha1.ComputeJobStatus{ObservedGeneration: 1, Run: 1, Trigger: "1"},
	}
}

// Condition that changed at an offset from Now.
func Condition(kind string, status metav1.ConditionStatus, offset time.Duration, reason, message string) metav1.Condition {
	return metav1.Condition{Type: kind, Status: status, Reason: reason, Message: message, LastTransitionTime: At(offset), ObservedGeneration: 1}
}

const (
	yes = metav1.ConditionTrue
	no  = metav1.ConditionFalse
)

func admitted() metav1.Condition {
	return Condition(v1alpha1.ConditionAdmitted, yes, -58*time.Second, v1alpha1.ConditionAdmitted, "The rules of every dataset allow the job.")
}

func staged() metav1.Condition {
	return Condition(v1alpha1.ConditionStaged, yes, -54*time.Second, v1alpha1.ConditionStaged, "Isolation is proven, and the inputs are in place with the right hashes.")
}

// Succeeded in its third run, with a file whose name means mischief.
func Succeeded() *v1alpha1.ComputeJob {
	job := Job()
	job.CreationTimestamp = At(-3 * time.Hour)
	job.Spec.Destination = &v1alpha1.Destination{}
	job.Status = v1alpha1.ComputeJobStatus{
		ObservedGeneration: 1, State: v1alpha1.StateSucceeded, Run: 3, Trigger: "1",
		Queue: &v1alpha1.QueueStatus{Position: 1, Since: metav1.NewMicroTime(Now.Add(-time.Minute))},
		Exit:  &v1alpha1.Exit{Class: v1alpha1.ExitCompleted, Code: ptr.To(int32(0))},
		Conditions: []metav1.Condition{
			admitted(), staged(),
			Condition(v1alpha1.ConditionExecuted, yes, -40*time.Second, v1alpha1.ConditionExecuted, "The algorithm ended with exit code 0."),
			Condition(v1alpha1.ConditionReleased, yes, -40*time.Second, v1alpha1.ConditionReleased, "Everything that the rules let out can be read."),
			Condition(v1alpha1.ConditionDelivered, no, -38*time.Second, v1alpha1.ReasonDestinationFailed, "The destination refuses the credentials; it is tried again."),
			Condition(v1alpha1.ConditionReady, yes, -40*time.Second, v1alpha1.ReasonSucceeded, "2 outputs, 3145728 bytes; links are in Secret train-results."),
		},
		StartTime: ptr.To(At(-55 * time.Second)), CompletionTime: ptr.To(At(-40 * time.Second)), FirstRunTime: ptr.To(At(-3 * time.Hour)),
		AccessExpiresAt: ptr.To(At(21 * time.Hour)), LinksExpireAt: ptr.To(At(21 * time.Hour)), ResultsExpireAt: ptr.To(At(189 * time.Hour)),
		ResultsSecret: "train-results",
		Manifest:      &v1alpha1.ManifestStatus{SHA256: hash(1), Outputs: 2, Bytes: 3 << 20},
		Results: []v1alpha1.Result{
			{Name: "manifest.json", Type: v1alpha1.ResultManifest, Bytes: 900, SHA256: hash(1)},
			{Name: "model.json", Type: v1alpha1.ResultOutput, Bytes: 3<<20 - 12, SHA256: hash(2)},
			{Name: "plots/\x1b[2J.png", Type: v1alpha1.ResultOutput, Bytes: 12, SHA256: hash(3)},
			{Name: "algorithm.log", Type: v1alpha1.ResultLog, Bytes: 2048, SHA256: hash(4)},
		},
		Runs: []v1alpha1.RunRecord{
			{Run: 2, Trigger: "0", State: v1alpha1.StateStopped, Reason: v1alpha1.ReasonRetriggered, StartTime: ptr.To(At(-2 * time.Minute)), CompletionTime: ptr.To(At(-time.Minute))},
			{Run: 1, State: v1alpha1.StateSucceeded, Reason: v1alpha1.ReasonSucceeded, StartTime: ptr.To(At(-3 * time.Hour)), CompletionTime: ptr.To(At(-170 * time.Minute)), Manifest: &v1alpha1.ManifestStatus{SHA256: hash(5), Outputs: 1, Bytes: 17}},
		},
	}
	return job
}

// Paid for two minutes of the ten that were locked.
func Paid() *v1alpha1.ComputeJob {
	job := Succeeded()
	job.Spec.Agreement = "study"
	job.Status.Conditions = append(job.Status.Conditions,
		Condition(v1alpha1.ConditionFunded, yes, -57*time.Second, v1alpha1.ConditionFunded, "5000 base units are locked."),
		Condition(v1alpha1.ConditionSettled, yes, -41*time.Second, v1alpha1.ConditionSettled, "2 minutes are paid; the rest is back with the consumer."))
	job.Status.Payment = &v1alpha1.PaymentStatus{
		State: v1alpha1.PaymentSettled, Agreement: "study", ChainID: 31337,
		LockID: "0x" + v1alpha1.Hash(hash(6)), LockTx: "0x" + v1alpha1.Hash(hash(7)), ClaimTx: "0x" + v1alpha1.Hash(hash(8)),
		Escrow: "0x1111111111111111111111111111111111111111", Token: "0x2222222222222222222222222222222222222222",
		Payer: "0x3333333333333333333333333333333333333333", Payee: "0x4444444444444444444444444444444444444444",
		PerMinute: "500", MaxMinutes: 10, Minutes: ptr.To(int64(2)), Locked: "5000", Claimed: "1000", Refunded: "4000",
		LockExpiresAt: ptr.To(At(4 * time.Hour)),
	}
	job.Status.Runs[0].Payment = &v1alpha1.PaymentRecord{State: v1alpha1.PaymentSettled, Claimed: "500", Refunded: "4500"}
	return job
}

// Denied by the dataset's rules.
func Denied() *v1alpha1.ComputeJob {
	job := Job()
	const message = `Dataset hospital/tumours: spec.access.consumers.namespaces does not allow namespace "lab"; ask its owner to add it.`
	job.Status.State = v1alpha1.StateFailed
	job.Status.CompletionTime = ptr.To(At(-59 * time.Second))
	job.Status.Conditions = []metav1.Condition{
		Condition(v1alpha1.ConditionAdmitted, no, -59*time.Second, v1alpha1.ReasonPolicyDenied, message),
		Condition(v1alpha1.ConditionReady, no, -59*time.Second, v1alpha1.ReasonPolicyDenied, message),
		Condition(v1alpha1.ConditionStalled, yes, -59*time.Second, v1alpha1.ReasonPolicyDenied, message),
	}
	return job
}

// TimedOut after its 30 seconds.
func TimedOut() *v1alpha1.ComputeJob {
	job := Job()
	const message = "The algorithm was stopped after 30s, the longest that it may run. A link to its log is in Secret train-results."
	job.Status.State = v1alpha1.StateFailed
	job.Status.Exit = &v1alpha1.Exit{Class: v1alpha1.ReasonDeadlineExceeded, Code: ptr.To(int32(143))}
	job.Status.StartTime, job.Status.CompletionTime = ptr.To(At(-55*time.Second)), ptr.To(At(-24*time.Second))
	job.Status.ResultsSecret = "train-results"
	job.Status.Manifest = &v1alpha1.ManifestStatus{SHA256: hash(1)}
	job.Status.Results = []v1alpha1.Result{{Name: "algorithm.log", Type: v1alpha1.ResultLog, Bytes: 2048, SHA256: hash(4)}}
	job.Status.Conditions = []metav1.Condition{
		admitted(), staged(),
		Condition(v1alpha1.ConditionExecuted, no, -24*time.Second, v1alpha1.ReasonDeadlineExceeded, message),
		Condition(v1alpha1.ConditionReady, no, -24*time.Second, v1alpha1.ReasonDeadlineExceeded, message),
		Condition(v1alpha1.ConditionStalled, yes, -24*time.Second, v1alpha1.ReasonDeadlineExceeded, message),
	}
	return job
}

// Queued behind two others.
func Queued() *v1alpha1.ComputeJob {
	job := Job()
	const message = "Waits for a slot of ComputeEnvironment default: about number 3 in the queue."
	job.Status.State = v1alpha1.StateQueued
	job.Status.Queue = &v1alpha1.QueueStatus{Position: 3, Since: metav1.NewMicroTime(Now.Add(-58 * time.Second))}
	job.Status.Conditions = []metav1.Condition{
		admitted(),
		Condition(v1alpha1.ConditionReady, no, -58*time.Second, v1alpha1.ReasonQueued, message),
		Condition(v1alpha1.ConditionReconciling, yes, -58*time.Second, v1alpha1.ReasonQueued, message),
	}
	return job
}

// Suspended while it ran: it carries no Ready.
func Suspended() *v1alpha1.ComputeJob {
	job := Job()
	job.Spec.Suspend = true
	const message = "The run was stopped by spec.suspend; set another spec.trigger to run again."
	job.Status.State = v1alpha1.StateStopped
	job.Status.Stop = &v1alpha1.StopStatus{Reason: v1alpha1.ReasonSuspended, Time: At(-30 * time.Second)}
	job.Status.StartTime, job.Status.CompletionTime = ptr.To(At(-55*time.Second)), ptr.To(At(-25*time.Second))
	job.Status.Exit = &v1alpha1.Exit{Class: "Stopped"}
	job.Status.Conditions = []metav1.Condition{
		admitted(), staged(),
		Condition(v1alpha1.ConditionExecuted, no, -25*time.Second, v1alpha1.ReasonSuspended, message),
	}
	return job
}

// Running for 55 seconds of an hour.
func Running() *v1alpha1.ComputeJob {
	job := Job()
	job.Spec.MaxDuration = nil
	job.Status.State = v1alpha1.StateRunning
	job.Status.StartTime = ptr.To(At(-55 * time.Second))
	job.Status.Conditions = []metav1.Condition{
		admitted(), staged(),
		Condition(v1alpha1.ConditionReady, no, -58*time.Second, v1alpha1.ReasonRunning, "The algorithm runs."),
		Condition(v1alpha1.ConditionReconciling, yes, -58*time.Second, v1alpha1.ReasonRunning, "The algorithm runs."),
	}
	return job
}

func hash(n byte) string {
	var sum [32]byte
	sum[0] = n
	return hex.EncodeToString(sum[:])
}

// Environment that offers up to an hour.
func Environment() *v1alpha1.ComputeEnvironment {
	offer := func(normal, most string) v1alpha1.QuantityRange {
		return v1alpha1.QuantityRange{Default: resource.MustParse(normal), Max: resource.MustParse(most)}
	}
	return &v1alpha1.ComputeEnvironment{
		ObjectMeta: metav1.ObjectMeta{Name: "default", Generation: 1},
		Spec: v1alpha1.ComputeEnvironmentSpec{
			Resources:         v1alpha1.ResourceOffer{CPU: offer("500m", "4"), Memory: offer("512Mi", "8Gi"), Disk: offer("1Gi", "20Gi")},
			MaxJobDuration:    &metav1.Duration{Duration: time.Hour},
			MaxConcurrentJobs: 10,
			QueueTimeout:      &metav1.Duration{Duration: 30 * time.Minute},
		},
		Status: v1alpha1.ComputeEnvironmentStatus{ObservedGeneration: 1, Conditions: ready()},
	}
}

// Dataset of the hospital, that other customers than the laboratory may use.
func Dataset() *v1alpha1.Dataset {
	return &v1alpha1.Dataset{
		ObjectMeta: metav1.ObjectMeta{Namespace: "hospital", Name: "tumours", Generation: 1},
		Spec: v1alpha1.DatasetSpec{
			Files: []v1alpha1.DatasetFile{{Inline: "patient,age\n"}},
			Access: v1alpha1.DatasetAccess{
				Consumers:  v1alpha1.Consumers{Namespaces: []string{"secret-customer"}},
				Algorithms: []v1alpha1.TrustedAlgorithm{{Checksum: "*"}},
			},
			Disclosure: v1alpha1.Disclosure{Logs: v1alpha1.LogDisclosure{Release: v1alpha1.LogReleaseNever}},
		},
		Status: v1alpha1.DatasetStatus{ObservedGeneration: 1, Conditions: ready()},
	}
}

// Algorithm of the laboratory.
func Algorithm() *v1alpha1.Algorithm {
	return &v1alpha1.Algorithm{
		ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "logreg", Generation: 1},
		Spec: v1alpha1.AlgorithmSpec{
			Container:  v1alpha1.Container{Image: "registry.example.org/science/python", Digest: "sha256:" + hash(9), Entrypoint: "python3 $ALGO"},
			Code:       &v1alpha1.Code{Raw: "print('hello')"},
			Parameters: []v1alpha1.Parameter{{Name: "epochs", Type: v1alpha1.ParameterNumber}},
		},
		Status: v1alpha1.AlgorithmStatus{ObservedGeneration: 1, Conditions: ready()},
	}
}

func ready() []metav1.Condition {
	return []metav1.Condition{Condition(v1alpha1.ConditionReady, yes, -time.Hour, v1alpha1.ReasonReady, "It is in order.")}
}

var update = flag.Bool("update", false, "write the golden files anew")

// Golden compares a text with testdata/NAME of the package under test.
func Golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s has changed (go test -update writes it anew):\n%s\nwant:\n%s", file, got, want)
	}
}
