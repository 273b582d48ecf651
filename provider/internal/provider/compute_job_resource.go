package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	ac "github.com/compute-to-data/terraform-provider-c2d/crds/applyconfiguration/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

var (
	_ resource.ResourceWithConfigure   = (*computeJobResource)(nil)
	_ resource.ResourceWithIdentity    = (*computeJobResource)(nil)
	_ resource.ResourceWithImportState = (*computeJobResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*computeJobResource)(nil)
)

type computeJobResource struct {
	objectResource[computeJobModel, *computeJobModel, *v1alpha1.ComputeJob]
}

func newComputeJobResource() resource.Resource {
	r := &computeJobResource{}
	r.settleWithin, r.deleteWithin = 60*time.Minute, 10*time.Minute
	r.moreOnFailure = explainFailedJob
	r.afterFailure = "other triggers, or terraform apply -replace=ADDRESS, run the job again."
	r.kind = kind[*v1alpha1.ComputeJob]{
		typeName:   "compute_job",
		title:      "compute job",
		namespaced: true,
		newObject:  func() *v1alpha1.ComputeJob { return &v1alpha1.ComputeJob{} },
		newList:    func() client.ObjectList { return &v1alpha1.ComputeJobList{} },
		copy:       (*v1alpha1.ComputeJob).DeepCopyInto,
		conditions: func(j *v1alpha1.ComputeJob) ([]metav1.Condition, int64) {
			return j.Status.Conditions, j.Status.ObservedGeneration
		},
	}
	return r
}

type computeJobModel struct {
	ID          types.String             `tfsdk:"id"`
	Namespace   types.String             `tfsdk:"namespace"`
	Name        types.String             `tfsdk:"name"`
	Environment types.String             `tfsdk:"environment"`
	Datasets    []datasetReferenceModel  `tfsdk:"datasets"`
	Algorithm   *algorithmReferenceModel `tfsdk:"algorithm"`
	Parameters  map[string]string        `tfsdk:"parameters"`
	Resources   *jobResourcesModel       `tfsdk:"resources"`
	MaxDuration durationValue            `tfsdk:"max_duration"`
	Deliver     []string                 `tfsdk:"deliver"`
	Triggers    map[string]string        `tfsdk:"triggers"`
	Timeouts    timeouts.Value           `tfsdk:"timeouts"`
	jobStatusModel
}

type datasetReferenceModel struct {
	Namespace types.String `tfsdk:"namespace"`
	Name      types.String `tfsdk:"name"`
}

type algorithmReferenceModel struct {
	Name types.String `tfsdk:"name"`
}

type jobResourcesModel struct {
	CPU    quantityValue `tfsdk:"cpu"`
	Memory quantityValue `tfsdk:"memory"`
	Disk   quantityValue `tfsdk:"disk"`
}

// jobStatusModel is what became of a job.
type jobStatusModel struct {
	State       types.String `tfsdk:"state"`
	Reason      types.String `tfsdk:"reason"`
	Message     types.String `tfsdk:"message"`
	Run         types.Int64  `tfsdk:"run"`
	Pod         types.String `tfsdk:"pod"`
	StartedAt   types.String `tfsdk:"started_at"`
	CompletedAt types.String `tfsdk:"completed_at"`
	Exit        types.Object `tfsdk:"exit"`
	Results     types.List   `tfsdk:"results"`
	Manifest    types.Object `tfsdk:"manifest"`
}

var (
	jobSpecAttributes   = []string{"environment", "datasets", "algorithm", "parameters", "resources", "max_duration", "deliver"}
	jobStatusAttributes = []string{"state", "reason", "message", "run", "pod", "started_at", "completed_at", "exit", "results", "manifest"}
)

// ModifyPlan replaces a job that is to run something else, for its spec cannot change, and takes up the wait for one
// that was left running.
func (r *computeJobResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	p := r.plan(ctx, req, resp)
	if p == nil {
		return
	}
	p.keep("id")
	replace := false
	if !unchanged[computeJobModel, *computeJobModel, *v1alpha1.ComputeJob](p) {
		for _, name := range jobSpecAttributes {
			if p.changed(name) {
				resp.RequiresReplace.Append(path.Root(name))
				replace = true
			}
		}
	}
	// Triggers live in Terraform's state alone. A job without them, such as one that was imported, only takes note of its first.
	if p.changed("triggers") && !p.prior["triggers"].IsNull() {
		resp.RequiresReplace.Append(path.Root("triggers"))
		replace = true
	}
	if replace || p.changed("name") || p.changed("namespace") {
		p.forget(jobStatusAttributes...)
	} else {
		p.keep(jobStatusAttributes...)
		var state *string
		if p.prior["state"].As(&state) == nil && (state == nil || !v1alpha1.State(*state).Terminal()) {
			p.forget(jobStatusAttributes...)
		}
	}
	p.write(resp)
}

