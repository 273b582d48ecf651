package terminal

import (
	"strings"
	"testing"
	"time"
)

func TestLine(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"plain":              {"model.json", "model.json"},
		"other scripts":      {"résumé 模型 📈", "résumé 模型 📈"},
		"escape sequence":    {"\x1b[2Jgone", "^[[2Jgone"},
		"line breaks":        {"a\nb\tc\r", "a b c^M"},
		"delete":             {"a\x7f", "a^?"},
		"one-byte controls":  {"\u009b31m", `\u009b31m`},
		"turned around":      {"exe.\u202etxt", `exe.\u202etxt`},
		"no width":           {"a\u200bb", `a\u200bb`},
		"not UTF-8":          {"a\xffb", `a\xffb`},
		"outside the 16 bit": {"\U000e0041", `\U000e0041`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Line(test.text); got != test.want {
				t.Errorf("Line(%q) = %q, want %q", test.text, got, test.want)
			}
		})
	}
}

// Whatever pieces a log comes in, it reads the same.
func TestVisibleInPieces(t *testing.T) {
	const text = "epoch 1\r\n\x1b]0;owned\x07 ok\rback\t模型\xff\n"
	const want = "epoch 1\n^[]0;owned^G ok^Mback\t模型\\xff\n"
	for size := 1; size <= len(text); size++ {
		var b strings.Builder
		v := NewVisible(&b)
		for rest := text; rest != ""; {
			n := min(size, len(rest))
			if count, err := v.Write([]byte(rest[:n])); err != nil || count != n {
				t.Fatalf("Write = %d, %v; want %d", count, err, n)
			}
			rest = rest[n:]
		}
		if err := v.Flush(); err != nil {
			t.Fatal(err)
		}
		if b.String() != want {
			t.Errorf("in pieces of %d bytes: %q, want %q", size, b.String(), want)
		}
	}
}

func TestFlushWritesWhatIsLeft(t *testing.T) {
	var b strings.Builder
	v := NewVisible(&b)
	_, _ = v.Write([]byte("a\xe6\xa8"))
	if err := v.Flush(); err != nil || b.String() != `a\xe6\xa8` {
		t.Errorf("%q, %v", b.String(), err)
	}
}

func TestTable(t *testing.T) {
	table := NewTable("  ", "NAME", "SIZE")
	table.Row("a\nFAKE  row", Bytes(1536))
	table.Row("b", "")
	var b strings.Builder
	if err := table.Print(&b); err != nil {
		t.Fatal(err)
	}
	want := "  NAME          SIZE\n  a FAKE  row   1.5 KiB\n  b\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestUnits(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 5 << 30: "5.0 GiB"} {
		if got := Bytes(n); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", n, got, want)
		}
	}
	if got := Duration(90 * time.Second); got != "90s" {
		t.Errorf("Duration = %q", got)
	}
}
