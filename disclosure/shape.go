package disclosure

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// shape judges the kind of an entry.
func shape(entry Entry) (Check, string) {
	if !entry.Mode.IsRegular() && !entry.Mode.IsDir() {
		return CheckRegularFile, fmt.Sprintf("is a %s; only regular files and folders may leave", kind(entry.Mode))
	}
	if entry.Mode.IsRegular() && entry.Links > 1 {
		return CheckHardLink, fmt.Sprintf("has %d names; copy the file instead of linking it", entry.Links)
	}
	return "", ""
}

func kind(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeSymlink != 0:
		return "symbolic link"
	case mode&fs.ModeNamedPipe != 0:
		return "FIFO"
	case mode&fs.ModeSocket != 0:
		return "socket"
	case mode&fs.ModeDevice != 0:
		return "device"
	default:
		return "special file"
	}
}

// name judges a path: each of its parts becomes part of an object's key, and a file's name on the consumer's machine.
func name(path string, maxDepth int) (Check, string) {
	if len(path) > MaxPathBytes {
		return CheckNameLength, fmt.Sprintf("its path has %d bytes, at most %d are allowed", len(path), MaxPathBytes)
	}
	if !utf8.ValidString(path) {
		return CheckName, "its name is not valid UTF-8"
	}
	parts := strings.Split(path, "/")
	if len(parts) > maxDepth {
		return CheckDepth, fmt.Sprintf("lies deeper than %d folders", maxDepth)
	}
	for _, part := range parts {
		if strings.Trim(part, ".") == "" {
			return CheckName, "its name is empty or has nothing but dots"
		}
		if strings.TrimSpace(part) != part {
			return CheckName, "its name starts or ends with a space"
		}
		if i := strings.IndexFunc(part, unfit); i >= 0 {
			r, _ := utf8.DecodeRuneInString(part[i:])
			return CheckName, fmt.Sprintf("its name has the character %U, which some systems take for something else", r)
		}
	}
	return "", ""
}

// unfit characters change how a name is shown or split: control and format characters (which turn the direction of
// writing, or cannot be seen), line separators, and the backslash.
func unfit(r rune) bool {
	return r == '\\' || r == utf8.RuneError || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// nameHash stands for a folded name: a hundred thousand names themselves would take too much memory.
type nameHash [16]byte

// collision judges a path against all before it.
func (j *Judgement) collision(path string) (Check, string) {
	sum := sha256.Sum256([]byte(fold(path)))
	hash := nameHash(sum[:len(nameHash{})])
	if _, ok := j.seen[hash]; ok {
		return CheckCollision, "cannot be told from another where upper and lower case do not count"
	}
	j.seen[hash] = struct{}{}
	return "", ""
}

// fold brings names that are the same without regard to case and composition to the same text.
func fold(name string) string {
	return norm.NFC.String(cases.Fold().String(norm.NFD.String(name)))
}
