package space

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
	"github.com/ipccheck/ipccheck/model/step"
)

// Replay runs the moves of a trace's replay string, the part behind the '#',
// from the initial state. It returns the trace they make and the fault in which
// they end: a broken property or a deadlock, or an empty code if there is none.
// The error says at which step the moves no longer fit the program.
func Replay(p step.Program, params []verdict.Param, moves string) (*verdict.Trace, step.Fault, error) {
	ms, err := parseMoves(moves)
	if err != nil {
		return nil, step.Fault{}, err
	}
	r, err := run(p, ms)
	if err != nil {
		return nil, step.Fault{}, err
	}
	return r.trace(p, params), r.end(p, params), nil
}

// recorded is a run: every state, and what each move did.
type recorded struct {
	states  [][]uint64
	moves   []step.Move
	effects []step.Effect
	fault   step.Fault // the first property broken, in a step or in the state after it
}

// run repeats moves from the initial state.
func run(p step.Program, moves []step.Move) (*recorded, error) {
	r := &recorded{moves: moves}
	cur := make([]uint64, p.Words())
	p.Initial(cur)
	r.states = append(r.states, cur)
	r.look(p, cur)
	for i, mv := range moves {
		if r.fault.Code != "" {
			return nil, fmt.Errorf("step %d: the run has ended before it, with %s: %s", i+1, r.fault.Code, r.fault.Message)
		}
		next := make([]uint64, p.Words())
		eff, err := p.Apply(cur, mv, next)
		if err != nil {
			return nil, fmt.Errorf("step %d: %w", i+1, err)
		}
		r.states = append(r.states, next)
		r.effects = append(r.effects, eff)
		if eff.Broken {
			r.fault = eff.Fault
		} else {
			r.look(p, next)
		}
		cur = next
	}
	return r, nil
}

func (r *recorded) look(p step.Program, state []uint64) {
	if f, broken := p.Broken(state, true); broken {
		r.fault = f
	}
}

func (r *recorded) last() []uint64 { return r.states[len(r.states)-1] }

// end is the fault in which the run ends.
func (r *recorded) end(p step.Program, params []verdict.Param) step.Fault {
	if r.fault.Code != "" {
		return r.fault
	}
	b := step.NewBatch(p)
	p.Expand(r.last(), b)
	if b.Len() == 0 && !p.Accepting(r.last()) {
		return step.Fault{Code: model.Deadlock, Message: stuckMessage(r.trace(p, params))}
	}
	return step.Fault{}
}

// trace writes the run down.
func (r *recorded) trace(p step.Program, params []verdict.Param) *verdict.Trace {
	t := &verdict.Trace{
		Format:  verdict.TraceFormat,
		Picture: verdict.ModelPicture,
		Subject: p.Name(),
		Params:  params,
		Replay:  replayString(p.Name(), params, r.moves),
	}
	for _, q := range p.Processes() {
		t.Processes = append(t.Processes, q.Name)
	}
	before := p.Variables(r.states[0])
	for _, v := range before {
		t.Initial = append(t.Initial, verdict.Variable{Name: v.Name, Value: v.Value})
	}
	stmts := p.Statements()
	for i, mv := range r.moves {
		st := stmts[mv.Stmt]
		s := verdict.Step{
			Process:  int(mv.Pid),
			Label:    st.Label,
			Text:     st.Text,
			Position: position(st),
			Alt:      int(mv.Alt),
			Note:     r.effects[i].Note,
		}
		after := p.Variables(r.states[i+1])
		for j := range after {
			if after[j].Value != before[j].Value {
				s.Changes = append(s.Changes, verdict.Change{Name: after[j].Name, From: before[j].Value, To: after[j].Value})
			}
		}
		before = after
		t.Steps = append(t.Steps, s)
	}
	for _, w := range p.Waiting(r.last()) {
		x := verdict.Waiting{Process: w.Pid, Label: w.Label, For: w.For}
		if w.Stmt >= 0 {
			x.Position = position(stmts[w.Stmt])
		}
		t.Waiting = append(t.Waiting, x)
	}
	return t
}

func position(s step.StatementInfo) string { return fmt.Sprintf("%s:%d", s.File, s.Line) }

// replayString names a run: the program, its parameters and the moves, each
// "process.statement" or "process.statement.alternative".
func replayString(name string, params []verdict.Param, moves []step.Move) string {
	var b strings.Builder
	b.WriteString(name)
	for i, p := range params {
		if i == 0 {
			b.WriteByte(':')
		} else {
			b.WriteByte(',')
		}
		b.WriteString(p.Name + "=" + p.Value)
	}
	b.WriteByte('#')
	for i, m := range moves {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%d.%d", m.Pid, m.Stmt)
		if m.Alt > 0 {
			fmt.Fprintf(&b, ".%d", m.Alt)
		}
	}
	return b.String()
}

// parseMoves reads what replayString writes behind the '#'.
func parseMoves(s string) ([]step.Move, error) {
	if s == "" {
		return nil, nil
	}
	var moves []step.Move
	for i, tok := range strings.Split(s, ",") {
		parts := strings.Split(tok, ".")
		bad := func() error {
			return fmt.Errorf("step %d: %q is no move: expected process.statement or process.statement.alternative, as in 0.2 or 0.2.1", i+1, tok)
		}
		if len(parts) < 2 || len(parts) > 3 {
			return nil, bad()
		}
		var n [3]uint64
		for j, x := range parts {
			bits := 16
			if j == 2 {
				bits = 32
			}
			v, err := strconv.ParseUint(x, 10, bits)
			if err != nil {
				return nil, bad()
			}
			n[j] = v
		}
		moves = append(moves, step.Move{Pid: uint16(n[0]), Stmt: uint16(n[1]), Alt: uint32(n[2])})
	}
	return moves, nil
}
