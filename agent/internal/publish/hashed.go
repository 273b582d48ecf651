package publish

import (
	"hash"
	"io"
)

// hashed reader of a file on its way.
type hashed struct {
	reader io.Reader
	hash   hash.Hash
	bytes  int64
	// ended says that the file was read to its end, err why it could not be.
	ended bool
	err   error
}

func (h *hashed) Read(p []byte) (int, error) {
	n, err := h.reader.Read(p)
	h.hash.Write(p[:n])
	h.bytes += int64(n)
	switch {
	case err == io.EOF:
		h.ended = true
	case err != nil:
		h.err = err
	}
	return n, err
}
