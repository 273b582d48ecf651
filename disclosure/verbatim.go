package disclosure

import (
	"bytes"
	"fmt"
	"sync"
)

func indexBreak(text []byte) int { return bytes.IndexByte(text, '\n') }

// copies are the records of the inputs that were found in the outputs of a run. Each counts once, however often it was
// found, so that a file may be judged again.
type copies struct {
	records *Records
	limit   int

	mu    sync.Mutex
	found map[uint64]struct{}
}

func newCopies(records *Records, rules VerbatimRules) *copies {
	if records == nil || !rules.On() {
		return nil
	}
	limit := rules.MaxRecords
	if records.level > 0 {
		// One record alone of a sample says too little.
		limit = max(limit>>records.level, 1)
	}
	// More than that there are not.
	return &copies{records: records, limit: int(min(limit, maxRecords)), found: map[uint64]struct{}{}}
}

// add a record; it says whether there are too many now.
func (c *copies) add(hash uint64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.found) <= c.limit {
		c.found[hash] = struct{}{}
	}
	return len(c.found) > c.limit
}

// verbatim looks for records of the inputs in the lines of an output.
type verbatim struct {
	*copies
	lines recordHash
	over  bool
	count int
}

func (v *verbatim) Write(text []byte) (int, error) {
	v.lines.write(text, v.record)
	return len(text), nil
}

// record that ended.
func (v *verbatim) record(hash uint64, length int) {
	if length >= v.records.minimum && v.records.has(hash) {
		v.count++
		v.over = v.add(hash) || v.over
	}
}

func (v *verbatim) finish(place string) []Verdict {
	v.lines.end(v.record)
	if !v.over {
		return nil
	}
	return []Verdict{{Refuse, CheckVerbatim, place, fmt.Sprintf(
		"has %d records of the inputs; with them there are more than %d in the outputs%s", v.count, v.limit, sampled(v.records.level))}}
}

func sampled(level int) string {
	if level == 0 {
		return ""
	}
	return fmt.Sprintf(" (one of %d was looked at)", 1<<level)
}
