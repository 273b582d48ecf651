package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// algorithm is what a test runs in the container where a shell would not do. It exits with 0 where all is as it should
// be.
func algorithm(act string) int {
	var err error
	switch act {
	case "hello":
		fmt.Println("hello from an image without a shell")
	case "trace":
		err = trace()
	case "descriptors":
		err = descriptors()
	case "orphans":
		err = orphans()
	case "limit-pid-1":
		err = limitPID1()
	case "raise-limits":
		err = raiseLimits()
	default:
		err = errors.New("no such algorithm: " + act)
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// trace PID 1 in every way that would give away, or take, its descriptors.
func trace() error {
	if err := unix.PtraceAttach(1); err == nil {
		return errors.New("PID 1 can be traced")
	}
	if names, err := os.ReadDir("/proc/1/fd"); err == nil {
		return fmt.Errorf("the descriptors of PID 1 can be read: %v", names)
	}
	if _, err := os.OpenFile("/proc/1/mem", os.O_RDWR, 0); err == nil {
		return errors.New("the memory of PID 1 can be opened")
	}
	pid, err := unix.PidfdOpen(1, 0)
	if err != nil {
		return fmt.Errorf("pidfd_open: %w", err)
	}
	for fd := range 32 {
		if _, err := unix.PidfdGetfd(pid, fd, 0); err == nil {
			return fmt.Errorf("descriptor %d of PID 1 can be taken", fd)
		}
	}
	return nil
}

// descriptors that were inherited: the standard ones alone.
func descriptors() error {
	for fd := 3; fd < 256; fd++ {
		target, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(fd))
		if err == nil && !strings.HasPrefix(target, "anon_inode:") && !strings.Contains(target, "/proc/") && !strings.HasPrefix(target, "/sys/") {
			return fmt.Errorf("descriptor %d is %s", fd, target)
		}
	}
	for fd, want := range map[int]string{0: "/dev/null", 1: "pipe:", 2: "pipe:"} {
		target, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(fd))
		if err != nil || !strings.HasPrefix(target, want) {
			return fmt.Errorf("descriptor %d is %s, want %s (%w)", fd, target, want, err)
		}
		flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
		if err != nil || flags&unix.O_NONBLOCK != 0 {
			return fmt.Errorf("descriptor %d does not block (%w)", fd, err)
		}
	}
	return nil
}

// orphans waits until no dead process is left whose parent is PID 1.
func orphans() error {
	deadline := time.Now().Add(10 * time.Second)
	for {
		dead := 0
		stats, _ := filepath.Glob("/proc/[0-9]*/stat")
		for _, path := range stats {
			stat, _ := os.ReadFile(path)
			if _, rest, ok := strings.Cut(string(stat), ") "); ok && strings.HasPrefix(rest, "Z 1 ") {
				dead++
			}
		}
		if dead == 0 && len(stats) <= 3 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%d dead processes of %d are left", dead, len(stats))
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// limitPID1 so that it ends, by its own number and by those of its threads; and then itself, which is allowed.
func limitPID1() error {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil || !strings.Contains(string(status), "NoNewPrivs:\t1\n") {
		return fmt.Errorf("new rights can be had: %s, %w", status, err)
	}
	for pid := 1; pid < os.Getpid(); pid++ {
		if err := unix.Prlimit(pid, unix.RLIMIT_CPU, &unix.Rlimit{}, nil); !errors.Is(err, unix.EPERM) && !errors.Is(err, unix.ESRCH) {
			return fmt.Errorf("the limits of process or thread %d can be set: %w", pid, err)
		}
	}
	limit := unix.Rlimit{Cur: 100, Max: 100}
	return errors.Join(unix.Prlimit(0, unix.RLIMIT_NOFILE, &limit, nil), unix.Prlimit(1, unix.RLIMIT_NOFILE, nil, &limit))
}

// raiseLimits that were set.
func raiseLimits() error {
	for name, resource := range map[string]int{"processes": unix.RLIMIT_NPROC, "cores": unix.RLIMIT_CORE} {
		var limit unix.Rlimit
		if err := unix.Getrlimit(resource, &limit); err != nil {
			return err
		}
		limit.Max++
		if err := unix.Setrlimit(resource, &limit); err == nil {
			return fmt.Errorf("the limit of %s can be raised beyond %d", name, limit.Max-1)
		}
	}
	return nil
}
