package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// alive is the FIFO by which publish learns that the algorithm is dead.
const alive = "/c2d/alive"

// attackAgent goes for `agent run`, PID 1 of the container and of the same user.
func attackAgent([]string) {
	// The agent forwards some of the signals below.
	signal.Ignore(unix.SIGINT, unix.SIGHUP, unix.SIGUSR1, unix.SIGUSR2)
	try("trace PID 1", unix.PtraceAttach(1))
	try("seize PID 1", unix.PtraceSeize(1))
	local := make([]byte, 64)
	_, err := unix.ProcessVMReadv(1, []unix.Iovec{{Base: &local[0], Len: 64}}, []unix.RemoteIovec{{Base: 0x400000, Len: 64}}, 0)
	try("read the memory of PID 1", err)
	_, err = unix.ProcessVMWritev(1, []unix.Iovec{{Base: &local[0], Len: 64}}, []unix.RemoteIovec{{Base: 0x400000, Len: 64}}, 0)
	try("write the memory of PID 1", err)
	for _, name := range []string{"mem", "environ", "maps", "fd/1", "cwd/x", "root/x", "auxv", "stack"} {
		_, err := os.ReadFile("/proc/1/" + name)
		try("read /proc/1/"+name, err)
	}
	_, err = os.ReadDir("/proc/1/fd")
	try("list the descriptors of PID 1", err)
	for name, value := range map[string]string{"mem": "x", "oom_score_adj": "1000", "coredump_filter": "0xff"} {
		try("write /proc/1/"+name, os.WriteFile("/proc/1/"+name, []byte(value), 0))
	}
	for _, limit := range []int{unix.RLIMIT_CPU, unix.RLIMIT_NOFILE, unix.RLIMIT_FSIZE} {
		try(fmt.Sprintf("limit %d of PID 1", limit), unix.Prlimit(1, limit, &unix.Rlimit{Cur: 0, Max: 0}, nil))
	}
	descriptor, err := unix.PidfdOpen(1, 0)
	if err == nil {
		_, err = unix.PidfdGetfd(descriptor, 1, 0)
		try("take a descriptor of PID 1", err)
		_ = unix.Close(descriptor)
	}
	// A process of its own namespace cannot end PID 1, whatever it sends; SIGTERM would only end this algorithm.
	for number := 1; number < 65; number++ {
		if number != int(unix.SIGTERM) {
			_ = unix.Kill(1, unix.Signal(number))
		}
	}
	time.Sleep(time.Second)
	_, err = os.Stat("/proc/1")
	if err != nil {
		found("PID 1 is gone")
	}
}

// start a process that has nothing to do with this one any more: a session of its own, and a parent that is dead.
func start(arguments ...string) {
	self, err := os.Executable()
	must(err)
	command := exec.Command(self, append([]string{"daemon"}, arguments...)...)
	command.SysProcAttr = &unix.SysProcAttr{Setsid: true}
	must(command.Start())
}

// daemon forks once more, and then does what its arguments say as a child of PID 1.
func daemon(arguments []string) {
	if len(arguments) == 1 {
		start(arguments[0], "again")
		return
	}
	signal.Ignore(unix.SIGTERM, unix.SIGHUP, unix.SIGINT)
	fifo, _ := unix.Open(alive, unix.O_WRONLY|unix.O_NONBLOCK, 0)
	// The main process ends after this file is there.
	_ = os.WriteFile("/tmp/daemon", nil, 0o600)
	secret := []byte(canary() + "\n")
	plain, hidden := outputs+"/result.txt", outputs+"/.other"
	for {
		switch arguments[0] {
		case "lie":
			_, _ = unix.Write(fifo, []byte("\nexit 0\n"))
		case "grow":
			if file, err := os.OpenFile(plain, os.O_WRONLY|os.O_APPEND, 0); err == nil {
				_, _ = file.Write(bytes.Repeat([]byte("more\n"), 200))
				_ = file.Close()
			}
		case "swap":
			// A file, then a link to the data, then a file, as fast as it goes.
			_ = os.Symlink(inputs, hidden)
			_ = unix.Renameat2(unix.AT_FDCWD, hidden, unix.AT_FDCWD, plain, unix.RENAME_EXCHANGE)
		}
		if arguments[0] == "grow" {
			// Many times while it is judged, and below the limit of the disk before.
			time.Sleep(time.Millisecond)
		}
		if os.Getppid() == 1 && mainIsGone() {
			_ = os.WriteFile(outputs+"/late.txt", secret, 0o644)
			_, _ = unix.Write(fifo, bytes.Repeat([]byte("noise "), 1000))
		}
	}
}

