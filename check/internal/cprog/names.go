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
	classPipe:      madePipe,
	classReadEnd:   madePipe,
	classOnce:      regexp.MustCompile(`\b(?:pthread_once|call_once)\s*\(\s*&?\s*([^,;]+?)\s*[,)]`),
}

var madePipe = regexp.MustCompile(`\b(?:pipe2?\s*\(|socketpair\s*\([^;]*,)\s*&?\s*([^,;]+?)\s*[,)]`)

var madeCounter = regexp.MustCompile(`([^\s=]+)\s*=\s*eventfd\s*\(`)

// nouns go before the names of objects, by class.
var nouns = map[int32]string{
	classMutex: "mutex ", classRWLock: "rwlock ", classSpinLock: "spin lock ", classCond: "cond ", classSemaphore: "semaphore ",
	classBarrier: "barrier ", classOnce: "once ", classPipe: "pipe ", classReadEnd: "the readers of pipe ",
}

// otherEnd is what who opens a fifo waits for: that of its name.
const otherEnd = "the other end of "

// standardInput is what one thread reads and the others do not.
const standardInput = "standard input"

// endedChildren are those of a process that it has not waited for yet.
const endedChildren = "ended children"

// Of memory that is none of the program's: what it stands for.
const (
	ofName        = 1
	ofDescriptors = -3
	ofWaiting     = -4
)

// called is an object with its noun, "" if it has no name.
func (s *session) called(id int32) string {
	name := s.object(id)
	if name == "" {
		return ""
	}
	o := &s.x.child.job.Object[id]
	if _, monitors := monitored(s.x.child.job, o); strings.HasPrefix(name, otherEnd) || monitors {
		return name
	}
	noun := nouns[o.Class]
	switch {
	case o.Class != classPipe && o.Class != classReadEnd:
	case o.Of == pipeFIFO:
		noun = strings.Replace(noun, "pipe ", "", 1)
	case o.Of == pipeStream:
		noun = strings.Replace(noun, "pipe", "socket", 1)
	case o.Of == pipeCounter:
		noun = "eventfd "
	}
	return noun + name
}

// object names an object of the last execution, as the program does where it uses it
// first: a variable by its declaration, memory of the heap by the argument of the call; ""
// if neither is known.
func (s *session) object(id int32) string {
	if s.x.child == nil || id < 0 || id >= s.x.child.job.Objects {
		return ""
	}
	w := s.x.child.job
	o := &w.Object[id]
	switch {
	case o.Class == classThread && o.Of >= 0:
		return s.x.who(int(o.Of))
	case o.Class == classThread:
		return fmt.Sprintf("child %d", w.child(-o.Of))
	case o.Class == classSignals:
		return "the signals of " + s.x.who(int(o.Of))
	case o.Class == classCond && o.Of != 0:
		return otherEnd + fifo(w, o)
	case (o.Class == classPipe || o.Class == classReadEnd) && o.Of == pipeFIFO:
		return fifo(w, o)
	case o.Class == classMemory && o.Of == -2:
		return standardInput
	case o.Class == classMemory && o.Of == -1:
		return "standard output"
	case o.Class == classMemory && o.Of == ofName:
		return s.nameOf(id)
	case o.Class == classMemory && o.Of == ofDescriptors:
		return "the table of descriptors"
	case o.Class == classMemory && o.Of == ofWaiting:
		return "O_NONBLOCK"
	case o.Class == classMemory && o.Of > 1:
		return "the cancellation of " + s.x.who(int(o.Of-2))
	case o.Class == classChildren:
		return endedChildren
	}
	if kind, ok := monitored(s.x.child.job, o); ok {
		return monitor(w, id, kind, s.given(named(w, o.Address)), s.callOrLine)
	}
	if name, _ := s.program.lines.variableAt(o.Address); name != "" {
		if o.Class == classHistory { // of all of it, and not of what it begins with
			name, _, _ = strings.Cut(name, ".")
		}
		return name
	}
	if name, _ := s.x.local(o.Address); name != "" {
		return name
	}
	if o.Made != 0 {
		return s.pipe(id)
	}
	if name := s.argumentOf(id); name != "" {
		return s.numbered(id, name)
	}
	if n := named(w, o.Address); n != nil {
		return s.at(n, o.Address)
	}
	return ""
}

