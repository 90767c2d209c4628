//go:build !linux || !amd64

package cprog

import (
	"context"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// Explore says that it cannot.
func Explore(_ context.Context, _ *Program, name string, _ Config) Result {
	return Result{Verdict: not(name)}
}

func not(name string) *verdict.Verdict {
	return &verdict.Verdict{
		Schema: verdict.Schema, Subject: name, Kind: verdict.Test, Answer: verdict.Inconclusive, Findings: []verdict.Finding{},
		Reason: "C programs are explored on Linux on x86-64 only",
	}
}

// Survey is one that cannot be made.
type Survey struct{ name string }

// NewSurvey begins a survey that sees nothing.
func NewSurvey(_ *Program, name string, _ Config) *Survey { return &Survey{name} }

// Close does nothing.
func (y *Survey) Close() {}

// All says that it cannot.
func (y *Survey) All(context.Context, func(*Ending)) *verdict.Verdict { return not(y.name) }

// Some says that it cannot.
func (y *Survey) Some(context.Context, uint64, func(*Ending)) *verdict.Verdict { return not(y.name) }

// Find finds nothing.
func (y *Survey) Find(context.Context, bool, Wanted) (f verdict.Finding, output string, found bool) {
	return f, "", false
}

// Races adds none.
func (y *Survey) Races(context.Context, *verdict.Verdict) {}

// Unsupported says nothing.
func (y *Survey) Unsupported() bool { return false }

// Timed says that nothing has waited.
func (y *Survey) Timed() bool { return false }
