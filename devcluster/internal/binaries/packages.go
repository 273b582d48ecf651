package binaries

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// need is a file that a Debian package brings; a bare name is looked for on the PATH.
type need struct{ file, debianPackage string }

var needs = []need{
	{"gcc", "gcc"},
	{"/usr/include/stdlib.h", "libc6-dev"},
	{"pkg-config", "pkg-config"},
	{"/usr/include/seccomp.h", "libseccomp-dev"},
	{"/usr/lib/cni/ptp", "containernetworking-plugins"},
	{"nft", "nftables"},
	{"conntrack", "conntrack"},
	{"nsenter", "util-linux"},
	{"mount", "mount"},
	{"npm", "npm"},
}

// missing lists the packages whose files are not there.
func missing(needs []need, present func(file string) bool) []string {
	var packages []string
	for _, n := range needs {
		if !present(n.file) && !slices.Contains(packages, n.debianPackage) {
			packages = append(packages, n.debianPackage)
		}
	}
	return packages
}

func present(file string) bool {
	if strings.HasPrefix(file, "/") {
		_, err := os.Stat(file)
		return err == nil
	}
	for _, dir := range []string{"/usr/sbin", "/sbin", "/usr/bin", "/bin"} {
		if _, err := os.Stat(dir + "/" + file); err == nil {
			return true
		}
	}
	_, err := exec.LookPath(file)
	return err == nil
}

// EnsurePackages installs the Debian packages that are missing where it may, and names them where it may not.
func EnsurePackages(ctx context.Context, progress io.Writer) error {
	packages := missing(needs, present)
	if len(packages) == 0 {
		return nil
	}
	install := "apt-get install --no-install-recommends " + strings.Join(packages, " ")
	if _, err := exec.LookPath("apt-get"); err != nil || os.Geteuid() != 0 {
		return fmt.Errorf("missing on this machine: %s; install them, on Debian as root: %s", strings.Join(packages, ", "), install)
	}
	done := announce(progress, "Installing Debian packages: "+strings.Join(packages, ", "))
	err := apt(ctx, append([]string{"install", "-y", "-q", "--no-install-recommends"}, packages...)...)
	if err != nil {
		// A fresh machine may have no package lists yet.
		if err = apt(ctx, "update", "-q"); err == nil {
			err = apt(ctx, append([]string{"install", "-y", "-q", "--no-install-recommends"}, packages...)...)
		}
	}
	done(err)
	if err != nil {
		return fmt.Errorf("install Debian packages: %w; install them yourself: %s", err, install)
	}
	return nil
}

func apt(ctx context.Context, arguments ...string) error {
	command := exec.CommandContext(ctx, "apt-get", arguments...)
	command.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("apt-get %s: %w\n%s", arguments[0], err, lastLines(out, 10))
	}
	return nil
}
