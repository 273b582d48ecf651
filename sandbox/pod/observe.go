package pod

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Observation is what a pod's status says about its run.
type Observation struct {
	// State: Staging, Running or Releasing while the run is under way; Succeeded or Failed once it is over.
	State v1alpha1.State
	// Reason and Message of a failure. The consumer may read both.
	Reason, Message string
	// Staged says that inputs and isolation were all right, Executed that the algorithm ended by itself with exit code
	// 0, Published that a record of what may leave lies in the bucket.
	Staged, Executed, Published bool
	// Started is when the algorithm started, Exited when it ended; zero where it did not.
	Started, Exited time.Time
	// Ended is when publish ended; zero where it has not.
	Ended time.Time
	// ExitCode of the algorithm; nil where it has not ended.
	ExitCode *int32
	// Stage and Publish are the reports of these containers; empty where there are none.
	Stage   sandbox.StageReport
	Publish sandbox.PublishReport
	// Recheck is when to look again although nothing changes; zero: never.
	Recheck time.Time
}

const (
	// scheduleBudget is how long a pod may wait for a node.
	scheduleBudget = 5 * time.Minute
	// setUpBudget is how long the node may take to mount volumes and to make the pod's sandbox.
	setUpBudget = 5 * time.Minute
	// pullBudget is how long an image may fail to be pulled.
	pullBudget = 2 * time.Minute
	// tellBudget is how long a node may take to tell of two containers that ended together.
	tellBudget = 30 * time.Second
	// lostBudget is how long a pod may be gone from its node without a word.
	lostBudget = 5 * time.Minute
)

// Observe a pod at a time.
func Observe(pod *corev1.Pod, now time.Time) Observation {
	o := observe(pod, now)
	if o.State == v1alpha1.StateFailed {
		o.Message = sandbox.Sentence(o.Message)
	}
	return o
}

func observe(pod *corev1.Pod, now time.Time) Observation {
	stage := container(pod.Status.InitContainerStatuses, sandbox.ContainerStage)
	algorithm := container(pod.Status.ContainerStatuses, sandbox.ContainerAlgorithm)
	publish := container(pod.Status.ContainerStatuses, sandbox.ContainerPublish)

	o := Observation{State: v1alpha1.StateStaging}
	if ended := stage.State.Terminated; ended != nil {
		o.Stage, _ = sandbox.Unmarshal[sandbox.StageReport](ended.Message)
		o.Staged = ended.ExitCode == 0
		if !o.Staged {
			return o.failStage(ended)
		}
	}
	switch running, ended := algorithm.State.Running, algorithm.State.Terminated; {
	case running != nil:
		o.State = v1alpha1.StateRunning
		o.Started = running.StartedAt.Time
	case ended != nil:
		o.State = v1alpha1.StateReleasing
		o.Started = ended.StartedAt.Time
		o.ExitCode = &ended.ExitCode
		o.Exited = ended.FinishedAt.Time
	}
	if publish.State.Terminated != nil {
		o.Publish, _ = sandbox.Unmarshal[sandbox.PublishReport](publish.State.Terminated.Message)
		o.Published = o.Publish.Record != ""
		o.Ended = publish.State.Terminated.FinishedAt.Time
	}

	if failed, over := o.podFailure(pod); over {
		return failed
	}
	if o = o.notStarting(pod, now, stage, algorithm, publish); o.State == v1alpha1.StateFailed {
		return o
	}
	if algorithm.State.Terminated != nil && publish.State.Terminated != nil {
		if takenAway(pod, algorithm.State.Terminated) {
			return o.fail(v1alpha1.ReasonEvicted, "The pod was deleted while the algorithm ran; run the job again.")
		}
		return o.end(algorithm.State.Terminated, publish.State.Terminated)
	}
	if publish.State.Terminated != nil && algorithm.State.Terminated == nil {
		// The kubelet may tell of publish first, which ends when the algorithm has. Without publish nothing can leave: an
		// algorithm that goes on would run in vain.
		o.Recheck = o.Ended.Add(tellBudget)
		if !now.Before(o.Recheck) {
			return o.fail(v1alpha1.ReasonPublishFailed, "The container that publishes results ended before the algorithm; "+orElse(o.Publish.Message, "its log says why")+".")
		}
		return o
	}
	if pod.DeletionTimestamp != nil && pod.Status.Phase == corev1.PodPending {
		return o.fail(v1alpha1.ReasonEvicted, "The pod was deleted before the algorithm started; run the job again.")
	}
	if pod.DeletionTimestamp != nil {
		// Its node has until the end of the grace period, and a little longer, to say how it ended.
		o.Recheck = pod.DeletionTimestamp.Add(lostBudget)
		if !now.Before(o.Recheck) {
			return o.fail(v1alpha1.ReasonPodLost, "The pod was deleted and its node has not said since how the run ended; run the job again.")
		}
	}
	return o
}

