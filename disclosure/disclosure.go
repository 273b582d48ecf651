// Package disclosure decides whether what an algorithm wrote may leave. It is pure: who walks the folder says what is
// there, pushes the bytes through once, and gets verdicts.
package disclosure

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Bounds of the outputs of a run.
const (
	MaxEntries   = 100_000
	MaxDepth     = 32
	MaxPathBytes = 512
	// MaxNamesBytes bounds all paths together, and with them the manifest.
	MaxNamesBytes = 16 << 20
)

// Entry is a file or folder below the outputs.
type Entry struct {
	// Path from the outputs' folder, with slashes.
	Path string
	// Mode with its type, as lstat says it.
	Mode fs.FileMode
	// Links is the number of names that the file has.
	Links uint64
	// Bytes of a file.
	Bytes int64
}

// maxVerdicts that are kept with their places; beyond, they are only counted.
const maxVerdicts = 100

// Judgement of the outputs of a run. It may be used from several goroutines, but for Enter.
type Judgement struct {
	rules   Rules
	entries int
	files   int
	bytes   int64
	names   int
	full    bool
	seen    map[nameHash]struct{}

	mu       sync.Mutex
	refused  map[Check]int
	flagged  map[Check]int
	verdicts []Verdict
}

// NewJudgement by rules.
func NewJudgement(rules Rules) *Judgement {
	return &Judgement{rules: rules, seen: map[nameHash]struct{}{}, refused: map[Check]int{}, flagged: map[Check]int{}}
}

// Enter judges an entry. It says whether the entry may leave and, for a folder, whether to look into it.
func (j *Judgement) Enter(entry Entry) bool {
	if j.full {
		return false
	}
	j.entries++
	j.names += len(entry.Path)
	if j.entries > MaxEntries || j.names > MaxNamesBytes {
		j.full = true
		j.Refuse(CheckCount, entry.Path, fmt.Sprintf("there are more than %d files and folders, or more than %d bytes of their paths", MaxEntries, MaxNamesBytes))
		return false
	}
	check, detail := shape(entry)
	if check == "" {
		check, detail = name(entry.Path, j.rules.MaxDepth)
	}
	if check == "" {
		check, detail = j.collision(entry.Path)
	}
	if check == "" && entry.Mode.IsRegular() {
		check, detail = j.size(entry)
	}
	if check != "" {
		j.Refuse(check, entry.Path, detail)
		return false
	}
	return true
}

// size of a file, and of all so far. Beyond the number of files nothing more is looked at.
func (j *Judgement) size(entry Entry) (Check, string) {
	j.files++
	if j.files > j.rules.MaxFiles {
		j.full = true
		return CheckCount, fmt.Sprintf("there are more than %d files", j.rules.MaxFiles)
	}
	if entry.Bytes > j.rules.MaxFileBytes {
		return CheckFileSize, fmt.Sprintf("has %d bytes, at most %d are allowed", entry.Bytes, j.rules.MaxFileBytes)
	}
	before := j.bytes
	j.bytes += entry.Bytes
	if j.bytes > j.rules.MaxBytes && before <= j.rules.MaxBytes {
		return CheckTotalSize, fmt.Sprintf("with it the files have %d bytes together, at most %d are allowed", j.bytes, j.rules.MaxBytes)
	}
	return "", ""
}

// Full says that there is more than may leave: looking at the rest would not change the verdict.
func (j *Judgement) Full() bool { return j.full }

// Refuse what a check found elsewhere.
func (j *Judgement) Refuse(check Check, place, detail string) {
	j.Record(Verdict{Outcome: Refuse, Check: check, Place: place, Detail: detail})
}

// Record verdicts.
func (j *Judgement) Record(verdicts ...Verdict) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, v := range verdicts {
		switch v.Outcome {
		case Pass:
			continue
		case Flag:
			j.flagged[v.Check]++
		case Refuse:
			j.refused[v.Check]++
		}
		if len(j.verdicts) < maxVerdicts {
			j.verdicts = append(j.verdicts, v)
		}
	}
}

// Verdicts in the order in which they were found, the first hundred of them.
func (j *Judgement) Verdicts() []Verdict {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.verdicts)
}

// Refused says whether anything was refused. Then nothing may leave.
func (j *Judgement) Refused() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.refused) > 0
}

// Flagged says whether anything was flagged.
func (j *Judgement) Flagged() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.flagged) > 0
}

// Summary says, in one sentence that the consumer may read, how much each check refused; empty where nothing was.
func (j *Judgement) Summary() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return summary(j.refused, "refused")
}

// Flags says, in one sentence that the consumer may read, how much each check flagged; empty where nothing was.
func (j *Judgement) Flags() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return summary(j.flagged, "flagged")
}

func summary(counts map[Check]int, verb string) string {
	if len(counts) == 0 {
		return ""
	}
	parts := make([]string, 0, len(counts))
	total := 0
	for _, check := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d by check %s", counts[check], check))
		total += counts[check]
	}
	noun := "outputs"
	if total == 1 {
		noun = "output"
	}
	return fmt.Sprintf("%d %s %s: %s; the owner finds the places in the log of the publish container", total, noun, verb, strings.Join(parts, ", "))
}
