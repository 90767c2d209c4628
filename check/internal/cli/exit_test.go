package cli

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/internal/rewrite"
	"github.com/ipccheck/ipccheck/check/internal/space"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model/step"
)

func TestExitCodes(t *testing.T) {
	for line, want := range map[string]int{
		"explore one-slot -producers 1":                                     exitPass,
		"explore one-slot":                                                  exitFail,
		"explore one-slot -states 3":                                        exitInconclusive,
		"explore one-slot -depth 2":                                         exitInconclusive,
		"explore one-slot -producers 1..3":                                  exitFail,
		"explore one-slot -test atomic -producers 1..3":                     exitPass,
		"explore one-slot -test atomic -producers 1..3 -states 6":           exitInconclusive,
		"explore one-slot -producers 1..3 -states 18 -test atomic,careless": exitFail,
		"explore one-slot -test atomic -producers 1..4":                     exitUsage,
		"list":    exitPass,
		"explain": exitPass,
		"version": exitPass,
		"help":    exitPass,
		"--help":  exitPass,
		"-h":      exitPass,
		"":        exitUsage,
	} {
		r := run(strings.Fields(line)...)
		assert.Equal(t, want, r.code, "%s: %s", line, r.errors)
		assert.Equal(t, want == exitUsage, r.errors != "", line)
	}
}

func TestWorse(t *testing.T) {
	order := []int{exitPass, exitInconclusive, exitFail, exitUsage, exitInternal}
	for i, a := range order {
		for j, b := range order {
			assert.Equal(t, order[max(i, j)], worse(a, b))
		}
	}
}

// stopped is an engine that works until it is stopped.
func stopped(_ step.Program, o space.Options) *verdict.Verdict {
	<-o.Context.Done()
	return &verdict.Verdict{Schema: verdict.Schema, Kind: verdict.Model, Subject: "x", Answer: verdict.Inconclusive, Reason: "the search was stopped in level 5"}
}

func TestTimeoutIsInconclusive(t *testing.T) {
	var out, errs bytes.Buffer
	tool := newTool(&out, &errs, "")
	tool.explore = stopped
	code := tool.run(context.Background(), strings.Fields("explore one-slot -timeout 1ms -producers 1..2 -json"))
	assert.Equal(t, exitInconclusive, code)
	assert.Equal(t, 2, strings.Count(out.String(), `"reason":"the search was stopped in level 5: the time of 1ms is used up"`))
}

func TestInterruptIsInconclusive(t *testing.T) {
	var out, errs bytes.Buffer
	tool := newTool(&out, &errs, "")
	ctx, cancel := context.WithCancel(context.Background())
	tool.explore = func(p step.Program, o space.Options) *verdict.Verdict {
		cancel()
		return stopped(p, o)
	}
	assert.Equal(t, exitInconclusive, tool.run(ctx, strings.Fields("explore one-slot")))
	assert.Contains(t, out.String(), "Undecided: the search was stopped in level 5: interrupted\n")
}

// A fault that was found before the interrupt stays a fail.
func TestInterruptKeepsAFault(t *testing.T) {
	var out, errs bytes.Buffer
	tool := newTool(&out, &errs, "")
	ctx, cancel := context.WithCancel(context.Background())
	tool.explore = func(p step.Program, o space.Options) *verdict.Verdict {
		v := space.Explore(p, o)
		cancel()
		return v
	}
	assert.Equal(t, exitFail, tool.run(ctx, strings.Fields("explore one-slot")))
}

func TestInternalError(t *testing.T) {
	var out, errs bytes.Buffer
	tool := newTool(&out, &errs, "")
	tool.explore = func(step.Program, space.Options) *verdict.Verdict { panic("broken table") }
	assert.Equal(t, exitInternal, tool.run(context.Background(), []string{"explore", "one-slot"}))
	assert.Contains(t, errs.String(), "ipccheck: an internal error of ipccheck, please report it: broken table\n")
}

// So is one in the goroutine that explores a package.
func TestInternalErrorOfAPackage(t *testing.T) {
	var out, errs bytes.Buffer
	tool := newTool(&out, &errs, "")
	x, err := tool.parsePrograms("test", parsed{})
	require.NoError(t, err)
	printer, err := tool.begin(x.output)
	require.NoError(t, err)
	stream := x.output.format.Package
	x.output.format.Package = func(w io.Writer, o report.Options, importPath string) report.PackageStream {
		s := stream(w, o, importPath)
		if importPath == "example.com/broken" {
			return brokenStream{s}
		}
		return s
	}
	code, err := tool.testAll(context.Background(), x, []*rewrite.Target{{ImportPath: "example.com/broken"}, {ImportPath: "example.com/fine"}}, printer, tool.note(x))
	require.NoError(t, err)
	assert.Equal(t, exitInternal, code)
	require.NoError(t, tool.stdout.Flush())
	assert.Contains(t, out.String(), "ipccheck: an internal error of ipccheck, please report it: broken stream\n")
	assert.Contains(t, out.String(), "example.com/fine")
}

// brokenStream panics at the end of a package that has nothing to explore.
type brokenStream struct{ report.PackageStream }

func (s brokenStream) End(action, why string, seconds float64) error {
	if action == "skip" {
		panic("broken stream")
	}
	return s.PackageStream.End(action, why, seconds)
}
