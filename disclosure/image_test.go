package disclosure

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"
)

func picture() image.Image {
	p := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for x := range 40 {
		for y := range 30 {
			p.Set(x, y, color.RGBA{uint8(x * 6), uint8(y * 8), uint8(x * y), 255})
		}
	}
	return p
}

func chunkOf(name, data string) string {
	var b []byte
	b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
	b = append(b, name+data...)
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE([]byte(name+data)))
	return string(b)
}

// testPNG with metadata or without.
func testPNG(metadata bool) string {
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		panic(err)
	}
	text := b.String()
	if metadata {
		const head = 8 + 25
		text = text[:head] + chunkOf("tEXt", "Comment\x00secret-7") + chunkOf("eXIf", "secret-7") + chunkOf("priv", "secret-7") + text[head:len(text)-12] + chunkOf("zTXt", "secret-7") + text[len(text)-12:]
	}
	return text
}

func segment(marker byte, data string) string {
	return string([]byte{0xff, marker, byte((len(data) + 2) >> 8), byte(len(data) + 2)}) + data
}

// testJPEG with metadata or without.
func testJPEG(metadata bool) string {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		panic(err)
	}
	text := b.String()
	if metadata {
		text = text[:2] + segment(0xe1, "Exif\x00\x00secret-7") + "\xff" + segment(0xfe, "secret-7") + segment(0xed, "secret-7") + text[2:]
	}
	return text
}

func tarred() string {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	_ = w.WriteHeader(&tar.Header{Name: "a", Size: 1, Mode: 0o644})
	_, _ = w.Write([]byte("x"))
	_ = w.Close()
	return b.String()
}

func TestMetadataOfImagesAreStripped(t *testing.T) {
	for name, test := range map[string]struct {
		make func(bool) string
		new  func(bool) *imageFilter
	}{"PNG": {testPNG, newPNG}, "JPEG": {testJPEG, newJPEG}} {
		t.Run(name, func(t *testing.T) {
			want, with := test.make(false), test.make(true)
			for _, size := range sizes {
				filter := test.new(true)
				var got []byte
				for piece := range slices.Chunk([]byte(with), size) {
					got = append(got, filter.filter(piece)...)
				}
				if verdicts := filter.finish("", true); len(verdicts) != 1 || verdicts[0].Check != CheckMetadata {
					t.Fatalf("%v", verdicts)
				}
				if strings.Contains(string(got), "secret") {
					t.Fatal("metadata are left")
				}
				// A byte that fills the room before a marker may go.
				if string(got) != want {
					t.Fatalf("%d bytes are left, want %d", len(got), len(want))
				}
				filter = test.new(false)
				got = nil
				for piece := range slices.Chunk([]byte(with), size) {
					got = append(got, filter.filter(piece)...)
				}
				if verdicts := filter.finish("", false); len(verdicts) != 0 || strings.Count(string(got), "secret-7") < 3 {
					t.Fatalf("%v, %d bytes are left", verdicts, len(got))
				}
			}
			if _, _, err := image.Decode(strings.NewReader(want)); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func FuzzImagesAreStrippedOnce(f *testing.F) {
	f.Add([]byte(testPNG(true)), uint8(3))
	f.Add([]byte(testJPEG(true)), uint8(9))
	f.Fuzz(func(t *testing.T, text []byte, size uint8) {
		for _, filter := range []func(bool) *imageFilter{newPNG, newJPEG} {
			strip := func(text []byte, size int) ([]byte, *imageFilter) {
				f := filter(true)
				var out []byte
				for piece := range slices.Chunk(text, size) {
					out = append(out, f.filter(piece)...)
				}
				return out, f
			}
			once, first := strip(text, int(size)+1)
			if whole, _ := strip(text, len(text)+1); !bytes.Equal(once, whole) {
				t.Fatal("what is left depends on the pieces")
			}
			if len(first.finish("", false)) > 0 {
				continue
			}
			twice, second := strip(once, len(once)+1)
			if !bytes.Equal(once, twice) || len(second.finish("", true)) > 0 {
				t.Fatal("something was left at the first time")
			}
		}
	})
}
