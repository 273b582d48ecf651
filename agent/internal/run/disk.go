package run

import (
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// When to look at the disk.
const (
	firstLook   = 250 * time.Millisecond
	soonestLook = 250 * time.Millisecond
	latestLook  = 5 * time.Second
)

// meter the disk until stopped. It sends one message, when more is used than allowed.
func meter(limit int64) (full <-chan string, stop func()) {
	found := make(chan string, 1)
	stopped := make(chan struct{})
	go func() {
		wait, before := firstLook, int64(0)
		for {
			timer := time.NewTimer(wait)
			select {
			case <-stopped:
				timer.Stop()
				return
			case <-timer.C:
			}
			start := time.Now()
			used, err := usage(sandbox.DataDir, sandbox.OutputsDir, sandbox.LogsDir, sandbox.TmpDir)
			switch {
			case err != nil:
				found <- err.Error()
				return
			case used > limit:
				found <- fmt.Sprintf("inputs, outputs and temporary files took more than the %d bytes of disk that the job has; set spec.resources.disk higher", limit)
				return
			}
			wait, before = nextLook(limit-used, used-before, wait+time.Since(start), time.Since(start)), used
		}
	}()
	return found, func() { close(stopped) }
}

// nextLook is after half the time in which the disk would be full if it went on filling like this, but never so often
// that looking takes more than a tenth of the time.
func nextLook(left, grown int64, during, looking time.Duration) time.Duration {
	next := latestLook
	if grown > 0 {
		next = time.Duration(min(float64(next), float64(during)*float64(left)/float64(grown)/2))
	}
	return max(next, soonestLook, 10*looking)
}

// usage of disk below folders, as the kubelet counts it: blocks, each file once; and beyond it, files that are still open
// though they were removed. What else is mounted below them, such as
// the volumes of datasets, does not count.
func usage(folders ...string) (bytes int64, err error) {
	type inode struct {
		major, minor uint32
		number       uint64
	}
	linked := map[inode]bool{}
	devices := map[uint64]bool{}
	files := 0
	for _, folder := range folders {
		var stat unix.Stat_t
		if unix.Stat(folder, &stat) == nil {
			devices[uint64(stat.Dev)] = true //nolint:unconvert // not 64 bits everywhere
		}
		err := walk(folder, &files, func(_ int, _ string, stat *unix.Statx_t) {
			if stat.Nlink > 1 && stat.Mode&unix.S_IFMT != unix.S_IFDIR {
				id := inode{stat.Dev_major, stat.Dev_minor, stat.Ino}
				if linked[id] {
					return
				}
				linked[id] = true
			}
			bytes += int64(stat.Blocks) * 512
		})
		if err != nil && !errors.Is(err, unix.ENOENT) {
			return 0, err
		}
	}
	return bytes + unnamed(devices), nil
}
