package cc

import (
	"bytes"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/cprog"
	"github.com/ipccheck/ipccheck/check/internal/grade/language"
	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/internal/grade/submission"
)

// Comments and the contents of strings say nothing, but for the names of headers.
var (
	splice  = regexp.MustCompile(`\\[ \t\r\f\v]*\n`)
	silent  = regexp.MustCompile(`(?s)/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'`)
	include = regexp.MustCompile(`(?m)^([ \t]*(?:#|%:)[ \t]*(?:include|include_next|import|embed)[ \t]*)"([^"\n]*)"`)
)

// What a header that is handed in could make of the scenarios which include it, and an include
// that does not say of what.
var (
	defines  = regexp.MustCompile(`^\s*(?:#|%:)\s*(?:define|undef|pragma\s+redefine_extname)\s+(ipc_\w*|assert|main|if|else|while|for|do|return|int|long|void|static)\b`)
	includes = regexp.MustCompile(`^\s*(?:#|%:)\s*(?:include|include_next|import|embed)\b\s*(?:<([^>]*)>)?`)
	lines    = regexp.MustCompile(`^\s*(?:#|%:)\s*(?:line\b|\d)`)
)

// always is what no submission may have: it would not be seen.
var always = []string{"asm", "__asm", "__asm__", "__attribute__((constructor))", "__attribute__((destructor))"}

// rules looks for what a submission must not have.
func (c *course) rules(s *submission.Submission) (places []result.Place) {
	var names []string
	for name := range s.Files {
		names = append(names, name)
	}
	slices.Sort(names)
	add := func(name string, line int, text string) {
		if len(places) < language.MostPlaces {
			places = append(places, result.Place{File: name, Line: line, Text: text})
		}
	}
	for _, name := range names {
		if filepath.Base(name) == cprog.Header || slices.ContainsFunc(c.scenarios, func(sc scenario) bool { return sc.file == name }) {
			add(name, 1, name+" is the scenarios' own: give it another name")
		}
		text := splice.ReplaceAllString(string(s.Files[name]), "")
		text = include.ReplaceAllString(text, "$1<$2>")
		text = silent.ReplaceAllStringFunc(text, func(m string) string {
			return strings.Repeat("\n", strings.Count(m, "\n"))
		})
		for i, line := range strings.Split(text, "\n") {
			for _, f := range append(slices.Clone(always), c.a.Forbidden...) {
				if has(line, f) {
					add(name, i+1, f+" is not allowed")
				}
			}
			if m := defines.FindStringSubmatch(line); m != nil && filepath.Ext(name) != ".c" {
				add(name, i+1, "a macro "+m[1]+" in a header is not allowed")
			}
			if lines.MatchString(line) {
				add(name, i+1, "a directive that gives lines another place is not allowed")
			}
			switch m := includes.FindStringSubmatch(line); {
			case m == nil:
			case m[1] == "":
				add(name, i+1, "an include of a macro is not allowed")
			case !filepath.IsLocal(m[1]):
				add(name, i+1, "an include of a file that is elsewhere is not allowed")
			}
		}
	}
	return places
}

// has reports whether a line has a forbidden word, header or attribute, whatever spaces
// there are.
func has(line, forbidden string) bool {
	if word.MatchString(forbidden) {
		return regexp.MustCompile(`\b` + regexp.QuoteMeta(forbidden) + `\b`).MatchString(line)
	}
	squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
	return strings.Contains(squeeze(line), squeeze(forbidden))
}

var word = regexp.MustCompile(`^\w+$`)

// oversteps are what the objects of a submission have that the rules do not allow, however
// its text says so.
func (c *course) oversteps(p *cprog.Program, s *submission.Submission, sources []string, sc scenario) (places []result.Place) {
	headers := slices.ContainsFunc(slices.Collect(maps.Keys(s.Files)), func(n string) bool { return filepath.Ext(n) != ".c" })
	add := func(file, symbol, text string) {
		if len(places) < language.MostPlaces {
			places = append(places, result.Place{File: file, Line: lineOf(s.Files[file], symbol), Text: text})
		}
	}
	for _, o := range p.Oversteps(sc.file, c.shared()) {
		if o.File != "" || headers {
			add(o.File, o.Name, o.Text)
		}
	}
	for _, file := range sources {
		for _, f := range c.a.Forbidden {
			if p.Uses(file, f) {
				add(file, f, f+" is not allowed")
			}
		}
	}
	return places
}

// shared are the texts of the files that are given.
func (c *course) shared() (all []byte) {
	for _, text := range c.given {
		all = append(append(all, text...), '\n')
	}
	return all
}

// lineOf is the line of a text that has a word first, or one of the header for harnesses; 0 if
// none has.
func lineOf(text []byte, name string) int {
	for _, words := range []string{regexp.QuoteMeta(name), `ipc_\w+`} {
		if at := regexp.MustCompile(`\b` + words + `\b`).FindIndex(text); at != nil {
			return 1 + bytes.Count(text[:at[0]], []byte("\n"))
		}
	}
	return 0
}

// bases are the names of files without their folders.
func bases(files []string) (list []string) {
	for _, f := range files {
		list = append(list, filepath.Base(f))
	}
	return list
}
