package boundedfifo

import "slices"

// run looks for a sequence, keeping at most width configurations at a time.
// It is exact unless it had to leave some out: then it may give up where there
// is an explanation.
func (b *search) run(width int) Outcome {
	w := walk{b: b, level: []conf{b.first()}}
	b.deepest, b.at, b.width = 0, always, 0
	for {
		if r, over := w.step(width); over {
			return r
		}
	}
}

// walk is a search under way.
type walk struct {
	b           *search
	level, next []conf
	s           scratch
	cut         bool // configurations were left out
}

// step places one more item in every configuration.
func (w *walk) step(width int) (Outcome, bool) {
	b := w.b
	b.width = max(b.width, len(w.level))
	for i := range w.level {
		c := &w.level[i]
		if int(c.needed) == b.required && b.complete(c) {
			return Explained, true
		}
		if int(c.placed) > b.deepest || b.at == always {
			b.deepest, b.at = int(c.placed), c.p
		}
	}
	w.s.children = w.s.children[:0]
	w.s.arena.reset()
	for i := range w.level {
		b.extend(&w.level[i], int32(i), &w.s)
	}
	if n := w.level[0].placed; n&(1<<12-1) == 0 && b.progress != nil {
		b.progress(int(n), len(b.Items))
	}
	if b.stop != nil && b.stop() || b.limit > 0 && b.steps > b.limit {
		return OutOfBudget, true
	}
	if len(w.s.children) == 0 {
		if w.cut {
			return OutOfBudget, true
		}
		return Unexplained, true
	}
	kept, left := b.choose(&w.s, w.level, width)
	w.cut = w.cut || left
	w.next = b.build(w.next[:0], w.level, kept, &w.s)
	w.level, w.next = w.next, w.level
	return 0, false
}

// Of the adaptive search.
const (
	stride   = 64  // levels between two checkpoints
	memory   = 512 // checkpoints that are kept, besides the beginning
	narrow   = 2   // configurations kept where nothing is difficult
	stages   = 6   // each goes back twice as far with four times as many as the one before
	suspect  = 2   // the stage after which it is asked whether there is a sequence at all
	widest   = 1 << 14
	fewItems = 256
)

// adaptive searches with few configurations, and where it comes to an end goes
// back a little and on with more, until it is past that point. Before it does so
// it asks whether the end can be refuted: whether the items around it alone have
// no sequence. If nothing else helps it searches exactly.
func (b *search) adaptive() Outcome {
	if len(b.Items) <= b.few {
		return b.run(widest)
	}
	type checkpoint struct {
		level int
		confs []conf
	}
	checkpoints := []checkpoint{{0, []conf{b.first()}}}
	w := walk{b: b, level: []conf{b.first()}}
	b.deepest, b.at, b.width = 0, always, 0
	width, stage, goal := narrow, 0, 0
	for n := 0; ; n++ {
		if n%stride == 0 && n > checkpoints[len(checkpoints)-1].level {
			checkpoints = append(checkpoints, checkpoint{n, clone(w.level)})
			if len(checkpoints) > memory {
				checkpoints = append(checkpoints[:1], checkpoints[2:]...)
			}
		}
		if stage > 0 && n > goal {
			width, stage = narrow, 0
		}
		r, over := w.step(width)
		switch {
		case !over:
			continue
		case r == Explained, !w.cut && r == Unexplained:
			return r
		case b.stop != nil && b.stop() || b.limit > 0 && b.steps > b.limit:
			return OutOfBudget
		case stage == suspect && b.refuted(b.at):
			return Unexplained
		}
		if stage++; stage > stages {
			return b.run(widest)
		}
		goal = max(goal, n+stride)
		width *= 4
		checkpoints = checkpoints[:max(len(checkpoints)-1<<(stage-1), 1)]
		at := checkpoints[len(checkpoints)-1]
		n = at.level - 1
		w.level = clone(at.confs)
	}
}

// clone copies configurations with all that belongs to them.
func clone(in []conf) []conf {
	out := slices.Clone(in)
	for i := range out {
		c := &out[i]
		c.gaps, c.window, c.inside = slices.Clone(c.gaps), slices.Clone(c.window), slices.Clone(c.inside)
		c.empties.open, c.fulls.open = slices.Clone(c.empties.open), slices.Clone(c.fulls.open)
	}
	return out
}

func (b *search) first() conf {
	return conf{p: always, g: always, floor: always}
}
