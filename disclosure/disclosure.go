// Package disclosure decides whether what an algorithm wrote may leave. It is pure: who walks the folder says what is
// there, and gets verdicts. What is judged so far is the shape of the outputs: their kinds, names and number.
package disclosure

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Check is the name of a rule. Consumers may read it.
type Check string

// Checks of the shape of outputs.
const (
	// CheckRegularFile wants regular files and folders: no links, devices, sockets or FIFOs.
	CheckRegularFile Check = "regular-file"
	// CheckHardLink wants one name for each file.
	CheckHardLink Check = "hard-link"
	// CheckName wants names that every system can store and every terminal can show.
	CheckName Check = "name"
	// CheckNameLength wants paths of at most MaxPathBytes.
	CheckNameLength Check = "name-length"
	// CheckDepth wants at most MaxDepth folders within each other.
	CheckDepth Check = "depth"
	// CheckCollision wants names that stay different where upper and lower case, or ways to compose a letter, are the
	// same.
	CheckCollision Check = "collision"
	// CheckCount wants at most MaxEntries files and folders, and at most MaxNamesBytes of their paths.
	CheckCount Check = "count"
	// CheckReadable wants files that can be read.
	CheckReadable Check = "readable"
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
}

// Refusal says why something may not leave.
type Refusal struct {
	Check Check
	// Place is where, for the owner alone: the algorithm chose it.
	Place string
	// Detail is what was found and what is allowed, for the owner alone.
	Detail string
}

// maxRefusals that are kept with their places; beyond, they are only counted.
const maxRefusals = 100

// Judgement of the outputs of a run. The zero value is ready.
type Judgement struct {
	entries  int
	names    int
	full     bool
	seen     map[nameHash]struct{}
	counts   map[Check]int
	refusals []Refusal
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
		check, detail = name(entry.Path)
	}
	if check == "" {
		check, detail = j.collision(entry.Path)
	}
	if check != "" {
		j.Refuse(check, entry.Path, detail)
		return false
	}
	return true
}

// Full says that there is more than may leave: looking at the rest would not change the verdict.
func (j *Judgement) Full() bool { return j.full }

// Refuse what a check found elsewhere.
func (j *Judgement) Refuse(check Check, place, detail string) {
	if j.counts == nil {
		j.counts = map[Check]int{}
	}
	j.counts[check]++
	if len(j.refusals) < maxRefusals {
		j.refusals = append(j.refusals, Refusal{Check: check, Place: place, Detail: detail})
	}
}

// Refusals in the order in which they were found, the first hundred of them.
func (j *Judgement) Refusals() []Refusal { return j.refusals }

// Refused says whether anything was refused. Then nothing may leave.
func (j *Judgement) Refused() bool { return len(j.counts) > 0 }

// Summary says, in one sentence that the consumer may read, how much each check refused; empty where nothing was.
func (j *Judgement) Summary() string {
	if !j.Refused() {
		return ""
	}
	checks := make([]Check, 0, len(j.counts))
	total := 0
	for check, count := range j.counts {
		checks = append(checks, check)
		total += count
	}
	slices.Sort(checks)
	parts := make([]string, len(checks))
	for i, check := range checks {
		parts[i] = fmt.Sprintf("%d by check %s", j.counts[check], check)
	}
	noun := "outputs"
	if total == 1 {
		noun = "output"
	}
	return fmt.Sprintf("%d %s refused: %s; the owner finds the places in the log of the publish container", total, noun, strings.Join(parts, ", "))
}
