package assignment

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/explain"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Schema is the JSON Schema of assignment.json.
//
//go:embed schema.json
var Schema []byte

// Error is what is wrong with an assignment: where, what, and what to do.
type Error struct {
	File   string
	Line   int // 0: the whole file
	Text   string
	Remedy string
}

func (e *Error) Error() string {
	place := e.File
	if e.Line > 0 {
		place += fmt.Sprintf(":%d", e.Line)
	}
	return place + ": " + e.Text + ": " + e.Remedy
}

// Limits of an assignment.
const (
	DefaultBudget = 4000
	mostBudget    = 10_000_000
)

// Read reads the assignment of a folder. What is wrong is an [*Error].
func Read(dir string) (*Assignment, error) {
	name := filepath.Join(dir, File)
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, unreadable(dir, err)
	}
	a, err := parse(name, text)
	if err != nil {
		return nil, err
	}
	a.Dir = dir
	return a, nil
}

func unreadable(dir string, err error) error {
	info, stat := os.Stat(dir)
	switch {
	case stat != nil:
		return &Error{File: dir, Text: "there is no such folder", Remedy: "name the folder of an assignment, which has the file " + File}
	case !info.IsDir():
		return &Error{File: dir, Text: "it is a file", Remedy: "name the folder of an assignment, which has the file " + File}
	case errors.Is(err, os.ErrNotExist):
		return &Error{File: dir, Text: "it has no file " + File, Remedy: "ipccheck grade -init writes one to start from"}
	}
	return &Error{File: filepath.Join(dir, File), Text: "it cannot be read (" + err.Error() + ")", Remedy: "let it be read"}
}

// parse reads and validates assignment.json.
func parse(name string, text []byte) (*Assignment, error) {
	a := new(Assignment)
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(a); err != nil {
		return nil, badJSON(name, text, d, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, &Error{name, lineAt(text, d.InputOffset()), "something follows the object", "let the file have one object"}
	}
	c := &checker{name: name, text: text, a: a}
	c.check()
	if c.err != nil {
		return nil, c.err
	}
	if a.Budget == 0 {
		a.Budget = DefaultBudget
	}
	if a.Seed == 0 {
		a.Seed = 1
	}
	if a.Tests == "" {
		a.Tests = "tests"
	}
	if a.Skeleton == "" {
		a.Skeleton = "skeleton"
	}
	if a.Visibility == "" {
		a.Visibility = Full
	}
	if a.Title == "" {
		a.Title = a.Name
	}
	return a, nil
}

var unknownField = regexp.MustCompile(`^json: unknown field "(.*)"$`)

// badJSON says what the decoder stumbled over.
func badJSON(name string, text []byte, d *json.Decoder, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return &Error{name, lineAt(text, syntax.Offset), strings.TrimPrefix(err.Error(), "json: "), "mend the JSON there"}
	case errors.As(err, &kind):
		return &Error{name, lineAt(text, kind.Offset), fmt.Sprintf("%s is a %s", kind.Field, kind.Value), "expected " + expected(kind.Type.String())}
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &Error{name, lineAt(text, int64(len(text))), "the object does not end", "close its brackets"}
	}
	if m := unknownField.FindStringSubmatch(err.Error()); m != nil {
		return &Error{name, lineOf(text, m[1]), "there is no field " + words.Quote(m[1]), "ipccheck grade -schema lists the fields"}
	}
	return &Error{name, lineAt(text, d.InputOffset()), err.Error(), "ipccheck grade -schema says what is expected"}
}

// expected is a type of Go in the words of JSON.
func expected(kind string) string {
	switch {
	case kind == "string":
		return "a string"
	case kind == "bool":
		return "true or false"
	case strings.HasPrefix(kind, "[]"):
		return "a list"
	case strings.HasPrefix(kind, "float"), strings.HasPrefix(kind, "int"), strings.HasPrefix(kind, "uint"):
		return "a number"
	}
	return "an object"
}

// UnmarshalJSON takes one name, or a list.
func (h *HandIn) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*h = nil
		for _, name := range strings.FieldsFunc(strings.ReplaceAll(one, " and ", ","), func(r rune) bool { return r == ',' }) {
			*h = append(*h, strings.TrimSpace(name))
		}
		return nil
	}
	var all []string
	if err := json.Unmarshal(text, &all); err != nil {
		return errors.New("hand_in is neither a name nor a list of names")
	}
	*h = all
	return nil
}

