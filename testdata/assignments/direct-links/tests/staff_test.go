package links_test

import (
	"errors"
	"math"
	"sync"
	"testing"

	"example.edu/links"
)

// Beside the scenarios of the suite. The part of the name before the underscore is the
// property that the test is worth points for.

func run(parts ...func()) {
	var wg sync.WaitGroup
	for _, f := range parts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			f()
		}()
	}
	wg.Wait()
}

// open makes links with room for one message, one for each pair of ends.
func open(t *testing.T, ends ...string) *links.Links {
	l := links.New(1)
	for i := 0; i < len(ends); i += 2 {
		if err := l.Open(ends[i], ends[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

func send(t *testing.T, l *links.Links, from, to string, v int) {
	t.Helper()
	if err := l.Send(from, to, v); err != nil {
		t.Errorf("Send from %s to %s: %v", from, to, err)
	}
}

func receive(t *testing.T, l *links.Links, me, from string, want int) {
	t.Helper()
	if v, err := l.Receive(me, from); v != want || err != nil {
		t.Errorf("%s received %d, %v from %s, sent: %d", me, v, err, from, want)
	}
}

// No number stands for "nothing there".
func TestItems_AnyNumber(t *testing.T) {
	l := open(t, "a", "b")
	for _, want := range []int{0, -1, math.MaxInt, math.MinInt} {
		send(t, l, "a", "b", want)
		receive(t, l, "b", "a", want)
	}
}

func TestDirect_BothWays(t *testing.T) {
	l := open(t, "a", "b")
	send(t, l, "a", "b", 1)
	send(t, l, "b", "a", 2) // there is room: the other direction is full
	receive(t, l, "a", "b", 2)
	receive(t, l, "b", "a", 1)
}

func TestDirect_AtTheSameTime(t *testing.T) {
	l := open(t, "a", "b")
	run(func() {
		send(t, l, "a", "b", 1)
		receive(t, l, "a", "b", 2)
	}, func() {
		send(t, l, "b", "a", 2)
		receive(t, l, "b", "a", 1)
	})
}

func TestDirect_RightSender(t *testing.T) {
	l := open(t, "a", "z", "b", "z")
	run(func() { send(t, l, "a", "z", 1) }, func() { send(t, l, "b", "z", 2) }, func() {
		receive(t, l, "z", "b", 2)
		receive(t, l, "z", "a", 1)
	})
}

func TestDirect_NoHindrance(t *testing.T) {
	l := open(t, "a", "b", "c", "d")
	run(func() { receive(t, l, "b", "a", 1) }, func() {
		send(t, l, "c", "d", 2) // nothing comes from a before
		receive(t, l, "d", "c", 2)
		send(t, l, "a", "b", 1)
	})
}

func TestDirect_OneAPair(t *testing.T) {
	l := open(t, "a", "b")
	if err := l.Open("b", "a"); !errors.Is(err, links.ErrExists) {
		t.Errorf("second Open, from the other end: %v", err)
	}
	if err := l.Send("a", "c", 1); !errors.Is(err, links.ErrNoLink) {
		t.Errorf("Send without a link: %v", err)
	}
	if _, err := l.Receive("c", "a"); !errors.Is(err, links.ErrNoLink) {
		t.Errorf("Receive without a link: %v", err)
	}
}

func TestDirect_OpenedTwiceAtOnce(t *testing.T) {
	l := links.New(1)
	var errs [2]error
	run(func() { errs[0] = l.Open("a", "b") }, func() { errs[1] = l.Open("b", "a") })
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("two Open for one pair: %v", errs)
	}
}

func TestDirect_TwoOpenedAtOnce(t *testing.T) {
	l := links.New(1)
	run(func() { l.Open("a", "b") }, func() { l.Open("a", "c") })
	send(t, l, "a", "b", 1)
	send(t, l, "a", "c", 2)
}

func TestDirect_NamesRunTogether(t *testing.T) {
	l := open(t, "a", "bc", "ab", "c")
	send(t, l, "a", "bc", 1)
	send(t, l, "ab", "c", 2)
	receive(t, l, "c", "ab", 2)
}

func TestClose_WakesBothEnds(t *testing.T) {
	l := open(t, "a", "b")
	wait := func(me, from string) func() {
		return func() {
			if _, err := l.Receive(me, from); !errors.Is(err, links.ErrClosed) {
				t.Errorf("Receive: %v", err)
			}
		}
	}
	run(wait("a", "b"), wait("b", "a"), func() { l.Close("a", "b") })
}

func TestClose_OthersStayOpen(t *testing.T) {
	l := open(t, "a", "b", "a", "c")
	if err := l.Close("c", "b"); !errors.Is(err, links.ErrNoLink) {
		t.Errorf("Close without a link: %v", err)
	}
	l.Close("a", "b")
	send(t, l, "a", "c", 1)
	receive(t, l, "c", "a", 1)
	if err := l.Open("a", "b"); !errors.Is(err, links.ErrExists) {
		t.Errorf("Open after Close: %v", err)
	}
}

func TestRace_TwoLinks(t *testing.T) {
	l := open(t, "a", "b")
	run(func() { send(t, l, "a", "b", 1) }, func() { l.Open("c", "d") })
}
