package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

func TestRunEndsAsTheAlgorithmDoes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arguments    []string
		code         int
		reason, want string
	}{
		"well":                   {[]string{"--entrypoint=echo well"}, 0, "", "well\n"},
		"with an exit code":      {[]string{"--entrypoint=exit 3"}, 3, "", ""},
		"by a signal":            {[]string{"--entrypoint=kill -TERM $$"}, 143, "", ""},
		"killed":                 {[]string{"--entrypoint=kill -KILL $$"}, 137, "", ""},
		"as a command":           {[]string{"--", "sh", "-c", `echo "$0 $1"; exit 4`, "a b", "$c"}, 4, "", "a b $c\n"},
		"command with a path":    {[]string{"--", "/usr/bin/env", "true"}, 0, "", ""},
		"not found in a shell":   {[]string{"--entrypoint=no-such-command"}, 127, "", "not found"},
		"command not found":      {[]string{"--", "no-such-command"}, 127, v1alpha1.ReasonStartFailed, `[agent] "no-such-command" is not in PATH`},
		"path not found":         {[]string{"--", "/no/such/command"}, 127, v1alpha1.ReasonStartFailed, "no such file"},
		"not executable":         {[]string{"--", "/dev/termination-log"}, 126, v1alpha1.ReasonStartFailed, "may not be executed"},
		"a folder":               {[]string{"--", "/usr"}, 126, v1alpha1.ReasonStartFailed, "is a folder"},
		"not a program":          {[]string{"--", "/tmp/text"}, 126, v1alpha1.ReasonStartFailed, "exec format error"},
		"interpreter is missing": {[]string{"--", "/tmp/script"}, 127, v1alpha1.ReasonStartFailed, "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newContainer(t)
			for file, text := range map[string]string{"text": "just text", "script": "#!/no/such/interpreter\n"} {
				path := filepath.Join(c.root, "tmp", file)
				if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			c.start(append(append([]string{}, bounds...), test.arguments...)...)
			got := c.wait()
			if got.code != test.code || got.report.Reason != test.reason {
				t.Errorf("code %d, report %+v; want %d and %q (%s)", got.code, got.report, test.code, test.reason, got.output)
			}
			contains(t, "the log", got.log, test.want)
			contains(t, "the container's output", got.output, test.want)
			if !strings.HasSuffix(got.told, "\nexit "+strconv.Itoa(test.code)+"\n") {
				t.Errorf("publish was told %q", got.told)
			}
			if strings.Contains(got.report.Message, "no-such") || strings.Contains(got.report.Message, "/no/") {
				t.Errorf("the message repeats what the algorithm chose: %s", got.report.Message)
			}
		})
	}
}

func TestRunWithoutAShellSplitsTheEntrypoint(t *testing.T) {
	t.Parallel()
	for entrypoint, test := range map[string]struct {
		code int
		want string
	}{
		sandbox.AgentFile + " algorithm 'hello'":       {0, "hello from an image without a shell\n"},
		sandbox.AgentFile + " algorithm hello | tee x": {126, "needs one from its character"},
		sandbox.AgentFile + " algorithm 'hello":        {126, "cannot be split into words"},
	} {
		c := newContainer(t)
		c.bare = true
		c.start(append(append([]string{}, bounds...), "--entrypoint="+entrypoint)...)
		got := c.wait()
		if got.code != test.code {
			t.Errorf("%s: code %d (%s)", entrypoint, got.code, got.output)
		}
		contains(t, "the log", got.log, test.want)
	}
}

func TestAlgorithmFindsOceansContract(t *testing.T) {
	t.Parallel()
	got := shell(t, `pwd; umask; echo "$OUTPUTS"; cat; echo x > $OUTPUTS/y; echo 1; echo 2 >&2; echo 3; echo 4 >&2`)
	if got.log != "/\n0022\n/data/outputs\n1\n2\n3\n4\n" || got.code != 0 {
		t.Errorf("code %d, log %q", got.code, got.log)
	}
}

