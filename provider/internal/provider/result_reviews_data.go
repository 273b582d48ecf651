package provider

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

var _ datasource.DataSourceWithConfigure = (*resultReviewsData)(nil)

type resultReviewsData struct{ cluster *cluster }

func newResultReviewsData() datasource.DataSource { return &resultReviewsData{} }

type resultReviewsDataModel struct {
	Namespace types.String        `tfsdk:"namespace"`
	State     types.String        `tfsdk:"state"`
	Reviews   []listedReviewModel `tfsdk:"reviews"`
}

type listedReviewModel struct {
	Name types.String `tfsdk:"name"`
	Job  types.Object `tfsdk:"job"`
	reviewFactsModel
}

func (d *resultReviewsData) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_result_reviews"
}

func (d *resultReviewsData) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	computed := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	review := readOnly(reviewFactsSchema())
	maps.Copy(review, map[string]schema.Attribute{
		"name": computed("Name of the review."),
		"job": schema.SingleNestedAttribute{
			MarkdownDescription: "Job whose run brought the results.",
			Computed:            true,
			Attributes: map[string]schema.Attribute{
				"namespace": computed("Namespace of the job: the consumer's."),
				"name":      computed("Name of the job."),
				"run":       schema.Int64Attribute{MarkdownDescription: "Run of the job.", Computed: true},
			},
		},
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: "The reviews of results in an owner's namespace: what is asked, and what came of it. It reads and never waits.",
		Attributes: map[string]schema.Attribute{
			"namespace": schema.StringAttribute{
				MarkdownDescription: "Namespace of the reviews: that of the datasets' owner. Default: that of the provider.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{label("a namespace")},
			},
			"state": schema.StringAttribute{
				MarkdownDescription: "Only reviews in this state: `Pending`, `Approved`, `Rejected`, `Expired` or `Withdrawn`. Default: all.",
				Optional:            true,
				Validators: []validator.String{oneOfWords(v1alpha1.ReviewPending, v1alpha1.ReviewStateApproved, v1alpha1.ReviewStateRejected,
					v1alpha1.ReviewStateExpired, v1alpha1.ReviewWithdrawn)},
			},
			"reviews": schema.ListNestedAttribute{
				MarkdownDescription: "Reviews, the one with the earliest deadline first.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: review},
			},
		},
	}
}

func (d *resultReviewsData) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.cluster = clusterOf(req.ProviderData, &resp.Diagnostics)
}

func (d *resultReviewsData) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m resultReviewsDataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, dataWait)
	defer cancel()
	namespace, known := m.Namespace.ValueString(), true
	if namespace == "" {
		namespace, known = d.cluster.namespace()
	}
	var list v1alpha1.ResultReviewList
	api, err := d.cluster.client()
	switch {
	case err != nil:
	case !known:
		err = fmt.Errorf("%w: namespace", errUnknownSettings)
	default:
		err = api.List(ctx, &list, client.InNamespace(namespace))
	}
	if err != nil {
		resp.Diagnostics.Append(explain(fmt.Sprintf("list result reviews in namespace %q", namespace), err)...)
		return
	}
	slices.SortFunc(list.Items, func(a, b v1alpha1.ResultReview) int {
		return cmp.Or(a.Spec.Deadline.Compare(b.Spec.Deadline.Time), cmp.Compare(a.Name, b.Name))
	})
	m.Namespace, m.Reviews = types.StringValue(namespace), []listedReviewModel{}
	for i := range list.Items {
		review := &list.Items[i]
		facts := reviewFactsOf(review)
		if m.State.IsNull() || m.State.Equal(facts.State) {
			m.Reviews = append(m.Reviews, listedReviewModel{Name: types.StringValue(review.Name), Job: reviewedJobOf(review.Spec.Job), reviewFactsModel: facts})
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
