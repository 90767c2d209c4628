package diagnose

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/picture"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// failure is a verdict that the reports are tested with.
func failure(t *testing.T, name string) *verdict.Verdict {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "report", "testdata", "failures", name+".json"))
	require.NoError(t, err)
	v := &verdict.Verdict{}
	require.NoError(t, json.Unmarshal(b, v))
	return v
}

// hintOf is the hint that a finding gets.
func hintOf(v *verdict.Verdict) *verdict.Hint {
	Fill(v, nil)
	return v.Findings[0].Hint
}

// Each pattern is found where it is, and not where one thing is different that makes it
// another one.
func TestHints(t *testing.T) {
	step := func(f func(tr *verdict.Trace)) func(*verdict.Verdict) {
		return func(v *verdict.Verdict) { f(v.Findings[0].Trace) }
	}
	for _, c := range []struct {
		name, want, command string
		otherwise           map[string]func(*verdict.Verdict)
	}{
		{"01-deadlock-semaphores", `"mutex first" (G1 holds mutex while it waits for empty)`, "ipccheck explore semaphore-buffer -order mutex-first", map[string]func(*verdict.Verdict){
			"somebody else has the lock": step(func(tr *verdict.Trace) { other := 0; tr.Waiting[2].Holder = &other }),
			"a third one waits for something else": step(func(tr *verdict.Trace) {
				tr.Waiting = append(tr.Waiting, verdict.Waiting{Process: 0, Op: "receive", Object: 3})
			}),
			"it is no channel": step(func(tr *verdict.Trace) { tr.Objects[0].Kind = "cond" }),
			"nobody would give it": step(func(tr *verdict.Trace) {
				tr.Steps = slices.DeleteFunc(tr.Steps, func(s verdict.Step) bool { return s.Process == 2 && s.Object == 1 })
				tr.Sources = []verdict.Source{
					{File: "s04_sem_chan.go", First: 11, Lines: []string{"func (s Semaphore) P() { <-s }", "}"}},
					{File: "s04_sem_chan.go", First: 36, Lines: []string{"\tmutex.P()", "\tmutex.V()", "}", "// empty"}},
					{File: "s04_sem_chan.go", First: 60, Lines: []string{"\t\t\tget()", "", "\t\t}", "\tempty.V()"}},
				}
			}),
		}},
		{"11-abba-cockroach", `"lock order" (G1 takes Store.coalescedMu first, and G2 takes Replica.raftMu#1 first)`, "ipccheck explore philosophers", map[string]func(*verdict.Verdict){
			"one waits for itself": step(func(tr *verdict.Trace) { tr.Waiting[1].Holder = &tr.Waiting[1].Process }),
			"both want one lock":   step(func(tr *verdict.Trace) { tr.Waiting[1].Object = tr.Waiting[0].Object }),
			"not by a lock":        step(func(tr *verdict.Trace) { tr.Objects[0].Kind = "once" }),
		}},
		{"02-lost-wakeup", `"look, then wait" (test finds nothing in FixedFIFO.queue in step 2; something comes in step 5`, "ipccheck explore blocking-queue -notify one", map[string]func(*verdict.Verdict){
			"it was there before":    step(func(tr *verdict.Trace) { tr.Steps[1], tr.Steps[4] = tr.Steps[4], tr.Steps[1] }),
			"it waits for it, too":   step(func(tr *verdict.Trace) { tr.Waiting[0].Objects = append(tr.Waiting[0].Objects, 2) }),
			"it looks again":         step(func(tr *verdict.Trace) { tr.Steps[5].Objects = append(tr.Steps[5].Objects, 2) }),
			"it has been taken out":  step(func(tr *verdict.Trace) { tr.Steps[5].Changes = []verdict.Change{{Object: 2, Field: "items"}} }),
			"the first look took it": step(func(tr *verdict.Trace) { tr.Steps[1].Note = "" }),
		}},
		{"12-kubernetes-11298", `"signal before wait" (the signal of notifier.cond in step 11 finds nobody who waits, and G5 waits from step 13 on)`, "ipccheck explain IPC007", map[string]func(*verdict.Verdict){
			"the signal woke somebody": step(func(tr *verdict.Trace) { tr.Steps[10].Wakes = []int{2} }),
			"the wait was first":       step(func(tr *verdict.Trace) { tr.Steps[10], tr.Steps[12] = tr.Steps[12], tr.Steps[10] }),
			"of another one":           step(func(tr *verdict.Trace) { tr.Steps[10].Object = 1 }),
			"a later one is in vain":   step(func(tr *verdict.Trace) { tr.Unavoidable = true }),
		}},
		{"05-leak-after-timeout", `"nobody receives any more" (test has left by time.After(limit) in step 3: give reply room for one)`, "ipccheck explain IPC012", map[string]func(*verdict.Verdict){
			"there is room":          step(func(tr *verdict.Trace) { one := 1; tr.Objects[0].Cap = &one }),
			"the receiver was there": step(func(tr *verdict.Trace) { tr.Steps[2].Objects = []int{2} }),
			"it comes back": step(func(tr *verdict.Trace) {
				tr.Steps = append(tr.Steps, verdict.Step{Process: 0, Op: "receive", Object: 1})
			}),
			"it left by a message": step(func(tr *verdict.Trace) { tr.Objects[1].Name = "stop" }),
		}},
		{"06-panic-closed-channel", `"Add inside the goroutine" (G3 waits for wg in step 7, and G1 adds itself in step 9)`, "ipccheck explain IPC011", map[string]func(*verdict.Verdict){
			"the wait comes later":      step(func(tr *verdict.Trace) { tr.Steps[6], tr.Steps[9] = tr.Steps[9], tr.Steps[6] }),
			"the first one adds":        step(func(tr *verdict.Trace) { tr.Steps[8].Process = 0 }),
			"it is done":                step(func(tr *verdict.Trace) { tr.Steps[8].Changes[0].To = "-1" }),
			"it is started after it":    step(func(tr *verdict.Trace) { tr.Actors[1].Born = 8 }),
			"it waits for another one":  step(func(tr *verdict.Trace) { tr.Steps[6].Object = 1 }),
			"the wait has not returned": step(func(tr *verdict.Trace) { tr.Steps[6].Blocks = true }),
		}},
		{"13-if-instead-of-while", `"if instead of for" (G2 is woken, another one is quicker, and G2 does not look again)`, "ipccheck explore condvar-buffer -variant if-instead-of-while", map[string]func(*verdict.Verdict){
			"it is a loop":          step(func(tr *verdict.Trace) { tr.Sources[0].Lines[2] = "\tfor len(b.data) == 0 {" }),
			"the if is in a loop":   step(func(tr *verdict.Trace) { tr.Sources[0].Lines[0] = "for {" }),
			"nobody was quicker":    step(func(tr *verdict.Trace) { tr.Steps = slices.Delete(tr.Steps, 7, 10) }),
			"another one panics":    step(func(tr *verdict.Trace) { tr.Fault.Process = 1 }),
			"the source is unknown": step(func(tr *verdict.Trace) { tr.Sources = nil }),
		}},
		{"03-lost-item-ring", `"two producers on one index" (G2 and G1 read in = 0, and both write buf[0])`, "ipccheck explore circular-queue -producers 2", map[string]func(*verdict.Verdict){
			"they write elsewhere":    step(func(tr *verdict.Trace) { tr.Steps[6].Changes[0].To = "[1 2 0 0]" }),
			"they store other values": step(func(tr *verdict.Trace) { tr.Steps[9].Value = "2" }),
			"one has read it later":   step(func(tr *verdict.Trace) { tr.Steps[3], tr.Steps[8] = tr.Steps[8], tr.Steps[3] }),
		}},
		{"04-data-race", "", "", nil},
		{"07-livelock", `"each waits for the other" (G1 has set wantA and waits for wantB, G2 has set wantB and waits for wantA)`, "ipccheck explain IPC008", map[string]func(*verdict.Verdict){
			"one has written both":  step(func(tr *verdict.Trace) { tr.Steps[2].Process = 1 }),
			"both wait for one":     step(func(tr *verdict.Trace) { tr.Waiting[2].Object = 3 }),
			"a third one spins":     step(func(tr *verdict.Trace) { tr.Waiting[0].Spins = true }),
			"nobody has written it": step(func(tr *verdict.Trace) { tr.Steps[1].Op = "load" }),
		}},
		{"08-history-reordered", "", "", nil},
		{"09-model-circular-queue", "", "", nil},
	} {
		h := hintOf(failure(t, c.name))
		if c.want == "" {
			assert.Nil(t, h, c.name)
			continue
		}
		if assert.NotNil(t, h, c.name) {
			assert.True(t, strings.HasPrefix(h.Text, c.want), "%s: %s", c.name, h.Text)
			assert.Equal(t, c.command, h.Command, c.name)
		}
		for what, change := range c.otherwise {
			v := failure(t, c.name)
			change(v)
			assert.Nil(t, hintOf(v), "%s: %s", c.name, what)
		}
	}
}

