package step

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"unsafe"

	"github.com/ipccheck/ipccheck/model"
)

// Model is a program over states of type S. Build it with [New] and its methods,
// then hand it to an engine; it must not be changed once an engine has it.
type Model[S comparable] struct {
	name       string
	words      int
	init       func(*S)
	pc         func(*S, int) *uint8
	pcAt       []uintptr // by process: where in a state its label is
	procs      []proc[S]
	kinds      []*Process[S]
	stmts      []*Stmt[S]
	invariants []invariant[S]
	accept     func(*S) bool
	show       func(*S) []Variable
	used       map[string]int
}

type proc[S comparable] struct {
	kind  *Process[S]
	index int
}

type invariant[S comparable] struct {
	code  model.Code
	name  string
	holds func(*S) bool
	why   func(*S) string
}

// New returns an empty model. It panics, naming the field, if S is not made of
// integers, booleans, arrays and structs of these without padding, or is empty:
// a mistake in the model's source, not in anything a user gave.
func New[S comparable](name string) *Model[S] {
	var s S
	if err := checkLayout(s); err != nil {
		panic(fmt.Sprintf("step: model %q: %v", name, err))
	}
	return &Model[S]{name: name, words: int(unsafe.Sizeof(s)+7) / 8}
}

// Init sets the function that makes the initial state out of the zero state.
// Without it the zero state is the initial one.
func (m *Model[S]) Init(f func(s *S)) { m.init = f }

// PC tells where a state keeps the label of each process. Labels are numbered
// from 0 in the order in which the process's statements name them; a process
// starts at its first label, and the number behind its last label means that it
// has ended. The place must be the same in every state. Without PC the model
// keeps no control state: every statement of every process is a candidate in
// every state, and no process ends.
func (m *Model[S]) PC(f func(s *S, pid int) *uint8) {
	m.pc = f
	m.placePCs()
}

// placePCs works out where the labels of processes are, for those added so far.
func (m *Model[S]) placePCs() {
	if m.pc == nil {
		return
	}
	s := new(S)
	for pid := len(m.pcAt); pid < len(m.procs); pid++ {
		at := uintptr(unsafe.Pointer(m.pc(s, pid))) - uintptr(unsafe.Pointer(s))
		if at >= unsafe.Sizeof(*s) {
			panic(fmt.Sprintf("step: model %q: PC does not give a place in the state", m.name))
		}
		m.pcAt = append(m.pcAt, at)
	}
}

// label is where a state keeps the label of a process. The model must have PC.
func (m *Model[S]) label(s *S, pid int) *uint8 {
	return (*uint8)(unsafe.Add(unsafe.Pointer(s), m.pcAt[pid]))
}

// Accept says which states without successors are legal ends. Without it they
// are those in which every process has ended.
func (m *Model[S]) Accept(f func(s *S) bool) { m.accept = f }

// Show sets how a state's variables are printed, for states that encode what a
// reader wants to see. Without it each field is printed under its name.
func (m *Model[S]) Show(f func(s *S) []Variable) { m.show = f }

// Use says how many elements of an array field the model uses; the others are
// not printed.
func (m *Model[S]) Use(field string, elements int) {
	if m.used == nil {
		m.used = map[string]int{}
	}
	m.used[field] = elements
}

// Invariant adds a property of every reachable state. A state in which holds is
// false is reported with the code; why, if not nil, gives the details.
func (m *Model[S]) Invariant(code model.Code, name string, holds func(s *S) bool, why func(s *S) string) {
	m.invariants = append(m.invariants, invariant[S]{code, name, holds, why})
}

// Process adds n processes of one kind. Processes are numbered in the order in
// which they are added.
func (m *Model[S]) Process(kind string, n int) *Process[S] {
	k := &Process[S]{m: m, kind: kind, first: len(m.procs), n: n}
	m.kinds = append(m.kinds, k)
	for i := range n {
		m.procs = append(m.procs, proc[S]{k, i})
	}
	m.placePCs()
	return k
}

// Process is a kind of process: its statements, run by each of its members.
type Process[S comparable] struct {
	m       *Model[S]
	kind    string
	first   int
	n       int
	labels  []string
	byLabel [][]*Stmt[S]
	all     []*Stmt[S]
}