// fifo is what a fifo is called, with the noun.
func fifo(w *wireJob, o *wireObject) string {
	if n := named(w, o.Address); n != nil {
		return text(n.Name[:])
	}
	return "a fifo"
}

var opens = regexp.MustCompile(`\b(?:(?:shm_|sem_|mq_|f)?open|(?:shm_|sem_|mq_)?unlink|(?:shm|sem|msg)get|mkfifo|access|remove)\s*\(\s*([^,;)]+)`)

// nameOf is what an object stands for: a name, or the size of what has it. One that nothing
// has is as the program gives it where it looks for it.
func (s *session) nameOf(id int32) string {
	w := s.x.child.job
	for i := range min(max(w.Names, 0), maxNames) {
		switch n := &w.Name[i]; w.Object[id].Address {
		case n.Mark:
			return "the name " + s.given(n)
		case n.Sized:
			return "the size of " + s.given(n)
		}
	}
	if name := s.firstCall(id, opens); name != "" {
		return "the name " + strings.Trim(name, `"`)
	}
	return "a name"
}

// madeByKey is what has no path, and what it is assigned to.
var madeByKey = regexp.MustCompile(`([\w.\[\]>-]+)\s*=\s*(?:shm|sem|msg)get\s*\(`)

// given is what the program calls what has a name: the path, or the variable to which it has
// assigned what has none when it made that.
func (s *session) given(n *wireName) string {
	name := n.short()
	if !strings.HasPrefix(name, "key ") && !strings.HasPrefix(name, "private ") {
		return name
	}
	r, ok := s.program.lines.at(n.Made)
	if !ok {
		return name
	}
	line := s.program.lines.line(r.file, r.line)
	for _, m := range madeByKey.FindAllStringSubmatchIndex(line, -1) {
		if m[0] < r.col || r.col == 0 {
			name = line[m[2]:m[3]]
		}
	}
	return name
}

// at is an address by the name.
func (s *session) at(n *wireName, address uint64) string {
	if offset := address - n.Address; offset > 0 {
		return fmt.Sprintf("%s+%d", s.given(n), offset)
	}
	return s.given(n)
}

// argumentOf is an object as the first call has it that works on it, "" if there is none.
func (s *session) argumentOf(id int32) string {
	return s.firstCall(id, calls[s.x.child.job.Object[id].Class])
}

// firstCall is the argument of the first call that works on an object and is as the pattern
// says.
func (s *session) firstCall(id int32, pattern *regexp.Regexp) string {
	w := s.x.child.job
	for i := range min(max(w.Events, 0), maxEvents) {
		if e := &w.Event[i]; e.Full.Obj == id || e.Full.Obj2 == id {
			if name := s.argumentAt(pattern, e.PC, &w.Frames[i]); name != "" {
				return name
			}
		}
	}
	for i := range min(max(w.Threads, 0), maxThreads) {
		if t := &w.Thread[i]; t.Ended == 0 && (t.Op.Obj == id || t.Op.Obj2 == id) {
			if name := s.argumentAt(pattern, t.PC, &t.Frames); name != "" {
				return name
			}
		}
	}
	return ""
}

// argumentAt is that of a call at a place, or what a function has been given for it that wraps
// the call, if the calls that lead there have been kept.
func (s *session) argumentAt(pattern *regexp.Regexp, pc uint64, frames *[maxFrames]uint64) string {
	name := s.argument(pattern, pc)
	if name == "" || s.x.child.job.Positions == 0 {
		return name
	}
	if r, ok := s.program.lines.at(s.program.ownPlace(pc, frames[:])); ok {
		if call := s.program.wrappers.call(s.program.lines.line(r.file, r.line), r.col); call != "" {
			return strings.TrimSpace(strings.TrimPrefix(firstArgument(call), "&"))
		}
	}
	return name
}

