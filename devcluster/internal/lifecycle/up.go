// Package lifecycle starts, looks at and removes clusters, from the host's side.
package lifecycle

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/binaries"
	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/layout"
)

// upLimit bounds the wait for a cluster whose binaries are built.
const upLimit = 5 * time.Minute

// Up brings a cluster to readiness, whatever state it was in. A running cluster is left as it is. When ctx ends before the
// cluster is ready, what was started is removed.
func Up(ctx context.Context, cluster layout.Cluster, source binaries.Source, progress io.Writer) error {
	if os.Geteuid() != 0 {
		return errors.New("a cluster needs root, for its namespaces, mounts and cgroups: run devcluster as root")
	}
	lock, err := acquire(ctx, cluster, progress)
	if err != nil {
		return err
	}
	defer lock.Release()

	record, err := cluster.ReadRecord()
	if err != nil {
		return err
	}
	was := "is up already"
	if !record.Alive() {
		was = "is up"
		if err := remove(cluster); err != nil {
			return err
		}
		if record, err = create(ctx, cluster, source, progress); err != nil {
			return errors.Join(err, remove(cluster))
		}
	}
	started := time.Now()
	if err := awaitReady(ctx, cluster, record, progress); err != nil {
		if ctx.Err() != nil {
			fmt.Fprintln(progress, "Interrupted; removing what was started.")
			return errors.Join(err, remove(cluster))
		}
		// The directory stays, for its logs, until the next up or down.
		return errors.Join(err, kill(record))
	}
	fmt.Fprintf(progress, "Cluster %s %s (%.1f s). Next: eval \"$(devcluster env --name %[1]s)\"\n", cluster.Name, was, time.Since(started).Seconds())
	return nil
}

func acquire(ctx context.Context, cluster layout.Cluster, progress io.Writer) (*layout.Lock, error) {
	return layout.Acquire(ctx, filepath.Join(filepath.Dir(cluster.Dir), "."+cluster.Name+".lock"), func() {
		fmt.Fprintf(progress, "Another devcluster works on cluster %s; waiting for it.\n", cluster.Name)
	})
}

// create makes the cluster's namespaces and its first process. What it makes is on record before it exists.
func create(ctx context.Context, cluster layout.Cluster, source binaries.Source, progress io.Writer) (*layout.Record, error) {
	if err := binaries.EnsurePackages(ctx, progress); err != nil {
		return nil, err
	}
	dir, _, err := binaries.Build(ctx, source, progress)
	if err != nil {
		return nil, err
	}
	subnet, err := freeSubnet(cluster)
	if err != nil {
		return nil, err
	}
	record := layout.Record{
		BootID: layout.BootID(), Binaries: dir, Subnet: subnet, Created: time.Now().UTC(),
		AccessKey: "C2D" + rand.Text()[:17], SecretKey: rand.Text() + rand.Text(),
	}
	if err := cluster.WriteRecord(record); err != nil {
		return nil, fmt.Errorf("write the cluster's record: %w", err)
	}
	permission, grant, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer grant.Close()
	log, err := openLog(cluster.Log("devcluster"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	command := exec.Command("/proc/self/exe", "init", cluster.Name)
	command.Dir = "/"
	command.Env = environment(cluster, dir)
	command.ExtraFiles = []*os.File{permission}
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = &syscall.SysProcAttr{
		Setsid:     true,
		Cloneflags: syscall.CLONE_NEWPID | syscall.CLONE_NEWNS | syscall.CLONE_NEWNET | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC,
	}
	err = command.Start()
	permission.Close()
	if err != nil {
		return nil, fmt.Errorf("start the cluster's first process: %w", err)
	}
	go func() { _ = command.Wait() }() // so that it does not stay a zombie while this program lives
	record.PID = command.Process.Pid
	if record.StartTicks, err = layout.StartTicks(record.PID); err != nil {
		return nil, fmt.Errorf("the cluster's first process ended at once: %w", err)
	}
	if err := cluster.WriteRecord(record); err != nil {
		return nil, errors.Join(fmt.Errorf("write the cluster's record: %w", err), command.Process.Kill())
	}
	if err := connect(cluster, record); err != nil {
		return nil, err
	}
	if _, err := grant.Write([]byte{1}); err != nil {
		return nil, fmt.Errorf("let the cluster's first process begin: %w", err)
	}
	return &record, nil
}

// environment is all that the cluster's processes inherit: nothing of the caller's own but its cache.
func environment(cluster layout.Cluster, binDir string) []string {
	return []string{
		"PATH=" + binDir + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"HOME=" + cluster.Dir,
		"C2D_CACHE=" + filepath.Dir(filepath.Dir(cluster.Dir)),
	}
}

// awaitReady prints each step as it is done, until the cluster is ready or has failed.
func awaitReady(ctx context.Context, cluster layout.Cluster, record *layout.Record, out io.Writer) error {
	deadline := time.Now().Add(upLimit)
	for printed := 0; ; {
		alive := record.Alive()
		progress, err := cluster.ReadProgress()
		if err != nil {
			return err
		}
		quiet := printed == 0 && progress.Phase == layout.Ready // it was up before
		for ; !quiet && printed < len(progress.Steps); printed++ {
			step := progress.Steps[printed]
			fmt.Fprintf(out, "  %5.1f s  %s\n", step.Seconds, step.Name)
		}
		switch {
		case progress.Phase == layout.Failed:
			return fmt.Errorf("cluster %s did not start: %s", cluster.Name, progress.Message)
		case !alive:
			return fmt.Errorf("cluster %s ended while it started; its log %s ends with:\n%s", cluster.Name, cluster.Log("devcluster"), tailOf(cluster.Log("devcluster")))
		case progress.Phase == layout.Ready:
			return nil
		case time.Now().After(deadline):
			return fmt.Errorf("cluster %s was not ready after %s; see the logs in %s", cluster.Name, upLimit, cluster.Path("logs"))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}
