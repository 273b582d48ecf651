package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// This binary is also what it tests: in a container of its own it is the agent, the algorithm, or who makes the
// container.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "run", "launch":
			os.Exit(dispatch(os.Args[1:]))
		case "container":
			err := enter(os.Args[2], os.Args[3:])
			fmt.Fprintln(os.Stderr, "container:", err)
			os.Exit(99)
		case "algorithm":
			os.Exit(algorithm(os.Args[2]))
		}
	}
	os.Exit(m.Run())
}

// container for `agent run`, as the kubelet would make it: namespaces for users, processes, mounts and the network, a
// read-only root, no rights.
type container struct {
	t    *testing.T
	root string
	// bare images have no shell.
	bare bool
	env  []string

	command *exec.Cmd
	output  bytes.Buffer
	told    chan string
}

const agentUser = 65532

func newContainer(t *testing.T) *container {
	t.Helper()
	if reason := cannotContain(); reason != "" {
		t.Skip("namespaces cannot be made here: " + reason)
	}
	c := &container{t: t, root: t.TempDir(), told: make(chan string, 1), env: []string{"PATH=/usr/bin:/bin", "OUTPUTS=/data/outputs"}}
	for name, mode := range map[string]os.FileMode{
		"proc": 0o755, "dev": 0o755, "usr": 0o755, "c2d": 0o755, "etc": 0o755, "data": 0o755, "data/inputs": 0o755,
		"data/outputs": 0o777, "data/logs": 0o777, "tmp": 0o777,
	} {
		path := filepath.Join(c.root, name)
		if err := errors.Join(os.MkdirAll(path, mode), os.Chmod(path, mode)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"dev/null", "dev/zero", "dev/termination-log", "c2d/agent"} {
		path := filepath.Join(c.root, name)
		if err := errors.Join(os.WriteFile(path, nil, 0o666), os.Chmod(path, 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	alive := filepath.Join(c.root, sandbox.AliveFile)
	if err := errors.Join(unix.Mkfifo(alive, 0o600), os.Chown(alive, agentUser, agentUser)); err != nil {
		t.Fatal(err)
	}
	for folder := c.root; folder != "/"; folder = filepath.Dir(folder) {
		if info, err := os.Stat(folder); err == nil && info.Mode().Perm()&0o005 != 0o005 {
			_ = os.Chmod(folder, info.Mode().Perm()|0o055)
		}
	}
	return c
}

func cannotContain() string {
	if os.Getuid() != 0 {
		return "the test is not run by root"
	}
	probe := exec.Command("/bin/true")
	probe.SysProcAttr = namespaces()
	if err := probe.Run(); err != nil {
		return err.Error()
	}
	return ""
}

func namespaces() *syscall.SysProcAttr {
	all := []syscall.SysProcIDMap{{ContainerID: 0, HostID: 0, Size: 65536}}
	return &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNS | unix.CLONE_NEWNET | unix.CLONE_NEWIPC,
		UidMappings: all, GidMappings: all, GidMappingsEnableSetgroups: true,
		Pdeathsig: unix.SIGKILL,
	}
}

// start `agent run` with the arguments, and listen to it as publish does.
func (c *container) start(arguments ...string) {
	c.t.Helper()
	c.launch(arguments...)
	go func() {
		alive, err := os.Open(filepath.Join(c.root, sandbox.AliveFile))
		if err != nil {
			return
		}
		text, _ := io.ReadAll(io.LimitReader(alive, 1<<20))
		_ = alive.Close()
		c.told <- string(text)
	}()
}

func (c *container) launch(arguments ...string) {
	c.t.Helper()
	self, err := os.Executable()
	if err != nil {
		c.t.Fatal(err)
	}
	kind := "full"
	if c.bare {
		kind = "bare"
	}
	c.command = exec.Command(self, append([]string{"container", c.root, kind, sandbox.AgentFile, "run"}, arguments...)...)
	c.command.Env = c.env
	c.command.Stdout, c.command.Stderr = &c.output, &c.output
	c.command.SysProcAttr = namespaces()
	if err := c.command.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = c.command.Process.Kill() })
}

// outcome of a container.
type outcome struct {
	code                   int
	report                 sandbox.RunReport
	log, output, told, raw string
}

func (c *container) wait() outcome {
	c.t.Helper()
	var o outcome
	ended := make(chan error, 1)
	go func() { ended <- c.command.Wait() }()
	select {
	case err := <-ended:
		var exit *exec.ExitError
		switch {
		case errors.As(err, &exit):
			o.code = exit.ExitCode()
		case err != nil:
			c.t.Fatal(err)
		}
	case <-time.After(40 * time.Second):
		c.t.Fatalf("the container did not end; its output: %s", c.output.String())
	}
	if o.code == 99 {
		c.t.Fatal(c.output.String())
	}
	o.output = c.output.String()
	raw, _ := os.ReadFile(filepath.Join(c.root, sandbox.TerminationFile))
	o.raw = string(raw)
	_ = json.Unmarshal(raw, &o.report)
	// What has been left is looked at without following anything.
	if info, err := os.Lstat(filepath.Join(c.root, sandbox.LogFile)); err == nil && info.Mode().IsRegular() {
		log, _ := os.ReadFile(filepath.Join(c.root, sandbox.LogFile))
		o.log = string(log)
	}
	select {
	case o.told = <-c.told:
	case <-time.After(10 * time.Second):
		c.t.Fatal("publish was not told of the end")
	}
	return o
}

var bounds = []string{"--max-duration=30s", "--log-bytes=100000", "--disk-bytes=100000000"}

// shell runs a script in a full image.
func shell(t *testing.T, script string, more ...string) outcome {
	t.Helper()
	c := newContainer(t)
	c.start(append(append(append([]string{}, bounds...), more...), "--entrypoint="+script)...)
	return c.wait()
}

// enter the container: its namespaces exist already.
func enter(root string, arguments []string) error {
	kind, words := arguments[0], arguments[1:]
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := unix.Mount("", "/", "", unix.MS_PRIVATE|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("private mounts: %w", err)
	}
	binds := map[string]string{self: "c2d/agent", "/dev/null": "dev/null", "/dev/zero": "dev/zero"}
	links := []string{"lib", "lib64"}
	if kind == "full" {
		binds["/usr"] = "usr"
		links = append(links, "bin")
	} else {
		for _, name := range links {
			if _, err := os.Stat("/usr/" + name); err == nil {
				binds["/usr/"+name] = "usr/" + name
				if err := os.Mkdir(filepath.Join(root, "usr", name), 0o755); err != nil {
					return err
				}
			}
		}
	}
	for from, to := range binds {
		if err := unix.Mount(from, filepath.Join(root, to), "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
			return fmt.Errorf("bind %s: %w", from, err)
		}
	}
	for _, name := range links {
		if err := os.Symlink("usr/"+name, filepath.Join(root, name)); err != nil {
			return err
		}
	}
	if err := unix.Mount("proc", filepath.Join(root, "proc"), "proc", 0, ""); err != nil {
		return fmt.Errorf("mount proc: %w", err)
	}
	return errors.Join(unix.Chroot(root), unix.Chdir("/"), drop(), syscall.Exec(words[0], words, os.Environ()))
}

// drop all rights, as the container's security context does.
func drop() error {
	if err := syscall.Setgroups(nil); err != nil {
		return err
	}
	return errors.Join(syscall.Setgid(agentUser), syscall.Setuid(agentUser))
}

func contains(t *testing.T, what, text string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(text, want) {
			t.Errorf("%s is %q, want it to have %q", what, text, want)
		}
	}
}
