package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"net"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// shape of outputs: kinds of files, names and types that no gate should let pass.
func shape(arguments []string) {
	make, ok := shapes[arguments[0]]
	if !ok {
		must(fmt.Errorf("no shape %q", arguments[0]))
	}
	make()
}

var shapes = map[string]func(){
	"link to data":      func() { must(os.Symlink(inputs, outputs+"/all")) },
	"link to a secret":  func() { must(os.Symlink("/var/run/secrets/c2d.dev/token", outputs+"/token.txt")) },
	"link to the node":  func() { must(os.Symlink("/etc/passwd", outputs+"/passwd.txt")) },
	"dangling link":     func() { must(os.Symlink("/nowhere", outputs+"/nowhere")) },
	"loop of links":     func() { must(os.Symlink("b", outputs+"/a")); must(os.Symlink("a", outputs+"/b")) },
	"link upwards":      func() { must(os.Symlink("../../handover/staged.json", outputs+"/up.txt")) },
	"hard link":         func() { write("a.txt", []byte("x\n")); must(os.Link(outputs+"/a.txt", outputs+"/b.txt")) },
	"FIFO":              func() { must(unix.Mkfifo(outputs+"/fifo", 0o644)) },
	"socket":            func() { _, err := net.Listen("unix", outputs+"/socket"); must(err); leaveSocket() },
	"line break":        func() { write("a\nb.txt", []byte("x\n")) },
	"terminal codes":    func() { write("\x1b[2J\x1b]0;owned\x07.txt", []byte("x\n")) },
	"right to left":     func() { write("invoice\u202efdp.exe", []byte("x\n")) },
	"invalid UTF-8":     func() { write("\xff\xfe.txt", []byte("x\n")) },
	"same but for case": func() { write("Result.txt", []byte("x\n")); write("result.txt", []byte("y\n")) },
	"same but composed": func() { write("caf\u00e9.txt", []byte("x\n")); write("cafe\u0301.txt", []byte("y\n")) },
	"nothing but dots":  func() { write("...", []byte("x\n")) },
	"backslashes":       func() { write(`..\..\windows\x.txt`, []byte("x\n")) },
	"long name": func() {
		write(strings.Repeat("n", 250)+"/"+strings.Repeat("m", 250)+"/"+strings.Repeat("o", 250), []byte("x\n"))
	},
	"html": func() { write("report.csv", []byte("<!DOCTYPE html><html><script>alert(1)</script></html>")) },
	"svg": func() {
		write("plot.svg", []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`))
	},
	"formula": func() { write("table.csv", []byte("name,n\n\"=cmd|' /C calc'!A0\",20\n@SUM(1),30\n")) },
	"program": func() {
		self, _ := os.Executable()
		text, err := os.ReadFile(self)
		must(err)
		write("model.bin", text[:1<<20])
	},
	"gzip":           func() { write("table.csv.gz", zipped([]byte("a,b\n1,2\n"))) },
	"gzip named csv": func() { write("table.csv", zipped([]byte("a,b\n1,2\n"))) },
	"zip":            func() { write("a.zip", archived("a.txt", []byte("x\n"))) },
	"zip within zip": func() { write("a.zip", archived("b.zip", archived("a.txt", []byte("x\n")))) },
	"tar":            func() { write("a.tar", tarred()) },
	"gzip bomb":      func() { write("a.gz", bomb()) },
	"bomb within": func() {
		write("model.bin", append([]byte("\x00\x01\x02MODEL"), bomb()...))
	},
	"PNG with zip":     func() { write("plot.png", append(picture(nil), archived("a.txt", []byte("x\n"))...)) },
	"PNG with a tail":  func() { write("plot.png", append(picture(nil), "behind the image"...)) },
	"many columns":     func() { write("table.csv", []byte("group,n\nA,20\nB,1\n")) },
	"not a number":     func() { write("table.csv", []byte("group,n\nA,20\nB,NaN\n")) },
	"negative":         func() { write("table.csv", []byte("group,n\nA,20\nB,-20\n")) },
	"forbidden column": func() { write("table.csv", []byte("group, Patient_ID \nA,1\nB,2\n")) },
	"forbidden key":    func() { write("table.json", []byte(`{"groups":[{"name":"A","details":{"patient_id":"1"}}]}`)) },
	"too many rows":    func() { write("table.csv", []byte("group,n\n"+strings.Repeat("A,20\n", 200))) },
	"no count column":  func() { write("table.csv", []byte("group,people\nA,20\nB,1\n")) },
	"lied counts":      func() { write("table.csv", []byte("group,n\nA,20\nB,1000\n")) },
	"big":              func() { write("big.bin", bytes.Repeat([]byte("0123456789abcde\n"), 1<<17)) },
	"few files":        func() { files([]string{"few"}) },
}

// leaveSocket where it is when this process ends.
func leaveSocket() {
	if _, err := os.Lstat(outputs + "/socket"); err != nil {
		must(err)
	}
}

func zipped(content []byte) []byte {
	var to bytes.Buffer
	w := gzip.NewWriter(&to)
	_, err := w.Write(content)
	must(err)
	must(w.Close())
	return to.Bytes()
}

// bomb of 256 MiB in a quarter of one.
func bomb() []byte {
	var to bytes.Buffer
	w := gzip.NewWriter(&to)
	for range 256 {
		_, err := w.Write(make([]byte, 1<<20))
		must(err)
	}
	must(w.Close())
	return to.Bytes()
}

func archived(name string, content []byte) []byte {
	var to bytes.Buffer
	w := zip.NewWriter(&to)
	file, err := w.Create(name)
	must(err)
	_, err = file.Write(content)
	must(err)
	must(w.Close())
	return to.Bytes()
}

func tarred() []byte {
	var to bytes.Buffer
	w := tar.NewWriter(&to)
	must(w.WriteHeader(&tar.Header{Name: "../../etc/passwd", Size: 2, Mode: 0o644}))
	_, err := w.Write([]byte("x\n"))
	must(err)
	must(w.Close())
	return to.Bytes()
}
