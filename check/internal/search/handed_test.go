package search

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/sync"
)

// Selects that wait for certain are handed what comes, as Go's runtime does it: that is played
// here with queues of who waits, in all orders, and what can be seen then is what an
// exploration shows.

// handing is such a program: first come those who wait, in turn, and when all of them wait those
// who do something; when these have ended, and nobody can go on, who still waits is told to quit.
type handing struct {
	room  []int // of each channel, the last one is for quitting
	full  []bool
	waits [][][]way // by goroutine, by round
	apart []bool    // somebody waits for certain before the next one comes
	does  [][]deed
}

// way is a case of a select.
type way struct {
	ch   int
	send bool
}

// deed is what a goroutine does: one that can not be done is left out, or waited for.
type deed struct {
	what string // send, receive, close, lock, unlock, signal, await
	ch   int
}

func randomHanding(seed uint64) (p handing) {
	r := rand.New(rand.NewPCG(seed, 11))
	n := 2 + r.IntN(2)
	for range n {
		room := r.IntN(3)
		p.room, p.full = append(p.room, room), append(p.full, room > 0 && r.IntN(3) == 0)
	}
	for range 1 + r.IntN(2) {
		var rounds [][]way
		for range 1 + r.IntN(2) {
			var ways []way
			for _, ch := range r.Perm(n)[:2+r.IntN(n-1)] {
				ways = append(ways, way{ch, p.full[ch] || p.room[ch] == 0 && r.IntN(3) == 0})
			}
			rounds = append(rounds, append(ways, way{n, false}))
		}
		p.waits, p.apart = append(p.waits, rounds), append(p.apart, r.IntN(2) == 0)
	}
	p.room = append(p.room, 0)
	turns, closed := r.IntN(2) == 0, p.sentOn(n) // to send on a channel that is closed is another story
	for d := range 2 + r.IntN(2) {
		var deeds []deed
		if turns && d == 1 {
			deeds = append(deeds, deed{what: "await"})
		}
		locks := r.IntN(3) == 0
		if locks {
			deeds = append(deeds, deed{what: "lock"})
		}
		for range 1 + r.IntN(2) {
			ch := r.IntN(n)
			switch {
			case p.full[ch] || r.IntN(6) == 0:
				deeds = append(deeds, deed{"receive", ch})
			case r.IntN(10) == 0 && !closed[ch]:
				closed[ch] = true
				deeds = append(deeds, deed{"close", ch})
			default:
				deeds = append(deeds, deed{"send", ch})
			}
		}
		if locks {
			deeds = append(deeds, deed{what: "unlock"})
		}
		if turns && d == 0 {
			deeds = append(deeds, deed{what: "signal"})
		}
		p.does = append(p.does, deeds)
	}
	return p
}

// sentOn are the channels on which those who wait send.
func (p handing) sentOn(n int) []bool {
	sent := make([]bool, n)
	for _, rounds := range p.waits {
		for _, ways := range rounds {
			for _, w := range ways {
				sent[w.ch%n] = sent[w.ch%n] || w.send
			}
		}
	}
	return sent
}

func (p handing) String() string {
	return fmt.Sprintf("room %v, full %v, waits %v, apart %v, does %v", p.room, p.full, p.waits, p.apart, p.does)
}

// body is the program on the scheduler; seen is what each goroutine has seen in the end.
func (p handing) body(seen *[]strings.Builder) func() {
	return func() {
		logs := make([]strings.Builder, len(p.waits)+len(p.does))
		*seen = logs
		chans := make([]chan int, len(p.room))
		for i, room := range p.room {
			chans[i] = sched.Make[int](room)
			for k := range room {
				if p.full[i] {
					sched.Send(chans[i], 90+k)
				}
			}
		}
		for g, rounds := range p.waits {
			sched.Go(func() {
				for _, ways := range rounds {
					v, ok := 0, false
					var cases []sched.Case
					for _, w := range ways {
						if w.send {
							cases = append(cases, sched.SendCase(chans[w.ch], g))
						} else {
							cases = append(cases, sched.RecvCase(chans[w.ch], &v, &ok))
						}
					}
					w := ways[sched.Select(false, cases...)]
					fmt.Fprint(&logs[g], took(w, v, ok))
				}
			})
			if p.apart[g] {
				everybodyWaits()
			}
		}
		everybodyWaits()
		mu, sig := sched.New[sync.Mutex](), sched.Make[int](0)
		for d, deeds := range p.does {
			g := len(p.waits) + d
			sched.Go(func() {
				for i, do := range deeds {
					v, ok := 0, false
					done := true
					switch do.what {
					case "send":
						func() {
							defer func() { done = recover() == nil && done }()
							done = sched.Select(true, sched.SendCase(chans[do.ch], 10*g+i)) == 0
						}()
					case "receive":
						done = sched.Select(true, sched.RecvCase(chans[do.ch], &v, &ok)) == 0
					case "close":
						sched.Close(chans[do.ch])
					case "lock":
						mu.Lock()
					case "unlock":
						mu.Unlock()
					case "signal":
						sched.Close(sig)
					case "await":
						sched.Recv(sig)
					}
					fmt.Fprint(&logs[g], did(do, done, v, ok))
				}
			})
		}
		everybodyWaits()
		sched.Close(chans[len(chans)-1])
		everybodyWaits()
	}
}

func took(w way, v int, ok bool) string {
	if w.send {
		return fmt.Sprintf("s%d ", w.ch)
	}
	return fmt.Sprintf("r%d=%d%t ", w.ch, v, ok)
}

func did(do deed, done bool, v int, ok bool) string {
	switch do.what {
	case "send":
		return fmt.Sprintf("s%d=%t ", do.ch, done)
	case "receive":
		return fmt.Sprintf("r%d=%t%d%t ", do.ch, done, v, ok)
	}
	return ""
}

// played is a state of a program as the runtime has it.
type played struct {
	phase  int // how often all have waited
	begun  int // goroutines that are there
	pc     []int
	parked []bool
	seen   []string
	items  [][]int
	closed []bool
	queue  [][]parkedAt // by channel, who waits there: the first is served first
	locked bool
	signal bool
}

type parkedAt struct {
	g int
	w way
}

func (s played) clone() played {
	s.pc, s.parked, s.seen = append([]int(nil), s.pc...), append([]bool(nil), s.parked...), append([]string(nil), s.seen...)
	s.closed = append([]bool(nil), s.closed...)
	items, queue := make([][]int, len(s.items)), make([][]parkedAt, len(s.queue))
	for i := range items {
		items[i], queue[i] = append([]int(nil), s.items[i]...), append([]parkedAt(nil), s.queue[i]...)
	}
	s.items, s.queue = items, queue
	return s
}

// leave takes a goroutine that goes on out of all queues.
func (s *played) leave(g int) {
	s.parked[g] = false
	for i, q := range s.queue {
		var left []parkedAt
		for _, p := range q {
			if p.g != g {
				left = append(left, p)
			}
		}
		s.queue[i] = left
	}
}

// first is who waits at a channel to send, or to receive, and came first.
func (s *played) first(ch int, send bool) (g int, ok bool) {
	for _, p := range s.queue[ch] {
		if p.w.send == send {
			return p.g, true
		}
	}
	return 0, false
}

// serve lets one who waits go on.
func (s *played) serve(g int, w way, v int, ok bool) {
	s.leave(g)
	s.seen[g] += took(w, v, ok)
	s.pc[g]++
}

// value is what a goroutine sends.
func (p handing) value(g, i int) int {
	if g < len(p.waits) {
		return g
	}
	return 10*g + i
}

// try does a case of a select, if it is ready.
func (p handing) try(s *played, g int, w way) (done, panics bool, v int, ok bool) {
	other, some := s.first(w.ch, !w.send)
	switch {
	case w.send && s.closed[w.ch]:
		return true, true, 0, false
	case w.send && some:
		s.serve(other, way{w.ch, false}, p.value(g, s.pc[g]), true)
	case w.send && len(s.items[w.ch]) < p.room[w.ch]:
		s.items[w.ch] = append(s.items[w.ch], p.value(g, s.pc[g]))
	case w.send:
		return false, false, 0, false
	case len(s.items[w.ch]) > 0:
		v, ok = s.items[w.ch][0], true
		s.items[w.ch] = s.items[w.ch][1:]
		if some {
			s.items[w.ch] = append(s.items[w.ch], p.value(other, s.pc[other]))
			s.serve(other, way{w.ch, true}, 0, false)
		}
	case some:
		v, ok = p.value(other, s.pc[other]), true
		s.serve(other, way{w.ch, true}, 0, false)
	case !s.closed[w.ch]:
		return false, false, 0, false
	}
	return true, false, v, ok
}

func (p handing) close(s *played, ch int) {
	s.closed[ch] = true
	for {
		g, some := s.first(ch, false)
		if !some {
			return
		}
		s.serve(g, way{ch, false}, 0, false)
	}
}

