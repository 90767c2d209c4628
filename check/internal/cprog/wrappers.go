package cprog

import (
	"regexp"
	"strings"
)

// wrapped are the calls that a function of the program's own may stand for, such as P and V: by
// how they begin.
var wrapped = regexp.MustCompile(`^(?:pthread_(?:mutex|spin|rwlock|cond|barrier)|mtx|cnd)_\w+\s*\(|^sem_(?:\w*wait|post|getvalue)\s*\(|^sem(?:timed)?op\s*\(`)

// wrappers are functions of the program's own that wrap an operation, as far as they have been asked for.
type wrappers struct {
	lines *lines
	known map[place]bool
	named map[string]bool
}

func newWrappers(l *lines) *wrappers {
	return &wrappers{lines: l, known: map[place]bool{}, named: map[string]bool{}}
}

// place is an instruction. inner: what is called there is told there already.
type place struct {
	pc    uint64
	inner bool
}

// wraps reports whether an instruction is the call of an operation in a function of the
// program's own that has been given what is operated on, or which semaphore of a set: then it is
// told where that function is called. So is the call of such a function.
func (w *wrappers) wraps(at place) bool {
	if known, ok := w.known[at]; ok {
		return known
	}
	wraps := w.isGiven(at)
	w.known[at] = wraps
	return wraps
}

func (w *wrappers) isGiven(at place) bool {
	f := w.lines.functionOfCall(at.pc)
	r, ok := w.lines.at(at.pc)
	if f == nil || !ok || r.system {
		return false
	}
	call, _ := callAt(w.lines.line(r.file, r.line), "", r.col)
	if call == "" || !at.inner && !wrapped.MatchString(call) || !w.doesOneThing(f, r.file) {
		return false
	}
	for i := range f.locals {
		if v := &f.locals[i]; v.parameter && (v.name == firstArgument(call) || strings.HasPrefix(call, "sem") && w.numbers(f, r, v.name)) {
			w.named[f.name] = true
			return true
		}
	}
	return false
}

// doesOneThing reports whether a function has one call of an operation, or of a function that wraps one.
func (w *wrappers) doesOneThing(f *function, file string) bool {
	begin, _ := w.lines.at(f.from + 1)
	end, _ := w.lines.at(f.to)
	calls := 0
	for n := begin.line; n <= min(end.line, begin.line+mostLines); n++ {
		for _, m := range aCall.FindAllString(w.lines.line(file, n), -1) {
			if name := strings.TrimSpace(strings.TrimSuffix(m, "(")); name != f.name && (wrapped.MatchString(m) || w.named[name]) {
				calls++
			}
		}
	}
	return calls == 1 && end.line-begin.line <= mostLines
}

// mostLines bounds a function that wraps an operation.
const mostLines = 60

var aCall = regexp.MustCompile(`\b\w+\s*\(`)

// call is the call that begins in a column of a line, from 1, if it is one of a function that
// is told where it is called; else "".
func (w *wrappers) call(line string, column int) string {
	text, _ := callAt(line, "", column)
	if name, _, _ := strings.Cut(text, "("); !w.named[strings.TrimSpace(name)] {
		return ""
	}
	return text
}

// numbers reports whether a parameter of a function becomes the number of a semaphore in a set,
// before a line.
func (w *wrappers) numbers(f *function, before row, name string) bool {
	begin, _ := w.lines.at(f.from + 1)
	name = regexp.QuoteMeta(name)
	number := regexp.MustCompile(`\bsem_num\s*=\s*` + name + `\b|\bsembuf\b.*\{\s*` + name + `\s*,`)
	for n := begin.line; n <= min(before.line, begin.line+mostLines); n++ {
		if number.MatchString(w.lines.line(before.file, n)) {
			return true
		}
	}
	return false
}

// firstArgument is that of a call.
func firstArgument(call string) string {
	_, first, _ := strings.Cut(call, "(")
	if i := strings.IndexAny(first, ",)"); i >= 0 {
		first = first[:i]
	}
	return strings.TrimSpace(first)
}
