package disclosure

import (
	"bytes"
	"fmt"
)

// Log judges a log, which is stored whatever it holds: what leaves is up to the verdicts.
type Log struct {
	rules   LogRules
	search  *canarySearch
	bytes   int64
	control int64
}

// Log of the run.
func (g *Gate) Log() *Log {
	l := &Log{rules: g.rules.Logs}
	if g.canaries.Any() {
		l.search = g.canaries.search()
	}
	return l
}

func (l *Log) Write(p []byte) (int, error) {
	l.bytes += int64(len(p))
	for len(p) > 0 && l.control == 0 {
		i := bytes.IndexFunc(p, func(r rune) bool { return r < 0x20 && r != '\n' && r != '\r' && r != '\t' || r == 0x7f })
		if i < 0 {
			break
		}
		l.control++
	}
	if l.search != nil {
		_, _ = l.search.Write(p)
	}
	return len(p), nil
}

// Close says the verdicts.
func (l *Log) Close() (verdicts []Verdict) {
	const place = "log"
	if l.bytes > l.rules.MaxBytes {
		verdicts = append(verdicts, Verdict{Refuse, CheckLogSize, place, fmt.Sprintf("has %d bytes, at most %d may leave", l.bytes, l.rules.MaxBytes)})
	}
	if l.control > 0 {
		verdicts = append(verdicts, Verdict{Flag, CheckControl, place, "has control characters, which terminals obey"})
	}
	if l.search != nil {
		verdicts = append(verdicts, l.search.finish(place)...)
	}
	return verdicts
}
