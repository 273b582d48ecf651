package terminal

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Is w a terminal?
func Is(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
