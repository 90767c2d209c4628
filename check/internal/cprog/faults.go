//go:build linux && amd64

package cprog

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// noteLeft notes what the last execution has left behind when it ended: processes that
// nobody has waited for, and names.
func (s *session) noteLeft(x *prim.Execution) {
	if x.End != prim.Done && x.End != prim.Deadlock {
		return
	}
	s.ends++
	if w := s.x.child.job; w.Left&leftSomething != 0 {
		s.leaving++
		s.left = text(w.Message[:])
	}
}

// leftSomething are the bits of the wire that say so: a process, a name.
const leftSomething = 2 | 4

// leftBehind has a verdict say what is left behind: a warning if every execution leaves
// it, and a failure if only some do, or if the rule is strict.
func (s *session) leftBehind(ctx context.Context, v *verdict.Verdict) {
	if v.Answer != verdict.Pass || s.leaving == 0 {
		return
	}
	f := verdict.Finding{Code: verdict.Leak, Message: s.left, Severity: verdict.Warning}
	if s.leaving < s.ends || s.config.Search.Leaks == search.LeaksFail {
		o := s.config.Search
		o.Context, o.Strategy, o.Named, o.Further = ctx, "", s.called, 0
		o.Judge = func(*prim.Execution) (verdict.Code, string, bool) {
			if w := s.x.child.job; w.Left&leftSomething != 0 {
				return verdict.Leak, text(w.Message[:]), true
			}
			return "", "", true
		}
		if w := search.Explore(s.name, s.x, o); len(w.Findings) > 0 {
			f = w.Findings[0]
		}
		f.Severity = ""
		v.Answer = verdict.Fail
	}
	v.Findings = append(v.Findings, f)
}

// written is what the last execution has written to its standard output and error.
func (s *session) written() string {
	w := s.x.child.job
	out := string(w.Out[:min(max(w.Output, 0), maxOutput)])
	if w.OutputLost > 0 {
		out += fmt.Sprintf("… (cut: %d bytes more)\n", w.OutputLost)
	}
	return out
}

// raced are the data races of the last execution.
func (s *session) raced() (list []found) {
	if s.x.child == nil {
		return nil
	}
	w := s.x.child.job
	for i := range min(max(w.Races, 0), maxRaces) {
		r := &w.Race[i]
		if v := s.program.lines.find(r.Address); v != nil && v.atomic {
			continue // gcc reads an _Atomic index of an array as if it were plain
		}
		f := found{key: s.keyOf(r)}
		if slices.ContainsFunc(list, func(g found) bool { return g.key == f.key }) {
			continue
		}
		what := s.memory(r.Address)
		var sides [2]string
		for k := range sides {
			does := "read"
			switch op := s.accessOf(r, k); {
			case op != "":
				does = passive[op]
			case r.Write[k] != 0:
				does = "written"
			}
			place := "in the C++ library"
			if at := s.program.position(r.PC[k]); at != "" {
				place = "at " + at
			}
			sides[k] = fmt.Sprintf("%s %s by %s", does, place, s.x.who(int(r.Thread[k])))
			a := verdict.Access{Write: r.Write[k] != 0, Position: s.program.position(r.PC[k]), Function: s.program.lines.functionAt(r.PC[k])}
			if t := r.Thread[k]; t >= 0 && t < maxThreads {
				a.Started = s.program.position(w.Thread[t].Created)
			}
			f.sides = append([]verdict.Access{a}, f.sides...)
		}
		f.message = fmt.Sprintf("%s is %s and %s, and nothing orders the two", what, sides[0], sides[1])
		list = append(list, f)
	}
	return list
}

// accessOf is what one side of a race does to a descriptor, or to memory and locks by a call: it
// frees, uses, initialises, destroys, or closes; "" if it reads or writes.
func (s *session) accessOf(r *wireRace, side int) string {
	switch call, _ := s.callAt(r.PC[side]); {
	case isNumber(r.Address) && r.Write[side] != 0:
		return "close"
	case isNumber(r.Address):
		return "use"
	case r.Write[side] == freesMemory:
		return "free"
	case r.Write[side] != 0 && beginsObject.MatchString(call):
		return "initialise"
	case r.Write[side] != 0 && endsObject.MatchString(call):
		return "destroy"
	case usesObject.MatchString(call) && !answers.MatchString(call):
		return "use"
	}
	return ""
}

var passive = map[string]string{"free": "freed", "use": "used", "close": "closed", "initialise": "initialised", "destroy": "destroyed"}

// freesMemory is a write that frees.
const freesMemory = 2

// usesObject is how calls begin that use a lock or the like; beginsObject, and endsObject, that make one,
// and that destroy it. answers is how those begin that write to what else they are given.
var (
	usesObject   = regexp.MustCompile(`^(?:pthread|sem|mtx|cnd)_\w+\s*\(`)
	beginsObject = regexp.MustCompile(`^(?:pthread_\w+|sem|mtx|cnd)_init\s*\(`)
	answers      = regexp.MustCompile(`^(?:sem_getvalue|pthread_join)\s*\(`)
	endsObject   = regexp.MustCompile(`^(?:pthread_\w+|sem|mtx|cnd)_destroy\s*\(`)
)