// Two who write the element at an index that both have read are two producers, however it is
// written; two who write another element, or set a flag, are none.
func TestTwoProducersOfAtomicElements(t *testing.T) {
	for _, c := range []struct {
		name, read, write, move string
		op, value               string
		lines                   []string
		want                    bool
	}{
		{"a local index", "i := in.Load()", "buf[i].Store(v)", "in.Store((i + 1) % N)", "store", "1", nil, true},
		{"an index modulo", "i := r.in.Load()", "r.buf[i%N].Store(v)", "r.in.Add(1)", "update", "", nil, true},
		{"the index itself", "for in.Load() > 9 {", "buf[in.Load()].Store(v)", "atomic.AddInt32(&in, 1)", "update", "", nil, true},
		{"reckoned before", "i := in.Load()", "buf[i].Store(v)", "in.Store(next)", "store", "1", []string{"func put() {", "\tnext := (i + 1) % N", "\tin.Store(next)"}, true},
		{"reckoned elsewhere", "i := in.Load()", "buf[i].Store(v)", "in.Store(next)", "store", "1", nil, false},
		{"a constant before", "i := in.Load()", "buf[i].Store(v)", "in.Store(next)", "store", "1", []string{"func put() {", "\tnext := 1", "\tin.Store(next)"}, false},
		{"a flag", "if i := in.Load(); i == 0 {", "buf[i].Store(v)", "in.Store(1)", "store", "1", nil, false},
		{"an exchange", "i := in.Load()", "buf[i].Store(v)", "in.CompareAndSwap(i, i+1)", "update", "", nil, false},
		{"another element", "c := in.Load()", "buf[k%N].Store(v)", "in.Store((c + 1) % N)", "store", "1", nil, false},
		{"another index", "i := r.in.Load()", "r.buf[r.out.Load()].Store(v)", "r.in.Store(i + 1)", "store", "1", nil, false},
		{"a constant element", "i := in.Load()", "buf[0].Store(v)", "in.Store(i + 1)", "store", "1", nil, false},
		{"no element", "i := in.Load()", "last.Store(i)", "in.Store(i + 1)", "store", "1", nil, false},
	} {
		tr := &verdict.Trace{
			Picture: verdict.GoPicture, Processes: []string{"test", "G1", "G2"},
			Actors:  []verdict.Actor{{ID: "G0"}, {ID: "G1", Kind: "goroutine"}, {ID: "G2", Kind: "goroutine"}},
			Objects: []verdict.Object{{Name: "in", Kind: "atomic"}, {Name: "buf[i]", Kind: "atomic"}},
			Sites:   []verdict.Site{{Text: c.read}},
			Sources: []verdict.Source{{File: "x.go", First: 1, Lines: c.lines}},
		}
		for _, p := range []int{1, 2} {
			tr.Steps = append(tr.Steps, verdict.Step{Process: p, Op: "load", Label: "in.Load()", Object: 1, Value: "0", Site: 1})
		}
		for _, p := range []int{1, 2} {
			tr.Steps = append(tr.Steps, verdict.Step{Process: p, Op: "store", Label: c.write, Object: 2, Value: "7"},
				verdict.Step{Process: p, Op: c.op, Label: c.move, Object: 1, Value: c.value, Position: "x.go:3:2"})
		}
		h := hintOf(&verdict.Verdict{Findings: []verdict.Finding{{Code: verdict.FailedAssertion, Trace: tr}}})
		if !c.want {
			assert.Nil(t, h, c.name)
		} else if assert.NotNil(t, h, c.name) {
			assert.Equal(t, `"two producers on one index" (G1 and G2 read in = 0, and both write buf[i])`, h.Text, c.name)
		}
	}
}

