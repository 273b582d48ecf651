package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/controller/manager"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
	"github.com/compute-to-data/terraform-provider-c2d/test/apiserver"
	"github.com/compute-to-data/terraform-provider-c2d/test/fixtures"
	"github.com/compute-to-data/terraform-provider-c2d/test/s3server"
)

const (
	environmentName = "default"
	resultsBucket   = "c2d-results"
	patience        = 30 * time.Second
)

var (
	cluster *rest.Config
	api     client.Client
	server  *s3server.Server
	bucket  *storage.Bucket

	// canaryDead makes the canary stop answering.
	canaryDead atomic.Bool
	// clock is how far, in nanoseconds, the controller's clock is ahead.
	clock atomic.Int64
)

// TestMain runs the controller as it runs in a cluster, against a real API server and a real S3 server. There is no
// kubelet: tests say what becomes of pods.
func TestMain(m *testing.M) {
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	defer cancel()
	code := apiserver.Run(m, func(config *rest.Config) (func(), error) {
		dir, err := os.MkdirTemp("", "c2d-s3-")
		if err != nil {
			return nil, err
		}
		if err := prepare(ctx, config, dir); err != nil {
			return nil, err
		}
		go func() {
			defer close(stopped)
			if err := manager.Run(ctx, config, manager.Options{
				Namespace: fixtures.SystemNamespace, SandboxNamespaces: []string{fixtures.SandboxNamespace}, AgentImage: "agent@sha256:00",
				MetricsAddress: "0", HealthAddress: "0", ChainPace: 200 * time.Millisecond,
				Now: func() time.Time { return time.Now().Add(time.Duration(clock.Load())) },
				DialCanary: func(context.Context, string) error {
					if canaryDead.Load() {
						return errors.New("connection refused")
					}
					return nil
				},
			}); err != nil {
				panic(err)
			}
		}()
		return func() {
			cancel()
			<-stopped
			server.Stop()
			_ = os.RemoveAll(dir)
		}, nil
	})
	os.Exit(code)
}

// prepare what an installation brings, and one environment.
func prepare(ctx context.Context, config *rest.Config, dir string) error {
	cluster = config
	var err error
	if api, err = client.New(config, client.Options{Scheme: fixtures.Scheme()}); err != nil {
		return err
	}
	if server, err = s3server.Launch(dir); err != nil {
		return err
	}
	if bucket, err = server.MakeBucket(resultsBucket); err != nil {
		return err
	}
	if err := fixtures.Install(ctx, api, server.Credentials); err != nil {
		return err
	}
	if err := fixtures.Manifests(ctx, api, "system/review.yaml", "c2d-job-"); err != nil {
		return err
	}
	if err := stamping(ctx); err != nil {
		return err
	}
	return api.Create(ctx, newEnvironment(environmentName))
}

// stamping waits until the policies hold that stamp a job's author.
func stamping(ctx context.Context) error {
	job := &v1alpha1.ComputeJob{
		ObjectMeta: metav1.ObjectMeta{Namespace: metav1.NamespaceDefault, Name: "probe"},
		Spec:       v1alpha1.ComputeJobSpec{Environment: "x", Datasets: []v1alpha1.DatasetReference{{Name: "x"}}, Algorithm: v1alpha1.AlgorithmReference{Name: "x"}},
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		probe := job.DeepCopy()
		err := api.Create(ctx, probe, client.DryRunAll)
		if probe.Annotations["c2d.dev/author"] != "" {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("nobody stamps the author of a job: %w", err)
		}
	}
}

func newEnvironment(name string) *v1alpha1.ComputeEnvironment {
	environment := fixtures.Environment(name, server.Connection(resultsBucket))
	// Many tests run at a time, and some never give their slot back.
	environment.Spec.MaxConcurrentJobs = 1000
	return environment
}

// eventually waits until a condition of an object holds.
func eventually[T client.Object](t *testing.T, object T, what string, holds func(T) bool) T {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		err := api.Get(t.Context(), client.ObjectKeyFromObject(object), object)
		if err == nil && holds(object) {
			return object
		}
		if time.Now().After(deadline) {
			text, _ := json.MarshalIndent(object, "", " ")
			t.Fatalf("%s: not within %s (%v):\n%s", what, patience, err, text)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// gone waits until an object is no more.
func gone(t *testing.T, object client.Object) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		err := api.Get(t.Context(), client.ObjectKeyFromObject(object), object)
		if client.IgnoreNotFound(err) == nil && err != nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is still there after %s", client.ObjectKeyFromObject(object), patience)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
