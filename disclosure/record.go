package disclosure

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"sync"
)

// maxRecords that are kept: eight bytes each where they lie, about twenty in memory.
const maxRecords = 1 << 20

// Records are hashes of the records of a run's inputs. Beyond maxRecords only each second is kept, each fourth, and so
// on: those whose hash ends in as many zero bits, so that inputs and outputs are sampled alike. That a line which is in no
// input counts as one has a chance of maxRecords in 2^64. It may be used from several goroutines.
type Records struct {
	minimum int

	mu     sync.Mutex
	level  int
	hashes map[uint64]struct{}
	// filter has a bit for each hash, by its first bits: most of what is in no input is told without the map, which is too
	// big for caches.
	filter []uint64
}

// filterBits of a filter: an eighth of them is set at most.
const filterBits = 23

// NewRecords of inputs, which must have at least so many letters and digits.
func NewRecords(minimum int) *Records {
	return &Records{minimum: minimum, hashes: map[uint64]struct{}{}}
}

// Len is the number of records that are kept.
func (r *Records) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.hashes)
}

func (r *Records) add(hashes []uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, hash := range hashes {
		if bits.TrailingZeros64(hash) < r.level {
			continue
		}
		r.hashes[hash] = struct{}{}
		for len(r.hashes) > maxRecords {
			r.level++
			for kept := range r.hashes {
				if bits.TrailingZeros64(kept) < r.level {
					delete(r.hashes, kept)
				}
			}
		}
	}
}

// has needs no lock: an output is compared when all inputs are known.
func (r *Records) has(hash uint64) bool {
	if bits.TrailingZeros64(hash) < r.level {
		return false
	}
	bit := hash >> (64 - filterBits)
	if r.filter != nil && r.filter[bit/64]>>(bit%64)&1 == 0 {
		return false
	}
	_, ok := r.hashes[hash]
	return ok
}

// MaxRecordsBytes of the form in which records are written.
const MaxRecordsBytes = 32 + 8*maxRecords

// recordsHead of the form in which records are written: all numbers are little endian.
type recordsHead struct {
	Minimum, Level, Count uint32
}

// WriteTo hands the records on.
func (r *Records) WriteTo(w io.Writer) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	text := make([]byte, 0, 12+8*len(r.hashes))
	text, err := binary.Append(text, binary.LittleEndian, recordsHead{uint32(r.minimum), uint32(r.level), uint32(len(r.hashes))})
	if err != nil {
		return 0, err
	}
	for hash := range r.hashes {
		text = binary.LittleEndian.AppendUint64(text, hash)
	}
	n, err := w.Write(text)
	return int64(n), err
}

// ReadRecords that WriteTo wrote.
func ReadRecords(from io.Reader) (*Records, error) {
	var head recordsHead
	if err := binary.Read(from, binary.LittleEndian, &head); err != nil {
		return nil, fmt.Errorf("read the records of the inputs: %w", err)
	}
	if head.Count > maxRecords || head.Level > 63 {
		return nil, errors.New("read the records of the inputs: there are more than were ever written")
	}
	text := make([]byte, 8*int(head.Count))
	if _, err := io.ReadFull(from, text); err != nil {
		return nil, fmt.Errorf("read the records of the inputs: %w", err)
	}
	r := &Records{minimum: int(head.Minimum), level: int(head.Level), hashes: make(map[uint64]struct{}, head.Count), filter: make([]uint64, 1<<filterBits/64)}
	for ; len(text) > 0; text = text[8:] {
		hash := binary.LittleEndian.Uint64(text)
		r.hashes[hash] = struct{}{}
		bit := hash >> (64 - filterBits)
		r.filter[bit/64] |= 1 << (bit % 64)
	}
	return r, nil
}

// Input to take the records of, while it is written. Close takes the last; a file with a zero byte at its beginning is no
// text, and has none. Reset forgets the file so far, but not the records of it.
type Input struct {
	records *Records
	lines   recordHash
	batch   []uint64
	read    int64
	binary  bool
	// first line is a record only where there is no second: else it is taken for the header.
	first struct {
		hash       uint64
		seen, kept bool
	}
}

// batchRecords of an input go to the others at a time: more than there are before its kind is known.
const batchRecords = 1024

// Input of a run.
func (r *Records) Input() *Input { return &Input{records: r, batch: make([]uint64, 0, batchRecords)} }

func (i *Input) Write(p []byte) (int, error) {
	if head := sniffBytes - i.read; head > 0 && bytes.IndexByte(p[:min(int64(len(p)), head)], 0) >= 0 {
		i.binary = true
	}
	i.read += int64(len(p))
	if !i.binary {
		i.lines.write(p, i.line)
	}
	return len(p), nil
}

func (i *Input) line(hash uint64, length int) {
	if !i.first.seen {
		i.first.seen, i.first.hash, i.first.kept = true, hash, length >= i.records.minimum
		return
	}
	i.first.kept = false
	if length < i.records.minimum {
		return
	}
	if i.batch = append(i.batch, hash); len(i.batch) == cap(i.batch) {
		i.flush()
	}
}

func (i *Input) flush() {
	i.records.add(i.batch)
	i.batch = i.batch[:0]
}

// Close the input.
func (i *Input) Close() {
	if i.binary {
		return
	}
	i.lines.end(i.line)
	if i.first.kept {
		i.batch = append(i.batch, i.first.hash)
	}
	i.flush()
}

// Reset for another attempt.
func (i *Input) Reset() { *i = Input{records: i.records, batch: i.batch[:0]} }

// recordHash of the letters and digits of a line. Bytes beyond ASCII count as letters.
type recordHash struct {
	hash   uint64
	length int
}

// letters maps what counts to how it counts, everything else to zero.
var letters = func() (table [256]byte) {
	for b := range table {
		switch {
		case b >= '0' && b <= '9', b >= 'a' && b <= 'z', b >= 0x80:
			table[b] = byte(b)
		case b >= 'A' && b <= 'Z':
			table[b] = byte(b - 'A' + 'a')
		}
	}
	return table
}()

// add text of a line.
func (r *recordHash) add(text []byte) {
	hash, length := r.hash, r.length
	for _, b := range text {
		if letter := letters[b]; letter != 0 {
			hash = (hash ^ uint64(letter)) * 0x9e3779b97f4a7c15
			length++
		}
	}
	r.hash, r.length = hash, length
}

// write text and say each line that ends in it.
func (r *recordHash) write(text []byte, line func(hash uint64, length int)) {
	for {
		end := indexBreak(text)
		if end < 0 {
			r.add(text)
			return
		}
		r.add(text[:end])
		text = text[end+1:]
		r.end(line)
	}
}

// end the line.
func (r *recordHash) end(line func(hash uint64, length int)) {
	if r.length > 0 {
		line(mix(r.hash), r.length)
	}
	*r = recordHash{}
}

// mix spreads a hash over all of its bits (the end of MurmurHash3 by Austin Appleby, in the public domain).
func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}
