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
	exitInternal     = 4 // an error of ipccheck's own
)

// worse is the exit code that counts of two: an internal error before usage,
// fail, inconclusive and pass.
func worse(a, b int) int {
	rank := []int{exitPass: 0, exitInconclusive: 1, exitFail: 2, exitUsage: 3, exitInternal: 4}
	if rank[a] >= rank[b] {
		return a
	}
	return b
}

// exitOf is the exit code of a verdict.
func exitOf(v *verdict.Verdict) int {
	switch {
	case v.Answer == verdict.Pass:
		return exitPass
	case v.Answer == verdict.Fail:
		return exitFail
	case strings.HasPrefix(v.Reason, verdict.InternalError):
		return exitInternal
	}
	return exitInconclusive
}
