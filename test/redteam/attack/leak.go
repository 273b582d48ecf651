package main

import (
	"bytes"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// leak the owner's made-up row, or all rows, in one of the ways below.
func leak(arguments []string) {
	write, ok := leaks[arguments[0]]
	if !ok {
		must(fmt.Errorf("no leak %q", arguments[0]))
	}
	write()
}

// words around the secret, so that it is found within something and not only alone.
func within(secret string) []byte { return []byte("the model says " + secret + " and more\n") }

var leaks = map[string]func(){
	// What the gate looks for.
	"plain":           func() { write("model.txt", within(canary())) },
	"hex":             func() { write("model.txt", within(hex.EncodeToString([]byte(canary())))) },
	"upper hex":       func() { write("model.txt", within(strings.ToUpper(hex.EncodeToString([]byte(canary()))))) },
	"base64":          func() { write("model.txt", within(base64.StdEncoding.EncodeToString([]byte(canary())))) },
	"base64, shifted": func() { write("model.txt", within(base64.StdEncoding.EncodeToString([]byte("x"+canary())))) },
	"base64 for URLs": func() { write("model.txt", within(base64.RawURLEncoding.EncodeToString([]byte("xy"+canary())))) },
	"reversed":        func() { write("model.txt", within(reversed(canary()))) },
	"UTF-16":          func() { write("model.bin", utf16Of(canary())) },
	"gzip within":     func() { write("model.bin", append([]byte("\x00\x01\x02MODEL"), zipped([]byte(canary()))...)) },
	"JSON":            func() { write("model.json", []byte(`{"weights":[1,2,3],"note":`+strconv.Quote(canary())+`}`)) },
	"after 8 MiB":     func() { write("model.bin", append(bytes.Repeat([]byte{0, 1, 2, 3}, 2<<20), canary()...)) },
	"file name":       func() { write(secretName(), []byte("x\n")) },
	"folder name":     func() { write(secretName()+"/a.txt", []byte("x\n")) },
	"PNG text":        func() { write("plot.png", picture(textChunk(canary()))) },
	"all rows":        func() { write("table.csv", data()) },
	"all rows, quoted": func() {
		write("table.csv", []byte("a;b\n"+strings.Join(quoted(rows()[:len(rows())-1]), "\n")+"\n"))
	},
	"rows over files": func() {
		for i, row := range rows()[:60] {
			write(fmt.Sprintf("part-%d.txt", i), []byte(row+"\n"))
		}
	},

	// What it cannot know for what it is. They are shown, so that nobody believes otherwise.
	"xor":    func() { write("model.bin", xored([]byte(canary()))) },
	"base32": func() { write("model.txt", within(base32.StdEncoding.EncodeToString([]byte(canary())))) },
	"split over files": func() {
		for i, piece := range slices.Collect(slices.Chunk([]byte(canary()), 8)) {
			write(fmt.Sprintf("%d.txt", i), piece)
		}
	},
	"split over columns": func() { write("table.csv", []byte("a,b\n"+strings.Join(strings.Split(canary(), ""), ",x\n")+",x\n")) },
	"pixels":             func() { write("plot.png", picture(nil, []byte(canary())...)) },
	"few rows":           func() { write("table.csv", []byte("id,name,age,code\n"+strings.Join(rows()[:9], "\n")+"\n")) },
	"columns swapped":    func() { write("table.csv", swapped(rows()[:60])) },
	"size":               func() { write("model.bin", bytes.Repeat([]byte{'x'}, 4242)) },
}

// secretName is a part of the secret row that may be a file's name.
func secretName() string {
	fields := strings.Split(canary(), ",")
	return fields[len(fields)-1]
}

func reversed(text string) string {
	runes := []rune(text)
	slices.Reverse(runes)
	return string(runes)
}

func utf16Of(text string) []byte {
	var to []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		to = binary.LittleEndian.AppendUint16(to, unit)
	}
	return append([]byte{0, 1, 2, 0}, to...)
}

func xored(content []byte) []byte {
	for i := range content {
		content[i] ^= 0x5a
	}
	return append([]byte{0, 1}, content...)
}

func quoted(rows []string) []string {
	to := make([]string, len(rows))
	for i, row := range rows {
		to[i] = `"` + strings.ReplaceAll(row, ",", `";"`) + `"`
	}
	return to
}

// swapped has the same cells in another order.
func swapped(rows []string) []byte {
	var to bytes.Buffer
	to.WriteString("code,age,name,id\n")
	for _, row := range rows {
		cells := strings.Split(row, ",")
		slices.Reverse(cells)
		fmt.Fprintln(&to, strings.Join(cells, ","))
	}
	return to.Bytes()
}

// picture is a PNG with a chunk after its header, and with a secret in the lowest bits of its pixels.
func picture(chunk []byte, secret ...byte) []byte {
	const side, header = 64, 33
	canvas := image.NewGray(image.Rect(0, 0, side, side))
	for i := range side * side {
		shade := uint8(i/side) &^ 1
		if i/8 < len(secret) {
			shade |= secret[i/8] >> (i % 8) & 1
		}
		canvas.SetGray(i%side, i/side, color.Gray{Y: shade})
	}
	var to bytes.Buffer
	must(png.Encode(&to, canvas))
	return slices.Concat(to.Bytes()[:header], chunk, to.Bytes()[header:])
}

// textChunk of a PNG file.
func textChunk(text string) []byte {
	body := append([]byte("tEXtComment\x00"), text...)
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)-4))
	chunk = append(chunk, body...)
	return binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(body))
}

// say something over a channel that is no output: the log, the exit code.
func say(arguments []string) {
	switch arguments[0] {
	case "exit code":
		fmt.Println(over)
		os.Exit(42)
	case "signal":
		process, err := os.FindProcess(os.Getpid())
		must(err)
		fmt.Println(over)
		must(process.Kill())
		select {}
	case "row":
		fmt.Println(canary())
	case "row on stderr":
		fmt.Fprintln(os.Stderr, canary())
	case "row, encoded":
		fmt.Println(base64.StdEncoding.EncodeToString([]byte(canary())))
	case "load":
		load, err := os.ReadFile("/proc/loadavg")
		must(err)
		fmt.Printf("load of the node: %s", load)
	case "terminal codes":
		fmt.Println("\x1b[2J\x1b]0;owned\x07\x1b]8;;http://redteam.invalid\x07link\x1b]8;;\x07")
	default:
		must(errors.New("nothing to say"))
	}
}

// printArguments as they arrived, with the parameters and the variable that the suite has set.
func printArguments(arguments []string) {
	fmt.Printf("arguments: %q\nvariable: %q\n", arguments, os.Getenv("REDTEAM_TEXT"))
	text, err := os.ReadFile(inputs + "/algoCustomData.json")
	must(err)
	fmt.Printf("parameters: %s\n", text)
}

// work as an honest algorithm does.
func work([]string) {
	write("result.csv", fmt.Appendf(nil, "group,n\nall,%d\n", len(rows())))
}
