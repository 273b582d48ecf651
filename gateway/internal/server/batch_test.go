package server

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// counting counts the calls of Write.
type counting struct {
	net.Listener
	writes atomic.Int64
}

type countingConn struct {
	net.Conn
	writes *atomic.Int64
}

func (l *counting) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return countingConn{conn, &l.writes}, nil
}

func (c countingConn) Write(p []byte) (int, error) {
	c.writes.Add(1)
	return c.Conn.Write(p)
}

func selfSigned(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// batchServer serves through a batchListener.
func batchServer(t *testing.T, handler http.HandlerFunc) (*httptest.Server, *counting) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	plain := &counting{Listener: listener}
	config := &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{selfSigned(t)}}
	server := &httptest.Server{Listener: &batchListener{plain, config}, Config: newServer(handler)}
	server.Start()
	t.Cleanup(server.Close)
	return server, plain
}

func insecure() *http.Client {
	return &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
}

// TestBatch carries bodies of every size around those of records and batches whole, in both directions, and with few calls.
func TestBatch(t *testing.T) {
	server, plain := batchServer(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		for piece := range slices.Chunk(body, 128<<10) {
			_, _ = w.Write(piece)
		}
	})
	client := insecure()
	defer client.CloseIdleConnections()
	for _, size := range []int{0, 1, 16 << 10, 16<<10 + 1, 128 << 10, batchBytes - 1, batchBytes, batchBytes + 1, 3 << 20} {
		body := make([]byte, size)
		_, _ = rand.Read(body)
		before := plain.writes.Load()
		response, err := client.Post("https://"+server.Listener.Addr().String(), "", bytes.NewReader(body))
		if err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		got, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil || !bytes.Equal(got, body) {
			t.Errorf("%d bytes: %d came back, %v", size, len(got), err)
		}
		if calls := plain.writes.Load() - before; size == 3<<20 && calls >= int64(size/(16<<10)) {
			t.Errorf("%d bytes took %d calls, no fewer than records", size, calls)
		}
	}
}

func TestNoTLSIsExplained(t *testing.T) {
	server, _ := batchServer(t, func(http.ResponseWriter, *http.Request) {})
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	_, _ = io.WriteString(conn, "GET / HTTP/1.0\r\n\r\n")
	if answer, _ := io.ReadAll(conn); !strings.HasPrefix(string(answer), "HTTP/1.0 400") || !strings.Contains(string(answer), "HTTPS") {
		t.Errorf("%q", answer)
	}
}