// stopped are the reasons for which `agent run` ends an algorithm, or cannot start it. The sentences stand here, not in its
// report: an algorithm that manages to write a report of its own may choose among these and can say nothing else.
var stopped = map[string]string{
	v1alpha1.ReasonStartFailed:      "The algorithm could not be started; check entrypoint or command of the Algorithm, and that its image has what they name.",
	v1alpha1.ReasonDeadlineExceeded: "The algorithm ran for as long as it may and was stopped; set spec.maxDuration higher, as far as the environment allows.",
	v1alpha1.ReasonDiskExceeded:     "Inputs, outputs and temporary files needed more disk than the job has; set spec.resources.disk higher.",
}

// end of a run whose algorithm and publish are both over.
func (o Observation) end(algorithm, publish *corev1.ContainerStateTerminated) Observation {
	report, _ := sandbox.Unmarshal[sandbox.RunReport](algorithm.Message)
	switch {
	case algorithm.Reason == "OOMKilled":
		return o.fail(v1alpha1.ReasonOutOfMemory, "The algorithm needed more memory than the job has; set spec.resources.memory higher.")
	case algorithm.Reason == "StartError" || algorithm.Reason == "ContainerCannotRun":
		return o.fail(v1alpha1.ReasonStartFailed, "The algorithm's container could not be started; check its image.")
	case algorithm.ExitCode != 0 && stopped[report.Reason] != "":
		return o.fail(report.Reason, stopped[report.Reason])
	case algorithm.ExitCode != 0:
		return o.fail(v1alpha1.ReasonExitCode, "The algorithm ended with an error; its log, where the owner's rules release it, says which.")
	}
	o.Executed = true
	if !o.Published || publish.ExitCode != 0 || o.Publish.Reason != "" {
		return o.fail(orElse(o.Publish.Reason, v1alpha1.ReasonPublishFailed), orElse(o.Publish.Message, "The results could not be published: the container ended without a report."))
	}
	o.State = v1alpha1.StateSucceeded
	return o
}

// takenAway says whether the algorithm ended because somebody deleted its pod: agent run then says that it was terminated,
// whatever the algorithm made of it.
func takenAway(pod *corev1.Pod, algorithm *corev1.ContainerStateTerminated) bool {
	const terminated, killed = 128 + 15, 128 + 9
	if pod.DeletionTimestamp == nil || algorithm.Reason == "OOMKilled" || algorithm.ExitCode != terminated && algorithm.ExitCode != killed {
		return false
	}
	grace := time.Duration(ptr.Deref(pod.DeletionGracePeriodSeconds, 0)) * time.Second
	// Both times are whole seconds.
	return !algorithm.FinishedAt.Time.Before(pod.DeletionTimestamp.Add(-grace - time.Second))
}

