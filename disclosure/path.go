package disclosure

import (
	"fmt"
	"path"
	"strings"
)

// Enter judges an entry as Judgement.Enter does, and its path as what leaves with it: the algorithm chose it, and can
// write into it what it may not write into a file.
func (g *Gate) Enter(entry Entry) bool {
	if !g.Judgement.Enter(entry) {
		return false
	}
	verdicts := g.canaryIn(entry.Path)
	if g.copies != nil {
		lines := &verbatim{copies: g.copies}
		for _, text := range []string{entry.Path, path.Base(entry.Path)} {
			_, _ = lines.Write([]byte(text + "\n"))
		}
		verdicts = append(verdicts, lines.finish(entry.Path)...)
	}
	g.Record(verdicts...)
	return len(verdicts) == 0
}

// canaryIn a path, over the borders of folders too.
func (g *Gate) canaryIn(path string) []Verdict {
	if !g.canaries.Any() {
		return nil
	}
	for _, text := range []string{path, strings.ReplaceAll(path, "/", "")} {
		search := g.canaries.patterns.stream()
		_, _ = search.Write([]byte(text))
		if search.found >= 0 {
			return []Verdict{{Refuse, CheckCanary, path, fmt.Sprintf("its name has %s", search.list[search.found].what)}}
		}
	}
	return nil
}
