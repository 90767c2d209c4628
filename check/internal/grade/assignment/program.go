package assignment

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/grade/printed"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Program is a whole program that is handed in, with a main of its own, and how it is
// judged by what it prints.
type Program struct {
	Sources    HandIn         `json:"sources"`    // default: all C files that are handed in
	Properties []string       `json:"properties"` // that it is about; default: all
	Lines      printed.Lines  `json:"lines"`
	Rules      []printed.Rule `json:"rules"`
	// Others is a formula: how many processes, or threads, besides the first have a part in
	// an execution. A run shows nothing if none has so many.
	Others string `json:"others"`
	Runs   []Run  `json:"runs"`
}

// Run is a scenario of a program: it is executed with these arguments, in every order of
// the steps of its threads and processes.
type Run struct {
	Words string   `json:"words"`
	Args  []string `json:"args"`
	Stdin string   `json:"stdin"`
	// Properties that the run is about; default: those of the program.
	Properties []string `json:"properties"`
	// Random: that many executions are drawn at random, instead of all. It is for runs
	// that are too large.
	Random uint64 `json:"random"`
}

// Of are the properties that a run is about.
func (a *Assignment) Of(p *Program, r *Run) (list []*Property) {
	names := r.Properties
	if len(names) == 0 {
		names = p.Properties
	}
	for i := range a.Properties {
		if len(names) == 0 {
			list = append(list, &a.Properties[i])
		}
	}
	for _, n := range names {
		if q := a.Property(Key(n)); q != nil {
			list = append(list, q)
		}
	}
	return list
}

// Charged is the property of a list that a fault costs; nil if none does.
func Charged(list []*Property, rule string, code verdict.Code) *Property {
	for _, p := range list {
		if rule != "" && p.Key() == Key(rule) || rule == "" && p.Has(code) {
			return p
		}
	}
	return nil
}

func (c *checker) programs() {
	for i := range c.a.Programs {
		c.program(fmt.Sprintf("programs[%d]", i), &c.a.Programs[i])
	}
}

func (c *checker) program(place string, p *Program) {
	if c.a.Language != "c" {
		c.bad("programs", "judge it by tests and suites", "programs are judged in C only")
	}
	for _, s := range p.Sources {
		if !filepath.IsLocal(s) || strings.ContainsAny(s, "*?[") || !c.a.HandIn.Takes(s) {
			c.bad(s, "name one of the files that are handed in", "%s is of a source %q", place, s)
		}
	}
	if len(p.Runs) == 0 {
		c.bad("programs", `add "runs": [{"args": ["1", "2"]}]`, "%s is never run", place)
	}
	c.known(place, p.Properties)
	for k := range p.Runs {
		r := &p.Runs[k]
		at := fmt.Sprintf("%s.runs[%d]", place, k)
		c.known(at, r.Properties)
		if r.Random > mostBudget {
			c.bad("random", fmt.Sprintf("expected at most %d", mostBudget), "%s has %d executions", at, r.Random)
		}
		if _, err := printed.Number(cmp.Or(p.Others, "0"), r.Args); err != nil {
			c.bad("others", `expected a number of processes, such as "$1"`, "%s: %v", at, err)
		}
		if _, err := printed.New(p.Lines, p.Rules, r.Args); err != nil {
			c.bad("rules", "ipccheck grade -schema says what rules are", "%s: %v", at, err)
		}
	}
	for k := range p.Rules {
		c.rule(fmt.Sprintf("%s.rules[%d]", place, k), p, &p.Rules[k])
	}
}

func (c *checker) known(place string, names []string) {
	for _, n := range names {
		if c.a.Property(Key(n)) == nil {
			c.bad(n, "name one of the properties", "%s is about a property %q, which there is not", place, n)
		}
	}
}

// rule has each fault of a rule cost a property.
func (c *checker) rule(place string, p *Program, r *printed.Rule) {
	if r.Code != "" {
		c.code(place+".code", string(r.Code))
	}
	if r.Property != "" {
		c.known(place, []string{r.Property})
	}
	list := c.a.Of(p, &Run{})
	for _, code := range r.Codes() {
		q := Charged(list, r.Property, code)
		if q == nil || !q.Has(code) && !q.Any() {
			c.bad("rules", "add the code to a property of the program, or give the rule a property and a code of that", "a fault of %s is %s, and costs nothing", place, code)
		}
	}
}