func (o Observation) failStage(ended *corev1.ContainerStateTerminated) Observation {
	if ended.Reason == "OOMKilled" {
		return o.fail(v1alpha1.ReasonInputFetchFailed, "Staging ran out of memory.")
	}
	if ended.Reason == "StartError" && strings.Contains(ended.Message, "MOUNT_ATTR_IDMAP") {
		return o.fail(v1alpha1.ReasonInputFetchFailed, "The file system of a dataset's volume cannot be mounted with users of the pod's own; tell the environment's owner to move the data or to set isolation.hostUsers.")
	}
	return o.fail(orElse(o.Stage.Reason, v1alpha1.ReasonInputFetchFailed),
		orElse(o.Stage.Message, fmt.Sprintf("Staging ended with exit code %d and without a report.", ended.ExitCode)))
}

// podFailure is a failure of the pod as a whole, decided by the kubelet or the control plane.
func (o Observation) podFailure(pod *corev1.Pod) (Observation, bool) {
	if pod.Status.Phase != corev1.PodFailed {
		return o, false
	}
	switch pod.Status.Reason {
	case "":
		for _, c := range pod.Status.Conditions {
			if c.Type == corev1.DisruptionTarget && c.Status == corev1.ConditionTrue {
				return o.fail(v1alpha1.ReasonEvicted, "The pod was taken off its node ("+c.Reason+"); run the job again."), true
			}
		}
		return o, false
	case "Evicted":
		message := pod.Status.Message
		if strings.Contains(message, "ephemeral") || strings.Contains(message, "EmptyDir") {
			if strings.Contains(message, "low on resource") {
				return o.fail(v1alpha1.ReasonEvicted, "The node ran out of disk; run the job again."), true
			}
			return o.fail(v1alpha1.ReasonDiskExceeded, "The run needed more disk than the job has; set spec.resources.disk higher."), true
		}
		return o.fail(v1alpha1.ReasonEvicted, "The node evicted the pod; run the job again."), true
	case "DeadlineExceeded":
		return o.fail(v1alpha1.ReasonDeadlineExceeded, "Staging, running and publishing together took longer than the pod may live."), true
	case "NodeLost", "NodeShutdown", "Terminated", "Preempting", "Shutdown":
		return o.fail(v1alpha1.ReasonEvicted, "The pod's node went away; run the job again."), true
	default:
		// Reasons of the kubelet's admission: OutOfcpu, NodeAffinity and the like.
		return o.fail(v1alpha1.ReasonUnschedulable, "The node refused the pod ("+pod.Status.Reason+"); run the job again or ask for less."), true
	}
}

// notStarting is a pod without a node, or a container that waits for what will not come.
func (o Observation) notStarting(pod *corev1.Pod, now time.Time, containers ...corev1.ContainerStatus) Observation {
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse && c.Reason == corev1.PodReasonUnschedulable {
			o.Recheck = c.LastTransitionTime.Add(scheduleBudget)
			if !now.Before(o.Recheck) {
				return o.fail(v1alpha1.ReasonUnschedulable, fmt.Sprintf("No node has had room for the job for %s; ask for less, or try again later.", scheduleBudget))
			}
			return o
		}
	}
	if pod.Status.StartTime != nil && containers[0].State.Waiting != nil && !setUp(pod) {
		o.Recheck = pod.Status.StartTime.Add(setUpBudget)
		switch {
		case now.Before(o.Recheck):
			return o
		case claims(pod):
			return o.fail(v1alpha1.ReasonInputFetchFailed, fmt.Sprintf("The node has not been able to mount the volumes of the datasets for %s; tell their owner.", setUpBudget))
		default:
			return o.fail(v1alpha1.ReasonStartFailed, fmt.Sprintf("The node has not been able to set the job's pod up for %s; run the job again, or tell the environment's owner.", setUpBudget))
		}
	}
	for _, c := range containers {
		waiting := c.State.Waiting
		if waiting == nil {
			continue
		}
		switch waiting.Reason {
		case "ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "ImageInspectError", "RegistryUnavailable":
			since := waitingSince(pod)
			o.Recheck = since.Add(pullBudget)
			if hopeless(waiting) || !now.Before(o.Recheck) {
				return o.fail(v1alpha1.ReasonImagePullFailed, pullMessage(pod, c))
			}
			return o
		case "CreateContainerError", "CreateContainerConfigError", "RunContainerError", "PreCreateHookError", "PostStartHookError":
			return o.fail(v1alpha1.ReasonStartFailed, "The "+c.Name+" container could not be started: "+waiting.Message)
		}
	}
	return o
}

