package faults

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
)

// fault is what is wrong with a controller's line to the API server, all the time. The zero value: nothing.
type fault struct {
	// answer, where set, may answer a request in place of the API server, or break its connection.
	answer func(*http.Request) (*http.Response, error)
	// lag, where set, says how much later than it happened the controller hears of a change to a resource.
	lag func(resource string) time.Duration
	// drop, where set, says whether the controller never hears of an event, the nth of its watch. Within a second the
	// watch ends then, and everything is listed anew.
	drop func(resource string, nth int) bool
	// away, where set, ends all watches while it is true.
	away func() bool
}

// event of a watch.
type event struct {
	Type   string `json:"type"`
	Object struct {
		Kind     string `json:"kind"`
		Metadata struct {
			Name        string            `json:"name"`
			Namespace   string            `json:"namespace"`
			Annotations map[string]string `json:"annotations"`
		} `json:"metadata"`
	} `json:"object"`
}

func (f fault) refuse(request *http.Request) (*http.Response, error) {
	if f.answer == nil {
		return nil, nil
	}
	return f.answer(request)
}

// relist is how long after an event was dropped its watch ends.
const relist = time.Second

// expired makes a client list everything anew.
const expired = `{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Expired","code":410,"message":"too old"}}` + "\n"

// heard is an event on its way.
type heard struct {
	text []byte
	at   time.Time
}

// distort what a watch tells.
func (f fault) distort(request *http.Request, body io.ReadCloser) io.ReadCloser {
	if f.lag == nil && f.drop == nil && f.away == nil {
		return body
	}
	parts := strings.Split(request.URL.Path, "/")
	w := &distortion{fault: f, resource: parts[len(parts)-1], body: body, events: make(chan heard, 1024), lost: make(chan struct{}, 1024)}
	// A watch that lists first is left alone until it has: no client takes a list without its middle.
	w.listing = request.URL.Query().Get("sendInitialEvents") == "true"
	reader, writer := io.Pipe()
	go w.read()
	go w.write(writer)
	return &struct {
		io.Reader
		io.Closer
	}{reader, closers{reader, body}}
}

// distortion of one watch.
type distortion struct {
	fault    fault
	resource string
	body     io.ReadCloser
	listing  bool
	events   chan heard
	lost     chan struct{}
}

func (d *distortion) read() {
	defer close(d.events)
	lines := bufio.NewReader(d.body)
	for nth := 0; ; {
		text, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var e event
		if err := json.Unmarshal(text, &e); err != nil {
			return
		}
		at := time.Now()
		if !d.listing && e.Type != "ERROR" && e.Type != "BOOKMARK" {
			nth++
			if d.fault.drop != nil && d.fault.drop(d.resource, nth) {
				d.lost <- struct{}{}
				continue
			}
			if d.fault.lag != nil {
				at = at.Add(d.fault.lag(d.resource))
			}
		}
		if e.Type == "BOOKMARK" && e.Object.Metadata.Annotations["k8s.io/initial-events-end"] == "true" {
			d.listing = false
		}
		d.events <- heard{text, at}
	}
}

func (d *distortion) write(to *io.PipeWriter) {
	defer func() { _ = to.Close(); _ = d.body.Close() }()
	var end <-chan time.Time
	for {
		select {
		case e, more := <-d.events:
			if !more {
				return
			}
			time.Sleep(time.Until(e.at))
			if _, err := to.Write(e.text); err != nil {
				return
			}
		case <-d.lost:
			if end == nil {
				end = time.After(relist)
			}
		case <-end:
			_, _ = io.WriteString(to, expired)
			return
		case <-time.After(tick):
			if d.fault.away != nil && d.fault.away() {
				return
			}
		}
	}
}

type closers []io.Closer

func (c closers) Close() error {
	for _, each := range c {
		_ = each.Close()
	}
	return nil
}

// answer of the API server's kind.
func answer(request *http.Request, code int, reason string) *http.Response {
	text, _ := json.Marshal(map[string]any{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "code": code, "message": "a fault of the test"})
	return &http.Response{
		Status: http.StatusText(code), StatusCode: code, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: request,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(text)), ContentLength: int64(len(text)),
	}
}
