package redteam

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

var networkCases = []Case{
	{
		ID: "net-egress", Rows: []int{1}, Title: "TCP, UDP and ICMP to another pod, and packet sockets",
		Absent: "a packet at the sinks", Attack: []string{"egress"}, Ends: succeeds,
	},
	{
		ID: "net-internet", Rows: []int{1}, Title: "TCP, UDP and ICMP to addresses of the internet",
		Absent: "a packet at the sink that stands in for the internet", Attack: []string{"egress"}, Ends: succeeds, StandIn: true,
		Change: func(o *Objects) { o.set("REDTEAM_SINKS", o.World.Targets.Internet) },
	},
	{
		ID: "net-dns", Rows: []int{3}, Title: "resolve names, with data in them, at every resolver that there may be",
		Absent: "an answer, or a query at a sink", Attack: []string{"dns"}, Ends: succeeds,
	},
	{
		ID: "net-metadata", Rows: []int{4}, Title: "the metadata service of a cloud",
		Absent: "a packet at the sink that stands in for it", Attack: []string{"egress"}, Ends: succeeds, StandIn: true,
		Change: func(o *Objects) { o.set("REDTEAM_SINKS", o.World.Targets.Metadata) },
	},
	{
		ID: "net-api", Rows: []int{5}, Title: "the Kubernetes API, and a token for it",
		Absent: "a connection, a token, an address in the environment", Attack: []string{"api"}, Ends: succeeds,
	},
	{
		ID: "net-node", Rows: []int{6}, Title: "kubelet, etcd and container runtime of the node",
		Absent: "a connection, a socket", Attack: []string{"node"}, Ends: succeeds, Deadline: 2 * time.Minute,
	},
	{
		ID: "net-gateway", Title: "the gateway without a token or with a made-up one, and its other ports",
		Absent: "an answer with content, an open port beside the one", Attack: []string{"gateway"}, Ends: succeeds, Deadline: 2 * time.Minute,
	},
	{
		ID: "net-open-pods", Rows: []int{1}, Title: "TCP, UDP and ICMP to another pod, from a job that may reach the internet",
		Absent: "a packet at the sinks", Attack: []string{"egress"}, Ends: online, Change: reachInternet,
	},
	{
		ID: "net-open-metadata", Rows: []int{4}, Title: "the metadata service of a cloud, from a job that may reach the internet",
		Absent: "a packet at the sink that stands in for it", Attack: []string{"egress"}, Ends: online, StandIn: true,
		Change: func(o *Objects) { reachInternet(o); o.set("REDTEAM_SINKS", o.World.Targets.Metadata) },
	},
	{
		ID: "net-open-api", Rows: []int{5}, Title: "the Kubernetes API, from a job that may reach the internet",
		Absent: "a connection, a token, an address in the environment", Attack: []string{"api"}, Ends: online, Change: reachInternet,
	},
	{
		ID: "net-open-node", Rows: []int{6}, Title: "kubelet, etcd and container runtime of the node, from a job that may reach the internet",
		Absent: "a connection, a socket", Attack: []string{"node"}, Ends: online, Change: reachInternet, Deadline: 2 * time.Minute,
	},
	{
		ID: "net-start", Rows: []int{2}, Title: "a shot at the sinks in the first moment of every algorithm of the suite",
		Absent: "a packet at the sinks", Try: firstShots,
	},
}

// reachInternet has every owner of the job's data let it, and the job ask for it. What it reaches rightly is no target of it.
func reachInternet(o *Objects) {
	o.set("REDTEAM_FIRST_SHOT", o.World.Targets.Pod[:1])
	o.Dataset.Spec.Access.Network = v1alpha1.NetworkAllow
	o.Job.Spec.Network = v1alpha1.NetworkAllow
}

// online is how a job ends that may reach the internet: where the environment allows nobody that, it does not start.
var online = append(slices.Clone(succeeds), End{State: v1alpha1.StateFailed, Reason: v1alpha1.ReasonPolicyDenied, Says: "spec.isolation.network"})

