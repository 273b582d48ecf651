package run

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// log takes what the algorithm writes to its standard output and error, in one pipe so that the order is kept. It goes
// to the log file and to the container's own output, to both up to the same limit.
type log struct {
	limit   int64
	file    *os.File
	written int64
	last    byte
	cut     bool

	// input is the end of the pipe for the algorithm.
	input   *os.File
	drained chan struct{}
}

func openLog(limit int64) (*log, error) {
	file, err := os.OpenFile(sandbox.LogFile, os.O_RDWR|os.O_CREATE|os.O_TRUNC|unix.O_NOFOLLOW, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	output, input, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	l := &log{limit: limit, file: file, input: input, drained: make(chan struct{}), last: '\n'}
	go l.drain(output)
	return l, nil
}

// drain the pipe until no process has its other end, beyond the limit too: a full pipe would stop the algorithm.
func (l *log) drain(output *os.File) {
	defer close(l.drained)
	buffer := make([]byte, 64<<10)
	for {
		n, err := output.Read(buffer)
		l.write(buffer[:n])
		if err != nil {
			return
		}
	}
}

func (l *log) write(text []byte) {
	if left := l.limit - l.written; int64(len(text)) > left {
		text = text[:left]
		if !l.cut {
			l.cut = true
			defer l.mark()
		}
	}
	if len(text) == 0 {
		return
	}
	l.written += int64(len(text))
	l.last = text[len(text)-1]
	l.copy(text)
}

// copy to both ends. A log that cannot be written does not stop the algorithm: its disk may be full.
func (l *log) copy(text []byte) {
	_, _ = l.file.Write(text)
	_, _ = os.Stdout.Write(text)
}

func (l *log) mark() { l.copy(l.cutMark()) }

func (l *log) cutMark() []byte {
	mark := fmt.Appendf(nil, "[log cut after %d bytes]\n", l.limit)
	if l.last != '\n' {
		mark = append([]byte{'\n'}, mark...)
	}
	return mark
}

// closeInput once the algorithm has its own copy of it.
func (l *log) closeInput() { _ = l.input.Close() }

// say something of the agent's own, before the end.
func (l *log) say(text string) {
	l.finish()
	l.copy(fmt.Appendf(nil, "[agent] %s\n", text))
}

// finish when no process is left: what is still in the pipe is written.
func (l *log) finish() {
	l.closeInput()
	<-l.drained
}

// restore the log where the algorithm has removed or replaced it, and cut what it has appended itself.
func (l *log) restore() {
	defer func() { _ = l.file.Close() }()
	if info, err := l.file.Stat(); err == nil && info.Size() > l.limit+256 {
		_ = l.file.Truncate(l.limit)
		l.last = 0
		_, _ = l.file.WriteAt(l.cutMark(), l.limit)
	}
	if err := l.putBack(); err != nil {
		fmt.Fprintln(os.Stderr, "[agent] restore the log:", err)
	}
}

func (l *log) putBack() error {
	folder, err := os.OpenRoot(filepath.Dir(sandbox.LogFile))
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	name := filepath.Base(sandbox.LogFile)
	there, err := folder.Lstat(name)
	switch {
	case err == nil:
		ours, err := l.file.Stat()
		if err != nil {
			return err
		}
		if os.SameFile(there, ours) {
			return l.file.Chmod(0o644)
		}
		if err := folder.RemoveAll(name); err != nil {
			return err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	// Read from the descriptor: a file without a name cannot get one back.
	copied, err := folder.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(copied, io.NewSectionReader(l.file, 0, l.limit+256))
	return errors.Join(err, copied.Close())
}
