// Package node is the inside of a cluster: what runs in its namespaces.
//
// The first process of the PID namespace (Init) prepares mounts and network, reaps orphans and starts the supervisor
// (Supervise), which starts everything else. When either ends, however it ends, the kernel ends all the rest.
package node

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/layout"
)

// Init is the first process in a cluster's namespaces. It begins when a byte arrives on permission, which is after its
// PID has been recorded; an end without a byte means that whoever started it is gone.
func Init(cluster layout.Cluster, permission io.Reader) error {
	if _, err := io.ReadFull(permission, make([]byte, 1)); err != nil {
		return errors.New("the program that started this cluster ended before it had recorded it")
	}
	record, err := cluster.ReadRecord()
	if err != nil || record == nil {
		return fmt.Errorf("no record of cluster %s in %s: %w", cluster.Name, cluster.Dir, err)
	}
	if err := prepareMounts(cluster, *record); err != nil {
		return fmt.Errorf("prepare mounts: %w", err)
	}
	if err := unix.Sethostname([]byte(cluster.Name)); err != nil {
		return fmt.Errorf("set host name: %w", err)
	}
	if err := prepareNetwork(*record); err != nil {
		return fmt.Errorf("prepare the network: %w", err)
	}
	supervisor := exec.Command("/proc/self/exe", "supervise", cluster.Name)
	supervisor.Stdout, supervisor.Stderr = os.Stdout, os.Stderr
	if err := supervisor.Start(); err != nil {
		return fmt.Errorf("start the supervisor: %w", err)
	}
	return reapUntil(supervisor.Process.Pid)
}

// reapUntil takes in every orphan of the PID namespace until the given process ends.
func reapUntil(pid int) error {
	for {
		var status syscall.WaitStatus
		ended, err := syscall.Wait4(-1, &status, 0, nil)
		switch {
		case errors.Is(err, syscall.EINTR):
		case err != nil:
			return fmt.Errorf("wait for the supervisor: %w", err)
		case ended == pid:
			return fmt.Errorf("the supervisor ended: exit %d, signal %d", status.ExitStatus(), status.Signal())
		}
	}
}
