package disclosure

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"syscall"
	"testing"

	"github.com/compute-to-data/terraform-provider-c2d/crds/v1alpha1"
)

// repeated content, so that a file of any size needs no memory.
type repeated struct {
	block []byte
	at    int
	left  int64
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), r.left)], r.block[r.at:])
	r.at, r.left = (r.at+n)%len(r.block), r.left-int64(n)
	return n, nil
}

func someTable(rows int) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	for i := range rows {
		_, _ = fmt.Fprintf(&b, "%d,group %d,%.4f,%d,\"a text, with a comma\"\n", i, random.IntN(50), random.NormFloat64(), 10+random.IntN(1000))
	}
	return b.Bytes()
}

// processorTime that this process has used, in seconds.
func processorTime(b *testing.B) float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

// strict rules with every check switched on.
func strict(b *testing.B) *Gate {
	canaries, err := NewCanaries([]string{"Erika Mustermann;1964-08-12", "4711-0815-4242", "a third canary"})
	if err != nil {
		b.Fatal(err)
	}
	rules := Strictest(v1alpha1.Disclosure{
		CSV:  v1alpha1.CSVDisclosure{MaxRows: ptr[int64](1 << 40), ForbiddenColumns: []string{"patient_id"}, MinCellCount: 10, CountColumns: []string{"n"}},
		JSON: v1alpha1.JSONDisclosure{ForbiddenKeys: []string{"patient_id"}, MinCellCount: 10},
	})
	records := NewRecords(16)
	input := records.Input()
	for i := range 1_000_000 {
		_, _ = fmt.Fprintf(input, "%d,a record of the input\n", i)
	}
	input.Close()
	var written bytes.Buffer
	if _, err := records.WriteTo(&written); err != nil {
		b.Fatal(err)
	}
	if records, err = ReadRecords(&written); err != nil {
		b.Fatal(err)
	}
	return NewGate(rules, canaries, records)
}

func byDefault(*testing.B) *Gate { return NewGate(Strictest(), nil, nil) }

func bench(b *testing.B, gate *Gate, place string, files int, size int64, block []byte) {
	b.SetBytes(int64(files) * size)
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	most := stats.HeapInuse + stats.StackInuse
	began, read := processorTime(b), 0.0
	for b.Loop() {
		for range files {
			file, err := gate.Open(place, &repeated{block: block, left: size}, size)
			if err != nil {
				b.Fatal(err)
			}
			for left := size; left > 0; {
				n, err := io.CopyN(io.Discard, file, min(left, 16<<20))
				if err != nil {
					b.Fatal(err, file.Verdicts())
				}
				if left -= n; size > 1<<20 {
					runtime.ReadMemStats(&stats)
					most = max(most, stats.HeapInuse+stats.StackInuse)
				}
			}
			file.Close()
		}
		runtime.ReadMemStats(&stats)
		most = max(most, stats.HeapInuse+stats.StackInuse)
		read += float64(files) * float64(size)
	}
	// Others may use the machine: what counts is the time of the processor. Memory is that of rules, records and garbage too.
	b.ReportMetric(read/1e6/(processorTime(b)-began), "MB/s-of-a-core")
	b.ReportMetric(float64(most)/(1<<20), "MiB-peak")
}

func BenchmarkGate(b *testing.B) {
	table := someTable(100_000)
	line := []byte(`{"group":"a group","mean":0.12345,"n":120,"list":[1,2,3]}` + "\n")
	document := bytes.Repeat(line, 1000)
	binary := noise(1, 1<<20)
	const gib = 1 << 30
	for _, c := range []struct {
		name  string
		gate  func(*testing.B) *Gate
		place string
		files int
		size  int64
		block []byte
	}{
		{"1GiBOfCSV/defaults", byDefault, "a.csv", 1, gib, table},
		{"1GiBOfCSV/everything", strict, "a.csv", 1, gib, table},
		{"1GiBOfNoise/defaults", byDefault, "a", 1, gib, binary},
		{"1GiBOfNoise/everything", strict, "a", 1, gib, binary},
		{"100MiBOfJSONLines/everything", strict, "a.jsonl", 1, (100 << 20) / int64(len(line)) * int64(len(line)), document},
		{"10000FilesOf8KiB/defaults", byDefault, "a.csv", 10_000, 8 << 10, table},
		{"10000FilesOf8KiB/everything", strict, "a.csv", 10_000, 8 << 10, table},
	} {
		b.Run(c.name, func(b *testing.B) { bench(b, c.gate(b), c.place, c.files, c.size, c.block) })
	}
}

func BenchmarkInput(b *testing.B) {
	table := someTable(100_000)
	b.SetBytes(int64(len(table)))
	for b.Loop() {
		input := NewRecords(16).Input()
		_, _ = input.Write(table)
		input.Close()
	}
}
