package provider

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int32validator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	ac "github.com/compute-to-data/terraform-provider-c2d/crds/applyconfiguration/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// budgetModel is what each consumer may ask in a window of time.
type budgetModel struct {
	Window      longDurationValue `tfsdk:"window"`
	Runs        types.Int32       `tfsdk:"runs"`
	OutputBytes quantityValue     `tfsdk:"output_bytes"`
}

// defaultBudgetWindow is what the API server fills in.
const defaultBudgetWindow = 24 * time.Hour

func budgetAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Bounds what each consumer may ask in a window of time: many small answers can be put together to what no single one would tell. " +
			"A consumer is the namespace that the dataset is for, or else the account. Absent: no limit.",
		Optional:   true,
		Validators: []validator.Object{budgeted{}},
		Attributes: map[string]schema.Attribute{
			"window": schema.StringAttribute{
				MarkdownDescription: "Window of time that slides: what is older no longer counts. Whole seconds, from `1m` to `87600h`. Default: `24h`.",
				CustomType:          longDurationType{},
				Optional:            true,
				PlanModifiers:       []planmodifier.String{keepSpelling[longDurationNotation]{}},
			},
			"runs": schema.Int32Attribute{
				MarkdownDescription: "Runs in which the algorithm was started, whatever became of them. From 1 to 100. Default: `100`.",
				Optional:            true,
				Validators:          []validator.Int32{int32validator.Between(1, 100)},
			},
			"output_bytes": bytesAttribute("Bytes that were released, outputs and logs together: `10Mi`. A run may not bring more than what is left. Default: no limit."),
		},
	}
}

func (m *budgetModel) configuration() *ac.QueryBudgetApplyConfiguration {
	if m == nil {
		return nil
	}
	c := &ac.QueryBudgetApplyConfiguration{Window: duration(m.Window), Runs: m.Runs.ValueInt32Pointer(), OutputBytes: quantity(m.OutputBytes)}
	if c.Window == nil {
		// Written out, since what the API server fills in is nobody's: it would stay behind, and a window alone is no budget.
		c.Window = &metav1.Duration{Duration: defaultBudgetWindow}
	}
	return c
}

func budgetOf(budget *v1alpha1.QueryBudget) *budgetModel {
	if budget == nil {
		return nil
	}
	return &budgetModel{Window: durationOf[longDurationNotation](budget.Window), Runs: types.Int32PointerValue(budget.Runs), OutputBytes: quantityOf(budget.OutputBytes)}
}
