package exec

import (
	"runtime"
	"strconv"
	"strings"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// Stack is runtime.Stack: in a controlled run it shows the goroutines of that run,
// and of their frames those of the program. Of a goroutine that is blocked it says
// "chan receive", whatever it is blocked in.
//
//go:norace
func Stack(buf []byte, all bool) int {
	g := Controlled()
	if g == nil {
		return runtime.Stack(buf, all)
	}
	if all {
		g.counts()
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
	return copy(buf, programStacks(string(dump[:n]), underWay().unbegun()))
}

// unbegun are the first frames of the goroutines that have been started and have not run,
// and of those that have returned and are not gone, in the order of their numbers.
//
//go:norace
func (x *Exec) unbegun() (frames []string) {
	for _, g := range x.Gs {
		if g.state == pending && (g.Op.Kind == prim.OpBegin || g.going) {
			pc := **(**uintptr)(unsafe.Pointer(&g.fn))
			f := runtime.FuncForPC(pc)
			file, line := f.FileLine(pc)
			frames = append(frames, f.Name()+"()", "\t"+file+":"+strconv.Itoa(line)+" +0x0")
		}
	}
	return frames
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

// waitingText replaces the states of goroutines that wait for their turn. Where these are
// no coroutines, one may not have come to wait yet.
var waitingText = strings.NewReplacer(" [coroutine", " [chan receive", " [runnable", " [chan receive", " [chan send", " [chan receive")

// inCall is in the stack of a coroutine that executes a goroutine of the run. One
// that waits for a goroutine to execute, and the driver, do not have it.
const inCall = "exec.(*G).call("

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
// do not belong to the run, and without frames that are not the program's. unbegun are the
// frames of those that have none yet.
//
//go:norace
func programStacks(dump string, unbegun []string) string {
	var out []string
	for _, g := range strings.Split(strings.TrimSuffix(dump, "\n"), "\n\n") {
		if !strings.Contains(g, inCall) {
			continue
		}
		lines := strings.Split(g, "\n")
		kept := []string{waitingText.Replace(lines[0])}
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
		if len(kept) == 1 && len(unbegun) > 0 {
			first, kept, unbegun = 1, append(kept, unbegun[:2]...), unbegun[2:]
		}
		if test {
			kept = append(kept, "testing.tRunner(0x0, 0x0)", testingFile, "created by testing.(*T).Run in goroutine 1", testingFile)
		} else if first > 0 {
			if by := around(kept[first]); by != "" {
				kept = append(kept, "created by "+by+" in goroutine 1", kept[first+1])
			}
		}
		if len(kept) > 1 {
			out = append(out, strings.Join(kept, "\n"))
		}
	}
	return strings.Join(out, "\n\n") + "\n"
}
