package check

import (
	"fmt"

	"github.com/ipccheck/ipccheck/model"
)

// streamScopes are the groups for a stream: writes that go in at once and longer
// ones, by one and by two writers, reads of several lengths, both ends closed while
// somebody waits.
func streamScopes(b buffering, producers, consumers int) (out []scope) {
	atomic := b.spec.(*model.Stream).Config().Atomic
	limit := b.capacity
	if limit == Unbounded {
		limit = 2
	}
	writer := func(i int, kind model.Kind, sizes ...int) script {
		sc := script{name: fmt.Sprintf("writer %d", i+1)}
		k := 0
		for _, n := range sizes {
			var piece []byte
			for range n {
				k++
				piece = append(piece, byteOf(i, k))
			}
			sc.ops = append(sc.ops, model.Op{Kind: kind, Value: model.Piece(string(piece))})
		}
		return sc
	}
	reader := func(i int, kind model.Kind, sizes ...int) script {
		sc := script{name: fmt.Sprintf("reader %d", i+1)}
		for _, n := range sizes {
			sc.ops = append(sc.ops, model.Op{Kind: kind, Size: n})
		}
		return sc
	}
	add := func(procs ...script) {
		sc := scope{procs: procs, open: true}
		writers, readers := 0, 0
		for i, p := range procs {
			if i > 0 {
				sc.name += ", "
			}
			for k, op := range p.ops {
				if k > 0 {
					sc.name += " "
				}
				sc.name += op.Kind.String()
				if bytes, ok := model.Bytes(op.Value); ok && op.Kind.Sends() {
					sc.name += fmt.Sprintf(" %d", len(bytes))
				} else if op.Size > 0 {
					sc.name += fmt.Sprintf(" %d", op.Size)
				}
				if !b.has(op.Kind) {
					return
				}
				if k == 0 && op.Kind.Sends() {
					writers++
				}
				if k == 0 && op.Kind.Receives() {
					readers++
				}
			}
			if p.cancels {
				sc.name += "cancel"
			}
		}
		if writers <= producers && readers <= consumers {
			out = append(out, sc)
		}
	}
	small, long := max(min(atomic, 2), 1), min(limit+1, model.MaxPiece)
	closer := func(k model.Kind) script { return script{name: "closer", ops: calls(k)} }
	add(writer(0, model.Send, small, 1), reader(1, model.Recv, small+1))
	add(writer(0, model.Send, small), writer(1, model.Send, small), reader(2, model.Recv, 1, model.MaxPiece))
	add(writer(0, model.Send, long), reader(1, model.Recv, 2, 2))
	add(writer(0, model.Send, long), writer(1, model.Send, small), reader(2, model.Recv, model.MaxPiece, model.MaxPiece))
	add(writer(0, model.Send, 2), reader(1, model.Recv, 1), reader(2, model.Recv, 1))
	add(writer(0, model.TrySend, limit), writer(1, model.Send, 1), writer(2, model.Send, 1), reader(3, model.Recv, 2))
	add(writer(0, model.TrySend, small, long), reader(1, model.TryRecv, 1, 2))
	add(writer(0, model.TrySend, small), writer(1, model.TrySend, small), reader(2, model.TryRecv, model.MaxPiece))
	add(writer(0, model.TrySend, limit), writer(1, model.Send, 1), closer(model.CloseRead))
	if !b.closeAlone {
		add(writer(0, model.Send, long), reader(1, model.Recv, 1), closer(model.CloseRead))
		add(writer(0, model.Send, small), reader(1, model.Recv, 1), closer(model.Close))
	}
	add(reader(0, model.Recv, 1), reader(1, model.Recv, 1), closer(model.Close))
	add(writer(0, model.SendContext, long), reader(1, model.TryRecv, 1), script{name: "canceller", cancels: true})
	add(reader(0, model.RecvContext, 1), reader(1, model.Recv, 1), writer(2, model.TrySend, 1, 1), script{name: "canceller", cancels: true})
	return out
}
