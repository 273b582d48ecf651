package provider

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	ac "github.com/compute-to-data/terraform-provider-c2d/crds/applyconfiguration/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

var (
	_ resource.ResourceWithConfigure   = (*serviceAgreementResource)(nil)
	_ resource.ResourceWithIdentity    = (*serviceAgreementResource)(nil)
	_ resource.ResourceWithImportState = (*serviceAgreementResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*serviceAgreementResource)(nil)
)

type serviceAgreementResource struct {
	objectResource[serviceAgreementModel, *serviceAgreementModel, *v1alpha1.ServiceAgreement]
}

func newServiceAgreementResource() resource.Resource {
	r := &serviceAgreementResource{}
	r.settleWithin, r.deleteWithin = 10*time.Minute, 10*time.Minute
	r.afterFailure = "it is looked at again then."
	r.prepare = r.sign
	r.kind = kind[*v1alpha1.ServiceAgreement]{
		typeName:   "service_agreement",
		title:      "service agreement",
		namespaced: true,
		newObject:  func() *v1alpha1.ServiceAgreement { return &v1alpha1.ServiceAgreement{} },
		newList:    func() client.ObjectList { return &v1alpha1.ServiceAgreementList{} },
		copy:       (*v1alpha1.ServiceAgreement).DeepCopyInto,
		conditions: func(a *v1alpha1.ServiceAgreement) ([]metav1.Condition, int64) {
			return a.Status.Conditions, a.Status.ObservedGeneration
		},
		refine: refineAgreementProgress,
	}
	return r
}

// refineAgreementProgress knows that an agreement which has done its service carries none of the usual conditions.
func refineAgreementProgress(a *v1alpha1.ServiceAgreement, p progress) progress {
	if !p.seen {
		return p
	}
	switch a.Status.State {
	case v1alpha1.AgreementExhausted:
		p.ready, p.reason = true, v1alpha1.ReasonExhausted
	case v1alpha1.AgreementExpired:
		p.failed, p.reason = true, v1alpha1.ReasonExpired
		p.message = "The agreement has expired; sign another one."
	}
	return p
}

type serviceAgreementModel struct {
	ID          types.String          `tfsdk:"id"`
	Namespace   types.String          `tfsdk:"namespace"`
	Name        types.String          `tfsdk:"name"`
	Consumer    types.String          `tfsdk:"consumer"`
	Environment types.String          `tfsdk:"environment"`
	Datasets    []agreedDatasetModel  `tfsdk:"datasets"`
	Algorithms  []string              `tfsdk:"algorithms"`
	Payment     *agreedPaymentModel   `tfsdk:"payment"`
	MaxPrices   *pricesPerMinuteModel `tfsdk:"max_prices"`
	ExpiresAt   instantValue          `tfsdk:"expires_at"`
	Nonce       types.String          `tfsdk:"nonce"`
	Terms       types.Object          `tfsdk:"terms"`
	Signature   types.String          `tfsdk:"signature"`
	Timeouts    timeouts.Value        `tfsdk:"timeouts"`

	State       types.String `tfsdk:"state"`
	Reason      types.String `tfsdk:"reason"`
	Message     types.String `tfsdk:"message"`
	Spent       types.String `tfsdk:"spent"`
	Locked      types.String `tfsdk:"locked"`
	ActiveSince types.String `tfsdk:"active_since"`
}

// agreementStatusAttributes are those that the controller decides.
var agreementStatusAttributes = []string{"state", "reason", "message", "spent", "locked", "active_since"}

type agreedDatasetModel struct {
	DID       types.String `tfsdk:"did"`
	Namespace types.String `tfsdk:"namespace"`
	Name      types.String `tfsdk:"name"`
}

type agreedPaymentModel struct {
	Token     types.String `tfsdk:"token"`
	MaxAmount types.String `tfsdk:"max_amount"`
}

// agreedTermsModel is what an agreement binds beside its own attributes: the environment as it was signed for.
type agreedTermsModel struct {
	EnvironmentUID types.String `tfsdk:"environment_uid"`
	ChainID        types.Int64  `tfsdk:"chain_id"`
	Escrow         types.String `tfsdk:"escrow"`
	Payee          types.String `tfsdk:"payee"`
	Prices         types.Object `tfsdk:"prices"`
}

var (
	pricesTypes      = map[string]attr.Type{"cpu": types.StringType, "memory_gib": types.StringType, "disk_gib": types.StringType}
	agreedTermsTypes = map[string]attr.Type{
		"environment_uid": types.StringType, "chain_id": types.Int64Type, "escrow": types.StringType, "payee": types.StringType,
		"prices": types.ObjectType{AttrTypes: pricesTypes},
	}
)

