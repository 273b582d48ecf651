package faults

import (
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"path"
	"strings"
	"sync/atomic"
)

// s3Proxy stands between the controller and the S3 server.
type s3Proxy struct {
	endpoint   string
	controller atomic.Pointer[controller]
	// spoil, where set, may answer in place of the server, and says whether it did.
	spoil atomic.Pointer[func(http.ResponseWriter, *http.Request) bool]
	// alter, where set, changes an answer of the server.
	alter atomic.Pointer[func(*http.Response) error]
}

func newS3Proxy(server string) (*s3Proxy, error) {
	target, err := url.Parse(server)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &s3Proxy{endpoint: "http://" + listener.Addr().String()}
	forward := &httputil.ReverseProxy{
		// The signature is over the host that the client asked: it stays.
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = target.Scheme, target.Host
			r.Out.Host = r.In.Host
		},
		ModifyResponse: func(response *http.Response) error {
			if alter := p.alter.Load(); alter != nil { //nolint:bodyclose // ReverseProxy closes it.
				return (*alter)(response)
			}
			return nil
		},
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	go func() {
		_ = http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { //nolint:gosec // It lives as long as the test.
			p.serve(w, r, forward)
		}))
	}()
	return p, nil
}

func (p *s3Proxy) serve(w http.ResponseWriter, r *http.Request, forward http.Handler) {
	c := p.controller.Load()
	if c == nil || c.dead.Err() != nil {
		panic(http.ErrAbortHandler)
	}
	if spoil := p.spoil.Load(); spoil != nil && (*spoil)(w, r) {
		return
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		forward.ServeHTTP(w, r)
		return
	}
	// Without the namespace, which is another in each life.
	kind := "S3 " + strings.ToLower(r.Method) + " " + path.Base(r.URL.Path)
	if r.URL.Query().Has("delete") {
		kind = "S3 delete objects"
	}
	err := c.pass(kind, func() error {
		answer := newRecorder()
		forward.ServeHTTP(answer, r)
		if c.dead.Err() != nil {
			return errDead
		}
		answer.replay(w)
		return nil
	})
	if err != nil {
		panic(http.ErrAbortHandler)
	}
}

// recorder keeps a small answer until it is known whether the controller lives to hear it.
type recorder struct {
	header http.Header
	code   int
	body   strings.Builder
}

func newRecorder() *recorder { return &recorder{header: http.Header{}, code: http.StatusOK} }

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(code int)        { r.code = code }
func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }

func (r *recorder) replay(w http.ResponseWriter) {
	for key, values := range r.header {
		w.Header()[key] = values
	}
	w.WriteHeader(r.code)
	_, _ = io.WriteString(w, r.body.String())
}
