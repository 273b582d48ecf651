package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

const (
	smallBytes = 8 << 10
	// transferPatience with one transfer.
	transferPatience = 10 * time.Minute
)

// load is what is carried.
type load struct {
	name   string
	prefix string
	bytes  int64
	// source of the dataset, and the command that turns inputs into outputs.
	source v1alpha1.S3Source
	script string
}

// transfer carries a big file, and many small ones, from S3 to the node's disk and back: by the platform through its gateway,
// by rclone and by aws-cli straight.
func transfer(ctx context.Context, api client.Client, megabytes, files int) error {
	dir, err := os.MkdirTemp("", "c2d-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	// What an earlier run left in the bucket stays out of this one.
	now := time.Now().Unix()
	big, small := fmt.Sprintf("big-%d/", now), fmt.Sprintf("small-%d/", now)
	loads := []load{
		{
			name: fmt.Sprintf("1 x %d MiB", megabytes), prefix: big, bytes: int64(megabytes) << 20,
			source: v1alpha1.S3Source{Key: big + "0"}, script: "cp /data/inputs/*/0 /data/outputs/0",
		}, {
			name: fmt.Sprintf("%d x 8 KiB", files), prefix: small, bytes: int64(files) * smallBytes,
			source: v1alpha1.S3Source{Prefix: small}, script: "cp -r /data/inputs/*/ /data/outputs/",
		},
	}
	if err := write(filepath.Join(dir, "big"), 1, int64(megabytes)<<20); err != nil {
		return err
	}
	if err := write(filepath.Join(dir, "small"), files, smallBytes); err != nil {
		return err
	}
	for name, prefix := range map[string]string{"big": big, "small": small} {
		if _, err := timedCommand(ctx, awsCLI(filepath.Join(dir, name), "s3://"+dataBucket+"/"+prefix)); err != nil {
			return err
		}
	}
	if err := create(ctx, api, credentials(namespace), reader()); err != nil {
		return err
	}
	fmt.Printf("%-14s %-10s %10s %10s %10s   %s\n", "", "", "rclone", "aws-cli", "c2d", "c2d / faster of the others")
	for i, l := range loads {
		if err := l.measure(ctx, api, dir, fmt.Sprintf("transfer-%d-%d", i, time.Now().Unix())); err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
	}
	return nil
}

// reader lets the gateway read the credentials beside the dataset.
func reader() *rbacv1.RoleBinding {
	return &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "c2d-source-reader"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "c2d-source-reader"},
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: "c2d-system", Name: "c2d-gateway"}},
	}
}

// write files with random bytes.
func write(dir string, count int, size int64) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for i := range count {
		file, err := os.Create(filepath.Join(dir, strconv.Itoa(i)))
		if err != nil {
			return err
		}
		_, err = io.CopyN(file, rand.Reader, size)
		if err = errors.Join(err, file.Close()); err != nil {
			return err
		}
	}
	return nil
}

func rclone(from, to string) *exec.Cmd {
	command := exec.Command("rclone", "copy", "--transfers", "16", "--no-check-dest", from, to)
	// Debian's rclone fails where AWS_CA_BUNDLE is set.
	command.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "AWS_") }), "RCLONE_CONFIG=/dev/null", "RCLONE_CONFIG_S3_TYPE=s3", "RCLONE_CONFIG_S3_PROVIDER=Other",
		"RCLONE_CONFIG_S3_ENDPOINT="+os.Getenv("C2D_S3_ENDPOINT"), "RCLONE_CONFIG_S3_ACCESS_KEY_ID="+os.Getenv("C2D_S3_ACCESS_KEY"),
		"RCLONE_CONFIG_S3_SECRET_ACCESS_KEY="+os.Getenv("C2D_S3_SECRET_KEY"), "RCLONE_CONFIG_S3_REGION=us-east-1", "RCLONE_CONFIG_S3_FORCE_PATH_STYLE=true")
	return command
}

