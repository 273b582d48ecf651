package server

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
)

// batchBytes of TLS records are sent with one system call: those of one write of a download. Package crypto/tls takes one
// for each record of 16 KiB.
const batchBytes = 160 << 10

var batches = sync.Pool{New: func() any { b := make([]byte, 0, batchBytes); return &b }}

// batchListener gives TLS connections that send what is written at once in as few system calls as possible.
type batchListener struct {
	net.Listener
	config *tls.Config
}

func (l *batchListener) Accept() (net.Conn, error) {
	plain, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	batch := &batch{Conn: plain}
	return &batchConn{Conn: tls.Server(batch, l.config), batch: batch}, nil
}

// batchConn sends all that a call of Write makes.
type batchConn struct {
	*tls.Conn
	batch *batch
}

func (c *batchConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if flushErr := c.batch.flush(); err == nil {
		err = flushErr
	}
	return n, err
}

// Read says what is wrong to those who speak HTTP without TLS, as package http does to connections that it knows for TLS.
func (c *batchConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	var header tls.RecordHeaderError
	if errors.As(err, &header) && header.Conn != nil && slices.Contains(methods, string(header.RecordHeader[:])) {
		_, _ = io.WriteString(c.batch, "HTTP/1.0 400 Bad Request\r\n\r\nThis port speaks HTTPS.\n")
	}
	return n, err
}

// methods as a request begins with them, cut to the length of a record's header.
var methods = []string{"GET /", "HEAD ", "POST ", "PUT /", "DELET", "OPTIO", "PATCH"}

// batch holds back what is to be sent, until it is full, flushed, or something is awaited.
type batch struct {
	net.Conn
	mutex   sync.Mutex
	pending *[]byte
	// failed is why nothing can be sent any more: half a record may be on its way.
	failed error
}

func (b *batch) Write(p []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.failed != nil {
		return 0, b.failed
	}
	if b.pending == nil {
		b.pending = batches.Get().(*[]byte)
	}
	if len(*b.pending)+len(p) > batchBytes {
		if err := b.send(); err != nil {
			return 0, err
		}
		b.pending = batches.Get().(*[]byte)
	}
	// Records are smaller than a batch; one that were not makes it grow.
	*b.pending = append(*b.pending, p...)
	return len(p), nil
}

// Read sends first what the other side may wait for: its part of a handshake.
func (b *batch) Read(p []byte) (int, error) {
	if err := b.flushIdle(); err != nil {
		return 0, err
	}
	return b.Conn.Read(p)
}

// Close may end a write that stands still.
func (b *batch) Close() error {
	_ = b.flushIdle()
	return b.Conn.Close()
}

// flushIdle sends what is pending unless somebody is at it.
func (b *batch) flushIdle() error {
	if !b.mutex.TryLock() {
		return nil
	}
	defer b.mutex.Unlock()
	return b.send()
}

func (b *batch) flush() error {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.send()
}

// send what is pending. The caller holds the lock.
func (b *batch) send() error {
	if b.pending == nil {
		return b.failed
	}
	pending := b.pending
	b.pending = nil
	_, b.failed = b.Conn.Write(*pending)
	*pending = (*pending)[:0]
	batches.Put(pending)
	return b.failed
}