// accesses are the two of a data race of the last execution, the later one first; nil if
// it has not come to it. They are told once for each two calls that make such accesses, as far
// as these are known.
func (s *session) accesses(key raceKey) (list []*verdict.Race) {
	w := s.x.child.job
	told := map[raceKey]bool{}
	var other *verdict.Race
	for i := range min(max(w.Races, 0), maxRaces) {
		r := &w.Race[i]
		if s.keyOf(r) != key || !s.there(r.Thread[0]) || !s.there(r.Thread[1]) {
			continue
		}
		race := &verdict.Race{Variable: s.memory(r.Address)}
		known := true
		for _, k := range []int{1, 0} {
			who := int(r.Thread[k])
			pc := s.ours(r, k)
			known = known && !s.program.foreign(pc)
			side := verdict.RaceSide{Process: &who, Op: s.accessOf(r, k), Write: r.Write[k] != 0, Position: s.program.position(pc), Func: s.program.lines.functionAt(pc)}
			side.Text = s.program.Line(side.Position)
			side.After, side.Holds = s.holding(who, int(r.Event[k]))
			race.Accesses = append(race.Accesses, side)
		}
		by := raceKey{race.Accesses[0].Position, race.Accesses[1].Position}
		by = raceKey{min(by.earlier, by.later), max(by.earlier, by.later)}
		switch {
		case !known && other == nil:
			other = race
		case known && !told[by]:
			told[by] = true
			list = append(list, race)
		}
	}
	if list == nil && other != nil {
		list = append(list, other)
	}
	return list
}

func (s *session) there(thread int32) bool { return thread >= 0 && int(thread) < len(s.x.Threads) }

// ours is where the program makes an access: if it is in a header of the system's, where that
// is called from, as far as the step of the thread that makes it knows.
func (s *session) ours(r *wireRace, side int) uint64 {
	pc := r.PC[side]
	w := s.x.child.job
	for i := min(int(r.Event[side]), len(s.x.Events)) - 1; i >= 0; i-- {
		if e := &w.Event[i]; e.Thread == r.Thread[side] && e.PC == pc {
			return s.program.ownPlace(pc, w.Frames[i][:])
		}
	}
	return pc
}

// keyOf tells a race from others: by the places of its accesses; by the variable, if both are
// in headers of the system's, where one call makes many.
func (s *session) keyOf(r *wireRace) raceKey {
	if s.program.foreign(r.PC[0]) && s.program.foreign(r.PC[1]) {
		return raceKey{s.memory(r.Address), ""}
	}
	key := raceKey{s.program.position(r.PC[0]), s.program.position(r.PC[1])}
	if key.later < key.earlier {
		key.earlier, key.later = key.later, key.earlier
	}
	return key
}

// holding are the locks that a thread holds after so many events of the last execution,
// and the number of its last step among them, 0 if there is none.
func (s *session) holding(thread, events int) (last int, names []string) {
	var held []int32
	give := func(obj int32) {
		if i := slices.Index(held, obj); i >= 0 {
			held = slices.Delete(held, i, i+1)
		}
	}
	for i := range min(events, len(s.x.Events)) {
		e := &s.x.Events[i]
		if int(e.G) != thread {
			continue
		}
		last = i + 1
		switch e.Op.Kind {
		case prim.OpLock, prim.OpTryLock, prim.OpWLockGo, prim.OpRLock, prim.OpTryRLocked, prim.OpCondWake:
			held = append(held, e.Op.Obj)
		case prim.OpUnlock, prim.OpRUnlock:
			give(e.Op.Obj)
		case prim.OpCondWait:
			give(e.Op.Obj2)
		}
	}
	for _, obj := range held {
		name := s.object(obj)
		if name == "" {
			name = "a lock"
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return last, names
}

// memory names what is at an address.
func (s *session) memory(address uint64) string {
	if name, _ := s.program.lines.variableAt(address); name != "" {
		return name
	}
	if name, of := s.x.local(address); name != "" {
		return "the local variable " + name + " of " + of
	}
	switch {
	case isNumber(address):
		return fmt.Sprintf("descriptor %d", (address-numbersBegin)/8%descriptors)
	case address >= heapBegin && address < heapEnd:
		return "memory of the heap"
	case address >= stacksBegin && address < heapBegin:
		return "a local variable"
	case address >= sharedBegin && address < sharedEnd:
		if n := named(s.x.child.job, address); n != nil {
			return "shared memory " + s.at(n, address)
		}
		return "shared memory"
	}
	return fmt.Sprintf("memory at %#x", address)
}

// isNumber reports whether an address stands for the number of a descriptor.
func isNumber(address uint64) bool { return address >= numbersBegin && address < reservedEnd }

// Where the runtime has things: see runtime/rt.h.
const (
	stackSize   = 8 << 20
	stacksBegin = 0x220000000000
	heapBegin   = 0x230000000000
	heapEnd     = 0x240000000000
	sharedBegin = 0x250000000000
	sharedEnd   = 0x260000000000

	numbersBegin = 0x26f000000000 // of descriptors, by process
	reservedEnd  = 0x270000000000
	descriptors  = 64
)
