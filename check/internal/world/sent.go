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
	return self && (signal == 0 || Sends != nil && Sends(signal))
}
