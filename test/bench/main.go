// Bench measures, on a running embedded cluster, what a job costs: how long one takes that does nothing, how a queue moves,
// and how fast data goes in and out. test/bench/run.sh prepares the cluster.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

const (
	namespace = "bench"
	patience  = time.Minute
	// poll is far shorter than the second in which the kubelet looks at its containers.
	poll = 10 * time.Millisecond

	resultsBucket = "c2d-results"
	dataBucket    = "hospital-data"
)

const usage = `Usage: bench latency [--rounds N] | queue [--jobs N] | transfer [--megabytes N] [--files N]

  latency   a job that does nothing beside a plain Job with the same image, and its API writes
  queue     jobs of four namespaces through five slots
  transfer  a big file and many small ones, staged and published, beside rclone and aws-cli on the same S3 server
`

func main() {
	if err := dispatch(ctrl.SetupSignalHandler(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func dispatch(ctx context.Context, args []string) error {
	if len(args) == 0 {
		fmt.Print(usage)
		return nil
	}
	flags := flag.NewFlagSet(args[0], flag.ExitOnError)
	flags.Usage = func() { fmt.Print(usage) }
	rounds := flags.Int("rounds", 5, "")
	jobs := flags.Int("jobs", 200, "")
	megabytes := flags.Int("megabytes", 2048, "")
	files := flags.Int("files", 10_000, "")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	api, err := connect()
	if err != nil {
		return err
	}
	if err := prepare(ctx, api); err != nil {
		return err
	}
	switch args[0] {
	case "latency":
		return latency(ctx, api, *rounds)
	case "queue":
		return queue(ctx, api, *jobs)
	case "transfer":
		return transfer(ctx, api, *megabytes, *files)
	default:
		return fmt.Errorf("unknown %q\n%s", args[0], usage)
	}
}

func connect() (client.WithWatch, error) {
	config, err := ctrl.GetConfig()
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = -1, -1
	scheme := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(v1alpha1.AddToScheme(scheme))
	return client.NewWithWatch(config, client.Options{Scheme: scheme})
}

// shellImage that algorithms run in.
func shellImage() (image, digest string) {
	image, digest, _ = strings.Cut(os.Getenv("C2D_SHELL_IMAGE"), "@")
	return image, digest
}

func connection(bucket string) v1alpha1.S3Connection {
	return v1alpha1.S3Connection{
		Bucket: bucket, Region: "us-east-1", Endpoint: os.Getenv("C2D_S3_ENDPOINT"), ForcePathStyle: true,
		CredentialsSecretRef: &v1alpha1.LocalSecretReference{Name: "s3"},
	}
}

func credentials(namespace string) *corev1.Secret {
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "s3"}, StringData: map[string]string{
		v1alpha1.SecretKeyAccessKeyID: os.Getenv("C2D_S3_ACCESS_KEY"), v1alpha1.SecretKeySecretAccessKey: os.Getenv("C2D_S3_SECRET_KEY"),
	}}
}

func newEnvironment(name string, slots int32) *v1alpha1.ComputeEnvironment {
	offer := func(normal, most string) v1alpha1.QuantityRange {
		return v1alpha1.QuantityRange{Default: resource.MustParse(normal), Max: resource.MustParse(most)}
	}
	return &v1alpha1.ComputeEnvironment{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.ComputeEnvironmentSpec{
		Resources:         v1alpha1.ResourceOffer{CPU: offer("100m", "2"), Memory: offer("128Mi", "1Gi"), Disk: offer("128Mi", "20Gi")},
		MaxConcurrentJobs: slots,
		Results:           v1alpha1.Results{S3: v1alpha1.ResultsBucket{S3Connection: connection(resultsBucket)}},
	}}
}

func newDataset(namespace, name string, files ...v1alpha1.DatasetFile) *v1alpha1.Dataset {
	return &v1alpha1.Dataset{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Spec: v1alpha1.DatasetSpec{
		Files: files,
		Access: v1alpha1.DatasetAccess{
			Consumers: v1alpha1.Consumers{Namespaces: []string{namespace}}, Algorithms: []v1alpha1.TrustedAlgorithm{{Checksum: "*"}},
		},
		// What is carried is as big as it comes.
		Disclosure: v1alpha1.Disclosure{MaxBytes: resource.NewQuantity(1<<40, resource.BinarySI), MaxFiles: ptr.To[int32](100_000)},
	}}
}

func newAlgorithm(namespace, name string, command ...string) *v1alpha1.Algorithm {
	image, digest := shellImage()
	return &v1alpha1.Algorithm{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Spec: v1alpha1.AlgorithmSpec{
		Container: v1alpha1.Container{Image: image, Digest: digest, Command: command},
	}}
}

func newJob(namespace, name, environment, dataset, algorithm string) *v1alpha1.ComputeJob {
	return &v1alpha1.ComputeJob{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Spec: v1alpha1.ComputeJobSpec{
		Environment: environment, Datasets: []v1alpha1.DatasetReference{{Name: dataset}}, Algorithm: v1alpha1.AlgorithmReference{Name: algorithm},
	}}
}

// prepare what every measurement needs.
func prepare(ctx context.Context, api client.Client) error {
	return create(ctx, api,
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}, credentials("c2d-system"),
		newEnvironment(namespace, 10), newDataset(namespace, "data", v1alpha1.DatasetFile{Inline: "a,b\n"}), newAlgorithm(namespace, "true", "true"),
	)
}

// create objects that may be there already.
func create(ctx context.Context, api client.Client, objects ...client.Object) error {
	for _, object := range objects {
		if err := api.Create(ctx, object); client.IgnoreAlreadyExists(err) != nil {
			return err
		}
	}
	return nil
}
