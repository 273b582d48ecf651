package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// planned is a plan in the making: the attributes of the configuration, the state and the plan by name.
type planned[P any] struct {
	prior, next map[string]tftypes.Value
	// before and after are the models of state and plan. They are nil when an object is created, and when parts of the
	// configuration are not known yet.
	before, after P
	comparable    bool
}

// creates says whether there is no object yet.
func (p *planned[P]) creates() bool { return p.prior == nil }

// keep plans that computed attributes stay as they are. Terraform takes any difference, such as another spelling or a
// new timeout, as a sign that all of them may change.
func (p *planned[P]) keep(names ...string) {
	for _, name := range names {
		p.next[name] = p.prior[name]
	}
}

// forget plans that computed attributes change.
func (p *planned[P]) forget(names ...string) {
	for _, name := range names {
		p.next[name] = tftypes.NewValue(p.next[name].Type(), tftypes.UnknownValue)
	}
}

// changed says whether the configuration gives an attribute another value than the state has.
func (p *planned[P]) changed(name string) bool { return !p.next[name].Equal(p.prior[name]) }

// plan starts planning; nil where there is nothing to do: on destroy and while the provider is not configured.
// It fills in the namespace of the provider, so that most plans show it.
func (r *objectResource[M, P, O]) plan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) *planned[P] {
	next := attributesOf(req.Plan.Raw)
	if next == nil || r.cluster == nil {
		return nil
	}
	if namespace, exists := next["namespace"]; exists && !namespace.IsKnown() {
		if configured := attributesOf(req.Config.Raw)["namespace"]; configured.IsNull() {
			if name, known := r.cluster.namespace(); known {
				next["namespace"] = tftypes.NewValue(tftypes.String, name)
				resp.Plan.Raw = tftypes.NewValue(req.Plan.Raw.Type(), next)
			}
		}
	}
	p := &planned[P]{prior: attributesOf(req.State.Raw), next: next}
	if !p.creates() && req.Config.Raw.IsFullyKnown() {
		p.before, p.after = P(new(M)), P(new(M))
		resp.Diagnostics.Append(req.State.Get(ctx, p.before)...)
		resp.Diagnostics.Append(resp.Plan.Get(ctx, p.after)...)
		p.comparable = !resp.Diagnostics.HasError()
	}
	return p
}

// unchanged says whether the object would be asked for nothing new.
func unchanged[M any, P modelOf[M, O], O client.Object](p *planned[P]) bool {
	return p.comparable && p.before.key() == p.after.key() && sameSpec[O](p.before, p.after)
}

// modifyPlan of a kind whose spec can change in place. Lasting are the computed attributes that an object keeps for life.
// An object that is not ready is planned to be waited for again.
func (r *objectResource[M, P, O]) modifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, lasting ...string) *planned[P] {
	p := r.plan(ctx, req, resp)
	if p == nil || p.creates() {
		return nil
	}
	for _, name := range lasting {
		if !p.prior[name].IsNull() {
			p.keep(name)
		}
	}
	if unchanged[M, P, O](p) {
		p.keep("ready")
	}
	if !p.wasReady() {
		p.forget("ready")
	}
	return p
}

func (p *planned[P]) wasReady() bool {
	var ready *bool
	return p.prior["ready"].As(&ready) == nil && ready != nil && *ready
}

// write the plan back.
func (p *planned[P]) write(resp *resource.ModifyPlanResponse) {
	resp.Plan.Raw = tftypes.NewValue(resp.Plan.Raw.Type(), p.next)
}
