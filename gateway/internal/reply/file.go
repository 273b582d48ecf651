package reply

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"

	"github.com/compute-to-data/terraform-provider-c2d/gateway/internal/failure"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// bufferBytes of one download: all the memory that it takes, whatever the size of the file.
const bufferBytes = 128 << 10

var buffers = sync.Pool{New: func() any { b := make([]byte, bufferBytes); return &b }}

// File answers with a file, or the part of it that Range asks for, under the condition of If-Match.
func File(w http.ResponseWriter, r *http.Request, open func(storage.Want) (*storage.Reading, error)) error {
	control := http.NewResponseController(w)
	want := storage.ParseRange(r.Header.Get("Range"))
	if match := r.Header.Get("If-Match"); match != "*" {
		want.IfMatch = match
	}
	reading, err := open(want)
	if err != nil {
		var known *failure.Error
		if errors.As(err, &known) && known.Status == http.StatusRequestedRangeNotSatisfiable {
			w.Header().Set("Content-Range", "bytes */*")
		}
		return err
	}
	defer func() { _ = reading.Body.Close() }()
	status := head(w.Header(), reading)
	Extend(control, StallTimeout)
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return nil
	}
	if err := copyBody(w, control, reading); err != nil {
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return nil
}

// head of the answer.
func head(header http.Header, reading *storage.Reading) (status int) {
	if header.Get("Content-Type") == "" {
		header.Set("Content-Type", "application/octet-stream")
	}
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Accept-Ranges", "bytes")
	if reading.ETag != "" {
		header.Set("ETag", reading.ETag)
	}
	if reading.Length >= 0 {
		header.Set("Content-Length", strconv.FormatInt(reading.Length, 10))
	}
	if reading.Part == nil {
		return http.StatusOK
	}
	total := "*"
	if reading.Bytes >= 0 {
		total = strconv.FormatInt(reading.Bytes, 10)
	}
	header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%s", reading.Part.First, reading.Part.Last, total))
	return http.StatusPartialContent
}

// copyBody through one buffer. Whoever takes nothing for a while is given up; a source that gives nothing is given up
// below, by package egress.
func copyBody(w io.Writer, control *http.ResponseController, reading *storage.Reading) error {
	pooled := buffers.Get().(*[]byte)
	defer buffers.Put(pooled)
	buffer := *pooled
	var copied int64
	for {
		n, err := reading.Body.Read(buffer)
		if n > 0 {
			Extend(control, StallTimeout)
			if _, err := w.Write(buffer[:n]); err != nil {
				return fmt.Errorf("write to whoever asked: %w", err)
			}
			copied += int64(n)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	if reading.Length >= 0 && copied != reading.Length {
		return fmt.Errorf("the source sent %d bytes and had promised %d", copied, reading.Length)
	}
	return nil
}
