package stress

import (
	"math/rand/v2"
	"slices"
	"syscall"

	"github.com/ipccheck/ipccheck/check/internal/procs"
)

// disturber disturbs workers. What it does follows from the seed and from how many
// operations have been called.
type disturber struct {
	g      *procs.Group
	due    []disturbance // by at
	kills  []int         // whom it has killed, or tried to
	storm  bool
	random *rand.Rand
}

type disturbance struct {
	at     int
	worker int
	signal syscall.Signal
}

func newDisturber(c Config, random *rand.Rand, g *procs.Group) *disturber {
	d := &disturber{g: g, random: random}
	all := 2 * c.Items
	for _, f := range c.Disturbances {
		switch f {
		case "kill":
			// At least one producer and one consumer survive.
			victims := random.Perm(c.Producers + c.Consumers)
			left := [2]int{c.Producers, c.Consumers}
			n := max(c.Kills, 1)
			for _, v := range victims {
				side := 0
				if v >= c.Producers {
					side = 1
				}
				if n == 0 || left[side] == 1 {
					continue
				}
				left[side]--
				n--
				d.due = append(d.due, disturbance{random.IntN(all*3/4 + 1), v, syscall.SIGKILL})
			}
		case "stop":
			for range 4 {
				v, at := random.IntN(c.Producers+c.Consumers), random.IntN(all+1)
				d.due = append(d.due, disturbance{at, v, syscall.SIGSTOP}, disturbance{at + all/50, v, syscall.SIGCONT})
			}
		case "signals":
			d.storm = true
		}
	}
	slices.SortStableFunc(d.due, func(a, b disturbance) int { return a.at - b.at })
	return d
}

// at sends the signals that are due when n operations have been called.
func (d *disturber) at(n int) {
	for len(d.due) > 0 && d.due[0].at <= n {
		x := d.due[0]
		d.due = d.due[1:]
		if x.signal == syscall.SIGKILL {
			d.kills = append(d.kills, x.worker)
		}
		d.g.Signal(x.worker, x.signal)
	}
	if d.storm { // it interrupts system calls, and does nothing else
		d.g.Signal(d.random.IntN(d.g.Len()), syscall.SIGURG)
	}
	// A stopped worker must not be the reason that nothing moves.
	if d.random.IntN(64) == 0 {
		d.calm()
	}
}

// killed is the number of workers that a signal of the disturber has killed. It is
// called when all have ended.
func (d *disturber) killed() int {
	n := 0
	for _, i := range d.kills {
		if d.g.Killed(i) {
			n++
		}
	}
	return n
}

// calm continues every worker that was stopped.
func (d *disturber) calm() {
	for i := range d.g.Len() {
		d.g.Signal(i, syscall.SIGCONT)
	}
}
