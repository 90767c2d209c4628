package exec

import "github.com/ipccheck/ipccheck/check/internal/prim"

// The operations of the primitives. Each announces itself, returns when the
// scheduler lets it go on, and takes effect then. In a run that is over they do
// nothing.

// Load announces an atomic read of the object; the caller reads when it returns.
//
//go:norace
func (g *G) Load(o int32) { g.read(prim.On(prim.OpLoad, o)) }

// Look is Load, where a loop reads again and again and comes to an end.
//
//go:norace
func (g *G) Look(o int32) { g.announce(prim.On(prim.OpLoad, o)) }

// Store announces an atomic write. The caller says with [G.Found] what it overwrites.
//
//go:norace
func (g *G) Store(o int32) {
	g.Condition = prim.Condition{}
	g.announce(prim.On(prim.OpStore, o))
}

// RMW announces an atomic read-modify-write of a cell. The caller says with
// [G.Found] what it finds there, unless nobody updates the object under a condition;
// and with [G.Unchanged] if it leaves that as it was.
//
//go:norace
func (g *G) RMW(o, cell int32) {
	g.Condition = prim.Condition{Cell: cell}
	g.read(prim.On(prim.OpRMW, o))
}

// UpdateIf announces a read-modify-write that writes if a condition holds. The caller
// says with [G.Found] what it finds in the cell.
//
//go:norace
func (g *G) UpdateIf(o int32, c prim.Condition) {
	g.Condition = c
	g.read(prim.On(prim.OpUpdateIf, o))
}

// Found says what the update under way finds. If that does not satisfy its
// condition, it is a read.
//
//go:norace
func (g *G) Found(value uint64) {
	x := g.x
	if x.kill {
		return
	}
	k := g.Op.Kind
	if x.trial.g == g {
		k = x.trial.kind
	} else {
		x.last().Before = value
	}
	if k != prim.OpUpdateIf {
		return
	}
	is := prim.OpRMW
	if !g.Condition.Holds(value) {
		is = prim.OpLoad
	}
	if x.trial.g != g {
		x.last().Op.Kind = is
	}
	if is == prim.OpLoad {
		if x.trial.g != g {
			o := &x.objs[x.last().Op.Obj]
			o.past = o.before
		}
		g.Unchanged()
	}
}

// Number is a number for a value in this run: equal values have equal ones, and that
// of nil is 0. Those that cannot be compared are equal to nothing. It takes time
// proportional to how many there are.
//
//go:norace
func (x *Exec) Number(v any) uint64 {
	if v == nil {
		return 0
	}
	for i := range x.numbered {
		if equal(x.numbered[i], v) {
			return uint64(i) + 1
		}
	}
	x.numbered = append(x.numbered, v)
	return uint64(len(x.numbered))
}

// equal reports false where the values cannot be compared.
//
//go:norace
func equal(v, w any) (is bool) {
	defer func() { _ = recover() }()
	return v == w
}

// Unchanged says that the operation under way left the object as it was: a loop
// around it makes no progress.
//
//go:norace
func (g *G) Unchanged() {
	switch x := g.x; {
	case x.kill:
	case x.trial.g == g:
		x.trial.writes = false
	default:
		e := x.last()
		e.Same = true
		x.objs[e.Op.Obj].version--
		g.stutter(e.Full)
	}
}
