package publish

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"
)

// awaitEnd waits until no process of the algorithm is left: the write end of the FIFO is held by its PID 1, and the
// kernel lets go of it only with the last process of the namespace. It says whether the algorithm ended well, as far as
// PID 1 could say; the controller knows better.
func (o Options) awaitEnd() (succeeded bool, err error) {
	type end struct {
		code int
		ok   bool
		err  error
	}
	ended := make(chan end, 1)
	go func() {
		code, ok, err := follow(o.Alive)
		ended <- end{code, ok, err}
	}()
	var deadline <-chan time.Time
	terminate := o.Terminate
	for {
		select {
		case e := <-ended:
			if e.err != nil {
				return false, e.err
			}
			o.Logger.Info("the algorithm has ended", "code", e.code, "told", e.ok)
			return e.ok && e.code == 0, nil
		case <-terminate:
			o.Logger.Info("the pod is being deleted: waiting for the end of the algorithm")
			deadline, terminate = time.After(o.Deletion), nil
		case <-deadline:
			o.Logger.Warn("the algorithm has not ended in time")
			return false, nil
		}
	}
}

// follow the FIFO to its end.
func follow(path string) (code int, ok bool, err error) {
	fifo, err := os.Open(path)
	if err != nil {
		return 0, false, fmt.Errorf("follow the algorithm's life: %w", err)
	}
	defer func() { _ = fifo.Close() }()
	code, ok, err = lastExit(fifo)
	if err != nil {
		return 0, false, fmt.Errorf("follow the algorithm's life: %w", err)
	}
	return code, ok, nil
}

// maxHint is more than a line with an exit code takes.
const maxHint = 64

// lastExit reads to the end and says what the last line, if complete, says of the exit. The algorithm may have written
// to the FIFO too, without end, but never after PID 1.
func lastExit(from io.Reader) (code int, ok bool, err error) {
	buffer := make([]byte, 4<<10)
	var tail []byte
	for {
		n, err := from.Read(buffer)
		tail = append(tail, buffer[:n]...)
		if len(tail) > maxHint {
			tail = append(tail[:0], tail[len(tail)-maxHint:]...)
		}
		if err == io.EOF {
			code, ok = parseExit(tail)
			return code, ok, nil
		}
		if err != nil {
			return 0, false, err
		}
	}
}

// parseExit reads "exit <code>" in the last line of a text.
func parseExit(text []byte) (code int, ok bool) {
	text, complete := bytes.CutSuffix(text, []byte("\n"))
	if !complete {
		return 0, false
	}
	line := text[bytes.LastIndexByte(text, '\n')+1:]
	number, found := bytes.CutPrefix(line, []byte("exit "))
	if !found {
		return 0, false
	}
	parsed, err := strconv.ParseUint(string(number), 10, 8)
	return int(parsed), err == nil
}
