package images

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/compute-to-data/terraform-provider-c2d/devcluster/internal/layout"
)

const architecture = runtime.GOARCH

// Serve is an image registry whose blobs lie in a directory and whose manifests are kept in memory.
func Serve(listener net.Listener, blobs string) error {
	handler := registry.New(registry.WithBlobHandler(registry.NewDiskBlobHandler(blobs)), registry.Logger(log.New(io.Discard, "", 0)))
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	return server.Serve(listener)
}

// Store is a running registry, seen from the host.
type Store struct {
	Blobs   string // its directory of blobs
	Address string // host:port
}

// Push puts an image into the registry, unless it is there, and returns the reference under which pods pull it.
// Blobs are written to the registry's directory, since the registry would hold an upload in memory as a whole.
func (s Store) Push(ctx context.Context, repository string, image v1.Image) (reference string, err error) {
	target, err := name.ParseReference(s.Address+"/"+repository, name.Insecure)
	if err != nil {
		return "", fmt.Errorf("image name %q: %w", repository, err)
	}
	digest, err := image.Digest()
	if err != nil {
		return "", err
	}
	reference = fmt.Sprintf("%s/%s@%s", layout.RegistryName, target.Context().RepositoryStr(), digest)
	if existing, err := remote.Head(target, remote.WithContext(ctx)); err == nil && existing.Digest == digest {
		return reference, nil
	}
	layers, err := image.Layers()
	if err != nil {
		return "", err
	}
	for _, layer := range layers {
		if err := s.writeBlob(layer); err != nil {
			return "", fmt.Errorf("write a layer of %s: %w", repository, err)
		}
	}
	if err := remote.Write(target, image, remote.WithContext(ctx)); err != nil {
		return "", fmt.Errorf("push %s: %w", repository, err)
	}
	return reference, nil
}

// writeBlob places a layer where the registry's disk handler looks for it.
func (s Store) writeBlob(layer v1.Layer) error {
	digest, err := layer.Digest()
	if err != nil {
		return err
	}
	path := filepath.Join(s.Blobs, digest.Algorithm, digest.Hex)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	content, err := layer.Compressed()
	if err != nil {
		return err
	}
	defer content.Close()
	temporary, err := os.CreateTemp(s.Blobs, "load-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	_, err = io.Copy(temporary, content)
	if err := errors.Join(err, temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
