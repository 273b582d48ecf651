// Describe writes means and standard deviations of the measurements of a dataset, by diagnosis, as CSV with the size of
// each group. It is a static binary in an image with nothing else in it, to show that an algorithm needs no shell, and
// knows nothing of the platform but Ocean's contract with algorithms.
package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// Columns of the dataset that are no measurements.
const (
	identifier = "patient_id"
	groupBy    = "diagnosis"
)

func main() {
	if err := describe(os.Getenv("DIDS"), os.Getenv("INPUTS"), os.Getenv("OUTPUTS")); err != nil {
		fmt.Println("describe:", err)
		os.Exit(1)
	}
}

// describe reads the first file of the first dataset under inputs and writes describe.csv under outputs.
func describe(dids, inputs, outputs string) error {
	var ids []string
	if err := json.Unmarshal([]byte(dids), &ids); err != nil || len(ids) == 0 {
		return fmt.Errorf("DIDS must be a JSON array with a dataset in it, but is %q", dids)
	}
	in, err := os.Open(filepath.Join(inputs, ids[0], "0"))
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	groups, columns, err := summarise(in)
	if err != nil {
		return err
	}

	out, err := os.Create(filepath.Join(outputs, "describe.csv"))
	if err != nil {
		return err
	}
	if err := write(out, groups, columns); err != nil {
		_ = out.Close()
		return err
	}
	fmt.Printf("described %d measurements of %d groups\n", len(columns), len(groups))
	return out.Close()
}

// summary of one column within one group, by Welford's method: no second pass and no cancellation.
type summary struct {
	n          int
	mean, sumS float64
}

func (s *summary) add(x float64) {
	s.n++
	delta := x - s.mean
	s.mean += delta / float64(s.n)
	s.sumS += delta * (x - s.mean)
}

// deviation is the standard deviation of the sample, 0 for fewer than two values.
func (s *summary) deviation() float64 {
	if s.n < 2 {
		return 0
	}
	return math.Sqrt(s.sumS / float64(s.n-1))
}

// summarise reads CSV with a header line. It returns a summary for each group and column, and the columns in their order.
// An error names the line and the column, never a value.
func summarise(in io.Reader) (map[string][]summary, []string, error) {
	rows := csv.NewReader(in)
	header, err := rows.Read()
	if err != nil {
		return nil, nil, fmt.Errorf("the dataset has no header line: %w", err)
	}
	group := slices.Index(header, groupBy)
	if group < 0 {
		return nil, nil, fmt.Errorf("the dataset has no column %s", groupBy)
	}
	var measured []int
	var columns []string
	for i, name := range header {
		if name != groupBy && name != identifier {
			measured, columns = append(measured, i), append(columns, name)
		}
	}

	groups := map[string][]summary{}
	for {
		row, err := rows.Read()
		if err == io.EOF {
			return groups, columns, nil
		}
		if err != nil {
			return nil, nil, err
		}
		summaries, known := groups[row[group]]
		if !known {
			summaries = make([]summary, len(measured))
			groups[row[group]] = summaries
		}
		for i, column := range measured {
			value, err := strconv.ParseFloat(row[column], 64)
			if err != nil {
				line, _ := rows.FieldPos(column)
				return nil, nil, fmt.Errorf("line %d, column %s: not a number", line, columns[i])
			}
			summaries[i].add(value)
		}
	}
}

// write writes one line for each group and column.
func write(out io.Writer, groups map[string][]summary, columns []string) error {
	names := make([]string, 0, len(groups))
	for name := range groups {
		names = append(names, name)
	}
	slices.Sort(names)

	table := csv.NewWriter(out)
	lines := [][]string{{groupBy, "measurement", "n", "mean", "standard_deviation"}}
	for _, name := range names {
		for i, column := range columns {
			s := &groups[name][i]
			lines = append(lines, []string{name, column, strconv.Itoa(s.n), number(s.mean), number(s.deviation())})
		}
	}
	return table.WriteAll(lines)
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }
