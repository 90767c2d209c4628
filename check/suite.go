package check

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// one suite runs at a time: it sets GOMAXPROCS, and looks at all goroutines of
// the process.
var one sync.Mutex

// suite holds one object against its promise, part by part.
type suite struct {
	config
	promise Promise
	verdict verdict.Verdict
	begin   time.Time

	part     string // the part that is running
	failed   int    // runs of the part that failed
	hung     int    // runs of the whole suite that had to be given up
	spun     bool   // an operation was seen to wait by spinning
	unknown  int    // histories that the search did not decide
	done     []string
	judged   int // histories judged by the search for a linearization
	covered  map[string]int
	overlaps int // concurrent runs in which something overlapped
	runsMade int // concurrent runs
}

// Bounds of a search for a linearization, far above what the short histories
// need.
var budget = linear.Budget{Steps: 2_000_000, Wall: 10 * time.Second}

// Bounds of a part.
const (
	maxFailed = 3 // failing runs of a part: one run need not show every fault
	maxHung   = 4 // runs of a suite that are given up: each leaves goroutines behind
)

func newSuite(promise Promise, c config) *suite {
	s := &suite{config: c, promise: promise, begin: time.Now(), covered: map[string]int{}}
	s.verdict = verdict.Verdict{
		Schema: verdict.Schema, Subject: promise.Name, Kind: verdict.Test,
		Findings: []verdict.Finding{}, Engine: "suite", Seed: c.seed,
	}
	return s
}

// start begins a part. It reports false if the suite should not go on.
func (s *suite) start(part string) bool {
	s.part, s.failed = part, 0
	return s.hung < maxHung
}

// going reports whether the part should go on.
func (s *suite) going() bool { return s.failed < maxFailed && s.hung < maxHung }

// rng is a source of choices that depends on the seed, the part and the place.
func (s *suite) rng(place ...any) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprint(h, s.part, place)
	return rand.New(rand.NewPCG(s.seed, h.Sum64()))
}

// gaveUp counts a run that had to be given up. One that went on and on leaves
// goroutines that do so as long as the program runs: nothing can be tried beside
// them.
func (s *suite) gaveUp(end record.End) {
	s.hung++
	if end == record.Cut {
		s.hung = max(s.hung, maxHung)
	}
}

// unchecked notes what the suite does not look at.
func (s *suite) unchecked(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !slices.Contains(s.verdict.Unchecked, text) {
		s.verdict.Unchecked = append(s.verdict.Unchecked, text)
	}
}

// report adds the findings of a run. Of each code the first is kept.
func (s *suite) report(r *run, h record.History, what string, fs []finding, ws []waiting) {
	if len(fs) == 0 {
		return
	}
	s.failed++
	for _, f := range fs {
		if s.found(f.code) {
			continue
		}
		s.verdict.Findings = append(s.verdict.Findings, verdict.Finding{
			Code: f.code, Message: f.message, Engine: s.part,
			Trace: r.trace(s.promise.Name, what, h, f, ws),
		})
	}
}

// found reports whether the suite has found the fault already.
func (s *suite) found(code verdict.Code) bool {
	return slices.ContainsFunc(s.verdict.Findings, func(f verdict.Finding) bool { return f.Code == code })
}

// buffering is what a run's object promises, as far as a judge needs it.
type buffering struct {
	spec     model.Spec
	kinds    []model.Kind
	capacity int
	order    Order

	refusals, deadlines Refusals

	spins      bool
	closeAlone bool
	boxes      []int // of a set of mailboxes; else nil
	sizes      []int // of messages, or of writes and reads, to try; else nil
}

// op is an operation of the process: on a box, with a message of the size, if the
// object has such.
func (b buffering) op(p *proc, k model.Kind, box, size int) model.Op {
	op := model.Op{Kind: k, Proc: p.id, Box: box}
	switch {
	case b.streams() && k.Sends():
		op.Value = p.piece(size)
	case b.streams() && k.Receives():
		op.Size = size
	case k.Sends():
		op.Value, op.Size = p.item(), size
	}
	return op
}

func (b buffering) has(k model.Kind) bool { return has(b.kinds, k) }

