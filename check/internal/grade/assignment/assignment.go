// Package assignment reads what a course asks for: a folder with assignment.json, the
// skeleton that students begin with, and the tests of the staff.
package assignment

import (
	"path"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// File is the name of the file that makes a folder an assignment.
const File = "assignment.json"

// Assignment is what a course asks for.
type Assignment struct {
	Dir         string     `json:"-"`
	Name        string     `json:"assignment"`
	Title       string     `json:"title"`
	Language    string     `json:"language"`
	HandIn      HandIn     `json:"hand_in"`
	Forbidden   []string   `json:"forbidden"`
	Allowed     []string   `json:"allowed"`
	Goroutines  int        `json:"goroutines"`
	Globals     *bool      `json:"globals"`
	Properties  []Property `json:"properties"`
	Suites      Suites     `json:"suites"`
	Neighbours  *bool      `json:"neighbours"`
	Programs    []Program  `json:"programs"`
	Warn        []string   `json:"warn"`
	Visibility  string     `json:"visibility"`
	Budget      uint64     `json:"budget"`
	Seed        uint64     `json:"seed"`
	MustNotFail []string   `json:"must_not_fail"`
	Schema      string     `json:"$schema"`
	Tests       string     `json:"tests"`
	Skeleton    string     `json:"skeleton"`
}

// HandIn are names of files, or patterns as of package path, which students hand in.
type HandIn []string

// Suites say for which property the scenarios of a suite are: by the name of the test
// function that has it.
type Suites map[string]string

// Property is what a submission is worth points for.
type Property struct {
	Name     string   `json:"name"`
	Points   float64  `json:"points"`
	What     string   `json:"what"`
	Codes    []string `json:"codes"`
	Presumes []string `json:"presumes"`
	Hint     string   `json:"hint"`
	Hidden   *bool    `json:"hidden"`
}

// AnyCode is the code of a property to which whatever goes wrong in its scenarios
// belongs.
const AnyCode = "any"

// Any reports whether whatever goes wrong in the property's scenarios belongs to it.
func (p *Property) Any() bool { return p.Has(AnyCode) }

// Has reports whether a fault of the code costs the property.
func (p *Property) Has(code verdict.Code) bool {
	for _, c := range p.Codes {
		if c == string(code) {
			return true
		}
	}
	return false
}

// Key is the name as test functions and aspects of scenarios have it: letters only.
func (p *Property) Key() string { return Key(p.Name) }

// Key is a word in lower case, without what is no letter or digit.
func Key(word string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(word))
}

// Property is the property of that key; nil if there is none.
func (a *Assignment) Property(key string) *Property {
	for i := range a.Properties {
		if a.Properties[i].Key() == key {
			return &a.Properties[i]
		}
	}
	return nil
}

// Max is how many points there are.
func (a *Assignment) Max() (sum float64) {
	for _, p := range a.Properties {
		sum += p.Points
	}
	return sum
}

// Takes reports whether a file, named relative to the folder, is one of those to be
// handed in.
func (h HandIn) Takes(name string) bool {
	for _, pattern := range h {
		if ok, err := path.Match(pattern, name); ok && err == nil {
			return true
		}
	}
	return false
}

// HiddenFrom reports whether students are shown no more of a fault of the property than
// its kind.
func (a *Assignment) HiddenFrom(p *Property) bool {
	if p.Hidden != nil {
		return *p.Hidden
	}
	return a.Visibility == Kind
}

// Values of [Assignment] Visibility.
const (
	Full = "full" // the run that shows a fault, with the lines of the submission
	Kind = "kind" // what kind of fault it is, and nothing of the run
)