func TestAlgorithmCannot(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		script string
		more   []string
	}{
		"trace PID 1":      {script: sandbox.AgentFile + " algorithm trace"},
		"limit PID 1":      {script: sandbox.AgentFile + " algorithm limit-pid-1"},
		"raise its limits": {script: sandbox.AgentFile + " algorithm raise-limits", more: []string{"--processes=100"}},
		"leave dead processes": {script: "for i in 1 2 3 4 5 6 7 8; do (true & exec true) ; (sh -c 'sleep 0.05 & exit' &) ; done; exec " +
			sandbox.AgentFile + " algorithm orphans"},
		"end PID 1 by a signal": {script: "trap '' USR1 USR2 HUP INT; for s in QUIT ABRT SEGV BUS ILL FPE PIPE ALRM USR1 USR2 HUP INT PROF VTALRM XCPU XFSZ SYS TRAP KILL STOP TSTP IO PWR 35 64; do kill -$s 1; done; true"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := shell(t, test.script, test.more...)
			if got.code != 0 || got.report != (sandbox.RunReport{}) || got.raw != "{}" {
				t.Errorf("code %d, report %q: %s", got.code, got.raw, got.output)
			}
		})
	}
}

func TestAlgorithmInheritsNoDescriptors(t *testing.T) {
	t.Parallel()
	c := newContainer(t)
	c.start(append(append([]string{}, bounds...), "--", sandbox.AgentFile, "algorithm", "descriptors")...)
	if got := c.wait(); got.code != 0 {
		t.Error(got.output)
	}
}

func TestProcessesAreLimited(t *testing.T) {
	t.Parallel()
	got := shell(t, `i=0; while [ $i -lt 200 ]; do sleep 1000 & i=$((i+1)); done; echo all`, "--processes=60")
	if got.code == 0 || strings.Contains(got.log, "all") {
		t.Errorf("200 processes were started: code %d, %s", got.code, got.log)
	}
	if got.report.Reason != "" || !strings.HasPrefix(got.told, "\nexit ") {
		t.Errorf("PID 1 did not stand it: %+v, %q", got.report, got.told)
	}
}

func TestBackgroundProcessesDoNotOutlive(t *testing.T) {
	t.Parallel()
	start := time.Now()
	got := shell(t, `(trap '' TERM HUP; sleep 1000; echo still here) & setsid sleep 1000 & exit 5`)
	if got.code != 5 || time.Since(start) > 20*time.Second {
		t.Errorf("code %d after %s: %s", got.code, time.Since(start), got.output)
	}
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		script string
		code   int
		want   string
	}{
		"ends when asked to":      {`trap 'echo asked; exit 0' TERM; while :; do sleep 0.05; done`, 143, "asked\n"},
		"ends by the signal":      {`exec sleep 1000`, 143, ""},
		"does not want to end":    {`trap '' TERM; echo deaf; while :; do sleep 0.1; done`, 137, "deaf\n"},
		"ends with its own error": {`trap 'exit 7' TERM; while :; do sleep 0.05; done`, 7, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := shell(t, test.script, "--max-duration=1s")
			if got.code != test.code || got.report.Reason != v1alpha1.ReasonDeadlineExceeded {
				t.Errorf("code %d, report %+v; want %d", got.code, got.report, test.code)
			}
			contains(t, "the message", got.report.Message, "longer than the 1s")
			contains(t, "the log", got.log, test.want)
		})
	}
}

