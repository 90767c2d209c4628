package places

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/picture"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// findMain finds the file in which most happens.
func (n *namer) findMain() {
	var files picture.Files
	for _, s := range n.t.Steps {
		files.Count(s.Position)
	}
	for _, w := range n.t.Waiting {
		files.Count(w.Position)
	}
	n.main = files.Main
}

// brief is a position as sentences have it: of the file in which most happens only the
// line.
func (n *namer) brief(position string) string {
	file, rest, _ := strings.Cut(position, ":")
	line, _, _ := strings.Cut(rest, ":")
	if file == n.main {
		return ":" + line
	}
	return file + ":" + line
}

// who is a process in few letters.
func (n *namer) who(process int) string {
	if process == 0 || process >= len(n.t.Actors) || n.t.Actors[process].Kind != "goroutine" {
		return n.t.Processes[process]
	}
	return n.t.Actors[process].ID
}

// waiting says for what each waits.
func (n *namer) waiting() {
	n.t.Holds = slices.DeleteFunc(n.t.Holds, func(h verdict.Hold) bool { return n.unknown(h.Object) })
	for i := range n.t.Waiting {
		w := &n.t.Waiting[i]
		w.For = n.waitsFor(w)
	}
	for i := range n.t.Pending {
		n.t.Pending[i].For = n.renamed(n.t.Pending[i].For)
	}
}

// waitsFor says for what somebody waits at the end.
func (n *namer) waitsFor(w *verdict.Waiting) string {
	if w.Spins && w.Op == "select" && len(w.Objects) > 0 {
		return "one of " + n.names(w.Objects) + ", again and again"
	}
	if w.Spins {
		if names := n.names(w.Objects); names != "" {
			return "a change of " + names
		}
	}
	if w.Op == "select" && len(w.Objects) > 0 && n.t.Sites != nil {
		if len(w.Objects) == 1 {
			return n.only(w)
		}
		return "one of " + n.names(w.Objects)
	}
	if w.Object == 0 {
		return n.never(w)
	}
	o := n.t.Objects[w.Object-1]
	held := ""
	if w.Holder != nil {
		held = ", held by " + n.who(*w.Holder)
	}
	switch {
	case o.Kind == pipe:
		return n.otherEnd(w) + held
	case o.Kind == subtest && w.Site > 0:
		return n.test(w.Site)
	case o.Kind == "waitgroup":
		return fmt.Sprintf("%s: %s not done", o.Name, n.last(w.Object, "count"))
	case o.Kind == "cond" && w.Op == "wait":
		return "a signal of " + o.Name
	case o.Kind == "chan" && o.Cap != nil:
		return n.partner(w, &o, w.Op == "receive")
	case o.Kind == "rwmutex" && w.Op == "locked":
		return "the readers of " + o.Name + " to leave" + n.readers(w.Object)
	case o.Kind == "rwmutex" && w.Holder != nil && n.writes(*w.Holder, w.Object):
		return o.Name + " (behind " + n.who(*w.Holder) + ", which waits to write)"
	case o.Kind == "once":
		if w.Holder != nil {
			held = ", begun by " + n.who(*w.Holder)
		}
		return o.Name + " to be done" + held
	case o.Kind == "mutex" || o.Kind == "rwmutex":
		if readers := n.last(w.Object, "readers"); held == "" && readers != "" && readers != "0" {
			held = ", held by " + readers + " for reading"
		}
		return o.Name + held
	}
	return n.renamed(w.For)
}

// never says for what somebody waits that cannot come.
func (n *namer) never(w *verdict.Waiting) string {
	var own *call
	if w.Site > 0 {
		own = n.callAt(w.Site-1, 0)
	}
	if own == nil {
		return n.renamed(w.For)
	}
	switch x := own.node.(type) {
	case *ast.SelectStmt:
		if len(cases(x)) == 0 {
			return "nothing: a select without cases"
		}
		return "nothing: a select with nil channels only"
	case *ast.SendStmt, *ast.UnaryExpr, *ast.RangeStmt:
		if r := n.object(own.on, &n.sites[w.Site-1].stack, 0, n.spawn(w.Site-1)); r.text != "" {
			return "the nil channel " + r.text
		}
	}
	return n.renamed(w.For)
}