// numbered is the name of an object, with a number if others are called so, too: a variable
// that points at one of them, and then at the next.
func (s *session) numbered(id int32, name string) string {
	w := s.x.child.job
	all, this := 0, 0
	for i := range min(w.Objects, maxObjects) {
		if o := &w.Object[i]; o.Class == w.Object[id].Class && s.argumentOf(i) == name {
			if all++; i == id {
				this = all
			}
		}
	}
	if all < 2 {
		return name
	}
	return fmt.Sprintf("%s#%d", name, this)
}

// callAt is the call that an instruction is part of, as it is written, and the line of it;
// "" if it is part of none.
func (s *session) callAt(pc uint64) (call, line string) {
	r, ok := s.program.lines.at(pc)
	if !ok {
		return "", ""
	}
	line = s.program.lines.line(r.file, r.line)
	call, _ = callAt(line, "", r.col)
	return call, line
}

// callOrLine is the call that an instruction is part of, or else the line of it.
func (s *session) callOrLine(pc uint64) string {
	call, line := s.callAt(pc)
	if call == "" {
		return line
	}
	return call
}

// argument is that of a call at a place.
func (s *session) argument(pattern *regexp.Regexp, pc uint64) string {
	if pattern == nil {
		return ""
	}
	m := pattern.FindStringSubmatch(s.callOrLine(pc))
	if m == nil {
		return ""
	}
	return strings.TrimSpace(m[1])
}

// pipe names a pipe as the call does that has made it; of several that it has made, with a
// number.
func (s *session) pipe(id int32) string {
	w := s.x.child.job
	o := &w.Object[id]
	name := s.argument(calls[o.Class], o.Made)
	if _, line := s.callAt(o.Made); o.Of == pipeCounter {
		if m := madeCounter.FindStringSubmatch(line); m != nil {
			name = m[1]
		}
	}
	if name == "" {
		return ""
	}
	all, this := 0, 0
	for i := range min(w.Objects, maxObjects) {
		if other := &w.Object[i]; other.Class == o.Class && other.Made == o.Made {
			if all++; i == id {
				this = all
			}
		}
	}
	if all > 1 {
		name += fmt.Sprintf(" (%d)", this)
	}
	return name
}

// local names what is at an address as a local variable of the function with which a thread
// begins, and the function; "" if it is none.
func (x *executor) local(address uint64) (name, of string) {
	if address < stacksBegin || address >= stacksBegin+maxThreads*stackSize || x.child == nil {
		return "", ""
	}
	thread := (address - stacksBegin) / stackSize
	w := x.child.job
	f := x.program.lines.functionOf(w.Thread[thread].Entry)
	if f == nil || (thread > 0) != (w.Thread[thread].Entry != 0) {
		return "", ""
	}
	return f.localAt(address - (stacksBegin + (thread+1)*stackSize - x.child.wire.Entered)), f.name
}

// who names a thread: by its process, its number and its function.
func (x *executor) who(thread int) string {
	if thread < 0 || thread >= maxThreads || x.child == nil {
		return "somebody"
	}
	t := &x.child.job.Thread[thread]
	if thread == 0 {
		return "main"
	}
	if t.Entry == 0 {
		return fmt.Sprintf("child %d", x.child.job.child(t.Process))
	}
	name := fmt.Sprintf("T%d", thread)
	if f := x.program.lines.functionFrom(t.Entry); f != "" {
		name += " " + f
	}
	if t.Process != 0 {
		name += fmt.Sprintf(" of child %d", x.child.job.child(t.Process))
	}
	return name
}