// next are the states after what a goroutine does next, none if it has to wait.
func (p handing) next(s played, g int) (all []played) {
	if g < len(p.waits) {
		if s.parked[g] || s.pc[g] == len(p.waits[g]) {
			return nil
		}
		ways := p.waits[g][s.pc[g]]
		for _, w := range ways {
			t := s.clone()
			if done, _, v, ok := p.try(&t, g, w); done {
				t.seen[g] += took(w, v, ok)
				t.pc[g]++
				all = append(all, t)
			}
		}
		if all == nil {
			t := s.clone()
			t.parked[g] = true
			for _, w := range ways {
				t.queue[w.ch] = append(t.queue[w.ch], parkedAt{g, w})
			}
			all = append(all, t)
		}
		return all
	}
	deeds := p.does[g-len(p.waits)]
	if s.pc[g] == len(deeds) {
		return nil
	}
	do := deeds[s.pc[g]]
	if do.what == "lock" && s.locked || do.what == "await" && !s.signal {
		return nil
	}
	t := s.clone()
	done, panics, v, ok := true, false, 0, false
	switch do.what {
	case "send", "receive":
		done, panics, v, ok = p.try(&t, g, way{do.ch, do.what == "send"})
	case "close":
		p.close(&t, do.ch)
	case "lock", "unlock":
		t.locked = do.what == "lock"
	case "signal":
		t.signal = true
	}
	t.seen[g] += did(do, done && !panics, v, ok)
	t.pc[g]++
	return append(all, t)
}

// play adds what can be seen from a state on.
func (p handing) play(s played, outcomes, known map[string]bool) {
	key := fmt.Sprint(s)
	if known[key] {
		return
	}
	known[key] = true
	goesOn := false
	for g := range s.begun {
		for _, t := range p.next(s, g) {
			goesOn = true
			p.play(t, outcomes, known)
		}
	}
	n := len(p.waits)
	switch t := s.clone(); {
	case s.begun < n && (!goesOn || s.begun == 0 || !p.apart[s.begun-1]):
		t.begun++
		p.play(t, outcomes, known)
	case goesOn || s.begun < n:
	case s.phase == 0:
		t.phase, t.begun = 1, n+len(p.does)
		p.play(t, outcomes, known)
	case s.phase == 1:
		t.phase = 2
		p.close(&t, len(p.room)-1)
		p.play(t, outcomes, known)
	default:
		outcomes[strings.Join(s.seen, "|")] = true
	}
}

func (p handing) truth() map[string]bool {
	n := len(p.waits) + len(p.does)
	s := played{pc: make([]int, n), parked: make([]bool, n), seen: make([]string, n), closed: make([]bool, len(p.room)), queue: make([][]parkedAt, len(p.room))}
	for i, room := range p.room {
		s.items = append(s.items, nil)
		for k := range room {
			if p.full[i] {
				s.items[i] = append(s.items[i], 90+k)
			}
		}
	}
	outcomes := map[string]bool{}
	p.play(s, outcomes, map[string]bool{})
	return outcomes
}

func (p handing) explore(strategy func() Strategy, most int) (outcomes map[string]bool, tally tally, all bool) {
	var seen []strings.Builder
	x := exec.New("", p.body(&seen))
	defer x.Close()
	outcomes = map[string]bool{}
	n, learned := 0, 0
	tally = exploreAll(x, prim.Plan{Steps: 300}, strategy, func(x *prim.Execution) bool {
		if x.Learned > learned { // it has begun anew
			n, learned = 0, x.Learned
			clear(outcomes)
		}
		if n++; x.End != prim.Stopped {
			var out []string
			for i := range seen {
				out = append(out, seen[i].String())
			}
			if x.End != prim.Done {
				out = append(out, fmt.Sprint(x.End))
			}
			outcomes[strings.Join(out, "|")] = true
		}
		return n < most
	})
	return outcomes, tally, n < most
}

// Nothing is missing. Where several selects wait for the same channels, one may be shown with
// what was another one's; in one of ten of these programs it is.
func TestWhatSelectsThatWaitAreHanded(t *testing.T) {
	if raceBuild {
		t.Skip("the programs run one goroutine at a time")
	}
	compared, more := 0, 0
	for seed := range programs(t, 300) {
		p := randomHanding(uint64(seed))
		got, tally, all := p.explore(optimal, 20000)
		other, _, ended := p.explore(source, 20000)
		if !all || !ended {
			continue
		}
		compared++
		require.Equal(t, keys(other), keys(got), "program %d: %v", seed, p)
		require.Zero(t, tally.blocked, "program %d: %v", seed, p)
		truth := p.truth()
		require.Subset(t, keys(got), keys(truth), "program %d: %v", seed, p)
		if len(got) > len(truth) {
			more++
		}
	}
	t.Logf("%d compared, %d with more", compared, more)
	require.Less(t, more*10, compared, "programs that show more than there is")
}
