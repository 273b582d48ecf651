// Package chain prepares the development chain: anvil, and a state in which Ocean's contracts are deployed and accounts
// hold money. Both are made once, when a cluster's programs are built, so that a chain starts as fast as its process.
//
// The contracts come as Ocean's npm package ships them. None of them is kept in this repository.
package chain

import (
	"context"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/layout"
)

// npmPackage is one version of a package, pinned by the hash that npm calls its integrity.
type npmPackage struct{ name, version, integrity string }

var (
	anvilPackage = npmPackage{
		"@foundry-rs/anvil-linux-amd64", "1.7.1",
		"sha512-+XmShybEaxfCrr0OUUZwYEy2OnYZt5pHH9TzBtLv3+VrK0O/ANuNSVEahqNhKHlgX7GRJ59383ofNhxkRWIYTg==",
	}
	contractsPackage = npmPackage{
		"@oceanprotocol/contracts", "2.6.0",
		"sha512-4K3TTM0q4VlBs7GLXzQkGMae576iAGHMARqMFcKXUUtfGyiT8KP4sP9IBsq8UUhu11R4JU2KTqXenHS8EWxrbA==",
	}
)

// Key changes with everything that the files made by Build depend on.
func Key() string {
	return fmt.Sprintf("%v %v %d %d", anvilPackage, contractsPackage, ChainID, recipeVersion)
}

// fetch returns the path of the package's tarball, which is downloaded once, by the npm client as it is set up on this
// machine. A file with another hash than the pinned one is never used.
func (p npmPackage) fetch(ctx context.Context) (string, error) {
	cache, err := layout.CacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "npm")
	path := filepath.Join(dir, strings.NewReplacer("@", "", "/", "-").Replace(p.name)+"-"+p.version+".tgz")
	if p.check(path) == nil {
		return path, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	temporary, err := os.MkdirTemp(dir, ".download-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(temporary)
	command := exec.CommandContext(ctx, "npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", temporary, p.name+"@"+p.version)
	command.Dir = temporary
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("fetch %s %s with npm: %w\n%s", p.name, p.version, err, out)
	}
	downloads, err := filepath.Glob(filepath.Join(temporary, "*.tgz"))
	if err != nil || len(downloads) != 1 {
		return "", fmt.Errorf("npm pack %s@%s left %d files, expected one (%w)", p.name, p.version, len(downloads), err)
	}
	if err := p.check(downloads[0]); err != nil {
		return "", err
	}
	return path, os.Rename(downloads[0], path)
}

func (p npmPackage) check(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	sum := sha512.Sum512(data)
	if got := "sha512-" + base64.StdEncoding.EncodeToString(sum[:]); got != p.integrity {
		return fmt.Errorf("%s %s: the package has hash %s, expected %s; see what the npm registry of this machine serves", p.name, p.version, got, p.integrity)
	}
	return nil
}

// supported says whether the development chain runs on this machine.
func supported() error {
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		return fmt.Errorf("the development chain runs on linux/amd64 only, where anvil is pinned by its hash; this is %s/%s", runtime.GOOS, runtime.GOARCH)
	}
	return nil
}
