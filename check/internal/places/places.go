package places

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// Name gives what the traces of a verdict name the names and places that it has in the
// sources. Where a source cannot be read, or says nothing, what was there stays.
func (s *Sources) Name(v *verdict.Verdict) {
	home, shown := "", ""
	for i := range v.Findings {
		if t := v.Findings[i].Trace; t != nil && t.Picture == verdict.GoPicture && placed(t) {
			n := &namer{Sources: s, t: t}
			n.name()
			n.race(&v.Findings[i])
			v.Findings[i].Fingerprint = n.fingerprint(&v.Findings[i])
			if home == "" {
				home, shown = n.home, n.shown(&v.Findings[i])
			}
		}
	}
	if len(v.Outcomes) > 0 {
		s.ends(v, home, shown)
	}
}

// placed reports whether a trace has places: of operations, or of go statements where there
// are no operations.
func placed(t *verdict.Trace) bool {
	return len(t.Sites) > 0 || slices.ContainsFunc(t.Actors, func(a verdict.Actor) bool { return a.Go != nil && len(a.Go.Frames) > 0 })
}

func (n *namer) name() {
	t := n.t
	for _, a := range t.Actors {
		var st stack
		if a.Go != nil {
			st = n.stack(a.Go.Frames)
		}
		n.spawns = append(n.spawns, st)
	}
	for i := range t.Sites {
		n.sites = append(n.sites, site{stack: n.stack(t.Sites[i].Frames), actor: -1})
	}
	n.findHome()
	n.best = make([]name, len(t.Objects)+1)
	n.others = make([][]string, len(t.Objects)+1)
	for i := range n.best {
		n.best[i].grade = unnamed + 1
	}
	n.visits = make([][]int, len(t.Actors))
	type use struct{ site, object int }
	used := map[use]bool{}
	n.eachUse(func(process, site, object int, objects []int) {
		if site == 0 {
			return
		}
		i := site - 1
		if n.sites[i].actor < 0 {
			n.sites[i].actor, n.sites[i].object = process, object
			n.place(i)
		}
		if v := n.visits[process]; !slices.Contains(v, i) {
			n.visits[process] = append(v, i)
		}
		if u := (use{i, object}); !used[u] || object == 0 {
			used[u] = true
			n.see(i, object, objects)
		}
	})
	n.seeSent()
	n.objects()
	for i := range t.Sites {
		n.site(i)
	}
	n.actors()
	n.steps()
	n.fault()
	n.findMain()
	n.waiting()
}

// ends names where goroutines wait in the outcomes of a verdict, and joins those that
// are the same by these names. The one that a finding shows comes first.
func (s *Sources) ends(v *verdict.Verdict, home, shown string) {
	var out []verdict.Outcome
	index := map[string]int{}
	for _, o := range v.Outcomes {
		if len(o.Waiting) > 0 {
			t := &verdict.Trace{Processes: make([]string, 1), Actors: make([]verdict.Actor, 1), Sites: o.Waiting}
			for i := range t.Sites {
				t.Steps = append(t.Steps, verdict.Step{Site: i + 1})
			}
			n := &namer{Sources: s, t: t, home: home}
			n.name()
		}
		key := endKey(o.Code, o.Message, o.Waiting)
		if i, ok := index[key]; ok {
			out[i].Executions += o.Executions
			continue
		}
		index[key] = len(out)
		out = append(out, o)
	}
	if i, ok := index[shown]; ok && i > 0 {
		first := out[i]
		out = slices.Insert(slices.Delete(out, i, i+1), 0, first)
	}
	v.Outcomes = out
}
