package exec

import "github.com/ipccheck/ipccheck/check/internal/image"

// OnReach, if not nil, is told what a run reaches that is not controlled, before
// it does so.
var OnReach func(what string)

// Reach notes that the program reaches something that the run does not control.
//
//go:norace
func Reach(what string) {
	if underWay() == nil {
		image.Wait()
	}
	if x := underWay(); x != nil && !x.kill && x.Reach(what) && OnReach != nil {
		OnReach(what)
	}
}

// ReachHere is [Reach] for what the standard library does: it finds the place in the
// program.
//
//go:norace
func ReachHere(what string) {
	if place := callerOutside(); place != "" {
		what = place + ": " + what
	}
	Reach(what)
}
