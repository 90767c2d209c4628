package steptest

import (
	"encoding/csv"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/model/step"

	"github.com/ipccheck/ipccheck/model"
)

// locks are two, and two processes each take one of their own and then want the
// other's.
type locks struct {
	Held [2]bool
	PC   [2]uint8
}

func crossed() *step.Model[locks] {
	m := step.New[locks]("crossed locks")
	m.PC(func(s *locks, pid int) *uint8 { return &s.PC[pid] })
	p := m.Process("process", 2)
	p.Stmt("own", "lock(own)").
		When(func(s *locks, c *step.Ctx) bool { return !s.Held[c.Index] }).
		Do(func(s *locks, c *step.Ctx) { s.Held[c.Index] = true })
	p.Stmt("other", "lock(other)").
		When(func(s *locks, c *step.Ctx) bool { return !s.Held[1-c.Index] }).
		Do(func(s *locks, c *step.Ctx) { s.Held[1-c.Index] = true })
	p.Stmt("free", "unlock both").
		Do(func(s *locks, c *step.Ctx) { s.Held = [2]bool{} })
	return m
}

func TestDeadlock(t *testing.T) {
	// By hand, as pairs of labels: 00; 10 01; 20 11 02; 30 03; 31 13; 32 23; 33,
	// where 11 is the deadlock.
	c := Explore(crossed())
	assert.Equal(t, Counts{Distinct: 13, Transitions: 14, Deadlocks: 1, Levels: 7, FirstDeadlock: 3, Faults: map[model.Code]int{model.Deadlock: 1}}, c)
}

// count is a counter that goes up by one or two.
type count struct{ N uint8 }

func counter(last uint8) *step.Model[count] {
	m := step.New[count]("counter")
	m.Accept(func(s *count) bool { return s.N >= last })
	m.Process("adder", 1).Stmt("add", "n = n + 1 or n + 2").
		When(func(s *count, c *step.Ctx) bool { return s.N < last }).
		Do(func(s *count, c *step.Ctx) { s.N += 1 + uint8(c.Choose(2)) })
	return m
}

func TestChoices(t *testing.T) {
	// 0; 1 2; 3 4; 5.
	c := Explore(counter(4))
	assert.Equal(t, Counts{Distinct: 6, Transitions: 8, Levels: 4, Faults: map[model.Code]int{}}, c)
}

func TestInvariantBreakersAreCountedAndNotExpanded(t *testing.T) {
	m := counter(4)
	m.Invariant(model.Overflow, "n is not 2", func(s *count) bool { return s.N != 2 }, nil)
	// 0; 1 2; 3; 4 5. The way through 2 is not taken.
	c := Explore(m)
	assert.Equal(t, Counts{Distinct: 6, Transitions: 6, Levels: 4, Faults: map[model.Code]int{model.Overflow: 1}}, c)
}

func TestFailingSteps(t *testing.T) {
	// The first way to 3 fails, a later one does not.
	m := step.New[count]("failing")
	m.Accept(func(s *count) bool { return s.N == 9 })
	p := m.Process("process", 1)
	jump := func(from, to uint8, fails bool) {
		p.Stmt("jump", "jump").
			When(func(s *count, c *step.Ctx) bool { return s.N == from }).
			Do(func(s *count, c *step.Ctx) {
				s.N = to
				if fails {
					c.Fail(model.DuplicatedItem, "from %d to %d", from, to)
				}
			})
	}
	jump(0, 1, false)
	jump(0, 3, true)
	jump(0, 7, true) // 7 would be a deadlock: a failing step leads nowhere
	jump(1, 3, false)
	jump(3, 9, false)
	c := Explore(m)
	assert.Equal(t, Counts{Distinct: 4, Transitions: 5, Levels: 4, Faults: map[model.Code]int{model.DuplicatedItem: 2}}, c)
}

// queue is the blocking queue of the TLA+ tutorial: one buffer, one wait set,
// notification of any waiting process.
type queue struct {
	Buf  [4]uint8
	N    uint8
	Wait uint8
}

func blockingQueue(producers, consumers, capacity int) *step.Model[queue] {
	m := step.New[queue]("blocking queue")
	m.Accept(func(s *queue) bool { return false })
	awake := func(s *queue, c *step.Ctx) bool { return s.Wait>>c.Pid&1 == 0 }
	notify := func(s *queue, c *step.Ctx) {
		var waiting []int
		for i := range producers + consumers {
			if s.Wait>>i&1 == 1 {
				waiting = append(waiting, i)
			}
		}
		if len(waiting) > 0 {
			s.Wait &^= 1 << waiting[c.Choose(len(waiting))]
		}
	}
	m.Process("producer", producers).Stmt("put", "put").When(awake).Do(func(s *queue, c *step.Ctx) {
		if int(s.N) == capacity {
			s.Wait |= 1 << c.Pid
			return
		}
		s.Buf[s.N] = uint8(c.Pid) + 1
		s.N++
		notify(s, c)
	})
	m.Process("consumer", consumers).Stmt("get", "get").When(awake).Do(func(s *queue, c *step.Ctx) {
		if s.N == 0 {
			s.Wait |= 1 << c.Pid
			return
		}
		copy(s.Buf[:], s.Buf[1:])
		s.N--
		s.Buf[s.N] = 0
		notify(s, c)
	})
	return m
}

func TestCountsThatThreeToolsAgreeOn(t *testing.T) {
	// The blocking queue with one wait set: parameters, then distinct states,
	// transitions, deadlocks, levels and the level of the first deadlock, as
	// SPIN, TLC and an independent explorer give them.
	rows, err := csv.NewReader(strings.NewReader(`1,1,1,4,6,0,3,0
1,2,1,14,26,1,8,8
2,1,3,48,111,0,7,0
2,2,1,48,126,3,10,9
3,2,2,391,1570,9,24,24
3,3,2,808,4734,10,21,19
`)).ReadAll()
	require.NoError(t, err)
	for _, r := range rows {
		n := ints(t, r)
		c := Explore(blockingQueue(n[0], n[1], n[2]))
		assert.Equal(t, n[3:], []int{c.Distinct, c.Transitions, c.Deadlocks, c.Levels, c.FirstDeadlock}, "P, C, K = %v", n[:3])
	}
}

func ints(t *testing.T, words []string) []int {
	t.Helper()
	out := make([]int, len(words))
	for i, w := range words {
		n, err := strconv.Atoi(w)
		require.NoError(t, err)
		out[i] = n
	}
	return out
}
