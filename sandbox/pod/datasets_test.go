package pod

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

const dataImage = "registry.example.org/data@sha256:ff"

func mountedSpec() Spec {
	s := spec()
	s.Run.Datasets[1] = sandbox.Dataset{
		Object: sandbox.Object{Namespace: "hospital", Name: "scans"}, DID: "did:op:bb",
		Mounts: []sandbox.Mount{
			{Index: 1, Claim: "scans", Path: "2026/a.csv"}, {Index: 2, Claim: "scans"}, {Index: 4, Image: dataImage},
		},
	}
	return s
}

// TestDatasetMounts looks at what is mounted where: all of it read-only, and only what the dataset says in the algorithm.
func TestDatasetMounts(t *testing.T) {
	pod := build(t, mountedSpec())
	if pod.Spec.SecurityContext.FSGroup != nil {
		t.Error("an fsGroup would change the owner's files")
	}
	sources := map[string]corev1.VolumeSource{}
	for _, volume := range pod.Spec.Volumes {
		if strings.HasPrefix(volume.Name, "dataset-") {
			sources[volume.Name] = volume.VolumeSource
		}
	}
	claim, image := sources["dataset-0"].PersistentVolumeClaim, sources["dataset-1"].Image
	if len(sources) != 2 || claim == nil || claim.ClaimName != "scans" || !claim.ReadOnly ||
		image == nil || image.Reference != dataImage || image.PullPolicy != corev1.PullIfNotPresent {
		t.Errorf("volumes: %+v", sources)
	}
	for container, want := range map[*corev1.Container]map[string]string{
		&pod.Spec.InitContainers[0]: {"/volumes/1-1": "dataset-0:", "/volumes/1-2": "dataset-0:", "/volumes/1-4": "dataset-1:"},
		&pod.Spec.Containers[0]: {
			"/data/inputs/bb/1": "dataset-0:2026/a.csv", "/data/inputs/bb/2": "dataset-0:", "/data/inputs/bb/4": "dataset-1:",
		},
		&pod.Spec.Containers[1]: {},
	} {
		found := 0
		for _, m := range container.VolumeMounts {
			if !strings.HasPrefix(m.Name, "dataset-") {
				continue
			}
			found++
			if want[m.MountPath] != m.Name+":"+m.SubPath || !m.ReadOnly {
				t.Errorf("%s: %s is %s:%s, read-only %t, want %s", container.Name, m.MountPath, m.Name, m.SubPath, m.ReadOnly, want[m.MountPath])
			}
			if recursive := m.RecursiveReadOnly; (m.Name == "dataset-0") != (recursive != nil && *recursive == corev1.RecursiveReadOnlyIfPossible) {
				t.Errorf("%s: %s is recursively read-only: %v", container.Name, m.MountPath, recursive)
			}
		}
		if found != len(want) {
			t.Errorf("%s has %d mounts of datasets, want %d", container.Name, found, len(want))
		}
	}
}

// TestObserveMounts looks at what is said of volumes and images that do not come: whose they are, and not where they lie.
func TestObserveMounts(t *testing.T) {
	backOff := `Back-off pulling image "` + dataImage + `": ErrImagePull: dial tcp: i/o timeout`
	missing := `failed to resolve "` + dataImage + `": not found`
	condition := func(status corev1.ConditionStatus) corev1.PodCondition {
		return corev1.PodCondition{Type: corev1.PodReadyToStartContainers, Status: status}
	}
	for name, test := range map[string]struct {
		stage     corev1.ContainerState
		condition corev1.PodCondition
		after     time.Duration
		state     v1alpha1.State
		reason    string
		message   string
	}{
		"an image that is not there":            {waiting("ErrImagePull", missing), condition(corev1.ConditionTrue), time.Second, v1alpha1.StateFailed, v1alpha1.ReasonImagePullFailed, "The image of file 4 of Dataset hospital/scans does not exist"},
		"an image that may come yet":            {waiting("ImagePullBackOff", backOff), condition(corev1.ConditionTrue), time.Minute, v1alpha1.StateStaging, "", ""},
		"an image that does not come":           {waiting("ImagePullBackOff", backOff), condition(corev1.ConditionTrue), pullBudget, v1alpha1.StateFailed, v1alpha1.ReasonImagePullFailed, "The image of file 4 of Dataset hospital/scans cannot be pulled"},
		"a volume that may come yet":            {waiting("PodInitializing", ""), condition(corev1.ConditionFalse), time.Minute, v1alpha1.StateStaging, "", ""},
		"a volume that does not come":           {waiting("PodInitializing", ""), condition(corev1.ConditionFalse), setUpBudget, v1alpha1.StateFailed, v1alpha1.ReasonInputFetchFailed, "mount the volumes"},
		"volumes are there":                     {waiting("PodInitializing", ""), condition(corev1.ConditionTrue), time.Hour, v1alpha1.StateStaging, "", ""},
		"a file system without idmapped mounts": {ended(128, "StartError", "failed to set MOUNT_ATTR_IDMAP on /mnt/nfs: invalid argument"), condition(corev1.ConditionTrue), time.Second, v1alpha1.StateFailed, v1alpha1.ReasonInputFetchFailed, "isolation.hostUsers"},
	} {
		p := build(t, mountedSpec())
		p.Status = status(test.stage, waiting("PodInitializing", ""), waiting("PodInitializing", ""))
		p.Status.StartTime = &metav1.Time{Time: now.Add(-test.after)}
		p.Status.Conditions = []corev1.PodCondition{test.condition}
		got := Observe(p, now)
		if got.State != test.state || got.Reason != test.reason || !strings.Contains(got.Message, test.message) {
			t.Errorf("%s: got %s %s: %s", name, got.State, got.Reason, got.Message)
		}
		if strings.Contains(got.Message, "registry.example.org") || strings.Contains(got.Message, "/mnt") {
			t.Errorf("%s: the consumer reads where the data lie: %s", name, got.Message)
		}
	}
}

// TestObserveSetUp gives up a pod that its node cannot set up: no sandbox, no network.
func TestObserveSetUp(t *testing.T) {
	for after, want := range map[time.Duration]v1alpha1.State{time.Minute: v1alpha1.StateStaging, setUpBudget: v1alpha1.StateFailed} {
		p := build(t, spec())
		p.Status = status(waiting("PodInitializing", ""), waiting("PodInitializing", ""), waiting("PodInitializing", ""))
		p.Status.StartTime = &metav1.Time{Time: now.Add(-after)}
		p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReadyToStartContainers, Status: corev1.ConditionFalse, Reason: "PodSandboxNotReady"}}
		got := Observe(p, now)
		if got.State != want || want == v1alpha1.StateFailed && (got.Reason != v1alpha1.ReasonStartFailed || !strings.Contains(got.Message, "set the job's pod up")) {
			t.Errorf("after %s: got %s %s: %s", after, got.State, got.Reason, got.Message)
		}
		if want == v1alpha1.StateStaging && !got.Recheck.Equal(now.Add(setUpBudget-after)) {
			t.Errorf("after %s it is looked at again at %s", after, got.Recheck)
		}
	}
}
