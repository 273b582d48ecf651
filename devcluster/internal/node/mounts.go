package node

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/layout"
)

// prepareMounts makes the mount namespace such that nothing done in it shows on the host: what the programs write to
// /run and /var goes to memory, everything else is configured to go to the cluster's directory.
func prepareMounts(cluster layout.Cluster, record layout.Record) error {
	// Kept open across the mounts below, in case these directories lie under /run or /var.
	kept, err := keep(cluster.Dir, record.Binaries)
	if err != nil {
		return err
	}
	for _, m := range []mount{
		{target: "/", flags: unix.MS_PRIVATE | unix.MS_REC},
		{target: "/", flags: unix.MS_SHARED | unix.MS_REC}, // containers get their mounts by propagation from here
		{source: "proc", target: "/proc", kind: "proc"},
		{source: "tmpfs", target: "/run", kind: "tmpfs", data: "mode=755"},
		{source: "overlay", target: "/var", kind: "overlay", data: "lowerdir=/var,upperdir=/run/var/upper,workdir=/run/var/work",
			make: []string{"/run/var/upper", "/run/var/work"}},
		{source: "tmpfs", target: cniResults, kind: "tmpfs", make: []string{cniResults}},
	} {
		if err := m.do(); err != nil {
			return err
		}
	}
	if err := hideTunables(); err != nil {
		return err
	}
	return kept.restore()
}

type mount struct {
	source, target, kind string
	flags                uintptr
	data                 string
	make                 []string // directories to make first
}

func (m mount) do() error {
	for _, dir := range m.make {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	if err := unix.Mount(m.source, m.target, m.kind, m.flags, m.data); err != nil {
		return fmt.Errorf("mount %s%s on %s: %w", m.kind, m.source, m.target, err)
	}
	return nil
}

// tunables belong to the whole machine. The kubelet sets them to these values unless they have them already.
var tunables = map[string]string{
	"vm/overcommit_memory":      "1",
	"vm/panic_on_oom":           "0",
	"kernel/panic":              "10",
	"kernel/panic_on_oops":      "1",
	"kernel/keys/root_maxkeys":  "1000000",
	"kernel/keys/root_maxbytes": "25000000",
}

// hideTunables shows the kubelet the values it wants, and so keeps it from changing the machine's.
func hideTunables() error {
	// The kernel lets a pod with user namespaces mount its own /proc only where one without anything on top is visible.
	if err := (mount{source: "proc", target: "/run/proc", kind: "proc", make: []string{"/run/proc"}}).do(); err != nil {
		return err
	}
	for name, value := range tunables {
		shown := filepath.Join("/run/tunables", name)
		if err := layout.WriteFile(shown, []byte(value+"\n"), 0o644); err != nil {
			return err
		}
		if err := (mount{source: shown, target: "/proc/sys/" + name, flags: unix.MS_BIND}).do(); err != nil {
			return err
		}
	}
	return nil
}

type keptDirs map[string]*os.File

func keep(dirs ...string) (keptDirs, error) {
	kept := keptDirs{}
	for _, dir := range dirs {
		if !strings.HasPrefix(dir, "/run/") && !strings.HasPrefix(dir, "/var/") {
			continue
		}
		open, err := os.Open(dir)
		if err != nil {
			return nil, err
		}
		kept[dir] = open
	}
	return kept, nil
}

func (k keptDirs) restore() error {
	for dir, open := range k {
		if err := (mount{
			source: fmt.Sprintf("/proc/self/fd/%d", open.Fd()), target: dir, flags: unix.MS_BIND | unix.MS_REC, make: []string{dir},
		}).do(); err != nil {
			return err
		}
		open.Close()
	}
	return nil
}
