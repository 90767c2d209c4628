package space

import (
	"context"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// Options bound and tune an exploration. The zero value explores everything
// with one worker for each processor.
type Options struct {
	Workers   int             // goroutines that expand states; 0: GOMAXPROCS
	MaxStates uint64          // give up, inconclusively, at the first level with which there are more distinct states; 0: no bound
	MaxDepth  int             // expand no states beyond this breadth-first level; inconclusive if there are any; 0: no bound
	Params    []verdict.Param // copied into the verdict and its traces
	Progress  func(Progress)  // called between levels and where the table grows, from one goroutine; nil: never
	Context   context.Context // when it is done the exploration stops, inconclusively; nil: never
}

// Progress says how far an exploration has come.
type Progress struct {
	Level       int
	Distinct    uint64 // states found so far
	Transitions uint64 // of the levels that are complete
	Frontier    uint64 // states of the level that are still to be expanded
}
