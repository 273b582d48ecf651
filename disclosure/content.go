package disclosure

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// sniffBytes from which the type of a file is known.
const sniffBytes = 3072

// archives hide their content from every check. Types that are made of one, such as office documents, count too.
var archives = []string{
	"application/zip", "application/gzip", "application/x-tar", "application/x-7z-compressed", "application/x-bzip2",
	"application/x-xz", "application/zstd", "application/x-rar-compressed", "application/lzip", "application/vnd.ms-cab-compressed",
	"application/x-archive", "application/x-cpio", "application/x-rpm", "application/x-unix-archive", "application/x-xar",
	"application/x-installshield", "application/warc",
}

// content of a file, as its first bytes and its name say.
type content struct {
	mime *mimetype.MIME
	// text, json and table say how it is judged. Text that is JSON by its name alone, or begins like it, is a table too;
	// surely means that its beginning can be read as JSON.
	text, json, surely, table bool
	png, jpeg, pdf            bool
}

// contentOf a file by its first bytes, and by its name where that asks for more checks.
func contentOf(place string, head []byte) content {
	k := content{mime: mimetype.Detect(head)}
	k.text = isA(k.mime, "text/plain") || len(head) == 0
	name := extension(place)
	k.surely = isA(k.mime, "application/json") || isA(k.mime, "application/x-ndjson")
	k.json = k.surely ||
		k.text && (slices.Contains([]string{".json", ".jsonl", ".ndjson", ".geojson", ".ipynb"}, name) || startsAsJSON(head))
	k.text = k.text || k.json
	k.table = k.text && !k.surely && (isA(k.mime, "text/csv") || isA(k.mime, "text/tab-separated-values") || slices.Contains([]string{".csv", ".tsv", ".tab"}, name))
	k.png = k.mime.Is("image/png") || k.mime.Is("image/vnd.mozilla.apng")
	k.jpeg = k.mime.Is("image/jpeg")
	k.pdf = k.mime.Is("application/pdf")
	return k
}

func startsAsJSON(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	return len(head) > 0 && (head[0] == '{' || head[0] == '[')
}

// isA says whether a type is another, or a kind of it.
func isA(mime *mimetype.MIME, other string) bool {
	for ; mime != nil; mime = mime.Parent() {
		if mime.Is(other) {
			return true
		}
	}
	return false
}

func mediaType(mime *mimetype.MIME) string {
	name, _, _ := strings.Cut(mime.String(), ";")
	return name
}

// judge the type of a file.
func (k content) judge(types [][]string, place string, head []byte) (verdicts []Verdict) {
	if archive := k.archive(); archive != "" && !listed(types, archive, k.mime) {
		verdicts = append(verdicts, Verdict{Refuse, CheckArchive, place, fmt.Sprintf("is %s, which no check can see into", mediaType(k.mime))})
	} else if archive == "" && len(head) > 0 {
		for _, list := range types {
			if !slices.ContainsFunc(list, k.allowedBy) {
				verdicts = append(verdicts, Verdict{Refuse, CheckType, place, fmt.Sprintf("is %s, allowed are %s", mediaType(k.mime), strings.Join(list, ", "))})
				break
			}
		}
	}
	if wide(k.mime, head) {
		verdicts = append(verdicts, Verdict{Refuse, CheckEncoding, place, "is text in UTF-16 or UTF-32; write UTF-8"})
	}
	if promise, ok := extensions[extension(place)]; ok && len(head) > 0 && !slices.ContainsFunc(promise, func(t string) bool { return isA(k.mime, t) }) {
		verdicts = append(verdicts, Verdict{Flag, CheckExtension, place, fmt.Sprintf("is %s, its name promises %s", mediaType(k.mime), promise[0])})
	}
	return verdicts
}

// archive that the file is, or is made of.
func (k content) archive() string {
	for _, archive := range archives {
		if isA(k.mime, archive) {
			return archive
		}
	}
	return ""
}

