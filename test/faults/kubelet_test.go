package faults

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// script of a run: what the kubelet plays.
type script struct {
	// exit code of the algorithm.
	exit int32
	// hold lets the algorithm run until its pod is deleted, or until it is let go.
	hold bool
	// holdStage lets staging take until the pod is deleted.
	holdStage bool
	// outputs that it writes, beside its log.
	outputs []string
	// failStage and failPublish are the reasons that these report; fail is that of agent run.
	failStage, fail, failPublish string
	// killed is the reason that the container runtime gives.
	killed string
	// evicted takes the pod from its node while the algorithm runs.
	evicted bool
}

// kubelet plays the node for all pods of runs: it binds them, says what becomes of their containers, uploads what
// publish would, and honours deletion with its grace. It waits for the controller to have seen each step, so that
// every run has the same steps.
type kubelet struct {
	mutex     sync.Mutex
	scripts   map[string]script
	released  map[string]bool
	published map[string]bool
}

func startKubelet(ctx context.Context) (*kubelet, error) {
	k := &kubelet{scripts: map[string]script{}, released: map[string]bool{}, published: map[string]bool{}}
	return k, follow(ctx, &corev1.PodList{}, func(kind string, object client.Object) {
		if kind == "ADDED" && object.GetNamespace() == sandboxNamespace {
			go k.play(ctx, object.(*corev1.Pod))
		}
	}, client.InNamespace(sandboxNamespace))
}

// follow all events of a kind of objects, in their order and without a gap.
func follow(ctx context.Context, list client.ObjectList, tell func(kind string, object client.Object), options ...client.ListOption) error {
	if err := api.List(ctx, list, options...); err != nil {
		return err
	}
	options = append(options, &client.ListOptions{Raw: &metav1.ListOptions{ResourceVersion: list.GetResourceVersion()}})
	watch, err := api.Watch(ctx, list, options...)
	if err != nil {
		return err
	}
	go func() {
		for e := range watch.ResultChan() {
			if object, ok := e.Object.(client.Object); ok {
				tell(string(e.Type), object)
			} else if ctx.Err() == nil {
				panic(fmt.Sprintf("the tests lost sight of the cluster: %+v", e))
			}
		}
		if ctx.Err() == nil {
			panic("the tests lost sight of the cluster: the watch ended")
		}
	}()
	return nil
}

func runKey(namespace, name string, run int64) string {
	return fmt.Sprintf("%s/%s/%d", namespace, name, run)
}

// direct the first run of a job, before its pod is there. Later runs succeed.
func (k *kubelet) direct(namespace, name string, s script) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.scripts[runKey(namespace, name, 1)] = s
}

// release the algorithm of a first run that is held.
func (k *kubelet) release(namespace, name string) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.released[runKey(namespace, name, 1)] = true
}

func (k *kubelet) isReleased(key string) bool {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	return k.released[key]
}

// hasPublished says whether a run of a job has published anything.
func (k *kubelet) hasPublished(job types.UID, run int64) bool {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	return k.published[sandbox.PodName(job, run)]
}

// actor plays one pod.
type actor struct {
	kubelet *kubelet
	script  script
	key     string
	run     *sandbox.Run
	pod     *corev1.Pod
	// reason that the kubelet gives for the pod as a whole.
	reason string
}

// play a pod to its end. Errors mean that the pod is gone, or that the tests are over.
func (k *kubelet) play(ctx context.Context, pod *corev1.Pod) {
	run, err := sandbox.ParseRun(pod.Annotations)
	if err != nil {
		return
	}
	key := runKey(run.Job.Namespace, run.Job.Name, run.Run)
	k.mutex.Lock()
	s, directed := k.scripts[key]
	k.mutex.Unlock()
	if !directed {
		s = script{outputs: []string{"model.json", "plots/roc.png"}}
	}
	a := &actor{kubelet: k, script: s, key: key, run: run, pod: pod}
	binding := &corev1.Binding{Target: corev1.ObjectReference{Kind: "Node", Name: "node"}}
	if err := api.SubResource("binding").Create(ctx, pod.DeepCopy(), binding); err != nil {
		return
	}
	if a.perform(ctx) == nil {
		_ = a.remove(ctx)
	}
}

func (a *actor) perform(ctx context.Context) error {
	waiting := corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "PodInitializing"}}
	staged := ended(0, sandbox.StageReport{Datasets: []sandbox.Content{{Files: 1, Bytes: 4, SHA256: "ab"}}})
	deleting, err := a.until(ctx, v1alpha1.StateStaging, func() bool { return !a.script.holdStage })
	if err != nil {
		return err
	}
	if deleting {
		return a.say(ctx, corev1.PodFailed, ended(143, sandbox.StageReport{}), waiting, waiting)
	}
	if underWay, err := a.underWay(ctx); err != nil {
		return err
	} else if !underWay {
		// The gateway gives nothing to it, so stage fails.
		return a.say(ctx, corev1.PodFailed, ended(1, sandbox.StageReport{}), waiting, waiting)
	}
	if reason := a.script.failStage; reason != "" {
		return a.say(ctx, corev1.PodFailed, ended(1, sandbox.StageReport{Reason: reason, Message: "A fault of the test."}), waiting, waiting)
	}
	if err := a.say(ctx, corev1.PodRunning, staged, running(), running()); err != nil {
		return err
	}
	if deleting, err = a.until(ctx, v1alpha1.StateRunning, func() bool { return !a.script.hold || a.kubelet.isReleased(a.key) }); err != nil {
		return err
	}
	exit, outputs := a.script.exit, a.script.outputs
	if deleting {
		exit = 143
	}
	if exit != 0 {
		outputs = nil
	}
	if a.script.evicted && !deleting {
		a.reason = "Evicted"
		return a.say(ctx, corev1.PodFailed, staged, ended(137, sandbox.RunReport{}), ended(137, sandbox.PublishReport{}))
	}
	algorithm := ended(exit, sandbox.RunReport{Reason: a.script.fail})
	if a.script.killed != "" {
		algorithm.Terminated.Reason = a.script.killed
	}
	if err := a.say(ctx, corev1.PodRunning, staged, algorithm, running()); err != nil {
		return err
	}
	if _, err := a.until(ctx, v1alpha1.StateReleasing, nil); err != nil {
		return err
	}
	report, err := a.publish(ctx, outputs)
	if err != nil {
		return err
	}
	phase, publish := corev1.PodSucceeded, int32(0)
	if reason := a.script.failPublish; reason != "" {
		report, publish = sandbox.PublishReport{Reason: reason, Message: "A fault of the test."}, 1
	}
	if exit != 0 || publish != 0 {
		phase = corev1.PodFailed
	}
	return a.say(ctx, phase, staged, algorithm, ended(publish, report))
}

