// Package pod turns a run into its Pod, and a Pod's status into what became of the run.
package pod

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/policy"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Spec is all that a run's pod depends on.
type Spec struct {
	Run         sandbox.Run
	Environment *v1alpha1.ComputeEnvironmentSpec
	Algorithm   *v1alpha1.AlgorithmSpec
	Resources   policy.Resources
	// AgentImage of stage and publish.
	AgentImage string
	Gateway    Gateway
}

// Gateway is how a pod reaches the gateway, and what it must not reach.
type Gateway struct {
	// URL of the gateway, as https://host:port, without a name to resolve.
	URL string
	// Name in its certificate.
	Name string
	// CA that signed its certificate, PEM.
	CA string
	// Open lists the host:port that must answer, Closed those that must not.
	Open, Closed []string
}

const (
	// user and group of everything in the pod: "nobody" of distroless images.
	user = 65532

	// stagingBudget and publishingBudget are added to the algorithm's time for the pod's deadline, which only stops what
	// nothing else has stopped.
	stagingBudget    = time.Hour
	publishingBudget = time.Hour

	// gracePeriod is the time that publish has to finish its upload when the pod is deleted.
	gracePeriod = 5 * time.Minute

	// tokenLifetime is the shortest that Kubernetes issues.
	tokenLifetime = 10 * time.Minute

	// logBytes is the most that is kept of the algorithm's log.
	logBytes = 16 << 20

	// processes that an algorithm may have at a time.
	processes = 1024
)

var (
	agentMemory = resource.MustParse("192Mi")
	// agentCPU is requested; what is idle may be used beyond it, up to agentMaxCPU.
	agentCPU    = resource.MustParse("50m")
	agentMaxCPU = resource.MustParse("2")
	// overhead of disk beside inputs, outputs and temporary files: the log, twice, and the agent.
	overhead = resource.MustParse("128Mi")
)

// Build the pod of a run.
func Build(spec Spec) (*corev1.Pod, error) {
	run, err := json.Marshal(spec.Run)
	if err != nil {
		return nil, err
	}
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name:      sandbox.PodName(spec.Run.Job.UID, spec.Run.Run),
			Namespace: spec.Environment.SandboxNamespace,
			Labels: map[string]string{
				sandbox.LabelName:   sandbox.JobPodName,
				sandbox.LabelJobUID: string(spec.Run.Job.UID),
				sandbox.LabelRun:    strconv.FormatInt(spec.Run.Run, 10),
			},
			Annotations: map[string]string{sandbox.AnnotationRun: string(run)},
			Finalizers:  []string{sandbox.Finalizer},
		},
		Spec: corev1.PodSpec{
			RestartPolicy:                 corev1.RestartPolicyNever,
			ServiceAccountName:            sandbox.ServiceAccount,
			AutomountServiceAccountToken:  ptr.To(false),
			EnableServiceLinks:            ptr.To(false),
			HostUsers:                     ptr.To(ptr.Deref(spec.Environment.Isolation.HostUsers, false)),
			ActiveDeadlineSeconds:         ptr.To(int64((stagingBudget + spec.Resources.Duration + publishingBudget).Seconds())),
			TerminationGracePeriodSeconds: ptr.To(int64(gracePeriod.Seconds())),
			// Nothing resolves. Kubernetes wants a name server with this policy: one that is nowhere.
			DNSPolicy: corev1.DNSNone,
			DNSConfig: &corev1.PodDNSConfig{Nameservers: []string{"127.0.0.1"}},
			SecurityContext: &corev1.PodSecurityContext{
				RunAsNonRoot:   ptr.To(true),
				RunAsUser:      ptr.To(int64(user)),
				RunAsGroup:     ptr.To(int64(user)),
				SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
			},
			InitContainers: []corev1.Container{stage(spec)},
			Containers:     []corev1.Container{algorithm(spec), publish(spec)},
			Volumes:        volumes(spec),
		},
	}
	if spec.Run.Network && spec.Environment.Isolation.Network == v1alpha1.NetworkAllow {
		pod.Labels[sandbox.LabelNetwork] = sandbox.NetworkAllow
		if servers := spec.Environment.Isolation.Nameservers; len(servers) > 0 {
			pod.Spec.DNSConfig.Nameservers = servers
		}
	}
	if spec.Environment.RuntimeClassName != "" {
		pod.Spec.RuntimeClassName = ptr.To(spec.Environment.RuntimeClassName)
	}
	return pod, nil
}

