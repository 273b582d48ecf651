package images

import (
	"archive/tar"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func digest(t *testing.T, path string, options Options) v1.Hash {
	t.Helper()
	image, err := FromBinary(path, options)
	if err != nil {
		t.Fatal(err)
	}
	hash, err := image.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

func TestDigestDependsOnContentAlone(t *testing.T) {
	one, same := write(t, "agent", "binary"), write(t, "agent", "binary")
	if err := os.Chmod(same, 0o400); err != nil {
		t.Fatal(err)
	}
	reference := digest(t, one, Options{})
	if digest(t, same, Options{}) != reference {
		t.Error("equal files give different digests")
	}
	for what, other := range map[string]v1.Hash{
		"content":    digest(t, write(t, "agent", "other!"), Options{}),
		"name":       digest(t, write(t, "agent2", "binary"), Options{}),
		"user":       digest(t, one, Options{User: "0"}),
		"entrypoint": digest(t, one, Options{Entrypoint: []string{"/agent", "run"}}),
		"env":        digest(t, one, Options{Env: []string{"A=b"}}),
	} {
		if other == reference {
			t.Errorf("the digest does not depend on the %s", what)
		}
	}
}

func TestFromBinary(t *testing.T) {
	for _, size := range []int{0, 1, blockSize - 1, blockSize, blockSize + 1} {
		content := strings.Repeat("x", size)
		image, err := FromBinary(write(t, "agent", content), Options{})
		if err != nil {
			t.Fatal(err)
		}
		layers, err := image.Layers()
		if err != nil || len(layers) != 1 {
			t.Fatalf("%d layers, %v", len(layers), err)
		}
		archive, err := layers[0].Uncompressed()
		if err != nil {
			t.Fatal(err)
		}
		reader := tar.NewReader(archive)
		header, err := reader.Next()
		if err != nil || header.Name != "agent" || header.Mode != 0o755 {
			t.Fatalf("size %d: header %v, %v", size, header, err)
		}
		if got, err := io.ReadAll(reader); err != nil || string(got) != content {
			t.Errorf("size %d: read %d bytes, %v", size, len(got), err)
		}
		if _, err := reader.Next(); err != io.EOF {
			t.Errorf("size %d: after the file: %v, want the end", size, err)
		}
		config, err := image.ConfigFile()
		if err != nil || config.Config.User != "65532:65532" || strings.Join(config.Config.Entrypoint, " ") != "/agent" {
			t.Errorf("config %+v, %v", config.Config, err)
		}
		if err := archive.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := FromBinary(t.TempDir(), Options{}); err == nil {
		t.Error("a directory was taken for a binary")
	}
}

func startRegistry(t *testing.T) Store {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	blobs := t.TempDir()
	go func() { _ = Serve(listener, blobs) }() // ends with the listener
	return Store{Blobs: blobs, Address: listener.Addr().String()}
}

func TestPush(t *testing.T) {
	store := startRegistry(t)
	image, err := FromBinary(write(t, "agent", "binary"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want, err := image.Digest()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time everything is there
		reference, err := store.Push(t.Context(), "c2d/agent:v1", image)
		if err != nil || reference != "registry.devcluster:5000/c2d/agent@"+want.String() {
			t.Fatalf("got %q, %v", reference, err)
		}
	}
	byDigest, err := name.ParseReference(store.Address+"/c2d/agent@"+want.String(), name.Insecure)
	if err != nil {
		t.Fatal(err)
	}
	pulled, err := remote.Image(byDigest)
	if err != nil {
		t.Fatal(err)
	}
	layers, err := pulled.Layers()
	if err != nil {
		t.Fatal(err)
	}
	content, err := layers[0].Compressed()
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	if got, err := io.ReadAll(content); err != nil || !strings.Contains(string(got), "binary") {
		t.Errorf("pulled %d bytes, %v", len(got), err)
	}
	if _, err := store.Push(t.Context(), "Not A Name", image); err == nil {
		t.Error("a name that is none was taken")
	}
}

func TestFromArchive(t *testing.T) {
	image, err := FromBinary(write(t, "agent", "binary"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	tag, err := name.NewTag("example.com/agent:v1")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "archive.tar")
	if err := tarball.WriteToFile(path, tag, image); err != nil {
		t.Fatal(err)
	}
	read, err := FromArchive(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := startRegistry(t).Push(t.Context(), "agent", read); err != nil {
		t.Error(err)
	}
	if _, err := FromArchive(write(t, "text", "no archive")); err == nil {
		t.Error("a text was taken for an archive")
	}
}