// checker looks for what is wrong with an assignment, and keeps the first.
type checker struct {
	name string
	text []byte
	a    *Assignment
	err  error
}

// bad notes what is wrong; near is a text that stands in its line.
func (c *checker) bad(near, remedy, format string, args ...any) {
	if c.err == nil {
		c.err = &Error{c.name, lineOf(c.text, near), fmt.Sprintf(format, args...), remedy}
	}
}

func (c *checker) check() {
	a := c.a
	if a.Name == "" {
		c.bad("", `add "assignment": "bounded-buffer"`, "the assignment has no name")
	}
	if a.Language == "" {
		c.bad("", `add "language": "go"`, "the language is missing")
	}
	if len(a.HandIn) == 0 {
		c.bad("hand_in", `add "hand_in": "buffer.go"`, "it does not say what students hand in")
	}
	for _, h := range a.HandIn {
		if _, err := filepath.Match(h, "x"); err != nil || !filepath.IsLocal(h) {
			c.bad(h, "name a file of the folder, such as buffer.go", "hand_in %s is no name of a file", words.Quote(h))
		}
	}
	for what, dir := range map[string]string{"tests": a.Tests, "skeleton": a.Skeleton} {
		if dir != "" && !filepath.IsLocal(dir) {
			c.bad(dir, "name a folder of the assignment", "%s %s leads out of it", what, words.Quote(dir))
		}
	}
	if a.Visibility != "" && a.Visibility != Full && a.Visibility != Kind {
		c.bad("visibility", "expected full or kind", "visibility is %s", words.Quote(a.Visibility))
	}
	if a.Budget > mostBudget {
		c.bad("budget", fmt.Sprintf("expected at most %d", mostBudget), "a budget of %d executions", a.Budget)
	}
	if a.Goroutines < 0 {
		c.bad("goroutines", "expected a number of at least 1", "goroutines is %d", a.Goroutines)
	}
	for i, code := range a.Warn {
		c.code(fmt.Sprintf("warn[%d]", i), code)
	}
	c.properties()
	c.programs()
	for test, name := range a.Suites {
		if a.Property(Key(name)) == nil {
			c.bad(test, "name one of the properties", "the suite %s is for a property %s, which there is not", words.Quote(test), words.Quote(name))
		}
	}
}

func (c *checker) properties() {
	if len(c.a.Properties) == 0 {
		c.bad("properties", "list what is worth points, and how many", "there are no properties")
	}
	var seen []string
	for i, p := range c.a.Properties {
		place := fmt.Sprintf("properties[%d]", i)
		switch {
		case p.Name == "" || p.Key() == "":
			c.bad("properties", `give it a name, such as "items"`, "%s has no name", place)
		case slices.Contains(seen, p.Key()):
			c.bad(p.Name, "give each a name of its own", "there are two properties %s", words.Quote(p.Name))
		case !(p.Points >= 0 && p.Points <= 1e6):
			c.bad(p.Name, "expected a number of at least 0", "%s has %v points", words.Quote(p.Name), p.Points)
		case len(p.Codes) == 0:
			c.bad(p.Name, `add "codes": ["IPC002"], or ["any"]`, "%s does not say which faults cost it", words.Quote(p.Name))
		}
		seen = append(seen, p.Key())
		for k, code := range p.Codes {
			if code != AnyCode {
				c.code(fmt.Sprintf("%s.codes[%d]", place, k), code)
			}
		}
		for _, other := range p.Presumes {
			if o := c.a.Property(Key(other)); o == nil || o.Key() == p.Key() {
				c.bad(other, "name other properties", "%s presumes %s, which is no other property", words.Quote(p.Name), words.Quote(other))
			}
		}
	}
	if c.err == nil && c.a.Max() == 0 {
		c.bad("points", "give a property points", "all properties together have 0 points")
	}
}

func (c *checker) code(place, code string) {
	if _, ok := explain.Lookup(verdict.Code(code)); !ok {
		c.bad(code, "ipccheck explain lists them", "%s is %s, and no such code is known", place, words.Quote(code))
	}
}

// lineAt is the line of an offset, from 1.
func lineAt(text []byte, offset int64) int {
	return 1 + bytes.Count(text[:min(max(offset, 0), int64(len(text)))], []byte("\n"))
}

// lineOf is the first line with a text in quotes; 1 if there is none.
func lineOf(text []byte, quoted string) int {
	i := bytes.Index(text, []byte(`"`+quoted+`"`))
	if i < 0 || quoted == "" {
		return 1
	}
	return lineAt(text, int64(i))
}