// A long trace is looked through in time that grows with its length, or little more.
func TestHintsOfALongTrace(t *testing.T) {
	for _, value := range []string{"0", ""} { // which all read, or each another one
		tr := &verdict.Trace{
			Picture: verdict.GoPicture, Processes: []string{"test", "G1", "G2"},
			Actors:  []verdict.Actor{{ID: "G0"}, {ID: "G1", Kind: "goroutine"}, {ID: "G2", Kind: "goroutine"}},
			Objects: []verdict.Object{{Name: "n", Kind: "atomic"}, {Name: "c", Kind: "chan"}},
			Waiting: []verdict.Waiting{{Process: 1, Op: "receive", Object: 2}, {Process: 2, Op: "receive", Object: 2}},
		}
		for k := range 10_000 {
			p := 1 + k/2%2
			if k%2 == 0 {
				tr.Steps = append(tr.Steps, verdict.Step{Process: p, Op: "load", Label: "n.Load()", Object: 1, Value: cmp.Or(value, strconv.Itoa(k))})
			} else {
				tr.Steps = append(tr.Steps, verdict.Step{Process: p, Op: "update", Label: "n.Add(1)", Object: 1})
			}
		}
		for i, kind := range []verdict.Code{verdict.Deadlock, verdict.FailedAssertion, verdict.Crash} {
			assert.Nil(t, hintOf(&verdict.Verdict{Findings: []verdict.Finding{{Code: kind, Trace: tr}}}), i)
		}
	}
}

