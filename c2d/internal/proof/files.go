// Package proof checks the files of a run against its manifest, and says in words what a manifest says.
package proof

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/compute-to-data/terraform-provider-c2d/sandbox"
)

// State of a file.
type State string

// States of a file.
const (
	// Same as the manifest says.
	Same State = "verified"
	// Missing from the folder.
	Missing State = "missing"
	// Different from what the manifest says.
	Different State = "different"
	// Unknown to the manifest.
	Unknown State = "unknown"
)

// File in the folder, or in the manifest.
type File struct {
	// Name is the path in the folder.
	Name  string `json:"name"`
	State State  `json:"state"`
	// Detail of a difference.
	Detail string `json:"detail,omitempty"`
}

// maxUnknown files that are named.
const maxUnknown = 20

// Files of a folder against those of a manifest, in its order, and then those that it does not know, of which the first
// are named. What leads out of the folder is not followed.
func Files(folder *os.Root, results []sandbox.ManifestResult) ([]File, error) {
	files := make([]File, 0, len(results))
	known := map[string]bool{sandbox.KeyManifest: true}
	for _, result := range results {
		known[result.Key()] = true
		file, err := check(folder, result)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	unknown := 0
	err := fs.WalkDir(folder.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || known[name] {
			return err
		}
		if unknown++; unknown <= maxUnknown {
			files = append(files, File{Name: name, State: Unknown})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look through the folder: %w", err)
	}
	if unknown > maxUnknown {
		files = append(files, File{Name: "...", State: Unknown, Detail: fmt.Sprintf("%d more", unknown-maxUnknown)})
	}
	return files, nil
}

// check one file.
func check(folder *os.Root, result sandbox.ManifestResult) (File, error) {
	file := File{Name: result.Key(), State: Same}
	opened, err := folder.Open(file.Name)
	if errors.Is(err, fs.ErrNotExist) {
		file.State = Missing
		return file, nil
	}
	if err != nil {
		return file, fmt.Errorf("open %q: %w", file.Name, err)
	}
	defer func() { _ = opened.Close() }()
	info, err := opened.Stat()
	if err != nil {
		return file, fmt.Errorf("look at %q: %w", file.Name, err)
	}
	if !info.Mode().IsRegular() {
		file.State, file.Detail = Different, "it is no regular file"
		return file, nil
	}
	if info.Size() != result.Bytes {
		file.State, file.Detail = Different, fmt.Sprintf("it has %d bytes, expected %d", info.Size(), result.Bytes)
		return file, nil
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, opened); err != nil {
		return file, fmt.Errorf("read %q: %w", file.Name, err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != result.SHA256 {
		file.State, file.Detail = Different, fmt.Sprintf("its SHA-256 is %s, expected %s", got, result.SHA256)
	}
	return file, nil
}

// Whole says whether every file of the manifest is there as it should be, and no other.
func Whole(files []File) bool {
	return !slices.ContainsFunc(files, func(f File) bool { return f.State != Same })
}
