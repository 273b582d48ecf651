// The controller makes ComputeEnvironments, Datasets, Algorithms and ComputeJobs true in the cluster that it runs in.
package main

import (
	"flag"
	"fmt"
	"net"
	"os"
	"strings"

	_ "k8s.io/client-go/plugin/pkg/client/auth"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/compute-to-data/terraform-provider-c2d/controller/manager"
	"github.com/compute-to-data/terraform-provider-c2d/egress"
)

func main() {
	o := manager.Options{APIServer: apiServer()}
	var sandboxNamespaces, clusterCIDRs string
	flag.StringVar(&o.Namespace, "namespace", os.Getenv("POD_NAMESPACE"), "Namespace of the controller, the gateway and the Secrets of environments. Default: $POD_NAMESPACE.")
	flag.StringVar(&sandboxNamespaces, "sandbox-namespaces", "c2d-sandbox", "Namespaces that environments may run jobs in, separated by commas.")
	flag.StringVar(&o.AgentImage, "agent-image", os.Getenv("AGENT_IMAGE"), "Image of the agent, by digest. Default: $AGENT_IMAGE.")
	flag.StringVar(&clusterCIDRs, "cluster-cidrs", os.Getenv("CLUSTER_CIDRS"), "Networks of pods, services and nodes, separated by commas. Buckets must not lie there, unless an environment allows it. Default: $CLUSTER_CIDRS.")
	flag.StringVar(&o.MetricsAddress, "metrics-listen", ":8080", "Address of the metrics; 0 switches them off.")
	flag.BoolVar(&o.MetricsInsecure, "metrics-insecure", false, "Serve metrics over HTTP to everyone, instead of over HTTPS to those whom RBAC allows.")
	flag.StringVar(&o.HealthAddress, "health-listen", ":8081", "Address of /healthz and /readyz.")
	flag.BoolVar(&o.LeaderElect, "leader-elect", true, "Work only while holding the lease, so that several replicas can stand by.")
	flag.StringVar(&o.GatewayTokenFile, "gateway-token-file", "/var/run/secrets/c2d.dev/gateway/token", "File with a token for the gateway, read at each call.")
	logging := zap.Options{}
	logging.BindFlags(flag.CommandLine)
	flag.Parse()
	ctrl.SetLogger(zap.New(zap.UseFlagOptions(&logging)))

	o.SandboxNamespaces = split(sandboxNamespaces)
	cidrs, err := egress.ParsePrefixes(split(clusterCIDRs))
	if err != nil {
		exit(fmt.Errorf("--cluster-cidrs: %w", err))
	}
	o.ClusterCIDRs = cidrs
	if err := manager.Run(ctrl.SetupSignalHandler(), ctrl.GetConfigOrDie(), o); err != nil {
		exit(err)
	}
}

func exit(err error) {
	ctrl.Log.Error(err, "The controller cannot go on")
	os.Exit(1)
}

// apiServer is where a pod would reach the API server.
func apiServer() string {
	return net.JoinHostPort(os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT"))
}

func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}
