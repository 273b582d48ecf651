package server

import (
	"crypto/tls"
	"net"
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

// batch holds back what is to be sent, until it is full, flushed, or something is awaited.
type batch struct {
	net.Conn
	mutex   sync.Mutex
	pending *[]byte
}

func (b *batch) Write(p []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.pending == nil {
		b.pending = batches.Get().(*[]byte)
	}
	if len(*b.pending)+len(p) > batchBytes {
		if err := b.send(); err != nil {
			return 0, err
		}
		if len(p) > batchBytes {
			return b.Conn.Write(p)
		}
		b.pending = batches.Get().(*[]byte)
	}
	*b.pending = append(*b.pending, p...)
	return len(p), nil
}

// Read sends first what the other side may wait for: its part of a handshake.
func (b *batch) Read(p []byte) (int, error) {
	// Who holds the lock sends.
	if b.mutex.TryLock() {
		err := b.send()
		b.mutex.Unlock()
		if err != nil {
			return 0, err
		}
	}
	return b.Conn.Read(p)
}

func (b *batch) Close() error {
	_ = b.flush()
	return b.Conn.Close()
}

func (b *batch) flush() error {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.send()
}

// send what is pending. The caller holds the lock.
func (b *batch) send() error {
	if b.pending == nil {
		return nil
	}
	pending := b.pending
	b.pending = nil
	_, err := b.Conn.Write(*pending)
	*pending = (*pending)[:0]
	batches.Put(pending)
	return err
}
