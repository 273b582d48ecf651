package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// jobStatusModel is what became of a job.
type jobStatusModel struct {
	State           types.String `tfsdk:"state"`
	Reason          types.String `tfsdk:"reason"`
	Message         types.String `tfsdk:"message"`
	Run             types.Int64  `tfsdk:"run"`
	Pod             types.String `tfsdk:"pod"`
	StartedAt       types.String `tfsdk:"started_at"`
	CompletedAt     types.String `tfsdk:"completed_at"`
	Exit            types.Object `tfsdk:"exit"`
	Results         types.List   `tfsdk:"results"`
	Manifest        types.Object `tfsdk:"manifest"`
	AccessExpiresAt types.String `tfsdk:"access_expires_at"`
	ResultsExpireAt types.String `tfsdk:"results_expire_at"`
	Review          types.Object `tfsdk:"review"`
	Payment         types.Object `tfsdk:"payment"`
}

// jobStatusAttributes are those of jobStatusModel.
var jobStatusAttributes = []string{
	"state", "reason", "message", "run", "pod", "started_at", "completed_at", "exit", "results", "manifest", "access_expires_at", "results_expire_at", "review", "payment",
}

// runIsDue says whether a run is asked for that the status does not speak of yet.
func runIsDue(j *v1alpha1.ComputeJob) bool {
	return !j.Spec.Suspend && j.Status.Trigger != j.Spec.Trigger
}

// refineJobProgress knows that a job whose run is due is neither done nor failed, whatever its last run was, and that a
// suspended one carries none of the usual conditions once it has stopped.
func refineJobProgress(j *v1alpha1.ComputeJob, p progress) progress {
	if j.Status.Trigger != j.Spec.Trigger {
		p.ready, p.failed = false, false
	}
	p.stopped = p.seen && j.Spec.Suspend && j.Status.State.Terminal()
	if p.stopped && p.reason == "" {
		p.reason, p.message = v1alpha1.ReasonSuspended, "The job is suspended."
	}
	return p
}

var (
	exitTypes    = map[string]attr.Type{"class": types.StringType, "code": types.Int64Type}
	resultTypes  = map[string]attr.Type{"name": types.StringType, "type": types.StringType, "bytes": types.Int64Type, "sha256": types.StringType, "uri": types.StringType}
	paymentTypes = map[string]attr.Type{
		"state": types.StringType, "agreement": types.StringType, "token": types.StringType, "lock_id": types.StringType,
		"per_minute": types.StringType, "max_minutes": types.Int64Type, "locked": types.StringType, "minutes": types.Int64Type,
		"claimed": types.StringType, "refunded": types.StringType, "lock_tx": types.StringType, "claim_tx": types.StringType,
	}
	manifestTypes = map[string]attr.Type{"sha256": types.StringType, "outputs": types.Int64Type, "bytes": types.Int64Type}
)

func (m *computeJobModel) setStatus(j *v1alpha1.ComputeJob) {
	m.Namespace = types.StringValue(j.Namespace)
	m.Name = types.StringValue(j.Name)
	m.ID = types.StringValue(objectID(m.key()))
	// Whoever started the last run: that is no drift.
	m.Trigger = textOf(j.Spec.Trigger)
	m.jobStatusModel = jobStatusOf(j)
	m.jobCostModel.setStatus(j)
}

func jobStatusOf(j *v1alpha1.ComputeJob) jobStatusModel {
	status := j.Status
	p := refineJobProgress(j, progressOf(j, status.Conditions, status.ObservedGeneration))
	state := status.State
	if state == "" || runIsDue(j) {
		state = v1alpha1.StatePending
	}
	m := jobStatusModel{
		State:       types.StringValue(string(state)),
		Reason:      textOf(p.reason),
		Message:     textOf(p.message),
		Run:         types.Int64Value(status.Run),
		Pod:         textOf(status.Pod),
		StartedAt:   timeOf(status.StartTime),
		CompletedAt: timeOf(status.CompletionTime),
		Exit:        types.ObjectNull(exitTypes),

		AccessExpiresAt: timeOf(status.AccessExpiresAt),
		ResultsExpireAt: timeOf(status.ResultsExpireAt),
	}
	if exit := status.Exit; exit != nil {
		code := types.Int64Null()
		if exit.Code != nil {
			code = types.Int64Value(int64(*exit.Code))
		}
		m.Exit = types.ObjectValueMust(exitTypes, map[string]attr.Value{"class": types.StringValue(exit.Class), "code": code})
	}
	results := make([]attr.Value, 0, len(status.Results))
	for _, result := range status.Results {
		results = append(results, types.ObjectValueMust(resultTypes, map[string]attr.Value{
			"name":   types.StringValue(result.Name),
			"type":   types.StringValue(string(result.Type)),
			"bytes":  types.Int64Value(result.Bytes),
			"sha256": types.StringValue(result.SHA256),
			"uri":    types.StringValue(result.URI),
		}))
	}
	m.Results = types.ListValueMust(types.ObjectType{AttrTypes: resultTypes}, results)
	m.Manifest = manifestOf(status.Manifest)
	m.Review = reviewStatusOf(status.Review)
	m.Payment = paymentStatusOf(status.Payment)
	return m
}

func paymentStatusOf(p *v1alpha1.PaymentStatus) types.Object {
	if p == nil {
		return types.ObjectNull(paymentTypes)
	}
	return types.ObjectValueMust(paymentTypes, map[string]attr.Value{
		"state":       types.StringValue(string(p.State)),
		"agreement":   textOf(p.Agreement),
		"token":       textOf(string(p.Token)),
		"lock_id":     textOf(string(p.LockID)),
		"per_minute":  textOf(string(p.PerMinute)),
		"max_minutes": types.Int64Value(p.MaxMinutes),
		"locked":      textOf(string(p.Locked)),
		"minutes":     types.Int64PointerValue(p.Minutes),
		"claimed":     textOf(string(p.Claimed)),
		"refunded":    textOf(string(p.Refunded)),
		"lock_tx":     textOf(string(p.LockTx)),
		"claim_tx":    textOf(string(p.ClaimTx)),
	})
}

func manifestOf(manifest *v1alpha1.ManifestStatus) types.Object {
	if manifest == nil {
		return types.ObjectNull(manifestTypes)
	}
	return types.ObjectValueMust(manifestTypes, map[string]attr.Value{
		"sha256":  types.StringValue(manifest.SHA256),
		"outputs": types.Int64Value(manifest.Outputs),
		"bytes":   types.Int64Value(manifest.Bytes),
	})
}
