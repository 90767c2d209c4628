// Package watchdog ends tests that hang.
package watchdog

import (
	"fmt"
	"runtime/debug"
	"testing"
	"time"
)

// limit is far above what a test takes on a machine that is busy.
var limit = time.Minute

// Start ends the program, with the stacks of all goroutines, if the test is still
// running after a minute. The verdict of a test that ends does not depend on it.
func Start(t testing.TB) {
	timer := time.AfterFunc(limit, func() {
		debug.SetTraceback("all")
		panic(fmt.Sprintf("%s hangs: it still runs after %v", t.Name(), limit))
	})
	t.Cleanup(func() { timer.Stop() })
}