func awsCLI(from, to string) *exec.Cmd {
	command := exec.Command("aws", "--endpoint-url", os.Getenv("C2D_S3_ENDPOINT"), "s3", "cp", "--recursive", "--only-show-errors", from, to)
	command.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID="+os.Getenv("C2D_S3_ACCESS_KEY"), "AWS_SECRET_ACCESS_KEY="+os.Getenv("C2D_S3_SECRET_KEY"),
		"AWS_DEFAULT_REGION=us-east-1", "AWS_CONFIG_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true")
	return command
}

func timedCommand(ctx context.Context, command *exec.Cmd) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, transferPatience)
	defer cancel()
	bounded := exec.CommandContext(ctx, command.Path, command.Args[1:]...)
	bounded.Env = command.Env
	began := time.Now()
	if output, err := bounded.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%s: %w: %s", command.Args[0], err, output)
	}
	return time.Since(began), nil
}

// measure one load both ways.
func (l load) measure(ctx context.Context, api client.Client, dir, name string) error {
	type pair struct{ download, upload time.Duration }
	straight := func(command func(from, to string) *exec.Cmd, remote string) (p pair, err error) {
		local := filepath.Join(dir, "copy")
		defer func() { _ = os.RemoveAll(local) }()
		if p.download, err = timedCommand(ctx, command(remote+dataBucket+"/"+l.prefix, local)); err != nil {
			return p, err
		}
		p.upload, err = timedCommand(ctx, command(local, remote+resultsBucket+"/"+name+"/"))
		return p, err
	}
	if err := resetPeak(); err != nil {
		return err
	}
	ours, memory, err := l.job(ctx, api, name)
	if err != nil {
		return err
	}
	gateway, err := gatewayPeak()
	if err != nil {
		return err
	}
	byRclone, err := straight(rclone, "s3:")
	if err != nil {
		return err
	}
	byAWS, err := straight(awsCLI, "s3://")
	if err != nil {
		return err
	}
	show := func(what string, rclone, aws, c2d time.Duration) {
		fmt.Printf("%-14s %-10s %9.2fs %9.2fs %9.2fs   %.2f\n", l.name, what, rclone.Seconds(), aws.Seconds(), c2d.Seconds(), min(rclone, aws).Seconds()/c2d.Seconds())
	}
	show("staged", byRclone.download, byAWS.download, ours.staged)
	show("published", byRclone.upload, byAWS.upload, ours.published)
	fmt.Printf("%-14s peak memory: stage %d MiB, publish %d MiB, gateways %v MiB\n", l.name, memory.stage>>20, memory.publish>>20, gateway)
	return nil
}

type times struct{ staged, published time.Duration }
type peaks struct{ stage, publish int64 }

// job carries the load through the platform.
func (l load) job(ctx context.Context, api client.Client, name string) (t times, m peaks, err error) {
	source := l.source
	source.S3Connection = connection(dataBucket)
	job := newJob(namespace, name, namespace, name, name)
	job.Spec.Deliver = []v1alpha1.Delivery{v1alpha1.DeliverOutput}
	job.Spec.Resources.Disk = ptr.To(resource.MustParse("12Gi"))
	job.Spec.Resources.CPU = ptr.To(resource.MustParse("1"))
	job.Spec.Resources.Memory = ptr.To(resource.MustParse("512Mi"))
	if err := create(ctx, api, newDataset(namespace, name, v1alpha1.DatasetFile{S3: &source}), newAlgorithm(namespace, name, "sh", "-c", l.script), job); err != nil {
		return t, m, err
	}
	defer func() { _ = api.Delete(context.WithoutCancel(ctx), job) }()
	ctx, cancel := context.WithTimeout(ctx, transferPatience)
	defer cancel()
	for job.Status.Pod == "" {
		if err := api.Get(ctx, client.ObjectKeyFromObject(job), job); err != nil {
			return t, m, err
		}
		time.Sleep(poll)
	}
	if t.staged, m.stage, err = follow(ctx, api, job.Status.Pod, "stage", "staged"); err != nil {
		return t, m, err
	}
	if t.published, m.publish, err = follow(ctx, api, job.Status.Pod, "publish", "published"); err != nil {
		return t, m, err
	}
	for !job.Status.State.Terminal() {
		if err := api.Get(ctx, client.ObjectKeyFromObject(job), job); err != nil {
			return t, m, err
		}
		time.Sleep(poll)
	}
	if job.Status.State != v1alpha1.StateSucceeded || job.Status.Manifest.Bytes != l.bytes {
		return t, m, fmt.Errorf("the job is %s with %+v: %+v", job.Status.State, job.Status.Manifest, job.Status.Conditions)
	}
	return t, m, nil
}

