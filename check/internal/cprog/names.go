//go:build linux && amd64

package cprog

import (
	"fmt"
	"regexp"
	"strings"
)

// calls are the functions whose first argument is the object, by class.
var calls = map[int32]*regexp.Regexp{
	classMutex:     regexp.MustCompile(`\b(?:pthread_mutex_\w+|mtx_\w+)\s*\(\s*&?\s*([^,;]+?)\s*[,)]`),
	classRWLock:    regexp.MustCompile(`\bpthread_rwlock_\w+\s*\(\s*&?\s*([^,;]+?)\s*[,)]`),
	classSpinLock:  regexp.MustCompile(`\bpthread_spin_\w+\s*\(\s*&?\s*([^,;]+?)\s*[,)]`),
	classCond:      regexp.MustCompile(`\b(?:pthread_cond_\w+|cnd_\w+)\s*\(\s*&?\s*([^,;]+?)\s*[,)]`),
	classSemaphore: regexp.MustCompile(`\bsem_\w+\s*\(\s*&?\s*([^,;]+?)\s*[,)]`),
	classBarrier:   regexp.MustCompile(`\bpthread_barrier_\w+\s*\(\s*&?\s*([^,;]+?)\s*[,)]`),
	classHistory:   regexp.MustCompile(`\bipc_(?:object|send|recv|full|empty|call_\w+)\s*\(\s*&?\s*([^,;]+?)\s*[,)]`),
	classOnce:      regexp.MustCompile(`\b(?:pthread_once|call_once)\s*\(\s*&?\s*([^,;]+?)\s*[,)]`),
}

// nouns go before the names of objects, by class.
var nouns = map[int32]string{
	classMutex: "mutex ", classRWLock: "rwmutex ", classSpinLock: "spin lock ", classCond: "cond ", classSemaphore: "semaphore ",
	classBarrier: "barrier ", classOnce: "once ",
}

// otherEnd is what who opens a fifo waits for.
const otherEnd = "the other end of a fifo"

// endedChildren are those of a process that it has not waited for yet.
const endedChildren = "ended children"

// called is an object with its noun, "" if it has no name.
func (s *session) called(id int32) string {
	name := s.object(id)
	if name == "" {
		return ""
	}
	o := &s.x.child.wire.Object[id]
	if _, monitors := monitored(s.x.child.wire, o); name == otherEnd || monitors {
		return name
	}
	return nouns[o.Class] + name
}

// object names an object of the last execution, as the program does where it uses it
// first: a variable by its declaration, memory of the heap by the argument of the call; ""
// if neither is known.
func (s *session) object(id int32) string {
	if s.x.child == nil || id < 0 || id >= s.x.child.wire.Objects {
		return ""
	}
	w := s.x.child.wire
	o := &w.Object[id]
	switch {
	case o.Class == classThread && o.Of >= 0:
		return s.x.who(int(o.Of))
	case o.Class == classThread:
		return fmt.Sprintf("child %d", -o.Of)
	case o.Class == classSignals:
		return "the signals of " + s.x.who(int(o.Of))
	case o.Class == classCond && o.Of != 0:
		return otherEnd
	case o.Class == classChildren:
		return endedChildren
	}
	if kind, ok := monitored(s.x.child.wire, o); ok {
		return monitor(w, id, kind, s.lineAt)
	}
	if name, _ := s.program.lines.variableAt(o.Address); name != "" {
		if o.Class == classHistory { // of all of it, and not of what it begins with
			name, _, _ = strings.Cut(name, ".")
		}
		return name
	}
	for i := range min(max(w.Events, 0), maxEvents) {
		e := &w.Event[i]
		if e.Full.Obj != id && e.Full.Obj2 != id {
			continue
		}
		if name := s.argument(o.Class, s.lineAt(e.PC)); name != "" {
			return name
		}
	}
	for i := range min(max(w.Threads, 0), maxThreads) { // of those that it has kept from it
		if t := &w.Thread[i]; t.Ended == 0 && t.Op.Obj == id {
			if name := s.argument(o.Class, s.lineAt(t.PC)); name != "" {
				return name
			}
		}
	}
	if n := named(w, o.Address); n != nil {
		return n.at(o.Address)
	}
	return ""
}

// lineAt is the line of the source of an instruction.
func (s *session) lineAt(pc uint64) string { return s.program.Line(s.program.position(pc)) }

// argument is the object of a call of its class, on a line of the source.
func (s *session) argument(class int32, line string) string {
	pattern := calls[class]
	if pattern == nil {
		return ""
	}
	m := pattern.FindStringSubmatch(line)
	if m == nil {
		return ""
	}
	return strings.TrimSpace(m[1])
}

// who names a thread: by its process, its number and its function.
func (x *executor) who(thread int) string {
	if thread < 0 || thread >= maxThreads || x.child == nil {
		return "somebody"
	}
	t := &x.child.wire.Thread[thread]
	if thread == 0 {
		return "main"
	}
	if t.Entry == 0 {
		return fmt.Sprintf("child %d", t.Process)
	}
	name := fmt.Sprintf("T%d", thread)
	if f := x.program.lines.functionFrom(t.Entry); f != "" {
		name += " " + f
	}
	if t.Process != 0 {
		name += fmt.Sprintf(" of child %d", t.Process)
	}
	return name
}
