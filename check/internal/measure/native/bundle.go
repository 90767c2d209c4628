package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A program is a test function.
type program struct {
	name, source string
	timed        bool // it has timers
}

// A bundle is a package of programs: they are built together.
type bundle struct {
	name     string
	files    map[string]string // the test files, by name
	programs []program
}

// generated is a bundle with the programs of so many seeds.
func generated(first uint64, n int, racy bool) (bundle, error) {
	b := bundle{name: fmt.Sprintf("seeds %d to %d", first, first+uint64(n)-1)}
	var text strings.Builder
	text.WriteString(prelude)
	for i := range n {
		p, err := generate(first+uint64(i), racy)
		if err != nil {
			return b, err
		}
		text.WriteString("\n" + p.source)
		b.programs = append(b.programs, p)
	}
	b.files = map[string]string{"programs_test.go": text.String()}
	return b, nil
}

// timers match what has to do with time.
var timers = regexp.MustCompile(`\btime\.|\bWithTimeout|\bWithDeadline`)

// read is the bundle of the tests in a folder.
func read(dir string) (bundle, error) {
	b := bundle{name: dir, files: map[string]string{}}
	names, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		return b, err
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return b, err
		}
		_, tests, err := paused(name, string(text))
		if err != nil {
			return b, err
		}
		b.files[filepath.Base(name)] = string(text)
		for _, t := range tests {
			source := function(string(text), t)
			b.programs = append(b.programs, program{name: t, source: source, timed: timers.MatchString(source)})
		}
	}
	return b, nil
}

// function is the text of a function.
func function(text, name string) string {
	_, after, _ := strings.Cut(text, "func "+name+"(")
	body, _, _ := strings.Cut(after, "\n}\n")
	return "func " + name + "(" + body + "\n}\n"
}

// write writes files below a folder.
func write(dir string, files map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(files[name]), 0o666); err != nil {
			return err
		}
	}
	return nil
}

const goMod = "module %s\n\ngo 1.26\n"
