package disclosure

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
)

// pattern to search for, with what it is.
type pattern struct {
	bytes []byte
	what  string
}

// patterns are searched for all at once, by the method of Wu and Manber ("A fast algorithm for multi-pattern searching",
// 1994): the last bytes of a window say how far the next place is at which any pattern could start. Memory grows with the
// patterns alone, a few bytes for each of theirs; an automaton takes a kilobyte. It is safe for concurrent use.
type patterns struct {
	list []pattern
	// window is the length of the shortest pattern, of at most maxWindow; longest that of the longest.
	window, longest int
	seed            maphash.Seed
	shifts          []uint8
	// starts are the patterns by their first window bytes.
	starts map[uint64][]int
}

const (
	// block of bytes by which is shifted. Patterns must be longer.
	block     = 4
	shiftBits = 18
	maxWindow = 32
)

func newPatterns(list []pattern) *patterns {
	p := &patterns{list: list, window: maxWindow, seed: maphash.MakeSeed(), starts: map[uint64][]int{}}
	for _, pattern := range list {
		p.window = min(p.window, len(pattern.bytes))
		p.longest = max(p.longest, len(pattern.bytes))
	}
	if len(list) == 0 || p.window < block {
		return p
	}
	p.shifts = bytes.Repeat([]byte{uint8(p.window - block + 1)}, 1<<shiftBits)
	for i, pattern := range list {
		start := pattern.bytes[:p.window]
		for end := block; end <= p.window; end++ {
			slot := slotOf(start[end-block:])
			p.shifts[slot] = min(p.shifts[slot], uint8(p.window-end))
		}
		hash := maphash.Bytes(p.seed, start)
		p.starts[hash] = append(p.starts[hash], i)
	}
	return p
}

func slotOf(b []byte) uint32 {
	return binary.LittleEndian.Uint32(b) * 2654435761 >> (32 - shiftBits)
}

// find the first pattern that lies in the text; -1 where there is none.
func (p *patterns) find(text []byte) (which, at int) {
	if p.shifts == nil {
		return -1, 0
	}
	for end := p.window; end <= len(text); {
		if shift := p.shifts[slotOf(text[end-block:end])]; shift > 0 {
			end += int(shift)
			continue
		}
		start := end - p.window
		for _, i := range p.starts[maphash.Bytes(p.seed, text[start:end])] {
			if bytes.HasPrefix(text[start:], p.list[i].bytes) {
				return i, start
			}
		}
		end++
	}
	return -1, 0
}

// search of a stream for patterns, in pieces of any size. Its memory is twice the longest pattern.
type search struct {
	*patterns
	// seam are the last bytes, in which a pattern may have begun.
	seam []byte
	read int64
	// found is the pattern that was found first and at its offset; -1 before.
	found int
	at    int64
}

func (p *patterns) stream() *search { return &search{patterns: p, found: -1} }

func (s *search) Write(text []byte) (int, error) {
	if s.found >= 0 || len(s.list) == 0 {
		return len(text), nil
	}
	keep := s.longest - 1
	begun := len(s.seam)
	s.seam = append(s.seam, text[:min(len(text), keep)]...)
	if i, at := s.find(s.seam); i >= 0 {
		s.found, s.at = i, s.read-int64(begun)+int64(at)
		return len(text), nil
	}
	last := s.seam
	if len(text) > keep {
		if i, at := s.find(text); i >= 0 {
			s.found, s.at = i, s.read+int64(at)
			return len(text), nil
		}
		last = text
	}
	s.read += int64(len(text))
	s.seam = append(s.seam[:0], last[max(0, len(last)-keep):]...)
	return len(text), nil
}
