package rewrite

import (
	"os"
	"strings"
)

// Detector says whether a program is built with the race detector.
type Detector int

// Whether a program is built with the race detector.
const (
	WithoutDetector Detector = iota
	DetectorIfPossible
	DetectorRequired
)

// uninstrumented leaves out of what the detector watches what only the goroutine
// that makes the executions calls: a third of the time of an execution. That of the
// suites of package check has a path of its own.
var uninstrumented = []string{"-gcflags=ipccheck/search=-race=false", "-gcflags=" + own + "internal/search=-race=false"}

// raceOptions are options of the race detector (the variable GORACE) that a process
// which explores must have. By default the detector reports a race once in a
// process: an execution that is made again, or another one with the same race,
// would pass. And it drops a report when the goroutine of the earlier access has
// done so much since that the detector has forgotten where that access was.
const raceOptions = "suppress_equal_stacks=0 suppress_equal_addresses=0 history_size=7 halt_on_error=0 atexit_sleep_ms=0"

// environment is that of a process which explores: what the user wants it to be
// (nil: this process's), and more. The race detector writes to log.
func environment(env []string, log string, more ...string) []string {
	if env == nil {
		env = os.Environ()
	}
	options := raceOptions + " log_path=" + log
	for _, e := range env {
		if theirs, ok := strings.CutPrefix(e, "GORACE="); ok {
			options = theirs + " " + options // the last one counts
		}
	}
	return append(append(append([]string{}, env...), more...), "GORACE="+options)
}

// detectorGaveUp reports whether a process died of the race detector, and not of
// what it found.
func detectorGaveUp(stderr string) bool {
	return strings.Contains(stderr, "race: limit on ") || strings.Contains(stderr, "FATAL: ThreadSanitizer") || strings.Contains(stderr, "ThreadSanitizer failed to ")
}
