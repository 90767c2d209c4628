package faulty

import "github.com/ipccheck/ipccheck/impl"

// All lists the variants.
func All() []Variant {
	return []Variant{
		bounded("missing-signal", "a receive does not signal that there is room", "IPC007", Sequential,
			func(n int) any { return &missingSignal{newRing(n)} }),
		bounded("off-by-one-full", "the test for full is n > capacity where it must be n >= capacity", "IPC006", Sequential,
			func(n int) any { return &offByOneFull{newRing(n)} }).alone(),
		bounded("lost-wake-on-close", "close wakes one waiting process of each side, not all", "IPC007", Sequential,
			func(n int) any { return &lostWakeOnClose{newRing(n)} }),
		bounded("close-drops-items", "close throws away what was accepted", "IPC002", Sequential,
			func(n int) any { return &closeDropsItems{newRing(n)} }).alone(),
	}
}

func bounded(name, summary, code, needs string, build func(n int) any) Variant {
	return Variant{
		Name: name, Summary: summary, Object: "bounded", Code: code, Needs: needs,
		Capacity: func(n int) int { return n }, Order: "total", Refusal: "strict", New: build,
	}
}

func unbounded(name, summary, code, needs string, build func(n int) any) Variant {
	v := bounded(name, summary, code, needs, build)
	v.Object, v.Capacity = "unbounded", func(int) int { return impl.NoLimit }
	return v
}

func rendezvous(name, summary, code, needs string, build func(n int) any) Variant {
	v := bounded(name, summary, code, needs, build)
	v.Object, v.Capacity = "rendezvous", func(int) int { return 0 }
	return v
}

// alone marks a variant that one goroutine which never waits can catch.
func (v Variant) alone() Variant {
	v.Sequential = true
	return v
}

// at limits the capacities with which the fault can show.
func (v Variant) at(capacities ...int) Variant {
	v.Capacities = capacities
	return v
}