// hopeless says that pulling again would not help: the image is not there, or its name is none.
func hopeless(waiting *corev1.ContainerStateWaiting) bool {
	return waiting.Reason == "InvalidImageName" || waiting.Reason == "ErrImageNeverPull" ||
		strings.Contains(waiting.Message, "not found") || strings.Contains(waiting.Message, "manifest unknown")
}

func pullMessage(pod *corev1.Pod, c corev1.ContainerStatus) string {
	if file, found := imageOfDataset(pod, c.State.Waiting.Message); found {
		// Where it lies is for its owner to know.
		if hopeless(c.State.Waiting) {
			return "The image of " + file + " does not exist; tell its owner."
		}
		return "The image of " + file + " cannot be pulled; tell its owner, or try again later."
	}
	switch {
	case c.Name != sandbox.ContainerAlgorithm:
		return "The image of the " + c.Name + " container cannot be pulled; tell the environment's owner."
	case hopeless(c.State.Waiting):
		return "The algorithm's image " + c.Image + " does not exist; check spec.container.image and digest of the Algorithm."
	default:
		return "The algorithm's image " + c.Image + " cannot be pulled; check that its registry answers and that the environment may pull from it."
	}
}

// imageOfDataset finds the file of a dataset whose image is spoken of.
func imageOfDataset(pod *corev1.Pod, message string) (file string, found bool) {
	run, err := sandbox.ParseRun(pod.Annotations)
	if err != nil {
		return "", false
	}
	for _, dataset := range run.Datasets {
		for _, mount := range dataset.Mounts {
			if mount.Image != "" && strings.Contains(message, mount.Image) {
				return fmt.Sprintf("file %d of Dataset %s/%s", mount.Index, dataset.Namespace, dataset.Name), true
			}
		}
	}
	return "", false
}

// setUp says whether the node has mounted all volumes, and made the pod's sandbox after that.
func setUp(pod *corev1.Pod) bool {
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodReadyToStartContainers {
			return c.Status == corev1.ConditionTrue
		}
	}
	return true
}

// claims says whether volumes of datasets must be mounted before the pod starts.
func claims(pod *corev1.Pod) bool {
	for _, volume := range pod.Spec.Volumes {
		if volume.PersistentVolumeClaim != nil {
			return true
		}
	}
	return false
}

// waitingSince is when the pod could first have pulled the image that it waits for.
func waitingSince(pod *corev1.Pod) time.Time {
	for _, c := range pod.Status.InitContainerStatuses {
		if c.State.Terminated != nil {
			return c.State.Terminated.FinishedAt.Time
		}
	}
	if pod.Status.StartTime != nil {
		return pod.Status.StartTime.Time
	}
	return pod.CreationTimestamp.Time
}

func (o Observation) fail(reason, message string) Observation {
	o.State, o.Reason, o.Message, o.Recheck = v1alpha1.StateFailed, reason, message, time.Time{}
	return o
}

// Lost is the observation of a pod that is gone.
func Lost() Observation {
	return Observation{}.fail(v1alpha1.ReasonPodLost, "The pod was deleted before its outcome was recorded; run the job again.")
}

func container(statuses []corev1.ContainerStatus, name string) corev1.ContainerStatus {
	for _, c := range statuses {
		if c.Name == name {
			return c
		}
	}
	return corev1.ContainerStatus{}
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
