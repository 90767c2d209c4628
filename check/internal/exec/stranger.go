package exec

import (
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
)

// A goroutine that the run does not control may use what it controls: the runtime
// starts one for finalizers, and the standard library starts some. For it operations
// are native, and the run says so: what the others see of it is chance.

// strangers are those of the executions since they were noted last: what started
// them.
var strangers struct {
	sync.Mutex
	names []string
	some  atomic.Bool // there are names: asked at the end of each execution
}

// meetStranger notes a goroutine by the function with which it was started.
//
//go:norace
func meetStranger(pc uintptr) {
	name := "the runtime"
	if f := runtime.FuncForPC(pc); f != nil {
		name = f.Name()
	}
	strangers.Lock()
	defer strangers.Unlock()
	for _, n := range strangers.names {
		if n == name {
			return
		}
	}
	strangers.names = append(strangers.names, name)
	strangers.some.Store(true)
}

// takeStrangers says whom the executions have met since it was called last.
//
//go:norace
func takeStrangers() (what []string) {
	if !strangers.some.Load() {
		return nil
	}
	strangers.Lock()
	defer strangers.Unlock()
	for _, name := range strangers.names {
		pkg := name
		if i := strings.LastIndexByte(pkg, '/'); i >= 0 {
			pkg = name[:i] + strings.SplitN(name[i:], ".", 2)[0]
		} else {
			pkg, _, _ = strings.Cut(pkg, ".")
		}
		what = append(what, "a goroutine of package "+pkg+" ("+name+"), which the run does not control, uses what it controls")
	}
	strangers.names = nil
	strangers.some.Store(false)
	return what
}