// Stmt adds a statement at a label. Several statements may stand at one label:
// each whose guard holds is a way to go on. By default a process goes on to the
// next label declared, or ends after the last.
func (p *Process[S]) Stmt(label, text string) *Stmt[S] {
	_, file, line, _ := runtime.Caller(1)
	s := &Stmt[S]{
		proc: p, id: len(p.m.stmts), label: p.addLabel(label), next: toNext,
		info: StatementInfo{Kind: p.kind, Label: label, Text: text, File: filepath.Base(file), Line: line},
	}
	p.byLabel[s.label] = append(p.byLabel[s.label], s)
	p.all = append(p.all, s)
	p.m.stmts = append(p.m.stmts, s)
	return s
}

// Number returns the control state of a process at the label, for properties
// that speak of where processes stand. It panics if no statement declares the
// label yet.
func (p *Process[S]) Number(label string) uint8 {
	i := slices.Index(p.labels, label)
	if i < 0 {
		panic(fmt.Sprintf("step: model %q: process %q has no label %q", p.m.name, p.kind, label))
	}
	return uint8(i)
}

// addLabel returns the number of a label, adding it if it is new.
func (p *Process[S]) addLabel(label string) int {
	if i := slices.Index(p.labels, label); i >= 0 {
		return i
	}
	if len(p.labels) == 254 {
		panic(fmt.Sprintf("step: model %q: process %q has more than 254 labels", p.m.name, p.kind))
	}
	p.labels = append(p.labels, label)
	p.byLabel = append(p.byLabel, nil)
	n := len(p.labels) - 1
	for _, s := range p.all {
		if s.next == toLater && s.to == label {
			s.next = n
		}
	}
	return n
}

// end is the control state of a process that has ended.
func (p *Process[S]) end() uint8 { return uint8(len(p.labels)) }

// Stmt is one labelled, guarded, atomic statement.
type Stmt[S comparable] struct {
	proc  *Process[S]
	id    int
	label int
	next  int    // number of the label to go on to, or one of the constants below
	to    string // the name of the label, if Goto gave one
	when  func(*S, *Ctx) bool
	do    func(*S, *Ctx)
	waits func(*S, *Ctx) string
	info  StatementInfo
}

// When sets the guard: the statement can be executed only where it is true. It
// must not change the state, nor choose.
func (s *Stmt[S]) When(guard func(s *S, c *Ctx) bool) *Stmt[S] {
	s.when = guard
	s.info.Guarded = true
	return s
}

// Do sets the effect.
func (s *Stmt[S]) Do(effect func(s *S, c *Ctx)) *Stmt[S] {
	s.do = effect
	return s
}

// Goto sets the label at which the process goes on. It may be declared later.
func (s *Stmt[S]) Goto(label string) *Stmt[S] {
	s.to, s.next = label, toLater
	if i := slices.Index(s.proc.labels, label); i >= 0 {
		s.next = i
	}
	return s
}

// Waits says what a process waits for while the guard is false.
func (s *Stmt[S]) Waits(what string) *Stmt[S] {
	s.waits = func(*S, *Ctx) string { return what }
	return s
}

// WaitsFunc is [Stmt.Waits] with words that depend on the state.
func (s *Stmt[S]) WaitsFunc(what func(s *S, c *Ctx) string) *Stmt[S] {
	s.waits = what
	return s
}

// End makes the process end after this statement.
func (s *Stmt[S]) End() *Stmt[S] {
	s.next = toEnd
	return s
}

// Where a statement goes on, besides a label's number.
const (
	toNext  = -1 // the label declared next, or the end
	toEnd   = -2
	toLater = -3 // a label that no statement has declared yet
)

// exec runs the statement on s for the process of c: effect, then control.
func (s *Stmt[S]) exec(st *S, c *Ctx) {
	if s.do != nil {
		s.do(st, c)
	}
	if m := s.proc.m; m.pc != nil {
		next := s.next
		switch next {
		case toNext:
			next = s.label + 1
		case toEnd:
			next = int(s.proc.end())
		case toLater:
			panic(fmt.Sprintf("step: model %q: %s goes to label %q, which no statement declares", m.name, s.info.Label, s.to))
		}
		*m.label(st, c.Pid) = uint8(next)
	}
}
