package run

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestParse(t *testing.T) {
	bounds := []string{"--max-duration=30s", "--log-bytes=1", "--disk-bytes=1"}
	for _, test := range []struct {
		arguments []string
		want      string
	}{
		{append(bounds, "--entrypoint=python3 x"), ""},
		{append(bounds, "--processes=9", "--", "python3", "--entrypoint=x"), ""},
		{bounds, "expected either"},
		{append(bounds, "--entrypoint=x", "--", "y"), "expected either"},
		{[]string{"--log-bytes=1", "--disk-bytes=1", "--", "y"}, "more than zero"},
		{[]string{"--max-duration=30s", "--log-bytes=0", "--disk-bytes=1", "--", "y"}, "more than zero"},
		{[]string{"--max-duration=30s", "--log-bytes=1", "--disk-bytes=-1", "--", "y"}, "more than zero"},
		{append(bounds, "--processes=-1", "--", "y"), "processes"},
		{append(bounds, "--no-such", "--", "y"), "no-such"},
	} {
		_, err := parse(test.arguments)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v, want %q", test.arguments, err, test.want)
		}
	}
}

func TestNextLook(t *testing.T) {
	const second = time.Second
	for name, test := range map[string]struct {
		left, grown     int64
		during, looking time.Duration
		want            time.Duration
	}{
		"nothing grows":            {1000, 0, second, 0, latestLook},
		"shrinks":                  {1000, -5, second, 0, latestLook},
		"full in four seconds":     {400, 100, second, 0, 2 * second},
		"full at once":             {1, 1 << 40, second, 0, soonestLook},
		"full in a week":           {1 << 40, 1, second, 0, latestLook},
		"looking itself is costly": {1, 1 << 40, second, 2 * second, 20 * second},
	} {
		if got := nextLook(test.left, test.grown, test.during, test.looking); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

func TestUsageCountsBlocksOnce(t *testing.T) {
	folder := t.TempDir()
	empty, err := usage(folder)
	if err != nil {
		t.Fatal(err)
	}
	inner := filepath.Join(folder, "a")
	if err := errors.Join(os.Mkdir(inner, 0o755), os.WriteFile(filepath.Join(inner, "f"), make([]byte, 1<<20), 0o644),
		os.Link(filepath.Join(inner, "f"), filepath.Join(folder, "g")), os.Symlink("/usr", filepath.Join(folder, "usr"))); err != nil {
		t.Fatal(err)
	}
	got, err := usage(folder, filepath.Join(folder, "missing"))
	if err != nil || got-empty < 1<<20 || got-empty > 1<<20+64<<10 {
		t.Errorf("%d bytes, %v; want 1 MiB and a little", got-empty, err)
	}
}

func TestOpenAliveWaitsForItsReader(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alive")
	if _, err := openAlive(path, time.Minute, nil); err == nil {
		t.Error("a FIFO that is missing was opened")
	}
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openAlive(path, 30*time.Millisecond, nil); err == nil || !strings.Contains(err.Error(), "did not start within") {
		t.Errorf("without a reader: %v", err)
	}
	terminate := make(chan os.Signal, 1)
	terminate <- unix.SIGTERM
	if _, err := openAlive(path, time.Minute, terminate); !errors.Is(err, errTerminated) {
		t.Errorf("terminated: %v", err)
	}
	read := make(chan string, 1)
	go func() {
		text, _ := os.ReadFile(path)
		read <- string(text)
	}()
	alive, err := openAlive(path, time.Minute, nil)
	if err != nil {
		t.Fatal(err)
	}
	flags, err := unix.FcntlInt(uintptr(alive.fd), unix.F_GETFD, 0)
	if err != nil || flags&unix.FD_CLOEXEC == 0 {
		t.Errorf("the algorithm would inherit the FIFO (%v)", err)
	}
	alive.tell(3)
	_ = unix.Close(alive.fd)
	if text := <-read; text != "\nexit 3\n" {
		t.Errorf("publish was told %q", text)
	}
}
