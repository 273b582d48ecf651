package pod

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/compute-to-data/terraform-provider-c2d/ocean"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// datasetMount is a mount of a dataset with the volume of the pod that it comes from.
type datasetMount struct {
	sandbox.Mount
	dataset int
	id      string
	volume  string
}

// datasetMounts of a run, and the volumes behind them: one for each claim and each image, however many files it holds.
func datasetMounts(run *sandbox.Run) (mounts []datasetMount, volumes []corev1.Volume) {
	names := map[string]string{}
	for d, dataset := range run.Datasets {
		for _, mount := range dataset.Mounts {
			key := mount.Claim + "@" + mount.Image
			name, known := names[key]
			if !known {
				name = fmt.Sprintf("dataset-%d", len(volumes))
				names[key] = name
				volumes = append(volumes, corev1.Volume{Name: name, VolumeSource: volumeSource(mount)})
			}
			mounts = append(mounts, datasetMount{Mount: mount, dataset: d, id: ocean.ID(dataset.DID), volume: name})
		}
	}
	return mounts, volumes
}

func volumeSource(mount sandbox.Mount) corev1.VolumeSource {
	if mount.Image != "" {
		return corev1.VolumeSource{Image: &corev1.ImageVolumeSource{Reference: mount.Image, PullPolicy: corev1.PullIfNotPresent}}
	}
	return corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: mount.Claim, ReadOnly: true}}
}

// forStage shows the whole volume: a path that does not exist on it would be made by the kubelet, as an empty folder.
func (m datasetMount) forStage() corev1.VolumeMount {
	return m.at(sandbox.VolumeDir(sandbox.VolumesDir, m.dataset, m.Mount))
}

// forAlgorithm shows the file or folder alone, where Ocean's contract has it.
func (m datasetMount) forAlgorithm() corev1.VolumeMount {
	mount := m.at(sandbox.InputFile(m.id, m.Index))
	mount.SubPath = m.Path
	return mount
}

func (m datasetMount) at(path string) corev1.VolumeMount {
	mount := corev1.VolumeMount{Name: m.volume, MountPath: path, ReadOnly: true}
	if m.Claim != "" {
		// What is mounted within the volume is as read-only as the volume itself.
		mount.RecursiveReadOnly = ptr.To(corev1.RecursiveReadOnlyIfPossible)
	}
	return mount
}
