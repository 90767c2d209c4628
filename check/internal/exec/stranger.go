package exec

import (
	"runtime"
	"strings"
	"sync"
)

// A goroutine that the run does not control may use what it controls: the runtime
// starts one for finalizers, and the standard library starts some. For it operations
// are native, and the run says so: what the others see of it is chance.

// strangers are those of the executions since they were noted last: what started
// them.
var strangers struct {
	sync.Mutex
	names []string
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
}

// takeStrangers says whom the executions have met since it was called last.
//
//go:norace
func takeStrangers() (what []string) {
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
	return what
}
