package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// walk what can be seen of the file system, other file systems of the kernel left out.
func walk(root string, visit func(path string, info os.FileInfo)) error {
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // what cannot be read is no find
		}
		if path == "/proc" || path == "/sys" {
			return fs.SkipDir
		}
		if info, err := entry.Info(); err == nil {
			visit(path, info)
		}
		return nil
	})
}

// escape from the container by what the kernel offers for that.
func escape([]string) {
	_, err := os.ReadDir("/proc/1/root/")
	try("look at the root of PID 1", err)
	_, err = os.Open("/proc/1/cwd/etc/shadow")
	try("read /proc/1/cwd/etc/shadow", err)
	try("mount a tmpfs", unix.Mount("none", "/tmp", "tmpfs", 0, ""))
	try("mount proc", unix.Mount("proc", "/tmp", "proc", 0, ""))
	try("bind the root", unix.Mount("/", "/tmp", "", unix.MS_BIND|unix.MS_REC, ""))
	try("remount the inputs writable", unix.Mount("none", "/data", "", unix.MS_REMOUNT|unix.MS_BIND, ""))
	try("unmount the inputs", unix.Unmount("/data/inputs", unix.MNT_DETACH))
	_, err = unix.OpenTree(unix.AT_FDCWD, "/", unix.OPEN_TREE_CLONE)
	try("open_tree", err)
	for name, flag := range map[string]int{
		"user": unix.CLONE_NEWUSER, "mount": unix.CLONE_NEWNS, "network": unix.CLONE_NEWNET, "PID": unix.CLONE_NEWPID,
		"IPC": unix.CLONE_NEWIPC, "UTS": unix.CLONE_NEWUTS, "cgroup": unix.CLONE_NEWCGROUP,
	} {
		try("make a namespace: "+name, inChild(unix.SYS_UNSHARE, uintptr(flag), 0))
	}
	for _, name := range []string{"net", "mnt", "pid", "user"} {
		fd, err := unix.Open("/proc/1/ns/"+name, unix.O_RDONLY, 0)
		if err == nil {
			err = inChild(unix.SYS_SETNS, uintptr(fd), 0)
			_ = unix.Close(fd)
		}
		try("enter the namespace of PID 1: "+name, err)
	}
	try("chroot", unix.Chroot("/tmp"))
	try("pivot_root", unix.PivotRoot("/tmp", "/tmp"))
	try("make a disk's device node", unix.Mknod("/tmp/disk", unix.S_IFBLK|0o600, int(unix.Mkdev(8, 0))))
	try("make the device node of memory", unix.Mknod("/tmp/mem", unix.S_IFCHR|0o600, int(unix.Mkdev(1, 1))))
	for _, path := range []string{"/dev/mem", "/dev/kmem", "/dev/kmsg", "/dev/sda", "/dev/vda", "/dev/nvme0n1", "/dev/fuse", "/dev/kvm", "/proc/kcore"} {
		file, err := os.Open(path)
		if err == nil {
			// What is masked is there, and empty.
			if _, err = file.Read(make([]byte, 1)); err == nil {
				found("read " + path)
			}
			_ = file.Close()
		}
		fmt.Printf("%s: %v\n", path, err)
	}
	for _, path := range []string{
		"/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/kernel/modprobe", "/proc/sys/vm/overcommit_memory",
		"/sys/kernel/uevent_helper", "/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/memory/cgroup.procs",
		"/sys/fs/cgroup/devices/devices.allow", "/sys/power/state",
	} {
		file, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err == nil {
			_ = file.Close()
		}
		try("open for writing "+path, err)
	}
	file, err := unix.Open("/", unix.O_RDONLY|unix.O_DIRECTORY, 0)
	must(err)
	// The handle of a root inode: with CAP_DAC_READ_SEARCH it opens the node's own file system.
	handle := unix.NewFileHandle(1, []byte{2, 0, 0, 0, 0, 0, 0, 0})
	_, err = unix.OpenByHandleAt(file, handle, unix.O_RDONLY)
	try("open_by_handle_at", err)
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	must(err)
	for line := range strings.Lines(string(mounts)) {
		fields := strings.Fields(line)
		if len(fields) > 4 && strings.HasPrefix(fields[4], "/data/inputs") && !strings.HasPrefix(fields[5], "ro") {
			found("inputs are mounted writable: " + line)
		}
	}
}

