package provider

import (
	"cmp"
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int32validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int32default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	ac "github.com/compute-to-data/terraform-provider-c2d/crds/applyconfiguration/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

var (
	_ resource.ResourceWithConfigure   = (*computeEnvironmentResource)(nil)
	_ resource.ResourceWithIdentity    = (*computeEnvironmentResource)(nil)
	_ resource.ResourceWithImportState = (*computeEnvironmentResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*computeEnvironmentResource)(nil)
)

type computeEnvironmentResource struct {
	objectResource[computeEnvironmentModel, *computeEnvironmentModel, *v1alpha1.ComputeEnvironment]
}

func newComputeEnvironmentResource() resource.Resource {
	r := &computeEnvironmentResource{}
	r.settleWithin, r.deleteWithin = 5*time.Minute, 10*time.Minute
	r.afterFailure = "it is looked at again then."
	r.kind = kind[*v1alpha1.ComputeEnvironment]{
		typeName:  "compute_environment",
		title:     "compute environment",
		newObject: func() *v1alpha1.ComputeEnvironment { return &v1alpha1.ComputeEnvironment{} },
		newList:   func() client.ObjectList { return &v1alpha1.ComputeEnvironmentList{} },
		copy:      (*v1alpha1.ComputeEnvironment).DeepCopyInto,
		conditions: func(e *v1alpha1.ComputeEnvironment) ([]metav1.Condition, int64) {
			return e.Status.Conditions, e.Status.ObservedGeneration
		},
	}
	return r
}

type computeEnvironmentModel struct {
	ID               types.String        `tfsdk:"id"`
	Name             types.String        `tfsdk:"name"`
	SandboxNamespace types.String        `tfsdk:"sandbox_namespace"`
	Resources        *resourceOfferModel `tfsdk:"resources"`
	MaxJobDuration   durationValue       `tfsdk:"max_job_duration"`
	MaxConcurrent    types.Int32         `tfsdk:"max_concurrent_jobs"`
	QueueTimeout     durationValue       `tfsdk:"queue_timeout"`
	RuntimeClassName types.String        `tfsdk:"runtime_class_name"`
	Isolation        *isolationModel     `tfsdk:"isolation"`
	Egress           *egressModel        `tfsdk:"egress"`
	Results          *resultsModel       `tfsdk:"results"`
	Signing          *signingModel       `tfsdk:"signing"`
	Payment          *paymentModel       `tfsdk:"payment"`
	ManifestKeys     types.List          `tfsdk:"manifest_keys"`
	Payee            types.String        `tfsdk:"payee"`
	Ready            types.Bool          `tfsdk:"ready"`
	Timeouts         timeouts.Value      `tfsdk:"timeouts"`
}

type resourceOfferModel struct {
	CPU    *quantityRangeModel `tfsdk:"cpu"`
	Memory *quantityRangeModel `tfsdk:"memory"`
	Disk   *quantityRangeModel `tfsdk:"disk"`
}

type quantityRangeModel struct {
	Default quantityValue `tfsdk:"default"`
	Max     quantityValue `tfsdk:"max"`
}

type isolationModel struct {
	RequireEnforcedNetworkPolicy types.Bool   `tfsdk:"require_enforced_network_policy"`
	HostUsers                    types.Bool   `tfsdk:"host_users"`
	WritableRoot                 types.Bool   `tfsdk:"writable_root"`
	Network                      types.String `tfsdk:"network"`
	Nameservers                  []string     `tfsdk:"nameservers"`
}

type egressModel struct {
	Allow []string `tfsdk:"allow"`
}

type resultsModel struct {
	S3        *bucketModel      `tfsdk:"s3"`
	Retention longDurationValue `tfsdk:"retention"`
}

func (r *computeEnvironmentResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	quantityRange := func(description, example string) schema.Attribute {
		amount := func(description string, more ...validator.String) schema.Attribute {
			return schema.StringAttribute{
				MarkdownDescription: description,
				CustomType:          quantityType{},
				Required:            true,
				Validators:          more,
				PlanModifiers:       []planmodifier.String{keepSpelling[quantityNotation]{}},
			}
		}
		return schema.SingleNestedAttribute{
			MarkdownDescription: description + ": `" + example + "`.",
			Required:            true,
			Validators:          []validator.Object{defaultWithinMax{}},
			Attributes: map[string]schema.Attribute{
				"default": amount("What a job gets when it asks for nothing."),
				"max":     amount("The most that a job may ask for."),
			},
		}
	}
	isolationTypes := map[string]attr.Type{"require_enforced_network_policy": types.BoolType, "host_users": types.BoolType, "writable_root": types.BoolType, "network": types.StringType, "nameservers": types.SetType{ElemType: types.StringType}}
	resp.Schema = schema.Schema{
		MarkdownDescription: "An owner's offer of compute: where jobs run, how large they may be, how they are isolated and where their results go. " +
			"It belongs to the whole cluster, so it has no namespace.",
		Attributes: map[string]schema.Attribute{
			"id":   idAttribute("name"),
			"name": nameAttribute("environment", label("an environment")),
			"sandbox_namespace": schema.StringAttribute{
				MarkdownDescription: "Namespace where job pods run, never a consumer's. It must carry the default-deny network policy and the Pod Security level of " +
					"`install/sandbox`; the controller checks that it does. Default: `c2d-sandbox`.",
				Optional:   true,
				Computed:   true,
				Default:    stringdefault.StaticString("c2d-sandbox"),
				Validators: []validator.String{label("a namespace")},
			},
			"resources": schema.SingleNestedAttribute{
				MarkdownDescription: "Resources of one job: what it gets when it asks for nothing, and the most that it may ask for.",
				Required:            true,
				Attributes: map[string]schema.Attribute{
					"cpu":    quantityRange("CPU in cores", "500m"),
					"memory": quantityRange("Memory in bytes", "512Mi"),
					"disk":   quantityRange("Disk in bytes, for inputs, outputs and temporary files together", "1Gi"),
				},
			},
			"max_job_duration": schema.StringAttribute{
				MarkdownDescription: "The longest time that an algorithm may run, staging and publishing not counted; also what a job gets that asks for nothing. " +
					"Whole seconds, from `1s` to `168h`. Default: `1h`.",
				CustomType:    durationType{},
				Optional:      true,
				Computed:      true,
				Default:       stringdefault.StaticString("1h"),
				PlanModifiers: []planmodifier.String{keepSpelling[durationNotation]{}},
			},
			"max_concurrent_jobs": schema.Int32Attribute{
				MarkdownDescription: "Number of jobs that may be between `Staging` and `Releasing` at a time. The others queue: first come, first served within a namespace, " +
					"and the namespaces take turns. From 1 to 10000. Default: `10`.",
				Optional:   true,
				Computed:   true,
				Default:    int32default.StaticInt32(10),
				Validators: []validator.Int32{int32validator.Between(1, 10000)},
			},
			"queue_timeout": schema.StringAttribute{
				MarkdownDescription: "The longest time that a job may queue; then it fails. Whole seconds, from `1s` to `168h`. Default: `30m`.",
				CustomType:          durationType{},
				Optional:            true,
				Computed:            true,
				Default:             stringdefault.StaticString("30m"),
				PlanModifiers:       []planmodifier.String{keepSpelling[durationNotation]{}},
			},
			"runtime_class_name": schema.StringAttribute{
				MarkdownDescription: "RuntimeClass of job pods, for a stronger sandbox such as gVisor or Kata Containers. Not set means the cluster's default.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtMost(253)},
			},
			"isolation": schema.SingleNestedAttribute{
				MarkdownDescription: "Isolation of job pods.",
				Optional:            true,
				Computed:            true,
				Default: objectdefault.StaticValue(types.ObjectValueMust(isolationTypes, map[string]attr.Value{
					"require_enforced_network_policy": types.BoolValue(true), "host_users": types.BoolValue(false), "writable_root": types.BoolValue(false),
					"network": types.StringValue(string(v1alpha1.NetworkDeny)), "nameservers": types.SetNull(types.StringType),
				})),
				Attributes: map[string]schema.Attribute{
					"require_enforced_network_policy": schema.BoolAttribute{
						MarkdownDescription: "Make every job prove, before any data reaches its pod, that the network policy of the sandbox namespace is enforced; many clusters " +
							"silently ignore such policies. Switch it off only where algorithms are as trusted as the data's owner. Default: `true`.",
						Optional: true,
						Computed: true,
						Default:  booldefault.StaticBool(true),
					},
					"host_users": schema.BoolAttribute{
						MarkdownDescription: "Run job pods in the user namespace of the node. `false`, the default, gives each pod one of its own, so that whoever breaks out of it is " +
							"nobody on the node; nodes without that feature need `true`.",
						Optional: true,
						Computed: true,
						Default:  booldefault.StaticBool(false),
					},
					"writable_root": schema.BoolAttribute{
						MarkdownDescription: "Let algorithms write to the root file system of their container. `false`, the default, allows writing in `/data/outputs`, `/data/logs` and `/tmp` alone.",
						Optional:            true,
						Computed:            true,
						Default:             booldefault.StaticBool(false),
					},
					"network": schema.StringAttribute{
						MarkdownDescription: "Network that jobs may ask for with `network`: `Deny`, the default, or `Allow`, the internet, for jobs whose datasets all allow it too. " +
							"The pods of such jobs get the label `c2d.dev/network=Allow`, for which the sandbox namespace has a second network policy.",
						Optional:   true,
						Computed:   true,
						Default:    stringdefault.StaticString(string(v1alpha1.NetworkDeny)),
						Validators: []validator.String{stringvalidator.OneOf(string(v1alpha1.NetworkDeny), string(v1alpha1.NetworkAllow))},
					},
					"nameservers": schema.SetAttribute{
						MarkdownDescription: "IP addresses of the nameservers that the pods of jobs with network ask, at most 3. Without any these pods resolve no names.",
						ElementType:         types.StringType,
						Optional:            true,
						Validators:          []validator.Set{setvalidator.SizeBetween(1, 3)},
					},
				},
			},
			"egress": schema.SingleNestedAttribute{
				MarkdownDescription: "Egress of the gateway on behalf of jobs of this environment.",
				Optional:            true,
				Attributes: map[string]schema.Attribute{
					"allow": schema.SetAttribute{
						MarkdownDescription: "Networks (CIDR) that sources, and the destinations and notify URLs of consumers, may lie in although they would be refused: loopback, link-local and cluster addresses. " +
							"Everything else is allowed without being listed.",
						ElementType: types.StringType,
						Optional:    true,
						Validators:  []validator.Set{setvalidator.SizeAtMost(32), setvalidator.ValueStringsAre(cidr{})},
					},
				},
			},
			"results": schema.SingleNestedAttribute{
				MarkdownDescription: "Where the results of jobs go.",
				Required:            true,
				Attributes: map[string]schema.Attribute{
					"s3": schema.SingleNestedAttribute{
						MarkdownDescription: "S3 bucket that results are written to. It must not be public: consumers get presigned URLs.",
						Required:            true,
						Attributes: s3Attributes(
							secretRefAttribute("Secret in the controller's namespace with the keys `accessKeyID`, `secretAccessKey` and, where temporary, `sessionToken`.", true),
							map[string]schema.Attribute{
								"prefix": schema.StringAttribute{
									MarkdownDescription: "Prefix of all keys in the bucket, without slashes at its ends.",
									Optional:            true,
									Validators: []validator.String{
										stringvalidator.LengthAtMost(256),
										matches(`^(`+patternSegment+`(/`+patternSegment+`)*)?$`, "must be a path without slashes at its ends and without . or .. as a segment"),
									},
								},
							}),
					},
					"retention": schema.StringAttribute{
						MarkdownDescription: "How long results are kept once access to them is over, or, where access has no limit, once the last run is: then the objects are deleted. " +
							"Whole seconds, from `1m` to `87600h`. Default: `168h`.",
						CustomType:    longDurationType{},
						Optional:      true,
						Computed:      true,
						Default:       stringdefault.StaticString("168h"),
						PlanModifiers: []planmodifier.String{keepSpelling[longDurationNotation]{}},
					},
				},
			},
			"signing":       signingAttribute(),
			"manifest_keys": manifestKeysAttribute(),
			"payment":       paymentAttribute(),
			"payee": schema.StringAttribute{
				MarkdownDescription: "Address of the account that is paid. Consumers sign it, and authorise it in the escrow contract; null where jobs cost nothing.",
				Computed:            true,
			},
			"ready": readyAttribute("environment"),
			"timeouts": timeouts.Attributes(ctx, timeouts.Opts{Create: true, Update: true, Delete: true,
				CreateDescription: waitDescription("5m"), UpdateDescription: waitDescription("5m"), DeleteDescription: deleteDescription}),
		},
	}
}

func (r *computeEnvironmentResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if p := r.modifyPlan(ctx, req, resp, "id"); p != nil {
		prior, next := p.prior["payment"], p.next["payment"]
		if samePayee(prior, next) && p.prior["payee"].IsNull() == next.IsNull() {
			p.keep("payee")
		} else {
			p.forget("payee")
		}
		if p.changed("signing") || p.prior["manifest_keys"].IsNull() {
			p.forget("manifest_keys")
		} else {
			p.keep("manifest_keys")
		}
		p.write(resp)
	}
}

func (m *computeEnvironmentModel) key() client.ObjectKey {
	return client.ObjectKey{Name: m.Name.ValueString()}
}

func (m *computeEnvironmentModel) limits() timeouts.Value { return m.Timeouts }

func (m *computeEnvironmentModel) configuration() runtime.ApplyConfiguration {
	spec := ac.ComputeEnvironmentSpec()
	spec.SandboxNamespace = text(m.SandboxNamespace)
	spec.MaxJobDuration = duration(m.MaxJobDuration)
	spec.MaxConcurrentJobs = m.MaxConcurrent.ValueInt32Pointer()
	spec.QueueTimeout = duration(m.QueueTimeout)
	spec.RuntimeClassName = text(m.RuntimeClassName)
	if o := m.Resources; o != nil {
		spec.Resources = &ac.ResourceOfferApplyConfiguration{CPU: o.CPU.configuration(), Memory: o.Memory.configuration(), Disk: o.Disk.configuration()}
	}
	if i := m.Isolation; i != nil {
		spec.Isolation = &ac.IsolationApplyConfiguration{
			RequireEnforcedNetworkPolicy: i.RequireEnforcedNetworkPolicy.ValueBoolPointer(),
			HostUsers:                    i.HostUsers.ValueBoolPointer(),
			WritableRoot:                 i.WritableRoot.ValueBoolPointer(),
			Network:                      ptr.To(v1alpha1.NetworkAccess(i.Network.ValueString())),
			Nameservers:                  unordered(i.Nameservers),
		}
	}
	if e := m.Egress; e != nil && len(e.Allow) > 0 {
		spec.Egress = &ac.EgressApplyConfiguration{Allow: unordered(e.Allow)}
	}
	if m.Results != nil && m.Results.S3 != nil {
		spec.Results = &ac.ResultsApplyConfiguration{S3: &ac.ResultsBucketApplyConfiguration{
			S3ConnectionApplyConfiguration: m.Results.S3.configuration(),
			Prefix:                         text(m.Results.S3.Prefix),
		}, Retention: duration(m.Results.Retention)}
	}
	spec.Signing = m.Signing.configuration()
	spec.Payment = m.Payment.configuration()
	return ac.ComputeEnvironment(m.Name.ValueString()).WithSpec(spec)
}

func (m *quantityRangeModel) configuration() *ac.QuantityRangeApplyConfiguration {
	if m == nil {
		return nil
	}
	return &ac.QuantityRangeApplyConfiguration{Default: quantity(m.Default), Max: quantity(m.Max)}
}

func (m *computeEnvironmentModel) setSpec(e *v1alpha1.ComputeEnvironment) {
	quantityRangeOf := func(r v1alpha1.QuantityRange) *quantityRangeModel {
		return &quantityRangeModel{Default: quantityOf(&r.Default), Max: quantityOf(&r.Max)}
	}
	spec := e.Spec
	m.SandboxNamespace = textOf(spec.SandboxNamespace)
	m.Resources = &resourceOfferModel{CPU: quantityRangeOf(spec.Resources.CPU), Memory: quantityRangeOf(spec.Resources.Memory), Disk: quantityRangeOf(spec.Resources.Disk)}
	m.MaxJobDuration = durationOf[durationNotation](spec.MaxJobDuration)
	m.MaxConcurrent = types.Int32Value(spec.MaxConcurrentJobs)
	m.QueueTimeout = durationOf[durationNotation](spec.QueueTimeout)
	m.RuntimeClassName = textOf(spec.RuntimeClassName)
	m.Isolation = &isolationModel{
		RequireEnforcedNetworkPolicy: types.BoolPointerValue(spec.Isolation.RequireEnforcedNetworkPolicy),
		HostUsers:                    types.BoolPointerValue(spec.Isolation.HostUsers),
		WritableRoot:                 types.BoolPointerValue(spec.Isolation.WritableRoot),
		Network:                      types.StringValue(string(cmp.Or(spec.Isolation.Network, v1alpha1.NetworkDeny))),
		Nameservers:                  copyOf(spec.Isolation.Nameservers),
	}
	m.Egress = nil
	if len(spec.Egress.Allow) > 0 {
		m.Egress = &egressModel{Allow: copyOf(spec.Egress.Allow)}
	}
	m.Results = &resultsModel{
		S3:        &bucketModel{s3ConnectionModel: s3ConnectionOf(spec.Results.S3.S3Connection), Prefix: textOf(spec.Results.S3.Prefix)},
		Retention: durationOf[longDurationNotation](spec.Results.Retention),
	}
	m.Signing = signingOf(spec.Signing)
	m.Payment = paymentOf(spec.Payment)
}

func (m *computeEnvironmentModel) setStatus(e *v1alpha1.ComputeEnvironment) {
	m.Name = types.StringValue(e.Name)
	m.ID = types.StringValue(e.Name)
	m.ManifestKeys = manifestKeysOf(e.Status.ManifestKeys)
	m.Payee = textOf(string(e.Status.Payee))
	m.Ready = types.BoolValue(progressOf(e, e.Status.Conditions, e.Status.ObservedGeneration).ready)
}