// otherEnd says for what somebody waits who reads from a pipe in memory, or writes to it.
func (n *namer) otherEnd(w *verdict.Waiting) string {
	name := n.t.Objects[w.Object-1].Name
	if w.Site == 0 {
		return name
	}
	s := &n.sites[w.Site-1]
	if c := n.callAt(w.Site-1, 0); c != nil {
		if e := c.primitive(); e != nil {
			name = n.object(e, &s.stack, 0, n.spawn(w.Site-1)).text
		}
	}
	method, _ := sought(s.callee)
	switch {
	case w.Op == "lock":
		return "another write to " + name + " to end"
	case method == "Read":
		return "a write at the other end of " + name
	case method == "Write":
		return "a read at the other end of " + name
	}
	return name
}

// test says for what a test waits, or a subtest.
func (n *namer) test(site int) string {
	switch method, _ := sought(n.sites[site-1].callee); {
	case len(n.sites[site-1].frames) == 0:
		return "a parallel subtest to end"
	case method == "Parallel":
		return "the test around it to return"
	}
	return "the subtest to end"
}

// only says for what somebody waits in a select that has one channel left.
func (n *namer) only(w *verdict.Waiting) string {
	o := w.Objects[0]
	if o == 0 || n.t.Objects[o-1].Cap == nil || w.Site == 0 {
		return "a partner on " + n.names(w.Objects)
	}
	x := *w
	x.Object = o
	label := strings.TrimPrefix(n.t.Sites[w.Site-1].Label, "select ")
	return n.partner(&x, &n.t.Objects[o-1], strings.Contains(" "+label, " <-") && !strings.Contains(label, " <- "))
}

// partner says for what somebody waits at a channel.
func (n *namer) partner(w *verdict.Waiting, o *verdict.Object, receives bool) string {
	items := n.last(w.Object, "items")
	switch {
	case receives && strings.HasSuffix(o.Type, "chan time.Time"):
		return o.Name + " to fire"
	case receives && strings.HasSuffix(o.Name, "Done()"):
		return o.Name + " to be closed"
	case *o.Cap == 0 && receives:
		return "a sender on " + o.Name
	case *o.Cap == 0:
		return "a receiver on " + o.Name
	case !receives:
		return fmt.Sprintf("room in %s (%d of %d)", o.Name, *o.Cap, *o.Cap)
	case !o.Tokens:
		return "an item of " + o.Name
	}
	left := ""
	if *o.Cap > 1 {
		left = " left"
	}
	text := fmt.Sprintf("a token of %s (%d of %d%s)", o.Name, len(strings.Fields(strings.Trim(items, "[]"))), *o.Cap, left)
	if w.Holder != nil && w.Taken > 0 {
		text += ", taken by " + n.who(*w.Holder) + " at " + n.brief(n.t.Steps[w.Taken-1].Position)
	}
	return text
}

// last is what a field of an object holds at the end.
func (n *namer) last(object int, field string) string {
	for i := len(n.t.Steps) - 1; i >= 0; i-- {
		for _, c := range n.t.Steps[i].Changes {
			if c.Object == object && c.Field == field {
				return c.To
			}
		}
	}
	for _, v := range n.t.Initial {
		if v.Object == object && v.Field == field {
			return v.Value
		}
	}
	return ""
}

// names are those of objects.
func (n *namer) names(objects []int) string {
	var all []string
	seen := map[int]bool{}
	for _, o := range objects {
		if o > 0 && !seen[o] {
			seen[o] = true
			all = append(all, n.t.Objects[o-1].Name)
		}
	}
	return strings.Join(all, ", ")
}

// writes reports whether a process waits for the readers of a lock to leave.
func (n *namer) writes(process, object int) bool {
	return slices.ContainsFunc(n.t.Waiting, func(w verdict.Waiting) bool {
		return w.Process == process && w.Object == object && w.Op == "locked"
	})
}

// readers are those who have a lock for reading, after a colon.
func (n *namer) readers(object int) string {
	var all []string
	for _, h := range n.t.Holds {
		if h.Object == object {
			all = append(all, n.who(h.Process))
		}
	}
	if len(all) == 0 {
		return ""
	}
	return ": " + strings.Join(all, ", ")
}
