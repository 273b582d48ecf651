package disclosure

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestEnterJudgesKindsAndNames(t *testing.T) {
	deep := strings.Repeat("d/", MaxDepth)
	for _, test := range []struct {
		name  string
		entry Entry
		want  Check
	}{
		{"file", Entry{Path: "model.json", Links: 1}, ""},
		{"folder", Entry{Path: "plots", Mode: fs.ModeDir, Links: 3}, ""},
		{"hidden file", Entry{Path: ".config", Links: 1}, ""},
		{"inner spaces and letters of the world", Entry{Path: "Größe über 自然.csv", Links: 1}, ""},
		{"as deep as allowed", Entry{Path: strings.TrimSuffix(deep, "/"), Links: 1}, ""},
		{"as long as allowed", Entry{Path: strings.Repeat("x", MaxPathBytes), Links: 1}, ""},
		{"set-uid file", Entry{Path: "a", Mode: fs.ModeSetuid | 0o755, Links: 1}, ""},

		{"symbolic link", Entry{Path: "a", Mode: fs.ModeSymlink, Links: 1}, CheckRegularFile},
		{"FIFO", Entry{Path: "a", Mode: fs.ModeNamedPipe, Links: 1}, CheckRegularFile},
		{"socket", Entry{Path: "a", Mode: fs.ModeSocket, Links: 1}, CheckRegularFile},
		{"block device", Entry{Path: "a", Mode: fs.ModeDevice, Links: 1}, CheckRegularFile},
		{"character device", Entry{Path: "a", Mode: fs.ModeDevice | fs.ModeCharDevice, Links: 1}, CheckRegularFile},
		{"unknown kind", Entry{Path: "a", Mode: fs.ModeIrregular, Links: 1}, CheckRegularFile},
		{"hard link", Entry{Path: "a", Links: 2}, CheckHardLink},
		{"too deep", Entry{Path: deep + "x", Links: 1}, CheckDepth},
		{"too long", Entry{Path: strings.Repeat("x", MaxPathBytes+1), Links: 1}, CheckNameLength},
		{"not UTF-8", Entry{Path: "a\xff", Links: 1}, CheckName},
		{"newline", Entry{Path: "a\nb", Links: 1}, CheckName},
		{"escape sequence", Entry{Path: "a\x1b[31m", Links: 1}, CheckName},
		{"turned direction", Entry{Path: "a\u202egpj.exe", Links: 1}, CheckName},
		{"invisible", Entry{Path: "a\u200bb", Links: 1}, CheckName},
		{"line separator", Entry{Path: "a\u2028b", Links: 1}, CheckName},
		{"backslash", Entry{Path: `a\b`, Links: 1}, CheckName},
		{"leading space", Entry{Path: "plots/ a", Links: 1}, CheckName},
		{"trailing space", Entry{Path: "a /b", Links: 1}, CheckName},
		{"trailing wide space", Entry{Path: "a\u3000", Links: 1}, CheckName},
		{"only dots", Entry{Path: "a/.../b", Links: 1}, CheckName},
		{"parent", Entry{Path: "../b", Links: 1}, CheckName},
		{"absolute", Entry{Path: "/etc/passwd", Links: 1}, CheckName},
		{"empty", Entry{Path: "", Links: 1}, CheckName},
	} {
		t.Run(test.name, func(t *testing.T) {
			j := NewJudgement(Strictest())
			passed := j.Enter(test.entry)
			if passed != (test.want == "") || j.Refused() == passed {
				t.Fatalf("passed = %v, refused = %v, want check %q", passed, j.Refused(), test.want)
			}
			if !passed && j.Verdicts()[0].Check != test.want {
				t.Fatalf("check %q, want %q (%s)", j.Verdicts()[0].Check, test.want, j.Verdicts()[0].Detail)
			}
		})
	}
}

func TestEnterRefusesNamesThatCollide(t *testing.T) {
	for _, test := range []struct{ first, second string }{
		{"Model.json", "model.JSON"},
		{"stra\u00dfe", "STRASSE"},
		{"caf\u00e9", "cafe\u0301"},
		{"\u03a3", "\u03c2"},
		{"\u212b", "\u00e5"},
	} {
		j := NewJudgement(Strictest())
		if !j.Enter(Entry{Path: test.first, Links: 1}) {
			t.Fatalf("%q was refused alone", test.first)
		}
		if j.Enter(Entry{Path: test.second, Links: 1}) {
			t.Errorf("%q passed beside %q", test.second, test.first)
		}
	}
	j := NewJudgement(Strictest())
	for _, path := range []string{"a", "b", "a1/x", "b1/x"} {
		if !j.Enter(Entry{Path: path, Links: 1}) {
			t.Errorf("%q was refused, although nothing is like it", path)
		}
	}
}

