package run

import (
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

var errTerminated = errors.New("terminated before the algorithm started")

// alive is the write end of the FIFO whose end tells publish that no process of this container is left. A raw
// descriptor, closed on exec: the algorithm must not inherit it.
type alive struct{ fd int }

// openAlive waits for publish to read.
func openAlive(path string, budget time.Duration, terminate <-chan os.Signal) (alive, error) {
	deadline := time.After(budget)
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		fd, err := unix.Open(path, unix.O_WRONLY|unix.O_NONBLOCK|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0)
		if err == nil {
			return alive{fd: fd}, nil
		}
		if err != unix.ENXIO && err != unix.EINTR {
			return alive{}, fmt.Errorf("open the FIFO that tells publish of the end: %w", err)
		}
		select {
		case <-again.C:
		case <-terminate:
			return alive{}, errTerminated
		case <-deadline:
			return alive{}, fmt.Errorf("the container that publishes results did not start within %s", budget)
		}
	}
}

// tell publish the exit code. The algorithm is dead, so this is the last line; the line break before it ends whatever
// the algorithm may have written there.
func (a alive) tell(code int) {
	line := fmt.Appendf(nil, "\nexit %d\n", code)
	for range 200 {
		if _, err := unix.Write(a.fd, line); err != unix.EAGAIN && err != unix.EINTR {
			return
		}
		// Full of what the algorithm wrote: publish is emptying it.
		time.Sleep(10 * time.Millisecond)
	}
}
