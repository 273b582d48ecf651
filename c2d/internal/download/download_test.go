package download_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/download"
	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// server of contents under their keys. broken says after how many bytes of one answer the way breaks.
type server struct {
	contents map[string]string
	broken   int

	mutex  sync.Mutex
	opened map[string]int
	served int
}

func (s *server) Open(_ context.Context, file download.File, offset int64) (io.ReadCloser, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.opened == nil {
		s.opened = map[string]int{}
	}
	s.opened[file.Key()]++
	content, ok := s.contents[file.Key()]
	if !ok {
		return nil, gone{}
	}
	rest := content[min(int(offset), len(content)):]
	s.served += len(rest)
	if s.broken > 0 && len(rest) > s.broken {
		return io.NopCloser(io.MultiReader(strings.NewReader(rest[:s.broken]), failing{})), nil
	}
	return io.NopCloser(strings.NewReader(rest)), nil
}

type gone struct{}

func (gone) Error() string   { return "no such result" }
func (gone) Temporary() bool { return false }

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

func output(name, content string) download.File {
	sum := sha256.Sum256([]byte(content))
	return download.File{Name: name, Type: v1alpha1.ResultOutput, Bytes: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
}

// folder of a test.
func folder(t *testing.T) *os.Root {
	t.Helper()
	name := filepath.Join(t.TempDir(), "out")
	if err := os.Mkdir(name, 0o755); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	return root
}

func get(t *testing.T, root *os.Root, files []download.File, source download.Source) (download.Summary, error) {
	t.Helper()
	return download.Get(t.Context(), root, files, source, &download.Lines{Out: io.Discard})
}

func check(t *testing.T, root *os.Root, name, want string) {
	t.Helper()
	content, err := root.ReadFile(name)
	if err != nil || string(content) != want {
		t.Errorf("%s has %q (%v), want %q", name, content, err, want)
	}
}

// left lists what is in a folder.
func left(t *testing.T, root *os.Root) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(root.Name(), func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			name, _ := filepath.Rel(root.Name(), path)
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestGetManyAndAgain(t *testing.T) {
	source := &server{contents: map[string]string{"logs/algorithm.log": "done\n"}}
	log := output("algorithm.log", "done\n")
	log.Type = v1alpha1.ResultLog
	files := []download.File{log, output("empty", "")}
	source.contents["outputs/empty"] = ""
	for i := range 300 {
		name, content := fmt.Sprintf("folder %d/ü%d.csv", i%7, i), strings.Repeat(fmt.Sprint(i, ","), i)
		source.contents["outputs/"+name] = content
		files = append(files, output(name, content))
	}
	root := folder(t)
	summary, err := get(t, root, files, source)
	if err != nil || summary.Files != 302 || summary.Same != 0 {
		t.Fatalf("%+v, %v", summary, err)
	}
	for key, content := range source.contents {
		check(t, root, key, content)
	}
	if names := left(t, root); len(names) != 302 {
		t.Errorf("%d files are there, want 302", len(names))
	}

	// The second time only what has changed is brought.
	if err := root.WriteFile("outputs/folder 3/ü3.csv", []byte("tampered"), 0o644); err != nil {
		t.Fatal(err)
	}
	source.opened = nil
	summary, err = get(t, root, files, source)
	if err != nil || summary.Files != 1 || summary.Same != 301 || len(source.opened) != 1 {
		t.Errorf("%+v, %v, asked for %v", summary, err, source.opened)
	}
	check(t, root, "outputs/folder 3/ü3.csv", "3,3,3,")
}

func TestBrokenWaysAreGoneOnWith(t *testing.T) {
	content := strings.Repeat("0123456789", 1000)
	source := &server{contents: map[string]string{"outputs/model": content}, broken: 3333}
	root := folder(t)
	if _, err := get(t, root, []download.File{output("model", content)}, source); err != nil {
		t.Fatal(err)
	}
	check(t, root, "outputs/model", content)
	if source.opened["outputs/model"] != 4 {
		t.Errorf("opened %d times, want 4: each time from where it broke", source.opened["outputs/model"])
	}
}

func TestNextDownloadResumes(t *testing.T) {
	t.Parallel()
	content := strings.Repeat("0123456789", 1000)
	files := []download.File{output("model", content)}
	root := folder(t)
	short := &server{contents: map[string]string{"outputs/model": content[:7000]}}
	if _, err := get(t, root, files, short); err == nil || !strings.Contains(err.Error(), "ended after 7000 bytes, expected 10000") {
		t.Fatalf("error is %v", err)
	}
	source := &server{contents: map[string]string{"outputs/model": content}}
	if _, err := get(t, root, files, source); err != nil {
		t.Fatal(err)
	}
	check(t, root, "outputs/model", content)
	if source.served != 3000 {
		t.Errorf("%d bytes were brought the second time, want 3000", source.served)
	}
	if names := left(t, root); len(names) != 1 {
		t.Errorf("left behind: %v", names)
	}
}

// What an earlier download left may not be what it says.
func TestRottenRestIsStartedAnew(t *testing.T) {
	t.Parallel()
	content := strings.Repeat("0123456789", 1000)
	files := []download.File{output("model", content)}
	root := folder(t)
	_, _ = get(t, root, files, &server{contents: map[string]string{"outputs/model": strings.Repeat("x", 5000)}})
	if _, err := get(t, root, files, &server{contents: map[string]string{"outputs/model": content}}); err != nil {
		t.Fatal(err)
	}
	check(t, root, "outputs/model", content)
}

func TestWrongContentIsThrownAway(t *testing.T) {
	t.Parallel()
	file := output("model", "what the manifest vouches for")
	for name, test := range map[string]struct{ content, want string }{
		"other bytes":    {"what somebody else has put in", "expected " + file.SHA256},
		"too few bytes":  {"what", "ended after 4 bytes, expected 29"},
		"too many bytes": {"what somebody else has put in, and more", "expected " + file.SHA256},
	} {
		t.Run(name, func(t *testing.T) {
			root := folder(t)
			summary, err := get(t, root, []download.File{file, output("good", "good")}, &server{contents: map[string]string{"outputs/model": test.content, "outputs/good": "good"}})
			if err == nil || !strings.Contains(err.Error(), test.want) || summary.Failed != 1 {
				t.Errorf("%+v, error is %v, want %q", summary, err, test.want)
			}
			if _, err := root.Stat("outputs/model"); err == nil {
				t.Error("the file is there")
			}
			check(t, root, "outputs/good", "good")
		})
	}
}

func TestNamesStayInTheFolder(t *testing.T) {
	for _, name := range []string{"../../escaped", "a/../../../escaped", "/escaped", "..", ""} {
		t.Run(name, func(t *testing.T) {
			root := folder(t)
			file := output(name, "x")
			_, err := get(t, root, []download.File{file}, &server{contents: map[string]string{file.Key(): "x"}})
			if filepath.IsLocal(file.Key()) {
				// It is a strange name for a file within the folder.
				for _, there := range left(t, root) {
					if !filepath.IsLocal(there) {
						t.Errorf("%s is outside", there)
					}
				}
			} else if err == nil || !strings.Contains(err.Error(), "leads out of the folder") {
				t.Errorf("error is %v", err)
			}
			if _, err := os.Stat(filepath.Join(root.Name(), "..", "escaped")); err == nil {
				t.Error("a file is outside the folder")
			}
		})
	}
}

// A link that somebody has put into the folder leads nowhere.
func TestLinksInTheFolderLeadNowhere(t *testing.T) {
	root := folder(t)
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(root.Name(), "outputs")); err != nil {
		t.Fatal(err)
	}
	if _, err := get(t, root, []download.File{output("model", "x")}, &server{contents: map[string]string{"outputs/model": "x"}}); err == nil {
		t.Error("a file was written through a link that leads out of the folder")
	}
	if entries, _ := os.ReadDir(outside); len(entries) != 0 {
		t.Errorf("outside there is %v", entries)
	}
}

func TestLines(t *testing.T) {
	var out bytes.Buffer
	root := folder(t)
	files := []download.File{output("a\x1b[2J", "x")}
	if _, err := download.Get(t.Context(), root, files, &server{contents: map[string]string{"outputs/a\x1b[2J": "x"}}, &download.Lines{Out: &out}); err != nil {
		t.Fatal(err)
	}
	if want := "ok      outputs/a^[[2J  1 B\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

func TestBarsEnd(t *testing.T) {
	root := folder(t)
	files := []download.File{output("a", "x"), output("b", ""), output("c", "y")}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	bars := download.NewBars(ctx, io.Discard, files)
	_, err := download.Get(ctx, root, files, &server{contents: map[string]string{"outputs/a": "x", "outputs/b": ""}}, bars)
	bars.Wait()
	if err == nil || ctx.Err() != nil {
		t.Errorf("error is %v, and the drawing ended by %v", err, ctx.Err())
	}
}

func TestLinksSource(t *testing.T) {
	t.Parallel()
	content := strings.Repeat("0123456789", 1000)
	answers := 0
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch answers++; {
		case r.URL.Path == "/expired":
			w.WriteHeader(http.StatusForbidden)
		case answers == 1:
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			http.ServeContent(w, r, "", time.Time{}, strings.NewReader(content))
		}
	}))
	defer web.Close()
	root := folder(t)
	source := download.Links{"outputs/model": web.URL + "/model?signature=secret"}
	if _, err := get(t, root, []download.File{output("model", content)}, source); err != nil {
		t.Fatal(err)
	}
	check(t, root, "outputs/model", content)

	source = download.Links{"outputs/b": web.URL + "/expired?signature=secret", "outputs/c": "http://127.0.0.1:1/?signature=secret"}
	_, err := get(t, root, []download.File{output("b", "b")}, source)
	if err == nil || !strings.Contains(err.Error(), "no longer valid") || strings.Contains(err.Error(), "secret") {
		t.Errorf("error is %v", err)
	}
}
