package report

import (
	"fmt"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/picture"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// control is the name of the variable that holds the control state of a model: the
// columns show where a process stands.
const control = "PC"

// delta is a change of a variable or of a part of an object, by one step or by several.
type delta struct {
	verdict.Change
	before int // items that a channel held
}

// key tells what changes.
func (d delta) key() string { return fmt.Sprintf("%d %s %s", d.Object, d.Field, d.Name) }

// deltas are the changes of each step, with what channels held before.
func deltas(p *picture.Picture) [][]delta {
	held := map[int]int{}
	for _, v := range p.Initial {
		if v.Field == "items" {
			held[v.Object] = len(v.Items)
		}
	}
	out := make([][]delta, len(p.Steps))
	for i, s := range p.Steps {
		for _, c := range s.Changes {
			d := delta{c, held[c.Object]}
			if c.Field == "items" {
				held[c.Object] = len(c.Items)
			}
			out[i] = append(out[i], d)
		}
	}
	return out
}

// net adds changes up, one for each thing that is another one at the end.
func net(steps [][]delta) []delta {
	var order []string
	all := map[string]delta{}
	for _, ds := range steps {
		for _, d := range ds {
			k := d.key()
			if first, ok := all[k]; ok {
				d.From, d.before = first.From, first.before
			} else {
				order = append(order, k)
			}
			all[k] = d
		}
	}
	var out []delta
	for _, k := range order {
		if d := all[k]; d.From != d.To {
			out = append(out, d)
		}
	}
	return out
}

// text is the change in a few characters; "" if the call that makes it says it.
func (d delta) text(p *picture.Picture) string {
	o := p.Object(d.Object)
	if o == nil {
		if d.Name == control {
			return ""
		}
		return assign(d.Name, d.From, d.To)
	}
	switch d.Field {
	case "owner", "readers", "waiting":
		return ""
	case "closed":
		return o.Name + " closed"
	case "items":
		if o.Tokens {
			return fmt.Sprintf("%s %d→%d", o.Name, d.before, len(d.Items))
		}
		if items := "[" + strings.Join(d.Items, " ") + "]"; width(items) < 24 || o.Cap == nil {
			if width(o.Name) > longValue { // so that there is a place to wrap it
				return o.Name + " = " + items
			}
			return o.Name + "=" + items
		}
		return fmt.Sprintf("%s: %d of %d", o.Name, len(d.Items), *o.Cap)
	}
	return assign(o.Name, d.From, d.To)
}

// longValue is the width up to which a value is shown with the one before.
const longValue = 20

// assign is name from→to, or name[i] from→to for each of few elements that changed.
func assign(name, from, to string) string {
	was, ok1 := elements(from)
	is, ok2 := elements(to)
	if ok1 && ok2 && len(was) == len(is) && len(is) > 1 {
		var parts []string
		for i := range is {
			if was[i] != is[i] {
				parts = append(parts, fmt.Sprintf("%s[%d] %s→%s", name, i, was[i], is[i]))
			}
		}
		if 2*len(parts) <= len(is) || len(parts) < 2 {
			return strings.Join(parts, " ")
		}
	}
	if from == "" || ok2 || strings.ContainsAny(to, " {") || max(width(from), width(to)) > longValue {
		return name + "=" + to
	}
	return name + " " + from + "→" + to
}

// elements splits a flat array as Go prints it.
func elements(s string) ([]string, bool) {
	in, ok := strings.CutPrefix(s, "[")
	if !ok {
		return nil, false
	}
	in, ok = strings.CutSuffix(in, "]")
	if !ok || strings.ContainsAny(in, "[]{}()\"") {
		return nil, false
	}
	return strings.Split(in, " "), true
}

// stays says for each step that stores what was there before that it does.
func stays(p *picture.Picture) []string {
	value := map[int]string{}
	for _, v := range p.Initial {
		if v.Field == "value" {
			value[v.Object] = v.Value
		}
	}
	out := make([]string, len(p.Steps))
	for i, s := range p.Steps {
		changed := false
		for _, c := range s.Changes {
			if c.Field == "value" {
				value[c.Object] = c.To
				changed = changed || c.Object == s.Object
			}
		}
		if v, ok := value[s.Object]; ok && !changed && p.Object(s.Object) != nil {
			out[i] = p.ObjectName(s.Object) + " stays " + v
		}
	}
	return out
}
