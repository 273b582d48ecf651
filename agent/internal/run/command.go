package run

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/mattn/go-shellwords"
	"golang.org/x/sys/unix"
)

// command to execute: a path and all words, the command's own name first.
type command struct {
	path  string
	words []string
}

// resolve what to execute, in the image as the algorithm sees it.
func (o options) resolve() (command, error) {
	words := o.command
	if o.entrypoint != "" {
		if shell, ok := shell(); ok {
			return command{path: shell, words: []string{"sh", "-c", o.entrypoint}}, nil
		}
		parser := shellwords.NewParser()
		parser.ParseEnv, parser.ParseBacktick = false, false
		var err error
		if words, err = parser.Parse(o.entrypoint); err != nil {
			return command{}, fmt.Errorf("the image has no shell, and the entrypoint cannot be split into words: %w", err)
		}
		if parser.Position >= 0 {
			return command{}, fmt.Errorf("the image has no shell, and the entrypoint needs one from its character %d on", parser.Position)
		}
	}
	if len(words) == 0 || words[0] == "" {
		return command{}, fmt.Errorf("the command is empty: %w", fs.ErrNotExist)
	}
	path, err := lookUp(words[0])
	return command{path: path, words: words}, err
}

// shell of the image.
func shell() (string, bool) {
	if executable("/bin/sh") == nil {
		return "/bin/sh", true
	}
	path, err := lookUp("sh")
	return path, err == nil
}

// lookUp a command as execvp does: a name without a slash is looked for in PATH.
func lookUp(name string) (string, error) {
	if strings.Contains(name, "/") {
		return name, executable(name)
	}
	path := os.Getenv("PATH")
	if path == "" {
		path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	}
	found := fmt.Errorf("%q is not in PATH (%s): %w", name, path, fs.ErrNotExist)
	for _, folder := range filepath.SplitList(path) {
		candidate := filepath.Join("/", folder, name)
		err := executable(candidate)
		if err == nil {
			return candidate, nil
		}
		if _, statErr := os.Stat(candidate); statErr == nil {
			found = err
		}
	}
	return "", found
}

func executable(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return fmt.Errorf("%s is a folder: %w", path, fs.ErrPermission)
	}
	if err := unix.Access(path, unix.X_OK); err != nil {
		return fmt.Errorf("%s may not be executed: %w", path, err)
	}
	return nil
}
