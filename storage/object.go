package storage

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// contentType of everything that is stored and handed out: nothing may run in a browser.
const contentType = "application/octet-stream"

// Object is what a source says of a file.
type Object struct {
	// Key of the object in its bucket; empty for files behind HTTP.
	Key string
	// Bytes of the whole file, -1 where the source does not say.
	Bytes int64
	// ETag changes with the content, quoted as in HTTP; empty where the source has none.
	ETag string
}

// Reading is an opened file. Close it.
type Reading struct {
	Object
	Body io.ReadCloser
	// Part that Body holds; nil: all of it. A source that knows no ranges answers a request for a part with all of it.
	Part *Part
	// Length of Body in bytes, -1 where the source does not say.
	Length int64
}

// Part of a file: the bytes from First to Last, both included, from 0.
type Part struct{ First, Last int64 }

// Want says which bytes to open.
type Want struct {
	// First byte; with Last it makes a range. From the start: 0.
	First int64
	// Last byte, included; -1: to the end.
	Last int64
	// IfMatch is an ETag that the file must still have; empty: any.
	IfMatch string
}

// All bytes of a file.
var All = Want{Last: -1}

func (w Want) all() bool { return w.First == 0 && w.Last < 0 }

// header of HTTP for the range.
func (w Want) header() string {
	if w.Last < 0 {
		return fmt.Sprintf("bytes=%d-", w.First)
	}
	return fmt.Sprintf("bytes=%d-%d", w.First, w.Last)
}

// ParseRange reads a Range header of one range with a start: "bytes=5-" or "bytes=5-9". Whatever else a header may say
// is answered with the whole file, which RFC 9110 section 14.2 allows.
func ParseRange(header string) Want {
	text, ok := strings.CutPrefix(header, "bytes=")
	if !ok {
		return All
	}
	firstText, lastText, ok := strings.Cut(text, "-")
	if !ok {
		return All
	}
	first, err := strconv.ParseUint(firstText, 10, 62)
	if err != nil {
		return All
	}
	if lastText == "" {
		return Want{First: int64(first), Last: -1}
	}
	last, err := strconv.ParseUint(lastText, 10, 62)
	if err != nil || last < first {
		return All
	}
	return Want{First: int64(first), Last: int64(last)}
}

// parseContentRange reads "bytes 0-9/100"; the total is -1 where it is "*".
func parseContentRange(header string) (part Part, total int64, err error) {
	malformed := fmt.Errorf("Content-Range %q is not of the form bytes first-last/total", header)
	text, ok := strings.CutPrefix(header, "bytes ")
	if !ok {
		return Part{}, 0, malformed
	}
	span, totalText, ok := strings.Cut(text, "/")
	firstText, lastText, ok2 := strings.Cut(span, "-")
	if !ok || !ok2 {
		return Part{}, 0, malformed
	}
	first, err1 := strconv.ParseUint(firstText, 10, 62)
	last, err2 := strconv.ParseUint(lastText, 10, 62)
	if err1 != nil || err2 != nil || last < first {
		return Part{}, 0, malformed
	}
	total = -1
	if totalText != "*" {
		n, err := strconv.ParseUint(totalText, 10, 62)
		if err != nil || last >= n {
			return Part{}, 0, malformed
		}
		total = int64(n)
	}
	return Part{First: int64(first), Last: int64(last)}, total, nil
}
