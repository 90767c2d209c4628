package space

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/model/step"
)

type bq struct {
	Buf  [24]uint8
	Wait uint32
	N    uint8
	_    [3]uint8
}

func blockingQueue(P, C, K int, two bool) step.Program {
	m := step.New[bq]("bq")
	notify := func(s *bq, c *step.Ctx, among uint32) {
		w := s.Wait & among
		if w == 0 {
			return
		}
		n := 0
		for x := w; x != 0; x &= x - 1 {
			n++
		}
		k := c.Choose(n)
		for ; k > 0; k-- {
			w &= w - 1
		}
		s.Wait &^= w & -w
	}
	prods := uint32(1)<<P - 1
	cons := (uint32(1)<<C - 1) << P
	pm, cm := prods|cons, prods|cons
	if two {
		pm, cm = cons, prods
	}
	free := func(s *bq, c *step.Ctx) bool { return s.Wait>>c.Pid&1 == 0 }
	m.Process("producer", P).Stmt("put", "put").When(free).Do(func(s *bq, c *step.Ctx) {
		if int(s.N) == K {
			s.Wait |= 1 << c.Pid
			return
		}
		s.Buf[s.N] = uint8(c.Index) + 1
		s.N++
		notify(s, c, pm)
	})
	m.Process("consumer", C).Stmt("get", "get").When(free).Do(func(s *bq, c *step.Ctx) {
		if s.N == 0 {
			s.Wait |= 1 << c.Pid
			return
		}
		copy(s.Buf[:], s.Buf[1:])
		s.N--
		notify(s, c, cm)
	})
	return m
}

func TestTmp(t *testing.T) {
	v := Explore(blockingQueue(3, 2, 2, false), Options{})
	require.EqualValues(t, 391, v.Counts.Distinct)
	require.EqualValues(t, 1570, v.Counts.Transitions)
	require.EqualValues(t, 9, v.Counts.DeadlockStates)
	require.EqualValues(t, 24, v.Counts.Depth)
	require.EqualValues(t, 24, v.Counts.FirstDeadlockLevel)
	t.Log(v.Findings[0].Message, v.Findings[0].Trace.Replay)
	require.Len(t, v.Findings[0].Trace.Steps, 23)
	v = Explore(blockingQueue(4, 3, 3, false), Options{})
	require.EqualValues(t, 10524, v.Counts.Distinct)
	require.EqualValues(t, 64, v.Counts.DeadlockStates)
	require.Len(t, v.Findings[0].Trace.Steps, 46)
}

func BenchmarkTmp(b *testing.B) {
	for _, w := range []int{1, 2} {
		b.Run(map[int]string{1: "one", 2: "two"}[w], func(b *testing.B) {
			for b.Loop() {
				e := newSearch(blockingQueue(4, 3, 9, true), Options{Workers: w})
				e.run()
				require.EqualValues(b, 5379492, e.done.distinct)
				require.EqualValues(b, 43571040, e.done.transitions)
				b.ReportMetric(float64(e.done.transitions)/b.Elapsed().Seconds()*float64(b.N), "tr/s")
				b.ReportMetric(float64(e.st.bytes())/float64(e.done.distinct), "B/state")
			}
		})
	}
}