// inChild makes a system call in a process of its own, since its success would change this one.
func inChild(call, first, second uintptr) error {
	pid, _, errno := unix.RawSyscall6(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0, 0, 0, 0)
	if errno != 0 {
		return errno
	}
	if pid == 0 {
		_, _, errno = unix.RawSyscall(call, first, second, 0)
		_, _, _ = unix.RawSyscall(unix.SYS_EXIT_GROUP, uintptr(errno), 0, 0)
	}
	var status unix.WaitStatus
	if _, err := unix.Wait4(int(pid), &status, 0, nil); err != nil {
		return err
	}
	if code := status.ExitStatus(); code != 0 {
		return unix.Errno(code)
	}
	return nil
}

// rights that nobody should have, and ways to get them.
func rights([]string) {
	try("become root", unix.Setresuid(0, 0, 0))
	try("become root's group", unix.Setresgid(0, 0, 0))
	try("set groups", unix.Setgroups([]int{0}))
	status, err := os.ReadFile("/proc/self/status")
	must(err)
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":\t")
		switch {
		case strings.HasPrefix(name, "Cap") && value != "0000000000000000":
			found("capabilities: " + strings.TrimSpace(line))
		case name == "NoNewPrivs" && value != "1", name == "Seccomp" && value != "2", name == "Uid" && strings.HasPrefix(value, "0\t"):
			found("status: " + strings.TrimSpace(line))
		}
	}
	users, err := os.ReadFile("/proc/self/uid_map")
	must(err)
	if fields := strings.Fields(string(users)); len(fields) == 3 && fields[1] == "0" {
		found("the pod has the node's users: " + strings.Join(fields, " "))
	}
	_ = walk("/", func(path string, info os.FileInfo) {
		if info.Mode()&(os.ModeSetuid|os.ModeSetgid) != 0 && info.Mode().IsRegular() {
			found("a setuid file: " + path)
		}
	})
	for _, path := range []string{"/x", "/etc/passwd", "/bin/x", "/c2d/x", "/c2d/agent", "/data/x", "/handover/x", "/proc/sys/kernel/hostname"} {
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
		if err == nil {
			_ = file.Close()
		}
		try("write to "+path, err)
	}
	self, err := os.Executable()
	must(err)
	content, err := os.ReadFile(self)
	must(err)
	// A setuid copy of oneself gains nothing where no new privileges are to be had.
	must(os.WriteFile("/tmp/setuid", content[:4096], 0o755))
	fmt.Printf("note: setuid bit on an own file: %v\n", os.Chmod("/tmp/setuid", 0o4755))
	try("file capabilities", unix.Setxattr("/tmp/setuid", "security.capability", []byte{1, 0, 0, 2, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0))
	try("raise the limit of open files", unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 1 << 30, Max: 1 << 30}))
	try("raise the limit of processes", unix.Setrlimit(unix.RLIMIT_NPROC, &unix.Rlimit{Cur: 1 << 20, Max: 1 << 20}))
	try("a real-time priority", unix.Setpriority(unix.PRIO_PROCESS, 0, -20))
}

