package picture_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/picture"
	"github.com/ipccheck/ipccheck/check/verdict"
)

func TestFileLine(t *testing.T) {
	for position, want := range map[string]struct {
		file string
		line int
	}{
		"": {}, "a": {}, ":7": {}, "a.go": {}, "a.go:0": {}, "a.go:x": {},
		"a.go:7": {"a.go", 7}, "a.go:7:2": {"a.go", 7}, "d/a.go:7:2": {"d/a.go", 7}, `C:\a.go:7`: {`C:\a.go`, 7},
	} {
		file, line := picture.FileLine(position)
		assert.Equal(t, want.line, line, position)
		if line > 0 {
			assert.Equal(t, want.file, file, position)
		}
	}
}

// Names are those of the trace, whatever it has.
func TestNames(t *testing.T) {
	p := picture.Of(&verdict.Trace{
		Processes: []string{"test", "G1 put", "goroutine 2", "clock"},
		Actors: []verdict.Actor{
			{ID: "G0", Name: "test", Kind: "goroutine"}, {ID: "G1", Name: "put", Kind: "goroutine", Go: &verdict.Start{Position: "a.go:9:2"}},
			{ID: "G2", Name: "go :8", Kind: "goroutine", Go: &verdict.Start{Position: "a.go:8:2"}}, {ID: "clock", Kind: "clock"},
		},
		Sites: []verdict.Site{{Op: "send", Label: "c <- 1", Position: "a.go:4:3", Text: "	c <- 1", Frames: []verdict.Frame{{Func: "send"}, {Func: "put", Position: "a.go:4:3"}, {Func: "main", Position: "a.go:20:1"}}}},
		Steps: []verdict.Step{{Process: 1, Site: 1}, {Process: 2, Site: 7, Label: "x"}},
	})
	for process, want := range map[int][2]string{0: {"test", "test"}, 1: {"G1 put", "G1"}, 2: {"G2 go :8", "G2"}, 3: {"clock", "clock"}, 9: {"process 10", "process 10"}, -1: {"process 0", "process 0"}} {
		assert.Equal(t, want, [2]string{p.Who(process), p.Short(process)})
	}
	assert.Equal(t, []string{"", "go :9", ""}, []string{p.Started(0), p.Started(1), p.Started(2)})
	assert.Equal(t, "a.go", p.File)
	assert.Equal(t, "c <- 1", p.Steps[0].Label, "as the site has it")
	assert.Equal(t, "send", p.Steps[0].Op)
	assert.Equal(t, "x", p.Steps[1].Label)
	assert.Equal(t, []string{":4", "b.go:4", "b.go"}, []string{p.Place("a.go:4:3"), p.Place("b.go:4"), p.Place("b.go")})
	assert.Equal(t, "c <- 1", p.Line("a.go:4:9"))
	assert.Equal(t, "a.go:20:1", picture.Caller(p.Steps[0].Site))
	assert.Nil(t, p.At(0))
	assert.Nil(t, p.At(3))
	assert.Nil(t, p.Object(1))
	assert.Equal(t, verdict.ModelPicture, picture.Of(&verdict.Trace{Steps: []verdict.Step{{Text: "in = 1"}}}).Kind, "of version 1")
}

// The file in which most happens is one of the user's module, and so is the call that
// leads to a place there.
func TestDependencies(t *testing.T) {
	lib := "example.com/lib@v1.2.0/lib.go:7"
	s := verdict.Site{Position: "a.go:4", Frames: []verdict.Frame{{Position: "a.go:4:2"}, {Position: lib}, {Position: "b.go:9"}}}
	p := picture.Of(&verdict.Trace{Steps: []verdict.Step{{Position: lib}, {Position: lib}, {Position: "a.go:4"}}})
	assert.Equal(t, "a.go", p.File)
	assert.Equal(t, "b.go:9", picture.Caller(s))
	s.Frames = s.Frames[:2]
	assert.Empty(t, picture.Caller(s))
	s.Position = lib
	s.Frames = []verdict.Frame{{Position: lib}, {Position: "example.com/lib@v1.2.0/lib.go:3"}}
	assert.Equal(t, s.Frames[1].Position, picture.Caller(s))
}

// A first goroutine that waits for the others to be done, or a thread for another to end, is
// a consequence.
func TestBlocked(t *testing.T) {
	for _, kind := range []string{"waitgroup", "thread"} {
		tr := &verdict.Trace{
			Objects: []verdict.Object{{Name: "o", Kind: kind}},
			Waiting: []verdict.Waiting{{Process: 0, Object: 1}, {Process: 1}},
		}
		assert.Len(t, picture.Of(tr).Blocked(), 1, kind)
		tr.Waiting = tr.Waiting[:1]
		assert.Len(t, picture.Of(tr).Blocked(), 1, "nobody else waits")
	}
}
