package disclosure

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// sizes of pieces in which streams are pushed through.
var sizes = []int{1, 2, 3, 7, 64, 4096, 1 << 20}

func writeIn(w io.Writer, text []byte, size int) {
	for len(text) > 0 {
		n := min(size, len(text))
		// What was written may change afterwards.
		piece := slices.Clone(text[:n])
		_, _ = w.Write(piece)
		clear(piece)
		text = text[n:]
	}
}

func FuzzSearchFindsWhatIsThere(f *testing.F) {
	f.Add([]byte("abcdefgh\nbcdefghi"), []byte("xxabcdefghxx"), uint8(3))
	f.Add([]byte("aaaaaaaa\naaaaaaaab"), []byte("aaaaaaaaaaaaaaaaab"), uint8(1))
	f.Fuzz(func(t *testing.T, list, text []byte, size uint8) {
		var all []pattern
		for line := range bytes.SplitSeq(list, []byte("\n")) {
			if len(line) >= block && len(all) < 50 {
				all = append(all, pattern{bytes: line})
			}
		}
		s := newPatterns(all).stream()
		writeIn(s, text, int(size)+1)
		want := false
		for _, p := range all {
			want = want || bytes.Contains(text, p.bytes)
		}
		if (s.found >= 0) != want {
			t.Fatalf("found = %v, want %v: %q in %q", s.found >= 0, want, list, text)
		}
		if want && !bytes.HasPrefix(text[s.at:], all[s.found].bytes) {
			t.Fatalf("%q is not at byte %d of %q", all[s.found].bytes, s.at, text)
		}
	})
}

func gzipped(text []byte) []byte {
	var buffer bytes.Buffer
	w, _ := gzip.NewWriterLevel(&buffer, gzip.BestCompression)
	w.Name = "a name"
	_, _ = w.Write(text)
	_ = w.Close()
	return buffer.Bytes()
}

func zlibbed(text []byte) []byte {
	var buffer bytes.Buffer
	w := zlib.NewWriter(&buffer)
	_, _ = w.Write(text)
	_ = w.Close()
	return buffer.Bytes()
}

func zipped(text []byte) []byte {
	var buffer bytes.Buffer
	w := zip.NewWriter(&buffer)
	entry, _ := w.Create("an entry")
	_, _ = entry.Write(text)
	_ = w.Close()
	return buffer.Bytes()
}

func wrapped(text string) (lines string) {
	for len(text) > 76 {
		lines, text = lines+text[:76]+"\r\n", text[76:]
	}
	return lines + text
}

func noise(seed uint64, size int) []byte {
	random := rand.NewChaCha8([32]byte{byte(seed)})
	text := make([]byte, size)
	_, _ = random.Read(text)
	return text
}

