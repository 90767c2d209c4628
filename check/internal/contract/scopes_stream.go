package contract

import (
	"fmt"

	"github.com/ipccheck/ipccheck/model"
)

// streamScopes are the groups for a stream: writes that go in at once and longer
// ones, by one and by two writers, reads of several lengths, both ends closed while
// somebody waits.
func streamScopes(t *Terms, atomic int) (out []Scope) {
	limit := t.Capacity
	if limit < 1 { // there is none, or no buffer
		limit = 2
	}
	add := func(scripts ...Script) {
		if possible(t, scripts) {
			out = append(out, streamScope(scripts))
		}
	}
	small, long := max(min(atomic, 2), 1), min(limit+1, model.MaxPiece)
	closer := func(k model.Kind) Script { return Script{Name: "closer", Ops: ops(k)} }
	canceller := Script{Name: "canceller", Cancels: true}
	add(writer(0, model.Send, small, 1), reader(1, model.Recv, small+1))
	add(writer(0, model.Send, small), writer(1, model.Send, small), reader(2, model.Recv, 1, model.MaxPiece))
	if small == 2 && limit <= model.MaxPiece { // there is room for one byte of two
		add(writer(0, model.Send, limit-1, small), reader(1, model.Recv, model.MaxPiece, model.MaxPiece))
	}
	add(writer(0, model.Send, long), reader(1, model.Recv, 2, 2))
	add(writer(0, model.Send, long), writer(1, model.Send, small), reader(2, model.Recv, model.MaxPiece, model.MaxPiece))
	add(writer(0, model.Send, 2), reader(1, model.Recv, 1), reader(2, model.Recv, 1))
	add(writer(0, model.TrySend, limit), writer(1, model.Send, 1), writer(2, model.Send, 1), reader(3, model.Recv, 2))
	add(writer(0, model.TrySend, small, long), reader(1, model.TryRecv, 1, 2))
	add(writer(0, model.TrySend, small), writer(1, model.TrySend, small), reader(2, model.TryRecv, model.MaxPiece))
	add(writer(0, model.TrySend, limit), writer(1, model.Send, 1), closer(model.CloseRead))
	if !t.CloseAlone {
		add(writer(0, model.Send, long), reader(1, model.Recv, 1), closer(model.CloseRead))
		add(writer(0, model.Send, small), reader(1, model.Recv, 1), closer(model.Close))
	}
	add(reader(0, model.Recv, 1), reader(1, model.Recv, 1), closer(model.Close))
	add(writer(0, model.SendContext, long), reader(1, model.TryRecv, 1), canceller)
	add(reader(0, model.RecvContext, 1), reader(1, model.Recv, 1), writer(2, model.TrySend, 1, 1), canceller)
	return out
}

// writer is the script of process i, which writes pieces of these sizes.
func writer(i int, kind model.Kind, sizes ...int) Script {
	s := Script{Name: fmt.Sprintf("writer %d", i+1)}
	src := &Source{Proc: i}
	for _, n := range sizes {
		s.Ops = append(s.Ops, model.Op{Kind: kind, Value: src.piece(n)})
	}
	return s
}

// reader is the script of process i, which reads up to so many bytes each time.
func reader(i int, kind model.Kind, sizes ...int) Script {
	s := Script{Name: fmt.Sprintf("reader %d", i+1)}
	for _, n := range sizes {
		s.Ops = append(s.Ops, model.Op{Kind: kind, Size: n})
	}
	return s
}

// possible reports whether the object has all operations of the scripts, and allows
// as many writers and readers.
func possible(t *Terms, scripts []Script) bool {
	writers, readers := 0, 0
	for _, p := range scripts {
		for _, op := range p.Ops {
			if !t.Has(op.Kind) {
				return false
			}
		}
		if len(p.Ops) > 0 && p.Ops[0].Kind.Sends() {
			writers++
		}
		if len(p.Ops) > 0 && p.Ops[0].Kind.Receives() {
			readers++
		}
	}
	return writers <= t.Most(true) && readers <= t.Most(false)
}

// streamScope is the scope of the scripts. Its name lists their operations with
// their sizes.
func streamScope(scripts []Script) Scope {
	s := Scope{Scripts: scripts, Open: true}
	for i, p := range scripts {
		if i > 0 {
			s.Name += ", "
		}
		for k, op := range p.Ops {
			if k > 0 {
				s.Name += " "
			}
			s.Name += op.Kind.String()
			if bytes, ok := model.Bytes(op.Value); ok && op.Kind.Sends() {
				s.Name += fmt.Sprintf(" %d", len(bytes))
			} else if op.Size > 0 {
				s.Name += fmt.Sprintf(" %d", op.Size)
			}
		}
		if p.Cancels {
			s.Name += "cancel"
		}
	}
	s.Item = func(v int64) string {
		return pieceName(v, func(p int) string {
			if p < len(scripts) {
				return scripts[p].Name
			}
			return ""
		})
	}
	return s
}
