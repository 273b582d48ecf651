package layout

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// Lock is held on a file that is removed with the lock, so that nothing stays behind.
type Lock struct{ file *os.File }

// Acquire waits until it alone holds the lock at path; waiting is called once if it must wait.
func Acquire(ctx context.Context, path string, waiting func()) (*Lock, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	for announced := false; ; {
		file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return nil, fmt.Errorf("open lock: %w", err)
		}
		err = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil && stillThere(file, path) {
			return &Lock{file}, nil
		}
		file.Close()
		if err != nil && err != unix.EWOULDBLOCK {
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		if !announced && err != nil {
			announced = true
			waiting()
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// stillThere guards against a lock on a file that its former holder has just removed.
func stillThere(file *os.File, path string) bool {
	held, err := file.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(path)
	return err == nil && os.SameFile(held, named)
}

// Release removes the file before it lets go of it.
func (l *Lock) Release() {
	os.Remove(l.file.Name())
	l.file.Close()
}
