// Package provider is the Terraform provider for compute-to-data: it declares environments, datasets, algorithms and
// compute jobs as objects of a Kubernetes cluster, and waits until the controller there has made them true.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/providervalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var (
	_ provider.Provider                       = (*c2dProvider)(nil)
	_ provider.ProviderWithConfigValidators   = (*c2dProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*c2dProvider)(nil)
	_ provider.ProviderWithFunctions          = (*c2dProvider)(nil)
)

// New makes servers of the provider. Version is told to the API server, as part of the user agent.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &c2dProvider{version: version} }
}

type c2dProvider struct{ version string }

type providerModel struct {
	Kubeconfig           types.String `tfsdk:"kubeconfig"`
	Context              types.String `tfsdk:"context"`
	Host                 types.String `tfsdk:"host"`
	ClusterCACertificate types.String `tfsdk:"cluster_ca_certificate"`
	Token                types.String `tfsdk:"token"`
	ClientCertificate    types.String `tfsdk:"client_certificate"`
	ClientKey            types.String `tfsdk:"client_key"`
	Namespace            types.String `tfsdk:"namespace"`
	FieldManager         types.String `tfsdk:"field_manager"`
	ForceConflicts       types.Bool   `tfsdk:"force_conflicts"`
	Chain                types.Object `tfsdk:"chain"`
	Wallet               types.Object `tfsdk:"wallet"`
}

func (p *c2dProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "c2d"
	resp.Version = p.version
}

func (p *c2dProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	withHost := stringvalidator.AlsoRequires(path.MatchRoot("host"))
	resp.Schema = schema.Schema{
		MarkdownDescription: "Compute-to-data: let others compute on data that they may not see. The provider declares environments, datasets, " +
			"algorithms and compute jobs in a Kubernetes cluster that runs the compute-to-data controller.",
		Attributes: map[string]schema.Attribute{
			"kubeconfig": schema.StringAttribute{
				MarkdownDescription: "Path of a kubeconfig file. Default: `$KUBE_CONFIG_PATH`, else `$KUBECONFIG`, else `~/.kube/config`, else the service account of the pod that Terraform runs in.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"context": schema.StringAttribute{
				MarkdownDescription: "Context of the kubeconfig file. Default: its current context.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"host": schema.StringAttribute{
				MarkdownDescription: "URL of the API server, instead of a kubeconfig file: `https://10.0.0.1:6443`.",
				Optional:            true,
				Validators:          []validator.String{matches(`^https?://[^/\s]+(/\S*)?$`, "must be the URL of an API server, such as https://10.0.0.1:6443")},
			},
			"cluster_ca_certificate": schema.StringAttribute{
				MarkdownDescription: "Certificates, in PEM, of the authorities that the API server's certificate is checked against. Goes with `host`. Default: those of the system.",
				Optional:            true,
				Validators:          []validator.String{withHost},
			},
			"token": schema.StringAttribute{
				MarkdownDescription: "Bearer token. Goes with `host`.",
				Optional:            true,
				Sensitive:           true,
				Validators:          []validator.String{withHost},
			},
			"client_certificate": schema.StringAttribute{
				MarkdownDescription: "Client certificate in PEM. Goes with `host` and `client_key`.",
				Optional:            true,
				Validators:          []validator.String{withHost, stringvalidator.AlsoRequires(path.MatchRoot("client_key"))},
			},
			"client_key": schema.StringAttribute{
				MarkdownDescription: "Key of the client certificate, in PEM. Goes with `host` and `client_certificate`.",
				Optional:            true,
				Sensitive:           true,
				Validators:          []validator.String{withHost, stringvalidator.AlsoRequires(path.MatchRoot("client_certificate"))},
			},
			"namespace": schema.StringAttribute{
				MarkdownDescription: "Namespace of resources that name none. Default: that of the kubeconfig's context, else `default`.",
				Optional:            true,
				Validators:          []validator.String{label("a namespace")},
			},
			"field_manager": schema.StringAttribute{
				MarkdownDescription: "Name under which the API server records which fields are Terraform's. Default: `" + defaultFieldManager + "`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthBetween(1, 128)},
			},
			"force_conflicts": schema.BoolAttribute{
				MarkdownDescription: "Take over fields that somebody else has changed, such as a person with kubectl. Default `false`: an error names who it was.",
				Optional:            true,
			},
			"chain":  chainAttribute(),
			"wallet": walletAttribute(),
		},
	}
}

func (p *c2dProvider) ConfigValidators(context.Context) []provider.ConfigValidator {
	return []provider.ConfigValidator{
		providervalidator.Conflicting(path.MatchRoot("host"), path.MatchRoot("kubeconfig")),
		providervalidator.Conflicting(path.MatchRoot("host"), path.MatchRoot("context")),
	}
}

// Configure only takes note of the settings: some may be unknown while Terraform plans, and no plan needs the cluster
// before there are objects to refresh.
func (p *c2dProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var model providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ledger, diags := newLedger(ctx, model)
	resp.Diagnostics.Append(diags...)
	c := &connections{cluster: newCluster(model, p.version), ledger: ledger}
	resp.ResourceData = c
	resp.DataSourceData = c
	resp.EphemeralResourceData = c
}

func (p *c2dProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		newComputeEnvironmentResource,
		newDatasetResource,
		newAlgorithmResource,
		newServiceAgreementResource,
		newEscrowResource,
		newComputeJobResource,
		newResultReviewResource,
		newDataNFTResource,
		newDDOResource,
	}
}

func (p *c2dProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{newComputeJobData, newComputeEnvironmentData, newResultReviewsData}
}

func (p *c2dProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{newResultsEphemeral}
}

func (p *c2dProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{newDIDFunction, newContainerChecksumFunction, newComputeCostFunction}
}
