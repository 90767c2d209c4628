// Package cc grades submissions in C: it lays the student's files, the skeleton and a
// scenario of the staff into a folder, and has package cprog explore what they make.
//
// A scenario is a C file with a main of its own, among the tests of the assignment. Its
// name begins with the property that it is about, as in items_two_gets.c, and its first
// comment says in words what it is. One whose name ends with _many, as in items_many.c, may
// have thousands of operations, and decides nothing if it has more. An assignment that has none, and whose skeleton has
// the header of a suite below this package, gets the scenarios of that.
//
// An assignment may also have whole programs: they are judged by what they print, see
// package printed.
package cc

import (
	"cmp"
	"context"
	"embed"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/language"
)

// C is the language. Cache is a folder for what is compiled once.
type C struct{ Cache string }

//go:embed suites
var suites embed.FS

// suiteFunctions are the functions that the header of a suite declares.
var suiteFunctions = map[string][]string{
	"buffer": {"buffer_create", "buffer_put", "buffer_get", "buffer_size", "buffer_close", "buffer_destroy"},
}

// course is an assignment that is ready for submissions.
type course struct {
	a         *assignment.Assignment
	cache     string
	given     map[string][]byte // files of the skeleton, and of the tests, that are not handed in
	scenarios []scenario
}

type scenario struct {
	file, words, property string
	text                  []byte
}

// many reports whether the scenario has many operations, as those do whose names end so.
func (s *scenario) many() bool { return strings.HasSuffix(s.file, "_many.c") }

// Prepare implements [language.Language].
func (l C) Prepare(_ context.Context, a *assignment.Assignment) (language.Course, error) {
	c := &course{a: a, cache: l.Cache, given: map[string][]byte{}}
	if err := c.readSkeleton(); err != nil {
		return nil, err
	}
	tests := os.DirFS(filepath.Join(a.Dir, a.Tests))
	if err := c.read(tests); err != nil {
		return nil, err
	}
	if len(a.Programs) > 0 {
		return c, nil
	}
	if len(c.scenarios) == 0 {
		if suite := c.suite(); suite != nil {
			if err := c.read(suite); err != nil {
				return nil, err
			}
		}
	}
	if len(c.scenarios) == 0 {
		return nil, &assignment.Error{
			File: filepath.Join(a.Dir, a.Tests), Text: "there is no scenario in it",
			Remedy: "add C files, each with a main, named after the properties, such as " + a.Properties[0].Key() + "_two_threads.c",
		}
	}
	return c, nil
}

func (c *course) readSkeleton() error {
	dir := filepath.Join(c.a.Dir, c.a.Skeleton)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return &assignment.Error{File: dir, Text: "there is no folder with the skeleton", Remedy: "make it, with a file for each that students hand in"}
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || c.a.HandIn.Takes(e.Name()) {
			continue
		}
		if c.given[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			return &assignment.Error{File: filepath.Join(dir, e.Name()), Text: err.Error(), Remedy: "let it be read"}
		}
	}
	return nil
}

// read reads the scenarios of a folder, and the headers that they include.
func (c *course) read(dir fs.FS) error {
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return nil //nolint:nilerr // no folder has no scenarios
	}
	for _, e := range entries {
		text, err := fs.ReadFile(dir, e.Name())
		if err != nil {
			continue
		}
		switch name := e.Name(); filepath.Ext(name) {
		case ".h":
			c.given[name] = text
		case ".c":
			if p := c.about(name); p != "" {
				c.scenarios = append(c.scenarios, scenario{name, inWords(name, text), p, text})
			}
		}
	}
	slices.SortStableFunc(c.scenarios, func(a, b scenario) int { return cmp.Compare(a.file, b.file) })
	return nil
}

// about is the key of the property that a file is named after, "" if it is not.
func (c *course) about(file string) (key string) {
	base := assignment.Key(strings.TrimSuffix(file, ".c"))
	for i := range c.a.Properties {
		if k := c.a.Properties[i].Key(); strings.HasPrefix(base, k) && len(k) > len(key) {
			key = k
		}
	}
	return key
}

var firstComment = regexp.MustCompile(`^\s*(?:/\*\s*([^\n]*?)\s*\*/|//\s*([^\n]*))`)

// inWords is what the first comment of a scenario says, or its name.
func inWords(file string, text []byte) string {
	if m := firstComment.FindSubmatch(text); m != nil {
		return string(m[1]) + string(m[2])
	}
	return strings.ReplaceAll(strings.TrimSuffix(file, ".c"), "_", " ")
}

// suite is the one whose functions the skeleton declares, nil if there is none.
func (c *course) suite() fs.FS {
	for name, functions := range suiteFunctions {
		if header := c.given[name+".h"]; header != nil && !slices.ContainsFunc(functions, func(f string) bool { return !strings.Contains(string(header), f+"(") }) {
			dir, err := fs.Sub(suites, "suites/"+name)
			if err == nil {
				return dir
			}
		}
	}
	return nil
}
