package node

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/layout"
)

// A process that keeps dying is given up after this many restarts.
const maxRestarts = 10

// process is one program that the supervisor keeps alive.
type process struct {
	name      string
	binary    string
	arguments []string
	env       []string
	ready     func(context.Context) error // nil once the process serves

	mu       sync.Mutex
	running  bool
	restarts int
	last     string
}

func (p *process) component() layout.Component {
	p.mu.Lock()
	defer p.mu.Unlock()
	return layout.Component{Name: p.name, Running: p.running, Restarts: p.restarts, Last: p.last}
}

// supervise runs the process until ctx ends, again after each death; changed is told of each start and death.
func (p *process) supervise(ctx context.Context, cluster layout.Cluster, changed func()) {
	for attempt := 0; ctx.Err() == nil && attempt <= maxRestarts; attempt++ {
		if attempt > 0 {
			select {
			case <-ctx.Done():
				return
			case <-time.After(time.Second):
			}
		}
		err := p.runOnce(ctx, cluster, attempt, changed)
		p.mu.Lock()
		p.running, p.last = false, fmt.Sprint(err)
		p.mu.Unlock()
		changed()
	}
}

func (p *process) runOnce(ctx context.Context, cluster layout.Cluster, attempt int, changed func()) error {
	log, err := openLog(cluster.Log(p.name))
	if err != nil {
		return err
	}
	defer log.Close()
	command := exec.CommandContext(ctx, p.binary, p.arguments...)
	command.Dir = cluster.Dir
	command.Env = append(os.Environ(), p.env...)
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := command.Start(); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	p.mu.Lock()
	p.running, p.restarts = true, attempt
	p.mu.Unlock()
	changed()
	if err := command.Wait(); err != nil {
		return err
	}
	return fmt.Errorf("ended with exit status 0, expected it to run for good")
}

// awaitReady polls until the process serves. A process that dies meanwhile is an error at once.
func (p *process) awaitReady(ctx context.Context, cluster layout.Cluster, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for {
		err := p.ready(ctx)
		if err == nil {
			return nil
		}
		if last := p.component().Last; last != "" {
			return p.failure(cluster, "ended: "+last)
		}
		select {
		case <-ctx.Done():
			return p.failure(cluster, fmt.Sprintf("did not become ready within %s: %v", limit, err))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// failure tells what happened together with the end of the log.
func (p *process) failure(cluster layout.Cluster, what string) error {
	return fmt.Errorf("%s %s; its log is %s and ends with:\n%s", p.name, what, cluster.Log(p.name), tail(cluster.Log(p.name), 20))
}

func openLog(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}

// tail returns the last lines of a file, of at most 64 KiB.
func tail(path string, lines int) string {
	const most = 64 << 10
	file, err := os.Open(path)
	if err != nil {
		return err.Error()
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.Size() > most {
		if _, err := file.Seek(-most, io.SeekEnd); err != nil {
			return err.Error()
		}
	}
	text, err := io.ReadAll(io.LimitReader(file, most))
	if err != nil {
		return err.Error()
	}
	split := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	return string(bytes.Join(split[max(0, len(split)-lines):], []byte("\n")))
}
