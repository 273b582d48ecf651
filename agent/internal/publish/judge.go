package publish

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/compute-to-data/terraform-provider-c2d/disclosure"
)

// found is what lies in the outputs' folder.
type found struct {
	root  *os.Root
	files []output
	gate  *disclosure.Gate
}

// output that may leave.
type output struct {
	root *os.Root
	// path from the outputs' folder.
	path string
	size int64
}

// judge the shape of everything in the outputs' folder. The algorithm is dead and the mount is read-only, and yet nothing is
// followed and nothing outside the folder can be reached.
func judge(folder string, gate *disclosure.Gate) (*found, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("open the outputs: %w", err)
	}
	f := &found{root: root, gate: gate}
	f.folder(root, "")
	return f, nil
}

// folder judges the entries of a folder, whose own path ends in a slash where it is not the top.
func (f *found) folder(folder *os.Root, prefix string) {
	list, err := folder.Open(".")
	if err != nil {
		f.unreadable(prefix, err)
		return
	}
	defer func() { _ = list.Close() }()
	for !f.gate.Full() {
		names, err := list.Readdirnames(512)
		for _, name := range names {
			if f.gate.Full() {
				return
			}
			f.entry(folder, prefix, name)
		}
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			f.unreadable(prefix, err)
			return
		}
	}
}

func (f *found) entry(folder *os.Root, prefix, name string) {
	info, err := folder.Lstat(name)
	if err != nil {
		f.unreadable(prefix+name, err)
		return
	}
	entry := disclosure.Entry{Path: prefix + name, Mode: info.Mode(), Links: 1, Bytes: info.Size()}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		entry.Links = uint64(stat.Nlink)
	}
	if !f.gate.Enter(entry) {
		return
	}
	if !info.IsDir() {
		f.files = append(f.files, output{root: f.root, path: entry.Path, size: info.Size()})
		return
	}
	inner, err := folder.OpenRoot(name)
	if err != nil {
		f.unreadable(entry.Path, err)
		return
	}
	defer func() { _ = inner.Close() }()
	f.folder(inner, entry.Path+"/")
}

func (f *found) unreadable(place string, err error) {
	f.gate.Refuse(disclosure.CheckReadable, place, err.Error())
}

// regular file with the size that it had when it was opened.
type regular struct {
	*os.File
	size int64
	// info as it was when the file was opened.
	info os.FileInfo
}

// sparse says whether the file has holes. A file system that does not know says that it has none.
func (r *regular) sparse() bool {
	hole, err := unix.Seek(int(r.Fd()), 0, unix.SEEK_HOLE)
	return err == nil && hole < r.size
}

// unchanged says whether the file is the one that was opened, as it was then.
func (r *regular) unchanged() bool {
	now, err := r.Stat()
	if err != nil || now.Size() != r.size || !now.ModTime().Equal(r.info.ModTime()) {
		return false
	}
	then, ok1 := r.info.Sys().(*syscall.Stat_t)
	stat, ok2 := now.Sys().(*syscall.Stat_t)
	return ok1 && ok2 && then.Ctim == stat.Ctim
}

// openRegular opens a file if it is a regular one. It neither follows a link there nor waits for the other end of a FIFO.
func openRegular(open func(string, int, os.FileMode) (*os.File, error), path string) (*regular, error) {
	file, err := open(path, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: path, Err: errors.New("not a regular file")}
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return &regular{File: file, size: info.Size(), info: info}, nil
}