func TestCanariesAreFoundInEveryForm(t *testing.T) {
	canaries, err := NewCanaries([]string{"another canary", "Erika Mustermann;1964-08-12"})
	if err != nil {
		t.Fatal(err)
	}
	const value = "Erika Mustermann;1964-08-12"
	table := []byte(strings.Repeat("a,b,c\n", 200) + value + "\n" + strings.Repeat("1,2,3\n", 300))
	big := append(noise(1, 300_000), table...)
	reversed := slices.Clone(table)
	slices.Reverse(reversed)
	wide := utf16.Encode([]rune(string(table)))
	var little, large []byte
	for _, unit := range wide {
		little, large = append(little, byte(unit), byte(unit>>8)), append(large, byte(unit>>8), byte(unit))
	}
	for name, test := range map[string]struct {
		text []byte
		want Check
	}{
		"plain":                        {table, CheckCanary},
		"across lines":                 {bytes.ReplaceAll(table, []byte(" Muster"), []byte(" \nMuster")), CheckCanary},
		"reversed":                     {reversed, CheckCanary},
		"hexadecimal":                  {[]byte(hex.EncodeToString(table)), CheckCanary},
		"upper hexadecimal":            {bytes.ToUpper([]byte(hex.EncodeToString(table))), CheckCanary},
		"base64":                       {[]byte(base64.StdEncoding.EncodeToString(table)), CheckCanary},
		"base64, shifted":              {[]byte(base64.StdEncoding.EncodeToString(append([]byte("x"), table...))), CheckCanary},
		"base64, shifted again":        {[]byte(base64.StdEncoding.EncodeToString(append([]byte("xy"), table...))), CheckCanary},
		"base64 in lines":              {[]byte(wrapped(base64.StdEncoding.EncodeToString(table))), CheckCanary},
		"URL-safe base64":              {[]byte(base64.URLEncoding.EncodeToString(table)), CheckCanary},
		"UTF-16":                       {little, CheckCanary},
		"UTF-16 of big endian":         {large, CheckCanary},
		"gzip":                         {gzipped(table), CheckCanary},
		"gzip within noise":            {slices.Concat(noise(2, 100_000), gzipped(table), noise(3, 100_000)), CheckCanary},
		"big gzip":                     {gzipped(big), CheckCanary},
		"zlib":                         {zlibbed(table), CheckCanary},
		"ZIP":                          {zipped(table), CheckCanary},
		"gzip whose checksum is wrong": {append(gzipped(table)[:len(gzipped(table))-8], "12345678"...), CheckCanary},
		"gzip without an end":          {gzipped(append(slices.Clone(table), noise(4, 9000)...))[:6000], CheckCanary},
		"too much looks like gzip":     {bytes.Repeat([]byte("\x1f\x8b\x08\x00"), 100_000), CheckCompressed},
		"streams within streams":       {bytes.Repeat([]byte("\x1f\x8b\x08\x04\x00\x00\x00\x00\x00\x00\xff\xff"), 20), CheckCompressed},
		"nothing":                      {bytes.ReplaceAll(table, []byte(value), []byte("somebody")), ""},
		"a part":                       {[]byte(value[1:]), ""},
		"noise":                        {noise(5, 1<<20), ""},
		"gzip of nothing":              {gzipped([]byte("nothing")), ""},
		"formulas":                     {[]byte(strings.Repeat("x^2 + y^2 = z^2, P(x) = 0\n", 3000)), ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, size := range sizes {
				if size < 7 && len(test.text) > 200_000 {
					continue
				}
				search := canaries.search()
				writeIn(search, test.text, size)
				verdicts := search.finish("place")
				if test.want == "" && len(verdicts) > 0 || test.want != "" && (len(verdicts) == 0 || verdicts[0].Check != test.want) {
					t.Fatalf("in pieces of %d: %v, want %q", size, verdicts, test.want)
				}
				for _, v := range verdicts {
					if strings.Contains(fmt.Sprint(v), "Erika") {
						t.Fatalf("the verdict gives the canary away: %v", v)
					}
				}
			}
		})
	}
}

func TestCompressedDataAreBounded(t *testing.T) {
	canaries, err := NewCanaries([]string{"a canary to look for"})
	if err != nil {
		t.Fatal(err)
	}
	bomb := gzipped(make([]byte, maxInflated+maxInflated/2))
	search := canaries.search()
	writeIn(search, bomb, chunkBytes)
	if verdicts := search.finish(""); len(verdicts) != 1 || verdicts[0].Check != CheckCompressed {
		t.Fatalf("%v, want %s", verdicts, CheckCompressed)
	}
}

func TestCanariesHaveBounds(t *testing.T) {
	for name, values := range map[string][]string{
		"short":     {"secret7"},
		"long":      {strings.Repeat("s", MaxCanaryBytes+1)},
		"lines":     {"secret\nsecret"},
		"many":      make([]string, MaxCanaries+1),
		"too large": slices.Repeat([]string{strings.Repeat("s", MaxCanaryBytes)}, MaxCanariesBytes/MaxCanaryBytes+1),
	} {
		if _, err := NewCanaries(values); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
	got := ParseCanaries(map[string][]byte{"b": []byte("one\r\n\n two \n"), "a": []byte("three")})
	if !slices.Equal(got, []string{"three", "one", "two"}) {
		t.Errorf("%q", got)
	}
}

func FuzzInflaterTakesAnything(f *testing.F) {
	f.Add(gzipped([]byte("hello")), uint8(3))
	f.Add(zlibbed([]byte("hello")), uint8(1))
	f.Add(zipped([]byte("hello")), uint8(1))
	f.Add([]byte("\x1f\x8b\x08\x1c\x00\x00\x00\x00\x00\x00\xff\xff"), uint8(1))
	canaries, err := NewCanaries([]string{"a canary to look for"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte, size uint8) {
		one, other := canaries.search(), canaries.search()
		writeIn(one, text, int(size)+1)
		writeIn(other, text, len(text)+1)
		a, b := one.finish(""), other.finish("")
		if (len(a) > 0) != (len(b) > 0) {
			t.Fatalf("in pieces %v, at once %v", a, b)
		}
	})
}
