package terminal

import (
	"strings"
	"testing"
	"unicode"
)

// Whatever an algorithm chose, a line of it steers no terminal.
func FuzzLine(f *testing.F) {
	f.Add("a\x1b[2Jb\u202ec\xff")
	f.Fuzz(func(t *testing.T, text string) {
		if line := Line(text); strings.ContainsFunc(line, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }) {
			t.Errorf("%q became %q", text, line)
		}
	})
}