// What the race detector finds of a wait and an addition is the same pattern.
func TestUnorderedAddIsInsideTheGoroutine(t *testing.T) {
	find := func(change func(*verdict.Trace)) *verdict.Hint {
		waits, adds, parent := 0, 1, 0
		tr := &verdict.Trace{
			Picture: verdict.GoPicture, Processes: []string{"test", "G1 go :13"},
			Actors: []verdict.Actor{{ID: "G0", Kind: "goroutine"}, {ID: "G1", Kind: "goroutine", Parent: &parent}},
			Race:   &verdict.Race{Variable: "wg", Accesses: []verdict.RaceSide{{Op: "wait", Write: true, Process: &waits}, {Op: "add", Process: &adds}}},
		}
		change(tr)
		return hintOf(&verdict.Verdict{Findings: []verdict.Finding{{Code: verdict.DataRace, Trace: tr}}})
	}
	h := find(func(*verdict.Trace) {})
	require.NotNil(t, h)
	assert.Equal(t, `"Add inside the goroutine" (test waits for wg, and G1 may add itself later)`, h.Text)
	assert.Equal(t, h, find(func(tr *verdict.Trace) { slices.Reverse(tr.Race.Accesses) }))
	assert.Nil(t, find(func(tr *verdict.Trace) { tr.Race.Accesses[0].Op = "" }))
	assert.Nil(t, find(func(tr *verdict.Trace) { tr.Race.Accesses[1].Process = nil }))
	assert.Nil(t, find(func(tr *verdict.Trace) { tr.Actors[1].Parent = nil }))
}

