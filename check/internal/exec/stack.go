package exec

import (
	"runtime"
	"strconv"
	"strings"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// Stack is runtime.Stack: in a controlled run it shows the goroutines of that run,
// and of their frames those of the program, and what it is blocked in.
//
//go:norace
func Stack(buf []byte, all bool) int {
	g := Controlled()
	if g == nil {
		return runtime.Stack(buf, all)
	}
	if all {
		g.counts()
		g.acts() // it sees more than how many there are: a loop does not wait for a change of that
	}
	// No function literal may set it: the detector sees what those do.
	inStack = true
	dump := make([]byte, 64<<10)
	n := runtime.Stack(dump, all)
	for n == len(dump) {
		dump = make([]byte, 2*len(dump))
		n = runtime.Stack(dump, all)
	}
	inStack = false
	return copy(buf, underWay().programStacks(string(dump[:n]), all))
}

// begins is the first frame of a goroutine that has been started and has not run, or has
// returned and is not gone.
//
//go:norace
func (g *G) begins() []string {
	pc := **(**uintptr)(unsafe.Pointer(&g.fn))
	f := runtime.FuncForPC(pc)
	file, line := f.FileLine(pc)
	return []string{f.Name() + "()", "\t" + file + ":" + strconv.Itoa(line) + " +0x0"}
}

// inStack says that [Stack] asks the runtime.
var inStack bool

// stackOf is [Stack], called by the runtime's; it reports false if the caller is not
// controlled.
//
//go:norace
func stackOf(buf []byte, all bool) (n int, ours bool) {
	if inStack || Controlled() == nil {
		return 0, false
	}
	return Stack(buf, all), true
}

// inCalls are in the stack of a coroutine that executes a goroutine of the run, and are called
// with that. One that waits for a goroutine to execute has only the last one, or, as the driver,
// none.
var inCalls = [...]string{"exec.(*G).call(", "exec.(*G).goes(", "exec.(*G).body("}

// runsTests is the goroutine that runs the tests.
const runsTests = "goroutine 1 [chan receive]:\ntesting.(*T).Run(0x0, {0x0, 0x0}, 0x0)\n" + testingFile + "\ntesting.(*M).Run(0x0)\n" + testingFile + "\nmain.main()\n\t_testmain.go:1 +0x1"

// whose is the goroutine of the run that has the stack, nil if that is not known.
//
//go:norace
func (x *Exec) whose(stack string) *G {
	for _, call := range inCalls {
		_, rest, _ := strings.Cut(stack, call)
		at, _ := strconv.ParseUint(strings.TrimPrefix(rest[:max(strings.IndexAny(rest, "?,)"), 0)], "0x"), 16, 64)
		for _, g := range x.Gs {
			if uint64(uintptr(unsafe.Pointer(g))) == at && !g.Ended {
				return g
			}
		}
	}
	return nil
}

// goid is the number of a goroutine in dumps: the same in all runs, and nobody else has it.
//
//go:norace
func (x *Exec) goid(id int32) int {
	if id < 0 || id == 0 && !x.Tests {
		return 1
	}
	return int(id) + 7
}

// waitsIn says what a goroutine waits in, and which frames the library then has at the top of
// its stack.
//
//go:norace
func (x *Exec) waitsIn(g *G, stack string) (state string, frames []string) {
	if g.state != pending {
		return "running", nil
	}
	if prim.Enabled(x, &g.Op, int32(g.ID)) {
		return "runnable", nil
	}
	const file = "\tsync/runtime.go:1 +0x1"
	kind := g.Op.Kind
	if kind == prim.OpCondWake && x.Woken(int32(g.ID)) {
		kind = prim.OpLock
	}
	switch kind {
	case prim.OpCondWake:
		return "sync.Cond.Wait", []string{"sync.runtime_notifyListWait(0x0, 0x0)", file, "sync.(*Cond).Wait(0x0?)", file}
	case prim.OpLock, prim.OpWLock, prim.OpOnceWait: // a Once has a mutex
		frames = []string{"internal/sync.runtime_SemacquireMutex(0x0?, 0x0?, 0x0?)", file, "internal/sync.(*Mutex).lockSlow(0x0)", file, "internal/sync.(*Mutex).Lock(...)", file, "sync.(*Mutex).Lock(...)", file}
		if kind == prim.OpOnceWait {
			frames = append(frames, "sync.(*Once).doSlow(0x0, 0x0)", file, "sync.(*Once).Do(...)", file)
		}
		return "sync.Mutex.Lock", frames
	case prim.OpWLockGo:
		return "sync.RWMutex.Lock", []string{"sync.runtime_SemacquireRWMutex(0x0?, 0x0?, 0x0?)", file, "sync.(*RWMutex).Lock(0x0?)", file}
	case prim.OpRLock:
		return "sync.RWMutex.RLock", []string{"sync.runtime_SemacquireRWMutexR(0x0?, 0x0?, 0x0?)", file, "sync.(*RWMutex).RLock(...)", file}
	case prim.OpWGWait:
		return "sync.WaitGroup.Wait", []string{"sync.runtime_SemacquireWaitGroup(0x0?, 0x0?)", file, "sync.(*WaitGroup).Wait(0x0)", file}
	case prim.OpSleep:
		return "sleep", []string{"time.Sleep(0x0)", "\ttime/sleep.go:1 +0x1"}
	case prim.OpSelectGo:
		return "select", nil
	case prim.OpSend, prim.OpArriveSend:
		return "chan send", nil
	case prim.OpBlock:
		switch {
		case strings.Contains(stack, "exec.Select"):
			return "select (no cases)", nil
		case strings.Contains(stack, "exec.Send"):
			return "chan send (nil chan)", nil
		}
		return "chan receive (nil chan)", nil
	case prim.OpParked:
		if strings.Contains(stack, "exec.Send") {
			return "chan send", nil
		}
	}
	return "chan receive", nil
}

// stand is before the names of the functions that stand in for those of package testing.
const stand = "github.com/ipccheck/ipccheck/check/internal/rt/"

// testingFile is the place of what package testing would have done.
const testingFile = "\ttesting/testing.go:1 +0x1"

// around is the function around a literal, which the frame f is of, "" if it is of none:
// the rewriter makes one of the call in a go statement, so that is what started the
// goroutine.
//
//go:norace
func around(f string) string {
	for end := strings.LastIndexByte(f, '('); end >= 0; end = strings.LastIndexByte(f[:end], '(') {
		name := strings.TrimRight(f[:end], "0123456789")
		if len(name) == end {
			continue
		}
		name = strings.TrimSuffix(strings.TrimSuffix(name, "func"), "gowrap")
		if by, ok := strings.CutSuffix(name, "."); ok {
			return by
		}
	}
	return ""
}

// waitsForTest reports whether a frame is that of a test which waits for another: what
// looks for goroutines that are left behind knows these.
//
//go:norace
func waitsForTest(frame string) bool {
	return strings.HasPrefix(frame, stand+"testing.(*T).Run(") || strings.HasPrefix(frame, stand+"testing.(*T).Parallel(")
}

// programStacks is what is left of the stacks of all goroutines without those that
// do not belong to the run, and without frames that are not the program's. The calling one is
// the first, and the others are in the order of their numbers.
//
//go:norace
func (x *Exec) programStacks(dump string, all bool) string {
	var out []string
	var ids []int32
	for _, stack := range strings.Split(strings.TrimSuffix(dump, "\n"), "\n\n") {
		g := x.whose(stack)
		if g == nil {
			continue
		}
		text := x.programStack(stack, g, len(out) == 0)
		if text == "" {
			continue
		}
		out, ids = append(out, text), append(ids, int32(g.ID))
		for k := len(out) - 1; k > 1 && ids[k] < ids[k-1]; k-- {
			ids[k], ids[k-1], out[k], out[k-1] = ids[k-1], ids[k], out[k-1], out[k]
		}
	}
	others := false // that do not only wait for a subtest
	for i := 1; i < len(out); i++ {
		others = others || !strings.Contains(out[i], "\ntesting.(*T).")
	}
	if others {
		if p := callerFrom(4, false); p != "" && !has(x.Dumped, p) {
			x.Dumped = append(x.Dumped, p)
		}
	}
	if len(out) > 0 && all && x.Tests {
		out[0] += "\n\n" + runsTests
	}
	return strings.Join(out, "\n\n") + "\n"
}

// programStack is what is left of the stack of a goroutine, "" if nothing is the program's.
//
//go:norace
func (x *Exec) programStack(stack string, g *G, calling bool) string {
	lines := strings.Split(stack, "\n")
	_, rest, _ := strings.Cut(lines[0], " [")
	head, by := "goroutine "+strconv.Itoa(x.goid(int32(g.ID))), strconv.Itoa(x.goid(g.Parent))
	kept := []string{head + " [" + rest}
	if state, frames := x.waitsIn(g, stack); !calling || g.bubble > 0 {
		if g.bubble > 0 {
			if state != "running" && state != "runnable" && g.durably() {
				state += " (durable)"
			}
			state += ", synctest bubble " + strconv.Itoa(int(g.bubble))
		}
		kept = append([]string{head + " [" + state + "]:"}, frames...)
	}
	own := len(kept)
	first, test := 0, false // the frame that began it, and whether that is a test's
	for i := 1; i+1 < len(lines); i += 2 {
		switch f := lines[i]; {
		case waitsForTest(f):
			first, test = len(kept), false
			kept = append(kept, strings.TrimPrefix(f, stand), testingFile)
		case strings.HasPrefix(f, stand+"testing.(*T)."):
			test = true
		case !isOurs(f) && !strings.HasPrefix(f, "created by ") && !strings.HasPrefix(f, "iter.") && !strings.HasPrefix(f, "runtime."):
			first, test = len(kept), false
			kept = append(kept, strings.Replace(f, ".ipccheckTest", ".Test", 1), lines[i+1])
		}
	}
	if len(kept) == own {
		if g.state != pending || g.Op.Kind != prim.OpBegin && !g.going {
			return ""
		}
		first, kept = own, append(kept, g.begins()...)
	}
	if test {
		kept = append(kept, "testing.tRunner(0x0, 0x0)", testingFile, "created by testing.(*T).Run in goroutine "+by, testingFile)
	} else if first > 0 {
		if from := around(kept[first]); from != "" {
			kept = append(kept, "created by "+from+" in goroutine "+by, kept[first+1])
		}
	}
	return strings.Join(kept, "\n")
}
