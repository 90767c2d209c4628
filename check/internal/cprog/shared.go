//go:build linux && amd64

package cprog

import (
	"fmt"
	"regexp"
	"strings"
)

// Kinds of what the runtime keeps in shared memory, as the names there begin.
const (
	queues     = "message queue"
	semaphores = "semaphores of semget,"
)

// named is what processes share under a name, and an address belongs to; nil if there is none.
func named(w *wireJob, address uint64) *wireName {
	for i := range min(max(w.Names, 0), maxNames) {
		if n := &w.Name[i]; address-n.Address < n.Size {
			return n
		}
	}
	return nil
}

// short is the name as the program gives it: a path, or a key.
func (n *wireName) short() string {
	name := text(n.Name[:])
	for _, kind := range []string{"shared memory of shmget,", queues + " of msgget,", semaphores, "shared memory", "semaphore", queues} {
		if of, ok := strings.CutPrefix(name, kind+" "); ok {
			return of
		}
	}
	return name
}

// monitored is the kind of a lock or a condition of the runtime's, if the object is one of
// something with a name.
func monitored(w *wireJob, o *wireObject) (kind string, ok bool) {
	n := named(w, o.Address)
	if n == nil || o.Class != classCond && (o.Class != classMutex || o.Address != n.Address) {
		return "", false
	}
	for _, kind := range []string{queues, semaphores} {
		if strings.HasPrefix(text(n.Name[:]), kind) {
			return kind, true
		}
	}
	return "", false
}

// What who waits for a monitor waits for begins so.
const (
	aMessage = "a message in "
	room     = "room in "
	aChange  = "a change of "
)

var (
	sends   = regexp.MustCompile(`\b(?:mq_\w*send|msgsnd)\s*\(`)
	systemV = regexp.MustCompile(`\b(?:msgsnd|msgrcv|semop|semtimedop)\s*\(\s*([^,;]+?)\s*,`)
)

// semaphoreOf names one of a set by where in it that stands which is waited for: its value, of 4
// bytes, or behind all values that it is 0.
func semaphoreOf(set string, at uint64) string {
	const values = 32
	if at < 4*values {
		return fmt.Sprintf("semaphore %d of %s", at/4, set)
	}
	return fmt.Sprintf("semaphore %d of %s to 0", at-4*values, set)
}

// monitor names a message queue, or a set of semaphores, and what is waited for of it. name is
// what it is given as; call is that of an instruction, or its line.
func monitor(w *wireJob, id int32, kind, name string, call func(pc uint64) string) string {
	o := &w.Object[id]
	n := named(w, o.Address)
	unnamed := name == n.short() && !strings.HasPrefix(name, "/")
	sent := false
	look := func(pc uint64, waits bool) {
		text := call(pc)
		sent = sent || waits && sends.MatchString(text)
		if m := systemV.FindStringSubmatch(text); m != nil && unnamed {
			name = m[1]
		}
	}
	for i := min(max(w.Events, 0), maxEvents) - 1; i >= 0; i-- {
		if e := &w.Event[i]; e.Full.Obj == id || e.Full.Obj2 == id {
			look(e.PC, false)
		}
	}
	for i := range min(max(w.Threads, 0), maxThreads) {
		if t := &w.Thread[i]; t.Ended == 0 && (t.Op.Obj == id || t.Op.Arg == id && o.Class == classCond) {
			look(t.PC, true)
		}
	}
	switch {
	case kind == semaphores && o.Class == classCond:
		return aChange + semaphoreOf(name, o.Address-n.Address)
	case kind == semaphores:
		return "semaphores " + name
	case o.Class == classMutex:
		return "queue " + name
	case sent && n.Messages == n.Slots:
		return room + "queue " + name + ", which is full"
	case sent:
		return room + "queue " + name
	case n.Messages == 0:
		return aMessage + "queue " + name + ", which is empty"
	}
	return aMessage + "queue " + name + " of the type that is asked for"
}