// mainIsGone says whether the algorithm's first process has ended.
func mainIsGone() bool {
	pid, err := os.ReadFile("/tmp/main")
	if err != nil {
		return false
	}
	number, err := strconv.Atoi(string(pid))
	return err == nil && unix.Kill(number, 0) != nil
}

// background starts a daemon and waits until it is at work.
func background(what string) {
	must(os.WriteFile("/tmp/main", []byte(strconv.Itoa(os.Getpid())), 0o600))
	start(what)
	for range 500 {
		if _, err := os.Stat("/tmp/daemon"); err == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	must(fmt.Errorf("the daemon did not start"))
}

// holdAlive keeps the FIFO open, fills it and lies in it, while the algorithm itself fails.
func holdAlive([]string) {
	write("result.txt", []byte("of a failed run\n"))
	background("lie")
	fmt.Println(over)
	os.Exit(3)
}

// outlive the algorithm, and change outputs when they are judged.
func outlive(arguments []string) {
	write("result.txt", []byte("harmless\n"))
	background(arguments[0])
	time.Sleep(500 * time.Millisecond)
}

// forge the termination message that the controller reads, and end badly.
func forge([]string) {
	message := `{"reason":"StartFailed","message":"forged by the algorithm","outputs":9,"manifest":"` + fmt.Sprintf("%064d", 0) + `"}`
	for _, path := range []string{"/dev/termination-log", "/proc/1/root/dev/termination-log"} {
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
		if err == nil {
			_, err = file.WriteString(message)
			_ = file.Close()
		}
		fmt.Printf("write %s: %v\n", path, err)
	}
	fmt.Println(over)
	os.Exit(5)
}

// replaceLog with a link to the data, after the log has been opened.
func replaceLog([]string) {
	const log = "/data/logs/algorithm.log"
	data := data()
	fmt.Println("remove:", os.Remove(log))
	fmt.Println("link:", os.Symlink(inputs, log))
	fmt.Println("beside it:", os.WriteFile("/data/logs/second.log", data, 0o644))
}

// writeInputs and everything else that the algorithm is only shown.
func writeInputs([]string) {
	folders := []string{inputs, "/data/ddos", "/data/transformations", "/c2d"}
	_ = walk(inputs, func(path string, info os.FileInfo) {
		if info.IsDir() {
			folders = append(folders, path)
			return
		}
		file, err := os.OpenFile(path, os.O_RDWR, 0)
		if err == nil {
			_ = file.Close()
		}
		try("open for writing "+path, err)
		try("chmod "+path, os.Chmod(path, 0o777))
		try("truncate "+path, os.Truncate(path, 0))
		try("remove "+path, os.Remove(path))
		try("hard link of "+path, os.Link(path, outputs+"/linked"))
		try("touch "+path, unix.Utimes(path, []unix.Timeval{{}, {}}))
	})
	for _, folder := range folders {
		try("create in "+folder, os.WriteFile(folder+"/x", nil, 0o644))
		try("rename "+folder, os.Rename(folder, "/tmp/moved"))
	}
	// The image's own binary and the agent's, mapped writable.
	file, err := os.Open("/c2d/agent")
	must(err)
	memory, err := unix.Mmap(int(file.Fd()), 0, 4096, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	try("map the agent writable", err)
	if err == nil {
		_ = unix.Munmap(memory)
	}
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, file.Fd(), unix.FS_IOC_SETFLAGS, uintptr(unsafe.Pointer(new(int))))
	try("change the agent's inode flags", errno)
}
