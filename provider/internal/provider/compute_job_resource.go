package provider

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
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
	r.whileWaiting = explainReview
	r.afterFailure = "another spec or other triggers run the job again, and so does terraform apply -replace=ADDRESS."
	r.complete = completeTrigger
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
		refine: refineJobProgress,
	}
	return r
}

type computeJobModel struct {
	ID          types.String             `tfsdk:"id"`
	Namespace   types.String             `tfsdk:"namespace"`
	Name        types.String             `tfsdk:"name"`
	Environment types.String             `tfsdk:"environment"`
	Agreement   types.String             `tfsdk:"agreement"`
	Datasets    []datasetReferenceModel  `tfsdk:"datasets"`
	Algorithm   *algorithmReferenceModel `tfsdk:"algorithm"`
	Parameters  map[string]string        `tfsdk:"parameters"`
	Resources   *jobResourcesModel       `tfsdk:"resources"`
	MaxDuration durationValue            `tfsdk:"max_duration"`
	Network     types.String             `tfsdk:"network"`
	Deliver     []string                 `tfsdk:"deliver"`
	Destination *destinationModel        `tfsdk:"destination"`
	Notify      *notifyModel             `tfsdk:"notify"`
	Suspend     types.Bool               `tfsdk:"suspend"`
	Triggers    map[string]string        `tfsdk:"triggers"`
	Trigger     types.String             `tfsdk:"trigger"`
	Timeouts    timeouts.Value           `tfsdk:"timeouts"`
	jobStatusModel
	jobCostModel
}

type datasetReferenceModel struct {
	Namespace  types.String      `tfsdk:"namespace"`
	Name       types.String      `tfsdk:"name"`
	DID        types.String      `tfsdk:"did"`
	Parameters map[string]string `tfsdk:"parameters"`
}

type algorithmReferenceModel struct {
	Name types.String `tfsdk:"name"`
	DID  types.String `tfsdk:"did"`
	Raw  *rawModel    `tfsdk:"raw"`
}

type rawModel struct {
	Container *containerModel `tfsdk:"container"`
	Code      *codeModel      `tfsdk:"code"`
}

type jobResourcesModel struct {
	CPU    quantityValue `tfsdk:"cpu"`
	Memory quantityValue `tfsdk:"memory"`
	Disk   quantityValue `tfsdk:"disk"`
}

type destinationModel struct {
	S3 *bucketModel `tfsdk:"s3"`
}

type notifyModel struct {
	URL       types.String    `tfsdk:"url"`
	SecretRef *secretRefModel `tfsdk:"secret_ref"`
}

func (m *computeJobModel) key() client.ObjectKey {
	return client.ObjectKey{Namespace: m.Namespace.ValueString(), Name: m.Name.ValueString()}
}

func (m *computeJobModel) suspended() bool { return m.Suspend.ValueBool() }

func (m *computeJobModel) limits() timeouts.Value { return m.Timeouts }

func (m *computeJobModel) configuration() runtime.ApplyConfiguration {
	spec := ac.ComputeJobSpec()
	spec.Environment = text(m.Environment)
	spec.Agreement = text(m.Agreement)
	for _, dataset := range m.Datasets {
		// All three are the key of the list, and are written even where they are empty.
		namespace, name, did := dataset.Namespace.ValueString(), dataset.Name.ValueString(), dataset.DID.ValueString()
		spec.Datasets = append(spec.Datasets, ac.DatasetReferenceApplyConfiguration{
			Namespace: &namespace, Name: &name, DID: &did, Parameters: parameterValues(dataset.Parameters),
		})
	}
	if m.Algorithm != nil {
		spec.Algorithm = &ac.AlgorithmReferenceApplyConfiguration{Name: text(m.Algorithm.Name), DID: text(m.Algorithm.DID)}
		if raw := m.Algorithm.Raw; raw != nil {
			spec.Algorithm.Raw = &ac.RawAlgorithmApplyConfiguration{Container: raw.Container.configuration(), Code: raw.Code.configuration()}
		}
	}
	spec.Parameters = parameterValues(m.Parameters)
	if o := m.Resources; o != nil {
		resources := ac.JobResourcesApplyConfiguration{CPU: quantity(o.CPU), Memory: quantity(o.Memory), Disk: quantity(o.Disk)}
		if resources != (ac.JobResourcesApplyConfiguration{}) {
			spec.Resources = &resources
		}
	}
	spec.MaxDuration = duration(m.MaxDuration)
	spec.Network = wordBut(m.Network, v1alpha1.NetworkDeny)
	for _, delivery := range unordered(m.Deliver) {
		spec.Deliver = append(spec.Deliver, v1alpha1.Delivery(delivery))
	}
	if d := m.Destination; d != nil && d.S3 != nil {
		spec.Destination = &ac.DestinationApplyConfiguration{S3: &ac.DestinationBucketApplyConfiguration{
			S3ConnectionApplyConfiguration: d.S3.configuration(), Prefix: text(d.S3.Prefix),
		}}
	}
	if n := m.Notify; n != nil {
		spec.Notify = &ac.NotifyApplyConfiguration{URL: text(n.URL), SecretRef: n.SecretRef.configuration()}
	}
	// False is asked for too: who suspends the job by other means is then a conflict, before anything is written.
	spec.Suspend = m.Suspend.ValueBoolPointer()
	spec.Trigger = text(m.Trigger)
	return ac.ComputeJob(m.Name.ValueString(), m.Namespace.ValueString()).WithSpec(spec)
}

func (m *computeJobModel) setSpec(j *v1alpha1.ComputeJob) {
	spec := j.Spec
	m.Environment = textOf(spec.Environment)
	m.Agreement = textOf(spec.Agreement)
	m.Datasets = nil
	for _, dataset := range spec.Datasets {
		m.Datasets = append(m.Datasets, datasetReferenceModel{
			Namespace: textOf(dataset.Namespace), Name: textOf(dataset.Name), DID: textOf(dataset.DID), Parameters: parameterValuesOf(dataset.Parameters),
		})
	}
	m.Algorithm = &algorithmReferenceModel{Name: textOf(spec.Algorithm.Name), DID: textOf(spec.Algorithm.DID)}
	if raw := spec.Algorithm.Raw; raw != nil {
		m.Algorithm.Raw = &rawModel{Container: containerOf(raw.Container), Code: codeOf(raw.Code)}
	}
	m.Parameters = parameterValuesOf(spec.Parameters)
	m.Resources = nil
	if spec.Resources != (v1alpha1.JobResources{}) {
		m.Resources = &jobResourcesModel{CPU: quantityOf(spec.Resources.CPU), Memory: quantityOf(spec.Resources.Memory), Disk: quantityOf(spec.Resources.Disk)}
	}
	m.MaxDuration = durationOf[durationNotation](spec.MaxDuration)
	m.Network = textBut(spec.Network, v1alpha1.NetworkDeny)
	m.Deliver = nil
	for _, delivery := range spec.Deliver {
		m.Deliver = append(m.Deliver, string(delivery))
	}
	m.Destination = nil
	if d := spec.Destination; d != nil {
		m.Destination = &destinationModel{S3: &bucketModel{s3ConnectionModel: s3ConnectionOf(d.S3.S3Connection), Prefix: textOf(d.S3.Prefix)}}
	}
	m.Notify = nil
	if n := spec.Notify; n != nil {
		m.Notify = &notifyModel{URL: textOf(n.URL), SecretRef: secretRefOf(n.SecretRef)}
	}
	m.Suspend = types.BoolValue(spec.Suspend)
	m.Trigger = textOf(spec.Trigger)
}
