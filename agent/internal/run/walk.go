package run

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Bounds of looking at the algorithm's files. Who exceeds them is stopped like who exceeds the bytes.
const (
	maxFiles = 300_000
	maxDepth = 128
)

var (
	errManyFiles   = fmt.Errorf("the algorithm made more than %d files", maxFiles)
	errManyFolders = fmt.Errorf("the algorithm made more than %d folders within each other", maxDepth)
)

// visitor of what lies in a folder.
type visitor func(folder int, name string, stat *unix.Statx_t)

// walk goes through all that lies in a folder, and counts its entries. It follows no link, leaves the folder's mount for
// no other, and survives that the algorithm changes everything meanwhile: what vanishes is passed over. Folders that keep
// their owner out are opened to it, since the algorithm is the same user and could hide in them.
func walk(path string, files *int, visit visitor) error {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("look into %s: %w", path, err)
	}
	folder := os.NewFile(uintptr(fd), path)
	var stat unix.Statx_t
	if err := unix.Statx(fd, "", unix.AT_EMPTY_PATH, wanted, &stat); err != nil {
		return errors.Join(fmt.Errorf("look into %s: %w", path, err), folder.Close())
	}
	return walkFolder(folder, stat.Mnt_id, 0, files, visit)
}

// wanted of every entry. A kernel that tells no mounts leaves them 0: then all are one.
const wanted = unix.STATX_BASIC_STATS | unix.STATX_MNT_ID

func walkFolder(folder *os.File, mount uint64, depth int, files *int, visit visitor) error {
	defer func() { _ = folder.Close() }()
	if depth > maxDepth {
		return errManyFolders
	}
	fd := int(folder.Fd())
	for {
		// An error is the end, or a folder that has just been removed.
		names, err := folder.Readdirnames(512)
		for _, name := range names {
			if *files++; *files > maxFiles {
				return errManyFiles
			}
			var stat unix.Statx_t
			if unix.Statx(fd, name, unix.AT_SYMLINK_NOFOLLOW, wanted, &stat) != nil || stat.Mnt_id != mount {
				continue
			}
			visit(fd, name, &stat)
			if stat.Mode&unix.S_IFMT != unix.S_IFDIR {
				continue
			}
			if err := descend(fd, name, &stat, mount, depth, files, visit); err != nil {
				return err
			}
		}
		if err != nil || len(names) == 0 {
			return nil
		}
	}
}

func descend(parent int, name string, stat *unix.Statx_t, mount uint64, depth int, files *int, visit visitor) error {
	const flags = unix.O_RDONLY | unix.O_DIRECTORY | unix.O_NOFOLLOW | unix.O_CLOEXEC
	if stat.Mode&0o500 != 0o500 {
		_ = unix.Fchmodat(parent, name, uint32(stat.Mode)&0o777|0o700, 0)
	}
	fd, err := unix.Openat(parent, name, flags, 0)
	if errors.Is(err, unix.EMFILE) || errors.Is(err, unix.ENFILE) {
		return fmt.Errorf("look at the algorithm's files: %w", err)
	}
	if err != nil {
		return nil //nolint:nilerr // A folder that is gone, or is none any more, holds nothing.
	}
	return walkFolder(os.NewFile(uintptr(fd), name), mount, depth+1, files, visit)
}
