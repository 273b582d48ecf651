package run

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// LaunchVerb is the command of the agent that becomes the algorithm. Between fork and exec a Go program can set neither
// limits nor flags for the child alone, so the agent starts itself and execs from there.
const LaunchVerb = "launch"

// errorPipe is the file descriptor over which launch says why the algorithm could not be executed.
const errorPipe = 3

// start the algorithm, with what it writes going to the log. It returns the PID once the algorithm itself runs.
func start(c command, processes uint64, log *log) (int, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, fmt.Errorf("find the agent: %w", err)
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		return 0, err
	}
	defer func() { _ = null.Close() }()
	failures, failureEnd, err := os.Pipe()
	if err != nil {
		return 0, err
	}
	defer func() { _ = failures.Close() }()

	// What the algorithm writes to must make it wait while it is full.
	if err := unix.SetNonblock(int(log.input.Fd()), false); err != nil {
		return 0, err
	}
	words := append([]string{self, LaunchVerb, strconv.FormatUint(processes, 10), c.path}, c.words...)
	pid, err := syscall.ForkExec(self, words, &syscall.ProcAttr{
		Dir:   "/",
		Env:   environment(),
		Files: []uintptr{null.Fd(), log.input.Fd(), log.input.Fd(), failureEnd.Fd()},
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
	log.closeInput()
	_ = failureEnd.Close()
	if err != nil {
		return 0, fmt.Errorf("start a process: %w", err)
	}
	var number [4]byte
	if _, err := io.ReadFull(failures, number[:]); errors.Is(err, io.EOF) {
		return pid, nil
	}
	_, _ = unix.Wait4(pid, nil, 0, nil)
	return 0, &os.PathError{Op: "exec", Path: c.path, Err: unix.Errno(binary.LittleEndian.Uint32(number[:]))}
}

// Launch becomes the algorithm: the arguments are the limit of processes, the path, and all words of the command. It
// returns only where that fails.
func Launch(arguments []string) int {
	// What is set below holds for a thread, and execve keeps that of the thread which calls it.
	runtime.LockOSThread()
	closeOnExec()
	err := launch(arguments)
	var number [4]byte
	errno := unix.EINVAL
	errors.As(err, &errno)
	binary.LittleEndian.PutUint32(number[:], uint32(errno))
	_, _ = unix.Write(errorPipe, number[:])
	return exitAgent
}

// closeOnExec closes everything but the standard descriptors to the algorithm, whatever else this process was given.
func closeOnExec() {
	if unix.CloseRange(errorPipe, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC) == nil {
		return
	}
	// An older kernel.
	for fd := errorPipe; fd < 1024; fd++ {
		unix.CloseOnExec(fd)
	}
}

func launch(arguments []string) error {
	if len(arguments) < 3 {
		return unix.EINVAL
	}
	processes, err := strconv.ParseUint(arguments[0], 10, 64)
	if err != nil {
		return unix.EINVAL
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	if err := keepLimits(); err != nil {
		return err
	}
	// A core would fill the disk with what the algorithm had in memory.
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return err
	}
	if processes > 0 {
		// The last limit: from here on this process may be unable to start a thread.
		if err := unix.Setrlimit(unix.RLIMIT_NPROC, &unix.Rlimit{Cur: processes, Max: processes}); err != nil {
			return err
		}
	}
	// Signals that the agent ignores or catches are back at their defaults after exec.
	return syscall.Exec(arguments[1], arguments[2:], os.Environ())
}

// killAll sends the signal to every process in the namespace but this one.
func killAll(signal unix.Signal) {
	if os.Getpid() != 1 {
		panic("killing all processes is for PID 1 of a container")
	}
	_ = unix.Kill(-1, signal)
}

// ends of the algorithm's processes.
type ends struct {
	// main is closed when the main process has ended, and all when no other is left.
	main, all chan struct{}
	// status of the main process, once it has ended.
	status chan unix.WaitStatus
}

// reap every process of the namespace: those whose parents died are PID 1's children.
func reap(child int) ends {
	e := ends{main: make(chan struct{}), all: make(chan struct{}), status: make(chan unix.WaitStatus, 1)}
	go func() {
		for {
			var status unix.WaitStatus
			pid, err := unix.Wait4(-1, &status, 0, nil)
			switch {
			case err == unix.EINTR:
				continue
			case err != nil:
				close(e.all)
				return
			case pid == child:
				e.status <- status
				close(e.main)
			}
		}
	}()
	return e
}

// environment of the algorithm: the container's, less the address of the API server that the kubelet puts into each.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, "KUBERNETES_") })
}