var kernelCases = []Case{
	{
		ID: "kernel-escape", Rows: []int{7}, Title: "mounts, namespaces, device nodes, /proc/1/root, writable kernel files",
		Absent: "any of them", Attack: []string{"escape"}, Ends: succeeds,
	},
	{
		ID: "kernel-rights", Rows: []int{8}, Title: "become root; setuid files, capabilities, limits; write beside the outputs",
		Absent: "any of them", Attack: []string{"rights"}, Ends: succeeds,
	},
	{
		ID: "kernel-surface", Rows: []int{32, 35}, Title: "system calls that algorithms have no use for: io_uring, bpf, userfaultfd, perf, keys, modules",
		Absent: "a call that the kernel does not refuse", Attack: []string{"surface"}, Ends: succeeds,
	},
	{
		ID: "kernel-proc", Rows: []int{7, 35}, Title: "processes of other containers, and the kernel's tables in /proc",
		Absent: "any of them", Attack: []string{"proc"}, Ends: succeeds,
	},
}

var agentCases = []Case{
	{
		ID: "agent-process", Rows: []int{7}, Title: "trace, read, limit and signal the agent, PID 1 of the container",
		Absent: "any effect", Attack: []string{"agent"}, Ends: succeeds,
	},
	{
		ID: "agent-alive", Title: "a process that outlives the failed algorithm, holds the FIFO that announces its death and lies in it",
		Absent: "an output of the failed run; a run that does not end", Attack: []string{"alive"}, Ends: fails(v1alpha1.ReasonExitCode), Deadline: time.Minute,
	},
	{
		ID: "agent-forge", Rows: []int{19}, Title: "forge the termination message from which the controller learns how the run ended",
		Absent: "the forged reason and text", Attack: []string{"forge"}, Ends: fails(v1alpha1.ReasonExitCode),
		Look: func(s *Seen) []string { return s.holds("forged by the algorithm") },
	},
	{
		ID: "agent-log", Title: "replace the log by a link to the data, and put a second one beside it",
		Absent: "data in what is released as log", Attack: []string{"log"}, Ends: succeeds,
	},
	{
		ID: "agent-environment", Title: "variables that would change the agent or the loader",
		Absent: "any effect", Attack: []string{"agent"}, Ends: succeeds,
		Change: func(o *Objects) {
			for name, value := range map[string]string{"GOTRACEBACK": "crash", "GODEBUG": "http2debug=2,netdns=cgo", "GOMEMLIMIT": "1", "GOGC": "1", "GOMAXPROCS": "1", "LD_PRELOAD": "/data/outputs/x.so", "PATH": "/data/outputs"} {
				o.set(name, value)
			}
		},
	},
	{
		ID: "inputs-write", Title: "write, rename, remove and link inputs, code and agent",
		Absent: "a change", Attack: []string{"inputs"}, Ends: succeeds,
	},
	{
		ID: "outputs-late", Rows: []int{15}, Title: "a process that goes on writing, data too, once the algorithm has ended",
		Absent: "what it wrote", Attack: []string{"outlive", "late"}, Ends: append(slices.Clone(succeeds), refusedBy("canary")...),
	},
	{
		ID: "outputs-grow", Rows: []int{15}, Title: "a file that grows while it is judged",
		Absent: "a file that is not what its hash says", Attack: []string{"outlive", "grow"}, Ends: append(slices.Clone(succeeds), refusedBy("")...),
	},
	{
		ID: "outputs-swap", Rows: []int{15}, Title: "a file and a link to the data that change places while they are judged",
		Absent: "data", Attack: []string{"outlive", "swap"}, Ends: append(slices.Clone(succeeds), refusedBy("regular-file")...),
	},
}

// sized gives the job memory and disk, and some time.
func sized(memory, disk string, time time.Duration) func(*Objects) {
	return func(o *Objects) {
		o.Job.Spec.Resources.Memory = ptr.To(resource.MustParse(memory))
		o.Job.Spec.Resources.Disk = ptr.To(resource.MustParse(disk))
		o.Job.Spec.MaxDuration = &metav1.Duration{Duration: time}
	}
}

// bomb ends in the memory limit, or is refused before.
var bomb = append(fails(v1alpha1.ReasonOutOfMemory), succeeds...)