func (m *serviceAgreementModel) key() client.ObjectKey {
	return client.ObjectKey{Namespace: m.Namespace.ValueString(), Name: m.Name.ValueString()}
}

func (m *serviceAgreementModel) limits() timeouts.Value { return m.Timeouts }

func (m *serviceAgreementModel) configuration() runtime.ApplyConfiguration {
	spec := ac.ServiceAgreementSpec()
	spec.Consumer = address(m.Consumer)
	spec.Environment = text(m.Environment)
	for _, d := range m.Datasets {
		spec.Datasets = append(spec.Datasets, ac.AgreedDatasetApplyConfiguration{DID: text(d.DID), Namespace: text(m.namespaceOf(d)), Name: text(d.Name)})
	}
	slices.SortFunc(spec.Datasets, func(a, b ac.AgreedDatasetApplyConfiguration) int {
		return cmp.Or(cmp.Compare(*orEmpty(a.DID), *orEmpty(b.DID)), cmp.Compare(*orEmpty(a.Namespace), *orEmpty(b.Namespace)), cmp.Compare(*orEmpty(a.Name), *orEmpty(b.Name)))
	})
	spec.Algorithms = unordered(m.Algorithms)
	if p := m.Payment; p != nil {
		spec.Payment = &ac.AgreedPaymentApplyConfiguration{Token: address(p.Token), MaxAmount: amount(p.MaxAmount)}
	}
	spec.ExpiresAt = instant(m.ExpiresAt)
	spec.Nonce = text(m.Nonce)
	spec.Signature = text(m.Signature)
	return ac.ServiceAgreement(m.Name.ValueString(), m.Namespace.ValueString()).WithSpec(spec)
}

func orEmpty(s *string) *string {
	if s == nil {
		return new(string)
	}
	return s
}

// namespaceOf a dataset: the agreement's own where none is given.
func (m *serviceAgreementModel) namespaceOf(d agreedDatasetModel) types.String {
	if d.Namespace.IsNull() {
		return m.Namespace
	}
	return d.Namespace
}

func (m *serviceAgreementModel) setSpec(a *v1alpha1.ServiceAgreement) {
	spec := a.Spec
	m.Consumer = textOf(string(spec.Consumer))
	m.Environment = textOf(spec.Environment)
	m.Datasets = nil
	for _, d := range spec.Datasets {
		m.Datasets = append(m.Datasets, agreedDatasetModel{DID: textOf(d.DID), Namespace: textOf(d.Namespace), Name: textOf(d.Name)})
	}
	m.Algorithms = copyOf(spec.Algorithms)
	m.Payment = &agreedPaymentModel{Token: textOf(string(spec.Payment.Token)), MaxAmount: textOf(string(spec.Payment.MaxAmount))}
	m.ExpiresAt = instantOf(spec.ExpiresAt)
	m.Nonce = textOf(spec.Nonce)
	m.Signature = textOf(spec.Signature)
}

func (m *serviceAgreementModel) setStatus(a *v1alpha1.ServiceAgreement) {
	m.Namespace = types.StringValue(a.Namespace)
	m.Name = types.StringValue(a.Name)
	m.ID = types.StringValue(objectID(m.key()))
	status := a.Status
	p := refineAgreementProgress(a, progressOf(a, status.Conditions, status.ObservedGeneration))
	state := status.State
	if state == "" || !p.seen {
		state = v1alpha1.AgreementPending
	}
	zero := func(amount v1alpha1.Amount) types.String { return types.StringValue(cmp.Or(string(amount), "0")) }
	m.State = types.StringValue(string(state))
	m.Reason, m.Message = textOf(p.reason), textOf(p.message)
	m.Spent, m.Locked = zero(status.Spent), zero(status.Locked)
	m.ActiveSince = timeOf(status.ActiveSince)
}

// Read also says what was signed, where the state does not know: the agreement was imported.
func (r *serviceAgreementResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	r.objectResource.Read(ctx, req, resp)
	if resp.Diagnostics.HasError() || resp.State.Raw.IsNull() {
		return
	}
	var m serviceAgreementModel
	resp.Diagnostics.Append(resp.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() || !m.Terms.IsNull() {
		return
	}
	if found, err := r.terms(ctx, &m); err == nil && found.holds(m.Signature) {
		m.Terms = found.model()
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}
