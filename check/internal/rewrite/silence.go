package rewrite

import "time"

// silence is how long a process has reported nothing. One that waits is stopped after
// the limit. One that computes may use as much processor time, for on a machine
// that does other things as well it makes no headway otherwise; but in all it has
// [loaded] times the limit.
type silence struct {
	limit  time.Duration
	begun  bool          // the processor time when it began is known
	used   time.Duration // that time
	waited time.Duration // of the limits that have passed
}

const (
	loaded = 6  // a process that computes gets a processor for this share of the time, or is stopped
	idle   = 50 // one that waits uses less than this share of the time: runtime and timers
)

// broken says that the process has reported something. It returns how long to wait now.
func (s *silence) broken() time.Duration {
	*s = silence{limit: s.limit, waited: s.limit}
	return s.limit
}

// look is called now and then, with the processor time used.
func (s *silence) look(used time.Duration) {
	if !s.begun {
		s.begun, s.used = true, used
	}
}

// more is how much longer to wait when what was to be waited for has passed; 0 if the
// process is to be stopped.
func (s *silence) more(used time.Duration) time.Duration {
	s.look(used)
	s.waited = max(s.waited, s.limit)
	used -= s.used
	if used >= s.limit || used < s.waited/idle || s.waited >= loaded*s.limit {
		return 0
	}
	more := max(s.limit-used, s.limit/idle)
	s.waited += more
	return more
}
