package run

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// prlimits are the numbers of the system call prlimit64 on all architectures whose calls the kernel of this one takes.
var prlimits = map[string][]struct{ architecture, number uint32 }{
	"amd64": {{unix.AUDIT_ARCH_X86_64, 302}, {unix.AUDIT_ARCH_X86_64, 0x40000000 + 302}, {unix.AUDIT_ARCH_I386, 340}},
	"arm64": {{unix.AUDIT_ARCH_AARCH64, 261}, {unix.AUDIT_ARCH_ARM, 369}},
}[runtime.GOARCH]

// Offsets in the kernel's struct seccomp_data, on machines with the low half first.
const (
	offsetNumber       = 0
	offsetArchitecture = 4
	offsetArguments    = 16
	argumentBytes      = 8
)

// keepLimits of other processes out of reach of this thread and what it becomes. The kernel lets any process of the same
// user set them, traced or not: the algorithm could take all processor time from PID 1, which ends it before its report,
// and leave a termination message of its own. Setting one's own limits, as process 0, stays possible.
func keepLimits() error {
	if len(prlimits) == 0 {
		return nil
	}
	load := func(offset uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
	}
	equal := func(value uint32, yes, no uint8) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: yes, Jf: no, K: value}
	}
	answer := func(action uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: action}
	}
	var filter []unix.SockFilter
	for i, call := range prlimits {
		// A match goes beyond the other calls, four instructions each, and the answer to what is none of them.
		match := uint8(4*(len(prlimits)-i-1) + 1)
		filter = append(filter,
			load(offsetArchitecture), equal(call.architecture, 0, 2),
			load(offsetNumber), equal(call.number, match, 0))
	}
	filter = append(filter,
		answer(unix.SECCOMP_RET_ALLOW),
		load(offsetArguments), equal(0, 4, 0), // of which process: 0 is the caller itself
		load(offsetArguments+2*argumentBytes), equal(0, 0, 3), // the new limit: a null pointer only asks
		load(offsetArguments+2*argumentBytes+argumentBytes/2), equal(0, 0, 1),
		answer(unix.SECCOMP_RET_ALLOW),
		answer(unix.SECCOMP_RET_ERRNO|uint32(unix.EPERM)))
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	return unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&program)), 0, 0)
}
