package binaries

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/chain"
	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/layout"
)

// Dir says where the binaries of this source lie, built or not.
func Dir(ctx context.Context, source Source) (string, error) {
	dir, _, err := plan(ctx, source)
	return dir, err
}

func plan(ctx context.Context, source Source) (dir string, list []recipe, err error) {
	kubernetes, err := requiredVersion(source.GoMod, "k8s.io/kubernetes")
	if err != nil {
		return "", nil, err
	}
	goVersion, err := exec.CommandContext(ctx, "go", "env", "GOVERSION").Output()
	if err != nil {
		return "", nil, fmt.Errorf("ask go for its version: %w; put Go on the PATH", err)
	}
	cache, err := layout.CacheDir()
	if err != nil {
		return "", nil, err
	}
	list = recipes(kubernetes)
	return filepath.Join(cache, "bin", key(source, list, strings.TrimSpace(string(goVersion)))), list, nil
}

// Build makes what is missing, which takes the packages that EnsurePackages sees to, and returns the directory of the binaries. The directory appears as a whole or not at all;
// a build that was cut short is resumed by Go's own build cache. Built says whether there was anything to do.
func Build(ctx context.Context, source Source, progress io.Writer) (dir string, built bool, err error) {
	dir, list, err := plan(ctx, source)
	if err != nil {
		return "", false, err
	}
	if _, err := os.Stat(dir); err == nil {
		return dir, false, nil
	}
	lock, err := layout.Acquire(ctx, dir+".lock", func() {
		fmt.Fprintln(progress, "Another devcluster builds the same binaries; waiting for it.")
	})
	if err != nil {
		return "", false, err
	}
	defer lock.Release()
	if _, err := os.Stat(dir); err == nil {
		return dir, false, nil
	}

	unfinished := dir + ".unfinished"
	module := filepath.Join(unfinished, "module")
	if err := errors.Join(
		os.RemoveAll(unfinished),
		layout.WriteFile(filepath.Join(module, "go.mod"), source.GoMod, 0o644),
		layout.WriteFile(filepath.Join(module, "go.sum"), source.GoSum, 0o644),
		layout.WriteFile(filepath.Join(module, "pause", "main.go"), source.Pause, 0o644),
	); err != nil {
		return "", false, fmt.Errorf("prepare the build: %w", err)
	}
	defer os.RemoveAll(unfinished)
	fmt.Fprintln(progress, "Building Kubernetes, etcd, containerd, runc and the S3 server from source. The first time takes 10 to 25 minutes.")
	done := announce(progress, "development chain, from npm")
	err = chain.Build(ctx, filepath.Join(unfinished, "bin"))
	done(err)
	if err != nil {
		return "", false, err
	}
	for i, r := range list {
		done := announce(progress, fmt.Sprintf("[%d/%d] %s", i+1, len(list), r.name))
		err := compile(ctx, r, module, filepath.Join(unfinished, "bin", r.name))
		done(err)
		if err != nil {
			return "", false, err
		}
	}
	if err := os.Rename(filepath.Join(unfinished, "bin"), dir); err != nil {
		return "", false, fmt.Errorf("put the binaries in place: %w", err)
	}
	return dir, true, prune(filepath.Dir(dir))
}

// keptBuilds is how many builds stay, the newest; each takes most of a gigabyte.
const keptBuilds = 3

// prune removes old builds that no cluster uses.
func prune(builds string) error {
	clusters, err := layout.All()
	if err != nil {
		return err
	}
	inUse := map[string]bool{}
	for _, cluster := range clusters {
		if record, err := cluster.ReadRecord(); err == nil && record != nil {
			inUse[record.Binaries] = true
		}
	}
	entries, err := os.ReadDir(builds)
	if err != nil {
		return err
	}
	var infos []fs.FileInfo
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && entry.IsDir() && !strings.Contains(entry.Name(), ".") {
			infos = append(infos, info)
		}
	}
	slices.SortFunc(infos, func(a, b fs.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	for _, info := range infos[min(keptBuilds, len(infos)):] {
		if path := filepath.Join(builds, info.Name()); !inUse[path] {
			if err := os.RemoveAll(path); err != nil {
				return fmt.Errorf("remove an old build: %w", err)
			}
		}
	}
	return nil
}

func compile(ctx context.Context, r recipe, module, output string) error {
	command := exec.CommandContext(ctx, "go", r.arguments(output)...)
	command.Dir = module
	command.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly")
	if r.static {
		command.Env = append(command.Env, "CGO_ENABLED=0")
	}
	if out, err := command.CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("build %s (%s): %w\n%s", r.name, r.pkg, err, lastLines(out, 20))
	}
	return nil
}

// announce prints what begins, on a terminal with a running clock, and returns what ends the line.
func announce(w io.Writer, what string) (done func(error)) {
	start := time.Now()
	seconds := func() int { return int(time.Since(start).Seconds()) }
	finished := make(chan struct{})
	stopped := make(chan struct{})
	terminal := isTerminal(w)
	fmt.Fprintf(w, "%s ...", what)
	go func() {
		defer close(stopped)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-finished:
				return
			case <-tick.C:
				if terminal {
					fmt.Fprintf(w, "\r%s ... %d s", what, seconds())
				}
			}
		}
	}()
	return func(err error) {
		close(finished)
		<-stopped
		if terminal {
			fmt.Fprintf(w, "\r%s ...", what)
		}
		outcome := ""
		if err != nil {
			outcome = ", failed"
		}
		fmt.Fprintf(w, " %d s%s\n", seconds(), outcome)
	}
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func lastLines(text []byte, n int) []byte {
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	return bytes.Join(lines[max(0, len(lines)-n):], []byte("\n"))
}