var resourceCases = []Case{
	{
		ID: "fork-bomb", Rows: []int{9}, Title: "processes without end", Absent: "4096 processes; a neighbour that fails",
		Attack: []string{"fork"}, Change: sized("512Mi", "64Mi", time.Minute), Ends: bomb, Alone: true,
	},
	{
		ID: "memory-anonymous", Rows: []int{10}, Title: "memory without end", Absent: "4 GiB; pressure on the node",
		Attack: []string{"memory", "anonymous"}, Ends: fails(v1alpha1.ReasonOutOfMemory), Look: noPressure, Alone: true,
	},
	{
		ID: "memory-shm", Rows: []int{10}, Title: "memory in /dev/shm without end", Absent: "4 GiB; pressure on the node",
		Attack: []string{"memory", "shm"}, Change: sized("48Mi", "64Mi", time.Minute), Ends: bomb, Look: noPressure,
	},
	{
		ID: "memory-memfd", Rows: []int{10}, Title: "memory in a file without a name, without end", Absent: "4 GiB; pressure on the node",
		Attack: []string{"memory", "memfd"}, Ends: fails(v1alpha1.ReasonOutOfMemory), Look: noPressure,
	},
	{
		ID: "cpu-spin", Rows: []int{11}, Title: "all processor time, deaf to being asked to end", Absent: "a run beyond its time",
		Attack: []string{"spin"}, Change: sized("64Mi", "64Mi", 3*time.Second), Ends: fails(v1alpha1.ReasonDeadlineExceeded), Deadline: time.Minute, Alone: true,
	},
	{
		ID: "sleep-forever", Rows: []int{11}, Title: "sleep without end, deaf to being asked to end", Absent: "a run beyond its time",
		Attack: []string{"sleep"}, Change: sized("64Mi", "64Mi", 3*time.Second), Ends: fails(v1alpha1.ReasonDeadlineExceeded), Deadline: time.Minute,
	},
	{
		ID: "disk-outputs", Rows: []int{12}, Title: "fill the outputs", Absent: "1 GiB of disk where 64 MiB were allowed",
		Attack: []string{"fill", "/data/outputs"}, Ends: fails(v1alpha1.ReasonDiskExceeded), Alone: true,
	},
	{
		ID: "disk-tmp", Rows: []int{12}, Title: "fill /tmp", Absent: "1 GiB of disk where 64 MiB were allowed",
		Attack: []string{"fill", "/tmp"}, Ends: fails(v1alpha1.ReasonDiskExceeded), Alone: true,
	},
	{
		ID: "disk-unnamed", Rows: []int{12}, Title: "fill the disk with open files that have no name any more", Absent: "1 GiB of disk where 64 MiB were allowed",
		Attack: []string{"fill", "/tmp", "unnamed"}, Ends: fails(v1alpha1.ReasonDiskExceeded), Alone: true,
	},
	{
		ID: "log-flood", Rows: []int{12}, Title: "64 MiB of log as fast as it goes", Absent: "a log of more than its 16 MiB; a run that ends in it",
		Attack: []string{"flood"}, Ends: succeeds, Alone: true,
		Look: func(s *Seen) (leaks []string) {
			if log := s.Files[logName]; len(log) > 17<<20 {
				leaks = append(leaks, "a log of more than 17 MiB")
			}
			return leaks
		},
	},
	{
		ID: "files-many", Rows: []int{13}, Title: "100 000 empty files", Absent: "a gate that takes longer than the deadline; a file",
		Attack: []string{"files", "many"}, Change: sized("128Mi", "1Gi", time.Minute), Ends: refusedBy("count"), Alone: true,
	},
	{
		ID: "files-deep", Rows: []int{13}, Title: "a file below 2000 folders", Absent: "the file", Attack: []string{"files", "deep"}, Ends: append(refusedBy("depth"), fails(v1alpha1.ReasonDiskExceeded)...),
	},
	{
		ID: "files-sparse", Rows: []int{13}, Title: "a file that claims 1 TiB", Absent: "the file; a gate that reads it",
		Attack: []string{"files", "sparse"}, Ends: refusedBy(""), Deadline: time.Minute,
	},
}

// noPressure on the memory of the nodes.
func noPressure(s *Seen) (leaks []string) {
	var nodes corev1.NodeList
	if err := s.World.Admin.List(s.ctx, &nodes); err != nil {
		return []string{"the nodes cannot be seen: " + err.Error()}
	}
	for _, node := range nodes.Items {
		for _, condition := range node.Status.Conditions {
			if strings.HasSuffix(string(condition.Type), "Pressure") && condition.Status == corev1.ConditionTrue {
				leaks = append(leaks, "node "+node.Name+" has "+string(condition.Type))
			}
		}
	}
	return leaks
}
