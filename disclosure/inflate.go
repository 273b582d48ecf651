package disclosure

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
)

// Bounds of looking into what is compressed.
const (
	// maxInflations at a time, of streams that begin within each other.
	maxInflations = 8
	// maxInflated bytes of a stream, beside maxRatio for each byte of the file.
	maxInflated = 64 << 20
	maxRatio    = 100
	// trialBytes are inflated at once to tell compressed data from others that begin the same.
	trialBytes = 1 << 10
	// trialEvery so many bytes may have the beginning of compressed data, beside freeTrials.
	trialEvery = 16
	freeTrials = 4096
	// maxHeader is where the compressed bytes begin at the latest: names, comments and what else there may be have
	// at most 64 KiB each.
	maxHeader = 128<<10 + 30
)

// inflater finds deflate streams within others by the headers of gzip (RFC 1952), zlib (RFC 1950) and ZIP (APPNOTE 4.3.7),
// and hands on what they were.
type inflater struct {
	sink func() io.Writer
	// carry are the last bytes, in which a header may have begun.
	carry  []byte
	read   int64
	trials int64
	live   []*inflation
	// found is what a sink said, refused what cannot be looked into.
	found   *canaryFound
	refused string
}

// inflation of one stream.
type inflation struct {
	*feed
	err error
}

func newInflater(sink func() io.Writer) *inflater {
	return &inflater{sink: sink}
}

func (i *inflater) Write(text []byte) (int, error) {
	if i.done() {
		return len(text), nil
	}
	for _, live := range i.live {
		_, _ = live.Write(text)
	}
	whole := append(i.carry, text...)
	for at := 0; at+headerBytes <= len(whole) && !i.done(); {
		next := nextHeader(whole[at:])
		if next < 0 {
			break
		}
		at += next
		if at+headerBytes > len(whole) {
			break
		}
		i.try(whole[at:])
		at++
	}
	i.read += int64(len(text))
	i.carry = append(i.carry[:0], whole[max(0, len(whole)-headerBytes+1):]...)
	i.reap(false)
	return len(text), nil
}

func (i *inflater) done() bool { return i.found != nil || i.refused != "" }

const (
	// headerBytes by which compressed data are known.
	headerBytes = 4
	// zipEntry starts a file within a ZIP archive.
	zipEntry = "PK\x03\x04"
)

// nextHeader is where compressed data may begin; -1 where nowhere.
func nextHeader(text []byte) int {
	for at, b := range text {
		if b != 0x1f && b != 0x78 && b != 'P' {
			continue
		}
		rest := text[at:]
		switch {
		case len(rest) < headerBytes:
			return at
		case rest[0] == 0x1f && rest[1] == 0x8b && rest[2] == 8 && rest[3]&0xe0 == 0:
			return at
		case string(rest[:4]) == zipEntry:
			return at
		case rest[0] == 0x78 && rest[1]&0x20 == 0 && (0x7800|int(rest[1]))%31 == 0 && rest[2]>>1&3 != 3:
			return at
		}
	}
	return -1
}

// try whether compressed data begins here, and follow it.
func (i *inflater) try(text []byte) {
	i.trials++
	if i.trials > freeTrials+(i.read+int64(len(text)))/trialEvery {
		i.refused = "too much looks like the beginning of compressed data"
		return
	}
	header, complete := headerLength(text)
	if complete && !plausible(text[header:]) {
		return
	}
	i.reap(false)
	if len(i.live) >= maxInflations {
		i.refused = fmt.Sprintf("more than %d streams of compressed data begin within each other", maxInflations)
		return
	}
	limit := maxInflated + maxRatio*(i.read+int64(len(text)))
	live := &inflation{}
	live.feed = startFeed(func(from io.Reader) { live.err = inflate(i.sink(), from, limit) })
	i.live = append(i.live, live)
	_, _ = live.Write(text)
}

var trials = sync.Pool{New: func() any { return flate.NewReader(bytes.NewReader(nil)) }}

// plausible says whether the first bytes can be inflated.
func plausible(text []byte) bool {
	trial := trials.Get().(io.ReadCloser)
	defer trials.Put(trial)
	if err := trial.(flate.Resetter).Reset(bytes.NewReader(text), nil); err != nil {
		return false
	}
	_, err := io.CopyN(io.Discard, trial, trialBytes)
	return err == nil || err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF)
}

// errTooMuch says that data inflate to more than is looked at.
var errTooMuch = errors.New("compressed data are too big")

// inflate a stream with its header. Checksums are not asked for: what is corrupt at its end was readable before.
func inflate(to io.Writer, from io.Reader, limit int64) error {
	var header []byte
	for {
		header = slices.Grow(header, 512)
		n, err := io.ReadAtLeast(from, header[len(header):cap(header)], 1)
		header = header[:len(header)+n]
		length, complete := headerLength(header)
		if complete {
			from = io.MultiReader(bytes.NewReader(header[length:]), from)
			break
		}
		if err != nil || len(header) > maxHeader {
			return nil //nolint:nilerr // What has no header is no stream.
		}
	}
	inflated := flate.NewReader(from)
	n, err := io.CopyN(to, inflated, limit)
	if errors.Is(err, errFound) {
		return err
	}
	if n == limit {
		return errTooMuch
	}
	return nil
}

// headerLength of gzip, zlib or ZIP, where it is complete.
func headerLength(text []byte) (length int, complete bool) {
	if len(text) < 2 {
		return 0, false
	}
	if text[0] == 0x78 {
		return 2, true
	}
	if text[0] == 'P' {
		if len(text) < 30 {
			return 0, false
		}
		length = 30 + int(binary.LittleEndian.Uint16(text[26:])) + int(binary.LittleEndian.Uint16(text[28:]))
		return length, length <= len(text)
	}
	if len(text) < 12 {
		return 0, false
	}
	flags, length := text[3], 10
	if flags&4 != 0 {
		length += 2 + int(text[10]) + int(text[11])<<8
	}
	for _, zeroEnded := range []byte{8, 16} {
		if flags&zeroEnded == 0 || length > len(text) {
			continue
		}
		end := bytes.IndexByte(text[length:], 0)
		if end < 0 {
			return 0, false
		}
		length += end + 1
	}
	if flags&2 != 0 {
		length += 2
	}
	return length, length <= len(text)
}

// reap what has ended; all waits for all.
func (i *inflater) reap(all bool) {
	live := i.live[:0]
	for _, inflation := range i.live {
		if all {
			inflation.Close()
		}
		if !inflation.ended {
			live = append(live, inflation)
			continue
		}
		if found := (*canaryFound)(nil); errors.As(inflation.err, &found) {
			i.found = found
		} else if inflation.err == errTooMuch && i.refused == "" {
			i.refused = "compressed data are too big to be looked into"
		}
	}
	i.live = live
}

func (i *inflater) finish(place string) (verdicts []Verdict) {
	i.reap(true)
	if i.found != nil {
		verdicts = append(verdicts, Verdict{Refuse, CheckCanary, place, "has compressed data with " + i.found.what})
	}
	if i.refused != "" {
		verdicts = append(verdicts, Verdict{Refuse, CheckCompressed, place, i.refused})
	}
	return verdicts
}

// abort everything.
func (i *inflater) abort() {
	for _, inflation := range i.live {
		inflation.abort()
	}
}
