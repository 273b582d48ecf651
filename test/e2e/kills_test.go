//go:build e2e

package e2e

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

var gibibyte = resource.MustParse("1Gi")

const (
	controllerName = "c2d-controller"
	// killSeed makes the kills the same each time.
	killSeed = 20
	// betweenKills is the longest time between two kills, beside that one that was killed is let come back.
	betweenKills = 8 * time.Second
	// controllerLife is how long a controller may live at least. Its successor waits up to 15 seconds for the lease of one
	// that had no time to give it back: with less nothing would ever go on.
	controllerLife = 45 * time.Second
	// gateways are the replicas of the gateway.
	gateways = 2
	// killSlots are few, so that the jobs last about as long as the kills.
	killSlots = 4
	// killPatience is for all jobs together.
	killPatience = 20 * time.Minute
)

// TestKills kills controller and gateway at random while jobs run: C2D_KILLS times under as many jobs, 30 where it is not
// set. Every job ends, succeeds unless a kill explains why not, runs once, and leaves nothing.
func TestKills(t *testing.T) {
	count := 30
	if text := os.Getenv("C2D_KILLS"); text != "" {
		var err error
		if count, err = strconv.Atoi(text); err != nil {
			t.Fatalf("C2D_KILLS: %v", err)
		}
	}
	starts := watchStarts(t)
	stories := manyStories(t, count)
	began := time.Now()
	over := make(chan struct{})
	var killing sync.WaitGroup
	var kills, controllers int
	killing.Go(func() {
		dice := rand.New(rand.NewPCG(killSeed, 0))
		var last time.Time
		for kills < count {
			select {
			case <-over:
				return
			case <-time.After(time.Duration(dice.Int64N(int64(betweenKills)))):
			}
			target, hard := sandbox.GatewayName, dice.IntN(4) == 0
			if dice.IntN(2) == 0 && time.Since(last) > controllerLife {
				target = controllerName
			}
			if target == sandbox.GatewayName && len(readyPods(t, target)) < gateways {
				continue
			}
			if !killOne(t, target, hard, dice) {
				continue
			}
			kills++
			if target == controllerName {
				controllers++
				last = time.Now()
			}
		}
	})
	ends := map[string]int{}
	for _, s := range stories {
		for api.Get(t.Context(), client.ObjectKeyFromObject(s.job), s.job) != nil || !s.job.Status.State.Terminal() {
			if time.Since(began) > killPatience {
				t.Fatalf("%s/%s is %s after %s: %s", s.namespace, s.job.Name, s.job.Status.State, killPatience, ready(s.job).Message)
			}
			time.Sleep(100 * time.Millisecond)
		}
		job := s.job
		end := string(job.Status.State)
		if job.Status.State != v1alpha1.StateSucceeded {
			end = ready(job).Reason
			t.Logf("%s/%s: %s: %s", job.Namespace, job.Name, end, ready(job).Message)
			if !slices.Contains([]string{v1alpha1.ReasonInputFetchFailed, v1alpha1.ReasonAlgorithmFetchFailed, v1alpha1.ReasonPublishFailed, v1alpha1.ReasonIsolationUnverified}, end) {
				t.Errorf("%s/%s is %s for a reason that no kill explains: %s", job.Namespace, job.Name, job.Status.State, end)
			}
		}
		ends[end]++
	}
	close(over)
	killing.Wait()
	t.Logf("%d jobs under %d kills of the gateway and %d of the controller in %s: %v", count, kills-controllers, controllers, time.Since(began).Round(time.Second), ends)
	// Kills explain that some jobs could not prove their isolation, fetch or publish in time. They do not explain most.
	if 2*ends[string(v1alpha1.StateSucceeded)] < count {
		t.Errorf("%d of %d jobs succeeded, want half of them at least", ends[string(v1alpha1.StateSucceeded)], count)
	}
	for _, s := range stories {
		eventually(t, "the pod is gone", func() bool { return len(podsOf(t, s.job)) == 0 })
		if names := starts.of(s.job.UID); len(names) != 1 {
			t.Errorf("%s/%s had pods %v, want one", s.namespace, s.job.Name, names)
		}
		if err := api.Delete(t.Context(), s.job); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range stories {
		s.leavesNothing()
	}
}

// manyStories are jobs of four namespaces, created; one in five uploads in several parts.
func manyStories(t *testing.T, count int) (stories []*story) {
	t.Helper()
	var offer v1alpha1.ComputeEnvironment
	if err := api.Get(t.Context(), client.ObjectKey{Name: environment}, &offer); err != nil {
		t.Fatal(err)
	}
	few := &v1alpha1.ComputeEnvironment{ObjectMeta: metav1.ObjectMeta{GenerateName: "kills-"}, Spec: offer.Spec}
	few.Spec.MaxConcurrentJobs, few.Spec.QueueTimeout = killSlots, &metav1.Duration{Duration: killPatience}
	if err := api.Create(t.Context(), few); err != nil {
		t.Fatal(err)
	}
	const namespaces = 4
	var labs []*story
	for range namespaces {
		s := newStory(t, `sleep 5; echo "$RANDOM" > /data/outputs/number; case "$(cat /data/inputs/algoCustomData.json)" in *large*) head -c 20000000 /dev/zero > /data/outputs/zeros;; esac`)
		s.algorithm.Spec.Parameters = []v1alpha1.Parameter{{Name: "size", Type: v1alpha1.ParameterText}}
		for _, object := range []client.Object{s.dataset, s.algorithm} {
			if err := api.Create(t.Context(), object); err != nil {
				t.Fatal(err)
			}
		}
		labs = append(labs, s)
	}
	for i := range count {
		s := *labs[i%namespaces]
		s.job = s.job.DeepCopy()
		s.job.Name, s.job.Spec.Environment = fmt.Sprintf("job-%03d", i), few.Name
		if i%5 == 0 {
			s.job.Spec.Parameters = map[string]v1alpha1.ParameterValue{"size": "large"}
		}
		if err := api.Create(t.Context(), s.job); err != nil {
			t.Fatal(err)
		}
		stories = append(stories, &s)
	}
	return stories
}

// killOne of the pods of a component: hard is SIGKILL of its process, the other way a forced deletion of its pod. It says
// whether there was one.
func killOne(t *testing.T, component string, hard bool, dice *rand.Rand) bool {
	pods := readyPods(t, component)
	if len(pods) == 0 {
		return false
	}
	pod := &pods[dice.IntN(len(pods))]
	if !hard {
		return api.Delete(t.Context(), pod, client.GracePeriodSeconds(0)) == nil
	}
	_, container, _ := strings.Cut(pod.Status.ContainerStatuses[0].ContainerID, "://")
	kill := exec.Command(os.Getenv("C2D_DEVCLUSTER"), "node-exec", "--name", os.Getenv("C2D_CLUSTER"), "--",
		"ctr", "-n", "k8s.io", "tasks", "kill", "-s", "SIGKILL", container)
	output, err := kill.CombinedOutput()
	if err != nil && !strings.Contains(string(output), "not found") {
		t.Errorf("kill container %s: %v: %s", container, err, output)
	}
	return err == nil
}

func readyPods(t *testing.T, component string) []corev1.Pod {
	var pods corev1.PodList
	if err := api.List(t.Context(), &pods, client.InNamespace(system), client.MatchingLabels{sandbox.LabelName: component}); err != nil {
		t.Error(err)
	}
	return slices.DeleteFunc(pods.Items, func(p corev1.Pod) bool {
		return !p.DeletionTimestamp.IsZero() || !slices.ContainsFunc(p.Status.Conditions, func(c corev1.PodCondition) bool {
			return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
		})
	})
}

// killAll pods of a component, and wait until as many others are ready.
func killAll(t *testing.T, component string) {
	t.Helper()
	inSystem := []client.ListOption{client.InNamespace(system), client.MatchingLabels{sandbox.LabelName: component}}
	var before corev1.PodList
	if err := api.List(t.Context(), &before, inSystem...); err != nil {
		t.Fatal(err)
	}
	for i := range before.Items {
		if err := api.Delete(t.Context(), &before.Items[i], client.GracePeriodSeconds(0)); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "other pods of "+component+" are ready", func() bool {
		return len(slices.DeleteFunc(readyPods(t, component), func(p corev1.Pod) bool {
			return slices.ContainsFunc(before.Items, func(old corev1.Pod) bool { return old.UID == p.UID })
		})) >= len(before.Items)
	})
}

// starts of pods in the sandbox namespace, however short they lived.
type starts struct {
	mutex sync.Mutex
	pods  map[types.UID]*corev1.Pod
}

func watchStarts(t *testing.T) *starts {
	t.Helper()
	watcher, err := client.NewWithWatch(ctrl.GetConfigOrDie(), client.Options{Scheme: api.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	events, err := watcher.Watch(ctx, &corev1.PodList{}, client.InNamespace(sandboxSpace))
	if err != nil {
		t.Fatal(err)
	}
	s := &starts{pods: map[types.UID]*corev1.Pod{}}
	go func() {
		for e := range events.ResultChan() {
			if pod, ok := e.Object.(*corev1.Pod); ok && e.Type == watch.Added {
				s.mutex.Lock()
				s.pods[pod.UID] = pod
				s.mutex.Unlock()
			}
		}
		if ctx.Err() == nil {
			t.Error("the watch of pods ended: pods that started twice would not be seen")
		}
	}()
	return s
}

// of a job, the names of the pods that it had.
func (s *starts) of(job types.UID) (names []string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, pod := range s.pods {
		if pod.Labels[sandbox.LabelJobUID] == string(job) {
			names = append(names, pod.Name)
		}
	}
	return names
}

func podsOf(t *testing.T, job *v1alpha1.ComputeJob) []corev1.Pod {
	t.Helper()
	var pods corev1.PodList
	if err := api.List(t.Context(), &pods, client.InNamespace(sandboxSpace), client.MatchingLabels{sandbox.LabelJobUID: string(job.UID)}); err != nil {
		t.Fatal(err)
	}
	return pods.Items
}

// leavesNothing: the job was deleted, and takes all that it had along.
func (s *story) leavesNothing() {
	s.Helper()
	prefix := sandbox.JobKeyPrefix("", sandbox.Object{Namespace: s.namespace, Name: s.job.Name, UID: s.job.UID})
	var left []string
	eventually(s.T, "nothing is left of job "+s.namespace+"/"+s.job.Name, func() bool {
		left = nil
		for _, pod := range podsOf(s.T, s.job) {
			left = append(left, "pod "+pod.Name)
		}
		secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: s.job.Name + "-results"}}
		for _, object := range []client.Object{s.job.DeepCopy(), secret} {
			if err := api.Get(s.Context(), client.ObjectKeyFromObject(object), object); client.IgnoreNotFound(err) != nil || err == nil {
				left = append(left, fmt.Sprintf("%T %s", object, object.GetName()))
			}
		}
		objects, err := results.List(s.Context(), prefix)
		for _, object := range objects {
			left = append(left, object.Key)
		}
		uploads, err2 := unfinishedUploads(s.Context(), prefix)
		return errors.Join(err, err2) == nil && len(append(left, uploads...)) == 0
	})
}

// unfinishedUploads to the results bucket under a prefix.
func unfinishedUploads(ctx context.Context, prefix string) (keys []string, err error) {
	endpoint := connection(resultsBucket)
	bucket := s3.New(s3.Options{
		Region: endpoint.Region, BaseEndpoint: &endpoint.Endpoint, UsePathStyle: true, HTTPClient: http.DefaultClient,
		Credentials: credentials.NewStaticCredentialsProvider(os.Getenv("C2D_S3_ACCESS_KEY"), os.Getenv("C2D_S3_SECRET_KEY"), ""),
	})
	page, err := bucket.ListMultipartUploads(ctx, &s3.ListMultipartUploadsInput{Bucket: &endpoint.Bucket, Prefix: &prefix})
	if err != nil {
		return nil, err
	}
	for _, upload := range page.Uploads {
		keys = append(keys, "unfinished upload of "+aws.ToString(upload.Key))
	}
	return keys, nil
}
