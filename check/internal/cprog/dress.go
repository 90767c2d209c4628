//go:build linux && amd64

package cprog

import (
	"regexp"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// dress gives a trace the names and places of the source: its calls as they are written,
// its threads by their functions, its objects by their variables.
func (s *session) dress(t *verdict.Trace) {
	are := map[string]string{} // what they were called, and are
	for i := range t.Actors {
		was := t.Actors[i].ID
		s.actor(&t.Actors[i], t.Processes[i])
		are[was] = t.Actors[i].ID
	}
	for i := range t.Objects {
		o := &t.Objects[i]
		for _, noun := range nouns {
			o.Name = strings.TrimPrefix(o.Name, noun)
		}
		if o.Kind == "atomic" {
			o.Kind = "variable"
			if n, ok := strings.CutPrefix(o.Name, "atomic "); ok { // it has no name
				o.Name = "memory " + n
			}
		}
	}
	for i := range t.Sites {
		s.site(&t.Sites[i])
	}
	for i := range t.Steps {
		step := &t.Steps[i]
		step.Label, step.Position = s.told(t, step.Site, step.Label, step.Position, step.Op, step.Object)
		for k := range step.Changes {
			if c := &step.Changes[k]; c.Field == "owner" || c.Field == "waiting" {
				c.From, c.To = threads(c.From, are), threads(c.To, are)
			}
		}
		if callOn(step.Label, step.Op, 0) != "" && strings.HasPrefix(step.Label, "ipc_") && step.Value != "" {
			step.Note = "item " + step.Value
		}
	}
	for _, list := range [][]verdict.Waiting{t.Waiting, t.Pending} {
		for i := range list {
			w := &list[i]
			w.Label, w.Position = s.told(t, w.Site, w.Label, w.Position, w.Op, w.Object)
			w.For = inC(w.For)
			if w.Op == "lock" && w.Object > 0 && t.Objects[w.Object-1].Kind == "rwmutex" && w.Holder == nil {
				w.For, w.Op = readers(t, w.Object, w.For), "locked"
			}
		}
	}
}

// readers says for what somebody waits who wants a lock that others read.
func readers(t *verdict.Trace, object int, otherwise string) string {
	var who []string
	for _, h := range t.Holds {
		if h.Object == object {
			who = append(who, t.Processes[h.Process])
		}
	}
	if len(who) == 0 {
		return otherwise
	}
	return "the readers of " + t.Objects[object-1].Name + " to leave: " + words.List(who, "and")
}

// threads is a text with other identifiers of threads.
func threads(text string, are map[string]string) string {
	return identifier.ReplaceAllStringFunc(text, func(was string) string {
		if is, ok := are[was]; ok {
			return is
		}
		return was
	})
}

var identifier = regexp.MustCompile(`\bG\d+\b`)

// actor names a thread, or the first thread of a process.
func (s *session) actor(a *verdict.Actor, name string) {
	a.Kind = "thread"
	id, function, ok := strings.Cut(name, " ")
	switch {
	case id == "child":
		a.Kind, a.ID, a.Name = "process", "P"+function, name
	case ok:
		a.ID, a.Name = id, function
	default:
		a.ID, a.Name = "T"+strings.TrimPrefix(a.ID, "G"), name
	}
	if a.Go == nil {
		return
	}
	a.Go.Frames = nil
	a.Go.Text = s.program.Line(a.Go.Position)
}

// site gives a site the call as it is written, and the line of the source.
func (s *session) site(t *verdict.Site) {
	if len(t.Frames) > 0 && t.Frames[0].Position == "" {
		t.Frames = t.Frames[1:] // of the library
	}
	if t.Position == "" {
		return
	}
	t.Text = s.program.Line(t.Position)
	call, known := callAt(s.program.whole(t.Position), t.Op, t.Column)
	if !known {
		call = callOn(t.Text, t.Op, t.Nth)
	}
	if call != "" {
		t.Label = call
	}
	t.Nth = 0
}

func (s *session) told(t *verdict.Trace, site int, label, position, op string, object int) (string, string) {
	if site == 0 {
		return inC(label), position
	}
	at := &t.Sites[site-1]
	name := ""
	if object > 0 {
		name = t.Objects[object-1].Name
	}
	if call, _ := callAt(s.program.whole(at.Position), "", at.Column); name == standardInput && call != "" {
		return call, at.Position
	}
	if does, ok := memoryWords[op]; ok && name != "" && !strings.Contains(at.Label, "(") {
		return does + " " + name, at.Position
	}
	if strings.Contains(at.Label, "(") {
		return at.Label, at.Position
	}
	if does, ok := earlyWords[op]; ok && s.config.Early && callOn(at.Text, "time out", 0) != "" {
		return does, at.Position
	}
	if does, ok := wakeupWords[op]; ok && callOn(at.Text, "woken", 0) != "" {
		return does, at.Position
	}
	if op == "sigmask" {
		if call, _ := callAt(s.program.whole(at.Position), "write", at.Column); performs(call, "write") {
			return call + ": SIGPIPE", at.Position
		}
	}
	if does, ok := signalWords[op]; ok {
		return does, at.Position
	}
	return strings.TrimSpace(op + " " + name), at.Position
}

// signalWords say what a thread does about signals without a call that says it.
var signalWords = map[string]string{"interrupted": "a signal comes", "sigmask": "the handler has returned", "kill": "the parent gets SIGCHLD"}

// wakeupWords say what a wait does that may end without a signal.
var wakeupWords = map[string]string{"choose": "waits for a signal, or wakes up without", "unlock": "wait that ends without a signal"}

// memoryWords are what operations on memory do to it.
var memoryWords = map[string]string{"load": "read", "store": "write", "update": "update"}

// earlyWords say what a wait does whose time may be over though others can go on.
var earlyWords = map[string]string{"choose": "waits, or its time is over", "unlock": "its time is over"}

// monitors are the functions that are done under a lock and a condition of the runtime's.
const monitors = `open|fopen|close|fclose|_?exit|sem(?:timed)?op|semctl|msgsnd|msgrcv|msgctl|mq_\w+|syscall`

// names are the functions that look up what processes share by name, or change the names.
const names = `(?:sem|shm|mq)_(?:open|unlink)|(?:shm|sem|msg)get|ftruncate|mmap`

// prints are the functions that write to a stream, or to what it leads to.
const prints = `write|v?fprintf|fputs|fwrite|v?printf|puts|v?dprintf`

const harnessRecords = `ipc_(?:send|recv|full|empty)`

// functions are those that perform the operations of a word.
var functions = map[string]string{
	"lock": `(?:pthread_mutex_|pthread_spin_|mtx_)(?:timed|clock)?lock|pthread_rwlock_\w+lock|pthread_once|call_once|` + monitors, "unlock": `(?:pthread_mutex_|pthread_spin_|mtx_|pthread_rwlock_)(?:unlock|destroy|init)|pthread_once|call_once|` + monitors,
	"rlock": `pthread_rwlock_(?:timed|clock)?rdlock`, "runlock": `pthread_rwlock_unlock`, "trylock": `\w+(?:try|timed|clock)lock|pthread_rwlock_(?:try|timed|clock)wrlock`, "tryrlock": `pthread_rwlock_(?:try|timed|clock)rdlock`,
	"wait": `sem_\w*wait|pthread_cond_\w*wait|cnd_\w*wait|wait|waitpid|pause|sigsuspend|sigwait|` + monitors, "woken": `pthread_cond_\w*wait|cnd_\w*wait|` + monitors, "trywait": `sem_(?:try|timed|clock)wait|waitpid`,
	"kill": `kill|killpg|pthread_kill|pthread_cancel`, "sigmask": `sigprocmask|pthread_sigmask|sigsuspend|sigwait|sigaction|signal|raise`, "poll": `poll|select`,
	"post": `sem_post|_?exit|return`, "getvalue": `sem_(?:getvalue|destroy)`, "signal": `pthread_cond_signal|cnd_signal|pthread_cancel`, "broadcast": `pthread_cond_(?:broadcast|destroy)|cnd_(?:broadcast|destroy)|` + monitors,
	"call": `ipc_call_\w+`, "return": harnessRecords, "record": harnessRecords,
	"choose": `\w*sleep|sched_yield|thrd_yield|pthread_yield`,
	"join":   `pthread_join|thrd_join|waitpid`, "arrive": `pthread_barrier_wait`, "go-on": `pthread_barrier_wait`, "fork": `v?fork`, "exit": `_?exit|quick_exit`, "end": `pthread_exit|thrd_exit|_?exit`,
	"read": `read|fgets|getline|fread|fscanf|getc|fgetc`, "write": prints, "close": `close|dup2|fork|_?exit|fclose|open|fopen`, "open": `pipe|dup2?|fork|open|fopen`,
	"load": `atomic_\w+|__atomic_\w+|open|fopen|access|pthread_testcancel|pthread_cond_\w*wait|\w*sleep|` + names, "store": `atomic_\w+|__atomic_\w+|mkfifo|mknod|unlink|remove|pthread_cancel|putchar|f?putc|` + names + "|" + prints, "update": `atomic_\w+|__atomic_\w+|__sync_\w+`, "time out": `\w*timed\w*|\w+_clock\w+|poll|select`,
}

// callOn is the n-th call of a function with the word on a line, from 1 (0: the first), as it is written; ""
// if there is none.
func callOn(line, word string, n int) string {
	names := functions[word]
	if names == "" {
		return ""
	}
	places := regexp.MustCompile(`\b(?:`+names+`)\s*\(`).FindAllStringIndex(line, -1)
	if len(places) == 0 {
		return ""
	}
	n = min(max(n, 1), len(places))
	return callFrom(line[places[n-1][0]:])
}

// called is a call at the beginning of a text.
var called = regexp.MustCompile(`^\w+\s*\(`)

// callAt is the call that begins in a column of a line, from 1, as it is written, if a
// function of that name, or a macro, may perform the operation of a word. It is not known
// which one that is if no call begins there.
func callAt(line, word string, column int) (call string, known bool) {
	if column < 1 || column > len(line) || !called.MatchString(line[column-1:]) {
		return "", false
	}
	call = callFrom(line[column-1:])
	if performs(call, word) {
		return call, true
	}
	if _, memory := memoryWords[word]; memory || besides[word] {
		return "", true
	}
	return call, true
}

// performs reports whether the function of a call performs the operation of a word.
func performs(call, word string) bool {
	names := functions[word]
	return names != "" && regexp.MustCompile(`^(?:`+names+`)\s*\(`).MatchString(call)
}

// besides are the words of operations that a thread performs at a call which does not say so.
var besides = map[string]bool{"exit": true, "end": true, "interrupted": true, "sigmask": true, "kill": true, "choose": true, "unlock": true}

// callFrom is the call with which a text begins.
func callFrom(text string) string {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return text[:i+1]
			}
		}
	}
	return text
}