// until the controller has recorded a state, and what else is asked holds; or the pod is being deleted.
func (a *actor) until(ctx context.Context, state v1alpha1.State, also func() bool) (deleting bool, err error) {
	for {
		var pod corev1.Pod
		if err := api.Get(ctx, client.ObjectKeyFromObject(a.pod), &pod); err != nil {
			return false, err
		}
		if !pod.DeletionTimestamp.IsZero() {
			return true, nil
		}
		var job v1alpha1.ComputeJob
		err := api.Get(ctx, client.ObjectKey{Namespace: a.run.Job.Namespace, Name: a.run.Job.Name}, &job)
		if client.IgnoreNotFound(err) != nil {
			return false, err
		}
		recorded := err != nil || job.UID != a.run.Job.UID || job.Status.State == state || job.Status.Run != a.run.Run || job.Status.State.Terminal()
		if recorded && (also == nil || also()) {
			return false, nil
		}
		time.Sleep(tick)
	}
}

// underWay says whether the job still wants this run in this pod, as the gateway asks.
func (a *actor) underWay(ctx context.Context) (bool, error) {
	var job v1alpha1.ComputeJob
	if err := api.Get(ctx, client.ObjectKey{Namespace: a.run.Job.Namespace, Name: a.run.Job.Name}, &job); err != nil {
		return false, client.IgnoreNotFound(err)
	}
	return job.UID == a.run.Job.UID && !job.Status.State.Terminal() && job.DeletionTimestamp.IsZero() && job.Status.Pod == a.pod.Name, nil
}

func (a *actor) say(ctx context.Context, phase corev1.PodPhase, stage, algorithm, publish corev1.ContainerState) error {
	before := a.pod.DeepCopy()
	a.pod.Status.Phase, a.pod.Status.Reason = phase, a.reason
	a.pod.Status.InitContainerStatuses = []corev1.ContainerStatus{{Name: sandbox.ContainerStage, State: stage}}
	a.pod.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: sandbox.ContainerAlgorithm, State: algorithm}, {Name: sandbox.ContainerPublish, State: publish}}
	return api.Status().Patch(ctx, a.pod, client.MergeFrom(before))
}

// remove the pod once somebody has deleted it. A finalizer may still keep the object.
func (a *actor) remove(ctx context.Context) error {
	for {
		var pod corev1.Pod
		if err := api.Get(ctx, client.ObjectKeyFromObject(a.pod), &pod); err != nil {
			return err
		}
		if !pod.DeletionTimestamp.IsZero() {
			return api.Delete(ctx, &pod, client.GracePeriodSeconds(0), client.Preconditions{UID: &a.pod.UID})
		}
		time.Sleep(tick)
	}
}

// publish as publish would.
func (a *actor) publish(ctx context.Context, outputs []string) (report sandbox.PublishReport, err error) {
	put := func(key, text string) {
		if err == nil {
			_, err = bucket.PutStream(ctx, storage.NewBudget(1<<20), a.run.KeyPrefix("")+key, strings.NewReader(text), int64(len(text)))
		}
	}
	manifest := sandbox.Record{Job: a.run.Job, Run: a.run.Run}
	for _, name := range outputs {
		manifest.Results = append(manifest.Results, resultOf(name, v1alpha1.ResultOutput))
		report.Outputs++
		report.Bytes += int64(len(contentOf(name)))
	}
	if slices.Contains(a.run.Deliver, v1alpha1.DeliverLogs) {
		manifest.Results = append(manifest.Results, resultOf("algorithm.log", v1alpha1.ResultLog))
	}
	for _, result := range manifest.Results {
		put(result.Key(), contentOf(result.Name))
	}
	text, _ := json.Marshal(manifest)
	put(sandbox.KeyRecord, string(text))
	sum := sha256.Sum256(text)
	report.Record = hex.EncodeToString(sum[:])
	a.kubelet.mutex.Lock()
	defer a.kubelet.mutex.Unlock()
	a.kubelet.published[a.pod.Name] = true
	return report, err
}

func contentOf(name string) string { return "content of " + name }

func resultOf(name string, kind v1alpha1.ResultType) sandbox.ManifestResult {
	sum := sha256.Sum256([]byte(contentOf(name)))
	return sandbox.ManifestResult{Name: name, Type: kind, Bytes: int64(len(contentOf(name))), SHA256: hex.EncodeToString(sum[:])}
}

func running() corev1.ContainerState {
	return corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.Now()}}
}

func ended(code int32, report any) corev1.ContainerState {
	message, _ := json.Marshal(report)
	return corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code, Message: string(message), StartedAt: metav1.Now(), FinishedAt: metav1.Now()}}
}
