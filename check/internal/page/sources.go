package page

import (
	"bytes"
	"cmp"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// Bounds of the source in a page: files up to wholeFile lines are in it, of longer
// ones so many lines around each place; files of more bytes are not.
const (
	wholeFile   = 400
	aroundPlace = 40
	largestFile = 4 << 20
)

// Sources are the lines of source that the positions of a trace name. Files that
// read does not find are left out.
func Sources(t *verdict.Trace, read func(file string) ([]byte, error)) []verdict.Source {
	places := map[string][]int{}
	for _, p := range positions(t) {
		if file, line, ok := place(p); ok {
			places[file] = append(places[file], line)
		}
	}
	var out []verdict.Source
	for file, lines := range places {
		text, err := read(file)
		if err != nil || len(text) > largestFile || bytes.IndexByte(text, 0) >= 0 {
			continue
		}
		out = append(out, pieces(file, strings.Split(strings.TrimSuffix(string(text), "\n"), "\n"), lines)...)
	}
	slices.SortFunc(out, func(a, b verdict.Source) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.First, b.First))
	})
	return out
}

// positions are those that a trace has anywhere.
func positions(t *verdict.Trace) []string {
	var out []string
	frames := func(fs []verdict.Frame) {
		for _, f := range fs {
			out = append(out, f.Position)
		}
	}
	for _, s := range t.Sites {
		out = append(out, s.Position)
		frames(s.Frames)
	}
	for _, s := range t.Steps {
		out = append(out, s.Position)
	}
	for _, w := range slices.Concat(t.Waiting, t.Pending) {
		out = append(out, w.Position)
	}
	if t.Fault != nil {
		out = append(out, t.Fault.Position)
		frames(t.Fault.Frames)
	}
	if t.Race != nil {
		for _, a := range t.Race.Accesses {
			out = append(out, a.Position)
			frames(a.Frames)
		}
	}
	return out
}

// place takes file:line or file:line:column apart.
func place(position string) (file string, line int, ok bool) {
	file, rest, found := cutLast(position)
	if !found {
		return "", 0, false
	}
	if before, number, ok := cutLast(file); ok {
		if n, err := strconv.Atoi(number); err == nil {
			return before, n, n > 0
		}
	}
	n, err := strconv.Atoi(rest)
	return file, n, err == nil && n > 0 && filepath.Base(file) != "."
}

func cutLast(s string) (before, after string, found bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// pieces are the parts of a file around places in it.
func pieces(file string, lines []string, around []int) []verdict.Source {
	if len(lines) <= wholeFile {
		return []verdict.Source{{File: file, First: 1, Lines: lines}}
	}
	slices.Sort(around)
	var out []verdict.Source
	next := 1 // the first line that is in no piece yet
	for _, n := range around {
		first, last := max(next, n-aroundPlace), min(len(lines), n+aroundPlace)
		if first > last {
			continue
		}
		if k := len(out) - 1; k >= 0 && first == next {
			out[k].Lines = append(out[k].Lines, lines[first-1:last]...)
		} else {
			out = append(out, verdict.Source{File: file, First: first, Lines: slices.Clone(lines[first-1 : last])})
		}
		next = last + 1
	}
	return out
}
