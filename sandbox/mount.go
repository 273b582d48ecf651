package sandbox

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// VolumesDir is where stage sees the volumes and images of datasets, to learn what lies on them.
const VolumesDir = "/volumes"

// Mount is a file or a folder of a dataset that the kubelet mounts into the algorithm's container, read-only: nothing is
// copied, and so nothing is hashed. Either Claim or Image is set.
type Mount struct {
	// Index of the file in its dataset, for the owner and for the algorithm alike.
	Index int `json:"index"`
	// Claim is the PersistentVolumeClaim in the sandbox namespace, and Path the place on its volume; empty: all of it.
	Claim string `json:"claim,omitempty"`
	Path  string `json:"path,omitempty"`
	// Image by digest.
	Image string `json:"image,omitempty"`
}

// Mounts among the files of a dataset. Where they go must be known before anything is listed, so that no prefix, which
// becomes any number of files, may stand before one of them.
func Mounts(files []v1alpha1.DatasetFile) (mounts []Mount, err error) {
	prefix := -1
	for i, file := range files {
		mount := Mount{Index: i}
		switch {
		case file.PersistentVolumeClaim != nil:
			mount.Claim, mount.Path = file.PersistentVolumeClaim.ClaimName, strings.TrimSuffix(file.PersistentVolumeClaim.Path, "/")
		case file.Image != nil:
			mount.Image = file.Image.Reference
		case file.S3 != nil && file.S3.Prefix != "":
			prefix = i
			continue
		default:
			continue
		}
		if prefix >= 0 {
			return nil, fmt.Errorf("spec.files[%d] is mounted, and its index is not known before the objects under the prefix of spec.files[%d] are counted: put what is mounted before all prefixes", i, prefix)
		}
		mounts = append(mounts, mount)
	}
	return mounts, nil
}

// Digest of the image, as sha256:...; empty for a volume, which has none.
func (m Mount) Digest() string {
	_, digest, _ := strings.Cut(m.Image, "@")
	return digest
}

// InputFile is where the algorithm finds a file of a dataset, whose id is its DID without the method prefix.
func InputFile(id string, index int) string { return InputsDir + "/" + id + "/" + strconv.Itoa(index) }

// VolumeDir is where stage sees the volume or image behind a mount of the run's dataset.
func VolumeDir(volumes string, dataset int, mount Mount) string {
	return fmt.Sprintf("%s/%d-%d", volumes, dataset, mount.Index)
}
