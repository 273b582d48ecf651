package disclosure

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// imageFilter passes on a PNG or JPEG file, without its metadata where they are to be stripped. It knows where the image ends.
type imageFilter struct {
	strip bool
	// next reads what comes, as much as need; it says what to keep and what it is.
	next func(*imageFilter, []byte) error
	need int
	held []byte
	out  []byte
	// skip so many bytes of a part that is longer than is held; kept says whether they pass.
	skip int64
	kept bool

	metadata bool
	ended    bool
	err      error
}

// errBehind says that there are bytes behind the end of an image.
var errBehind = errors.New("bytes behind the end")

const pngHead = "\x89PNG\r\n\x1a\n"

func newPNG(strip bool) *imageFilter {
	return &imageFilter{strip: strip, need: len(pngHead), next: pngSignature}
}
func newJPEG(strip bool) *imageFilter { return &imageFilter{strip: strip, need: 2, next: jpegStart} }

// filter the bytes that come next. What it answers is valid until it is called again.
func (i *imageFilter) filter(p []byte) []byte {
	i.out = i.out[:0]
	for len(p) > 0 && i.err == nil {
		if i.ended {
			i.err = errBehind
			break
		}
		if i.skip > 0 {
			n := min(int64(len(p)), i.skip)
			i.keep(p[:n])
			p, i.skip = p[n:], i.skip-n
			continue
		}
		n := min(len(p), i.need-len(i.held))
		i.held = append(i.held, p[:n]...)
		p = p[n:]
		if len(i.held) == i.need {
			held := i.held
			i.held = i.held[:0]
			i.err = i.next(i, held)
		}
	}
	return i.out
}

func (i *imageFilter) keep(p []byte) {
	if i.kept || !i.strip {
		i.out = append(i.out, p...)
	}
}

// part that is to be kept, or is metadata.
func (i *imageFilter) part(kept bool) {
	i.kept = kept
	i.metadata = i.metadata || !kept
}

// finish says what is wrong with an image that is not.
func (i *imageFilter) finish(place string, flag bool) (verdicts []Verdict) {
	switch {
	case i.err == errBehind:
		verdicts = append(verdicts, Verdict{Refuse, CheckPolyglot, place, "has bytes behind the end of the image"})
	case i.err != nil:
		verdicts = append(verdicts, Verdict{Refuse, CheckImage, place, i.err.Error()})
	case !i.ended:
		verdicts = append(verdicts, Verdict{Refuse, CheckImage, place, "is an image that was cut"})
	}
	if flag && i.metadata {
		verdicts = append(verdicts, Verdict{Flag, CheckMetadata, place, "has metadata"})
	}
	return verdicts
}

// pngChunks that are no metadata: without them the image looks different. All critical chunks are among them (PNG
// specification, third edition, 11).
var pngChunks = map[string]bool{
	"IHDR": true, "PLTE": true, "IDAT": true, "IEND": true, "tRNS": true, "cHRM": true, "gAMA": true, "sBIT": true, "sRGB": true,
	"bKGD": true, "pHYs": true, "hIST": true, "cICP": true, "mDCV": true, "cLLI": true, "acTL": true, "fcTL": true, "fdAT": true,
}

func pngSignature(i *imageFilter, held []byte) error {
	if string(held) != pngHead {
		return errors.New("is no PNG")
	}
	i.part(true)
	i.keep(held)
	i.need, i.next = 8, pngChunk
	return nil
}

// pngChunk with its length and type; its data and checksum follow.
func pngChunk(i *imageFilter, held []byte) error {
	length, name := binary.BigEndian.Uint32(held), string(held[4:])
	if length > 1<<31-1 {
		return errors.New("has a PNG chunk that is longer than they can be")
	}
	known := pngChunks[name]
	if !known && name[0]&0x20 == 0 {
		return fmt.Errorf("has an unknown PNG chunk %q", name)
	}
	i.part(known)
	i.keep(held)
	if name == "IEND" {
		if length != 0 {
			return errors.New("has data in the end of the PNG")
		}
		i.need, i.next = 4, pngEnd
		return nil
	}
	i.skip = int64(length) + 4
	return nil
}

