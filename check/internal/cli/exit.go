package cli

import (
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// Exit codes.
const (
	exitPass         = 0
	exitFail         = 1
	exitUsage        = 2 // usage, input, or output that cannot be written
	exitInconclusive = 3
	exitFault        = 4 // an internal error
)

// worse is the exit code that counts of two: an internal error before usage,
// fail, inconclusive and pass.
func worse(a, b int) int {
	rank := []int{exitPass: 0, exitInconclusive: 1, exitFail: 2, exitUsage: 3, exitFault: 4}
	if rank[a] >= rank[b] {
		return a
	}
	return b
}

// exitOf is the exit code of an answer.
func exitOf(a verdict.Answer) int {
	switch a {
	case verdict.Pass:
		return exitPass
	case verdict.Fail:
		return exitFail
	}
	return exitInconclusive
}

// exitFor is the exit code of a verdict.
func exitFor(v *verdict.Verdict) int {
	if v.Answer == verdict.Inconclusive && strings.HasPrefix(v.Reason, verdict.InternalError) {
		return exitFault
	}
	return exitOf(v.Answer)
}
