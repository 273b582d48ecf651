package storage

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
)

// OpenBytes opens what lies in memory, or a part of it, like any other source. Its ETag is its SHA-256.
func OpenBytes(content []byte, want Want) (*Reading, error) {
	sum := sha256.Sum256(content)
	size := int64(len(content))
	reading := &Reading{
		Object: Object{Bytes: size, ETag: `"` + hex.EncodeToString(sum[:]) + `"`},
		Length: size,
	}
	if want.IfMatch != "" && want.IfMatch != reading.ETag {
		return nil, &Error{Kind: PreconditionFailed, Message: "the content changed while it was being read"}
	}
	if !want.all() {
		if want.First >= size {
			return nil, &Error{Kind: RangeInvalid, Message: fmt.Sprintf("byte %d was asked for, there are %d", want.First, size)}
		}
		part := Part{First: want.First, Last: size - 1}
		if want.Last >= 0 {
			part.Last = min(want.Last, part.Last)
		}
		content = content[part.First : part.Last+1]
		reading.Part, reading.Length = &part, int64(len(content))
	}
	reading.Body = io.NopCloser(bytes.NewReader(content))
	return reading, nil
}
