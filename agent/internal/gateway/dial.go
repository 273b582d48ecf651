package gateway

import (
	"bufio"
	"context"
	"net"
	"time"
)

// readAhead of a connection in bytes. Package crypto/tls would take a system call for each record of 16 KiB or less.
const readAhead = 128 << 10

// dial a connection that takes at once what has come.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}
	plain, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &aheadConn{Conn: plain, reader: bufio.NewReaderSize(plain, readAhead)}, nil
}

type aheadConn struct {
	net.Conn
	reader *bufio.Reader
}

func (c *aheadConn) Read(p []byte) (int, error) { return c.reader.Read(p) }