// surface of the kernel that algorithms have no use for.
func surface([]string) {
	call := func(name string, number uintptr, arguments ...uintptr) {
		var a [6]uintptr
		copy(a[:], arguments)
		_, _, errno := unix.Syscall6(number, a[0], a[1], a[2], a[3], a[4], a[5])
		// A call that is let through to judge its arguments is there, even where it dislikes them.
		switch errno {
		case unix.EPERM, unix.EACCES, unix.ENOSYS, unix.EOPNOTSUPP, unix.EAFNOSUPPORT, unix.ESOCKTNOSUPPORT, unix.EPROTONOSUPPORT:
			fmt.Printf("refused: %s: %v\n", name, errno)
		default:
			found(fmt.Sprintf("system call %s: %v", name, errno))
		}
	}
	empty := make([]byte, 4096)
	buffer := uintptr(unsafe.Pointer(&empty[0]))
	call("io_uring_setup", unix.SYS_IO_URING_SETUP, 1, buffer)
	call("bpf", unix.SYS_BPF, unix.BPF_MAP_CREATE, buffer, 64)
	call("userfaultfd", unix.SYS_USERFAULTFD, 0)
	call("perf_event_open", unix.SYS_PERF_EVENT_OPEN, buffer, 0, ^uintptr(0), ^uintptr(0), 0)
	call("add_key", unix.SYS_ADD_KEY, buffer, buffer, buffer, 0, 0)
	call("keyctl", unix.SYS_KEYCTL, 0, 0, 0, 0, 0)
	call("request_key", unix.SYS_REQUEST_KEY, buffer, buffer, buffer, 0)
	call("kexec_load", unix.SYS_KEXEC_LOAD, 0, 0, 0, 0)
	call("init_module", unix.SYS_INIT_MODULE, buffer, 0, buffer)
	call("finit_module", unix.SYS_FINIT_MODULE, ^uintptr(0), buffer, 0)
	call("delete_module", unix.SYS_DELETE_MODULE, buffer, 0)
	call("move_mount", unix.SYS_MOVE_MOUNT, 0, buffer, 0, buffer, 0)
	call("swapon", unix.SYS_SWAPON, buffer, 0)
	call("reboot", unix.SYS_REBOOT, 0, 0, 0, 0)
	call("settimeofday", unix.SYS_SETTIMEOFDAY, buffer, 0)
	call("sethostname", unix.SYS_SETHOSTNAME, buffer, 1)
	call("syslog", unix.SYS_SYSLOG, 3, buffer, 16)
	call("acct", unix.SYS_ACCT, buffer)
	call("quotactl", unix.SYS_QUOTACTL, 0, 0, 0, 0)
	call("lookup_dcookie", unix.SYS_LOOKUP_DCOOKIE, 0, buffer, 16)
	call("move_pages of PID 1", unix.SYS_MOVE_PAGES, 1, 0, 0, 0, 0, 0)
	for name, family := range map[string]int{"AF_PACKET": unix.AF_PACKET, "AF_VSOCK": unix.AF_VSOCK, "AF_ALG": unix.AF_ALG, "AF_BLUETOOTH": unix.AF_BLUETOOTH, "AF_CAN": unix.AF_CAN} {
		fd, err := unix.Socket(family, unix.SOCK_RAW, 0)
		if err == nil {
			_ = unix.Close(fd)
		}
		try("socket "+name, err)
	}
}

// processes of others, and what /proc tells of the node.
func processes([]string) {
	entries, err := os.ReadDir("/proc")
	must(err)
	for _, entry := range entries {
		name := entry.Name()
		if strings.Trim(name, "0123456789") != "" || name == "1" || name == fmt.Sprint(os.Getpid()) {
			continue
		}
		command, err := os.ReadFile("/proc/" + name + "/cmdline")
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		found(fmt.Sprintf("a process of others: %s %q", name, command))
	}
	for _, path := range []string{"/proc/keys", "/proc/timer_list", "/proc/kcore", "/proc/sched_debug", "/proc/kallsyms"} {
		text, err := os.ReadFile(path)
		// Symbols are listed without their addresses.
		if err == nil && len(text) > 0 && (path != "/proc/kallsyms" || !strings.HasPrefix(string(text), "0000000000000000")) {
			found(fmt.Sprintf("%s holds %d bytes", path, len(text)))
		}
		fmt.Printf("%s: %d bytes, %v\n", path, len(text), err)
	}
}