// A trace may refer to what it does not have.
func TestNothingIsKnownOfEmptyTraces(t *testing.T) {
	for _, code := range []verdict.Code{verdict.Deadlock, verdict.Crash, verdict.Leak, verdict.Livelock, verdict.DataRace} {
		three := 3
		v := &verdict.Verdict{Findings: []verdict.Finding{{Code: code, Message: "m", Trace: &verdict.Trace{
			Picture: verdict.GoPicture, Actors: []verdict.Actor{{}},
			Steps:   []verdict.Step{{Process: 7, Object: 9, Site: -1, Op: "woken", After: []verdict.Cause{{Step: 99, Kind: "wake"}}}, {Op: "store", Value: "1", Object: -3}},
			Waiting: []verdict.Waiting{{Process: -1, Object: 4, Holder: &three, Since: -5, Taken: 70, Spins: true}},
			Holds:   []verdict.Hold{{Process: 5, Object: 5, Since: 5}}, Fault: &verdict.Fault{Step: -1, Process: 44},
		}}}}
		assert.NotPanics(t, func() { Fill(v, func(*verdict.Trace) []verdict.Source { return nil }) })
		assert.Nil(t, v.Findings[0].Hint)
	}
}

func TestCauses(t *testing.T) {
	for name, want := range map[string]string{
		"01-deadlock-semaphores":  "G1 put waits at s04_sem_chan.go:27 for a token of empty (0 of 2 left) and has mutex, taken at s04_sem_chan.go:26; G2 get waits at s04_sem_chan.go:36 for a token of mutex (0 of 1)",
		"02-lost-wakeup":          "test waits at fixed_fifo_queue.go:98 for a sender on waitChan, and nobody else is left",
		"03-lost-item-ring":       "the test fails at ring_test.go:46: put 1 and 2, got a sum of 2",
		"04-data-race":            "total (race_test.go:10) is written by G1 add at race_test.go:15 and read by test at race_test.go:19, and nothing orders the two",
		"05-leak-after-timeout":   "G1 slow is left behind: it waits at leak_test.go:17 for a receiver on reply; the test is over, and nobody is left who would end the wait",
		"06-panic-closed-channel": "G1 go :13 panics at s08_wg_add_inside.go:17: send on closed channel",
		"07-livelock":             "G1 enterA spins at l_test.go:14 until wantB changes; G2 enterB spins at l_test.go:20 until wantA changes, and nobody is left who would change anything",
		"09-model-circular-queue": "", // what the model says
	} {
		v := failure(t, name)
		Fill(v, nil)
		assert.Equal(t, want, v.Findings[0].Cause, name)
	}
	assert.Equal(t, "TestA/one fails at m_test.go:18: n is 1", complained("the test fails: TestA/one: m_test.go:18: n is 1"))
	assert.Equal(t, "the test fails: oops: m_test.go:18: n is 1", complained("the test fails: oops: m_test.go:18: n is 1"))
}

// Many who wait alike are one clause, and what a fault says of the executions stays.
func TestCauseOfMany(t *testing.T) {
	tr := &verdict.Trace{Picture: verdict.GoPicture, Processes: []string{"test"}, Actors: []verdict.Actor{{ID: "G0", Kind: "goroutine"}}}
	for range 50 {
		n := len(tr.Actors)
		tr.Actors = append(tr.Actors, verdict.Actor{ID: "G" + string(rune('a'+n%26)), Name: "put", Kind: "goroutine"})
		tr.Waiting = append(tr.Waiting, verdict.Waiting{Process: n, For: "room", Position: "x.go:3:1"})
	}
	f := &verdict.Finding{Code: verdict.Deadlock, Message: "m, while goroutine 1 goes on with the clock; it happens only if 1s pass", Trace: tr}
	assert.Equal(t, "Gb put, Gc put and 48 others wait at x.go:3 for room, while Gb put goes on with the clock; it happens only if 1s pass", cause(f, picture.Of(tr)))
	tr.Fault = &verdict.Fault{Position: "x.go:3:1", Message: "oops"}
	f.Code = verdict.Crash
	assert.Equal(t, "test panics at x.go:3: oops; it happens only if 1s pass", cause(f, picture.Of(tr)))
	tr.Fault = nil
	tr.Waiting = tr.Waiting[:1]
	tr.Waiting[0].Holder = &tr.Waiting[0].Process
	tr.Waiting[0].For = "mu, held by Gb"
	assert.Equal(t, "Gb put waits at x.go:3 for mu, which it has itself", cause(&verdict.Finding{Code: verdict.Deadlock, Trace: tr}, picture.Of(tr)))
}

