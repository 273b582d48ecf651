// Bench measures, on a running embedded cluster, how long a job takes that does nothing beside a plain Job with the same
// image, and how much it makes the API server write. test/bench/run.sh prepares the cluster.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	batchv1 "k8s.io/api/batch/v1"
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
)

func main() {
	rounds := flag.Int("rounds", 5, "Number of jobs of each kind, taken in turn.")
	flag.Parse()
	if err := run(ctrl.SetupSignalHandler(), *rounds); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rounds int) error {
	config, err := ctrl.GetConfig()
	if err != nil {
		return err
	}
	config.QPS, config.Burst = -1, -1
	scheme := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(v1alpha1.AddToScheme(scheme))
	api, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		return err
	}
	image, digest, _ := strings.Cut(os.Getenv("C2D_SHELL_IMAGE"), "@")
	if err := prepare(ctx, api, image, digest); err != nil {
		return err
	}
	// The first of each kind pulls images and pins the dataset's content; it is not counted.
	var plain, compute []time.Duration
	var writes []int
	for round := range rounds + 1 {
		took, err := plainJob(ctx, api, fmt.Sprintf("plain-%d", round), image+"@"+digest)
		if err != nil {
			return err
		}
		before := time.Now()
		tookCompute, uid, err := computeJob(ctx, api, fmt.Sprintf("compute-%d", round))
		if err != nil {
			return err
		}
		count, err := writesSince(before, uid)
		if err != nil {
			return err
		}
		if round > 0 {
			plain, compute, writes = append(plain, took), append(compute, tookCompute), append(writes, count)
		}
	}
	fmt.Printf("from create to done, %d each in turn, image cached, algorithm `true`, free environment\n", rounds)
	fmt.Printf("%-12s %8s %8s %8s\n", "", "min", "median", "max")
	show := func(name string, values []time.Duration) {
		slices.Sort(values)
		fmt.Printf("%-12s %7.2fs %7.2fs %7.2fs\n", name, values[0].Seconds(), values[len(values)/2].Seconds(), values[len(values)-1].Seconds())
	}
	show("plain Job", plain)
	show("ComputeJob", compute)
	slices.Sort(writes)
	fmt.Printf("API writes of the controller per ComputeJob, from the audit log, without events and leases: %d to %d\n", writes[0], writes[len(writes)-1])
	return nil
}

func prepare(ctx context.Context, api client.Client, image, digest string) error {
	connection := v1alpha1.S3Connection{
		Bucket: "c2d-results", Endpoint: os.Getenv("C2D_S3_ENDPOINT"), ForcePathStyle: true,
		CredentialsSecretRef: &v1alpha1.LocalSecretReference{Name: "s3"},
	}
	offer := v1alpha1.QuantityRange{Default: resource.MustParse("128Mi"), Max: resource.MustParse("1Gi")}
	mine := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Namespace: namespace, Name: name} }
	for _, object := range []client.Object{
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}},
		&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "c2d-system", Name: "s3"}, StringData: map[string]string{
			v1alpha1.SecretKeyAccessKeyID: os.Getenv("C2D_S3_ACCESS_KEY"), v1alpha1.SecretKeySecretAccessKey: os.Getenv("C2D_S3_SECRET_KEY"),
		}},
		&v1alpha1.ComputeEnvironment{ObjectMeta: metav1.ObjectMeta{Name: namespace}, Spec: v1alpha1.ComputeEnvironmentSpec{
			Resources: v1alpha1.ResourceOffer{CPU: v1alpha1.QuantityRange{Default: resource.MustParse("100m"), Max: resource.MustParse("1")}, Memory: offer, Disk: offer},
			Results:   v1alpha1.Results{S3: v1alpha1.ResultsBucket{S3Connection: connection}},
		}},
		&v1alpha1.Dataset{ObjectMeta: mine("data"), Spec: v1alpha1.DatasetSpec{
			Files: []v1alpha1.DatasetFile{{Inline: "a,b\n"}},
			Access: v1alpha1.DatasetAccess{
				Consumers: v1alpha1.Consumers{Namespaces: []string{namespace}}, Algorithms: []v1alpha1.TrustedAlgorithm{{Checksum: "*"}},
			},
		}},
		&v1alpha1.Algorithm{ObjectMeta: mine("true"), Spec: v1alpha1.AlgorithmSpec{
			Container: v1alpha1.Container{Image: image, Digest: digest, Command: []string{"true"}},
		}},
	} {
		if err := api.Create(ctx, object); client.IgnoreAlreadyExists(err) != nil {
			return err
		}
	}
	return nil
}