// listed says whether every list allows an archive by a name of its own: general ones do not stand for it.
func listed(types [][]string, archive string, mime *mimetype.MIME) bool {
	for _, list := range types {
		if !slices.ContainsFunc(list, func(t string) bool { return t == archive || mime.Is(t) }) {
			return false
		}
	}
	return len(types) > 0
}

// allowedBy an entry of a list of types.
func (k content) allowedBy(entry string) bool {
	family, wildcard := strings.CutSuffix(entry, "*")
	for mime := k.mime; mime != nil; mime = mime.Parent() {
		if wildcard && strings.HasPrefix(mime.String(), family) || mime.Is(entry) {
			return true
		}
	}
	// A table of one column, and JSON lines, look like any text; but a name does not make a table of a web page.
	plain := k.mime.Is("text/plain") || k.mime.Is("text/tab-separated-values")
	return plain && (k.table && entry == "text/csv" || k.json && entry == "application/json") || entry == "application/octet-stream"
}

// wide says that text is in an encoding whose letters are not single bytes.
func wide(mime *mimetype.MIME, head []byte) bool {
	name := strings.ToLower(mime.String())
	return strings.Contains(name, "charset=utf-16") || strings.Contains(name, "charset=utf-32") ||
		bytes.HasPrefix(head, []byte{0xff, 0xfe}) && isA(mime, "text/plain") || bytes.HasPrefix(head, []byte{0xfe, 0xff}) && isA(mime, "text/plain")
}

// extensions and what they promise.
var extensions = map[string][]string{
	".csv": {"text/plain"}, ".tsv": {"text/plain"}, ".txt": {"text/plain"}, ".md": {"text/plain"}, ".log": {"text/plain"},
	".json": {"application/json", "text/plain"}, ".jsonl": {"application/x-ndjson", "application/json", "text/plain"}, ".ndjson": {"application/x-ndjson", "application/json", "text/plain"},
	".png": {"image/png"}, ".jpg": {"image/jpeg"}, ".jpeg": {"image/jpeg"}, ".gif": {"image/gif"}, ".webp": {"image/webp"},
	".tif": {"image/tiff"}, ".tiff": {"image/tiff"}, ".bmp": {"image/bmp"}, ".svg": {"image/svg+xml"}, ".pdf": {"application/pdf"},
	".html": {"text/html", "text/plain"}, ".htm": {"text/html", "text/plain"}, ".xml": {"text/xml", "text/plain"},
	".zip": {"application/zip"}, ".gz": {"application/gzip"}, ".tar": {"application/x-tar"}, ".parquet": {"application/vnd.apache.parquet"},
}

func extension(place string) string { return strings.ToLower(path.Ext(place)) }

// endBytes is the longest end of a ZIP archive: its last record, and the comment behind it.
const endBytes = zipEndBytes + 1<<16 - 1

const zipEndBytes = 22

// ending keeps the last bytes of a file.
type ending struct {
	buffer []byte
	size   int64
}

func (e *ending) Write(p []byte) (int, error) {
	e.size += int64(len(p))
	if len(p) >= endBytes {
		e.buffer = append(e.buffer[:0], p[len(p)-endBytes:]...)
		return len(p), nil
	}
	if len(e.buffer)+len(p) > 2*endBytes {
		e.buffer = append(e.buffer[:0], e.buffer[len(e.buffer)-endBytes:]...)
	}
	e.buffer = append(e.buffer, p...)
	return len(p), nil
}

// zip says whether the file can be opened as a ZIP archive: such readers start at the end, whatever stands at the start.
func (e *ending) zip() bool {
	tail := e.buffer[max(0, len(e.buffer)-endBytes):]
	for {
		at := bytes.LastIndex(tail, []byte("PK\x05\x06"))
		if at < 0 {
			return false
		}
		end := tail[at:]
		tail = tail[:at]
		if len(end) < zipEndBytes {
			continue
		}
		disk, size, offset := binary.LittleEndian.Uint16(end[4:]), binary.LittleEndian.Uint32(end[12:]), binary.LittleEndian.Uint32(end[16:])
		place := e.size - int64(len(end))
		if disk == 0 && (int64(size)+int64(offset) <= place || offset == 1<<32-1) {
			return true
		}
	}
}
