package disclosure

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
)

// Bounds of canaries.
const (
	MinCanaryBytes = 8
	MaxCanaryBytes = 256
	MaxCanaries    = 1000
	// MaxCanariesBytes of all together.
	MaxCanariesBytes = 64 << 10
)

// Canaries are values that must not appear. Nil and the zero value have none. They are safe for concurrent use.
type Canaries struct{ patterns *patterns }

// NewCanaries from values. Its errors name no value, but its place in the list.
func NewCanaries(values []string) (*Canaries, error) {
	if len(values) > MaxCanaries {
		return nil, fmt.Errorf("there are %d canaries, at most %d are allowed", len(values), MaxCanaries)
	}
	var list []pattern
	total := 0
	for i, value := range values {
		if total += len(value); total > MaxCanariesBytes {
			return nil, fmt.Errorf("the canaries have more than %d bytes together", MaxCanariesBytes)
		}
		if len(value) < MinCanaryBytes || len(value) > MaxCanaryBytes {
			return nil, fmt.Errorf("canary %d has %d bytes, expected %d to %d", i+1, len(value), MinCanaryBytes, MaxCanaryBytes)
		}
		if strings.ContainsAny(value, "\r\n") {
			return nil, fmt.Errorf("canary %d has more than one line", i+1)
		}
		for form, encoded := range forms([]byte(value)) {
			list = append(list, pattern{bytes: encoded, what: fmt.Sprintf("canary %d, %s", i+1, form)})
		}
	}
	return &Canaries{patterns: newPatterns(list)}, nil
}

// ParseCanaries from the values of a Secret: each line of each is a canary.
func ParseCanaries(data map[string][]byte) (values []string) {
	for _, key := range sortedKeys(data) {
		for line := range strings.Lines(string(data[key])) {
			if line = strings.TrimSpace(line); line != "" {
				values = append(values, line)
			}
		}
	}
	return values
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// Any says whether there is anything to look for.
func (c *Canaries) Any() bool { return c != nil && c.patterns != nil && len(c.patterns.list) > 0 }

// forms in which a value is looked for.
func forms(value []byte) map[string][]byte {
	reversed := slices.Clone(value)
	slices.Reverse(reversed)
	all := map[string][]byte{
		"plain":                value,
		"reversed":             reversed,
		"hexadecimal":          []byte(hex.EncodeToString(value)),
		"upper hexadecimal":    bytes.ToUpper([]byte(hex.EncodeToString(value))),
		"UTF-16":               utf16Of(value, 1),
		"UTF-16 of big endian": utf16Of(value, 0),
	}
	for offset := range 3 {
		name := fmt.Sprintf("base64 at offset %d", offset)
		all[name] = base64At(base64.RawStdEncoding, value, offset)
		all["URL-safe "+name] = base64At(base64.RawURLEncoding, value, offset)
	}
	seen := map[string]bool{}
	for _, form := range sortedKeys(all) {
		// Line breaks are taken out of what is searched.
		encoded := withoutBreaks(nil, all[form])
		if len(encoded) < MinCanaryBytes || seen[string(encoded)] {
			delete(all, form)
			continue
		}
		seen[string(encoded)] = true
		all[form] = encoded
	}
	return all
}

// base64At is what of a value's base64 does not depend on what stands before and behind it, where it begins at an offset
// within three bytes.
func base64At(encoding *base64.Encoding, value []byte, offset int) []byte {
	encoded := encoding.EncodeToString(append(make([]byte, offset), value...))
	first := (offset*8 + 5) / 6
	whole := (offset + len(value)) * 8 / 6
	return []byte(encoded[first:whole])
}

// utf16Of a text, with its low bytes at even (low = 1: little endian) or odd places.
func utf16Of(value []byte, low int) []byte {
	var encoded []byte
	for _, unit := range utf16.Encode([]rune(string(value))) {
		if low == 1 {
			encoded = append(encoded, byte(unit), byte(unit>>8))
		} else {
			encoded = append(encoded, byte(unit>>8), byte(unit))
		}
	}
	return encoded
}

// withoutBreaks appends a text without its line breaks: tools break base64 into lines.
func withoutBreaks(to, text []byte) []byte {
	begin := 0
	for i, b := range text {
		if b == '\n' || b == '\r' {
			to = append(to, text[begin:i]...)
			begin = i + 1
		}
	}
	return append(to, text[begin:]...)
}

// canarySearch of one stream, plain and within what is compressed.
type canarySearch struct {
	*search
	inflate *inflater
	scratch []byte
}

// errFound ends what looked for a canary.
var errFound = errors.New("a canary was found")

func (c *Canaries) search() *canarySearch {
	return &canarySearch{search: c.patterns.stream(), inflate: newInflater(func() io.Writer {
		return &canarySearch{search: c.patterns.stream()}
	})}
}

// Write answers errFound once there is one, where it looks into what is compressed.
func (c *canarySearch) Write(text []byte) (int, error) {
	c.scratch = withoutBreaks(c.scratch[:0], text)
	if _, err := c.search.Write(c.scratch); err != nil {
		return 0, err
	}
	if c.inflate != nil {
		_, _ = c.inflate.Write(text)
	} else if c.found >= 0 {
		return 0, &canaryFound{c.list[c.found].what}
	}
	return len(text), nil
}

type canaryFound struct{ what string }

func (c *canaryFound) Error() string { return errFound.Error() }
func (c *canaryFound) Unwrap() error { return errFound }

// finish the search.
func (c *canarySearch) finish(place string) (verdicts []Verdict) {
	if c.found >= 0 {
		verdicts = append(verdicts, Verdict{Refuse, CheckCanary, place, fmt.Sprintf("has %s, near byte %d", c.list[c.found].what, c.at)})
	}
	return append(verdicts, c.inflate.finish(place)...)
}