func plainJob(ctx context.Context, api client.Client, name, image string) (time.Duration, error) {
	job := &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: batchv1.JobSpec{Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyNever, AutomountServiceAccountToken: ptr.To(false),
			Containers: []corev1.Container{{Name: "c", Image: image, Command: []string{"true"}}},
		}}},
	}
	return timed(ctx, api, job, func() (bool, error) { return job.Status.Succeeded > 0, nil })
}

func computeJob(ctx context.Context, api client.Client, name string) (time.Duration, string, error) {
	job := &v1alpha1.ComputeJob{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: v1alpha1.ComputeJobSpec{
			Environment: namespace, Datasets: []v1alpha1.DatasetReference{{Name: "data"}}, Algorithm: v1alpha1.AlgorithmReference{Name: "true"},
		},
	}
	took, err := timed(ctx, api, job, func() (bool, error) {
		if job.Status.State == v1alpha1.StateFailed {
			return false, fmt.Errorf("job %s failed: %+v", name, job.Status.Conditions)
		}
		return job.Status.State == v1alpha1.StateSucceeded, nil
	})
	return took, string(job.UID), err
}

// timed creates an object and waits until it is done.
func timed(ctx context.Context, api client.Client, object client.Object, done func() (bool, error)) (time.Duration, error) {
	began := time.Now()
	if err := api.Create(ctx, object); err != nil {
		return 0, err
	}
	for time.Since(began) < patience {
		if err := api.Get(ctx, client.ObjectKeyFromObject(object), object); err != nil {
			return 0, err
		}
		if ok, err := done(); ok || err != nil {
			return time.Since(began), err
		}
		time.Sleep(poll)
	}
	return 0, fmt.Errorf("%s is not done after %s", object.GetName(), patience)
}

// writesSince counts what the controller wrote in the API server's audit log. It waits until the job's pod was let go.
func writesSince(since time.Time, uid string) (int, error) {
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		count, finished, err := audit(since, uid)
		if finished || err != nil {
			return count, err
		}
		if time.Now().After(deadline) {
			return 0, fmt.Errorf("the pod of job %s was not let go within %s", uid, patience)
		}
	}
}

func audit(since time.Time, uid string) (count int, finished bool, err error) {
	file, err := os.Open(os.Getenv("C2D_AUDIT_LOG"))
	if err != nil {
		return 0, false, err
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var event struct {
			Stage, Verb              string
			RequestReceivedTimestamp time.Time
			User                     struct{ Username string }
			ObjectRef                struct{ Resource, Name string }
		}
		if err := json.Unmarshal(lines.Bytes(), &event); err != nil {
			continue // the line that is being written
		}
		if event.Stage != "ResponseComplete" || event.RequestReceivedTimestamp.Before(since) || event.User.Username != "system:serviceaccount:c2d-system:c2d-controller" {
			continue
		}
		if !slices.Contains([]string{"create", "update", "patch", "delete"}, event.Verb) ||
			slices.Contains([]string{"leases", "events", "tokenreviews", "subjectaccessreviews"}, event.ObjectRef.Resource) {
			continue
		}
		count++
		if event.ObjectRef.Resource == "pods" && event.Verb == "patch" && strings.Contains(event.ObjectRef.Name, uid) {
			finished = true
		}
	}
	return count, finished, lines.Err()
}
