// Package terminal writes what others have chosen, names and logs, so that it cannot steer anybody's terminal.
package terminal

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line makes a text one harmless line: control characters become visible, line breaks too.
func Line(text string) string {
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		if r == '\n' || r == '\t' {
			b.WriteByte(' ')
		} else {
			appendVisible(&b, r, text[:size])
		}
		text = text[size:]
	}
	return b.String()
}

// Visible is a writer that makes control characters visible on their way to w, and leaves line breaks and tabs as they are.
// A character may come in pieces; Flush writes a piece whose rest never came.
type Visible struct {
	w       io.Writer
	partial []byte
}

// NewVisible writer to w.
func NewVisible(w io.Writer) *Visible { return &Visible{w: w} }

// Write takes all of p, or fails.
func (v *Visible) Write(p []byte) (int, error) {
	rest := append(v.partial, p...)
	var b strings.Builder
	for len(rest) > 0 && utf8.FullRune(rest) {
		r, size := utf8.DecodeRune(rest)
		if r == '\r' && len(rest) == 1 {
			break // it may be half of a line break
		}
		switch {
		case r == '\r' && rest[1] == '\n':
		case r == '\n' || r == '\t':
			b.WriteRune(r)
		default:
			appendVisible(&b, r, string(rest[:size]))
		}
		rest = rest[size:]
	}
	v.partial = append([]byte(nil), rest...)
	if _, err := io.WriteString(v.w, b.String()); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Flush writes what is left.
func (v *Visible) Flush() error {
	var b strings.Builder
	for _, c := range v.partial {
		if c == '\r' {
			appendVisible(&b, '\r', "\r")
			continue
		}
		fmt.Fprintf(&b, `\x%02x`, c)
	}
	v.partial = nil
	_, err := io.WriteString(v.w, b.String())
	return err
}

// appendVisible writes r, which is what raw holds, in caret or backslash notation unless it prints as itself. Characters
// that turn the direction of the text around, or that have no width, do not.
func appendVisible(b *strings.Builder, r rune, raw string) {
	switch {
	case r == utf8.RuneError && len(raw) == 1:
		fmt.Fprintf(b, `\x%02x`, raw[0])
	case r < 0x20:
		b.WriteByte('^')
		b.WriteByte(byte(r) + '@')
	case r == 0x7f:
		b.WriteString("^?")
	case unicode.IsPrint(r) || unicode.Is(unicode.Zs, r):
		b.WriteString(raw)
	case r <= 0xffff:
		fmt.Fprintf(b, `\u%04x`, r)
	default:
		fmt.Fprintf(b, `\U%08x`, r)
	}
}
