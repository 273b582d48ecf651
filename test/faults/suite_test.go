// Package faults breaks what the controller stands on, on purpose and in a way that can be repeated, and looks at what
// becomes of jobs. API server, etcd, S3 server and all of the controller are real; the kubelet alone is played.
package faults

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
	"github.com/compute-to-data/terraform-provider-c2d/test/apiserver"
	"github.com/compute-to-data/terraform-provider-c2d/test/fixtures"
	"github.com/compute-to-data/terraform-provider-c2d/test/s3server"
)

const (
	systemNamespace  = fixtures.SystemNamespace
	sandboxNamespace = fixtures.SandboxNamespace
	resultsBucket    = "c2d-results"

	environmentWide   = "wide"
	environmentNarrow = "narrow"
	environmentPaid   = "paid"

	// patience is longer than any wait that a fault may start: the controller looks again after 5 s, or 30 s, and client-go
	// lists anew after up to 30 s where watches keep ending.
	patience = 2 * time.Minute
	tick     = 5 * time.Millisecond
)

// verbose shows what the controllers log, and the writes and ends of lives without a fault.
var verbose = os.Getenv("C2D_FAULTS_VERBOSE") != ""

var (
	// config and api reach the API server past all faults.
	config *rest.Config
	api    client.WithWatch
	// bucket is the results bucket, past all faults; proxy is how the controller reaches it.
	bucket *storage.Bucket
	proxy  *s3Proxy
	node   *kubelet
	money  *bank
	far    *consumers
	past   *history
	// latest is the controller that the last world left behind.
	latest *controller
)

func TestMain(m *testing.M) {
	ctrl.SetLogger(logr.Discard())
	if verbose {
		ctrl.SetLogger(zap.New())
	}
	os.Exit(apiserver.Run(m, func(cluster *rest.Config) (func(), error) {
		dir, err := os.MkdirTemp("", "c2d-s3-")
		if err != nil {
			return nil, err
		}
		server, err := s3server.Launch(dir)
		if err != nil {
			return nil, err
		}
		ctx, cancel := context.WithCancel(context.Background())
		stop := func() {
			if latest != nil {
				latest.stop()
			}
			if money != nil {
				money.stop()
			}
			cancel()
			server.Stop()
			_ = os.RemoveAll(dir)
		}
		if err := prepare(ctx, cluster, server, dir); err != nil {
			stop()
			return nil, err
		}
		return stop, nil
	}))
}

// prepare what an installation brings, and those who play and watch.
func prepare(ctx context.Context, cluster *rest.Config, server *s3server.Server, dir string) error {
	config = cluster
	var err error
	if api, err = client.NewWithWatch(config, client.Options{Scheme: fixtures.Scheme()}); err != nil {
		return err
	}
	if bucket, err = server.MakeBucket(resultsBucket); err != nil {
		return err
	}
	if proxy, err = newS3Proxy(server.Endpoint); err != nil {
		return err
	}
	if err := fixtures.Install(ctx, api, server.Credentials); err != nil {
		return err
	}
	if money, err = openBank(ctx); err != nil {
		return err
	}
	for _, name := range []string{environmentWide, environmentNarrow, environmentPaid} {
		environment := fixtures.Environment(name, v1alpha1.S3Connection{Bucket: resultsBucket, Region: "us-east-1", Endpoint: proxy.endpoint, ForcePathStyle: true})
		switch name {
		case environmentNarrow:
			environment.Spec.MaxConcurrentJobs = 1
		case environmentPaid:
			environment.Spec.Payment = money.terms()
		}
		if err := api.Create(ctx, environment); err != nil {
			return err
		}
	}
	node, err = startKubelet(ctx)
	if err != nil {
		return err
	}
	past, err = startHistory(ctx)
	if err != nil {
		return err
	}
	if far, err = startConsumers(ctx, dir); err != nil {
		return err
	}
	latest = startController(fault{})
	return settled(ctx)
}

// settled waits until all environments are ready.
func settled(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, name := range []string{environmentWide, environmentNarrow, environmentPaid} {
		var environment v1alpha1.ComputeEnvironment
		for !meta.IsStatusConditionTrue(environment.Status.Conditions, v1alpha1.ConditionReady) {
			if err := api.Get(ctx, client.ObjectKey{Name: name}, &environment); err != nil {
				return fmt.Errorf("ComputeEnvironment %s is not ready: %w: %+v", name, err, environment.Status)
			}
			time.Sleep(tick)
		}
	}
	return nil
}
