package node

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

const cgroupRoot = "/sys/fs/cgroup"

// makeCgroups makes the cgroup that the kubelet keeps its pods in. With cgroup v2 that is one directory, with v1 one below
// each controller.
func makeCgroups(name string) error {
	if unified(cgroupRoot) {
		if err := delegate(cgroupRoot); err != nil {
			return err
		}
		return mkdir(filepath.Join(cgroupRoot, name))
	}
	controllers, err := os.ReadDir(cgroupRoot)
	if err != nil {
		return err
	}
	for _, controller := range controllers {
		if !controller.IsDir() {
			continue // a symbolic link, such as cpu -> cpu,cpuacct
		}
		root := filepath.Join(cgroupRoot, controller.Name())
		dir := filepath.Join(root, name)
		if err := mkdir(dir); err != nil {
			return err
		}
		if slices.Contains(strings.Split(controller.Name(), ","), "cpuset") { // or a name such as "cpu,cpuacct"
			for _, file := range []string{"cpuset.cpus", "cpuset.mems"} { // empty until set, and then nothing can join
				if err := copyFile(filepath.Join(root, file), filepath.Join(dir, file)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// needed are the controllers that the kubelet asks for.
var needed = []string{"cpu", "cpuset", "memory", "pids"}

// delegate makes sure that a cgroup v2 passes on to its children what the kubelet needs; most machines do already.
func delegate(root string) error {
	file := filepath.Join(root, "cgroup.subtree_control")
	passedOn, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for _, controller := range needed {
		if slices.Contains(strings.Fields(string(passedOn)), controller) {
			continue
		}
		if err := os.WriteFile(file, []byte("+"+controller), 0o644); err != nil {
			return fmt.Errorf("this machine's root cgroup does not pass on the controller %s: %w", controller, err)
		}
	}
	return nil
}

func unified(root string) bool {
	var stat unix.Statfs_t
	return unix.Statfs(root, &stat) == nil && stat.Type == unix.CGROUP2_SUPER_MAGIC
}

func mkdir(dir string) error {
	if err := os.Mkdir(dir, 0o755); err != nil && !os.IsExist(err) {
		return err
	}
	return nil
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o644)
}