// What a test says has its own words.
func TestCauseInTheWordsOfTheTest(t *testing.T) {
	tr := &verdict.Trace{Picture: verdict.GoPicture, Processes: []string{"test", "G1"}, Actors: []verdict.Actor{{ID: "G0", Kind: "goroutine"}, {ID: "G1", Kind: "goroutine"}}}
	f := &verdict.Finding{Code: verdict.FailedAssertion, Message: "the test fails: x_test.go:3: left: goroutine 1 [select]; it happens only if 1s pass while goroutine 1 is held up", Trace: tr}
	assert.Equal(t, "the test fails at x_test.go:3: left: goroutine 1 [select]; it happens only if 1s pass while G1 is held up", cause(f, picture.Of(tr)))
}

// Who waits for the readers of a lock to leave is told to be one.
func TestCauseOfAReader(t *testing.T) {
	tr := &verdict.Trace{
		Picture: verdict.GoPicture, Processes: []string{"test"}, Actors: []verdict.Actor{{ID: "G0", Kind: "goroutine"}},
		Objects: []verdict.Object{{Name: "mu", Kind: "rwmutex"}}, Steps: []verdict.Step{{Position: "x.go:3:1", Object: 1}},
		Waiting: []verdict.Waiting{{For: "the readers of mu to leave: test", Op: "locked", Position: "x.go:4:1", Object: 1}},
		Holds:   []verdict.Hold{{Object: 1, Since: 1}},
	}
	want := "test waits at x.go:4 for the readers of mu to leave, and is one itself since x.go:3, and nobody else is left"
	assert.Equal(t, want, cause(&verdict.Finding{Code: verdict.Deadlock, Trace: tr}, picture.Of(tr)))

	tr.Processes, tr.Actors = append(tr.Processes, "G1"), append(tr.Actors, verdict.Actor{ID: "G1", Kind: "goroutine"})
	tr.Waiting = append(tr.Waiting, tr.Waiting[0])
	tr.Waiting[1].Process = 1
	tr.Holds = append(tr.Holds, verdict.Hold{Process: 1, Object: 1, Since: 1})
	want = "test and G1 wait at x.go:4 for the readers of mu to leave, and are some of them since x.go:3"
	assert.Equal(t, want, cause(&verdict.Finding{Code: verdict.Deadlock, Trace: tr}, picture.Of(tr)))
}

// Those who wait alike, for one each of several objects with one name, have a clause each
// if they are few.
func TestCauseOfFew(t *testing.T) {
	tr := &verdict.Trace{Picture: verdict.GoPicture, Processes: []string{"test"}, Actors: []verdict.Actor{{ID: "G0", Kind: "goroutine"}}}
	wait := func() {
		n := len(tr.Actors)
		tr.Actors = append(tr.Actors, verdict.Actor{ID: "G" + strconv.Itoa(n), Kind: "goroutine"})
		tr.Waiting = append(tr.Waiting, verdict.Waiting{Process: n, For: "forks[…]#" + strconv.Itoa(n), Position: "x.go:3:1"})
	}
	wait()
	wait()
	f := &verdict.Finding{Code: verdict.Deadlock, Trace: tr}
	assert.Equal(t, "G1 waits at x.go:3 for forks[…]#1; G2 waits at x.go:3 for forks[…]#2", cause(f, picture.Of(tr)))
	wait()
	wait()
	assert.Equal(t, "G1, G2 and 2 others wait at x.go:3 for forks[…]", cause(f, picture.Of(tr)))
}

