package provider

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

var (
	// runFields of a job's spec say what runs: they change only together with its trigger.
	runFields = []string{"agreement", "datasets", "algorithm", "parameters", "resources", "maxDuration", "network", "deliver"}
	// runAttributes decide whether there is another run.
	runAttributes = []string{"agreement", "datasets", "algorithm", "parameters", "resources", "max_duration", "network", "deliver", "triggers", "suspend"}
)

// triggerField may be written by everybody who may run the job again: the last one wins.
const triggerField = ".spec.trigger"

// ModifyPlan says whether the job runs again, and takes up the wait for a run that was left running.
func (r *computeJobResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	p := r.plan(ctx, req, resp)
	if p == nil {
		return
	}
	trigger := types.StringUnknown()
	prior := &computeJobModel{}
	another := p.creates() || p.changed("name") || p.changed("namespace") || p.changed("environment")
	if another {
		prior = nil
	} else {
		resp.Diagnostics.Append(req.State.Get(ctx, prior)...)
	}
	if known(p.next, runAttributes) {
		next := &computeJobModel{}
		plan := tfsdk.Plan{Schema: req.Plan.Schema, Raw: only(req.Plan.Raw.Type(), p.next, runAttributes)}
		resp.Diagnostics.Append(plan.Get(ctx, next)...)
		trigger = nextTrigger(prior, next)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	p.next["trigger"] = textValue(trigger)
	switch {
	case another:
		p.forget(jobStatusAttributes...)
		r.planNextRun(ctx, req, resp, p, true)
	case trigger.Equal(prior.Trigger) && !p.changed("suspend") && v1alpha1.State(prior.State.ValueString()).Terminal():
		p.keep("id")
		p.keep(jobStatusAttributes...)
		p.keep(jobCostAttributes...)
	default:
		p.keep("id")
		p.forget(jobStatusAttributes...)
		r.planNextRun(ctx, req, resp, p, !trigger.Equal(prior.Trigger))
	}
	p.write(resp)
}

// planNextRun says what a run that starts, or goes on, may cost, and which rules would deny one that starts.
func (r *computeJobResource) planNextRun(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, p *planned[*computeJobModel], starts bool) {
	p.forget(jobCostAttributes...)
	starts = starts && known(p.next, policyInputs)
	if !known(p.next, costInputs) && !starts {
		return
	}
	inputs := append([]string{"name"}, costInputs...)
	if starts {
		inputs = append(inputs, policyInputs...)
	}
	next := &computeJobModel{}
	plan := tfsdk.Plan{Schema: req.Plan.Schema, Raw: only(req.Plan.Raw.Type(), p.next, inputs)}
	if diags := plan.Get(ctx, next); diags.HasError() {
		resp.Diagnostics.Append(diags...)
		return
	}
	api, err := r.cluster.client()
	if err != nil {
		return
	}
	look := &outlook{api: api, job: &v1alpha1.ComputeJob{}}
	if convert(next.configuration(), look.job) != nil {
		return
	}
	if known(p.next, costInputs) {
		cost, diags := planCost(ctx, look)
		resp.Diagnostics.Append(diags...)
		p.next["max_cost"], p.next["max_cost_token"] = textValue(cost.MaxCost), textValue(cost.MaxCostToken)
	}
	if starts {
		resp.Diagnostics.Append(planDenials(ctx, look)...)
	}
}

// completeTrigger of a job whose inputs were not known when it was planned.
func completeTrigger(next, prior *computeJobModel) (overwrite []string) {
	if next.Trigger.IsUnknown() {
		next.Trigger = nextTrigger(prior, next)
	}
	if prior != nil && !next.Trigger.Equal(prior.Trigger) {
		return []string{triggerField}
	}
	return nil
}

// nextTrigger of a job: it differs from that of prior exactly when another run is to start. prior is nil for a new job.
//
// It depends on the configuration alone, so that a run which was started by an apply that then was cut off is not started
// again by the next one.
func nextTrigger(prior, next *computeJobModel) types.String {
	if prior == nil {
		return types.StringValue(triggerOf(next, ""))
	}
	trigger := triggerOf(next, "")
	again := runsOther(prior, next) || resumes(prior, next)
	switch {
	case again && trigger == prior.Trigger.ValueString():
		return types.StringValue(triggerOf(next, trigger))
	case again || retriggered(prior, next):
		return types.StringValue(trigger)
	}
	return prior.Trigger
}

// runsOther says whether something else is to run.
func runsOther(prior, next *computeJobModel) bool { return whatRuns(prior) != whatRuns(next) }

// retriggered says whether triggers have changed. Only to have some, or none any more, is no reason to run: a job that was
// imported has none.
func retriggered(prior, next *computeJobModel) bool {
	return len(prior.Triggers) > 0 && len(next.Triggers) > 0 && !maps.Equal(prior.Triggers, next.Triggers)
}

// resumes says whether a job is to go on whose run was stopped: that run is over. One that was suspended before it began
// begins by itself.
func resumes(prior, next *computeJobModel) bool {
	return prior.suspended() && !next.suspended() && prior.State.ValueString() == string(v1alpha1.StateStopped) && !prior.Pod.IsNull()
}

// triggerOf a job is a hash over its triggers and what runs, and over a trigger that it must differ from.
func triggerOf(m *computeJobModel, other string) string {
	sum := sha256.Sum256([]byte(mustJSON(m.Triggers) + "\n" + whatRuns(m) + "\n" + other))
	return hex.EncodeToString(sum[:8])
}

// whatRuns writes the part of a job's spec that says so, as the API server sees it.
func whatRuns(m *computeJobModel) string {
	spec := specOf(m.configuration())
	maps.DeleteFunc(spec, func(field string, _ any) bool { return !slices.Contains(runFields, field) })
	return mustJSON(spec)
}

func mustJSON(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		// Maps of texts, and what JSON was read into, can be written as JSON.
		panic(err)
	}
	return string(data)
}

// known says whether attributes are, with all that is in them.
func known(attributes map[string]tftypes.Value, names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !attributes[name].IsFullyKnown() })
}

// only some attributes of an object; the others are null.
func only(object tftypes.Type, attributes map[string]tftypes.Value, names []string) tftypes.Value {
	some := make(map[string]tftypes.Value, len(attributes))
	for name, value := range attributes {
		if !slices.Contains(names, name) {
			value = tftypes.NewValue(value.Type(), nil)
		}
		some[name] = value
	}
	return tftypes.NewValue(object, some)
}

func textValue(v types.String) tftypes.Value {
	switch {
	case v.IsUnknown():
		return tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	case v.IsNull():
		return tftypes.NewValue(tftypes.String, nil)
	}
	return tftypes.NewValue(tftypes.String, v.ValueString())
}
