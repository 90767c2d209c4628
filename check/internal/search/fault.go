package search

import "github.com/ipccheck/ipccheck/check/verdict"

// fault is what an execution did wrong.
type fault struct {
	code     verdict.Code
	message  string
	accesses []verdict.Access
	among    string // how many of the executions have it, in words
}

// longestMessage is how much of what a fault says is told, in bytes: a panic may say
// megabytes.
const longestMessage = 2 << 10
