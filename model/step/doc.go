// Package step is the form in which step-level algorithms are written down: a
// few processes, each a list of labelled, guarded statements over one small
// comparable struct.
//
// One statement is one atomic step. A program is built with [New], its
// processes with [Model.Process], their statements with [Process.Stmt]:
//
//	type S struct {
//		Items uint8
//		PC    [2]uint8
//	}
//	m := step.New[S]("one-slot")
//	m.PC(func(s *S, pid int) *uint8 { return &s.PC[pid] })
//	p := m.Process("producer", 1)
//	p.Stmt("put", "wait until items = 0; items = 1").
//		When(func(s *S, c *step.Ctx) bool { return s.Items == 0 }).
//		Do(func(s *S, c *step.Ctx) { s.Items = 1 }).
//		Waits("an empty slot").
//		Goto("put")
//
// The state struct holds integers, booleans, and arrays and structs of these:
// no pointers, slices, strings, maps, floats or padding, so that a state is the
// bytes it is made of. [New] refuses anything else and names the field.
//
// A *[Model] is a [Program], the erased form that engines read: they never see
// the type of the state, only its words.
package step
