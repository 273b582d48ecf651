// Command gateway is the only thing that the pod of a run can talk to: it hands out the inputs of the run, with
// credentials that the pod never sees, and takes its results. At a port of their own consumers follow the log of a run and
// fetch what was released. It keeps nothing: any number of replicas will do.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/client-go/tools/clientcmd"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/server"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// memoryLimit for the garbage collector, in bytes: with the program itself it stays below the 128 MiB that the gateway
// may take. GOMEMLIMIT overrides it.
const memoryLimit = 80 << 20

// garbagePercent lets garbage grow, within memoryLimit, before it is collected: small files make little else. GOGC
// overrides it.
const garbagePercent = 200

// notice that the gateway gives before it refuses new calls, so that probes and endpoints follow.
const notice = 3 * time.Second

func main() {
	options, kubeconfig, err := parse(os.Args[1:], os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stderr, nil)))
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, options, kubeconfig); err != nil {
		slog.Error("the gateway ends", "error", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, options server.Options, kubeconfig string) error {
	ctrllog.SetLogger(logr.FromSlogHandler(slog.Default().Handler()))
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return fmt.Errorf("find the Kubernetes API: %w", err)
	}
	gateway, err := server.Open(config, options)
	if err != nil {
		return err
	}
	return gateway.Serve(ctx)
}

func parse(args []string, help io.Writer) (options server.Options, kubeconfig string, err error) {
	options = server.Options{PodIP: os.Getenv("POD_IP"), Notice: notice}
	var clusterCIDRs string
	flags := flag.NewFlagSet("gateway", flag.ContinueOnError)
	flags.SetOutput(help)
	flags.Usage = func() {
		_, _ = fmt.Fprintln(help, "The gateway hands pods of compute jobs their inputs and takes their results.\n\nFlags:")
		flags.PrintDefaults()
	}
	flags.StringVar(&options.Listen, "listen", fmt.Sprintf(":%d", sandbox.GatewayPort), "address of the HTTPS port for pods")
	flags.StringVar(&options.CanaryListen, "canary-listen", fmt.Sprintf(":%d", sandbox.CanaryPort), "address of the canary, which no pod of a job may reach")
	flags.StringVar(&options.ConsumerListen, "consumer-listen", fmt.Sprintf(":%d", sandbox.ConsumerPort), "address of the HTTPS port for consumers and the controller, which no pod of a job may reach")
	flags.StringVar(&options.HealthListen, "health-listen", ":8081", "address of /healthz, /readyz and /metrics, plain HTTP")
	flags.StringVar(&options.TLSDir, "tls-dir", "/etc/c2d/tls", "directory with tls.crt and tls.key, read again when they change")
	flags.StringVar(&options.Namespace, "namespace", os.Getenv("POD_NAMESPACE"), "own namespace, where the Secrets of environments lie (default $POD_NAMESPACE)")
	flags.StringVar(&clusterCIDRs, "cluster-cidrs", os.Getenv("CLUSTER_CIDRS"), "networks of the cluster's pods, services and nodes, separated by commas, which no source may lie in (default $CLUSTER_CIDRS)")
	flags.StringVar(&kubeconfig, "kubeconfig", "", "kubeconfig for running outside a cluster")
	if err := flags.Parse(args); err != nil {
		return options, kubeconfig, err
	}
	if flags.NArg() > 0 {
		return options, kubeconfig, fmt.Errorf("unexpected argument %q: the gateway takes flags alone, see --help", flags.Arg(0))
	}
	if options.Namespace == "" {
		return options, kubeconfig, errors.New("--namespace is not set, nor is POD_NAMESPACE: say where the Secrets of environments lie")
	}
	options.Cluster, err = networks(clusterCIDRs)
	return options, kubeconfig, err
}

func networks(list string) ([]netip.Prefix, error) {
	if strings.TrimSpace(list) == "" {
		return nil, nil
	}
	prefixes, err := egress.ParsePrefixes(strings.Split(list, ","))
	if err != nil {
		return nil, fmt.Errorf("--cluster-cidrs: %w", err)
	}
	return prefixes, nil
}