// Names of volumes.
const (
	volumeData     = "data"
	volumeShared   = "shared"
	volumeHandover = "handover"
	volumeOutputs  = "outputs"
	volumeLogs     = "logs"
	volumeTmp      = "tmp"
	volumeToken    = "token"
)

func volumes(spec Spec) []corev1.Volume {
	disk := func(name string, limit resource.Quantity) corev1.Volume {
		return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{SizeLimit: &limit}}}
	}
	_, datasets := datasetMounts(&spec.Run)
	return append([]corev1.Volume{
		disk(volumeData, diskLimit(spec)),
		disk(volumeShared, overhead),
		disk(volumeHandover, overhead),
		disk(volumeOutputs, diskLimit(spec)),
		disk(volumeLogs, overhead),
		disk(volumeTmp, diskLimit(spec)),
		{Name: volumeToken, VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{
			Sources: []corev1.VolumeProjection{{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{
				Audience:          sandbox.TokenAudience,
				ExpirationSeconds: ptr.To(int64(tokenLifetime.Seconds())),
				Path:              "token",
			}}},
		}}},
	}, datasets...)
}

// diskLimit is where the kubelet evicts, log and all; the agent stops the algorithm below it.
func diskLimit(spec Spec) resource.Quantity {
	limit := spec.Resources.Disk.DeepCopy()
	limit.Add(overhead)
	return limit
}

func stage(spec Spec) corev1.Container {
	c := agent(spec, sandbox.ContainerStage, "stage")
	c.Resources.Limits[corev1.ResourceEphemeralStorage] = diskLimit(spec)
	c.Resources.Requests[corev1.ResourceEphemeralStorage] = diskLimit(spec)
	c.VolumeMounts = append(c.VolumeMounts,
		corev1.VolumeMount{Name: volumeData, MountPath: sandbox.DataDir},
		corev1.VolumeMount{Name: volumeShared, MountPath: sandbox.SharedDir},
		corev1.VolumeMount{Name: volumeHandover, MountPath: sandbox.HandoverDir},
	)
	mounts, _ := datasetMounts(&spec.Run)
	for _, mount := range mounts {
		c.VolumeMounts = append(c.VolumeMounts, mount.forStage())
	}
	return c
}

func publish(spec Spec) corev1.Container {
	c := agent(spec, sandbox.ContainerPublish, "publish")
	c.VolumeMounts = append(c.VolumeMounts,
		corev1.VolumeMount{Name: volumeShared, MountPath: sandbox.SharedDir, ReadOnly: true},
		corev1.VolumeMount{Name: volumeHandover, MountPath: sandbox.HandoverDir, ReadOnly: true},
		corev1.VolumeMount{Name: volumeOutputs, MountPath: sandbox.OutputsDir, ReadOnly: true},
		corev1.VolumeMount{Name: volumeLogs, MountPath: sandbox.LogsDir, ReadOnly: true},
	)
	return c
}

// agent is what stage and publish have in common.
func agent(spec Spec, name, verb string) corev1.Container {
	return corev1.Container{
		Name:            name,
		Image:           spec.AgentImage,
		ImagePullPolicy: corev1.PullIfNotPresent,
		Command:         []string{"/agent", verb},
		Env: []corev1.EnvVar{
			{Name: sandbox.EnvGateway, Value: spec.Gateway.URL},
			{Name: sandbox.EnvGatewayName, Value: spec.Gateway.Name},
			{Name: sandbox.EnvGatewayCA, Value: spec.Gateway.CA},
			{Name: sandbox.EnvOpen, Value: strings.Join(spec.Gateway.Open, ",")},
			{Name: sandbox.EnvClosed, Value: strings.Join(spec.Gateway.Closed, ",")},
			{Name: sandbox.EnvNodeIP, ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "status.hostIP"}}},
			{Name: sandbox.EnvDisk, Value: strconv.FormatInt(spec.Resources.Disk.Value(), 10)},
		},
		Resources: corev1.ResourceRequirements{
			Requests: corev1.ResourceList{corev1.ResourceCPU: agentCPU, corev1.ResourceMemory: agentMemory, corev1.ResourceEphemeralStorage: overhead},
			Limits:   corev1.ResourceList{corev1.ResourceCPU: agentMaxCPU, corev1.ResourceMemory: agentMemory, corev1.ResourceEphemeralStorage: overhead},
		},
		VolumeMounts: []corev1.VolumeMount{
			{Name: volumeToken, MountPath: strings.TrimSuffix(sandbox.TokenFile, "/token"), ReadOnly: true},
		},
		SecurityContext:        security(true),
		TerminationMessagePath: sandbox.TerminationFile,
	}
}

