package disclosure

import (
	"errors"
	"fmt"
	"io"
	"sync"
)

// chunkBytes are read and judged at a time.
const chunkBytes = 64 << 10

// Gate judges the files of one run. It may be used from several goroutines.
type Gate struct {
	*Judgement
	rules    Rules
	canaries *Canaries
	copies   *copies
}

// NewGate by rules. Canaries and the records of the inputs may be nil: there are none.
func NewGate(rules Rules, canaries *Canaries, records *Records) *Gate {
	return &Gate{Judgement: NewJudgement(rules), rules: rules, canaries: canaries, copies: newCopies(records, rules.Verbatim)}
}

// Errors of reading a file.
var (
	// ErrRefused says that the file is refused. The last of its bytes were not handed out.
	ErrRefused = errors.New("the file is refused")
	// ErrChanged says that the file is not as long as it was.
	ErrChanged = errors.New("the file has another length than it had")
)

// File is read to get what may leave of it: each byte is judged before it is handed out, and the last of them only after
// the whole file has passed. Memory does not depend on its size.
type File struct {
	gate   *Gate
	place  string
	from   io.Reader
	size   int64
	length int64

	chunk *[chunkBytes]byte
	ready []byte
	read  int64
	err   error

	image    *imageFilter
	checks   []io.Writer
	finish   []func() []Verdict
	aborts   []func()
	verdicts []Verdict
	refused  bool
}

var chunks = sync.Pool{New: func() any { return new([chunkBytes]byte) }}

// Open a file of a size for judging, under the path that it has in the outputs. It reads the beginning. Close must be
// called.
func (g *Gate) Open(place string, from io.Reader, size int64) (*File, error) {
	f := &File{gate: g, place: place, from: from, size: size, length: size, chunk: chunks.Get().(*[chunkBytes]byte)}
	head, err := f.fill()
	if err != nil {
		f.Close()
		return nil, err
	}
	f.prepare(head[:min(len(head), sniffBytes)])
	f.judge(head)
	return f, nil
}

// Length of what will be read; -1 where that depends on what is stripped.
func (f *File) Length() int64 { return f.length }

// Refused says whether the file is refused so far.
func (f *File) Refused() bool { return f.refused }

// Verdicts of the file so far.
func (f *File) Verdicts() []Verdict { return f.verdicts }

// Close lets go of everything. It may be called at any time.
func (f *File) Close() {
	for _, abort := range f.aborts {
		abort()
	}
	f.aborts = nil
	if f.chunk != nil {
		chunks.Put(f.chunk)
		f.chunk, f.ready = nil, nil
	}
	if f.err == nil {
		f.err = errAborted
	}
}

func (f *File) Read(p []byte) (int, error) {
	for len(f.ready) == 0 {
		if f.err != nil {
			return 0, f.err
		}
		chunk, err := f.fill()
		if err != nil {
			f.err = err
			return 0, err
		}
		f.judge(chunk)
	}
	n := copy(p, f.ready)
	f.ready = f.ready[n:]
	return n, nil
}

// fill the chunk from the file, which must end where its size says.
func (f *File) fill() ([]byte, error) {
	want := min(f.size-f.read, chunkBytes)
	n, err := io.ReadFull(f.from, f.chunk[:want])
	f.read += int64(n)
	if err == io.ErrUnexpectedEOF || err == io.EOF && want > 0 {
		return nil, ErrChanged
	}
	if err != nil && err != io.EOF {
		return nil, err
	}
	if f.read == f.size {
		var more [1]byte
		if n, err := f.from.Read(more[:]); n > 0 {
			return nil, ErrChanged
		} else if err != nil && err != io.EOF {
			return nil, err
		}
	}
	return f.chunk[:n], nil
}

// judge a chunk, and get it ready where it may leave. The last one is the end of all checks.
func (f *File) judge(chunk []byte) {
	if f.image != nil {
		chunk = f.image.filter(chunk)
	}
	for _, check := range f.checks {
		_, _ = check.Write(chunk)
	}
	f.ready = chunk
	if f.read < f.size {
		return
	}
	for _, finish := range f.finish {
		f.report(finish()...)
	}
	f.aborts = nil
	f.err = io.EOF
	if f.refused {
		f.ready, f.err = nil, ErrRefused
	}
}

