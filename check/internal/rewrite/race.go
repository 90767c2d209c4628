package rewrite

import (
	"os"
	"strings"
)

// raceOptions are options of the race detector (the variable GORACE) that a process
// which explores must have. By default the detector reports a race once in a
// process: an execution that is made again, or another one with the same race,
// would pass.
const raceOptions = "suppress_equal_stacks=0 suppress_equal_addresses=0 halt_on_error=0 log_path=stderr atexit_sleep_ms=0"

// raceEnv adds the detector's options to an environment; those that the user has
// set count where they are not ours to say.
func raceEnv(env []string) []string {
	options := raceOptions
	for _, e := range env {
		if theirs, ok := strings.CutPrefix(e, "GORACE="); ok {
			options = theirs + " " + raceOptions // the last one counts
		}
	}
	return append(env, "GORACE="+options)
}

// environment is that of a process which explores, from what the user wants it to
// be; nil: this process's.
func environment(env []string, more ...string) []string {
	if env == nil {
		env = os.Environ()
	}
	return raceEnv(append(append([]string{}, env...), more...))
}
