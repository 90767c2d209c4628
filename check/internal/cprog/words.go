//go:build linux && amd64

package cprog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// words makes the texts of a verdict those of C.
func (s *session) words(v *verdict.Verdict) {
	for i := range v.Findings {
		f := &v.Findings[i]
		f.Message = inC(f.Message)
		if f.Trace != nil {
			s.dress(f.Trace)
		}
		if f.Trace != nil && i == 0 && f.Code == verdict.Deadlock {
			f.Message += s.heldOpen(f.Trace)
		}
	}
	for i := range v.Outcomes {
		o := &v.Outcomes[i]
		o.Message = inC(o.Message)
		for k := range o.Waiting {
			s.site(&o.Waiting[k])
		}
	}
	v.Reason, v.Coverage = inC(v.Reason), inC(v.Coverage)
	v.Assumes = slices.DeleteFunc(v.Assumes, func(a verdict.Assumption) bool {
		return strings.HasPrefix(a.Premise, "a loop that goes round more than")
	})
	for _, u := range s.program.unseen {
		switch {
		case v.Answer == verdict.Pass:
			v.Answer, v.Reason = verdict.Inconclusive, u
		case v.Answer == verdict.Inconclusive && !strings.Contains(v.Reason, u):
			v.Reason = u + "; " + v.Reason
		}
		v.Unchecked = append(v.Unchecked, u)
	}
	if v.Answer == verdict.Pass {
		v.Assume(verdict.Assumption{Premise: "memory is sequentially consistent: no thread sees writes in another order than they are made"})
		v.Assume(verdict.Assumption{Premise: "the program is compiled without optimisation (-O0)"})
		for i, premise := range premises {
			if 1<<i == timedWaits && (s.config.Early || s.early) {
				premise += ", but its time may be over before, once in each thread"
			}
			if s.x.used>>i&1 == 1 {
				v.Assume(verdict.Assumption{Premise: premise})
			}
		}
		if s.complaint != "" {
			v.Assume(verdict.Assumption{Premise: "nobody is so slow that the time of a wait is over before: the program complains then, " + s.complaint + " (-early shows it)"})
		}
		if places := s.waits(); places != "" {
			v.Assume(verdict.Assumption{Premise: s.wakeups() + ": " + places})
		}
		if places := s.weak(); places != "" {
			v.Assume(verdict.Assumption{Premise: "atomic accesses with a weaker order are executed as sequentially consistent ones: " + places})
		}
		if s.program.uses(librarySemaphore) {
			v.Assume(verdict.Assumption{Premise: "std::counting_semaphore does what it promises: a sem_t is executed in its place, for that of libstdc++ may sleep for ever (-D_GLIBCXX_USE_POSIX_SEMAPHORE does the same elsewhere)"})
		}
		if s.config.NoRaces {
			v.Assume(verdict.Assumption{Premise: "no data race: not judged (-race=false)"})
		}
	}
}

// timedWaits is the bit of waits with a time limit in what executions have used.
const timedWaits = 1

// premises are what a pass assumes of what the program uses, by bit: see enum used in wire.h.
var premises = [...]string{
	"a wait with a time limit times out only when nobody else can go on",
	"the clock shows the same times in every execution",
	"random numbers are the same in every execution",
	"the handler of a signal runs between operations that other threads or processes can see, and never in the middle of what comes in between",
	"a loop that sleeps, or yields, and has gone round four times while nothing of what it looks at has changed, goes on when something has, or nobody else can go on",
	"an alarm goes off only when nobody else can go on",
}

// weak are the places of atomic accesses whose order is weaker than sequentially
// consistent, as far as executions have come there.
func (s *session) weak() string {
	if s.x.child == nil {
		return ""
	}
	return s.places(&s.x.child.wire.Weak)
}

// waits are the places of waits for condition variables, as far as executions have come
// there.
func (s *session) waits() string {
	if s.x.child == nil {
		return ""
	}
	return s.places(&s.x.child.wire.Waits)
}

// wakeups is what a pass assumes of waits for condition variables.
func (s *session) wakeups() string {
	if s.config.Spurious {
		return "each thread wakes up without a signal once at most"
	}
	return "no wait wakes up without a signal (-spurious looks at those, too)"
}

func (s *session) places(pcs *[maxWeak]uint64) string {
	var list []string
	for _, pc := range pcs {
		if at := s.program.position(pc); at != "" && !slices.Contains(list, at) {
			list = append(list, at)
		}
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

// heldOpen says why a read of a pipe does not end, where somebody waits for that in the last
// execution, which is the one that is shown.
func (s *session) heldOpen(trace *verdict.Trace) (text string) {
	if s.x.child == nil {
		return ""
	}
	w := s.x.child.job
	for i := range trace.Waiting {
		wait := &trace.Waiting[i]
		if wait.Process >= len(s.x.Threads) {
			continue
		}
		t := s.x.Threads[wait.Process]
		if t.Ended || t.Op.Kind != prim.OpPipeRead || t.Op.Obj < 0 || t.Op.Obj >= w.Objects {
			continue
		}
		var who []string
		for p := range maxThreads {
			if w.Object[t.Op.Obj].Holders>>p&1 == 1 {
				who = append(who, process(w, int32(p)))
			}
		}
		if len(who) > 0 {
			holders, have := words.List(who, "and"), "has"
			if len(who) > 1 {
				have = "have"
			}
			wait.For += fmt.Sprintf(", whose write end %s still %s open", holders, have)
			text += fmt.Sprintf("; %s still %s its write end open, so the read does not end", holders, have)
		}
	}
	return text
}

func process(w *wireJob, p int32) string {
	if p == 0 {
		return "main"
	}
	return fmt.Sprintf("child %d", w.child(p))
}

// inC says thread where package search says goroutine.
func inC(text string) string {
	return strings.NewReplacer("goroutines", "threads", "goroutine", "thread", " panics", " crashes", "a signal of "+otherEnd, "somebody to open "+otherEnd, "a signal of "+aMessage, aMessage, "a signal of "+room, room, "a signal of "+aChange, aChange, "a unit of "+endedChildren, "a child to end", "bytes of eventfd ", "a count in eventfd ", "the test fails: ", "", "when the test is over", "when the program ends", "a nil channel, or a select without cases", "nothing: its loop only sleeps, or yields").Replace(text)
}
