package publish

import (
	"hash"
	"io"
	"sync"
)

// body of an upload. Its length is -1 where that is not known before its end.
type body interface {
	io.Reader
	Length() int64
	Close()
}

// hashed body on its way. The connection may still read it when the answer is there: closing it ends that.
type hashed struct {
	mu   sync.Mutex
	body body
	hash hash.Hash
	sent
	closed bool
}

// sent is what has left of a body.
type sent struct {
	bytes int64
	// ended says that the body was read to its end, err why it could not be.
	ended bool
	err   error
}

func (h *hashed) Read(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return 0, io.ErrClosedPipe
	}
	n, err := h.body.Read(p)
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

// close the body and say what of it has left.
func (h *hashed) close() sent {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closed {
		h.closed = true
		h.body.Close()
	}
	return h.sent
}

// plain body that nobody judges, or only listens to.
type plain struct {
	io.Reader
	size int64
}

func (p plain) Length() int64 { return p.size }
func (p plain) Close()        {}
