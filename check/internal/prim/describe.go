package prim

import (
	"fmt"
	"slices"
)

// pairs are all pairs of one of a and one of b.
type pairs struct {
	a, b []Kind
	// because is why they commute; "" : they depend on each other.
	because string
}

// depend: the order of an operation of a and one of b, on one object, can matter.
func depend(a, b []Kind) pairs { return pairs{a: a, b: b} }

// commute: it never does.
func commute(a, b []Kind, because string) pairs { return pairs{a, b, because} }

// kinds is a list of kinds.
func kinds(ks ...Kind) []Kind { return ks }

// describe makes kinds known, and how they go together with each other and with
// those of other files. A pair may be declared several times if the answer is the
// same. It is called while variables are initialised.
func describe(is []Info, declared ...pairs) bool {
	for _, i := range is {
		if old := infos[i.Kind]; old.Name != "" {
			panic(fmt.Sprintf("prim: kind %d is %q and %q: every primitive needs a range of numbers of its own", i.Kind, old.Name, i.Name))
		}
		if i.Noun == "" && len(i.On) > 0 {
			i.Noun = i.On[0]
		}
		infos[i.Kind] = i
		for f, is := range map[flag]bool{reads: i.Reads, last: i.Last, many: i.Many, adds: i.Adds != nil, always: i.Enabled == nil && i.EnabledIn == nil && !i.Never && !i.Last} {
			if is {
				flags[i.Kind] |= f
			}
		}
		e := &effects[i.Kind]
		e.apply, e.refine, e.enabled, e.enabledIn = i.Apply, i.Refine, i.Enabled, i.EnabledIn
	}
	for _, p := range declared {
		p.declare()
	}
	return true
}

func (p pairs) declare() {
	r := ordered
	if p.because != "" {
		r = commuting
	}
	for _, a := range p.a {
		for _, b := range p.b {
			if old := relations[a][b]; old != undeclared && old != r {
				panic(fmt.Sprintf("prim: kinds %d and %d are declared both to commute and to depend on each other", a, b))
			}
			relations[a][b], relations[b][a] = r, r
			if r == commuting {
				reasons[[2]Kind{a, b}], reasons[[2]Kind{b, a}] = p.because, p.because
			}
		}
	}
}

// By now all files have described their kinds.
func init() {
	if missing := missing(); missing != "" {
		panic(missing)
	}
}

// missing says what pair of kinds can meet on one object and is not declared, ""
// if there is none.
func missing() string {
	for a := range infos {
		for b := range a + 1 {
			if meet(&infos[a], &infos[b]) && relations[a][b] == undeclared {
				return fmt.Sprintf("prim: it is not declared whether %q (kind %d) and %q (kind %d) commute", infos[a].Name, a, infos[b].Name, b)
			}
		}
	}
	return ""
}

// meet reports whether operations of two kinds can have to do with one object.
func meet(a, b *Info) bool {
	return slices.ContainsFunc(a.On, func(on string) bool { return slices.Contains(b.On, on) })
}

// Table says, for executors that are not written in Go, what the descriptions say: by
// number of the kinds.
func Table() (t struct {
	Ordered [maxKinds][maxKinds]bool // on one object they depend on each other
	Second  [maxKinds]Kind
	Writes  [maxKinds]bool
	Last    [maxKinds]bool
	Many    [maxKinds]bool
	Always  [maxKinds]bool // see [Kind.Always]
}) {
	for a := range infos {
		for b := range infos {
			t.Ordered[a][b] = relations[a][b] == ordered
		}
		t.Second[a], t.Writes[a], t.Last[a], t.Many[a], t.Always[a] = infos[a].Second, Kind(a).Writes(), Kind(a).Last(), infos[a].Many, Kind(a).Always()
	}
	return t
}
