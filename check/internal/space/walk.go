package space

import (
	"fmt"

	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model/step"
)

// Walk is a run that somebody makes step by step. Its methods take time linear in its
// length.
type Walk struct {
	p      step.Program
	params []verdict.Param
	moves  []step.Move
	run    *recorded
}

// WalkChoice is a way to go on: a statement that a process can execute, or one of its
// outcomes.
type WalkChoice struct {
	Process  string
	Text     string // of the statement
	Position string
	Note     string // what it does, if the model says so
	Alt, Of  int    // which outcome, from 1, of how many

	move step.Move
}

// NewWalk returns the run without a step.
func NewWalk(p step.Program, params []verdict.Param) *Walk {
	w := &Walk{p: p, params: params}
	w.redo(nil)
	return w
}

// redo makes the moves, which fit, the run.
func (w *Walk) redo(moves []step.Move) {
	r, err := run(w.p, moves)
	if err != nil {
		panic(fmt.Sprintf("space: moves that were possible no longer are: %v", err))
	}
	w.moves, w.run = moves, r
}

// Steps is how many steps the run has.
func (w *Walk) Steps() int { return len(w.moves) }

// Choices are the ways to go on, in a fixed order; none where the run has ended.
func (w *Walk) Choices() []WalkChoice {
	if w.run.fault.Code != "" {
		return nil
	}
	b := step.NewBatch(w.p)
	w.p.Expand(w.run.last(), b)
	count := map[step.Move]int{}
	for _, m := range b.Moves {
		m.Alt = 0
		count[m]++
	}
	statements, processes := w.p.Statements(), w.p.Processes()
	next := make([]uint64, w.p.Words())
	seen := map[step.Move]int{}
	var out []WalkChoice
	for _, m := range b.Moves {
		s := statements[m.Stmt]
		effect, err := w.p.Apply(w.run.last(), m, next)
		if err != nil {
			panic(fmt.Sprintf("space: a move that is possible is not: %v", err))
		}
		of := step.Move{Pid: m.Pid, Stmt: m.Stmt}
		seen[of]++
		out = append(out, WalkChoice{
			Process: processes[m.Pid].Name, Text: s.Text, Position: position(s), Note: effect.Note,
			Alt: seen[of], Of: count[of], move: m,
		})
	}
	return out
}

// Take goes on with a choice.
func (w *Walk) Take(c WalkChoice) { w.redo(append(w.moves[:len(w.moves):len(w.moves)], c.move)) }

// Back takes steps back, n or as many as there are.
func (w *Walk) Back(n int) { w.redo(w.moves[:max(len(w.moves)-n, 0)]) }

// Jump makes the moves of a replay string the run. The error says at which step they do
// not fit.
func (w *Walk) Jump(moves string) error {
	ms, err := parseMoves(moves)
	if err != nil {
		return err
	}
	if _, err := run(w.p, ms); err != nil {
		return err
	}
	w.redo(ms)
	return nil
}

// Trace is the run so far.
func (w *Walk) Trace() *verdict.Trace { return w.run.trace(w.p, w.params) }

// Fault is the fault in which the run ends; its code is empty if there is none.
func (w *Walk) Fault() step.Fault { return w.run.end(w.p, w.params) }

// Variables are those of the state in which the run stands.
func (w *Walk) Variables() []step.Variable { return w.p.Variables(w.run.last()) }
