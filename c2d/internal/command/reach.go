package command

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/download"
	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/gateway"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// reach says how the gateway is reached.
type reach struct {
	account, namespace, address, authority string
}

func (r *reach) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&r.account, "service-account", "default", "service account in the job's namespace, allowed to get the job, whose token the gateway is shown")
	flags.StringVar(&r.namespace, "gateway-namespace", "c2d-system", "namespace of the gateway")
	flags.StringVar(&r.address, "gateway", "", "address of the gateway, as https://HOST:PORT; not set, a port is forwarded to one of its pods")
	flags.StringVar(&r.authority, "gateway-ca", "", "file with the certificate that signed the gateway's; not set, it is read from the gateway's namespace")
}

func (r *reach) open(ctx context.Context, c *connection) (*gateway.Client, error) {
	return gateway.New(ctx, gateway.Options{
		Config: c.config, Namespace: c.namespace, ServiceAccount: r.account,
		GatewayNamespace: r.namespace, Address: r.address, AuthorityFile: r.authority,
	})
}

// results of one run, from the gateway.
type results struct {
	client *gateway.Client
	job    *v1alpha1.ComputeJob
	run    int64
}

// Open a result from an offset on.
func (r results) Open(ctx context.Context, file download.File, offset int64) (io.ReadCloser, error) {
	return r.client.Result(ctx, keyOf(r.job), r.run, file, offset)
}