var (
	tookField = regexp.MustCompile(`msg=(\w+).* took=(\S+)`)
	peakField = regexp.MustCompile(`msg=done.* peakMemory=(\d+)`)
)

// follow the log of a container of the agent to its end, for the time that it took and its peak memory.
func follow(ctx context.Context, api client.Client, pod, container, message string) (took time.Duration, peak int64, err error) {
	for {
		var p corev1.Pod
		if err := api.Get(ctx, client.ObjectKey{Namespace: "c2d-sandbox", Name: pod}, &p); client.IgnoreNotFound(err) != nil {
			return 0, 0, err
		}
		started := false
		for _, s := range append(p.Status.InitContainerStatuses, p.Status.ContainerStatuses...) {
			started = started || s.Name == container && s.State.Waiting == nil
		}
		if started {
			break
		}
		time.Sleep(poll)
	}
	command := exec.CommandContext(ctx, "kubectl", "-n", "c2d-sandbox", "logs", "-f", pod, "-c", container)
	output, err := command.StdoutPipe()
	if err != nil {
		return 0, 0, err
	}
	if err := command.Start(); err != nil {
		return 0, 0, err
	}
	lines := bufio.NewScanner(output)
	var last string
	for lines.Scan() {
		last = lines.Text()
		if f := tookField.FindStringSubmatch(last); f != nil && f[1] == message {
			if took, err = time.ParseDuration(f[2]); err != nil {
				return 0, 0, err
			}
		}
		if f := peakField.FindStringSubmatch(last); f != nil {
			if peak, err = strconv.ParseInt(f[1], 10, 64); err != nil {
				return 0, 0, err
			}
		}
	}
	_ = command.Wait()
	if took == 0 {
		return 0, 0, fmt.Errorf("%s ended with %q", container, last)
	}
	return took, peak, nil
}

// onNode runs a script in the cluster's namespaces.
func onNode(script string) (string, error) {
	output, err := exec.Command(os.Getenv("C2D_DEVCLUSTER"), "node-exec", "--name", os.Getenv("C2D_CLUSTER"), "--", "sh", "-c", script).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("on the node: %w: %s", err, output)
	}
	return string(output), nil
}

// eachGateway does something for each process of the gateway, $p.
const eachGateway = `for p in $(cd /proc && echo [0-9]*); do case "$(readlink /proc/$p/exe)" in */gateway) %s;; esac; done`

// resetPeak has the kernel count the gateways' peak memory from now on.
func resetPeak() error {
	_, err := onNode(fmt.Sprintf(eachGateway, "echo 5 > /proc/$p/clear_refs"))
	return err
}

// gatewayPeak in MiB, of each replica.
func gatewayPeak() ([]int64, error) {
	output, err := onNode(fmt.Sprintf(eachGateway, "sed -n 's/VmHWM:[[:space:]]*\\([0-9]*\\) kB/\\1/p' /proc/$p/status"))
	if err != nil {
		return nil, err
	}
	var peaks []int64
	for _, field := range strings.Fields(output) {
		kib, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("peak memory of the gateway: %q", output)
		}
		peaks = append(peaks, kib>>10)
	}
	return peaks, nil
}
