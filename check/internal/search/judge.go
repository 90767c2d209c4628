package search

import (
	"fmt"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/spelling"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// judge says what the execution did wrong; nil if nothing.
func (e *explorer) judge() *fault {
	x := e.x
	if e.raced != nil {
		return e.raced
	}
	if e.o.Judge != nil {
		if code, message, ok := e.o.Judge(x); ok && code == "" {
			return nil
		} else if ok {
			return &fault{code: code, message: spelling.Addresses(message)}
		}
	}
	switch x.End {
	case prim.Bound, prim.NoProgress:
		if f := e.cycle(2); f != nil { // another goroutine may yet unlock what one holds itself
			return f
		}
		if f := e.periodic(); f != nil {
			return f
		}
		return e.timesOut()
	case prim.LivesOn:
		return e.livesOn()
	case prim.Panicked:
		return &fault{code: verdict.Crash, message: fmt.Sprintf("%s panics%s: %s", e.who(x.Where), at(x.Position), panicText(x.Panic))}
	case prim.Deadlock:
		return e.stuck()
	}
	if x.Report.Failed {
		return &fault{code: verdict.FailedAssertion, message: strings.TrimSuffix("the test fails: "+strings.Join(trimmed(x.Report.Log), "; "), ": ")}
	}
	return nil
}

func trimmed(lines []string) []string {
	var out []string
	for _, l := range lines {
		out = append(out, spelling.Addresses(strings.Join(strings.Fields(Briefly(l)), " ")))
	}
	return out
}

// Briefly is what a test has logged; of what the package testify logs, in one line, what
// it says. That has the calls first, with paths, and the trace says them, too. Last it has
// the name of the test, and what the test calls it.
func Briefly(text string) string {
	where, rest, trace := strings.Cut(text, "Error Trace:")
	_, what, ok := strings.Cut(strings.Join(strings.Fields(rest), " "), " Error: ")
	if !trace || !ok {
		return text
	}
	what, named, _ := strings.Cut(what, " Test: ")
	if _, message, ok := strings.Cut(named, " Messages: "); ok {
		what += " (" + message + ")"
	}
	return strings.TrimSpace(where) + " " + what
}

func at(position string) string {
	if position == "" {
		return ""
	}
	return " at " + position
}

// panicText is what a panic says. It calls the program's methods, which may panic.
func panicText(p any) (text string) {
	defer func() {
		if r := recover(); r != nil {
			text = fmt.Sprintf("%T, whose text cannot be had: it panics: %v", p, r)
		}
	}()
	switch p := p.(type) {
	case error:
		return spelling.Addresses(p.Error())
	default:
		return spelling.Addresses(fmt.Sprint(p))
	}
}

// signalFromOutside is what a program waits for that none of it may send.
const signalFromOutside = "a signal from outside, which the program waits for"

// stuck names the fault of an execution in which nobody can go on.
func (e *explorer) stuck() *fault {
	x := e.x
	var blocked []*prim.Thread
	spins, left := 0, 0
	for _, g := range x.Threads {
		if g.Ended || g.Clock || g.Daemon && x.Threads[0].Ended {
			continue
		}
		blocked = append(blocked, g)
		if g.Spinning() {
			spins++
		}
		if !g.Joined && g.ID != 0 {
			left++
		}
	}
	if f := e.besideTheClock(blocked); f != nil {
		return f
	}
	switch {
	case spins > 0:
		return &fault{code: verdict.Livelock, message: "goroutines run forever and none makes progress: " + e.blockedEach(blocked)}
	case left == len(blocked) && e.cycle(1) == nil:
		return &fault{code: verdict.Leak, message: "left behind when the test is over: " + e.leftEach(blocked)}
	case x.Signalled && e.cycle(1) == nil:
		x.Reach(signalFromOutside)
		return nil
	}
	return &fault{code: verdict.Deadlock, message: e.blockedForever(blocked)}
}

// blockedForever says that the goroutines are, and in what.
func (e *explorer) blockedForever(gs []*prim.Thread) string {
	if len(gs) == 1 {
		return e.who(gs[0].ID) + " is blocked forever " + e.blocked(gs[0])
	}
	return fmt.Sprintf("%d goroutines are blocked forever: %s", len(gs), e.blockedEach(gs))
}

// blockedEach says of each goroutine what it is blocked in.
func (e *explorer) blockedEach(gs []*prim.Thread) string {
	var each []string
	for _, g := range gs {
		each = append(each, e.who(g.ID)+" "+e.blocked(g))
	}
	return strings.Join(each, "; ")
}

// leftEach says of goroutines that are left behind where each was started and where
// it waits.
func (e *explorer) leftEach(gs []*prim.Thread) string {
	var each []string
	for _, g := range gs {
		text := e.who(g.ID)
		if g.Started != "" {
			text += ", started at " + g.Started + ","
		}
		text += " " + e.blocked(g)
		if g.Position != "" {
			text += " at " + g.Position
		}
		each = append(each, text)
	}
	return strings.Join(each, "; ")
}

// cycle finds goroutines that wait for locks which one another hold, while others
// go on; nil if there are none, or fewer than least.
func (e *explorer) cycle(least int) *fault {
	for _, g := range e.x.Threads {
		var round []*prim.Thread
		for at := g; !at.Ended; {
			h := e.holder(at)
			if h < 0 {
				break
			}
			round = append(round, at)
			if at = e.x.Threads[h]; at == g {
				if len(round) < least {
					break
				}
				return &fault{code: verdict.Deadlock, message: e.blockedForever(round)}
			}
			if len(round) > len(e.x.Threads) {
				break
			}
		}
	}
	return nil
}

// holder is the goroutine that holds the lock which g waits for, -1 if it waits
// for something else or nobody in particular holds it.
func (e *explorer) holder(g *prim.Thread) int {
	i := g.Op.Kind.Info()
	if !i.Held || i.Wakes && !g.Woken || g.Op.Obj < 0 {
		return -1
	}
	return int(e.x.State(g.Op.Obj).Owner) - 1
}
