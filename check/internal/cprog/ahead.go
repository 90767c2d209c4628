//go:build linux && amd64

package cprog

import "github.com/ipccheck/ipccheck/check/internal/prim"

// To hand an execution over to the child, and to get it back, takes as long as to make it. So
// those that are known to be asked for later are made with the one that is asked for, which
// comes first: see [prim.Plan] Ahead. They are half of all. A plan has one execution, so
// nothing is different but the numbers of threads, which depend on who is met first: what
// would give a number is not made ahead.

// jobs says which jobs of the wire have been done, and not been asked for yet.
type jobs struct{ kept [maxJobs]bool }

// give has the child make the execution of a plan, and others with it unless it is to be
// alone. It returns the job of the plan.
func (j *jobs) give(w *wireMemory, p *prim.Plan, beyond, alone bool) *wireJob {
	asked := j.room(-1)
	w.Todo[0], w.Todos = int32(asked), 1
	w.Jobs[asked].plan(p, beyond)
	if p.Ahead == nil || alone || p.Policy != nil || p.Anew {
		return &w.Jobs[asked]
	}
	for later := range p.Ahead {
		k := j.room(asked)
		if k < 0 {
			break
		}
		w.Jobs[k].plan(later, beyond)
		w.Jobs[k].Ahead = 1
		w.Todo[w.Todos] = int32(k)
		w.Todos++
		j.kept[k] = true
	}
	return &w.Jobs[asked]
}

// room is a job that is free, but for one, -1 if there is none.
func (j *jobs) room(except int) int {
	for k, kept := range j.kept {
		if !kept && k != except {
			return k
		}
	}
	return -1
}

// take takes the job of a plan that has been made ahead, nil if there is none.
func (j *jobs) take(w *wireMemory, p *prim.Plan, beyond bool) *wireJob {
	manner := mannerOf(p, beyond)
	for k := range w.Jobs {
		if job := &w.Jobs[k]; j.kept[k] && job.wireManner == manner && job.planned(p) {
			j.kept[k] = false
			if job.End == endTooEarly {
				break
			}
			return job
		}
	}
	return nil
}

// drop forgets what has been made ahead: executions are others from now on.
func (j *jobs) drop() { j.kept = [maxJobs]bool{} }

// plan has a job be the execution of a plan.
func (j *wireJob) plan(p *prim.Plan, beyond bool) {
	j.Ahead, j.wireManner = 0, mannerOf(p, beyond)
	j.Choices = int32(min(len(p.Choices), maxEvents))
	for i := range j.Choices {
		j.Choice[i] = wireChoice{p.Choices[i].G, p.Choices[i].Alt}
	}
	j.Sleepers = int32(len(p.Sleep))
	for i := range p.Sleep {
		j.Sleeper[i].set(&p.Sleep[i])
	}
}

// planned reports whether a job that is made in its manner is the execution of a plan.
func (j *wireJob) planned(p *prim.Plan) bool {
	if int(j.Choices) != len(p.Choices) || int(j.Sleepers) != len(p.Sleep) {
		return false
	}
	for i, c := range p.Choices {
		if j.Choice[i] != (wireChoice{c.G, c.Alt}) {
			return false
		}
	}
	for i := range p.Sleep {
		var s wireSleeper
		if s.set(&p.Sleep[i]); j.Sleeper[i] != s {
			return false
		}
	}
	return true
}

// mannerOf is how the execution of a plan is made, but for its choices.
func mannerOf(p *prim.Plan, beyond bool) wireManner {
	m := wireManner{
		Steps: int32(min(p.Steps, maxEvents)), Lenient: truth(p.Lenient), SleepAt: int32(p.SleepAt), SignalAny: truth(p.SignalAny),
		Ask: truth(p.Policy != nil), Positions: truth(p.Details), Sets: truth(p.KeepEnabled), Beyond: truth(beyond),
	}
	if p.Steps == 0 {
		m.Steps = maxEvents
	}
	return m
}
