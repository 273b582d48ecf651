package layout

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"
)

// Record is what `down` needs in order to remove a cluster, and `env` to describe it.
// It is written before the first process starts, and again once that process is known.
type Record struct {
	BootID     string       `json:"bootID"`
	PID        int          `json:"pid"`        // of the first process in the cluster's namespaces, as the host counts
	StartTicks uint64       `json:"startTicks"` // its start time: a recycled PID has another
	Binaries   string       `json:"binaries"`
	Subnet     netip.Prefix `json:"subnet"` // a /29: .1 host, .2 node, .3 S3, registry and chain
	AccessKey  string       `json:"accessKey"`
	SecretKey  string       `json:"secretKey"`
	Created    time.Time    `json:"created"`
}

func (r Record) HostIP() netip.Addr     { return r.Subnet.Masked().Addr().Next() }
func (r Record) NodeIP() netip.Addr     { return r.HostIP().Next() }
func (r Record) ServicesIP() netip.Addr { return r.NodeIP().Next() }

func (r Record) APIServer() string { return fmt.Sprintf("https://%s:%d", r.NodeIP(), APIServerPort) }
func (r Record) S3() string        { return fmt.Sprintf("http://%s:%d", r.ServicesIP(), S3Port) }
func (r Record) Chain() string     { return fmt.Sprintf("http://%s:%d", r.ServicesIP(), ChainPort) }
func (r Record) Registry() string  { return fmt.Sprintf("%s:%d", r.ServicesIP(), RegistryPort) }

// ReadRecord returns nil without an error where there is no record.
func (c Cluster) ReadRecord() (*Record, error) {
	var record Record
	found, err := readJSON(c.Path("record.json"), &record)
	if err != nil || !found {
		return nil, err
	}
	return &record, nil
}

func (c Cluster) WriteRecord(record Record) error { return writeJSON(c.Path("record.json"), record) }

// Alive says whether the recorded process is the one that runs under its PID now. A zombie first process is dead: the
// kernel lets it become one only after everything in its PID namespace has ended.
func (r *Record) Alive() bool {
	if r == nil || r.PID == 0 || r.BootID != BootID() {
		return false
	}
	ticks, state, err := processStart(r.PID)
	return err == nil && ticks == r.StartTicks && state != "Z" && state != "X"
}

// BootID tells one boot of the machine from another: PIDs and start times mean something within one only.
func BootID() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(id))
}

// StartTicks reads when a process started.
func StartTicks(pid int) (uint64, error) {
	ticks, _, err := processStart(pid)
	return ticks, err
}

// processStart reads fields 3 and 22 of /proc/PID/stat (proc_pid_stat(5)); the command name before them may hold anything.
func processStart(pid int) (ticks uint64, state string, err error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, "", err
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 20 {
		return 0, "", fmt.Errorf("/proc/%d/stat has %d fields after the name, expected at least 20", pid, len(fields))
	}
	ticks, err = strconv.ParseUint(fields[19], 10, 64)
	return ticks, fields[0], err
}

// Phase of a cluster, as its own supervisor sees it.
type Phase string

const (
	Starting Phase = "starting"
	Ready    Phase = "ready"
	Failed   Phase = "failed"
)

// Progress is what the supervisor tells `up` and `status`, through a file.
type Progress struct {
	Phase      Phase       `json:"phase"`
	Steps      []Step      `json:"steps"`
	Components []Component `json:"components"`
	Message    string      `json:"message,omitempty"` // of a failure: what happened, and the end of the log
}

// Step is one finished step of starting.
type Step struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"` // since the cluster started
}

// Component is one process of the cluster.
type Component struct {
	Name     string `json:"name"`
	Running  bool   `json:"running"`
	Restarts int    `json:"restarts"`
	Last     string `json:"last,omitempty"` // how it last ended
}

func (c Cluster) ReadProgress() (Progress, error) {
	var progress Progress
	_, err := readJSON(c.Path("progress.json"), &progress)
	return progress, err
}

func (c Cluster) WriteProgress(progress Progress) error {
	return writeJSON(c.Path("progress.json"), progress)
}

func readJSON(path string, into any) (found bool, err error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return false, fmt.Errorf("%s is not what this program wrote: %w; run `devcluster down`", path, err)
	}
	return true, nil
}

func writeJSON(path string, from any) error {
	data, err := json.MarshalIndent(from, "", "  ")
	if err != nil {
		return err
	}
	return WriteFile(path, data, 0o600)
}
