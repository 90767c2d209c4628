package world

import (
	"runtime"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/exec"
)

// Chance. Where there are only a few ways the search takes each, in a second
// exploration; elsewhere one is taken, and the verdict says so.

// Offered says that an execution since [Begin] has left a choice to chance that the
// search might make; see [exec.Choosing].
var Offered bool

// Lucky says that in an execution since [Begin] chance has decided something that might
// have gone another way, which the search has not looked at.
var Lucky bool

// choose lets the search decide between n ways, if they are few. If it does not it
// reports false, and the premise is noted.
//
//go:norace
func choose(g *exec.G, n int, premise string, c call) (way int, ok bool) {
	if n <= mostWays {
		Offered = true
		if way, ok = g.Choose(n); ok {
			return way, true
		}
	}
	Lucky = true
	if premise != "" {
		Assume(premise, c.position)
	}
	return 0, false
}

// Decide is choose, as part of the operation under way.
//
//go:norace
func Decide(n int, premise string) (way int) {
	g := enter()
	if g == nil {
		return 0
	}
	c := caller()
	leave()
	Offered = true
	way, ok := g.Decide(n)
	if !ok {
		Lucky = true
		Assume(premise, c.position)
	}
	return way
}

// tellOrder says that chance has decided in which order things come, if it has.
//
//go:norace
func tellOrder(g *exec.G, what string, way int, decided bool) {
	switch {
	case !decided:
	case way == 0:
		g.Tell(what + " in one order")
	default:
		g.Tell(what + " in another order")
	}
}

// mostWays is how many ways are few.
const mostWays = 6

// drawn is called for a random number below n, which is small.
//
//go:norace
func drawn(n uint64) (k uint64, ok bool) {
	g := enter()
	if g == nil {
		return 0, false
	}
	c := caller()
	leave()
	if len(c.library) != 1 {
		return 0, false // the standard library may hold a lock
	}
	way, ok := choose(g, int(n), "", c)
	if ok {
		g.Tell(strconv.Itoa(way))
	}
	return uint64(way), ok
}

// order is what is said of an order that is left to chance.
const order = "the order of the keys of a map: one of several"

// ordered is called before the standard library goes through a map of n keys.
//
//go:norace
func ordered(int) {
	g := enter()
	if g == nil {
		return
	}
	defer leave()
	c := caller()
	if c.position != "" && !c.anyhow() && (!c.through("reflect.") || c.reflects()) {
		Lucky = true
		Assume(order, c.position)
	}
}

// AssumeOrder notes that the order of the keys of a map may matter.
//
//go:norace
func AssumeOrder() { AssumeHere(order) }

// AssumeHere notes a premise of what is left to chance at the place that is under way.
//
//go:norace
func AssumeHere(premise string) {
	g := enter()
	if g == nil {
		return
	}
	c := caller()
	leave()
	if !c.own {
		Lucky = true
		Assume(premise, c.position)
	}
}

// reflects reports whether the program itself goes over a map by package reflect: of what the
// library does the order shows nowhere.
//
//go:norace
func (c *call) reflects() bool {
	for _, f := range c.library {
		if !strings.HasPrefix(f, "reflect.Value.") && !strings.HasPrefix(f, "reflect.MapIter.") {
			return false
		}
	}
	return true
}

// listed is called when package reflect has listed n keys of a map, and returns an order
// for them.
//
//go:norace
func listed(n int) []int {
	g := enter()
	if g == nil {
		return nil
	}
	if !exec.Choosing && noted() {
		leave()
		return nil
	}
	c := caller()
	leave()
	if c.position == "" || c.anyhow() || !c.reflects() {
		return nil
	}
	return permutation(g, c, n, "the keys", order)
}

// sites are stacks from which [Permutation] was called since [Begin], as hashes.
var sites [256]uintptr

// noted reports whether what it would note is noted: to say where the call comes from
// takes longer than a loop over a small map.
//
//go:norace
func noted() bool {
	var pcs [8]uintptr
	h := uintptr(0)
	for _, pc := range pcs[:runtime.Callers(3, pcs[:])] {
		h = h*31 + pc
	}
	s := &sites[h%uintptr(len(sites))]
	was := *s
	*s = h
	return was == h
}

// mostOrdered is of how many keys every order is tried: of more, one and its reverse.
const mostOrdered = 3

// orders are how many orders so many keys have.
var orders = [mostOrdered + 1]int{1, 1, 2, 6}

// anyhow reports whether a function is under way that does the same whatever the order
// of what it is given.
//
//go:norace
func (c *call) anyhow() bool {
	return c.own || c.through("slices.Sorted") || c.through("maps.Collect") || c.through("maps.Insert")
}

// Permutation is an order of n keys that chance decides: nil for the one in which they
// are.
//
//go:norace
func Permutation(n int) []int { return PermutationOf(n, "the keys", order) }

// PermutationOf is [Permutation], for what is no map to the program. The premise is what is
// said where it is left to chance.
//
//go:norace
func PermutationOf(n int, what, premise string) []int {
	if n < 2 {
		return nil
	}
	g := enter()
	if g == nil {
		return nil
	}
	if !exec.Choosing && noted() {
		leave()
		return nil
	}
	c := caller()
	leave()
	if c.anyhow() {
		return nil
	}
	return permutation(g, c, n, what, premise)
}

//go:norace
func permutation(g *exec.G, c call, n int, what, premise string) []int {
	if n > mostOrdered {
		Lucky = true
		Assume(premise, c.position)
		way, ok := choose(g, 2, "", c)
		tellOrder(g, what, way, ok)
		if way == 0 {
			return nil
		}
		p := make([]int, n)
		for i := range p {
			p[i] = n - 1 - i
		}
		return p
	}
	way, ok := choose(g, orders[n], premise, c)
	tellOrder(g, what, way, ok)
	if way == 0 {
		return nil
	}
	// The way is a number whose digits, to the bases 1, 2, 3, …, say where each is put
	// among those before it (Lehmer).
	p := make([]int, 0, n)
	for i := range n {
		at := i - way%(i+1)
		way /= i + 1
		p = append(p, 0)
		copy(p[at+1:], p[at:])
		p[at] = i
	}
	return p
}

// met is what is said where keys that are put into a map during a loop over it are left to
// chance.
const met = "which keys a loop over a map comes to, of those put in meanwhile: one choice of several"

// AssumeMet notes that a loop may come to keys that it does not come to.
//
//go:norace
func AssumeMet() { AssumeHere(met) }

// ofTwo are the ways in which a loop may come to two keys.
var ofTwo = [][]int{nil, {0}, {1}, {0, 1}, {1, 0}}

// Met is to which of n keys a loop comes that have been put into its map meanwhile, in
// their order: of more than two to all or none. With between there are ways that this does
// not look at.
//
//go:norace
func Met(n int, between bool) (which []int) {
	g := enter()
	if g == nil {
		return nil
	}
	c := caller()
	leave()
	if c.anyhow() {
		return nil
	}
	if between || n > 2 {
		Lucky = true
		Assume(met, c.position)
	}
	ways := 2
	if n == 2 {
		ways = len(ofTwo)
	}
	way, ok := choose(g, ways, met, c)
	if ok && way == 0 {
		g.Tell("none of the new keys")
	} else if ok {
		g.Tell("new keys")
	}
	switch {
	case way == 0:
		return nil
	case n == 2:
		return ofTwo[way]
	}
	for i := range n {
		which = append(which, i)
	}
	return which
}