func TestEnterBoundsTheNumber(t *testing.T) {
	rules := Strictest()
	rules.MaxFiles = MaxEntries
	j := NewJudgement(rules)
	for i := range MaxEntries {
		if !j.Enter(Entry{Path: fmt.Sprintf("f%d", i), Links: 1}) {
			t.Fatalf("entry %d was refused", i)
		}
	}
	if j.Full() || j.Refused() {
		t.Fatal("the last entry that is allowed was refused")
	}
	for i := range 5 {
		if j.Enter(Entry{Path: fmt.Sprintf("g%d", i), Links: 1}) {
			t.Fatal("an entry too many passed")
		}
	}
	if !j.Full() || len(j.Verdicts()) != 1 || j.Verdicts()[0].Check != CheckCount {
		t.Fatalf("full = %v, refusals %v: want one of check %s", j.Full(), j.Verdicts(), CheckCount)
	}
}

func TestEnterBoundsTheNames(t *testing.T) {
	rules := Strictest()
	rules.MaxFiles = MaxEntries
	j := NewJudgement(rules)
	for i := 0; !j.Full(); i++ {
		if i > MaxNamesBytes/MaxPathBytes {
			t.Fatalf("%d paths of %d bytes passed", i, MaxPathBytes)
		}
		j.Enter(Entry{Path: fmt.Sprintf("%0*d", MaxPathBytes, i), Links: 1})
	}
	if j.Verdicts()[0].Check != CheckCount {
		t.Fatalf("check %q, want %q", j.Verdicts()[0].Check, CheckCount)
	}
}

func TestEnterBoundsSizesAndFiles(t *testing.T) {
	rules := Strictest()
	rules.MaxBytes, rules.MaxFileBytes, rules.MaxFiles, rules.MaxDepth = 100, 60, 4, 2
	for name, test := range map[string]struct {
		entries []Entry
		want    Check
	}{
		"as big as allowed":    {[]Entry{{Path: "a", Bytes: 60}, {Path: "b", Bytes: 40}}, ""},
		"a file too big":       {[]Entry{{Path: "a", Bytes: 61}}, CheckFileSize},
		"together too big":     {[]Entry{{Path: "a", Bytes: 60}, {Path: "b", Bytes: 41}}, CheckTotalSize},
		"as many as allowed":   {[]Entry{{Path: "d", Mode: fs.ModeDir}, {Path: "a"}, {Path: "b"}, {Path: "c"}, {Path: "d/d"}}, ""},
		"too many":             {[]Entry{{Path: "a"}, {Path: "b"}, {Path: "c"}, {Path: "d"}, {Path: "e"}}, CheckCount},
		"as deep as allowed":   {[]Entry{{Path: "a/b"}}, ""},
		"deeper than an owner": {[]Entry{{Path: "a/b/c"}}, CheckDepth},
	} {
		j := NewJudgement(rules)
		for _, entry := range test.entries {
			entry.Links = 1
			j.Enter(entry)
		}
		if got := j.Verdicts(); test.want == "" && j.Refused() || test.want != "" && (len(got) != 1 || got[0].Check != test.want) {
			t.Errorf("%s: %v, want %q", name, got, test.want)
		}
	}
}

func TestSummaryNamesChecksAndCountsOnly(t *testing.T) {
	j := NewJudgement(Strictest())
	if j.Summary() != "" {
		t.Fatalf("summary of nothing is %q", j.Summary())
	}
	j.Enter(Entry{Path: "secret-patient-7", Mode: fs.ModeSymlink, Links: 1})
	if got := j.Summary(); !strings.HasPrefix(got, "1 output refused: 1 by check regular-file;") {
		t.Errorf("summary %q", got)
	}
	for i := range 3 * maxVerdicts {
		j.Enter(Entry{Path: fmt.Sprintf("secret-patient-%d", 100+i), Links: 2})
	}
	got := j.Summary()
	if !strings.HasPrefix(got, "301 outputs refused: 300 by check hard-link, 1 by check regular-file;") {
		t.Errorf("summary %q", got)
	}
	if strings.Contains(got, "secret") {
		t.Errorf("summary %q gives a name away", got)
	}
	if len(j.Verdicts()) != maxVerdicts {
		t.Errorf("%d refusals are kept, want %d", len(j.Verdicts()), maxVerdicts)
	}
}

func FuzzEnterPassesOnlyTameNames(f *testing.F) {
	for _, seed := range []string{"a", "a/b", "../a", "a\x00b", "a//b", "\u202e", " ", ".", "a\\b", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		j := NewJudgement(Strictest())
		if !j.Enter(Entry{Path: path, Links: 1}) {
			return
		}
		if !fs.ValidPath(path) || !utf8.ValidString(path) || len(path) > MaxPathBytes || strings.ContainsAny(path, "\\\x00\r\n\x1b") {
			t.Fatalf("%q passed", path)
		}
	})
}