func (f *File) report(verdicts ...Verdict) {
	for _, v := range verdicts {
		f.verdicts = append(f.verdicts, v)
		f.refused = f.refused || v.Outcome == Refuse
	}
}

// reportOne is for checks that find while they read.
func (f *File) reportOne(v Verdict) { f.report(v) }

func (f *File) add(check io.Writer, finish func() []Verdict, abort func()) {
	f.checks = append(f.checks, check)
	f.finish = append(f.finish, finish)
	if abort != nil {
		f.aborts = append(f.aborts, abort)
	}
}

// prepare the checks that the file needs.
func (f *File) prepare(head []byte) {
	rules := f.gate.rules
	c := contentOf(f.place, head)
	f.report(c.judge(rules.Types, f.place, head)...)
	f.prepareImage(c)
	if c.archive() == "" {
		end := &ending{}
		f.add(end, func() []Verdict {
			if end.zip() {
				return []Verdict{{Refuse, CheckPolyglot, f.place, fmt.Sprintf("is %s, and a ZIP archive at its end", mediaType(c.mime))}}
			}
			return nil
		}, nil)
	}
	if c.pdf {
		search := pdfAttachments.stream()
		f.add(search, func() []Verdict {
			if search.found < 0 {
				return nil
			}
			return []Verdict{{Flag, CheckAttachment, f.place, fmt.Sprintf("has %s near byte %d", search.list[search.found].what, search.at)}}
		}, nil)
	}
	if f.gate.canaries.Any() {
		search := f.gate.canaries.search()
		f.add(search, func() []Verdict { return search.finish(f.place) }, search.inflate.abort)
	}
	var lines *verbatim
	if f.gate.copies != nil {
		lines = &verbatim{copies: f.gate.copies}
		f.add(lines, func() []Verdict { return lines.finish(f.place) }, nil)
	}
	f.prepareText(c, head, lines)
}

func (f *File) prepareImage(c content) {
	strip := f.gate.rules.Metadata == "Strip"
	switch {
	case c.png:
		f.image = newPNG(strip)
	case c.jpeg:
		f.image = newJPEG(strip)
	default:
		return
	}
	if strip {
		f.length = -1
	}
	f.finish = append(f.finish, func() []Verdict { return f.image.finish(f.place, f.gate.rules.Metadata == "Flag") })
}

func (f *File) prepareText(c content, head []byte, lines *verbatim) {
	rules := f.gate.rules
	// JSON that is no table must be JSON to its end, or a table could stand behind it.
	readable := rules.JSON.ruled() || rules.CSV.ruled() && c.surely
	if c.json && (readable || lines != nil) {
		var record func(uint64, int)
		if lines != nil {
			record = lines.record
		}
		d := newDocument(rules.JSON, f.place, readable, record, f.reportOne)
		f.checks = append([]io.Writer{d.feed}, f.checks...)
		f.finish = append([]func() []Verdict{func() []Verdict { d.feed.Close(); return nil }}, f.finish...)
		f.aborts = append(f.aborts, d.feed.abort)
	}
	if c.text && !c.surely && (c.table || rules.CSV.ruled()) {
		t := newTable(rules.CSV, f.place, c.table, head, f.reportOne)
		f.add(t, func() []Verdict { t.finish(); return nil }, t.feed.abort)
	}
}

// ruled says whether every text is a table.
func (r CSVRules) ruled() bool { return r.MaxRows > 0 || len(r.Forbidden) > 0 || r.MinCellCount > 0 }

// pdfAttachments by which files are held within a PDF. Where its objects are compressed they are not seen.
var pdfAttachments = newPatterns([]pattern{{[]byte("/EmbeddedFile"), "an embedded file"}, {[]byte("/Filespec"), "an embedded file"}})
