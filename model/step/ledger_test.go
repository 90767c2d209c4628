package step_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/model/step"
	"github.com/ipccheck/ipccheck/model/step/steptest"

	"github.com/ipccheck/ipccheck/model"
)

type shelf struct {
	L  step.Ledger
	PC [8]uint8
}

// Each property of buffers is broken by one script and by no other.
func TestLedgerFindsEachFault(t *testing.T) {
	type action struct {
		accept, deliver step.Item
		drop            step.Item
	}
	put := func(i step.Item) action { return action{accept: i} }
	get := func(i step.Item) action { return action{deliver: i} }
	for _, tt := range []struct {
		name   string
		order  model.Order
		cap    int
		script []action
		want   map[model.Code]int
	}{
		{"in order", model.FIFO, 2, []action{put(1), put(2), get(1), get(2)}, map[model.Code]int{}},
		{"lost", model.FIFO, 2, []action{put(1), put(2), {drop: 1}}, map[model.Code]int{model.LostItem: 1}},
		{"twice", model.FIFO, 2, []action{put(1), get(1), get(1)}, map[model.Code]int{model.DuplicatedItem: 1}},
		{"reordered", model.FIFO, 2, []action{put(1), put(2), get(2)}, map[model.Code]int{model.ReorderedItem: 1}},
		{"other producers' items may pass", model.PerProducer, 2, []action{put(1), put(2), get(2), get(1)}, map[model.Code]int{}},
		{"of one producer", model.PerProducer, 2, []action{put(1), put(3), get(3)}, map[model.Code]int{model.ReorderedItem: 1}},
		{"a bag has no order", model.Bag, 2, []action{put(1), put(3), get(3), get(1)}, map[model.Code]int{}},
		{"invented", model.Bag, 2, []action{put(1), get(9)}, map[model.Code]int{model.InventedItem: 1}},
		{"nothing", model.Bag, 2, []action{put(1), get(0)}, map[model.Code]int{model.InventedItem: 1}},
		{"overflow", model.Bag, 2, []action{put(1), put(2), put(3)}, map[model.Code]int{model.Overflow: 1}},
		{"no limit", model.Bag, -1, []action{put(1), put(2), put(3)}, map[model.Code]int{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := step.New[shelf]("shelf")
			m.PC(func(s *shelf, pid int) *uint8 { return &s.PC[0] })
			m.Accept(func(*shelf) bool { return true })
			dropped := func(s *shelf, i step.Item) bool { return s.PC[1] == uint8(i) }
			track := step.Buffer(m, step.Props[shelf]{
				Ledger:   func(s *shelf) *step.Ledger { return &s.L },
				Capacity: tt.cap,
				Holds:    func(s *shelf, i step.Item) bool { return !dropped(s, i) },
				Producer: func(i step.Item) int { return int(i) % 2 },
				Order:    tt.order,
			})
			p := m.Process("p", 1)
			for i, a := range tt.script {
				p.Stmt(string(rune('a'+i)), "").Do(func(s *shelf, c *step.Ctx) {
					switch {
					case a.accept != 0:
						s.L.Accept(c, a.accept)
					case a.drop != 0:
						s.PC[1] = uint8(a.drop)
					default:
						track.Deliver(s, c, a.deliver)
					}
				})
			}
			assert.Equal(t, tt.want, steptest.Explore(m).Faults)
		})
	}
}

func TestLedgerLimits(t *testing.T) {
	var l step.Ledger
	assert.PanicsWithValue(t, "step: item 0: items are numbered from 1 to 64", func() { l.Accept(nil, 0) })
	assert.PanicsWithValue(t, "step: item 65: items are numbered from 1 to 64", func() { l.Accept(nil, 65) })
	for i := range step.Item(23) {
		l.Accept(nil, i+1)
	}
	assert.PanicsWithValue(t, "step: a ledger holds at most 23 items", func() { l.Accept(nil, 24) })
	assert.Equal(t, "[1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23]", l.String())
}
