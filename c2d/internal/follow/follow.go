// Package follow copies a log that grows, and goes on where it was when the way to it breaks.
package follow

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// Log that is followed.
type Log struct {
	// Open the log at its beginning. It may wait until there is one.
	Open func(context.Context) (io.ReadCloser, error)
	// Over says whether whoever writes the log has ended: then the end of what is read is the end of it.
	Over func(context.Context) (bool, error)
	// Note tells the user, not the log's reader, what happens.
	Note func(string)
	// Patience is how long nothing may get through before it is given up; zero: five minutes.
	Patience time.Duration
}

const defaultPatience = 5 * time.Minute

// copier remembers what was shown.
type copier struct {
	Log
	out    io.Writer
	shown  int64
	digest hash.Hash
	last   time.Time
}

// errOut is an error of the reader's side, which trying again does not help.
type errOut struct{ error }

func (e errOut) Unwrap() error { return e.error }

// Copy the log to out until it is over. The first try to open it must succeed, unless its error says that it is temporary;
// whatever breaks later is tried again, and bytes that were shown are not shown twice.
func (l Log) Copy(ctx context.Context, out io.Writer) error {
	if l.Patience == 0 {
		l.Patience = defaultPatience
	}
	c := &copier{Log: l, out: out, digest: sha256.New(), last: time.Now()}
	opened, backoff := false, newBackoff()
	for {
		before := c.shown
		body, err := c.Open(ctx)
		if err == nil {
			opened = true
			err = c.read(body)
			_ = body.Close()
		}
		var unwritten errOut
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &unwritten):
			return err
		case err == nil:
			var over bool
			if over, err = c.Over(ctx); over {
				return nil
			}
			if err == nil && c.shown == before {
				// A log that ends before its run says so soon.
				backoff.Duration = min(backoff.Duration, time.Second)
			}
		case permanent(err), !opened && !temporary(err):
			return err
		default:
			c.Note(fmt.Sprintf("the log broke off (%v); going on after %d bytes", err, c.shown))
		}
		if c.shown > before {
			c.last, backoff = time.Now(), newBackoff()
		}
		if err != nil && time.Since(c.last) > c.Patience {
			return fmt.Errorf("nothing of the log got through for %s: %w", c.Patience, err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(backoff.Step()):
		}
	}
}

func newBackoff() wait.Backoff {
	return wait.Backoff{Duration: 200 * time.Millisecond, Factor: 2, Jitter: 0.2, Steps: 100, Cap: 10 * time.Second}
}

// read a body from the log's beginning: skip what was shown, show the rest.
func (c *copier) read(body io.Reader) error {
	again := sha256.New()
	skipped, err := io.CopyN(again, body, c.shown)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return err
	}
	if skipped > 0 && !bytes.Equal(again.Sum(nil), c.digest.Sum(nil)) {
		c.Note("the log does not read as it did before; lines may be missing here, or come twice")
		c.digest = again
	}
	buffer := make([]byte, 32<<10)
	for {
		n, err := body.Read(buffer)
		if n > 0 {
			if _, err := c.out.Write(buffer[:n]); err != nil {
				return errOut{fmt.Errorf("write the log: %w", err)}
			}
			c.digest.Write(buffer[:n])
			c.shown += int64(n)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// temporary errors say so themselves.
func temporary(err error) bool {
	var t interface{ Temporary() bool }
	return errors.As(err, &t) && t.Temporary()
}

// permanent errors say that they are not.
func permanent(err error) bool {
	var t interface{ Temporary() bool }
	return errors.As(err, &t) && !t.Temporary()
}