// conclude takes what is left after a run that has ended in whichever way,
// judges it and reports what is wrong. If search is set, the history is also
// held against the specification.
func (s *suite) conclude(r *run, b buffering, end record.End, what string, search bool) {
	var fs []finding
	var ws []waiting
	drained := false
	crashes := r.crashes()
	for _, c := range crashes {
		fs = append(fs, c.finding())
	}
	stuck := func() {
		s.gaveUp(end)
		ws = r.waiters()
		fs = append(fs, r.stuck(b, ws)...)
		if len(ws) == 0 && len(fs) == 0 {
			s.inconclusive("processes that poll made no progress, and nothing shows that they should")
		}
	}
	switch {
	case len(crashes) > 0:
	case end != record.Complete:
		stuck()
	default:
		held, closed := r.account(b)
		if b.has(model.TryRecv) || b.has(model.Recv) || b.has(model.RecvContext) {
			var e record.End
			drained, e = r.drain(b, held, closed)
			if after := r.crashes(); len(after) > 0 {
				fs, drained = append(fs, after[0].finding()), false
			} else if e != record.Complete {
				end = e
				if !drained {
					stuck()
				} else {
					s.hung++
					ws = r.waiters()
				}
			}
		}
	}
	if _, closed := r.account(b); closed && drained && end == record.Complete {
		fs = append(fs, r.leaks()...)
	}
	if n, ok := record.Races(); ok && n > r.races {
		fs = append(fs, finding{code: verdict.DataRace, message: "the race detector reported a data race during this run, printed above"})
	}
	h := r.history(end)
	s.verdict.Counts.Operations += uint64(len(h.Calls))
	direct := b.faults(h, drained, r.itemName)
	fs = withoutConsequences(append(direct, fs...))
	// The monitors decide long histories of a buffer too.
	_, monitored := b.spec.(*model.Buffer)
	if len(fs) == 0 && b.capacity != 0 && (search || monitored && end == record.Complete) {
		fs = append(fs, s.search(b, h, r.itemName)...)
	}
	s.report(r, h, what, fs, ws)
}

// withoutConsequences leaves out what only follows from another finding.
func withoutConsequences(fs []finding) []finding {
	fs = firstOfEach(fs)
	lost := slices.ContainsFunc(fs, func(f finding) bool { return f.code == verdict.LostItem })
	several := len(fs) > 1
	return slices.DeleteFunc(fs, func(f finding) bool {
		switch f.code {
		case verdict.FalseRefusal: // without the item it is empty
			return lost && f.witness[0].Kind.Receives()
		case verdict.Overflow: // the lost item counts as held
			return lost
		case verdict.Deadlock: // somebody waits for what did not happen
			return several && strings.HasPrefix(f.message, nobody)
		}
		return false
	})
}

// account is the number of items, or bytes, that are held, and whether the object
// is closed.
func (r *run) account(b buffering) (held int, closed bool) {
	for _, c := range r.history(record.Complete).Calls {
		switch {
		case c.Kind.Sends():
			held += b.amount(c)
		case c.Kind.Receives():
			held -= b.amount(c)
		case (c.Kind == model.Close || c.Kind == model.CloseRead) && c.Done():
			closed = true
		}
	}
	return held, closed
}

// search holds a history against the specification.
func (s *suite) search(b buffering, h record.History, name func(v int64) string) []finding {
	s.judged++
	fs, ok := b.decide(h, name)
	if !ok {
		s.unknown++
	}
	return fs
}

// inconclusive notes why the suite cannot answer. A fault that is found goes
// before.
func (s *suite) inconclusive(reason string) {
	if s.verdict.Reason == "" {
		s.verdict.Reason = reason
	}
}

// finish closes the verdict.
func (s *suite) finish() *verdict.Verdict {
	v := &s.verdict
	if s.unknown > 0 {
		s.inconclusive(fmt.Sprintf("%d of %d histories were too hard to decide", s.unknown, s.judged))
	}
	switch {
	case len(v.Findings) > 0:
		v.Answer, v.Reason = verdict.Fail, ""
	case v.Reason != "":
		v.Answer = verdict.Inconclusive
	default:
		v.Answer = verdict.Pass
	}
	v.Coverage = strings.Join(s.done, "; ")
	if s.hung > 0 {
		s.unchecked("what would have followed the %d runs that had to be given up, whose goroutines are still there", s.hung)
	}
	v.ElapsedMS = time.Since(s.begin).Milliseconds()
	return v
}

// finding is the crash as a fault.
func (c *crash) finding() finding {
	f := finding{code: verdict.Crash}
	switch {
	case c.unknown:
		f.code = verdict.BrokenBoundary
		f.message = fmt.Sprintf("%v returned an %v", c.op.Kind, c.value)
	case c.goexit:
		f.message = fmt.Sprintf("%v ended its goroutine (runtime.Goexit)", c.op.Kind)
	default:
		f.message = fmt.Sprintf("%v panicked: %v", c.op.Kind, c.value)
		if at := (goroutine{stack: afterPanic(c.stack)}).top(); at != "" {
			f.message += " (" + at + ")"
		}
	}
	return f
}

// afterPanic is the part of a stack below the panic.
func afterPanic(stack string) string {
	lines := strings.Split(strings.TrimSpace(stack), "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "panic(") && i+2 < len(lines) {
			return strings.Join(lines[i+2:], "\n")
		}
	}
	return ""
}
