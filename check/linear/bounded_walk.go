package linear

import "slices"

// search looks for a sequence, keeping at most width configurations at a time.
// It is exact unless it had to leave some out: then it may give up where there
// is an explanation.
func (b *bounded) search(width int) outcome {
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
	b           *bounded
	level, next []conf
	s           scratch
	cut         bool // configurations were left out
}

// step places one more item in every configuration.
func (w *walk) step(width int) (outcome, bool) {
	b := w.b
	b.width = max(b.width, len(w.level))
	for i := range w.level {
		c := &w.level[i]
		if int(c.needed) == b.required && b.complete(c) {
			return explained, true
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
		b.progress(int(n), len(b.items))
	}
	if b.stop != nil && b.stop() || b.limit > 0 && b.steps > b.limit {
		return gaveUp, true
	}
	if len(w.s.children) == 0 {
		if w.cut {
			return gaveUp, true
		}
		return unexplained, true
	}
	kept, left := b.choose(&w.s, w.level, width)
	w.cut = w.cut || left
	w.next = b.build(w.next[:0], w.level, kept, &w.s)
	w.level, w.next = w.next, w.level
	return 0, false
}

// Of the adaptive search.
const (
	stride   = 64  // levels between two places to go back to
	memory   = 512 // such places that are kept, besides the beginning
	narrow   = 2   // configurations kept where nothing is difficult
	stages   = 6   // each goes back twice as far with four times as many as the one before
	suspect  = 2   // the stage after which it is asked whether there is a sequence at all
	widest   = 1 << 14
	fewItems = 256
)

// adaptive searches with few configurations, and where it comes to an end goes
// back a little and on with more, until it is past that place. Before it does so
// it asks whether the end can be refuted: whether the items around it alone have
// no sequence. If nothing else helps it searches exactly.
func (b *bounded) adaptive(refuted func(at int64) bool) outcome {
	if len(b.items) <= b.few {
		return b.search(widest)
	}
	type place struct {
		level int
		confs []conf
	}
	places := []place{{0, []conf{b.first()}}}
	w := walk{b: b, level: []conf{b.first()}}
	b.deepest, b.at, b.width = 0, always, 0
	width, stage, goal := narrow, 0, 0
	for n := 0; ; n++ {
		if n%stride == 0 && n > places[len(places)-1].level {
			places = append(places, place{n, clone(w.level)})
			if len(places) > memory {
				places = append(places[:1], places[2:]...)
			}
		}
		if stage > 0 && n > goal {
			width, stage = narrow, 0
		}
		r, over := w.step(width)
		switch {
		case !over:
			continue
		case r == explained, !w.cut && r == unexplained:
			return r
		case b.stop != nil && b.stop() || b.limit > 0 && b.steps > b.limit:
			return gaveUp
		case stage == suspect && refuted(b.at):
			return unexplained
		}
		if stage++; stage > stages {
			return b.search(widest)
		}
		goal = max(goal, n+stride)
		width *= 4
		places = places[:max(len(places)-1<<(stage-1), 1)]
		at := places[len(places)-1]
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

func (b *bounded) first() conf {
	return conf{p: always, g: always, floor: always}
}