func algorithm(spec Spec) corev1.Container {
	resources := corev1.ResourceList{
		corev1.ResourceCPU:              spec.Resources.CPU,
		corev1.ResourceMemory:           spec.Resources.Memory,
		corev1.ResourceEphemeralStorage: diskLimit(spec),
	}
	c := corev1.Container{
		Name: sandbox.ContainerAlgorithm,
		// The digest is what was trusted; a tag would be ignored beside it.
		Image:           spec.Algorithm.Container.Image + "@" + spec.Algorithm.Container.Digest,
		ImagePullPolicy: corev1.PullIfNotPresent,
		Command:         []string{sandbox.AgentFile, "run"},
		Args:            arguments(spec),
		Env:             environment(spec),
		WorkingDir:      "/",
		Resources:       corev1.ResourceRequirements{Requests: resources, Limits: resources},
		VolumeMounts: []corev1.VolumeMount{
			{Name: volumeData, MountPath: sandbox.DataDir, ReadOnly: true},
			{Name: volumeShared, MountPath: sandbox.SharedDir, ReadOnly: true},
			{Name: volumeOutputs, MountPath: sandbox.OutputsDir},
			{Name: volumeLogs, MountPath: sandbox.LogsDir},
			{Name: volumeTmp, MountPath: sandbox.TmpDir},
		},
		SecurityContext:        security(!ptr.Deref(spec.Environment.Isolation.WritableRoot, false)),
		TerminationMessagePath: sandbox.TerminationFile,
	}
	mounts, _ := datasetMounts(&spec.Run)
	for _, mount := range mounts {
		c.VolumeMounts = append(c.VolumeMounts, mount.forAlgorithm())
	}
	return c
}

func arguments(spec Spec) []string {
	args := []string{
		fmt.Sprintf("--max-duration=%ds", int64(spec.Resources.Duration.Seconds())),
		fmt.Sprintf("--disk-bytes=%d", spec.Resources.Disk.Value()),
		fmt.Sprintf("--log-bytes=%d", logBytes),
	}
	if !ptr.Deref(spec.Environment.Isolation.HostUsers, false) {
		// In the node's user namespace the limit would count the processes of every pod.
		args = append(args, fmt.Sprintf("--processes=%d", processes))
	}
	if entrypoint := spec.Algorithm.Container.Entrypoint; entrypoint != "" {
		// Ocean replaces the text before the shell sees it.
		return append(args, "--entrypoint="+literal(strings.ReplaceAll(entrypoint, "$ALGO", sandbox.CodeFile)))
	}
	args = append(args, "--")
	for _, word := range spec.Algorithm.Container.Command {
		args = append(args, literal(word))
	}
	return args
}

// environment is Ocean's contract, which the algorithm's own variables cannot replace.
func environment(spec Spec) []corev1.EnvVar {
	var env []corev1.EnvVar
	for _, e := range spec.Algorithm.Container.Env {
		env = append(env, corev1.EnvVar{Name: e.Name, Value: literal(e.Value)})
	}
	ids := make([]string, len(spec.Run.Datasets))
	for i, dataset := range spec.Run.Datasets {
		ids[i] = strconv.Quote(ocean.ID(dataset.DID))
	}
	return append(env,
		corev1.EnvVar{Name: "DIDS", Value: "[" + strings.Join(ids, ",") + "]"},
		corev1.EnvVar{Name: "TRANSFORMATION_DID", Value: ocean.ID(spec.Run.Algorithm.DID)},
		corev1.EnvVar{Name: "VOLUME", Value: sandbox.DataDir},
		corev1.EnvVar{Name: "INPUTS", Value: sandbox.InputsDir},
		corev1.EnvVar{Name: "OUTPUTS", Value: sandbox.OutputsDir},
		corev1.EnvVar{Name: "LOGS", Value: sandbox.LogsDir},
	)
}

// literal keeps Kubernetes from expanding $(NAME) in a text.
func literal(text string) string { return strings.ReplaceAll(text, "$", "$$") }

func security(readOnlyRoot bool) *corev1.SecurityContext {
	return &corev1.SecurityContext{
		AllowPrivilegeEscalation: ptr.To(false),
		ReadOnlyRootFilesystem:   ptr.To(readOnlyRoot),
		Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
	}
}
