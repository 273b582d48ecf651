package faults

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"k8s.io/client-go/rest"

	"github.com/compute-to-data/terraform-provider-c2d/controller/manager"
)

// point is a write at which the controller dies: the nth of its kind, before it happens, or after it has happened and
// before the answer is heard.
type point struct {
	write string
	nth   int
	after bool
}

func (p point) String() string {
	when := "before"
	if p.after {
		when = "after"
	}
	return fmt.Sprintf("%s %s (%d)", when, p.write, p.nth)
}

// controller is one incarnation of the controller: the whole of it, in this process. Its only ways to the world, the API
// server and S3, lead through here. Once dead it can do nothing more.
type controller struct {
	// dead is done when the controller is dead, and ended closed when nothing of it runs any more.
	dead  context.Context
	die   context.CancelFunc
	ended chan struct{}
	fault fault

	mutex  sync.Mutex
	point  *point
	counts map[string]int
	writes []write
}

// write that the controller attempted.
type write struct {
	kind string
	nth  int
}

var errDead = errors.New("this controller is dead")

// clock of all controllers: ahead of the true time by so much.
var ahead atomic.Int64

func now() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }

// startController starts an incarnation that suffers from a fault.
func startController(f fault) *controller {
	ctx, cancel := context.WithCancel(context.Background())
	c := &controller{dead: ctx, die: cancel, ended: make(chan struct{}), fault: f}
	c.arm(nil)
	own := rest.CopyConfig(config)
	// Text, so that faults can tell events apart.
	own.ContentType, own.AcceptContentTypes = "application/json", "application/json"
	own.Wrap(func(next http.RoundTripper) http.RoundTripper { return &line{c, next} })
	proxy.controller.Store(c)
	go func() {
		defer close(c.ended)
		// A controller that cannot start ends, and is started again by the kubelet.
		for ctx.Err() == nil {
			_ = manager.Run(ctx, own, manager.Options{
				Namespace: systemNamespace, SandboxNamespaces: []string{sandboxNamespace}, AgentImage: "agent@sha256:00",
				APIServer: "10.96.0.1:443", MetricsAddress: "0", HealthAddress: "0", Several: true, Now: now,
				ChainPace: chainPace, GatewayURL: far.url, GatewayTokenFile: far.tokenFile,
				DialCanary: func(context.Context, string) error { return nil },
			})
		}
	}()
	return c
}

// arm the controller to die at a point, counting from here.
func (c *controller) arm(p *point) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.point, c.counts, c.writes = p, map[string]int{}, nil
}

func (c *controller) written() []write {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return append([]write(nil), c.writes...)
}

func (c *controller) stop() {
	c.die()
	<-c.ended
}

// pass a write on, unless the controller dies of it.
func (c *controller) pass(kind string, do func() error) error {
	c.mutex.Lock()
	if c.dead.Err() != nil {
		c.mutex.Unlock()
		return errDead
	}
	c.counts[kind]++
	w := write{kind, c.counts[kind]}
	c.writes = append(c.writes, w)
	fatal := c.point != nil && c.point.write == kind && c.point.nth == w.nth
	after := fatal && c.point.after
	if fatal && !after {
		c.die()
	}
	c.mutex.Unlock()
	if fatal && !after {
		return errDead
	}
	err := do()
	if after {
		c.die()
		return errDead
	}
	return err
}

// line of a controller to the API server.
type line struct {
	controller *controller
	next       http.RoundTripper
}

func (l *line) RoundTrip(request *http.Request) (*http.Response, error) {
	c := l.controller
	if c.dead.Err() != nil {
		return nil, errDead
	}
	if response, err := c.fault.refuse(request); response != nil || err != nil {
		return response, err
	}
	kind, counts := kindOfWrite(request)
	if !counts {
		response, err := l.next.RoundTrip(request)
		if err == nil && request.URL.Query().Get("watch") != "" {
			response.Body = c.fault.distort(request, response.Body)
		}
		return response, err
	}
	if kind == "create pods" {
		money.lookBehind(request)
	}
	var response *http.Response
	err := c.pass(kind, func() (err error) {
		response, err = l.next.RoundTrip(request) //nolint:bodyclose // hear closes it.
		if err == nil {
			err = hear(response)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return response, nil
}

// hear all of an answer, so that the write it answers has happened.
func hear(response *http.Response) error {
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	response.Body = io.NopCloser(bytes.NewReader(body))
	return err
}

var uid = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// kindOfWrite names a write without what differs from one attempt to the next. Events, and questions that are asked with
// POST, are none.
func kindOfWrite(request *http.Request) (kind string, counts bool) {
	verb := map[string]string{
		http.MethodPost: "create", http.MethodPut: "update", http.MethodPatch: "patch", http.MethodDelete: "delete",
	}[request.Method]
	if verb == "patch" && strings.Contains(request.Header.Get("Content-Type"), "apply") {
		verb = "apply"
	}
	_, object, _ := strings.Cut(strings.TrimPrefix(request.URL.Path, "/"), "/")
	if !strings.HasPrefix(request.URL.Path, "/api/") {
		_, object, _ = strings.Cut(object, "/")
	}
	_, object, _ = strings.Cut(object, "/")
	parts := strings.Split(object, "/")
	if len(parts) > 2 && parts[0] == "namespaces" {
		parts = parts[2:]
	}
	switch parts[0] {
	case "events", "leases", "subjectaccessreviews", "selfsubjectaccessreviews", "tokenreviews":
		return "", false
	}
	for i := range parts {
		parts[i] = uid.ReplaceAllString(parts[i], "UID")
	}
	return verb + " " + strings.Join(parts, "/"), verb != ""
}
