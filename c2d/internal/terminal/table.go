package terminal

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"k8s.io/apimachinery/pkg/util/duration"
)

// Table with aligned columns. Every cell is made one harmless line.
type Table struct {
	indent string
	rows   [][]string
}

// NewTable whose rows begin with indent.
func NewTable(indent string, titles ...string) *Table {
	t := &Table{indent: indent}
	if len(titles) > 0 {
		t.Row(titles...)
	}
	return t
}

// Row at the end of the table.
func (t *Table) Row(cells ...string) {
	row := make([]string, len(cells))
	for i, cell := range cells {
		row[i] = Line(cell)
	}
	t.rows = append(t.rows, row)
}

// Print the table.
func (t *Table) Print(w io.Writer) error {
	var b strings.Builder
	aligned := tabwriter.NewWriter(&b, 0, 8, 3, ' ', 0)
	for _, row := range t.rows {
		fmt.Fprintln(aligned, t.indent+strings.Join(row, "\t"))
	}
	if err := aligned.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(b.String()) {
		if _, err := io.WriteString(w, strings.TrimRight(line, " \n")+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// Bytes for people: 1.5 MiB.
func Bytes(n int64) string {
	const unit = 1024
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	value, prefix := float64(n)/unit, 0
	for value >= unit && prefix < 5 {
		value, prefix = value/unit, prefix+1
	}
	return fmt.Sprintf("%.1f %ciB", value, "KMGTPE"[prefix])
}

// Count of things: 1 file, 2 files.
func Count(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Duration for people: 90s, 5m30s, 3h, the way kubectl writes ages.
func Duration(d time.Duration) string { return duration.HumanDuration(d) }