func TestSignalsOfThePod(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		signal unix.Signal
		script string
		code   int
		want   string
	}{
		"TERM is for all":           {unix.SIGTERM, `trap 'echo got TERM; exit 0' TERM; (trap 'echo so did I; exit' TERM; while :; do sleep 0.02; done) & echo ready; while :; do sleep 0.02; done`, 143, "got TERM\n"},
		"TERM ends who is deaf":     {unix.SIGTERM, `trap '' TERM; echo ready; while :; do sleep 0.1; done`, 143, ""},
		"USR1 is for the algorithm": {unix.SIGUSR1, `trap 'echo got USR1; exit 9' USR1; echo ready; while :; do sleep 0.02; done`, 9, "got USR1\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newContainer(t)
			c.start(append(append([]string{}, bounds...), "--entrypoint="+test.script)...)
			c.until("ready")
			if err := c.command.Process.Signal(test.signal); err != nil {
				t.Fatal(err)
			}
			got := c.wait()
			if got.code != test.code || got.report.Reason != "" {
				t.Errorf("code %d, report %+v; want %d", got.code, got.report, test.code)
			}
			contains(t, "the log", got.log, test.want)
		})
	}
}

// until the log has a text.
func (c *container) until(text string) {
	c.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		log, _ := os.ReadFile(filepath.Join(c.root, sandbox.LogFile))
		if strings.Contains(string(log), text) {
			return
		}
		if time.Now().After(deadline) {
			c.t.Fatalf("the log has no %q after 20 s: %s", text, log)
		}
	}
}

func TestKilledPID1IsHeardOfAtOnce(t *testing.T) {
	t.Parallel()
	c := newContainer(t)
	c.start(append(append([]string{}, bounds...), `--entrypoint=trap "" TERM HUP; echo 'exit 0' > /c2d/alive; echo ready; while :; do sleep 0.1; done`)...)
	c.until("ready")
	_ = c.command.Process.Kill()
	got := c.wait()
	if strings.Contains(got.told, "\nexit ") && !strings.HasSuffix(got.told, "exit 0\n") || got.raw != "" {
		t.Errorf("publish was told %q, the report is %q", got.told, got.raw)
	}
}

func TestAlgorithmCannotHaveTheLastWord(t *testing.T) {
	t.Parallel()
	got := shell(t, `echo '{"message":"a secret"}' > /dev/termination-log; i=0; while [ $i -lt 3000 ]; do echo "exit 0 and much more of the same"; i=$((i+1)); done > /c2d/alive; printf 'exit 0\nexit 0' > /c2d/alive; exit 5`)
	if !strings.HasSuffix(got.told, "exit 0\nexit 0\nexit 5\n") {
		t.Errorf("publish was told, at the end, %q", got.told[max(0, len(got.told)-60):])
	}
	if got.raw != "{}" || got.code != 5 {
		t.Errorf("code %d, report %q", got.code, got.raw)
	}
}

func TestLogIsCutAndMarked(t *testing.T) {
	t.Parallel()
	got := shell(t, `echo first; i=0; while [ $i -lt 3000 ]; do echo "a line of the log, one of very many"; i=$((i+1)); done; echo last`, "--log-bytes=1000")
	if got.code != 0 || !strings.HasPrefix(got.log, "first\n") || !strings.HasSuffix(got.log, "\n[log cut after 1000 bytes]\n") || len(got.log) > 1100 {
		t.Errorf("code %d, %d bytes of log: %q", got.code, len(got.log), got.log)
	}
	if got.output != got.log {
		t.Errorf("the container's output differs from the log: %q", got.output)
	}
}

func TestLogIsKept(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{
		"removed":                             `echo kept; rm /data/logs/algorithm.log`,
		"replaced by a link":                  `echo kept; ln -sf /etc/passwd /data/logs/algorithm.log`,
		"replaced by a FIFO":                  `echo kept; rm /data/logs/algorithm.log; mkfifo /data/logs/algorithm.log`,
		"replaced by a file":                  `echo kept; rm /data/logs/algorithm.log; echo false > /data/logs/algorithm.log`,
		"replaced by a folder that is closed": `echo kept; rm /data/logs/algorithm.log; mkdir -p /data/logs/algorithm.log/a; touch /data/logs/algorithm.log/a/b; chmod 0 /data/logs/algorithm.log/a /data/logs/algorithm.log`,
		"made unreadable":                     `echo kept; chmod 0 /data/logs/algorithm.log`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := shell(t, script)
			if got.code != 0 || got.log != "kept\n" {
				t.Errorf("code %d, log %q: %s", got.code, got.log, got.output)
			}
		})
	}
	t.Run("blown up", func(t *testing.T) {
		got := shell(t, `echo kept; head -c 1000000 /dev/zero >> /data/logs/algorithm.log`)
		if !strings.HasPrefix(got.log, "kept\n") || len(got.log) > 110_000 || !strings.HasSuffix(got.log, "[log cut after 100000 bytes]\n") {
			t.Errorf("%d bytes of log", len(got.log))
		}
	})
}

