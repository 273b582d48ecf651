// Package s3server starts a real S3 server for tests: versitygw on a directory.
package s3server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
	"github.com/compute-to-data/terraform-provider-c2d/egress"
	"github.com/compute-to-data/terraform-provider-c2d/storage"
)

// Server on a loopback address, with one account.
type Server struct {
	Endpoint    string
	Credentials storage.Credentials
	// Dir holds a directory for each bucket.
	Dir string

	// Stop ends the server.
	Stop func()
}

const (
	// attempts: somebody else may take the port between looking for it and using it.
	attempts    = 5
	startBudget = 20 * time.Second
)

// Start a server that ends with the test.
func Start(t testing.TB) *Server {
	t.Helper()
	server, err := Launch(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return server
}

// Launch a server on a directory; for tests of a whole package, where there is no testing.TB yet. The binary lies in the
// directory that KUBEBUILDER_ASSETS names, which `make test` sets.
func Launch(dir string) (*Server, error) {
	assets := os.Getenv("KUBEBUILDER_ASSETS")
	if assets == "" {
		return nil, errors.New("KUBEBUILDER_ASSETS is not set: it must name a directory with versitygw; run the tests with `make test`, or set it to the output of `go run -C devcluster . build --print-dir`")
	}
	var err error
	for range attempts {
		server := &Server{
			Credentials: storage.Credentials{AccessKeyID: "tester", SecretAccessKey: "secret-of-the-tester", Origin: "Secret tests/s3"},
			Dir:         dir,
		}
		if err = server.launch(filepath.Join(assets, "versitygw")); err == nil {
			return server, nil
		}
	}
	return nil, fmt.Errorf("start the S3 server: %w", err)
}

func (s *Server) launch(binary string) error {
	address, err := freeAddress()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, binary, "--port", address, "--health", "/healthz", "--quiet", "posix", s.Dir)
	command.Env = append(os.Environ(), "ROOT_ACCESS_KEY="+s.Credentials.AccessKeyID, "ROOT_SECRET_KEY="+s.Credentials.SecretAccessKey)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		cancel()
		return err
	}
	ended := make(chan struct{})
	go func() { _ = command.Wait(); close(ended) }()
	s.Stop = func() { cancel(); <-ended }
	s.Endpoint = "http://" + address
	for deadline := time.Now().Add(startBudget); time.Now().Before(deadline); {
		if response, err := http.Get(s.Endpoint + "/healthz"); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ended:
			return fmt.Errorf("it ended: %s", output.Bytes())
		case <-time.After(10 * time.Millisecond):
		}
	}
	s.Stop()
	return fmt.Errorf("it did not answer within %s", startBudget)
}

func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// Loopback is a rule under which the server may be called.
func Loopback() egress.Rule {
	return egress.Rule{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
}

// Connection to a bucket of the server.
func (s *Server) Connection(bucket string) v1alpha1.S3Connection {
	return v1alpha1.S3Connection{Bucket: bucket, Region: "us-east-1", Endpoint: s.Endpoint, ForcePathStyle: true}
}

// Bucket of the server, made now.
func (s *Server) Bucket(t testing.TB, name string) *storage.Bucket {
	t.Helper()
	bucket, err := s.MakeBucket(name)
	if err != nil {
		t.Fatal(err)
	}
	return bucket
}

// MakeBucket is Bucket without a testing.TB.
func (s *Server) MakeBucket(name string) (*storage.Bucket, error) {
	if err := os.Mkdir(filepath.Join(s.Dir, name), 0o755); err != nil {
		return nil, err
	}
	return storage.NewBucket(s.Connection(name), s.Credentials, egress.Transport(Loopback())), nil
}
