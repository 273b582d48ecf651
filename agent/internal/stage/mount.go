package stage

import (
	"errors"
	"fmt"
	"os"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// mountPoint makes, in the data volume, the empty file or folder that a file of a dataset will be mounted over: the
// algorithm sees the data volume read-only, where nothing can be made any more.
func (o Options) mountPoint(folder *os.Root, plan *sandbox.Plan, dataset int, mount sandbox.Mount) error {
	what := fmt.Sprintf("file %d of dataset %s", mount.Index, plan.Datasets[dataset].ID)
	isFolder, err := lookOnVolume(sandbox.VolumeDir(o.Volumes, dataset, mount), mount.Path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return failed(v1alpha1.ReasonInputFetchFailed, what+" is not there: its volume has nothing at the path that the owner declared", err)
	case errors.Is(err, os.ErrPermission):
		return failed(v1alpha1.ReasonInputFetchFailed, fmt.Sprintf("%s may not be read: its owner must let others, or user %d, read it on its volume", what, os.Getuid()), err)
	case err != nil:
		return failed(v1alpha1.ReasonInputFetchFailed, what+" on its volume is neither a file nor a folder that can be opened", err)
	}
	name := inputFile(plan.Datasets[dataset].ID, mount.Index)
	if isFolder {
		err = folder.Mkdir(name, 0o755)
	} else {
		err = folder.WriteFile(name, nil, 0o444)
	}
	if err != nil {
		return writeFailure(v1alpha1.ReasonInputFetchFailed, "the place of "+what, err)
	}
	return nil
}

// lookOnVolume says what lies at a place on a volume. Links are followed as the kubelet does it: never out of the volume.
func lookOnVolume(volume, path string) (isFolder bool, err error) {
	root, err := os.OpenRoot(volume)
	if err != nil {
		return false, err
	}
	defer func() { _ = root.Close() }()
	if path == "" {
		path = "."
	}
	// A FIFO would wait for its other end: what it is comes first.
	info, err := root.Stat(path)
	if err != nil {
		return false, err
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		return false, fmt.Errorf("%s is a %s", path, info.Mode().Type())
	}
	file, err := root.Open(path)
	if err != nil {
		return false, err
	}
	return info.IsDir(), file.Close()
}