func TestDiskIsMetered(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("d/", 140)
	for name, test := range map[string]struct{ script, want string }{
		"one big file":      {`echo filling; head -c 30000000 /dev/zero > /tmp/big; exec sleep 1000`, "more than the 20000000 bytes"},
		"in the outputs":    {`echo filling; head -c 30000000 /dev/zero > /data/outputs/big; exec sleep 1000`, "more than the 20000000 bytes"},
		"in a hiding place": {`echo filling; mkdir /tmp/a; head -c 30000000 /dev/zero > /tmp/a/big; chmod 0 /tmp/a; exec sleep 1000`, "more than the 20000000 bytes"},
		"without a name":    {`echo filling; exec 3>/tmp/big; rm /tmp/big; head -c 30000000 /dev/zero >&3; exec sleep 1000`, "more than the 20000000 bytes"},
		"nested too deep":   {`echo filling; mkdir -p /tmp/` + deep + `; exec sleep 1000`, "folders within each other"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := shell(t, test.script, "--disk-bytes=20000000")
			if got.code != 143 || got.report.Reason != v1alpha1.ReasonDiskExceeded {
				t.Errorf("code %d, report %+v: %s", got.code, got.report, got.output)
			}
			contains(t, "the message", got.report.Message, test.want)
			contains(t, "the log", got.log, "filling\n")
		})
	}
	t.Run("links count once and lead nowhere", func(t *testing.T) {
		got := shell(t, `head -c 15000000 /dev/zero > /tmp/a; ln /tmp/a /tmp/b; ln /tmp/a /tmp/c; ln -s /usr /tmp/usr; ln -s . /tmp/loop; sleep 2`, "--disk-bytes=20000000")
		if got.code != 0 {
			t.Errorf("code %d, report %+v", got.code, got.report)
		}
	})
}

func TestOutputsBecomeReadable(t *testing.T) {
	t.Parallel()
	c := newContainer(t)
	c.start(append(append([]string{}, bounds...), `--entrypoint=cd $OUTPUTS; mkdir -p a/b; echo x > a/b/c; ln -s /etc e; chmod 0 a/b/c; chmod 0 a/b; chmod 0 a`)...)
	if got := c.wait(); got.code != 0 {
		t.Fatal(got.output)
	}
	for name, want := range map[string]os.FileMode{"a": 0o500, "a/b": 0o500, "a/b/c": 0o400} {
		info, err := os.Stat(filepath.Join(c.root, "data/outputs", name))
		if err != nil || info.Mode().Perm()&want != want {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	if target, err := os.Readlink(filepath.Join(c.root, "data/outputs/e")); err != nil || target != "/etc" {
		t.Errorf("the link leads to %q, %v", target, err)
	}
}

func TestRunRefusesToBeAnythingButPID1(t *testing.T) {
	if code := dispatch([]string{"run", "--max-duration=1s", "--log-bytes=1", "--disk-bytes=1", "--", "true"}); code != 125 {
		t.Fatalf("code %d", code)
	}
}

func TestDispatchKnowsItsVerbs(t *testing.T) {
	for verb, want := range map[string]int{"": 2, "stop": 2, "--help": 0} {
		if code := dispatch(strings.Fields(verb)); code != want {
			t.Errorf("%q: exit code %d, want %d", verb, code, want)
		}
	}
}
