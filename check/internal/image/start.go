package image

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unsafe"
)

// Goroutines that are started before the first execution, by initialisers or
// TestMain, are part of the program. They do not start until the executions do,
// each of which begins with them; that is as if they were slow. Should something
// wait before that, and so perhaps for them, they start at once, and no execution
// controls them.

// Env and ReplayEnv are variables of the environment that say that executions are
// to come.
const (
	Env       = "IPCCHECK_CHILD"
	ReplayEnv = "IPCCHECK_REPLAY_ONE"
)

// goroutine is one that was started before the executions.
type goroutine struct {
	f     func()
	place string
	id    uintptr
	// waits says that it waited for channels when the executions began; it goes
	// on only if somebody touches these.
	waits bool
	chans []uintptr
}

var (
	lock  sync.Mutex // of what follows, until the executions begin
	early = parent() || os.Getenv(ReplayEnv) != ""
	later []*goroutine
	loose []*goroutine // that have started, and have not ended

	started []string // the places of all that have started outside of executions
)

// starts notes such a place. lock is locked.
func starts(place string) {
	if !slices.Contains(started, place) {
		started = append(started, place)
	}
}

// Started is where goroutines were started, and timers set, that ran outside of executions.
func Started() []string {
	lock.Lock()
	defer lock.Unlock()
	return started
}

// Parent is what the parent process says to one that it has started to explore it,
// once; nil if there is none. The file, and the variable Env, are gone before the
// program's initialisers run.
func Parent() []byte { return said() }

// Go starts a goroutine, before the executions or outside of one.
func Go(f func()) {
	if !early || !available {
		go f()
		return
	}
	g := &goroutine{f: f, place: caller()}
	lock.Lock()
	defer lock.Unlock()
	later = append(later, g)
}

// caller is the place in the program that called what is ours.
func caller() string {
	var pcs [8]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		if !more || !strings.HasPrefix(f.Function, "ipccheck/") {
			return filepath.Base(f.File) + ":" + strconv.Itoa(f.Line)
		}
	}
}

// Wait is called before something waits, outside of executions: what was held
// back starts.
//
//go:norace
func Wait() {
	if early && available {
		release()
	}
}

// turns of loops since the goroutines that are held back started.
var turns int

// Turn is called in every turn of a loop that may wait for something, outside of
// executions.
//
//go:norace
func Turn() {
	if early && len(later)+len(timers) > 0 {
		if turns++; turns > enough {
			Wait()
		}
	}
}

// enough turns are made by loops that wait.
const enough = 10_000

func release() {
	lock.Lock()
	defer lock.Unlock()
	run()
	for _, g := range later {
		loose = append(loose, g)
		starts(g.place)
		go g.run()
	}
	later = nil
}

func (g *goroutine) run() {
	defer func() {
		lock.Lock()
		defer lock.Unlock()
		for i, o := range loose {
			if o == g {
				loose = append(loose[:i:i], loose[i+1:]...)
			}
		}
	}()
	g.begins()
	g.f()
}

// begins notes which goroutine it is. That orders nobody for the race detector, and is no race.
//
//go:norace
func (g *goroutine) begins() { g.id = goroutineNow() }

// looks finds out whether it waits for channels, if it has begun.
//
//go:norace
func (g *goroutine) looks() {
	if g.id != 0 && !g.waits {
		g.waits, g.chans = waits(g.id)
	}
}

// Off says that there are no executions: goroutines start when they are started.
func Off() {
	Wait()
	early = false
}

// Held are the goroutines with which every execution begins, and what sets the
// timers with which it does.
//
//go:norace
func Held() (start, set []func()) {
	for _, g := range later {
		start = append(start, g.f)
	}
	for _, t := range timers {
		set = append(set, t.begin)
	}
	return start, set
}

// Live is how many goroutines the program has, with that which asks; it reports false if
// that is not known here.
func Live() (n int, known bool) {
	if !early || !available {
		return 0, false
	}
	lock.Lock()
	defer lock.Unlock()
	return 1 + len(later) + len(loose), true
}

// Settle is called before the first execution. It lets the goroutines that have
// started come to where they wait for channels: there they stay, unless an execution
// touches these. It reports where those were started that do not wait: what they do
// beside the executions is not controlled.
func Settle() (running []string) {
	lock.Lock()
	hold()
	lock.Unlock()
	for range patience {
		running = nil
		lock.Lock()
		for _, g := range loose {
			g.looks()
			if !g.waits {
				running = append(running, g.place)
			}
		}
		lock.Unlock()
		if len(running) == 0 {
			break
		}
		runtime.Gosched()
	}
	return running
}

// patience is how often the goroutines are asked whether they wait.
const patience = 1000

// met is where the goroutine was started that [Waiter] has found.
var met string

// Met says what [Waiter] has found since it was called last, "" if nothing.
func Met() (place string) {
	place, met = met, ""
	return place
}

// Waiter says where the goroutine was started that waits for a channel, and is not
// controlled, "" if there is none.
//
//go:norace
func Waiter(channel unsafe.Pointer) (place string) {
	for _, g := range loose {
		for _, c := range g.chans {
			if c == uintptr(channel) {
				met = g.place
				return g.place
			}
		}
	}
	return ""
}
