package format

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/internal/report"
)

func init() {
	register(30, Format{Name: "csv", Help: "a table: points, and of each property", Extension: ".csv", All: csvAll})
}

// csvAll writes a line for each submission. Names that a spreadsheet would take for a
// formula get an apostrophe.
func csvAll(all []*result.Result) ([]byte, error) {
	names := propertyNames(all)
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{append([]string{"submission", "status", "points", "max_points"}, append(slices.Clone(names), "codes", "message")...)}
	for _, r := range all {
		row := []string{plain(r.Submission), string(r.Status), number(r.Points), number(r.Max)}
		var codes []string
		for _, name := range names {
			cell := ""
			for _, p := range r.Properties {
				if p.Name != name {
					continue
				}
				if cell = number(p.Points); p.Outcome == result.Undecided {
					cell = "?"
				}
				for _, c := range p.Codes {
					if !slices.Contains(codes, string(c)) {
						codes = append(codes, string(c))
					}
				}
			}
			row = append(row, cell)
		}
		rows = append(rows, append(row, strings.Join(codes, " "), plain(r.Message)))
	}
	err := w.WriteAll(rows)
	return b.Bytes(), err
}

func plain(cell string) string {
	cell = report.Clean(cell)
	if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// number is a number of points, without what it does not need.
func number(points float64) string { return strconv.FormatFloat(points, 'f', -1, 64) }
