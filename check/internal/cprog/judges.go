package cprog

import (
	"fmt"
	"regexp"
	"slices"
)

// Overstep is what a file does that is not its to do.
type Overstep struct {
	File, Name string // Name: the symbol
	Text       string // what it does
}

// Oversteps are what the files of a program do that is for the one which judges them alone:
// with its main, its variables, the names of the header for harnesses if it uses these, and
// with the functions of the C library that it calls. shared are texts of headers: the names
// in them are there for both. Those without a file are of headers that the judge includes.
func (p *Program) Oversteps(judges string, shared []byte) (list []Overstep) {
	j := p.symbols[judges]
	records := slices.ContainsFunc(j.undefined, ofHeader)
	add := func(file, does, name, why string) {
		list = append(list, Overstep{file, name, fmt.Sprintf("%s %s, which %s", does, name, why)})
	}
	for _, name := range j.static {
		if p.library[name] && !ownName(name) {
			add("", "a header defines", name, "the C library has")
		}
	}
	for file, s := range p.symbols {
		if file == judges {
			continue
		}
		if s.assembly {
			list = append(list, Overstep{file, "asm", "it has assembly, and what that does is not seen"})
		}
		if s.constructors || s.before > tsanInit {
			list = append(list, Overstep{file, "constructor", "it has functions that are executed before main"})
		}
		for _, name := range s.undefined {
			switch {
			case records && ofHeader(name):
				add(file, "it uses", name, "is for the scenario alone")
			case (slices.Contains(j.defined, name) || slices.Contains(j.weak, name)) && (name == "main" || !mentions(shared, name)):
				add(file, "it uses", name, "is the scenario's own")
			}
		}
		for _, name := range slices.Concat(s.defined, s.weak) {
			if (harmless(name) || p.library[name]) && slices.Contains(j.undefined, name) {
				add(file, "it defines", name, "the C library has")
			}
		}
	}
	slices.SortFunc(list, func(a, b Overstep) int { return slices.Compare([]string{a.File, a.Name}, []string{b.File, b.Name}) })
	return list
}

// Lacks are the functions that a file of a program uses, and which stand in headers that are
// there for all, but which no file has, and the C library neither.
func (p *Program) Lacks(file string, shared []byte) (list []string) {
	for _, name := range p.symbols[file].undefined {
		if harmless(name) || p.library[name] || ownName(name) || ofHeader(name) || !mentions(shared, name) {
			continue
		}
		found := false
		for _, s := range p.symbols {
			found = found || slices.Contains(s.defined, name) || slices.Contains(s.weak, name)
		}
		if !found {
			list = append(list, name)
		}
	}
	return list
}

func mentions(text []byte, name string) bool {
	return regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`).Match(text)
}

// Uses reports whether a file calls a function, or has a variable, of another one or of the C library.
func (p *Program) Uses(file, name string) bool {
	return slices.Contains(p.symbols[file].undefined, name)
}

// Calls are the functions and variables that a file uses of one of those, in order.
func (p *Program) Calls(file string, of []string) (list []string) {
	for _, name := range p.symbols[file].undefined {
		if slices.ContainsFunc(of, func(o string) bool {
			s := p.symbols[o]
			return slices.Contains(s.defined, name) || slices.Contains(s.weak, name)
		}) {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}
