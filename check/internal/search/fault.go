package search

import "github.com/ipccheck/ipccheck/check/verdict"

// fault is what an execution did wrong.
type fault struct {
	code     verdict.Code
	message  string
	accesses []verdict.Access
	among    string // how many of the executions have it, in words
}
