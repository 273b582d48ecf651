package disclosure

import (
	"errors"
	"io"
	"iter"
)

// feed pushes bytes to something that pulls them. The two take turns, and none of the bytes is held in between: what
// comes of it does not depend on who is faster.
type feed struct {
	resume func() (struct{}, bool)
	stop   func()
	chunk  []byte
	err    error
	ended  bool
}

// errAborted is what a parser reads when nobody wants to know any more.
var errAborted = errors.New("aborted")

// startFeed of a parser, which must return when it cannot read on.
func startFeed(parse func(io.Reader)) *feed {
	f := &feed{}
	f.resume, f.stop = iter.Pull(func(yield func(struct{}) bool) {
		parse(feedReader{f, func() bool { return yield(struct{}{}) }})
	})
	return f
}

// Write lets the parser go on until it wants more, or has ended.
func (f *feed) Write(p []byte) (int, error) {
	f.chunk = p
	f.turn()
	return len(p), nil
}

// Close tells the parser that this was all, and waits for it.
func (f *feed) Close() {
	f.err = io.EOF
	f.turn()
}

// abort ends the parser.
func (f *feed) abort() {
	f.err, f.ended = errAborted, true
	f.stop()
}

func (f *feed) turn() {
	if f.ended {
		return
	}
	if _, more := f.resume(); !more {
		f.ended = true
	}
}

// feedReader is the parser's end.
type feedReader struct {
	*feed
	wait func() bool
}

func (f feedReader) Read(p []byte) (int, error) {
	for len(f.chunk) == 0 {
		if f.err != nil {
			return 0, f.err
		}
		if !f.wait() {
			f.err = errAborted
		}
	}
	n := copy(p, f.chunk)
	f.chunk = f.chunk[n:]
	return n, nil
}

// within lets a parser that can hold whole records in memory hold none that is longer than a bound: it stops the bytes
// that come after the start of a record.
type within struct {
	from io.Reader
	read int64
	// until is the offset behind which nothing is handed out.
	until int64
}

// errLong says that a record is longer than its bound.
var errLong = errors.New("longer than is allowed")

func (w *within) Read(p []byte) (int, error) {
	if w.read >= w.until {
		return 0, errLong
	}
	n, err := w.from.Read(p[:min(int64(len(p)), w.until-w.read)])
	w.read += int64(n)
	return n, err
}
