package follow_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/compute-to-data/terraform-provider-c2d/c2d/internal/follow"
)

var errBroken = errors.New("connection reset")

// busy is an answer that says to come back.
type busy struct{ temporary bool }

func (busy) Error() string     { return "busy" }
func (b busy) Temporary() bool { return b.temporary }

// attempt to read a log: what comes, and how it ends.
type attempt struct {
	text string
	end  error // nil: the end of the log
	open error
}

func (a attempt) reader() io.ReadCloser {
	if a.end == nil {
		return io.NopCloser(strings.NewReader(a.text))
	}
	return io.NopCloser(io.MultiReader(strings.NewReader(a.text), failing{a.end}))
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestCopy(t *testing.T) {
	for name, test := range map[string]struct {
		attempts []attempt
		// over after that many attempts
		over    int
		want    string
		wantErr string
		notes   int
	}{
		"at once":                     {attempts: []attempt{{text: "a\nb\n"}}, want: "a\nb\n"},
		"broken in the middle":        {attempts: []attempt{{text: "a\nb", end: errBroken}, {text: "a\nb\nc\n"}}, want: "a\nb\nc\n", notes: 1},
		"broken while skipping":       {attempts: []attempt{{text: "abcd", end: errBroken}, {text: "ab", end: errBroken}, {text: "abcdef"}}, want: "abcdef", notes: 2},
		"gateway restarts":            {attempts: []attempt{{text: "a\n", end: errBroken}, {open: errBroken}, {open: busy{true}}, {text: "a\nb\n"}}, want: "a\nb\n", notes: 3},
		"ends while it still runs":    {attempts: []attempt{{text: "a\n"}, {text: "a\nb\n"}}, over: 2, want: "a\nb\n"},
		"busy at first":               {attempts: []attempt{{open: busy{true}}, {text: "a\n"}}, want: "a\n", notes: 1},
		"refused":                     {attempts: []attempt{{open: busy{false}}}, wantErr: "busy"},
		"out of reach from the start": {attempts: []attempt{{open: errBroken}}, wantErr: "connection reset"},
		"refused later":               {attempts: []attempt{{text: "a", end: errBroken}, {open: busy{false}}}, want: "a", wantErr: "busy", notes: 1},
		"reads differently":           {attempts: []attempt{{text: "abc", end: errBroken}, {text: "xyzdef"}}, want: "abcdef", notes: 2},
		"shorter than it was":         {attempts: []attempt{{text: "abc", end: errBroken}, {text: "ab"}}, want: "abc", notes: 1},
	} {
		t.Run(name, func(t *testing.T) {
			tried, notes := 0, 0
			var out strings.Builder
			err := follow.Log{
				Open: func(context.Context) (io.ReadCloser, error) {
					a := test.attempts[min(tried, len(test.attempts)-1)]
					tried++
					if a.open != nil {
						return nil, a.open
					}
					return a.reader(), nil
				},
				Over: func(context.Context) (bool, error) { return tried >= test.over, nil },
				Note: func(string) { notes++ },
			}.Copy(t.Context(), &out)
			if got := text(err); !strings.Contains(got, test.wantErr) || (test.wantErr == "") != (err == nil) {
				t.Errorf("error is %q, want %q", got, test.wantErr)
			}
			if out.String() != test.want {
				t.Errorf("got %q, want %q", out.String(), test.want)
			}
			if notes != test.notes {
				t.Errorf("%d notes, want %d", notes, test.notes)
			}
		})
	}
}

func TestCopyGivesUp(t *testing.T) {
	first := true
	err := follow.Log{
		Open: func(context.Context) (io.ReadCloser, error) {
			if first {
				first = false
				return attempt{text: "a", end: errBroken}.reader(), nil
			}
			return nil, errBroken
		},
		Note:     func(string) {},
		Patience: 300 * time.Millisecond,
	}.Copy(t.Context(), io.Discard)
	if !errors.Is(err, errBroken) {
		t.Errorf("error is %v", err)
	}
}

func TestCopyStopsWithItsReader(t *testing.T) {
	err := follow.Log{
		Open: func(context.Context) (io.ReadCloser, error) { return attempt{text: "a"}.reader(), nil },
		Over: func(context.Context) (bool, error) { return false, nil },
		Note: func(string) {},
	}.Copy(t.Context(), closed{})
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error is %v", err)
	}
}

type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
