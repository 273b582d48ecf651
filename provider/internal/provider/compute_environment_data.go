package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

var _ datasource.DataSourceWithConfigure = (*computeEnvironmentData)(nil)

type computeEnvironmentData struct{ cluster *cluster }

func newComputeEnvironmentData() datasource.DataSource { return &computeEnvironmentData{} }

type computeEnvironmentDataModel struct {
	Name           types.String `tfsdk:"name"`
	MaxJobDuration types.String `tfsdk:"max_job_duration"`
	ChainID        types.Int64  `tfsdk:"chain_id"`
	Escrow         types.String `tfsdk:"escrow"`
	Payee          types.String `tfsdk:"payee"`
	Prices         types.Map    `tfsdk:"prices"`
	ManifestKeys   types.List   `tfsdk:"manifest_keys"`
	Ready          types.Bool   `tfsdk:"ready"`
}

func (d *computeEnvironmentData) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_compute_environment"
}

func (d *computeEnvironmentData) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	computed := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "An environment that somebody else offers: what a consumer has to know of it to sign an agreement, to deposit, and to verify a manifest.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the environment.",
				Required:            true,
				Validators:          []validator.String{label("an environment")},
			},
			"max_job_duration": computed("The longest time that an algorithm may run."),
			"chain_id":         schema.Int64Attribute{MarkdownDescription: "Id of the chain that the money is on; null, as the rest of what is about money, where jobs cost nothing.", Computed: true},
			"escrow":           computed("Address of the escrow contract."),
			"payee":            computed("Address of the account that is paid; null until the controller has found out."),
			"prices": schema.MapNestedAttribute{
				MarkdownDescription: "Prices of a minute in base units, by the address of the token.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"cpu": computed("Price of one core."), "memory_gib": computed("Price of one GiB of memory."), "disk_gib": computed("Price of one GiB of disk."),
				}},
			},
			"manifest_keys": readOnly(map[string]resourceschema.Attribute{"": manifestKeysAttribute()})[""],
			"ready":         schema.BoolAttribute{MarkdownDescription: "Whether the controller found the environment fit for use.", Computed: true},
		},
	}
}

func (d *computeEnvironmentData) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.cluster = clusterOf(req.ProviderData, &resp.Diagnostics)
}

func (d *computeEnvironmentData) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m computeEnvironmentDataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, dataWait)
	defer cancel()
	api, err := d.cluster.client()
	var environment *v1alpha1.ComputeEnvironment
	if err == nil {
		environment, err = readEnvironment(ctx, api, m.Name.ValueString())
	}
	if err != nil {
		resp.Diagnostics.Append(explain(fmt.Sprintf("read compute environment %q", m.Name.ValueString()), err)...)
		return
	}
	m.MaxJobDuration = durationOf[durationNotation](environment.Spec.MaxJobDuration).StringValue
	m.ManifestKeys = manifestKeysOf(environment.Status.ManifestKeys)
	m.Payee = textOf(string(environment.Status.Payee))
	m.Ready = types.BoolValue(progressOf(environment, environment.Status.Conditions, environment.Status.ObservedGeneration).ready)
	priceType := types.ObjectType{AttrTypes: pricesTypes}
	m.ChainID, m.Escrow, m.Prices = types.Int64Null(), types.StringNull(), types.MapNull(priceType)
	if p := environment.Spec.Payment; p != nil {
		prices := map[string]attr.Value{}
		for _, offer := range p.Prices {
			prices[string(offer.Token)] = types.ObjectValueMust(pricesTypes, map[string]attr.Value{
				"cpu": textOf(string(offer.PerMinute.CPU)), "memory_gib": textOf(string(offer.PerMinute.MemoryGiB)), "disk_gib": textOf(string(offer.PerMinute.DiskGiB)),
			})
		}
		m.ChainID, m.Escrow, m.Prices = types.Int64Value(p.Chain.ChainID), textOf(string(p.Escrow)), types.MapValueMust(priceType, prices)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
