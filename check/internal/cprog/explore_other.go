//go:build !linux || !amd64

package cprog

import (
	"context"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// Explore says that it cannot.
func Explore(_ context.Context, _ *Program, name string, _ Config) Result {
	return Result{Verdict: &verdict.Verdict{
		Schema: verdict.Schema, Subject: name, Kind: verdict.Test, Answer: verdict.Inconclusive, Findings: []verdict.Finding{},
		Reason: "C programs are explored on Linux on x86-64 only",
	}}
}
