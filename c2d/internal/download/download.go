// Package download brings files into a folder, in parallel, and believes none before its size and hash are right.
package download

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// File to bring: its Key is the path in the folder.
type File = sandbox.ManifestResult

// Source of files.
type Source interface {
	// Open a file from an offset on. An error with a method Temporary that says false is not tried again.
	Open(ctx context.Context, file File, offset int64) (io.ReadCloser, error)
}

// Progress hears how far everything is.
type Progress interface {
	// Begin a file; the Track is used by one goroutine.
	Begin(file File) Track
}

// Track of one file.
type Track interface {
	// At says how many bytes are there.
	At(bytes int64)
	// End says how it ended: nil where it is there, ErrSame where it was there before.
	End(err error)
}

// ErrSame says that a file is there already, with the right hash.
var ErrSame = errors.New("already there")

const (
	// parallel is the number of files on their way at a time.
	parallel = 8
	// attempts at a file without a byte of progress.
	attempts = 5
	// silence is how long a file may stand still.
	silence = time.Minute
	// maxFaults is the number of failed files that an error names.
	maxFaults = 10
)

// Summary of a download.
type Summary struct {
	Files, Same, Failed int
	Bytes               int64
}

// Get files into a folder, which none can leave. A file that cannot be brought does not keep the others from coming; the
// error names the first ones. What came of a file before its way broke is kept beside it, and used the next time.
func Get(ctx context.Context, folder *os.Root, files []File, source Source, progress Progress) (Summary, error) {
	var mutex sync.Mutex
	var summary Summary
	var faults []error
	var group errgroup.Group
	group.SetLimit(parallel)
	for _, file := range files {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error {
			track := progress.Begin(file)
			err := (&getter{folder: folder, file: file, source: source, track: track}).get(ctx)
			track.End(err)
			mutex.Lock()
			defer mutex.Unlock()
			switch {
			case errors.Is(err, ErrSame):
				summary.Same++
			case err != nil:
				summary.Failed++
				if len(faults) < maxFaults {
					faults = append(faults, fmt.Errorf("%q: %w", file.Key(), err))
				}
			default:
				summary.Files++
				summary.Bytes += file.Bytes
			}
			return nil
		})
	}
	_ = group.Wait()
	if ctx.Err() != nil {
		return summary, ctx.Err()
	}
	if more := summary.Failed - len(faults); more > 0 {
		faults = append(faults, fmt.Errorf("and %d more", more))
	}
	return summary, errors.Join(faults...)
}

// getter of one file.
type getter struct {
	folder *os.Root
	file   File
	source Source
	track  Track

	part   *os.File
	digest hash.Hash
	have   int64
}

func (g *getter) get(ctx context.Context) error {
	name := filepath.FromSlash(g.file.Key())
	if !filepath.IsLocal(name) {
		return errors.New("its name leads out of the folder; it is not written")
	}
	if g.file.Bytes < 0 || len(g.file.SHA256) != 2*sha256.Size {
		return errors.New("its size and SHA-256 are not known; it is not written")
	}
	if g.same(name) {
		return ErrSame
	}
	part := g.partName()
	if err := g.resume(part); err != nil {
		return err
	}
	defer func() { _ = g.part.Close() }()
	if err := g.fill(ctx); err != nil {
		return err
	}
	if got := hex.EncodeToString(g.digest.Sum(nil)); got != g.file.SHA256 {
		_ = g.folder.Remove(part)
		return fmt.Errorf("its SHA-256 is %s, expected %s as the manifest says; it was thrown away", got, g.file.SHA256)
	}
	if err := g.part.Close(); err != nil {
		return err
	}
	if err := g.folder.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return g.folder.Rename(part, name)
}

// partName is where a file grows: the same the next time.
func (g *getter) partName() string {
	sum := sha256.Sum256([]byte(g.file.Key() + "\x00" + g.file.SHA256))
	return ".c2d-" + hex.EncodeToString(sum[:16]) + ".part"
}

// same says whether the file is there already.
func (g *getter) same(name string) bool {
	info, err := g.folder.Lstat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() != g.file.Bytes {
		return false
	}
	file, err := g.folder.Open(name)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	digest := sha256.New()
	_, err = io.Copy(digest, file)
	return err == nil && hex.EncodeToString(digest.Sum(nil)) == g.file.SHA256
}

// resume what an earlier download left.
func (g *getter) resume(name string) error {
	if info, err := g.folder.Lstat(name); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is in the way: remove it", name)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	part, err := g.folder.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	g.part = part
	g.digest = sha256.New()
	if g.have, err = io.Copy(g.digest, part); err != nil {
		_ = part.Close()
		return err
	}
	if g.have > g.file.Bytes {
		return g.restart()
	}
	g.track.At(g.have)
	return nil
}

// restart from the first byte.
func (g *getter) restart() error {
	g.have = 0
	g.digest = sha256.New()
	g.track.At(0)
	if err := g.part.Truncate(0); err != nil {
		return err
	}
	_, err := g.part.Seek(0, io.SeekStart)
	return err
}

// fill the file, and go on where it broke off.
func (g *getter) fill(ctx context.Context) error {
	resumed := g.have > 0
	backoff := newBackoff()
	for failures := 0; g.have < g.file.Bytes; {
		before := g.have
		err := g.read(ctx)
		if err == nil {
			break
		}
		var asked interface{ Temporary() bool }
		permanent := errors.As(err, &asked) && !asked.Temporary()
		if g.have > before {
			failures, backoff = 0, newBackoff()
		}
		if failures++; permanent || failures >= attempts || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(backoff.Step()):
		}
	}
	if resumed && hex.EncodeToString(g.digest.Sum(nil)) != g.file.SHA256 {
		// What was left of an earlier time was not the beginning of this file.
		if err := g.restart(); err != nil {
			return err
		}
		return g.fill(ctx)
	}
	return nil
}

func newBackoff() wait.Backoff {
	return wait.Backoff{Duration: 300 * time.Millisecond, Factor: 2, Jitter: 0.2, Steps: attempts, Cap: 5 * time.Second}
}

// read from where the file ends, never more than it has.
func (g *getter) read(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watchdog := time.AfterFunc(silence, func() { cancel(fmt.Errorf("nothing came for %s", silence)) })
	defer watchdog.Stop()
	body, err := g.source.Open(ctx, g.file, g.have)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	buffer := make([]byte, 128<<10)
	for g.have < g.file.Bytes {
		n, err := body.Read(buffer[:min(int64(len(buffer)), g.file.Bytes-g.have)])
		if n > 0 {
			watchdog.Reset(silence)
			if _, err := g.part.Write(buffer[:n]); err != nil {
				return unwritten{err}
			}
			g.digest.Write(buffer[:n])
			g.have += int64(n)
			g.track.At(g.have)
		}
		switch {
		case errors.Is(err, io.EOF) && g.have < g.file.Bytes:
			return fmt.Errorf("it ended after %d bytes, expected %d", g.have, g.file.Bytes)
		case err != nil && !errors.Is(err, io.EOF):
			if cause := context.Cause(ctx); cause != nil {
				return cause
			}
			return err
		}
	}
	return nil
}

// unwritten is an error of the disk.
type unwritten struct{ error }

func (unwritten) Temporary() bool { return false }
