package step

import (
	"fmt"
	"reflect"
	"unsafe"
)

var _ Program = (*Model[struct{ X uint8 }])(nil)

// Name implements [Program].
func (m *Model[S]) Name() string { return m.name }

// Words implements [Program].
func (m *Model[S]) Words() int { return m.words }

// Processes implements [Program].
func (m *Model[S]) Processes() []ProcessInfo {
	out := make([]ProcessInfo, len(m.procs))
	for i, p := range m.procs {
		name := p.kind.kind
		if p.kind.n > 1 {
			name = fmt.Sprintf("%s %d", name, p.index+1)
		}
		out[i] = ProcessInfo{Kind: p.kind.kind, Index: p.index, Name: name}
	}
	return out
}

// Statements implements [Program].
func (m *Model[S]) Statements() []StatementInfo {
	out := make([]StatementInfo, len(m.stmts))
	for i, s := range m.stmts {
		out[i] = s.info
	}
	return out
}

// view reads words as a state. The array behind it is never moved or resized
// while the view is in use.
func view[S comparable](state []uint64) *S { return (*S)(unsafe.Pointer(unsafe.SliceData(state))) }

// Initial implements [Program].
func (m *Model[S]) Initial(state []uint64) {
	clear(state)
	if m.init != nil {
		m.init(view[S](state))
	}
}

// candidates are the statements at which the process stands.
func (m *Model[S]) candidates(s *S, pid int) []*Stmt[S] {
	k := m.procs[pid].kind
	if m.pc == nil {
		return k.all
	}
	l := *m.label(s, pid)
	if int(l) >= len(k.byLabel) {
		return nil
	}
	return k.byLabel[l]
}

// Expand implements [Program].
func (m *Model[S]) Expand(state []uint64, b *Batch) {
	src := view[S](state)
	c := &b.ctx
	for pid := range m.procs {
		stmts := m.candidates(src, pid)
		if len(stmts) == 0 {
			continue
		}
		c.Pid, c.Index = pid, m.procs[pid].index
		for _, st := range stmts {
			if st.when != nil && !st.when(src, c) {
				b.Disabled[st.id]++
				continue
			}
			b.Enabled[st.id]++
			c.choice, c.width = c.choice[:0], c.width[:0]
			for alt := uint32(0); ; alt++ {
				c.reset()
				at := b.grow(m.words)
				next := b.States[at : at+m.words]
				copy(next, state)
				st.exec(view[S](next), c)
				b.Moves = append(b.Moves, Move{Pid: uint16(pid), Stmt: uint16(st.id), Alt: alt})
				b.Failed = append(b.Failed, c.failed)
				if c.at == 0 || !c.next() {
					break
				}
			}
		}
	}
}

// Broken implements [Program].
func (m *Model[S]) Broken(state []uint64, explain bool) (Fault, bool) {
	s := view[S](state)
	for i := range m.invariants {
		v := &m.invariants[i]
		if v.holds(s) {
			continue
		}
		f := Fault{Code: v.code}
		if explain {
			f.Message = v.name
			if v.why != nil {
				f.Message = v.why(s)
			}
		}
		return f, true
	}
	return Fault{}, false
}

// Accepting implements [Program].
func (m *Model[S]) Accepting(state []uint64) bool {
	s := view[S](state)
	if m.accept != nil {
		return m.accept(s)
	}
	if m.pc == nil {
		return false
	}
	for pid, p := range m.procs {
		if *m.label(s, pid) != p.kind.end() {
			return false
		}
	}
	return true
}

// Apply implements [Program].
func (m *Model[S]) Apply(state []uint64, mv Move, next []uint64) (Effect, error) {
	if int(mv.Pid) >= len(m.procs) {
		return Effect{}, fmt.Errorf("there is no process %d: the model has %d", mv.Pid, len(m.procs))
	}
	src := view[S](state)
	c := &Ctx{Pid: int(mv.Pid), Index: m.procs[mv.Pid].index, explain: true}
	var st *Stmt[S]
	for _, cand := range m.candidates(src, c.Pid) {
		if cand.id == int(mv.Stmt) {
			st = cand
		}
	}
	name := m.Processes()[mv.Pid].Name
	if st == nil {
		at := ""
		if l := m.Location(state, c.Pid); l != "" {
			at = fmt.Sprintf(", at %q", l)
		}
		return Effect{}, fmt.Errorf("%s has no statement %d where it stands%s", name, mv.Stmt, at)
	}
	if st.when != nil && !st.when(src, c) {
		what := ""
		if st.waits != nil {
			what = " for " + st.waits(src, c)
		}
		return Effect{}, fmt.Errorf("%s cannot execute %q here: it waits%s", name, st.info.Label, what)
	}
	for alt := uint32(0); ; alt++ {
		c.reset()
		copy(next, state)
		st.exec(view[S](next), c)
		if alt == mv.Alt {
			return Effect{Note: c.note, Broken: c.failed, Fault: c.fault}, nil
		}
		if !c.next() {
			s := "s"
			if alt == 0 {
				s = ""
			}
			return Effect{}, fmt.Errorf("%s at %q has %d alternative%s, and none is numbered %d", name, st.info.Label, alt+1, s, mv.Alt)
		}
	}
}

// Waiting implements [Program].
func (m *Model[S]) Waiting(state []uint64) []Wait {
	s := view[S](state)
	var out []Wait
	for pid, p := range m.procs {
		stmts := m.candidates(s, pid)
		if len(stmts) == 0 {
			continue
		}
		c := &Ctx{Pid: pid, Index: p.index, explain: true}
		w := Wait{Pid: pid, Stmt: -1}
		enabled := false
		for _, st := range stmts {
			if st.when == nil || st.when(s, c) {
				enabled = true
				break
			}
			if w.Stmt < 0 {
				w.Stmt, w.Label = st.id, st.info.Label
			}
			if w.For == "" && st.waits != nil {
				w.For = st.waits(s, c)
			}
		}
		if !enabled {
			out = append(out, w)
		}
	}
	return out
}

// Location implements [Program].
func (m *Model[S]) Location(state []uint64, pid int) string {
	if m.pc == nil {
		return ""
	}
	k := m.procs[pid].kind
	l := int(*m.label(view[S](state), pid))
	if l >= len(k.labels) {
		return "end"
	}
	return k.labels[l]
}

// Variables implements [Program].
func (m *Model[S]) Variables(state []uint64) []Variable {
	if m.show != nil {
		return m.show(view[S](state))
	}
	v := reflect.ValueOf(view[S](state)).Elem()
	var out []Variable
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Name == "_" {
			continue
		}
		value := v.Field(i)
		if n, ok := m.used[f.Name]; ok {
			value = value.Slice(0, n)
		}
		out = append(out, Variable{Name: f.Name, Value: printValue(value)})
	}
	return out
}

// printValue prints an integer, a boolean, an array or a struct; a type with a
// String method decides for itself.
func printValue(v reflect.Value) string {
	if v.CanInterface() {
		if s, ok := v.Interface().(fmt.Stringer); ok {
			return s.String()
		}
	}
	if v.CanInterface() {
		return fmt.Sprint(v.Interface())
	}
	return fmt.Sprint(v)
}
