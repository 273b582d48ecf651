package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/layout"
)

// endLimit bounds the wait for the kernel to end a cluster's processes and take down its namespaces.
const endLimit = 30 * time.Second

// Down removes all that was made for a cluster, running, crashed or half-made. There being nothing is no error.
func Down(ctx context.Context, cluster layout.Cluster, progress io.Writer) error {
	if _, err := os.Stat(cluster.Dir); errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintf(progress, "There is no cluster %s.\n", cluster.Name)
		return nil
	}
	lock, err := acquire(ctx, cluster, progress)
	if err != nil {
		return err
	}
	defer lock.Release()
	started := time.Now()
	if err := remove(cluster); err != nil {
		return err
	}
	fmt.Fprintf(progress, "Cluster %s is removed (%.1f s).\n", cluster.Name, time.Since(started).Seconds())
	return nil
}

// remove goes from the outside in: processes, what the kernel frees with them, cgroups, files. The files go last, since the
// record is among them.
func remove(cluster layout.Cluster) error {
	record, err := cluster.ReadRecord()
	if err != nil {
		record = nil // half-made; its processes waited for permission and are gone
	}
	if err := kill(record); err != nil {
		return err
	}
	if record != nil {
		if err := removeInterface(cluster); err != nil {
			return err
		}
		if err := removeCgroups(cluster.Cgroup()); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(cluster.Dir); err != nil {
		return fmt.Errorf("remove the cluster's files: %w", err)
	}
	return nil
}

// kill ends the first process of the cluster's PID namespace, and with it all others. It returns once they are gone.
func kill(record *layout.Record) error {
	if !record.Alive() {
		return nil
	}
	// A file descriptor of the process, checked after it is open, cannot come to mean another one.
	process, err := unix.PidfdOpen(record.PID, 0)
	if errors.Is(err, unix.ESRCH) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("open process %d: %w", record.PID, err)
	}
	defer unix.Close(process)
	if !record.Alive() {
		return nil
	}
	if err := unix.PidfdSendSignal(process, unix.SIGKILL, nil, 0); err != nil && !errors.Is(err, unix.ESRCH) {
		return fmt.Errorf("kill process %d: %w", record.PID, err)
	}
	for deadline := time.Now().Add(endLimit); record.Alive(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			return fmt.Errorf("the cluster's processes did not end within %s of being killed (first process: %d)", endLimit, record.PID)
		}
	}
	return nil
}

// removeInterface does at once what the kernel would do a moment after the end of the network namespace.
func removeInterface(cluster layout.Cluster) error {
	link, err := netlink.LinkByName(cluster.HostInterface())
	var missing netlink.LinkNotFoundError
	if errors.As(err, &missing) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find interface %s: %w", cluster.HostInterface(), err)
	}
	if err := netlink.LinkDel(link); err != nil && !errors.Is(err, unix.ENODEV) {
		return fmt.Errorf("remove interface %s: %w", cluster.HostInterface(), err)
	}
	return nil
}

// removeCgroups removes the cluster's cgroup below every root: the one of cgroup v2, those of v1's controllers.
func removeCgroups(name string) error {
	roots, err := filepath.Glob("/sys/fs/cgroup/*/" + name)
	if err != nil {
		return err
	}
	roots = append(roots, "/sys/fs/cgroup/"+name)
	for _, root := range roots {
		if err := removeCgroup(root); err != nil {
			return err
		}
	}
	return nil
}

func removeCgroup(root string) error {
	var dirs []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			dirs = append(dirs, path)
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("list cgroup %s: %w", root, err)
	}
	for _, dir := range slices.Backward(dirs) {
		if err := rmdirWhenEmpty(dir); err != nil {
			return err
		}
	}
	return nil
}

// rmdirWhenEmpty retries for a while: the kernel counts a process as a member until it is fully gone.
func rmdirWhenEmpty(dir string) error {
	for deadline := time.Now().Add(endLimit); ; time.Sleep(20 * time.Millisecond) {
		err := unix.Rmdir(dir)
		if err == nil || errors.Is(err, unix.ENOENT) {
			return nil
		}
		if !errors.Is(err, unix.EBUSY) || time.Now().After(deadline) {
			return fmt.Errorf("remove cgroup %s: %w", dir, err)
		}
	}
}
