package world

import "syscall"

// Sends, if not nil, sends the program a signal. It reports false if it does not know it.
var Sends func(signal int) bool

// sent is called for a signal to a process; signal 0 does nothing but ask for it. It reports
// whether the program has got it.
//
//go:norace
func sent(pid, signal int) bool {
	if enter() == nil {
		return false
	}
	self := pid == syscall.Getpid()
	leave()
	doomed = false
	if !self || signal == 0 || Sends != nil && Sends(signal) {
		return self
	}
	doomed = fatal>>signal&1 != 0
	return false
}

// fatal are signals of which a program dies that does not ask for them, with the numbers that
// they have everywhere: SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGKILL and SIGTERM.
const fatal uint64 = 1<<1 | 1<<2 | 1<<3 | 1<<6 | 1<<9 | 1<<15

// doomed: the program is about to send itself such a signal. It may come a moment later, to
// another thread of the process, and must not find the next execution there.
var doomed bool

//go:norace
func isDoomed() bool { return doomed }