// Of three in a circle each takes a lock first; of two, one may wait for a reader.
func TestLockOrderIsACircle(t *testing.T) {
	one, two, three := 1, 2, 3
	tr := &verdict.Trace{
		Picture: verdict.GoPicture, Processes: []string{"test", "G1", "G2", "G3"},
		Actors:  []verdict.Actor{{ID: "G0"}, {ID: "G1", Kind: "goroutine"}, {ID: "G2", Kind: "goroutine"}, {ID: "G3", Kind: "goroutine"}},
		Objects: []verdict.Object{{Name: "a", Kind: "mutex"}, {Name: "b", Kind: "rwmutex"}, {Name: "c", Kind: "mutex"}},
		Waiting: []verdict.Waiting{{Process: 1, Object: 2, Holder: &two}, {Process: 2, Object: 3, Holder: &three}, {Process: 3, Object: 1, Holder: &one}},
	}
	v := &verdict.Verdict{Findings: []verdict.Finding{{Code: verdict.Deadlock, Trace: tr}}}
	h := hintOf(v)
	require.NotNil(t, h)
	assert.Equal(t, `"lock order" (G1 takes a first, G2 takes b first, and G3 takes c first)`, h.Text)
	tr.Waiting = []verdict.Waiting{{Process: 1, Object: 2, Op: "locked"}, {Process: 2, Object: 1, Holder: &one}}
	v.Findings[0].Hint = nil
	assert.Nil(t, hintOf(v), "nobody reads")
	tr.Holds = []verdict.Hold{{Process: 2, Object: 2}}
	h = hintOf(v)
	require.NotNil(t, h)
	assert.Equal(t, `"lock order" (G1 takes a first, and G2 takes b first)`, h.Text)
}

// What shows in every execution, if not in the same way, is not said to show in some.
func TestCauseSaysNotSomeOfAll(t *testing.T) {
	tr := &verdict.Trace{
		Picture: verdict.GoPicture, Processes: []string{"test", "G1"}, Actors: []verdict.Actor{{ID: "G0", Kind: "goroutine"}, {ID: "G1", Kind: "goroutine"}},
		Waiting: []verdict.Waiting{{Process: 1, For: "room"}},
	}
	f := &verdict.Finding{Code: verdict.Leak, Message: "m, in some executions and not in others", Trace: tr}
	assert.Equal(t, "G1 is left behind: it waits for room; the test is over, and nobody is left who would end the wait, in some executions and not in others", cause(f, picture.Of(tr)))
	tr.Unavoidable = true
	assert.Equal(t, "G1 is left behind: it waits for room; the test is over, and nobody is left who would end the wait; every execution leaves somebody behind, but not always the same", cause(f, picture.Of(tr)))
}

// Nobody has to end a wait that time ends.
func TestCauseOfSleepersLeftBehind(t *testing.T) {
	tr := &verdict.Trace{
		Picture: verdict.GoPicture, Processes: []string{"test", "G1", "G2"}, Actors: []verdict.Actor{{ID: "G0", Kind: "goroutine"}, {ID: "G1", Kind: "goroutine"}, {ID: "G2", Kind: "goroutine"}},
		Waiting: []verdict.Waiting{{Process: 1, For: "wg: 1 not done"}, {Process: 2, For: "a timer"}},
	}
	f := &verdict.Finding{Code: verdict.Leak, Trace: tr}
	assert.Equal(t, "G1 is left behind: it waits for wg: 1 not done; G2 is left behind: it waits for a timer; the test is over", cause(f, picture.Of(tr)))
}
