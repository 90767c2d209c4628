package logfile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/registry"
	"github.com/ipccheck/ipccheck/check/internal/words"
)

// Format is the name of a format that is read: "jsonl".
type Format string

// format is a format. The file that reads it adds it.
type format struct {
	name  Format
	title string // "Jepsen EDN"
	// extensions are those of the names of such files: ".edn"; none if other files have
	// them more often.
	extensions []string
	// detect says what a line, which is not empty, tells of the format.
	detect func(line []byte) mark
	// detectHead, if there is one, says whether the beginning of a file is of the
	// format, where no line tells.
	detectHead func(head []byte) bool
	read       func(b *builder) error
	// bytesPerCall is about what an operation takes, if room is to be made for all
	// of a file at once; else 0.
	bytesPerCall int64
}

// mark is what a line tells of a format.
type mark int

const (
	foreign  mark = iota // the line is not of the format
	comments             // it is a comment of the format, if no other format begins like this
	begins               // histories of the format begin like this
)

var formats registry.List[format]

// register adds a format; its rank is its position in the list. It panics if the
// name or the rank is taken.
func register(rank int, f format) { formats.Add(rank, string(f.name), f) }

// Formats lists the names of the formats that are read.
func Formats() []string { return formats.Names() }

// Extensions lists the extensions of files of all formats: ".jsonl".
func Extensions() []string {
	var out []string
	for _, f := range formats.Items() {
		for _, e := range f.extensions {
			if !slices.Contains(out, e) {
				out = append(out, e)
			}
		}
	}
	return out
}

// Help lists the formats, a line each: the name, what it is, and the names of its
// files.
func Help() string {
	var b strings.Builder
	for _, f := range formats.Items() {
		names := ""
		if len(f.extensions) > 0 {
			names = " (*" + strings.Join(f.extensions, " *") + ")"
		}
		fmt.Fprintf(&b, "  %-9s %s%s\n", f.name, f.title, names)
	}
	return b.String()
}

// titles says what the formats are: "JSON lines of ipccheck, … or Jepsen EDN".
func titles() string {
	var out []string
	for _, f := range formats.Items() {
		out = append(out, f.title)
	}
	return words.List(out, "or")
}

// recognise finds the format that a line is of.
func recognise(line []byte) (Format, mark) {
	best, of := foreign, Format("")
	for _, f := range formats.Items() {
		if m := f.detect(line); m > best {
			best, of = m, f.name
		}
	}
	return of, best
}

// recogniseHead finds the format that the beginning of a file is of, where no line tells.
func recogniseHead(head []byte) (Format, bool) {
	for _, f := range formats.Items() {
		if f.detectHead != nil && f.detectHead(head) {
			return f.name, true
		}
	}
	return "", false
}