func pngEnd(i *imageFilter, held []byte) error {
	if binary.BigEndian.Uint32(held) != crc32.ChecksumIEEE([]byte("IEND")) {
		return errors.New("has a wrong checksum at the end of the PNG")
	}
	i.keep(held)
	i.ended = true
	return nil
}

// Markers of JPEG (ITU-T T.81, B.1).
const (
	jpegSOI, jpegEOI, jpegSOS, jpegCOM     = 0xd8, 0xd9, 0xda, 0xfe
	jpegAPP0, jpegAPP2, jpegAPP14, jpegTEM = 0xe0, 0xe2, 0xee, 0x01
)

func jpegStart(i *imageFilter, held []byte) error {
	if held[0] != 0xff || held[1] != jpegSOI {
		return errors.New("is no JPEG")
	}
	i.part(true)
	i.keep(held)
	i.need, i.next = 2, jpegMarker
	return nil
}

func jpegMarker(i *imageFilter, held []byte) error {
	i.part(true)
	switch marker := held[1]; {
	case held[0] != 0xff:
		return errors.New("has no JPEG marker where one must be")
	case marker == 0xff:
		// A filling byte: the marker comes next.
		i.need, i.next = 1, func(i *imageFilter, rest []byte) error { return jpegMarker(i, []byte{0xff, rest[0]}) }
		return nil
	case marker == jpegEOI:
		i.keep(held)
		i.ended = true
		return nil
	case marker == jpegTEM, marker >= 0xd0 && marker <= 0xd7:
		i.keep(held)
		i.need, i.next = 2, jpegMarker
		return nil
	case marker == 0, marker == jpegSOI:
		return errors.New("has a JPEG marker where it must not be")
	default:
		i.need, i.next = 2, func(i *imageFilter, length []byte) error { return jpegLength(i, marker, length) }
		return nil
	}
}

func jpegLength(i *imageFilter, marker byte, held []byte) error {
	length := int(binary.BigEndian.Uint16(held))
	if length < 2 {
		return errors.New("has a JPEG segment without a length")
	}
	head := []byte{0xff, marker, held[0], held[1]}
	if length == 2 {
		return jpegSegment(i, head, nil)
	}
	i.need, i.next = length-2, func(i *imageFilter, data []byte) error { return jpegSegment(i, head, data) }
	return nil
}

// jpegSegment is held as a whole: it has at most 64 KiB.
func jpegSegment(i *imageFilter, head, data []byte) error {
	marker := head[1]
	kept := true
	switch {
	case marker == jpegAPP0:
		// Without the thumbnail that may be in it.
		kept = len(data) == 14 && bytes.HasPrefix(data, []byte("JFIF\x00"))
	case marker == jpegAPP2:
		kept = bytes.HasPrefix(data, []byte("ICC_PROFILE\x00"))
	case marker == jpegAPP14:
		kept = len(data) == 12 && bytes.HasPrefix(data, []byte("Adobe"))
	case marker >= jpegAPP0 && marker <= 0xef, marker == jpegCOM:
		kept = false
	}
	i.part(kept)
	i.keep(head)
	i.keep(data)
	i.need, i.next = 2, jpegMarker
	if marker == jpegSOS {
		i.need, i.next = 1, jpegScan
	}
	return nil
}

// jpegScan passes on compressed data up to the next marker.
func jpegScan(i *imageFilter, held []byte) error {
	i.part(true)
	if held[0] != 0xff {
		i.keep(held)
		return nil
	}
	i.need, i.next = 1, jpegScanMarker
	return nil
}

func jpegScanMarker(i *imageFilter, held []byte) error {
	marker := held[0]
	switch {
	case marker == 0, marker >= 0xd0 && marker <= 0xd7:
		i.keep([]byte{0xff, marker})
		i.need, i.next = 1, jpegScan
		return nil
	case marker == 0xff:
		return nil
	}
	return jpegMarker(i, []byte{0xff, marker})
}
