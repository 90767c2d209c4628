package step_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/model"
	"github.com/ipccheck/ipccheck/model/step"
	"github.com/ipccheck/ipccheck/model/step/steptest"
)

func TestNewRefusesStatesThatAreNotTheirBytes(t *testing.T) {
	type inner struct {
		A uint8
		B uint16
	}
	type named string
	for _, tt := range []struct {
		make func()
		want string
	}{
		{func() { step.New[struct{ P *int }]("m") }, `step: model "m": field .P has type *int: a state holds integers, booleans, and arrays and structs of these`},
		{func() { step.New[struct{ X float64 }]("m") }, "field .X has type float64"},
		{func() { step.New[struct{ X complex64 }]("m") }, "field .X has type complex64"},
		{func() { step.New[struct{ X string }]("m") }, "field .X has type string"},
		{func() { step.New[struct{ X named }]("m") }, "field .X has type step_test.named"},
		{func() { step.New[struct{ X any }]("m") }, "field .X has type interface {}"},
		{func() { step.New[struct{ X chan int }]("m") }, "field .X has type chan int"},
		{func() { step.New[struct{ X [2]uintptr }]("m") }, "field .X[] has type uintptr"},
		{func() { step.New[struct{ In inner }]("m") }, "padding before field .In.B: reorder the fields, or add a field _ [1]byte there"},
		{func() {
			step.New[struct {
				A uint32
				B uint8
			}]("m")
		}, "padding after field .B: add a field _ [3]byte there"},
		{func() { step.New[struct{}]("m") }, "has no fields"},
		{func() { step.New[int]("m") }, "the state must be a struct, not int"},
	} {
		func() {
			defer func() { assert.Contains(t, fmt.Sprint(recover()), tt.want) }()
			tt.make()
		}()
	}
	assert.NotPanics(t, func() {
		step.New[struct {
			A [3]uint8
			_ [1]byte
			B int32
			C struct{ D, E bool }
			_ [6]byte
		}]("m")
	})
}

type pcs struct {
	X, Y uint8
	PC   [2]uint8
}

func TestControlFlow(t *testing.T) {
	m := step.New[pcs]("control")
	m.PC(func(s *pcs, pid int) *uint8 { return &s.PC[pid] })
	p := m.Process("p", 1)
	p.Stmt("first", "").Goto("third") // declared later
	p.Stmt("second", "").Do(func(s *pcs, c *step.Ctx) { s.Y++ }).End()
	p.Stmt("third", "").Do(func(s *pcs, c *step.Ctx) { s.X++ }).
		When(func(s *pcs, c *step.Ctx) bool { return s.X < 2 }).Goto("third")
	p.Stmt("third", "").When(func(s *pcs, c *step.Ctx) bool { return s.X == 2 }).Goto("second")
	p.Stmt("fourth", "")

	c := steptest.Explore(m)
	assert.Equal(t, steptest.Counts{Distinct: 6, Transitions: 5, Levels: 6, Faults: map[model.Code]int{}}, c)

	s := make([]uint64, m.Words())
	m.Initial(s)
	assert.Equal(t, "first", m.Location(s, 0))
	s2 := make([]uint64, m.Words())
	_, err := m.Apply(s, step.Move{Stmt: 0}, s2)
	require.NoError(t, err)
	assert.Equal(t, "third", m.Location(s2, 0))
	assert.False(t, m.Accepting(s2))
	assert.Empty(t, m.Waiting(s2))
}

func TestGotoNowhere(t *testing.T) {
	m := step.New[pcs]("nowhere")
	m.PC(func(s *pcs, pid int) *uint8 { return &s.PC[pid] })
	m.Process("p", 1).Stmt("a", "").Goto("b")
	assert.PanicsWithValue(t, `step: model "nowhere": a goes to label "b", which no statement declares`, func() { steptest.Explore(m) })
}

func TestChoicesAreAllMade(t *testing.T) {
	m := step.New[pcs]("choices")
	m.PC(func(s *pcs, pid int) *uint8 { return &s.PC[pid] })
	p := m.Process("p", 1)
	p.Stmt("choose", "").Do(func(s *pcs, c *step.Ctx) {
		s.X = uint8(c.Choose(3))
		if s.X > 0 {
			s.Y = uint8(c.Choose(int(s.X)))
			c.Note("chose %d", s.Y)
		}
	})
	s := make([]uint64, m.Words())
	m.Initial(s)
	b := step.NewBatch(m)
	m.Expand(s, b)
	var got [][2]string
	next := make([]uint64, m.Words())
	for i, mv := range b.Moves {
		assert.EqualValues(t, i, mv.Alt)
		_, err := m.Apply(s, mv, next)
		require.NoError(t, err)
		assert.Equal(t, b.States[i*m.Words():(i+1)*m.Words()], next)
		vs := m.Variables(next)
		got = append(got, [2]string{vs[0].Value, vs[1].Value})
	}
	assert.Equal(t, [][2]string{{"0", "0"}, {"1", "0"}, {"2", "0"}, {"2", "1"}}, got)
	e, err := m.Apply(s, step.Move{Alt: 3}, next)
	require.NoError(t, err)
	assert.Equal(t, "chose 1", e.Note)
	_, err = m.Apply(s, step.Move{Alt: 4}, next)
	assert.EqualError(t, err, `p at "choose" has 4 alternatives, and none is numbered 4`)
}

func TestWaiting(t *testing.T) {
	m := step.New[pcs]("waiting")
	m.PC(func(s *pcs, pid int) *uint8 { return &s.PC[pid] })
	p := m.Process("p", 2)
	p.Stmt("wait", "").When(func(s *pcs, c *step.Ctx) bool { return c.Pid == 0 && s.X > 0 }).
		WaitsFunc(func(s *pcs, c *step.Ctx) string { return fmt.Sprintf("x (%d)", s.X) })
	s := make([]uint64, m.Words())
	m.Initial(s)
	assert.Equal(t, []step.Wait{{Pid: 0, Label: "wait", Stmt: 0, For: "x (0)"}, {Pid: 1, Label: "wait", Stmt: 0, For: "x (0)"}}, m.Waiting(s))
	assert.Equal(t, "p 2", m.Processes()[1].Name)
}

func TestRegistryKeepsEntriesByRank(t *testing.T) {
	var r step.Registry
	entry := func(name string) step.Entry {
		return step.Entry{Name: name, Build: func(step.Args) (step.Program, error) { return nil, nil }, Expect: func(step.Args) []model.Code { return nil }}
	}
	r.Add(20, entry("second"))
	r.Add(10, entry("first"))
	var names []string
	for _, e := range r.Entries() {
		names = append(names, e.Name)
	}
	assert.Equal(t, []string{"first", "second"}, names)
	assert.PanicsWithValue(t, `step: entry "first" of rank 30: there is "first" of rank 10`, func() { r.Add(30, entry("first")) })
	assert.PanicsWithValue(t, `step: entry "third" of rank 20: there is "second" of rank 20`, func() { r.Add(20, entry("third")) })
	hollow := entry("hollow")
	hollow.Expect = nil
	assert.PanicsWithValue(t, `step: entry "hollow" needs Build and Expect`, func() { r.Add(30, hollow) })
}
