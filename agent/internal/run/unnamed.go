package run

import (
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// unnamed adds up the blocks of files on the given devices that processes hold open though no folder has them any more.
// The kubelet does not see them, and neither does a walk. A process that makes itself undumpable, or maps such a file and
// closes it, hides it from here too: then the node's own limits are left.
func unnamed(devices map[uint64]bool) (bytes int64) {
	processes, err := os.ReadDir("/proc")
	if err != nil {
		return 0
	}
	type inode struct{ device, number uint64 }
	seen := map[inode]bool{}
	for _, process := range processes {
		if _, err := strconv.Atoi(process.Name()); err != nil {
			continue
		}
		folder := filepath.Join("/proc", process.Name(), "fd")
		// What ends meanwhile, and what belongs to others, is passed over.
		descriptors, err := os.ReadDir(folder)
		if err != nil {
			continue
		}
		for _, descriptor := range descriptors {
			var stat unix.Stat_t
			if unix.Stat(filepath.Join(folder, descriptor.Name()), &stat) != nil || stat.Nlink != 0 || !devices[uint64(stat.Dev)] { //nolint:unconvert // not 64 bits everywhere
				continue
			}
			if id := (inode{uint64(stat.Dev), stat.Ino}); !seen[id] { //nolint:unconvert // not 64 bits everywhere
				seen[id] = true
				bytes += stat.Blocks * 512
			}
		}
	}
	return bytes
}