func (m *computeJobModel) key() client.ObjectKey {
	return client.ObjectKey{Namespace: m.Namespace.ValueString(), Name: m.Name.ValueString()}
}

func (m *computeJobModel) limits() timeouts.Value { return m.Timeouts }

func (m *computeJobModel) configuration() runtime.ApplyConfiguration {
	spec := ac.ComputeJobSpec()
	spec.Environment = text(m.Environment)
	for _, dataset := range m.Datasets {
		// The namespace is part of the key of the list, and empty for the job's own.
		namespace := dataset.Namespace.ValueString()
		spec.Datasets = append(spec.Datasets, ac.DatasetReferenceApplyConfiguration{Namespace: &namespace, Name: text(dataset.Name)})
	}
	if m.Algorithm != nil {
		spec.Algorithm = &ac.AlgorithmReferenceApplyConfiguration{Name: text(m.Algorithm.Name)}
	}
	if len(m.Parameters) > 0 {
		spec.Parameters = m.Parameters
	}
	if o := m.Resources; o != nil {
		resources := ac.JobResourcesApplyConfiguration{CPU: quantity(o.CPU), Memory: quantity(o.Memory), Disk: quantity(o.Disk)}
		if resources != (ac.JobResourcesApplyConfiguration{}) {
			spec.Resources = &resources
		}
	}
	spec.MaxDuration = duration(m.MaxDuration)
	for _, delivery := range unordered(m.Deliver) {
		spec.Deliver = append(spec.Deliver, v1alpha1.Delivery(delivery))
	}
	return ac.ComputeJob(m.Name.ValueString(), m.Namespace.ValueString()).WithSpec(spec)
}

func (m *computeJobModel) setSpec(j *v1alpha1.ComputeJob) {
	spec := j.Spec
	m.Environment = textOf(spec.Environment)
	m.Datasets = nil
	for _, dataset := range spec.Datasets {
		m.Datasets = append(m.Datasets, datasetReferenceModel{Namespace: textOf(dataset.Namespace), Name: textOf(dataset.Name)})
	}
	m.Algorithm = &algorithmReferenceModel{Name: textOf(spec.Algorithm.Name)}
	m.Parameters = nil
	if len(spec.Parameters) > 0 {
		m.Parameters = spec.Parameters
	}
	m.Resources = nil
	if spec.Resources != (v1alpha1.JobResources{}) {
		m.Resources = &jobResourcesModel{CPU: quantityOf(spec.Resources.CPU), Memory: quantityOf(spec.Resources.Memory), Disk: quantityOf(spec.Resources.Disk)}
	}
	m.MaxDuration = durationOf(spec.MaxDuration)
	m.Deliver = nil
	for _, delivery := range spec.Deliver {
		m.Deliver = append(m.Deliver, string(delivery))
	}
}

var (
	exitTypes     = map[string]attr.Type{"class": types.StringType, "code": types.Int64Type}
	resultTypes   = map[string]attr.Type{"name": types.StringType, "type": types.StringType, "bytes": types.Int64Type, "sha256": types.StringType, "uri": types.StringType}
	manifestTypes = map[string]attr.Type{"sha256": types.StringType, "outputs": types.Int64Type, "bytes": types.Int64Type}
)

func (m *computeJobModel) setStatus(j *v1alpha1.ComputeJob) {
	m.Namespace = types.StringValue(j.Namespace)
	m.Name = types.StringValue(j.Name)
	m.ID = types.StringValue(objectID(m.key()))

	status, p := j.Status, progressOf(j, j.Status.Conditions, j.Status.ObservedGeneration)
	state := status.State
	if state == "" {
		state = v1alpha1.StatePending
	}
	m.jobStatusModel = jobStatusModel{
		State:       types.StringValue(string(state)),
		Reason:      textOf(p.reason),
		Message:     textOf(p.message),
		Run:         types.Int64Value(status.Run),
		Pod:         textOf(status.Pod),
		StartedAt:   timeOf(status.StartTime),
		CompletedAt: timeOf(status.CompletionTime),
		Exit:        types.ObjectNull(exitTypes),
		Manifest:    types.ObjectNull(manifestTypes),
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
	if manifest := status.Manifest; manifest != nil {
		m.Manifest = types.ObjectValueMust(manifestTypes, map[string]attr.Value{
			"sha256":  types.StringValue(manifest.SHA256),
			"outputs": types.Int64Value(manifest.Outputs),
			"bytes":   types.Int64Value(manifest.Bytes),
		})
	}
}
