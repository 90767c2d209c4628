package algo

import (
	"fmt"

	"github.com/ipccheck/ipccheck/model/step"

	"github.com/ipccheck/ipccheck/model"
)

// pipeState is the state of the pipeline, 32 bytes.
type pipeState struct {
	Buf  [3][5]uint8 // slots of the three queues
	In   [3]uint8
	Out  [3]uint8
	Hand [4]uint8 // by process: the item between its input and its output; of the source the last sent, of the sink the last received
	PC   [4]uint8
	_    [3]uint8
}

func circularPipeline() step.Entry {
	return step.Entry{
		Name:    "circular-pipeline",
		Summary: "three textbook circular queues in a row: source, two stages, sink",
		Doc: `Items 1, 2, 3, … go from a source through two stages to a sink, each hop over a
circular queue of its own, all written as in circular-queue, one statement a
step. A stage reads an item (test, read, advance out), then writes it (test,
write, advance in). The sink must get every item in order. Each queue has one
producer and one consumer, so nothing can go wrong; the model is there to be
large.`,
		Params: []step.Param{
			{Name: "size", Help: "slots of each queue, N; one stays free", Default: 4, Min: 2, Max: 5},
			{Name: "items", Help: "items sent", Default: 50, Min: 1, Max: 200},
		},
		Build:  func(a step.Args) (step.Program, error) { return buildPipeline(a["size"], a["items"]), nil },
		Expect: func(step.Args) []model.Code { return nil },
	}
}

func buildPipeline(size, items int) step.Program {
	n, last := uint8(size), uint8(items)
	m := step.New[pipeState]("circular-pipeline")
	m.PC(func(s *pipeState, pid int) *uint8 { return &s.PC[pid] })

	send := func(p *step.Process[pipeState], q int) *step.Stmt[pipeState] {
		p.Stmt("test-full", "while (((in + 1) % N) == out);").
			When(func(s *pipeState, c *step.Ctx) bool { return (s.In[q]+1)%n != s.Out[q] }).
			Waits("a free slot")
		p.Stmt("write", "buffer[in] = item;").
			Do(func(s *pipeState, c *step.Ctx) { s.Buf[q][s.In[q]] = s.Hand[c.Pid] })
		return p.Stmt("advance-in", "in = (in + 1) % N;").
			Do(func(s *pipeState, c *step.Ctx) { s.In[q] = (s.In[q] + 1) % n })
	}
	receive := func(p *step.Process[pipeState], q int, take func(s *pipeState, c *step.Ctx, item uint8)) *step.Stmt[pipeState] {
		p.Stmt("test-empty", "while (in == out);").
			When(func(s *pipeState, c *step.Ctx) bool { return s.In[q] != s.Out[q] }).
			Waits("an item")
		p.Stmt("read", "item = buffer[out];").
			Do(func(s *pipeState, c *step.Ctx) { take(s, c, s.Buf[q][s.Out[q]]) })
		return p.Stmt("advance-out", "out = (out + 1) % N;").
			Do(func(s *pipeState, c *step.Ctx) { s.Out[q] = (s.Out[q] + 1) % n })
	}

	source := m.Process("source", 1)
	source.Stmt("next", "item = item + 1;").
		When(func(s *pipeState, c *step.Ctx) bool { return s.Hand[0] < last }).
		Do(func(s *pipeState, c *step.Ctx) { s.Hand[0]++ })
	source.Stmt("next", "item == last: end").
		When(func(s *pipeState, c *step.Ctx) bool { return s.Hand[0] == last }).End()
	send(source, 0).Goto("next")

	for q := range 2 {
		stage := m.Process(fmt.Sprintf("stage %d", q+1), 1)
		receive(stage, q, func(s *pipeState, c *step.Ctx, item uint8) { s.Hand[c.Pid] = item })
		send(stage, q+1).Goto("test-empty")
	}

	sink := m.Process("sink", 1)
	receive(sink, 2, func(s *pipeState, c *step.Ctx, item uint8) {
		if item != s.Hand[3]+1 {
			c.Fail(model.ReorderedItem, "the sink received item %d, expected item %d", item, s.Hand[3]+1)
		}
		s.Hand[3] = item
	}).Goto("test-empty")

	m.Accept(func(s *pipeState) bool { return s.Hand[3] == last })
	return m
}

func init() { entries.Add(20, circularPipeline()) }
