package cli

import (
	"bufio"
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/space"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model/step"
)

// result is what a command line did.
type result struct {
	code        int
	out, errors string
}

// newTool is a tool over the fakes.
func newTool(out, errs *bytes.Buffer, in string) *tool {
	return &tool{
		entries: fakes(), explore: space.Explore, replay: space.Replay,
		stdin: strings.NewReader(in), stdout: bufio.NewWriter(out), stderr: errs,
	}
}

func runWith(in string, args ...string) result {
	var out, errs bytes.Buffer
	code := newTool(&out, &errs, in).run(context.Background(), args)
	return result{code, out.String(), errs.String()}
}

func run(args ...string) result { return runWith("", args...) }

func TestOptionsReachTheEngine(t *testing.T) {
	var out, errs bytes.Buffer
	tool := newTool(&out, &errs, "")
	var got space.Options
	tool.explore = func(_ step.Program, o space.Options) *verdict.Verdict {
		got = o
		return &verdict.Verdict{Answer: verdict.Pass}
	}
	assert.Equal(t, exitPass, tool.run(context.Background(), strings.Fields("explore one-slot -workers 3 -states 7 -depth 5 -producers 3")))
	assert.Equal(t, 3, got.Workers)
	assert.Equal(t, uint64(7), got.MaxStates)
	assert.Equal(t, 5, got.MaxDepth)
	assert.Equal(t, []verdict.Param{{Name: "producers", Value: "3"}, {Name: "test", Value: "careless"}}, got.Params)
	assert.NotNil(t, got.Progress)
	assert.Equal(t, exitPass, tool.run(context.Background(), strings.Fields("explore one-slot -quiet")))
	assert.Nil(t, got.Progress)
}

func TestEveryCommandHasHelp(t *testing.T) {
	for _, c := range commands.Names() {
		for _, args := range [][]string{{"help", c}, {c, "-h"}, {c, "--help"}, {c, "x", "-help", "y"}} {
			r := run(args...)
			assert.Equal(t, exitPass, r.code)
			assert.True(t, strings.HasPrefix(r.out, "ipccheck "+c), "%v", args)
		}
		assert.Contains(t, run("help").out, "ipccheck "+c)
	}
	for _, f := range exploreFlags {
		assert.Contains(t, run("help", "explore").out, "  -"+f.name+" ")
	}
}
