// Package images makes container images without a container engine, and serves them to the cluster.
package images

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Options of an image. A zero User is 65532, which is nobody in particular.
type Options struct {
	User       string
	Entrypoint []string
	Env        []string
}

const blockSize = 512 // of a tar archive

// FromBinary makes an image that holds one static binary, as /NAME and as its entrypoint. Equal binaries and options give
// equal digests.
func FromBinary(path string, options Options) (v1.Image, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file; give the path of a static binary", path)
	}
	name := filepath.Base(path)
	if len(options.Entrypoint) == 0 {
		options.Entrypoint = []string{"/" + name}
	}
	var header bytes.Buffer
	writer := tar.NewWriter(&header)
	if err := writer.WriteHeader(&tar.Header{
		Name: name, Mode: 0o755, Size: info.Size(), Typeflag: tar.TypeReg, ModTime: time.Unix(0, 0), Format: tar.FormatUSTAR,
	}); err != nil {
		return nil, err
	}
	padding := make([]byte, (blockSize-info.Size()%blockSize)%blockSize+2*blockSize) // to the block's end, and the end mark
	return fromLayer(func() (io.ReadCloser, error) {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		archive := io.MultiReader(bytes.NewReader(header.Bytes()), file, bytes.NewReader(padding))
		return struct {
			io.Reader
			io.Closer
		}{archive, file}, nil
	}, options)
}

// FromRootfs makes an image of one layer, which is the given tar archive.
func FromRootfs(path string, options Options) (v1.Image, error) {
	return fromLayer(func() (io.ReadCloser, error) { return os.Open(path) }, options)
}

// FromArchive reads what `docker save` writes.
func FromArchive(path string) (v1.Image, error) {
	image, err := tarball.ImageFromPath(path, nil)
	if err != nil {
		return nil, fmt.Errorf("%s is not a docker archive of one image: %w", path, err)
	}
	return image, nil
}

func fromLayer(open func() (io.ReadCloser, error), options Options) (v1.Image, error) {
	layer, err := newPlainLayer(open)
	if err != nil {
		return nil, err
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	if image, err = mutate.AppendLayers(image, layer); err != nil {
		return nil, err
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", architecture
	config.Config.User = options.User
	if options.User == "" {
		config.Config.User = "65532:65532"
	}
	config.Config.Entrypoint, config.Config.Env = options.Entrypoint, options.Env
	return mutate.ConfigFile(image, config)
}

// plainLayer is a layer that is not compressed: over a loopback, compressing costs more than it saves.
type plainLayer struct {
	open   func() (io.ReadCloser, error)
	digest v1.Hash
	size   int64
}

func newPlainLayer(open func() (io.ReadCloser, error)) (*plainLayer, error) {
	content, err := open()
	if err != nil {
		return nil, err
	}
	digest, size, err := v1.SHA256(content)
	if err := errors.Join(err, content.Close()); err != nil {
		return nil, err
	}
	return &plainLayer{open, digest, size}, nil
}

func (l *plainLayer) Digest() (v1.Hash, error)             { return l.digest, nil }
func (l *plainLayer) DiffID() (v1.Hash, error)             { return l.digest, nil }
func (l *plainLayer) Compressed() (io.ReadCloser, error)   { return l.open() }
func (l *plainLayer) Uncompressed() (io.ReadCloser, error) { return l.open() }
func (l *plainLayer) Size() (int64, error)                 { return l.size, nil }
func (l *plainLayer) MediaType() (types.MediaType, error)  { return types.OCIUncompressedLayer, nil }
