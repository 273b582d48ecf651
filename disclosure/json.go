package disclosure

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxJSONDepth of values within each other.
const maxJSONDepth = 64

// document judges JSON, or many JSON values behind each other, while it flows.
type document struct {
	rules JSONRules
	place string
	// readable says that it must be JSON to its end.
	readable bool
	// record takes the values of innermost arrays and objects, and the lines of strings; nil: nobody asks.
	record func(hash uint64, length int)
	report func(Verdict)
	feed   *feed
	said   map[Check]bool
	levels []level
}

// level of an array or object that is open.
type level struct {
	object bool
	// value says that in the object a value comes next, count that it must be a big number.
	value bool
	count bool
	// leaf says that there is no array or object within; values is the hash of its values.
	leaf   bool
	values recordHash
}

func newDocument(rules JSONRules, place string, readable bool, record func(uint64, int), report func(Verdict)) *document {
	d := &document{rules: rules, place: place, readable: readable, record: record, report: report, said: map[Check]bool{}}
	d.feed = startFeed(d.parse)
	return d
}

// ruled says whether there are rules for JSON.
func (r JSONRules) ruled() bool { return len(r.Forbidden) > 0 || r.MinCellCount > 0 }

func (d *document) say(check Check, at int64, detail string) {
	if !d.said[check] {
		d.said[check] = true
		d.report(Verdict{Refuse, check, fmt.Sprintf("%s: byte %d", d.place, at), detail})
	}
}

func (d *document) parse(from io.Reader) {
	bound := &within{from: from, until: maxRecordBytes}
	decoder := json.NewDecoder(bound)
	decoder.UseNumber()
	for {
		token, err := decoder.Token()
		at := decoder.InputOffset()
		if err != nil {
			if err != io.EOF && !errors.Is(err, errAborted) || err == io.EOF && len(d.levels) > 0 {
				d.broken(at, err)
			}
			return
		}
		bound.until = at + maxRecordBytes
		if len(d.levels) >= maxJSONDepth {
			d.broken(at, fmt.Errorf("more than %d values within each other", maxJSONDepth))
			return
		}
		d.token(token, at)
	}
}

// broken JSON is refused only where it hides something from rules.
func (d *document) broken(at int64, err error) {
	if d.readable {
		d.say(CheckJSON, at, "cannot be read as JSON: "+err.Error())
	}
}

func (d *document) token(token json.Token, at int64) {
	top := d.top()
	switch value := token.(type) {
	case json.Delim:
		if value == ']' || value == '}' {
			if d.record != nil && top.leaf {
				top.values.end(d.record)
			}
			d.levels = d.levels[:len(d.levels)-1]
			return
		}
		d.number(top, "", at)
		if top != nil {
			top.value, top.leaf = false, false
		}
		d.levels = append(d.levels, level{object: value == '{', leaf: true})
		return
	case string:
		if top != nil && top.object && !top.value {
			d.key(top, value, at)
			return
		}
		d.number(top, value, at)
		d.text(top, value)
	case json.Number:
		d.number(top, value.String(), at)
		d.text(top, value.String())
	default:
		d.number(top, "", at)
	}
	if top != nil {
		top.value = false
	}
}

func (d *document) top() *level {
	if len(d.levels) == 0 {
		return nil
	}
	return &d.levels[len(d.levels)-1]
}

func (d *document) key(top *level, key string, at int64) {
	top.value, top.count = true, false
	if !d.rules.ruled() {
		return
	}
	name := foldName(key)
	if contains(d.rules.Forbidden, name) {
		d.say(CheckKey, at, fmt.Sprintf("has the key %q", name))
	}
	top.count = contains(d.rules.Counts, name)
}

// number under a count key, which must be one.
func (d *document) number(top *level, text string, at int64) {
	if top != nil && top.object && top.count && !enough(text, d.rules.MinCellCount) {
		d.say(CheckJSONCell, at, fmt.Sprintf("is no number from %d on", d.rules.MinCellCount))
	}
}

// text of a value: part of a record, and perhaps records itself.
func (d *document) text(top *level, text string) {
	if d.record == nil {
		return
	}
	if strings.IndexByte(text, '\n') >= 0 {
		var lines recordHash
		lines.write([]byte(text), d.record)
		lines.end(d.record)
	}
	if top == nil {
		return
	}
	top.values.add([]byte(text))
}
