// Package gatewaytest serves the gateway's API for pods from memory, over TLS on the loopback, for the agent's tests.
package gatewaytest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/agent/internal/gateway"
	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// Token that the server takes.
const Token = "the-token-of-the-pod"

// Server of one run.
type Server struct {
	Plan sandbox.Plan
	// Files by their path with query, as sandbox.InputPath makes it; sandbox.PathCode is the code.
	Files map[string][]byte
	// Intercept may answer a request itself; it says whether it did.
	Intercept func(http.ResponseWriter, *http.Request) bool
	// Isolation answers what the gateway knows of its canary; nil: that it listens and nobody came.
	Isolation func() sandbox.Isolation

	server *httptest.Server
	host   string
	token  string

	mu      sync.Mutex
	stored  map[string][]byte
	order   []string
	counted map[string]int
}

// Start the server on a loopback address of its own, so that its canary has one too.
func Start(t testing.TB, s *Server) *Server {
	t.Helper()
	s.stored, s.counted = map[string][]byte{}, map[string]int{}
	s.token = filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(s.token, []byte(Token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	listener := listen(t)
	s.host, _, _ = net.SplitHostPort(listener.Addr().String())
	s.server = httptest.NewUnstartedServer(s)
	_ = s.server.Listener.Close()
	s.server.Listener = listener
	s.server.StartTLS()
	t.Cleanup(s.server.Close)
	return s
}

func listen(t testing.TB) net.Listener {
	for range 20 {
		listener, err := net.Listen("tcp", net.JoinHostPort(address(), "0"))
		if err == nil {
			return listener
		}
	}
	t.Fatal("no address of the loopback can be listened on")
	return nil
}

func address() string {
	return fmt.Sprintf("127.%d.%d.%d", 1+rand.IntN(250), 1+rand.IntN(250), 1+rand.IntN(250))
}

// Host and port of the gateway.
func (s *Server) Host() string { return s.server.Listener.Addr().String() }

// Canary is the host and port at which the gateway's canary would be.
func (s *Server) Canary() string { return net.JoinHostPort(s.host, strconv.Itoa(sandbox.CanaryPort)) }

// Config for clients of the server.
func (s *Server) Config() gateway.Config {
	return gateway.Config{
		URL:       "https://" + s.Host(),
		Name:      "example.com",
		CA:        string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.server.Certificate().Raw})),
		TokenFile: s.token,
	}
}

// Client of the server.
func (s *Server) Client(t testing.TB) *gateway.Client {
	t.Helper()
	client, err := gateway.New(s.Config())
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// Stored results by key.
func (s *Server) Stored() map[string][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	stored := map[string][]byte{}
	for key, content := range s.stored {
		stored[key] = content
	}
	return stored
}

// Order in which keys were stored.
func (s *Server) Order() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.order...)
}

// Count of requests to a path.
func (s *Server) Count(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counted[path]
}

// Fail answers with a failure.
func Fail(w http.ResponseWriter, status int, failure sandbox.Failure) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(failure)
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.counted[r.URL.RequestURI()]++
	s.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer "+Token {
		Fail(w, http.StatusUnauthorized, sandbox.Failure{Message: "the token is not that of a pod of a run"})
		return
	}
	if s.Intercept != nil && s.Intercept(w, r) {
		return
	}
	switch {
	case r.URL.Path == sandbox.PathPlan:
		_ = json.NewEncoder(w).Encode(s.Plan)
	case r.URL.Path == sandbox.PathIsolation:
		isolation := sandbox.Isolation{Listening: true}
		if s.Isolation != nil {
			isolation = s.Isolation()
		}
		_ = json.NewEncoder(w).Encode(isolation)
	case r.Method == http.MethodPut && strings.HasPrefix(r.URL.Path, sandbox.PathResults):
		s.put(w, r, strings.TrimPrefix(r.URL.Path, sandbox.PathResults))
	case r.Method == http.MethodDelete && r.URL.Path == sandbox.PathOutputs:
		s.clear()
	default:
		content, ok := s.Files[r.URL.RequestURI()]
		if !ok {
			Fail(w, http.StatusNotFound, sandbox.Failure{Message: "there is no such file"})
			return
		}
		w.Header().Set("ETag", ETag(content))
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}
}

// ETag that the server gives a content.
func ETag(content []byte) string { return `"` + Hash(content)[:16] + `"` }

// Hash is the SHA-256 in hex.
func Hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// clear the outputs, whose order is forgotten with them.
func (s *Server) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key := range s.stored {
		if strings.HasPrefix(key, sandbox.KeyOutputs) {
			delete(s.stored, key)
		}
	}
	s.order = slices.DeleteFunc(s.order, func(key string) bool { return strings.HasPrefix(key, sandbox.KeyOutputs) })
}

func (s *Server) put(w http.ResponseWriter, r *http.Request, key string) {
	content, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.mu.Lock()
	s.stored[key] = content
	s.order = append(s.order, key)
	s.mu.Unlock()
	_ = json.NewEncoder(w).Encode(sandbox.Stored{Bytes: int64(len(content)), SHA256: Hash(content)})
}
